/* What is chosen for text, drawings and photographs, and that indices mean the colours they came from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/raster/choose.h"

#define WIDTH 203u
#define HEIGHT 100u

static uint8_t memory[8 << 20], pixels[WIDTH * HEIGHT * 3];
static struct sk_arena arena;
static const struct raster_rgb picture = {pixels, WIDTH, HEIGHT, (size_t)WIDTH * 3};
static struct raster_choice choice;

static int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	memset(pixels, 255, sizeof pixels);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static void paint(unsigned x, unsigned y, unsigned red, unsigned green, unsigned blue)
{
	uint8_t *p = pixels + (y * WIDTH + x) * 3;
	p[0] = (uint8_t)red;
	p[1] = (uint8_t)green;
	p[2] = (uint8_t)blue;
}

/* Strokes of a colour with soft edges when soft is above 1. */
static void strokes(unsigned soft, unsigned red, unsigned green, unsigned blue)
{
	for (unsigned y = 10; y < 90; y++)
		for (unsigned x = 10; x + 6 < WIDTH; x += 13)
			for (unsigned i = 0; i < 5; i++) {
				unsigned cover = soft > 1 && (i == 0 || i == 4) ? (x * 7 + y * 3 + i) % soft : soft;
				paint(x + i, y, 255 - (255 - red) * cover / soft, 255 - (255 - green) * cover / soft, 255 - (255 - blue) * cover / soft);
			}
}

/* Every pixel's index stands for a colour that is at most error away. */
static void assert_near(int error)
{
	struct raster_indices indices;
	assert_int_equal(raster_index(&picture, &choice, &arena, &indices), SK_OK);
	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++) {
			unsigned at = x * choice.bits, index = (unsigned)indices.at[y * indices.stride + at / 8] >> (8 - choice.bits - at % 8);
			index &= (1u << choice.bits) - 1;
			assert_true(index < choice.colors);
			for (unsigned c = 0; c < 3; c++)
				assert_true(abs(choice.palette[index][c] - pixels[(y * WIDTH + x) * 3 + c]) <= error);
		}
		unsigned beyond = WIDTH * choice.bits % 8;
		if (beyond > 0)
			assert_int_equal(indices.at[(y + 1) * indices.stride - 1] & (0xFF >> beyond), 0);
	}
}

static void test_two_colors(void **state)
{
	(void)state;
	strokes(1, 0, 0, 0);
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_BILEVEL);
	assert_true(choice.gray && choice.exact);
	assert_int_equal(choice.bits, 1);
	assert_int_equal(choice.palette[0][0], 255);
	assert_int_equal(choice.palette[1][0], 0);
	assert_near(0);
	strokes(1, 200, 0, 30);
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_BILEVEL);
	assert_false(choice.gray);
	assert_near(0);
}

static void test_white_page(void **state)
{
	(void)state;
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_BILEVEL);
	assert_int_equal(choice.colors, 1);
	assert_near(0);
}

static void test_soft_edges(void **state)
{
	(void)state;
	strokes(200, 0, 0, 0);
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_INDEXED);
	assert_true(choice.gray && !choice.exact);
	assert_int_equal(choice.bits, 4);
	assert_int_equal(choice.palette[0][0], 255); /* white stays white */
	assert_near(15);
	raster_choose(&picture, true, &choice);
	assert_int_equal(choice.kind, RASTER_INDEXED);
	assert_true(choice.exact && choice.colors > 16);
	assert_int_equal(choice.bits, 8);
	assert_near(0);
}

static void test_few_colors(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned x = i; x < WIDTH; x += 9)
			paint(x, 5 + i * 20, 250 - i * 60, 20 + i * 3, i * 80);
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_INDEXED);
	assert_int_equal(choice.colors, 5);
	assert_int_equal(choice.bits, 4);
	assert_true(choice.exact && !choice.gray);
	assert_near(0);
}

static void test_photograph(void **state)
{
	(void)state;
	uint32_t seed = 7;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++) {
			seed = seed * 1664525 + 1013904223;
			unsigned noise = seed >> 29;
			paint(x, y, x + noise, y + noise, (x + y) / 2 + noise);
		}
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_JPEG);
	assert_false(choice.gray);
	for (size_t i = 0; i < sizeof pixels; i += 3)
		pixels[i + 1] = pixels[i + 2] = pixels[i];
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_JPEG);
	assert_true(choice.gray);
	assert_true(choice.jpeg_bytes < choice.indexed_bytes);
}

/* More colours than a palette has, all with edges. */
static void test_many_colors(void **state)
{
	(void)state;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			paint(x, y, x * 37 % 256, y * 91 % 256, (x + y) * 53 % 256);
	raster_choose(&picture, false, &choice);
	assert_int_equal(choice.kind, RASTER_JPEG);
	assert_int_equal(choice.colors, 0);
	assert_int_equal(choice.indexed_bytes, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_two_colors), T(test_white_page), T(test_soft_edges), T(test_few_colors), T(test_photograph), T(test_many_colors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
