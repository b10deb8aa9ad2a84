/* The filters of bytes: known answers of the standards, round trips with small encoders of our own, damage, and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/deflate.h"
#include "codec/salvage.h"
#include "format/raster/filters.h"

static uint8_t memory[16 << 20];
static struct sk_arena arena;
static struct filtered out;

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

#define SAME(bytes_, literal) assert_true(sk_bytes_equal(bytes_, SK_BYTES(literal)))

/* Bytes that repeat and don't, the same in every run. */
static sk_bytes noise(size_t len, unsigned spread)
{
	uint8_t *to = sk_arena_raw(&arena, len);
	uint32_t seed = 12345;
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		to[i] = (uint8_t)((seed >> 24) % spread);
	}
	return sk_bytes_of(to, len);
}

/* ---- LZW ---- */

struct packer {
	struct sk_buf to;
	uint64_t held;
	unsigned count;
	bool lowest_first;
};

static void put_code(struct packer *p, uint32_t code, unsigned width)
{
	for (unsigned i = 0; i < width; i++) {
		unsigned bit = p->lowest_first ? code >> i & 1 : code >> (width - 1 - i) & 1;
		p->held |= (uint64_t)bit << (p->lowest_first ? p->count : 7 - p->count);
		if (++p->count == 8) {
			sk_buf_u8(&p->to, (uint8_t)p->held);
			p->held = p->count = 0;
		}
	}
}

/* A slow encoder: a list of (prefix, byte), searched from its start. */
static sk_bytes lzw_encode(sk_bytes in, enum lzw_kind kind)
{
	static uint16_t prefix[4096], suffix[4096];
	struct packer p = {.lowest_first = kind == LZW_OLD_TIFF};
	uint32_t next = 258, early = kind == LZW_EARLY, code = in.at[0];
	unsigned width = 9;
	sk_buf_init(&p.to, &arena, sizeof memory);
	put_code(&p, 256, 9);
	for (size_t i = 1; i < in.len; i++) {
		uint32_t found = 258;
		while (found < next && (prefix[found] != code || suffix[found] != in.at[i]))
			found++;
		if (found < next) {
			code = found;
			continue;
		}
		put_code(&p, code, width);
		prefix[next] = (uint16_t)code;
		suffix[next++] = in.at[i];
		if (next - 1 + early == 1u << width)
			width++;
		if (next == 4095) {
			put_code(&p, in.at[i], width);
			put_code(&p, 256, width);
			next = 258, width = 9;
			if (++i >= in.len)
				break;
		}
		code = in.at[i];
	}
	put_code(&p, code, width);
	if (next + early == 1u << width && width < 12) /* the decoder has the entry that we did not need */
		width++;
	put_code(&p, 257, width);
	while (p.count > 0)
		put_code(&p, 0, 1);
	return sk_buf_bytes(&p.to);
}

static void test_lzw_example(void **state)
{
	(void)state; /* ISO 32000-2, 7.4.4.2 example 1 */
	static const uint8_t packed[] = {0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01, 0xEE};
	assert_int_equal(lzw_decode(sk_bytes_of(packed, sizeof packed), LZW_EARLY, &arena, 100, &out), SK_OK);
	SAME(out.bytes, "\x2D\x2D\x2D\x2D\x2D\x41\x2D\x2D\x2D\x42");
	assert_false(out.damaged);
	assert_int_equal(out.used, 9);
}

static void test_lzw_round_trips(void **state)
{
	(void)state;
	for (enum lzw_kind kind = LZW_EARLY; kind <= LZW_OLD_TIFF; kind++)
		for (unsigned spread = 1; spread <= 256; spread *= 4)
			for (size_t len = 1; len < 60000; len = len * 3 + 1) {
				size_t mark = sk_arena_mark(&arena);
				sk_bytes in = noise(len, spread), packed = lzw_encode(in, kind);
				assert_int_equal(lzw_decode(packed, kind, &arena, len, &out), SK_OK);
				assert_true(sk_bytes_equal(out.bytes, in));
				assert_false(out.damaged);
				assert_int_equal(out.used, packed.len);
				sk_arena_release(&arena, mark);
			}
}

