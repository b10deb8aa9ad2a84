/* The base: views, cursor, buffers, arena, text, numbers. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static uint8_t memory[1 << 16];
static struct sk_arena arena;

static int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static void test_bytes(void **state)
{
	(void)state;
	sk_bytes b = SK_BYTES("word/document.xml");
	assert_true(sk_bytes_starts(b, SK_BYTES("word/")));
	assert_true(sk_bytes_ends(b, SK_BYTES(".xml")));
	assert_false(sk_bytes_ends(SK_BYTES("l"), SK_BYTES(".xml")));
	assert_true(sk_bytes_equal_nocase(b, SK_BYTES("WORD/Document.XML")));
	assert_false(sk_bytes_equal_nocase(SK_BYTES("@"), SK_BYTES("`"))); /* 0x40 and 0x60 are no letters */
	assert_int_equal(sk_bytes_find(b, SK_BYTES("o"), 2), 6);
	assert_true(sk_bytes_find(b, SK_BYTES("zip"), 0) == SIZE_MAX);
	assert_true(sk_bytes_find(b, SK_BYTES("w"), 100) == SIZE_MAX);
	assert_int_equal(sk_bytes_slice(b, 14, 100).len, 3);
	assert_int_equal(sk_bytes_slice(b, 100, 1).len, 0);
	assert_true(sk_bytes_compare(SK_BYTES("a"), SK_BYTES("ab")) < 0);
	assert_true(sk_bytes_compare(SK_BYTES("b"), SK_BYTES("ab")) > 0);
	assert_int_equal(sk_bytes_compare(b, b), 0);
}

static void test_cursor_is_sticky(void **state)
{
	(void)state;
	struct sk_cursor c = sk_cursor_of(SK_BYTES("\x01\x02\x03\x04\x05\x06"));
	assert_int_equal(sk_cursor_u16le(&c), 0x0201);
	struct sk_cursor window = sk_cursor_window(&c, 2);
	assert_int_equal(sk_cursor_u16be(&window), 0x0304);
	assert_int_equal(sk_cursor_u8(&window), 0);
	assert_int_equal(window.status, SK_TRUNCATED);
	assert_int_equal(c.status, SK_OK);
	assert_int_equal(sk_cursor_u32le(&c), 0); /* two bytes are left */
	assert_int_equal(c.status, SK_TRUNCATED);
	assert_int_equal(sk_cursor_u8(&c), 0); /* they stay unread */
	assert_int_equal(c.offset, 4);
}

static void test_cursor_numbers(void **state)
{
	(void)state;
	struct sk_cursor c = sk_cursor_of(SK_BYTES("\x01\x02\x03\x04\x05\x06\x07\x88\xAA\xBB\xCC\xDD"));
	assert_true(sk_cursor_u64le(&c) == 0x8807060504030201u);
	assert_true(sk_cursor_u32be(&c) == 0xAABBCCDDu);
	assert_int_equal(c.status, SK_OK);
	assert_int_equal(c.left, 0);
}

static void test_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		bool valid;
	} rows[] = {
		{"plain ascii, long enough for the fast way", true},
		{"水道局🚰", true},
		{"\xC0\x80", false},         /* overlong */
		{"\xE0\x9F\xBF", false},     /* overlong */
		{"\xED\xA0\x80", false},     /* surrogate */
		{"\xF4\x90\x80\x80", false}, /* above U+10FFFF */
		{"\xF0\x8F\xBF\xBF", false}, /* overlong */
		{"\xE6\xB0", false},         /* cut */
		{"12345678\x80", false},
		{"\xEF\xBF\xBF", true},
	};
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		assert_int_equal(sk_utf8_valid(sk_bytes_str(rows[i].bytes)), rows[i].valid);
	assert_false(sk_utf8_valid(SK_BYTES("1234567\0"))); /* NUL, in the fast way and in the slow one */
	assert_false(sk_utf8_valid(SK_BYTES("\0")));
}

static void test_utf8_encode_decode(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= 0x110000; c += c < 0x3000 ? 1 : 0x1F) {
		uint8_t encoded[4];
		size_t len = sk_utf8_encode(c, encoded);
		bool scalar = c < 0xD800 || (c >= 0xE000 && c <= 0x10FFFF);
		assert_int_equal(len > 0, scalar);
		size_t offset = 0;
		if (scalar) {
			assert_true(sk_utf8_valid(sk_bytes_of(encoded, len)));
			assert_int_equal(sk_utf8_decode(sk_bytes_of(encoded, len), &offset), c);
			assert_int_equal(offset, len);
		}
	}
	size_t offset = 0;
	assert_int_equal(sk_utf8_decode(SK_BYTES("\xE6\xB0"), &offset), 0xFFFD);
	assert_int_equal(offset, 1);
}

