/* The look of a picture: colour profiles made anew, code points, suggested palettes, orientation; and records that lie about them. */
#include <setjmp.h>
#include <stdarg.h>

#include "format/image/image_test.h"
#include "format/image/png.h"

#include <cmocka.h>

static uint8_t room[1 << 16], profile_room[1 << 14], packed[1 << 14];

static void put_chunk(struct sk_buf *buf, const char *name, sk_bytes bytes)
{
	sk_buf_u32be(buf, (uint32_t)bytes.len);
	sk_buf_str(buf, name);
	sk_buf_put(buf, bytes);
	sk_buf_u32be(buf, deflate_crc32(deflate_crc32(0, sk_bytes_str(name)), bytes));
}

/* A PNG of 2 x 1 pixels of 8 bits with one chunk before its picture. */
static sk_bytes png_with(unsigned color, const char *name, sk_bytes bytes)
{
	static const uint8_t lines[9] = {0};
	struct sk_buf buf;
	struct png_look look = {.color = color};
	uint8_t header[13] = {0, 0, 0, 2, 0, 0, 0, 1, 8, (uint8_t)color};
	size_t len = deflate_deflate(DEFLATE_ZLIB, sk_bytes_of(lines, 1 + 2 * png_samples(&look)), packed, sizeof packed);
	sk_buf_fixed(&buf, room, sizeof room);
	sk_buf_put(&buf, PNG_SIGNATURE);
	put_chunk(&buf, "IHDR", sk_bytes_of(header, sizeof header));
	put_chunk(&buf, name, bytes);
	put_chunk(&buf, "IDAT", sk_bytes_of(packed, len));
	put_chunk(&buf, "IEND", sk_bytes_of(NULL, 0));
	return sk_buf_bytes(&buf);
}

static sk_bytes chunk_of(sk_bytes png, const char *name)
{
	size_t at = sk_bytes_find(png, sk_bytes_str(name), 8);
	if (at == SIZE_MAX)
		return sk_bytes_of(NULL, 0);
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(png, at - 4, 4));
	return sk_bytes_slice(png, at + 4, sk_cursor_u32be(&c));
}

/* Through the line, and again: nothing changes and nothing is found the second time. */
static struct sanitized *pass(sk_bytes png)
{
	struct sanitized *s = image_sanitize(png);
	assert_int_equal(s->written, SK_OK);
	struct sanitized *again = image_sanitize(s->output);
	assert_true(sk_bytes_equal(s->output, again->output));
	assert_int_equal(again->findings[FINDING_picture_metadata], 0);
	sanitized_free(again);
	return s;
}

static void assert_chunk(unsigned color, const char *name, sk_bytes bytes, bool kept)
{
	struct sanitized *s = pass(png_with(color, name, bytes));
	assert_true(sk_bytes_equal(chunk_of(s->output, name), kept ? bytes : sk_bytes_of(NULL, 0)));
	assert_int_equal(s->findings[FINDING_picture_metadata], !kept);
	sanitized_free(s);
}

static void test_code_points(void **state)
{
	(void)state;
	assert_chunk(2, "cICP", SK_BYTES("\x09\x10\0\1"), true); /* BT.2020 with PQ */
	assert_chunk(6, "cICP", SK_BYTES("\x0C\x0D\0\0"), true);
	assert_chunk(2, "cICP", SK_BYTES("\x09\x10\1\1"), false); /* a matrix, which PNG does not allow */
	assert_chunk(2, "cICP", SK_BYTES("\x09\x10\0\1more"), false);
	assert_chunk(2, "gAMA", SK_BYTES("\0\0\xB1\x8F"), true);
	assert_chunk(2, "gAMA", SK_BYTES("\0\0\xB1\x8Fmore"), false);
	assert_chunk(2, "sRGB", SK_BYTES("\1"), true);
	assert_chunk(2, "cLLI", SK_BYTES("\0\x98\x96\x80\0\x3D\x09\0"), true);
	assert_chunk(2, "mDCV", SK_BYTES("\x8A\x48\x39\x08\x21\x34\x9B\xAA\x19\x96\x08\xFC\x3D\x13\x40\x42\0\x98\x96\x80\0\0\0\x32"), true);
}

