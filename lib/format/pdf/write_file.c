/*
 * The file: header, streams as they come, objects bundled in object streams, the page tree, one cross-reference stream.
 *
 * What the attacker controls here, when the reader was taken over: how many objects there are and which types they have.
 */
#include "codec/deflate.h"
#include "format/pdf/writer.h"

#define BUNDLE_BYTES ((size_t)128 << 10)
#define INDEX_BYTES ((size_t)BUNDLE_OBJECTS * 24) /* two numbers for each */

enum sk_status grown_add(struct pdf_writer *w, struct grown *grown, const void *element, size_t size)
{
	if (grown->count == grown->room) {
		size_t room = grown->room == 0 ? 256 : 2 * grown->room, len;
		void *larger = sk_mul(room, size, &len) ? sk_arena_top(w->job->arena, len) : NULL;
		if (larger == NULL)
			return SK_LIMIT;
		if (grown->count > 0)
			memcpy(larger, grown->at, grown->count * size);
		grown->at = larger;
		grown->room = room;
	}
	memcpy((uint8_t *)grown->at + grown->count++ * size, element, size);
	return SK_OK;
}

static enum sk_status put(struct pdf_writer *w, sk_bytes bytes)
{
	const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
	size_t i = 0;

	for (; i + 8 <= bytes.len; i += 8) {
		uint64_t word;
		memcpy(&word, bytes.at + i, sizeof word);
		w->id[0] = (w->id[0] ^ word) * factor;
		w->id[1] += w->id[0] ^ w->id[0] >> 31;
	}
	for (; i < bytes.len; i++)
		w->id[0] = (w->id[0] ^ bytes.at[i]) * factor;
	w->offset += bytes.len;
	return w->job->put(w->job->context, bytes);
}

enum sk_status file_begin(struct pdf_writer *w)
{
	w->id[0] = 1;
	for (uint32_t level = w->pages; level > 1 || w->nodes == 0; w->nodes += level)
		level = (level + KIDS - 1) / KIDS;
	void *text = sk_arena_top(w->job->arena, 2 * BUNDLE_BYTES + 1), *index = sk_arena_top(w->job->arena, INDEX_BYTES);
	if (text == NULL || index == NULL)
		return SK_LIMIT;
	sk_buf_fixed(&w->bundle_text, text, 2 * BUNDLE_BYTES + 1);
	sk_buf_fixed(&w->bundle_index, index, INDEX_BYTES);
	return put(w, w->version >= 20 ? SK_BYTES("%PDF-2.0\n%\xE2\xE3\xCF\xD3\n") : SK_BYTES("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"));
}

uint32_t file_number(const struct pdf_writer *w, uint32_t number)
{
	return number <= w->pages + 1 ? number : number + w->nodes;
}

/* Packs objects as a bundle; the near end of the arena is as before. */
static enum sk_status pack(struct pdf_writer *w, sk_bytes index, sk_bytes text, uint32_t count)
{
	struct bundle bundle = {.count = count, .first = (uint32_t)index.len};
	size_t mark = sk_arena_mark(w->job->arena);
	struct sk_buf whole;

	sk_buf_init(&whole, w->job->arena, index.len + text.len);
	sk_buf_put(&whole, index);
	sk_buf_put(&whole, text);
	size_t bound = deflate_bound(DEFLATE_ZLIB, whole.len);
	uint8_t *packed = sk_arena_raw(w->job->arena, bound);
	if (whole.status != SK_OK || packed == NULL)
		return SK_LIMIT;
	size_t len = deflate_pages(sk_buf_bytes(&whole), packed, bound);
	uint8_t *kept = sk_arena_top(w->job->arena, len);
	if (len == 0 || kept == NULL)
		return SK_LIMIT;
	memcpy(kept, packed, len);
	bundle.packed = sk_bytes_of(kept, len);
	sk_arena_release(w->job->arena, mark);
	return grown_add(w, &w->bundles, &bundle, sizeof bundle);
}

static enum sk_status bundle_close(struct pdf_writer *w)
{
	if (w->bundle_count == 0)
		return SK_OK;
	SK_TRY(pack(w, sk_buf_bytes(&w->bundle_index), sk_buf_bytes(&w->bundle_text), w->bundle_count));
	sk_buf_reset(&w->bundle_index);
	sk_buf_reset(&w->bundle_text);
	w->bundle_count = 0;
	return SK_OK;
}

/* A large object is a bundle of its own. */
static enum sk_status bundle_add(struct pdf_writer *w, uint32_t number, sk_bytes text, struct placed *placed)
{
	if (text.len > BUNDLE_BYTES) {
		uint8_t room[16];
		struct sk_buf index;
		SK_TRY(bundle_close(w));
		*placed = (struct placed){.offset = w->bundles.count, .bundled = true};
		sk_buf_fixed(&index, room, sizeof room);
		sk_buf_decimal(&index, number);
		sk_buf_str(&index, " 0 ");
		return pack(w, sk_buf_bytes(&index), text, 1);
	}
	*placed = (struct placed){.offset = w->bundles.count, .index = w->bundle_count, .bundled = true};
	sk_buf_decimal(&w->bundle_index, number);
	sk_buf_u8(&w->bundle_index, ' ');
	sk_buf_decimal(&w->bundle_index, (int64_t)w->bundle_text.len);
	sk_buf_u8(&w->bundle_index, ' ');
	sk_buf_put(&w->bundle_text, text);
	sk_buf_u8(&w->bundle_text, '\n');
	SK_TRY(w->bundle_index.status);
	SK_TRY(w->bundle_text.status);
	if (++w->bundle_count == BUNDLE_OBJECTS || w->bundle_text.len > BUNDLE_BYTES)
		return bundle_close(w);
	return SK_OK;
}

