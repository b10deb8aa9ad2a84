/* JBIG2 under any bytes, some of them shared segments. Beyond "no crash": within the budget of work, bits beyond the width are 0, and the same again. */
#include "format/raster/jbig2.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define WORK ((uint64_t)2 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check_edges(const struct raster_bits *bits)
{
	unsigned beyond = bits->width % 8 == 0 ? 0 : 0xFFu >> bits->width % 8;
	for (uint32_t y = 0; bits->width > 0 && y < bits->height; y++)
		sk_assert((bits->at[(y + 1) * bits->stride - 1] & beyond) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct raster_bits bits, again;
	struct sk_cursor c = sk_cursor_of(sk_bytes_of(at, len));
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	sk_bytes globals = sk_cursor_take(&c, sk_min(sk_cursor_u16be(&c), c.left)), in = sk_bytes_of(c.at, c.left);
	enum sk_status status = jbig2_decode_page(globals, in, 0, WORK, &arena, &bits);
	if (status == SK_OK) {
		check_edges(&bits);
		sk_assert(jbig2_decode_page(globals, in, 0, WORK, &arena, &again) != SK_OK ||
			  (again.width == bits.width && again.height == bits.height && again.damaged == bits.damaged &&
			   memcmp(again.at, bits.at, bits.stride * bits.height) == 0));
	}
	sk_arena_reset(&arena);
	return 0;
}
