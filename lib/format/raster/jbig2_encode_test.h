/* A slow encoder of JBIG2 for tests, written from the standard's figures and not from the decoder: pixels by lists of places, one at a time. */
#ifndef FORMAT_RASTER_JBIG2_ENCODE_TEST_H
#define FORMAT_RASTER_JBIG2_ENCODE_TEST_H

#include "format/raster/jbig2.h"

/* The arithmetic encoder (T.88 annex E.2 is the decoder's; the encoder is that of T.800 annex C.2). */
struct enc {
	struct sk_buf *to;
	uint32_t code, interval;
	unsigned left;
	int byte; /* B; -1 before the first */
	uint8_t contexts[65536], refinement[8192], integers[JBIG2_INTEGERS][512], identifiers[1 << 12];
};
void enc_begin(struct enc *e, struct sk_buf *to);
void enc_bit(struct enc *e, uint8_t *context, unsigned bit);
void enc_end(struct enc *e);
void enc_integer(struct enc *e, enum jbig2_integer which, int64_t value);
void enc_out_of_band(struct enc *e, enum jbig2_integer which);
void enc_identifier(struct enc *e, uint32_t id, unsigned len);
void enc_generic(struct enc *e, const struct raster_bits *bits, unsigned kind, const struct jbig2_at *at, bool typical, const struct raster_bits *skip);
void enc_refine(struct enc *e, const struct raster_bits *bits, const struct raster_bits *reference, int64_t dx, int64_t dy, unsigned kind,
		const struct jbig2_at *at, bool typical);

/* A segment: head and content; page 1, or 0 for page 0. */
void enc_segment(struct sk_buf *to, uint32_t number, unsigned type, unsigned page, const uint8_t *references, unsigned count, sk_bytes content);
void enc_page(struct sk_buf *to, uint32_t width, uint32_t height, unsigned flags, unsigned striping);
void enc_region(struct sk_buf *to, uint32_t width, uint32_t height, int32_t x, int32_t y, enum jbig2_operator operator);

#endif
