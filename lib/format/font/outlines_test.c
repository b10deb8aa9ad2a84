/* CFF and Type 1 programs: sound glyphs stay as they are, broken ones become empty, and rewriting twice changes nothing. */
#include "format/font/type1_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)64 << 20)

static struct sk_arena arena;

/* A bare CFF of .notdef and one glyph, with one global and one local subroutine. */
static sk_bytes cff_of(sk_bytes glyph, sk_bytes global, sk_bytes local)
{
	struct sk_buf top, out;
	const sk_bytes notdef = SK_BYTES("\x0E");
	size_t private, private_len, glyphs;

	sk_buf_init(&top, &arena, 256);
	sk_buf_init(&out, &arena, 1 << 20);
	glyphs = cff_dict_offset(&top);
	cff_dict_operator(&top, 17);
	private_len = cff_dict_offset(&top);
	private = cff_dict_offset(&top);
	cff_dict_operator(&top, 18);
	sk_buf_put(&out, SK_BYTES("\x01\x00\x04\x04"));
	cff_index_one(&out, SK_BYTES("Test"));
	size_t base = out.len + 5;
	cff_index_one(&out, sk_buf_bytes(&top));
	sk_buf_u16be(&out, 0);
	cff_index_one(&out, global);
	cff_dict_set(&out, base + glyphs, out.len);
	unsigned size = cff_index_begin(&out, 2, notdef.len + glyph.len);
	cff_index_offset(&out, size, notdef.len);
	cff_index_offset(&out, size, notdef.len + glyph.len);
	sk_buf_put(&out, notdef);
	sk_buf_put(&out, glyph);
	cff_dict_set(&out, base + private, out.len);
	cff_dict_set(&out, base + private_len, 2);
	sk_buf_put(&out, SK_BYTES("\x8D\x13")); /* subroutines two bytes on */
	cff_index_one(&out, local);
	assert_int_equal(out.status, SK_OK);
	return sk_buf_bytes(&out);
}

static struct font_result rebuilt(sk_bytes program)
{
	struct font_result made, again;

	assert_int_equal(font_canonical(FONT_ANY, program, &arena, &made), SK_OK);
	assert_int_equal(font_canonical(FONT_ANY, made.bytes, &arena, &again), SK_OK);
	assert_true(sk_bytes_equal(made.bytes, again.bytes));
	assert_true(font_allowed(made.kind, made.bytes, &arena));
	assert_false(font_allowed(made.kind == FONT_CFF ? FONT_TYPE1 : FONT_CFF, made.bytes, &arena));
	return made;
}

static unsigned broken(const char *code, size_t len)
{
	return rebuilt(cff_of(sk_bytes_of(code, len), SK_BYTES("\x0B"), SK_BYTES("\x0B"))).notes[FONT_NOTE_GLYPHS];
}
#define BROKEN(code) broken(code, sizeof(code) - 1)

static void test_charstrings(void **state)
{
	(void)state;
	assert_int_equal(BROKEN("\x8B\x8B\x15\x0E"), 0);             /* rmoveto endchar */
	assert_int_equal(BROKEN("\x8B\x8B\x15"), 0);                 /* endchar is added */
	assert_int_equal(BROKEN("\x15\x0E"), 1);                     /* too few operands */
	assert_int_equal(BROKEN("\x8B\x8B\x8B\x05\x0E"), 1);         /* half a line */
	assert_int_equal(BROKEN("\x02\x0E"), 1);                     /* no operator */
	assert_int_equal(BROKEN("\x1C\x00"), 1);                     /* a number cut short */
	assert_int_equal(BROKEN("\x8B\x8B\x01\x13\x80\x0E"), 0);     /* one hint, one byte of mask */
	assert_int_equal(BROKEN("\x8B\x8B\x01\x13"), 1);             /* no mask */
	assert_int_equal(BROKEN("\x20\x0A\x0E"), 0);                 /* -107 callsubr */
	assert_int_equal(BROKEN("\x8B\x0A\x0E"), 1);                 /* a subroutine that there is not */
	assert_int_equal(BROKEN("\x8B\x8B\x0C\x0A\x0A\x0E"), 1);     /* one that is computed */
	assert_int_equal(BROKEN("\x8B\xF7\xFF\x0C\x14\x0E"), 1);     /* put beyond the storage */
	assert_int_equal(BROKEN("\x8C\x8C\xCC\xCC\x0E"), 1);         /* two glyphs that there are not */
	char deep[50];
	memset(deep, 0x8B, sizeof deep);
	deep[49] = 0x0E;
	assert_int_equal(broken(deep, sizeof deep), 1); /* a stack of 49 */
}

