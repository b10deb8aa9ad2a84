/*
 * Records to a PDF: a picture a page, a layer of text that is not painted, links.
 *
 * What the attacker controls here: all records that the vocabulary allows. What it can't say is checked here: that there are as many
 * pages as were told, as many pixels as a picture has, one picture a page, and links that lead to a page or an address, not both.
 */
#include "conf/conf.h"
#include "format/pages/write.h"

#define QUALITY 70u
#define CONTENT_BYTES ((size_t)64 << 20)
#define RUN_TEXT_MAX 4096

struct page {
	int64_t width, height;
	bool has_picture, has_text;
	struct sk_buf content; /* the text layer */
	struct sk_buf links;   /* dictionaries of annotations */
	uint32_t link_count;
};

struct writing {
	struct format_write *job;
	struct paper file;
	struct characters characters;
	struct page page;
	uint32_t said; /* pages */
};

/* ---- a picture ---- */

static enum sk_status take_pixels(struct writing *w, const struct pages_attrs *a, struct neutral_record *record, struct pixels *pixels)
{
	size_t count, len, used = 0;
	*pixels = (struct pixels){.columns = (uint32_t)pages_value(a, PAGES_ATTR_picture_columns), .rows = (uint32_t)pages_value(a, PAGES_ATTR_picture_rows),
				  .parts = pages_value(a, PAGES_ATTR_picture_color) == PAGES_WORD_Color_rgb ? 3 : 1};

	if (!sk_mul(pixels->columns, pixels->rows, &count) || count > limit(LIMIT_page_pixels) || !sk_mul(count, pixels->parts, &len))
		return limit_reached(LIMIT_page_pixels);
	uint8_t *at = sk_arena_raw(w->job->arena, len);
	if (at == NULL)
		return limit_reached(LIMIT_arena_bytes);
	while (record->op == NEUTRAL_TEXT_OF) {
		if (record->bytes.len > len - used)
			return SK_MALFORMED;
		memcpy(at + used, record->bytes.at, record->bytes.len);
		used += record->bytes.len;
		SK_TRY(neutral_next(w->job->in, record));
	}
	pixels->at = at;
	return record->op == NEUTRAL_CLOSE && used == len ? SK_OK : SK_MALFORMED;
}

static enum sk_status take_picture(struct writing *w)
{
	struct neutral_record record;
	struct pages_attrs attrs;
	struct pixels pixels;
	struct packed packed;
	struct sk_arena *arena = w->job->arena;

	if (w->page.has_picture)
		return SK_MALFORMED;
	w->page.has_picture = true;
	SK_TRY(pages_attrs(w->job, PAGES_NODE_picture_picture, &attrs, &record));
	size_t mark = sk_arena_mark(arena);
	SK_TRY(take_pixels(w, &attrs, &record, &pixels));
	SK_TRY(pages_pack(arena, &pixels, w->job->quality > 0 ? w->job->quality : QUALITY, &packed));
	SK_TRY(paper_stream(&w->file, paper_page_object(&w->file, w->said, PAGE_PICTURE), sk_buf_bytes(&packed.text), packed.bytes));
	sk_arena_release(arena, mark);
	return SK_OK;
}

/* ---- text and links ---- */

static enum sk_status take_run(struct writing *w)
{
	struct neutral_record record;
	struct pages_attrs attrs;

	SK_TRY(pages_attrs(w->job, PAGES_NODE_run_run, &attrs, &record));
	if (record.op != NEUTRAL_TEXT_OF)
		return SK_MALFORMED;
	const struct run run = {
		.x = pages_value(&attrs, PAGES_ATTR_run_x),
		.y = pages_value(&attrs, PAGES_ATTR_run_y),
		.length = pages_value(&attrs, PAGES_ATTR_run_length),
		.size = pages_value(&attrs, PAGES_ATTR_run_size),
		.cosine = pages_value(&attrs, PAGES_ATTR_run_cosine),
		.sine = pages_value(&attrs, PAGES_ATTR_run_sine),
		.text = record.bytes,
	};
	if (!w->page.has_text)
		sk_buf_str(&w->page.content, "BT 3 Tr\n");
	w->page.has_text = true;
	pages_layer_run(&w->characters, &run, w->page.height, &w->page.content);
	SK_TRY(w->page.content.status);
	SK_TRY(neutral_next(w->job->in, &record));
	return record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
}

