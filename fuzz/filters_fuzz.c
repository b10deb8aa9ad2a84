/* The filters of bytes under any bytes, in chains as PDF has them: never more than the limit, never more input used than there is. */
#include "format/raster/filters.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define BYTES_MAX ((size_t)4 << 20)
#define CHAIN_MAX 3

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static enum sk_status filter(unsigned which, sk_bytes in, struct sk_cursor *parameters, struct sk_arena *arena, struct filtered *out)
{
	struct predictor p = PREDICTOR;
	switch (which % 10) {
	case 0:
		return flate_decode(in, arena, BYTES_MAX, out);
	case 1:
		return lzw_decode(in, LZW_EARLY, arena, BYTES_MAX, out);
	case 2:
		return lzw_decode(in, LZW_LATE, arena, BYTES_MAX, out);
	case 3:
		return lzw_decode(in, LZW_OLD_TIFF, arena, BYTES_MAX, out);
	case 4:
		return runlength_decode(in, false, arena, BYTES_MAX, out);
	case 5:
		return runlength_decode(in, true, arena, BYTES_MAX, out);
	case 6:
		return ascii85_decode(in, arena, BYTES_MAX, out);
	case 7:
		return asciihex_decode(in, arena, BYTES_MAX, out);
	default:
		p.kind = which % 10 == 8 ? 2 : 12;
		p.colors = sk_cursor_u8(parameters) % 6;
		p.bits = (int64_t)1 << sk_cursor_u8(parameters) % 5;
		p.columns = sk_cursor_u16be(parameters);
		return predictor_undo(in, &p, arena, out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct filtered out;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	struct sk_cursor c = sk_cursor_of(sk_bytes_of(at, len)), parameters = sk_cursor_window(&c, sk_min(len, 16));
	sk_bytes in = sk_bytes_of(c.at, c.left);
	unsigned count = sk_cursor_u8(&parameters) % CHAIN_MAX + 1;
	for (unsigned i = 0; i < count; i++) {
		if (filter(sk_cursor_u8(&parameters), in, &parameters, &arena, &out) != SK_OK)
			break;
		sk_assert(out.bytes.len <= sk_max(BYTES_MAX, in.len) && out.used <= in.len);
		in = sk_arena_copy(&arena, out.bytes); /* exactly as long: a sanitizer sees a byte read behind it */
	}
	sk_arena_reset(&arena);
	return 0;
}
