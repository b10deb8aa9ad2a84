/* What the files of the face over OpenJPEG share. */
#ifndef CODEC_JPX_PARTS_H
#define CODEC_JPX_PARTS_H

#include "codec/jpx.h"

#include <openjpeg.h>

/* Sizes and cuts of a codestream against the limits; SK_LIMIT without *over_limit: it would need too much memory. */
enum sk_status SK_MUST_USE jpx_size_check(sk_bytes stream, const struct jpx_limits *limits, bool *over_limit);
/* The decoded planes to interleaved samples in the arena. */
enum sk_status SK_MUST_USE jpx_picture_make(const opj_image_t *image, bool keep_indices, struct sk_arena *arena, struct jpx_picture *picture);

#endif