static void test_lzw_damage(void **state)
{
	(void)state;
	sk_bytes in = noise(5000, 7), packed = lzw_encode(in, LZW_EARLY);
	assert_int_equal(lzw_decode(packed, LZW_EARLY, &arena, 4999, &out), SK_LIMIT);
	assert_int_equal(lzw_decode(sk_bytes_slice(packed, 0, packed.len / 2), LZW_EARLY, &arena, 5000, &out), SK_OK);
	assert_true(out.damaged && out.bytes.len > 1000);
	assert_true(sk_bytes_starts(in, out.bytes));
	/* a code beyond the next free one */
	assert_int_equal(lzw_decode(SK_BYTES("\x20\x7f\xff\xff"), LZW_EARLY, &arena, 100, &out), SK_OK);
	assert_true(out.damaged);
	assert_int_equal(out.bytes.len, 1);
}

/* ---- run lengths ---- */

static void test_runlength(void **state)
{
	(void)state;
	assert_int_equal(runlength_decode(SK_BYTES("\x02" "abc\xFEz\x80rest"), false, &arena, 100, &out), SK_OK);
	SAME(out.bytes, "abczzz");
	assert_false(out.damaged);
	assert_int_equal(out.used, 7);
	/* Apple's example of PackBits */
	assert_int_equal(runlength_decode(SK_BYTES("\xFE\xAA\x02\x80\x00\x2A\xFD\xAA\x03\x80\x00\x2A\x22\xF7\xAA"), true, &arena, 24, &out), SK_OK);
	SAME(out.bytes, "\xAA\xAA\xAA\x80\x00\x2A\xAA\xAA\xAA\xAA\x80\x00\x2A\x22\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA");
	assert_false(out.damaged);
	assert_int_equal(runlength_decode(SK_BYTES("\xFE\xAA\x02\x80"), true, &arena, 2, &out), SK_LIMIT);
	assert_int_equal(runlength_decode(SK_BYTES("\x05" "ab"), false, &arena, 100, &out), SK_OK);
	SAME(out.bytes, "ab");
	assert_true(out.damaged);
	assert_int_equal(runlength_decode(SK_BYTES("\x00" "a\x81"), true, &arena, 100, &out), SK_OK);
	SAME(out.bytes, "a");
	assert_true(out.damaged);
}

/* ---- text ---- */

