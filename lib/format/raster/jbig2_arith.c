/* The arithmetic decoder of JBIG2 (T.88 annexes A and E). The attacker controls all bytes; contexts are numbers of rows that stay within the table. */
#include "format/raster/jbig2_arith.h"

/* Table E.1: Qe, next state after the more and the less probable symbol, whether the symbols change places. */
#define ROW(qe, more, less, change) {(qe##u) << 16, (more) * 2, (less) * 2 + (change)}, {(qe##u) << 16, (more) * 2 + 1, (less) * 2 + 1 - (change)}
const struct jbig2_estimate jbig2_estimates[94] = {
	ROW(0x5601, 1, 1, 1),    ROW(0x3401, 2, 6, 0),    ROW(0x1801, 3, 9, 0),    ROW(0x0AC1, 4, 12, 0),   ROW(0x0521, 5, 29, 0),
	ROW(0x0221, 38, 33, 0),  ROW(0x5601, 7, 6, 1),    ROW(0x5401, 8, 14, 0),   ROW(0x4801, 9, 14, 0),   ROW(0x3801, 10, 14, 0),
	ROW(0x3001, 11, 17, 0),  ROW(0x2401, 12, 18, 0),  ROW(0x1C01, 13, 20, 0),  ROW(0x1601, 29, 21, 0),  ROW(0x5601, 15, 14, 1),
	ROW(0x5401, 16, 14, 0),  ROW(0x5101, 17, 15, 0),  ROW(0x4801, 18, 16, 0),  ROW(0x3801, 19, 17, 0),  ROW(0x3401, 20, 18, 0),
	ROW(0x3001, 21, 19, 0),  ROW(0x2801, 22, 19, 0),  ROW(0x2401, 23, 20, 0),  ROW(0x2201, 24, 21, 0),  ROW(0x1C01, 25, 22, 0),
	ROW(0x1801, 26, 23, 0),  ROW(0x1601, 27, 24, 0),  ROW(0x1401, 28, 25, 0),  ROW(0x1201, 29, 26, 0),  ROW(0x1101, 30, 27, 0),
	ROW(0x0AC1, 31, 28, 0),  ROW(0x09C1, 32, 29, 0),  ROW(0x08A1, 33, 30, 0),  ROW(0x0521, 34, 31, 0),  ROW(0x0441, 35, 32, 0),
	ROW(0x02A1, 36, 33, 0),  ROW(0x0221, 37, 34, 0),  ROW(0x0141, 38, 35, 0),  ROW(0x0111, 39, 36, 0),  ROW(0x0085, 40, 37, 0),
	ROW(0x0049, 41, 38, 0),  ROW(0x0025, 42, 39, 0),  ROW(0x0015, 43, 40, 0),  ROW(0x0009, 44, 41, 0),  ROW(0x0005, 45, 42, 0),
	ROW(0x0001, 45, 43, 0),  ROW(0x5601, 46, 46, 0),
};

/* BYTEIN, figure E.19: looks at two bytes; 0xFF behind the end. */
static void byte_in(struct jbig2_arith *a)
{
	unsigned byte = a->at < a->end ? a->at[0] : 0xFF, next = a->at + 1 < a->end ? a->at[1] : 0xFF;
	if (a->at >= a->end)
		a->past++;
	if (byte == 0xFF && next > 0x8F) { /* a marker: it is not passed */
		a->code += 0xFF00;
		a->left = 8;
		a->past += a->at < a->end;
		return;
	}
	a->at++;
	a->code += byte == 0xFF ? next << 9 : next << 8;
	a->left = byte == 0xFF ? 7 : 8;
}

void jbig2_arith_init(struct jbig2_arith *a, sk_bytes bytes)
{
	static const uint8_t none[1];
	*a = (struct jbig2_arith){.at = bytes.len > 0 ? bytes.at : none, .interval = 0x80000000};
	a->end = a->at + bytes.len;
	a->code = (bytes.len > 0 ? bytes.at[0] : 0xFFu) << 16;
	byte_in(a);
	a->code <<= 7;
	a->left -= 7;
}

/* RENORMD, figure E.18, several steps at once. */
static void renormalise(struct jbig2_arith *a)
{
	unsigned shift = (unsigned)__builtin_clz(a->interval);
	while (shift >= a->left) {
		shift -= a->left;
		a->interval <<= a->left;
		a->code <<= a->left;
		byte_in(a);
	}
	a->interval <<= shift;
	a->code <<= shift;
	a->left -= shift;
}

unsigned jbig2_arith_rare(struct jbig2_arith *a, uint8_t *context, bool less)
{
	const struct jbig2_estimate *e = &jbig2_estimates[*context];
	unsigned symbol = *context & 1;
	bool exchanged = a->interval < e->probability; /* the two parts of the interval change places: E.3.2 */
	if (less)
		a->interval = e->probability;
	if (less == exchanged) {
		*context = e->more;
	} else {
		symbol ^= 1;
		*context = e->less;
	}
	renormalise(a);
	return symbol;
}

/* Figure A.1: the prefixes, with how many bits follow and what is added. */
static const struct {
	uint8_t bits;
	uint16_t offset;
} ranges[] = {{2, 0}, {4, 4}, {6, 20}, {8, 84}, {12, 340}, {32, 4436}};

static unsigned integer_bit(struct jbig2_arith *a, uint8_t *contexts, uint32_t *before)
{
	unsigned bit = jbig2_arith_bit(a, &contexts[*before]);
	*before = *before < 256 ? *before << 1 | bit : ((*before << 1 | bit) & 511) | 256;
	return bit;
}

bool jbig2_arith_integer(struct jbig2_arith *a, uint8_t contexts[JBIG2_INTEGER_CONTEXTS], int64_t *value)
{
	uint32_t before = 1;
	bool negative = integer_bit(a, contexts, &before);
	size_t range = 0;
	int64_t made = 0;
	while (range + 1 < SK_COUNT(ranges) && integer_bit(a, contexts, &before) != 0)
		range++;
	for (unsigned i = 0; i < ranges[range].bits; i++)
		made = made << 1 | integer_bit(a, contexts, &before);
	made += ranges[range].offset;
	*value = negative ? -made : made;
	return !negative || made != 0;
}

uint32_t jbig2_arith_identifier(struct jbig2_arith *a, uint8_t *contexts, unsigned len)
{
	uint32_t before = 1;
	for (unsigned i = 0; i < len; i++)
		before = before << 1 | jbig2_arith_bit(a, &contexts[before]);
	return before - (1u << len);
}
