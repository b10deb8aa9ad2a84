/*
 * preview: pages of a file as pixels, for people who decide. Like level image it is drawn by sekisho-render in its sandbox, Office documents by
 * sekisho-office before that; the pixels come through the checker and a writer. The caller parses nothing of the file.
 */
#ifndef SANITIZE_PREVIEW_H
#define SANITIZE_PREVIEW_H

#include "format/pages/sheet.h"
#include "sanitize/sanitize.h"

enum preview_end {
	PREVIEW_DONE,
	PREVIEW_NO_PAGES, /* a kind that has none: an archive, a program */
	PREVIEW_DAMAGED,  /* it could not be drawn */
	PREVIEW_PASSWORD,
	PREVIEW_TIME,
	PREVIEW_LIMIT,
	PREVIEW_FAULT,    /* this machine failed */
};

/* A file whose pages can be asked for. */
struct preview_source {
	int file;       /* sealed; owned: preview_end_source */
	uint64_t size;
	unsigned kind;  /* of file: what LibreOffice made of an Office document is a PDF */
	uint32_t pages; /* 0: not known before the first were drawn */
};

/* Copies size bytes of file, whose kind is known. source is to be ended whatever is returned. */
enum preview_end SK_MUST_USE preview_begin(int file, uint64_t size, unsigned kind, struct preview_source *source);
void preview_end_source(struct preview_source *source);

/* An Office document becomes pages when the first are asked for.
 * Sheets of pages first to last (from 1; those that are there), at that resolution, in a sealed memory file that the caller closes. first lies
 * within the document when its pages are known. */
enum preview_end SK_MUST_USE preview_draw(struct sanitizer *sanitizer, struct preview_source *source, uint32_t first, uint32_t last, unsigned dpi,
					  int *sheets, uint64_t *size);

/* ---- what changed ---- */

#define PREVIEW_BOXES_MAX 40
/* Pixels of the page, right and bottom excluded. */
struct preview_box {
	uint32_t left, top, right, bottom;
};
struct preview_change {
	uint32_t columns, rows; /* of both pages put one over the other */
	size_t count;
	struct preview_box boxes[PREVIEW_BOXES_MAX];
};

/* Where two pages of one resolution differ visibly, as few boxes: what packing and rounding change is not told. SK_LIMIT: no memory. */
enum sk_status SK_MUST_USE preview_compare(const struct sheet *before, const struct sheet *after, struct preview_change *change);
/* The page with its boxes framed and the rest pale: RGB pixels in memory of malloc (the caller's), in *marked. SK_LIMIT: no memory. */
enum sk_status SK_MUST_USE preview_mark(const struct sheet *page, const struct preview_change *change, struct sheet *marked, uint8_t **memory);
/* A PNG (ISO/IEC 15948) of nothing but the pixels, in memory of malloc; NULL: no memory. */
uint8_t *preview_png(const struct sheet *sheet, size_t *len);

#endif
