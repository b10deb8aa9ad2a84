/*
 * Parts of the room font, for siblings: each kind's rewriting, and what they share.
 *
 * A struct font_job lives on the caller's stack for one rewriting; everything that is made lives in its arena.
 */
#ifndef FONT_PARTS_H
#define FONT_PARTS_H

#include "format/font/font.h"

struct font_job {
	struct sk_arena *arena;
	struct font_result *result;
	uint64_t work; /* bytes of charstrings walked so far, subroutines included */
};

static inline uint16_t font_u16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline int16_t font_i16(const uint8_t *at) { return (int16_t)font_u16(at); }
static inline uint32_t font_u32(const uint8_t *at) { return (uint32_t)font_u16(at) << 16 | font_u16(at + 2); }
static inline void font_set_u16(uint8_t *at, uint32_t value) { at[0] = (uint8_t)(value >> 8), at[1] = (uint8_t)value; }
static inline void font_set_u32(uint8_t *at, uint32_t value) { font_set_u16(at, value >> 16), font_set_u16(at + 2, value & 0xFFFF); }
static inline void font_note(struct font_job *job, enum font_note note, uint32_t count) { job->result->notes[note] += count; }

/* A name of a glyph or a font: 1 to 127 printable characters that don't end a name of PostScript. */
bool font_name_allowed(sk_bytes name);

enum sk_status sfnt_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out);
enum sk_status cff_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out);
enum sk_status type1_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out);

/* Number of a character of Adobe's StandardEncoding among the standard strings (TN 5176, appendix B); 0: none. */
unsigned font_standard_sid(unsigned code);

#endif
