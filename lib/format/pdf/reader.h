/*
 * reader: the walk through a file, shared by the files that read.
 *
 * said is the list of objects in the order of their numbers: said[0] is number 1. What is met for the first time goes to its end;
 * read.c says them one after another, which meets more.
 */
#ifndef FORMAT_PDF_READER_H
#define FORMAT_PDF_READER_H

#include "format/pdf/object.h"

/* What a stream holds, ready to be said. */
struct payload {
	const struct pdf_value *dictionary; /* in place of the stream's own, when a filter changed what it says */
	sk_bytes bytes;
	bool inner;
	uint32_t number; /* of the inner job */
};

struct said {
	const struct pdf_value *value;
	const struct pdf_object *object; /* NULL for a value that was no object of its own */
	struct payload *ready;           /* what had to be known before it was referred to */
	uint32_t page;                   /* from which it was met first; 0: none */
	uint16_t type;                   /* enum pdf_type */
};

struct pdf_reader {
	struct format_read *job; /* its arena is for what one object needs: it is released after each */
	struct sk_arena keep;    /* for what lasts as long as the walk */
	struct pdf_source source;
	struct said *said;
	uint32_t said_count, said_room;
	struct pdf_map numbers;  /* what it is and its type to its number; 0: it can't be said */
	struct pdf_map prepared; /* the same to the place in payloads */
	struct payload **payloads;
	uint32_t payload_count, payload_room;
	struct pdf_map pages;    /* (number, generation) of a page to its number here */
	uint32_t page_count;
	uint32_t page;           /* that is at work, from 1; 0: none */
	uint32_t values;
	unsigned depth;
	enum sk_status status;   /* sticky: a limit of the whole document */
};

/* ---- pages.c ---- */

/* The pages in order, with what they inherit, as the said from 2 on. */
enum sk_status SK_MUST_USE pages_collect(struct pdf_reader *r, const struct pdf_value *catalogue);
/* ---- choose.c ---- */

/* How a value fits a type: below 0 not at all, otherwise the more the better. */
int type_fits(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value);
/* Of the keys of one name from first on, the one as which the value is said; NULL when there is none. number gets what a REFERENCE refers
 * to. value must be followed; object is what holds it. */
const struct pdf_key *key_choose(struct pdf_reader *r, const struct pdf_key *keys, size_t count, const struct pdf_value *value,
				 const struct pdf_object *object, uint32_t *number);

/* ---- refer.c ---- */

/* The number of an object, met for the first time or again; 0 when it can't be said. */
uint32_t object_refer(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object);
/* What a stream holds is known before it is met: a later object_refer takes it. False at the arena's budget. */
bool SK_MUST_USE object_prepare(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object,
				struct payload *payload);
/* Appends to said; its number, 0 at a limit. */
uint32_t said_add(struct pdf_reader *r, struct said said);

/* ---- say.c ---- */

void said_say(struct pdf_reader *r, uint32_t index);

/* ---- scalars.c ---- */

/* Whether a value that is no container can be said in a form of that type, and the saying of it: as an attribute or as a leaf with the
 * attribute of its key. */
bool scalar_fits(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value);
void scalar_say(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value);
void scalar_say_text(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value);
/* A text string (7.9.2.2) as UTF-8. */
sk_bytes text_of(struct sk_arena *arena, sk_bytes string);

/* ---- color.c ---- */

/* The value, or the device space that an ICCBased one stands for when its profile can't be kept. */
const struct pdf_value *color_settle(struct pdf_reader *r, const struct pdf_value *value);

/* ---- trees.c ---- */

struct tree_entry {
	const struct pdf_value *key, *value;
};
/* The entries of a name or number tree (7.9.6, 7.9.7), sorted by key. */
size_t tree_entries(struct pdf_reader *r, const struct pdf_value *root, bool names, struct tree_entry **entries);

/* ---- payload.c ---- */

/* True when a stream's bytes have to be good before it may be referred to: without them its object is nothing. */
bool payload_first(enum pdf_type type);
enum sk_status SK_MUST_USE payload_make(struct pdf_reader *r, const struct said *said, struct payload *payload);

/* ---- signer.c ---- */

/* Who signed, as a signature's dictionary or its certificate names it; empty when neither does. */
sk_bytes signer_of(struct pdf_reader *r, const struct pdf_value *signature);

/* ---- drop.c: findings ---- */

void reader_find(struct pdf_reader *r, enum finding_code code, const char *detail);
/* A key of a type went: its name is not in the vocabulary, or its value is nothing that it may have. */
void reader_drop(struct pdf_reader *r, enum pdf_type type, sk_bytes name, const struct pdf_value *value, bool known);

#endif
