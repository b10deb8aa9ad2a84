/*
 * JBIG2 to rows: the segments of one page, each drawn as it comes (ITU-T T.88 clause 8).
 *
 * What the attacker controls here: everything. Memory and work have budgets of their own (jbig2_bytes, jbig2_work); a segment can refer
 * only to those before it, so nothing here recurses.
 */
#include "format/raster/jbig2.h"

#include "conf/conf.h"
#include "format/raster/ccitt.h"

/* 7.3: types of segments. */
enum {
	SYMBOL_DICTIONARY = 0,
	TEXT = 4,        /* intermediate; + 2 immediate, + 3 immediate lossless */
	PATTERNS = 16,
	HALFTONE = 20,
	GENERIC = 36,
	REFINEMENT = 40,
	PAGE = 48,
	END_OF_PAGE = 49,
	END_OF_STRIPE = 50,
	TABLE = 53,
	REGION_KINDS = 3, /* of the low two bits */
};

struct region { /* 7.4.1 */
	uint32_t width, height;
	int32_t x, y;
	enum jbig2_operator operator;
};

static enum sk_status region_head(const struct jbig2_segment *s, struct sk_cursor *c, struct region *r)
{
	r->width = sk_cursor_u32be(c);
	r->height = sk_cursor_u32be(c);
	r->x = (int32_t)sk_cursor_u32be(c);
	r->y = (int32_t)sk_cursor_u32be(c);
	r->operator = (enum jbig2_operator)sk_min(sk_cursor_u8(c) & 7, JBIG2_REPLACE);
	if (s->unknown_length && s->content.len >= 4) { /* 7.2.7: the rows that there are stand at the end */
		struct sk_cursor rows = sk_cursor_of(sk_bytes_slice(s->content, s->content.len - 4, 4));
		r->height = (uint32_t)sk_min(r->height, sk_cursor_u32be(&rows));
	}
	return c->status;
}

enum sk_status jbig2_generic_read(struct jbig2 *j, struct sk_cursor *c, struct raster_bits *bits)
{
	unsigned flags = sk_cursor_u8(c);
	struct jbig2_generic g = {.kind = flags >> 1 & 3, .typical = flags >> 3 & 1};
	size_t used;
	if ((flags & 1) != 0) {
		SK_TRY(jbig2_work(j, ((uint64_t)bits->width + 8) * bits->height));
		return ccitt_decode_mmr(sk_bytes_of(c->at, c->left), j->arena, bits, &used);
	}
	jbig2_at_read(c, g.at, g.kind == 0 ? 4 : 1);
	SK_TRY(c->status);
	if ((flags & 0x10) != 0 && g.kind == 0)
		return SK_UNSUPPORTED; /* EXTTEMPLATE: twelve adaptive pixels; nothing writes it */
	uint8_t *contexts = jbig2_array(j, JBIG2_GENERIC_CONTEXTS, 1);
	struct jbig2_arith arith;
	if (contexts == NULL)
		return SK_LIMIT;
	jbig2_arith_init(&arith, sk_bytes_of(c->at, c->left));
	return jbig2_generic_decode(j, &g, &arith, contexts, bits);
}

enum sk_status jbig2_refinement_read(struct jbig2 *j, const struct raster_bits *reference, struct sk_cursor *c, struct raster_bits *bits)
{
	unsigned flags = sk_cursor_u8(c);
	struct jbig2_refinement r = {.kind = flags & 1, .typical = flags >> 1 & 1, .reference = reference};
	if (r.kind == 0)
		jbig2_at_read(c, r.at, 2);
	SK_TRY(c->status);
	uint8_t *contexts = jbig2_array(j, JBIG2_REFINEMENT_CONTEXTS, 1);
	struct jbig2_arith arith;
	if (contexts == NULL)
		return SK_LIMIT;
	jbig2_arith_init(&arith, sk_bytes_of(c->at, c->left));
	return jbig2_refine(j, &r, &arith, contexts, bits);
}

/* What a refinement region refines: a region it refers to, or that part of the page (7.4.7.5). */
static enum sk_status reference_of(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, const struct region *r,
				   const struct raster_bits *page, struct raster_bits *reference)
{
	for (uint32_t i = 0; i < s->reference_count; i++) {
		const struct jbig2_segment *other = jbig2_reference(j, all, s, i);
		if (other != NULL && other->result == JBIG2_BITMAP) {
			*reference = other->bitmap;
			return SK_OK;
		}
	}
	SK_TRY(jbig2_bitmap(j, r->width, r->height, reference));
	return jbig2_compose(j, reference, page, -(int64_t)r->x, -(int64_t)r->y, JBIG2_REPLACE);
}

static enum sk_status region_decode(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s, const struct region *r,
				    struct sk_cursor *c, const struct raster_bits *page, struct raster_bits *bits)
{
	struct raster_bits reference;
	switch (s->type & ~(uint32_t)REGION_KINDS) {
	case TEXT:
		return jbig2_text_read(j, all, s, c, bits);
	case HALFTONE:
		return jbig2_halftone_read(j, all, s, c, bits);
	case GENERIC:
		return jbig2_generic_read(j, c, bits);
	default:
		SK_TRY(reference_of(j, all, s, r, page, &reference));
		return jbig2_refinement_read(j, &reference, c, bits);
	}
}

/* The region's bitmap. What was decoded of a damaged one is shown. */
static enum sk_status region_make(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s, const struct region *r,
				  struct sk_cursor *c, const struct raster_bits *page, struct raster_bits *bits)
{
	SK_TRY(jbig2_bitmap(j, r->width, r->height, bits));
	enum sk_status status = region_decode(j, all, s, r, c, page, bits);
	j->damaged |= bits->damaged || status != SK_OK;
	return status == SK_LIMIT ? status : SK_OK;
}

