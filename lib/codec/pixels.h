/*
 * pixels: rows of pixels as a JPEG (ITU-T T.81, baseline, with Huffman tables made for the picture), by libjpeg-turbo's encoder.
 */
#ifndef CODEC_PIXELS_H
#define CODEC_PIXELS_H

#include "base/base.h"

struct pixels {
	const uint8_t *at; /* rows of columns * parts bytes, from the top */
	uint32_t columns, rows;
	uint8_t parts;     /* 1: gray, 3: RGB */
};

/* Appends a JPEG of that quality (1 to 100; colour at half the resolution) to out. Deterministic. SK_LIMIT when out is full or memory_max
 * bytes of memory are not enough. */
enum sk_status SK_MUST_USE pixels_jpeg(const struct pixels *pixels, unsigned quality, size_t memory_max, struct sk_buf *out);

#endif
