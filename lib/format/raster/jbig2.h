/*
 * jbig2: what the files of the JBIG2 decoder share. Names in capitals in comments are those of T.88.
 *
 * Statuses inside: SK_LIMIT ends the picture; SK_MALFORMED and SK_TRUNCATED cost the segment, and what of it was decoded stays where
 * that can be seen.
 */
#ifndef FORMAT_RASTER_JBIG2_H
#define FORMAT_RASTER_JBIG2_H

#include "format/raster/jbig2_arith.h"
#include "format/raster/raster_parts.h"

/* ---- the decoder's budgets ---- */

struct jbig2_table;
struct jbig2 {
	struct sk_arena *arena;
	const struct jbig2_table *standard[15]; /* made when asked for */
	uint64_t work;  /* pixels decoded and bytes drawn so far */
	uint64_t work_max; /* LIMIT_jbig2_work, or less in tests */
	uint64_t bytes; /* of bitmaps that are there: LIMIT_jbig2_bytes */
	bool damaged;
};

/* Counts work; SK_LIMIT when it was too much. An integer or an identifier is up to 38 decisions; its share is counted by who asks for it. */
#define JBIG2_INTEGER_WORK ((uint64_t)16)
enum sk_status SK_MUST_USE jbig2_work(struct jbig2 *j, uint64_t work);
/* A white bitmap within the budget. SK_MALFORMED for a side that no picture has. */
enum sk_status SK_MUST_USE jbig2_bitmap(struct jbig2 *j, uint64_t width, uint64_t height, struct raster_bits *bits);
/* count * size zeroed bytes; NULL when the arena's budget is reached (the caller says SK_LIMIT). */
void *jbig2_array(struct jbig2 *j, size_t count, size_t size);
/* Room for so many pointers to bitmaps. */
const struct raster_bits **jbig2_pointers(struct jbig2 *j, size_t count);

enum jbig2_operator { JBIG2_OR, JBIG2_AND, JBIG2_XOR, JBIG2_XNOR, JBIG2_REPLACE, JBIG2_OPERATORS };
/* Draws from onto to with its upper left corner at x, y, as far as it lies inside. Counts work. */
enum sk_status SK_MUST_USE jbig2_compose(struct jbig2 *j, struct raster_bits *to, const struct raster_bits *from, int64_t x, int64_t y,
					 enum jbig2_operator operator);

static inline unsigned jbig2_pixel(const struct raster_bits *bits, int64_t x, int64_t y)
{
	if (x < 0 || y < 0 || x >= bits->width || y >= bits->height)
		return 0;
	return bits->at[(size_t)y * bits->stride + ((size_t)x >> 3)] >> (7 - (x & 7)) & 1;
}

/* ---- generic regions (6.2) and refinement (6.3) ---- */

struct jbig2_at { /* an adaptive pixel */
	int8_t x, y;
};

struct jbig2_generic {
	unsigned kind; /* GBTEMPLATE */
	bool typical;  /* TPGDON */
	struct jbig2_at at[4];
	const struct raster_bits *skip; /* NULL: USESKIP 0 */
};
/* The places of the adaptive pixels that figures 3 to 6 show. */
void jbig2_generic_nominal(struct jbig2_generic *g);
#define JBIG2_GENERIC_CONTEXTS 65536
/* Decodes into bits, which is white. SK_TRUNCATED when the input ended well before. */
enum sk_status SK_MUST_USE jbig2_generic_decode(struct jbig2 *j, const struct jbig2_generic *g, struct jbig2_arith *arith, uint8_t *contexts,
						struct raster_bits *bits);

struct jbig2_refinement {
	unsigned kind; /* GRTEMPLATE */
	bool typical;  /* TPGRON */
	struct jbig2_at at[2];
	const struct raster_bits *reference;
	int64_t x, y; /* GRREFERENCEDX, GRREFERENCEDY */
};
#define JBIG2_REFINEMENT_CONTEXTS 8192
enum sk_status SK_MUST_USE jbig2_refine(struct jbig2 *j, const struct jbig2_refinement *r, struct jbig2_arith *arith, uint8_t *contexts,
					struct raster_bits *bits);

/* ---- Huffman tables (annex B) ---- */

