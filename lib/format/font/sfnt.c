/*
 * sfnt: the container of TrueType and OpenType fonts: a directory of tables (OpenType 1.9, "Organization of an OpenType Font").
 *
 * What the attacker controls here: every tag, offset and length.
 */
#include "format/font/font_tables.h"

#define RECORD_BYTES 16
#define HEADER_BYTES 12
#define ADJUSTMENT 8 /* checkSumAdjustment in head */

enum sk_status font_tables_read(sk_bytes program, struct font_tables *tables)
{
	struct sk_cursor c = sk_cursor_of(program);
	tables->count = 0;
	tables->version = sk_cursor_u32be(&c);
	if (tables->version == FONT_TAG('t', 't', 'c', 'f')) {
		sk_cursor_skip(&c, 8); /* version and count */
		uint32_t first = sk_cursor_u32be(&c);
		c = sk_cursor_of(program);
		sk_cursor_skip(&c, first);
		tables->version = sk_cursor_u32be(&c);
	}
	uint16_t count = sk_cursor_u16be(&c);
	sk_cursor_skip(&c, 6);
	if (c.status != SK_OK)
		return SK_MALFORMED;
	for (uint16_t i = 0; i < count && c.left >= RECORD_BYTES && tables->count < FONT_TABLES_MAX; i++) {
		uint32_t tag = sk_cursor_u32be(&c);
		sk_cursor_skip(&c, 4); /* the checksum that it had */
		uint32_t offset = sk_cursor_u32be(&c);
		uint32_t len = sk_cursor_u32be(&c);
		if (font_table(tables, tag).len == 0)
			tables->rows[tables->count++] = (struct font_table){.tag = tag, .bytes = sk_bytes_slice(program, offset, len)};
	}
	return SK_OK;
}

sk_bytes font_table(const struct font_tables *tables, uint32_t tag)
{
	for (size_t i = 0; i < tables->count; i++)
		if (tables->rows[i].tag == tag)
			return tables->rows[i].bytes;
	return (sk_bytes){NULL, 0};
}

uint32_t font_checksum(sk_bytes table)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < table.len; i++)
		sum += (uint32_t)table.at[i] << (24 - 8 * (i % 4));
	return sum;
}

static void sort(struct font_tables *tables)
{
	for (size_t i = 1; i < tables->count; i++)
		for (size_t k = i; k > 0 && tables->rows[k - 1].tag > tables->rows[k].tag; k--) {
			struct font_table row = tables->rows[k];
			tables->rows[k] = tables->rows[k - 1];
			tables->rows[k - 1] = row;
		}
}

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static void put_header(const struct font_tables *tables, struct sk_buf *file)
{
	uint16_t power = 0;
	while ((size_t)2 << power <= tables->count)
		power++;
	uint16_t range = (uint16_t)(RECORD_BYTES << power);
	sk_buf_u32be(file, tables->version);
	sk_buf_u16be(file, (uint16_t)tables->count);
	sk_buf_u16be(file, range);
	sk_buf_u16be(file, power);
	sk_buf_u16be(file, (uint16_t)(tables->count * RECORD_BYTES - range));
}

enum sk_status font_tables_write(struct font_tables *tables, struct sk_buf *file)
{
	static const uint8_t zeros[16]; /* three at most are needed */
	size_t start = file->len, offset = HEADER_BYTES + tables->count * RECORD_BYTES, head = 0;
	sort(tables);
	put_header(tables, file);
	for (size_t i = 0; i < tables->count; i++) {
		const struct font_table *row = &tables->rows[i];
		sk_buf_u32be(file, row->tag);
		sk_buf_u32be(file, font_checksum(row->bytes));
		sk_buf_u32be(file, (uint32_t)offset);
		sk_buf_u32be(file, (uint32_t)row->bytes.len);
		if (row->tag == FONT_TAG('h', 'e', 'a', 'd'))
			head = offset;
		offset += padded(row->bytes.len);
	}
	for (size_t i = 0; i < tables->count; i++) {
		sk_bytes bytes = tables->rows[i].bytes;
		sk_buf_put(file, bytes);
		sk_buf_put(file, sk_bytes_of(zeros, padded(bytes.len) - bytes.len));
	}
	if (file->status == SK_OK && head != 0)
		font_set_u32(file->at + start + head + ADJUSTMENT,
			     0xB1B0AFBAu - font_checksum(sk_bytes_of(file->at + start, file->len - start)));
	return file->status;
}

enum sk_status sfnt_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out)
{
	struct font_tables *tables = sk_arena_make(job->arena, sizeof *tables);
	if (tables == NULL)
		return SK_LIMIT;
	SK_TRY(font_tables_read(program, tables));
	if (tables->version == FONT_TAG('O', 'T', 'T', 'O'))
		return opentype_rewrite(job, tables, out);
	return truetype_rewrite(job, tables, out);
}
