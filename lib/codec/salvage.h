/*
 * salvage: what a broken deflate stream (RFC 1951) gives before it breaks. A thin face over zlib's inflate, which goes step by step;
 * whole streams are the business of deflate.h.
 */
#ifndef CODEC_SALVAGE_H
#define CODEC_SALVAGE_H

#include "base/base.h"

/* Inflates packed as far as it goes; the bytes stand in the arena, and zlib's own memory too. *used: bytes of packed that were taken.
 * SK_LIMIT when there are more than bytes_max. */
enum sk_status SK_MUST_USE inflate_salvage(sk_bytes packed, struct sk_arena *arena, size_t bytes_max, sk_bytes *bytes, size_t *used);

#endif
