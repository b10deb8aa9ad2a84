/* JBIG2: regions and pages that a slow encoder wrote read back; damage and limits. Symbols and Huffman have tests of their own. */
#include "format/raster/jbig2_bench_test.h"

#include "conf/conf.h"

/* ---- generic regions ---- */

static const struct jbig2_at custom[4] = {{-5, 0}, {8, -3}, {-20, -1}, {0, -7}};

static void test_generic(void **state)
{
	(void)state;
	static const uint32_t widths[] = {1, 2, 7, 8, 9, 15, 16, 17, 33, 70, 200};
	for (unsigned options = 0; options < 16; options++)
		for (size_t w = 0; w < SK_COUNT(widths); w++) {
			size_t mark = sk_arena_mark(&arena);
			unsigned kind = options & 3;
			struct raster_bits bits = picture(widths[w], 1 + chance(40)), back;
			file_begin(bits.width, bits.height, 0);
			generic_region(&bits, 0, 0, JBIG2_OR, kind, options & 4 ? custom : nominal[kind], options & 8);
			segment(1, 38 + chance(2), NULL, 0);
			back = decode_sound();
			assert_same(&bits, &back);
			sk_arena_release(&arena, mark);
		}
}

static void test_mmr(void **state)
{
	(void)state;
	struct raster_bits bits = picture(150, 40), back;
	file_begin(150, 40, 0);
	enc_region(&content, 150, 40, 0, 0, JBIG2_OR);
	sk_buf_u8(&content, 1);
	assert_int_equal(ccitt_encode(&bits, &arena, &content), SK_OK);
	segment(1, 38, NULL, 0);
	back = decode_sound();
	assert_same(&bits, &back);
}

static void test_operators(void **state)
{
	(void)state;
	for (enum jbig2_operator operator = JBIG2_OR; operator < JBIG2_OPERATORS; operator++)
		for (unsigned place = 0; place < 20; place++) {
			size_t mark = sk_arena_mark(&arena);
			struct raster_bits page = picture(61, 30), part = picture(1 + chance(40), 1 + chance(40)), back;
			int32_t x = (int32_t)chance(90) - 30, y = (int32_t)chance(60) - 30;
			file_begin(61, 30, place % 2 ? 4 : 0); /* a page that begins black */
			generic_region(&page, 0, 0, JBIG2_REPLACE, 1, nominal[1], false);
			segment(1, 38, NULL, 0);
			generic_region(&part, x, y, operator, 2, nominal[2], false);
			segment(2, 38, NULL, 0);
			back = decode_sound();
			for (int64_t py = 0; py < 30; py++)
				for (int64_t px = 0; px < 61; px++) {
					unsigned a = jbig2_pixel(&page, px, py), b = jbig2_pixel(&part, px - x, py - y);
					bool inside = px >= x && py >= y && px < x + (int64_t)part.width && py < y + (int64_t)part.height;
					unsigned made[] = {a | b, a & b, a ^ b, (a ^ b) ^ 1, b};
					assert_int_equal(jbig2_pixel(&back, px, py), inside ? made[operator] : a);
				}
			sk_arena_release(&arena, mark);
		}
}

/* ---- refinement ---- */

static void test_refinement(void **state)
{
	(void)state;
	for (unsigned options = 0; options < 16; options++) {
		size_t mark = sk_arena_mark(&arena);
		struct raster_bits first = picture(75, 33), second = like(&first, 75, 33, 0, 0), back;
		unsigned kind = options & 1;
		bool of_page = options & 4;
		struct jbig2_at at[2] = {{-1, -1}, {-1, -1}};
		if (options & 8)
			at[0] = (struct jbig2_at){-4, -2}, at[1] = (struct jbig2_at){5, 3};
		file_begin(75, 33, 0);
		generic_region(&first, 0, 0, JBIG2_OR, 0, nominal[0], false);
		segment(1, of_page ? 38 : 36, NULL, 0);
		enc_region(&content, 75, 33, 0, 0, JBIG2_REPLACE);
		sk_buf_u8(&content, (uint8_t)(options & 3));
		if (kind == 0)
			put_at(at, 2);
		enc_begin(&e, &content);
		enc_refine(&e, &second, &first, 0, 0, kind, at, options & 2);
		enc_end(&e);
		segment(2, 42, (const uint8_t[]){1}, of_page ? 0 : 1);
		back = decode_sound();
		assert_same(&second, &back);
		sk_arena_release(&arena, mark);
	}
}