struct jbig2_bits { /* reads bits, highest first; zeros behind the end, which over tells */
	sk_bytes in;
	size_t at; /* bits */
	bool over;
};
uint32_t jbig2_take(struct jbig2_bits *b, unsigned count); /* up to 32 */
void jbig2_align(struct jbig2_bits *b);
/* The rest of the bytes, from a byte's start. */
sk_bytes jbig2_rest(const struct jbig2_bits *b);
void jbig2_skip_bytes(struct jbig2_bits *b, size_t bytes);

#define JBIG2_PREFIX_MAX 32
struct jbig2_line {
	uint8_t prefix_len, range_len;
	bool lower, out_of_band;
	int32_t low;
};
struct jbig2_table {
	const struct jbig2_line *lines;
	uint32_t *order;                          /* lines by code */
	uint32_t first[JBIG2_PREFIX_MAX + 1], count[JBIG2_PREFIX_MAX + 1], start[JBIG2_PREFIX_MAX + 1]; /* by length of the code */
	unsigned longest;
};
/* Assigns codes (B.3). */
enum sk_status SK_MUST_USE jbig2_table_make(struct jbig2 *j, const struct jbig2_line *lines, size_t count, struct jbig2_table *table);
/* The tables of the standard, made once. */
enum sk_status SK_MUST_USE jbig2_tables_make(struct jbig2 *j);
/* Table B.number, 1 to 15. */
enum sk_status SK_MUST_USE jbig2_table_standard(struct jbig2 *j, unsigned number, const struct jbig2_table **table);
/* A table segment (B.2). */
enum sk_status SK_MUST_USE jbig2_table_read(struct jbig2 *j, sk_bytes in, struct jbig2_table *table);
enum jbig2_decoded { JBIG2_VALUE, JBIG2_OUT_OF_BAND, JBIG2_NO_CODE };
enum jbig2_decoded jbig2_table_decode(const struct jbig2_table *table, struct jbig2_bits *bits, int64_t *value);

/* ---- symbols, text, patterns ---- */

/* The integers of text regions and symbols, arithmetic or Huffman, behind one face. */
enum jbig2_integer {
	JBIG2_IADT, JBIG2_IAFS, JBIG2_IADS, JBIG2_IAIT, JBIG2_IARI, JBIG2_IARDW, JBIG2_IARDH, JBIG2_IARDX, JBIG2_IARDY, JBIG2_RSIZE,
	JBIG2_IADH, JBIG2_IADW, JBIG2_IAEX, JBIG2_IAAI, JBIG2_BMSIZE,
	JBIG2_INTEGERS
};

struct jbig2_coder {
	bool huffman;
	struct jbig2_arith arith;
	struct jbig2_bits bits;
	uint8_t (*contexts)[JBIG2_INTEGER_CONTEXTS];     /* by enum jbig2_integer */
	const struct jbig2_table *tables[JBIG2_INTEGERS];
	uint8_t *identifier;                             /* IAID, 1 << id_bits contexts */
	unsigned id_bits;                                /* SBSYMCODELEN */
	const struct jbig2_table *id_table;              /* SBSYMCODES; NULL: plain bits */
	uint8_t *refinement;                             /* GR contexts */
	uint8_t *generic;                                /* GB contexts */
};
/* Contexts of a fresh coder; id_bits is set before. SK_LIMIT at the arena's end. */
enum sk_status SK_MUST_USE jbig2_coder_make(struct jbig2 *j, struct jbig2_coder *c);
enum sk_status SK_MUST_USE jbig2_integer(struct jbig2_coder *c, enum jbig2_integer which, int64_t *value, bool *out_of_band);
/* An integer that can't be out of band. */
enum sk_status SK_MUST_USE jbig2_integer_only(struct jbig2_coder *c, enum jbig2_integer which, int64_t *value);
enum sk_status SK_MUST_USE jbig2_identifier(struct jbig2_coder *c, uint32_t *id);

struct jbig2_symbols {
	const struct raster_bits **at;
	uint32_t count;
};

