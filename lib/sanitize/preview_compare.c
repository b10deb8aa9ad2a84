/*
 * What changed from one picture of a page to another. Means of small cells are compared, so that what packing and rounding change is not
 * told; cells that differ become blocks, blocks that touch one another a box. What the attacker controls: all pixels; time and memory
 * don't depend on them.
 */
#include "sanitize/preview.h"

#include <stdlib.h>

#define CELL 4u       /* pixels: a cell's side */
#define BLOCK 4u      /* cells: a block's side */
#define DIFFERENCE 24 /* of 255, of a cell's mean: two pixels of a hyphen are more, the noise of a JPEG is less */
#define FRAME 3u
#define AROUND 4u     /* pixels between a box and its frame */

/* Blocks in the order of rows; each with the box of its cells that differ, empty when none does. */
struct grid {
	uint32_t columns, rows;
	struct preview_box *boxes;
	uint32_t *stack;
};

static inline int part_at(const struct sheet *s, uint32_t x, uint32_t y, uint32_t part)
{
	if (x >= s->columns || y >= s->rows)
		return 255; /* paper */
	return s->pixels.at[((size_t)y * s->columns + x) * s->parts + (s->parts == 3 ? part : 0)];
}

static bool cell_differs(const struct sheet *a, const struct sheet *b, uint32_t left, uint32_t top)
{
	uint32_t parts = a->parts > b->parts ? a->parts : b->parts;

	for (uint32_t part = 0; part < parts; part++) {
		int sum = 0;
		for (uint32_t y = top; y < top + CELL; y++)
			for (uint32_t x = left; x < left + CELL; x++)
				sum += part_at(a, x, y, part) - part_at(b, x, y, part);
		if (abs(sum) > DIFFERENCE * (int)(CELL * CELL))
			return true;
	}
	return false;
}

/* Most rows are the same in both. */
static bool rows_equal(const struct sheet *a, const struct sheet *b, uint32_t top)
{
	if (a->columns != b->columns || a->parts != b->parts || top + CELL > a->rows || top + CELL > b->rows)
		return false;
	size_t row = (size_t)a->columns * a->parts;
	return memcmp(a->pixels.at + row * top, b->pixels.at + row * top, row * CELL) == 0;
}

static bool is_empty(const struct preview_box *box)
{
	return box->right == 0;
}

static void cover(struct preview_box *box, const struct preview_box *more)
{
	if (is_empty(box)) {
		*box = *more;
		return;
	}
	box->left = more->left < box->left ? more->left : box->left;
	box->top = more->top < box->top ? more->top : box->top;
	box->right = more->right > box->right ? more->right : box->right;
	box->bottom = more->bottom > box->bottom ? more->bottom : box->bottom;
}

static void find_cells(const struct grid *grid, const struct sheet *a, const struct sheet *b, const struct preview_change *change)
{
	for (uint32_t y = 0; y < change->rows; y += CELL) {
		if (rows_equal(a, b, y))
			continue;
		for (uint32_t x = 0; x < change->columns; x += CELL) {
			struct preview_box cell = {x, y, x + CELL < change->columns ? x + CELL : change->columns, y + CELL < change->rows ? y + CELL : change->rows};
			if (cell_differs(a, b, x, y))
				cover(&grid->boxes[y / (CELL * BLOCK) * grid->columns + x / (CELL * BLOCK)], &cell);
		}
	}
}

/* The box of all blocks that touch this one and each other; they are empty afterwards. */
static struct preview_box take_group(const struct grid *grid, uint32_t start)
{
	struct preview_box whole = grid->boxes[start];
	size_t waiting = 0;

	grid->boxes[start] = (struct preview_box){0};
	grid->stack[waiting++] = start;
	while (waiting > 0) {
		uint32_t at = grid->stack[--waiting], x = at % grid->columns, y = at / grid->columns;
		for (uint32_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < grid->rows; ny++)
			for (uint32_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < grid->columns; nx++) {
				struct preview_box *box = &grid->boxes[ny * grid->columns + nx];
				if (is_empty(box))
					continue;
				cover(&whole, box);
				*box = (struct preview_box){0};
				grid->stack[waiting++] = ny * grid->columns + nx; /* once each: it is empty now */
			}
	}
	return whole;
}

