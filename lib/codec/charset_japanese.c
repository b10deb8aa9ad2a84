/*
 * The steps of the Japanese character sets: Windows-31J, EUC-JP (eucJP-ms), ISO-2022-JP.
 *
 * What the attacker controls here: every byte. A step always moves on, never beyond the end, and a broken lead byte never
 * takes an ASCII byte with it: a quotation mark or line break after it stays what it is (Unicode TR 36, 3.1).
 */
#include "codec/charset_tables.h"

#define BAD 0xFFFDu
#define ESC 0x1Bu

/* The designations of ISO-2022-JP (RFC 1468, RFC 2237, CP50221). */
enum mode { MODE_ASCII, MODE_KATAKANA, MODE_0208, MODE_0212 };

/* The step's outcome for a pair: broken pairs keep an ASCII trail for the next step. */
static uint32_t pair(uint32_t character, uint8_t trail, size_t *at)
{
	if (character != 0) {
		*at += 2;
		return character;
	}
	*at += trail < 0x80 ? 1 : 2;
	return BAD;
}

uint32_t charset_cp932_decode(sk_bytes in, size_t *at)
{
	uint8_t lead = in.at[*at];
	if (lead < 0x80) {
		(*at)++;
		return lead;
	}
	if (lead >= 0xA1 && lead <= 0xDF) {
		(*at)++;
		return 0xFF61u + lead - 0xA1u;
	}
	if (lead == 0x80 || lead == 0xA0 || lead > 0xFC || in.len - *at < 2) {
		(*at)++;
		return BAD;
	}
	uint8_t trail = in.at[*at + 1];
	uint32_t character = trail < 0x40 || trail > 0xFC ? 0 : charset_cp932[(lead - 0x81) * 189 + trail - 0x40];
	return pair(character, trail, at);
}

static uint32_t plane(unsigned set, uint8_t row, uint8_t cell)
{
	if (row < 0x21 || row > 0x7E || cell < 0x21 || cell > 0x7E)
		return 0;
	return charset_euc_jp[(set * 94 + row - 0x21u) * 94 + cell - 0x21u];
}

uint32_t charset_euc_jp_decode(sk_bytes in, size_t *at)
{
	uint8_t lead = in.at[*at];
	size_t left = in.len - *at;
	if (lead < 0x80) {
		(*at)++;
		return lead;
	}
	if (left >= 2 && lead == 0x8E && in.at[*at + 1] >= 0xA1 && in.at[*at + 1] <= 0xDF) {
		*at += 2;
		return 0xFF61u + in.at[*at - 1] - 0xA1u;
	}
	if (left >= 3 && lead == 0x8F && in.at[*at + 1] >= 0xA1 && in.at[*at + 2] >= 0xA1) {
		uint32_t character = plane(1, in.at[*at + 1] & 0x7F, in.at[*at + 2] & 0x7F);
		*at += 3;
		return character != 0 ? character : BAD;
	}
	if (left >= 2 && lead >= 0xA1 && in.at[*at + 1] >= 0xA1)
		return pair(plane(0, lead & 0x7F, in.at[*at + 1] & 0x7F), in.at[*at + 1], at);
	(*at)++;
	return BAD;
}

/* JIS X 0208 with Microsoft's extensions in rows 13 and 89 to 92 (CP50221), through the rows of Windows-31J. */
static uint32_t microsoft_0208(uint8_t row, uint8_t cell)
{
	if (row < 0x21 || row > 0x7E || cell < 0x21 || cell > 0x7E)
		return 0;
	unsigned lead = (row - 0x21u) / 2 + 0x81u;
	lead += lead >= 0xA0 ? 0x40 : 0;
	unsigned trail = (row & 1) != 0 ? cell - 0x21u + 0x40u : cell - 0x21u + 0x9Fu;
	trail += (row & 1) != 0 && trail >= 0x7F ? 1 : 0;
	return charset_cp932[(lead - 0x81) * 189 + trail - 0x40];
}

static const struct {
	uint8_t bytes[3], len;
	uint8_t mode;
} escapes[] = {
	{{'(', 'B'}, 2, MODE_ASCII}, {{'(', 'J'}, 2, MODE_ASCII}, {{'(', 'H'}, 2, MODE_ASCII}, {{'(', 'I'}, 2, MODE_KATAKANA},
	{{'$', '@'}, 2, MODE_0208}, {{'$', 'B'}, 2, MODE_0208}, {{'$', '(', '@'}, 3, MODE_0208}, {{'$', '(', 'B'}, 3, MODE_0208},
	{{'$', '(', 'D'}, 3, MODE_0212}, {{'&', '@'}, 2, MODE_ASCII}, /* "the revised set follows": ESC $ B comes next */
};

static uint32_t escape(sk_bytes in, size_t *at, unsigned *mode)
{
	for (size_t i = 0; i < SK_COUNT(escapes); i++)
		if (sk_bytes_starts(sk_bytes_slice(in, *at + 1, 3), sk_bytes_of(escapes[i].bytes, escapes[i].len))) {
			*mode = escapes[i].mode;
			*at += 1u + escapes[i].len;
			return CHARSET_NOTHING;
		}
	(*at)++;
	return BAD;
}

