/*
 * JPEG to records: the markers before the picture are looked at for the orientation and the colour profile, libjpeg-turbo reads
 * the coefficients.
 *
 * What the attacker controls here: all bytes of the file.
 */
#include "codec/jpeg.h"
#include "format/image/image.h"

#define MARKER_SOS 0xDA
#define MARKER_COM 0xFE
#define MARKER_SOF0 0xC0
#define MARKER_DHT 0xC4
#define MARKER_DAC 0xCC
#define MARKER_JPG 0xC8
#define MARKER_SOF15 0xCF
#define MARKER_SOF55 0xF7 /* of JPEG-LS (ITU-T T.87) */
#define MARKER_APP0 0xE0
#define PROFILE_PARTS_MAX 255

struct metadata {
	unsigned orientation;
	bool adobe_rgb;
	sk_bytes profile_parts[PROFILE_PARTS_MAX + 1]; /* by number, from 1 */
	unsigned profile_count;                        /* as the first part told */
	size_t profile_bytes;
	uint32_t dropped; /* bit per detail_rows */
	const char *coding; /* what libjpeg can't read of it; empty when it can */
	uint32_t hidden;  /* segments between the frame's header and the first scan, where no program puts any */
};

/* What goes, by the start of its segment; the first row that fits counts, empty texts are kept in another form. */
static const struct {
	uint8_t marker;
	const char *start;
	uint8_t start_len;
	const char *detail;
} detail_rows[] = {
	{0xE0, "JFIF", 5, ""},       {0xE1, "Exif\0", 6, "EXIF"},  {0xE1, "http://ns.adobe.com/", 20, "XMP"}, {0xE2, "ICC_PROFILE", 12, ""},
	{0xE2, "MPF", 4, "MPF"},     {0xED, "Photoshop", 9, "IPTC"}, {0xEE, "Adobe", 5, ""},                  {MARKER_COM, "", 0, "COM"},
};
#define DETAIL_OTHER SK_COUNT(detail_rows)

static void profile_part(struct metadata *m, sk_bytes segment)
{
	/* ICC.1 annex B.4: number of this part from 1, number of parts */
	if (segment.len < 14)
		return;
	unsigned part = segment.at[12], count = segment.at[13];
	if (m->profile_count == 0)
		m->profile_count = count;
	if (part == 0 || part > count || count != m->profile_count || m->profile_parts[part].at != NULL)
		return;
	m->profile_parts[part] = sk_bytes_slice(segment, 14, segment.len);
	m->profile_bytes += segment.len - 14;
}

static void segment_note(struct metadata *m, uint8_t marker, sk_bytes segment)
{
	size_t row = 0;
	while (row < DETAIL_OTHER && (detail_rows[row].marker != marker ||
				      !sk_bytes_starts(segment, sk_bytes_of(detail_rows[row].start, detail_rows[row].start_len))))
		row++;
	if (row != 1 || !image_exif_is_ours(sk_bytes_slice(segment, 6, segment.len)))
		m->dropped |= (uint32_t)1 << row;
	if (row == 1 && m->orientation == 0)
		m->orientation = image_orientation(sk_bytes_slice(segment, 6, segment.len));
	m->adobe_rgb |= row == 1 && image_exif_adobe_rgb(sk_bytes_slice(segment, 6, segment.len));
	if (row == 3)
		profile_part(m, segment);
}

/* How the picture is coded (T.81 table B.1), when it is none of the codings of 8 bits that cameras and programs use. */
static const char *coding_of(uint8_t marker, sk_bytes segment)
{
	if (marker == MARKER_SOF55)
		return "JPEG-LS";
	if ((marker & 4) != 0)
		return "hierarchical JPEG";
	if ((marker & 3) == 3)
		return "lossless JPEG";
	return segment.len == 0 || segment.at[0] == 8 ? "" : segment.at[0] == 12 ? "JPEG 12 bit" : "JPEG precision";
}

static bool is_frame(uint8_t marker)
{
	return (marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT && marker != MARKER_JPG && marker != MARKER_DAC) ||
	       marker == MARKER_SOF55;
}

/* Walks the marker segments up to the first scan (T.81 B.1.1.4); libjpeg judges their order. */
static void segments_note(sk_bytes input, struct metadata *m)
{
	struct sk_cursor c = sk_cursor_of(input);
	sk_cursor_skip(&c, 2);
	bool in_frame = false;
	while (c.status == SK_OK) {
		uint8_t marker = sk_cursor_u8(&c);
		while (c.status == SK_OK && marker != 0xFF)
			marker = sk_cursor_u8(&c);
		while (c.status == SK_OK && marker == 0xFF)
			marker = sk_cursor_u8(&c);
		if (c.status != SK_OK || marker == MARKER_SOS)
			return;
		if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD9))
			continue;
		size_t len = sk_cursor_u16be(&c);
		sk_bytes segment = sk_cursor_take(&c, len < 2 ? 0 : len - 2);
		if (is_frame(marker)) {
			m->coding = in_frame ? m->coding : coding_of(marker, segment);
			in_frame = true;
		}
		if (c.status == SK_OK && ((marker & 0xF0) == MARKER_APP0 || marker == MARKER_COM)) {
			segment_note(m, marker, segment);
			m->hidden += in_frame;
		}
	}
}

/* The profile's parts put together; empty when one is not there. */
static sk_bytes profile_of(const struct metadata *m, struct sk_arena *arena)
{
	struct sk_buf whole;
	sk_buf_init(&whole, arena, m->profile_bytes);
	for (unsigned i = 1; i <= m->profile_count; i++) {
		if (m->profile_parts[i].at == NULL)
			return sk_bytes_of(NULL, 0);
		sk_buf_put(&whole, m->profile_parts[i]);
	}
	return sk_buf_bytes(&whole);
}