static void test_suggested_palette(void **state)
{
	static const uint8_t colors[771] = {1, 2, 3};
	(void)state;
	assert_chunk(2, "PLTE", sk_bytes_of(colors, 768), true);
	assert_chunk(6, "PLTE", sk_bytes_of(colors, 3), true);
	assert_chunk(2, "PLTE", sk_bytes_of(colors, 771), false);
	assert_chunk(2, "PLTE", sk_bytes_of(colors, 4), false);
	assert_chunk(0, "PLTE", sk_bytes_of(colors, 6), false);
}

static void test_orientation(void **state)
{
	uint8_t exif[IMAGE_EXIF_BYTES], little[26] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
	(void)state;
	for (unsigned i = 2; i <= 8; i++) {
		image_exif_make(i, exif);
		assert_chunk(2, "eXIf", sk_bytes_of(exif, sizeof exif), true);
	}
	struct sanitized *s = pass(png_with(2, "eXIf", sk_bytes_of(little, sizeof little)));
	assert_int_equal(image_orientation(chunk_of(s->output, "eXIf")), 6);
	sanitized_free(s);
	little[18] = 9; /* there is no such orientation */
	assert_chunk(2, "eXIf", sk_bytes_of(little, sizeof little), false);
}

/* ---- profiles ---- */

struct tag {
	const char *name, *type;
	const int32_t *values; /* XYZ: three; para: four bytes of kind, then its parameters */
	const uint16_t *curve;
	uint32_t count;
};

static sk_bytes profile_of(const char *space, const struct tag *tags, uint32_t count)
{
	struct sk_buf buf;
	uint32_t at = 132 + 12 * count;
	sk_buf_fixed(&buf, profile_room, sizeof profile_room);
	memset(profile_room, 0, 128);
	sk_buf_added(&buf, 128);
	profile_room[8] = 4;
	memcpy(profile_room + 12, "mntr", 4);
	memcpy(profile_room + 16, space, 4);
	memcpy(profile_room + 20, "XYZ ", 4);
	memcpy(profile_room + 36, "acsp", 4);
	sk_buf_u32be(&buf, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = tags[i].curve != NULL ? (12 + 2 * tags[i].count + 3) / 4 * 4 : 8 + 4 * tags[i].count;
		sk_buf_str(&buf, tags[i].name);
		sk_buf_u32be(&buf, at);
		sk_buf_u32be(&buf, len);
		at += len;
	}
	for (uint32_t i = 0; i < count; i++) {
		sk_buf_str(&buf, tags[i].type);
		sk_buf_u32be(&buf, 0);
		if (tags[i].curve != NULL)
			sk_buf_u32be(&buf, tags[i].count);
		for (uint32_t k = 0; k < tags[i].count; k++)
			if (tags[i].curve != NULL)
				sk_buf_u16be(&buf, tags[i].curve[k]);
			else
				sk_buf_u32be(&buf, (uint32_t)tags[i].values[k]);
		for (; buf.len % 4 != 0;)
			sk_buf_u8(&buf, 0);
	}
	memcpy(profile_room, (uint8_t[4]){0, 0, (uint8_t)(buf.len >> 8), (uint8_t)buf.len}, 4);
	return sk_buf_bytes(&buf);
}

static sk_bytes tag_in(sk_bytes profile, const char *name)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(profile, 128, profile.len));
	for (uint32_t left = sk_cursor_u32be(&c); left > 0; left--) {
		bool is = sk_bytes_equal(sk_cursor_take(&c, 4), sk_bytes_str(name));
		uint32_t at = sk_cursor_u32be(&c), len = sk_cursor_u32be(&c);
		if (is)
			return sk_bytes_slice(profile, at, len);
	}
	return sk_bytes_of(NULL, 0);
}

