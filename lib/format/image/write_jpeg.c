/*
 * Records to JPEG: sequential, Huffman coded (ITU-T T.81), by ourselves: headers from checked numbers, then the blocks one by one as they
 * come.
 *
 * What the attacker controls here: numbers within the vocabulary's ranges, and the bytes of the blocks.
 */
#include "codec/jpeg.h"
#include "format/image/image.h"
#include "format/image/jpeg_code.h"

#define MARKER_SOF0 0xC0
#define MARKER_SOF1 0xC1
#define MARKER_DHT 0xC4
#define MARKER_SOI 0xD8
#define MARKER_EOI 0xD9
#define MARKER_SOS 0xDA
#define MARKER_DQT 0xDB
#define MARKER_APP0 0xE0
#define MARKER_APP1 0xE1
#define MARKER_APP2 0xE2
#define MARKER_APP14 0xEE
#define SEGMENT_MAX 65533
#define PROFILE_HEAD 14
#define PROFILE_PARTS_MAX 255 /* ICC.1 annex B.4: each part tells its number and how many there are */
#define PROFILE_PART_BYTES (SEGMENT_MAX - PROFILE_HEAD)
#define ADOBE_NONE 3 /* of our own: no such segment */

/* What goes with the colours: names of components as libjpeg gives them, which codes are those of chrominance, JFIF or Adobe's transform. */
static const struct color_row {
	uint8_t count, ids[4], chrominance[4];
	bool jfif;
	uint8_t adobe;
	enum icc_space space;
} color_rows[] = {
	[JPEG_GRAY] = {1, {1}, {0}, true, ADOBE_NONE, ICC_GRAY},
	[JPEG_YCC] = {3, {1, 2, 3}, {0, 1, 1}, true, ADOBE_NONE, ICC_RGB},
	[JPEG_RGB] = {3, {'R', 'G', 'B'}, {0}, false, 0, ICC_RGB},
	[JPEG_CMYK] = {4, {'C', 'M', 'Y', 'K'}, {0}, false, 0, ICC_CMYK},
	[JPEG_YCCK] = {4, {1, 2, 3, 4}, {0, 1, 1, 0}, false, 2, ICC_CMYK},
};

struct writing {
	struct format_write *job;
	struct neutral_record record;
	struct jpeg_frame frame;
	const struct color_row *color;
	bool headed;                  /* markers before the tables are out */
	uint8_t slots[JPEG_COMPONENTS_MAX]; /* table of each component: equal ones are one */
	unsigned slot_count;
	bool wide;                    /* a table has values above 255 */
	struct jpeg_coder coder;
	int previous[JPEG_COMPONENTS_MAX]; /* DC values */
	sk_bytes packed;              /* what is left of the latest record */
};

static enum sk_status put(struct writing *w, sk_bytes bytes)
{
	return w->job->put(w->job->context, bytes);
}

static enum sk_status put_marker(struct writing *w, uint8_t marker)
{
	const uint8_t bytes[2] = {0xFF, marker};
	return put(w, sk_bytes_of(bytes, sizeof bytes));
}

static enum sk_status put_segment(struct writing *w, uint8_t marker, sk_bytes head, sk_bytes body)
{
	size_t len = head.len + body.len + 2;
	const uint8_t bytes[4] = {0xFF, marker, (uint8_t)(len >> 8), (uint8_t)len};
	sk_assert(len <= SEGMENT_MAX + 2);
	SK_TRY(put(w, sk_bytes_of(bytes, sizeof bytes)));
	SK_TRY(put(w, head));
	return body.len == 0 ? SK_OK : put(w, body);
}

/* ---- what stands before the tables ---- */

static enum sk_status put_jfif(struct writing *w)
{
	const struct jpeg_frame *f = &w->frame;
	const uint8_t x[2] = {(uint8_t)(f->density_x >> 8), (uint8_t)f->density_x}, y[2] = {(uint8_t)(f->density_y >> 8), (uint8_t)f->density_y};
	const uint8_t bytes[14] = {'J', 'F', 'I', 'F', 0, 1, 1, f->density_unit, x[0], x[1], y[0], y[1]};
	return put_segment(w, MARKER_APP0, sk_bytes_of(bytes, sizeof bytes), sk_bytes_of(NULL, 0));
}

static enum sk_status put_adobe(struct writing *w)
{
	const uint8_t bytes[12] = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, w->color->adobe};
	return put_segment(w, MARKER_APP14, sk_bytes_of(bytes, sizeof bytes), sk_bytes_of(NULL, 0));
}

