/*
 * LZW as PDF and TIFF have it (ISO 32000-2, 7.4.4; TIFF 6.0 section 13): codes of 9 to 12 bits, 256 clears the table, 257 ends.
 *
 * A string of the table always stands in what was already written: it is the one written for some code, and the byte behind it. So an
 * entry is a place and a length, and a code is one copy.
 *
 * What the attacker controls here: all codes. Each is compared with the next free one before its entry is read.
 */
#include "format/raster/filters.h"

#define CLEAR 256u
#define END 257u
#define FIRST_FREE 258u
#define CODES 4096u
#define WIDTH_MIN 9u
#define WIDTH_MAX 12u
#define NONE UINT32_MAX

struct codes {
	sk_bytes in;
	size_t at;
	uint64_t held; /* highest bits first, or lowest with reversed */
	unsigned count;
	bool lowest_first;
};

struct table {
	size_t start[CODES]; /* of the string in the output */
	uint16_t length[CODES];
};

static void refill(struct codes *c)
{
	for (; c->count <= 56 && c->at < c->in.len; c->count += 8) {
		uint64_t byte = c->in.at[c->at++];
		c->held |= c->lowest_first ? byte << c->count : byte << (56 - c->count);
	}
}

static uint32_t take(struct codes *c, unsigned width)
{
	if (c->count < width)
		refill(c);
	if (c->count < width)
		return NONE;
	uint32_t code;
	if (c->lowest_first) {
		code = (uint32_t)c->held & ((1u << width) - 1);
		c->held >>= width;
	} else {
		code = (uint32_t)(c->held >> (64 - width));
		c->held <<= width;
	}
	c->count -= width;
	return code;
}

/* Copies len bytes within out; they may overlap by one byte, then the first comes again (the string that names itself). */
static void copy(uint8_t *to, const uint8_t *from, size_t len, size_t room)
{
	if ((size_t)(to - from) >= 8 && room >= len + 8) {
		for (size_t i = 0; i < len; i += 8)
			memcpy(to + i, from + i, 8);
		return;
	}
	for (size_t i = 0; i < len; i++)
		to[i] = from[i];
}

/* Appends the string of a code; *start and *len tell where it stands. False when the output is full. */
static bool spell(struct sk_buf *out, const struct table *table, uint32_t code, size_t *start, size_t *len)
{
	*start = out->len;
	*len = code < CLEAR ? 1 : table->length[code];
	if (out->room - out->len < *len && sk_buf_room(out, *len) == NULL)
		return false;
	if (code < CLEAR)
		out->at[out->len] = (uint8_t)code;
	else
		copy(out->at + out->len, out->at + table->start[code], *len, out->room - out->len);
	out->len += *len;
	return true;
}

/* The strings of all codes up to the end; true when it was the end mark. */
static bool decode(struct codes *codes, struct table *table, uint32_t early, struct sk_buf *out)
{
	uint32_t next = FIRST_FREE, code;
	unsigned width = WIDTH_MIN;
	size_t previous_len = 0, previous = 0; /* length 0: none since the table was cleared */
	while ((code = take(codes, width)) != NONE && code != END) {
		if (code == CLEAR) {
			next = FIRST_FREE;
			width = WIDTH_MIN;
			previous_len = 0;
			continue;
		}
		if (previous_len > 0 && next < CODES) {
			table->start[next] = previous;
			table->length[next] = (uint16_t)(previous_len + 1);
			next++;
			if (next + early == 1u << width && width < WIDTH_MAX)
				width++;
		}
		if (code >= next || !spell(out, table, code, &previous, &previous_len))
			return false;
	}
	return code == END;
}

enum sk_status lzw_decode(sk_bytes in, enum lzw_kind kind, struct sk_arena *arena, size_t bytes_max, struct filtered *out)
{
	struct codes codes = {.in = in, .lowest_first = kind == LZW_OLD_TIFF};
	struct sk_buf buf;
	struct table *table = sk_arena_raw(arena, sizeof *table);
	*out = (struct filtered){.damaged = true};
	if (table == NULL)
		return SK_LIMIT;
	sk_buf_init(&buf, arena, bytes_max);
	(void)sk_buf_room(&buf, sk_min(bytes_max, in.len * 2)); /* less than usual; it grows */
	out->damaged = !decode(&codes, table, kind == LZW_EARLY ? 1 : 0, &buf);
	out->bytes = sk_buf_bytes(&buf);
	out->used = codes.at - codes.count / 8;
	return buf.status;
}
