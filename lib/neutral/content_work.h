/* Internal to content.c and content_operate.c: the rewriting of one stream. */
#ifndef NEUTRAL_CONTENT_WORK_H
#define NEUTRAL_CONTENT_WORK_H

#include "neutral/content_parts.h"

enum content_kind { CONTENT_KIND_OTHER, CONTENT_KIND_NUMBER, CONTENT_KIND_NAME, CONTENT_KIND_STRING, CONTENT_KIND_ARRAY, CONTENT_KIND_LIST };

/* The resources named so far: a table by hash. */
struct content_uses {
	struct content_use *rows; /* name.at is not set before the end: the text moves while it grows */
	size_t *places;           /* where the name stands in the text */
	uint32_t *slots;          /* row + 1; 0 when free; a power of two of them */
	size_t count, room, slot_count;
};

struct content_work {
	struct content_reader r;
	struct sk_buf out;
	struct sk_arena *arena;
	const struct content_options *options;
	struct content_result *result;
	/* the line being built: operands stand in out, from line on, in canonical spelling */
	size_t line;
	size_t count, others;                  /* operands; those that are no numbers */
	size_t starts[CONTENT_OPERANDS_MAX];   /* of each in out */
	uint8_t kinds[CONTENT_OPERANDS_MAX];
	bool array_strings, array_negative;    /* of the latest array */
	/* what is open */
	size_t saved, saved_dropped, marked, marked_dropped;
	bool text, begun;
	bool hopeless; /* content_image_end */
	struct content_uses uses;
	enum sk_status status; /* sticky */
};

/* The operator row with the operands of the line: said, repaired, or dropped. The line is empty afterwards. */
void content_operate(struct content_work *w, const struct content_operator *row);
/* Ends what is open. */
void content_close(struct content_work *w);
/* Forgets the operands of the line. */
void content_clear(struct content_work *w);
/* Notes that the name, without its slash, of len bytes at place of the text is used. */
void content_use_add(struct content_work *w, enum content_category category, size_t place, size_t len);

#endif
