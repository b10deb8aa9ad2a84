/*
 * Refinement regions of JBIG2 (T.88 6.3): a bitmap coded against another that resembles it.
 *
 * What the attacker controls here: sizes of both, their distance, adaptive pixels, all decisions. Every pixel is asked for by its place;
 * outside of a bitmap it is white.
 */
#include "format/raster/jbig2.h"

#define TYPICAL_0 0x100u /* figures 14 and 15: the pixel of the reference in the middle is black, all others white */
#define TYPICAL_1 0x080u

/* Three pixels of a row around x, as bits: left 4, middle 2, right 1. */
static inline unsigned three(const struct raster_bits *bits, int64_t x, int64_t y)
{
	if (y < 0 || y >= bits->height)
		return 0;
	const uint8_t *row = bits->at + (size_t)y * bits->stride;
	if (x >= 1 && x + 1 < bits->width) { /* all inside */
		size_t byte = (size_t)(x - 1) >> 3;
		unsigned pair = (unsigned)row[byte] << 8 | (byte + 1 < bits->stride ? row[byte + 1] : 0u);
		return pair >> (13 - ((unsigned)(x - 1) & 7)) & 7;
	}
	return jbig2_pixel(bits, x - 1, y) << 2 | jbig2_pixel(bits, x, y) << 1 | jbig2_pixel(bits, x + 1, y);
}

struct neighbours {
	unsigned up, middle, down; /* of the reference: three pixels each */
};

/* Figure 12: thirteen pixels. */
static unsigned context_0(const struct jbig2_refinement *r, const struct raster_bits *bits, int64_t x, int64_t y, struct neighbours n)
{
	unsigned context = jbig2_pixel(bits, x - 1, y) | (three(bits, x, y - 1) & 3) << 1;
	context |= jbig2_pixel(bits, x + r->at[0].x, y + r->at[0].y) << 3;
	context |= n.down << 4 | n.middle << 7 | (n.up & 3) << 10;
	return context | jbig2_pixel(r->reference, x - r->x + r->at[1].x, y - r->y + r->at[1].y) << 12;
}

/* Figure 13: ten pixels. */
static unsigned context_1(const struct raster_bits *bits, int64_t x, int64_t y, struct neighbours n)
{
	return jbig2_pixel(bits, x - 1, y) | three(bits, x, y - 1) << 1 | (n.down & 3) << 4 | n.middle << 6 | (n.up >> 1 & 1) << 9;
}

static void row_refine(const struct jbig2_refinement *r, bool typical, struct jbig2_arith *arith, uint8_t *contexts, struct raster_bits *bits,
		       uint32_t y)
{
	uint8_t *row = bits->at + y * bits->stride;
	int64_t reference_y = y - r->y;
	for (uint32_t x = 0; x < bits->width; x++) {
		struct neighbours n = {three(r->reference, x - r->x, reference_y - 1), three(r->reference, x - r->x, reference_y),
				       three(r->reference, x - r->x, reference_y + 1)};
		unsigned pixel;
		if (typical && n.up == n.middle && n.middle == n.down && (n.up == 0 || n.up == 7)) {
			pixel = n.up & 1; /* 6.3.5.6 step 3 d: TPGRPIX */
		} else {
			unsigned context = r->kind == 0 ? context_0(r, bits, x, y, n) : context_1(bits, x, y, n);
			pixel = jbig2_arith_bit(arith, &contexts[context]);
		}
		row[x >> 3] |= (uint8_t)(pixel << (7 - (x & 7)));
	}
}

enum sk_status jbig2_refine(struct jbig2 *j, const struct jbig2_refinement *r, struct jbig2_arith *arith, uint8_t *contexts,
			    struct raster_bits *bits)
{
	unsigned typical = 0; /* LTP */
	SK_TRY(jbig2_work(j, ((uint64_t)bits->width * 4 + 8) * bits->height));
	for (uint32_t y = 0; y < bits->height; y++) {
		if (jbig2_arith_over(arith))
			return SK_TRUNCATED;
		if (r->typical)
			typical ^= jbig2_arith_bit(arith, &contexts[r->kind == 0 ? TYPICAL_0 : TYPICAL_1]);
		row_refine(r, typical != 0, arith, contexts, bits, y);
	}
	return SK_OK;
}
