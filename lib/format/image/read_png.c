/*
 * PNG to records: the chunks are walked twice, first for what is said of the picture, then for its scan lines. Nothing is
 * unfiltered: the lines stay as they are, of exactly the length that their size demands.
 *
 * What the attacker controls here: all bytes of the file.
 */
#include "format/image/png.h"

#define ZLIB_RATIO_MAX 1032           /* deflate can't say more (RFC 1951: 258 bytes in two bits) */
#define FEW_BYTES ((size_t)64 << 20)
#define FCTL_BYTES 26
/* What libdeflate may not have written yet when it stops for lack of room: a stored block (RFC 1951 3.2.4) or a match. */
#define BEHIND_MAX ((size_t)65536 + 512)
#define PALETTE_MAX ((size_t)3 * 256)

struct chunk {
	sk_bytes name, bytes;
	bool sound; /* CRC right and not cut */
};

enum seen { SEEN_PLTE, SEEN_tRNS, SEEN_bKGD, SEEN_gAMA, SEEN_cHRM, SEEN_sRGB, SEEN_sBIT, SEEN_pHYs, SEEN_eXIf, SEEN_iCCP,
	    SEEN_cICP, SEEN_mDCV, SEEN_cLLI, SEEN_COUNT };
static const char *const seen_names[SEEN_COUNT] = {"PLTE", "tRNS", "bKGD", "gAMA", "cHRM", "sRGB", "sBIT", "pHYs", "eXIf",
						    "iCCP", "cICP", "mDCV", "cLLI"};
/* Of chunks that have one length; 0: it goes by the colours. */
static const uint8_t seen_bytes[SEEN_COUNT] = {[SEEN_gAMA] = 4, [SEEN_cHRM] = 32, [SEEN_sRGB] = 1,
						  [SEEN_pHYs] = 9, [SEEN_mDCV] = 24, [SEEN_cLLI] = 8};

struct png {
	struct format_read *job;
	struct png_look look;
	sk_bytes seen[SEEN_COUNT];
	size_t data_bytes, data_chunks;  /* IDAT */
	sk_bytes data;                   /* the first of them */
	bool has_control, broken_animation, shared;
	uint32_t plays;
	uint64_t frames, frame_pixels;
	bool damaged, ended;
	size_t end; /* offset behind IEND */
};

static bool is(const struct chunk *chunk, const char *name)
{
	return sk_bytes_equal(chunk->name, sk_bytes_str(name));
}

/* The next chunk (clause 5.3); a cut one gives what is there of it. False at the end of the file. */
static bool chunk_next(struct sk_cursor *c, struct chunk *chunk)
{
	if (c->status != SK_OK || c->left < 8)
		return false;
	size_t len = sk_cursor_u32be(c);
	sk_bytes body = sk_bytes_of(c->at, sk_min(c->left, len > PNG_CHUNK_MAX ? 4 : len + 4));
	chunk->name = sk_cursor_take(c, 4);
	chunk->bytes = sk_cursor_take(c, body.len - 4);
	chunk->sound = chunk->bytes.len == len && c->left >= 4;
	uint32_t told = sk_cursor_u32be(c);
	chunk->sound = chunk->sound && deflate_crc32(0, body) == told;
	return true;
}

static enum sk_status read_header(struct png *png, struct sk_cursor *c)
{
	struct chunk chunk;
	if (!chunk_next(c, &chunk) || !is(&chunk, "IHDR") || chunk.bytes.len != 13)
		return SK_MALFORMED;
	png->damaged = !chunk.sound;
	struct sk_cursor h = sk_cursor_of(chunk.bytes);
	png->look.width = sk_cursor_u32be(&h);
	png->look.height = sk_cursor_u32be(&h);
	png->look.depth = sk_cursor_u8(&h);
	png->look.color = sk_cursor_u8(&h);
	unsigned packing = sk_cursor_u8(&h), filtering = sk_cursor_u8(&h), interlace = sk_cursor_u8(&h);
	png->look.interlaced = interlace == 1;
	if (png->look.width == 0 || png->look.height == 0 || packing != 0 || filtering != 0 || interlace > 1 || !png_look_allowed(&png->look))
		return SK_MALFORMED;
	return image_size_check(png->look.width, png->look.height);
}