static void test_asciihex(void **state)
{
	(void)state;
	assert_int_equal(asciihex_decode(SK_BYTES("4 1\n4B\tfF7>Q"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "AK\xFF\x70");
	assert_false(out.damaged);
	assert_int_equal(out.used, 11);
	assert_int_equal(asciihex_decode(SK_BYTES("4x1"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "A");
	assert_true(out.damaged);
	assert_int_equal(asciihex_decode(SK_BYTES("4141>"), &arena, 1, &out), SK_LIMIT);
}

static void test_ascii85(void **state)
{
	(void)state;
	assert_int_equal(ascii85_decode(SK_BYTES("9jqo^BlbD-Bl eB1DJ+*+F(f,q~>rest"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "Man is distinguished");
	assert_false(out.damaged);
	assert_int_equal(out.used, 28);
	assert_int_equal(ascii85_decode(SK_BYTES("<~zs8W-!z9jqo~>"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0Man");
	assert_false(out.damaged);
	assert_int_equal(ascii85_decode(SK_BYTES("9j\x7Fqo^~>"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "Man ");
	assert_true(out.damaged);
	assert_int_equal(ascii85_decode(SK_BYTES("9jqo^9"), &arena, 100, &out), SK_OK);
	SAME(out.bytes, "Man ");
	assert_true(out.damaged);
	assert_int_equal(ascii85_decode(SK_BYTES("uuuuu~>"), &arena, 100, &out), SK_OK);
	assert_true(out.damaged);
	assert_int_equal(ascii85_decode(SK_BYTES("zz~>"), &arena, 7, &out), SK_LIMIT);
}

/* ---- Flate ---- */

static sk_bytes zlib_of(sk_bytes in)
{
	size_t room = deflate_bound(DEFLATE_ZLIB, in.len);
	uint8_t *to = sk_arena_raw(&arena, room);
	return sk_bytes_of(to, deflate_deflate(DEFLATE_ZLIB, in, to, room));
}

static void test_flate(void **state)
{
	(void)state;
	for (size_t len = 0; len < 3000000; len = len * 7 + 1) {
		size_t mark = sk_arena_mark(&arena);
		sk_bytes in = noise(len, len % 2 ? 5 : 1), packed = zlib_of(in);
		assert_int_equal(flate_decode(packed, &arena, len, &out), SK_OK);
		assert_true(sk_bytes_equal(out.bytes, in));
		assert_false(out.damaged);
		assert_int_equal(out.used, packed.len);
		if (len > 0)
			assert_int_equal(flate_decode(packed, &arena, len - 1, &out), SK_LIMIT);
		sk_arena_release(&arena, mark);
	}
}

/* A stream that packs well in an arena that has room for what comes out, but not for all that could. */
static void test_flate_room(void **state)
{
	(void)state;
	sk_bytes in = noise(4 << 20, 1), packed = zlib_of(in);
	size_t size = arena.size, mark = sk_arena_mark(&arena);
	arena.size = arena.used + in.len + 4096;
	assert_int_equal(flate_decode(packed, &arena, SIZE_MAX / 2, &out), SK_OK);
	assert_true(sk_bytes_equal(out.bytes, in) && !out.damaged && !arena.exhausted);
	sk_arena_release(&arena, mark);
	arena.size = arena.used + in.len / 2;
	assert_int_equal(flate_decode(packed, &arena, SIZE_MAX / 2, &out), SK_LIMIT);
	arena.size = size;
}

static void test_flate_damage(void **state)
{
	(void)state;
	sk_bytes in = noise(200000, 9), whole = zlib_of(in), packed = sk_arena_copy(&arena, whole);
	for (size_t cut = 0; cut < packed.len; cut += 997) {
		size_t mark = sk_arena_mark(&arena);
		assert_int_equal(flate_decode(sk_bytes_slice(packed, 0, cut), &arena, in.len, &out), SK_OK);
		assert_true(out.damaged && sk_bytes_starts(in, out.bytes));
		assert_true(out.bytes.len + 60000 > cut * 2); /* at most a block's head is lost */
		sk_arena_release(&arena, mark);
	}
	uint8_t *bytes = memory + (packed.at - memory);
#ifdef SK_ARENA_MALLOC
	bytes = sk_arena_raw(&arena, packed.len);
	memcpy(bytes, packed.at, packed.len);
#endif
	bytes[packed.len - 1] ^= 1; /* the checksum */
	assert_int_equal(flate_decode(sk_bytes_of(bytes, packed.len), &arena, in.len, &out), SK_OK);
	assert_true(out.damaged && sk_bytes_equal(in, out.bytes));
	bytes[packed.len - 1] ^= 1;
	bytes[0] = 0; /* the head */
	assert_int_equal(flate_decode(sk_bytes_of(bytes, packed.len), &arena, in.len, &out), SK_OK);
	assert_true(out.damaged && sk_bytes_equal(in, out.bytes));
	/* broken in the middle, and more than the limit before that */
	bytes[0] = whole.at[0];
	memset(bytes + packed.len / 2, 0xFF, 100);
	assert_int_equal(flate_decode(sk_bytes_of(bytes, packed.len), &arena, 10000, &out), SK_LIMIT);
	assert_int_equal(flate_decode(sk_bytes_of(bytes, packed.len), &arena, in.len * 2, &out), SK_OK);
	assert_true(out.damaged && out.bytes.len > 50000);
	assert_memory_equal(out.bytes.at, in.at, 50000);
	assert_int_equal(flate_decode(SK_BYTES(""), &arena, 10, &out), SK_OK);
	assert_true(out.damaged && out.bytes.len == 0);
}

static void test_salvage_limit(void **state)
{
	(void)state;
	sk_bytes in = noise(5000, 9), packed = zlib_of(in), raw = sk_bytes_slice(packed, 2, packed.len), bytes;
	size_t used;
	for (size_t most = 4998; most <= 5000; most++)
		assert_int_equal(inflate_salvage(raw, &arena, most, &bytes, &used), most < 5000 ? SK_LIMIT : SK_OK);
	assert_true(sk_bytes_equal(bytes, in));
	assert_int_equal(used, raw.len - 4);
}

static void test_flate_line_end(void **state)
{
	(void)state;
	assert_int_equal(flate_decode(SK_BYTES("\r\n\x78\x9c\x4b\x04\x00\x00\x62\x00\x62"), &arena, 10, &out), SK_OK);
	SAME(out.bytes, "a");
	assert_true(out.damaged);
}

/* ---- predictors ---- */

/* A row of the PNG kind made by the definition (ISO/IEC 15948, 9.2). */
static void png_forward(unsigned kind, const uint8_t *row, const uint8_t *above, size_t len, size_t step, struct sk_buf *to)
{
	sk_buf_u8(to, (uint8_t)kind);
	for (size_t i = 0; i < len; i++) {
		int a = i >= step ? row[i - step] : 0, b = above ? above[i] : 0, c = above && i >= step ? above[i - step] : 0;
		int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);
		int paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
		int guess[] = {0, a, b, (a + b) / 2, paeth};
		sk_buf_u8(to, (uint8_t)(row[i] - guess[kind]));
	}
}

static void test_png_predictors(void **state)
{
	(void)state;
	static const int64_t bits[] = {1, 2, 4, 8, 16};
	for (int64_t colors = 1; colors <= 5; colors++)
		for (size_t b = 0; b < SK_COUNT(bits); b++)
			for (int64_t columns = 1; columns < 40; columns += 6) {
				size_t mark = sk_arena_mark(&arena), len = (size_t)(colors * bits[b] * columns + 7) / 8;
				size_t step = (size_t)(colors * bits[b] + 7) / 8;
				sk_bytes in = noise(len * 11, 256);
				struct sk_buf to;
				sk_buf_init(&to, &arena, 100000);
				for (size_t y = 0; y < 11; y++)
					png_forward((unsigned)(y % 5), in.at + y * len, y > 0 ? in.at + (y - 1) * len : NULL, len, step, &to);
				struct predictor p = {15, colors, bits[b], columns};
				assert_int_equal(predictor_undo(sk_buf_bytes(&to), &p, &arena, &out), SK_OK);
				assert_true(sk_bytes_equal(out.bytes, in) && !out.damaged);
				assert_int_equal(predictor_undo(sk_bytes_slice(sk_buf_bytes(&to), 0, to.len - 1), &p, &arena, &out), SK_OK);
				assert_true(sk_bytes_equal(out.bytes, sk_bytes_slice(in, 0, in.len - 1)) && out.damaged);
				sk_arena_release(&arena, mark);
			}
}

static void test_tiff_predictors(void **state)
{
	(void)state;
	struct predictor p = {2, 3, 8, 2};
	assert_int_equal(predictor_undo(SK_BYTES("\x01\x02\x03\x01\x01\xFF\x05\x06\x07\x01\x01\x01"), &p, &arena, &out), SK_OK);
	SAME(out.bytes, "\x01\x02\x03\x02\x03\x02\x05\x06\x07\x06\x07\x08");
	p = (struct predictor){2, 1, 16, 3};
	assert_int_equal(predictor_undo(SK_BYTES("\x00\xFF\x00\x01\xFF\xFF"), &p, &arena, &out), SK_OK);
	SAME(out.bytes, "\x00\xFF\x01\x00\x00\xFF");
	p = (struct predictor){2, 1, 1, 8};
	assert_int_equal(predictor_undo(SK_BYTES("\xC0\x80"), &p, &arena, &out), SK_OK);
	SAME(out.bytes, "\x80\xFF"); /* 1, 1+1, …; a 1 and zeros: all ones */
	p = (struct predictor){2, 3, 4, 2};
	assert_int_equal(predictor_undo(SK_BYTES("\x12\x31\x1E"), &p, &arena, &out), SK_OK);
	SAME(out.bytes, "\x12\x32\x31");
	p = (struct predictor){2, 2, 2, 4};
	assert_int_equal(predictor_undo(SK_BYTES("\x5B\x10"), &p, &arena, &out), SK_OK);
	SAME(out.bytes, "\x5C\xDD"); /* 1 3 3 3 of the one colour, 1 0 1 1 of the other */
}

static void test_predictor_parameters(void **state)
{
	(void)state;
	static const struct predictor bad[] = {{3, 1, 8, 1}, {15, 0, 8, 1}, {15, 65, 8, 1}, {2, 1, 3, 1}, {15, 1, 8, 0}, {15, 1, 8, (int64_t)1 << 40}, {-1, 1, 8, 1}};
	for (size_t i = 0; i < SK_COUNT(bad); i++)
		assert_int_equal(predictor_undo(SK_BYTES("abc"), &bad[i], &arena, &out), SK_MALFORMED);
	struct predictor wide = {12, 4, 16, (int64_t)1 << 30};
	assert_int_equal(predictor_undo(SK_BYTES("\x01\x01\x02"), &wide, &arena, &out), SK_OK);
	SAME(out.bytes, "\x01\x02");
	assert_true(out.damaged);
	struct predictor none = PREDICTOR;
	assert_int_equal(predictor_undo(SK_BYTES("abc"), &none, &arena, &out), SK_OK);
	SAME(out.bytes, "abc");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_lzw_example), T(test_lzw_round_trips), T(test_lzw_damage), T(test_runlength), T(test_asciihex), T(test_ascii85),
		T(test_flate), T(test_flate_room), T(test_flate_damage), T(test_flate_line_end), T(test_salvage_limit), T(test_png_predictors), T(test_tiff_predictors),
		T(test_predictor_parameters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
