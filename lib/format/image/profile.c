/*
 * ICC profiles (ICC.1:2010 and the older version 2): a profile of primaries and curves, or of one grey curve, is said as its
 * numbers and made anew from them; look-up tables, descriptions and private tags go.
 *
 * What the attacker controls here: all bytes of the profile when reading, the numbers and curves when writing.
 */
#include "format/image/image.h"

#define HEADER_BYTES 128
#define TAGS_MAX 100
#define CURVE_MAX 8192
#define PARAMETRIC_KINDS 5
#define TAG_NAME_BYTES 4

static const uint8_t parametric_values[PARAMETRIC_KINDS] = {1, 3, 4, 5, 7}; /* ICC.1 table 65 */
static const char *const rgb_columns[3] = {"rXYZ", "gXYZ", "bXYZ"};
static const char *const rgb_curves[3] = {"rTRC", "gTRC", "bTRC"};

/* ---- reading ---- */

struct curve {
	bool parametric;
	sk_bytes bytes; /* as the vocabulary has it: big-endian 16-bit values, or function number and parameters */
};

static sk_bytes tag_find(sk_bytes profile, const char *name)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(profile, HEADER_BYTES, profile.len));
	uint32_t count = sk_cursor_u32be(&c);
	for (uint32_t i = 0; i < count && i < TAGS_MAX && c.status == SK_OK; i++) {
		sk_bytes signature = sk_cursor_take(&c, TAG_NAME_BYTES);
		uint32_t offset = sk_cursor_u32be(&c), size = sk_cursor_u32be(&c);
		if (c.status == SK_OK && sk_bytes_equal(signature, sk_bytes_str(name)) && offset <= profile.len && size <= profile.len - offset)
			return sk_bytes_slice(profile, offset, size);
	}
	return sk_bytes_of(NULL, 0);
}

static bool curve_read(sk_bytes tag, struct curve *curve)
{
	static const uint8_t identity[2] = {1, 0};
	struct sk_cursor c = sk_cursor_of(tag);
	sk_bytes type = sk_cursor_take(&c, TAG_NAME_BYTES);
	sk_cursor_skip(&c, 4);
	curve->parametric = sk_bytes_equal(type, SK_BYTES("para"));
	if (curve->parametric) {
		size_t at = c.offset;
		unsigned kind = sk_cursor_u16be(&c);
		if (c.status != SK_OK || kind >= PARAMETRIC_KINDS || tag.len < at + 4 + (size_t)4 * parametric_values[kind])
			return false;
		curve->bytes = sk_bytes_slice(tag, at, 4 + (size_t)4 * parametric_values[kind]);
		return true;
	}
	uint32_t count = sk_cursor_u32be(&c);
	if (!sk_bytes_equal(type, SK_BYTES("curv")) || count > CURVE_MAX / 2)
		return false;
	curve->bytes = count == 0 ? sk_bytes_of(identity, sizeof identity) : sk_cursor_take(&c, (size_t)2 * count);
	return c.status == SK_OK;
}

static bool column_read(sk_bytes tag, int32_t column[3])
{
	struct sk_cursor c = sk_cursor_of(tag);
	bool is = sk_bytes_equal(sk_cursor_take(&c, TAG_NAME_BYTES), SK_BYTES("XYZ "));
	sk_cursor_skip(&c, 4);
	for (unsigned i = 0; i < 3; i++)
		column[i] = (int32_t)sk_cursor_u32be(&c);
	return is && c.status == SK_OK;
}

static void curve_say(struct neutral_out *out, const struct curve *curve)
{
	uint16_t node = curve->parametric ? IMAGE_NODE_curve_parametric : IMAGE_NODE_curve_gamma;
	neutral_open(out, node);
	neutral_bytes(out, node, curve->bytes);
	neutral_close(out);
}

