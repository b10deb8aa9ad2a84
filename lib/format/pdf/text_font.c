/*
 * Fonts for level text: which characters codes mean and how wide they are (ISO 32000-2, 9.6 to 9.10).
 *
 * In the order of 9.10.2: the ToUnicode map; names of glyphs and encodings of simple fonts; predefined character maps whose codes are of a known
 * character set. Other codes of fonts without a map mean nothing: their space stays, so that words around them keep their distance.
 *
 * What the attacker controls here: every map, width and name; they only decide which characters come out and where a blank is put.
 */
#include "codec/charset.h"
#include "format/pdf/extract.h"
#include "format/pdf/text_map.h"

enum codes { CODES_SIMPLE, CODES_IDENTITY, CODES_MAP, CODES_UTF16, CODES_UTF8, CODES_UTF32, CODES_CP932, CODES_EUC_JP, CODES_OTHER };

struct width_run {
	uint32_t low, high;
	double width;
};

struct text_font {
	enum codes codes;
	bool vertical, has_unicode;
	struct text_map unicode;          /* ToUnicode */
	struct text_map map;              /* CODES_MAP: Encoding */
	uint16_t encoding[256];           /* CODES_SIMPLE */
	sk_bytes names[256];              /* of Differences; empty: by the encoding */
	uint32_t first;                   /* the code of the first of Widths */
	double *widths;                   /* CODES_SIMPLE */
	size_t width_count;
	struct width_run *runs;           /* the others: by glyph number, in the order of W */
	size_t run_count;
	double scale, missing;            /* of widths to text space; the width of what has none */
};

/* ---- widths ---- */

static size_t numbers_count(sk_bytes list)
{
	size_t count = list.len > 0;
	for (size_t i = 0; i < list.len; i++)
		count += list.at[i] == ' ' || list.at[i] == '[' || list.at[i] == ']';
	return count;
}

static void take_widths(struct text_job *t, struct text_font *font, const struct text_value *first)
{
	const struct text_value *widths = text_find(first, "Widths"), *from = text_find(first, "FirstChar");
	size_t room = widths == NULL ? 0 : sk_min(numbers_count(widths->bytes), 256);

	font->first = from != NULL && from->number >= 0 && from->number < 256 ? (uint32_t)from->number : 0;
	font->widths = room == 0 ? NULL : sk_arena_array(t->w.job->arena, room, sizeof *font->widths);
	if (font->widths == NULL)
		return;
	for (size_t at = 0; at < widths->bytes.len && font->width_count < room;) {
		size_t before = at;
		font->widths[font->width_count++] = text_number(widths->bytes, &at) * font->scale;
		at += at == before;
	}
}

/* The next number of W; false where a bracket stands or the list ends. */
static bool number_next(sk_bytes list, size_t *at, double *number)
{
	while (*at < list.len && list.at[*at] == ' ')
		++*at;
	if (*at == list.len || list.at[*at] == '[' || list.at[*at] == ']')
		return false;
	size_t before = *at;
	*number = text_number(list, at);
	*at += *at == before;
	return true;
}

static uint32_t glyph_number(double number)
{
	return number >= 0 && number < 65536 ? (uint32_t)number : 0;
}

static void add_run(struct text_font *font, size_t room, uint32_t low, uint32_t high, double width)
{
	if (font->run_count < room)
		font->runs[font->run_count++] = (struct width_run){low, high, width * font->scale};
}

