/*
 * cmap: character maps of PDF (ISO 32000-2, 9.7.5 and 9.10.3; Adobe technical notes 5014 and 5411) in one canonical form.
 *
 * A CMap is a PostScript program; what it means are ranges. cmap_canonical reads the ranges of any bytes, damage and order as they may be, and
 * writes a map anew: fixed head and foot, code space, ranges in rising order, joined where they can be. cmap_allowed accepts exactly
 * that. Nothing of the program itself crosses.
 */
#ifndef NEUTRAL_CMAP_H
#define NEUTRAL_CMAP_H

#include "base/base.h"

enum cmap_kind {
	CMAP_UNICODE, /* codes to UTF-16BE: ToUnicode (bfchar, bfrange) */
	CMAP_CID,     /* codes to glyph numbers of a CIDFont: Encoding (cidchar, cidrange, notdefrange) */
};

/* The collection that a CMap is for; of a CID map. */
struct cmap_result {
	sk_bytes text;         /* canonical; lives in the arena */
	enum cmap_kind kind;
	bool vertical;         /* WMode 1 */
	sk_bytes use;          /* name of the predefined CMap that it builds on (usecmap); empty without */
	sk_bytes registry, ordering; /* CIDSystemInfo, printable ASCII; "Adobe" and "Identity" when it had none that is */
	uint32_t supplement;
	uint32_t ranges;       /* how many lines of ranges */
	uint32_t dropped;      /* entries that were none, or in conflict with an earlier one */
};

/* Any bytes into a canonical CMap. SK_MALFORMED when nothing is mapped and no predefined map is used; SK_LIMIT for more than cmap_ranges. */
enum sk_status SK_MUST_USE cmap_canonical(sk_bytes source, enum cmap_kind kind, struct sk_arena *arena, struct cmap_result *result);

/* Length of the first piece: whole lines, at most max bytes (at least 4096); 0 when text is empty. */
size_t cmap_cut(sk_bytes canonical, size_t max);

/* Acceptance in pieces, by the family's writer: whole lines, one piece after the other. */
struct cmap_check {
	enum cmap_kind kind;
	uint8_t section;       /* where in the map it is: head, code space, one of the tables, foot */
	uint32_t left;         /* lines that the open section still has */
	uint64_t last;         /* the last code of the range before: they rise */
	uint8_t last_len;
	uint32_t target;       /* what the next code would map to if the ranges could have been joined */
	bool broken;
	uint8_t state[64];
};
void cmap_check_begin(struct cmap_check *check, enum cmap_kind kind);
void cmap_check_add(struct cmap_check *check, sk_bytes piece);
bool cmap_check_end(const struct cmap_check *check);
/* All of it at once. */
bool cmap_allowed(sk_bytes canonical, enum cmap_kind kind);
/* True when each line could stand in some canonical CMap: what the checker asks of a piece. */
bool cmap_lines_allowed(sk_bytes piece);

/* The predefined CMaps that usecmap and Encoding may name (9.7.5.2, table 116). */
bool cmap_predefined(sk_bytes name);

#endif
