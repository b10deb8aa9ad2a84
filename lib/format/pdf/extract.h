/*
 * extract: the text of a PDF, shared by the files of level text.
 *
 * write_text.c keeps the objects that text needs, as the records say them; text_font.c says what codes mean and how wide they are;
 * extract.c walks the content of pages. Nothing is trusted about how objects refer to each other: a reference to something else finds nothing.
 */
#ifndef FORMAT_PDF_EXTRACT_H
#define FORMAT_PDF_EXTRACT_H

#include "format/pdf/writer.h"

/* A key and its value in a dictionary, or an element of an array. */
struct text_value {
	struct text_value *next;
	struct text_value *first;  /* of a container */
	const struct pdf_key *key;
	sk_bytes label;            /* of an entry in a map, as spelled */
	sk_bytes bytes;            /* of names, numbers with a fraction, lists of numbers */
	int64_t number;            /* of integers, and of references the object's */
	struct text_font *font;    /* of a font's first value: what was made of it */
};

struct text_object {
	enum pdf_type type;
	struct text_value *first;
	sk_bytes payload; /* checked: canonical; of content only the lines that matter */
};

struct text_job {
	struct pdf_writer w;   /* for what grows */
	struct grown objects;  /* struct text_object, by their number - 1 */
	uint64_t work;         /* bytes of content that were walked */
	struct walk *walk;     /* extract.c */
	bool shown;            /* a character since the caller cleared it */
	struct sk_buf out;     /* what is not put yet */
};

/* The value of a key among the values of a dictionary; NULL when it is not there. */
const struct text_value *text_find(const struct text_value *first, const char *key);
/* The entry of a map. */
const struct text_value *text_entry(const struct text_value *first, sk_bytes label);
/* What a value refers to; NULL when it is no reference. */
const struct text_object *text_object_of(const struct text_job *t, const struct text_value *value);
/* The values of the dictionary that a value is or refers to. */
struct text_value *text_inside(const struct text_job *t, const struct text_value *value);
/* A canonical number; moves *at behind it and a blank. */
double text_number(sk_bytes list, size_t *at);
enum sk_status SK_MUST_USE text_put(struct text_job *t, sk_bytes bytes);

/* ---- text_font.c ---- */

struct text_font;

/* What a dictionary of a font says; never NULL but at the arena's budget. first may be NULL. */
struct text_font *text_font_of(struct text_job *t, struct text_value *first);
bool text_font_vertical(const struct text_font *font);

#define TEXT_SCALARS_MAX 64
struct text_glyph {
	uint32_t scalars[TEXT_SCALARS_MAX];
	size_t count;
	double width;  /* in units of text space: 1 is the font's size */
	bool blank;    /* the code 32 of one byte, to which word spacing applies (9.3.3) */
};
/* The glyph of the code at *at; moves *at. */
void text_font_next(const struct text_font *font, sk_bytes string, size_t *at, struct text_glyph *glyph);

/* ---- text_names.c ---- */

/* What a glyph's name means (Adobe Glyph List: the Latin part, uniXXXX, uXXXXX); how many scalars, 0 when unknown. */
size_t text_name_scalars(sk_bytes name, uint32_t scalars[TEXT_SCALARS_MAX]);
enum text_encoding { TEXT_STANDARD, TEXT_WIN_ANSI, TEXT_MAC_ROMAN };
/* The 256 characters of an encoding (annex D); 0: none. */
void text_encoding_fill(enum text_encoding encoding, uint16_t scalars[256]);

/* ---- extract.c ---- */

/* Puts a text of lines, with a line end behind it when there is anything in it. */
enum sk_status SK_MUST_USE text_lines(struct text_job *t, sk_bytes text);
/* Puts what the content shows, with a line end behind it. */
enum sk_status SK_MUST_USE text_walk(struct text_job *t, const struct text_object *stream, struct text_value *resources);

/* ---- text_page.c ---- */

/* Puts what the page and its annotations show, and a form feed. */
enum sk_status SK_MUST_USE text_page(struct text_job *t, const struct text_object *page);
/* Whether objects of the type belong to an annotation's looks. */
bool text_of_annotation(enum pdf_type type);

/* ---- text.c, of the reader ---- */

/* A text string as UTF-8, in the arena. */
sk_bytes text_of(struct sk_arena *arena, sk_bytes string);

#endif
