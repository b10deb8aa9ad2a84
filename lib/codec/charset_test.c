/* Character sets: known vectors, every code of every set there and back, hostile bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "codec/charset.h"

static uint8_t forth_memory[1 << 16], back_memory[1 << 16];

static sk_bytes forth(enum charset charset, sk_bytes in, size_t *replaced)
{
	struct sk_buf out;
	sk_buf_fixed(&out, forth_memory, sizeof forth_memory);
	assert_int_equal(charset_to_utf8(charset, in, &out, replaced), SK_OK);
	assert_true(memchr(in.at, 0, in.len) != NULL || sk_utf8_valid(sk_buf_bytes(&out)));
	return sk_buf_bytes(&out);
}

static sk_bytes back(enum charset charset, sk_bytes in, size_t *replaced)
{
	struct sk_buf out;
	sk_buf_fixed(&out, back_memory, sizeof back_memory);
	assert_int_equal(charset_from_utf8(charset, in, &out, replaced), SK_OK);
	return sk_buf_bytes(&out);
}

static void same(sk_bytes got, sk_bytes wanted)
{
	if (!sk_bytes_equal(got, wanted))
		fail_msg("got '%.*s', wanted '%.*s'", (int)got.len, got.at, (int)wanted.len, wanted.at);
}

static void test_vectors(void **state)
{
	const struct {
		enum charset charset;
		sk_bytes bytes, utf8;
	} rows[] = {
		{CHARSET_UTF_8, SK_BYTES("\xE6\x97\xA5"), SK_BYTES("日")},
		{CHARSET_UTF_16LE, SK_BYTES("\xE5\x65\x3D\xD8\x00\xDE"), SK_BYTES("日😀")},
		{CHARSET_UTF_16BE, SK_BYTES("\x65\xE5\xD8\x3D\xDE\x00"), SK_BYTES("日😀")},
		{CHARSET_CP932, SK_BYTES("\x93\xFA\x96\x7B\xB1\x87\x40\xFA\xB1\x81\x60\xF0\x40 \\"), SK_BYTES("日本ｱ①﨑～\xEE\x80\x80 \\")},
		{CHARSET_EUC_JP, SK_BYTES("\xC6\xFC\x8E\xB1\x8F\xB0\xA1\xA1\xC1"), SK_BYTES("日ｱ丂～")},
		{CHARSET_ISO_2022_JP, SK_BYTES("a\x1B$BF|K\\\x1B(I1\x1B$(D0!\x1B$B-!y!\x1B(B\n"), SK_BYTES("a日本ｱ丂①纊\n")},
		{CHARSET_CP1252, SK_BYTES("caf\xE9 \x80"), SK_BYTES("café €")},
		{CHARSET_CP437, SK_BYTES("caf\x82 \xE1"), SK_BYTES("café ß")},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		size_t replaced;
		same(forth(rows[i].charset, rows[i].bytes, &replaced), rows[i].utf8);
		assert_int_equal(replaced, 0);
		same(back(rows[i].charset, rows[i].utf8, &replaced), rows[i].bytes);
		assert_int_equal(replaced, 0);
	}
}

/* Every two or three bytes: what is one character comes back as the same character, mostly as the same bytes. */
static void whole_set(enum charset charset, uint8_t first, size_t len, unsigned duplicates_max)
{
	unsigned duplicates = 0, characters = 0;
	for (unsigned code = 0; code < 65536; code++) {
		uint8_t bytes[3] = {first, (uint8_t)(code >> 8), (uint8_t)(code & 0xFF)};
		uint8_t text[16];
		size_t replaced, again;
		if (bytes[1] < 0x80 || bytes[2] == 0)
			continue;
		sk_bytes in = sk_bytes_of(bytes + 3 - len, len);
		sk_bytes utf8 = forth(charset, in, &replaced);
		if (replaced > 0)
			continue;
		memcpy(text, utf8.at, utf8.len);
		sk_bytes kept = sk_bytes_of(text, utf8.len), twin = back(charset, kept, &replaced);
		assert_int_equal(replaced, 0);
		characters++;
		duplicates += !sk_bytes_equal(in, twin);
		same(forth(charset, twin, &again), kept);
	}
	assert_true(characters > 6000);
	assert_in_range(duplicates, 0, duplicates_max);
}

