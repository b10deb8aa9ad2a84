/* What the PNG reader and writer share: ISO/IEC 15948, and the animation of APNG 1.0. */
#ifndef IMAGE_PNG_H
#define IMAGE_PNG_H

#include "codec/deflate.h"
#include "format/image/image.h"

#define PNG_SIGNATURE_BYTES 8
#define PNG_SIGNATURE ((sk_bytes){(const uint8_t *)"\x89PNG\r\n\x1a\n", PNG_SIGNATURE_BYTES})
#define PNG_CHUNK_MAX 0x7FFFFFFF

struct png_look {
	uint32_t width, height;
	unsigned depth;  /* bits of a sample */
	unsigned color;  /* IHDR's number: 0, 2, 3, 4, 6 */
	bool interlaced;
};

/* Depths that go with a colour type: table 11.1. */
bool png_look_allowed(const struct png_look *look);
/* Samples of a pixel: 1 to 4. */
unsigned png_samples(const struct png_look *look);
/* Bytes of all scan lines of a picture of that size, filter bytes included; false when it is too large to count. */
bool SK_MUST_USE png_lines_bytes(const struct png_look *look, uint32_t width, uint32_t height, size_t *bytes);
/* Goes over the filter bytes (clause 9.2): those above 4 become 0; how many there were. */
size_t png_filters_repair(const struct png_look *look, uint32_t width, uint32_t height, uint8_t *lines);

#endif
