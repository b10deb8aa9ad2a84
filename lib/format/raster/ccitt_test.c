/* Fax: what was written reads back, all kinds against small encoders of our own, damage, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/raster/ccitt.h"

static uint8_t memory[64 << 20];
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

static uint32_t seed;
static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

static void set(struct raster_bits *bits, uint32_t x, uint32_t y)
{
	bits->at[y * bits->stride + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

static unsigned get(const struct raster_bits *bits, uint32_t x, uint32_t y)
{
	return bits->at[y * bits->stride + x / 8] >> (7 - x % 8) & 1;
}

/* Rows that resemble the one above, with runs of all lengths; style 1 is noise, style 2 nearly white. */
static struct raster_bits picture(uint32_t width, uint32_t height, unsigned style)
{
	struct raster_bits bits;
	assert_int_equal(raster_bits_make(&arena, width, height, &bits), SK_OK);
	for (uint32_t y = 0; y < height; y++) {
		uint32_t x = 0, shift = chance(3);
		for (unsigned color = chance(2); x < width; color ^= 1) {
			uint32_t run = style == 1 ? 1 : style == 2 ? 1 + chance(width * 3) : 1 + chance(1 + chance(1 + chance(width)));
			if (style == 0 && y > 0 && chance(8) != 0) {
				for (; x < width; x++)
					if (x >= shift && get(&bits, x - shift, y - 1))
						set(&bits, x, y);
				break;
			}
			color = style == 1 ? chance(2) : color;
			for (; run > 0 && x < width; run--, x++)
				if (color)
					set(&bits, x, y);
		}
	}
	return bits;
}

static void assert_same(const struct raster_bits *a, const struct raster_bits *b)
{
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	assert_memory_equal(a->at, b->at, a->stride * a->height);
}

static sk_bytes t6(const struct raster_bits *bits)
{
	struct sk_buf out;
	sk_buf_init(&out, &arena, 32 << 20);
	assert_int_equal(ccitt_encode(bits, &arena, &out), SK_OK);
	return sk_buf_bytes(&out);
}

static void test_t6_round_trip(void **state)
{
	(void)state;
	static const uint32_t widths[] = {1, 2, 7, 8, 9, 63, 64, 65, 100, 1728, 2560, 2623, 2624, 2625, 8000};
	seed = 1;
	for (size_t w = 0; w < SK_COUNT(widths); w++)
		for (unsigned style = 0; style < 4; style++)
			for (uint32_t height = 0; height < 60; height = height * 3 + 1) {
				size_t mark = sk_arena_mark(&arena);
				struct raster_bits bits = picture(widths[w], height, style), back;
				struct ccitt_parameters p = CCITT_PARAMETERS;
				sk_bytes packed = t6(&bits);
				p.k = -1;
				p.columns = widths[w];
				p.rows = height;
				assert_int_equal(ccitt_decode(packed, &p, &arena, &back), SK_OK);
				assert_same(&bits, &back);
				assert_int_equal(back.damaged, height == 0);
				p.rows = 0; /* found by the end mark */
				assert_int_equal(ccitt_decode(packed, &p, &arena, &back), SK_OK);
				assert_same(&bits, &back);
				p.rows = height + 2;
				assert_int_equal(ccitt_decode(packed, &p, &arena, &back), SK_OK);
				assert_true(back.damaged);
				assert_int_equal(back.height, height + 2);
				sk_arena_release(&arena, mark);
			}
}

static void test_mmr_used(void **state)
{
	(void)state;
	seed = 3;
	struct raster_bits bits = picture(99, 20, 0), back;
	size_t used;
	sk_bytes packed = t6(&bits);
	struct sk_buf more;
	sk_buf_init(&more, &arena, 1 << 20);
	sk_buf_put(&more, packed);
	sk_buf_put(&more, packed);
	assert_int_equal(raster_bits_make(&arena, 99, 20, &back), SK_OK);
	assert_int_equal(ccitt_decode_mmr(sk_buf_bytes(&more), &arena, &back, &used), SK_OK);
	assert_int_equal(used, packed.len);
	assert_same(&bits, &back);
	assert_false(back.damaged);
}

/* ---- encoders of T.4, plain ---- */

struct bit_writer {
	struct sk_buf to;
	uint8_t held;
	unsigned count;
	bool least_first;
};

