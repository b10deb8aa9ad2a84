/* Pictures through the line: pixels as they were, everything else gone, broken ones completed or refused. */
#include <setjmp.h>
#include <stdarg.h>

#include "format/image/decode_test.h"
#include "format/image/gif.h"
#include "format/image/image_test.h"
#include "format/image/png.h"

#include <cmocka.h>

#define WIDTH 83
#define HEIGHT 61
#define SECRET "SECRET-OF-SENDER"

struct made {
	uint8_t *at;
	unsigned long len;
};

static sk_bytes bytes_of(const struct made *m)
{
	return sk_bytes_of(m->at, m->len);
}

/* A JPEG with the secret in every APPn and in a comment, and orientation 6. */
static struct made make_jpeg(bool progressive, J_COLOR_SPACE color)
{
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr error;
	struct made m = {NULL, 0};
	uint8_t row[WIDTH * 4], exif[6 + IMAGE_EXIF_BYTES + sizeof SECRET] = "Exif\0";
	JSAMPROW rows[1] = {row};
	info.err = jpeg_std_error(&error);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, &m.at, &m.len);
	info.image_width = WIDTH;
	info.image_height = HEIGHT;
	info.input_components = color == JCS_GRAYSCALE ? 1 : color == JCS_CMYK ? 4 : 3;
	info.in_color_space = color;
	jpeg_set_defaults(&info);
	if (color == JCS_CMYK)
		jpeg_set_colorspace(&info, JCS_YCCK);
	if (progressive)
		jpeg_simple_progression(&info);
	jpeg_start_compress(&info, TRUE);
	image_exif_make(6, exif + 6);
	memcpy(exif + 6 + IMAGE_EXIF_BYTES, SECRET, sizeof SECRET);
	jpeg_write_marker(&info, JPEG_APP0 + 1, exif, sizeof exif);
	for (int i = 1; i < 16; i++)
		jpeg_write_marker(&info, JPEG_APP0 + i, (const JOCTET *)SECRET, sizeof SECRET);
	jpeg_write_marker(&info, JPEG_COM, (const JOCTET *)SECRET, sizeof SECRET);
	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < sizeof row; x++)
			row[x] = (uint8_t)(x * y + x * 3 + (x * x * y) % 17);
		jpeg_write_scanlines(&info, rows, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	return m;
}

static void put_chunk(struct sk_buf *buf, const char *name, sk_bytes bytes)
{
	sk_buf_u32be(buf, (uint32_t)bytes.len);
	sk_buf_str(buf, name);
	sk_buf_put(buf, bytes);
	sk_buf_u32be(buf, deflate_crc32(deflate_crc32(0, sk_bytes_str(name)), bytes));
}

/* A PNG of each look, or an animation of it, with the secret in its texts. */
static struct made make_png(struct png_look look, bool animated)
{
	static uint8_t memory[1 << 20], lines[1 << 18], packed[4 + (1 << 19)], palette[768];
	static const uint8_t control[26] = {0, 0, 0, 0, 0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 100, 1, 1};
	struct sk_buf buf, head;
	uint8_t header[13];
	size_t len = 0;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_put(&buf, PNG_SIGNATURE);
	sk_buf_fixed(&head, header, sizeof header);
	sk_buf_u32be(&head, WIDTH);
	sk_buf_u32be(&head, HEIGHT);
	sk_buf_u8(&head, (uint8_t)look.depth);
	sk_buf_u8(&head, (uint8_t)look.color);
	sk_buf_u16be(&head, 0);
	sk_buf_u8(&head, look.interlaced);
	put_chunk(&buf, "IHDR", sk_buf_bytes(&head));
	put_chunk(&buf, "tEXt", SK_BYTES(SECRET));
	if (animated)
		put_chunk(&buf, "acTL", SK_BYTES("\0\0\0\2\0\0\0\0"));
	if (look.color == 3)
		put_chunk(&buf, "PLTE", sk_bytes_of(palette, (size_t)3 << look.depth));
	if (animated)
		put_chunk(&buf, "fcTL", sk_bytes_of(control, sizeof control));
	assert_true(png_lines_bytes(&look, WIDTH, HEIGHT, &len));
	for (size_t i = 0; i < len; i++)
		lines[i] = (uint8_t)(i * i / 7);
	assert_true(png_filters_repair(&look, WIDTH, HEIGHT, lines) > 0);
	size_t packed_len = deflate_deflate(DEFLATE_ZLIB, sk_bytes_of(lines, len), packed + 4, sizeof packed - 4);
	put_chunk(&buf, "IDAT", sk_bytes_of(packed + 4, packed_len / 2));
	put_chunk(&buf, "IDAT", sk_bytes_of(packed + 4 + packed_len / 2, packed_len - packed_len / 2));
	if (animated) {
		put_chunk(&buf, "fcTL", sk_bytes_of(control, sizeof control));
		put_chunk(&buf, "fdAT", sk_bytes_of(packed, packed_len + 4));
	}
	put_chunk(&buf, "prVt", SK_BYTES(SECRET));
	put_chunk(&buf, "IEND", sk_bytes_of(NULL, 0));
	uint8_t *copy = malloc(buf.len);
	assert_non_null(copy);
	memcpy(copy, memory, buf.len);
	return (struct made){copy, buf.len};
}

