/*
 * Few colours. A page of text and drawings has some flat colours, which are kept as they are, and at the edges of shapes mixtures of them,
 * of which a few steps are enough.
 *
 * What the attacker controls here: all pixels. Memory and time don't depend on what they are.
 */
#include "format/pages/write.h"

#define FLAT_RUN 4u        /* so many equal pixels in a row are flat */
#define FLATS_MAX 200u
#define SLOTS 1024u        /* of the table of flat colours; a power of two, far above FLATS_MAX */
#define CELLS_MAX 32768u
#define NONE 0xFFFFu

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

struct indexing {
	const struct pixels *pixels;
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

static void count_colors(struct indexing *w)
{
	const struct pixels *p = w->pixels;
	const uint8_t *at = p->at;

	for (uint32_t y = 0; y < p->rows; y++) {
		uint32_t color = color_at(at, p->parts), run = 0;
		for (uint32_t x = 0; x < p->columns; x++, at += p->parts) {
			uint32_t next = color_at(at, p->parts);
			if (next != color) {
				count_run(w, color, run);
				color = next;
				run = 0;
			}
			run++;
		}
		count_run(w, color, run);
	}
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

/* The flat colours, the most frequent of each cell first: mixtures of that cell become it. */
static void add_flats(struct indexing *w)
{
	for (unsigned slot = 0; slot < SLOTS; slot++) {
		struct flat *flat = &w->flats[slot];
		if (flat->count == 0)
			continue;
		struct cell *cell = &w->cells[cell_of(w, flat->color)];
		flat->index = add_color(w->to, w->pixels->parts, flat->color);
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

static void map_row(struct indexing *w, const uint8_t *at, uint8_t *to, unsigned bits)
{
	uint32_t color = ~color_at(at, w->pixels->parts);
	unsigned index = 0, held = 0, free_bits = 8;

	for (uint32_t x = 0; x < w->pixels->columns; x++, at += w->pixels->parts) {
		uint32_t next = color_at(at, w->pixels->parts);
		if (next != color) {
			color = next;
			index = index_of(w, color);
		}
		free_bits -= bits;
		held |= index << free_bits;
		if (free_bits == 0) {
			*to++ = (uint8_t)held;
			held = 0;
			free_bits = 8;
		}
	}
	if (free_bits < 8)
		*to = (uint8_t)held;
}

static enum sk_status map_rows(struct indexing *w, struct sk_arena *arena)
{
	struct indexed *to = w->to;
	size_t row = (size_t)w->pixels->columns * w->pixels->parts;

	to->bits = to->colors <= 2 ? 1 : to->colors <= 4 ? 2 : to->colors <= 16 ? 4 : 8;
	to->stride = ((size_t)w->pixels->columns * to->bits + 7) / 8;
	to->at = sk_arena_raw(arena, to->stride * w->pixels->rows);
	if (to->at == NULL)
		return SK_LIMIT;
	for (uint32_t y = 0; y < w->pixels->rows; y++)
		map_row(w, w->pixels->at + y * row, to->at + y * to->stride, to->bits);
	return SK_OK;
}

enum sk_status pages_index(struct sk_arena *arena, const struct pixels *pixels, unsigned quality, struct indexed *indexed)
{
	struct indexing *w = sk_arena_make(arena, sizeof *w);

	if (w == NULL)
		return SK_LIMIT;
	w->pixels = pixels;
	w->to = indexed;
	w->side = quality >= 90 ? 5 : quality >= 50 ? 4 : 3;
	w->shift = 8 - w->side;
	w->cell_count = 1u << (w->side * pixels->parts);
	sk_assert(w->cell_count <= CELLS_MAX);
	w->cells = sk_arena_array(arena, w->cell_count, sizeof *w->cells);
	if (w->cells == NULL)
		return SK_LIMIT;
	indexed->colors = 0;
	for (unsigned i = 0; i < w->cell_count; i++)
		w->cells[i].index = NONE;
	count_colors(w);
	add_flats(w);
	SK_TRY(add_cells(w));
	return map_rows(w, arena);
}