struct saying {
	struct format_read *job;
	struct metadata metadata;
	bool said;
};

static enum sk_status say_frame(void *context, const struct jpeg_frame *frame)
{
	static const enum icc_space spaces[] = {
		[JPEG_GRAY] = ICC_GRAY, [JPEG_YCC] = ICC_RGB, [JPEG_RGB] = ICC_RGB, [JPEG_CMYK] = ICC_CMYK, [JPEG_YCCK] = ICC_CMYK};
	struct saying *s = context;
	struct neutral_out *out = s->job->out;
	neutral_open(out, IMAGE_NODE_jpeg_jpeg);
	neutral_attr_number(out, IMAGE_ATTR_jpeg_width, frame->width);
	neutral_attr_number(out, IMAGE_ATTR_jpeg_height, frame->height);
	neutral_attr_number(out, IMAGE_ATTR_jpeg_color, frame->color);
	neutral_attr_number(out, IMAGE_ATTR_jpeg_adobe, frame->adobe);
	if (frame->jfif && frame->density_x != 0 && frame->density_y != 0) {
		neutral_attr_number(out, IMAGE_ATTR_jpeg_density_unit, frame->density_unit);
		neutral_attr_number(out, IMAGE_ATTR_jpeg_density_x, frame->density_x);
		neutral_attr_number(out, IMAGE_ATTR_jpeg_density_y, frame->density_y);
	}
	if (s->metadata.orientation > 1)
		neutral_attr_number(out, IMAGE_ATTR_jpeg_orientation, s->metadata.orientation);
	if (s->metadata.adobe_rgb && s->metadata.profile_count == 0 && spaces[frame->color] == ICC_RGB)
		neutral_attr_number(out, IMAGE_ATTR_jpeg_adobe_rgb, 1);
	if (s->metadata.profile_count > 0) {
		size_t mark = sk_arena_mark(s->job->arena);
		image_profile_say(s->job, profile_of(&s->metadata, s->job->arena), spaces[frame->color]);
		sk_arena_release(s->job->arena, mark);
	}
	for (unsigned i = 0; i < frame->component_count; i++) {
		const struct jpeg_component *c = &frame->components[i];
		uint8_t table[2 * JPEG_BLOCK_COEFFICIENTS];
		for (size_t k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++) {
			table[2 * k] = (uint8_t)c->table[k];
			table[2 * k + 1] = (uint8_t)(c->table[k] >> 8);
		}
		neutral_open(out, IMAGE_NODE_component_component);
		neutral_attr_number(out, IMAGE_ATTR_component_horizontal, c->horizontal);
		neutral_attr_number(out, IMAGE_ATTR_component_vertical, c->vertical);
		neutral_bytes(out, IMAGE_NODE_component_component, sk_bytes_of(table, sizeof table));
		neutral_close(out);
	}
	neutral_open(out, IMAGE_NODE_blocks_blocks);
	s->said = true;
	return out->status;
}

static enum sk_status say_blocks(void *context, sk_bytes packed)
{
	struct saying *s = context;
	neutral_bytes(s->job->out, IMAGE_NODE_blocks_blocks, packed);
	return s->job->out->status;
}

static void report(const struct saying *s, const struct jpeg_health *health)
{
	const struct format_read *job = s->job;
	for (size_t i = 0; i < DETAIL_OTHER; i++)
		if ((s->metadata.dropped >> i & 1) != 0 && detail_rows[i].detail[0] != '\0')
			image_find(job, FINDING_picture_metadata, detail_rows[i].detail, 1);
	if ((s->metadata.dropped >> DETAIL_OTHER & 1) != 0)
		image_find(job, FINDING_picture_metadata, "APP", 1);
	if (s->metadata.hidden > 0 || health->between > 0)
		image_find(job, FINDING_picture_hidden, "JPEG", (uint64_t)s->metadata.hidden + health->between);
	if (health->cut || health->damaged)
		image_find(job, FINDING_picture_repaired, health->cut ? "cut" : "damaged", 1);
	if (health->used < job->input.len)
		image_find(job, FINDING_picture_trailing, "JPEG", job->input.len - health->used);
}

/* A coding that libjpeg does not know is told as such, with what to ask for. */
static enum sk_status block(const struct saying *s, enum sk_status status)
{
	if (s->metadata.coding == NULL || s->metadata.coding[0] == '\0' || (status != SK_UNSUPPORTED && status != SK_MALFORMED))
		return image_block(s->job, status, "JPEG");
	image_find(s->job, FINDING_blocked_coding, s->metadata.coding, 1);
	return SK_UNSUPPORTED;
}

enum sk_status image_read_jpeg(struct format_read *job)
{
	const struct jpeg_limits limits = {.pixels = limit(LIMIT_picture_pixels), .side = limit(LIMIT_picture_side),
					   .scans = limit(LIMIT_picture_scans), .memory_max = limit(LIMIT_arena_bytes)};
	struct saying *s = sk_arena_make(job->arena, sizeof *s);
	struct jpeg_health health;
	if (s == NULL)
		return limit_reached(LIMIT_arena_bytes);
	s->job = job;
	segments_note(job->input, &s->metadata);
	const struct jpeg_sink sink = {say_frame, say_blocks, s};
	enum sk_status status = jpeg_read(job->input, &limits, &sink, &health);
	if (status == SK_LIMIT)
		return limit_reached(health.over_limit ? LIMIT_picture_pixels : LIMIT_arena_bytes);
	if (status != SK_OK)
		return block(s, status);
	neutral_close(job->out);
	neutral_close(job->out);
	report(s, &health);
	return job->out->status;
}
