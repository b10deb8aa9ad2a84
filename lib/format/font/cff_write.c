/* CFF: what was read, written in one order: names, the top DICT, strings, subroutines, charset, Encoding, FDSelect, glyphs, fonts. */
#include "format/font/cff_font.h"

enum { CHARSET = 15, ENCODING = 16, GLYPHS = 17, PRIVATE = 18, SUBRS = 19, COUNT = CFF_ESCAPE(34), FONTS = CFF_ESCAPE(36), SELECT = CFF_ESCAPE(37) };

struct places {
	size_t charset, encoding, glyphs, private_len, private_at, fonts, select;
};

static uint32_t largest_cid(const struct cff_font *f)
{
	uint32_t largest = f->count - 1;

	for (uint32_t glyph = 1; glyph < f->count && f->charset != NULL; glyph++)
		largest = glyph == 1 || f->charset[glyph] > largest ? f->charset[glyph] : largest;
	return largest;
}

static void put_entry(struct sk_buf *out, const struct cff_entry *entry)
{
	if (entry->count > 0)
		cff_dict_put(out, entry);
}

static size_t put_place(struct sk_buf *out, unsigned op)
{
	size_t where = cff_dict_offset(out);

	cff_dict_operator(out, op);
	return where;
}

static struct cff_entry integer(unsigned op, int32_t value)
{
	struct cff_entry entry = {.op = op, .count = 1};

	entry.numbers[0].mantissa = value;
	return entry;
}

static void put_private_place(struct sk_buf *out, size_t *len, size_t *at)
{
	*len = cff_dict_offset(out);
	*at = put_place(out, PRIVATE);
}

static void put_top(const struct cff_font *f, struct sk_buf *out, struct places *p)
{
	if (f->cid) {
		struct cff_entry ros = {.op = CFF_ESCAPE(30), .count = 3};
		ros.numbers[0].mantissa = CFF_STRINGS;
		ros.numbers[1].mantissa = CFF_STRINGS + 1;
		ros.numbers[2].mantissa = f->supplement;
		put_entry(out, &ros);
	}
	put_entry(out, &f->matrix);
	put_entry(out, &f->box);
	if (f->cid) {
		struct cff_entry count = integer(COUNT, (int32_t)largest_cid(f) + 1);
		put_entry(out, &count);
	}
	if (f->charset != NULL) {
		p->charset = put_place(out, CHARSET);
	} else if (f->charset_offset != 0) {
		struct cff_entry predefined = integer(CHARSET, f->charset_offset);
		put_entry(out, &predefined);
	}
	if (!f->cid && f->encoding_offset != 0 && f->encoding_offset != 1) {
		p->encoding = put_place(out, ENCODING);
	} else if (!f->cid && f->encoding_offset != 0) {
		struct cff_entry predefined = integer(ENCODING, f->encoding_offset);
		put_entry(out, &predefined);
	}
	p->glyphs = put_place(out, GLYPHS);
	if (f->cid) {
		p->fonts = put_place(out, FONTS);
		p->select = put_place(out, SELECT);
	} else {
		put_private_place(out, &p->private_len, &p->private_at);
	}
}

static void put_strings(const struct cff_font *f, struct sk_buf *out)
{
	const sk_bytes words[2] = {f->registry, f->ordering};
	const sk_bytes *strings = f->cid ? words : f->names;
	uint32_t count = f->cid ? 2 : f->names_count;
	size_t sum = 0, end = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += strings[i].len;
	unsigned size = cff_index_begin(out, count, sum);
	for (uint32_t i = 0; i < count; i++)
		cff_index_offset(out, size, end += strings[i].len);
	for (uint32_t i = 0; i < count; i++)
		sk_buf_put(out, strings[i]);
}

