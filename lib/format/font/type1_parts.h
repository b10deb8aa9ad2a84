/* What a Type 1 program says, between type1.c, which reads it, charstring1.c and type1_write.c. */
#ifndef FONT_TYPE1_PARTS_H
#define FONT_TYPE1_PARTS_H

#include "format/font/cff_parts.h"

#define TYPE1_PRIVATE_ROWS 14
#define TYPE1_STACK 24 /* Adobe Type 1 Font Format, 6.4 */
#define TYPE1_EEXEC_KEY 55665
#define TYPE1_CODE_KEY 4330

struct type1_program {
	sk_bytes name, code; /* of a glyph; the code is decrypted */
	uint32_t reach;
	uint32_t accent;     /* as of CFF: 0x10000 | base << 8 | accent */
	bool dead;
};

/* Entries of the Private dictionary that stay, and how many numbers each may have. */
struct type1_row {
	const char *key;
	uint8_t max;
	bool array;
};
extern const struct type1_row type1_rows[TYPE1_PRIVATE_ROWS];

struct type1_font {
	struct font_job *job;
	sk_bytes name;
	struct cff_entry matrix, box; /* op means nothing here */
	bool standard;                /* StandardEncoding */
	sk_bytes encoding[256];
	struct cff_entry rows[TYPE1_PRIVATE_ROWS];
	bool bold;
	int32_t random; /* lenIV */
	struct type1_program *subrs, *glyphs;
	uint32_t subrs_count, glyphs_count;
};

/* Decrypts or, the other way round, encrypts (Adobe Type 1 Font Format, 7.1); to may be from. */
void type1_decrypt(const uint8_t *from, uint8_t *to, size_t len, uint16_t key);
void type1_encrypt(const uint8_t *from, uint8_t *to, size_t len, uint16_t key);

enum sk_status SK_MUST_USE type1_clear_read(struct type1_font *f, sk_bytes text);
enum sk_status SK_MUST_USE type1_private_read(struct type1_font *f, sk_bytes text);
/* Walks all glyphs; those that fail are dead. */
enum sk_status SK_MUST_USE type1_walk_all(struct type1_font *f);
void type1_write(struct type1_font *f, struct sk_buf *out);

/* The name of a character of StandardEncoding; empty when the code has none. */
sk_bytes font_standard_name(unsigned code);

#endif
