/*
 * placeholder: the size of a picture whose kind is not rebuilt, and an empty picture of that size.
 *
 * Pure: no library behind it but deflate. Bytes are hostile; a size that can't be told is a small one.
 */
#ifndef CODEC_PLACEHOLDER_H
#define CODEC_PLACEHOLDER_H

#include "base/base.h"

#define PLACEHOLDER_SIDE_MAX 4096 /* pixels; larger pictures are scaled down, their proportion kept */

/* Tells width and height in pixels of a BMP, TIFF, placeable WMF, EMF, WebP, ICO, PSD or JPEG 2000 picture (fields of their
 * headers), at most PLACEHOLDER_SIDE_MAX with the proportion kept; 16 x 16 when the bytes do not tell. */
void placeholder_size(sk_bytes picture, uint32_t *width, uint32_t *height);

/* An all-transparent PNG (ISO/IEC 15948) of that size, one bit a pixel, borrowed from arena. Sides are clipped to
 * 1..PLACEHOLDER_SIDE_MAX. SK_LIMIT when the arena's budget is reached. Deterministic; what the image family makes of it is the same. */
enum sk_status SK_MUST_USE placeholder_png(struct sk_arena *arena, uint32_t width, uint32_t height, sk_bytes *png);

#endif