static bool overlap(const struct preview_box *a, const struct preview_box *b)
{
	return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

/* Boxes that lie over one another become one; so do the last ones when there are too many. */
static void add_box(struct preview_change *change, struct preview_box box)
{
	for (size_t i = 0; i < change->count;) {
		if (!overlap(&change->boxes[i], &box)) {
			i++;
			continue;
		}
		cover(&box, &change->boxes[i]);
		change->boxes[i] = change->boxes[--change->count];
		i = 0;
	}
	if (change->count < PREVIEW_BOXES_MAX)
		change->boxes[change->count++] = box;
	else
		cover(&change->boxes[PREVIEW_BOXES_MAX - 1], &box);
}

enum sk_status preview_compare(const struct sheet *before, const struct sheet *after, struct preview_change *change)
{
	struct grid grid;

	*change = (struct preview_change){0};
	change->columns = before->columns > after->columns ? before->columns : after->columns;
	change->rows = before->rows > after->rows ? before->rows : after->rows;
	grid.columns = (change->columns + CELL * BLOCK - 1) / (CELL * BLOCK);
	grid.rows = (change->rows + CELL * BLOCK - 1) / (CELL * BLOCK);
	size_t blocks = (size_t)grid.columns * grid.rows; /* sides are at most 65,500 */
	grid.boxes = calloc(blocks + 1, sizeof *grid.boxes);
	grid.stack = calloc(blocks + 1, sizeof *grid.stack);
	if (grid.boxes != NULL && grid.stack != NULL) {
		find_cells(&grid, before, after, change);
		for (uint32_t i = 0; i < blocks; i++)
			if (!is_empty(&grid.boxes[i]))
				add_box(change, take_group(&grid, i));
	}
	bool good = grid.boxes != NULL && grid.stack != NULL;
	free(grid.boxes);
	free(grid.stack);
	return good ? SK_OK : SK_LIMIT;
}

/* ---- the marked page ---- */

static bool inside(const struct preview_box *box, uint32_t x, uint32_t y, uint32_t around)
{
	return x + around >= box->left && x < box->right + around && y + around >= box->top && y < box->bottom + around;
}

/* 2: in a box or its surroundings, 1: on a frame, 0: elsewhere. */
static int place_of(const struct preview_change *change, const uint8_t *candidates, size_t count, uint32_t x, uint32_t y)
{
	int place = 0;

	for (size_t i = 0; i < count; i++) {
		const struct preview_box *box = &change->boxes[candidates[i]];
		if (inside(box, x, y, AROUND))
			return 2;
		if (inside(box, x, y, AROUND + FRAME))
			place = 1;
	}
	return place;
}

static size_t boxes_at_row(const struct preview_change *change, uint32_t y, uint8_t candidates[PREVIEW_BOXES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < change->count; i++)
		if (y + AROUND + FRAME >= change->boxes[i].top && y < change->boxes[i].bottom + AROUND + FRAME)
			candidates[count++] = (uint8_t)i;
	return count;
}

static void mark_row(const struct sheet *page, const struct preview_change *change, uint32_t y, uint8_t *to)
{
	static const uint8_t frame[3] = {0xC8, 0x10, 0x2E};
	uint8_t candidates[PREVIEW_BOXES_MAX];
	size_t count = boxes_at_row(change, y, candidates);

	for (uint32_t x = 0; x < change->columns; x++, to += 3) {
		int place = count > 0 ? place_of(change, candidates, count, x, y) : 0;
		for (uint32_t part = 0; part < 3; part++) {
			uint8_t value = (uint8_t)part_at(page, x, y, part), pale = (uint8_t)(255 - (255 - value) * 2 / 5);
			to[part] = place == 1 ? frame[part] : place == 2 ? value : pale;
		}
	}
}

enum sk_status preview_mark(const struct sheet *page, const struct preview_change *change, struct sheet *marked, uint8_t **memory)
{
	size_t row = (size_t)change->columns * 3;

	*memory = malloc(row * change->rows + 1);
	if (*memory == NULL)
		return SK_LIMIT;
	for (uint32_t y = 0; y < change->rows; y++)
		mark_row(page, change, y, *memory + row * y);
	*marked = *page;
	marked->columns = change->columns;
	marked->rows = change->rows;
	marked->parts = 3;
	marked->pixels = sk_bytes_of(*memory, row * change->rows);
	return SK_OK;
}
