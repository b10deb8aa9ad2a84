/*
 * GIF to records: the blocks are walked twice, first for the loop count and the sum of the frames, then frame by frame.
 *
 * What the attacker controls here: all bytes of the file.
 */
#include "format/image/gif.h"

struct block {
	uint8_t kind;      /* GIF_EXTENSION, GIF_IMAGE, GIF_TRAILER */
	uint8_t label;     /* of an extension */
	sk_bytes head;     /* first sub-block of an extension, descriptor of an image */
	sk_bytes palette;  /* of an image */
	uint8_t code_size;
	struct sk_cursor subs; /* sub-blocks: all of an image, from the second on of an extension */
};

#define LZW_RATIO_MAX 2731 /* pixels of a byte: a code of 12 bits stands for at most 4,096 */
#define FEW_PIXELS ((size_t)16 << 20)

struct gif {
	struct format_read *job;
	sk_bytes palette; /* global */
	int64_t loop;
	uint64_t frames, pixels;
	sk_bytes control; /* for the next image; empty without */
	size_t behind;    /* bytes behind the ends of images */
	bool damaged, ended, comments, applications, texts;
};

/* The next sub-block (GIF89a 15); empty at the end. */
static sk_bytes sub_next(struct sk_cursor *c)
{
	size_t len = sk_cursor_u8(c);
	return sk_cursor_take(c, sk_min(len, c->left));
}

static void subs_skip(struct sk_cursor *c)
{
	while (sub_next(c).len > 0)
		continue;
}

static sk_bytes palette_take(struct sk_cursor *c, unsigned flags)
{
	return (flags & 0x80) == 0 ? sk_bytes_of(NULL, 0) : sk_cursor_take(c, (size_t)3 * (2u << (flags & 7)));
}

/* The next block; false at the trailer, at the end of the file and at what is no block. */
static bool block_next(struct gif *gif, struct sk_cursor *c, struct block *block)
{
	*block = (struct block){.kind = sk_cursor_u8(c)};
	while (c->status == SK_OK && block->kind == 0) { /* some programs put an empty sub-block too many */
		gif->damaged = true;
		block->kind = sk_cursor_u8(c);
	}
	if (c->status != SK_OK)
		return false;
	if (block->kind == GIF_EXTENSION) {
		block->label = sk_cursor_u8(c);
		block->subs = *c;
		block->head = sub_next(&block->subs);
		subs_skip(c);
		return true;
	}
	if (block->kind == GIF_IMAGE) {
		block->head = sk_cursor_take(c, 9);
		block->palette = palette_take(c, block->head.len == 9 ? block->head.at[8] : 0);
		block->code_size = sk_cursor_u8(c);
		block->subs = *c;
		bool whole = c->status == SK_OK;
		subs_skip(c);
		return whole;
	}
	gif->ended = block->kind == GIF_TRAILER;
	return false;
}

static void note_extension(struct gif *gif, struct block *block)
{
	if (block->label == GIF_APPLICATION) {
		sk_bytes loop = sub_next(&block->subs);
		bool is = sk_bytes_equal(block->head, SK_BYTES("NETSCAPE2.0")) || sk_bytes_equal(block->head, SK_BYTES("ANIMEXTS1.0"));
		if (is && loop.len == 3 && loop.at[0] == 1 && gif->loop < 0)
			gif->loop = loop.at[1] | loop.at[2] << 8;
		gif->applications |= !is;
	} else if (block->label != GIF_CONTROL) {
		gif->texts |= block->label == 1;
		gif->comments |= block->label != 1;
	}
}

static enum sk_status note(struct gif *gif, struct block *block)
{
	if (block->kind == GIF_EXTENSION) {
		note_extension(gif, block);
		return SK_OK;
	}
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(block->head, 4, 4));
	uint32_t width = sk_cursor_u16le(&c), height = sk_cursor_u16le(&c);
	SK_TRY(image_size_check(width, height));
	gif->pixels += (uint64_t)width * height;
	if (++gif->frames > limit(LIMIT_picture_frames))
		return limit_reached(LIMIT_picture_frames);
	return gif->pixels > limit(LIMIT_picture_frame_pixels) ? limit_reached(LIMIT_picture_frame_pixels) : SK_OK;
}

/* ---- saying ---- */

static void say_palette(const struct gif *gif, sk_bytes palette)
{
	if (palette.len == 0)
		return;
	neutral_open(gif->job->out, IMAGE_NODE_gif_data_palette);
	neutral_bytes(gif->job->out, IMAGE_NODE_gif_data_palette, palette);
	neutral_close(gif->job->out);
}

/* GIF89a 23: flags, delay, transparent index. Returns the index that missing pixels get. */
static uint8_t say_control(const struct gif *gif)
{
	struct neutral_out *out = gif->job->out;
	sk_bytes g = gif->control;
	if (g.len < 4)
		return 0;
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_delay, g.at[1] | g.at[2] << 8);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_disposal, g.at[0] >> 2 & 7);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_user_input, g.at[0] >> 1 & 1);
	if ((g.at[0] & 1) == 0)
		return 0;
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_transparent, g.at[3]);
	return g.at[3];
}

