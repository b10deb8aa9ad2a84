/* Coefficients out of a JPEG, by libjpeg-turbo's transcoder.
 *
 * The attacker controls all bytes of the file. libjpeg's own structures live on the heap of this call's job, so nothing local is clobbered by
 * longjmp.
 *
 * Blocks travel row of MCUs by row of MCUs. A sequential picture of one scan is never in memory whole: libjpeg asks for its rows through
 * the methods of its memory manager (access_virt_barray), and ours give it one row of MCUs at a time. Progressive pictures need
 * all of their coefficients at once and get libjpeg's own arrays. */
#include "codec/jpeg_parts.h"

#include <stdlib.h>

#define PIECE_MAX 65000 /* bytes of packed blocks handed on at once */
#define LARGE_PIXELS ((uint64_t)16 << 20)
#define BLOCKS_A_BYTE_MAX 128

struct reading {
	struct jpeg_decompress_struct info;
	struct errors errors;
	struct jpeg_source_mgr source;
	struct jpeg_progress_mgr progress;
	struct jpeg_frame frame;
	const struct jpeg_limits *limits;
	struct jpeg_health *health;
	const struct jpeg_sink *sink;
	struct rows rows;
	JDIMENSION units; /* in a row of MCUs */
	uint8_t piece[PIECE_MAX];
	size_t used;
};

static void source_nothing(j_decompress_ptr info)
{
	(void)info;
}

/* The file is in memory whole: when more is asked for it was cut, and the picture ends here. */
static boolean source_end(j_decompress_ptr info)
{
	static const JOCTET end[2] = {0xFF, JPEG_EOI};
	struct reading *reading = info->client_data;
	reading->health->cut = true;
	info->src->next_input_byte = end;
	info->src->bytes_in_buffer = sizeof end;
	return TRUE;
}

static void source_skip(j_decompress_ptr info, long count)
{
	if (count <= 0)
		return;
	if ((size_t)count > info->src->bytes_in_buffer) {
		source_end(info);
		return;
	}
	info->src->next_input_byte += count;
	info->src->bytes_in_buffer -= (size_t)count;
}

static void watch(j_common_ptr info)
{
	struct reading *reading = info->client_data;
	if (reading->info.input_scan_number > 0 && (uint64_t)reading->info.input_scan_number > reading->limits->scans) {
		reading->health->over_limit = true;
		jpeg_leave_with(info, SK_LIMIT);
	}
}

/* A comment or an application's segment behind the first scan's header: skipped, as libjpeg would, and counted. */
static boolean between_skip(j_decompress_ptr info)
{
	struct reading *reading = info->client_data;
	unsigned len = 0;
	for (unsigned i = 0; i < 2; i++) {
		if (info->src->bytes_in_buffer == 0)
			source_end(info);
		len = len << 8 | *info->src->next_input_byte++;
		info->src->bytes_in_buffer--;
	}
	if (len > 2)
		source_skip(info, (long)len - 2);
	reading->health->between++;
	return TRUE;
}

static void between_watch(struct reading *r)
{
	jpeg_set_marker_processor(&r->info, JPEG_COM, between_skip);
	for (int i = 0; i < 16; i++)
		jpeg_set_marker_processor(&r->info, JPEG_APP0 + i, between_skip);
}

static void source_init(struct reading *r, sk_bytes input)
{
	r->source = (struct jpeg_source_mgr){
		.next_input_byte = input.at, .bytes_in_buffer = input.len, .init_source = source_nothing, .fill_input_buffer = source_end,
		.skip_input_data = source_skip, .resync_to_restart = jpeg_resync_to_restart, .term_source = source_nothing};
	r->info.src = &r->source;
	r->progress.progress_monitor = watch;
	r->info.progress = &r->progress;
	r->info.client_data = r;
}

static enum jpeg_color color_of(struct reading *r)
{
	for (unsigned i = 0; i < SK_COUNT(jpeg_color_rows); i++)
		if (jpeg_color_rows[i] == r->info.jpeg_color_space && jpeg_color_components[i] == r->info.num_components)
			return (enum jpeg_color)i;
	jpeg_leave_with((j_common_ptr)&r->info, SK_UNSUPPORTED);
}

static void read_header(struct reading *r)
{
	if (jpeg_read_header(&r->info, TRUE) != JPEG_HEADER_OK)
		jpeg_leave_with((j_common_ptr)&r->info, SK_MALFORMED);
	const struct jpeg_limits *limits = r->limits;
	if (r->info.image_width > limits->side || r->info.image_height > limits->side ||
	    (uint64_t)r->info.image_width * r->info.image_height > limits->pixels) {
		r->health->over_limit = true;
		jpeg_leave_with((j_common_ptr)&r->info, SK_LIMIT);
	}
	/* a block takes a bit at least, and far less only in arithmetic coding: nearly nothing of a large picture is refused */
	uint64_t pixels = (uint64_t)r->info.image_width * r->info.image_height;
	if (pixels > LARGE_PIXELS && pixels / DCTSIZE2 / BLOCKS_A_BYTE_MAX > r->health->used)
		jpeg_leave_with((j_common_ptr)&r->info, SK_TRUNCATED);
	r->frame.color = color_of(r);
}