/* The profile goes in with a name of the sender; each of its tags comes out with the same numbers. */
static void assert_profile(unsigned color, sk_bytes profile, const struct tag *tags, uint32_t count)
{
	static uint8_t chunk[1 << 14], made[1 << 15];
	size_t len;
	memcpy(chunk, "SENDER\0", 8);
	len = deflate_deflate(DEFLATE_ZLIB, profile, chunk + 8, sizeof chunk - 8);
	struct sanitized *s = pass(png_with(color, "iCCP", sk_bytes_of(chunk, len + 8)));
	sk_bytes out = chunk_of(s->output, "iCCP");
	assert_int_equal(out.len > 0, count > 0);
	assert_int_equal(s->findings[FINDING_profile_removed], count == 0);
	if (count > 0) {
		assert_true(sk_bytes_starts(out, SK_BYTES("S\0\0")));
		assert_int_equal(deflate_inflate(DEFLATE_ZLIB, sk_bytes_slice(out, 3, out.len), made, sizeof made, &len, NULL), SK_OK);
	}
	for (uint32_t i = 0; i < count; i++) {
		sk_bytes before = tag_in(profile, tags[i].name), after = tag_in(sk_bytes_of(made, len), tags[i].name);
		assert_true(after.len > 0 && sk_bytes_starts(before, after));
	}
	sanitized_free(s);
}

static const int32_t srgb[3][3] = {{0x6FA2, 0x38F5, 0x390}, {0x6299, 0xB785, 0x18DA}, {0x24A0, 0xF84, 0xB6CF}};
static const int32_t adobe[3][3] = {{0x9C18, 0x4FA5, 0x4FC}, {0x348D, 0xA02C, 0xF95}, {0x2631, 0x102F, 0xBE9C}};
static const int32_t p3[3][3] = {{0x83DF, 0x3DBF, -0x45}, {0x4ABF, 0xB137, 0xAB9}, {0x2838, 0x110B, 0xC8B9}};
static const int32_t para[6] = {3 << 16, 0x26666, 0xF2A7, 0xD59, 0x13D0, 0xA5B};
static const uint16_t gamma_22[1] = {0x0233}, table[4] = {0, 5000, 30000, 65535};

