/* RunLengthDecode (ISO 32000-2, 7.4.5) and PackBits (TIFF 6.0 section 9). The attacker controls all lengths; each is held against what is there. */
#include "format/raster/filters.h"

#define LITERALS 127u /* up to this: so many bytes and one follow as they are */
#define END 128u

/* One run from in at *at; false at the end. */
static bool run(sk_bytes in, size_t *at, bool pack_bits, struct sk_buf *out, bool *ended)
{
	if (*at >= in.len)
		return false;
	unsigned length = in.at[(*at)++];
	if (length == END) {
		*ended = true;
		return pack_bits;
	}
	if (length <= LITERALS) {
		sk_bytes literals = sk_bytes_slice(in, *at, length + 1);
		*at += literals.len;
		sk_buf_put(out, literals);
		return literals.len == length + 1 && out->status == SK_OK;
	}
	if (*at >= in.len)
		return false;
	uint8_t *to = sk_buf_room(out, 257 - length);
	if (to == NULL)
		return false;
	memset(to, in.at[(*at)++], 257 - length);
	sk_buf_added(out, 257 - length);
	return true;
}

enum sk_status runlength_decode(sk_bytes in, bool pack_bits, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	struct sk_buf buf;
	bool ended = false;
	size_t before = 0;
	*out = (struct filtered){.damaged = false};
	sk_buf_init(&buf, arena, bytes_max);
	(void)sk_buf_room(&buf, sk_min(bytes_max, in.len * 2));
	while (run(in, &out->used, pack_bits, &buf, &ended))
		before = out->used;
	out->bytes = sk_buf_bytes(&buf);
	out->damaged = pack_bits ? before != in.len : !ended;
	return buf.status;
}
