/*
 * Records to JPEG: the frame's numbers are checked here, the blocks one by one while libjpeg-turbo takes them.
 *
 * What the attacker controls here: numbers within the vocabulary's ranges, and the bytes of the blocks.
 */
#include "codec/jpeg.h"
#include "format/image/image.h"

#define MARKER_APP1 0xE1
#define MARKER_APP2 0xE2
#define PROFILE_PARTS_MAX 255 /* ICC.1 annex B.4: each tells its number and how many there are */
#define PROFILE_PART_BYTES (65533 - 14)

struct writing {
	struct format_write *job;
	struct neutral_record record;
	struct jpeg_frame frame;
	struct jpeg_marker markers[1 + PROFILE_PARTS_MAX];
	size_t marker_count;
	bool has_profile;
};

static enum sk_status frame_of(struct writing *w, const struct image_attrs *a)
{
	struct jpeg_frame *f = &w->frame;
	f->width = (uint32_t)image_get(a, IMAGE_ATTR_jpeg_width);
	f->height = (uint32_t)image_get(a, IMAGE_ATTR_jpeg_height);
	f->color = (enum jpeg_color)image_get(a, IMAGE_ATTR_jpeg_color);
	f->adobe = image_get(a, IMAGE_ATTR_jpeg_adobe) != 0;
	f->progressive = image_get(a, IMAGE_ATTR_jpeg_progressive) != 0;
	f->jfif = image_has(a, IMAGE_ATTR_jpeg_density_unit);
	f->density_unit = (uint8_t)image_get(a, IMAGE_ATTR_jpeg_density_unit);
	f->density_x = (uint16_t)image_get(a, IMAGE_ATTR_jpeg_density_x);
	f->density_y = (uint16_t)image_get(a, IMAGE_ATTR_jpeg_density_y);
	return image_size_check(f->width, f->height);
}

static enum sk_status marker_add(struct writing *w, uint8_t code, sk_bytes head, sk_bytes bytes)
{
	struct sk_buf whole;
	sk_buf_init(&whole, w->job->arena, head.len + bytes.len);
	sk_buf_put(&whole, head);
	sk_buf_put(&whole, bytes);
	w->markers[w->marker_count++] = (struct jpeg_marker){.code = code, .bytes = sk_buf_bytes(&whole)};
	return whole.status;
}

static enum sk_status take_profile(struct writing *w)
{
	static const enum icc_space spaces[] = {
		[JPEG_GRAY] = ICC_GRAY, [JPEG_YCC] = ICC_RGB, [JPEG_RGB] = ICC_RGB, [JPEG_CMYK] = ICC_CMYK, [JPEG_YCCK] = ICC_CMYK};
	uint8_t head[] = "ICC_PROFILE\0\1"; /* the last byte is how many parts there are */
	sk_bytes profile;
	if (w->has_profile)
		return SK_MALFORMED;
	w->has_profile = true;
	SK_TRY(image_profile_take(w->job->in, w->job->arena, spaces[w->frame.color], &profile));
	size_t parts = (profile.len + PROFILE_PART_BYTES - 1) / PROFILE_PART_BYTES;
	if (parts > PROFILE_PARTS_MAX)
		return SK_MALFORMED;
	head[sizeof head - 1] = (uint8_t)parts;
	for (; profile.len > 0; profile = sk_bytes_slice(profile, PROFILE_PART_BYTES, profile.len), head[sizeof head - 2]++)
		SK_TRY(marker_add(w, MARKER_APP2, sk_bytes_of(head, sizeof head), sk_bytes_slice(profile, 0, PROFILE_PART_BYTES)));
	return SK_OK;
}

static enum sk_status take_component(struct writing *w)
{
	struct image_attrs a;
	uint8_t table[2 * JPEG_BLOCK_COEFFICIENTS];
	if (w->frame.component_count >= JPEG_COMPONENTS_MAX)
		return SK_MALFORMED;
	struct jpeg_component *c = &w->frame.components[w->frame.component_count++];
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_component_component, &a, &w->record));
	SK_TRY(image_data_take(w->job->in, table, sizeof table, &w->record));
	c->horizontal = (uint8_t)image_get(&a, IMAGE_ATTR_component_horizontal);
	c->vertical = (uint8_t)image_get(&a, IMAGE_ATTR_component_vertical);
	for (size_t k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
		c->table[k] = (uint16_t)(table[2 * k] | table[2 * k + 1] << 8);
	return SK_OK;
}

static enum sk_status more_blocks(void *context, sk_bytes *packed)
{
	struct writing *w = context;
	SK_TRY(neutral_next(w->job->in, &w->record));
	*packed = w->record.bytes;
	return w->record.op == NEUTRAL_TEXT_OF ? SK_OK : SK_MALFORMED;
}

static enum sk_status put(void *context, sk_bytes bytes)
{
	struct writing *w = context;
	return w->job->put(w->job->context, bytes);
}

static enum sk_status take_blocks(struct writing *w)
{
	const struct jpeg_source source = {more_blocks, put, w};
	SK_TRY(jpeg_write(&w->frame, w->markers, w->marker_count, limit(LIMIT_arena_bytes), &source));
	SK_TRY(neutral_next(w->job->in, &w->record));
	return w->record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
}

enum sk_status image_write_jpeg(struct format_write *job)
{
	struct image_attrs a;
	struct writing *w = sk_arena_make(job->arena, sizeof *w);
	uint8_t exif[IMAGE_EXIF_BYTES];
	bool written = false;
	if (w == NULL)
		return SK_LIMIT;
	w->job = job;
	SK_TRY(image_attrs_take(job->in, IMAGE_NODE_jpeg_jpeg, &a, &w->record));
	SK_TRY(frame_of(w, &a));
	if (image_has(&a, IMAGE_ATTR_jpeg_orientation)) {
		image_exif_make((unsigned)image_get(&a, IMAGE_ATTR_jpeg_orientation), exif);
		SK_TRY(marker_add(w, MARKER_APP1, SK_BYTES("Exif\0\0"), sk_bytes_of(exif, sizeof exif)));
	}
	while (w->record.op == NEUTRAL_OPEN) {
		if (written)
			return SK_MALFORMED;
		if (w->record.node == IMAGE_NODE_profile_profile)
			SK_TRY(take_profile(w));
		else if (w->record.node == IMAGE_NODE_component_component)
			SK_TRY(take_component(w));
		else {
			SK_TRY(take_blocks(w));
			written = true;
		}
		SK_TRY(neutral_next(job->in, &w->record));
	}
	return written ? SK_OK : SK_MALFORMED;
}