static void put(struct bit_writer *w, uint32_t code, unsigned len)
{
	while (len-- > 0) {
		w->held |= (uint8_t)((code >> len & 1) << (w->least_first ? w->count : 7 - w->count));
		if (++w->count == 8) {
			sk_buf_u8(&w->to, w->held);
			w->held = 0;
			w->count = 0;
		}
	}
}

static void put_t4_run(struct bit_writer *w, unsigned color, uint32_t run)
{
	for (; run >= 64; ) {
		uint32_t part = run > 2560 ? 2560 : run / 64 * 64;
		struct ccitt_code c = ccitt_runs[color][63 + part / 64];
		put(w, c.code, c.len);
		run -= part;
	}
	put(w, ccitt_runs[color][run].code, ccitt_runs[color][run].len);
}

static void put_t4_row(struct bit_writer *w, const struct raster_bits *bits, uint32_t y)
{
	unsigned color = 0;
	for (uint32_t x = 0; x < bits->width; color ^= 1) {
		uint32_t run = 0;
		for (; x < bits->width && get(bits, x, y) == color; x++)
			run++;
		put_t4_run(w, color, run);
	}
}

static void put_align(struct bit_writer *w)
{
	while (w->count > 0)
		put(w, 0, 1);
}

/* One-dimensional; eol: before each row, and six at the end. tags: each EOL (or row) has one, for K above 0. */
static sk_bytes t4(const struct raster_bits *bits, bool eol, bool byte_align, bool tags, bool least_first, bool rtc)
{
	struct bit_writer w = {.least_first = least_first};
	sk_buf_init(&w.to, &arena, 32 << 20);
	for (uint32_t y = 0; y < bits->height; y++) {
		while (eol && byte_align && w.count != 4) /* the EOL ends on a byte (TIFF's Group3Options bit 2) */
			put(&w, 0, 1);
		if (eol)
			put(&w, 1, 12);
		else if (byte_align)
			put_align(&w);
		if (tags)
			put(&w, 1, 1);
		put_t4_row(&w, bits, y);
	}
	for (unsigned i = 0; rtc && i < 6; i++) {
		put(&w, 1, 12);
		if (tags)
			put(&w, 1, 1);
	}
	put_align(&w);
	return sk_buf_bytes(&w.to);
}

static void test_t4(void **state)
{
	(void)state;
	seed = 5;
	static const uint32_t widths[] = {5, 64, 1000, 1728, 5200};
	for (unsigned options = 0; options < 32; options++)
		for (size_t i = 0; i < SK_COUNT(widths); i++) {
			bool eol = options & 1, byte_align = options & 2, tags = options & 4, least = options & 8, rtc = options & 16;
			if (tags && byte_align && eol)
				continue; /* the tag stands between: no such files */
			size_t mark = sk_arena_mark(&arena);
			struct raster_bits bits = picture(widths[i], 40, i % 2 ? 2 : 3), back;
			struct ccitt_parameters p = {.k = tags ? 4 : 0, .end_of_line = eol, .byte_align = byte_align, .end_of_block = rtc,
						     .least_first = least, .columns = widths[i], .rows = rtc ? 0 : 40};
			assert_int_equal(ccitt_decode(t4(&bits, eol, byte_align, tags, least, rtc), &p, &arena, &back), SK_OK);
			assert_same(&bits, &back);
			assert_false(back.damaged);
			sk_arena_release(&arena, mark);
		}
}

/* Two-dimensional T.4: even rows by themselves, odd ones against them, which is T.6 of two rows without its first. */
static void test_t4_two_dimensions(void **state)
{
	(void)state;
	seed = 9;
	struct raster_bits bits = picture(300, 2, 0), back;
	struct ccitt_parameters p = {.k = 2, .end_of_line = true, .columns = 300, .rows = 4};
	struct bit_writer w = {.held = 0};
	memcpy(bits.at + bits.stride, bits.at, bits.stride); /* equal rows: all V0 */
	unsigned changes = 1;
	for (uint32_t x = 0; x < 300; x++)
		changes += get(&bits, x, 0) != (x > 0 ? get(&bits, x - 1, 0) : 0);
	sk_buf_init(&w.to, &arena, 1 << 20);
	for (unsigned i = 0; i < 2; i++) {
		put(&w, 1, 12);
		put(&w, 1, 1);
		put_t4_row(&w, &bits, 0);
		put(&w, 1, 12);
		put(&w, 0, 1);
		for (unsigned k = 0; k < changes; k++)
			put(&w, 1, 1);
	}
	put_align(&w);
	assert_int_equal(ccitt_decode(sk_buf_bytes(&w.to), &p, &arena, &back), SK_OK);
	assert_false(back.damaged);
	for (unsigned y = 0; y < 4; y++)
		assert_memory_equal(back.at + y * back.stride, bits.at, bits.stride);
}

