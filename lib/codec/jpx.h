/*
 * jpx: a thin face over OpenJPEG (ITU-T T.800, T.801): a JPEG 2000 picture, JP2 family file or bare codestream, to samples.
 *
 * OpenJPEG allocates with malloc; sizes are held against the limits after the header was read and before anything is decoded. It
 * starts no thread. Damage: what was decoded stays, the rest is what the decoder leaves there (mostly grey or black).
 */
#ifndef CODEC_JPX_H
#define CODEC_JPX_H

#include "base/base.h"

#define JPX_COMPONENTS_MAX 5 /* four colours and one of opacity */

enum jpx_color {
	JPX_UNKNOWN, /* the file does not say, or says what has no name here: colors tells how many */
	JPX_GRAY,
	JPX_RGB,     /* sRGB, or sYCC that was converted */
	JPX_CMYK,
	JPX_LAB,     /* CIELab with its default ranges; samples as the file has them */
	JPX_ICC,     /* icc has the profile as the file has it: hostile bytes */
};

struct jpx_picture {
	uint32_t width, height;
	unsigned colors;  /* samples of colour a pixel: 1 to 4, after the palette */
	unsigned opacity; /* 0: none; 1: one more sample, opacity; 2: the colours are premultiplied by it */
	unsigned depth;   /* bits of a sample as told by the file: 1 to 16; samples are scaled to 8 or to 16 bits */
	unsigned sample_bytes; /* 1; 2 (high byte first) when depth is above 8 */
	enum jpx_color color;
	sk_bytes icc;
	uint8_t *samples; /* interleaved: width * height * (colors + (opacity > 0)) * sample_bytes, no padding; in the arena */
	bool indexed;     /* keep_indices: samples are the indices themselves, not scaled (the file's palette is not used) */
	bool damaged;
};

struct jpx_limits {
	uint64_t pixels, side, tiles, components;
	size_t memory_max; /* what OpenJPEG may need, estimated from the header */
};

/* keep_indices: PDF's image has a colour space of its own of kind Indexed, so that samples are indices (ISO 32000-2, 7.4.9). SK_LIMIT:
 * over_limit tells whether it was pixels, side, tiles or components, else memory. SK_UNSUPPORTED: more than 16 bits, or no colour that could be shown. */
enum sk_status SK_MUST_USE jpx_decode(sk_bytes in, const struct jpx_limits *limits, bool keep_indices, struct sk_arena *arena,
				      struct jpx_picture *picture, bool *over_limit);

#endif
