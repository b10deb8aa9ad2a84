/* Fonts with TrueType outlines: which tables there are, each made anew. What the attacker controls here: which tables are there. */
#include "format/font/font_tables.h"

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
	struct sk_buf charmap = table_buf(m), post = table_buf(m), style = table_buf(m);
	sk_bytes found = font_table(&m->found, FONT_TAG('c', 'm', 'a', 'p'));
	if (found.len > 0) {
		font_charmap(found, m->glyphs.count, m->arena, &charmap);
		add(m, FONT_TAG('c', 'm', 'a', 'p'), sk_buf_bytes(&charmap));
	}
	font_post(font_table(&m->found, FONT_TAG('p', 'o', 's', 't')), m->glyphs.count, m->arena, &post);
	add(m, FONT_TAG('p', 'o', 's', 't'), sk_buf_bytes(&post));
	font_style(font_table(&m->found, FONT_TAG('O', 'S', '/', '2')), &style);
	if (style.len > 0)
		add(m, FONT_TAG('O', 'S', '/', '2'), sk_buf_bytes(&style));
	SK_TRY(charmap.status);
	SK_TRY(post.status);
	return style.status;
}

static enum sk_status put_head(struct maker *m)
{
	struct sk_buf head = table_buf(m);
	SK_TRY(font_head(font_table(&m->found, FONT_TAG('h', 'e', 'a', 'd')), m->glyphs.wide, &head));
	add(m, FONT_TAG('h', 'e', 'a', 'd'), sk_buf_bytes(&head));
	return SK_OK;
}

/* Fonts of the nineties that assemble their outlines by instructions (MingLiU, DFGothic, DFKaiShu, HuaTian …), by length and sum of fpgm,
 * which is how FreeType knows a subset of one that has lost its name. Everyone else is drawn as well without. */
static bool needs_programs(const struct font_tables *found)
{
	static const uint32_t known[][2] = {
		{0x87C4, 0x28233BF1}, {0x87A7, 0xB680EE64}, {0xBC85, 0xCE5956E9}, {0x7940, 0xE86A5D64}, {0x859B, 0x3D16328A}, {0x7EE1, 0xA5ACC982},
		{0x9063, 0x5A30CA3B}, {0x8998, 0xA6E78C01}, {0x8E2A, 0x40FE7C90}, {0x676F, 0xD2E4DCD4}, {0xBEA2, 0x9C9E48B8}, {0x17C39, 0x0A5A0483},
		{0xE5, 0x40C92555},   {0xE5, 0x33C41652},   {0x19D, 0x6DB1651D},  {0xE5, 0x85E47664},   {0x19D, 0x2D891CFD},  {0x1CB, 0x40AA774C},
		{0x141, 0x0D3DE9CB},  {0x1F0, 0x4A692698},  {0x166, 0xCD34C604},  {0x19D, 0x5DA75315},  {0x1C2, 0xF055FC48},  {0x58AA, 0xDBB4306E},
	};
	sk_bytes program = font_table(found, FONT_TAG('f', 'p', 'g', 'm'));
	for (size_t i = 0; i < SK_COUNT(known); i++)
		if (program.len == known[i][0] && font_checksum(program) == known[i][1])
			return true;
	return false;
}

static void note(struct font_job *job, const struct maker *m)
{
	job->result->glyphs = m->glyphs.count;
	font_note(job, FONT_NOTE_GLYPHS, m->glyphs.repaired);
	font_note(job, FONT_NOTE_INSTRUCTIONS, m->glyphs.programs_dropped);
	for (size_t i = 0; i < m->found.count; i++) {
		bool stays = font_table(&m->made, m->found.rows[i].tag).len > 0;
		font_note(job, FONT_NOTE_TABLES, !stays && m->found.rows[i].bytes.len > 0);
	}
}

enum sk_status truetype_rewrite(struct font_job *job, const struct font_tables *found, struct sk_buf *out)
{
	struct maker *m = sk_arena_make(job->arena, sizeof *m);
	if (m == NULL)
		return SK_LIMIT;
	m->arena = job->arena;
	m->found = *found;
	m->glyphs.programs = needs_programs(found);
	SK_TRY(count_glyphs(m));
	SK_TRY(font_glyphs_make(font_table(found, FONT_TAG('g', 'l', 'y', 'f')), font_table(found, FONT_TAG('l', 'o', 'c', 'a')), &m->glyphs, job->arena));
	m->made.version = 0x00010000;
	add(m, FONT_TAG('g', 'l', 'y', 'f'), m->glyphs.glyf);
	add(m, FONT_TAG('l', 'o', 'c', 'a'), m->glyphs.loca);
	SK_TRY(put_head(m));
	SK_TRY(put_maxp(m));
	SK_TRY(put_metrics(m, FONT_TAG('h', 'h', 'e', 'a'), FONT_TAG('h', 'm', 't', 'x')));
	if (font_table(found, FONT_TAG('v', 'h', 'e', 'a')).len > 0 && font_table(found, FONT_TAG('v', 'm', 't', 'x')).len > 0)
		SK_TRY(put_metrics(m, FONT_TAG('v', 'h', 'e', 'a'), FONT_TAG('v', 'm', 't', 'x')));
	put_programs(m);
	SK_TRY(put_texts(m));
	note(job, m);
	return font_tables_write(&m->made, out);
}
