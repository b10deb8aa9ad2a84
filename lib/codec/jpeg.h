/*
 * jpeg: a thin face over libjpeg-turbo's reading of coefficients (ITU-T T.81): the quantised DCT coefficients of a picture, as they are. No
 * pixel is decoded, so nothing is lost.
 *
 * libjpeg's errors end inside (setjmp). libjpeg allocates with malloc, at most memory_max bytes.
 *
 * Blocks travel packed, in the order in which a sequential scan codes them (A.2): unit by unit when the frame interleaves, without the
 * blocks that only fill up a unit at the right and at the bottom; otherwise component by component. A packed block is
 *   - how many bytes of its mask follow, 0 to 8
 *   - the DC value, 16 bits little-endian
 *   - the mask: bit k (of byte k / 8) is set when the coefficient k in zigzag order is not zero; k is 1 to 63
 *   - for each set bit its value: a byte, or the byte JPEG_PACKED_WIDE and 16 bits little-endian.
 */
#ifndef CODEC_JPEG_H
#define CODEC_JPEG_H

#include "base/base.h"

#define JPEG_COMPONENTS_MAX 4
#define JPEG_BLOCK_COEFFICIENTS 64
#define JPEG_PACKED_MAX 200     /* bytes of one packed block */
#define JPEG_PACKED_WIDE (-128) /* a value that takes more than a byte follows */
#define JPEG_UNIT_BLOCKS_MAX 10
#define JPEG_DC_MIN (-1024)     /* T.81 F.1.2.1: differences have at most 11 bits */
#define JPEG_COEFFICIENT_MAX 1023 /* T.81 F.1.2.2: AC coefficients have at most 10 bits */

enum jpeg_color { JPEG_GRAY, JPEG_YCC, JPEG_RGB, JPEG_CMYK, JPEG_YCCK };

struct jpeg_component {
	uint8_t horizontal, vertical;         /* sampling factors, 1 to 4 */
	uint32_t width_blocks, height_blocks;
	uint16_t table[JPEG_BLOCK_COEFFICIENTS]; /* quantisation, natural order */
};

struct jpeg_frame {
	uint32_t width, height;
	enum jpeg_color color;
	bool adobe; /* an Adobe marker: CMYK values are inverted */
	bool jfif;
	uint8_t density_unit;
	uint16_t density_x, density_y;
	uint8_t component_count;
	struct jpeg_component components[JPEG_COMPONENTS_MAX];
};

struct jpeg_limits {
	uint64_t pixels, side, scans;
	size_t memory_max;
};

/* How the reading went: the first two are for findings. */
struct jpeg_health {
	bool cut;          /* the file ended before the picture; what is missing is zero */
	bool damaged;      /* libjpeg had warnings, or a coefficient out of range was clipped */
	bool over_limit;   /* with SK_LIMIT: pixels, side or scans (not memory) */
	size_t used;       /* bytes of the input up to and with EOI */
	uint32_t between;  /* comments and application segments between scans */
};

/* What jpeg_read calls: frame once, then the packed blocks, in pieces that hold whole ones and at most 65,000 bytes. */
struct jpeg_sink {
	enum sk_status (*frame)(void *context, const struct jpeg_frame *frame);
	enum sk_status (*blocks)(void *context, sk_bytes packed);
	void *context;
};

/* Reads a picture. SK_UNSUPPORTED: lossless, hierarchical, 12 bits, or colours that have no name here. */
enum sk_status SK_MUST_USE jpeg_read(sk_bytes input, const struct jpeg_limits *limits, const struct jpeg_sink *sink,
				     struct jpeg_health *health);

/* Packs one block to room for JPEG_PACKED_MAX bytes; returns the bytes made. Values out of range are clipped, *clipped tells. */
size_t jpeg_pack(const int16_t block[JPEG_BLOCK_COEFFICIENTS], uint8_t *to, bool *clipped);

/* The size in blocks that a component of the frame has: T.81 A.1.1. */
static inline void jpeg_component_size(const struct jpeg_frame *frame, unsigned component, uint32_t *width_blocks, uint32_t *height_blocks)
{
	uint32_t most_h = 1, most_v = 1;
	for (unsigned i = 0; i < frame->component_count; i++) {
		most_h = frame->components[i].horizontal > most_h ? frame->components[i].horizontal : most_h;
		most_v = frame->components[i].vertical > most_v ? frame->components[i].vertical : most_v;
	}
	const struct jpeg_component *c = &frame->components[component];
	*width_blocks = (frame->width * c->horizontal + most_h * 8 - 1) / (most_h * 8);
	*height_blocks = (frame->height * c->vertical + most_v * 8 - 1) / (most_v * 8);
}

/* True when all components of the frame fit into one scan whose units hold blocks of each (T.81 B.2.3: at most ten). */
static inline bool jpeg_interleaves(const struct jpeg_frame *frame)
{
	unsigned blocks = 0;
	for (unsigned i = 0; i < frame->component_count; i++)
		blocks += (unsigned)frame->components[i].horizontal * frame->components[i].vertical;
	return frame->component_count > 1 && blocks <= JPEG_UNIT_BLOCKS_MAX;
}

#endif
