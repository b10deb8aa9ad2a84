/*
 * Look-up tables: the two old forms, whose parts follow each other in a fixed order, and the modern ones, which are chains of
 * curves, matrix and grid found by offsets.
 *
 * What the attacker controls here: all bytes of a tag. Every length follows from the numbers of channels, points and entries, and must be there.
 */
#include "format/icc/icc_parts.h"

#define GRID_POINTS_MIN 2
#define ENTRIES_8 256
#define ENTRIES_MIN 2
#define ENTRIES_MAX 4096 /* 10.10 */
#define MATRIX_BYTES 36
#define MODERN_HEADER_BYTES 32
#define MODERN_MATRIX_BYTES 48
#define GRID_DIMENSIONS 16

/* ---- lut8Type and lut16Type ---- */

/* points to the power of inputs, times outputs. */
static bool grid_values(unsigned points, unsigned inputs, unsigned outputs, size_t *values)
{
	size_t product = outputs;
	for (unsigned i = 0; i < inputs; i++)
		if (!sk_mul(product, points, &product))
			return false;
	*values = product;
	return points >= GRID_POINTS_MIN;
}

static bool old_table(struct sk_cursor *c, const struct icc_shape *shape, bool wide, struct sk_buf *to)
{
	unsigned inputs = sk_cursor_u8(c), outputs = sk_cursor_u8(c), points = sk_cursor_u8(c);
	uint32_t in_entries = ENTRIES_8, out_entries = ENTRIES_8;
	size_t width = wide ? 2 : 1, grid;
	sk_cursor_skip(c, 1);
	sk_bytes matrix = sk_cursor_take(c, MATRIX_BYTES);
	if (wide) {
		in_entries = sk_cursor_u16be(c);
		out_entries = sk_cursor_u16be(c);
	}
	if (c->status != SK_OK || inputs != shape->inputs || outputs != shape->outputs || in_entries < ENTRIES_MIN ||
	    in_entries > ENTRIES_MAX || out_entries < ENTRIES_MIN || out_entries > ENTRIES_MAX ||
	    !grid_values(points, inputs, outputs, &grid) || grid > c->left)
		return false;
	sk_bytes tables = sk_cursor_take(c, width * ((size_t)in_entries * inputs + grid + (size_t)out_entries * outputs));
	icc_type_put(to, wide ? "mft2" : "mft1");
	sk_buf_put(to, sk_bytes_of((uint8_t[4]){(uint8_t)inputs, (uint8_t)outputs, (uint8_t)points, 0}, 4));
	sk_buf_put(to, matrix);
	if (wide) {
		sk_buf_u16be(to, (uint16_t)in_entries);
		sk_buf_u16be(to, (uint16_t)out_entries);
	}
	sk_buf_put(to, tables);
	return c->status == SK_OK;
}

/* ---- lutAToBType and lutBToAType ---- */

enum element { CURVES_B, MATRIX, CURVES_M, GRID, CURVES_A, ELEMENTS }; /* in the header's order */

static bool curves_take(sk_bytes tag, uint32_t offset, unsigned count, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tag, offset, tag.len));
	for (unsigned i = 0; i < count; i++) {
		size_t start = to->len;
		if (!icc_curve_take(&c, to))
			return false;
		icc_pad(to, start);
		sk_cursor_skip(&c, sk_min(c.left, (4 - c.offset % 4) % 4));
	}
	return true;
}

static bool matrix_take(sk_bytes tag, uint32_t offset, struct sk_buf *to)
{
	sk_bytes matrix = sk_bytes_slice(tag, offset, MODERN_MATRIX_BYTES);
	sk_buf_put(to, matrix);
	return matrix.len == MODERN_MATRIX_BYTES;
}

