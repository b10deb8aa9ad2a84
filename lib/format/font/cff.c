/*
 * CFF: a font read into what it says and written from that (Adobe TN 5176). What no glyph reaches is gone: subroutines that none calls,
 * strings that name nothing, notices, dates and numbers of copies.
 *
 * What the attacker controls here: every offset and every DICT. A DICT is taken entry by entry from a list; a glyph that can't be walked is empty.
 */
#include "format/font/cff_font.h"

enum top_operators {
	TOP_BOX = 5, TOP_CHARSET = 15, TOP_ENCODING = 16, TOP_GLYPHS = 17, TOP_PRIVATE = 18, TOP_TYPE = CFF_ESCAPE(6), TOP_MATRIX = CFF_ESCAPE(7),
	TOP_ROS = CFF_ESCAPE(30), TOP_FONTS = CFF_ESCAPE(36), TOP_SELECT = CFF_ESCAPE(37), PRIVATE_SUBRS = 19,
};

/* Entries of a Private DICT, and how many operands each may have (TN 5176, table 23). */
static const struct {
	uint16_t op;
	uint8_t max;
} private_rows[CFF_PRIVATE_ROWS] = {{6, 14}, {7, 10}, {8, 14}, {9, 10}, {CFF_ESCAPE(9), 1}, {CFF_ESCAPE(10), 1}, {CFF_ESCAPE(11), 1}, {10, 1},
	{11, 1}, {CFF_ESCAPE(12), 12}, {CFF_ESCAPE(13), 12}, {CFF_ESCAPE(14), 1}, {CFF_ESCAPE(17), 1}, {CFF_ESCAPE(18), 1}, {20, 1}, {21, 1}};

struct top {
	int32_t glyphs, private_len, private_at, fonts, select;
};

static enum sk_status subrs_read(struct cff_font *f, size_t at, struct cff_subrs *subrs, size_t *end)
{
	SK_TRY(cff_index_read(f->program, at, &subrs->index, end));
	subrs->reach = sk_arena_array(f->job->arena, (size_t)subrs->index.count + 1, sizeof *subrs->reach);
	return subrs->reach == NULL ? SK_LIMIT : SK_OK;
}

static enum sk_status private_read(struct cff_font *f, int32_t at, int32_t len, struct cff_private *to)
{
	struct cff_entry entry;
	int32_t subrs = 0;
	size_t end;

	if (at <= 0 || len <= 0)
		return SK_OK; /* none: a font without hints */
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(f->program, (size_t)at, (size_t)len));
	while (cff_dict_next(&c, &entry)) {
		if (entry.op == PRIVATE_SUBRS)
			subrs = cff_dict_integer(&entry, 0, 0);
		for (size_t i = 0; i < CFF_PRIVATE_ROWS; i++)
			if (private_rows[i].op == entry.op && entry.count <= private_rows[i].max)
				to->rows[i] = entry;
	}
	for (size_t i = 0; i < 4; i++)
		to->rows[i].count &= ~1u; /* zones are pairs */
	/* offsets are from the DICT (TN 5176, table 23) */
	if (subrs > 0 && subrs_read(f, (size_t)at + (size_t)subrs, &to->subrs, &end) != SK_OK)
		to->subrs.index.count = 0;
	return f->job->arena->exhausted ? SK_LIMIT : SK_OK;
}

static void keep(struct cff_entry *to, const struct cff_entry *entry, unsigned count)
{
	if (entry->count == count)
		*to = *entry;
}

static sk_bytes word(const struct cff_font *f, const struct cff_entry *entry, unsigned i, const char *fallback)
{
	int32_t sid = cff_dict_integer(entry, i, 0);
	sk_bytes found = sid < CFF_STRINGS ? (sk_bytes){NULL, 0} : cff_index_item(&f->strings, (uint32_t)(sid - CFF_STRINGS));

	return font_name_allowed(found) ? found : sk_bytes_str(fallback);
}

static enum sk_status top_read(struct cff_font *f, sk_bytes dict, struct top *top)
{
	struct sk_cursor c = sk_cursor_of(dict);
	struct cff_entry entry;

