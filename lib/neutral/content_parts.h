/* Internal to content*.c: the table of operators, classes of bytes, and the spelling that both the rewriter and the acceptor keep to. */
#ifndef NEUTRAL_CONTENT_PARTS_H
#define NEUTRAL_CONTENT_PARTS_H

#include "conf/conf.h"
#include "neutral/content.h"

/* ---- operators ---- */

enum content_form {
	CONTENT_FORM_PLAIN,      /* the operands are all there is to it */
	CONTENT_FORM_CAP,        /* 0, 1, 2 */
	CONTENT_FORM_DASH,       /* numbers, of which none is negative */
	CONTENT_FORM_INTENT,     /* one of four names */
	CONTENT_FORM_TEXT_MODE,  /* 0 to 7 */
	CONTENT_FORM_COLOR,      /* 1 to 32 numbers */
	CONTENT_FORM_COLOR_NAME, /* the same, or up to 32 numbers and a pattern */
	CONTENT_FORM_SPACE,      /* these name a resource */
	CONTENT_FORM_GSTATE,
	CONTENT_FORM_FONT,
	CONTENT_FORM_SHADING,
	CONTENT_FORM_XOBJECT,
	CONTENT_FORM_SHOW_ARRAY, /* numbers and strings */
	CONTENT_FORM_SAVE,       /* these nest */
	CONTENT_FORM_RESTORE,
	CONTENT_FORM_TEXT,
	CONTENT_FORM_TEXT_END,
	CONTENT_FORM_MARK,
	CONTENT_FORM_LIST,       /* a tag, then a property list or the name of one; BDC nests */
	CONTENT_FORM_MARK_END,
	CONTENT_FORM_GLYPH,      /* first of a glyph */
	CONTENT_FORM_IMAGE,      /* these are not said as they are */
	CONTENT_FORM_FILL_OLD,
	CONTENT_FORM_NOTHING,
};

enum content_operator_id {
#define OPERATOR(id, c1, c2, c3, operands, form) CONTENT_OP_##id,
#include "neutral/content_operators.def"
#undef OPERATOR
	CONTENT_OPERATORS
};

struct content_operator {
	uint32_t key;      /* the spelling's bytes, little-endian; 0: a free slot */
	uint32_t operands; /* one digit each */
	uint8_t id;        /* enum content_operator_id */
	uint8_t form;
	uint8_t count, len;
};

/* By content_operator_slot; the multiplier was searched so that no two operators meet. */
#define CONTENT_SLOT(key) ((uint32_t)((key) * 0x1edb0e3bu) >> 24)
extern const struct content_operator content_operator_table[256];

/* Bytes of one to three letters as a key. */
static inline uint32_t content_key(const uint8_t *at, size_t len)
{
	return at[0] | (len > 1 ? (uint32_t)at[1] << 8 : 0) | (len > 2 ? (uint32_t)at[2] << 16 : 0);
}

/* NULL when it is none. */
static inline const struct content_operator *content_operator(const uint8_t *at, size_t len)
{
	if (len == 0 || len > 3)
		return NULL;
	uint32_t key = content_key(at, len);
	const struct content_operator *row = &content_operator_table[CONTENT_SLOT(key)];
	return row->key == key && row->len == len ? row : NULL; /* a NUL is no letter */
}

/* ---- bytes ---- */

enum content_class {
	CONTENT_WHITE = 1,     /* 7.2.3, table 1 */
	CONTENT_DELIMITER = 2, /* table 2 */
	CONTENT_DIGIT = 4,
	CONTENT_NUMERIC = 8,   /* begins a number: digits, sign, point */
	CONTENT_NAME = 16,     /* stands for itself in a name */
	CONTENT_LITERAL = 32,  /* stands for itself in a literal string */
	CONTENT_HEX = 64,      /* 0-9, A-F: as we write it */
};
extern const uint8_t content_classes[256];

static inline bool content_is(uint8_t c, unsigned classes)
{
	return (content_classes[c] & classes) != 0;
}

/* A regular byte (7.2.3): neither white space nor delimiter. */
static inline bool content_regular(uint8_t c)
{
	return (content_classes[c] & (CONTENT_WHITE | CONTENT_DELIMITER)) == 0;
}

/* 0 to 15, or -1; both cases. */
int content_hex_value(uint8_t c);

/* ---- numbers ---- */

#define CONTENT_WHOLE_MAX 12       /* digits before the point */
#define CONTENT_FRACTION_MAX 6     /* digits behind it that count */
#define CONTENT_FRACTION_SMALL 10  /* behind it when nothing comes first: leading zeros do not count, up to here */
#define CONTENT_NUMBER_BYTES 40    /* room that content_number_put asks for: more than it writes */

