/*
 * Records to PNG: chunks in one order, the scan lines of each picture in one IDAT or fdAT.
 *
 * What the attacker controls here: numbers within the vocabulary's ranges and the bytes of palette and lines; what the numbers demand of
 * one another and of the lines is checked before anything is put.
 */
#include "format/image/png.h"

struct writing {
	struct format_write *job;
	struct neutral_record record;
	struct image_attrs attrs;
	struct png_look look;
	size_t colors;          /* of the palette */
	uint32_t sequence;      /* of the animation's chunks */
	uint64_t frames;        /* written */
	uint64_t frame_pixels;
	unsigned stage;         /* index in order[] of the latest child: each at most once, frames as said */
	bool still;
};

static enum sk_status put_chunk(struct writing *w, const char *name, sk_bytes head, sk_bytes bytes)
{
	uint8_t memory[8];
	struct sk_buf buf;
	size_t len = head.len + bytes.len;
	if (len > PNG_CHUNK_MAX)
		return SK_LIMIT;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u32be(&buf, (uint32_t)len);
	sk_buf_str(&buf, name);
	uint32_t sum = deflate_crc32(deflate_crc32(deflate_crc32(0, sk_bytes_str(name)), head), bytes);
	SK_TRY(w->job->put(w->job->context, sk_buf_bytes(&buf)));
	if (head.len > 0)
		SK_TRY(w->job->put(w->job->context, head));
	if (bytes.len > 0)
		SK_TRY(w->job->put(w->job->context, bytes));
	sk_buf_reset(&buf);
	sk_buf_u32be(&buf, sum);
	return w->job->put(w->job->context, sk_buf_bytes(&buf));
}

static enum sk_status put_bytes(struct writing *w, const char *name, sk_bytes bytes)
{
	return put_chunk(w, name, sk_bytes_of(NULL, 0), bytes);
}

static int64_t get(const struct writing *w, uint16_t attr)
{
	return image_get(&w->attrs, attr);
}

static enum sk_status put_head(struct writing *w)
{
	static const uint8_t colors[] = {[IMAGE_WORD_PngColor_gray] = 0, [IMAGE_WORD_PngColor_rgb] = 2, [IMAGE_WORD_PngColor_palette] = 3,
					 [IMAGE_WORD_PngColor_gray_alpha] = 4, [IMAGE_WORD_PngColor_rgb_alpha] = 6};
	uint8_t memory[32], exif[IMAGE_EXIF_BYTES];
	struct sk_buf buf;
	w->look = (struct png_look){.width = (uint32_t)get(w, IMAGE_ATTR_png_width), .height = (uint32_t)get(w, IMAGE_ATTR_png_height),
				    .depth = 1u << get(w, IMAGE_ATTR_png_depth), .color = colors[get(w, IMAGE_ATTR_png_color)],
				    .interlaced = get(w, IMAGE_ATTR_png_interlaced) != 0};
	if (!png_look_allowed(&w->look))
		return SK_MALFORMED;
	SK_TRY(image_size_check(w->look.width, w->look.height));
	SK_TRY(w->job->put(w->job->context, PNG_SIGNATURE));
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u32be(&buf, w->look.width);
	sk_buf_u32be(&buf, w->look.height);
	sk_buf_u8(&buf, (uint8_t)w->look.depth);
	sk_buf_u8(&buf, (uint8_t)w->look.color);
	sk_buf_u16be(&buf, 0);
	sk_buf_u8(&buf, w->look.interlaced);
	SK_TRY(put_bytes(w, "IHDR", sk_buf_bytes(&buf)));
	if (image_has(&w->attrs, IMAGE_ATTR_png_frames)) {
		sk_buf_reset(&buf);
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_frames));
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_plays));
		SK_TRY(put_bytes(w, "acTL", sk_buf_bytes(&buf)));
	}
	if (image_has(&w->attrs, IMAGE_ATTR_png_gamma)) {
		sk_buf_reset(&buf);
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_gamma));
		SK_TRY(put_bytes(w, "gAMA", sk_buf_bytes(&buf)));
	}
	if (image_has(&w->attrs, IMAGE_ATTR_png_intent)) {
		sk_buf_reset(&buf);
		sk_buf_u8(&buf, (uint8_t)get(w, IMAGE_ATTR_png_intent));
		SK_TRY(put_bytes(w, "sRGB", sk_buf_bytes(&buf)));
	}
	if (image_has(&w->attrs, IMAGE_ATTR_png_primaries)) {
		sk_buf_reset(&buf);
		sk_buf_u8(&buf, (uint8_t)get(w, IMAGE_ATTR_png_primaries));
		sk_buf_u8(&buf, (uint8_t)get(w, IMAGE_ATTR_png_transfer));
		sk_buf_u8(&buf, 0);
		sk_buf_u8(&buf, get(w, IMAGE_ATTR_png_full_range) != 0);
		SK_TRY(put_bytes(w, "cICP", sk_buf_bytes(&buf)));
	}
	if (image_has(&w->attrs, IMAGE_ATTR_png_light_most)) {
		sk_buf_reset(&buf);
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_light_most));
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_light_average));
		SK_TRY(put_bytes(w, "cLLI", sk_buf_bytes(&buf)));
	}
	if (image_has(&w->attrs, IMAGE_ATTR_png_per_unit_x)) {
		sk_buf_reset(&buf);
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_per_unit_x));
		sk_buf_u32be(&buf, (uint32_t)get(w, IMAGE_ATTR_png_per_unit_y));
		sk_buf_u8(&buf, get(w, IMAGE_ATTR_png_unit_metre) != 0);
		SK_TRY(put_bytes(w, "pHYs", sk_buf_bytes(&buf)));
	}
	if (!image_has(&w->attrs, IMAGE_ATTR_png_orientation))
		return SK_OK;
	image_exif_make((unsigned)get(w, IMAGE_ATTR_png_orientation), exif);
	return put_bytes(w, "eXIf", sk_bytes_of(exif, sizeof exif));
}

