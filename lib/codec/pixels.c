/* Pixels into a JPEG. What the attacker controls: the pixels and how many there are. */
#include "codec/pixels.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#define PIECE 65536

struct encoding {
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	struct jpeg_destination_mgr destination;
	jmp_buf back;
	struct sk_buf *out;
	uint8_t piece[PIECE];
};

static _Noreturn void leave(j_common_ptr info)
{
	struct encoding *e = info->client_data;
	longjmp(e->back, 1);
}

static void say_nothing(j_common_ptr info)
{
	(void)info;
}

static void begin(j_compress_ptr info)
{
	struct encoding *e = info->client_data;
	e->destination.next_output_byte = e->piece;
	e->destination.free_in_buffer = PIECE;
}

static boolean full(j_compress_ptr info)
{
	struct encoding *e = info->client_data;
	sk_buf_put(e->out, sk_bytes_of(e->piece, PIECE));
	begin(info);
	if (e->out->status != SK_OK)
		longjmp(e->back, 1);
	return TRUE;
}

static void end(j_compress_ptr info)
{
	struct encoding *e = info->client_data;
	sk_buf_put(e->out, sk_bytes_of(e->piece, PIECE - e->destination.free_in_buffer));
}

static enum sk_status encode(struct encoding *e, const struct pixels *pixels, unsigned quality, size_t memory_max)
{
	size_t row = (size_t)pixels->columns * pixels->parts;

	if (setjmp(e->back) != 0)
		return SK_LIMIT;
	jpeg_create_compress(&e->info);
	e->info.client_data = e;
	e->info.mem->max_memory_to_use = (long)memory_max;
	e->destination = (struct jpeg_destination_mgr){.init_destination = begin, .empty_output_buffer = full, .term_destination = end};
	e->info.dest = &e->destination;
	e->info.image_width = pixels->columns;
	e->info.image_height = pixels->rows;
	e->info.input_components = pixels->parts;
	e->info.in_color_space = pixels->parts == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(&e->info);
	jpeg_set_quality(&e->info, (int)quality, TRUE);
	e->info.optimize_coding = TRUE;
	e->info.write_JFIF_header = FALSE;
	jpeg_start_compress(&e->info, TRUE);
	for (uint32_t y = 0; y < pixels->rows; y++) {
		JSAMPROW line = (JSAMPROW)(uintptr_t)(pixels->at + y * row); /* libjpeg only reads it */
		(void)jpeg_write_scanlines(&e->info, &line, 1);
	}
	jpeg_finish_compress(&e->info);
	return e->out->status;
}

enum sk_status pixels_jpeg(const struct pixels *pixels, unsigned quality, size_t memory_max, struct sk_buf *out)
{
	if (pixels->columns == 0 || pixels->rows == 0 || pixels->columns > JPEG_MAX_DIMENSION || pixels->rows > JPEG_MAX_DIMENSION ||
	    (pixels->parts != 1 && pixels->parts != 3))
		return SK_MALFORMED;
	struct encoding *e = calloc(1, sizeof *e);
	if (e == NULL)
		return SK_FAULT;
	e->out = out;
	e->info.err = jpeg_std_error(&e->errors);
	e->info.client_data = e;
	e->errors.error_exit = leave;
	e->errors.output_message = say_nothing;
	enum sk_status status = encode(e, pixels, quality, memory_max);
	jpeg_destroy_compress(&e->info);
	free(e);
	return status;
}