/* Reads the number at *i of source, as viewers do, and writes it in canonical spelling; returns how many bytes. At least one byte is read. */
size_t content_number_put(sk_bytes source, size_t *i, uint8_t *to);
/* Length of the canonical number at the beginning of b; 0 when there is none. It ends where no digit or point follows. */
size_t content_number_len(const uint8_t *at, const uint8_t *end);

/* ---- strings and names ---- */

/* Bytes that value takes as a string in canonical spelling. */
size_t content_string_size(sk_bytes value);
/* Writes it; to has content_string_size(value) bytes. */
void content_string_put(sk_bytes value, uint8_t *to);
/* Length of the canonical string at the beginning; 0 when there is none. */
size_t content_string_len(const uint8_t *at, const uint8_t *end);
/* Length of the canonical name with its slash; 0 when there is none. */
size_t content_name_len(const uint8_t *at, const uint8_t *end);
/* Strings longer than this are dropped with their operator: annex C of ISO 32000-1 has 32,767. */
#define CONTENT_STRING_MAX 32767

/* ---- reading: tokens of any bytes ---- */

struct content_reader {
	sk_bytes source;
	size_t i;
	uint8_t *scratch;  /* CONTENT_STRING_MAX bytes for a string's value */
	uint32_t repaired;
};

/* What the next token is, by its first byte; white space and comments are behind. */
enum content_token {
	CONTENT_TOKEN_END,
	CONTENT_TOKEN_NUMBER,
	CONTENT_TOKEN_NAME,
	CONTENT_TOKEN_STRING,
	CONTENT_TOKEN_ARRAY,      /* [ */
	CONTENT_TOKEN_ARRAY_END,  /* ] */
	CONTENT_TOKEN_LIST,       /* << */
	CONTENT_TOKEN_LIST_END,   /* >> */
	CONTENT_TOKEN_WORD,
	CONTENT_TOKEN_STRAY,      /* a delimiter that means nothing here: one byte */
};
enum content_token content_token(struct content_reader *r);
/* The word at the reader, which moves behind it. */
sk_bytes content_read_word(struct content_reader *r);
/* The value of the string at the reader, a view of the source or of the scratch. False when it is longer than CONTENT_STRING_MAX. */
bool content_read_string(struct content_reader *r, sk_bytes *value);
/* Writes the name at the reader with its slash, spelled; to has 1 + CONTENT_NAME_MAX bytes. 0 when it is empty or too long. */
size_t content_read_name(struct content_reader *r, uint8_t *to);
/* Moves behind the whole value that begins with token, brackets and what is in them. */
void content_skip_value(struct content_reader *r, enum content_token token);

/* ---- property lists ---- */

/* Reads the list behind <<, and appends it in canonical spelling. False when it gets too long for a line. */
bool content_list_put(struct content_reader *r, struct sk_buf *out);


/* Length of the canonical property list at the beginning; 0 when there is none. */
size_t content_list_len(const uint8_t *at, const uint8_t *end);

/* ---- inline images ---- */

/* Reads the image behind BI, up to and with its EI. */
void content_image_read(struct content_reader *r, struct sk_arena *arena, struct content_image *image);
/* True when the image may stand inline with those samples: a device space, small enough. */
bool content_image_sayable(const struct content_image *image);
/* Writes the image as a canonical line; samples are filled up or cut to image->bytes. */
void content_image_put(const struct content_image *image, sk_bytes samples, struct sk_buf *out);
/* Where the image's data end, looked for from offset used of rest: the offset behind EI. hopeless is kept from image to image: no EI that looks
 * like one is left, and is not looked for again. */
size_t content_image_end(sk_bytes rest, size_t used, bool *hopeless);
/* The decoded samples, as far as they are there, when the image has no filter but ASCIIHex; used tells how many bytes of rest they took. */
bool content_image_plain(const struct content_image *image, struct sk_arena *arena, sk_bytes *samples, size_t *used);

/* Length of the canonical image line, LF and all; 0 when it is none. at begins with "BI ". */
size_t content_image_len(const uint8_t *at, const uint8_t *end);

/* ---- what an operator's operands say beyond their kinds ---- */

/* A space that is no resource: DeviceGray, DeviceRGB, DeviceCMYK, Pattern. */
bool content_space_builtin(sk_bytes name);
/* One of the four rendering intents (8.6.5.8). */
bool content_intent(sk_bytes name);

#define CONTENT_OPERANDS_MAX 40   /* 33 for a colour of 32 components in a pattern */
#define CONTENT_COMPONENTS_MAX 32 /* DeviceN (annex C) */
#define CONTENT_DEPTH_MAX 4096    /* q, and marked content; what opens beyond is dropped with its end */

#endif
