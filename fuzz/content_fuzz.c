/*
 * Page content: what canonical says is accepted and stays as it is; what is accepted is canonical already; pieces are accepted like the whole.
 *
 * The first byte chooses: whether it is a glyph's, and what becomes of pictures that are asked for.
 */
#include <stdlib.h>

#include "neutral/content.h"

#define ARENA_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct chosen {
	uint8_t how;
	uint8_t samples[16384];
};

static void answer_image(void *context, const struct content_image *image, struct content_image_answer *answer)
{
	struct chosen *chosen = context;
	sk_assert(image->filter_count <= CONTENT_FILTERS_MAX);
	sk_assert(image->width > 0 && image->height > 0);
	answer->used = chosen->how >> 3;
	if ((chosen->how & 6) == 2)
		answer->samples = sk_bytes_of(chosen->samples, chosen->how * (size_t)7);
	if ((chosen->how & 6) == 4)
		answer->xobject = SK_BYTES("Picture-1");
	if ((chosen->how & 6) == 6)
		answer->xobject = sk_bytes_slice(image->rest, 0, 9);
}

/* The text in two pieces at each tenth line: the checker and the nesting see the same. */
static void check_pieces(sk_bytes text, bool glyph)
{
	size_t lines = 0;
	for (size_t i = 0; i < text.len; i++) {
		struct content_nesting nesting;
		if (text.at[i] != '\n' || lines++ % 10 != 0)
			continue;
		content_nesting_begin(&nesting, glyph);
		for (size_t from = 0, to = i + 1; from < to; from = to, to = text.len) {
			sk_assert(content_lines_allowed(sk_bytes_slice(text, from, to - from)));
			content_nesting_add(&nesting, sk_bytes_slice(text, from, to - from));
		}
		sk_assert(content_nesting_end(&nesting));
		if (lines > 50)
			return;
	}
}

static void check_uses(const struct content_result *result)
{
	for (size_t i = 0; i < result->use_count; i++) {
		sk_assert(content_name_allowed(result->uses[i].name));
		sk_assert(result->uses[i].category < CONTENT_CATEGORIES);
		sk_assert(sk_bytes_find(result->text, result->uses[i].name, 0) != SIZE_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct chosen chosen;
	static struct sk_arena arena;
	static uint8_t *memory;
	struct content_result result, again;
	if (size == 0)
		return 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	chosen.how = data[0];
	struct content_options options = {.glyph = data[0] & 1, .image = answer_image, .context = &chosen};
	sk_bytes source = sk_bytes_of(data + 1, size - 1);
	bool allowed = content_allowed(source, options.glyph);
	if (content_canonical(source, &options, &arena, &result) == SK_OK) {
		sk_assert(content_allowed(result.text, options.glyph));
		sk_assert(!allowed || sk_bytes_equal(source, result.text));
		sk_assert(content_canonical(result.text, &options, &arena, &again) == SK_OK);
		sk_assert(sk_bytes_equal(result.text, again.text) && again.use_count == result.use_count);
		sk_assert(again.dropped == 0 && again.unknown == 0 && again.unbalanced == 0 && again.repaired == 0 && again.images_dropped == 0);
		check_pieces(result.text, options.glyph);
		check_uses(&result);
	}
	sk_arena_reset(&arena);
	return 0;
}
