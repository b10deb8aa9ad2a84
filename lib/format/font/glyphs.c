/*
 * Outlines of TrueType: glyf and loca made anew (OpenType 1.9, "glyf", "loca", "maxp").
 *
 * What the attacker controls here: every offset, count and flag. A glyph is taken when its pieces have exactly the lengths that its counts and
 * flags ask for; otherwise it is empty from then on. Composite glyphs may not lead back to themselves. Instructions go unless the font is lost
 * without them; those that stay are only carried, with a length that fits.
 */
#include "format/font/font_tables.h"

#define DEPTH_MAX limit(LIMIT_font_depth)
#define VISITING 255

enum simple_flags { ON_CURVE = 1, X_SHORT = 2, Y_SHORT = 4, REPEAT = 8, X_SAME = 16, Y_SAME = 32, OVERLAP = 64 };
enum component_flags {
	ARE_WORDS = 1, HAVE_SCALE = 8, MORE = 0x20, HAVE_TWO_SCALES = 0x40, HAVE_MATRIX = 0x80, HAVE_PROGRAM = 0x100,
	KEPT_FLAGS = 0x1FEF, /* all that mean something */
};

struct glyph {
	uint32_t from, len;     /* in glyf as it is made */
	uint32_t points, contours;
	uint16_t elements;      /* of a composite glyph */
	uint8_t depth;          /* 0: not looked at yet; VISITING */
	bool composite;
};

struct maker {
	struct font_glyphs *glyphs;
	struct sk_buf glyf;
	struct glyph *rows;
};

/* ---- simple glyphs ---- */

/* Copies flags of so many points and adds up what the coordinates need. */
static bool take_flags(struct sk_cursor *c, uint32_t points, struct sk_buf *to, size_t *coordinates)
{
	*coordinates = 0;
	for (uint32_t i = 0; i < points;) {
		uint8_t flag = sk_cursor_u8(c) & 0x7F;
		uint32_t times = 1;
		sk_buf_u8(to, flag);
		if (flag & REPEAT) {
			uint8_t more = sk_cursor_u8(c);
			sk_buf_u8(to, more);
			times += more;
		}
		if (c->status != SK_OK || times > points - i)
			return false;
		size_t x = (flag & X_SHORT) ? 1 : (flag & X_SAME) ? 0 : 2;
		size_t y = (flag & Y_SHORT) ? 1 : (flag & Y_SAME) ? 0 : 2;
		*coordinates += times * (x + y);
		i += times;
	}
	return true;
}

static bool take_program(struct sk_cursor *c, struct font_glyphs *glyphs, struct sk_buf *to, bool count_too, struct font_limits *limits)
{
	uint16_t len = sk_cursor_u16be(c);
	sk_bytes program = sk_cursor_take(c, len);
	if (c->status != SK_OK)
		return false;
	if (!glyphs->programs) {
		glyphs->programs_dropped += len > 0;
		program.len = 0;
	}
	if (count_too || program.len > 0)
		sk_buf_u16be(to, (uint16_t)program.len);
	sk_buf_put(to, program);
	limits->instructions = (uint16_t)sk_max(limits->instructions, program.len);
	return true;
}

static bool simple(struct maker *m, struct sk_cursor *c, uint16_t contours, struct glyph *row)
{
	struct sk_buf *to = &m->glyf;
	sk_bytes box = sk_cursor_take(c, 8);
	int32_t last = -1;
	size_t coordinates;
	sk_buf_u16be(to, contours);
	sk_buf_put(to, box);
	for (uint16_t i = 0; i < contours; i++) {
		uint16_t end = sk_cursor_u16be(c);
		if (c->status != SK_OK || (int32_t)end <= last)
			return false;
		last = end;
		sk_buf_u16be(to, end);
	}
	row->points = (uint32_t)(last + 1);
	row->contours = contours;
	if (!take_program(c, m->glyphs, to, true, &m->glyphs->limits) || !take_flags(c, row->points, to, &coordinates))
		return false;
	sk_bytes rest = sk_cursor_take(c, coordinates);
	sk_buf_put(to, rest);
	return c->status == SK_OK;
}

