/*
 * Generic regions of JBIG2 (T.88 6.2) with arithmetic coding.
 *
 * The context of a pixel are pixels before it: a window over the row and the two above. It moves by one shift and takes in one pixel
 * of each row above, as long as the adaptive pixels stand where the figures show them; those that stand elsewhere are put in one by one.
 *
 * What the attacker controls here: the size (made by the caller within the limits), where adaptive pixels stand, all decisions.
 */
#include "format/raster/jbig2.h"

/* A template: bits of the context, from the highest: two rows above, one above, this row (figures 3 to 6). */
struct window {
	unsigned bits;
	unsigned above, two_above;         /* lowest context bit of these rows */
	unsigned ahead, two_ahead;         /* how far right of the pixel that bit stands; two_ahead 0: no such row */
	unsigned typical;                  /* figures 8 to 11: the context of SLTP */
	unsigned at_count;
	uint8_t at_bits[4];
	struct jbig2_at at[4];             /* nominal */
};

static const struct window windows[4] = {
	{16, 4, 11, 3, 2, 0x9B25, 4, {4, 10, 11, 15}, {{3, -1}, {-3, -1}, {2, -2}, {-2, -2}}},
	{13, 3, 9, 3, 2, 0x0795, 1, {3}, {{3, -1}}},
	{10, 2, 7, 2, 1, 0x00E5, 1, {2}, {{2, -1}}},
	{10, 4, 0, 2, 0, 0x0195, 1, {4}, {{2, -1}}},
};

void jbig2_generic_nominal(struct jbig2_generic *g)
{
	memcpy(g->at, windows[g->kind].at, sizeof g->at);
}

struct rows {
	const uint8_t *above, *two_above;
	uint8_t *row;
	size_t stride;
	uint32_t width, y;
};

/* The context with those adaptive pixels that stand elsewhere. */
static unsigned adapt(unsigned context, const struct window *w, const struct jbig2_generic *g, const struct raster_bits *bits, uint32_t x, uint32_t y)
{
	for (unsigned i = 0; i < w->at_count; i++) {
		unsigned pixel = jbig2_pixel(bits, (int64_t)x + g->at[i].x, (int64_t)y + g->at[i].y);
		context = (context & ~(1u << w->at_bits[i])) | pixel << w->at_bits[i];
	}
	return context;
}

/* One row; w and plain are constants where it is called. */
static inline __attribute__((always_inline)) void row_decode(const struct window w, bool plain, const struct jbig2_generic *g, struct rows *r,
							     const struct raster_bits *bits, struct jbig2_arith *arith, uint8_t *contexts)
{
	unsigned keep = ((1u << w.bits) - 1) & ~(1u << w.above | 1u | (w.two_ahead > 0 ? 1u << w.two_above : 0));
	unsigned context = (unsigned)r->above[0] >> (8 - w.ahead) << w.above;
	struct jbig2_arith a = *arith; /* in registers */
	if (w.two_ahead > 0)
		context |= (unsigned)r->two_above[0] >> (8 - w.two_ahead) << w.two_above;
	unsigned pixel = 0;
	for (size_t byte = 0; byte < r->stride; byte++) {
		unsigned above = (unsigned)r->above[byte] << 8, two = (unsigned)r->two_above[byte] << 8, made = 0;
		unsigned count = r->width - byte * 8 < 8 ? (unsigned)(r->width - byte * 8) : 8;
		if (byte + 1 < r->stride) {
			above |= r->above[byte + 1];
			two |= r->two_above[byte + 1];
		}
		for (unsigned i = 0; i < count; i++) {
			context = ((context << 1) & keep) | pixel | (above >> (15 - i - w.ahead) & 1) << w.above;
			if (w.two_ahead > 0)
				context |= (two >> (15 - i - w.two_ahead) & 1) << w.two_above;
			if (plain) {
				pixel = jbig2_arith_bit(&a, &contexts[context]);
			} else {
				uint32_t x = (uint32_t)(byte * 8) + i;
				bool skipped = g->skip != NULL && jbig2_pixel(g->skip, x, r->y) != 0;
				pixel = skipped ? 0 : jbig2_arith_bit(&a, &contexts[adapt(context, &w, g, bits, x, r->y)]);
				r->row[byte] |= (uint8_t)(pixel << (7 - i)); /* adaptive pixels may stand in this very byte */
			}
			made |= pixel << (7 - i);
		}
		r->row[byte] = (uint8_t)made;
	}
	*arith = a;
}

static void row_of_kind(bool plain, const struct jbig2_generic *g, struct rows *r, const struct raster_bits *bits, struct jbig2_arith *arith,
			uint8_t *contexts)
{
	if (!plain) {
		row_decode(windows[g->kind], false, g, r, bits, arith, contexts);
		return;
	}
	switch (g->kind) {
	case 0:
		row_decode(windows[0], true, g, r, bits, arith, contexts);
		return;
	case 1:
		row_decode(windows[1], true, g, r, bits, arith, contexts);
		return;
	case 2:
		row_decode(windows[2], true, g, r, bits, arith, contexts);
		return;
	default:
		row_decode(windows[3], true, g, r, bits, arith, contexts);
		return;
	}
}

enum sk_status jbig2_generic_decode(struct jbig2 *j, const struct jbig2_generic *g, struct jbig2_arith *arith, uint8_t *contexts,
				    struct raster_bits *bits)
{
	const struct window *w = &windows[g->kind];
	bool plain = g->skip == NULL && memcmp(g->at, w->at, w->at_count * sizeof g->at[0]) == 0;
	unsigned same = 0; /* LTP */
	SK_TRY(jbig2_work(j, ((uint64_t)bits->width + 8) * bits->height));
	const uint8_t *white = jbig2_array(j, bits->stride, 1);
	if (white == NULL)
		return SK_LIMIT;
	if (bits->width == 0)
		return SK_OK;
	for (uint32_t y = 0; y < bits->height; y++) {
		uint8_t *row = bits->at + y * bits->stride;
		struct rows r = {.above = y > 0 ? row - bits->stride : white, .two_above = y > 1 ? row - 2 * bits->stride : white, .row = row,
				 .stride = bits->stride, .width = bits->width, .y = y};
		if (jbig2_arith_over(arith))
			return SK_TRUNCATED;
		if (g->typical)
			same ^= jbig2_arith_bit(arith, &contexts[w->typical]);
		if (same != 0)
			memcpy(row, r.above, bits->stride);
		else
			row_of_kind(plain, g, &r, bits, arith, contexts);
	}
	return SK_OK;
}
