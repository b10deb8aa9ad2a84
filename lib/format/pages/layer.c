/*
 * The text layer: runs in text rendering mode 3 (ISO 32000-1, 9.3.6), in one composite font whose codes are numbered as characters come. A
 * ToUnicode table says which is which, so that searching and copying work whatever fonts a reader's machine has.
 */
#include "format/pages/write.h"

#define CODES_MAX 65535u
#define SCALARS 0x110000u
#define WIDE 1000
#define NARROW 500

enum sk_status pages_layer_begin(struct characters *c, struct sk_arena *arena)
{
	c->codes = sk_arena_array(arena, SCALARS, sizeof *c->codes);
	c->scalars = sk_arena_array(arena, CODES_MAX + 1, sizeof *c->scalars);
	c->count = 0;
	return c->codes != NULL && c->scalars != NULL ? SK_OK : SK_LIMIT;
}

/* The code of a character; 0 when there are too many. */
static uint16_t code_of(struct characters *c, uint32_t scalar)
{
	if (c->codes[scalar] == 0 && c->count < CODES_MAX) {
		c->scalars[++c->count] = scalar;
		c->codes[scalar] = (uint16_t)c->count;
	}
	return c->codes[scalar];
}

/* East Asian characters are as wide as they are high: UAX #11, in blocks. */
static int64_t width_of(uint32_t scalar)
{
	bool wide = (scalar >= 0x1100 && scalar < 0x1200) || (scalar >= 0x2E80 && scalar < 0xD7B0) || (scalar >= 0xF900 && scalar < 0xFB00) ||
		    (scalar >= 0xFE30 && scalar < 0xFE70) || (scalar >= 0xFF01 && scalar < 0xFF61) || (scalar >= 0xFFE0 && scalar < 0xFFE7) || scalar >= 0x1F000;
	return wide ? WIDE : NARROW;
}

static void put_thousandths(struct sk_buf *buf, int64_t value)
{
	static const int64_t tenths[] = {100, 10, 1};

	if (value < 0)
		sk_buf_u8(buf, '-');
	value = value < 0 ? -value : value;
	sk_buf_decimal(buf, value / 1000);
	if ((value %= 1000) != 0)
		sk_buf_u8(buf, '.');
	for (size_t i = 0; i < SK_COUNT(tenths) && value > 0; i++) {
		sk_buf_u8(buf, (uint8_t)('0' + value / tenths[i]));
		value %= tenths[i];
	}
}

/* How far the characters must be stretched (in hundredths of a percent) to be as long as the run. */
static int64_t stretch(const struct run *run, int64_t natural)
{
	int64_t whole = natural * run->size; /* thousandths of an em: 1000 times the length */
	int64_t value = whole > 0 ? (int64_t)((double)run->length * 1000 * 10000 / (double)whole) : 10000;

	return value < 100 ? 100 : value > 1000000 ? 1000000 : value;
}

void pages_layer_run(struct characters *c, const struct run *run, int64_t height, struct sk_buf *content)
{
	int64_t natural = 0;

	for (size_t i = 0; i < run->text.len;)
		natural += width_of(sk_utf8_decode(run->text, &i));
	sk_buf_str(content, "/T ");
	pages_put_hundredths(content, run->size);
	sk_buf_str(content, " Tf ");
	pages_put_hundredths(content, stretch(run, natural));
	sk_buf_str(content, " Tz ");
	const int64_t matrix[] = {run->cosine, -run->sine, run->sine, run->cosine};
	for (size_t i = 0; i < SK_COUNT(matrix); i++) {
		put_thousandths(content, matrix[i]);
		sk_buf_u8(content, ' ');
	}
	pages_put_hundredths(content, run->x);
	sk_buf_u8(content, ' ');
	pages_put_hundredths(content, height - run->y);
	sk_buf_str(content, " Tm<");
	for (size_t i = 0; i < run->text.len;) {
		uint16_t code = code_of(c, sk_utf8_decode(run->text, &i));
		sk_buf_hex(content, sk_bytes_of(&(uint8_t[2]){(uint8_t)(code >> 8), (uint8_t)code}, 2));
	}
	sk_buf_str(content, ">Tj\n");
}

/* ---- the font ---- */

static void put_code(struct sk_buf *text, uint32_t value)
{
	sk_buf_u8(text, '<');
	sk_buf_hex(text, sk_bytes_of(&(uint8_t[2]){(uint8_t)(value >> 8), (uint8_t)value}, 2));
	sk_buf_u8(text, '>');
}

