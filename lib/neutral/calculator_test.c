/* Calculator functions: their one spelling, and what they do to the stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "neutral/calculator.h"

static uint8_t memory[1 << 20];

static enum sk_status read(const char *source, unsigned inputs, unsigned outputs, sk_bytes *text)
{
	static struct sk_arena arena;
	sk_arena_reset(&arena);
	sk_arena_init(&arena, memory, sizeof memory);
	return calculator_canonical(sk_bytes_str(source), inputs, outputs, &arena, text);
}

static void put_times(struct sk_buf *to, const char *word, size_t times)
{
	while (times-- > 0)
		sk_buf_str(to, word);
}

/* dup so many times. */
static enum sk_status read_growing(size_t times, sk_bytes *text)
{
	static uint8_t room[1024];
	struct sk_buf source;
	sk_buf_fixed(&source, room, sizeof room);
	sk_buf_str(&source, "{");
	put_times(&source, "dup ", times);
	sk_buf_put(&source, SK_BYTES("}\0"));
	assert_int_equal(source.status, SK_OK);
	return read((const char *)room, 1, 1, text);
}

/* A block in so many conditions. */
static enum sk_status read_nested(size_t times, sk_bytes *text)
{
	static uint8_t room[1024];
	struct sk_buf source;
	sk_buf_fixed(&source, room, sizeof room);
	put_times(&source, "{true", times);
	sk_buf_str(&source, "{1 add}");
	put_times(&source, "if}", times);
	sk_buf_u8(&source, '\0');
	assert_int_equal(source.status, SK_OK);
	return read((const char *)room, 1, 1, text);
}

static void test_spelling(void **state)
{
	(void)state;
	static const struct {
		const char *source;
		unsigned inputs, outputs;
		const char *expected; /* "": refused */
	} cases[] = {
		{"{ dup mul exch { 1 } { .5 sub } ifelse }", 3, 1, ""},
		{"{ dup 0.50 gt { 1 exch sub } { 2 mul } ifelse }", 1, 1, "{dup .5 gt{1 exch sub}{2 mul}ifelse}"},
		{"{}", 1, 1, "{}"},
		{"  %c\n{2 copy add 3 1 roll pop pop} trailing", 2, 1, "{2 copy add 3 1 roll pop pop}"},
		{"{1 index 3 -1 roll add}", 2, 2, "{1 index 3 -1 roll add}"},
		{"{true{pop}if", 1, 0, ""},
		{"{true{1 add}if", 1, 1, "{true{1 add}if}"},
		{"{360 mul sin\n2 div exch 360 mul sin 2 div add}", 2, 1, "{360 mul sin 2 div exch 360 mul sin 2 div add}"},
		{"{0 lt{1}{2}ifelse 3}", 1, 2, "{0 lt{1}{2}ifelse 3}"},
	};
	for (size_t i = 0; i < SK_COUNT(cases); i++) {
		sk_bytes text;
		enum sk_status status = read(cases[i].source, cases[i].inputs, cases[i].outputs, &text);
		if ((status == SK_OK) != (*cases[i].expected != '\0'))
			fail_msg("%s: %s", cases[i].source, sk_status_name(status));
		if (status == SK_OK && (!sk_bytes_equal(text, sk_bytes_str(cases[i].expected)) || !calculator_allowed(text)))
			fail_msg("%s: %.*s", cases[i].source, (int)text.len, (const char *)text.at);
	}
}

static void test_malformed(void **state)
{
	(void)state;
	static const char *const refused[] = {"", "{", "{exec}", "{(a)}", "{1 2 def}", "{dup}{pop}", "{pop pop}", "{add}", "{/x}", "{dup copy}",
					      "{roll}", "{1 roll}", "{1.5 copy}", "{200 copy}", "{2 index}", "{if}", "{true{1}{2 3}ifelse}", "{true{}else}", "{<00>}",
					      "{-1 copy}", "{-1 0 roll}", "{pop"};
	sk_bytes text;
	for (size_t i = 0; i < SK_COUNT(refused); i++)
		if (read(refused[i], 1, 1, &text) == SK_OK && i != 1 && i != 5)
			fail_msg("accepted: %s", refused[i]);
	assert_int_equal(read_nested(31, &text), SK_OK);
	assert_int_not_equal(read_nested(32, &text), SK_OK);
	assert_int_equal(read_growing(99, &text), SK_OK);
	assert_int_not_equal(read_growing(100, &text), SK_OK);
	assert_int_not_equal(read("{}", 1, 2, &text), SK_OK);
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const refused[] = {"{ }", "{dup }", "{ dup}", "{dup  mul}", "{dup\nmul}", "{1.0}", "{0.5}", "{DUP}", "{dup{1}if }", "{dup {1}if}", "{dup{1} if}",
					      "{dup{1}ifelse}", "{dup{1}{2}if}", "{dup{1}if}x", "{dup{1}ifx}", "{%\n}", "{+1}", "{exec}", "{dup", "}", "{1{2}}", "{dup{1}ifdup}"};
	for (size_t i = 0; i < SK_COUNT(refused); i++)
		if (calculator_allowed(sk_bytes_str(refused[i])))
			fail_msg("accepted: %s", refused[i]);
	assert_true(calculator_allowed(SK_BYTES("{dup{1}if dup{2}{3}ifelse}")));
	assert_true(calculator_allowed(SK_BYTES("{add}")));
	assert_false(calculator_fits(SK_BYTES("{add}"), 1, 1));
	assert_true(calculator_fits(SK_BYTES("{add}"), 2, 1));
	assert_false(calculator_fits(SK_BYTES("{add}"), 101, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
