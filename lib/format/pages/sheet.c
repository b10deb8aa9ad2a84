/*
 * Sheets: heads and sizes. What the attacker controls here: after a bug in the writer, all numbers; sizes are held against the limit and
 * against what is there.
 */
#include "format/pages/sheet.h"

#include "conf/conf.h"

#define SIDE_MAX 65500u
#define LENGTH_MAX 20000000u

void sheet_put_head(const struct sheet *sheet, struct sk_buf *to)
{
	sk_buf_u32le(to, sheet->width);
	sk_buf_u32le(to, sheet->height);
	sk_buf_u32le(to, sheet->columns);
	sk_buf_u32le(to, sheet->rows);
	sk_buf_u32le(to, sheet->parts);
}

enum sk_status sheet_size(const struct sheet *sheet, size_t *size)
{
	bool empty = sheet->columns == 0 && sheet->rows == 0;
	size_t pixels;

	*size = 0;
	if (sheet->width == 0 || sheet->width > LENGTH_MAX || sheet->height == 0 || sheet->height > LENGTH_MAX || (sheet->parts != 1 && sheet->parts != 3))
		return SK_MALFORMED;
	if (!empty && (sheet->columns == 0 || sheet->columns > SIDE_MAX || sheet->rows == 0 || sheet->rows > SIDE_MAX))
		return SK_MALFORMED;
	if (!sk_mul(sheet->columns, sheet->rows, &pixels) || pixels > limit(LIMIT_sheet_pixels))
		return limit_reached(LIMIT_sheet_pixels);
	*size = pixels * sheet->parts;
	return SK_OK;
}

enum sk_status sheet_next(struct sk_cursor *from, struct sheet *sheet)
{
	size_t size;

	*sheet = (struct sheet){0};
	sheet->width = sk_cursor_u32le(from);
	sheet->height = sk_cursor_u32le(from);
	sheet->columns = sk_cursor_u32le(from);
	sheet->rows = sk_cursor_u32le(from);
	sheet->parts = sk_cursor_u32le(from);
	SK_TRY(from->status);
	SK_TRY(sheet_size(sheet, &size));
	sheet->pixels = sk_cursor_take(from, size);
	return from->status;
}