static enum sk_status take_profile(struct writing *w)
{
	sk_bytes profile;
	SK_TRY(image_profile_take(w->job->in, w->job->arena, (w->look.color & 2) == 0 ? ICC_GRAY : ICC_RGB, &profile));
	size_t room = deflate_bound(DEFLATE_ZLIB, profile.len);
	uint8_t *packed = sk_arena_raw(w->job->arena, room);
	if (packed == NULL)
		return SK_LIMIT;
	size_t len = deflate_deflate(DEFLATE_ZLIB, profile, packed, room);
	return len == 0 ? SK_FAULT : put_chunk(w, "iCCP", SK_BYTES("S\0\0"), sk_bytes_of(packed, len));
}

static enum sk_status take_chromaticities(struct writing *w)
{
	struct image_attrs a;
	uint8_t memory[32];
	struct sk_buf buf;
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_chromaticities_chromaticities, &a, &w->record));
	sk_buf_fixed(&buf, memory, sizeof memory);
	for (unsigned i = 0; i < 8; i++)
		sk_buf_u32be(&buf, (uint32_t)a.value[i]);
	return w->record.op == NEUTRAL_CLOSE ? put_bytes(w, "cHRM", sk_buf_bytes(&buf)) : SK_MALFORMED;
}

static enum sk_status take_mastering(struct writing *w)
{
	struct image_attrs a;
	uint8_t memory[24];
	struct sk_buf buf;
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_mastering_mastering, &a, &w->record));
	sk_buf_fixed(&buf, memory, sizeof memory);
	for (unsigned i = 0; i < 8; i++)
		sk_buf_u16be(&buf, (uint16_t)a.value[i]);
	sk_buf_u32be(&buf, (uint32_t)a.value[8]);
	sk_buf_u32be(&buf, (uint32_t)a.value[9]);
	return w->record.op == NEUTRAL_CLOSE ? put_bytes(w, "mDCV", sk_buf_bytes(&buf)) : SK_MALFORMED;
}

