/*
 * object: what a file says, as values in memory: the reader's view of it.
 *
 * A value borrows from text in the job's arena and lives as long as that. Objects are looked up by number through qpdf (codec/pdf.h),
 * each at most once; references are followed by source_value, which never gives a reference.
 */
#ifndef FORMAT_PDF_OBJECT_H
#define FORMAT_PDF_OBJECT_H

#include "codec/pdf.h"
#include "format/pdf/pdf.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOLEAN,
	VALUE_INTEGER,
	VALUE_REAL,
	VALUE_NAME,       /* bytes: unescaped */
	VALUE_STRING,     /* bytes: unescaped */
	VALUE_ARRAY,
	VALUE_DICTIONARY, /* entries by name, in rising order of bytes, each once */
	VALUE_STREAM,     /* the same; the bytes are asked for with source_stream */
	VALUE_REFERENCE,
};

struct pdf_entry;

struct pdf_value {
	uint8_t kind;   /* enum value_kind */
	bool yes;       /* BOOLEAN */
	uint32_t count; /* of items or entries */
	union {
		sk_bytes bytes; /* NAME, STRING; INTEGER, REAL: as it is written */
		struct pdf_value *items;
		struct pdf_entry *entries;
		struct {
			uint32_t number, generation;
		} reference; /* REFERENCE, and of a STREAM its own in "self" of pdf_object */
	};
};

struct pdf_entry {
	sk_bytes name;
	struct pdf_value value;
};

/* Room for the items of open containers, kept from one call to the next; begins as zero. */
struct value_stack {
	struct pdf_value *items;
	size_t room;
};

/* The value that text begins with. SK_MALFORMED when it is none, SK_LIMIT beyond depth. */
enum sk_status SK_MUST_USE value_parse(sk_bytes text, struct sk_arena *arena, struct value_stack *stack, struct pdf_value *value);
/* The entry of that name; NULL when there is none, or the value is no dictionary. */
const struct pdf_value *value_find(const struct pdf_value *dictionary, sk_bytes name);
#define VALUE_FIND(dictionary, name) value_find(dictionary, SK_BYTES(name))
static inline bool value_is_name(const struct pdf_value *value, sk_bytes name)
{
	return value != NULL && value->kind == VALUE_NAME && sk_bytes_equal(value->bytes, name);
}
/* The number, cut to a whole one and to the range; otherwise is what a value of another kind gives. */
int64_t value_integer(const struct pdf_value *value, int64_t otherwise);
/* The same in thousandths. */
int64_t value_milli(const struct pdf_value *value, int64_t otherwise);

/* ---- build.c ---- */

/* A copy of a dictionary with one entry put, replaced or, with a NULL value, taken out; NULL at the arena's budget. */
struct pdf_value *value_with(struct sk_arena *arena, const struct pdf_value *dictionary, sk_bytes name, const struct pdf_value *value);
struct pdf_value value_number(struct sk_arena *arena, uint32_t number);
struct pdf_value value_name(const char *name);

/* ---- map: 64-bit keys to numbers ---- */

struct pdf_map {
	struct sk_arena *arena;
	uint64_t *keys; /* key + 1; 0 is free */
	uint32_t *values;
	uint32_t count, room;
};
/* False when the arena's budget is reached. A key that is there gets the new value. */
bool SK_MUST_USE pdf_map_put(struct pdf_map *map, uint64_t key, uint32_t value);
bool pdf_map_find(const struct pdf_map *map, uint64_t key, uint32_t *value);

/* ---- the file ---- */

struct pdf_object {
	struct pdf_value value;
	uint32_t number, generation;
};

struct pdf_source {
	struct sk_arena *arena;   /* for objects: they last */
	struct sk_arena *scratch; /* for the bytes of streams */
	struct pdf_file *file;
	struct pdf_file_facts facts;
	struct pdf_value trailer;
	struct pdf_map known;        /* (number, generation) to index in objects */
	struct pdf_object **objects; /* NULL for what could not be had */
	uint32_t object_count, object_room;
	struct value_stack stack;
	bool lost; /* something could not be parsed */
	bool by_password; /* one of the candidates opened it */
};

/* Opens source->file: without a password, else with one of the candidates (format_password). SK_ENCRYPTED when none fits. */
enum sk_status SK_MUST_USE password_open(struct pdf_source *source, sk_bytes input, sk_bytes passwords);

enum sk_status SK_MUST_USE source_open(struct pdf_source *source, sk_bytes input, sk_bytes passwords, struct sk_arena *arena, struct sk_arena *scratch);
void source_close(struct pdf_source *source);
/* The value, a reference followed; never NULL, never a REFERENCE. object (may be NULL) gets what holds it, NULL when it stands where it was. */
const struct pdf_value *source_value(struct pdf_source *source, const struct pdf_value *value, const struct pdf_object **object);
/* The value of a key, followed; never NULL. */
const struct pdf_value *source_key(struct pdf_source *source, const struct pdf_value *dictionary, sk_bytes name);
#define SOURCE_KEY(source, dictionary, name) source_key(source, dictionary, SK_BYTES(name))

/* Which filter stands where source_stream stopped. */
enum stream_rest { REST_NONE, REST_DCT, REST_JPX, REST_CCITT, REST_JBIG2, REST_UNKNOWN };

struct stream_bytes {
	sk_bytes bytes;
	enum stream_rest rest;           /* a picture's filter, still on; it is the last */
	const struct pdf_value *parameters; /* of that filter; never NULL */
	bool damaged;
};
/* The bytes of a stream, filters of bytes undone, at most bytes_max of them. */
enum sk_status SK_MUST_USE source_stream(struct pdf_source *source, const struct pdf_object *stream, size_t bytes_max,
					 struct stream_bytes *out);

#endif
