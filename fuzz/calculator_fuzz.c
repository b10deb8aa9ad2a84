/*
 * Calculator functions: what canonical says is accepted, fits and stays as it is; what is accepted is canonical already. The
 * checker's question is weaker than the writer's.
 *
 * The first byte chooses how many inputs and outputs there are.
 */
#include <stdlib.h>

#include "neutral/calculator.h"

#define ARENA_BYTES ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sk_arena arena;
	static uint8_t *memory;
	sk_bytes text, again;
	if (size == 0)
		return 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	unsigned inputs = data[0] & 7, outputs = data[0] >> 3 & 7;
	sk_bytes source = sk_bytes_of(data + 1, size - 1);
	bool allowed = calculator_allowed(source), fits = calculator_fits(source, inputs, outputs);
	sk_assert(allowed || !fits);
	enum sk_status status = calculator_canonical(source, inputs, outputs, &arena, &text);
	if (status == SK_OK) {
		sk_assert(calculator_allowed(text) && calculator_fits(text, inputs, outputs));
		sk_assert(!allowed || sk_bytes_equal(source, text));
		sk_assert(calculator_canonical(text, inputs, outputs, &arena, &again) == SK_OK && sk_bytes_equal(text, again));
	}
	sk_assert(!fits || status == SK_OK);
	sk_arena_reset(&arena);
	return 0;
}
