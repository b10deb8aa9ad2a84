/*
 * Colour profiles: whatever the bytes, what is made of them is allowed by the same function, unchanged when made again, not longer than its
 * limit, and nothing else is allowed.
 */
#include "format/icc/icc.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static uint8_t memory[64 << 20];
	struct sk_arena arena;
	struct icc_profile made, again;
	sk_bytes profile = sk_bytes_of(at, len);
	sk_arena_init(&arena, memory, sizeof memory);
	if (icc_rebuild(profile, &arena, &made) == SK_OK) {
		if (made.bytes.len > limit(LIMIT_profile_bytes) || made.space >= ICC_SPACES || !icc_allowed(made.bytes, &arena, NULL))
			abort();
		if (icc_rebuild(made.bytes, &arena, &again) != SK_OK || !sk_bytes_equal(made.bytes, again.bytes) || again.space != made.space)
			abort();
		if (icc_allowed(profile, &arena, NULL) != sk_bytes_equal(profile, made.bytes))
			abort();
	} else if (icc_allowed(profile, &arena, NULL)) {
		abort();
	}
	sk_arena_reset(&arena);
	return 0;
}
