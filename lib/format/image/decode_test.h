/* Pixels by other people's decoders: libjpeg, libspng, giflib; for the tests of this room. */
#ifndef IMAGE_DECODE_TEST_H
#define IMAGE_DECODE_TEST_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <gif_lib.h>
#include <jpeglib.h>
#include <spng.h>

#include "base/base.h"

struct pixels {
	uint8_t *at; /* malloc'd; NULL when the decoder refused */
	size_t len;
};

struct test_jpeg_error {
	struct jpeg_error_mgr base;
	jmp_buf back;
};

static inline void test_jpeg_leave(j_common_ptr info)
{
	longjmp(((struct test_jpeg_error *)(void *)info->err)->back, 1);
}

static inline void test_jpeg_quiet(j_common_ptr info, int level)
{
	(void)info;
	(void)level;
}

static inline struct pixels decode_jpeg(sk_bytes b)
{
	static struct jpeg_decompress_struct info;
	static struct test_jpeg_error error;
	static struct pixels p;
	p = (struct pixels){NULL, 0};
	info.err = jpeg_std_error(&error.base);
	error.base.error_exit = test_jpeg_leave;
	error.base.emit_message = test_jpeg_quiet;
	if (setjmp(error.back) != 0) {
		jpeg_destroy_decompress(&info);
		free(p.at);
		return (struct pixels){NULL, 0};
	}
	jpeg_create_decompress(&info);
	jpeg_mem_src(&info, b.at, b.len);
	jpeg_read_header(&info, TRUE);
	jpeg_start_decompress(&info);
	size_t row = (size_t)info.output_width * (size_t)info.output_components;
	p.len = row * info.output_height;
	p.at = malloc(p.len + 1);
	while (p.at != NULL && info.output_scanline < info.output_height) {
		JSAMPROW at = p.at + row * info.output_scanline;
		jpeg_read_scanlines(&info, &at, 1);
	}
	jpeg_destroy_decompress(&info);
	return p;
}

static inline struct pixels decode_png(sk_bytes b)
{
	spng_ctx *png = spng_ctx_new(0);
	struct pixels p = {NULL, 0};
	if (spng_set_png_buffer(png, b.at, b.len) == 0 && spng_decoded_image_size(png, SPNG_FMT_RGBA16, &p.len) == 0) {
		p.at = malloc(p.len + 1);
		if (spng_decode_image(png, p.at, p.len, SPNG_FMT_RGBA16, SPNG_DECODE_TRNS) != 0) {
			free(p.at);
			p.at = NULL;
		}
	}
	spng_ctx_free(png);
	return p;
}

static inline int test_gif_read(GifFileType *gif, GifByteType *to, int len)
{
	sk_bytes *left = gif->UserData;
	size_t got = sk_min((size_t)len, left->len);
	memcpy(to, left->at, got);
	*left = sk_bytes_slice(*left, got, left->len);
	return (int)got;
}

/* All frames: place, size, delay, disposal, transparency, colours, indices; one after another. */
static inline struct pixels decode_gif(sk_bytes b)
{
	struct pixels p = {malloc(64u << 20), 0};
	GifFileType *gif = DGifOpen(&b, test_gif_read, NULL);
	if (p.at == NULL || gif == NULL || DGifSlurp(gif) != GIF_OK) {
		free(p.at);
		return (struct pixels){NULL, 0};
	}
	for (int i = 0; i < gif->ImageCount; i++) {
		const SavedImage *image = &gif->SavedImages[i];
		const ColorMapObject *map = image->ImageDesc.ColorMap != NULL ? image->ImageDesc.ColorMap : gif->SColorMap;
		GraphicsControlBlock control = {0};
		size_t count = (size_t)image->ImageDesc.Width * (size_t)image->ImageDesc.Height;
		DGifSavedExtensionToGCB(gif, i, &control);
		int numbers[] = {image->ImageDesc.Left, image->ImageDesc.Top,   image->ImageDesc.Width,    image->ImageDesc.Height,
				 control.DelayTime,	control.DisposalMode, control.TransparentColor, image->ImageDesc.Interlace};
		memcpy(p.at + p.len, numbers, sizeof numbers);
		p.len += sizeof numbers;
		if (map != NULL) {
			memcpy(p.at + p.len, map->Colors, (size_t)map->ColorCount * sizeof map->Colors[0]);
			p.len += (size_t)map->ColorCount * sizeof map->Colors[0];
		}
		memcpy(p.at + p.len, image->RasterBits, count);
		p.len += count;
	}
	DGifCloseFile(gif, NULL);
	return p;
}

static inline struct pixels decode_any(sk_bytes b)
{
	if (sk_bytes_starts(b, SK_BYTES("GIF")))
		return decode_gif(b);
	return sk_bytes_starts(b, SK_BYTES("\x89PNG")) ? decode_png(b) : decode_jpeg(b);
}

static inline bool pixels_equal(struct pixels a, struct pixels b)
{
	return a.at != NULL && b.at != NULL && sk_bytes_equal(sk_bytes_of(a.at, a.len), sk_bytes_of(b.at, b.len));
}

#endif
