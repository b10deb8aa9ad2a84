/*
 * How a drawn page is written small.
 *
 * Text and drawings have edges: few pixels differ from both the one left and the one above, and steps are large. Photographs have tones:
 * steps are small and everywhere. The guesses of sizes were fitted to pages of real documents, deflated at level 6 and as JPEG of quality 75;
 * they were right within a third.
 */
#include "format/raster/choose.h"

#define CELL_BITS 4 /* of a component, when near colours share one */
#define CELLS (1u << (3 * CELL_BITS))
#define SLOTS 1024u /* four times the colours */
#define STEP_SOFT 16
#define SOFT_SHARE 20 /* more than one pixel in so many is a soft step: tones, which a palette would make bands of */
#define BLOCK 8
#define RANGE_FLAT 8

struct counts {
	uint32_t slots[SLOTS]; /* colours, each with bit 24 set; 0: empty */
	uint32_t exact_colors; /* RASTER_COLORS_MAX + 1: more */
	uint64_t cell_count[CELLS], cell_sum[CELLS][3];
	uint64_t novel[2], half[2]; /* pixels unlike the left one, and unlike the one above or not; by cells, by exact colours */
	uint64_t soft, steps;       /* steps: sum of the differences to the left and above, of green */
	bool gray;
};

static uint32_t color_of(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t cell_of(uint32_t color)
{
	return (color >> 12 & 0xF00) | (color >> 8 & 0xF0) | (color >> 4 & 0xF);
}

/* The slot of a colour, or the empty one where it belongs; there is always one. */
static uint32_t slot_of(const uint32_t *slots, uint32_t color)
{
	uint32_t at = (color * 2654435761u) >> 22;
	while (slots[at] != 0 && (slots[at] & 0xFFFFFF) != color)
		at = (at + 1) % SLOTS;
	return at;
}

static void count_color(struct counts *c, uint32_t color, uint32_t times)
{
	uint32_t cell = cell_of(color);
	c->cell_count[cell] += times;
	c->cell_sum[cell][0] += (uint64_t)(color >> 16) * times;
	c->cell_sum[cell][1] += (uint64_t)(color >> 8 & 0xFF) * times;
	c->cell_sum[cell][2] += (uint64_t)(color & 0xFF) * times;
	c->gray &= (color >> 16) == (color & 0xFF) && (color >> 8 & 0xFF) == (color & 0xFF);
	if (c->exact_colors > RASTER_COLORS_MAX)
		return;
	uint32_t at = slot_of(c->slots, color);
	if (c->slots[at] == 0) {
		if (++c->exact_colors <= RASTER_COLORS_MAX)
			c->slots[at] = color | 1u << 24;
	}
}

static uint32_t difference(uint8_t a, uint8_t b)
{
	return a > b ? (uint32_t)(a - b) : (uint32_t)(b - a);
}

static void count_row(struct counts *c, const uint8_t *row, const uint8_t *above, uint32_t width)
{
	uint32_t run = 0, last = color_of(row);
	for (uint32_t x = 0; x < width; x++, row += 3, above += 3) {
		uint32_t color = color_of(row), up = difference(row[1], above[1]), left;
		c->steps += up;
		if (color == last) {
			run++;
			continue;
		}
		left = difference(row[1], row[-2]);
		c->steps += left;
		c->soft += left <= STEP_SOFT && left > 0;
		bool new_color = color != color_of(above), new_cell = cell_of(color) != cell_of(color_of(above));
		c->novel[true] += new_color;
		c->half[true] += !new_color;
		if (cell_of(color) != cell_of(last)) {
			c->novel[false] += new_cell;
			c->half[false] += !new_cell;
		}
		count_color(c, last, run);
		last = color;
		run = 1;
	}
	count_color(c, last, run);
}

/* Blocks of a JPEG that are not flat. */
static uint64_t busy_blocks(const struct raster_rgb *p)
{
	uint64_t busy = 0;
	for (uint32_t y = 0; y < p->height; y += BLOCK)
		for (uint32_t x = 0; x < p->width; x += BLOCK) {
			uint8_t low = 255, high = 0;
			for (uint32_t by = y; by < y + BLOCK && by < p->height; by++)
				for (uint32_t bx = x; bx < x + BLOCK && bx < p->width; bx++) {
					uint8_t green = p->at[by * p->stride + (size_t)bx * 3 + 1];
					low = green < low ? green : low;
					high = green > high ? green : high;
				}
			busy += high > low + RANGE_FLAT;
		}
	return busy;
}

/* ---- the palette ---- */

static unsigned brightness(const uint8_t *color)
{
	return color[0] * 2u + color[1] * 5u + color[2];
}

/* True when a stands before b: lighter, then by value. */
static bool before(const uint8_t *a, const uint8_t *b)
{
	if (brightness(a) != brightness(b))
		return brightness(a) > brightness(b);
	return memcmp(a, b, 3) < 0;
}

/* Puts a colour where it belongs; there are few. */
static void palette_add(struct raster_choice *choice, uint8_t red, uint8_t green, uint8_t blue)
{
	uint8_t color[3] = {red, green, blue};
	unsigned at = choice->colors++;
	for (; at > 0 && before(color, choice->palette[at - 1]); at--)
		memcpy(choice->palette[at], choice->palette[at - 1], 3);
	memcpy(choice->palette[at], color, 3);
}

static void palette_exact(const struct counts *c, struct raster_choice *choice)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (c->slots[i] != 0)
			palette_add(choice, (uint8_t)(c->slots[i] >> 16), (uint8_t)(c->slots[i] >> 8), (uint8_t)c->slots[i]);
	choice->exact = true;
}

