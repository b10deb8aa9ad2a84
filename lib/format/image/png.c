/* PNG: how many bytes its scan lines have, and where their filter bytes stand (ISO/IEC 15948 clauses 8 and 9). */
#include "format/image/png.h"

#define FILTER_MAX 4

/* Adam7 (clause 8.2): first column and row of each pass, and the steps. The last row is the picture without passes. */
static const struct pass {
	uint8_t x, y, step_x, step_y;
} passes[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}, {0, 0, 1, 1}};
#define PASSES_OF_ADAM7 7

static uint32_t steps(uint32_t side, uint32_t first, uint32_t step)
{
	return side <= first ? 0 : (side - first + step - 1) / step;
}

/* Rows of a pass and bytes of each with its filter byte; no rows when it has no pixels. */
static void pass_size(const struct png_look *look, uint32_t width, uint32_t height, const struct pass *pass, uint32_t *rows, size_t *row_bytes)
{
	uint32_t columns = steps(width, pass->x, pass->step_x);
	*rows = columns == 0 ? 0 : steps(height, pass->y, pass->step_y);
	*row_bytes = 1 + (size_t)(((uint64_t)columns * png_samples(look) * look->depth + 7) / 8);
}

bool png_look_allowed(const struct png_look *look)
{
	unsigned depth = look->depth;
	switch (look->color) {
	case 0:
		return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
	case 3:
		return depth == 1 || depth == 2 || depth == 4 || depth == 8;
	case 2:
	case 4:
	case 6:
		return depth == 8 || depth == 16;
	default:
		return false;
	}
}

unsigned png_samples(const struct png_look *look)
{
	static const uint8_t samples[7] = {1, 0, 3, 1, 2, 0, 4};
	return samples[look->color];
}

bool png_lines_bytes(const struct png_look *look, uint32_t width, uint32_t height, size_t *bytes)
{
	size_t first = look->interlaced ? 0 : PASSES_OF_ADAM7, end = look->interlaced ? PASSES_OF_ADAM7 : PASSES_OF_ADAM7 + 1;
	size_t sum = 0;
	for (size_t i = first; i < end; i++) {
		uint32_t rows;
		size_t row_bytes, pass_bytes;
		pass_size(look, width, height, &passes[i], &rows, &row_bytes);
		if (!sk_mul(rows, row_bytes, &pass_bytes) || !sk_add(sum, pass_bytes, &sum))
			return false;
	}
	*bytes = sum;
	return true;
}

size_t png_filters_repair(const struct png_look *look, uint32_t width, uint32_t height, uint8_t *lines)
{
	size_t first = look->interlaced ? 0 : PASSES_OF_ADAM7, end = look->interlaced ? PASSES_OF_ADAM7 : PASSES_OF_ADAM7 + 1;
	size_t repaired = 0;
	for (size_t i = first; i < end; i++) {
		uint32_t rows;
		size_t row_bytes;
		pass_size(look, width, height, &passes[i], &rows, &row_bytes);
		for (uint32_t y = 0; y < rows; y++, lines += row_bytes)
			if (SK_UNLIKELY(lines[0] > FILTER_MAX)) {
				lines[0] = 0;
				repaired++;
			}
	}
	return repaired;
}
