/*
 * CFF: what its glyphs are called, which codes they have, which font of a CID font they belong to (TN 5176, clauses 12, 13, 19).
 *
 * What the attacker controls here: ranges of any length, numbers of strings, strings of any bytes. What is cut short ends in glyphs
 * without a name.
 */
#include "format/font/cff_font.h"

/* The number that a name gets; 0, which is .notdef, when it is none. */
static uint16_t rename_string(struct cff_font *f, uint32_t sid)
{
	if (f->cid || sid < CFF_STRINGS)
		return (uint16_t)sid;
	uint32_t found = sid - CFF_STRINGS;
	sk_bytes name = cff_index_item(&f->strings, found);
	if (!font_name_allowed(name)) {
		font_note(f->job, FONT_NOTE_NAMES, 1);
		return 0;
	}
	if (f->renamed[found] == 0) {
		f->names[f->names_count++] = name;
		f->renamed[found] = (uint16_t)f->names_count;
	}
	return (uint16_t)(CFF_STRINGS + f->renamed[found] - 1);
}

enum sk_status cff_charset_read(struct cff_font *f)
{
	f->names = sk_arena_array(f->job->arena, f->strings.count + 1, sizeof *f->names);
	f->renamed = sk_arena_array(f->job->arena, f->strings.count + 1, sizeof *f->renamed);
	if (f->names == NULL || f->renamed == NULL)
		return SK_LIMIT;
	if (f->charset_offset >= 0 && f->charset_offset <= 2)
		return SK_OK;
	f->charset = sk_arena_array(f->job->arena, f->count, sizeof *f->charset);
	if (f->charset == NULL)
		return SK_LIMIT;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(f->program, f->charset_offset < 0 ? f->program.len : (size_t)f->charset_offset, f->program.len));
	uint8_t format = sk_cursor_u8(&c);
	for (uint32_t glyph = 1; glyph < f->count && format <= 2;) {
		uint32_t first = sk_cursor_u16be(&c), left = format == 0 ? 0 : format == 1 ? sk_cursor_u8(&c) : sk_cursor_u16be(&c);
		if (c.status != SK_OK)
			break;
		for (uint32_t i = 0; i <= left && glyph < f->count; i++)
			f->charset[glyph++] = first + i <= UINT16_MAX ? rename_string(f, first + i) : 0;
	}
	if (c.status != SK_OK || format > 2)
		font_note(f->job, FONT_NOTE_REPAIRED, 1);
	return SK_OK;
}

static void supplements(struct cff_font *f, struct sk_cursor *c)
{
	uint8_t count = sk_cursor_u8(c);

	for (uint8_t i = 0; i < count && c->left >= 3; i++) {
		f->extra_codes[f->extra_count] = sk_cursor_u8(c);
		f->extra_names[f->extra_count++] = rename_string(f, sk_cursor_u16be(c));
	}
}

void cff_encoding_read(struct cff_font *f)
{
	if (f->encoding_offset == 0 || f->encoding_offset == 1)
		return;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(f->program, f->encoding_offset < 0 ? f->program.len : (size_t)f->encoding_offset, f->program.len));
	uint8_t format = sk_cursor_u8(&c), rows = sk_cursor_u8(&c);
	unsigned room = (unsigned)sk_min(CFF_CODES_MAX, f->count - 1);
	for (uint8_t i = 0; i < rows && c.left > 0 && (format & 0x7F) <= 1; i++) {
		unsigned first = sk_cursor_u8(&c), left = (format & 0x7F) == 0 ? 0 : sk_cursor_u8(&c);
		for (unsigned k = 0; k <= left && first + k <= 255; k++)
			if (f->codes_count < room)
				f->codes[f->codes_count++] = (uint8_t)(first + k);
	}
	if (format & 0x80)
		supplements(f, &c);
}