bool image_profile_say(struct neutral_out *out, sk_bytes profile, bool gray)
{
	int32_t columns[3][3];
	struct curve curves[3];
	unsigned count = gray ? 1 : 3;
	if (profile.len < HEADER_BYTES + 4 || !sk_bytes_equal(sk_bytes_slice(profile, 36, 4), SK_BYTES("acsp")) ||
	    !sk_bytes_equal(sk_bytes_slice(profile, 16, 4), gray ? SK_BYTES("GRAY") : SK_BYTES("RGB ")) ||
	    (!gray && !sk_bytes_equal(sk_bytes_slice(profile, 20, 4), SK_BYTES("XYZ "))))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!curve_read(tag_find(profile, gray ? "kTRC" : rgb_curves[i]), &curves[i]) ||
		    (!gray && !column_read(tag_find(profile, rgb_columns[i]), columns[i])))
			return false;
	neutral_open(out, IMAGE_NODE_profile_profile);
	neutral_attr_number(out, IMAGE_ATTR_profile_space, gray ? IMAGE_WORD_ProfileSpace_gray : IMAGE_WORD_ProfileSpace_rgb);
	for (unsigned i = 0; i < 9 && !gray; i++) /* rx ry rz gx … follow each other in the vocabulary */
		neutral_attr_number(out, (uint16_t)(IMAGE_ATTR_profile_rx + i), columns[i / 3][i % 3]);
	for (unsigned i = 0; i < count; i++)
		curve_say(out, &curves[i]);
	neutral_close(out);
	return true;
}

/* ---- writing ---- */

struct tag {
	const char *name;
	sk_bytes bytes;
};

static void put_zeros(struct sk_buf *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sk_buf_u8(buf, 0);
}

static void put_header(struct sk_buf *buf, size_t size, bool gray, bool version_4)
{
	sk_buf_u32be(buf, (uint32_t)size);
	sk_buf_u32be(buf, 0);
	sk_buf_u32be(buf, version_4 ? 0x04200000 : 0x02100000);
	sk_buf_str(buf, "mntr");
	sk_buf_str(buf, gray ? "GRAY" : "RGB ");
	sk_buf_str(buf, "XYZ ");
	static const uint16_t made[6] = {2000, 1, 1, 0, 0, 0};
	for (unsigned i = 0; i < SK_COUNT(made); i++)
		sk_buf_u16be(buf, made[i]);
	sk_buf_str(buf, "acsp");
	put_zeros(buf, 28);
	sk_buf_u32be(buf, 0xF6D6); /* D50 (ICC.1 7.2.16) */
	sk_buf_u32be(buf, 0x10000);
	sk_buf_u32be(buf, 0xD32D);
	put_zeros(buf, HEADER_BYTES - 80);
}

/* A text of one letter in the form of either version: who made it does not matter to anyone who looks at the picture. */
static sk_bytes text_of(const char *name, bool version_4)
{
	static const uint8_t localized[] = {'m', 'l', 'u', 'c', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12, 'e', 'n', 'U', 'S', 0, 0, 0, 2, 0, 0, 0, 28, 0, 'S'};
	static const uint8_t description[12 + 2 + 8 + 3 + 67] = {'d', 'e', 's', 'c', 0, 0, 0, 0, 0, 0, 0, 2, 'S'};
	static const uint8_t copyright[] = {'t', 'e', 'x', 't', 0, 0, 0, 0, 'S', 0};
	if (version_4)
		return sk_bytes_of(localized, sizeof localized);
	return name[0] == 'd' ? sk_bytes_of(description, sizeof description) : sk_bytes_of(copyright, sizeof copyright);
}

static sk_bytes column_of(struct sk_arena *arena, const int64_t value[3])
{
	struct sk_buf buf;
	sk_buf_init(&buf, arena, 20);
	sk_buf_str(&buf, "XYZ ");
	sk_buf_u32be(&buf, 0);
	for (unsigned i = 0; i < 3; i++)
		sk_buf_u32be(&buf, (uint32_t)(int32_t)value[i]);
	return sk_buf_bytes(&buf);
}

