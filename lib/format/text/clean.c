/*
 * Characters that a person can't see, and that change what he believes to read, go (Unicode TR 36; TR 39; CVE-2021-42574).
 *
 * What the attacker controls here: every character. What is kept depends on the character kept before and on the one
 * that follows, and the one that follows is always one that stays: so doing it again changes nothing.
 */
#include "format/text/text.h"

enum fate { KEPT, CONTROL, DIRECTION, HIDDEN };

static bool within(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

/* Characters that emoji sequences are joined of (UTS 51, 1.4): symbols and pictographs. */
static bool is_pictograph(uint32_t c)
{
	return within(c, 0x2190, 0x2BFF) || within(c, 0x1F000, 0x1FAFF) || c == 0xA9 || c == 0xAE || c == 0x203C || c == 0x2049;
}

/* Scripts whose letters take a joiner or non-joiner (Unicode 23.2): Arabic to Sinhala, Tibetan, Myanmar, Khmer. */
static bool takes_joiner(uint32_t c)
{
	return within(c, 0x0600, 0x0DFF) || within(c, 0x0F00, 0x109F) || within(c, 0x1780, 0x17FF);
}

static bool is_selector(uint32_t c)
{
	return within(c, 0xFE00, 0xFE0F) || within(c, 0xE0100, 0xE01EF);
}

static bool is_base(uint32_t c)
{
	return c > ' ' && c != 0x3000 && !is_selector(c) && c != 0x200C && c != 0x200D;
}

static bool joins(uint32_t before, uint32_t after)
{
	return ((is_pictograph(before) || before == 0xFE0F) && is_pictograph(after)) ||
	       (takes_joiner(before) && takes_joiner(after));
}

static enum fate fate_of(uint32_t c, uint32_t before, uint32_t after)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r' || c == '\f' ? KEPT : CONTROL;
	if (within(c, 0x7F, 0x9F) || within(c, 0xFFF9, 0xFFFB) || c == 0xFFFE || c == 0xFFFF)
		return CONTROL;
	if (within(c, 0x202A, 0x202E) || within(c, 0x2066, 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C)
		return DIRECTION;
	if (c == 0x200C || c == 0x200D)
		return joins(before, after) ? KEPT : HIDDEN;
	if (c == 0x200B || within(c, 0x2060, 0x2065) || within(c, 0x206A, 0x206F) || c == 0xFEFF || c == 0x180E)
		return HIDDEN;
	if (within(c, 0xE0000, 0xE007F)) /* flags of regions: a black flag, then tags (UTS 51, 1.4.6) */
		return before == 0x1F3F4 || within(before, 0xE0000, 0xE007F) ? KEPT : HIDDEN;
	if (is_selector(c))
		return is_base(before) ? KEPT : HIDDEN;
	return KEPT;
}

/* Bytes with which a character that may have to go can begin. */
static bool is_suspect(uint8_t byte)
{
	if (byte >= 0x20 && byte < 0x7F)
		return false;
	switch (byte) {
	case 0x7F:
	case 0xC2:
	case 0xD8:
	case 0xE1:
	case 0xE2:
	case 0xEF:
	case 0xF3:
		return true;
	default:
		return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
	}
}

/* Where the next suspect byte is, at or after from; the end without one. */
static size_t next_suspect(sk_bytes b, size_t from)
{
	static const uint64_t ones = 0x0101010101010101u;
	size_t i = from;
	for (;;) {
		for (uint64_t eight; b.len - i >= sizeof eight; i += sizeof eight) { /* eight bytes from 0x20 to 0x7E */
			memcpy(&eight, b.at + i, sizeof eight);
			if ((((eight - ones * 0x20) | (eight + ones) | eight) & ones * 0x80) != 0)
				break;
		}
		for (size_t end = i + sk_min(8, b.len - i); i < end; i++)
			if (is_suspect(b.at[i]))
				return i;
		if (i == b.len)
			return i;
	}
}

/* The character that ends at end; only its first byte is looked for, at most three back. */
static uint32_t character_before(sk_bytes b, size_t end)
{
	size_t at = end;
	while (at > 0 && end - at < 4 && (b.at[at - 1] & 0xC0) == 0x80)
		at--;
	at -= at > 0;
	return end == 0 ? 0 : sk_utf8_decode(b, &at);
}

static uint32_t character_at(sk_bytes b, size_t at)
{
	return at < b.len ? sk_utf8_decode(b, &at) : 0;
}

size_t text_clean_until(sk_bytes utf8)
{
	size_t at = 0;
	while ((at = next_suspect(utf8, at)) < utf8.len) {
		size_t next = at;
		uint32_t c = sk_utf8_decode(utf8, &next);
		if (fate_of(c, character_before(utf8, at), character_at(utf8, next)) != KEPT)
			return at;
		at = next;
	}
	return at;
}

void text_clean(sk_bytes utf8, struct sk_buf *out, struct text_dirt *dirt)
{
	size_t at = 0, good = 0, start = out->len;
	while ((at = next_suspect(utf8, at)) < utf8.len && out->status == SK_OK) {
		size_t next = at;
		uint32_t c = sk_utf8_decode(utf8, &next);
		sk_bytes kept = at > good ? sk_bytes_slice(utf8, good, at - good)
					  : sk_bytes_slice(sk_buf_bytes(out), start, out->len - start);
		enum fate fate = fate_of(c, character_before(kept, kept.len), character_at(utf8, next));
		if (fate != KEPT) {
			sk_buf_put(out, sk_bytes_slice(utf8, good, at - good));
			good = next;
		}
		dirt->controls += fate == CONTROL;
		dirt->directions += fate == DIRECTION;
		dirt->hidden += fate == HIDDEN;
		at = next;
	}
	sk_buf_put(out, sk_bytes_slice(utf8, good, at - good));
}
