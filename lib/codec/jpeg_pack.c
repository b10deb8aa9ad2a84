/* Blocks of coefficients, packed: a mask of those that are not zero, then their values. The attacker controls the values. */
#include "codec/jpeg.h"

#ifdef __SSE2__
#include <emmintrin.h>

static uint64_t mask_of(const int16_t *block)
{
	const __m128i zero = _mm_setzero_si128();
	uint64_t mask = 0;
	for (unsigned i = 0; i < JPEG_BLOCK_COEFFICIENTS; i += 16) {
		__m128i low = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
		__m128i high = _mm_loadu_si128((const __m128i *)(const void *)(block + i + 8));
		__m128i both = _mm_packs_epi16(_mm_cmpeq_epi16(low, zero), _mm_cmpeq_epi16(high, zero));
		uint64_t bits = (uint16_t)~_mm_movemask_epi8(both);
		mask |= bits << i;
	}
	return mask;
}
#else
static uint64_t mask_of(const int16_t *block)
{
	uint64_t mask = 0;
	for (unsigned i = 0; i < JPEG_BLOCK_COEFFICIENTS; i++)
		mask |= (uint64_t)(block[i] != 0) << i;
	return mask;
}
#endif

/* Natural order to zigzag order: T.81 figure A.6. */
static const uint8_t zigzag[JPEG_BLOCK_COEFFICIENTS] = {
	0,  1,  5,  6,  14, 15, 27, 28, 2,  4,  7,  13, 16, 26, 29, 42, 3,  8,  12, 17, 25, 30, 41, 43, 9,  11, 18, 24, 31, 40, 44, 53,
	10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38, 46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61, 35, 36, 48, 49, 57, 58, 62, 63};

/* The mask tells which values there are; the build's zeroing of all locals would take as long as the rest. */
#define UNINITIALIZED __attribute__((uninitialized))

static int16_t clip(int16_t value, int16_t least, bool *clipped)
{
	if (SK_LIKELY(value >= least && value <= JPEG_COEFFICIENT_MAX))
		return value;
	*clipped = true;
	return value < least ? least : JPEG_COEFFICIENT_MAX;
}

static uint8_t *put_wide(uint8_t *at, int16_t value, bool *clipped)
{
	value = clip(value, -JPEG_COEFFICIENT_MAX, clipped);
	*at++ = (uint8_t)JPEG_PACKED_WIDE;
	memcpy(at, &value, sizeof value);
	return at + sizeof value;
}

size_t jpeg_pack(const int16_t block[JPEG_BLOCK_COEFFICIENTS], uint8_t *to, bool *clipped)
{
	int16_t values[JPEG_BLOCK_COEFFICIENTS] UNINITIALIZED, dc = clip(block[0], JPEG_DC_MIN, clipped);
	uint64_t mask = 0;
	for (uint64_t left = mask_of(block) & ~(uint64_t)1; left != 0; left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctzll(left), place = zigzag[index];
		values[place] = block[index];
		mask |= (uint64_t)1 << place;
	}
	unsigned mask_bytes = mask == 0 ? 0 : 8 - (unsigned)__builtin_clzll(mask) / 8;
	uint8_t *at = to;
	*at++ = (uint8_t)mask_bytes;
	memcpy(at, &dc, sizeof dc);
	at += sizeof dc;
	memcpy(at, &mask, sizeof mask); /* little-endian; the next values stand over what is too much */
	at += mask_bytes;
	for (; mask != 0; mask &= mask - 1) {
		int16_t value = values[__builtin_ctzll(mask)];
		*at++ = (uint8_t)value;
		if (SK_UNLIKELY((uint16_t)(value + INT8_MAX) > 2 * INT8_MAX))
			at = put_wide(at - 1, value, clipped);
	}
	return (size_t)(at - to);
}
