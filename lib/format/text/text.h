/*
 * text: plain text, CSV and TSV in the character sets of Japan.
 *
 * Family of: text csv tsv. The neutral form is characters alone; both sides pass them through the same two functions,
 * text_clean (no control, direction or hidden characters) and text_guard (no field of a table acts as a formula), so a
 * reader that lies changes the words at most. Rebuilt text keeps its character set, line ends, quotes and separators.
 */
#ifndef FORMAT_TEXT_TEXT_H
#define FORMAT_TEXT_TEXT_H

#include "codec/charset.h"
#include "format/format.h"
#include "text_vocabulary.h"

/* What the bid finds out and the reader needs. */
struct text_form {
	enum charset charset;
	size_t bom;     /* bytes of the byte order mark */
	unsigned kind;  /* KIND_text, KIND_csv, KIND_tsv */
};

/* False: this is no text. Looks at all of it for the character set, at the beginning for the rest. */
bool text_detect(sk_bytes input, struct sk_arena *arena, struct text_form *form);

/* A beginning that belongs to another family: what that refuses is damaged, and not text because of it. */
bool text_is_of_others(sk_bytes input);

/* Characters that go, by why. */
struct text_dirt {
	size_t controls;   /* C0, C1, DEL, noncharacters, interlinear annotation */
	size_t directions; /* bidirectional embeddings, overrides, isolates and marks */
	size_t hidden;     /* zero-width characters, tags, selectors outside of a sequence that needs them */
};

/* Appends UTF-8 without the dirt to out. Doing it again changes nothing. */
void text_clean(sk_bytes utf8, struct sk_buf *out, struct text_dirt *dirt);
/* The length of the part from the beginning that text_clean would keep whole. */
size_t text_clean_until(sk_bytes utf8);

/* Appends a table with an apostrophe before what a spreadsheet would run as a formula; with out NULL it only counts. separator is
 * one that the file names itself besides the usual ones, 0 for none. Doing it again changes nothing. */
size_t text_guard(sk_bytes utf8, uint8_t separator, struct sk_buf *out);
/* The length of a first line "sep=X" with its line end, 0 without; *separator is X. */
size_t text_separator_line(sk_bytes utf8, uint8_t *separator);
/* KIND_csv, KIND_tsv or KIND_text by the structure of a text's beginning; whole: it is not only a beginning. */
unsigned text_structure(sk_bytes utf8, bool whole);

void text_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status text_read(struct format_read *job);
enum sk_status text_write(struct format_write *job);
enum sk_status text_write_text(struct format_write *job);

#endif