/* A literal string (7.3.4.2); everything but plain ASCII as octal. */
static void put_string(struct sk_buf *text, sk_bytes string)
{
	sk_buf_u8(text, '(');
	for (size_t i = 0; i < string.len; i++) {
		uint8_t c = string.at[i];
		bool plain = c > 0x20 && c < 0x7F && c != '(' && c != ')' && c != '\\';
		if (plain) {
			sk_buf_u8(text, c);
			continue;
		}
		sk_buf_u8(text, '\\');
		sk_buf_u8(text, (uint8_t)('0' + (c >> 6)));
		sk_buf_u8(text, (uint8_t)('0' + (c >> 3 & 7)));
		sk_buf_u8(text, (uint8_t)('0' + (c & 7)));
	}
	sk_buf_u8(text, ')');
}

static void put_link(struct writing *w, const struct pages_attrs *a)
{
	struct sk_buf *text = &w->page.links;
	const int64_t corners[] = {pages_value(a, PAGES_ATTR_link_left), w->page.height - pages_value(a, PAGES_ATTR_link_bottom), pages_value(a, PAGES_ATTR_link_right),
				   w->page.height - pages_value(a, PAGES_ATTR_link_top)};

	sk_buf_str(text, "<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[");
	for (size_t i = 0; i < SK_COUNT(corners); i++) {
		if (i > 0)
			sk_buf_u8(text, ' ');
		pages_put_hundredths(text, corners[i]);
	}
	sk_buf_u8(text, ']');
	if (a->there[PAGES_ATTR_link_page - a->first]) {
		pages_put_reference(text, "/Dest[", paper_page_object(&w->file, (uint32_t)pages_value(a, PAGES_ATTR_link_page) - 1, PAGE_ITSELF));
		sk_buf_str(text, "/Fit]>>");
	} else {
		sk_buf_str(text, "/A<</S/URI/URI");
		put_string(text, a->url);
		sk_buf_str(text, ">>>>");
	}
	w->page.link_count++;
}

static enum sk_status take_link(struct writing *w)
{
	struct neutral_record record;
	struct pages_attrs attrs;

	SK_TRY(pages_attrs(w->job, PAGES_NODE_link_link, &attrs, &record));
	bool page = attrs.there[PAGES_ATTR_link_page - attrs.first], url = attrs.there[PAGES_ATTR_link_url - attrs.first];
	if (record.op != NEUTRAL_CLOSE || page == url || (page && pages_value(&attrs, PAGES_ATTR_link_page) > w->file.pages))
		return SK_MALFORMED;
	put_link(w, &attrs);
	return w->page.links.status;
}

/* ---- a page ---- */

static void put_dictionary(struct writing *w, struct sk_buf *text)
{
	const struct page *page = &w->page;

	sk_buf_str(text, "<</Type/Page");
	pages_put_reference(text, "/Parent", OBJECT_NODES + w->said / FILE_KIDS);
	sk_buf_str(text, "/MediaBox[0 0 ");
	pages_put_hundredths(text, page->width);
	sk_buf_u8(text, ' ');
	pages_put_hundredths(text, page->height);
	sk_buf_str(text, "]/Resources<<");
	if (page->has_picture)
		pages_put_reference(text, "/XObject<</P", paper_page_object(&w->file, w->said, PAGE_PICTURE));
	sk_buf_str(text, page->has_picture ? ">>" : "");
	sk_buf_str(text, page->has_text ? "/Font<</T 3 0 R>>>>" : ">>");
	pages_put_reference(text, "/Contents", paper_page_object(&w->file, w->said, PAGE_CONTENT));
	if (page->link_count > 0) {
		sk_buf_str(text, "/Annots[");
		sk_buf_put(text, sk_buf_bytes(&page->links));
		sk_buf_u8(text, ']');
	}
	sk_buf_str(text, ">>");
}

