/*
 * Patterns and halftone regions of JBIG2 (T.88 6.6, 6.7, annex C, 7.4.4, 7.4.5).
 *
 * What the attacker controls here: how many patterns of which size, the grid's size, origin and vectors, all values. A value beyond the
 * last pattern means the last; the grid's cells count as work before a plane is made.
 */
#include "format/raster/jbig2.h"

#include "conf/conf.h"
#include "format/raster/ccitt.h"

/* ---- patterns ---- */

static enum sk_status bitmap_read(struct jbig2 *j, bool mmr, const struct jbig2_generic *g, sk_bytes in, struct raster_bits *bits)
{
	size_t used;
	if (mmr) {
		SK_TRY(ccitt_decode_mmr(in, j->arena, bits, &used));
		j->damaged |= bits->damaged;
		return SK_OK;
	}
	uint8_t *contexts = jbig2_array(j, JBIG2_GENERIC_CONTEXTS, 1);
	struct jbig2_arith arith;
	if (contexts == NULL)
		return SK_LIMIT;
	jbig2_arith_init(&arith, in);
	return jbig2_generic_decode(j, g, &arith, contexts, bits);
}

enum sk_status jbig2_patterns_read(struct jbig2 *j, struct jbig2_segment *s)
{
	struct sk_cursor c = sk_cursor_of(s->content);
	unsigned flags = sk_cursor_u8(&c), width = sk_cursor_u8(&c), height = sk_cursor_u8(&c);
	uint64_t count = (uint64_t)sk_cursor_u32be(&c) + 1;
	struct raster_bits all;
	if (c.status != SK_OK || width == 0 || height == 0 || count > limit(LIMIT_picture_side))
		return SK_MALFORMED;
	struct jbig2_generic g = {.kind = flags >> 1 & 3};
	jbig2_generic_nominal(&g);
	g.at[0] = (struct jbig2_at){(int8_t)-(int)width, 0}; /* table 27 */
	SK_TRY(jbig2_bitmap(j, count * width, height, &all));
	enum sk_status status = bitmap_read(j, flags & 1, &g, sk_bytes_of(c.at, c.left), &all);
	if (status == SK_LIMIT)
		return status;
	j->damaged |= status != SK_OK;
	struct raster_bits *patterns = jbig2_array(j, (size_t)count, sizeof *patterns);
	s->symbols.at = jbig2_pointers(j, (size_t)count);
	if (patterns == NULL || s->symbols.at == NULL)
		return SK_LIMIT;
	for (uint32_t i = 0; i < count; i++) {
		SK_TRY(jbig2_bitmap(j, width, height, &patterns[i]));
		SK_TRY(jbig2_compose(j, &patterns[i], &all, -(int64_t)i * width, 0, JBIG2_REPLACE));
		s->symbols.at[s->symbols.count++] = &patterns[i];
	}
	s->result = JBIG2_PATTERNS;
	return SK_OK;
}

/* ---- regions ---- */

struct grid {
	bool mmr;
	struct jbig2_generic generic;
	enum jbig2_operator operator;
	uint32_t width, height;            /* HGW, HGH */
	int32_t x, y;                      /* HGX, HGY: 8 bits behind the point */
	uint16_t step_x, step_y;           /* HRX, HRY */
	const struct jbig2_symbols *patterns;
	struct raster_bits *planes;
	unsigned plane_count;              /* HBPP */
};

/* 6.6.5.2: where the cell's pattern stands. */
static void cell_place(const struct grid *g, uint32_t column, uint32_t row, int64_t *x, int64_t *y)
{
	*x = ((int64_t)g->x + (int64_t)row * g->step_y + (int64_t)column * g->step_x) >> 8;
	*y = ((int64_t)g->y + (int64_t)row * g->step_x - (int64_t)column * g->step_y) >> 8;
}

/* 6.6.5.1: cells whose pattern lies outside of the region have no value. */
static enum sk_status skip_make(struct jbig2 *j, const struct grid *g, const struct raster_bits *bits, struct raster_bits *skip)
{
	const struct raster_bits *pattern = g->patterns->at[0];
	int64_t x, y;
	SK_TRY(jbig2_bitmap(j, g->width, g->height, skip));
	for (uint32_t row = 0; row < g->height; row++)
		for (uint32_t column = 0; column < g->width; column++) {
			cell_place(g, column, row, &x, &y);
			if (x + pattern->width <= 0 || x >= bits->width || y + pattern->height <= 0 || y >= bits->height)
				skip->at[row * skip->stride + column / 8] |= (uint8_t)(0x80 >> column % 8);
		}
	return SK_OK;
}

