/*
 * Records to sheets: the pixels of each page as they are. What the attacker controls here: all records that the vocabulary allows; there
 * must be as many pages as were told, as many pixels as a picture has, one picture a page, and nothing else on it.
 */
#include "format/pages/sheet.h"
#include "format/pages/write.h"

static enum sk_status put_head(struct format_write *job, const struct sheet *sheet)
{
	uint8_t room[SHEET_HEAD];
	struct sk_buf head;

	sk_buf_fixed(&head, room, sizeof room);
	sheet_put_head(sheet, &head);
	return job->put(job->context, sk_buf_bytes(&head));
}

/* The picture that was opened: its size, then its rows. */
static enum sk_status put_picture(struct format_write *job, struct sheet *sheet)
{
	struct neutral_record record;
	struct pages_attrs attrs;
	size_t left;

	SK_TRY(pages_attrs(job, PAGES_NODE_picture_picture, &attrs, &record));
	sheet->columns = (uint32_t)pages_value(&attrs, PAGES_ATTR_picture_columns);
	sheet->rows = (uint32_t)pages_value(&attrs, PAGES_ATTR_picture_rows);
	sheet->parts = pages_value(&attrs, PAGES_ATTR_picture_color) == PAGES_WORD_Color_rgb ? 3 : 1;
	SK_TRY(sheet_size(sheet, &left));
	SK_TRY(put_head(job, sheet));
	while (record.op == NEUTRAL_TEXT_OF) {
		if (record.bytes.len > left)
			return SK_MALFORMED;
		left -= record.bytes.len;
		SK_TRY(job->put(job->context, record.bytes));
		SK_TRY(neutral_next(job->in, &record));
	}
	return record.op == NEUTRAL_CLOSE && left == 0 ? SK_OK : SK_MALFORMED;
}

static enum sk_status put_page(struct format_write *job)
{
	struct neutral_record record;
	struct pages_attrs attrs;
	struct sheet sheet = {.parts = 1};

	SK_TRY(pages_attrs(job, PAGES_NODE_page_page, &attrs, &record));
	sheet.width = (uint32_t)pages_value(&attrs, PAGES_ATTR_page_width);
	sheet.height = (uint32_t)pages_value(&attrs, PAGES_ATTR_page_height);
	if (record.op == NEUTRAL_CLOSE)
		return put_head(job, &sheet);
	if (record.op != NEUTRAL_OPEN || record.node != PAGES_NODE_picture_picture)
		return SK_MALFORMED;
	SK_TRY(put_picture(job, &sheet));
	SK_TRY(neutral_next(job->in, &record));
	return record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
}

enum sk_status pages_write_sheets(struct format_write *job)
{
	struct neutral_record record;
	struct pages_attrs attrs;
	int64_t said = 0;

	SK_TRY(neutral_next(job->in, &record));
	if (record.op != NEUTRAL_OPEN || record.node != PAGES_NODE_document_document)
		return SK_MALFORMED;
	SK_TRY(pages_attrs(job, PAGES_NODE_document_document, &attrs, &record));
	for (; record.op == NEUTRAL_OPEN; said++) {
		SK_TRY(put_page(job));
		SK_TRY(neutral_next(job->in, &record));
	}
	return record.op == NEUTRAL_CLOSE && said == pages_value(&attrs, PAGES_ATTR_document_pages) ? SK_OK : SK_MALFORMED;
}