/* ---- composite glyphs ---- */

static size_t component_bytes(uint16_t flags)
{
	size_t len = (flags & ARE_WORDS) ? 4 : 2;
	if (flags & HAVE_SCALE)
		return len + 2;
	if (flags & HAVE_TWO_SCALES)
		return len + 4;
	return len + ((flags & HAVE_MATRIX) ? 8 : 0);
}

static bool composite(struct maker *m, struct sk_cursor *c, struct glyph *row)
{
	struct sk_buf *to = &m->glyf;
	sk_bytes box = sk_cursor_take(c, 8);
	bool has_program = false;
	uint16_t flags;
	sk_buf_u16be(to, UINT16_MAX); /* -1 */
	sk_buf_put(to, box);
	row->composite = true;
	do {
		flags = sk_cursor_u16be(c);
		uint16_t index = sk_cursor_u16be(c);
		sk_bytes rest = sk_cursor_take(c, component_bytes(flags));
		if (c->status != SK_OK || index >= m->glyphs->count || row->elements == UINT16_MAX)
			return false;
		has_program |= (flags & HAVE_PROGRAM) != 0;
		row->elements++;
		sk_buf_u16be(to, flags & (m->glyphs->programs ? KEPT_FLAGS : KEPT_FLAGS & ~HAVE_PROGRAM));
		sk_buf_u16be(to, index);
		sk_buf_put(to, rest);
	} while (flags & MORE);
	return !has_program || take_program(c, m->glyphs, to, m->glyphs->programs, &m->glyphs->limits);
}

/* ---- one after another ---- */

/* The bytes of glyph i as loca found has it, clipped as FreeType does. */
static sk_bytes found(sk_bytes glyf, sk_bytes loca, bool wide, uint32_t i)
{
	struct sk_cursor c = sk_cursor_of(loca);
	size_t from, to;
	if (wide) {
		sk_cursor_skip(&c, (size_t)i * 4);
		from = sk_cursor_u32be(&c);
		to = c.left >= 4 ? sk_cursor_u32be(&c) : glyf.len;
	} else {
		sk_cursor_skip(&c, (size_t)i * 2);
		from = (size_t)sk_cursor_u16be(&c) * 2;
		to = c.left >= 2 ? (size_t)sk_cursor_u16be(&c) * 2 : glyf.len;
	}
	if (c.status != SK_OK || to < from)
		return (sk_bytes){NULL, 0};
	return sk_bytes_slice(glyf, from, to - from);
}

static void drop(struct maker *m, struct glyph *row)
{
	*row = (struct glyph){.from = row->from};
	m->glyphs->repaired++;
}

static void take_glyph(struct maker *m, sk_bytes glyph, struct glyph *row)
{
	struct sk_cursor c = sk_cursor_of(glyph);
	int16_t contours = (int16_t)sk_cursor_u16be(&c);
	row->from = (uint32_t)m->glyf.len;
	if (glyph.len == 0 || (c.status == SK_OK && contours == 0))
		return; /* no outline */
	bool good = c.status == SK_OK && (contours > 0 ? simple(m, &c, (uint16_t)contours, row) : composite(m, &c, row));
	if (!good) {
		m->glyf.len = row->from;
		drop(m, row);
		return;
	}
	if (m->glyf.len % 2 != 0)
		sk_buf_u8(&m->glyf, 0);
	row->len = (uint32_t)(m->glyf.len - row->from);
}

/* ---- what composite glyphs lead to ---- */