/* Programs as far as they were walked, and the operator that ends one that had none; what nobody walked is that operator alone. */
static void put_programs(struct sk_buf *out, const struct cff_index *index, const uint32_t *reach, const bool *dead, uint8_t ends)
{
	size_t sum = 0, end = 0;

	for (int pass = 0; pass < 2; pass++) {
		unsigned size = pass == 0 ? 0 : cff_index_begin(out, index->count, sum);
		for (uint32_t i = 0; i < index->count; i++) {
			uint32_t walked = dead != NULL && dead[i] ? 0 : reach[i];
			size_t len = (walked & ~CFF_REACH_OPEN) + (walked == 0 || walked >= CFF_REACH_OPEN);
			sum += pass == 0 ? len : 0;
			if (pass == 1)
				cff_index_offset(out, size, end += len);
		}
	}
	for (uint32_t i = 0; i < index->count; i++) {
		uint32_t walked = dead != NULL && dead[i] ? 0 : reach[i];
		sk_buf_put(out, sk_bytes_slice(cff_index_item(index, i), 0, walked & ~CFF_REACH_OPEN));
		if (walked == 0 || walked >= CFF_REACH_OPEN)
			sk_buf_u8(out, ends);
	}
}

/* A Private DICT and its subroutines right behind it. */
static void put_private(struct cff_private *p, struct sk_buf *out)
{
	size_t from = out->len, subrs = 0;

	for (size_t i = 0; i < CFF_PRIVATE_ROWS; i++)
		put_entry(out, &p->rows[i]);
	if (p->subrs.index.count > 0)
		subrs = put_place(out, SUBRS);
	cff_dict_set(out, p->size_at, out->len - from);
	cff_dict_set(out, p->dict_at, from);
	if (p->subrs.index.count == 0)
		return;
	cff_dict_set(out, subrs, out->len - from);
	put_programs(out, &p->subrs.index, p->subrs.reach, NULL, 11);
}

static void put_fonts(const struct cff_font *f, struct sk_buf *out, const struct places *p)
{
	struct sk_buf dicts;
	size_t *ends = sk_arena_array(f->job->arena, f->fonts_count, sizeof *ends);

	sk_buf_init(&dicts, f->job->arena, 65536);
	for (uint32_t i = 0; i < f->fonts_count && ends != NULL; i++) {
		put_entry(&dicts, &f->fonts[i].matrix);
		put_private_place(&dicts, &f->fonts[i].size_at, &f->fonts[i].dict_at);
		ends[i] = dicts.len;
	}
	if (ends == NULL || dicts.status != SK_OK) {
		out->status = SK_LIMIT;
		return;
	}
	cff_dict_set(out, p->fonts, out->len);
	unsigned size = cff_index_begin(out, f->fonts_count, dicts.len);
	for (uint32_t i = 0; i < f->fonts_count; i++)
		cff_index_offset(out, size, ends[i]);
	for (uint32_t i = 0; i < f->fonts_count; i++) {
		f->fonts[i].size_at += out->len;
		f->fonts[i].dict_at += out->len;
	}
	sk_buf_put(out, sk_buf_bytes(&dicts));
	for (uint32_t i = 0; i < f->fonts_count; i++)
		put_private(&f->fonts[i], out);
}

void cff_write(struct cff_font *f, struct sk_buf *out)
{
	struct places p = {0};
	struct sk_buf top;

	sk_buf_init(&top, f->job->arena, 4096);
	put_top(f, &top, &p);
	sk_buf_put(out, SK_BYTES("\x01\x00\x04\x04"));
	cff_index_one(out, font_name_allowed(f->name) ? f->name : SK_BYTES("Font"));
	unsigned size = cff_index_begin(out, 1, top.len);
	cff_index_offset(out, size, top.len);
	size_t base = out->len; /* places in the DICT count from here */
	sk_buf_put(out, sk_buf_bytes(&top));
	put_strings(f, out);
	put_programs(out, &f->global.index, f->global.reach, NULL, 11);
	if (f->charset != NULL) {
		cff_dict_set(out, base + p.charset, out->len);
		cff_charset_put(f, out);
	}
	if (p.encoding != 0) {
		cff_dict_set(out, base + p.encoding, out->len);
		cff_encoding_put(f, out);
	}
	if (f->cid) {
		cff_dict_set(out, base + p.select, out->len);
		cff_select_put(f, out);
	}
	cff_dict_set(out, base + p.glyphs, out->len);
	put_programs(out, &f->glyphs, f->reach, f->dead, 14);
	if (f->cid) {
		p.fonts += base;
		put_fonts(f, out, &p);
		return;
	}
	f->fonts->size_at = base + p.private_len;
	f->fonts->dict_at = base + p.private_at;
	put_private(f->fonts, out);
}