enum sk_status file_object(struct pdf_writer *w, enum pdf_type type, sk_bytes text)
{
	struct placed placed;

	SK_TRY(bundle_add(w, file_number(w, (uint32_t)w->placed.count + 1), text, &placed));
	placed.type = (uint16_t)type;
	return grown_add(w, &w->placed, &placed, sizeof placed);
}

/* Head, bytes and end of a stream; its offset. */
static enum sk_status stream_put(struct pdf_writer *w, uint32_t number, sk_bytes text, sk_bytes filter, sk_bytes bytes)
{
	struct sk_buf head;

	sk_buf_init(&head, w->job->arena, text.len + filter.len + 128);
	sk_buf_decimal(&head, number);
	sk_buf_str(&head, " 0 obj\n");
	sk_buf_put(&head, text);
	sk_buf_put(&head, filter);
	sk_buf_str(&head, "/Length ");
	sk_buf_decimal(&head, (int64_t)bytes.len);
	sk_buf_str(&head, ">>stream\n");
	SK_TRY(head.status);
	SK_TRY(put(w, sk_buf_bytes(&head)));
	SK_TRY(put(w, bytes));
	return put(w, SK_BYTES("\nendstream\nendobj\n"));
}

enum sk_status file_stream(struct pdf_writer *w, enum pdf_type type, sk_bytes text, sk_bytes filter, sk_bytes bytes)
{
	struct placed placed = {.offset = w->offset, .type = (uint16_t)type};

	SK_TRY(stream_put(w, file_number(w, (uint32_t)w->placed.count + 1), text, filter, bytes));
	return grown_add(w, &w->placed, &placed, sizeof placed);
}

/* ---- the end ---- */

static void put_reference(struct sk_buf *out, uint32_t number)
{
	sk_buf_decimal(out, number);
	sk_buf_str(out, " 0 R ");
}

/* Nodes level by level, leaves first; the root is the last. kids of a node are consecutive numbers. */
static enum sk_status page_tree(struct pdf_writer *w, struct grown *nodes)
{
	uint32_t first = 2, count = w->pages, each = 1, number = w->pages + 2;
	struct placed placed;

	do {
		uint32_t above = (count + KIDS - 1) / KIDS, next = number;
		for (uint32_t i = 0; i < above; i++, number++) {
			uint32_t from = i * KIDS, to = (uint32_t)sk_min(from + KIDS, count);
			uint64_t pages = sk_min((uint64_t)to * each, w->pages) - (uint64_t)from * each;
			size_t mark = sk_arena_mark(w->job->arena);
			struct sk_buf text;
			sk_buf_init(&text, w->job->arena, 1024);
			sk_buf_str(&text, "<</Type/Pages/Count ");
			sk_buf_decimal(&text, (int64_t)pages);
			sk_buf_str(&text, "/Kids[");
			for (uint32_t kid = from; kid < to; kid++)
				put_reference(&text, first + kid);
			sk_buf_u8(&text, ']');
			if (above > 1) {
				sk_buf_str(&text, "/Parent ");
				put_reference(&text, next + above + i / KIDS);
			}
			sk_buf_str(&text, ">>");
			SK_TRY(text.status);
			sk_bytes kept = sk_buf_bytes(&text);
			SK_TRY(bundle_add(w, number, kept, &placed));
			sk_arena_release(w->job->arena, mark);
			SK_TRY(grown_add(w, nodes, &placed, sizeof placed));
		}
		first = next;
		each *= KIDS;
		count = above;
	} while (count > 1);
	return SK_OK;
}

static void put_field(uint8_t *to, uint64_t value, unsigned len)
{
	for (unsigned i = len; i > 0; i--, value >>= 8)
		to[i - 1] = (uint8_t)value;
}

static unsigned bytes_for(uint64_t value)
{
	unsigned len = 1;
	while (value >>= 8)
		len++;
	return len;
}

/* One entry (table 18); width of the second field. */
static void put_entry(const struct pdf_writer *w, uint8_t *row, const struct placed *placed, unsigned width, uint32_t first_bundle)
{
	(void)w;
	row[0] = placed->bundled ? 2 : 1;
	put_field(row + 1, placed->bundled ? first_bundle + placed->offset : placed->offset, width);
	put_field(row + 1 + width, placed->index, 1);
}