/* The open node is a curve: its tag. */
static enum sk_status curve_take(struct neutral_in *in, struct sk_arena *arena, bool parametric, sk_bytes *tag)
{
	uint8_t *bytes = sk_arena_raw(arena, CURVE_MAX);
	size_t len;
	struct sk_buf buf;
	if (bytes == NULL)
		return SK_LIMIT;
	SK_TRY(image_value_take(in, bytes, CURVE_MAX, &len));
	sk_buf_init(&buf, arena, len + 12);
	sk_buf_str(&buf, parametric ? "para" : "curv");
	sk_buf_u32be(&buf, 0);
	if (parametric) {
		if (len < 4 || bytes[0] != 0 || bytes[1] >= PARAMETRIC_KINDS || len != 4 + 4u * parametric_values[bytes[1]])
			return SK_MALFORMED;
		bytes[2] = bytes[3] = 0; /* reserved */
	} else {
		if (len % 2 != 0)
			return SK_MALFORMED;
		sk_buf_u32be(&buf, (uint32_t)(len / 2));
	}
	sk_buf_put(&buf, sk_bytes_of(bytes, len));
	*tag = sk_buf_bytes(&buf);
	return buf.status;
}

/* Tags follow the table in order, each at a multiple of 4; an equal one is there once. */
static sk_bytes put_together(struct sk_arena *arena, const struct tag *tags, size_t count, bool gray, bool version_4)
{
	uint32_t offsets[10];
	size_t at = HEADER_BYTES + 4 + 12 * count;
	struct sk_buf buf;
	bool again[10] = {false};
	for (size_t i = 0; i < count; i++) {
		offsets[i] = (uint32_t)at;
		for (size_t k = 0; k < i && !again[i]; k++)
			if (sk_bytes_equal(tags[k].bytes, tags[i].bytes)) {
				again[i] = true;
				offsets[i] = offsets[k];
			}
		at += again[i] ? 0 : (tags[i].bytes.len + 3) / 4 * 4;
	}
	sk_buf_init(&buf, arena, at);
	put_header(&buf, at, gray, version_4);
	sk_buf_u32be(&buf, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		sk_buf_str(&buf, tags[i].name);
		sk_buf_u32be(&buf, offsets[i]);
		sk_buf_u32be(&buf, (uint32_t)tags[i].bytes.len);
	}
	for (size_t i = 0; i < count; i++)
		if (!again[i]) {
			sk_buf_put(&buf, tags[i].bytes);
			put_zeros(&buf, (4 - tags[i].bytes.len % 4) % 4);
		}
	return sk_buf_bytes(&buf);
}

enum sk_status image_profile_take(struct neutral_in *in, struct sk_arena *arena, sk_bytes *profile)
{
	static const int64_t white[3] = {0xF6D6, 0x10000, 0xD32D};
	struct neutral_record record;
	struct image_attrs a;
	struct tag tags[10] = {{"desc", {NULL, 0}}, {"cprt", {NULL, 0}}, {"wtpt", column_of(arena, white)}};
	size_t count = 3;
	unsigned curves = 0;
	bool version_4 = false;
	SK_TRY(image_attrs_take(in, IMAGE_NODE_profile_profile, &a, &record));
	bool gray = image_get(&a, IMAGE_ATTR_profile_space) == IMAGE_WORD_ProfileSpace_gray;
	for (unsigned i = 0; i < 3 && !gray; i++)
		tags[count++] = (struct tag){rgb_columns[i], column_of(arena, &a.value[IMAGE_ATTR_profile_rx - a.first + 3 * i])};
	while (record.op == NEUTRAL_OPEN) {
		if (curves >= (gray ? 1 : 3))
			return SK_MALFORMED;
		bool parametric = record.node == IMAGE_NODE_curve_parametric;
		tags[count].name = gray ? "kTRC" : rgb_curves[curves];
		SK_TRY(curve_take(in, arena, parametric, &tags[count++].bytes));
		version_4 |= parametric;
		curves++;
		SK_TRY(neutral_next(in, &record));
	}
	if (record.op != NEUTRAL_CLOSE || curves != (gray ? 1 : 3))
		return SK_MALFORMED;
	tags[0].bytes = text_of("desc", version_4);
	tags[1].bytes = text_of("cprt", version_4);
	*profile = put_together(arena, tags, count, gray, version_4);
	return arena->exhausted ? SK_LIMIT : SK_OK;
}