static void frame_of(struct reading *r)
{
	struct jpeg_frame *frame = &r->frame;
	const struct jpeg_decompress_struct *info = &r->info;
	frame->width = info->image_width;
	frame->height = info->image_height;
	frame->adobe = info->saw_Adobe_marker;
	frame->jfif = info->saw_JFIF_marker;
	frame->density_unit = info->density_unit > 2 ? 0 : info->density_unit;
	frame->density_x = info->X_density;
	frame->density_y = info->Y_density;
	frame->component_count = (uint8_t)info->num_components;
	for (int i = 0; i < info->num_components; i++) {
		const jpeg_component_info *from = &info->comp_info[i];
		struct jpeg_component *to = &frame->components[i];
		to->horizontal = (uint8_t)from->h_samp_factor;
		to->vertical = (uint8_t)from->v_samp_factor;
		to->width_blocks = from->width_in_blocks;
		to->height_blocks = from->height_in_blocks;
		const JQUANT_TBL *table = from->quant_table; /* NULL when no scan had the component: it stays grey */
		for (unsigned k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
			to->table[k] = table == NULL ? 1 : table->quantval[k];
		r->health->damaged |= table == NULL;
	}
	r->units = (info->image_width + (JDIMENSION)info->max_h_samp_factor * DCTSIZE - 1) / ((JDIMENSION)info->max_h_samp_factor * DCTSIZE);
}

static enum sk_status flush(struct reading *r, const struct jpeg_sink *sink)
{
	size_t len = r->used;
	r->used = 0;
	return len == 0 ? SK_OK : sink->blocks(sink->context, sk_bytes_of(r->piece, len));
}

static enum sk_status hand_on_blocks(struct reading *r, JBLOCKROW blocks, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (PIECE_MAX - r->used < JPEG_PACKED_MAX)
			SK_TRY(flush(r, r->sink));
		r->used += jpeg_pack(blocks[i], r->piece + r->used, &r->health->damaged);
	}
	return SK_OK;
}

/* One row of MCUs: for each component its rows of blocks, those below the picture left out. */
struct mcu_row {
	JBLOCKARRAY rows[JPEG_COMPONENTS_MAX];
	uint32_t count[JPEG_COMPONENTS_MAX];
};

/* Without arrays the rows are those that stream through. */
static void mcu_row_of(struct reading *r, JDIMENSION mcu_row, jvirt_barray_ptr *arrays, struct mcu_row *row)
{
	for (unsigned i = 0; i < r->frame.component_count; i++) {
		const struct jpeg_component *c = &r->frame.components[i];
		uint32_t first = mcu_row * c->vertical;
		row->count[i] = first >= c->height_blocks ? 0 : (uint32_t)sk_min(c->vertical, c->height_blocks - first);
		row->rows[i] = arrays == NULL ? r->rows.components[i].at
					      : r->info.mem->access_virt_barray((j_common_ptr)&r->info, arrays[i], first, c->vertical, FALSE);
	}
}

static enum sk_status hand_on_unit(struct reading *r, const struct mcu_row *row, uint32_t unit)
{
	for (unsigned i = 0; i < r->frame.component_count; i++) {
		const struct jpeg_component *c = &r->frame.components[i];
		uint32_t first = unit * c->horizontal;
		uint32_t count = first >= c->width_blocks ? 0 : (uint32_t)sk_min(c->horizontal, c->width_blocks - first);
		for (uint32_t y = 0; y < row->count[i]; y++)
			SK_TRY(hand_on_blocks(r, row->rows[i][y] + first, count));
	}
	return SK_OK;
}

static enum sk_status hand_on_mcu_row(struct reading *r, JDIMENSION mcu_row, jvirt_barray_ptr *arrays)
{
	struct mcu_row row = {0};
	mcu_row_of(r, mcu_row, arrays, &row);
	if (!jpeg_interleaves(&r->frame)) {
		for (uint32_t y = 0; y < row.count[0]; y++)
			SK_TRY(hand_on_blocks(r, row.rows[0][y], r->frame.components[0].width_blocks));
		return SK_OK;
	}
	for (JDIMENSION unit = 0; unit < r->units; unit++)
		SK_TRY(hand_on_unit(r, &row, unit));
	return SK_OK;
}

/* Components that do not fit into one scan follow each other. */
static enum sk_status hand_on_components(struct reading *r, jvirt_barray_ptr *arrays)
{
	for (unsigned i = 0; i < r->frame.component_count; i++)
		for (uint32_t y = 0; y < r->frame.components[i].height_blocks; y++)
			SK_TRY(hand_on_blocks(r, r->info.mem->access_virt_barray((j_common_ptr)&r->info, arrays[i], y, 1, FALSE)[0],
					      r->frame.components[i].width_blocks));
	return flush(r, r->sink);
}