/* W (9.7.4.3): "1 [500 600] 10 20 700". */
static void take_runs(struct text_job *t, struct text_font *font, const struct text_value *first)
{
	const struct text_value *w = text_find(first, "W"), *missing = text_find(first, "DW");
	size_t room = w == NULL ? 0 : numbers_count(w->bytes), from = 0;
	double low, high, width;

	font->missing = missing == NULL ? 1 : text_number(missing->bytes, &from) * font->scale;
	font->runs = room == 0 ? NULL : sk_arena_array(t->w.job->arena, room, sizeof *font->runs);
	for (size_t at = 0; font->runs != NULL && number_next(w->bytes, &at, &low);) {
		uint32_t glyph = glyph_number(low);
		if (number_next(w->bytes, &at, &high)) {
			if (!number_next(w->bytes, &at, &width))
				return;
			add_run(font, room, glyph, glyph_number(high), width);
			continue;
		}
		if (at == w->bytes.len || w->bytes.at[at++] != '[')
			return;
		for (; number_next(w->bytes, &at, &width); glyph++)
			add_run(font, room, glyph, glyph, width);
		at += at < w->bytes.len;
	}
}

/* Of a font that tells none: what the letters of common ones are. */
static double width_guess(uint32_t scalar)
{
	static const char narrow[] = "fijlrtI!|()[]{}.,:;'`/\\ ";

	if (scalar < 0x80 && memchr(narrow, (int)scalar, sizeof narrow - 1) != NULL)
		return 0.28;
	if (scalar == 'm' || scalar == 'w' || scalar == 'M' || scalar == 'W')
		return 0.83;
	return scalar >= 'A' && scalar <= 'Z' ? 0.68 : 0.53;
}

static double simple_width(const struct text_font *font, uint8_t code, uint32_t scalar)
{
	if (font->width_count == 0)
		return width_guess(scalar);
	return code >= font->first && code - font->first < font->width_count ? font->widths[code - font->first] : font->missing;
}

/* By halves: producers write W in rising order; of one that is not, some widths are the usual one. */
static double composite_width(const struct text_font *font, uint32_t glyph)
{
	size_t low = 0, high = font->run_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct width_run *run = &font->runs[middle];
		if (glyph >= run->low && glyph <= run->high)
			return run->width;
		if (run->high < glyph)
			low = middle + 1;
		else
			high = middle;
	}
	return font->missing;
}

/* ---- what a font's dictionary says ---- */

static void take_unicode(struct text_job *t, struct text_font *font, const struct text_value *first)
{
	const struct text_object *map = text_object_of(t, text_find(first, "ToUnicode"));

	if (map == NULL || map->payload.len == 0)
		return;
	text_map_read(map->payload, t->w.job->arena, &font->unicode);
	font->has_unicode = font->unicode.count > 0;
}

static void take_base(struct text_font *font, sk_bytes name, enum text_encoding otherwise)
{
	if (sk_bytes_equal(name, SK_BYTES("WinAnsiEncoding")))
		otherwise = TEXT_WIN_ANSI;
	else if (sk_bytes_equal(name, SK_BYTES("MacRomanEncoding")))
		otherwise = TEXT_MAC_ROMAN;
	else if (sk_bytes_equal(name, SK_BYTES("StandardEncoding")))
		otherwise = TEXT_STANDARD;
	text_encoding_fill(otherwise, font->encoding);
}

static void take_differences(struct text_font *font, const struct text_value *differences)
{
	uint64_t code = 0;

	for (const struct text_value *v = differences == NULL ? NULL : differences->first; v != NULL; v = v->next) {
		if (v->key == NULL)
			continue;
		if (v->key->form == PDF_FORM_INTEGER)
			code = v->number >= 0 ? (uint64_t)v->number : 256;
		else if (v->key->form == PDF_FORM_NAME && code < 256)
			font->names[code++] = v->bytes;
	}
}

