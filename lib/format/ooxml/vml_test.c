/* Excel's VML: open line breaks are closed, attributes said twice are said once, everything else stays byte for byte. */
#include "format/ooxml/read_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)1 << 20)

static void *memory;

static void becomes(const char *source, const char *wanted)
{
	struct sk_arena arena;
	sk_bytes xml = sk_bytes_str(source);

	sk_arena_init(&arena, memory, ARENA_BYTES);
	assert_int_equal(vml_repair(&arena, &xml), SK_OK);
	assert_int_equal(xml.len, strlen(wanted));
	assert_memory_equal(xml.at, wanted, xml.len);
	sk_arena_reset(&arena);
}

static void open_ones(void **state)
{
	(void)state;
	becomes("<font>a<br>b</font>", "<font>a<br/>b</font>");
	becomes("<br>", "<br/>");
	becomes("<br><br>x<br>", "<br/><br/>x<br/>");
	becomes("\xe3\x81\x82<br>\n   \xe3\x81\x84", "\xe3\x81\x82<br/>\n   \xe3\x81\x84");
}

static void others(void **state)
{
	(void)state;
	becomes("", "");
	becomes("<font>a</font>", "<font>a</font>");
	becomes("a<br/>b", "a<br/>b");
	becomes("a<br>b</br>", "a<br>b</br>");
	becomes("<brx>< br><BR><b r><br", "<brx>< br><BR><b r><br");
	becomes("<<br>>", "<<br/>>");
	becomes("<a x='<br>'>", "<a x='<br>'>");
}

static void repeated_attributes(void **state)
{
	(void)state;
	becomes("<v:fill o:relid=\"rId1\" o:relid=\"rId1\" o:relid=\"rId1\" o:title=\"a\"/>", "<v:fill o:relid=\"rId1\" o:title=\"a\"/>");
	becomes("<a x='1'\n x='1'>x='1' x='1'</a>", "<a x='1'>x='1' x='1'</a>");
	becomes("<a b='x' c='2' b='x'/><a b='x'/>", "<a b='x' c='2'/><a b='x'/>");
	becomes("<a x='1' x='1'/>t<br><b y='2' y='2'>", "<a x='1'/>t<br/><b y='2'>");
}

/* What means two things, or nothing, is left for the reader to refuse. */
static void other_attributes(void **state)
{
	static const char *const same[] = {
		"<a x='1' x='2'/>", "<a x='1' x=\"1\"/>", "<a x='1'x='1'/>", "<a x = '1' x = '1'/>", "<a x=1 x=1/>", "<a x='<br' y='>'/>", "<a x='1' x='1",
		"<a x", "<", "<a ", "<a x='1' <b x='1'/>", "<a x='x=1 x=1'/>",
	};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(same); i++)
		becomes(same[i], same[i]);
}

/* Without room for the copy the part can't be read: no half of it is handed on. */
static void budget(void **state)
{
	struct sk_arena arena;
	char *source = malloc(4097);

	(void)state;
	memset(source, 'x', 4096);
	memcpy(source, "<br>", 4);
	source[4096] = '\0';
	sk_bytes xml = sk_bytes_str(source);
	sk_arena_init(&arena, memory, 1024);
	assert_int_equal(vml_repair(&arena, &xml), SK_LIMIT);
	sk_arena_reset(&arena);
	free(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(open_ones), cmocka_unit_test(others), cmocka_unit_test(repeated_attributes), cmocka_unit_test(other_attributes), cmocka_unit_test(budget)};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests_name("vml", tests, NULL, NULL);
	free(memory);
	return failed;
}