static enum sk_status hand_on_all(struct reading *r, jvirt_barray_ptr *arrays)
{
	SK_TRY(r->sink->frame(r->sink->context, &r->frame));
	if (r->frame.component_count > 1 && !jpeg_interleaves(&r->frame))
		return hand_on_components(r, arrays);
	for (JDIMENSION row = 0; row < r->info.total_iMCU_rows; row++)
		SK_TRY(hand_on_mcu_row(r, row, arrays));
	return flush(r, r->sink);
}

/* ---- reading a sequential picture row by row ---- */

static void or_leave(struct reading *r, enum sk_status status)
{
	if (status != SK_OK)
		jpeg_leave_with((j_common_ptr)&r->info, status);
}

static jvirt_barray_ptr stream_request(j_common_ptr info, int pool, boolean zeroed, JDIMENSION width, JDIMENSION height, JDIMENSION at_once)
{
	struct reading *r = info->client_data;

	(void)pool;
	(void)zeroed;
	(void)height;
	if (r->rows.requested == JPEG_COMPONENTS_MAX)
		jpeg_leave_with(info, SK_UNSUPPORTED);
	struct component_rows *rows = &r->rows.components[r->rows.requested++];
	jpeg_rows_make(info, rows, width, at_once);
	return (jvirt_barray_ptr)(void *)rows; /* opaque to libjpeg */
}

/* libjpeg is about to fill a row of MCUs: the one before it goes on its way. A row that comes again is of a further scan, which the file
 * did not announce: it is read into the same memory and not handed on. */
static JBLOCKARRAY stream_access(j_common_ptr info, jvirt_barray_ptr array, JDIMENSION start, JDIMENSION count, boolean writable)
{
	struct reading *r = info->client_data;
	struct component_rows *rows = (struct component_rows *)(void *)array;
	JDIMENSION row = start / rows->count;

	(void)count;
	(void)writable;
	if (!r->rows.begun) {
		frame_of(r);
		or_leave(r, r->sink->frame(r->sink->context, &r->frame));
		r->rows.begun = true;
	} else if (row == r->rows.current + 1) {
		or_leave(r, hand_on_mcu_row(r, r->rows.current, NULL));
		r->rows.current = row;
	} else if (row != r->rows.current) {
		r->health->damaged = true;
	}
	jpeg_rows_clear(rows);
	return rows->at;
}

/* After the last row: it goes on its way, and grey ones for those that a cut file did not have. */
static enum sk_status stream_end(struct reading *r)
{
	if (!r->rows.begun)
		return SK_TRUNCATED;
	for (; r->rows.current < r->info.total_iMCU_rows; r->rows.current++) {
		SK_TRY(hand_on_mcu_row(r, r->rows.current, NULL));
		for (unsigned i = 0; i < r->frame.component_count; i++)
			jpeg_rows_clear(&r->rows.components[i]);
	}
	return flush(r, r->sink);
}

/* All components in one sequential scan: what cameras and most programs write. */
static bool can_stream(const struct reading *r)
{
	return !r->info.progressive_mode && r->info.comps_in_scan == r->info.num_components;
}

static void stream_begin(struct reading *r)
{
	r->rows.streaming = true;
	r->info.mem->request_virt_barray = stream_request;
	r->info.mem->access_virt_barray = stream_access;
}

static void read_all(struct reading *r, sk_bytes input)
{
	if (setjmp(r->errors.back) != 0)
		return;
	jpeg_create_decompress(&r->info);
	r->info.mem->max_memory_to_use = (long)r->limits->memory_max;
	source_init(r, input);
	read_header(r);
	between_watch(r);
	if (can_stream(r))
		stream_begin(r);
	jvirt_barray_ptr *arrays = jpeg_read_coefficients(&r->info);
	if (!r->rows.streaming)
		frame_of(r);
	r->health->damaged |= r->errors.base.num_warnings > 0;
	r->health->used = r->health->cut ? input.len : input.len - r->source.bytes_in_buffer;
	enum sk_status status = r->rows.streaming ? stream_end(r) : hand_on_all(r, arrays);
	if (status != SK_OK)
		r->errors.status = status;
}

enum sk_status jpeg_read(sk_bytes input, const struct jpeg_limits *limits, const struct jpeg_sink *sink, struct jpeg_health *health)
{
	struct reading *r = calloc(1, sizeof *r);
	*health = (struct jpeg_health){.used = input.len};
	if (r == NULL)
		return SK_FAULT;
	r->limits = limits;
	r->health = health;
	r->sink = sink;
	jpeg_errors_init(&r->errors);
	r->info.err = &r->errors.base;
	read_all(r, input);
	enum sk_status status = r->errors.status;
	jpeg_destroy_decompress(&r->info);
	free(r);
	return status;
}