static void make_simple(struct text_job *t, struct text_font *font, struct text_value *first)
{
	const struct text_value *encoding = text_find(first, "Encoding"), *subtype = text_find(first, "Subtype"), *matrix = text_find(first, "FontMatrix");
	bool true_type = subtype != NULL && sk_bytes_equal(subtype->bytes, SK_BYTES("TrueType"));
	enum text_encoding otherwise = true_type ? TEXT_WIN_ANSI : TEXT_STANDARD;
	size_t at = 0;

	font->scale = matrix == NULL ? 0.001 : text_number(matrix->bytes, &at);
	if (encoding != NULL && encoding->key->form == PDF_FORM_NAME) {
		take_base(font, encoding->bytes, otherwise);
	} else {
		const struct text_value *inside = text_inside(t, encoding), *base = text_find(inside, "BaseEncoding");
		take_base(font, base == NULL ? (sk_bytes){0} : base->bytes, otherwise);
		take_differences(font, text_find(inside, "Differences"));
	}
	take_widths(t, font, first);
}

/* What the codes of a predefined map are (table 116), as far as a character set is known here. */
static enum codes codes_of_name(sk_bytes name)
{
	static const struct {
		const char *part;
		enum codes codes;
	} rows[] = {
		{"Identity", CODES_IDENTITY}, {"UCS2", CODES_UTF16}, {"UTF16", CODES_UTF16}, {"UTF8", CODES_UTF8}, {"UTF32", CODES_UTF32},
		{"RKSJ", CODES_CP932},
	};
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		if (sk_bytes_find(name, sk_bytes_str(rows[i].part), 0) != SIZE_MAX)
			return rows[i].codes;
	return sk_bytes_starts(name, SK_BYTES("EUC-")) ? CODES_EUC_JP : CODES_OTHER;
}

static void make_composite(struct text_job *t, struct text_font *font, struct text_value *first)
{
	const struct text_value *encoding = text_find(first, "Encoding");
	const struct text_object *map = text_object_of(t, encoding);
	const struct text_value *descendants = text_inside(t, text_find(first, "DescendantFonts"));

	font->scale = 0.001;
	font->codes = CODES_OTHER;
	if (map != NULL) {
		const struct text_value *mode = text_find(map->first, "WMode");
		text_map_read(map->payload, t->w.job->arena, &font->map);
		font->codes = CODES_MAP;
		font->vertical = mode != NULL && mode->number == 1;
	} else if (encoding != NULL) {
		font->codes = codes_of_name(encoding->bytes);
		font->vertical = sk_bytes_ends(encoding->bytes, SK_BYTES("-V")) || sk_bytes_equal(encoding->bytes, SK_BYTES("V"));
	}
	take_runs(t, font, text_inside(t, descendants));
}

struct text_font *text_font_of(struct text_job *t, struct text_value *first)
{
	struct text_font *font = first == NULL ? NULL : first->font;

	if (font != NULL)
		return font;
	font = sk_arena_make(t->w.job->arena, sizeof *font);
	if (font == NULL)
		return NULL;
	if (first == NULL)
		text_encoding_fill(TEXT_WIN_ANSI, font->encoding);
	else if (text_find(first, "DescendantFonts") != NULL)
		make_composite(t, font, first);
	else
		make_simple(t, font, first);
	take_unicode(t, font, first);
	if (first != NULL)
		first->font = font;
	return font;
}

bool text_font_vertical(const struct text_font *font)
{
	return font->vertical;
}

/* ---- codes ---- */

/* The first character of bytes in a character set. */
static void decode(enum charset charset, sk_bytes code, struct text_glyph *glyph)
{
	uint8_t room[16];
	struct sk_buf out;
	size_t replaced = 0, at = 0;

	sk_buf_fixed(&out, room, sizeof room);
	if (charset_to_utf8(charset, code, &out, &replaced) != SK_OK || out.len == 0 || replaced > 0)
		return;
	glyph->scalars[0] = sk_utf8_decode(sk_buf_bytes(&out), &at);
	glyph->count = 1;
}

