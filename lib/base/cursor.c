/* The sticky cursor: the only place where a position in hostile bytes moves. */
#include "base.h"

struct sk_cursor sk_cursor_of(sk_bytes b)
{
	return (struct sk_cursor){.at = b.at, .left = b.len};
}

sk_bytes sk_cursor_take(struct sk_cursor *c, size_t len)
{
	if (c->status != SK_OK || len > c->left) {
		if (c->status == SK_OK)
			c->status = SK_TRUNCATED;
		return (sk_bytes){NULL, 0};
	}
	sk_bytes taken = {c->at, len};
	if (len > 0)
		c->at += len;
	c->left -= len;
	c->offset += len;
	return taken;
}

void sk_cursor_skip(struct sk_cursor *c, size_t len)
{
	(void)sk_cursor_take(c, len);
}

uint8_t sk_cursor_u8(struct sk_cursor *c)
{
	sk_bytes b = sk_cursor_take(c, 1);
	return b.len ? b.at[0] : 0;
}

uint16_t sk_cursor_u16le(struct sk_cursor *c)
{
	sk_bytes b = sk_cursor_take(c, 2);
	return b.len ? (uint16_t)(b.at[0] | b.at[1] << 8) : 0;
}

uint16_t sk_cursor_u16be(struct sk_cursor *c)
{
	sk_bytes b = sk_cursor_take(c, 2);
	return b.len ? (uint16_t)(b.at[0] << 8 | b.at[1]) : 0;
}

uint32_t sk_cursor_u32le(struct sk_cursor *c)
{
	sk_bytes b = sk_cursor_take(c, 4);
	if (b.len == 0)
		return 0;
	return (uint32_t)b.at[0] | (uint32_t)b.at[1] << 8 | (uint32_t)b.at[2] << 16 | (uint32_t)b.at[3] << 24;
}

uint32_t sk_cursor_u32be(struct sk_cursor *c)
{
	return __builtin_bswap32(sk_cursor_u32le(c));
}

uint64_t sk_cursor_u64le(struct sk_cursor *c)
{
	sk_bytes b = sk_cursor_take(c, 8);
	uint64_t value = 0;
	for (size_t i = b.len; i-- > 0;)
		value = value << 8 | b.at[i];
	return value;
}

struct sk_cursor sk_cursor_window(struct sk_cursor *c, size_t len)
{
	size_t offset = c->offset;
	sk_bytes b = sk_cursor_take(c, len);
	return (struct sk_cursor){.at = b.at, .left = b.len, .offset = offset, .status = c->status};
}