/* The mean of each cell. False when there are too many. */
static bool palette_near(const struct counts *c, struct raster_choice *choice)
{
	size_t cells = 0;
	for (size_t i = 0; i < CELLS; i++)
		cells += c->cell_count[i] > 0;
	if (cells > RASTER_COLORS_MAX)
		return false;
	for (size_t i = 0; i < CELLS; i++) {
		uint64_t n = c->cell_count[i];
		if (n > 0)
			palette_add(choice, (uint8_t)((c->cell_sum[i][0] + n / 2) / n), (uint8_t)((c->cell_sum[i][1] + n / 2) / n),
				    (uint8_t)((c->cell_sum[i][2] + n / 2) / n));
	}
	return true;
}

static void guess(const struct raster_rgb *p, const struct counts *c, struct raster_choice *choice)
{
	uint64_t pixels = (uint64_t)p->width * p->height, blocks = (uint64_t)((p->width + BLOCK - 1) / BLOCK) * ((p->height + BLOCK - 1) / BLOCK);
	choice->indexed_bytes = choice->colors == 0 ? 0 : 64 + (c->novel[choice->exact] + c->half[choice->exact]) * 3 / 4 + pixels / 2048;
	choice->jpeg_bytes = 600 + blocks + busy_blocks(p) * 8 + c->steps / 250;
}

void raster_choose(const struct raster_rgb *picture, bool exact, struct raster_choice *choice)
{
	static struct counts counts; /* 130 KB; one thread, one picture at a time; nothing of it lives on */
	struct counts *c = &counts;
	uint64_t pixels = (uint64_t)picture->width * picture->height;
	*c = (struct counts){.gray = true};
	*choice = (struct raster_choice){.kind = RASTER_JPEG};
	if (pixels == 0)
		return;
	for (uint32_t y = 0; y < picture->height; y++) {
		const uint8_t *row = picture->at + y * picture->stride;
		count_row(c, row, y > 0 ? row - picture->stride : row, picture->width);
	}
	bool tones = c->soft > pixels / SOFT_SHARE, few = c->exact_colors <= RASTER_COLORS_MAX, near = !exact && !tones && c->exact_colors > 16;
	if (few && (!near || !palette_near(c, choice)))
		palette_exact(c, choice);
	else if (!few && near)
		(void)palette_near(c, choice);
	choice->gray = c->gray;
	choice->bits = choice->colors <= 2 ? 1 : choice->colors <= 4 ? 2 : choice->colors <= 16 ? 4 : 8;
	guess(picture, c, choice);
	if (choice->colors == 0 || (tones && choice->jpeg_bytes < choice->indexed_bytes))
		choice->kind = RASTER_JPEG;
	else
		choice->kind = choice->colors <= 2 ? RASTER_BILEVEL : RASTER_INDEXED;
}

/* ---- indices ---- */

struct lookup {
	uint32_t slots[SLOTS];
	uint8_t index[SLOTS], cells[CELLS];
	bool exact;
};

static void lookup_make(const struct raster_choice *choice, struct lookup *l)
{
	memset(l, 0, sizeof *l);
	l->exact = choice->exact;
	for (unsigned i = 0; i < choice->colors; i++) {
		uint32_t color = color_of(choice->palette[i]), at = slot_of(l->slots, color);
		l->slots[at] = color | 1u << 24;
		l->index[at] = (uint8_t)i;
		l->cells[cell_of(color)] = (uint8_t)i; /* the mean of a cell lies in it */
	}
}

enum sk_status raster_index(const struct raster_rgb *picture, const struct raster_choice *choice, struct sk_arena *arena,
			    struct raster_indices *indices)
{
	struct lookup *l = sk_arena_raw(arena, sizeof *l);
	size_t bytes;
	indices->stride = ((size_t)picture->width * choice->bits + 7) / 8;
	if (l == NULL || !sk_mul(indices->stride, picture->height, &bytes))
		return SK_LIMIT;
	indices->at = sk_arena_make(arena, bytes);
	if (indices->at == NULL)
		return SK_LIMIT;
	lookup_make(choice, l);
	for (uint32_t y = 0; y < picture->height; y++) {
		const uint8_t *p = picture->at + y * picture->stride;
		uint8_t *to = indices->at + y * indices->stride;
		uint32_t last = UINT32_MAX;
		unsigned index = 0;
		for (size_t x = 0; x < picture->width; x++, p += 3) {
			uint32_t color = color_of(p);
			if (color != last)
				index = l->exact ? l->index[slot_of(l->slots, color)] : l->cells[cell_of(color)];
			last = color;
			to[x * choice->bits / 8] |= (uint8_t)(index << (8 - choice->bits - x * choice->bits % 8));
		}
	}
	return SK_OK;
}