static size_t code_length(const struct text_font *font, sk_bytes rest, uint32_t *code)
{
	uint8_t lead = rest.at[0];
	size_t len = 2;

	switch (font->codes) {
	case CODES_MAP:
		return text_map_code(&font->map, rest, code);
	case CODES_SIMPLE:
		len = 1;
		break;
	case CODES_UTF16:
		len = (lead & 0xFC) == 0xD8 ? 4 : 2;
		break;
	case CODES_UTF8:
		len = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
		break;
	case CODES_UTF32:
		len = 4;
		break;
	case CODES_CP932:
		len = (lead >= 0x81 && lead <= 0x9F) || (lead >= 0xE0 && lead <= 0xFC) ? 2 : 1;
		break;
	case CODES_EUC_JP:
		len = lead < 0x80 ? 1 : 2;
		break;
	case CODES_IDENTITY:
	case CODES_OTHER:
		break;
	}
	len = sk_min(len, rest.len);
	for (size_t i = 0; i < len; i++)
		*code = *code << 8 | rest.at[i];
	return len;
}

static void by_name(const struct text_font *font, uint8_t code, struct text_glyph *glyph)
{
	if (font->names[code].len > 0) {
		glyph->count = text_name_scalars(font->names[code], glyph->scalars);
	} else if (font->encoding[code] != 0) {
		glyph->scalars[0] = font->encoding[code];
		glyph->count = 1;
	}
}

static void by_codes(const struct text_font *font, sk_bytes code, uint32_t value, struct text_glyph *glyph)
{
	switch (font->codes) {
	case CODES_SIMPLE:
		by_name(font, (uint8_t)value, glyph);
		break;
	case CODES_UTF16:
		decode(CHARSET_UTF_16BE, code, glyph);
		break;
	case CODES_UTF8:
		decode(CHARSET_UTF_8, code, glyph);
		break;
	case CODES_UTF32:
		if (value < 0x110000 && (value & 0xFFFFF800) != 0xD800) {
			glyph->scalars[0] = value;
			glyph->count = 1;
		}
		break;
	case CODES_CP932:
		decode(CHARSET_CP932, code, glyph);
		break;
	case CODES_EUC_JP:
		decode(CHARSET_EUC_JP, code, glyph);
		break;
	case CODES_IDENTITY:
	case CODES_MAP:
	case CODES_OTHER:
		break; /* glyph numbers: only a map to Unicode tells what they are */
	}
}

/* Glyph numbers of predefined maps are not known here: Latin letters of those collections are half as wide as kanji. */
static double width_of(const struct text_font *font, uint32_t code, size_t len, const struct text_glyph *glyph)
{
	const struct text_range *range;

	switch (font->codes) {
	case CODES_SIMPLE:
		return simple_width(font, (uint8_t)code, glyph->count > 0 ? glyph->scalars[0] : 'n');
	case CODES_IDENTITY:
		return composite_width(font, code);
	case CODES_MAP:
		range = text_map_find(&font->map, code, len);
		return composite_width(font, range == NULL ? 0 : range->cid + (code - range->low));
	case CODES_UTF16:
	case CODES_UTF8:
	case CODES_UTF32:
	case CODES_CP932:
	case CODES_EUC_JP:
	case CODES_OTHER:
		break;
	}
	return len == 1 || (glyph->count > 0 && glyph->scalars[0] < 0x250) ? 0.5 : font->missing;
}

void text_font_next(const struct text_font *font, sk_bytes string, size_t *at, struct text_glyph *glyph)
{
	sk_bytes rest = sk_bytes_slice(string, *at, string.len);
	uint32_t code = 0;
	size_t len = code_length(font, rest, &code);
	const struct text_range *range = font->has_unicode ? text_map_find(&font->unicode, code, len) : NULL;

	*at += len;
	glyph->count = 0;
	if (range != NULL)
		glyph->count = text_range_scalars(range, code, glyph->scalars, TEXT_SCALARS_MAX);
	if (glyph->count == 0)
		by_codes(font, sk_bytes_slice(rest, 0, len), code, glyph);
	glyph->blank = len == 1 && code == ' ';
	glyph->width = font->vertical ? 1 : width_of(font, code, len, glyph);
}
