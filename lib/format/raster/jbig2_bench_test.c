/* What the tests of JBIG2 stand on. */
#include "format/raster/jbig2_bench_test.h"

static uint8_t memory[64 << 20];
static uint32_t seed;
struct sk_arena arena;
struct sk_buf file, content;
struct enc e;

int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	sk_buf_init(&file, &arena, 4 << 20);
	sk_buf_init(&content, &arena, 1 << 20);
	(void)sk_buf_room(&file, 1 << 20); /* what comes later may be released */
	(void)sk_buf_room(&content, 1 << 20);
	seed = 1;
	return 0;
}

int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

void set(struct raster_bits *bits, int64_t x, int64_t y, unsigned value)
{
	uint8_t bit = (uint8_t)(0x80 >> (x & 7)), *at = &bits->at[(size_t)y * bits->stride + (size_t)x / 8];
	*at = (uint8_t)(value ? *at | bit : *at & ~bit);
}

/* Blots and some noise; rows are often the same as the one above. */
struct raster_bits picture(uint32_t width, uint32_t height)
{
	struct raster_bits bits;
	assert_int_equal(raster_bits_make(&arena, width, height, &bits), SK_OK);
	for (int64_t y = 0; y < height; y++)
		for (int64_t x = 0, copy = chance(3); x < width; x++) {
			unsigned near = jbig2_pixel(&bits, x - 1, y) + jbig2_pixel(&bits, x, y - 1) + jbig2_pixel(&bits, x + 1, y - 1);
			set(&bits, x, y, copy == 0 && y > 0 ? jbig2_pixel(&bits, x, y - 1) : chance(8) < near * 2 + 1);
		}
	return bits;
}

void assert_same(const struct raster_bits *a, const struct raster_bits *b)
{
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	assert_memory_equal(a->at, b->at, a->stride * a->height);
}

void file_begin(uint32_t width, uint32_t height, unsigned flags)
{
	sk_buf_reset(&file);
	enc_page(&file, width, height, flags, 0);
}

void segment(uint32_t number, unsigned type, const uint8_t *references, unsigned count)
{
	enc_segment(&file, number, type, 1, references, count, sk_buf_bytes(&content));
	sk_buf_reset(&content);
}

struct raster_bits decode(void)
{
	struct raster_bits bits;
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &bits), SK_OK);
	return bits;
}

struct raster_bits decode_sound(void)
{
	struct raster_bits bits = decode();
	assert_false(bits.damaged);
	return bits;
}

const struct jbig2_at nominal[4][4] = {{{3, -1}, {-3, -1}, {2, -2}, {-2, -2}}, {{3, -1}}, {{2, -1}}, {{2, -1}}};

void put_at(const struct jbig2_at *at, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		sk_buf_u8(&content, (uint8_t)at[i].x);
		sk_buf_u8(&content, (uint8_t)at[i].y);
	}
}

void generic_region(const struct raster_bits *bits, int32_t x, int32_t y, enum jbig2_operator operator, unsigned kind,
			   const struct jbig2_at *at, bool typical)
{
	enc_region(&content, bits->width, bits->height, x, y, operator);
	sk_buf_u8(&content, (uint8_t)(kind << 1 | (unsigned)typical << 3));
	put_at(at, kind == 0 ? 4 : 1);
	enc_begin(&e, &content);
	enc_generic(&e, bits, kind, at, typical, NULL);
	enc_end(&e);
}

struct raster_bits like(const struct raster_bits *bits, uint32_t width, uint32_t height, int64_t dx, int64_t dy)
{
	struct raster_bits made;
	assert_int_equal(raster_bits_make(&arena, width, height, &made), SK_OK);
	for (int64_t y = 0; y < height; y++)
		for (int64_t x = 0; x < width; x++)
			set(&made, x, y, jbig2_pixel(bits, x - dx, y - dy) ^ (chance(20) == 0));
	return made;
}