static void test_whole_sets(void **state)
{
	(void)state;
	whole_set(CHARSET_CP932, 0, 2, 398); /* 22 of NEC row 13 and JIS X 0208, 374 NEC selected, 2 not signs */
	whole_set(CHARSET_EUC_JP, 0, 2, 20);
	whole_set(CHARSET_EUC_JP, 0x8F, 3, 20);
}

static void test_ascii_survives(void **state)
{
	static const enum charset sets[] = {CHARSET_UTF_8, CHARSET_CP932, CHARSET_EUC_JP, CHARSET_ISO_2022_JP};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(sets); i++)
		for (unsigned lead = 0x80; lead < 0x100; lead++) {
			uint8_t bytes[] = {(uint8_t)lead, '"', '\n', (uint8_t)lead, ',', 'x'};
			size_t replaced;
			sk_bytes out = forth(sets[i], sk_bytes_of(bytes, sizeof bytes), &replaced);
			assert_true(sk_bytes_find(out, SK_BYTES("\"\n"), 0) != SIZE_MAX);
			assert_true(sk_bytes_find(out, SK_BYTES(",x"), 0) != SIZE_MAX);
		}
}

static void test_repairs(void **state)
{
	const struct {
		enum charset charset;
		sk_bytes bytes, utf8;
		size_t replaced;
	} rows[] = {
		{CHARSET_UTF_8, SK_BYTES("a\xC0\xAF\xED\xA0\x80z"), SK_BYTES("a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDz"), 5},
		{CHARSET_UTF_8, SK_BYTES("\uFFFD\xE6\x97"), SK_BYTES("\uFFFD\uFFFD\uFFFD"), 2},
		{CHARSET_UTF_16LE, SK_BYTES("\x00\xDC\x3D\xD8\x41\x00\x42"), SK_BYTES("\uFFFD\uFFFDA\uFFFD"), 3},
		{CHARSET_UTF_16LE, SK_BYTES("\xFD\xFF"), SK_BYTES("\uFFFD"), 0},
		{CHARSET_CP932, SK_BYTES("\x80\xA0\xFF\x81"), SK_BYTES("\uFFFD\uFFFD\uFFFD\uFFFD"), 4},
		{CHARSET_EUC_JP, SK_BYTES("\x8F\xA1\x8E\xA1\xFF"), SK_BYTES("\uFFFD\uFFFD｡\uFFFD"), 3},
		{CHARSET_ISO_2022_JP, SK_BYTES("\x1B$B<s\ncript\x1B$x\x1B"), SK_BYTES("首\ncript\uFFFD$x\uFFFD"), 2},
		{CHARSET_CP1252, SK_BYTES("\x81"), SK_BYTES("\uFFFD"), 1},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		size_t replaced;
		same(forth(rows[i].charset, rows[i].bytes, &replaced), rows[i].utf8);
		assert_int_equal(replaced, rows[i].replaced);
	}
}

static void test_what_a_set_lacks(void **state)
{
	size_t replaced;
	(void)state;
	same(back(CHARSET_CP932, SK_BYTES("a😀b\uFFFD"), &replaced), SK_BYTES("a\x81\xAC\x62\x81\xAC"));
	assert_int_equal(replaced, 2);
	same(back(CHARSET_ISO_2022_JP, SK_BYTES("😀\nä"), &replaced), SK_BYTES("\x1B$B\".\x1B(B\n\x1B$(D+#\x1B(B"));
	assert_int_equal(replaced, 1);
	same(back(CHARSET_CP437, SK_BYTES("日"), &replaced), SK_BYTES("?"));
	assert_int_equal(replaced, 1);
}

static void test_long_and_full(void **state)
{
	static uint8_t in[5000];
	struct sk_buf out;
	size_t replaced;
	(void)state;
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = i % 3 == 0 ? 'x' : i % 3 == 1 ? 0x82 : 0xA0;
	sk_bytes utf8 = forth(CHARSET_CP932, sk_bytes_of(in, sizeof in - 2), &replaced);
	assert_int_equal(utf8.len, 4998 / 3 * 4);
	same(back(CHARSET_CP932, utf8, &replaced), sk_bytes_of(in, sizeof in - 2));
	sk_buf_fixed(&out, back_memory, 100);
	assert_int_equal(charset_to_utf8(CHARSET_CP932, sk_bytes_of(in, sizeof in), &out, &replaced), SK_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_whole_sets), cmocka_unit_test(test_ascii_survives),
		cmocka_unit_test(test_repairs), cmocka_unit_test(test_what_a_set_lacks), cmocka_unit_test(test_long_and_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
