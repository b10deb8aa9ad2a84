/*
 * Fonts: whatever the bytes, what is made of them is allowed by the same function, unchanged when made again, not longer than its limit, and
 * nothing else is allowed; the lengths of a Type 1 program add up to it.
 */
#include "format/font/font.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check_made(const struct font_result *made, struct sk_arena *arena)
{
	struct font_result again;

	if (made->bytes.len > limit(LIMIT_font_bytes) || made->kind == FONT_ANY || made->kind >= FONT_KINDS || made->glyphs == 0)
		abort();
	if (made->kind == FONT_TYPE1 && made->length1 + made->length2 + made->length3 != made->bytes.len)
		abort();
	if (font_canonical(FONT_ANY, made->bytes, arena, &again) != SK_OK || !sk_bytes_equal(made->bytes, again.bytes) || again.kind != made->kind)
		abort();
	if (!font_allowed(made->kind, made->bytes, arena) || again.cid != made->cid || again.glyphs != made->glyphs)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static uint8_t memory[128 << 20];
	struct sk_arena arena;
	struct font_result made;
	sk_bytes program = sk_bytes_of(at, len);

	sk_arena_init(&arena, memory, sizeof memory);
	if (font_canonical(FONT_ANY, program, &arena, &made) == SK_OK) {
		check_made(&made, &arena);
		if (font_allowed(FONT_ANY, program, &arena) != sk_bytes_equal(program, made.bytes))
			abort();
	} else if (font_allowed(FONT_ANY, program, &arena)) {
		abort();
	}
	sk_arena_reset(&arena);
	return 0;
}
