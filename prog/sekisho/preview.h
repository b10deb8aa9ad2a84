/* What the files of `sekisho preview` share: what is shown, and where it is put. */
#ifndef SEKISHO_PREVIEW_H
#define SEKISHO_PREVIEW_H

#include "sanitize/preview.h"

enum side { SIDE_BEFORE, SIDE_AFTER, SIDES };

struct shown_picture {
	bool there;             /* it was drawn */
	uint32_t width, height; /* of the page, in hundredths of a point */
	uint32_t columns, rows;
};

struct shown_page {
	unsigned number; /* from 1 */
	struct shown_picture pictures[SIDES];
	bool compared;   /* both are there */
	struct preview_change change;
};

/* A file, or an entry of an archive: its pages before and after. */
struct shown_document {
	char *name;                /* of the entry, cleaned for people; NULL: the file itself */
	char *raw;                 /* of the entry, as findings name it */
	char folder[16];           /* "" or "entry-0001/" */
	unsigned kind, output_kind;
	enum preview_end ends[SIDES];
	bool blocked;              /* there is no after */
	uint32_t counts[SIDES];    /* of pages in the whole; 0: not known */
	unsigned first, last;      /* pages that were asked for; last 0: to the end */
	struct shown_page *pages;
	size_t count;
};

struct shown {
	const char *path;
	const struct sanitize_result *result;
	enum format_level level;
	unsigned dpi;
	struct shown_document *documents;
	size_t count;
	size_t left_out; /* entries beyond those that are shown */
};

/* ---- the folder ---- */

/* Makes the folder, or takes one that is empty; with force also one that an earlier preview filled, whose files are removed. Its descriptor, or -1,
 * and *why says what (errno in *error; 0: it is not empty). */
int preview_folder(const char *path, bool force, const char **why, int *error);
bool preview_make_folder(int folder, const char *name);
/* Writes a new file. */
bool preview_write(int folder, const char *name, const void *at, size_t len);

/* "page-0001-before.png"; which: "before", "after", "marked". */
#define PREVIEW_NAME 64
void preview_name(const struct shown_document *document, unsigned page, const char *which, char name[PREVIEW_NAME]);

/* ---- what people and programs read ---- */

/* index.html and preview.css. */
bool preview_page(int folder, const struct shown *shown);
/* preview.json; to standard output as well, in one line, when print is true. */
bool preview_json(int folder, const struct shown *shown, bool print);
/* Why nothing of that side is seen. */
const char *preview_reason(enum preview_end end);
/* Whether a finding belongs to that document, and to a page of it (0: to the document as a whole). */
bool preview_finding_is(const struct shown *shown, const struct shown_document *document, const struct finding *finding, unsigned *page);

#endif
