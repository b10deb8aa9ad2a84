/*
 * FlateDecode (ISO 32000-2, 7.4.4; RFC 1950): whole streams at once by libdeflate; broken ones again, step by step, as far as they go.
 *
 * What the attacker controls here: all bytes, hence how much comes out. Room follows the input and grows only when the stream fills it.
 */
#include "format/raster/filters.h"

#include "codec/deflate.h"
#include "codec/salvage.h"

#define HEAD 2
#define RATIO_FIRST 6        /* most streams of documents */
#define RATIO_MAX 1033       /* RFC 1951 can't say more: 258 bytes in two bits */
#define ROOM_MIN ((size_t)4096)

static bool head_right(sk_bytes in)
{
	return in.len >= HEAD && (in.at[0] & 0x0F) == 8 && (in.at[0] << 8 | in.at[1]) % 31 == 0 && (in.at[1] & 0x20) == 0;
}

static size_t room_for(size_t len, size_t ratio, size_t most)
{
	size_t room;
	return sk_mul(len, ratio, &room) && sk_add(room, ROOM_MIN, &room) ? sk_min(room, most) : most;
}

/* Inflates raw with more and more room, of which only what is filled costs anything. SK_LIMIT: more than bytes_max, or than the arena has. */
static enum sk_status inflate_whole(sk_bytes raw, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	size_t mark = sk_arena_mark(arena), len, most = sk_min(bytes_max, (arena->size - arena->used) & ~(size_t)15);
	for (size_t ratio = RATIO_FIRST;; ratio = sk_min(ratio * 4, RATIO_MAX)) {
		size_t room = room_for(raw.len, ratio, most);
		uint8_t *to = sk_arena_raw(arena, room);
		if (to == NULL)
			return SK_LIMIT;
		enum sk_status status = deflate_inflate(DEFLATE_RAW, raw, to, room, &len, &out->used);
		out->bytes = sk_bytes_of(to, len);
		if (status != SK_LIMIT || room == most || ratio == RATIO_MAX)
			return status;
		sk_arena_release(arena, mark);
	}
}

/* True when the checksum behind the stream is there and right; counts it as used. */
static bool sum_right(sk_bytes raw, struct filtered *out)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(raw, out->used, 4));
	uint32_t sum = sk_cursor_u32be(&c);
	if (c.status != SK_OK || sum != deflate_adler32(1, out->bytes))
		return false;
	out->used += 4;
	return true;
}

enum sk_status flate_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	size_t mark = sk_arena_mark(arena), head = 0;
	*out = (struct filtered){.damaged = false};
	while (head < in.len && (in.at[head] == '\r' || in.at[head] == '\n') && !head_right(sk_bytes_slice(in, head, in.len)))
		head++; /* a line end too many before the stream */
	out->damaged = head > 0 && head < in.len;
	if (!head_right(sk_bytes_slice(in, head, in.len))) {
		out->damaged = true;
		head = 0;
	}
	sk_bytes raw = sk_bytes_slice(in, sk_min(head + HEAD, in.len), in.len);
	enum sk_status status = inflate_whole(raw, arena, bytes_max, out);
	if (status == SK_MALFORMED) {
		sk_arena_release(arena, mark);
		out->damaged = true;
		status = inflate_salvage(raw, arena, bytes_max, &out->bytes, &out->used);
	} else if (status == SK_OK) {
		out->damaged |= !sum_right(raw, out);
	}
	out->used += in.len - raw.len;
	return status;
}