static enum sk_status put_exif(struct writing *w, unsigned orientation, bool adobe_rgb)
{
	uint8_t exif[IMAGE_EXIF_ADOBE_RGB_BYTES];
	if (!adobe_rgb && orientation == 0)
		return SK_OK;
	if (adobe_rgb)
		image_exif_make_adobe_rgb(orientation, exif);
	else
		image_exif_make(orientation, exif);
	return put_segment(w, MARKER_APP1, SK_BYTES("Exif\0\0"), sk_bytes_of(exif, adobe_rgb ? IMAGE_EXIF_ADOBE_RGB_BYTES : IMAGE_EXIF_BYTES));
}

static enum sk_status put_head(struct writing *w, const struct image_attrs *a)
{
	struct jpeg_frame *f = &w->frame;
	f->width = (uint32_t)image_get(a, IMAGE_ATTR_jpeg_width);
	f->height = (uint32_t)image_get(a, IMAGE_ATTR_jpeg_height);
	w->color = &color_rows[image_get(a, IMAGE_ATTR_jpeg_color)];
	f->color = (enum jpeg_color)image_get(a, IMAGE_ATTR_jpeg_color);
	f->density_x = f->density_y = 1;
	if (image_has(a, IMAGE_ATTR_jpeg_density_unit)) {
		f->density_unit = (uint8_t)image_get(a, IMAGE_ATTR_jpeg_density_unit);
		f->density_x = (uint16_t)image_get(a, IMAGE_ATTR_jpeg_density_x);
		f->density_y = (uint16_t)image_get(a, IMAGE_ATTR_jpeg_density_y);
	}
	SK_TRY(image_size_check(f->width, f->height));
	SK_TRY(put_marker(w, MARKER_SOI));
	if (w->color->jfif)
		SK_TRY(put_jfif(w));
	if (w->color->adobe != ADOBE_NONE && (f->color != JPEG_CMYK || image_get(a, IMAGE_ATTR_jpeg_adobe) != 0))
		SK_TRY(put_adobe(w));
	return put_exif(w, (unsigned)image_get(a, IMAGE_ATTR_jpeg_orientation), image_get(a, IMAGE_ATTR_jpeg_adobe_rgb) != 0);
}

static enum sk_status take_profile(struct writing *w)
{
	uint8_t head[] = "ICC_PROFILE\0\1"; /* its last byte is how many parts there are */
	sk_bytes profile;
	if (w->headed)
		return SK_MALFORMED;
	w->headed = true;
	_Static_assert(sizeof head == PROFILE_HEAD, "the head of a part");
	SK_TRY(image_profile_take(w->job->in, w->job->arena, w->color->space, &profile));
	size_t parts = (profile.len + PROFILE_PART_BYTES - 1) / PROFILE_PART_BYTES;
	if (parts > PROFILE_PARTS_MAX)
		return SK_MALFORMED;
	head[PROFILE_HEAD - 1] = (uint8_t)parts;
	for (; profile.len > 0; profile = sk_bytes_slice(profile, PROFILE_PART_BYTES, profile.len), head[PROFILE_HEAD - 2]++)
		SK_TRY(put_segment(w, MARKER_APP2, sk_bytes_of(head, sizeof head), sk_bytes_slice(profile, 0, PROFILE_PART_BYTES)));
	return SK_OK;
}

/* ---- tables and the frame ---- */