uint32_t charset_iso_2022_jp_decode(sk_bytes in, size_t *at, unsigned *mode)
{
	uint8_t byte = in.at[*at];
	if (byte == ESC)
		return escape(in, at, mode);
	if (byte == 0x0E || byte == 0x0F) { /* JIS X 0202 shifts, as old terminals sent them */
		*mode = byte == 0x0E ? MODE_KATAKANA : MODE_ASCII;
		(*at)++;
		return CHARSET_NOTHING;
	}
	if (byte == '\n' || byte == '\r')
		*mode = MODE_ASCII; /* RFC 1468: a line ends in ASCII, so nothing hides behind an open escape */
	if (byte < 0x21 || byte >= 0x7F || *mode == MODE_ASCII) {
		(*at)++;
		return byte < 0x80 ? byte : BAD;
	}
	if (*mode == MODE_KATAKANA) {
		(*at)++;
		return byte <= 0x5F ? 0xFF61u + byte - 0x21u : BAD;
	}
	uint8_t trail = in.len - *at >= 2 ? in.at[*at + 1] : 0;
	uint32_t character = *mode == MODE_0208 ? microsoft_0208(byte, trail) : plane(1, byte, trail);
	*at += trail >= 0x21 && trail < 0x7F ? 2 : 1;
	return character != 0 ? character : BAD;
}

static size_t put_two(unsigned code, uint8_t *to)
{
	if (code < 0x100) {
		to[0] = (uint8_t)code;
		return code != 0;
	}
	to[0] = (uint8_t)(code >> 8);
	to[1] = (uint8_t)(code & 0xFF);
	return 2;
}

static unsigned cp932_code(uint32_t character)
{
	return character > 0xFFFF ? 0 : charset_cp932_pages[charset_cp932_index[character >> 8]][character & 0xFF];
}

static unsigned euc_jp_code(uint32_t character)
{
	return character > 0xFFFF ? 0 : charset_euc_jp_pages[charset_euc_jp_index[character >> 8]][character & 0xFF];
}

size_t charset_cp932_encode(uint32_t character, uint8_t *to)
{
	return put_two(character < 0x80 ? character : cp932_code(character), to);
}

size_t charset_euc_jp_encode(uint32_t character, uint8_t *to)
{
	if (character < 0x80) {
		to[0] = (uint8_t)character;
		return 1;
	}
	if (character >= 0xFF61 && character <= 0xFF9F) {
		to[0] = 0x8E;
		to[1] = (uint8_t)(character - 0xFF61u + 0xA1u);
		return 2;
	}
	unsigned code = euc_jp_code(character);
	if (code == 0 || (code & 0x80) != 0)
		return code < 0x100 ? 0 : put_two(code, to);
	to[0] = 0x8F;
	return 1 + put_two(code | 0x80, to + 1);
}

/* The twin in rows 89 to 92 of an IBM extension: what ISO-2022-JP can say. 0 when there is none. */
static unsigned nec_selected(uint32_t character)
{
	for (unsigned i = (0xED - 0x81) * 189; i < (0xEF - 0x81) * 189; i++)
		if (charset_cp932[i] == character)
			return (i / 189 + 0x81) << 8 | (i % 189 + 0x40);
	return 0;
}

/* The seven-bit row and cell of a character in Microsoft's JIS X 0208, 0 when it is not there. */
static unsigned jis_0208_code(uint32_t character)
{
	unsigned code = cp932_code(character);
	if (code >= 0xFA00)
		code = nec_selected(character);
	if (code < 0x8140 || code >= 0xF040)
		return 0;
	unsigned lead = code >> 8, trail = code & 0xFF;
	unsigned row = (lead - (lead >= 0xE0 ? 0xC1u : 0x81u)) * 2 + 0x21u;
	if (trail >= 0x9F)
		return (row + 1) << 8 | (trail - 0x9Fu + 0x21u);
	return row << 8 | (trail - (trail > 0x7F ? 0x41u : 0x40u) + 0x21u);
}

/* Three or four bytes that designate what mode wants. */
static size_t designate(unsigned wanted, unsigned *mode, uint8_t *to)
{
	static const char *const sequences[] = {"\x1B(B", "\x1B(I", "\x1B$B", "\x1B$(D"};
	if (wanted == *mode)
		return 0;
	size_t len = strlen(sequences[wanted]);
	memcpy(to, sequences[wanted], len);
	*mode = wanted;
	return len;
}

size_t charset_iso_2022_jp_encode(uint32_t character, uint8_t *to, unsigned *mode)
{
	size_t len;
	if (character < 0x80) {
		len = designate(MODE_ASCII, mode, to);
		to[len] = (uint8_t)character;
		return len + 1;
	}
	if (character >= 0xFF61 && character <= 0xFF9F) {
		len = designate(MODE_KATAKANA, mode, to);
		to[len] = (uint8_t)(character - 0xFF61u + 0x21u);
		return len + 1;
	}
	unsigned code = jis_0208_code(character);
	if (code != 0) {
		len = designate(MODE_0208, mode, to);
		return len + put_two(code, to + len);
	}
	code = euc_jp_code(character);
	if (code < 0x100 || (code & 0x80) != 0 || (code & 0x7F7F) >= 0x7500)
		return 0; /* not in JIS X 0212 proper */
	len = designate(MODE_0212, mode, to);
	return len + put_two(code & 0x7F7F, to + len);
}
