/*
 * content: the language of page content (ISO 32000-2, 7.8.2 and annex A) in one canonical form.
 *
 * content_canonical reads any bytes as viewers do and says them anew; content_allowed accepts exactly what it says:
 * content_allowed(x) implies canonical(x) == x. Pages, forms, tiling patterns, appearances and glyphs of Type 3 fonts are
 * this one language; so is the default appearance of a form field.
 *
 * The canonical form is printable ASCII. Each line is one operator: its operands, one blank before each but the first, a blank, the
 * operator, LF. Which operands an operator takes is content_operators.def; there is no other operator.
 *   number   no exponent, no plus, no needless zero (".5", "-.25", "10"); at most 12 digits before and 6 behind the point,
 *            10 behind it when nothing but zeros comes first
 *   string   (literal) with \( \) \\ and \ddd for what is not printable, or <HEX> in capitals when that is shorter
 *   name     /Name with #XX for bytes that are not regular and printable, as lib/format/pdf spells it
 *   array    [(A)-120(B)5 7]: a blank only between two numbers
 *   property list  <</ActualText(a)/MCID 0>>: the keys of content_properties, in rising order
 *   inline image   one line: BI /W 8 /H 8 /BPC 1 /CS /G /D [1 0] /F /AHx /L 17 ID 0011223344556677> EI; the samples in hexadecimal, exactly
 *            as many as width, height, bits and components make. Larger ones, and those in a space of the resources, are
 *            pictures of their own (content_options.image)
 *
 * q and Q, BT and ET, marked content: each kind is balanced by itself over the whole stream, because viewers keep them apart. That is
 * the one thing that a line can't show: text crosses in pieces of whole lines (content_cut), the checker accepts each line
 * (content_lines_allowed), and the writer of the family keeps the balance (content_nesting).
 */
#ifndef NEUTRAL_CONTENT_H
#define NEUTRAL_CONTENT_H

#include "base/base.h"

/* The categories of a resource dictionary (7.8.3) that operators name. */
enum content_category {
	CONTENT_COLOR_SPACE,
	CONTENT_EXT_GSTATE,
	CONTENT_FONT,
	CONTENT_PATTERN,
	CONTENT_PROPERTIES,
	CONTENT_SHADING,
	CONTENT_XOBJECT,
	CONTENT_CATEGORIES
};

/* "ColorSpace" and so on: the key in a resource dictionary. */
sk_bytes content_category_key(enum content_category category);

/* A resource that the content names, each once, in the order of the first use. Device spaces and Pattern are no resources. */
struct content_use {
	sk_bytes name; /* as spelled in the canonical text, without the slash */
	enum content_category category;
};

/* ---- inline images (8.9.7) ---- */

enum content_filter {
	CONTENT_FILTER_ASCII_HEX,
	CONTENT_FILTER_ASCII_85,
	CONTENT_FILTER_LZW,
	CONTENT_FILTER_FLATE,
	CONTENT_FILTER_RUN_LENGTH,
	CONTENT_FILTER_CCITT,
	CONTENT_FILTER_DCT,
};
#define CONTENT_FILTERS_MAX 8

/* DecodeParms of one filter; what was not said has the standard's default. */
struct content_filter_step {
	enum content_filter filter;
	int64_t predictor, colors, bits, columns, early_change;     /* Flate, LZW */
	int64_t k, rows;                                            /* CCITT; columns, default 1728, as above */
	bool end_of_line, byte_align, end_of_block, black_is_1;
	int64_t color_transform;                                    /* DCT; -1: not said */
};

enum content_space { CONTENT_SPACE_NONE, CONTENT_SPACE_GRAY, CONTENT_SPACE_RGB, CONTENT_SPACE_CMYK, CONTENT_SPACE_INDEXED, CONTENT_SPACE_NAMED };