static const uint8_t natural[JPEG_BLOCK_COEFFICIENTS] = { /* zigzag order to natural order: T.81 figure A.6 */
	0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/* B.2.4.1: one byte a value when all are below 256. */
static enum sk_status put_table(struct writing *w, const uint16_t table[JPEG_BLOCK_COEFFICIENTS], uint8_t slot)
{
	uint8_t memory[1 + 2 * JPEG_BLOCK_COEFFICIENTS];
	struct sk_buf buf;
	bool wide = false;
	for (size_t k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
		wide |= table[k] > UINT8_MAX;
	w->wide |= wide;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u8(&buf, (uint8_t)(wide << 4 | slot));
	for (size_t k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
		if (wide)
			sk_buf_u16be(&buf, table[natural[k]]);
		else
			sk_buf_u8(&buf, (uint8_t)table[natural[k]]);
	return put_segment(w, MARKER_DQT, sk_buf_bytes(&buf), sk_bytes_of(NULL, 0));
}

static enum sk_status put_tables(struct writing *w)
{
	const struct jpeg_frame *f = &w->frame;
	for (unsigned i = 0; i < f->component_count; i++) {
		unsigned same = 0;
		while (memcmp(f->components[same].table, f->components[i].table, sizeof f->components[i].table) != 0)
			same++;
		w->slots[i] = same < i ? w->slots[same] : (uint8_t)w->slot_count++;
		if (same == i)
			SK_TRY(put_table(w, f->components[i].table, w->slots[i]));
	}
	return SK_OK;
}

/* B.2.2 */
static enum sk_status put_frame(struct writing *w)
{
	const struct jpeg_frame *f = &w->frame;
	uint8_t memory[6 + 3 * JPEG_COMPONENTS_MAX];
	struct sk_buf buf;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u8(&buf, 8);
	sk_buf_u16be(&buf, (uint16_t)f->height);
	sk_buf_u16be(&buf, (uint16_t)f->width);
	sk_buf_u8(&buf, f->component_count);
	for (unsigned i = 0; i < f->component_count; i++) {
		sk_buf_u8(&buf, w->color->ids[i]);
		sk_buf_u8(&buf, (uint8_t)(f->components[i].horizontal << 4 | f->components[i].vertical));
		sk_buf_u8(&buf, w->slots[i]);
	}
	return put_segment(w, w->wide ? MARKER_SOF1 : MARKER_SOF0, sk_buf_bytes(&buf), sk_bytes_of(NULL, 0));
}

static enum sk_status put_codes(struct writing *w)
{
	unsigned count = memchr(w->color->chrominance, 1, sizeof w->color->chrominance) == NULL ? 2 : JPEG_CODE_TABLES;
	for (unsigned i = 0; i < count; i++) {
		const struct jpeg_code_table *table = &jpeg_code_tables[i];
		uint8_t head[1 + JPEG_CODE_LENGTHS] = {(uint8_t)((i & 1) << 4 | i >> 1)}; /* AC or DC, which */
		memcpy(head + 1, table->counts, JPEG_CODE_LENGTHS);
		SK_TRY(put_segment(w, MARKER_DHT, sk_bytes_of(head, sizeof head), sk_bytes_of(table->values, table->value_count)));
	}
	return SK_OK;
}

/* B.2.3: a scan of these components. */
static enum sk_status put_scan(struct writing *w, unsigned first, unsigned count)
{
	uint8_t memory[4 + 2 * JPEG_COMPONENTS_MAX];
	struct sk_buf buf;
	sk_buf_fixed(&buf, memory, sizeof memory);
	sk_buf_u8(&buf, (uint8_t)count);
	for (unsigned i = first; i < first + count; i++) {
		sk_buf_u8(&buf, w->color->ids[i]);
		sk_buf_u8(&buf, w->color->chrominance[i] != 0 ? 0x11 : 0);
	}
	sk_buf_put(&buf, SK_BYTES("\0\x3F\0"));
	return put_segment(w, MARKER_SOS, sk_buf_bytes(&buf), sk_bytes_of(NULL, 0));
}

static enum sk_status take_component(struct writing *w)
{
	struct image_attrs a;
	uint8_t table[2 * JPEG_BLOCK_COEFFICIENTS];
	if (w->frame.component_count >= w->color->count)
		return SK_MALFORMED;
	w->headed = true;
	struct jpeg_component *c = &w->frame.components[w->frame.component_count++];
	SK_TRY(image_attrs_take(w->job->in, IMAGE_NODE_component_component, &a, &w->record));
	SK_TRY(image_data_take(w->job->in, table, sizeof table, &w->record));
	c->horizontal = (uint8_t)image_get(&a, IMAGE_ATTR_component_horizontal);
	c->vertical = (uint8_t)image_get(&a, IMAGE_ATTR_component_vertical);
	for (size_t k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
		c->table[k] = (uint16_t)(table[2 * k] | table[2 * k + 1] << 8);
	return SK_OK;
}

/* ---- the coded picture ---- */

static enum sk_status take_block(struct writing *w, unsigned component)
{
	if (SK_UNLIKELY(w->packed.len == 0)) {
		SK_TRY(neutral_next(w->job->in, &w->record));
		if (w->record.op != NEUTRAL_TEXT_OF)
			return SK_MALFORMED;
		w->packed = w->record.bytes;
	}
	size_t taken = jpeg_code_block(&w->coder, w->packed, w->color->chrominance[component] != 0, &w->previous[component]);
	if (SK_UNLIKELY(taken == 0))
		return SK_MALFORMED;
	w->packed = (sk_bytes){w->packed.at + taken, w->packed.len - taken};
	return w->coder.status;
}

/* A.2.3: the blocks of each component of the unit; those beyond the component's own only fill it up. */
static enum sk_status take_unit(struct writing *w, uint32_t unit_x, uint32_t unit_y)
{
	for (unsigned i = 0; i < w->frame.component_count; i++) {
		const struct jpeg_component *c = &w->frame.components[i];
		for (uint32_t y = unit_y * c->vertical, k = 0; k < c->vertical; k++, y++)
			for (uint32_t x = unit_x * c->horizontal, j = 0; j < c->horizontal; j++, x++)
				if (SK_LIKELY(x < c->width_blocks && y < c->height_blocks))
					SK_TRY(take_block(w, i));
				else
					jpeg_code_filler(&w->coder, w->color->chrominance[i] != 0);
	}
	return SK_OK;
}

static uint32_t units(uint32_t side, uint32_t most)
{
	return (side + 8 * most - 1) / (8 * most);
}

static enum sk_status take_interleaved(struct writing *w)
{
	const struct jpeg_frame *f = &w->frame;
	uint32_t most_h = 1, most_v = 1;
	for (unsigned i = 0; i < f->component_count; i++) {
		most_h = f->components[i].horizontal > most_h ? f->components[i].horizontal : most_h;
		most_v = f->components[i].vertical > most_v ? f->components[i].vertical : most_v;
	}
	SK_TRY(put_scan(w, 0, f->component_count));
	for (uint32_t y = 0; y < units(f->height, most_v); y++)
		for (uint32_t x = 0; x < units(f->width, most_h); x++)
			SK_TRY(take_unit(w, x, y));
	return jpeg_code_end(&w->coder);
}

static enum sk_status take_separate(struct writing *w)
{
	for (unsigned i = 0; i < w->frame.component_count; i++) {
		const struct jpeg_component *c = &w->frame.components[i];
		SK_TRY(put_scan(w, i, 1));
		for (uint64_t left = (uint64_t)c->width_blocks * c->height_blocks; left > 0; left--)
			SK_TRY(take_block(w, i));
		SK_TRY(jpeg_code_end(&w->coder));
	}
	return SK_OK;
}

static enum sk_status put_coded(void *context, sk_bytes bytes)
{
	return put(context, bytes);
}

static enum sk_status take_blocks(struct writing *w)
{
	struct jpeg_frame *f = &w->frame;
	if (f->component_count != w->color->count)
		return SK_MALFORMED;
	if (!jpeg_coder_init(&w->coder, w->job->arena, put_coded, w))
		return SK_LIMIT;
	for (unsigned i = 0; i < f->component_count; i++)
		jpeg_component_size(f, i, &f->components[i].width_blocks, &f->components[i].height_blocks);
	SK_TRY(put_tables(w));
	SK_TRY(put_frame(w));
	SK_TRY(put_codes(w));
	SK_TRY(jpeg_interleaves(f) ? take_interleaved(w) : take_separate(w));
	SK_TRY(neutral_next(w->job->in, &w->record));
	return w->packed.len == 0 && w->record.op == NEUTRAL_CLOSE ? put_marker(w, MARKER_EOI) : SK_MALFORMED;
}

enum sk_status image_write_jpeg(struct format_write *job)
{
	struct image_attrs a;
	struct writing *w = sk_arena_make(job->arena, sizeof *w);
	bool written = false;
	if (w == NULL)
		return SK_LIMIT;
	w->job = job;
	SK_TRY(image_attrs_take(job->in, IMAGE_NODE_jpeg_jpeg, &a, &w->record));
	SK_TRY(put_head(w, &a));
	while (w->record.op == NEUTRAL_OPEN) {
		if (written)
			return SK_MALFORMED;
		written = w->record.node == IMAGE_NODE_blocks_blocks;
		SK_TRY(w->record.node == IMAGE_NODE_profile_profile	? take_profile(w)
		       : w->record.node == IMAGE_NODE_component_component ? take_component(w)
									  : take_blocks(w));
		SK_TRY(neutral_next(job->in, &w->record));
	}
	return written ? SK_OK : SK_MALFORMED;
}
