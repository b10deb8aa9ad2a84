/*
 * Parts of CFF, for siblings: INDEXes and DICTs as they were found, charstrings of type 2 as they were walked.
 *
 * Views borrow the program; arrays live in the job's arena.
 */
#ifndef FONT_CFF_PARTS_H
#define FONT_CFF_PARTS_H

#include "format/font/parts.h"

#define CFF_OPERANDS 48 /* of a DICT entry and of a charstring: TN 5176, clause 4; TN 5177, appendix B */
#define CFF_STRINGS 391 /* standard ones */
#define CFF_ESCAPE(op) (0x0C00 | (op))

/* ---- INDEX (TN 5176, clause 5) ---- */

struct cff_index {
	sk_bytes offsets, bodies; /* offsets count from the byte before bodies */
	uint32_t count;
	uint8_t offset_size;
};

/* Reads the INDEX at an offset of the program; *end is where it ends. */
enum sk_status SK_MUST_USE cff_index_read(sk_bytes program, size_t at, struct cff_index *index, size_t *end);
/* An item; empty when it lies outside. */
sk_bytes cff_index_item(const struct cff_index *index, uint32_t item);
/* Head of an INDEX of so many items; cff_index_offset then for each end, in order, then the items. */
unsigned cff_index_begin(struct sk_buf *out, uint32_t count, size_t bodies);
void cff_index_offset(struct sk_buf *out, unsigned offset_size, size_t end);
void cff_index_one(struct sk_buf *out, sk_bytes item);

/* ---- DICT (TN 5176, clause 4) ---- */

/* mantissa * 10^exponent, normalised: an integer of 32 bits has exponent 0, else the mantissa does not end in 0. */
struct cff_number {
	int32_t mantissa;
	int32_t exponent;
};

struct cff_entry {
	unsigned op; /* CFF_ESCAPE for those of two bytes */
	unsigned count;
	struct cff_number numbers[CFF_OPERANDS];
};

/* The next entry; false at the end, and where a DICT stops being one. */
bool cff_dict_next(struct sk_cursor *c, struct cff_entry *entry);
/* The integer at i, fallback when there is none. */
int32_t cff_dict_integer(const struct cff_entry *entry, unsigned i, int32_t fallback);
void cff_dict_put(struct sk_buf *out, const struct cff_entry *entry);
void cff_dict_operator(struct sk_buf *out, unsigned op);
/* A number of five bytes, for an offset that is set later; returns where. */
size_t cff_dict_offset(struct sk_buf *out);
void cff_dict_set(struct sk_buf *out, size_t where, size_t value);

/* The same numbers in decimal, as PostScript has them; false when the text is none. */
bool font_number_read(sk_bytes text, struct cff_number *number);
void font_number_put(struct sk_buf *out, struct cff_number number);

/* ---- charstrings of type 2 (TN 5177) ---- */

#define CFF_REACH_OPEN 0x80000000u /* it was left at its end, not by an operator */

struct cff_subrs {
	struct cff_index index;
	uint32_t *reach; /* bytes of each that were walked; 0: none */
};

struct cff_walk {
	struct font_job *job;
	struct cff_subrs *global, *local;
	int32_t stack[CFF_OPERANDS];
	unsigned count, hints;
	uint32_t steps;
	bool ended;
	uint32_t accent; /* 0x10000 | base << 8 | accent in StandardEncoding, of an endchar that joins two glyphs */
};

/* Walks a glyph; *reach tells what of it was. False when it is none. */
bool cff_walk_glyph(struct cff_walk *w, sk_bytes code, uint32_t *reach);

#endif