struct jbig2_text {
	uint32_t instances, strip_log; /* SBNUMINSTANCES, LOGSBSTRIPS */
	bool refined, transposed;      /* SBREFINE, TRANSPOSED */
	unsigned corner;               /* REFCORNER: 0 bottom left, 1 top left, 2 bottom right, 3 top right */
	enum jbig2_operator operator;
	int32_t offset;                /* SBDSOFFSET */
	unsigned refinement_kind;
	struct jbig2_at refinement_at[2];
	struct jbig2_symbols symbols;
};
/* Draws the instances onto bits. */
enum sk_status SK_MUST_USE jbig2_text_decode(struct jbig2 *j, const struct jbig2_text *t, struct jbig2_coder *c, struct raster_bits *bits);
/* Refines one symbol: by what its instance says in a text region (6.4.11), or in a dictionary (6.5.8.2.2), where sizes are given. */
enum sk_status SK_MUST_USE jbig2_symbol_refine(struct jbig2 *j, struct jbig2_coder *c, const struct jbig2_refinement *r, int64_t bytes,
					       struct raster_bits *bits);

/* ---- segments (7.2, 7.4) ---- */

enum jbig2_result { JBIG2_NOTHING, JBIG2_SYMBOLS, JBIG2_PATTERNS, JBIG2_TABLE, JBIG2_BITMAP };

struct jbig2_segment {
	uint32_t number, page, type;
	sk_bytes references; /* numbers, reference_bytes each */
	unsigned reference_bytes;
	uint32_t reference_count;
	sk_bytes content;
	uint32_t length;    /* as told */
	bool cut;           /* content is shorter than its length says */
	bool unknown_length;
	enum jbig2_result result;
	struct jbig2_symbols symbols;     /* exported; or patterns, all of one size */
	struct jbig2_table *table;
	struct raster_bits bitmap;        /* of an intermediate region */
	uint8_t *generic, *refinement;    /* retained contexts of a symbol dictionary (7.4.2.2 step 7), or NULL */
	unsigned generic_kind, refinement_kind;
};

struct jbig2_segments {
	struct jbig2_segment *at;
	uint32_t count, room;
};
/* The segment that the i-th reference of s names, among those before s; NULL when there is none. Counts work. */
struct jbig2_segment *jbig2_reference(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, uint32_t i);
/* All segments of in, appended; random access and sequential files are known by their head. */
enum sk_status SK_MUST_USE jbig2_segments_read(struct jbig2 *j, sk_bytes in, struct jbig2_segments *all);
/* The symbols of all dictionaries that s refers to, with room for more behind them. */
enum sk_status SK_MUST_USE jbig2_symbols_gather(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, uint64_t more,
						struct jbig2_symbols *symbols);
/* The table that a selector of 2 bits (or 1) means: standard[selector], or the next table segment that s refers to when it is 0 there. */
enum sk_status SK_MUST_USE jbig2_table_select(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, unsigned standard,
					      uint32_t *next, const struct jbig2_table **table);
unsigned jbig2_log2(uint64_t count); /* ceil(log2(count)) */
void jbig2_at_read(struct sk_cursor *c, struct jbig2_at *at, unsigned count);

enum sk_status SK_MUST_USE jbig2_symbols_read(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s);
enum sk_status SK_MUST_USE jbig2_patterns_read(struct jbig2 *j, struct jbig2_segment *s);
/* c stands behind the region's head (7.4.1); bits is made and white. */
enum sk_status SK_MUST_USE jbig2_text_read(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, struct sk_cursor *c,
					   struct raster_bits *bits);
enum sk_status SK_MUST_USE jbig2_halftone_read(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s,
					       struct sk_cursor *c, struct raster_bits *bits);
enum sk_status SK_MUST_USE jbig2_generic_read(struct jbig2 *j, struct sk_cursor *c, struct raster_bits *bits);
enum sk_status SK_MUST_USE jbig2_refinement_read(struct jbig2 *j, const struct raster_bits *reference, struct sk_cursor *c,
						 struct raster_bits *bits);

/* A page of a file by its place, 0 the first, with a budget of work: for tests. */
enum sk_status SK_MUST_USE jbig2_decode_page(sk_bytes globals, sk_bytes in, unsigned page, uint64_t work_max, struct sk_arena *arena,
					     struct raster_bits *bits);

#endif