static enum sk_status take_significant(struct writing *w)
{
	struct image_attrs a;
	uint8_t bits[4];
	unsigned count = w->look.color == 3 ? 3 : png_samples(&w->look), most = w->look.color == 3 ? 8 : w->look.depth;
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_significant_significant, &a, &w->record));
	if (a.present != (1u << count) - 1 || w->record.op != NEUTRAL_CLOSE)
		return SK_MALFORMED;
	for (unsigned i = 0; i < count; i++) {
		if (a.value[i] > most)
			return SK_MALFORMED;
		bits[i] = (uint8_t)a.value[i];
	}
	return put_bytes(w, "sBIT", sk_bytes_of(bits, count));
}

static enum sk_status take_palette(struct writing *w)
{
	uint8_t bytes[3 * 256];
	size_t len;
	SK_TRY(image_value_take(w->job->in, bytes, sizeof bytes, &len));
	bool indexed = w->look.color == 3;
	if ((w->look.color & 2) == 0 || len % 3 != 0 || (indexed && len / 3 > (size_t)1 << w->look.depth))
		return SK_MALFORMED;
	w->colors = indexed ? len / 3 : 0;
	return put_bytes(w, "PLTE", sk_bytes_of(bytes, len));
}

/* tRNS and bKGD say a colour in the same way, but for palettes. */
static enum sk_status take_color(struct writing *w, bool transparency)
{
	uint8_t bytes[256];
	size_t len;
	unsigned color = w->look.color;
	SK_TRY(image_value_take(w->job->in, bytes, sizeof bytes, &len));
	bool allowed = color == 3 ? (transparency ? len <= w->colors : len == 1 && bytes[0] < w->colors)
				  : len == (color == 0 || color == 4 ? 2 : 6) && !(transparency && color >= 4);
	for (size_t i = 0; i + 1 < len && color != 3; i += 2)
		allowed = allowed && (unsigned)(bytes[i] << 8 | bytes[i + 1]) >> w->look.depth == 0;
	return allowed ? put_bytes(w, transparency ? "tRNS" : "bKGD", sk_bytes_of(bytes, len)) : SK_MALFORMED;
}

/* Takes scan lines, checks them, and puts them; the first record is there. */
static enum sk_status take_lines(struct writing *w, const char *name, sk_bytes head, uint32_t width, uint32_t height)
{
	size_t len, mark = sk_arena_mark(w->job->arena);
	if (!png_lines_bytes(&w->look, width, height, &len))
		return SK_LIMIT;
	uint8_t *lines = sk_arena_raw(w->job->arena, len);
	if (lines == NULL)
		return SK_LIMIT;
	SK_TRY(image_data_take(w->job->in, lines, len, &w->record));
	if (png_filters_repair(&w->look, width, height, lines) > 0)
		return SK_MALFORMED;
	size_t room = deflate_bound(DEFLATE_ZLIB, len);
	uint8_t *packed = sk_arena_raw(w->job->arena, room);
	if (packed == NULL)
		return SK_LIMIT;
	size_t packed_len = deflate_lines(sk_bytes_of(lines, len), packed, room);
	SK_TRY(packed_len == 0 ? SK_FAULT : put_chunk(w, name, head, sk_bytes_of(packed, packed_len)));
	sk_arena_release(w->job->arena, mark);
	return SK_OK;
}

static enum sk_status take_still(struct writing *w)
{
	if (w->still || (w->look.color == 3 && w->colors == 0))
		return SK_MALFORMED;
	w->still = true;
	SK_TRY(neutral_next(w->job->in, &w->record));
	return take_lines(w, "IDAT", sk_bytes_of(NULL, 0), w->look.width, w->look.height);
}

static enum sk_status put_control(struct writing *w, const struct image_attrs *a)
{
	uint8_t memory[26];
	struct sk_buf buf;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u32be(&buf, w->sequence++);
	for (unsigned i = 0; i < 4; i++)
		sk_buf_u32be(&buf, (uint32_t)image_get(a, (uint16_t)(IMAGE_ATTR_png_frame_width + i)));
	sk_buf_u16be(&buf, (uint16_t)image_get(a, IMAGE_ATTR_png_frame_delay));
	sk_buf_u16be(&buf, (uint16_t)image_get(a, IMAGE_ATTR_png_frame_delay_unit));
	sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_png_frame_dispose));
	sk_buf_u8(&buf, (uint8_t)image_get(a, IMAGE_ATTR_png_frame_blend));
	return put_bytes(w, "fcTL", sk_buf_bytes(&buf));
}

