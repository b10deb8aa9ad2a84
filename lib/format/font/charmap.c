/*
 * cmap: which glyph a character has (OpenType 1.9, "cmap"). Each subtable is read into what it maps and written from that.
 *
 * What the attacker controls here: every length, code and offset. A glyph that the font does not have is none; a subtable that maps nothing goes.
 */
#include "format/font/font_tables.h"

#define SUBTABLES_MAX 16
#define RANGES_MAX 65536
#define CODE_MAX 0x10FFFF

/* Codes from first to last map to glyphs from glyph on. */
struct range {
	uint32_t first, last, glyph;
};

struct mapping {
	struct range *rows;
	size_t count;
	uint32_t glyphs;
	bool full; /* more than RANGES_MAX: not told */
};

static void map(struct mapping *m, uint32_t code, uint32_t glyph)
{
	if (glyph == 0 || glyph >= m->glyphs || code > CODE_MAX)
		return;
	struct range *last = m->count > 0 ? &m->rows[m->count - 1] : NULL;
	if (last != NULL && code <= last->last)
		return; /* codes rise; the first mapping counts */
	if (last != NULL && code == last->last + 1 && glyph == last->glyph + (code - last->first)) {
		last->last = code;
		return;
	}
	if (m->count == RANGES_MAX)
		m->full = true;
	else
		m->rows[m->count++] = (struct range){code, code, glyph};
}

/* ---- reading ---- */

static void read_bytes(struct sk_cursor *c, struct mapping *m) /* format 0 */
{
	sk_cursor_skip(c, 4);
	for (uint32_t code = 0; code < 256 && c->left > 0; code++)
		map(m, code, sk_cursor_u8(c));
}

static uint16_t u16_at(sk_bytes b, size_t at)
{
	return at + 2 <= b.len ? (uint16_t)(b.at[at] << 8 | b.at[at + 1]) : 0;
}

static void read_segments(sk_bytes table, struct mapping *m) /* format 4 */
{
	size_t segments = u16_at(table, 6) / 2;
	size_t ends = 14, starts = 16 + segments * 2, deltas = 16 + segments * 4, offsets = 16 + segments * 6;
	for (size_t i = 0; i < segments && offsets + i * 2 + 2 <= table.len; i++) {
		uint32_t end = u16_at(table, ends + i * 2), start = u16_at(table, starts + i * 2);
		uint16_t delta = u16_at(table, deltas + i * 2), offset = u16_at(table, offsets + i * 2);
		for (uint32_t code = start; code <= end && code < 0xFFFF; code++) {
			uint16_t glyph = (uint16_t)code;
			if (offset != 0 && offset != 0xFFFF) {
				glyph = u16_at(table, offsets + i * 2 + offset + (code - start) * 2);
				if (glyph == 0)
					continue;
			}
			map(m, code, (uint16_t)(glyph + delta));
		}
	}
}

static void read_trimmed(struct sk_cursor *c, struct mapping *m, bool wide) /* formats 6 and 10 */
{
	sk_cursor_skip(c, wide ? 10 : 4);
	uint32_t first = wide ? sk_cursor_u32be(c) : sk_cursor_u16be(c);
	uint32_t count = wide ? sk_cursor_u32be(c) : sk_cursor_u16be(c);
	for (uint32_t i = 0; i < count && c->left >= 2 && first <= CODE_MAX - i; i++)
		map(m, first + i, sk_cursor_u16be(c));
}

static void read_groups(struct sk_cursor *c, struct mapping *m, bool same) /* formats 12 and 13 */
{
	sk_cursor_skip(c, 10);
	uint32_t count = sk_cursor_u32be(c);
	for (uint32_t i = 0; i < count && c->left >= 12; i++) {
		uint32_t first = sk_cursor_u32be(c), last = sk_cursor_u32be(c), glyph = sk_cursor_u32be(c);
		if (last > CODE_MAX || first > last || glyph >= m->glyphs)
			continue;
		if (!same)
			last = (uint32_t)sk_min(last, first + (m->glyphs - 1 - glyph));
		for (uint32_t code = first; code <= last && !m->full; code++)
			map(m, code, same ? glyph : glyph + (code - first));
	}
}

/* What the subtable maps. Formats 2, 8 and 14 are not for fonts in documents: they map nothing here. */
static void read_mapping(sk_bytes table, struct mapping *m)
{
	struct sk_cursor c = sk_cursor_of(table);
	m->count = 0;
	m->full = false;
	switch (sk_cursor_u16be(&c)) {
	case 0:
		read_bytes(&c, m);
		break;
	case 4:
		read_segments(table, m);
		break;
	case 6:
		read_trimmed(&c, m, false);
		break;
	case 10:
		read_trimmed(&c, m, true);
		break;
	case 12:
		read_groups(&c, m, false);
		break;
	case 13:
		read_groups(&c, m, true);
		break;
	default:
		break;
	}
}

/* ---- writing ---- */

static bool is_bytes(const struct mapping *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->rows[i].last > 255 || m->rows[i].glyph + (m->rows[i].last - m->rows[i].first) > 255)
			return false;
	return true;
}

static void write_bytes(const struct mapping *m, struct sk_buf *to)
{
	uint8_t glyphs[256] = {0};
	for (size_t i = 0; i < m->count; i++)
		for (uint32_t code = m->rows[i].first; code <= m->rows[i].last; code++)
			glyphs[code] = (uint8_t)(m->rows[i].glyph + (code - m->rows[i].first));
	sk_buf_u16be(to, 0);
	sk_buf_u16be(to, 262);
	sk_buf_u16be(to, 0);
	sk_buf_put(to, sk_bytes_of(glyphs, sizeof glyphs));
}

