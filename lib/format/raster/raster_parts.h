/* What the files of this room share. */
#ifndef FORMAT_RASTER_RASTER_PARTS_H
#define FORMAT_RASTER_RASTER_PARTS_H

#include "format/raster/raster.h"

/* Side and pixels against the limits; the bytes of a row and of all rows. */
enum sk_status SK_MUST_USE raster_size_check(uint32_t width, uint32_t height, size_t *stride, size_t *bytes);

/* Sets the pixels from first up to but not with end in a row of bits. */
static inline void raster_fill(uint8_t *row, uint32_t first, uint32_t end)
{
	if (first >= end)
		return;
	size_t at = first >> 3, last = (end - 1) >> 3;
	uint8_t head = (uint8_t)(0xFF >> (first & 7)), tail = (uint8_t)(0xFF << (7 - ((end - 1) & 7)));
	if (at == last) {
		row[at] |= head & tail;
		return;
	}
	row[at] |= head;
	if (last - at > 1)
		memset(row + at + 1, 0xFF, last - at - 1);
	row[last] |= tail;
}

/* A picture of which nearly nothing is there is not worth its memory: fewer bits of input than rows, and large. */
#define RASTER_FEW_BYTES ((size_t)1 << 20)

#endif
