/* Blocks packed, coded by us and read again by libjpeg: the same coefficients; and the same bytes as libjpeg's own coder. Packed blocks that lie
 * are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/jpeg.h"
#include "format/image/image_test.h"
#include "format/image/jpeg_code.h"

#include <cmocka.h>
#include <jpeglib.h>

static uint32_t seed = 1;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* A block of one of several kinds: empty, sparse with long runs of zeros, dense with small values, all extremes. */
static void fill(JCOEFPTR block)
{
	uint32_t kind = any(6);
	for (unsigned i = 0; i < DCTSIZE2; i++) {
		int large = (int)any(2047) - 1023;
		int values[] = {0, any(25) == 0 ? large : 0, (int)any(7) - 3, large, i == 63, (int)any(2) * 2046 - 1023};
		block[i] = (JCOEF)values[kind];
	}
	block[0] = (JCOEF)((int)any(2048) - 1024);
}

struct shape {
	unsigned width, height, count;
	J_COLOR_SPACE color;
	uint8_t factors[4][2];
};

/* A JPEG of such coefficients by libjpeg's own coder. */
static sk_bytes make(const struct shape *shape)
{
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr error;
	jvirt_barray_ptr arrays[4];
	unsigned char *at = NULL;
	unsigned long len = 0;
	info.err = jpeg_std_error(&error);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, &at, &len);
	info.image_width = shape->width;
	info.image_height = shape->height;
	info.input_components = (int)shape->count;
	info.in_color_space = shape->color;
	jpeg_set_defaults(&info);
	jpeg_set_colorspace(&info, shape->color);
	unsigned most_h = 1, most_v = 1;
	for (unsigned i = 0; i < shape->count; i++) {
		info.comp_info[i].h_samp_factor = shape->factors[i][0];
		info.comp_info[i].v_samp_factor = shape->factors[i][1];
		most_h = (unsigned)sk_max(most_h, shape->factors[i][0]);
		most_v = (unsigned)sk_max(most_v, shape->factors[i][1]);
	}
	for (unsigned i = 0; i < shape->count; i++) {
		JDIMENSION wide = (shape->width + 8 * most_h - 1) / (8 * most_h) * shape->factors[i][0];
		JDIMENSION high = (shape->height + 8 * most_v - 1) / (8 * most_v) * shape->factors[i][1];
		arrays[i] = info.mem->request_virt_barray((j_common_ptr)&info, JPOOL_IMAGE, TRUE, wide, high, shape->factors[i][1]);
	}
	info.mem->realize_virt_arrays((j_common_ptr)&info);
	for (unsigned i = 0; i < shape->count; i++) {
		JDIMENSION wide = (shape->width + 8 * most_h - 1) / (8 * most_h) * shape->factors[i][0];
		JDIMENSION high = (shape->height + 8 * most_v - 1) / (8 * most_v) * shape->factors[i][1];
		for (JDIMENSION y = 0; y < high; y++)
			for (JDIMENSION x = 0; x < wide; x++)
				fill(info.mem->access_virt_barray((j_common_ptr)&info, arrays[i], y, 1, TRUE)[0][x]);
	}
	jpeg_write_coefficients(&info, arrays);
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	return sk_bytes_of(at, len);
}

/* libjpeg's own way from coefficients to coefficients, the same options as ours. */
static sk_bytes transcode(sk_bytes b)
{
	struct jpeg_decompress_struct in;
	struct jpeg_compress_struct out;
	struct jpeg_error_mgr error;
	unsigned char *at = NULL;
	unsigned long len = 0;
	in.err = out.err = jpeg_std_error(&error);
	jpeg_create_decompress(&in);
	jpeg_create_compress(&out);
	jpeg_mem_src(&in, b.at, b.len);
	jpeg_read_header(&in, TRUE);
	jvirt_barray_ptr *arrays = jpeg_read_coefficients(&in);
	jpeg_copy_critical_parameters(&in, &out);
	jpeg_mem_dest(&out, &at, &len);
	jpeg_write_coefficients(&out, arrays);
	jpeg_finish_compress(&out);
	jpeg_destroy_compress(&out);
	jpeg_destroy_decompress(&in);
	return sk_bytes_of(at, len);
}

