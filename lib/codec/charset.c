/*
 * Character sets to UTF-8 and back.
 *
 * What the attacker controls here: every byte. Output grows by what the buffer allows; every step of a decoder moves on.
 */
#include "codec/charset_tables.h"

#define PIECE 512u /* bytes of input whose output is collected before it is put */
#define WIDEST 8u  /* the most bytes that a step, which takes at least one byte, puts */
#define GETA 0x3013u
#define BAD 0xFFFDu

const char *charset_name(enum charset charset)
{
	static const char *const names[CHARSET_COUNT] = {
		"UTF-8", "UTF-16LE", "UTF-16BE", "Windows-31J", "EUC-JP", "ISO-2022-JP", "windows-1252", "IBM437"};
	return charset < CHARSET_COUNT ? names[charset] : "";
}

static uint32_t unit(sk_bytes in, size_t at, bool big)
{
	return big ? (uint32_t)in.at[at] << 8 | in.at[at + 1] : (uint32_t)in.at[at + 1] << 8 | in.at[at];
}

/* RFC 2781 section 2.2; a lone surrogate is no character. */
static uint32_t utf_16_decode(sk_bytes in, size_t *at, bool big)
{
	size_t left = in.len - *at;
	if (left < 2) {
		*at += left;
		return BAD;
	}
	uint32_t high = unit(in, *at, big);
	*at += 2;
	if (high < 0xD800 || high > 0xDFFF)
		return high;
	if (high > 0xDBFF || left < 4)
		return BAD;
	uint32_t low = unit(in, *at, big);
	if (low < 0xDC00 || low > 0xDFFF)
		return BAD;
	*at += 2;
	return 0x10000u + ((high - 0xD800u) << 10) + (low - 0xDC00u);
}

static uint32_t single_decode(const uint16_t table[128], uint8_t byte)
{
	if (byte < 0x80)
		return byte;
	return table[byte - 0x80] != 0 ? table[byte - 0x80] : BAD;
}

/* One character. *broken: it stands for bytes that are none (U+FFFD itself may also be written in UTF-8 and UTF-16). */
static uint32_t decode_step(enum charset charset, sk_bytes in, size_t *at, unsigned *mode, bool *broken)
{
	size_t before = *at;
	uint32_t character = BAD;
	switch (charset) {
	case CHARSET_UTF_8:
		character = sk_utf8_decode(in, at);
		*broken = character == BAD && *at - before == 1;
		return character;
	case CHARSET_UTF_16LE:
	case CHARSET_UTF_16BE:
		character = utf_16_decode(in, at, charset == CHARSET_UTF_16BE);
		*broken = character == BAD && (*at - before < 2 || unit(in, before, charset == CHARSET_UTF_16BE) != BAD);
		return character;
	case CHARSET_CP932:
		character = charset_cp932_decode(in, at);
		break;
	case CHARSET_EUC_JP:
		character = charset_euc_jp_decode(in, at);
		break;
	case CHARSET_ISO_2022_JP:
		character = charset_iso_2022_jp_decode(in, at, mode);
		break;
	case CHARSET_CP1252:
		character = single_decode(charset_cp1252, in.at[(*at)++]);
		break;
	case CHARSET_CP437:
		character = single_decode(charset_cp437, in.at[(*at)++]);
		break;
	case CHARSET_COUNT:
		*at = in.len;
		break;
	}
	*broken = character == BAD;
	return character;
}

/* How many bytes from at on mean the same in every ASCII superset, eight at a time; NUL counts as one of them. */
static size_t ascii_run(sk_bytes in, size_t at, size_t end)
{
	size_t i = at;
	uint64_t eight;
	for (; end - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, in.at + i, sizeof eight);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (i < end && in.at[i] < 0x80)
		i++;
	return i - at;
}

static bool is_superset(enum charset charset)
{
	return charset != CHARSET_UTF_16LE && charset != CHARSET_UTF_16BE && charset != CHARSET_ISO_2022_JP;
}

static size_t put_utf8(uint32_t character, uint8_t *to)
{
	if (character < 0x80) {
		to[0] = (uint8_t)character;
		return 1;
	}
	if (character >= 0x800 && character < 0x10000) {
		to[0] = (uint8_t)(0xE0 | character >> 12);
		to[1] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
		to[2] = (uint8_t)(0x80 | (character & 0x3F));
		return 3;
	}
	return sk_utf8_encode(character, to);
}

/* Copies the well-formed runs of UTF-8 as they are. */
static void utf_8_to_utf8(sk_bytes in, struct sk_buf *out, size_t *replaced)
{
	size_t at = 0, good = 0;
	if (sk_utf8_valid(in)) {
		sk_buf_put(out, in);
		return;
	}
	while (at < in.len) {
		size_t before = at;
		if (sk_utf8_decode(in, &at) != BAD || at - before != 1)
			continue;
		sk_buf_put(out, sk_bytes_slice(in, good, before - good));
		sk_buf_put(out, SK_BYTES("\xEF\xBF\xBD"));
		(*replaced)++;
		good = at;
	}
	sk_buf_put(out, sk_bytes_slice(in, good, at - good));
}