struct control {
	uint32_t width, height, x, y;
	uint16_t delay, unit;
	uint8_t dispose, blend;
};

/* fcTL (APNG 1.0): false when the frame is not inside the picture. */
static bool control_read(const struct png *png, sk_bytes bytes, struct control *f)
{
	struct sk_cursor c = sk_cursor_of(bytes);
	sk_cursor_skip(&c, 4);
	f->width = sk_cursor_u32be(&c);
	f->height = sk_cursor_u32be(&c);
	f->x = sk_cursor_u32be(&c);
	f->y = sk_cursor_u32be(&c);
	f->delay = sk_cursor_u16be(&c);
	f->unit = sk_cursor_u16be(&c);
	f->dispose = sk_cursor_u8(&c);
	f->blend = sk_cursor_u8(&c);
	return bytes.len == FCTL_BYTES && f->width >= 1 && f->height >= 1 && f->dispose <= 2 && f->blend <= 1 && f->width <= png->look.width &&
	       f->height <= png->look.height && f->x <= png->look.width - f->width && f->y <= png->look.height - f->height;
}

static void note_control(struct png *png, sk_bytes bytes)
{
	struct control f;
	if (!control_read(png, bytes, &f)) {
		png->broken_animation = true;
		return;
	}
	png->frames++;
	png->frame_pixels += (uint64_t)f.width * f.height;
	if (png->data_chunks > 0)
		return;
	png->broken_animation |= png->shared || f.width != png->look.width || f.height != png->look.height;
	png->shared = true;
}

static void note_other(struct png *png, const struct chunk *chunk)
{
	size_t i = 0;
	while (i < SEEN_COUNT && !is(chunk, seen_names[i]))
		i++;
	bool critical = (chunk->name.at[0] & 0x20) == 0; /* clause 5.4: a program that does not know it must not go on */
	bool fits = i < SEEN_COUNT && (seen_bytes[i] == 0 || seen_bytes[i] == chunk->bytes.len);
	if (fits && (chunk->sound || i == SEEN_PLTE) && png->seen[i].at == NULL && (png->data_chunks == 0 || i == SEEN_eXIf)) {
		png->seen[i] = chunk->bytes;
		png->damaged |= !chunk->sound;
	} else {
		finding_report(png->job->findings, FINDING_picture_metadata, FINDING_WHOLE, sk_bytes_of(NULL, 0), chunk->name, 1);
		png->damaged |= !chunk->sound || critical;
	}
}

static void note(struct png *png, const struct chunk *chunk)
{
	if (is(chunk, "IDAT")) {
		if (png->data_chunks++ == 0)
			png->data = chunk->bytes;
		png->data_bytes += chunk->bytes.len;
		png->damaged |= !chunk->sound;
	} else if (is(chunk, "acTL")) {
		struct sk_cursor c = sk_cursor_of(chunk->bytes);
		sk_cursor_skip(&c, 4);
		png->plays = sk_cursor_u32be(&c);
		png->has_control |= c.status == SK_OK && png->data_chunks == 0;
	} else if (is(chunk, "fcTL")) {
		note_control(png, chunk->bytes);
	} else if (is(chunk, "fdAT")) {
		png->damaged |= !chunk->sound;
	} else if (is(chunk, "IEND")) {
		png->ended = true;
		png->damaged |= !chunk->sound;
	} else {
		note_other(png, chunk);
	}
}

/* ---- what is said of the picture ---- */

static void say_number(const struct png *png, enum seen which, size_t len, uint16_t attr, int64_t most)
{
	sk_bytes b = png->seen[which];
	uint64_t value = 0;
	for (size_t i = 0; i < b.len && b.len == len; i++)
		value = value << 8 | b.at[i];
	if (b.at != NULL && b.len == len && value <= (uint64_t)most)
		neutral_attr_number(png->job->out, attr, (int64_t)value);
}

