/*
 * jbig2_arith: the arithmetic decoder (T.88 annex E) and the integers it carries (annex A). The decoder is in this header so that the
 * loops over pixels keep its registers.
 */
#ifndef FORMAT_RASTER_JBIG2_ARITH_H
#define FORMAT_RASTER_JBIG2_ARITH_H

#include "base/base.h"

/* A row of table E.1 for one value of the more probable symbol: a context is the number of a row, state * 2 + symbol. */
struct jbig2_estimate {
	uint16_t probability; /* Qe */
	uint8_t more, less;   /* the row after the more and the less probable symbol */
};
extern const struct jbig2_estimate jbig2_estimates[94];

struct jbig2_arith {
	const uint8_t *at, *end;
	uint32_t code, interval; /* C and A */
	unsigned left;           /* CT */
	uint32_t past;           /* bytes read behind the end: the input is used up when there are many */
};

/* Starts on bytes; behind their end come 0xFF, as annex E.3.4 says of the marker that ends them. */
void jbig2_arith_init(struct jbig2_arith *a, sk_bytes bytes);
/* BYTEIN, figure E.19. */
void jbig2_arith_byte(struct jbig2_arith *a);
/* How many bytes were taken of those that begin at start, without the two that end them. */
size_t jbig2_arith_used(const struct jbig2_arith *a, const uint8_t *start);

/* Nothing of what is decoded now stands in the input. Encoders may leave out what the bytes behind the end say anyway (E.2.9), even much. */
#define JBIG2_PAST_MAX 65536
static inline bool jbig2_arith_over(const struct jbig2_arith *a)
{
	return a->past > JBIG2_PAST_MAX;
}

static inline void jbig2_arith_shift(struct jbig2_arith *a)
{
	unsigned shift = (unsigned)__builtin_clz(a->interval) - 16;
	while (shift >= a->left) { /* RENORMD, figure E.18, several steps at once */
		shift -= a->left;
		a->interval <<= a->left;
		a->code <<= a->left;
		jbig2_arith_byte(a);
		if (shift == 0)
			return;
	}
	a->interval <<= shift;
	a->code <<= shift;
	a->left -= shift;
}

/* DECODE, figures E.14 to E.17. */
static inline unsigned jbig2_arith_bit(struct jbig2_arith *a, uint8_t *context)
{
	const struct jbig2_estimate *e = &jbig2_estimates[*context];
	unsigned symbol = *context & 1, probability = e->probability;
	a->interval -= probability;
	if (a->code >> 16 < probability) {
		if (a->interval < probability) {
			*context = e->more;
		} else {
			symbol ^= 1;
			*context = e->less;
		}
		a->interval = probability;
		jbig2_arith_shift(a);
		return symbol;
	}
	a->code -= probability << 16;
	if (SK_LIKELY((a->interval & 0x8000) != 0))
		return symbol;
	if (a->interval < probability) {
		symbol ^= 1;
		*context = e->less;
	} else {
		*context = e->more;
	}
	jbig2_arith_shift(a);
	return symbol;
}

#define JBIG2_INTEGER_CONTEXTS 512
/* Annex A.2. False: out of band. The value is within 2^32. */
bool jbig2_arith_integer(struct jbig2_arith *a, uint8_t contexts[JBIG2_INTEGER_CONTEXTS], int64_t *value);
/* Annex A.3: an identifier of len bits; contexts has 1 << len of them. */
uint32_t jbig2_arith_identifier(struct jbig2_arith *a, uint8_t *contexts, unsigned len);

#endif