/* Adds up what a glyph draws, and how deep it goes; false when it leads back to itself or too deep. */
static bool weigh(struct maker *m, uint32_t index, unsigned depth)
{
	struct glyph *row = &m->rows[index];
	if (!row->composite || row->depth == VISITING || depth >= DEPTH_MAX)
		return !row->composite;
	if (row->depth != 0)
		return depth + row->depth <= DEPTH_MAX;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(sk_buf_bytes(&m->glyf), row->from, row->len));
	unsigned deepest = 0;
	uint16_t flags;
	row->depth = VISITING;
	row->points = row->contours = 0; /* of an attempt that failed below */
	sk_cursor_skip(&c, 10);
	do {
		flags = sk_cursor_u16be(&c);
		uint16_t part = sk_cursor_u16be(&c);
		sk_cursor_skip(&c, component_bytes(flags));
		if (!weigh(m, part, depth + 1)) {
			row->depth = 0;
			return false;
		}
		row->points += m->rows[part].points;
		row->contours += m->rows[part].contours;
		deepest = (unsigned)sk_max(deepest, m->rows[part].composite ? m->rows[part].depth : 0);
	} while (flags & MORE);
	row->depth = (uint8_t)(deepest + 1);
	return row->points <= UINT16_MAX;
}

static void weigh_all(struct maker *m)
{
	struct font_limits *limits = &m->glyphs->limits;
	for (uint32_t i = 0; i < m->glyphs->count; i++) {
		struct glyph *row = &m->rows[i];
		if (!weigh(m, i, 0))
			drop(m, row);
		uint16_t *points = row->composite ? &limits->composite_points : &limits->points;
		uint16_t *contours = row->composite ? &limits->composite_contours : &limits->contours;
		*points = (uint16_t)sk_max(*points, row->points);
		*contours = (uint16_t)sk_max(*contours, sk_min(row->contours, UINT16_MAX));
		limits->component_elements = (uint16_t)sk_max(limits->component_elements, row->elements);
		limits->component_depth = (uint16_t)sk_max(limits->component_depth, row->composite ? row->depth : 0);
	}
}

/* glyf without what was dropped since, and loca beside it. */
static enum sk_status settle(struct maker *m, struct sk_arena *arena)
{
	struct font_glyphs *glyphs = m->glyphs;
	struct sk_buf loca;
	size_t at = 0;
	for (uint32_t i = 0; i < glyphs->count; i++) {
		struct glyph *row = &m->rows[i];
		if (row->len > 0 && row->from != at)
			memmove(m->glyf.at + at, m->glyf.at + row->from, row->len);
		row->from = (uint32_t)at;
		at += row->len;
	}
	m->glyf.len = at;
	glyphs->wide = at > (size_t)UINT16_MAX * 2;
	sk_buf_init(&loca, arena, ((size_t)glyphs->count + 1) * 4);
	for (uint32_t i = 0; i <= glyphs->count; i++) {
		size_t from = i < glyphs->count ? m->rows[i].from : at;
		if (glyphs->wide)
			sk_buf_u32be(&loca, (uint32_t)from);
		else
			sk_buf_u16be(&loca, (uint16_t)(from / 2));
	}
	glyphs->glyf = sk_buf_bytes(&m->glyf);
	glyphs->loca = sk_buf_bytes(&loca);
	return loca.status;
}

enum sk_status font_glyphs_make(sk_bytes glyf, sk_bytes loca, struct font_glyphs *glyphs, struct sk_arena *arena)
{
	struct maker *m = sk_arena_make(arena, sizeof *m);
	struct glyph *rows = sk_arena_array(arena, glyphs->count, sizeof *rows);
	if (m == NULL || rows == NULL)
		return SK_LIMIT;
	m->glyphs = glyphs;
	m->rows = rows;
	/* entries of loca may overlap: a font whose glyphs share much is rare, one that asks for a thousandfold is none */
	sk_buf_init(&m->glyf, arena, glyf.len * 4 + (size_t)glyphs->count * 4 + 64);
	for (uint32_t i = 0; i < glyphs->count; i++)
		take_glyph(m, found(glyf, loca, glyphs->wide, i), &rows[i]);
	if (m->glyf.status != SK_OK)
		return arena->exhausted ? SK_LIMIT : SK_MALFORMED;
	weigh_all(m);
	return settle(m, arena);
}
