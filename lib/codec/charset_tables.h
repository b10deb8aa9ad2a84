/* The generated tables of character sets, and what charset.c and charset_japanese.c share. 0 means "no character". */
#ifndef CODEC_CHARSET_TABLES_H
#define CODEC_CHARSET_TABLES_H

#include "codec/charset.h"

extern const uint16_t charset_cp932[124 * 189];      /* [lead - 0x81][trail - 0x40] */
extern const uint8_t charset_cp932_index[256];
extern const uint16_t charset_cp932_pages[][256];
extern const uint16_t charset_euc_jp[2 * 94 * 94];   /* JIS X 0208 as eucJP-ms has it, then JIS X 0212 */
extern const uint8_t charset_euc_jp_index[256];
extern const uint16_t charset_euc_jp_pages[][256];   /* the low byte's high bit is clear for JIS X 0212 */
extern const uint16_t charset_cp437[128];
extern const uint16_t charset_cp1252[128];

/* One step of a decoder: the character at *at (which it moves on by at least one), or U+FFFD when there is none. mode is the
 * designation of ISO-2022-JP and 0 at the start; CHARSET_NOTHING when the step gave no character (an escape). */
#define CHARSET_NOTHING UINT32_MAX
uint32_t charset_cp932_decode(sk_bytes in, size_t *at);
uint32_t charset_euc_jp_decode(sk_bytes in, size_t *at);
uint32_t charset_iso_2022_jp_decode(sk_bytes in, size_t *at, unsigned *mode);

/* One step of an encoder: the bytes of a character at to (room for 8), their number, 0 when the set does not have it. */
size_t charset_cp932_encode(uint32_t character, uint8_t *to);
size_t charset_euc_jp_encode(uint32_t character, uint8_t *to);
size_t charset_iso_2022_jp_encode(uint32_t character, uint8_t *to, unsigned *mode);

#endif