static void rgb_tags(struct tag tags[6], const int32_t columns[3][3], const struct tag *curve)
{
	static const char *const names[6] = {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"};
	for (unsigned i = 0; i < 3; i++) {
		tags[i] = (struct tag){names[i], "XYZ ", columns[i], NULL, 3};
		tags[3 + i] = *curve;
		tags[3 + i].name = names[3 + i];
	}
}

static void test_profiles(void **state)
{
	struct tag tags[6];
	const struct tag curve_table = {"", "curv", NULL, table, 4}, curve_gamma = {"", "curv", NULL, gamma_22, 1}, curve_para = {"", "para", para, NULL, 6};
	(void)state;
	rgb_tags(tags, srgb, &curve_table);
	assert_profile(2, profile_of("RGB ", tags, 6), tags, 6);
	rgb_tags(tags, adobe, &curve_gamma);
	assert_profile(2, profile_of("RGB ", tags, 6), tags, 6);
	rgb_tags(tags, p3, &curve_para);
	assert_profile(6, profile_of("RGB ", tags, 6), tags, 6);
	assert_profile(2, profile_of("RGB ", tags, 5), NULL, 0);  /* a curve is not there */
	assert_profile(0, profile_of("RGB ", tags, 6), NULL, 0);  /* of colours, in a grey picture */
	assert_profile(2, profile_of("CMYK", tags, 6), NULL, 0);
	tags[0] = (struct tag){"kTRC", "curv", NULL, gamma_22, 1};
	assert_profile(0, profile_of("GRAY", tags, 1), tags, 1);
	assert_profile(4, profile_of("GRAY", tags, 1), tags, 1);
}

/* ---- a reader that lies ---- */

static struct neutral_out *out;

static void begin(struct stream *records, uint16_t color, int64_t width)
{
	static uint8_t stage[NEUTRAL_STAGE];
	static struct neutral_out said;
	out = &said;
	neutral_out_init(out, &image_vocabulary, stage, stream_send, records);
	neutral_start(out, LEVEL_REBUILD);
	neutral_open(out, IMAGE_NODE_png_png);
	neutral_attr_number(out, IMAGE_ATTR_png_width, width);
	neutral_attr_number(out, IMAGE_ATTR_png_height, 1);
	neutral_attr_number(out, IMAGE_ATTR_png_depth, IMAGE_WORD_Depth_8);
	neutral_attr_number(out, IMAGE_ATTR_png_color, color);
	neutral_attr_number(out, IMAGE_ATTR_png_interlaced, 0);
}

static void say(uint16_t node, const void *bytes, size_t len)
{
	neutral_open(out, node);
	neutral_bytes(out, node, sk_bytes_of(bytes, len));
	neutral_close(out);
}

static void finish(struct stream *records, enum sk_status expected)
{
	struct stream output = {.grows = true};
	struct sk_arena arena;
	void *memory = malloc((size_t)1 << 26);
	neutral_close(out);
	assert_int_equal(neutral_end(out), SK_OK);
	sk_arena_init(&arena, memory, (size_t)1 << 26);
	assert_int_equal(test_write(records, &output, &arena), expected);
	sk_arena_reset(&arena);
	free(memory);
	free(output.at);
	free(records->at);
	*records = (struct stream){.grows = true};
}

/* A picture of colours with a profile of that space in canonical form, cut by so many bytes. */
static void lie_profile(struct stream *r, const char *space, size_t cut, enum sk_status expected)
{
	static uint8_t profile_memory[1 << 16];
	static const uint8_t zeros[4];
	struct sk_arena arena;
	struct icc_profile made;
	struct tag tags[6];
	const struct tag gamma = {"", "curv", NULL, gamma_22, 1};
	rgb_tags(tags, srgb, &gamma);
	if (space[0] == 'G')
		tags[0] = (struct tag){"kTRC", "curv", NULL, gamma_22, 1};
	sk_bytes profile = profile_of(space, tags, space[0] == 'G' ? 1 : 6);
	sk_arena_init(&arena, profile_memory, sizeof profile_memory);
	if (icc_rebuild(profile, &arena, &made) == SK_OK)
		profile = made.bytes;
	begin(r, IMAGE_WORD_PngColor_rgb, 1);
	neutral_open(out, IMAGE_NODE_profile_profile);
	neutral_attr_number(out, IMAGE_ATTR_profile_bytes, (int64_t)profile.len);
	neutral_bytes(out, IMAGE_NODE_profile_profile, sk_bytes_slice(profile, 0, profile.len - cut));
	neutral_close(out);
	say(IMAGE_NODE_png_data_still, zeros, 4);
	finish(r, expected);
	sk_arena_reset(&arena);
}

static void test_lies(void **state)
{
	static const uint8_t zeros[16], filter[3] = {5};
	struct stream r = {.grows = true};
	(void)state;
	begin(&r, IMAGE_WORD_PngColor_gray, 2);
	say(IMAGE_NODE_png_data_still, zeros, 3);
	finish(&r, SK_OK);
	begin(&r, IMAGE_WORD_PngColor_gray, 2);
	say(IMAGE_NODE_png_data_still, zeros, 4); /* a byte too many */
	finish(&r, SK_MALFORMED);
	begin(&r, IMAGE_WORD_PngColor_gray, 3);
	say(IMAGE_NODE_png_data_still, zeros, 3); /* one too few */
	finish(&r, SK_MALFORMED);
	begin(&r, IMAGE_WORD_PngColor_gray, 2);
	say(IMAGE_NODE_png_data_still, filter, 3); /* no such filter */
	finish(&r, SK_MALFORMED);
	begin(&r, IMAGE_WORD_PngColor_gray, 2);
	finish(&r, SK_MALFORMED); /* no picture */
	begin(&r, IMAGE_WORD_PngColor_palette, 2);
	say(IMAGE_NODE_png_data_still, zeros, 3); /* no palette */
	finish(&r, SK_MALFORMED);
	begin(&r, IMAGE_WORD_PngColor_gray, 2);
	say(IMAGE_NODE_png_data_palette, zeros, 3); /* grey has none */
	say(IMAGE_NODE_png_data_still, zeros, 3);
	finish(&r, SK_MALFORMED);
	begin(&r, IMAGE_WORD_PngColor_rgb, 1);
	say(IMAGE_NODE_png_data_still, zeros, 4);
	say(IMAGE_NODE_png_data_palette, zeros, 3); /* behind the picture */
	finish(&r, SK_MALFORMED);
	lie_profile(&r, "RGB ", 0, SK_OK);
	lie_profile(&r, "RGB ", 1, SK_MALFORMED);  /* a byte less than was told */
	lie_profile(&r, "GRAY", 0, SK_MALFORMED); /* of other colours than the picture */
	lie_profile(&r, "CMYK", 0, SK_MALFORMED); /* not canonical: the numbers it needs are not there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_code_points), cmocka_unit_test(test_suggested_palette), cmocka_unit_test(test_orientation),
					   cmocka_unit_test(test_profiles), cmocka_unit_test(test_lies)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
