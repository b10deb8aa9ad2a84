/*
 * Tags that hold a few numbers, and curves.
 *
 * What the attacker controls here: all bytes of a tag.
 */
#include "format/icc/icc_parts.h"

#define CURVE_ENTRIES_MAX 65536 /* one for each value of 16 bits */
#define PARAMETRIC_KINDS 5
#define FIXED_ONE 0x10000
#define WHITE_MAX (4 * FIXED_ONE)
#define CODE_POINTS 4

bool icc_type_take(struct sk_cursor *c, const char *type)
{
	sk_bytes signature = sk_cursor_take(c, ICC_SIGNATURE_BYTES);
	sk_cursor_skip(c, 4);
	return c->status == SK_OK && sk_bytes_equal(signature, sk_bytes_str(type));
}

void icc_type_put(struct sk_buf *to, const char *type)
{
	sk_buf_str(to, type);
	sk_buf_u32be(to, 0);
}

void icc_pad(struct sk_buf *to, size_t start)
{
	while ((to->len - start) % 4 != 0 && to->status == SK_OK)
		sk_buf_u8(to, 0);
}

/* A type and numbers of 16.16 bits: any value of them is one. */
static bool fixed_take(sk_bytes tag, const char *type, unsigned count, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(tag);
	if (!icc_type_take(&c, type))
		return false;
	icc_type_put(to, type);
	sk_buf_put(to, sk_cursor_take(&c, (size_t)4 * count));
	return c.status == SK_OK;
}

bool icc_point(sk_bytes tag, struct sk_buf *to)
{
	return fixed_take(tag, "XYZ ", 3, to);
}

bool icc_white(sk_bytes tag, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tag, 8, tag.len));
	for (unsigned i = 0; i < 3; i++) {
		uint32_t value = sk_cursor_u32be(&c);
		if (value == 0 || value > WHITE_MAX)
			return false;
	}
	return icc_point(tag, to);
}

bool icc_adaptation(sk_bytes tag, struct sk_buf *to)
{
	return fixed_take(tag, "sf32", 9, to);
}

/* ITU-T H.273; the matrix is that of RGB, and 1 means the full range. */
bool icc_code_points(sk_bytes tag, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(tag);
	if (!icc_type_take(&c, "cicp"))
		return false;
	sk_bytes points = sk_cursor_take(&c, CODE_POINTS);
	if (c.status != SK_OK || points.at[2] != 0 || points.at[3] > 1)
		return false;
	icc_type_put(to, "cicp");
	sk_buf_put(to, points);
	return true;
}

/* Table 68: the power is none that grows the other way, and what divides is not zero. */
static bool parametric_take(struct sk_cursor *c, struct sk_buf *to)
{
	static const uint8_t values[PARAMETRIC_KINDS] = {1, 3, 4, 5, 7};
	unsigned kind = sk_cursor_u16be(c);
	sk_cursor_skip(c, 2);
	if (kind >= PARAMETRIC_KINDS)
		return false;
	sk_bytes parameters = sk_cursor_take(c, (size_t)4 * values[kind]);
	struct sk_cursor p = sk_cursor_of(parameters);
	int32_t power = (int32_t)sk_cursor_u32be(&p), slope = (int32_t)sk_cursor_u32be(&p);
	if (c->status != SK_OK || power < 0 || ((kind == 1 || kind == 2) && slope == 0))
		return false;
	icc_type_put(to, "para");
	sk_buf_u16be(to, (uint16_t)kind);
	sk_buf_u16be(to, 0);
	sk_buf_put(to, parameters);
	return true;
}

bool icc_curve_take(struct sk_cursor *c, struct sk_buf *to)
{
	struct sk_cursor ahead = *c;
	if (icc_type_take(&ahead, "para")) {
		*c = ahead;
		return parametric_take(c, to);
	}
	if (!icc_type_take(c, "curv"))
		return false;
	uint32_t count = sk_cursor_u32be(c);
	if (count > CURVE_ENTRIES_MAX)
		return false;
	sk_bytes entries = sk_cursor_take(c, (size_t)2 * count);
	icc_type_put(to, "curv");
	sk_buf_u32be(to, count);
	sk_buf_put(to, entries);
	return c->status == SK_OK;
}

bool icc_curve(sk_bytes tag, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(tag);
	return icc_curve_take(&c, to);
}