static void test_numbers(void **state)
{
	int64_t value;
	uint64_t big;
	(void)state;
	assert_true(sk_parse_i64(SK_BYTES("-9223372036854775808"), &value) && value == INT64_MIN);
	assert_true(sk_parse_i64(SK_BYTES("+7"), &value) && value == 7);
	assert_false(sk_parse_i64(SK_BYTES("9223372036854775808"), &value));
	assert_false(sk_parse_i64(SK_BYTES(""), &value));
	assert_false(sk_parse_i64(SK_BYTES("-"), &value));
	assert_false(sk_parse_i64(SK_BYTES("1 "), &value));
	assert_true(sk_parse_u64(SK_BYTES("18446744073709551615"), &big) && big == UINT64_MAX);
	assert_false(sk_parse_u64(SK_BYTES("18446744073709551616"), &big));
}

static void test_buf_has_a_maximum(void **state)
{
	struct sk_buf buf;
	(void)state;
	sk_buf_init(&buf, &arena, 10);
	sk_buf_str(&buf, "12345");
	sk_buf_u32le(&buf, 0x44434241);
	assert_int_equal(buf.status, SK_OK);
	sk_buf_str(&buf, "ab");
	assert_int_equal(buf.status, SK_LIMIT);
	assert_int_equal(buf.len, 9); /* all or nothing */
	sk_buf_u8(&buf, 'x');
	assert_int_equal(buf.len, 9); /* sticky */
}

static void test_buf_numbers(void **state)
{
	struct sk_buf buf;
	uint8_t room[64];
	(void)state;
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_decimal(&buf, INT64_MIN);
	sk_buf_u8(&buf, ' ');
	sk_buf_decimal(&buf, 0);
	sk_buf_u8(&buf, ' ');
	sk_buf_hex(&buf, SK_BYTES("\x0F\xA0"));
	assert_true(sk_bytes_equal(sk_buf_bytes(&buf), SK_BYTES("-9223372036854775808 0 0fa0")));
	sk_buf_reset(&buf);
	sk_buf_u32be(&buf, 0x01020304);
	sk_buf_u64le(&buf, 0x0102030405060708u);
	assert_true(sk_bytes_equal(sk_buf_bytes(&buf), SK_BYTES("\x01\x02\x03\x04\x08\x07\x06\x05\x04\x03\x02\x01")));
}

static void test_arena_budget(void **state)
{
	(void)state;
	assert_non_null(sk_arena_make(&arena, sizeof memory / 2));
	assert_null(sk_arena_make(&arena, sizeof memory));
	assert_true(arena.exhausted);
	assert_null(sk_arena_array(&arena, SIZE_MAX, 16)); /* the product overflows */
	assert_null(sk_arena_raw(&arena, SIZE_MAX));
}

static void test_arena_marks(void **state)
{
	(void)state;
	uint8_t *first = sk_arena_make(&arena, 100);
	size_t mark = sk_arena_mark(&arena);
	uint8_t *second = sk_arena_make(&arena, 100);
	memset(first, 1, 100);
	memset(second, 2, 100);
	sk_arena_release(&arena, mark);
	assert_int_equal(arena.used, mark);
	assert_int_equal(first[99], 1);
	uint8_t *third = sk_arena_make(&arena, 100);
	assert_int_equal(third[0], 0); /* zeroed again */
}

static bool all_zero(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] != 0)
			return false;
	return true;
}

/* What was written to is zeroed again, from the bottom and from the top; a new mapping is zero by itself. */
static void test_arena_clean_memory(void **state)
{
	(void)state;
	static uint8_t clean[4096];
	struct sk_arena a;
	sk_arena_init_clean(&a, clean, sizeof clean);
	for (size_t round = 0; round < 3; round++) {
		uint8_t *bottom = sk_arena_make(&a, 500 * (round + 1));
		assert_true(all_zero(bottom, 500 * (round + 1)));
		memset(bottom, 0xAA, 500 * (round + 1));
		uint8_t *top = sk_arena_top(&a, 1000);
		memset(top, 0xAA, 1000);
		sk_arena_reset(&a);
	}
	uint8_t *all = sk_arena_make(&a, 4000);
	assert_true(all_zero(all, 4000));
	sk_arena_reset(&a);
}

static void test_arena_grows(void **state)
{
	(void)state;
	uint8_t *grown = sk_arena_raw(&arena, 10);
	memcpy(grown, "0123456789", 10);
	for (size_t len = 10; len < 5000; len *= 2)
		grown = sk_arena_grow(&arena, grown, len, len * 2);
	assert_non_null(grown);
	assert_memory_equal(grown, "0123456789", 10);
	void *other = sk_arena_raw(&arena, 1);
	uint8_t *moved = sk_arena_grow(&arena, grown, 10, 6000);
	assert_non_null(other);
	assert_memory_equal(moved, "0123456789", 10);
	sk_bytes copy = sk_arena_copy(&arena, SK_BYTES("abc"));
	assert_true(sk_bytes_equal(copy, SK_BYTES("abc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_cursor_is_sticky),
		cmocka_unit_test(test_cursor_numbers),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_utf8_encode_decode),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test_setup_teardown(test_buf_has_a_maximum, begin, end),
		cmocka_unit_test_setup_teardown(test_buf_numbers, begin, end),
		cmocka_unit_test_setup_teardown(test_arena_budget, begin, end),
		cmocka_unit_test_setup_teardown(test_arena_marks, begin, end),
		cmocka_unit_test(test_arena_clean_memory),
		cmocka_unit_test_setup_teardown(test_arena_grows, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
