/*
 * writer: the file that is made, shared by the files that write.
 *
 * Numbers: the reader's objects are 1 (the catalogue), 2 to pages + 1, and the rest; between pages and rest come the nodes of a new page
 * tree, behind all the object streams and the cross-reference stream (ISO 32000-2, 7.5.7 and 7.5.8).
 */
#ifndef FORMAT_PDF_WRITER_H
#define FORMAT_PDF_WRITER_H

#include "format/pdf/pdf.h"

#define KIDS 32            /* pages or nodes below a node of the page tree */
#define BUNDLE_OBJECTS 200 /* in an object stream */

struct placed {
	uint64_t offset; /* in the file; of an object in a bundle, the bundle */
	uint32_t index;  /* in the bundle */
	uint16_t type;   /* enum pdf_type */
	bool bundled;
};

struct bundle {
	sk_bytes packed;
	uint32_t count, first;
};

struct reference {
	uint32_t number;
	uint32_t key; /* index in pdf_keys of the REFERENCE */
};

/* An array at the far end of the arena: it stays while the near end is marked and released. */
struct grown {
	void *at;
	size_t count, room;
};

struct pdf_writer {
	struct format_write *job;
	uint64_t offset;          /* bytes written */
	uint64_t id[2];           /* of what was written */
	uint32_t pages, nodes;    /* of the page tree */
	unsigned version;
	struct grown placed;      /* struct placed, of the reader's objects, by their number - 1 */
	struct grown references;  /* struct reference, checked when all objects are known */
	struct grown bundles;     /* struct bundle */
	struct sk_buf bundle_text, bundle_index; /* the bundle that is being filled */
	uint32_t bundle_count;
	uint32_t information;     /* number of the information dictionary; 0: none */
	uint16_t *key_of_attr, *key_of_node; /* index in pdf_keys + 1 */
	uint16_t *type_of_node;   /* of nodes that are objects */
};

/* ---- write.c ---- */

/* Makes the tables and takes the document's own attributes; record gets what follows them. */
enum sk_status SK_MUST_USE write_begin(struct pdf_writer *w, struct neutral_record *record);

/* ---- write_file.c ---- */

enum sk_status SK_MUST_USE file_begin(struct pdf_writer *w);
/* Appends one element of size bytes; SK_LIMIT at the arena's budget. */
enum sk_status SK_MUST_USE grown_add(struct pdf_writer *w, struct grown *grown, const void *element, size_t size);
/* The number in the file of the reader's object. */
uint32_t file_number(const struct pdf_writer *w, uint32_t number);
/* The next object: a dictionary's text, or a stream's dictionary without its end and its bytes as they stand in the file. */
enum sk_status SK_MUST_USE file_object(struct pdf_writer *w, enum pdf_type type, sk_bytes text);
enum sk_status SK_MUST_USE file_stream(struct pdf_writer *w, enum pdf_type type, sk_bytes text, sk_bytes filter, sk_bytes bytes);
enum sk_status SK_MUST_USE file_end(struct pdf_writer *w);

/* ---- write_value.c ---- */

void value_put_string(struct sk_buf *out, sk_bytes bytes);
/* UTF-8 as a text string (7.9.2.2). */
void value_put_text(struct sk_buf *out, sk_bytes text);
/* A blank when two words would run together. */
void value_put_gap(struct sk_buf *out);
/* Less than, equal, greater than zero: two spelled names by their bytes. */
int value_compare_names(sk_bytes a, sk_bytes b);

/* ---- write_stream.c ---- */

/* What the writer has to know of a stream's dictionary to judge its bytes. */
struct stream_facts {
	int64_t width, height, bits, bits_per_sample;
	bool mask;
	uint32_t domain, range, sizes; /* numbers in the list */
	uint64_t size_product;
	bool inner;
	uint32_t number;
};
void stream_note(struct stream_facts *facts, const struct pdf_key *key, const struct neutral_record *record);
/* Judges the payload and writes the stream; text is its dictionary, without its end. */
enum sk_status SK_MUST_USE stream_write(struct pdf_writer *w, enum pdf_type type, const struct stream_facts *facts, sk_bytes text, sk_bytes payload);

/* ---- write_picture.c ---- */

struct packed_picture {
	uint32_t width, height, bits, components;
	sk_bytes samples;
	sk_bytes packed, filter; /* the result, and how a dictionary names it */
};
/* Packs samples, pixel-exact: as fax, or deflated with or without PNG's predictors (7.4.4.4), whatever is smaller by a sample. */
enum sk_status SK_MUST_USE picture_pack(struct packed_picture *picture, struct sk_arena *arena);

#endif
