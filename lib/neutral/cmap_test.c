/* Character maps: what damaged ones mean, and that exactly the canonical form is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "neutral/cmap.h"

#define ARENA ((size_t)128 << 20)
#define UNICODE_HEAD                                                                                                   \
	"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo 3 dict dup begin\n/Registry (Adobe) def\n"     \
	"/Ordering (UCS) def\n/Supplement 0 def\nend def\n/CMapName /Sekisho def\n/CMapType 2 def\n"
#define FOOT "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

static struct sk_arena arena;
static uint8_t *memory;

static int setup(void **state)
{
	(void)state;
	memory = malloc(ARENA);
	sk_arena_init(&arena, memory, ARENA);
	return memory == NULL;
}

static int teardown(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	free(memory);
	return 0;
}

static struct cmap_result canonical(sk_bytes source, enum cmap_kind kind)
{
	struct cmap_result result, again;
	assert_int_equal(cmap_canonical(source, kind, &arena, &result), SK_OK);
	if (!cmap_allowed(result.text, kind))
		fail_msg("not accepted: %.*s", (int)result.text.len, (const char *)result.text.at);
	assert_false(cmap_allowed(result.text, kind == CMAP_CID ? CMAP_UNICODE : CMAP_CID));
	assert_int_equal(cmap_canonical(result.text, kind, &arena, &again), SK_OK);
	if (!sk_bytes_equal(result.text, again.text))
		fail_msg("not stable: %.*s / %.*s", (int)result.text.len, (const char *)result.text.at, (int)again.text.len, (const char *)again.text.at);
	return result;
}

/* The tables of a Unicode map: what stands between head and foot. */
static void expect(const char *source, const char *expected)
{
	struct cmap_result result = canonical(sk_bytes_str(source), CMAP_UNICODE);
	size_t head = sizeof UNICODE_HEAD - 1, foot = sizeof FOOT - 1;
	assert_true(sk_bytes_starts(result.text, SK_BYTES(UNICODE_HEAD)) && sk_bytes_ends(result.text, SK_BYTES(FOOT)));
	sk_bytes tables = sk_bytes_slice(result.text, head, result.text.len - head - foot);
	if (!sk_bytes_equal(tables, sk_bytes_str(expected)))
		fail_msg("%s: got %.*s", source, (int)tables.len, (const char *)tables.at);
}

#define ONE_BYTE "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
#define TWO_BYTES "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"

static void test_ranges(void **state)
{
	(void)state;
	expect("1 beginbfchar <41> <0061> endbfchar", ONE_BYTE "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n");
	expect("3 beginbfchar <43><0063><41><0061><42><0062> endbfchar", ONE_BYTE "1 beginbfrange\n<41> <43> <0061>\nendbfrange\n");
	expect("beginbfrange <0001><0003>[<0041><D83DDE00><00660066>] endbfrange",
	       TWO_BYTES "3 beginbfrange\n<0001> <0001> <0041>\n<0002> <0002> <D83DDE00>\n<0003> <0003> <00660066>\nendbfrange\n");
	expect("beginbfrange <00FE> <0101> <00FE> endbfrange", TWO_BYTES "2 beginbfrange\n<00FE> <00FF> <00FE>\n<0100> <0101> <0100>\nendbfrange\n");
	expect("beginbfrange <01> <03> <30FE> endbfrange", ONE_BYTE "2 beginbfrange\n<01> <02> <30FE>\n<03> <03> <3100>\nendbfrange\n");
	expect("beginbfchar <01> <20> <02> (b) <01> <0041> endbfchar", ONE_BYTE "2 beginbfrange\n<01> <01> <0041>\n<02> <02> <0062>\nendbfrange\n");
	expect("1 begincodespacerange <0000> <FFFF> <00> <80> <80> <00> <00><80> endcodespacerange beginbfchar <01> <0041> endbfchar",
	       "2 begincodespacerange\n<00> <80>\n<0000> <FFFF>\nendcodespacerange\n1 beginbfrange\n<01> <01> <0041>\nendbfrange\n");
	expect("begincmap /usecmap 7 /Evil usecmap beginbfchar <01> /space <02> <0041> endbfchar run beginbfchar <05> <010203> <06> <0042> endbfchar",
	       ONE_BYTE "2 beginbfrange\n<02> <02> <0041>\n<06> <06> <0042>\nendbfrange\n");
	expect("begincodespacerange <9000> <9FFF> <8000> <80FF> <8000> <8FFF> endcodespacerange beginbfchar <9000> <0041> endbfchar",
	       "3 begincodespacerange\n<8000> <80FF>\n<8000> <8FFF>\n<9000> <9FFF>\nendcodespacerange\n1 beginbfrange\n<9000> <9000> <0041>\nendbfrange\n");
	expect("beginbfchar <01> <006600660041> <02> <006600670042> <03> <006600670043> endbfchar",
	       ONE_BYTE "2 beginbfrange\n<01> <01> <006600660041>\n<02> <03> <006600670042>\nendbfrange\n");
	expect("beginbfrange <05> <02> <0041> <0001> <02> <0041> <06> <06> <0041> endbfrange", ONE_BYTE "1 beginbfrange\n<06> <06> <0041>\nendbfrange\n");
	expect("beginbfchar <01> <0041> endbfchar begincidrange <02> <03> 7 endcidrange", ONE_BYTE "1 beginbfrange\n<01> <01> <0041>\nendbfrange\n");
	expect("beginbfrange <01> <02> [<0041> <0042> <0043>] <03> <05> [<0061>", ONE_BYTE "2 beginbfrange\n<01> <02> <0041>\n<03> <03> <0061>\nendbfrange\n");
	expect("beginbfrange <FF> <FF> <FFFE> <FE> <FE> <FFFF> endbfrange", ONE_BYTE "2 beginbfrange\n<FE> <FE> <FFFF>\n<FF> <FF> <FFFE>\nendbfrange\n");
}