/* Annex C.5: the planes from the highest on, each by itself as Gray code has it. */
static enum sk_status planes_decode(struct jbig2 *j, struct grid *g, sk_bytes in)
{
	struct jbig2_arith arith;
	size_t used;
	uint8_t *contexts = jbig2_array(j, JBIG2_GENERIC_CONTEXTS, 1);
	g->planes = jbig2_array(j, g->plane_count, sizeof *g->planes);
	if (contexts == NULL || g->planes == NULL)
		return SK_LIMIT;
	for (unsigned i = 0; i < g->plane_count; i++)
		SK_TRY(jbig2_bitmap(j, g->width, g->height, &g->planes[i]));
	jbig2_arith_init(&arith, in);
	for (unsigned i = g->plane_count; i-- > 0;) {
		struct raster_bits *plane = &g->planes[i];
		if (g->mmr) {
			SK_TRY(jbig2_work(j, ((uint64_t)g->width + 8) * g->height));
			SK_TRY(ccitt_decode_mmr(in, j->arena, plane, &used));
			in = sk_bytes_slice(in, used, in.len);
			j->damaged |= plane->damaged;
		} else {
			SK_TRY(jbig2_generic_decode(j, &g->generic, &arith, contexts, plane));
		}
		if (i + 1 < g->plane_count)
			SK_TRY(jbig2_compose(j, plane, &g->planes[i + 1], 0, 0, JBIG2_XOR));
	}
	return SK_OK;
}

static enum sk_status cells_draw(struct jbig2 *j, const struct grid *g, struct raster_bits *bits)
{
	for (uint32_t row = 0; row < g->height; row++)
		for (uint32_t column = 0; column < g->width; column++) {
			uint32_t value = 0;
			int64_t x, y;
			for (unsigned i = g->plane_count; i-- > 0;)
				value = value << 1 | jbig2_pixel(&g->planes[i], column, row);
			value = (uint32_t)sk_min(value, g->patterns->count - 1);
			cell_place(g, column, row, &x, &y);
			SK_TRY(jbig2_compose(j, bits, g->patterns->at[value], x, y, g->operator));
		}
	return SK_OK;
}

static enum sk_status grid_read(struct grid *g, struct sk_cursor *c, bool *skipping, bool *black)
{
	unsigned flags = sk_cursor_u8(c);
	g->mmr = flags & 1;
	g->generic.kind = flags >> 1 & 3;
	*skipping = flags >> 3 & 1;
	g->operator = (enum jbig2_operator)sk_min(flags >> 4 & 7, JBIG2_REPLACE);
	*black = flags >> 7 & 1;
	g->width = sk_cursor_u32be(c);
	g->height = sk_cursor_u32be(c);
	g->x = (int32_t)sk_cursor_u32be(c);
	g->y = (int32_t)sk_cursor_u32be(c);
	g->step_x = sk_cursor_u16be(c);
	g->step_y = sk_cursor_u16be(c);
	jbig2_generic_nominal(&g->generic); /* table C.4 */
	return c->status;
}

enum sk_status jbig2_halftone_read(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, struct sk_cursor *c,
				   struct raster_bits *bits)
{
	const struct jbig2_segment *patterns = jbig2_reference(j, all, s, 0);
	struct grid g = {.mmr = false};
	struct raster_bits skip;
	bool skipping, black;
	SK_TRY(grid_read(&g, c, &skipping, &black));
	if (black)
		raster_bits_invert(bits);
	if (patterns == NULL || patterns->result != JBIG2_PATTERNS || g.width > limit(LIMIT_picture_side) || g.height > limit(LIMIT_picture_side))
		return SK_MALFORMED;
	SK_TRY(jbig2_work(j, (uint64_t)g.width * g.height));
	g.patterns = &patterns->symbols;
	g.plane_count = jbig2_log2(g.patterns->count);
	if (skipping) {
		SK_TRY(skip_make(j, &g, bits, &skip));
		g.generic.skip = &skip;
	}
	SK_TRY(planes_decode(j, &g, sk_bytes_of(c->at, c->left)));
	return cells_draw(j, &g, bits);
}
