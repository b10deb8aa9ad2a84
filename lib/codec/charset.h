/*
 * charset: the character sets of Japanese documents, both directions, without iconv at run time.
 *
 * The tables are generated when the program is built (charset_tabulate.c asks the C library's iconv), so a reader needs
 * no file and no preparation. Windows-31J is Microsoft's mapping with the NEC and IBM extensions and the user-defined
 * area (U+E000 to U+E757); EUC-JP is eucJP-ms with JIS X 0212; ISO-2022-JP takes the escapes of -1, -ms and half-width
 * katakana as well. ISO 646 JP (ESC ( J) is read as ASCII: yen sign and backslash are one byte in Japan.
 *
 * What was valid comes back the same: encode(decode(x)) has the same characters as x for every character set, and the
 * same bytes except for Windows-31J's duplicates (0x8790 and other NEC row 13 signs become their JIS X 0208 twin, NEC
 * selected 0xED40 to 0xEEFC become the IBM extension 0xFA40 to 0xFC4B) and for the choice of escapes in ISO-2022-JP.
 */
#ifndef CODEC_CHARSET_H
#define CODEC_CHARSET_H

#include "base/base.h"

enum charset {
	CHARSET_UTF_8,
	CHARSET_UTF_16LE,
	CHARSET_UTF_16BE,
	CHARSET_CP932,       /* Windows-31J, what people call Shift_JIS */
	CHARSET_EUC_JP,
	CHARSET_ISO_2022_JP,
	CHARSET_CP1252,      /* Western European Windows */
	CHARSET_CP437,       /* names in zip archives */
	CHARSET_COUNT
};

/* "UTF-8", "Windows-31J": the IANA name. */
const char *charset_name(enum charset charset);

/* Appends in as UTF-8 to out. Bytes that are no character become U+FFFD, *replaced counts them; an ASCII byte after a broken
 * lead byte is never swallowed. A byte order mark is a character like others: callers cut it off. Control characters pass.
 * SK_LIMIT when out is full. */
enum sk_status SK_MUST_USE charset_to_utf8(enum charset charset, sk_bytes in, struct sk_buf *out, size_t *replaced);

/* Appends UTF-8 in the character set to out. What the set does not have, and bytes that are not UTF-8, become its
 * replacement (U+FFFD; the geta mark U+3013 in Japanese sets; "?" in single-byte ones); *replaced counts those, U+FFFD too where
 * the set does not have it. ISO-2022-JP begins and ends in ASCII, and is in ASCII at every line end (RFC 1468). */
enum sk_status SK_MUST_USE charset_from_utf8(enum charset charset, sk_bytes in, struct sk_buf *out, size_t *replaced);

#endif