/* cICP (PNG third edition 11.3.2.6; ITU-T H.273): primaries, transfer, matrix, which is 0 for RGB, and full range. */
static void say_code_points(const struct png *png)
{
	sk_bytes b = png->seen[SEEN_cICP];
	if (b.at == NULL)
		return;
	if (b.len != 4 || b.at[2] != 0 || b.at[3] > 1) {
		image_find(png->job, FINDING_picture_metadata, "cICP", 1);
		return;
	}
	neutral_attr_number(png->job->out, IMAGE_ATTR_png_primaries, b.at[0]);
	neutral_attr_number(png->job->out, IMAGE_ATTR_png_transfer, b.at[1]);
	neutral_attr_number(png->job->out, IMAGE_ATTR_png_full_range, b.at[3]);
}

/* cLLI (11.3.2.8): the brightest light, and the brightest frame's average. */
static void say_light(const struct png *png)
{
	struct sk_cursor c = sk_cursor_of(png->seen[SEEN_cLLI]);
	if (c.left != 8)
		return;
	neutral_attr_number(png->job->out, IMAGE_ATTR_png_light_most, sk_cursor_u32be(&c));
	neutral_attr_number(png->job->out, IMAGE_ATTR_png_light_average, sk_cursor_u32be(&c));
}

/* mDCV (11.3.2.7): the screen on which the picture was made. */
static void say_mastering(const struct png *png)
{
	struct sk_cursor c = sk_cursor_of(png->seen[SEEN_mDCV]);
	if (c.left != 24)
		return;
	neutral_open(png->job->out, IMAGE_NODE_mastering_mastering);
	for (unsigned i = 0; i < 8; i++)
		neutral_attr_number(png->job->out, (uint16_t)(IMAGE_ATTR_mastering_rx + i), sk_cursor_u16be(&c));
	neutral_attr_number(png->job->out, IMAGE_ATTR_mastering_most, sk_cursor_u32be(&c));
	neutral_attr_number(png->job->out, IMAGE_ATTR_mastering_least, sk_cursor_u32be(&c));
	neutral_close(png->job->out);
}

static void say_attributes(const struct png *png, bool animated)
{
	static const uint8_t colors[7] = {IMAGE_WORD_PngColor_gray, 0, IMAGE_WORD_PngColor_rgb, IMAGE_WORD_PngColor_palette,
					  IMAGE_WORD_PngColor_gray_alpha, 0, IMAGE_WORD_PngColor_rgb_alpha};
	struct neutral_out *out = png->job->out;
	neutral_attr_number(out, IMAGE_ATTR_png_width, png->look.width);
	neutral_attr_number(out, IMAGE_ATTR_png_height, png->look.height);
	neutral_attr_number(out, IMAGE_ATTR_png_depth, __builtin_ctz(png->look.depth)); /* the words are 1 2 4 8 16 */
	neutral_attr_number(out, IMAGE_ATTR_png_color, colors[png->look.color]);
	neutral_attr_number(out, IMAGE_ATTR_png_interlaced, png->look.interlaced);
	say_number(png, SEEN_gAMA, 4, IMAGE_ATTR_png_gamma, UINT32_MAX);
	say_number(png, SEEN_sRGB, 1, IMAGE_ATTR_png_intent, 3);
	say_code_points(png);
	say_light(png);
	if (png->seen[SEEN_pHYs].len == 9) {
		struct sk_cursor c = sk_cursor_of(png->seen[SEEN_pHYs]);
		neutral_attr_number(out, IMAGE_ATTR_png_per_unit_x, sk_cursor_u32be(&c));
		neutral_attr_number(out, IMAGE_ATTR_png_per_unit_y, sk_cursor_u32be(&c));
		neutral_attr_number(out, IMAGE_ATTR_png_unit_metre, sk_cursor_u8(&c) == 1);
	}
	unsigned orientation = image_orientation(png->seen[SEEN_eXIf]);
	if (png->seen[SEEN_eXIf].at != NULL && !image_exif_is_ours(png->seen[SEEN_eXIf]))
		image_find(png->job, FINDING_picture_metadata, "EXIF", 1);
	if (orientation > 1)
		neutral_attr_number(out, IMAGE_ATTR_png_orientation, orientation);
	if (animated) {
		neutral_attr_number(out, IMAGE_ATTR_png_frames, (int64_t)png->frames);
		neutral_attr_number(out, IMAGE_ATTR_png_plays, png->plays);
	}
}

