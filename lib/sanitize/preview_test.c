/* What changed between two pages, and the PNG of a page as another decoder reads it. */
#include "sanitize/preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <spng.h>

#define SIDE 203u

static uint8_t first[SIDE * SIDE * 3], second[SIDE * SIDE * 3];

static struct sheet sheet_of(uint8_t *pixels, uint32_t parts)
{
	memset(pixels, 0xFF, (size_t)SIDE * SIDE * parts);
	return (struct sheet){.width = 100, .height = 100, .columns = SIDE, .rows = SIDE, .parts = parts, .pixels = sk_bytes_of(pixels, (size_t)SIDE * SIDE * parts)};
}

static void fill(uint8_t *pixels, uint32_t parts, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom, uint8_t value)
{
	for (uint32_t y = top; y < bottom; y++)
		memset(pixels + ((size_t)y * SIDE + left) * parts, value, (size_t)(right - left) * parts);
}

static void nothing_changed(void **state)
{
	struct preview_change change;
	struct sheet a = sheet_of(first, 3), b = sheet_of(second, 1);

	(void)state;
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK); /* gray and RGB white */
	assert_int_equal(change.count, 0);
	fill(second, 1, 10, 10, 100, 100, 0xF0); /* noise of packing */
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_int_equal(change.count, 0);
}

static void far_changes_are_two_boxes(void **state)
{
	struct preview_change change;
	struct sheet a = sheet_of(first, 3), b = sheet_of(second, 3);

	(void)state;
	fill(second, 3, 20, 20, 60, 30, 0);
	fill(second, 3, 64, 20, 70, 30, 0); /* near: the same box */
	fill(second, 3, 180, 190, SIDE, SIDE, 0);
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_int_equal(change.count, 2);
	const struct preview_box *box = &change.boxes[0];
	assert_true(box->left <= 20 && box->left > 15 && box->top <= 20 && box->right >= 70 && box->right < 76 && box->bottom >= 30);
	box = &change.boxes[1];
	assert_true(box->right == SIDE && box->bottom == SIDE && box->left <= 180);
}

/* A hyphen that went is seen. */
static void a_small_thing_is_seen(void **state)
{
	struct preview_change change;
	struct sheet a = sheet_of(first, 1), b = sheet_of(second, 1);

	(void)state;
	fill(first, 1, 40, 40, 44, 41, 0);
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_int_equal(change.count, 1);
}

static void sizes_may_differ(void **state)
{
	struct preview_change change;
	struct sheet a = sheet_of(first, 1), b = sheet_of(second, 1), marked;
	uint8_t *memory;

	(void)state;
	b.rows = 20;
	b.pixels.len = SIDE * 20;
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_int_equal(change.count, 0);
	fill(first, 1, 0, 100, 50, 120, 0);
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_int_equal(change.count, 1);
	assert_int_equal(preview_mark(&b, &change, &marked, &memory), SK_OK);
	assert_int_equal(marked.rows, SIDE);
	assert_int_equal(memory[((size_t)125 * SIDE + 57) * 3], 0xC8); /* the corner of the frame */
	free(memory);
	b = (struct sheet){.parts = 1}; /* a page that could not be drawn */
	assert_int_equal(preview_compare(&b, &b, &change), SK_OK);
	assert_int_equal(change.count, 0);
}

static void too_many_boxes_become_few(void **state)
{
	struct preview_change change;
	struct sheet a = sheet_of(first, 1), b = sheet_of(second, 1);

	(void)state;
	for (uint32_t y = 0; y < SIDE - 8; y += 48)
		for (uint32_t x = 0; x < SIDE - 8; x += 24)
			fill(second, 1, x, y, x + 4, y + 4, 0);
	for (uint32_t y = 24; y < SIDE - 8; y += 48)
		for (uint32_t x = 0; x < SIDE - 8; x += 48)
			fill(second, 1, x, y, x + 4, y + 4, 0);
	assert_int_equal(preview_compare(&a, &b, &change), SK_OK);
	assert_true(change.count > 0 && change.count <= PREVIEW_BOXES_MAX);
}

/* Noise, flat areas and rows like the one above, as libspng reads them. */
static void png_holds_the_pixels(void **state)
{
	(void)state;
	for (uint32_t parts = 1; parts <= 3; parts += 2) {
		struct sheet s = sheet_of(first, parts);
		uint32_t noise = 1;
		for (size_t i = 0; i < s.pixels.len; i++)
			first[i] = i < s.pixels.len / 3 ? (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24) : i < s.pixels.len / 2 ? 7 : (uint8_t)(i * 2);
		size_t len, size = 0;
		uint8_t *png = preview_png(&s, &len);
		assert_non_null(png);
		spng_ctx *ctx = spng_ctx_new(0);
		assert_int_equal(spng_set_png_buffer(ctx, png, len), 0);
		assert_int_equal(spng_decoded_image_size(ctx, SPNG_FMT_PNG, &size), 0);
		assert_int_equal(size, s.pixels.len);
		assert_int_equal(spng_decode_image(ctx, second, sizeof second, SPNG_FMT_PNG, 0), 0);
		assert_memory_equal(first, second, size);
		spng_ctx_free(ctx);
		free(png);
	}
}

/* Heads that no sheet can have. */
static void sheets_are_held_to_their_sizes(void **state)
{
	static const uint32_t heads[][5] = {
		{0, 1, 1, 1, 1}, {1, 1, 1, 0, 1}, {1, 1, 0, 1, 1}, {1, 1, 1, 1, 2}, {1, 1, 65501, 1, 1}, {1, 1, 65500, 65500, 3}, {1, 1, 40, 40, 3}, {1, UINT32_MAX, 1, 1, 1},
	};
	uint8_t room[SHEET_HEAD + 3] = {0};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(heads); i++) {
		struct sheet s = {heads[i][0], heads[i][1], heads[i][2], heads[i][3], heads[i][4], {NULL, 0}};
		struct sk_buf to;
		sk_buf_fixed(&to, room, sizeof room);
		sheet_put_head(&s, &to);
		struct sk_cursor from = sk_cursor_of(sk_bytes_of(room, sizeof room));
		assert_int_not_equal(sheet_next(&from, &s), SK_OK);
	}
	struct sheet good = {1, 1, 1, 1, 3, {NULL, 0}};
	struct sk_buf to;
	sk_buf_fixed(&to, room, sizeof room);
	sheet_put_head(&good, &to);
	struct sk_cursor from = sk_cursor_of(sk_bytes_of(room, sizeof room));
	assert_int_equal(sheet_next(&from, &good), SK_OK);
	assert_int_equal(good.pixels.len, 3);
	assert_int_not_equal(sheet_next(&from, &good), SK_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed),   cmocka_unit_test(far_changes_are_two_boxes), cmocka_unit_test(a_small_thing_is_seen),
		cmocka_unit_test(sizes_may_differ),  cmocka_unit_test(too_many_boxes_become_few), cmocka_unit_test(png_holds_the_pixels),
		cmocka_unit_test(sheets_are_held_to_their_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
