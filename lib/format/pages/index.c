/*
 * Few colours. A page of text and drawings has some flat colours, which are kept as they are, and at the edges of shapes mixtures of them,
 * of which a few steps are enough.
 *
 * What the attacker controls here: all pixels. Memory and time don't depend on what they are.
 */
#include "format/pages/write.h"

#define FLAT_RUN 4u        /* so many equal pixels in a row are flat */
#define FLATS_MAX 200u
#define RARE_SHARE 2048u    /* a flat colour of fewer pixels is rare */
#define RARE_NEAR 8         /* of 255, in each part */
#define SLOTS 1024u        /* of the table of flat colours; a power of two, far above FLATS_MAX */
#define CELLS_MAX 32768u
#define NONE 0xFFFFu
#define BUSY 3u            /* a picture of more runs than a third of its pixels is no drawing */

struct flat {
	uint32_t color;
	uint32_t count; /* 0: free */
	uint16_t index;
};

struct cell {
	uint64_t sums[3];
	uint32_t count;
	uint16_t index;
};

/* Equal pixels side by side; none crosses the end of a row. */
struct span {
	uint32_t color, len;
};

struct indexing {
	const struct pixels *pixels;
	struct span *spans;
	size_t span_count, spans_max;
	struct flat flats[SLOTS];
	unsigned flat_count;
	unsigned shift;      /* of a part, to its place in a cell */
	unsigned side;       /* bits of a part that count */
	struct cell *cells;
	unsigned cell_count; /* cells in the table */
	struct indexed *to;
};

