/*
 * Records to GIF89a: screen, palettes, and each frame's indices coded anew.
 *
 * What the attacker controls here: numbers within the vocabulary's ranges, palettes and indices; each index is checked.
 */
#include "format/image/gif.h"

struct writing {
	struct format_write *job;
	struct neutral_record record;
	uint64_t frames, pixels;
	bool palette; /* the frame's, or the screen's */
};

static enum sk_status put(struct writing *w, const struct sk_buf *buf)
{
	return buf->status == SK_OK ? w->job->put(w->job->context, sk_buf_bytes(buf)) : buf->status;
}

/* Takes a palette of 2, 4, … 256 colours; *bits is the number that GIF has for it. */
static enum sk_status take_palette(struct writing *w, uint8_t bytes[3 * 256], size_t *len, unsigned *bits)
{
	SK_TRY(image_value_take(w->job->in, bytes, (size_t)3 * 256, len));
	for (*bits = 0; *bits < 8; (*bits)++)
		if (*len == (size_t)3 * (2u << *bits))
			return SK_OK;
	return SK_MALFORMED;
}

/* If a palette is next, takes it. */
static enum sk_status maybe_palette(struct writing *w, uint8_t bytes[3 * 256], size_t *len, unsigned *flags)
{
	*len = 0;
	*flags = 0;
	if (w->record.op != NEUTRAL_OPEN || w->record.node != IMAGE_NODE_gif_data_palette)
		return SK_OK;
	SK_TRY(take_palette(w, bytes, len, flags));
	*flags |= 0x80;
	return neutral_next(w->job->in, &w->record);
}

static enum sk_status put_screen(struct writing *w, const struct image_attrs *a)
{
	uint8_t palette[3 * 256], memory[40 + sizeof palette];
	unsigned flags;
	size_t len;
	struct sk_buf buf;
	int64_t depth = image_get(a, IMAGE_ATTR_gif_depth);
	SK_TRY(maybe_palette(w, palette, &len, &flags));
	if (depth > 7)
		return SK_MALFORMED;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_str(&buf, "GIF89a");
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_width));
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_height));
	sk_buf_u8(&buf, (uint8_t)(flags | (unsigned)depth << 4));
	sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_gif_background));
	sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_gif_aspect));
	sk_buf_put(&buf, sk_bytes_of(palette, len));
	if (image_has(a, IMAGE_ATTR_gif_loop)) {
		sk_buf_put(&buf, SK_BYTES("\x21\xFF\x0BNETSCAPE2.0\x03\x01"));
		sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_loop));
		sk_buf_u8(&buf, 0);
	}
	return put(w, &buf);
}

static enum sk_status put_frame_head(struct writing *w, const struct image_attrs *a, sk_bytes palette, unsigned flags)
{
	uint8_t memory[32 + 3 * 256];
	struct sk_buf buf;
	sk_buf_fixed(&buf, memory, sizeof memory);
	bool transparent = image_has(a, IMAGE_ATTR_gif_frame_transparent);
	if (image_has(a, IMAGE_ATTR_gif_frame_delay) || transparent) {
		sk_buf_put(&buf, SK_BYTES("\x21\xF9\x04"));
		sk_buf_u8(&buf, (uint8_t)(image_get(a, IMAGE_ATTR_gif_frame_disposal) << 2 | image_get(a, IMAGE_ATTR_gif_frame_user_input) << 1 |
					  transparent));
		sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_frame_delay));
		sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_gif_frame_transparent));
		sk_buf_u8(&buf, 0);
	}
	sk_buf_u8(&buf, GIF_IMAGE);
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_frame_x));
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_frame_y));
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_frame_width));
	sk_buf_u16le(&buf, (uint16_t)image_get(a, IMAGE_ATTR_gif_frame_height));
	sk_buf_u8(&buf, (uint8_t)(flags | (unsigned)image_get(a, IMAGE_ATTR_gif_frame_interlaced) << 6));
	sk_buf_put(&buf, palette);
	sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_gif_frame_code_size));
	return put(w, &buf);
}

static enum sk_status take_pixels(struct writing *w, const struct image_attrs *a)
{
	size_t len = (size_t)(image_get(a, IMAGE_ATTR_gif_frame_width) * image_get(a, IMAGE_ATTR_gif_frame_height));
	unsigned code_size = (unsigned)image_get(a, IMAGE_ATTR_gif_frame_code_size);
	const struct gif_put to = {w->job->put, w->job->context};
	uint8_t together = 0;
	if (w->record.op != NEUTRAL_OPEN || w->record.node != IMAGE_NODE_gif_data_pixels)
		return SK_MALFORMED;
	uint8_t *indices = sk_arena_raw(w->job->arena, len);
	if (indices == NULL)
		return SK_LIMIT;
	SK_TRY(neutral_next(w->job->in, &w->record));
	SK_TRY(image_data_take(w->job->in, indices, len, &w->record));
	for (size_t i = 0; i < len; i++)
		together |= indices[i];
	return together >> code_size != 0 ? SK_MALFORMED : gif_lzw_encode(sk_bytes_of(indices, len), code_size, &to);
}

static enum sk_status take_frame(struct writing *w)
{
	uint8_t palette[3 * 256];
	struct image_attrs a;
	unsigned flags;
	size_t len, mark = sk_arena_mark(w->job->arena);
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_gif_frame_frame, &a, &w->record));
	uint64_t width = (uint64_t)image_get(&a, IMAGE_ATTR_gif_frame_width), height = (uint64_t)image_get(&a, IMAGE_ATTR_gif_frame_height);
	SK_TRY(image_size_check(width, height));
	w->pixels += width * height;
	if (++w->frames > limit(LIMIT_picture_frames) || w->pixels > limit(LIMIT_picture_frame_pixels))
		return SK_LIMIT;
	SK_TRY(maybe_palette(w, palette, &len, &flags));
	SK_TRY(put_frame_head(w, &a, sk_bytes_of(palette, len), flags));
	SK_TRY(take_pixels(w, &a));
	sk_arena_release(w->job->arena, mark);
	SK_TRY(neutral_next(w->job->in, &w->record));
	return w->record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
}

enum sk_status image_write_gif(struct format_write *job)
{
	static const uint8_t trailer[1] = {GIF_TRAILER};
	struct writing w = {.job = job};
	struct image_attrs a;
	SK_TRY(image_attrs_take(job->in, IMAGE_NODE_gif_gif, &a, &w.record));
	SK_TRY(put_screen(&w, &a));
	while (w.record.op == NEUTRAL_OPEN) {
		if (w.record.node != IMAGE_NODE_gif_frame_frame)
			return SK_MALFORMED;
		SK_TRY(take_frame(&w));
		SK_TRY(neutral_next(job->in, &w.record));
	}
	return w.frames == 0 ? SK_MALFORMED : job->put(job->context, sk_bytes_of(trailer, sizeof trailer));
}
