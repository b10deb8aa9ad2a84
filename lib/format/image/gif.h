/* What the GIF reader and writer share: the LZW code stream (GIF89a appendix F), without its sub-blocks. */
#ifndef IMAGE_GIF_H
#define IMAGE_GIF_H

#include "format/image/image.h"

#define GIF_CODES 4096
#define GIF_EXTENSION 0x21
#define GIF_IMAGE 0x2C
#define GIF_TRAILER 0x3B
#define GIF_CONTROL 0xF9
#define GIF_APPLICATION 0xFF

/* Decodes codes to len indices; returns how many there were. *over tells that there were more, *left how many bytes stand behind the end
 * code. code_size is 1 to 8. */
size_t gif_lzw_decode(sk_bytes codes, unsigned code_size, uint8_t *indices, size_t len, bool *over, size_t *left);

/* Encodes indices (each below 1 << code_size, which is 2 to 8) and puts them as sub-blocks with their end, through put. */
struct gif_put {
	enum sk_status (*put)(void *context, sk_bytes bytes);
	void *context;
};
enum sk_status SK_MUST_USE gif_lzw_encode(sk_bytes indices, unsigned code_size, const struct gif_put *put);

#endif
