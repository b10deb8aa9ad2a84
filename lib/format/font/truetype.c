/* Fonts with TrueType outlines: which tables there are, each made anew. What the attacker controls here: which tables are there. */
#include "format/font/font_parts.h"

#include "conf/conf.h"

#define MAXP_BYTES 32
#define TABLE_BYTES_MAX ((size_t)16 << 20)

struct maker {
	struct font_tables found, made;
	struct font_glyphs glyphs;
	struct sk_arena *arena;
};

static void add(struct maker *m, uint32_t tag, sk_bytes bytes)
{
	m->made.rows[m->made.count++] = (struct font_table){.tag = tag, .bytes = bytes};
}

static struct sk_buf table_buf(const struct maker *m)
{
	struct sk_buf buf;
	sk_buf_init(&buf, m->arena, TABLE_BYTES_MAX);
	return buf;
}

/* How many glyphs maxp says, and no more than loca has places for. */
static enum sk_status count_glyphs(struct maker *m)
{
	sk_bytes maxp = font_table(&m->found, FONT_TAG('m', 'a', 'x', 'p')), head = font_table(&m->found, FONT_TAG('h', 'e', 'a', 'd'));
	size_t places = font_table(&m->found, FONT_TAG('l', 'o', 'c', 'a')).len;
	if (maxp.len < 6 || head.len < 52)
		return SK_MALFORMED;
	m->glyphs.wide = head.at[50] != 0 || head.at[51] != 0;
	places /= m->glyphs.wide ? 4 : 2;
	m->glyphs.count = (uint32_t)maxp.at[4] << 8 | maxp.at[5];
	m->glyphs.count = (uint32_t)sk_min(m->glyphs.count, places);
	return m->glyphs.count > 0 ? SK_OK : SK_MALFORMED;
}

/* Numbers that programs ask for: kept with them, nothing without. */
static void put_program_limits(const struct maker *m, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(font_table(&m->found, FONT_TAG('m', 'a', 'x', 'p')), 14, 10));
	if (!m->glyphs.programs || c.left < 10) {
		sk_buf_u16be(to, 1); /* one zone, no twilight points, storage, functions, instructions, stack */
		for (int i = 0; i < 5; i++)
			sk_buf_u16be(to, 0);
		sk_buf_u16be(to, 0);
		return;
	}
	sk_buf_u16be(to, 2);
	sk_cursor_skip(&c, 2);
	for (int i = 0; i < 4; i++)
		sk_buf_u16be(to, sk_cursor_u16be(&c));
	sk_bytes stack = sk_bytes_slice(font_table(&m->found, FONT_TAG('m', 'a', 'x', 'p')), 24, 2);
	sk_buf_u16be(to, stack.len == 2 ? (uint16_t)(stack.at[0] << 8 | stack.at[1]) : 0);
	sk_buf_u16be(to, m->glyphs.limits.instructions);
}

static enum sk_status put_maxp(struct maker *m)
{
	const struct font_limits *l = &m->glyphs.limits;
	struct sk_buf to = table_buf(m);
	sk_buf_u32be(&to, 0x00010000);
	sk_buf_u16be(&to, (uint16_t)m->glyphs.count);
	sk_buf_u16be(&to, l->points);
	sk_buf_u16be(&to, l->contours);
	sk_buf_u16be(&to, l->composite_points);
	sk_buf_u16be(&to, l->composite_contours);
	put_program_limits(m, &to);
	sk_buf_u16be(&to, l->component_elements);
	sk_buf_u16be(&to, l->component_depth);
	sk_assert(to.status != SK_OK || to.len == MAXP_BYTES);
	add(m, FONT_TAG('m', 'a', 'x', 'p'), sk_buf_bytes(&to));
	return to.status;
}