static enum sk_status take_frame(struct writing *w)
{
	struct image_attrs a;
	uint8_t number[4];
	struct sk_buf head;
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_png_frame_frame, &a, &w->record));
	uint32_t width = (uint32_t)image_get(&a, IMAGE_ATTR_png_frame_width), height = (uint32_t)image_get(&a, IMAGE_ATTR_png_frame_height);
	bool shared = image_get(&a, IMAGE_ATTR_png_frame_shared) != 0;
	w->frames++;
	w->frame_pixels += (uint64_t)width * height;
	if (image_get(&a, IMAGE_ATTR_png_frame_x) + width > w->look.width || image_get(&a, IMAGE_ATTR_png_frame_y) + height > w->look.height ||
	    !image_has(&w->attrs, IMAGE_ATTR_png_frames) || w->frame_pixels > limit(LIMIT_picture_frame_pixels))
		return SK_MALFORMED;
	/* a shared frame's picture is the still one, which follows and has its size (APNG 1.0) */
	if (shared ? w->still || w->frames != 1 || width != w->look.width || height != w->look.height : !w->still)
		return SK_MALFORMED;
	SK_TRY(put_control(w, &a));
	if (shared)
		return w->record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
	sk_buf_fixed(&head, number, sizeof number);
	sk_buf_u32be(&head, w->sequence++);
	return take_lines(w, "fdAT", sk_buf_bytes(&head), width, height);
}

/* Children in the order in which chunks stand; frames may come before and after the still picture. */
static const uint16_t order[] = {
	IMAGE_NODE_profile_profile, IMAGE_NODE_chromaticities_chromaticities, IMAGE_NODE_mastering_mastering,
	IMAGE_NODE_significant_significant, IMAGE_NODE_png_data_palette, IMAGE_NODE_png_data_transparency,
	IMAGE_NODE_png_data_background, IMAGE_NODE_png_data_still, IMAGE_NODE_png_frame_frame};

static enum sk_status in_order(struct writing *w, uint16_t node)
{
	bool picture = node == IMAGE_NODE_png_data_still || node == IMAGE_NODE_png_frame_frame;
	unsigned place = 1;
	while (order[place - 1] != node)
		sk_assert(++place <= SK_COUNT(order));
	if (!picture && place <= w->stage)
		return SK_MALFORMED;
	w->stage = picture ? SK_COUNT(order) : place;
	return SK_OK;
}

static enum sk_status take_child(struct writing *w, uint16_t node)
{
	SK_TRY(in_order(w, node));
	switch (node) {
	case IMAGE_NODE_profile_profile:
		return take_profile(w);
	case IMAGE_NODE_chromaticities_chromaticities:
		return take_chromaticities(w);
	case IMAGE_NODE_mastering_mastering:
		return take_mastering(w);
	case IMAGE_NODE_significant_significant:
		return take_significant(w);
	case IMAGE_NODE_png_data_palette:
		return take_palette(w);
	case IMAGE_NODE_png_data_transparency:
		return take_color(w, true);
	case IMAGE_NODE_png_data_background:
		return take_color(w, false);
	case IMAGE_NODE_png_data_still:
		return take_still(w);
	default:
		return take_frame(w);
	}
}

enum sk_status image_write_png(struct format_write *job)
{
	struct writing *w = sk_arena_make(job->arena, sizeof *w);
	if (w == NULL)
		return SK_LIMIT;
	w->job = job;
	SK_TRY(image_attrs_take(job->in, IMAGE_NODE_png_png, &w->attrs, &w->record));
	SK_TRY(put_head(w));
	while (w->record.op == NEUTRAL_OPEN) {
		SK_TRY(take_child(w, w->record.node));
		SK_TRY(neutral_next(job->in, &w->record));
	}
	if (!w->still || w->frames != (uint64_t)get(w, IMAGE_ATTR_png_frames))
		return SK_MALFORMED;
	return put_bytes(w, "IEND", sk_bytes_of(NULL, 0));
}
