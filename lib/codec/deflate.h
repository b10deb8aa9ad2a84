/*
 * deflate: a thin face over libdeflate (RFC 1951 deflate, RFC 1950 zlib, CRC-32, Adler-32).
 *
 * Compressors and the decompressor are made by the first call that needs them and kept; a process that uses this room has one thread.
 */
#ifndef CODEC_DEFLATE_H
#define CODEC_DEFLATE_H

#include "base/base.h"

/* Levels of what we write: docs/decisions/0006-deflate-level.md has the figures. Scan lines of a picture, on which other programs
 * spent more time, would grow at the first level. */
#define DEFLATE_LEVEL 1
#define DEFLATE_LEVEL_LINES 2
/* Content and objects of PDF: other programs write them at about this level, and results should not be larger. */
#define DEFLATE_LEVEL_PAGES 6

/* Asks the processor once what it can do, for all processes that are forked later: under a hypervisor that takes as long as a small file. */
void deflate_warm(void);

/* Memory for them, aligned to 64, which stays with this room: a worker has both in huge pages, where its other work is as well. Without
 * it, and for what does not fit, malloc is asked. Sizes as libdeflate 1.14 asks for, with some room. */
#define DEFLATE_NEAR ((size_t)216 << 10)
#define DEFLATE_FAR ((size_t)1400 << 10)
void deflate_use(uint8_t *near, uint8_t *far);

enum deflate_wrap { DEFLATE_RAW, DEFLATE_ZLIB };

/* Inflates packed into out, which has room for out_max bytes. *out_len gets the bytes made, *packed_used (may be NULL) how many
 * bytes of packed the stream took. SK_LIMIT when the stream holds more than out_max bytes, SK_MALFORMED when it is broken or
 * cut (libdeflate does not tell these apart) or, with DEFLATE_ZLIB, when its Adler-32 is wrong. */
enum sk_status SK_MUST_USE deflate_inflate(enum deflate_wrap wrap, sk_bytes packed, uint8_t *out, size_t out_max, size_t *out_len,
					   size_t *packed_used);

/* Deflates b at DEFLATE_LEVEL into out. Returns the bytes made, 0 when they do not fit into out_max. Deterministic. */
size_t deflate_deflate(enum deflate_wrap wrap, sk_bytes b, uint8_t *out, size_t out_max);
/* The same for the scan lines of a picture, in the form of RFC 1950. */
size_t deflate_lines(sk_bytes lines, uint8_t *out, size_t out_max);
/* The same for what pages of a PDF are made of, at DEFLATE_LEVEL_PAGES. */
size_t deflate_pages(sk_bytes b, uint8_t *out, size_t out_max);
/* Room that is always enough for deflate_deflate or deflate_lines of len bytes. */
size_t deflate_bound(enum deflate_wrap wrap, size_t len);

/* Start with 0 (CRC-32) and 1 (Adler-32); may be called piece by piece. */
uint32_t deflate_crc32(uint32_t crc, sk_bytes b);
uint32_t deflate_adler32(uint32_t adler, sk_bytes b);

#endif
