/*
 * The file: header, objects as they come, the page tree, the cross-reference table (ISO 32000-1, 7.5). Deterministic; the identifier is made
 * from the content.
 */
#include "codec/deflate.h"
#include "format/pages/write.h"

static enum sk_status put(struct paper *f, sk_bytes bytes)
{
	const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
	size_t i = 0;

	for (; i + 8 <= bytes.len; i += 8) {
		uint64_t word;
		memcpy(&word, bytes.at + i, sizeof word);
		f->id[0] = (f->id[0] ^ word) * factor;
		f->id[1] += f->id[0] ^ f->id[0] >> 31;
	}
	for (; i < bytes.len; i++)
		f->id[0] = (f->id[0] ^ bytes.at[i]) * factor;
	f->offset += bytes.len;
	return f->job->put(f->job->context, bytes);
}

enum sk_status paper_begin(struct paper *f, struct format_write *job, uint32_t pages)
{
	*f = (struct paper){.job = job, .id = {1, 0}, .pages = pages, .nodes = (pages + FILE_KIDS - 1) / FILE_KIDS};
	f->objects = OBJECT_NODES + f->nodes + pages * PAGE_OBJECTS;
	f->offsets = sk_arena_array(job->arena, f->objects, sizeof *f->offsets);
	if (f->offsets == NULL)
		return SK_LIMIT;
	return put(f, SK_BYTES("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"));
}

uint32_t paper_page_object(const struct paper *f, uint32_t page, uint32_t part)
{
	return OBJECT_NODES + f->nodes + page * PAGE_OBJECTS + part;
}

void pages_put_hundredths(struct sk_buf *buf, int64_t value)
{
	if (value < 0) {
		sk_buf_u8(buf, '-');
		value = -value;
	}
	sk_buf_decimal(buf, value / 100);
	if (value % 100 == 0)
		return;
	sk_buf_u8(buf, '.');
	sk_buf_u8(buf, (uint8_t)('0' + value % 100 / 10));
	if (value % 10 != 0)
		sk_buf_u8(buf, (uint8_t)('0' + value % 10));
}

void pages_put_reference(struct sk_buf *buf, const char *key, uint32_t number)
{
	sk_buf_str(buf, key);
	sk_buf_u8(buf, ' ');
	sk_buf_decimal(buf, number);
	sk_buf_str(buf, " 0 R");
}

static enum sk_status open_object(struct paper *f, uint32_t number, struct sk_buf *head)
{
	sk_assert(number > 0 && number < f->objects && f->offsets[number] == 0);
	f->offsets[number] = f->offset;
	sk_buf_decimal(head, number);
	sk_buf_str(head, " 0 obj\n");
	return head->status;
}

enum sk_status paper_object(struct paper *f, uint32_t number, sk_bytes text)
{
	uint8_t room[32];
	struct sk_buf head;

	sk_buf_fixed(&head, room, sizeof room);
	SK_TRY(open_object(f, number, &head));
	SK_TRY(put(f, sk_buf_bytes(&head)));
	SK_TRY(put(f, text));
	return put(f, SK_BYTES("\nendobj\n"));
}

enum sk_status paper_stream(struct paper *f, uint32_t number, sk_bytes text, sk_bytes bytes)
{
	uint8_t room[64];
	struct sk_buf head;

	sk_buf_fixed(&head, room, sizeof room);
	SK_TRY(open_object(f, number, &head));
	sk_buf_str(&head, "<<");
	SK_TRY(put(f, sk_buf_bytes(&head)));
	SK_TRY(put(f, text));
	sk_buf_reset(&head);
	sk_buf_str(&head, "/Length ");
	sk_buf_decimal(&head, (int64_t)bytes.len);
	sk_buf_str(&head, ">>stream\n");
	SK_TRY(put(f, sk_buf_bytes(&head)));
	SK_TRY(put(f, bytes));
	return put(f, SK_BYTES("\nendstream\nendobj\n"));
}

enum sk_status paper_packed(struct paper *f, uint32_t number, sk_bytes text, sk_bytes bytes)
{
	struct sk_arena *arena = f->job->arena;
	size_t mark = sk_arena_mark(arena), bound = deflate_bound(DEFLATE_ZLIB, bytes.len);
	struct sk_buf head;

