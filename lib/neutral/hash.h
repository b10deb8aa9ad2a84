/* Internal to neutral: the hashes that vocabc's tables and the lookups share. */
#ifndef NEUTRAL_HASH_H
#define NEUTRAL_HASH_H

#include "base/base.h"
#include "neutral/vocabulary.h"

/* Mixes a 32-bit key; the first step of both bucket and slot. */
static inline uint32_t hash_key(uint32_t key)
{
	uint32_t h = key * 0x9E3779B1u;
	h ^= h >> 15;
	return h * 0x85EBCA77u;
}

/* The slot of a mixed key under a bucket's displacement; slots is a power of two. */
static inline uint32_t hash_slot(uint32_t mixed, uint16_t displacement, uint32_t slots)
{
	uint32_t h = (mixed ^ (uint32_t)displacement * 0xC2B2AE3Du) * 0x27D4EB2Fu;
	return (h >> 9) & (slots - 1);
}

/* A string below a seed, 32 bits. */
uint32_t hash_string(uint32_t seed, sk_bytes string);

/* The value of key, VOCABULARY_NONE when the table does not have it. */
static inline uint16_t hash_find(const struct vocabulary_pairs *pairs, uint32_t key)
{
	uint32_t mixed = hash_key(key);
	uint32_t slot = hash_slot(mixed, pairs->displace[(mixed >> 7) & (pairs->buckets - 1)], pairs->slots);
	return pairs->keys[slot] == key ? pairs->values[slot] : VOCABULARY_NONE;
}

#endif