static void test_cid(void **state)
{
	(void)state;
	struct cmap_result result = canonical(SK_BYTES("/90ms-RKSJ-H usecmap /CIDSystemInfo << /Registry (Adobe) /Ordering(Japan1) /Supplement 2 >> def /WMode 1 def "
						       "begincidrange <8140> <8142> 633 <20> <7e> 1 endcidrange begincidchar <8143> 636 <9999> 70000 endcidchar "
						       "beginnotdefrange <00> <1f> 1 endnotdefrange"),
					      CMAP_CID);
	assert_true(result.vertical);
	assert_int_equal(result.supplement, 2);
	assert_true(sk_bytes_equal(result.ordering, SK_BYTES("Japan1")));
	assert_true(sk_bytes_equal(result.use, SK_BYTES("90ms-RKSJ-H")));
	assert_int_equal(result.codes, 4 + 95);
	assert_int_equal(result.dropped, 1);
	assert_int_not_equal(sk_bytes_find(result.text, SK_BYTES("2 begincidrange\n<20> <7E> 1\n<8140> <8143> 633\nendcidrange\n"), 0), SIZE_MAX);
	result = canonical(SK_BYTES("/Identity-V usecmap /Registry (a)b) /Ordering () /Supplement 99999"), CMAP_CID);
	assert_true(sk_bytes_equal(result.ordering, SK_BYTES("Identity")));
	assert_int_equal(result.supplement, 0);
	result = canonical(SK_BYTES("begincidrange <0000> <ffff> 0 endcidrange"), CMAP_CID);
	assert_int_equal(result.codes, 65536);
}

static void test_malformed(void **state)
{
	(void)state;
	static const char *const nothing[] = {"", "begincmap endcmap", "/Evil usecmap", "beginbfchar <01> endbfchar", "beginbfrange <00000000> <FFFFFFFF> <0000>",
					      "beginbfchar <0102030405> <0041>", "begincodespacerange <00> <FF> endcodespacerange"};
	struct cmap_result result;
	for (size_t i = 0; i < SK_COUNT(nothing); i++)
		assert_int_equal(cmap_canonical(sk_bytes_str(nothing[i]), CMAP_UNICODE, &arena, &result), SK_MALFORMED);
	struct sk_buf many;
	sk_buf_init(&many, &arena, ARENA);
	sk_buf_str(&many, "beginbfrange ");
	for (int i = 0; i < 17; i++)
		sk_buf_str(&many, "<0000> <FFFF> <0000> ");
	assert_int_equal(cmap_canonical(sk_buf_bytes(&many), CMAP_UNICODE, &arena, &result), SK_LIMIT);
}

static void test_long_targets(void **state)
{
	(void)state;
	struct sk_buf source;
	sk_buf_init(&source, &arena, ARENA);
	for (size_t units = CMAP_UNITS_MAX; units <= CMAP_UNITS_MAX + 1; units++) {
		sk_buf_str(&source, "beginbfchar <0");
		sk_buf_decimal(&source, (int64_t)(units - CMAP_UNITS_MAX));
		sk_buf_str(&source, "> <");
		for (size_t i = 0; i < units; i++)
			sk_buf_str(&source, "3042");
		sk_buf_str(&source, "> endbfchar ");
	}
	struct cmap_result result = canonical(sk_buf_bytes(&source), CMAP_UNICODE);
	assert_int_equal(result.codes, 1);
	assert_int_equal(result.dropped, 1);
}

