/*
 * sheet: pixels of pages, one after another, as the writer hands them over for a preview. A head of five numbers, then the rows: there is
 * nothing in it to misread.
 */
#ifndef FORMAT_PAGES_SHEET_H
#define FORMAT_PAGES_SHEET_H

#include "base/base.h"

struct sheet {
	uint32_t width, height; /* of the page, in hundredths of a point */
	uint32_t columns, rows; /* 0: the page could not be drawn */
	uint32_t parts;         /* 1: gray, 3: RGB */
	sk_bytes pixels;        /* rows from the top; columns * parts bytes each */
};
#define SHEET_HEAD 20u

/* The head of a sheet; its pixels follow. */
void sheet_put_head(const struct sheet *sheet, struct sk_buf *to);
/* How many bytes its pixels take. SK_LIMIT: more pixels than LIMIT_sheet_pixels; SK_MALFORMED: no such sheet can be. */
enum sk_status SK_MUST_USE sheet_size(const struct sheet *sheet, size_t *size);
/* The next sheet, its pixels borrowed; SK_MALFORMED or SK_TRUNCATED when there is none. */
enum sk_status SK_MUST_USE sheet_next(struct sk_cursor *from, struct sheet *sheet);

#endif