enum sk_status cff_select_read(struct cff_font *f, size_t at)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(f->program, at, f->program.len));
	uint8_t format = sk_cursor_u8(&c);

	f->font_of = sk_arena_array(f->job->arena, f->count, sizeof *f->font_of);
	if (f->font_of == NULL)
		return SK_LIMIT;
	if (format == 0) {
		for (uint32_t glyph = 0; glyph < f->count; glyph++)
			f->font_of[glyph] = sk_cursor_u8(&c);
	} else if (format == 3) {
		uint16_t ranges = sk_cursor_u16be(&c);
		uint32_t from = sk_cursor_u16be(&c);
		for (uint16_t i = 0; i < ranges && c.left >= 3; i++) {
			uint8_t font = sk_cursor_u8(&c);
			uint32_t to = sk_cursor_u16be(&c);
			for (; from < to && from < f->count; from++)
				f->font_of[from] = font;
			from = to;
		}
	}
	for (uint32_t glyph = 0; glyph < f->count; glyph++)
		if (f->font_of[glyph] >= f->fonts_count)
			f->font_of[glyph] = 0;
	return SK_OK;
}

/* ---- writing: the shortest format, the first of equal ones ---- */

static uint32_t run(const struct cff_font *f, uint32_t glyph, uint32_t max)
{
	uint32_t len = 1;

	while (glyph + len < f->count && len <= max && f->charset[glyph + len] == f->charset[glyph] + len)
		len++;
	return len;
}

void cff_charset_put(const struct cff_font *f, struct sk_buf *out)
{
	size_t sizes[3] = {2 * ((size_t)f->count - 1), 0, 0};
	unsigned format = 0;

	for (uint32_t glyph = 1; glyph < f->count; glyph += run(f, glyph, 255))
		sizes[1] += 3;
	for (uint32_t glyph = 1; glyph < f->count; glyph += run(f, glyph, UINT16_MAX))
		sizes[2] += 4;
	for (unsigned i = 1; i < 3; i++)
		if (sizes[i] < sizes[format])
			format = i;
	sk_buf_u8(out, (uint8_t)format);
	for (uint32_t glyph = 1, len; glyph < f->count; glyph += len) {
		len = format == 0 ? 1 : run(f, glyph, format == 1 ? 255 : UINT16_MAX);
		sk_buf_u16be(out, f->charset[glyph]);
		if (format == 1)
			sk_buf_u8(out, (uint8_t)(len - 1));
		else if (format == 2)
			sk_buf_u16be(out, (uint16_t)(len - 1));
	}
}

void cff_encoding_put(const struct cff_font *f, struct sk_buf *out)
{
	sk_buf_u8(out, f->extra_count > 0 ? 0x80 : 0);
	sk_buf_u8(out, (uint8_t)f->codes_count);
	sk_buf_put(out, sk_bytes_of(f->codes, f->codes_count));
	if (f->extra_count == 0)
		return;
	sk_buf_u8(out, (uint8_t)f->extra_count);
	for (unsigned i = 0; i < f->extra_count; i++) {
		sk_buf_u8(out, f->extra_codes[i]);
		sk_buf_u16be(out, f->extra_names[i]);
	}
}

void cff_select_put(const struct cff_font *f, struct sk_buf *out)
{
	uint32_t ranges = 1;

	for (uint32_t glyph = 1; glyph < f->count; glyph++)
		ranges += f->font_of[glyph] != f->font_of[glyph - 1];
	if (f->count < 4 + 3 * (size_t)ranges) {
		sk_buf_u8(out, 0);
		sk_buf_put(out, sk_bytes_of(f->font_of, f->count));
		return;
	}
	sk_buf_u8(out, 3);
	sk_buf_u16be(out, (uint16_t)ranges);
	for (uint32_t glyph = 0; glyph < f->count; glyph++)
		if (glyph == 0 || f->font_of[glyph] != f->font_of[glyph - 1]) {
			sk_buf_u16be(out, (uint16_t)glyph);
			sk_buf_u8(out, f->font_of[glyph]);
		}
	sk_buf_u16be(out, (uint16_t)f->count);
}