/* Format 4 has a segment for each range and one that ends it; its length has 16 bits. */
static bool fits_segments(const struct mapping *m)
{
	return m->count < (65535 - 16) / 8 && (m->count == 0 || m->rows[m->count - 1].last < 0xFFFF);
}

static void write_segments(const struct mapping *m, struct sk_buf *to)
{
	size_t segments = m->count + 1;
	uint16_t power = 0;
	while ((size_t)2 << power <= segments)
		power++;
	sk_buf_u16be(to, 4);
	sk_buf_u16be(to, (uint16_t)(16 + segments * 8));
	sk_buf_u16be(to, 0);
	sk_buf_u16be(to, (uint16_t)(segments * 2));
	sk_buf_u16be(to, (uint16_t)(2u << power));
	sk_buf_u16be(to, power);
	sk_buf_u16be(to, (uint16_t)(segments * 2 - ((size_t)2 << power)));
	for (size_t i = 0; i < m->count; i++)
		sk_buf_u16be(to, (uint16_t)m->rows[i].last);
	sk_buf_u16be(to, 0xFFFF);
	sk_buf_u16be(to, 0);
	for (size_t i = 0; i < m->count; i++)
		sk_buf_u16be(to, (uint16_t)m->rows[i].first);
	sk_buf_u16be(to, 0xFFFF);
	for (size_t i = 0; i < m->count; i++)
		sk_buf_u16be(to, (uint16_t)(m->rows[i].glyph - m->rows[i].first));
	sk_buf_u16be(to, 1);
	for (size_t i = 0; i < segments; i++)
		sk_buf_u16be(to, 0);
}

static void write_groups(const struct mapping *m, struct sk_buf *to)
{
	sk_buf_u16be(to, 12);
	sk_buf_u16be(to, 0);
	sk_buf_u32be(to, (uint32_t)(16 + m->count * 12));
	sk_buf_u32be(to, 0);
	sk_buf_u32be(to, (uint32_t)m->count);
	for (size_t i = 0; i < m->count; i++) {
		sk_buf_u32be(to, m->rows[i].first);
		sk_buf_u32be(to, m->rows[i].last);
		sk_buf_u32be(to, m->rows[i].glyph);
	}
}

static void write_mapping(const struct mapping *m, struct sk_buf *to)
{
	if (is_bytes(m) && m->count > 4)
		write_bytes(m, to);
	else if (fits_segments(m))
		write_segments(m, to);
	else
		write_groups(m, to);
}

/* ---- the table ---- */

struct entry {
	uint16_t platform, encoding;
	uint32_t offset; /* as found */
};

/* The entries that viewers of documents use: Unicode, Macintosh, Windows; each pair once, in rising order. */
static size_t read_entries(sk_bytes found, struct entry entries[SUBTABLES_MAX])
{
	struct sk_cursor c = sk_cursor_of(found);
	size_t kept = 0;
	sk_cursor_skip(&c, 2);
	uint16_t count = sk_cursor_u16be(&c);
	for (uint16_t i = 0; i < count && c.left >= 8 && kept < SUBTABLES_MAX; i++) {
		struct entry e = {.platform = sk_cursor_u16be(&c), .encoding = sk_cursor_u16be(&c), .offset = sk_cursor_u32be(&c)};
		size_t at = kept;
		if (e.platform > 3 || e.platform == 2 || e.encoding > 10)
			continue;
		while (at > 0 && (entries[at - 1].platform > e.platform ||
				  (entries[at - 1].platform == e.platform && entries[at - 1].encoding > e.encoding)))
			at--;
		if (at > 0 && entries[at - 1].platform == e.platform && entries[at - 1].encoding == e.encoding)
			continue;
		memmove(&entries[at + 1], &entries[at], (kept - at) * sizeof *entries);
		entries[at] = e;
		kept++;
	}
	return kept;
}

void font_charmap(sk_bytes found, uint32_t glyphs, struct sk_arena *arena, struct sk_buf *to)
{
	struct entry entries[SUBTABLES_MAX + 1];
	struct sk_buf heads, bodies;
	size_t count = read_entries(found, entries), kept = 0;
	struct mapping m = {.rows = sk_arena_raw(arena, RANGES_MAX * sizeof *m.rows), .glyphs = glyphs};
	if (m.rows == NULL)
		return;
	size_t ends[SUBTABLES_MAX + 1] = {0};
	sk_buf_init(&bodies, arena, to->max);
	for (size_t i = 0; i < count; i++) {
		read_mapping(sk_bytes_slice(found, entries[i].offset, found.len), &m);
		if (m.count == 0 || m.full)
			continue;
		write_mapping(&m, &bodies);
		entries[kept] = entries[i];
		ends[++kept] = bodies.len;
	}
	sk_buf_init(&heads, arena, 4 + SUBTABLES_MAX * 8);
	sk_buf_u16be(&heads, 0);
	sk_buf_u16be(&heads, (uint16_t)kept);
	for (size_t i = 0; i < kept; i++) {
		sk_buf_u16be(&heads, entries[i].platform);
		sk_buf_u16be(&heads, entries[i].encoding);
		sk_buf_u32be(&heads, (uint32_t)(4 + kept * 8 + ends[i]));
	}
	sk_buf_put(to, sk_buf_bytes(&heads));
	sk_buf_put(to, sk_buf_bytes(&bodies));
	if (bodies.status != SK_OK)
		to->status = bodies.status;
}
