/*
 * jbig2_arith: the arithmetic decoder (T.88 annex E) and the integers it carries (annex A). The decoder is in this header so that the
 * loops over pixels keep its registers.
 */
#ifndef FORMAT_RASTER_JBIG2_ARITH_H
#define FORMAT_RASTER_JBIG2_ARITH_H

#include "base/base.h"

/* A row of table E.1 for one value of the more probable symbol: a context is the number of a row, state * 2 + symbol. */
struct jbig2_estimate {
	uint32_t probability; /* Qe, in the upper half as Chigh stands in C */
	uint8_t more, less;   /* the row after the more and the less probable symbol */
};
extern const struct jbig2_estimate jbig2_estimates[94];

struct jbig2_arith {
	const uint8_t *at, *end;
	uint32_t code, interval; /* C, and A in the upper half */
	unsigned left;           /* CT */
	uint32_t past;           /* bytes read behind the end: the input is used up when there are many */
};

/* Starts on bytes; behind their end come 0xFF, as annex E.3.4 says of the marker that ends them. */
void jbig2_arith_init(struct jbig2_arith *a, sk_bytes bytes);

/* Nothing of what is decoded now stands in the input. Encoders may leave out what the bytes behind the end say anyway (E.2.9), even much. */
#define JBIG2_PAST_MAX 65536
static inline bool jbig2_arith_over(const struct jbig2_arith *a)
{
	return a->past > JBIG2_PAST_MAX;
}

/* The rest of a decision that is not the usual one: interval has been lessened by the probability; code not yet, when less. */
unsigned jbig2_arith_rare(struct jbig2_arith *a, uint8_t *context, bool less);

/* DECODE, figures E.14 to E.17. */
static inline unsigned jbig2_arith_bit(struct jbig2_arith *a, uint8_t *context)
{
	uint32_t probability = jbig2_estimates[*context].probability;
	a->interval -= probability;
	if (a->code < probability)
		return jbig2_arith_rare(a, context, true);
	a->code -= probability;
	if (SK_LIKELY((a->interval & 0x80000000) != 0))
		return *context & 1;
	return jbig2_arith_rare(a, context, false);
}

#define JBIG2_INTEGER_CONTEXTS 512
/* Annex A.2. False: out of band. The value is within 2^32. */
bool jbig2_arith_integer(struct jbig2_arith *a, uint8_t contexts[JBIG2_INTEGER_CONTEXTS], int64_t *value);
/* Annex A.3: an identifier of len bits; contexts has 1 << len of them. */
uint32_t jbig2_arith_identifier(struct jbig2_arith *a, uint8_t *contexts, unsigned len);

#endif
