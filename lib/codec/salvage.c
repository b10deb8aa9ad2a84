/* A thin face over zlib's inflate. The attacker controls the packed bytes; zlib is given room piece by piece and takes only what fits. */
#include "codec/salvage.h"

#define ZLIB_CONST
#include <zlib.h>

#define PIECE ((size_t)32 << 10)

static voidpf take(voidpf arena, uInt count, uInt size)
{
	return sk_arena_array(arena, count, size);
}

static void give(voidpf arena, voidpf address)
{
	(void)arena, (void)address; /* goes with the arena */
}

enum sk_status inflate_salvage(sk_bytes packed, struct sk_arena *arena, size_t bytes_max, sk_bytes *bytes, size_t *used)
{
	z_stream z = {.zalloc = take, .zfree = give, .opaque = arena};
	struct sk_buf out;
	int result = Z_OK;

	*bytes = sk_bytes_of(NULL, 0);
	*used = 0;
	sk_buf_init(&out, arena, bytes_max);
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return SK_LIMIT;
	while (result == Z_OK && out.status == SK_OK) {
		size_t room = sk_min(PIECE, bytes_max - out.len), piece = sk_min(PIECE, packed.len - *used);
		uint8_t spill[1]; /* at bytes_max: one byte more tells that there is more */
		bool full = room == 0;
		uint8_t *to = full ? spill : sk_buf_room(&out, room);
		if (to == NULL)
			break;
		z.next_in = packed.at + *used;
		z.avail_in = (uInt)piece;
		z.next_out = to;
		z.avail_out = full ? 1 : (uInt)room;
		result = inflate(&z, Z_SYNC_FLUSH);
		*used += piece - z.avail_in;
		if (full && z.avail_out == 0)
			out.status = SK_LIMIT;
		else if (!full)
			sk_buf_added(&out, room - z.avail_out);
		if (result == Z_BUF_ERROR && z.avail_out == 0)
			result = Z_OK;
	}
	(void)inflateEnd(&z);
	*bytes = sk_buf_bytes(&out);
	return out.status;
}