static void test_same_as_libjpeg(void **state)
{
	static const struct shape shapes[] = {
		{200, 120, 1, JCS_GRAYSCALE, {{1, 1}}},
		{77, 93, 1, JCS_GRAYSCALE, {{2, 2}}},
		{201, 119, 3, JCS_YCbCr, {{2, 2}, {1, 1}, {1, 1}}},
		{201, 119, 3, JCS_YCbCr, {{1, 1}, {1, 1}, {1, 1}}},
		{33, 17, 3, JCS_YCbCr, {{2, 1}, {1, 1}, {1, 1}}},
		{1, 1, 3, JCS_YCbCr, {{1, 2}, {1, 1}, {1, 2}}},
		{65, 40, 3, JCS_YCbCr, {{4, 1}, {1, 1}, {2, 1}}},
		{50, 50, 3, JCS_RGB, {{1, 1}, {1, 1}, {1, 1}}},
		{120, 70, 4, JCS_CMYK, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
		{121, 71, 4, JCS_YCCK, {{2, 2}, {1, 1}, {1, 1}, {2, 2}}},
	};
	(void)state;
	for (size_t i = 0; i < 4 * SK_COUNT(shapes); i++) {
		sk_bytes jpeg = make(&shapes[i / 4]), theirs = transcode(jpeg);
		struct sanitized *s = image_sanitize(jpeg);
		assert_true(sk_bytes_equal(s->output, theirs));
		assert_int_equal(s->findings[FINDING_picture_repaired], 0);
		sanitized_free(s);
		free((void *)(uintptr_t)jpeg.at);
		free((void *)(uintptr_t)theirs.at);
	}
}

/* ---- packed blocks ---- */

static enum sk_status drop(void *context, sk_bytes bytes)
{
	(void)context;
	(void)bytes;
	return SK_OK;
}

static size_t code(const void *packed, size_t len)
{
	static uint8_t memory[1 << 17];
	static struct jpeg_coder coder;
	struct sk_arena arena;
	int previous = 0;
	sk_arena_init(&arena, memory, sizeof memory);
	assert_true(jpeg_coder_init(&coder, &arena, drop, NULL));
	size_t taken = jpeg_code_block(&coder, sk_bytes_of(packed, len), false, &previous);
	assert_int_equal(jpeg_code_end(&coder), SK_OK);
	sk_arena_reset(&arena);
	return taken;
}

static void test_lies(void **state)
{
	uint8_t block[256] = {0};
	(void)state;
	assert_int_equal(code("\0\0\0", 3), 3);
	assert_int_equal(code("\0\xFF\x03more", 7), 3);
	assert_int_equal(code("\1\0\0\2\5", 5), 5);
	assert_int_equal(code("\1\0\0\2\x80\xFF\3", 7), 7);
	assert_int_equal(code("", 0), 0);
	assert_int_equal(code("\0\0", 2), 0);             /* no whole DC value */
	assert_int_equal(code("\1\0\0", 3), 0);           /* no mask */
	assert_int_equal(code("\1\0\0\2", 4), 0);         /* no value */
	assert_int_equal(code("\1\0\0\2\x80\1", 6), 0);   /* half a value */
	assert_int_equal(code("\1\0\0\2\0", 5), 0);       /* a zero */
	assert_int_equal(code("\1\0\0\2\x80\0\4", 7), 0); /* 1024 */
	assert_int_equal(code("\1\0\0\1\5", 5), 0);       /* the DC value in the mask */
	assert_int_equal(code("\0\0\4", 3), 0);           /* DC 1024 */
	assert_int_equal(code("\0\xFF\xFB", 3), 0);       /* DC -1025 */
	assert_int_equal(code("\x09\0\0", 3), 0);         /* a mask of nine bytes */
	block[0] = 8;
	memset(block + 3, 0xFF, 8);
	block[3] = 0xFE;
	memset(block + 11, 1, 63);
	assert_int_equal(code(block, sizeof block), 74);
	assert_int_equal(code(block, 74), 74);
	assert_int_equal(code(block, 73), 0);
	for (unsigned i = 0; i < 1 << 16; i++) { /* no bytes lead outside of them */
		for (unsigned k = 0; k < 40; k++)
			block[k] = (uint8_t)any(256);
		block[0] %= 10;
		assert_true(code(block, any(40)) < 40);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_as_libjpeg), cmocka_unit_test(test_lies)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