static void say_profile(const struct png *png)
{
	sk_bytes chunk = png->seen[SEEN_iCCP];
	size_t name = sk_bytes_find(sk_bytes_slice(chunk, 0, 80), SK_BYTES("\0"), 0), len;
	if (chunk.at == NULL)
		return;
	size_t mark = sk_arena_mark(png->job->arena), room = sk_min(limit(LIMIT_profile_bytes), (chunk.len + 1) * ZLIB_RATIO_MAX);
	uint8_t *profile = sk_arena_raw(png->job->arena, room);
	if (name == SIZE_MAX || profile == NULL ||
	    deflate_inflate(DEFLATE_ZLIB, sk_bytes_slice(chunk, name + 2, chunk.len), profile, room, &len, NULL) != SK_OK)
		len = 0;
	image_profile_say(png->job, sk_bytes_of(profile, len), (png->look.color & 2) == 0 ? ICC_GRAY : ICC_RGB);
	sk_arena_release(png->job->arena, mark);
}

static void say_bytes(const struct png *png, uint16_t node, sk_bytes bytes)
{
	neutral_open(png->job->out, node);
	neutral_bytes(png->job->out, node, bytes);
	neutral_close(png->job->out);
}

/* True when each 16-bit value of a colour fits into the depth (clause 11.3.2.1). */
static bool fits(const struct png *png, sk_bytes b)
{
	for (size_t i = 0; i + 1 < b.len; i += 2)
		if ((unsigned)(b.at[i] << 8 | b.at[i + 1]) >> png->look.depth != 0)
			return false;
	return true;
}

static enum sk_status say_palette(struct png *png)
{
	sk_bytes palette = png->seen[SEEN_PLTE], alpha = png->seen[SEEN_tRNS], background = png->seen[SEEN_bKGD];
	unsigned color = png->look.color;
	size_t colors = 0;
	if (color == 3) {
		colors = sk_min(palette.len / 3, (size_t)1 << png->look.depth);
		if (colors == 0)
			return SK_MALFORMED;
		png->damaged |= colors * 3 != palette.len;
		say_bytes(png, IMAGE_NODE_png_data_palette, sk_bytes_slice(palette, 0, colors * 3));
		alpha = sk_bytes_slice(alpha, 0, colors);
	} else if ((color & 2) != 0 && palette.len > 0 && palette.len % 3 == 0 && palette.len <= PALETTE_MAX) {
		say_bytes(png, IMAGE_NODE_png_data_palette, palette); /* colours suggested to who has few (clause 11.2.3) */
	} else if (palette.at != NULL) {
		image_find(png->job, FINDING_picture_metadata, "PLTE", 1);
	}
	size_t values = color == 0 || color == 4 ? 2 : 6;
	if (color == 3 ? alpha.len > 0 : color < 4 && alpha.len == values && fits(png, alpha))
		say_bytes(png, IMAGE_NODE_png_data_transparency, alpha);
	if (color == 3 ? background.len == 1 && background.at[0] < colors : background.len == values && fits(png, background))
		say_bytes(png, IMAGE_NODE_png_data_background, background);
	return SK_OK;
}

static void say_colors(const struct png *png)
{
	struct neutral_out *out = png->job->out;
	if (png->seen[SEEN_cHRM].len == 32) {
		struct sk_cursor c = sk_cursor_of(png->seen[SEEN_cHRM]);
		neutral_open(out, IMAGE_NODE_chromaticities_chromaticities);
		for (unsigned i = 0; i < 8; i++) /* the chunk's order */
			neutral_attr_number(out, (uint16_t)(IMAGE_ATTR_chromaticities_wx + i), sk_cursor_u32be(&c));
		neutral_close(out);
	}
	say_mastering(png);
	sk_bytes bits = png->seen[SEEN_sBIT];
	unsigned most = png->look.color == 3 ? 8 : png->look.depth;
	bool allowed = bits.len == (png->look.color == 3 ? 3 : png_samples(&png->look));
	for (size_t i = 0; i < bits.len; i++)
		allowed = allowed && bits.at[i] >= 1 && bits.at[i] <= most;
	if (!allowed)
		return;
	neutral_open(out, IMAGE_NODE_significant_significant);
	for (size_t i = 0; i < bits.len; i++)
		neutral_attr_number(out, (uint16_t)(IMAGE_ATTR_significant_first + i), bits.at[i]);
	neutral_close(out);
}