static void put_identifier(const struct pdf_writer *w, struct sk_buf *out)
{
	uint8_t id[16];

	for (unsigned i = 0; i < 16; i++)
		id[i] = (uint8_t)(w->id[i / 8] >> i % 8 * 8);
	sk_buf_str(out, "/ID[<");
	sk_buf_hex(out, sk_bytes_of(id, sizeof id));
	sk_buf_str(out, "><");
	sk_buf_hex(out, sk_bytes_of(id, sizeof id));
	sk_buf_str(out, ">]");
}

static void put_trailer(const struct pdf_writer *w, struct sk_buf *out, uint32_t size, unsigned width)
{
	sk_buf_str(out, "<</Type/XRef/Size ");
	sk_buf_decimal(out, size);
	sk_buf_str(out, "/Root 1 0 R");
	if (w->information > 0) {
		sk_buf_str(out, "/Info ");
		sk_buf_decimal(out, file_number(w, w->information));
		sk_buf_str(out, " 0 R");
	}
	put_identifier(w, out);
	sk_buf_str(out, "/W[1 ");
	sk_buf_decimal(out, width);
	sk_buf_str(out, " 1]/DecodeParms<</Columns ");
	sk_buf_decimal(out, 2 + width);
	sk_buf_str(out, "/Predictor 12>>");
}

/* Rows predicted by the row above (PNG's Up), which makes them small. */
static enum sk_status cross_reference(struct pdf_writer *w, const struct grown *nodes, const struct grown *bundles)
{
	uint64_t start = w->offset;
	uint32_t objects = (uint32_t)w->placed.count, first_bundle = objects + w->nodes + 1;
	uint32_t number = first_bundle + (uint32_t)bundles->count, size = number + 1;
	unsigned width = bytes_for(sk_max(start, number)), row = 2 + width;
	uint8_t *rows = sk_arena_array(w->job->arena, size, row), *lines = sk_arena_array(w->job->arena, size, row + 1);
	struct sk_buf text;

	if (rows == NULL || lines == NULL)
		return SK_LIMIT;
	rows[row - 1] = 255; /* object 0 heads the free ones */
	for (uint32_t i = 0; i < objects; i++)
		put_entry(w, rows + (size_t)file_number(w, i + 1) * row, (const struct placed *)w->placed.at + i, width, first_bundle);
	for (uint32_t i = 0; i < nodes->count; i++)
		put_entry(w, rows + (size_t)(w->pages + 2 + i) * row, (const struct placed *)nodes->at + i, width, first_bundle);
	for (uint32_t i = 0; i < bundles->count; i++)
		put_entry(w, rows + (size_t)(first_bundle + i) * row, (const struct placed *)bundles->at + i, width, first_bundle);
	put_entry(w, rows + (size_t)number * row, &(struct placed){.offset = start}, width, first_bundle);
	for (size_t i = 0; i < size; i++) {
		lines[i * (row + 1)] = 2;
		for (unsigned k = 0; k < row; k++)
			lines[i * (row + 1) + 1 + k] = (uint8_t)(rows[i * row + k] - (i > 0 ? rows[(i - 1) * row + k] : 0));
	}
	size_t len = (size_t)size * (row + 1), bound = deflate_bound(DEFLATE_ZLIB, len);
	uint8_t *packed = sk_arena_raw(w->job->arena, bound);
	sk_buf_init(&text, w->job->arena, 512);
	put_trailer(w, &text, size, width);
	if (packed == NULL || text.status != SK_OK)
		return SK_LIMIT;
	size_t packed_len = deflate_pages(sk_bytes_of(lines, len), packed, bound);
	SK_TRY(stream_put(w, number, sk_buf_bytes(&text), SK_BYTES("/Filter/FlateDecode"), sk_bytes_of(packed, packed_len)));
	sk_buf_init(&text, w->job->arena, 64);
	sk_buf_str(&text, "startxref\n");
	sk_buf_decimal(&text, (int64_t)start);
	sk_buf_str(&text, "\n%%EOF\n");
	return put(w, sk_buf_bytes(&text));
}

enum sk_status file_end(struct pdf_writer *w)
{
	struct grown nodes = {.count = 0}, places = {.count = 0};
	uint32_t number = (uint32_t)w->placed.count + w->nodes + 1;

	SK_TRY(page_tree(w, &nodes));
	SK_TRY(bundle_close(w));
	for (size_t i = 0; i < w->bundles.count; i++) {
		const struct bundle *bundle = (const struct bundle *)w->bundles.at + i;
		struct placed placed = {.offset = w->offset};
		struct sk_buf text;
		sk_buf_init(&text, w->job->arena, 128);
		sk_buf_str(&text, "<</Type/ObjStm/N ");
		sk_buf_decimal(&text, bundle->count);
		sk_buf_str(&text, "/First ");
		sk_buf_decimal(&text, bundle->first);
		SK_TRY(text.status);
		SK_TRY(stream_put(w, number + (uint32_t)i, sk_buf_bytes(&text), SK_BYTES("/Filter/FlateDecode"), bundle->packed));
		SK_TRY(grown_add(w, &places, &placed, sizeof placed));
	}
	return cross_reference(w, &nodes, &places);
}
