/* One spelling for each number and name, accepted by those who ask; values out of text; text strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "format/pdf/object.h"
#include "format/pdf/reader.h"
#include "format/pdf/writer.h"

static uint8_t memory[1 << 20];

static struct sk_arena arena_of(void)
{
	struct sk_arena arena;
	sk_arena_init(&arena, memory, sizeof memory);
	return arena;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"1", "1"},       {"+1", "1"},       {"-0", "0"},          {"00.50", ".5"},       {"-.500", "-.5"},       {"1.", "1"},
		{"12.340", "12.34"}, {"--5", "-5"},  {"", "0"},            {".", "0"},            {"0.000000001", "0"},   {"-0.000000001", "0"},
		{"3.1415926535", "3.14159265"},      {"12345678901234567890", "999999999999999"}, {"-12345678901234567890", "-999999999999999"},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		uint8_t room[64];
		struct sk_buf out;
		sk_buf_fixed(&out, room, sizeof room);
		pdf_number_put(&out, sk_bytes_str(rows[i].from));
		assert_true(sk_bytes_equal(sk_buf_bytes(&out), sk_bytes_str(rows[i].to)));
		assert_true(pdf_number_ok(sk_buf_bytes(&out)));
	}
}

static void test_numbers_that_are_none(void **state)
{
	static const char *const rows[] = {"", "-", ".", "01", "1.0", "-0", "0.5", "1e3", "+1", "1 ", "--1", ".123456789", "1234567890123456", "1.2.3"};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		assert_false(pdf_number_ok(sk_bytes_str(rows[i])));
}

static void test_lists(void **state)
{
	static const char *const good[] = {"", "1", "1 2", "0 0 612 792", "3[1 2 3]7", "[][1]", "[[1]2]"};
	static const char *const bad[] = {" 1", "1  2", "[", "]", "1]", "[1", "1 [2]", "1 a", "1,2", "[1]]["};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(good); i++)
		assert_true(pdf_numbers_ok(sk_bytes_str(good[i])));
	for (size_t i = 0; i < SK_COUNT(bad); i++)
		assert_false(pdf_numbers_ok(sk_bytes_str(bad[i])));
}

static void test_names(void **state)
{
	static const char *const bad[] = {"a b", "a/b", "#", "#4", "#41", "#2f", "#00", "a#", "(x)", "\x80"};
	uint8_t room[64];
	struct sk_buf out;
	(void)state;
	sk_buf_fixed(&out, room, sizeof room);
	pdf_name_put(&out, SK_BYTES("A b#/\x82\xA0\0z"));
	assert_true(sk_bytes_equal(sk_buf_bytes(&out), SK_BYTES("A#20b#23#2F#82#A0z")));
	assert_true(pdf_name_ok(sk_buf_bytes(&out)));
	assert_true(pdf_name_ok(SK_BYTES("")));
	for (size_t i = 0; i < SK_COUNT(bad); i++)
		assert_false(pdf_name_ok(sk_bytes_str(bad[i])));
	assert_true(value_compare_names(SK_BYTES("a#20"), SK_BYTES("a")) > 0);
	assert_true(value_compare_names(SK_BYTES("a#20"), SK_BYTES("ab")) < 0);
	assert_int_equal(value_compare_names(SK_BYTES("#82x"), SK_BYTES("#82x")), 0);
}

static struct pdf_value parse(struct sk_arena *arena, const char *text)
{
	struct value_stack stack = {.room = 0};
	struct pdf_value value;
	assert_int_equal(value_parse(sk_bytes_str(text), arena, &stack, &value), SK_OK);
	return value;
}

static void test_values(void **state)
{
	struct sk_arena arena = arena_of();
	struct pdf_value v = parse(&arena, "<</B(a\\(b\\)\\101\\r\\\nc)/A[1 -2.5 true null/N#61me 12 3 R<4142 4>]/A[(late)]>>% end");
	(void)state;
	assert_int_equal(v.kind, VALUE_DICTIONARY);
	assert_int_equal(v.count, 2);
	const struct pdf_value *a = VALUE_FIND(&v, "A"), *b = VALUE_FIND(&v, "B");
	assert_int_equal(a->count, 1); /* the last of one name */
	assert_true(sk_bytes_equal(b->bytes, SK_BYTES("a(b)A\rc")));
	assert_null(VALUE_FIND(&v, "C"));
	v = parse(&arena, "[1 -2.5 true null/N#61me 12 3 R<4142 4>]");
	assert_int_equal(v.count, 7);
	assert_int_equal(v.items[0].kind, VALUE_INTEGER);
	assert_int_equal(value_milli(&v.items[1], 0), -2500);
	assert_true(v.items[2].yes);
	assert_int_equal(v.items[3].kind, VALUE_NULL);
	assert_true(value_is_name(&v.items[4], SK_BYTES("Name")));
	assert_int_equal(v.items[5].kind, VALUE_REFERENCE);
	assert_int_equal(v.items[5].reference.number, 12);
	assert_true(sk_bytes_equal(v.items[6].bytes, SK_BYTES("AB@")));
	assert_int_equal(parse(&arena, "7 0 R").kind, VALUE_REFERENCE);
	assert_int_equal(parse(&arena, "[(never ends").count, 1);
	sk_arena_reset(&arena);
}

static void test_depth(void **state)
{
	struct sk_arena arena = arena_of();
	struct value_stack stack = {.room = 0};
	struct pdf_value value;
	static char deep[400];
	(void)state;
	memset(deep, '[', sizeof deep);
	assert_int_equal(value_parse(sk_bytes_of(deep, sizeof deep), &arena, &stack, &value), SK_LIMIT);
	assert_int_equal(value_parse(sk_bytes_of(deep, 90), &arena, &stack, &value), SK_OK);
	sk_arena_reset(&arena);
}

static void expect_text(sk_bytes from, const char *to)
{
	struct sk_arena arena = arena_of();
	sk_bytes text = text_of(&arena, from);
	assert_true(sk_bytes_equal(text, sk_bytes_str(to)));
	struct sk_buf out;
	struct value_stack stack = {.room = 0};
	struct pdf_value again;
	sk_buf_init(&out, &arena, 1000);
	value_put_text(&out, text);
	assert_int_equal(value_parse(sk_buf_bytes(&out), &arena, &stack, &again), SK_OK);
	assert_true(sk_bytes_equal(text_of(&arena, again.bytes), text)); /* what is written is read as the same */
	sk_arena_reset(&arena);
}

static void test_texts(void **state)
{
	(void)state;
	expect_text(SK_BYTES("plain (text) \\"), "plain (text) \\");
	expect_text(SK_BYTES("\xFE\xFF\x65\xE5\x67\x2C\xD8\x42\xDF\xB7"), "日本𠮷");
	expect_text(SK_BYTES("\xFF\xFE\xE5\x65"), "日");
	expect_text(SK_BYTES("\xEF\xBB\xBF\xE6\x97\xA5\n\r"), "日\n\r");
	expect_text(SK_BYTES("\x8A\xA0\xE9"), "−€é");
	expect_text(SK_BYTES("a\x01\x02z"), "az");
	expect_text(SK_BYTES("\xFE\xFF\0\x1B\0j\0a\0\x1B\0x\xD8\0"), "x\xEF\xBF\xBD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_numbers_that_are_none), cmocka_unit_test(test_lists), cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),  cmocka_unit_test(test_depth),                 cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
