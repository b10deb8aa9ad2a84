/* References and white space in texts and attribute values (XML 1.0 2.11, 3.3.3, 4.1, 4.6).
 *
 * The attacker controls the raw text. What comes out is never longer than what went in. */
#include "format/xml/scan.h"

static const struct {
	const char *name;
	char character;
} entities[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};

static bool digit_of(uint8_t c, unsigned base, unsigned *digit)
{
	if (c >= '0' && c <= '9')
		*digit = c - '0';
	else if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		*digit = (c | 0x20u) - 'a' + 10;
	else
		return false;
	return true;
}

/* CharRef behind "&#": the number of bytes it takes, 0 when it is none; its character must be Char. */
static size_t character_reference(sk_bytes b, uint32_t *scalar)
{
	unsigned base = b.len > 0 && b.at[0] == 'x' ? 16 : 10, digit;
	size_t i = base == 16 ? 1 : 0, first = i;

	*scalar = 0;
	for (; i < b.len && digit_of(b.at[i], base, &digit); i++) {
		*scalar = *scalar * base + digit;
		if (*scalar > 0x10FFFF)
			return 0;
	}
	if (i == first || i == b.len || b.at[i] != ';')
		return 0;
	bool is_char = *scalar >= 0x20 ? *scalar != 0xFFFE && *scalar != 0xFFFF : xml_is_white((uint8_t)*scalar);
	return is_char ? i + 1 : 0;
}

/* One reference at b (behind "&"), written to to; the bytes it takes, 0 when it is none that is allowed. */
static size_t reference(sk_bytes b, uint8_t *to, size_t *to_len)
{
	uint32_t scalar;

	if (b.len > 1 && b.at[0] == '#') {
		size_t taken = character_reference(sk_bytes_slice(b, 1, b.len), &scalar);
		*to_len = taken > 0 ? sk_utf8_encode(scalar, to) : 0;
		return *to_len > 0 ? taken + 1 : 0;
	}
	for (size_t i = 0; i < SK_COUNT(entities); i++)
		if (sk_bytes_starts(b, sk_bytes_str(entities[i].name))) {
			*to = (uint8_t)entities[i].character;
			*to_len = 1;
			return strlen(entities[i].name);
		}
	return 0;
}

/* Room of len bytes that stays until the next OPEN. */
static uint8_t *scratch_room(struct xml_reader *r, size_t len)
{
	if (r->scratch_room - r->scratch_used < len) {
		r->scratch_room = sk_max(len, 4096) * 2;
		r->scratch_used = 0;
		r->scratch = sk_arena_raw(r->arena, r->scratch_room);
		if (r->scratch == NULL) {
			r->scratch_room = 0;
			return NULL;
		}
	}
	return r->scratch + r->scratch_used;
}

enum sk_status xml_expand(struct xml_reader *r, sk_bytes raw, bool attribute, sk_bytes *out)
{
	uint8_t *to = scratch_room(r, raw.len + 4);
	size_t len = 0, step;

	if (to == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < raw.len;) {
		uint8_t c = raw.at[i++];
		if (c == '&') {
			size_t taken = reference(sk_bytes_slice(raw, i, raw.len), to + len, &step);
			if (taken == 0)
				return SK_MALFORMED;
			i += taken;
			len += step;
			continue;
		}
		if (c == ']' && !attribute && sk_bytes_starts(sk_bytes_slice(raw, i, 2), SK_BYTES("]>")))
			return SK_MALFORMED; /* 2.4: "]]>" must not stand in content */
		if (c == '<')
			return SK_MALFORMED; /* 3.1: not in an attribute value */
		if (c == '\r') {
			if (i < raw.len && raw.at[i] == '\n')
				i++;
			c = '\n';
		}
		if (attribute && (c == '\n' || c == '\t'))
			c = ' ';
		to[len++] = c;
	}
	*out = sk_bytes_of(to, len);
	r->scratch_used += len;
	return SK_OK;
}