/* ---- scan lines ---- */

/* Inflates packed (RFC 1950) to lines of len bytes and room for BEHIND_MAX more. What is broken or missing becomes zero; what is too much
 * goes. */
static enum sk_status lines_inflate(struct png *png, sk_bytes packed, uint8_t *lines, size_t len)
{
	size_t made = 0, used = 0;
	if (packed.len < 2 || (packed.at[0] & 0x0F) != 8 || (packed.at[0] << 8 | packed.at[1]) % 31 != 0 || (packed.at[1] & 0x20) != 0)
		return SK_MALFORMED;
	sk_bytes raw = sk_bytes_slice(packed, 2, packed.len);
	enum sk_status status = deflate_inflate(DEFLATE_RAW, raw, lines, len + BEHIND_MAX, &made, &used);
	if (status == SK_FAULT)
		return status;
	bool long_ = status == SK_LIMIT || made > len;
	if (long_)
		made = len;
	if (status == SK_MALFORMED) { /* as much as there is, over zeros */
		memset(lines, 0, len);
		status = deflate_inflate(DEFLATE_RAW, raw, lines, len + BEHIND_MAX, &made, &used);
		made = len;
	}
	if (made < len)
		memset(lines + made, 0, len - made);
	struct sk_cursor sum = sk_cursor_of(sk_bytes_slice(raw, used, raw.len));
	png->damaged |= status != SK_OK || long_ || made < len || sk_cursor_u32be(&sum) != deflate_adler32(1, sk_bytes_of(lines, len));
	if (status == SK_OK && !long_ && sum.left > 0)
		image_find(png->job, FINDING_picture_trailing, "IDAT", (uint32_t)sk_min(sum.left, UINT32_MAX));
	return SK_OK;
}

static enum sk_status say_lines(struct png *png, uint16_t node, sk_bytes packed, uint32_t width, uint32_t height)
{
	size_t len, mark = sk_arena_mark(png->job->arena);
	if (!png_lines_bytes(&png->look, width, height, &len))
		return limit_reached(LIMIT_picture_pixels);
	if (len > FEW_BYTES && len / ZLIB_RATIO_MAX > packed.len)
		return SK_TRUNCATED; /* nearly nothing of a large picture: not worth its memory */
	uint8_t *lines = sk_arena_raw(png->job->arena, len + BEHIND_MAX);
	if (lines == NULL)
		return limit_reached(LIMIT_arena_bytes);
	SK_TRY(lines_inflate(png, packed, lines, len));
	png->damaged |= png_filters_repair(&png->look, width, height, lines) > 0;
	neutral_bytes(png->job->out, node, sk_bytes_of(lines, len));
	sk_arena_release(png->job->arena, mark);
	return png->job->out->status;
}

static enum sk_status say_still(struct png *png, struct sk_cursor c)
{
	struct chunk chunk;
	sk_bytes packed = png->data;
	if (png->data_chunks > 1) {
		struct sk_buf whole;
		sk_buf_init(&whole, png->job->arena, png->data_bytes);
		if (sk_buf_room(&whole, png->data_bytes) == NULL)
			return limit_reached(LIMIT_arena_bytes);
		while (chunk_next(&c, &chunk) && !is(&chunk, "IEND"))
			if (is(&chunk, "IDAT"))
				sk_buf_put(&whole, chunk.bytes);
		packed = sk_buf_bytes(&whole);
	}
	neutral_open(png->job->out, IMAGE_NODE_png_data_still);
	SK_TRY(say_lines(png, IMAGE_NODE_png_data_still, packed, png->look.width, png->look.height));
	neutral_close(png->job->out);
	return SK_OK;
}

static void say_control(const struct png *png, const struct control *f, bool shared)
{
	struct neutral_out *out = png->job->out;
	neutral_open(out, IMAGE_NODE_png_frame_frame);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_shared, shared);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_width, f->width);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_height, f->height);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_x, f->x);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_y, f->y);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_delay, f->delay);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_delay_unit, f->unit);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_dispose, f->dispose);
	neutral_attr_number(out, IMAGE_ATTR_png_frame_blend, f->blend);
}

