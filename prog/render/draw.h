/*
 * draw: pages of a hostile document as pixels, characters and links, by MuPDF.
 *
 * One document a process. MuPDF is asked for nothing but drawing: no script engine is started (pdf_enable_js is never called), no file and
 * no network is there, fonts that a document does not bring come from memory that was mapped before the sandbox closed.
 */
#ifndef RENDER_DRAW_H
#define RENDER_DRAW_H

#include <mupdf/fitz.h>

#include "base/base.h"

/* In the program that forks renderers, while files can still be opened: the library's context and the fonts of the host. */
bool draw_prepare(void);
fz_context *draw_context(void);

/* Opens input, which is a document of that media type. *pages is at least 1. SK_ENCRYPTED: a password is needed. SK_MALFORMED: nothing of it can be drawn.
 * SK_LIMIT: more pages than LIMIT_pdf_pages, or memory. */
enum sk_status draw_open(sk_bytes input, const char *media_type, unsigned *pages);

/* Forgets the document; for tests, which open several. */
void draw_close(void);

struct drawn {
	float width, height;   /* of the page as seen, in points; set even when the rest is missing */
	float left, top;       /* of the page in the coordinates of text and links */
	fz_pixmap *pixels;     /* gray or RGB without alpha; NULL: the page could not be drawn */
	fz_stext_page *text;   /* may be NULL */
	fz_link *links;        /* may be NULL */
	bool damaged;          /* part of it could not be drawn */
	bool reduced;          /* too large for the resolution that was asked for */
	unsigned dpi;          /* the resolution of pixels */
};

/* The size of page number (from 0) alone; A4 when it has none or is not to be asked. */
void draw_measure(unsigned number, bool ask, struct drawn *drawn);
/* Draws it. What failed is missing in *drawn. */
/* At most pixels_max pixels; with_text: characters and links as well. */
void draw_page(unsigned number, unsigned dpi, uint64_t pixels_max, bool with_text, struct drawn *drawn);
void draw_forget(struct drawn *drawn);
/* The page that an internal link goes to, from 0; -1 when there is none. */
int draw_target(const char *uri);

#endif
