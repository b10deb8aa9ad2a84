/*
 * pdf: documents of PDF (ISO 32000-2), for the room's own files.
 *
 * A file is a graph of objects. The reader walks it from the catalogue along the keys that types.def names, each in the type that the
 * key allows; what is not named does not cross. Objects that are said get numbers in the order in which they are first met: the
 * catalogue 1, the pages from 2, then the rest breadth first; the writer makes the file from that alone.
 */
#ifndef FORMAT_PDF_PDF_H
#define FORMAT_PDF_PDF_H

#include "format/format.h"
#include "pdf_vocabulary.h"

void pdf_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status pdf_read(struct format_read *job);
enum sk_status pdf_write(struct format_write *job);
enum sk_status pdf_write_text(struct format_write *job);

/* ---- the types: types.def ---- */

#define PDF_NONE VOCABULARY_NONE

enum pdf_type {
	PDF_NO_TYPE,
#define PDF_TYPE(name, shape, payload, node, first, count) PDF_TYPE_##name,
#define PDF_KEY(key, form, id, target, flags)
#include "format/pdf/types.def"
#undef PDF_TYPE
#undef PDF_KEY
	PDF_TYPE_COUNT
};

enum pdf_shape {
	PDF_DICTIONARY,
	PDF_STREAM,
	PDF_MAP,   /* a dictionary whose keys the author chooses */
	PDF_FIXED, /* an array whose elements differ by place */
	PDF_LIST,  /* an array of like elements */
	PDF_NAME_TREE,
	PDF_NUMBER_TREE,
};

enum pdf_payload {
	PDF_PAYLOAD_NONE,
	PDF_PAYLOAD_CONTENT,
	PDF_PAYLOAD_GLYPH,
	PDF_PAYLOAD_IMAGE,
	PDF_PAYLOAD_FONT,
	PDF_PAYLOAD_ICC,
	PDF_PAYLOAD_SAMPLES,
	PDF_PAYLOAD_CALCULATOR,
	PDF_PAYLOAD_MESH,
	PDF_PAYLOAD_CMAP,
	PDF_PAYLOAD_UNICODE,
};

/* How a value of a key is said, and spelled. */
enum pdf_form {
	PDF_FORM_NAME,
	PDF_FORM_INTEGER,
	PDF_FORM_NUMBER,
	PDF_FORM_BOOLEAN,
	PDF_FORM_TEXT,
	PDF_FORM_BYTES,
	PDF_FORM_DATE,
	PDF_FORM_URL,
	PDF_FORM_CONTENT,
	PDF_FORM_NUMBERS,
	PDF_FORM_NULL,
	PDF_FORM_REFERENCE,  /* to an object of one of the types of the key's dictionaries, which follow it */
	PDF_FORM_DICTIONARY, /* here, or, without a node, only by reference */
	PDF_FORM_ARRAY,
	PDF_FORM_NAME_TREE,
	PDF_FORM_NUMBER_TREE,
};

enum pdf_key_flags {
	PDF_NODE = 1,     /* id is a node's, not an attribute's */
	PDF_DECIDES = 2,  /* its words say whether a dictionary is of the type */
	PDF_REQUIRED = 4,
};

struct pdf_key {
	const char *name; /* "*": any */
	uint8_t form;     /* enum pdf_form */
	uint8_t flags;
	uint16_t id;
	uint16_t target;  /* enum pdf_type */
};

struct pdf_type_row {
	const char *name;
	uint8_t shape, payload;
	uint16_t node; /* as an object of its own; PDF_NONE: never one */
	uint16_t first, count; /* its keys, by name in rising order of bytes; those of one name stand together */
};

extern const struct pdf_key pdf_keys[];
extern const struct pdf_type_row pdf_types[PDF_TYPE_COUNT];

/* Whether a font file of that type may be such a program. */
struct font_result;
bool pdf_font_fits(enum pdf_type type, const struct font_result *program);

/* ---- spelling, for both sides ---- */

/* True for a whole decimal number as the neutral form has it: no sign but a minus, no needless zero, no exponent. */
bool pdf_number_ok(sk_bytes b);
/* Such numbers with one blank between them, and balanced brackets. */
bool pdf_numbers_ok(sk_bytes b);
/* A name as it is spelled: # and two digits for what has to be escaped, and only for that. */
bool pdf_name_ok(sk_bytes b);
/* Appends a name's bytes as they are spelled. */
void pdf_name_put(struct sk_buf *out, sk_bytes name);
/* Appends a number read as digits, sign and point, in the neutral form; "0" when it is none. */
void pdf_number_put(struct sk_buf *out, sk_bytes number);

#endif