static enum sk_status region_read(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s, struct raster_bits *page)
{
	struct sk_cursor c = sk_cursor_of(s->content);
	struct region r;
	SK_TRY(region_head(s, &c, &r));
	if ((s->type & REGION_KINDS) < 2) {
		SK_TRY(region_make(j, all, s, &r, &c, page, &s->bitmap));
		s->result = JBIG2_BITMAP;
		return SK_OK;
	}
	struct raster_bits bits;
	SK_TRY(jbig2_tables_make(j)); /* they stay; all else of a region goes when it is drawn */
	size_t mark = sk_arena_mark(j->arena);
	uint64_t bytes = j->bytes;
	SK_TRY(region_make(j, all, s, &r, &c, page, &bits));
	SK_TRY(jbig2_compose(j, page, &bits, r.x, r.y, r.operator));
	sk_arena_release(j->arena, mark);
	j->bytes = bytes;
	return SK_OK;
}

static enum sk_status table_read(struct jbig2 *j, struct jbig2_segment *s)
{
	s->table = jbig2_array(j, 1, sizeof *s->table);
	if (s->table == NULL)
		return SK_LIMIT;
	SK_TRY(jbig2_table_read(j, s->content, s->table));
	s->result = JBIG2_TABLE;
	return SK_OK;
}

static bool is_region(uint32_t type)
{
	uint32_t kind = type & ~(uint32_t)REGION_KINDS;
	return (kind == TEXT || kind == HALFTONE || kind == GENERIC || kind == REFINEMENT) && (type & REGION_KINDS) != 1;
}

static enum sk_status segment_read(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s, struct raster_bits *page)
{
	if (is_region(s->type))
		return region_read(j, all, s, page);
	switch (s->type) {
	case SYMBOL_DICTIONARY:
		return jbig2_symbols_read(j, all, s);
	case PATTERNS:
		return jbig2_patterns_read(j, s);
	case TABLE:
		return table_read(j, s);
	default:
		return SK_OK; /* profiles, extensions, ends: nothing to draw */
	}
}

/* ---- the page (7.4.8) ---- */

/* How high a page of unknown height is: its stripes tell, else its regions. */
static uint32_t height_find(const struct jbig2_segments *all, uint32_t page)
{
	uint64_t stripes = 0, regions = 0;
	for (uint32_t i = 0; i < all->count; i++) {
		const struct jbig2_segment *s = &all->at[i];
		struct sk_cursor c = sk_cursor_of(s->content);
		struct region r;
		if (s->page != page)
			continue;
		if (s->type == END_OF_STRIPE)
			stripes = sk_max(stripes, (uint64_t)sk_cursor_u32be(&c) + 1);
		else if (is_region(s->type) && (s->type & REGION_KINDS) >= 2 && region_head(s, &c, &r) == SK_OK && r.y >= 0)
			regions = sk_max(regions, (uint64_t)(uint32_t)r.y + r.height);
	}
	return (uint32_t)sk_min(stripes > 0 ? stripes : regions, UINT32_MAX);
}

static enum sk_status page_make(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, struct raster_bits *page)
{
	struct sk_cursor c = sk_cursor_of(s->content);
	uint32_t width = sk_cursor_u32be(&c), height = sk_cursor_u32be(&c);
	sk_cursor_skip(&c, 8); /* resolution */
	unsigned flags = sk_cursor_u8(&c);
	SK_TRY(c.status);
	if (height == UINT32_MAX)
		height = height_find(all, s->page);
	SK_TRY(raster_bits_make(j->arena, width, height, page));
	if ((flags & 4) != 0)
		raster_bits_invert(page); /* the default pixel is black */
	return SK_OK;
}

static const struct jbig2_segment *page_find(const struct jbig2_segments *all, unsigned place)
{
	for (uint32_t i = 0; i < all->count; i++)
		if (all->at[i].type == PAGE && place-- == 0)
			return &all->at[i];
	return NULL;
}

enum sk_status jbig2_decode_page(sk_bytes globals, sk_bytes in, unsigned place, uint64_t work_max, struct sk_arena *arena,
				 struct raster_bits *bits)
{
	struct jbig2 j = {.arena = arena, .work_max = work_max};
	struct jbig2_segments all = {.count = 0};
	*bits = (struct raster_bits){.damaged = true};
	SK_TRY(jbig2_segments_read(&j, globals, &all));
	SK_TRY(jbig2_segments_read(&j, in, &all));
	const struct jbig2_segment *info = page_find(&all, place);
	if (info == NULL)
		return SK_MALFORMED;
	bool alone = page_find(&all, 1) == NULL;
	for (uint32_t i = 0; alone && i < all.count; i++)
		all.at[i].page = all.at[i].page == 0 ? 0 : info->page; /* whatever number its segments give the page */
	SK_TRY(page_make(&j, &all, info, bits));
	for (uint32_t i = 0; i < all.count; i++) {
		struct jbig2_segment *s = &all.at[i];
		if (s->page != info->page && s->page != 0)
			continue;
		enum sk_status status = segment_read(&j, &all, s, bits);
		if (status == SK_LIMIT)
			return status;
		j.damaged |= status != SK_OK || s->cut;
		if (s->type == END_OF_PAGE)
			break;
	}
	bits->damaged = j.damaged;
	return SK_OK;
}

enum sk_status jbig2_decode(sk_bytes globals, sk_bytes in, struct sk_arena *arena, struct raster_bits *bits)
{
	return jbig2_decode_page(globals, in, 0, limit(LIMIT_jbig2_work), arena, bits);
}
