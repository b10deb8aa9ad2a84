/*
 * font: programs of fonts (OpenType 1.9, Adobe TN 5176 and 5177, Adobe Type 1 Font Format), rewritten in one canonical form.
 *
 * A font program is a file inside a file, with offsets, checksums and two or three small languages, and every viewer parses it with code of
 * great age. What comes out here was parsed to the last byte: tables of one list in a fixed order, each made anew; outlines whose points were
 * counted; charstrings that were walked with the stack, the depth and the hints they need. Instructions for hinting go: they are
 * programs, and no viewer of PDF needs them (docs/decisions/0014-fonts.md). A glyph that can't be vouched for becomes empty.
 *
 * The reader of a family rewrites what it found and says the bytes; its writer asks font_allowed, which accepts only bytes that rewriting
 * leaves as they are (docs/decisions/0013-embedded-languages.md). All is pure; results borrow from the arena.
 */
#ifndef FONT_FONT_H
#define FONT_FONT_H

#include "conf/conf.h"

enum font_kind {
	FONT_ANY,      /* only as a hint: whatever the bytes are */
	FONT_TRUETYPE, /* sfnt with glyf: FontFile2 */
	FONT_OPENTYPE, /* sfnt with CFF: FontFile3 of subtype OpenType */
	FONT_CFF,      /* bare CFF: FontFile3 of subtype Type1C, or CIDFontType0C when cid */
	FONT_TYPE1,    /* FontFile, with Length1, Length2, Length3 */
	FONT_KINDS
};

/* What was removed or repaired, counted. */
enum font_note {
	FONT_NOTE_TABLES,       /* tables that are not on the list, or broken */
	FONT_NOTE_INSTRUCTIONS, /* tables and glyphs with instructions for hinting */
	FONT_NOTE_GLYPHS,       /* broken glyphs that became empty */
	FONT_NOTE_MAPS,         /* tables of characters that were dropped */
	FONT_NOTE_NAMES,        /* names that were dropped */
	FONT_NOTE_REPAIRED,     /* lengths, counts and offsets that were wrong */
	FONT_NOTES
};

struct font_result {
	sk_bytes bytes;      /* canonical, borrowed from the arena */
	enum font_kind kind; /* never FONT_ANY */
	bool cid;            /* CFF keyed by CID */
	uint32_t glyphs;
	uint32_t length1, length2, length3; /* Type 1 alone: clear text, encrypted part, trailer */
	uint32_t notes[FONT_NOTES];
};

/* Rewrites a font program; the kind is told by the bytes, the hint is what the document says. SK_MALFORMED, SK_TRUNCATED or SK_UNSUPPORTED:
 * not one that can be kept; SK_LIMIT: limit_last names the limit, or the arena is exhausted. */
enum sk_status SK_MUST_USE font_canonical(enum font_kind kind_hint, sk_bytes program, struct sk_arena *arena, struct font_result *result);
/* True when the program is of this kind (FONT_ANY: of any) and rewriting leaves it as it is. The arena is left as it was. */
bool SK_MUST_USE font_allowed(enum font_kind kind, sk_bytes program, struct sk_arena *arena);
/* The same with what the program is, for a writer that states lengths and subtype; result->bytes is then the program itself. */
bool SK_MUST_USE font_check(sk_bytes program, struct sk_arena *arena, struct font_result *result);

#endif