static enum sk_status put_page(struct writing *w)
{
	struct page *page = &w->page;
	struct sk_buf text;

	if (page->has_text)
		sk_buf_str(&page->content, "ET\n");
	if (page->has_picture) {
		sk_buf_str(&page->content, "q ");
		pages_put_hundredths(&page->content, page->width);
		sk_buf_str(&page->content, " 0 0 ");
		pages_put_hundredths(&page->content, page->height);
		sk_buf_str(&page->content, " 0 0 cm/P Do Q\n");
	}
	SK_TRY(page->content.status);
	SK_TRY(paper_packed(&w->file, paper_page_object(&w->file, w->said, PAGE_CONTENT), SK_BYTES(""), sk_buf_bytes(&page->content)));
	sk_buf_init(&text, w->job->arena, SIZE_MAX);
	put_dictionary(w, &text);
	SK_TRY(text.status);
	return paper_object(&w->file, paper_page_object(&w->file, w->said, PAGE_ITSELF), sk_buf_bytes(&text));
}

static enum sk_status take_child(struct writing *w, uint16_t node)
{
	switch (node) {
	case PAGES_NODE_picture_picture:
		return take_picture(w);
	case PAGES_NODE_run_run:
		return take_run(w);
	case PAGES_NODE_link_link:
		return take_link(w);
	default:
		return SK_MALFORMED;
	}
}

static enum sk_status take_page(struct writing *w)
{
	struct neutral_record record;
	struct pages_attrs attrs;
	struct sk_arena *arena = w->job->arena;
	size_t mark = sk_arena_mark(arena);

	if (w->said >= w->file.pages)
		return SK_MALFORMED;
	SK_TRY(pages_attrs(w->job, PAGES_NODE_page_page, &attrs, &record));
	w->page = (struct page){.width = pages_value(&attrs, PAGES_ATTR_page_width), .height = pages_value(&attrs, PAGES_ATTR_page_height)};
	sk_buf_init(&w->page.content, arena, CONTENT_BYTES);
	sk_buf_init(&w->page.links, arena, CONTENT_BYTES);
	while (record.op == NEUTRAL_OPEN) {
		SK_TRY(take_child(w, record.node));
		SK_TRY(neutral_next(w->job->in, &record));
	}
	if (record.op != NEUTRAL_CLOSE)
		return SK_MALFORMED;
	SK_TRY(put_page(w));
	w->said++;
	sk_arena_release(arena, mark);
	return SK_OK;
}

enum sk_status pages_write(struct format_write *job)
{
	struct writing *w = sk_arena_make(job->arena, sizeof *w);
	struct neutral_record record;
	struct pages_attrs attrs;

	if (job->pages == PAGES_SHEETS)
		return pages_write_sheets(job);
	if (w == NULL)
		return SK_LIMIT;
	w->job = job;
	SK_TRY(neutral_next(job->in, &record));
	if (record.op != NEUTRAL_OPEN || record.node != PAGES_NODE_document_document)
		return SK_MALFORMED;
	SK_TRY(pages_attrs(w->job, PAGES_NODE_document_document, &attrs, &record));
	SK_TRY(paper_begin(&w->file, job, (uint32_t)pages_value(&attrs, PAGES_ATTR_document_pages)));
	SK_TRY(pages_layer_begin(&w->characters, job->arena));
	while (record.op == NEUTRAL_OPEN) {
		SK_TRY(take_page(w));
		SK_TRY(neutral_next(job->in, &record));
	}
	if (record.op != NEUTRAL_CLOSE || w->said != w->file.pages)
		return SK_MALFORMED;
	SK_TRY(pages_layer_font(&w->file, &w->characters));
	return paper_end(&w->file);
}