static enum sk_status put_to_buf(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return SK_OK;
}

/* A GIF of two frames with the secret in a comment and in an application's block. */
static struct made make_gif(unsigned code_size)
{
	static uint8_t memory[1 << 20], indices[300 * 200], palette[768];
	struct sk_buf buf;
	struct gif_put put = {put_to_buf, &buf};
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_put(&buf, SK_BYTES("GIF89a\x2C\x01\xC8\0"));
	sk_buf_u8(&buf, (uint8_t)(0x80 | (code_size - 1)));
	sk_buf_u16le(&buf, 0);
	sk_buf_put(&buf, sk_bytes_of(palette, (size_t)3 << code_size));
	sk_buf_put(&buf, SK_BYTES("\x21\xFF\x0BNETSCAPE2.0\x03\x01\x07\0\0"));
	sk_buf_put(&buf, SK_BYTES("\x21\xFE\x10" SECRET "\0\x21\xFF\x0BXMP DataXMP\x10" SECRET "\0"));
	for (unsigned frame = 0; frame < 2; frame++) {
		for (size_t i = 0; i < sizeof indices; i++)
			indices[i] = (uint8_t)((i * i / 13 ^ i / 300 * frame) & ((1u << code_size) - 1));
		sk_buf_put(&buf, SK_BYTES("\x21\xF9\x04\x05\x0A\0\x01\0,\0\0\0\0\x2C\x01\xC8\0"));
		sk_buf_u8(&buf, frame == 0 ? 0 : 0x40);
		sk_buf_u8(&buf, (uint8_t)code_size);
		assert_int_equal(gif_lzw_encode(sk_bytes_of(indices, sizeof indices), code_size, &put), SK_OK);
	}
	sk_buf_u8(&buf, GIF_TRAILER);
	uint8_t *copy = malloc(buf.len);
	assert_non_null(copy);
	memcpy(copy, memory, buf.len);
	return (struct made){copy, buf.len};
}

/* Same pixels, no secret, and the same again from the output. */
static void check_kept(const struct made *m)
{
	struct sanitized *s = image_sanitize(bytes_of(m));
	assert_int_equal(s->written, SK_OK);
	struct pixels before = decode_any(bytes_of(m)), after = decode_any(s->output);
	assert_true(pixels_equal(before, after));
	assert_true(sk_bytes_find(s->output, SK_BYTES(SECRET), 0) == SIZE_MAX);
	assert_true(s->findings[FINDING_picture_metadata] > 0);
	assert_int_equal(s->findings[FINDING_picture_repaired], 0);
	struct sanitized *again = image_sanitize(s->output);
	assert_int_equal(again->written, SK_OK);
	assert_true(sk_bytes_equal(again->output, s->output));
	assert_int_equal(again->details.len, 0);
	free(before.at);
	free(after.at);
	sanitized_free(again);
	sanitized_free(s);
}

/* Every cut ends in a picture that another decoder reads, or in a refusal with its reason. */
static void check_cuts(const struct made *m)
{
	for (size_t len = 0; len < m->len; len += 1 + m->len / 23) {
		struct sanitized *s = image_sanitize(sk_bytes_of(m->at, len));
		if (s->written == SK_OK) {
			struct pixels p = decode_any(s->output);
			assert_non_null(p.at);
			assert_int_equal(s->findings[FINDING_picture_repaired], 1);
			free(p.at);
		} else {
			assert_true(len < 20 || s->findings[FINDING_blocked_damaged] == 1);
		}
		sanitized_free(s);
	}
}

static void check_trailing(const struct made *m)
{
	static uint8_t longer[1 << 20];
	memcpy(longer, m->at, m->len);
	memcpy(longer + m->len, "PK\3\4" SECRET, 20);
	struct sanitized *s = image_sanitize(sk_bytes_of(longer, m->len + 20));
	assert_int_equal(s->written, SK_OK);
	assert_int_equal(s->findings[FINDING_picture_trailing], 20);
	assert_true(sk_bytes_find(s->output, SK_BYTES(SECRET), 0) == SIZE_MAX);
	sanitized_free(s);
}

