/* The string hash of the vocabulary's tables. Collisions are the compiler's to avoid: it chooses the seed. */
#include "neutral/hash.h"

uint32_t hash_string(uint32_t seed, sk_bytes string)
{
	uint64_t h = ((uint64_t)seed << 32 | (uint32_t)string.len) * 0x9E3779B97F4A7C15u;
	const uint8_t *p = string.at;
	size_t left = string.len;
	while (left >= 8) {
		uint64_t word;
		memcpy(&word, p, sizeof word);
		h = (h ^ word) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
		p += 8;
		left -= 8;
	}
	uint64_t tail = 0;
	for (size_t i = 0; i < left; i++)
		tail = tail << 8 | p[i];
	h = (h ^ tail) * 0xD6E8FEB86659FD93u;
	return (uint32_t)(h ^ h >> 32);
}
