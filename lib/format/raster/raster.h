/*
 * raster: pictures of one bit a pixel as fax, scanners and PDF pack them, shared by families.
 *
 * Every function is total: hostile bytes in, samples in memory of the arena out. What is damaged costs its own pixels: what was
 * decoded stays, the rest is white, damaged tells. A header alone never decides how much memory is taken: a large picture whose bytes
 * could not hold it is SK_TRUNCATED. Limits: picture_side, picture_pixels and the rows jbig2_… of limits.def.
 *
 * The filters of bytes (LZW, RunLength, ASCII85, predictors …) are in filters.h, JPEG 2000 is codec/jpx.h.
 */
#ifndef FORMAT_RASTER_RASTER_H
#define FORMAT_RASTER_RASTER_H

#include "base/base.h"

/* Packed rows, the highest bit left. A 1 is ink (black), whatever the format calls it. Bits beyond width are 0. */
struct raster_bits {
	uint8_t *at;
	uint32_t width, height;
	size_t stride; /* bytes of a row: (width + 7) / 8 */
	bool damaged;  /* something could not be decoded and is white, or was guessed */
};

/* White (all 0) rows in the arena; SK_LIMIT when side, pixels or the arena's budget don't allow it. */
enum sk_status SK_MUST_USE raster_bits_make(struct sk_arena *arena, uint32_t width, uint32_t height, struct raster_bits *bits);
/* 1 becomes 0 and back; the bits beyond width stay 0. What PDF wants: see ccitt_decode and jbig2_decode. */
void raster_bits_invert(struct raster_bits *bits);
/* The same picture in another size: cut right and below, or white there. Makes new rows only when it has to. */
enum sk_status SK_MUST_USE raster_bits_fit(struct sk_arena *arena, uint32_t width, uint32_t height, struct raster_bits *bits);

/* ---- CCITT fax: ITU-T T.4 (one- and two-dimensional) and T.6 ---- */

/* The parameters of CCITTFaxDecode (ISO 32000-2 table 11), but for BlackIs1: without it PDF's samples are the inverse of the result; and for
 * DamagedRowsBeforeError: damage never ends a picture that goes on. */
struct ccitt_parameters {
	int64_t k;             /* below 0: T.6; 0: T.4 one-dimensional; above: T.4 two-dimensional */
	bool end_of_line;      /* EOL codes are there; without it they are taken too, but not where byte_align makes zeros look like one */
	bool byte_align;       /* rows start at a byte */
	bool end_of_block;     /* the data may end with EOFB or RTC before rows */
	bool least_first;      /* bits are filled from the lowest: TIFF's FillOrder 2 */
	uint32_t columns;      /* 1728 when the dictionary says nothing */
	uint32_t rows;         /* as the picture needs them; 0: as many as there are */
};
#define CCITT_PARAMETERS ((struct ccitt_parameters){.columns = 1728, .end_of_block = true}) /* PDF's defaults */

enum sk_status SK_MUST_USE ccitt_decode(sk_bytes in, const struct ccitt_parameters *parameters, struct sk_arena *arena, struct raster_bits *bits);
/* Appends the rows as T.6 with its EOFB: K -1, BlackIs1 true, the rest as by default. Deterministic; decoding gives the same bits.
 * SK_LIMIT when out is full. Takes 8 bytes of the arena a column. */
enum sk_status SK_MUST_USE ccitt_encode(const struct raster_bits *bits, struct sk_arena *arena, struct sk_buf *out);

/* ---- JBIG2: ITU-T T.88 ---- */

/* The picture of one page in the embedded organisation (T.88 D.3): in has its segments, globals (may be empty) those that are shared; a
 * file with a header (D.4.1, D.4.2) is taken as well and gives its first page. The result has the size that the page says; PDF's is
 * what raster_bits_fit makes of it, inverted. */
enum sk_status SK_MUST_USE jbig2_decode(sk_bytes globals, sk_bytes in, struct sk_arena *arena, struct raster_bits *bits);

#endif