static void check_all(struct made m)
{
	check_kept(&m);
	check_cuts(&m);
	check_trailing(&m);
	free(m.at);
}

static void test_jpeg(void **state)
{
	(void)state;
	static const J_COLOR_SPACE colors[] = {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK};
	for (size_t i = 0; i < SK_COUNT(colors); i++) {
		check_all(make_jpeg(false, colors[i]));
		check_all(make_jpeg(true, colors[i]));
	}
}

static void test_orientation(void **state)
{
	(void)state;
	struct made m = make_jpeg(false, JCS_RGB);
	uint8_t exif[IMAGE_EXIF_BYTES];
	struct sanitized *s = image_sanitize(bytes_of(&m));
	image_exif_make(6, exif);
	assert_true(sk_bytes_find(s->output, sk_bytes_of(exif, sizeof exif), 0) != SIZE_MAX);
	for (unsigned i = 1; i <= 8; i++) {
		image_exif_make(i, exif);
		assert_int_equal(image_orientation(sk_bytes_of(exif, sizeof exif)), i);
	}
	sanitized_free(s);
	free(m.at);
}

static void test_png(void **state)
{
	(void)state;
	static const uint8_t looks[][2] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8},
					   {4, 8}, {4, 16}, {6, 8}, {6, 16}};
	for (size_t i = 0; i < 2 * SK_COUNT(looks); i++) {
		struct png_look look = {WIDTH, HEIGHT, looks[i / 2][1], looks[i / 2][0], i % 2 != 0};
		struct made m = make_png(look, false), moving = make_png(look, true);
		check_kept(&m);
		check_trailing(&m);
		check_kept(&moving);
		free(m.at);
		free(moving.at);
	}
	check_all(make_png((struct png_look){WIDTH, HEIGHT, 8, 6, false}, true));
}

static void test_png_bomb(void **state)
{
	(void)state;
	struct made m = make_png((struct png_look){WIDTH, HEIGHT, 8, 6, false}, false);
	m.at[16 + 2] = 0xEA; /* 59,987 pixels wide and 60,000 high */
	m.at[20 + 2] = 0xEA;
	struct sanitized *s = image_sanitize(bytes_of(&m));
	assert_int_equal(s->read, SK_LIMIT);
	assert_int_equal(limit_last(), LIMIT_picture_pixels);
	sanitized_free(s);
	free(m.at);
}

static void test_jpeg_bomb(void **state)
{
	(void)state;
	struct made m = make_jpeg(false, JCS_GRAYSCALE);
	size_t frame = sk_bytes_find(bytes_of(&m), SK_BYTES("\xFF\xC0\0\x0B\x08"), 0);
	assert_true(frame != SIZE_MAX);
	memcpy(m.at + frame + 5, "\x3F\xFF\x3F\xFF", 4); /* 16,383 x 16,383 of a few kilobytes */
	struct sanitized *s = image_sanitize(sk_bytes_of(m.at, sk_min(m.len, 4000)));
	assert_int_equal(s->read, SK_TRUNCATED);
	assert_int_equal(s->findings[FINDING_blocked_damaged], 1);
	sanitized_free(s);
	memcpy(m.at + frame + 5, "\xEA\x60\xEA\x60", 4);
	s = image_sanitize(bytes_of(&m));
	assert_int_equal(s->read, SK_LIMIT);
	sanitized_free(s);
	free(m.at);
}

static void test_gif(void **state)
{
	(void)state;
	for (unsigned code_size = 2; code_size <= 8; code_size++)
		check_all(make_gif(code_size));
}

static void test_gif_bomb(void **state)
{
	static const uint8_t gif[] = "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\0\xF0\0\xF0\0\x02\x02\x4C\x01\0;"; /* 61,440 squared */
	static const uint8_t smaller[] = "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\0\x28\0\x28\0\x02\x02\x4C\x01\0;"; /* 10,240 */
	(void)state;
	struct sanitized *s = image_sanitize(sk_bytes_of(gif, sizeof gif - 1));
	assert_int_equal(s->read, SK_LIMIT);
	sanitized_free(s);
	s = image_sanitize(sk_bytes_of(smaller, sizeof smaller - 1));
	assert_int_equal(s->read, SK_TRUNCATED);
	assert_int_equal(s->findings[FINDING_blocked_damaged], 1);
	sanitized_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_jpeg), cmocka_unit_test(test_orientation), cmocka_unit_test(test_png),
					   cmocka_unit_test(test_png_bomb), cmocka_unit_test(test_jpeg_bomb), cmocka_unit_test(test_gif), cmocka_unit_test(test_gif_bomb)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