static inline uint32_t color_at(const uint8_t *at, unsigned parts)
{
	return parts == 1 ? at[0] : (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static struct flat *flat_slot(struct indexing *w, uint32_t color)
{
	uint32_t slot = (color * 0x9E3779B1u) >> 22;

	while (w->flats[slot].count > 0 && w->flats[slot].color != color)
		slot = (slot + 1) & (SLOTS - 1);
	return &w->flats[slot];
}

static inline unsigned cell_of(const struct indexing *w, uint32_t color)
{
	if (w->pixels->parts == 1)
		return color >> w->shift;
	return ((color >> 16) >> w->shift) << (2 * w->side) | ((color >> 8 & 0xFF) >> w->shift) << w->side | (color & 0xFF) >> w->shift;
}

static void count_run(struct indexing *w, uint32_t color, uint32_t run)
{
	if (run >= FLAT_RUN) {
		struct flat *flat = flat_slot(w, color);
		if (flat->count > 0 || w->flat_count < FLATS_MAX) {
			w->flat_count += flat->count == 0;
			*flat = (struct flat){.color = color, .count = flat->count + run, .index = NONE};
			return;
		}
	}
	struct cell *cell = &w->cells[cell_of(w, color)];
	cell->count += run;
	for (unsigned part = 0; part < w->pixels->parts; part++)
		cell->sums[part] += (uint64_t)(color >> (8 * (w->pixels->parts - 1 - part)) & 0xFF) * run;
}

/* How many pixels from here are equal: most are, so that eight are looked at in one step. */
static uint32_t equal_gray(const uint8_t *at, uint32_t left)
{
	uint64_t pattern = UINT64_C(0x0101010101010101) * at[0], eight;
	uint32_t len = 1;

	for (; left - len >= 8; len += 8) {
		memcpy(&eight, at + len, sizeof eight);
		if (eight != pattern)
			break;
	}
	while (len < left && at[len] == at[0])
		len++;
	return len;
}

static uint32_t equal_rgb(const uint8_t *at, uint32_t left)
{
	uint8_t pattern[24];
	uint32_t len = 1;

	if (left > 1 && memcmp(at, at + 3, 3) != 0)
		return 1;
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = at[i % 3];
	while (left - len >= 8 && memcmp(at + (size_t)len * 3, pattern, sizeof pattern) == 0)
		len += 8;
	while (len < left && memcmp(at + (size_t)len * 3, at, 3) == 0)
		len++;
	return len;
}

/* The pixels as runs, counted. SK_UNSUPPORTED when there are too many. */
static enum sk_status take_runs(struct indexing *w)
{
	const struct pixels *p = w->pixels;
	const uint8_t *at = p->at;

	for (uint32_t y = 0; y < p->rows; y++) {
		if (w->spans_max - w->span_count < p->columns)
			return SK_UNSUPPORTED;
		for (uint32_t x = 0; x < p->columns;) {
			struct span *span = &w->spans[w->span_count++];
			span->color = color_at(at, p->parts);
			span->len = p->parts == 1 ? equal_gray(at, p->columns - x) : equal_rgb(at, p->columns - x);
			count_run(w, span->color, span->len);
			x += span->len;
			at += (size_t)span->len * p->parts;
		}
	}
	return SK_OK;
}

/* ---- the palette ---- */

static uint16_t add_color(struct indexed *to, unsigned parts, uint32_t color)
{
	for (unsigned part = 0; part < parts; part++)
		to->palette[to->colors * parts + part] = (uint8_t)(color >> (8 * (parts - 1 - part)));
	return (uint16_t)to->colors++;
}

static uint32_t mean_of(const struct cell *cell, unsigned parts)
{
	uint32_t color = 0;

	for (unsigned part = 0; part < parts; part++)
		color = color << 8 | (uint32_t)(cell->sums[part] / cell->count);
	return color;
}

static int by_frequency(const struct flat *a, const struct flat *b)
{
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->color < b->color ? -1 : a->color > b->color;
}

/* The flat colours in the order of their frequency; there are at most FLATS_MAX. */
static unsigned sort_flats(struct indexing *w, struct flat *sorted[FLATS_MAX])
{
	unsigned count = 0;

	for (unsigned slot = 0; slot < SLOTS; slot++) {
		struct flat *flat = &w->flats[slot];
		unsigned at = count;
		if (flat->count == 0)
			continue;
		for (; at > 0 && by_frequency(flat, sorted[at - 1]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = flat;
		count++;
	}
	return count;
}

static bool is_near(uint32_t a, uint32_t b)
{
	for (unsigned shift = 0; shift < 24; shift += 8) {
		int d = (int)(a >> shift & 0xFF) - (int)(b >> shift & 0xFF);
		if (d > RARE_NEAR || d < -RARE_NEAR)
			return false;
	}
	return true;
}

/* The flat colours as they are, the most frequent of each cell first: mixtures of that cell become it. A rare one that can hardly be told from a
 * more frequent one (upper and lower edges of letters have such) becomes that one. */
static void add_flats(struct indexing *w)
{
	struct flat *sorted[FLATS_MAX];
	unsigned count = sort_flats(w, sorted);
	uint64_t rare = (uint64_t)w->pixels->columns * w->pixels->rows / RARE_SHARE;

	for (unsigned i = 0; i < count; i++) {
		struct flat *flat = sorted[i];
		for (unsigned k = 0; k < i && flat->count < rare && flat->index == NONE; k++)
			if (is_near(sorted[k]->color, flat->color))
				flat->index = sorted[k]->index;
		if (flat->index == NONE)
			flat->index = add_color(w->to, w->pixels->parts, flat->color);
		struct cell *cell = &w->cells[cell_of(w, flat->color)];
		if (cell->index == NONE)
			cell->index = flat->index;
	}
}

/* The cell with most pixels that has no colour yet; NULL when there is none. */
static struct cell *largest(struct indexing *w)
{
	struct cell *best = NULL;

	for (unsigned i = 0; i < w->cell_count; i++)
		if (w->cells[i].count > 0 && w->cells[i].index == NONE && (best == NULL || w->cells[i].count > best->count))
			best = &w->cells[i];
	return best;
}

static unsigned distance(const uint8_t *a, uint32_t color, unsigned parts)
{
	unsigned sum = 0;

	for (unsigned part = 0; part < parts; part++) {
		int d = (int)a[part] - (int)(color >> (8 * (parts - 1 - part)) & 0xFF);
		sum += (unsigned)(d * d);
	}
	return sum;
}

static uint16_t nearest(const struct indexed *to, unsigned parts, uint32_t color)
{
	uint16_t best = 0;
	unsigned least = ~0u;

	for (unsigned i = 0; i < to->colors; i++) {
		unsigned d = distance(to->palette + (size_t)i * parts, color, parts);
		if (d < least) {
			least = d;
			best = (uint16_t)i;
		}
	}
	return best;
}

/* Colours for the cells that have none. SK_UNSUPPORTED when too many pixels would get another's. */
static enum sk_status add_cells(struct indexing *w)
{
	uint64_t forced = 0, pixels = (uint64_t)w->pixels->columns * w->pixels->rows;
	unsigned parts = w->pixels->parts;
	struct cell *cell;

	while (w->to->colors < 256 && (cell = largest(w)) != NULL)
		cell->index = add_color(w->to, parts, mean_of(cell, parts));
	for (unsigned i = 0; i < w->cell_count; i++) {
		cell = &w->cells[i];
		if (cell->count == 0 || cell->index != NONE)
			continue;
		forced += cell->count;
		cell->index = nearest(w->to, parts, mean_of(cell, parts));
	}
	return forced * 100 > pixels ? SK_UNSUPPORTED : SK_OK;
}

/* ---- the rows ---- */

static inline uint16_t index_of(struct indexing *w, uint32_t color)
{
	const struct flat *flat = flat_slot(w, color);

	return flat->count > 0 ? flat->index : w->cells[cell_of(w, color)].index;
}

/* So many pixels of that index, from pixel x of a row on; the row is zero before. */
static void put_run(uint8_t *row, uint32_t x, uint32_t len, unsigned index, unsigned bits)
{
	unsigned in_byte = 8 / bits;
	uint8_t whole = (uint8_t)(index * (bits == 1 ? 0xFFu : bits == 2 ? 0x55u : bits == 4 ? 0x11u : 1u));

	for (; len > 0 && x % in_byte != 0; x++, len--)
		row[x / in_byte] |= (uint8_t)(index << (8 - bits - x % in_byte * bits));
	memset(row + x / in_byte, whole, len / in_byte);
	x += len / in_byte * in_byte;
	for (len %= in_byte; len > 0; x++, len--)
		row[x / in_byte] |= (uint8_t)(index << (8 - bits - x % in_byte * bits));
}

static const struct span *map_row(struct indexing *w, const struct span *span, uint8_t *row)
{
	for (uint32_t x = 0; x < w->pixels->columns; x += span++->len)
		put_run(row, x, span->len, index_of(w, span->color), w->to->bits);
	return span;
}

static enum sk_status map_rows(struct indexing *w, struct sk_arena *arena)
{
	struct indexed *to = w->to;
	const struct span *span = w->spans;

	to->bits = to->colors <= 2 ? 1 : to->colors <= 4 ? 2 : to->colors <= 16 ? 4 : 8;
	to->stride = ((size_t)w->pixels->columns * to->bits + 7) / 8;
	to->at = sk_arena_make(arena, to->stride * w->pixels->rows);
	if (to->at == NULL)
		return SK_LIMIT;
	for (uint32_t y = 0; y < w->pixels->rows; y++)
		span = map_row(w, span, to->at + y * to->stride);
	return SK_OK;
}

enum sk_status pages_index(struct sk_arena *arena, const struct pixels *pixels, unsigned quality, struct indexed *indexed)
{
	struct indexing *w = sk_arena_make(arena, sizeof *w);

	if (w == NULL)
		return SK_LIMIT;
	w->pixels = pixels;
	w->to = indexed;
	w->side = quality >= 90 ? 5 : quality >= 75 ? 4 : 3; /* at 150 dpi eight steps of an edge look like all */
	w->shift = 8 - w->side;
	w->cell_count = 1u << (w->side * pixels->parts);
	sk_assert(w->cell_count <= CELLS_MAX);
	w->cells = sk_arena_array(arena, w->cell_count, sizeof *w->cells);
	w->spans_max = (size_t)pixels->columns * pixels->rows / BUSY + pixels->columns;
	w->spans = sk_arena_raw(arena, w->spans_max * sizeof *w->spans); /* at most the limit of pixels, times eight */
	if (w->cells == NULL || w->spans == NULL)
		return SK_LIMIT;
	indexed->colors = 0;
	for (unsigned i = 0; i < w->cell_count; i++)
		w->cells[i].index = NONE;
	SK_TRY(take_runs(w));
	add_flats(w);
	SK_TRY(add_cells(w));
	return map_rows(w, arena);
}