static size_t utf_16_encode(uint32_t character, uint8_t *to, bool big)
{
	uint32_t units[2] = {character, 0};
	size_t count = 1;
	if (character >= 0x10000) {
		units[0] = 0xD800u + ((character - 0x10000u) >> 10);
		units[1] = 0xDC00u + ((character - 0x10000u) & 0x3FF);
		count = 2;
	}
	for (size_t i = 0; i < count; i++) {
		to[2 * i + (big ? 0 : 1)] = (uint8_t)(units[i] >> 8);
		to[2 * i + (big ? 1 : 0)] = (uint8_t)(units[i] & 0xFF);
	}
	return 2 * count;
}

static size_t single_encode(const uint16_t table[128], uint32_t character, uint8_t *to)
{
	to[0] = (uint8_t)character;
	if (character < 0x80)
		return 1;
	for (unsigned i = 0; i < 128; i++)
		if (table[i] == character) {
			to[0] = (uint8_t)(0x80 + i);
			return 1;
		}
	return 0;
}

static size_t encode_step(enum charset charset, uint32_t character, uint8_t *to, unsigned *mode)
{
	switch (charset) {
	case CHARSET_UTF_8:
		return sk_utf8_encode(character, to);
	case CHARSET_UTF_16LE:
	case CHARSET_UTF_16BE:
		return utf_16_encode(character, to, charset == CHARSET_UTF_16BE);
	case CHARSET_CP932:
		return charset_cp932_encode(character, to);
	case CHARSET_EUC_JP:
		return charset_euc_jp_encode(character, to);
	case CHARSET_ISO_2022_JP:
		return charset_iso_2022_jp_encode(character, to, mode);
	case CHARSET_CP1252:
		return single_encode(charset_cp1252, character, to);
	case CHARSET_CP437:
		return single_encode(charset_cp437, character, to);
	case CHARSET_COUNT:
		break;
	}
	return 0;
}

/* ---- both ways ---- */

struct conversion {
	enum charset charset;
	unsigned mode; /* of ISO-2022-JP: the set that is designated */
	size_t replaced;
};

/* Takes one character at *at, moves on, and writes what it becomes, at most WIDEST bytes. */
typedef size_t conversion_step(struct conversion *c, sk_bytes in, size_t *at, uint8_t *to);

static inline size_t step_to_utf8(struct conversion *c, sk_bytes in, size_t *at, uint8_t *to)
{
	bool broken = false;
	uint32_t character = decode_step(c->charset, in, at, &c->mode, &broken);
	c->replaced += broken;
	return character == CHARSET_NOTHING ? 0 : put_utf8(character, to);
}

static inline size_t step_from_utf8(struct conversion *c, sk_bytes in, size_t *at, uint8_t *to)
{
	uint32_t character = sk_utf8_decode(in, at);
	size_t len = encode_step(c->charset, character, to, &c->mode);
	if (len > 0)
		return len;
	c->replaced++;
	len = encode_step(c->charset, GETA, to, &c->mode);
	return len > 0 ? len : encode_step(c->charset, '?', to, &c->mode);
}

/* Runs of ASCII are copied, whatever else there is goes step by step. */
static inline void convert(struct conversion *c, conversion_step *step, sk_bytes in, struct sk_buf *out)
{
	uint8_t to[PIECE * WIDEST];
	bool superset = is_superset(c->charset);
	for (size_t at = 0; at < in.len && out->status == SK_OK;) {
		size_t end = at + sk_min(PIECE, in.len - at), used = 0;
		while (at < end) {
			size_t run = superset && in.at[at] < 0x80 ? ascii_run(in, at, end) : 0;
			memcpy(to + used, in.at + at, run);
			used += run;
			at += run;
			if (at < end)
				used += step(c, in, &at, to + used);
		}
		sk_buf_put(out, sk_bytes_of(to, used));
	}
}

enum sk_status charset_to_utf8(enum charset charset, sk_bytes in, struct sk_buf *out, size_t *replaced)
{
	struct conversion c = {.charset = charset};
	if (charset == CHARSET_UTF_8)
		utf_8_to_utf8(in, out, &c.replaced);
	else
		convert(&c, step_to_utf8, in, out);
	*replaced = c.replaced;
	return out->status;
}

enum sk_status charset_from_utf8(enum charset charset, sk_bytes in, struct sk_buf *out, size_t *replaced)
{
	struct conversion c = {.charset = charset};
	uint8_t last[WIDEST] = {0};
	if (charset == CHARSET_UTF_8)
		utf_8_to_utf8(in, out, &c.replaced);
	else
		convert(&c, step_from_utf8, in, out);
	if (c.mode != 0) /* RFC 1468: a text ends in ASCII */
		sk_buf_put(out, sk_bytes_of(last, charset_iso_2022_jp_encode('\n', last, &c.mode) - 1));
	*replaced = c.replaced;
	return out->status;
}
