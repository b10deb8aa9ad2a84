/*
 * Predictors of Flate and LZW streams (ISO 32000-2, 7.4.4.4): those of PNG (ISO/IEC 15948 clause 9) and that of TIFF 6.0 section 14.
 *
 * What the attacker controls here: the parameters, each row's kind and all bytes. Rows are never longer than what is there.
 */
#include "format/raster/filters.h"

#define COLORS_MAX 64
#define COLUMNS_MAX ((int64_t)1 << 30)

enum { NONE, SUB, UP, AVERAGE, PAETH };

static inline uint8_t paeth(unsigned left, unsigned up, unsigned corner)
{
	int a = (int)up - (int)corner, b = (int)left - (int)corner, c = a + b;
	int distance_left = a < 0 ? -a : a, distance_up = b < 0 ? -b : b, distance_corner = c < 0 ? -c : c;
	if (distance_left <= distance_up && distance_left <= distance_corner)
		return (uint8_t)left;
	return (uint8_t)(distance_up <= distance_corner ? up : corner);
}

/* The three kinds that look left, for pixels of step bytes: a constant where it is called, so that the loops keep left in registers. */
static inline __attribute__((always_inline)) void row_undo(unsigned kind, const uint8_t *in, const uint8_t *above, uint8_t *out,
							   size_t len, size_t step)
{
	size_t first = sk_min(step, len);
	for (size_t i = 0; i < first; i++)
		out[i] = (uint8_t)(in[i] + (kind == SUB ? 0 : kind == AVERAGE ? above[i] / 2 : above[i]));
	if (kind == SUB)
		for (size_t i = step; i < len; i++)
			out[i] = (uint8_t)(in[i] + out[i - step]);
	else if (kind == AVERAGE)
		for (size_t i = step; i < len; i++)
			out[i] = (uint8_t)(in[i] + (out[i - step] + above[i]) / 2);
	else
		for (size_t i = step; i < len; i++)
			out[i] = (uint8_t)(in[i] + paeth(out[i - step], above[i], above[i - step]));
}

static void row_undo_step(unsigned kind, const uint8_t *in, const uint8_t *above, uint8_t *out, size_t len, size_t step)
{
	switch (step) {
	case 1:
		row_undo(kind, in, above, out, len, 1);
		return;
	case 3:
		row_undo(kind, in, above, out, len, 3);
		return;
	case 4:
		row_undo(kind, in, above, out, len, 4);
		return;
	default:
		row_undo(kind, in, above, out, len, step);
		return;
	}
}

static void row_up(const uint8_t *in, const uint8_t *above, uint8_t *restrict out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(in[i] + above[i]);
}

static enum sk_status png_undo(sk_bytes in, size_t row, size_t step, struct sk_arena *arena, struct filtered *out)
{
	row = sk_min(row, in.len); /* one row that is cut needs no more */
	uint8_t *start = sk_arena_raw(arena, in.len + row), *to = start;
	if (start == NULL)
		return SK_LIMIT;
	memset(start, 0, row); /* above the first row */
	to += row;
	for (size_t at = 0; at < in.len;) {
		unsigned kind = in.at[at++];
		size_t len = sk_min(row, in.len - at);
		if (kind == NONE || kind > PAETH)
			memcpy(to, in.at + at, len);
		else if (kind == UP)
			row_up(in.at + at, to - row, to, len);
		else
			row_undo_step(kind, in.at + at, to - row, to, len, step);
		out->damaged |= kind > PAETH || len < row;
		to += len;
		at += len;
	}
	out->bytes = sk_bytes_of(start + row, (size_t)(to - start) - row);
	return SK_OK;
}

/* Samples of fewer than 8 bits: each is the sum of itself and the one of its colour before it. */
static void tiff_row_bits(uint8_t *row, size_t len, unsigned bits, unsigned colors)
{
	uint8_t before[COLORS_MAX] = {0};
	unsigned color = 0, mask = (1u << bits) - 1;
	for (size_t i = 0; i < len; i++) {
		unsigned made = 0;
		for (unsigned shift = 8; shift > 0;) {
			shift -= bits;
			before[color] = (uint8_t)((before[color] + ((unsigned)row[i] >> shift)) & mask);
			made |= (unsigned)before[color] << shift;
			color = color + 1 == colors ? 0 : color + 1;
		}
		row[i] = (uint8_t)made;
	}
}

static void tiff_row(uint8_t *row, size_t len, unsigned bits, size_t colors)
{
	if (bits < 8) {
		tiff_row_bits(row, len, bits, (unsigned)colors);
	} else if (bits == 8) {
		for (size_t i = colors; i < len; i++)
			row[i] = (uint8_t)(row[i] + row[i - colors]);
	} else {
		for (size_t i = colors * 2; i + 1 < len; i += 2) {
			unsigned sum = (unsigned)(row[i] << 8 | row[i + 1]) + (unsigned)(row[i - colors * 2] << 8 | row[i - colors * 2 + 1]);
			row[i] = (uint8_t)(sum >> 8);
			row[i + 1] = (uint8_t)sum;
		}
	}
}

static enum sk_status tiff_undo(sk_bytes in, const struct predictor *p, size_t row, struct sk_arena *arena, struct filtered *out)
{
	uint8_t *to = sk_arena_raw(arena, in.len);
	if (to == NULL)
		return SK_LIMIT;
	if (in.len > 0)
		memcpy(to, in.at, in.len);
	for (size_t at = 0; at < in.len; at += sk_min(row, in.len - at))
		tiff_row(to + at, sk_min(row, in.len - at), (unsigned)p->bits, (size_t)p->colors);
	out->damaged = in.len % row != 0;
	out->bytes = sk_bytes_of(to, in.len);
	return SK_OK;
}

enum sk_status predictor_undo(sk_bytes in, const struct predictor *p, struct sk_arena *arena, struct filtered *out)
{
	*out = (struct filtered){.bytes = in, .used = in.len};
	if (p->kind == 0 || p->kind == 1)
		return SK_OK;
	bool bits = p->bits == 1 || p->bits == 2 || p->bits == 4 || p->bits == 8 || p->bits == 16;
	bool kind = p->kind == 2 || (p->kind >= 10 && p->kind <= 15);
	if (!kind || !bits || p->colors < 1 || p->colors > COLORS_MAX || p->columns < 1 || p->columns > COLUMNS_MAX)
		return SK_MALFORMED;
	size_t pixel_bits = (size_t)(p->colors * p->bits), row = (pixel_bits * (size_t)p->columns + 7) / 8;
	return p->kind == 2 ? tiff_undo(in, p, row, arena, out) : png_undo(in, row, (pixel_bits + 7) / 8, arena, out);
}
