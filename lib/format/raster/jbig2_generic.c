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

/* What enters the context with pixel i of a byte; two bytes of each row above are in above and two. */
static inline __attribute__((always_inline)) unsigned entering(const struct window w, unsigned above, unsigned two, unsigned i)
{
	unsigned pixels = (above >> (15 - i - w.ahead) & 1) << w.above;
	return w.two_ahead == 0 ? pixels : pixels | (two >> (15 - i - w.two_ahead) & 1) << w.two_above;
}

static inline unsigned two_bytes(const uint8_t *row, size_t at, size_t stride)
{
	return (unsigned)row[at] << 8 | (at + 1 < stride ? row[at + 1] : 0u);
}

/* The context that stands one pixel left of the row, so that a shift and what enters give the first. */
static inline __attribute__((always_inline)) unsigned context_before(const struct window w, const struct rows *r)
{
	unsigned context = (unsigned)r->above[0] >> (8 - w.ahead) << w.above;
	return w.two_ahead == 0 ? context : context | (unsigned)r->two_above[0] >> (8 - w.two_ahead) << w.two_above;
}

static inline __attribute__((always_inline)) unsigned context_keep(const struct window w)
{
	return ((1u << w.bits) - 1) & ~(1u << w.above | 1u | (w.two_ahead > 0 ? 1u << w.two_above : 0));
}

/* The decoder's registers, and what is known of the pixel to come. */
struct pipe {
	uint32_t code, interval;
	unsigned context, state;
};

/* One pixel. The contexts of the next, for either value of this one, are neighbours: both are loaded before this one is known. */
static inline __attribute__((always_inline)) unsigned pixel_decode(struct pipe *p, unsigned next, struct jbig2_arith *arith, uint8_t *contexts)
{
	uint16_t pair;
	uint32_t probability = jbig2_estimates[p->state].probability;
	unsigned pixel = p->state & 1;
	bool less = p->code < probability;
	memcpy(&pair, contexts + next, 2);
	p->interval -= probability;
	p->code -= less ? 0 : probability;
	if (SK_UNLIKELY(less || (p->interval & 0x80000000) == 0)) {
		arith->code = p->code;
		arith->interval = p->interval;
		pixel = jbig2_arith_rare(arith, contexts + p->context, less);
		p->code = arith->code;
		p->interval = arith->interval;
		memcpy(&pair, contexts + next, 2); /* this pixel may have changed them */
	}
	p->context = next | pixel;
	p->state = pair >> (pixel * 8) & 0xFF; /* little-endian */
	return pixel;
}

/* One row with the nominal adaptive pixels; w is a constant where it is called. */
static inline __attribute__((always_inline)) void row_plain(const struct window w, struct rows *r, struct jbig2_arith *arith, uint8_t *contexts)
{
	unsigned keep = context_keep(w), above = two_bytes(r->above, 0, r->stride), two = two_bytes(r->two_above, 0, r->stride);
	struct pipe p = {arith->code, arith->interval, (context_before(w, r) << 1 & keep) | entering(w, above, two, 0), 0};
	p.state = contexts[p.context];
	for (size_t byte = 0; byte < r->stride; byte++) {
		unsigned made = 0, i = 0;
		above = two_bytes(r->above, byte, r->stride);
		two = two_bytes(r->two_above, byte, r->stride);
		if (SK_LIKELY(r->width - byte * 8 >= 8)) {
#pragma GCC unroll 8
			for (; i < 8; i++)
				made = made << 1 | pixel_decode(&p, (p.context << 1 & keep) | entering(w, above, two, i + 1), arith, contexts);
		} else {
			for (; i < r->width - byte * 8; i++)
				made = made << 1 | pixel_decode(&p, (p.context << 1 & keep) | entering(w, above, two, i + 1), arith, contexts);
			made <<= 8 - i;
		}
		r->row[byte] = (uint8_t)made;
	}
	arith->code = p.code;
	arith->interval = p.interval;
}

/* One row with adaptive pixels elsewhere, or with pixels that are skipped. */
static void row_adapted(const struct jbig2_generic *g, struct rows *r, const struct raster_bits *bits, struct jbig2_arith *arith, uint8_t *contexts)
{
	const struct window *w = &windows[g->kind];
	unsigned keep = context_keep(*w), context = context_before(*w, r), pixel = 0;
	for (uint32_t x = 0; x < r->width; x++) {
		size_t byte = x / 8;
		context = (context << 1 & keep) | pixel |
			  entering(*w, two_bytes(r->above, byte, r->stride), two_bytes(r->two_above, byte, r->stride), x % 8);
		bool skipped = g->skip != NULL && jbig2_pixel(g->skip, x, r->y) != 0;
		pixel = skipped ? 0 : jbig2_arith_bit(arith, &contexts[adapt(context, w, g, bits, x, r->y)]);
		r->row[byte] |= (uint8_t)(pixel << (7 - x % 8)); /* adaptive pixels may stand in this very byte */
	}
}

static void row_decode(const struct jbig2_generic *g, struct rows *r, struct jbig2_arith *arith, uint8_t *contexts)
{
	switch (g->kind) {
	case 0:
		row_plain(windows[0], r, arith, contexts);
		return;
	case 1:
		row_plain(windows[1], r, arith, contexts);
		return;
	case 2:
		row_plain(windows[2], r, arith, contexts);
		return;
	default:
		row_plain(windows[3], r, arith, contexts);
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
		else if (plain)
			row_decode(g, &r, arith, contexts);
		else
			row_adapted(g, &r, bits, arith, contexts);
	}
	return SK_OK;
}