/* Each part is needed, in its place. */
static void test_refused(void **state)
{
	(void)state;
	static const char *const refused[] = {
		"", FOOT, UNICODE_HEAD FOOT, UNICODE_HEAD ONE_BYTE FOOT, UNICODE_HEAD "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT,
		UNICODE_HEAD ONE_BYTE "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT "x", UNICODE_HEAD ONE_BYTE "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n",
		UNICODE_HEAD ONE_BYTE "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n1 beginbfrange\n<43> <43> <0061>\nendbfrange\n" FOOT,
		UNICODE_HEAD ONE_BYTE "2 beginbfrange\n<41> <41> <0061>\n<42> <42> <0062>\nendbfrange\n" FOOT,
		UNICODE_HEAD ONE_BYTE "2 beginbfrange\n<43> <43> <0061>\n<41> <41> <0062>\nendbfrange\n" FOOT,
		UNICODE_HEAD ONE_BYTE "1 beginbfchar\n<41> <0061>\nendbfchar\n" FOOT, UNICODE_HEAD ONE_BYTE "1 begincidrange\n<41> <41> 97\nendcidrange\n" FOOT,
		UNICODE_HEAD "2 begincodespacerange\n<80> <FF>\n<00> <7F>\nendcodespacerange\n1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT,
		UNICODE_HEAD "2 begincodespacerange\n<00> <FF>\n<00> <7F>\nendcodespacerange\n1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT,
		UNICODE_HEAD "1 begincodespacerange\n<00> <FFFF>\nendcodespacerange\n1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT,
	};
	assert_true(cmap_allowed(SK_BYTES(UNICODE_HEAD ONE_BYTE "1 beginbfrange\n<41> <41> <0061>\nendbfrange\n" FOOT), CMAP_UNICODE));
	for (size_t i = 0; i < SK_COUNT(refused); i++)
		if (cmap_allowed(sk_bytes_str(refused[i]), CMAP_UNICODE))
			fail_msg("accepted: %s", refused[i]);
}

static void test_sections(void **state)
{
	(void)state;
	struct sk_buf source;
	sk_buf_init(&source, &arena, ARENA);
	sk_buf_str(&source, "beginbfchar ");
	for (int i = 0; i < 200; i++) {
		char line[64];
		snprintf(line, sizeof line, "<%04X> <%04X> ", i * 2, 0x3000 + i);
		sk_buf_str(&source, line);
	}
	struct cmap_result result = canonical(sk_buf_bytes(&source), CMAP_UNICODE);
	assert_int_equal(result.codes, 200);
	size_t first = sk_bytes_find(result.text, SK_BYTES("\n100 beginbfrange\n"), 0);
	assert_int_not_equal(first, SIZE_MAX);
	assert_int_not_equal(sk_bytes_find(result.text, SK_BYTES("\n100 beginbfrange\n"), first + 1), SIZE_MAX);
}

/* Changes of canonical text, one byte at a time: what is accepted is canonical. */
static void test_one_byte_changed(void **state)
{
	static const char *const texts[] = {
		UNICODE_HEAD "2 begincodespacerange\n<00> <7F>\n<8100> <9FFF>\nendcodespacerange\n4 beginbfrange\n<41> <42> <0061>\n<43> <43> <D83DDE00>\n<8140> <814F> "
			     "<3000>\n<8150> <8150> <3010>\nendbfrange\n" FOOT,
		"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/V usecmap\n/CIDSystemInfo 3 dict dup begin\n/Registry (Adobe) def\n/Ordering (Japan1) def\n"
		"/Supplement 2 def\nend def\n/CMapName /Sekisho def\n/CMapType 1 def\n/WMode 1 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
		"3 begincidrange\n<2121> <2122> 633\n<2123> <2124> 636\n<2125> <2125> 639\nendcidrange\n" FOOT,
	};
	static const uint8_t bytes[] = "\n 019AFf<>()/%b\x80";
	(void)state;
	for (int kind = CMAP_UNICODE; kind <= CMAP_CID; kind++) {
		sk_bytes text = sk_bytes_str(texts[kind]);
		unsigned accepted = 0;
		if (kind == CMAP_CID)
			assert_true(cmap_allowed(text, CMAP_CID));
		for (size_t i = 0; i < text.len; i++)
			for (size_t k = 0; k < sizeof bytes; k++) {
				struct cmap_result result;
				size_t mark = sk_arena_mark(&arena);
				sk_bytes b = sk_arena_copy(&arena, text);
				uint8_t *changed = sk_arena_raw(&arena, text.len);
				memcpy(changed, b.at, b.len);
				changed[i] = bytes[k];
				b = sk_bytes_of(changed, b.len);
				enum sk_status status = cmap_canonical(b, (enum cmap_kind)kind, &arena, &result);
				bool same = status == SK_OK && sk_bytes_equal(result.text, b);
				if (cmap_allowed(b, (enum cmap_kind)kind) != same)
					fail_msg("byte %zu as %02x: %.*s", i, bytes[k], (int)b.len, (const char *)b.at);
				accepted += same;
				if (status == SK_OK)
					assert_true(cmap_allowed(result.text, (enum cmap_kind)kind));
				sk_arena_release(&arena, mark);
			}
		assert_in_range(accepted, 30, 3000);
	}
}

static void test_predefined(void **state)
{
	(void)state;
	assert_true(cmap_predefined(SK_BYTES("Identity-H")) && cmap_predefined(SK_BYTES("UniJIS-UTF16-V")) && cmap_predefined(SK_BYTES("H")));
	assert_false(cmap_predefined(SK_BYTES("")) || cmap_predefined(SK_BYTES("-H")) || cmap_predefined(SK_BYTES("Identity")) || cmap_predefined(SK_BYTES("Evil-H")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ranges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cid, setup, teardown),
		cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_targets, setup, teardown),
		cmocka_unit_test(test_refused),
		cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_byte_changed, setup, teardown),
		cmocka_unit_test(test_predefined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