/* T.6 of the first rows, without its end: how many bits. */
static size_t t6_bits(const struct raster_bits *bits, uint32_t rows, sk_bytes *packed)
{
	struct raster_bits first = *bits;
	first.height = rows;
	*packed = t6(&first);
	return packed->len * 8 - (size_t)__builtin_ctz(packed->at[packed->len - 1]) - CCITT_EOFB_BITS;
}

/* EncodedByteAlign: the same codes, each row from a byte's start. The end may be aligned or not. */
static void test_t6_aligned(void **state)
{
	(void)state;
	seed = 7;
	for (unsigned style = 0; style < 8; style++) {
		size_t mark = sk_arena_mark(&arena), before = 0, after;
		struct raster_bits bits = picture(style * 90 + 30, 25, style % 4), back;
		struct bit_writer w = {.held = 0};
		sk_buf_init(&w.to, &arena, 1 << 20);
		(void)sk_buf_room(&w.to, 1 << 20);
		for (uint32_t y = 1; y <= 25; y++, before = after) {
			sk_bytes packed;
			after = t6_bits(&bits, y, &packed);
			for (size_t i = before; i < after; i++)
				put(&w, packed.at[i / 8] >> (7 - i % 8) & 1, 1);
			if (y < 25 || style >= 4)
				put_align(&w);
		}
		put(&w, CCITT_EOFB, CCITT_EOFB_BITS);
		put_align(&w);
		struct ccitt_parameters p = {.k = -1, .byte_align = true, .end_of_block = true, .columns = bits.width};
		assert_int_equal(ccitt_decode(sk_buf_bytes(&w.to), &p, &arena, &back), SK_OK);
		assert_same(&bits, &back);
		assert_false(back.damaged);
		sk_arena_release(&arena, mark);
	}
}

/* ---- damage ---- */

static void test_damage_t6(void **state)
{
	(void)state;
	seed = 11;
	struct raster_bits bits = picture(500, 100, 0), back;
	struct ccitt_parameters p = {.k = -1, .columns = 500, .rows = 100, .end_of_block = true};
	sk_bytes packed = t6(&bits);
	for (size_t cut = 0; cut < packed.len - 3; cut += 5) {
		size_t mark = sk_arena_mark(&arena), same = 0;
		assert_int_equal(ccitt_decode(sk_bytes_slice(packed, 0, cut), &p, &arena, &back), SK_OK);
		assert_true(back.damaged && back.height == 100);
		while (same < 100 && memcmp(back.at + same * back.stride, bits.at + same * bits.stride, bits.stride) == 0)
			same++;
		assert_true(same + 5 > 100 * cut / packed.len / 4);
		sk_arena_release(&arena, mark);
	}
	for (unsigned i = 0; i < 3000; i++) { /* any bytes: no crash, bits beyond the width stay 0 */
		size_t mark = sk_arena_mark(&arena);
		uint8_t *bytes = sk_arena_raw(&arena, 64);
		for (unsigned k = 0; k < 64; k++)
			bytes[k] = (uint8_t)chance(256);
		p = (struct ccitt_parameters){.k = (int64_t)chance(3) - 1, .columns = 1 + chance(70), .rows = chance(20), .end_of_line = chance(2),
					      .byte_align = chance(2), .end_of_block = chance(2)};
		assert_int_equal(ccitt_decode(sk_bytes_of(bytes, 64), &p, &arena, &back), SK_OK);
		if (p.rows > 0)
			assert_int_equal(back.height, p.rows);
		for (uint32_t y = 0; y < back.height; y++)
			for (uint32_t x = back.width; x < back.stride * 8; x++)
				assert_int_equal(get(&back, x, y), 0);
		sk_arena_release(&arena, mark);
	}
}

