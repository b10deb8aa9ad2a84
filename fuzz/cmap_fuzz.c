/* Character maps: what canonical says is accepted and stays as it is; what is accepted is canonical already. The first byte chooses the kind. */
#include <stdlib.h>

#include "neutral/cmap.h"

#define ARENA_BYTES ((size_t)256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sk_arena arena;
	static uint8_t *memory;
	struct cmap_result result, again;
	if (size == 0)
		return 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	enum cmap_kind kind = data[0] & 1 ? CMAP_CID : CMAP_UNICODE;
	sk_bytes source = sk_bytes_of(data + 1, size - 1);
	bool allowed = cmap_allowed(source, kind);
	enum sk_status status = cmap_canonical(source, kind, &arena, &result);
	sk_assert(!allowed || status == SK_OK);
	if (status == SK_OK) {
		sk_assert(cmap_allowed(result.text, kind));
		sk_assert(!allowed || sk_bytes_equal(source, result.text));
		sk_assert(cmap_canonical(result.text, kind, &arena, &again) == SK_OK && sk_bytes_equal(result.text, again.text));
		sk_assert(again.dropped == 0 && again.codes == result.codes);
	}
	sk_arena_reset(&arena);
	return 0;
}
