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
	sk_arena_init(&arena, memory, sizeof memory);
	return calculator_canonical(sk_bytes_str(source), inputs, outputs, &arena, text);
}

static void test_spelling(void **state)
{
	(void)state;
	static const struct {
		const char *source;
		unsigned inputs, outputs;
		const char *expected;
	} cases[] = {
		{"{ dup mul exch { 1 } { .5 sub } ifelse }", 3, 1, NULL},
		{"{ dup 0.50 gt { 1 exch sub } { 2 mul } ifelse }", 1, 1, "{dup .5 gt{1 exch sub}{2 mul}ifelse}"},
		{"{}", 1, 1, "{}"},
		{"  %c\n{2 copy add 3 1 roll pop pop} trailing", 2, 1, "{2 copy add 3 1 roll pop pop}"},
		{"{1 index 3 -1 roll add}", 2, 2, "{1 index 3 -1 roll add}"},
		{"{true{pop}if", 1, 0, NULL},
		{"{true{1 add}if", 1, 1, "{true{1 add}if}"},
		{"{360 mul sin\n2 div exch 360 mul sin 2 div add}", 2, 1, "{360 mul sin 2 div exch 360 mul sin 2 div add}"},
		{"{0 lt{1}{2}ifelse 3}", 1, 2, "{0 lt{1}{2}ifelse 3}"},
	};
	for (size_t i = 0; i < SK_COUNT(cases); i++) {
		sk_bytes text;
		enum sk_status status = read(cases[i].source, cases[i].inputs, cases[i].outputs, &text);
		if ((status == SK_OK) != (cases[i].expected != NULL))
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
	char deep[256];
	memset(deep, 0, sizeof deep);
	for (size_t i = 0; i < 40; i++)
		memcpy(deep + 5 * i, "{true", 5);
	assert_int_not_equal(read(deep, 1, 1, &text), SK_OK);
	static char growing[1024];
	for (size_t i = 0; i < 101; i++)
		memcpy(growing + 1 + 4 * i, "dup ", 4);
	growing[0] = '{';
	assert_int_not_equal(read(growing, 1, 1, &text), SK_OK);
	memset(growing + 1 + 4 * 99, 0, 16);
	assert_int_equal(read(growing, 1, 1, &text), SK_OK);
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