	sk_buf_init(&head, arena, text.len + 32);
	sk_buf_put(&head, text);
	sk_buf_str(&head, "/Filter/FlateDecode");
	uint8_t *packed = sk_arena_raw(arena, bound);
	if (packed == NULL || head.status != SK_OK)
		return SK_LIMIT;
	size_t len = deflate_pages(bytes, packed, bound);
	enum sk_status status = len > 0 ? paper_stream(f, number, sk_buf_bytes(&head), sk_bytes_of(packed, len)) : SK_LIMIT;
	sk_arena_release(arena, mark);
	return status;
}

/* ---- the end ---- */

static void put_kids(struct sk_buf *text, uint32_t first, uint32_t step, uint32_t count)
{
	sk_buf_str(text, "/Kids[");
	for (uint32_t i = 0; i < count; i++)
		pages_put_reference(text, "", first + i * step);
	sk_buf_str(text, "]/Count ");
}

static enum sk_status put_tree(struct paper *f, struct sk_buf *text)
{
	for (uint32_t node = 0; node < f->nodes; node++) {
		uint32_t from = node * FILE_KIDS, count = f->pages - from < FILE_KIDS ? f->pages - from : FILE_KIDS;
		sk_buf_reset(text);
		sk_buf_str(text, "<</Type/Pages");
		pages_put_reference(text, "/Parent", OBJECT_PAGES);
		put_kids(text, paper_page_object(f, from, PAGE_ITSELF), PAGE_OBJECTS, count);
		sk_buf_decimal(text, count);
		sk_buf_str(text, ">>");
		SK_TRY(paper_object(f, OBJECT_NODES + node, sk_buf_bytes(text)));
	}
	sk_buf_reset(text);
	sk_buf_str(text, "<</Type/Pages");
	put_kids(text, OBJECT_NODES, 1, f->nodes);
	sk_buf_decimal(text, f->pages);
	sk_buf_str(text, ">>");
	SK_TRY(text->status);
	SK_TRY(paper_object(f, OBJECT_PAGES, sk_buf_bytes(text)));
	return paper_object(f, OBJECT_CATALOG, SK_BYTES("<</Type/Catalog/Pages 2 0 R>>"));
}

static void put_place(struct sk_buf *text, uint64_t offset)
{
	char digits[10];

	for (size_t i = sizeof digits; i > 0; i--, offset /= 10)
		digits[i - 1] = (char)('0' + offset % 10);
	sk_assert(offset == 0); /* LIMIT_output_bytes has ten digits */
	sk_buf_put(text, sk_bytes_of(digits, sizeof digits));
}

static void put_id(struct sk_buf *text, const uint64_t id[2])
{
	sk_buf_u8(text, '<');
	for (unsigned i = 0; i < 2; i++)
		for (unsigned shift = 0; shift < 64; shift += 8)
			sk_buf_hex(text, sk_bytes_of(&(uint8_t){(uint8_t)(id[i] >> shift)}, 1));
	sk_buf_u8(text, '>');
}

enum sk_status paper_end(struct paper *f)
{
	struct sk_buf text;

	sk_buf_init(&text, f->job->arena, SIZE_MAX);
	SK_TRY(put_tree(f, &text));
	uint64_t table = f->offset;
	sk_buf_reset(&text);
	sk_buf_str(&text, "xref\n0 ");
	sk_buf_decimal(&text, f->objects);
	sk_buf_str(&text, "\n0000000000 65535 f \n");
	for (uint32_t i = 1; i < f->objects; i++) {
		put_place(&text, f->offsets[i]);
		sk_buf_str(&text, f->offsets[i] != 0 ? " 00000 n \n" : " 65535 f \n");
	}
	sk_buf_str(&text, "trailer\n<</Root 1 0 R/Size ");
	sk_buf_decimal(&text, f->objects);
	sk_buf_str(&text, "/ID[");
	put_id(&text, f->id);
	put_id(&text, f->id);
	sk_buf_str(&text, "]>>\nstartxref\n");
	sk_buf_decimal(&text, (int64_t)table);
	sk_buf_str(&text, "\n%%EOF\n");
	SK_TRY(text.status);
	return put(f, sk_buf_bytes(&text));
}
