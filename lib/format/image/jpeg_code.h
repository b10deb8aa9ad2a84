/*
 * jpeg_code: blocks of coefficients into the entropy-coded data of a JPEG (ITU-T T.81 annex F, sequential Huffman coding with the tables
 * of annex K.3).
 *
 * Blocks come packed (codec/jpeg.h) and are coded as they come: nothing of the picture is kept.
 */
#ifndef IMAGE_JPEG_CODE_H
#define IMAGE_JPEG_CODE_H

#include "base/base.h"

#define JPEG_CODE_TABLES 4 /* the annex's: DC and AC of luminance, DC and AC of chrominance */
#define JPEG_CODE_LENGTHS 16
#define JPEG_CODE_OUTPUT ((size_t)64 * 1024)

/* How many codes there are of each length, and their values in order: as DHT says them. */
struct jpeg_code_table {
	uint8_t counts[JPEG_CODE_LENGTHS];
	uint8_t value_count;
	const uint8_t *values;
};
extern const struct jpeg_code_table jpeg_code_tables[JPEG_CODE_TABLES];

struct jpeg_codes {
	uint32_t code[256]; /* shifted by 8, with the length in the lower bits; 0: no such value */
};

struct jpeg_coder {
	struct jpeg_codes tables[JPEG_CODE_TABLES];
	uint64_t held;      /* bits that wait, in the lower places */
	unsigned held_free; /* places above them, 1 to 64 */
	uint8_t *output;    /* JPEG_CODE_OUTPUT bytes */
	size_t used;
	enum sk_status (*put)(void *context, sk_bytes bytes);
	void *context;
	enum sk_status status;
};

/* false when there is no memory. */
bool SK_MUST_USE jpeg_coder_init(struct jpeg_coder *coder, struct sk_arena *arena, enum sk_status (*put)(void *, sk_bytes), void *context);
/* Codes one packed block with the tables of luminance or chrominance; *previous is the DC value before it and becomes this one's. Returns
 * the bytes taken, 0 when they are not a block. */
size_t jpeg_code_block(struct jpeg_coder *coder, sk_bytes packed, bool chrominance, int *previous);
/* A block that only fills up: the DC value before it and nothing else (F.1.1.5 leaves it to the encoder). */
void jpeg_code_filler(struct jpeg_coder *coder, bool chrominance);
/* The last bits, filled up with ones (F.1.2.3), and everything handed on. */
enum sk_status SK_MUST_USE jpeg_code_end(struct jpeg_coder *coder);

#endif