/* A broken row of T.4 costs itself: the next EOL goes on. */
static void test_damage_t4(void **state)
{
	(void)state;
	seed = 13;
	struct raster_bits bits = picture(1000, 50, 3), back;
	sk_bytes packed = t4(&bits, true, false, false, false, true);
	struct ccitt_parameters p = {.k = 0, .end_of_line = true, .end_of_block = true, .columns = 1000, .rows = 50};
	uint8_t *bytes = sk_arena_raw(&arena, packed.len);
	memcpy(bytes, packed.at, packed.len);
	memset(bytes + packed.len / 2, 0, 3); /* no code has so many zeros */
	assert_int_equal(ccitt_decode(sk_bytes_of(bytes, packed.len), &p, &arena, &back), SK_OK);
	unsigned bad = 0;
	for (unsigned y = 0; y < 50; y++)
		bad += memcmp(back.at + y * back.stride, bits.at + y * bits.stride, bits.stride) != 0;
	assert_true(back.damaged);
	assert_in_range(bad, 1, 2);
}

static void test_limits(void **state)
{
	(void)state;
	struct raster_bits bits;
	struct ccitt_parameters p = {.k = -1, .columns = 65501, .rows = 1};
	assert_int_equal(ccitt_decode(SK_BYTES("\xFF"), &p, &arena, &bits), SK_LIMIT);
	p = (struct ccitt_parameters){.k = -1, .columns = 60000, .rows = 60000};
	assert_int_equal(ccitt_decode(SK_BYTES("\xFF"), &p, &arena, &bits), SK_LIMIT);
	p = (struct ccitt_parameters){.k = -1, .columns = 4000, .rows = 60000}; /* allowed, but nothing is there */
	assert_int_equal(ccitt_decode(SK_BYTES("\xFF"), &p, &arena, &bits), SK_TRUNCATED);
	assert_true(arena.used < 4096);
	p = (struct ccitt_parameters){.k = -1, .columns = 0, .rows = 1};
	assert_int_equal(ccitt_decode(SK_BYTES("\xFF"), &p, &arena, &bits), SK_MALFORMED);
	uint8_t *ones = sk_arena_raw(&arena, 10000); /* 80,000 white rows and no end */
	memset(ones, 0xFF, 10000);
	p = (struct ccitt_parameters){.k = -1, .columns = 8, .rows = 0};
	assert_int_equal(ccitt_decode(sk_bytes_of(ones, 10000), &p, &arena, &bits), SK_LIMIT);
}

static void test_bits(void **state)
{
	(void)state;
	seed = 17;
	struct raster_bits bits = picture(21, 5, 1), was = bits, twice;
	was.at = (uint8_t *)(uintptr_t)sk_arena_copy(&arena, sk_bytes_of(bits.at, 15)).at;
	raster_bits_invert(&bits);
	for (uint32_t y = 0; y < 5; y++)
		for (uint32_t x = 0; x < 24; x++)
			assert_int_equal(get(&bits, x, y), x < 21 ? get(&was, x, y) ^ 1 : 0);
	raster_bits_invert(&bits);
	assert_same(&bits, &was);
	twice = bits;
	assert_int_equal(raster_bits_fit(&arena, 40, 7, &twice), SK_OK);
	for (uint32_t y = 0; y < 7; y++)
		for (uint32_t x = 0; x < 40; x++)
			assert_int_equal(get(&twice, x, y), y < 5 && x < 21 ? get(&was, x, y) : 0);
	assert_int_equal(raster_bits_fit(&arena, 10, 3, &twice), SK_OK);
	for (uint32_t y = 0; y < 3; y++)
		for (uint32_t x = 0; x < 16; x++)
			assert_int_equal(get(&twice, x, y), x < 10 ? get(&was, x, y) : 0);
	assert_int_equal(raster_bits_fit(&arena, 10, 2, &twice), SK_OK);
	assert_int_equal(twice.height, 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_t6_round_trip), T(test_mmr_used), T(test_t6_aligned), T(test_t4), T(test_t4_two_dimensions), T(test_damage_t6), T(test_damage_t4), T(test_limits), T(test_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
