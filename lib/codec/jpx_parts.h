/* What the files of the face over OpenJPEG share. */
#ifndef CODEC_JPX_PARTS_H
#define CODEC_JPX_PARTS_H

#include "codec/jpx.h"

#include <openjpeg.h>

/* The decoded planes to interleaved samples in the arena. */
enum sk_status SK_MUST_USE jpx_picture_make(const opj_image_t *image, bool keep_indices, struct sk_arena *arena, struct jpx_picture *picture);

#endif