/* ---- pages ---- */

static void test_stripes_of_unknown_height(void **state)
{
	(void)state;
	struct raster_bits bits = picture(50, 30), back;
	sk_buf_reset(&file);
	enc_page(&file, 50, UINT32_MAX, 0, 0x8000 | 40);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	sk_buf_u32be(&content, 34);
	segment(2, 50, NULL, 0);
	back = decode_sound();
	assert_int_equal(back.height, 35);
	back.height = 30;
	assert_same(&bits, &back);
}

/* 7.2.7: the length is not told; the end stands in the data, with how many rows there were. */
static void test_unknown_length(void **state)
{
	(void)state;
	struct raster_bits bits = picture(50, 30), back;
	file_begin(50, 30, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	content.at[7] = 200; /* the region's height is a guess */
	sk_buf_u32be(&content, 30);
	size_t at = file.len;
	segment(1, 38, NULL, 0);
	memset(file.at + at + 7, 0xFF, 4);
	generic_region(&bits, 0, 0, JBIG2_XOR, 0, nominal[0], false); /* what follows is found */
	segment(2, 38, NULL, 0);
	back = decode_sound();
	raster_bits_invert(&bits);
	raster_bits_invert(&back);
	for (size_t i = 0; i < back.stride * 30; i++)
		assert_int_equal(back.at[i], i % 7 == 6 ? 0xC0 : 0xFF);
}

/* ---- damage and limits ---- */

static void test_damage(void **state)
{
	(void)state;
	struct raster_bits bits = picture(90, 200), back;
	file_begin(90, 200, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	size_t whole = file.len;
	for (size_t len = 60; len < whole; len += 50) {
		size_t mark = sk_arena_mark(&arena), same = 0;
		file.len = len;
		back = decode();
		assert_true(back.damaged);
		while (same < 200 && memcmp(back.at + same * back.stride, bits.at + same * bits.stride, bits.stride) == 0)
			same++;
		assert_true(same + 15 > 200 * (len - 60) / whole);
		sk_arena_release(&arena, mark);
	}
	file.len = 5;
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_MALFORMED);
}

static void test_limits(void **state)
{
	(void)state;
	struct raster_bits bits = picture(90, 200), back;
	file_begin(90, 200, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	assert_int_equal(jbig2_decode_page(SK_BYTES(""), sk_buf_bytes(&file), 0, 10000, &arena, &back), SK_LIMIT);
	assert_int_equal(limit_last(), LIMIT_jbig2_work);
	file_begin(65501, 1, 0);
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
	file_begin(65000, 65000, 0);
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
	file_begin(10, 10, 0); /* a dictionary that says it has very many */
	sk_buf_u16be(&content, 0);
	put_at(nominal[0], 4);
	sk_buf_u32be(&content, 1 << 30);
	sk_buf_u32be(&content, 1 << 30);
	for (unsigned i = 0; i < 200; i++)
		sk_buf_u8(&content, 0);
	segment(1, 0, NULL, 0);
	size_t used = arena.used;
	back = decode();
	assert_true(back.damaged && arena.used < used + 20000);
	file_begin(1000, 1000, 0); /* regions go when they are drawn */
	for (uint32_t i = 0; i < 100; i++) {
		enc_region(&content, 1000, 1000, 0, 0, JBIG2_OR);
		sk_buf_u8(&content, 1);
		segment(i + 1, 38, NULL, 0);
	}
	size_t size = arena.size;
	arena.size = arena.used + (1 << 20);
	back = decode();
	arena.size = size;
	assert_int_equal(back.height, 1000);
	file_begin(10, 10, 0);
	for (uint32_t i = 0; i <= limit(LIMIT_jbig2_segments); i++)
		enc_segment(&file, i + 1, 62, 1, NULL, 0, SK_BYTES(""));
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_generic), T(test_mmr), T(test_operators), T(test_refinement), T(test_stripes_of_unknown_height), T(test_unknown_length), T(test_damage), T(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
