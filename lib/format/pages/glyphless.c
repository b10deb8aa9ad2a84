/*
 * A TrueType program (ISO/IEC 14496-22) with one glyph that has no outline and is as wide as the em. Text of the layer is never painted
 * (text rendering mode 3), but viewers want a font that is there, and look for none of that name elsewhere.
 */
#include "format/pages/write.h"

#define EM 1000u
#define TABLES 8u
#define HEAD_CHECKSUM_AT 8u

struct table {
	char tag[5];
	uint16_t words[28];
	uint16_t count;
};

/* In the order of their tags, as the directory wants them. */
static const struct table tables[TABLES] = {
	/* version 0, one subtable (Windows, Unicode), format 4 that maps nothing but the last code to glyph 0 */
	{"cmap", {0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0}, 18},
	{"glyf", {0, 0}, 2},
	/* version 1.0, revision 1.0, checksum (set below), magic, flags, unitsPerEm, created and modified (1904), box, style, smallest, direction, short loca */
	{"head", {1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, EM, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, EM, EM, 0, 3, 2, 0, 0}, 27},
	/* version, ascender, descender, gap, widest, bearings, extent, slope 1/0, offset, reserved, format, one metric */
	{"hhea", {1, 0, 880, 0xFF88, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 18},
	{"hmtx", {EM, 0}, 2},
	{"loca", {0, 0}, 2},
	/* version 1.0, one glyph, the rest 0 but two zones */
	{"maxp", {1, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0}, 16},
	/* version 3: no names */
	{"post", {3, 0, 0, 0, 0xFF88, 50, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 16},
};

static uint32_t length(const struct table *table)
{
	return (uint32_t)table->count * 2;
}

static uint32_t padded(const struct table *table)
{
	return (length(table) + 3) & ~3u;
}

static uint32_t checksum(const struct table *table)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < table->count; i++)
		sum += i % 2 == 0 ? (uint32_t)table->words[i] << 16 : table->words[i];
	return sum;
}

void pages_glyphless(struct sk_buf *out)
{
	uint32_t at = 12 + TABLES * 16, sum = 0, head_at = 0;
	size_t start = out->len;

	sk_buf_u32be(out, 0x00010000);
	sk_buf_u16be(out, TABLES);
	sk_buf_u16be(out, 8 * 16); /* search range, entry selector, range shift of eight tables */
	sk_buf_u16be(out, 3);
	sk_buf_u16be(out, 0);
	for (uint32_t i = 0; i < TABLES; i++) {
		sk_buf_put(out, sk_bytes_of(tables[i].tag, 4));
		sk_buf_u32be(out, checksum(&tables[i]));
		sk_buf_u32be(out, at);
		sk_buf_u32be(out, length(&tables[i]));
		head_at = tables[i].tag[1] == 'e' ? at : head_at;
		at += padded(&tables[i]);
	}
	for (uint32_t i = 0; i < TABLES; i++) {
		for (uint32_t k = 0; k < padded(&tables[i]) / 2; k++)
			sk_buf_u16be(out, k < tables[i].count ? tables[i].words[k] : 0);
	}
	if (out->status != SK_OK)
		return;
	for (size_t i = start; i + 4 <= out->len; i += 4)
		sum += (uint32_t)out->at[i] << 24 | (uint32_t)out->at[i + 1] << 16 | (uint32_t)out->at[i + 2] << 8 | out->at[i + 3];
	sum = 0xB1B0AFBA - sum;
	for (unsigned i = 0; i < 4; i++)
		out->at[start + head_at + HEAD_CHECKSUM_AT + i] = (uint8_t)(sum >> (24 - 8 * i));
}