static enum sk_status put_metrics(struct maker *m, uint32_t head_tag, uint32_t tag)
{
	struct sk_buf head = table_buf(m), metrics = table_buf(m);
	SK_TRY(font_metrics(font_table(&m->found, head_tag), font_table(&m->found, tag), m->glyphs.count, &head, &metrics));
	add(m, head_tag, sk_buf_bytes(&head));
	add(m, tag, sk_buf_bytes(&metrics));
	return SK_OK;
}

/* fpgm, prep and cvt of a font that can't do without: octets for the viewer's interpreter, of a length that is right. */
static void put_programs(struct maker *m)
{
	static const uint32_t tags[] = {FONT_TAG('c', 'v', 't', ' '), FONT_TAG('f', 'p', 'g', 'm'), FONT_TAG('p', 'r', 'e', 'p')};
	for (size_t i = 0; i < SK_COUNT(tags) && m->glyphs.programs; i++) {
		sk_bytes table = font_table(&m->found, tags[i]);
		if (tags[i] == FONT_TAG('c', 'v', 't', ' '))
			table.len &= ~(size_t)1;
		if (table.len > 0 && table.len <= UINT16_MAX)
			add(m, tags[i], table);
	}
}

static enum sk_status put_texts(struct maker *m)
{
	struct sk_buf charmap = table_buf(m), post = table_buf(m);
	sk_bytes found = font_table(&m->found, FONT_TAG('c', 'm', 'a', 'p'));
	if (found.len > 0) {
		font_charmap(found, m->glyphs.count, m->arena, &charmap);
		add(m, FONT_TAG('c', 'm', 'a', 'p'), sk_buf_bytes(&charmap));
	}
	font_post(font_table(&m->found, FONT_TAG('p', 'o', 's', 't')), m->glyphs.count, m->arena, &post);
	add(m, FONT_TAG('p', 'o', 's', 't'), sk_buf_bytes(&post));
	return charmap.status != SK_OK ? charmap.status : post.status;
}

static enum sk_status put_head(struct maker *m)
{
	struct sk_buf head = table_buf(m);
	SK_TRY(font_head(font_table(&m->found, FONT_TAG('h', 'e', 'a', 'd')), m->glyphs.wide, &head));
	add(m, FONT_TAG('h', 'e', 'a', 'd'), sk_buf_bytes(&head));
	return SK_OK;
}

enum sk_status font_truetype(sk_bytes program, bool programs, struct sk_arena *arena, struct font_program *made)
{
	struct maker *m = sk_arena_make(arena, sizeof *m);
	if (m == NULL)
		return SK_LIMIT;
	m->arena = arena;
	m->glyphs.programs = programs;
	SK_TRY(font_tables_read(program, &m->found));
	SK_TRY(count_glyphs(m));
	SK_TRY(font_glyphs_make(font_table(&m->found, FONT_TAG('g', 'l', 'y', 'f')), font_table(&m->found, FONT_TAG('l', 'o', 'c', 'a')), &m->glyphs,
				arena));
	m->made.version = 0x00010000;
	add(m, FONT_TAG('g', 'l', 'y', 'f'), m->glyphs.glyf);
	add(m, FONT_TAG('l', 'o', 'c', 'a'), m->glyphs.loca);
	SK_TRY(put_head(m));
	SK_TRY(put_maxp(m));
	SK_TRY(put_metrics(m, FONT_TAG('h', 'h', 'e', 'a'), FONT_TAG('h', 'm', 't', 'x')));
	if (font_table(&m->found, FONT_TAG('v', 'h', 'e', 'a')).len > 0 && font_table(&m->found, FONT_TAG('v', 'm', 't', 'x')).len > 0)
		SK_TRY(put_metrics(m, FONT_TAG('v', 'h', 'e', 'a'), FONT_TAG('v', 'm', 't', 'x')));
	put_programs(m);
	SK_TRY(put_texts(m));
	made->glyphs = m->glyphs.count;
	made->repaired = m->glyphs.repaired;
	return font_tables_write(&m->made, arena, &made->bytes);
}