	while (cff_dict_next(&c, &entry)) {
		switch (entry.op) {
		case TOP_BOX: keep(&f->box, &entry, 4); break;
		case TOP_MATRIX: keep(&f->matrix, &entry, 6); break;
		case TOP_CHARSET: f->charset_offset = cff_dict_integer(&entry, 0, 0); break;
		case TOP_ENCODING: f->encoding_offset = cff_dict_integer(&entry, 0, 0); break;
		case TOP_GLYPHS: top->glyphs = cff_dict_integer(&entry, 0, 0); break;
		case TOP_FONTS: top->fonts = cff_dict_integer(&entry, 0, 0); break;
		case TOP_SELECT: top->select = cff_dict_integer(&entry, 0, 0); break;
		case TOP_PRIVATE:
			top->private_len = cff_dict_integer(&entry, 0, 0);
			top->private_at = cff_dict_integer(&entry, 1, 0);
			break;
		case TOP_TYPE:
			if (cff_dict_integer(&entry, 0, 2) != 2)
				return SK_UNSUPPORTED;
			break;
		case TOP_ROS:
			f->cid = true;
			f->registry = word(f, &entry, 0, "Adobe");
			f->ordering = word(f, &entry, 1, "Identity");
			f->supplement = cff_dict_integer(&entry, 2, 0);
			break;
		default:
			break;
		}
	}
	return top->glyphs > 0 ? SK_OK : SK_MALFORMED;
}

static enum sk_status fonts_read(struct cff_font *f, const struct top *top)
{
	struct cff_index index = {.count = 0};
	struct cff_entry entry;
	size_t end;

	if (!f->cid) {
		f->fonts_count = 1;
		f->fonts = sk_arena_make(f->job->arena, sizeof *f->fonts);
		return f->fonts == NULL ? SK_LIMIT : private_read(f, top->private_at, top->private_len, f->fonts);
	}
	if (top->fonts <= 0 || top->select <= 0)
		return SK_MALFORMED;
	SK_TRY(cff_index_read(f->program, (size_t)top->fonts, &index, &end));
	f->fonts_count = (uint32_t)sk_min(index.count, 256);
	f->fonts = sk_arena_array(f->job->arena, f->fonts_count, sizeof *f->fonts);
	if (f->fonts == NULL || f->fonts_count == 0)
		return f->fonts == NULL ? SK_LIMIT : SK_MALFORMED;
	for (uint32_t i = 0; i < f->fonts_count; i++) {
		struct sk_cursor c = sk_cursor_of(cff_index_item(&index, i));
		int32_t len = 0, at = 0;
		while (cff_dict_next(&c, &entry)) {
			if (entry.op == TOP_MATRIX)
				keep(&f->fonts[i].matrix, &entry, 6);
			else if (entry.op == TOP_PRIVATE)
				len = cff_dict_integer(&entry, 0, 0), at = cff_dict_integer(&entry, 1, 0);
		}
		SK_TRY(private_read(f, at, len, &f->fonts[i]));
	}
	return cff_select_read(f, (size_t)top->select);
}

/* ---- glyphs ---- */

static void forget_reach(struct cff_font *f)
{
	memset(f->global.reach, 0, ((size_t)f->global.index.count + 1) * sizeof *f->global.reach);
	for (uint32_t i = 0; i < f->fonts_count; i++)
		if (f->fonts[i].subrs.reach != NULL)
			memset(f->fonts[i].subrs.reach, 0, ((size_t)f->fonts[i].subrs.index.count + 1) * sizeof *f->fonts[i].subrs.reach);
}

/* Walks all glyphs that are alive; *died tells whether one did, whose subroutines are then noted and should not be. */
static enum sk_status walk_all(struct cff_font *f, uint32_t *accents, bool *died)
{
	struct cff_walk w = {.job = f->job, .global = &f->global};