/* 10.12.5: points of each input, bytes of a value, values. */
static bool grid_take(sk_bytes tag, uint32_t offset, unsigned inputs, unsigned outputs, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tag, offset, tag.len));
	sk_bytes points = sk_cursor_take(&c, GRID_DIMENSIONS);
	uint8_t head[GRID_DIMENSIONS + 4] = {0}, precision = sk_cursor_u8(&c);
	sk_cursor_skip(&c, 3);
	if (c.status != SK_OK || precision < 1 || precision > 2)
		return false;
	size_t len = (size_t)precision * outputs, start = to->len;
	for (unsigned i = 0; i < inputs; i++) {
		head[i] = points.at[i];
		if (points.at[i] < GRID_POINTS_MIN || !sk_mul(len, points.at[i], &len))
			return false;
	}
	head[GRID_DIMENSIONS] = precision;
	sk_bytes values = sk_cursor_take(&c, len);
	sk_buf_put(to, sk_bytes_of(head, sizeof head));
	sk_buf_put(to, values);
	icc_pad(to, start);
	return c.status == SK_OK;
}

/* Which elements go together (figures 9 and 10): B; matrix with M; grid with A. Without a grid nothing changes the channels. */
static bool chain_allowed(const uint32_t offsets[ELEMENTS], const struct icc_shape *shape)
{
	return offsets[CURVES_B] != 0 && (offsets[MATRIX] != 0) == (offsets[CURVES_M] != 0) && (offsets[GRID] != 0) == (offsets[CURVES_A] != 0) &&
	       (offsets[GRID] != 0 || shape->inputs == shape->outputs);
}

/* The header gets its offsets when the elements stand behind it. */
static void offset_set(struct sk_buf *to, size_t start, enum element element, size_t offset)
{
	uint8_t *at = to->at + start + 12 + (size_t)4 * element;
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(offset >> (24 - 8 * i));
}

static bool modern_table(sk_bytes tag, struct sk_cursor *c, const struct icc_shape *shape, struct sk_buf *to)
{
	unsigned inputs = sk_cursor_u8(c), outputs = sk_cursor_u8(c);
	unsigned pcs = shape->to_pcs ? outputs : inputs, device = shape->to_pcs ? inputs : outputs;
	uint32_t offsets[ELEMENTS];
	size_t start = to->len;
	sk_cursor_skip(c, 2);
	for (unsigned i = 0; i < ELEMENTS; i++)
		offsets[i] = sk_cursor_u32be(c);
	if (c->status != SK_OK || !shape->version_4 || inputs != shape->inputs || outputs != shape->outputs || !chain_allowed(offsets, shape) ||
	    (offsets[MATRIX] != 0 && pcs != 3))
		return false;
	icc_type_put(to, shape->to_pcs ? "mAB " : "mBA ");
	sk_buf_put(to, sk_bytes_of((uint8_t[4]){(uint8_t)inputs, (uint8_t)outputs, 0, 0}, 4));
	sk_buf_put(to, sk_bytes_of((uint8_t[MODERN_HEADER_BYTES - 12]){0}, MODERN_HEADER_BYTES - 12));
	for (unsigned i = 0; i < ELEMENTS; i++) {
		size_t offset = to->len - start;
		bool good = offsets[i] == 0 || (i == MATRIX ? matrix_take(tag, offsets[i], to)
						: i == GRID ? grid_take(tag, offsets[i], inputs, outputs, to)
							    : curves_take(tag, offsets[i], i == CURVES_A ? device : pcs, to));
		if (!good || to->status != SK_OK)
			return false;
		if (offsets[i] != 0)
			offset_set(to, start, (enum element)i, offset);
	}
	return true;
}

bool icc_table(sk_bytes tag, const struct icc_shape *shape, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(tag);
	sk_bytes type = sk_bytes_slice(tag, 0, ICC_SIGNATURE_BYTES);
	sk_cursor_skip(&c, 8);
	if (sk_bytes_equal(type, SK_BYTES("mft1")) || sk_bytes_equal(type, SK_BYTES("mft2")))
		return old_table(&c, shape, type.at[3] == '2', to);
	if (sk_bytes_equal(type, shape->to_pcs ? SK_BYTES("mAB ") : SK_BYTES("mBA ")))
		return modern_table(tag, &c, shape, to);
	return false;
}