/* UTF-16, big-endian (9.10.3). */
static void put_utf16(struct sk_buf *text, uint32_t scalar)
{
	if (scalar < 0x10000) {
		put_code(text, scalar);
		return;
	}
	uint32_t high = 0xD800 + ((scalar - 0x10000) >> 10), low = 0xDC00 + ((scalar - 0x10000) & 0x3FF);
	sk_buf_u8(text, '<');
	sk_buf_hex(text, sk_bytes_of(&(uint8_t[4]){(uint8_t)(high >> 8), (uint8_t)high, (uint8_t)(low >> 8), (uint8_t)low}, 4));
	sk_buf_u8(text, '>');
}

static enum sk_status put_unicode(struct paper *file, const struct characters *c)
{
	struct sk_buf text;

	sk_buf_init(&text, file->job->arena, SIZE_MAX);
	sk_buf_str(&text, "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
			  "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n");
	for (uint32_t code = 1; code <= c->count; code += 100) { /* at most a hundred a piece */
		uint32_t count = c->count - code + 1 < 100 ? c->count - code + 1 : 100;
		sk_buf_decimal(&text, count);
		sk_buf_str(&text, " beginbfchar\n");
		for (uint32_t i = 0; i < count; i++) {
			put_code(&text, code + i);
			put_utf16(&text, c->scalars[code + i]);
			sk_buf_u8(&text, '\n');
		}
		sk_buf_str(&text, "endbfchar\n");
	}
	sk_buf_str(&text, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
	SK_TRY(text.status);
	return paper_packed(file, OBJECT_UNICODE, SK_BYTES(""), sk_buf_bytes(&text));
}

/* Widths of runs of codes that are narrow; the rest is wide. */
static void put_widths(struct sk_buf *text, const struct characters *c)
{
	sk_buf_str(text, "/DW 1000/W[");
	for (uint32_t code = 1; code <= c->count; code++) {
		uint32_t from = code;
		while (code <= c->count && width_of(c->scalars[code]) == NARROW)
			code++;
		if (code == from)
			continue;
		sk_buf_decimal(text, from);
		sk_buf_u8(text, ' ');
		sk_buf_decimal(text, code - 1);
		sk_buf_str(text, " 500 ");
	}
	sk_buf_u8(text, ']');
}

static enum sk_status put_glyphs(struct paper *file, const struct characters *c)
{
	size_t len = ((size_t)c->count + 1) * 2;
	uint8_t *zeros = sk_arena_make(file->job->arena, len); /* every code is the one glyph */

	return zeros != NULL ? paper_packed(file, OBJECT_GLYPHS, SK_BYTES(""), sk_bytes_of(zeros, len)) : SK_LIMIT;
}

static enum sk_status put_program(struct paper *file)
{
	uint8_t room[1024];
	struct sk_buf program, text;
	uint8_t words[64];

	sk_buf_fixed(&program, room, sizeof room);
	pages_glyphless(&program);
	SK_TRY(program.status);
	sk_buf_fixed(&text, words, sizeof words);
	sk_buf_str(&text, "/Length1 ");
	sk_buf_decimal(&text, (int64_t)program.len);
	return paper_packed(file, OBJECT_FONT_FILE, sk_buf_bytes(&text), sk_buf_bytes(&program));
}

enum sk_status pages_layer_font(struct paper *file, const struct characters *c)
{
	struct sk_buf text;

	if (c->count == 0)
		return SK_OK;
	sk_buf_init(&text, file->job->arena, SIZE_MAX);
	SK_TRY(paper_object(file, OBJECT_FONT, SK_BYTES("<</Type/Font/Subtype/Type0/BaseFont/SekishoLayer/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 8 0 R>>")));
	sk_buf_str(&text, "<</Type/Font/Subtype/CIDFontType2/BaseFont/SekishoLayer/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
			  "/FontDescriptor 5 0 R/CIDToGIDMap 7 0 R");
	put_widths(&text, c);
	sk_buf_str(&text, ">>");
	SK_TRY(text.status);
	SK_TRY(paper_object(file, OBJECT_CID_FONT, sk_buf_bytes(&text)));
	SK_TRY(paper_object(file, OBJECT_DESCRIPTOR, SK_BYTES("<</Type/FontDescriptor/FontName/SekishoLayer/Flags 4/FontBBox[0 -120 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
							      "/CapHeight 880/StemV 80/FontFile2 6 0 R>>")));
	SK_TRY(put_program(file));
	SK_TRY(put_glyphs(file, c));
	return put_unicode(file, c);
}
