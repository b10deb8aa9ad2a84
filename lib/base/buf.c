/* A growing buffer with a maximum from birth. Full is a sticky status, not a crash. */
#include "base.h"

#define FIRST_ROOM ((size_t)256)

void sk_buf_init(struct sk_buf *buf, struct sk_arena *arena, size_t max)
{
	*buf = (struct sk_buf){.max = max, .arena = arena};
}

void sk_buf_fixed(struct sk_buf *buf, void *memory, size_t max)
{
	*buf = (struct sk_buf){.at = memory, .room = max, .max = max};
}

static bool grow(struct sk_buf *buf, size_t need)
{
	size_t room = sk_min(sk_max(sk_max(buf->room * 2, need), FIRST_ROOM), buf->max);
	uint8_t *grown = buf->arena ? sk_arena_grow(buf->arena, buf->at, buf->room, room) : NULL;
	if (grown == NULL) {
		buf->status = SK_LIMIT;
		return false;
	}
	buf->at = grown;
	buf->room = room;
	return true;
}

uint8_t *sk_buf_room(struct sk_buf *buf, size_t len)
{
	size_t need;
	if (buf->status != SK_OK)
		return NULL;
	if (!sk_add(buf->len, len, &need) || need > buf->max) {
		buf->status = SK_LIMIT;
		return NULL;
	}
	if ((need > buf->room || buf->at == NULL) && !grow(buf, need))
		return NULL;
	return buf->at + buf->len;
}

void sk_buf_added(struct sk_buf *buf, size_t len)
{
	sk_assert(len <= buf->room - buf->len);
	buf->len += len;
}

void sk_buf_put_slow(struct sk_buf *buf, sk_bytes b)
{
	uint8_t *to = sk_buf_room(buf, b.len);
	if (to == NULL || b.len == 0)
		return;
	memcpy(to, b.at, b.len);
	buf->len += b.len;
}

void sk_buf_u16le(struct sk_buf *buf, uint16_t value)
{
	uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};
	sk_buf_put(buf, sk_bytes_of(bytes, sizeof bytes));
}

void sk_buf_u32le(struct sk_buf *buf, uint32_t value)
{
	sk_buf_u16le(buf, (uint16_t)value);
	sk_buf_u16le(buf, (uint16_t)(value >> 16));
}

void sk_buf_u64le(struct sk_buf *buf, uint64_t value)
{
	sk_buf_u32le(buf, (uint32_t)value);
	sk_buf_u32le(buf, (uint32_t)(value >> 32));
}

void sk_buf_u16be(struct sk_buf *buf, uint16_t value)
{
	sk_buf_u16le(buf, __builtin_bswap16(value));
}

void sk_buf_u32be(struct sk_buf *buf, uint32_t value)
{
	sk_buf_u32le(buf, __builtin_bswap32(value));
}

void sk_buf_str(struct sk_buf *buf, const char *string)
{
	sk_buf_put(buf, sk_bytes_str(string));
}

void sk_buf_decimal(struct sk_buf *buf, int64_t value)
{
	uint8_t digits[20];
	size_t at = sizeof digits;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (uint8_t)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		digits[--at] = '-';
	sk_buf_put(buf, sk_bytes_of(digits + at, sizeof digits - at));
}

void sk_buf_hex(struct sk_buf *buf, sk_bytes b)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < b.len; i++) {
		const char two[2] = {digits[b.at[i] >> 4], digits[b.at[i] & 15]};
		sk_buf_put(buf, sk_bytes_of(two, sizeof two));
	}
}
