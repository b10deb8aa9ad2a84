/* What the files of the writer share: the file that grows, the characters of the text layer, a page's picture. */
#ifndef FORMAT_PAGES_WRITE_H
#define FORMAT_PAGES_WRITE_H

#include "codec/pixels.h"
#include "format/pages/pages.h"

/* ---- records ---- */

/* The attributes of the node that is open, by their place in its class; *record is what follows them. */
#define PAGES_ATTRS_MAX 8
struct pages_attrs {
	int64_t number[PAGES_ATTRS_MAX];
	bool there[PAGES_ATTRS_MAX];
	sk_bytes url; /* in memory of the arena */
	uint16_t first;
};
enum sk_status SK_MUST_USE pages_attrs(const struct format_write *job, uint16_t node, struct pages_attrs *a, struct neutral_record *record);
int64_t pages_value(const struct pages_attrs *a, uint16_t attr);

/* PAGES_SHEETS. */
enum sk_status SK_MUST_USE pages_write_sheets(struct format_write *job);

/* ---- the file: numbered objects as they come, the table of their places at the end ---- */

/* Objects of the whole; three of each page come behind them, and between both the nodes of the page tree. */
enum paper_objects {
	OBJECT_CATALOG = 1,
	OBJECT_PAGES,
	OBJECT_FONT,
	OBJECT_CID_FONT,
	OBJECT_DESCRIPTOR,
	OBJECT_FONT_FILE,
	OBJECT_GLYPHS,
	OBJECT_UNICODE,
	OBJECT_NODES
};
enum { PAGE_ITSELF, PAGE_CONTENT, PAGE_PICTURE, PAGE_OBJECTS };
#define FILE_KIDS 64u

struct paper {
	struct format_write *job;
	uint64_t offset;
	uint64_t id[2];    /* made from every byte before the table */
	uint32_t pages, nodes;
	uint64_t *offsets; /* of objects; 0: there is none */
	uint32_t objects;  /* the highest number + 1 */
};

enum sk_status SK_MUST_USE paper_begin(struct paper *file, struct format_write *job, uint32_t pages);
uint32_t paper_page_object(const struct paper *file, uint32_t page, uint32_t part);
/* An object without a stream: text is its value. */
enum sk_status SK_MUST_USE paper_object(struct paper *file, uint32_t number, sk_bytes text);
/* An object with a stream: text is its dictionary without "<<", /Length and ">>". */
enum sk_status SK_MUST_USE paper_stream(struct paper *file, uint32_t number, sk_bytes text, sk_bytes bytes);
/* The same, with /Filter /FlateDecode and the bytes packed. */
enum sk_status SK_MUST_USE paper_packed(struct paper *file, uint32_t number, sk_bytes text, sk_bytes bytes);
/* The page tree, the catalog, the table. */
enum sk_status SK_MUST_USE paper_end(struct paper *file);

/* Hundredths as a decimal: 1234 is "12.34". */
void pages_put_hundredths(struct sk_buf *buf, int64_t value);
void pages_put_reference(struct sk_buf *buf, const char *key, uint32_t number);

/* ---- the text layer ---- */

/* Characters that the layer uses, in the order in which they came; the place in it is the character's code. */
struct characters {
	uint16_t *codes;    /* by scalar value; 0: not used yet */
	uint32_t *scalars;  /* by code, from 1 */
	uint32_t count;
};

struct run {
	int64_t x, y, length, size, cosine, sine;
	sk_bytes text;
};

enum sk_status SK_MUST_USE pages_layer_begin(struct characters *characters, struct sk_arena *arena);
/* Appends a run to a page's content; height is the page's. */
void pages_layer_run(struct characters *characters, const struct run *run, int64_t height, struct sk_buf *content);
/* The font that all runs use: a single empty glyph, and a table that says which character each code is. */
enum sk_status SK_MUST_USE pages_layer_font(struct paper *file, const struct characters *characters);
/* A TrueType program with one glyph without an outline. */
void pages_glyphless(struct sk_buf *out);

/* ---- pictures ---- */

struct packed {
	struct sk_buf text; /* the dictionary: size, colours, filter */
	sk_bytes bytes;
};

/* Packs a page's pixels in the way that gives the smallest file without a visible difference. */
enum sk_status SK_MUST_USE pages_pack(struct sk_arena *arena, const struct pixels *pixels, unsigned quality, struct packed *packed);

/* Few colours: an index a pixel. */
struct indexed {
	uint8_t *at;      /* rows, the highest bits left */
	size_t stride;
	unsigned bits;    /* of a pixel: 1, 2, 4, 8 */
	unsigned colors;
	uint8_t palette[256 * 3];
};
/* What the pixels are like, from one pass. */
struct look {
	double smooth; /* share of pixels that differ little from the one before them: photographs, gradients */
	double edges;  /* share that differs much */
};
struct look pages_look(const struct pixels *pixels);
/* As few colours as the eye needs at that quality; SK_UNSUPPORTED when there are more than 256. */
enum sk_status SK_MUST_USE pages_index(struct sk_arena *arena, const struct pixels *pixels, unsigned quality, struct indexed *indexed);

#endif