static enum sk_status say_pixels(struct gif *gif, const struct block *block, unsigned code_size, uint8_t missing, size_t len)
{
	struct sk_arena *arena = gif->job->arena;
	struct sk_cursor subs = block->subs;
	struct sk_buf codes;
	sk_bytes sub;
	bool over;
	size_t left;
	sk_buf_init(&codes, arena, subs.left);
	while ((sub = sub_next(&subs)).len > 0)
		sk_buf_put(&codes, sub);
	if (len > FEW_PIXELS && len / LZW_RATIO_MAX > codes.len)
		return SK_TRUNCATED; /* nearly nothing of a large picture: not worth its memory */
	uint8_t *indices = sk_arena_raw(arena, len);
	if (codes.status != SK_OK || indices == NULL)
		return limit_reached(LIMIT_arena_bytes);
	size_t made = gif_lzw_decode(sk_buf_bytes(&codes), block->code_size, indices, len, &over, &left);
	gif->behind += left;
	memset(indices + made, missing >> code_size == 0 ? missing : 0, len - made);
	gif->damaged |= made < len || over;
	neutral_open(gif->job->out, IMAGE_NODE_gif_data_pixels);
	neutral_bytes(gif->job->out, IMAGE_NODE_gif_data_pixels, sk_bytes_of(indices, len));
	neutral_close(gif->job->out);
	return gif->job->out->status;
}

static enum sk_status say_image(struct gif *gif, const struct block *block)
{
	struct neutral_out *out = gif->job->out;
	struct sk_cursor c = sk_cursor_of(block->head);
	uint16_t x = sk_cursor_u16le(&c), y = sk_cursor_u16le(&c), width = sk_cursor_u16le(&c), height = sk_cursor_u16le(&c);
	unsigned code_size = block->code_size < 2 ? 2 : block->code_size;
	size_t mark = sk_arena_mark(gif->job->arena);
	if (width == 0 || height == 0 || block->code_size < 1 || block->code_size > 8) {
		gif->damaged = true;
		return SK_OK;
	}
	gif->frames++;
	neutral_open(out, IMAGE_NODE_gif_frame_frame);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_x, x);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_y, y);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_width, width);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_height, height);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_interlaced, block->head.at[8] >> 6 & 1);
	neutral_attr_number(out, IMAGE_ATTR_gif_frame_code_size, code_size);
	uint8_t missing = say_control(gif);
	say_palette(gif, block->palette);
	SK_TRY(say_pixels(gif, block, code_size, missing, (size_t)width * height));
	neutral_close(out);
	sk_arena_release(gif->job->arena, mark);
	return SK_OK;
}

static enum sk_status say(struct gif *gif, sk_bytes screen, struct sk_cursor c)
{
	struct neutral_out *out = gif->job->out;
	struct sk_cursor s = sk_cursor_of(screen);
	struct block block;
	uint16_t width = sk_cursor_u16le(&s), height = sk_cursor_u16le(&s);
	neutral_open(out, IMAGE_NODE_gif_gif);
	neutral_attr_number(out, IMAGE_ATTR_gif_width, width);
	neutral_attr_number(out, IMAGE_ATTR_gif_height, height);
	neutral_attr_number(out, IMAGE_ATTR_gif_depth, screen.at[4] >> 4 & 7);
	neutral_attr_number(out, IMAGE_ATTR_gif_background, gif->palette.len == 0 ? 0 : screen.at[5]);
	neutral_attr_number(out, IMAGE_ATTR_gif_aspect, screen.at[6]);
	if (gif->loop >= 0)
		neutral_attr_number(out, IMAGE_ATTR_gif_loop, gif->loop);
	say_palette(gif, gif->palette);
	gif->frames = 0;
	while (block_next(gif, &c, &block)) {
		if (block.kind == GIF_IMAGE)
			SK_TRY(say_image(gif, &block));
		if (block.kind == GIF_IMAGE || block.label == 1) /* a control is for the one thing after it */
			gif->control = sk_bytes_of(NULL, 0);
		else if (block.label == GIF_CONTROL)
			gif->control = block.head;
	}
	neutral_close(out);
	return gif->frames == 0 ? SK_TRUNCATED : out->status;
}

static void report(const struct gif *gif, size_t trailing)
{
	if (gif->comments)
		image_find(gif->job, FINDING_picture_metadata, "comment", 1);
	if (gif->applications)
		image_find(gif->job, FINDING_picture_metadata, "application", 1);
	if (gif->texts)
		image_find(gif->job, FINDING_picture_metadata, "plain text", 1);
	if (gif->damaged || !gif->ended)
		image_find(gif->job, FINDING_picture_repaired, gif->ended ? "damaged" : "cut", 1);
	if (gif->behind > 0 || (gif->ended && trailing > 0))
		image_find(gif->job, FINDING_picture_trailing, "GIF", gif->behind + (gif->ended ? trailing : 0));
}

enum sk_status image_read_gif(struct format_read *job)
{
	struct gif gif = {.job = job, .loop = -1};
	struct sk_cursor c = sk_cursor_of(job->input);
	struct block block;
	sk_cursor_skip(&c, 6);
	sk_bytes screen = sk_cursor_take(&c, 7);
	if (screen.len == 7)
		gif.palette = palette_take(&c, screen.at[4]);
	struct sk_cursor blocks = c;
	enum sk_status status = c.status;
	while (status == SK_OK && block_next(&gif, &c, &block))
		status = note(&gif, &block);
	if (status == SK_OK)
		status = gif.frames == 0 ? SK_TRUNCATED : say(&gif, screen, blocks);
	if (status != SK_OK)
		return image_block(job, status, "GIF");
	report(&gif, c.left);
	return SK_OK;
}
