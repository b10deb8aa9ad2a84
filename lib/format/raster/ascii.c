/*
 * ASCIIHexDecode and ASCII85Decode (ISO 32000-2, 7.4.2 and 7.4.3).
 *
 * What the attacker controls here: all characters. What is no character of the filter is skipped and counts as damage.
 */
#include "format/raster/filters.h"

static bool blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
}

/* The value of a hexadecimal digit; 16 for what is none. */
static unsigned digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

enum sk_status asciihex_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	size_t len = 0, at = 0;
	unsigned held = 16; /* no digit waits for its second */
	uint8_t *to = sk_arena_raw(arena, in.len / 2 + 1);
	*out = (struct filtered){.damaged = false};
	if (to == NULL)
		return SK_LIMIT;
	for (; at < in.len && in.at[at] != '>'; at++) {
		unsigned value = digit(in.at[at]);
		if (value > 15) {
			out->damaged |= !blank(in.at[at]);
		} else if (held > 15) {
			held = value;
		} else {
			to[len++] = (uint8_t)(held << 4 | value);
			held = 16;
		}
	}
	if (held <= 15)
		to[len++] = (uint8_t)(held << 4); /* as if a 0 followed */
	out->damaged |= at >= in.len;
	out->used = sk_min(at + 1, in.len);
	out->bytes = sk_bytes_of(to, len);
	return len > bytes_max ? SK_LIMIT : SK_OK;
}

#define BASE 85u
#define GROUP 5u

static bool is_digit85(uint8_t c)
{
	return c >= '!' && c <= 'u';
}

static uint8_t *put_value(uint8_t *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
	return to + bytes;
}

struct group {
	uint64_t value;
	unsigned digits;
};

/* Whole groups at the start of in, up to the first character that is no digit; moves *at on. */
static uint8_t *whole_groups(sk_bytes in, size_t *at, uint8_t *to, bool *damaged)
{
	for (; in.len - *at >= GROUP; *at += GROUP) {
		const uint8_t *c = in.at + *at;
		uint64_t value = 0;
		bool all = true;
		for (unsigned i = 0; i < GROUP; i++) {
			all &= is_digit85(c[i]);
			value = value * BASE + (uint64_t)(c[i] - '!');
		}
		if (!all)
			break;
		*damaged |= value > UINT32_MAX;
		to = put_value(to, value, 4);
	}
	return to;
}

/* The last group, which has fewer digits: as if the highest followed. */
static uint8_t *last_group(struct group group, uint8_t *to, bool *damaged)
{
	unsigned bytes = group.digits - 1;
	*damaged |= bytes == 0;
	for (; group.digits < GROUP; group.digits++)
		group.value = group.value * BASE + BASE - 1;
	*damaged |= group.value > UINT32_MAX;
	return put_value(to, group.value, bytes);
}

enum sk_status ascii85_decode(sk_bytes in, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	size_t at = sk_bytes_starts(in, SK_BYTES("<~")) ? 2 : 0, zeros = 0, room;
	struct group group = {0, 0};
	*out = (struct filtered){.damaged = false};
	for (size_t i = 0; i < in.len; i++)
		zeros += in.at[i] == 'z';
	uint8_t *start = sk_mul(zeros, 4, &room) && sk_add(room, in.len, &room) ? sk_arena_raw(arena, room) : NULL, *to = start;
	if (to == NULL)
		return SK_LIMIT;
	for (; at < in.len && in.at[at] != '~'; at++) {
		if (group.digits == 0)
			to = whole_groups(in, &at, to, &out->damaged);
		if (at >= in.len || in.at[at] == '~')
			break;
		uint8_t c = in.at[at];
		if (c == 'z' && group.digits == 0) {
			to = put_value(to, 0, 4);
		} else if (!is_digit85(c)) {
			out->damaged |= !blank(c);
		} else {
			group.value = group.value * BASE + (uint64_t)(c - '!');
			if (++group.digits == GROUP) {
				out->damaged |= group.value > UINT32_MAX;
				to = put_value(to, group.value, 4);
				group = (struct group){0, 0};
			}
		}
	}
	if (group.digits > 0)
		to = last_group(group, to, &out->damaged);
	out->damaged |= at + 1 >= in.len || in.at[at + 1] != '>';
	out->used = sk_min(at + 2, in.len);
	out->bytes = sk_bytes_of(start, (size_t)(to - start));
	return out->bytes.len > bytes_max ? SK_LIMIT : SK_OK;
}
