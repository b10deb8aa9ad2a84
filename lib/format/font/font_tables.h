/* What the files of TrueType outlines share: an sfnt as it was found, and its tables as they are made. */
#ifndef FONT_TABLES_H
#define FONT_TABLES_H

#include "format/font/parts.h"

#define FONT_TAG(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define FONT_TABLES_MAX 64

struct font_table {
	uint32_t tag;
	sk_bytes bytes;
};

/* The directory of an sfnt (OpenType, "Organization of an OpenType Font"), lengths clipped to the file; the first face of a collection. */
struct font_tables {
	uint32_t version;
	struct font_table rows[FONT_TABLES_MAX];
	size_t count;
};

enum sk_status SK_MUST_USE font_tables_read(sk_bytes program, struct font_tables *tables);
/* The table of that tag, empty when there is none. */
sk_bytes font_table(const struct font_tables *tables, uint32_t tag);
/* A file of the tables, sorted by tag, with lengths, offsets and checksums made anew. tables->rows are sorted in place. */
enum sk_status SK_MUST_USE font_tables_write(struct font_tables *tables, struct sk_buf *file);
uint32_t font_checksum(sk_bytes table);

enum sk_status SK_MUST_USE truetype_rewrite(struct font_job *job, const struct font_tables *found, struct sk_buf *out);
enum sk_status SK_MUST_USE opentype_rewrite(struct font_job *job, const struct font_tables *found, struct sk_buf *out);

/* ---- TrueType outlines: glyphs.c ---- */

struct font_limits { /* what maxp says of the outlines */
	uint16_t points, contours, composite_points, composite_contours, component_elements, component_depth, instructions;
};

struct font_glyphs {
	uint32_t count;
	bool programs;          /* instructions stay */
	sk_bytes glyf, loca;
	bool wide;              /* loca has 32 bits an entry */
	struct font_limits limits;
	uint32_t repaired, programs_dropped;
};

/* Makes glyf and loca anew of those found; wide says how the found loca counts, and then how the new one does. */
enum sk_status SK_MUST_USE font_glyphs_make(sk_bytes glyf, sk_bytes loca, struct font_glyphs *glyphs, struct sk_arena *arena);

/* ---- other tables: tables.c, style.c, charmap.c ---- */

/* head with everything but its checksum; SK_MALFORMED when it is none. */
enum sk_status SK_MUST_USE font_head(sk_bytes found, bool wide, struct sk_buf *to);
/* hhea and hmtx, or vhea and vmtx, for so many glyphs. */
enum sk_status SK_MUST_USE font_metrics(sk_bytes found_head, sk_bytes found, uint32_t glyphs, struct sk_buf *head, struct sk_buf *to);
/* post with the names of glyphs that are names. */
void font_post(sk_bytes found, uint32_t glyphs, struct sk_arena *arena, struct sk_buf *to);
/* OS/2; nothing when it is too short. */
void font_style(sk_bytes found, struct sk_buf *to);
/* cmap: each subtable by what it maps. */
void font_charmap(sk_bytes found, uint32_t glyphs, struct sk_arena *arena, struct sk_buf *to);

#endif
