/*
 * jpeg: a thin face over libjpeg-turbo's transcoder (ITU-T T.81): the quantised DCT coefficients of a picture, and a picture
 * made of coefficients. No pixel is decoded, so nothing is lost.
 *
 * One call each way; libjpeg's errors end inside (setjmp). libjpeg allocates with malloc, at most memory_max bytes. Blocks are 64
 * coefficients in natural (row) order. Blocks travel packed: 8 bytes little-endian mask (bit i: coefficient i is not zero), then the
 * coefficients of its set bits, 16 bits little-endian each.
 */
#ifndef CODEC_JPEG_H
#define CODEC_JPEG_H

#include "base/base.h"

#define JPEG_COMPONENTS_MAX 4
#define JPEG_BLOCK_COEFFICIENTS 64
#define JPEG_PACKED_MAX 136     /* bytes of one packed block */
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
	bool progressive;
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

/* What jpeg_read calls: frame once, then the packed blocks of each component in turn, row by row, in pieces that hold whole
 * blocks and at most piece_max bytes. */
struct jpeg_sink {
	enum sk_status (*frame)(void *context, const struct jpeg_frame *frame);
	enum sk_status (*blocks)(void *context, sk_bytes packed);
	void *context;
};

/* Reads a picture. SK_UNSUPPORTED: lossless, hierarchical, 12 bits, or colours that have no name here. */
enum sk_status SK_MUST_USE jpeg_read(sk_bytes input, const struct jpeg_limits *limits, const struct jpeg_sink *sink,
				     struct jpeg_health *health);

/* What jpeg_write calls: blocks fills packed blocks that follow (whole ones; an empty piece is an error); put takes the file. */
struct jpeg_source {
	enum sk_status (*blocks)(void *context, sk_bytes *packed);
	enum sk_status (*put)(void *context, sk_bytes bytes);
	void *context;
};

struct jpeg_marker {
	uint8_t code; /* 0xE1 … */
	sk_bytes bytes; /* at most 65533 */
};

/* Writes a picture of all its blocks, in the order of jpeg_read. frame's width_blocks and height_blocks are not read: they follow
 * from its size. SK_MALFORMED when a block or the frame can't be written. */
enum sk_status SK_MUST_USE jpeg_write(const struct jpeg_frame *frame, const struct jpeg_marker *markers, size_t marker_count,
				      size_t memory_max, const struct jpeg_source *source);

/* The size in blocks that a component of the frame has: T.81 A.1.1. */
void jpeg_component_size(const struct jpeg_frame *frame, unsigned component, uint32_t *width_blocks, uint32_t *height_blocks);

/* Packs one block to room for JPEG_PACKED_MAX bytes; returns the bytes made. Values out of range are clipped, *clipped tells. */
size_t jpeg_pack(const int16_t block[JPEG_BLOCK_COEFFICIENTS], uint8_t *to, bool *clipped);
/* Unpacks one block from the start of packed into a zeroed block; returns the bytes taken, 0 when they are not a whole block within the range. */
size_t jpeg_unpack(sk_bytes packed, int16_t block[JPEG_BLOCK_COEFFICIENTS]);

#endif
