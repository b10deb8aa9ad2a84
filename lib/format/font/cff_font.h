/* What a CFF program says, between cff.c, which reads it, and cff_write.c. */
#ifndef FONT_CFF_FONT_H
#define FONT_CFF_FONT_H

#include "format/font/cff_parts.h"

#define CFF_PRIVATE_ROWS 16
#define CFF_CODES_MAX 255

struct cff_private {
	struct cff_entry rows[CFF_PRIVATE_ROWS]; /* count 0: not there */
	struct cff_subrs subrs;
	struct cff_entry matrix; /* of a font of FDArray */
	size_t size_at, dict_at; /* where the writer sets them */
	size_t dict_len;
};

struct cff_font {
	struct font_job *job;
	sk_bytes program, name;
	struct cff_index strings, glyphs;
	struct cff_subrs global;
	struct cff_entry matrix, box;
	bool cid;
	sk_bytes registry, ordering;
	int32_t supplement;
	uint32_t count;          /* of glyphs */
	int32_t charset_offset;  /* 0, 1, 2: predefined */
	uint16_t *charset;       /* of each glyph, the standard strings and those of names; NULL when predefined */
	sk_bytes *names;         /* strings that are used, in the order of their first use */
	uint32_t names_count;
	uint16_t *renamed;       /* by string as found: 0, or its number among names + 1 */
	int32_t encoding_offset; /* 0, 1: predefined */
	uint8_t codes[CFF_CODES_MAX], extra_codes[CFF_CODES_MAX];
	uint16_t extra_names[CFF_CODES_MAX];
	unsigned codes_count, extra_count;
	struct cff_private *fonts;
	uint32_t fonts_count;
	uint8_t *font_of;        /* FDSelect, of each glyph */
	uint32_t *reach;         /* of each glyph; 0: it becomes empty */
	bool *dead;
};

/* charset, Encoding, FDSelect: cff_names.c */
enum sk_status SK_MUST_USE cff_charset_read(struct cff_font *f);
void cff_encoding_read(struct cff_font *f);
enum sk_status SK_MUST_USE cff_select_read(struct cff_font *f, size_t at);
void cff_charset_put(const struct cff_font *f, struct sk_buf *out);
void cff_encoding_put(const struct cff_font *f, struct sk_buf *out);
void cff_select_put(const struct cff_font *f, struct sk_buf *out);

void cff_write(struct cff_font *f, struct sk_buf *out);

#endif
