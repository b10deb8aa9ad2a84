/*
 * choose: how a page that was drawn as pixels is written small: as few colours without visible loss, or as JPEG. Pure functions of the
 * pixels, so the same page is always written the same way.
 */
#ifndef FORMAT_RASTER_CHOOSE_H
#define FORMAT_RASTER_CHOOSE_H

#include "base/base.h"

struct raster_rgb {
	const uint8_t *at; /* 3 bytes a pixel */
	uint32_t width, height;
	size_t stride;
};

enum raster_kind {
	RASTER_BILEVEL, /* two colours, index 1 the darker: ccitt_encode, or Flate when that is smaller */
	RASTER_INDEXED, /* up to 256 colours: Flate */
	RASTER_JPEG,    /* tones: nothing but JPEG makes it small */
};

#define RASTER_COLORS_MAX 256
struct raster_choice {
	enum raster_kind kind;
	bool gray;         /* all colours are grey: one component is enough, for JPEG too */
	bool exact;        /* each pixel has its own colour; otherwise near ones share one, at most 15 of 255 away in a component */
	unsigned bits;     /* of an index: 1, 2, 4, 8; not for JPEG */
	unsigned colors;
	uint8_t palette[RASTER_COLORS_MAX][3]; /* lightest first */
	uint64_t indexed_bytes, jpeg_bytes;    /* guesses of what either would take; 0: indexed can't be */
};

/* exact: colours may not be put together, only counted. */
void raster_choose(const struct raster_rgb *picture, bool exact, struct raster_choice *choice);

/* The rows of indices of a choice that is not JPEG: choice->bits each, highest first, rows of whole bytes; bits beyond width are 0. */
struct raster_indices {
	uint8_t *at;
	size_t stride;
};
enum sk_status SK_MUST_USE raster_index(const struct raster_rgb *picture, const struct raster_choice *choice, struct sk_arena *arena,
					struct raster_indices *indices);

#endif
