/* Fax under any bytes and parameters. What was decoded is written as T.6 and must read back the same; bits beyond the width are 0. */
#include "format/raster/raster.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define ROWS_MAX 2000

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check_edges(const struct raster_bits *bits)
{
	unsigned beyond = bits->width % 8 == 0 ? 0 : 0xFFu >> bits->width % 8;
	for (uint32_t y = 0; y < bits->height; y++)
		sk_assert((bits->at[(y + 1) * bits->stride - 1] & beyond) == 0);
}

static void write_and_compare(const struct raster_bits *bits, struct sk_arena *arena)
{
	struct ccitt_parameters p = {.k = -1, .columns = bits->width, .rows = bits->height, .end_of_block = true};
	struct raster_bits back;
	struct sk_buf out;
	sk_buf_init(&out, arena, ARENA_BYTES / 4);
	if (ccitt_encode(bits, arena, &out) != SK_OK || ccitt_decode(sk_buf_bytes(&out), &p, arena, &back) != SK_OK)
		return; /* the arena's end */
	sk_assert(!back.damaged && memcmp(back.at, bits->at, bits->stride * bits->height) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct raster_bits bits;
	struct sk_cursor c = sk_cursor_of(sk_bytes_of(at, len));
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	unsigned flags = sk_cursor_u8(&c);
	struct ccitt_parameters p = {.k = (int64_t)(flags & 3) - 1, .end_of_line = flags & 4, .byte_align = flags & 8, .end_of_block = flags & 16,
				     .least_first = flags & 32};
	p.columns = sk_cursor_u16be(&c);
	p.rows = sk_cursor_u16be(&c) % ROWS_MAX;
	if (ccitt_decode(sk_bytes_of(c.at, c.left), &p, &arena, &bits) == SK_OK && bits.height > 0) {
		sk_assert(bits.width == p.columns && (p.rows == 0 || bits.height == p.rows));
		check_edges(&bits);
		write_and_compare(&bits, &arena);
	}
	sk_arena_reset(&arena);
	return 0;
}
