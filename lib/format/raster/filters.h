/*
 * filters: bytes out of packed bytes, as PDF and TIFF have them.
 *
 * Every function is total. The result is in the arena, at most bytes_max long: SK_LIMIT when the input holds more. Damage keeps what was
 * decoded before it: SK_OK with damaged set, even when nothing was; other programs show such streams too. Filters of a
 * chain are called one after another; none takes memory by what a header says.
 */
#ifndef FORMAT_RASTER_FILTERS_H
#define FORMAT_RASTER_FILTERS_H

#include "base/base.h"

struct filtered {
	sk_bytes bytes;
	size_t used;   /* bytes of the input up to and with its end mark: inline images go on behind it */
	bool damaged;  /* broken, or ended without its end mark */
};

/* RFC 1950 (ISO 32000-2, 7.4.4). A wrong checksum, wrong head or cut tail is damage. */
enum sk_status SK_MUST_USE flate_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out);

enum lzw_kind {
	LZW_EARLY,  /* codes grow one code early: PDF's EarlyChange 1 (the default), TIFF 6.0 */
	LZW_LATE,   /* EarlyChange 0 */
	LZW_OLD_TIFF, /* lowest bit first, late: TIFF files of before 1989 */
};
/* LZW with codes of 9 to 12 bits (ISO 32000-2, 7.4.4; TIFF 6.0 section 13). */
enum sk_status SK_MUST_USE lzw_decode(sk_bytes in, enum lzw_kind kind, struct sk_arena *arena, size_t bytes_max, struct filtered *out);

/* RunLengthDecode (7.4.5), which is TIFF's PackBits but for its end mark. pack_bits: 128 is nothing and the end of the input is the end. */
enum sk_status SK_MUST_USE runlength_decode(sk_bytes in, bool pack_bits, struct sk_arena *arena, size_t bytes_max, struct filtered *out);
enum sk_status SK_MUST_USE ascii85_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out);
enum sk_status SK_MUST_USE asciihex_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out);

/* How rows were predicted (ISO 32000-2, 7.4.4.4). kind 1 or 0: not at all; 2: TIFF; 10 to 15: PNG, each row says how. */
struct predictor {
	int64_t kind, colors, bits, columns; /* as the dictionary has them; defaults 1, 1, 8, 1 */
};
#define PREDICTOR ((struct predictor){.kind = 1, .colors = 1, .bits = 8, .columns = 1})
/* Undoes the prediction; in is not changed. SK_MALFORMED when the parameters are none that could be. A last row that is cut is kept as far as it goes. */
enum sk_status SK_MUST_USE predictor_undo(sk_bytes in, const struct predictor *predictor, struct sk_arena *arena, struct filtered *out);

#endif
