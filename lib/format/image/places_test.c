/* Where pictures hide data, and codings that can't be read: each is told by its own finding, and nothing of it comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "format/image/image_test.h"
#include "format/image/png.h"

#include <cmocka.h>
#include <jpeglib.h>

#define SECRET "SECRET-OF-SENDER"

static uint8_t room[1 << 16], packed[1 << 16];

/* A small JPEG; libjpeg writes it. */
static sk_bytes make_jpeg(bool progressive)
{
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr error;
	unsigned char *at = NULL;
	unsigned long len = 0;
	uint8_t row[64 * 3];
	JSAMPROW rows[1] = {row};
	info.err = jpeg_std_error(&error);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, &at, &len);
	info.image_width = info.image_height = 64;
	info.input_components = 3;
	info.in_color_space = JCS_RGB;
	jpeg_set_defaults(&info);
	if (progressive)
		jpeg_simple_progression(&info);
	jpeg_start_compress(&info, TRUE);
	for (unsigned y = 0; y < 64; y++) {
		for (unsigned x = 0; x < sizeof row; x++)
			row[x] = (uint8_t)(x * y);
		jpeg_write_scanlines(&info, rows, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	return sk_bytes_of(at, len);
}

/* The picture with a comment put in at an offset. */
static sk_bytes with_comment(sk_bytes jpeg, size_t at)
{
	struct sk_buf buf;
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_put(&buf, sk_bytes_slice(jpeg, 0, at));
	sk_buf_put(&buf, SK_BYTES("\xFF\xFE\0\x12" SECRET));
	sk_buf_put(&buf, sk_bytes_slice(jpeg, at, jpeg.len));
	return sk_buf_bytes(&buf);
}

static void assert_hidden(sk_bytes picture, enum finding_code code, uint32_t count)
{
	struct sanitized *s = image_sanitize(picture);
	assert_int_equal(s->written, SK_OK);
	assert_int_equal(s->findings[code], count);
	assert_true(sk_bytes_find(s->output, SK_BYTES(SECRET), 0) == SIZE_MAX);
	struct sanitized *again = image_sanitize(s->output);
	assert_true(sk_bytes_equal(again->output, s->output));
	assert_int_equal(again->details.len, 0);
	sanitized_free(again);
	sanitized_free(s);
}

static void test_jpeg_comments(void **state)
{
	(void)state;
	for (unsigned progressive = 0; progressive < 2; progressive++) {
		sk_bytes jpeg = make_jpeg(progressive != 0);
		size_t scan = sk_bytes_find(jpeg, SK_BYTES("\xFF\xDA"), 0);
		assert_hidden(with_comment(jpeg, 2), FINDING_picture_hidden, 0); /* where programs put them: a note */
		assert_hidden(with_comment(jpeg, 2), FINDING_picture_metadata, 1);
		assert_hidden(with_comment(jpeg, scan), FINDING_picture_hidden, 1);
		assert_hidden(with_comment(jpeg, jpeg.len - 2), FINDING_picture_hidden, 1); /* before the end */
		size_t second = sk_bytes_find(jpeg, SK_BYTES("\xFF\xDA"), scan + 2);
		assert_int_equal(second != SIZE_MAX, progressive);
		if (progressive)
			assert_hidden(with_comment(jpeg, second), FINDING_picture_hidden, 1);
		free((void *)(uintptr_t)jpeg.at);
	}
}

/* The picture with Exif put in after SOI. */
static sk_bytes with_exif(sk_bytes jpeg, sk_bytes tiff)
{
	struct sk_buf buf;
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_put(&buf, sk_bytes_slice(jpeg, 0, 2));
	sk_buf_put(&buf, SK_BYTES("\xFF\xE1"));
	sk_buf_u16be(&buf, (uint16_t)(tiff.len + 8));
	sk_buf_put(&buf, SK_BYTES("Exif\0\0"));
	sk_buf_put(&buf, tiff);
	sk_buf_put(&buf, sk_bytes_slice(jpeg, 2, jpeg.len));
	return sk_buf_bytes(&buf);
}

static void assert_exif(sk_bytes tiff, unsigned orientation, bool adobe_rgb, bool noted)
{
	sk_bytes jpeg = make_jpeg(false);
	struct sanitized *s = image_sanitize(with_exif(jpeg, tiff));
	assert_int_equal(s->written, SK_OK);
	size_t at = sk_bytes_find(s->output, SK_BYTES("Exif\0\0"), 0);
	assert_int_equal(at != SIZE_MAX, orientation > 1 || adobe_rgb);
	sk_bytes made = sk_bytes_slice(s->output, at == SIZE_MAX ? s->output.len : at + 6, 86);
	if (at != SIZE_MAX) {
		assert_int_equal(image_orientation(made), orientation);
		assert_int_equal(image_exif_adobe_rgb(made), adobe_rgb);
	}
	assert_int_equal(s->findings[FINDING_picture_metadata], noted);
	assert_true(sk_bytes_find(s->output, SK_BYTES(SECRET), 0) == SIZE_MAX);
	sanitized_free(s);
	free((void *)(uintptr_t)jpeg.at);
}

/* What Exif says of the look stays, by whoever it was written. */
static void test_exif(void **state)
{
	static const uint8_t little[] = "II\x2A\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x1A\0\0\0\0\0\0\0" /* Exif at 26 */
					"\1\0\5\xA0\4\0\1\0\0\0\x2C\0\0\0\0\0\0\0"				   /* interoperability at 44 */
					"\1\0\1\0\2\0\4\0\0\0R03\0\0\0\0\0" SECRET;
	uint8_t exif[IMAGE_EXIF_ADOBE_RGB_BYTES], other[sizeof little];
	(void)state;
	image_exif_make(6, exif);
	assert_exif(sk_bytes_of(exif, IMAGE_EXIF_BYTES), 6, false, false);
	image_exif_make_adobe_rgb(8, exif);
	assert_exif(sk_bytes_of(exif, sizeof exif), 8, true, false);
	assert_exif(sk_bytes_of(little, sizeof little), 1, true, true);
	memcpy(other, little, sizeof little);
	other[54] = 'R', other[55] = '9', other[56] = '8'; /* sRGB, which is what everyone takes it for anyway */
	assert_exif(sk_bytes_of(other, sizeof other), 0, false, true);
	other[18] = 0xFF; /* the directory is not in the file */
	assert_exif(sk_bytes_of(other, sizeof other), 0, false, true);
}

static void assert_coding(size_t place, uint8_t byte, const char *detail)
{
	sk_bytes jpeg = make_jpeg(false);
	size_t frame = sk_bytes_find(jpeg, SK_BYTES("\xFF\xC0"), 0);
	memcpy(room, jpeg.at, jpeg.len);
	room[frame + place] = byte;
	struct sanitized *s = image_sanitize(sk_bytes_of(room, jpeg.len));
	assert_int_equal(s->read, SK_UNSUPPORTED);
	assert_int_equal(s->findings[FINDING_blocked_coding], 1);
	assert_true(sk_bytes_find(sk_buf_bytes(&s->details), sk_bytes_str(detail), 0) != SIZE_MAX);
	sanitized_free(s);
	free((void *)(uintptr_t)jpeg.at);
}

static void test_jpeg_codings(void **state)
{
	(void)state;
	assert_coding(4, 12, "JPEG 12 bit");
	assert_coding(4, 16, "JPEG precision");
	assert_coding(1, 0xC3, "lossless JPEG");
	assert_coding(1, 0xCB, "lossless JPEG");
	assert_coding(1, 0xC5, "hierarchical JPEG");
	assert_coding(1, 0xCF, "hierarchical JPEG");
	assert_coding(1, 0xF7, "JPEG-LS");
}

/* ---- PNG ---- */

static void put_chunk(struct sk_buf *buf, const char *name, sk_bytes bytes, uint32_t wrong)
{
	sk_buf_u32be(buf, (uint32_t)bytes.len);
	sk_buf_str(buf, name);
	sk_buf_put(buf, bytes);
	sk_buf_u32be(buf, deflate_crc32(deflate_crc32(0, sk_bytes_str(name)), bytes) ^ wrong);
}

/* A grey PNG of 40 x 30 whose lines go on for `more` bytes; a chunk stands before them. */
static sk_bytes make_png(const char *name, sk_bytes bytes, uint32_t wrong, size_t more)
{
	static const uint8_t header[13] = {0, 0, 0, 40, 0, 0, 0, 30, 8};
	static uint8_t lines[1230 + 100000];
	struct sk_buf buf;
	for (size_t i = 0; i < sizeof lines; i++)
		lines[i] = i % 41 == 0 && i < 1230 ? 0 : (uint8_t)(i * i >> 3);
	size_t len = deflate_deflate(DEFLATE_ZLIB, sk_bytes_of(lines, 1230 + more), packed, sizeof packed);
	assert_true(len > 0);
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_put(&buf, PNG_SIGNATURE);
	put_chunk(&buf, "IHDR", sk_bytes_of(header, sizeof header), 0);
	if (name[0] != '\0')
		put_chunk(&buf, name, bytes, wrong);
	put_chunk(&buf, "IDAT", sk_bytes_of(packed, len), 0);
	put_chunk(&buf, "IEND", SK_BYTES(""), 0);
	return sk_buf_bytes(&buf);
}

/* The lines that came out are those that went in. */
static void assert_lines(sk_bytes png, bool repaired)
{
	static uint8_t lines[1230];
	size_t len;
	struct sanitized *s = image_sanitize(png);
	assert_int_equal(s->written, SK_OK);
	assert_int_equal(s->findings[FINDING_picture_repaired], repaired);
	size_t at = sk_bytes_find(s->output, SK_BYTES("IDAT"), 0) + 4;
	assert_int_equal(deflate_inflate(DEFLATE_ZLIB, sk_bytes_slice(s->output, at, s->output.len), lines, sizeof lines, &len, NULL), SK_OK);
	assert_int_equal(len, sizeof lines);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(lines[i], i % 41 == 0 ? 0 : (uint8_t)(i * i >> 3));
	assert_true(sk_bytes_find(s->output, SK_BYTES(SECRET), 0) == SIZE_MAX);
	sanitized_free(s);
}

static void test_png(void **state)
{
	(void)state;
	assert_lines(make_png("", SK_BYTES(""), 0, 0), false);
	assert_lines(make_png("", SK_BYTES(""), 0, 1), true);
	assert_lines(make_png("", SK_BYTES(""), 0, 3000), true);
	assert_lines(make_png("", SK_BYTES(""), 0, 100000), true);
	assert_lines(make_png("tEXt", SK_BYTES(SECRET), 0, 0), false);
	assert_lines(make_png("tEXt", SK_BYTES(SECRET), 1, 0), true); /* its sum is wrong */
	assert_lines(make_png("prIv", SK_BYTES(SECRET), 0, 0), false);
	assert_lines(make_png("PRIV", SK_BYTES(SECRET), 0, 0), true); /* no program goes on here */
	assert_lines(make_png("IHDR", SK_BYTES(SECRET), 0, 0), true);
}

/* Behind the end code of a GIF's picture, in its own sub-block and in a further one. */
static void test_gif(void **state)
{
	static const uint8_t gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\1\0\1\0\0\2\2\x4C\1\0;";
	struct sk_buf buf;
	(void)state;
	assert_hidden(sk_bytes_of(gif, sizeof gif - 1), FINDING_picture_trailing, 0);
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_put(&buf, sk_bytes_of(gif, sizeof gif - 3));
	sk_buf_put(&buf, SK_BYTES("\x10" SECRET "\0;"));
	assert_hidden(sk_buf_bytes(&buf), FINDING_picture_trailing, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_jpeg_comments), cmocka_unit_test(test_exif), cmocka_unit_test(test_jpeg_codings), cmocka_unit_test(test_png),
					   cmocka_unit_test(test_gif)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
