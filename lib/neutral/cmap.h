/*
 * cmap: character maps of PDF (ISO 32000-2, 9.7.5 and 9.10.3; Adobe technical notes 5014 and 5411) in one canonical form.
 *
 * A CMap is a PostScript program; what it means is a table. cmap_canonical reads the table of any bytes, damaged and in any order, and writes a map
 * anew: fixed head and foot, the code space, ranges in rising order, joined where they can be. cmap_allowed accepts exactly that. Nothing of
 * the program itself crosses.
 *
 * A range never crosses a code's last byte, and what it maps to never crosses the last byte of UTF-16BE (5411, 1.4.1): all programs agree on those.
 * Codes that come twice have their last meaning. Ranges of undefined characters (notdef) are left out: viewers do without them.
 */
#ifndef NEUTRAL_CMAP_H
#define NEUTRAL_CMAP_H

#include "base/base.h"

enum cmap_kind {
	CMAP_UNICODE, /* codes to UTF-16BE, one unit or several: ToUnicode (bfchar, bfrange) */
	CMAP_CID,     /* codes to glyph numbers of a CIDFont: Encoding (cidchar, cidrange) */
};

#define CMAP_NAME_MAX 64         /* bytes of registry and ordering */
#define CMAP_UNITS_MAX ((size_t)64) /* UTF-16 units that one code may mean */
#define CMAP_SUPPLEMENT_MAX 9999

struct cmap_result {
	sk_bytes text;               /* canonical; lives in the arena */
	bool vertical;               /* WMode 1 */
	sk_bytes use;                /* name of the predefined CMap that it builds on (usecmap); empty without */
	sk_bytes registry, ordering; /* CIDSystemInfo; "Adobe" and "Identity" when it has none, "Adobe" and "UCS" for Unicode */
	uint32_t supplement;
	uint32_t codes;              /* how many are mapped */
	uint32_t dropped;            /* entries that were none */
};

/* Any bytes into a canonical CMap. SK_MALFORMED when nothing is mapped and no predefined map is used; SK_LIMIT for more than limit cmap_codes. */
enum sk_status SK_MUST_USE cmap_canonical(sk_bytes source, enum cmap_kind kind, struct sk_arena *arena, struct cmap_result *result);
/* True when text is a canonical CMap of that kind. */
bool cmap_allowed(sk_bytes text, enum cmap_kind kind);

/* The predefined CMaps that usecmap and Encoding may name (9.7.5.2, table 116), and those to Unicode of their collections. */
bool cmap_predefined(sk_bytes name);

#endif
