/* JPEG 2000 under any bytes: every sample that is told of is there, and the limits hold. */
#include "codec/jpx.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static const struct jpx_limits limits = {.pixels = 1 << 18, .side = 4096, .tiles = 64, .components = 6, .memory_max = 64 << 20};
	static void *memory;
	static volatile unsigned seen;
	struct sk_arena arena;
	struct jpx_picture p;
	bool over;
	unsigned sum = 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	if (len > 0 && jpx_decode(sk_bytes_of(at + 1, len - 1), &limits, at[0] & 1, &arena, &p, &over) == SK_OK) {
		size_t bytes = (size_t)p.width * p.height * (p.colors + (p.opacity > 0)) * p.sample_bytes;
		sk_assert(p.width <= limits.side && p.height <= limits.side && p.colors >= 1 && p.colors <= 4 && p.depth >= 1 && p.depth <= 16);
		for (size_t i = 0; i < bytes; i++)
			sum += p.samples[i];
		for (size_t i = 0; i < p.icc.len; i++)
			sum += p.icc.at[i];
	}
	seen = sum; /* no read is left out */
	(void)seen;
	sk_arena_reset(&arena);
	return 0;
}