struct content_image {
	uint32_t width, height;
	uint8_t bits;             /* 1, 2, 4, 8, 16; 1 for a mask */
	bool mask, interpolate;
	enum content_space space; /* NONE for a mask; NAMED: resource `name` of category ColorSpace */
	enum content_space base;  /* INDEXED: GRAY, RGB or CMYK, or NAMED: `name` */
	sk_bytes name;            /* as spelled */
	unsigned high;            /* INDEXED: the highest index */
	sk_bytes lookup;          /* INDEXED: (high + 1) * components of base bytes; as long as it was when base is NAMED */
	sk_bytes decode;          /* "1 0": canonical numbers with a blank between; empty when not said */
	size_t filter_count;
	struct content_filter_step filters[CONTENT_FILTERS_MAX];
	size_t bytes;             /* of the samples without filters, rows padded to whole bytes; 0: unknown (a NAMED space) */
	sk_bytes rest;            /* the content from the image's first byte; it ends somewhere in it */
};

/* What became of an image that can't stay as it is. */
struct content_image_answer {
	size_t used;      /* bytes of rest that belong to the image, as far as known; EI is looked for behind them */
	sk_bytes samples; /* of image->bytes bytes, at most limit content_image_bytes: stays inline (shorter ones are filled up) */
	sk_bytes xobject; /* otherwise a name in canonical spelling that the caller puts among the XObjects: drawn by Do */
};                        /* neither: the image is dropped and counted */

struct content_options {
	bool glyph; /* d0 or d1 may come first: glyphs of Type 3 fonts (9.6.4) */
	/* Asked for images with other filters than none or ASCIIHex, in a space of the resources, or too large. NULL: they are dropped. */
	void (*image)(void *context, const struct content_image *image, struct content_image_answer *answer);
	void *context;
};

/* ---- the two functions ---- */

struct content_result {
	sk_bytes text;                  /* canonical; lives in the arena */
	const struct content_use *uses;
	size_t use_count;
	uint32_t unknown;               /* operators that are in no table */
	uint32_t dropped;               /* operators whose operands were not theirs */
	uint32_t repaired;              /* bad tokens, operands too many, property keys not on the list */
	uint32_t unbalanced;            /* Q, ET, EMC without their beginning, and those added at the end */
	uint32_t images;                /* inline images met */
	uint32_t images_dropped;
	sk_bytes first_unknown;         /* name of the first unknown operator, a view of the source, for the report */
};

/* Any bytes into canonical text. SK_LIMIT when the text gets too large (content_bytes, content_uses); otherwise SK_OK. options may be NULL. */
enum sk_status SK_MUST_USE content_canonical(sk_bytes source, const struct content_options *options, struct sk_arena *arena,
					     struct content_result *result);
/* True when it is a whole content stream in canonical form; glyph as in content_options. */
bool content_allowed(sk_bytes canonical, bool glyph);

/* ---- in pieces ---- */

/* A line is never longer than this, LF included; longer TJ arrays are several, other longer operators are dropped. */
#define CONTENT_LINE_MAX ((size_t)96 * 1024)

/* Length of the first piece of canonical text: whole lines, at most max bytes (max at least CONTENT_LINE_MAX); 0 when text is empty. */
size_t content_cut(sk_bytes canonical, size_t max);
/* True when the piece is any number of whole canonical lines: what the checker asks. */
bool content_lines_allowed(sk_bytes piece);

/* What is open between pieces. */
struct content_nesting {
	uint32_t saved, marked; /* q without Q, BMC and BDC without EMC */
	bool text;              /* BT without ET */
	bool begun;             /* a line was seen: no d0 or d1 any more */
	bool glyph;
	bool broken;            /* sticky */
};
void content_nesting_begin(struct content_nesting *nesting, bool glyph);
/* The next piece, which content_lines_allowed has accepted. */
void content_nesting_add(struct content_nesting *nesting, sk_bytes piece);
/* True when nothing is open and nothing was closed that was not open. */
bool content_nesting_end(const struct content_nesting *nesting);

/* ---- names, for who writes resource dictionaries ---- */

#define CONTENT_NAME_MAX 512 /* bytes of a spelled name */

/* True for a name in canonical spelling, 1 to CONTENT_NAME_MAX bytes. */
bool content_name_allowed(sk_bytes name);

#endif
