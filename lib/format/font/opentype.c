/*
 * Fonts with CFF outlines in a directory of tables (OpenType 1.9, "CFF"). PDF has them without all but the outlines and the characters too.
 *
 * What the attacker controls here: which tables are there, and whether they agree on the number of glyphs: the outlines tell it.
 */
#include "format/font/font_tables.h"

#define TABLE_BYTES_MAX ((size_t)16 << 20)
#define ORIGINS_HEAD 8

struct maker {
	struct font_job *job;
	const struct font_tables *found;
	struct font_tables made;
};

static struct sk_buf table_buf(const struct maker *m)
{
	struct sk_buf buf;

	sk_buf_init(&buf, m->job->arena, TABLE_BYTES_MAX);
	return buf;
}

static enum sk_status add(struct maker *m, uint32_t tag, const struct sk_buf *buf)
{
	SK_TRY(buf->status);
	if (buf->len > 0)
		m->made.rows[m->made.count++] = (struct font_table){.tag = tag, .bytes = sk_buf_bytes(buf)};
	return SK_OK;
}

static enum sk_status put_outlines(struct maker *m)
{
	struct sk_buf to;

	sk_buf_init(&to, m->job->arena, limit(LIMIT_font_bytes));
	SK_TRY(cff_rewrite(m->job, font_table(m->found, FONT_TAG('C', 'F', 'F', ' ')), &to));
	return add(m, FONT_TAG('C', 'F', 'F', ' '), &to);
}

static enum sk_status put_metrics(struct maker *m, uint32_t head_tag, uint32_t tag)
{
	struct sk_buf head = table_buf(m), metrics = table_buf(m);

	if (font_table(m->found, head_tag).len == 0 || font_table(m->found, tag).len == 0)
		return SK_OK;
	if (font_metrics(font_table(m->found, head_tag), font_table(m->found, tag), m->job->result->glyphs, &head, &metrics) == SK_MALFORMED)
		return SK_OK;
	SK_TRY(add(m, head_tag, &head));
	return add(m, tag, &metrics);
}

static enum sk_status put_maxp(struct maker *m)
{
	struct sk_buf to = table_buf(m);

	sk_buf_u32be(&to, 0x00005000); /* version 0.5: the number alone */
	sk_buf_u16be(&to, (uint16_t)m->job->result->glyphs);
	return add(m, FONT_TAG('m', 'a', 'x', 'p'), &to);
}

/* Origins of vertical writing: glyphs in rising order, each that there is. */
static enum sk_status put_origins(struct maker *m)
{
	struct sk_cursor c = sk_cursor_of(font_table(m->found, FONT_TAG('V', 'O', 'R', 'G')));
	struct sk_buf to = table_buf(m);
	uint32_t kept = 0;
	int32_t last = -1;

	sk_cursor_skip(&c, 4);
	uint16_t usual = sk_cursor_u16be(&c), count = sk_cursor_u16be(&c);
	if (c.status != SK_OK)
		return SK_OK;
	sk_buf_u32be(&to, 0x00010000);
	sk_buf_u16be(&to, usual);
	sk_buf_u16be(&to, 0);
	for (uint16_t i = 0; i < count && c.left >= 4; i++) {
		uint16_t glyph = sk_cursor_u16be(&c), origin = sk_cursor_u16be(&c);
		if (glyph <= last || glyph >= m->job->result->glyphs)
			continue;
		last = glyph;
		sk_buf_u16be(&to, glyph);
		sk_buf_u16be(&to, origin);
		kept++;
	}
	if (to.status == SK_OK)
		font_set_u16(to.at + ORIGINS_HEAD - 2, kept);
	return add(m, FONT_TAG('V', 'O', 'R', 'G'), &to);
}

static enum sk_status put_numbers(struct maker *m)
{
	struct sk_buf head = table_buf(m), post = table_buf(m), style = table_buf(m);
	sk_bytes found = font_table(m->found, FONT_TAG('h', 'e', 'a', 'd'));

	if (found.len == 0)
		return SK_OK; /* outlines and characters alone */
	SK_TRY(font_head(found, false, &head));
	SK_TRY(add(m, FONT_TAG('h', 'e', 'a', 'd'), &head));
	SK_TRY(put_metrics(m, FONT_TAG('h', 'h', 'e', 'a'), FONT_TAG('h', 'm', 't', 'x')));
	SK_TRY(put_metrics(m, FONT_TAG('v', 'h', 'e', 'a'), FONT_TAG('v', 'm', 't', 'x')));
	SK_TRY(put_maxp(m));
	/* names are told by the outlines */
	font_post(sk_bytes_slice(font_table(m->found, FONT_TAG('p', 'o', 's', 't')), 0, 0), m->job->result->glyphs, m->job->arena, &post);
	SK_TRY(add(m, FONT_TAG('p', 'o', 's', 't'), &post));
	font_style(font_table(m->found, FONT_TAG('O', 'S', '/', '2')), &style);
	SK_TRY(add(m, FONT_TAG('O', 'S', '/', '2'), &style));
	return put_origins(m);
}

static void note_tables(const struct maker *m)
{
	for (size_t i = 0; i < m->found->count; i++) {
		const struct font_table *row = &m->found->rows[i];
		font_note(m->job, FONT_NOTE_TABLES, row->bytes.len > 0 && font_table(&m->made, row->tag).len == 0);
	}
}

enum sk_status opentype_rewrite(struct font_job *job, const struct font_tables *found, struct sk_buf *out)
{
	struct maker *m = sk_arena_make(job->arena, sizeof *m);
	sk_bytes characters = font_table(found, FONT_TAG('c', 'm', 'a', 'p'));

	if (m == NULL)
		return SK_LIMIT;
	m->job = job;
	m->found = found;
	m->made.version = FONT_TAG('O', 'T', 'T', 'O');
	job->result->kind = FONT_OPENTYPE;
	SK_TRY(put_outlines(m));
	SK_TRY(put_numbers(m));
	if (characters.len > 0) {
		struct sk_buf to = table_buf(m);
		font_charmap(characters, job->result->glyphs, job->arena, &to);
		SK_TRY(add(m, FONT_TAG('c', 'm', 'a', 'p'), &to));
	}
	note_tables(m);
	return font_tables_write(&m->made, out);
}