/* The frame that fcTL opened, with the fdAT chunks after it up to the next fcTL or IEND; *more is that chunk. */
static enum sk_status say_frame(struct png *png, struct sk_cursor *c, struct chunk *chunk, bool *more)
{
	size_t mark = sk_arena_mark(png->job->arena);
	struct control f;
	struct sk_buf packed;
	if (!control_read(png, chunk->bytes, &f))
		return SK_MALFORMED;
	sk_buf_init(&packed, png->job->arena, png->job->input.len);
	say_control(png, &f, false);
	while ((*more = chunk_next(c, chunk)) && !is(chunk, "fcTL") && !is(chunk, "IEND"))
		if (is(chunk, "fdAT"))
			sk_buf_put(&packed, sk_bytes_slice(chunk->bytes, 4, chunk->bytes.len));
	SK_TRY(say_lines(png, IMAGE_NODE_png_frame_frame, sk_buf_bytes(&packed), f.width, f.height));
	neutral_close(png->job->out);
	sk_arena_release(png->job->arena, mark);
	return SK_OK;
}

/* All frames but a shared one: their fcTL stands behind the first IDAT. */
static enum sk_status say_frames(struct png *png, struct sk_cursor c)
{
	struct chunk chunk;
	bool behind = false, more = chunk_next(&c, &chunk);
	while (more && !is(&chunk, "IEND")) {
		behind |= is(&chunk, "IDAT");
		if (behind && is(&chunk, "fcTL"))
			SK_TRY(say_frame(png, &c, &chunk, &more));
		else
			more = chunk_next(&c, &chunk);
	}
	return SK_OK;
}

static enum sk_status say_shared(struct png *png, struct sk_cursor c)
{
	struct chunk chunk;
	struct control f;
	bool more = chunk_next(&c, &chunk);
	while (more && !is(&chunk, "fcTL"))
		more = chunk_next(&c, &chunk);
	if (!more || !control_read(png, chunk.bytes, &f))
		return SK_MALFORMED;
	say_control(png, &f, true);
	neutral_close(png->job->out);
	return SK_OK;
}

static enum sk_status say(struct png *png, struct sk_cursor body)
{
	bool animated = png->has_control && !png->broken_animation && png->frames > 0;
	if (png->frames > limit(LIMIT_picture_frames))
		return limit_reached(LIMIT_picture_frames);
	if (animated && png->frame_pixels > limit(LIMIT_picture_frame_pixels))
		return limit_reached(LIMIT_picture_frame_pixels);
	if (png->frames > 0 && !animated)
		image_find(png->job, FINDING_picture_metadata, "fcTL", (uint32_t)png->frames);
	neutral_open(png->job->out, IMAGE_NODE_png_png);
	say_attributes(png, animated);
	say_profile(png);
	say_colors(png);
	SK_TRY(say_palette(png));
	if (animated && png->shared)
		SK_TRY(say_shared(png, body));
	SK_TRY(say_still(png, body));
	if (animated)
		SK_TRY(say_frames(png, body));
	neutral_close(png->job->out);
	return png->job->out->status;
}

enum sk_status image_read_png(struct format_read *job)
{
	struct png *png = sk_arena_make(job->arena, sizeof *png);
	struct sk_cursor c = sk_cursor_of(job->input);
	struct chunk chunk;
	if (png == NULL)
		return limit_reached(LIMIT_arena_bytes);
	png->job = job;
	sk_cursor_skip(&c, PNG_SIGNATURE_BYTES);
	enum sk_status status = read_header(png, &c);
	struct sk_cursor body = c;
	while (status == SK_OK && !png->ended && chunk_next(&c, &chunk))
		note(png, &chunk);
	if (status == SK_OK)
		status = png->data_chunks == 0 ? SK_TRUNCATED : say(png, body);
	if (status != SK_OK)
		return image_block(job, status, "PNG");
	if (png->damaged || !png->ended)
		image_find(job, FINDING_picture_repaired, png->ended ? "damaged" : "cut", 1);
	if (png->ended && c.left > 0)
		image_find(job, FINDING_picture_trailing, "PNG", c.left);
	return SK_OK;
}
