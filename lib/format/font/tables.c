/* Tables of numbers: head, hhea and hmtx, vhea and vmtx, post (OpenType 1.9). What the attacker controls here: every number. */
#include "format/font/font_tables.h"

#define HEAD_BYTES 54
#define METRICS_HEAD_BYTES 36
#define POST_BYTES 32
#define POST_NAMES 0x00020000u
#define POST_BARE 0x00030000u
#define STANDARD_NAMES 258 /* the Macintosh order */
#define NAME_BYTES_MAX 63

enum sk_status font_head(sk_bytes found, bool wide, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(found, 0, HEAD_BYTES));
	sk_cursor_skip(&c, 4);
	uint32_t revision = sk_cursor_u32be(&c);
	sk_cursor_skip(&c, 8); /* checksum and magic number */
	uint16_t flags = sk_cursor_u16be(&c);
	uint16_t units = sk_cursor_u16be(&c);
	sk_bytes rest = sk_cursor_take(&c, 16 + 8 + 2 + 2 + 2); /* times, box, style, smallest size, direction */
	if (c.status != SK_OK || units < 16 || units > 16384)
		return SK_MALFORMED;
	sk_buf_u32be(to, 0x00010000);
	sk_buf_u32be(to, revision);
	sk_buf_u32be(to, 0);
	sk_buf_u32be(to, 0x5F0F3CF5);
	sk_buf_u16be(to, flags);
	sk_buf_u16be(to, units);
	sk_buf_put(to, rest);
	sk_buf_u16be(to, wide);
	sk_buf_u16be(to, 0);
	return to->status;
}

enum sk_status font_metrics(sk_bytes found_head, sk_bytes found, uint32_t glyphs, struct sk_buf *head, struct sk_buf *to)
{
	if (found_head.len < METRICS_HEAD_BYTES || glyphs == 0)
		return SK_MALFORMED;
	struct sk_cursor c = sk_cursor_of(found);
	uint32_t count = (uint32_t)found_head.at[34] << 8 | found_head.at[35];
	count = (uint32_t)sk_min(sk_max(count, 1), glyphs);
	sk_buf_put(head, sk_bytes_slice(found_head, 0, METRICS_HEAD_BYTES - 4));
	sk_buf_u16be(head, 0); /* the format */
	sk_buf_u16be(head, (uint16_t)count);
	for (uint32_t i = 0; i < glyphs; i++) {
		if (i < count)
			sk_buf_u16be(to, c.left >= 4 ? sk_cursor_u16be(&c) : 0);
		sk_buf_u16be(to, c.left >= 2 ? sk_cursor_u16be(&c) : 0); /* what is missing is zero, as FreeType has it */
	}
	return to->status;
}

/* ---- post ---- */

struct names {
	sk_bytes *rows;
	uint32_t count;
};

static bool is_name(sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.at[i] <= ' ' || b.at[i] > '~' || strchr("[](){}<>/%", b.at[i]) != NULL)
			return false;
	return b.len > 0 && b.len <= NAME_BYTES_MAX;
}

static bool take_names(struct sk_cursor *c, uint32_t glyphs, struct sk_arena *arena, struct names *names)
{
	names->rows = sk_arena_array(arena, glyphs, sizeof *names->rows);
	names->count = 0;
	while (names->rows != NULL && c->left > 0 && names->count < glyphs)
		names->rows[names->count++] = sk_cursor_take(c, sk_cursor_u8(c));
	return names->rows != NULL;
}

/* The names of version 2: an index for each glyph, names that are not standard behind. A glyph whose name is none is ".notdef". */
static bool put_names(struct sk_cursor *c, uint32_t glyphs, struct sk_arena *arena, struct sk_buf *to)
{
	struct names names;
	uint16_t count = sk_cursor_u16be(c);
	sk_bytes indexes = sk_cursor_take(c, (size_t)count * 2);
	struct sk_cursor index = sk_cursor_of(indexes);
	uint16_t *numbers = sk_arena_array(arena, glyphs, sizeof *numbers);
	uint16_t next = 0;
	if (c->status != SK_OK || count < glyphs || numbers == NULL || !take_names(c, glyphs, arena, &names))
		return false;
	sk_buf_u16be(to, (uint16_t)glyphs);
	for (uint32_t i = 0; i < glyphs; i++) {
		uint16_t number = sk_cursor_u16be(&index);
		bool own = number >= STANDARD_NAMES;
		if (own && (number - STANDARD_NAMES >= (int)names.count || !is_name(names.rows[number - STANDARD_NAMES])))
			number = 0, own = false;
		numbers[i] = number;
		sk_buf_u16be(to, own ? (uint16_t)(STANDARD_NAMES + next++) : number);
	}
	for (uint32_t i = 0; i < glyphs; i++)
		if (numbers[i] >= STANDARD_NAMES) {
			sk_bytes name = names.rows[numbers[i] - STANDARD_NAMES];
			sk_buf_u8(to, (uint8_t)name.len);
			sk_buf_put(to, name);
		}
	return to->status == SK_OK;
}

void font_post(sk_bytes found, uint32_t glyphs, struct sk_arena *arena, struct sk_buf *to)
{
	struct sk_cursor c = sk_cursor_of(found);
	uint32_t version = sk_cursor_u32be(&c);
	sk_bytes numbers = sk_cursor_take(&c, 12); /* angle, underline, fixed pitch */
	sk_cursor_skip(&c, 16);                    /* memory that a printer would need */
	static const uint8_t zeros[12];
	sk_buf_u32be(to, version);
	sk_buf_put(to, c.status == SK_OK ? numbers : sk_bytes_of(zeros, sizeof zeros));
	for (int i = 0; i < 4; i++)
		sk_buf_u32be(to, 0);
	size_t bare = to->len;
	if (to->status != SK_OK)
		return;
	if (c.status == SK_OK && version == 0x00010000 && glyphs == STANDARD_NAMES)
		return;
	if (c.status == SK_OK && version == POST_NAMES && put_names(&c, glyphs, arena, to))
		return;
	to->len = bare;
	to->at[1] = 3; /* POST_BARE: no names */
	to->at[0] = to->at[2] = to->at[3] = 0;
}
