/* Blocks of coefficients, packed: a mask of those that are not zero, then their values.
 *
 * On the writer's side the attacker controls all packed bytes: every length is checked before it is used. */
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

size_t jpeg_pack(const int16_t block[JPEG_BLOCK_COEFFICIENTS], uint8_t *to, bool *clipped)
{
	uint64_t mask = mask_of(block);
	uint8_t *at = to + sizeof mask;
	memcpy(to, &mask, sizeof mask);
	for (uint64_t left = mask; left != 0; left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctzll(left);
		int16_t value = block[index];
		int16_t least = index == 0 ? JPEG_DC_MIN : -JPEG_COEFFICIENT_MAX;
		if (SK_UNLIKELY(value < least || value > JPEG_COEFFICIENT_MAX)) {
			value = value < least ? least : JPEG_COEFFICIENT_MAX;
			*clipped = true;
		}
		memcpy(at, &value, sizeof value);
		at += sizeof value;
	}
	return (size_t)(at - to);
}

size_t jpeg_unpack(sk_bytes packed, int16_t block[JPEG_BLOCK_COEFFICIENTS])
{
	uint64_t mask;
	if (packed.len < sizeof mask)
		return 0;
	memcpy(&mask, packed.at, sizeof mask);
	size_t whole = sizeof mask + (size_t)__builtin_popcountll(mask) * sizeof(int16_t);
	if (packed.len < whole)
		return 0;
	const uint8_t *at = packed.at + sizeof mask;
	bool allowed = true;
	for (; mask != 0; mask &= mask - 1) {
		unsigned index = (unsigned)__builtin_ctzll(mask);
		int16_t value;
		memcpy(&value, at, sizeof value);
		at += sizeof value;
		allowed &= value >= (index == 0 ? JPEG_DC_MIN : -JPEG_COEFFICIENT_MAX) && value <= JPEG_COEFFICIENT_MAX && value != 0;
		block[index] = value;
	}
	return allowed ? whole : 0;
}