	for (uint32_t glyph = 0; glyph < f->count; glyph++) {
		if (f->dead[glyph])
			continue;
		w.local = &f->fonts[f->cid ? f->font_of[glyph] : 0].subrs;
		bool good = cff_walk_glyph(&w, cff_index_item(&f->glyphs, glyph), &f->reach[glyph]);
		f->job->work += w.steps;
		if (f->job->work > limit(LIMIT_font_work))
			return limit_reached(LIMIT_font_work);
		if (!good || (w.accent != 0 && f->cid)) {
			f->dead[glyph] = *died = true;
			font_note(f->job, FONT_NOTE_GLYPHS, 1);
		}
		accents[glyph] = w.accent;
	}
	return SK_OK;
}

/* The glyph of a standard name; 0 when there is none. */
static uint32_t glyph_of(const struct cff_font *f, unsigned sid)
{
	if (f->charset == NULL)
		return f->charset_offset == 0 && sid < f->count ? sid : 0;
	for (uint32_t glyph = 1; glyph < f->count && sid != 0; glyph++)
		if (f->charset[glyph] == sid)
			return glyph;
	return 0;
}

static bool joins(const struct cff_font *f, const uint32_t *accents, uint32_t accent)
{
	uint32_t base = glyph_of(f, font_standard_sid(accent >> 8 & 255)), mark = glyph_of(f, font_standard_sid(accent & 255));

	return base != 0 && mark != 0 && accents[base] == 0 && accents[mark] == 0;
}

/* Glyphs of two others need both, and these must be plain. */
static bool check_accents(struct cff_font *f, const uint32_t *accents)
{
	uint32_t joined = 0;
	bool died = false;

	for (uint32_t glyph = 0; glyph < f->count; glyph++) {
		if (f->dead[glyph] || accents[glyph] == 0)
			continue;
		/* no font has more of them than codes: a search for each of 65,535 would be work without end */
		if (++joined > 1024 || !joins(f, accents, accents[glyph])) {
			f->dead[glyph] = died = true;
			font_note(f->job, FONT_NOTE_GLYPHS, 1);
		}
	}
	return died;
}

static enum sk_status glyphs_check(struct cff_font *f)
{
	uint32_t *accents = sk_arena_array(f->job->arena, f->count, sizeof *accents);
	bool died = false;

	f->reach = sk_arena_array(f->job->arena, f->count, sizeof *f->reach);
	f->dead = sk_arena_array(f->job->arena, f->count, sizeof *f->dead);
	if (accents == NULL || f->reach == NULL || f->dead == NULL)
		return SK_LIMIT;
	SK_TRY(walk_all(f, accents, &died));
	died |= check_accents(f, accents);
	if (!died)
		return SK_OK;
	forget_reach(f);
	return walk_all(f, accents, &died);
}

enum sk_status cff_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out)
{
	struct cff_font *f = sk_arena_make(job->arena, sizeof *f);
	struct cff_index names, tops;
	struct top top = {0};
	size_t at;

	if (f == NULL)
		return SK_LIMIT;
	f->job = job;
	f->program = program;
	if (program.len < 4 || program.at[0] != 1)
		return SK_MALFORMED;
	SK_TRY(cff_index_read(program, program.at[2], &names, &at));
	SK_TRY(cff_index_read(program, at, &tops, &at));
	SK_TRY(cff_index_read(program, at, &f->strings, &at));
	SK_TRY(subrs_read(f, at, &f->global, &at));
	f->name = cff_index_item(&names, 0);
	SK_TRY(top_read(f, cff_index_item(&tops, 0), &top));
	SK_TRY(cff_index_read(program, (size_t)top.glyphs, &f->glyphs, &at));
	f->count = f->glyphs.count;
	if (f->count == 0)
		return SK_MALFORMED;
	SK_TRY(fonts_read(f, &top));
	SK_TRY(cff_charset_read(f));
	if (!f->cid)
		cff_encoding_read(f);
	SK_TRY(glyphs_check(f));
	job->result->cid = f->cid;
	job->result->glyphs = f->count;
	cff_write(f, out);
	return out->status;
}