static void test_subroutines(void **state)
{
	(void)state;
	/* one that calls itself; one that leaves off, which gets its return; what stands behind the return goes */
	assert_int_equal(rebuilt(cff_of(SK_BYTES("\x20\x0A\x0E"), SK_BYTES("\x0B"), SK_BYTES("\x20\x0A\x0B"))).notes[FONT_NOTE_GLYPHS], 1);
	assert_int_equal(rebuilt(cff_of(SK_BYTES("\x20\x0A\x0E"), SK_BYTES("\x0B"), SK_BYTES("\x8B\x16"))).notes[FONT_NOTE_GLYPHS], 0);
	struct font_result made = rebuilt(cff_of(SK_BYTES("\x20\x1D\x0Ehidden"), SK_BYTES("\x8B\x16\x0Bhidden"), SK_BYTES("hidden")));
	assert_int_equal(made.notes[FONT_NOTE_GLYPHS], 0);
	assert_int_equal(made.glyphs, 2);
	assert_true(sk_bytes_find(made.bytes, SK_BYTES("hidden"), 0) == SIZE_MAX);
}

static sk_bytes type1_of(const char *clear, const char *private, sk_bytes glyph)
{
	struct sk_buf out, hidden;
	uint8_t code[64] = {0};

	sk_buf_init(&out, &arena, 4096);
	sk_buf_init(&hidden, &arena, 4096);
	memcpy(code + 4, glyph.at, glyph.len);
	type1_encrypt(code, code, glyph.len + 4, TYPE1_CODE_KEY);
	sk_buf_str(&hidden, "\1\2\3\4");
	sk_buf_str(&hidden, private);
	sk_buf_str(&hidden, "/CharStrings 1 dict dup begin\n/A ");
	sk_buf_decimal(&hidden, (int64_t)glyph.len + 4);
	sk_buf_str(&hidden, " RD ");
	sk_buf_put(&hidden, sk_bytes_of(code, glyph.len + 4));
	sk_buf_str(&hidden, " ND\nend\nmark currentfile closefile\n");
	type1_encrypt(hidden.at, hidden.at, hidden.len, TYPE1_EEXEC_KEY);
	sk_buf_str(&out, clear);
	sk_buf_str(&out, "\ncurrentfile eexec\n");
	sk_buf_put(&out, sk_buf_bytes(&hidden));
	return sk_buf_bytes(&out);
}

static unsigned broken_type1(sk_bytes glyph) { return rebuilt(type1_of("%!", "", glyph)).notes[FONT_NOTE_GLYPHS]; }

static void test_type1(void **state)
{
	(void)state;
	struct font_result made = rebuilt(type1_of("%!PS\n(\\()/FontName /Nice def {(file) run} exec /FontMatrix [1e-3 0 0 .001 0 0] def",
						   "/BlueValues [-10 0 5] def /Evil {(rm) exec} def ", SK_BYTES("\x8B\x8B\x0D\x0E")));
	assert_int_equal(made.length1 + made.length2 + made.length3, made.bytes.len);
	assert_true(sk_bytes_find(made.bytes, SK_BYTES("/FontName /Nice def"), 0) != SIZE_MAX);
	assert_true(sk_bytes_find(made.bytes, SK_BYTES("[0.001 0 0 0.001 0 0]"), 0) != SIZE_MAX);
	assert_true(sk_bytes_find(made.bytes, SK_BYTES("run"), 0) == SIZE_MAX);
	assert_int_equal(made.notes[FONT_NOTE_GLYPHS], 0);
	assert_int_equal(broken_type1(SK_BYTES("\x8B\x8B\x0D")), 0);              /* endchar is added */
	assert_int_equal(broken_type1(SK_BYTES("\x0D\x0E")), 1);                  /* too few operands */
	assert_int_equal(broken_type1(SK_BYTES("\x8B\x0A\x0E")), 1);              /* a subroutine that there is not */
	assert_int_equal(broken_type1(SK_BYTES("\x0C\x11\x0E")), 1);              /* pop of nothing */
	assert_int_equal(broken_type1(SK_BYTES("\x8B\x9B\x0C\x10\x0E")), 1);      /* procedure 16 */
	assert_int_equal(broken_type1(SK_BYTES("\x8B\x8D\x0C\x10\x0E")), 1);      /* a point of a flex that did not begin */
	assert_int_equal(broken_type1(SK_BYTES("\x8B\x8B\x8B\xCC\xCC\x0C\x06")), 1); /* of itself, twice */
}

static int begin(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_charstrings, begin),
		cmocka_unit_test_setup(test_subroutines, begin),
		cmocka_unit_test_setup(test_type1, begin),
	};
	void *memory = malloc(ARENA_BYTES);

	sk_arena_init(&arena, memory, ARENA_BYTES);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	sk_arena_reset(&arena);
	free(memory);
	return failed;
}
