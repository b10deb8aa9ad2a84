/* Coefficients into a JPEG, by libjpeg-turbo's transcoder, row of MCUs by row of MCUs (jpeg_read.c says how).
 *
 * The attacker controls the frame's numbers (checked against the vocabulary) and the packed blocks. */
#include "codec/jpeg_parts.h"

#include <stdlib.h>

#define OUTPUT_PIECE 65536

static uint32_t round_up(uint32_t count, uint32_t unit)
{
	return (count + unit - 1) / unit * unit;
}

struct writing {
	struct jpeg_compress_struct info;
	struct errors errors;
	struct jpeg_destination_mgr destination;
	const struct jpeg_frame *frame;
	const struct jpeg_source *source;
	jvirt_barray_ptr arrays[JPEG_COMPONENTS_MAX];
	struct rows rows;
	jpeg_scan_info scans[JPEG_COMPONENTS_MAX];
	sk_bytes packed; /* what is left of the latest piece */
	uint8_t output[OUTPUT_PIECE];
};

static void put_len(struct writing *w, size_t len)
{
	enum sk_status status = w->source->put(w->source->context, sk_bytes_of(w->output, len));
	if (status != SK_OK)
		jpeg_leave_with((j_common_ptr)&w->info, status);
	w->destination.next_output_byte = w->output;
	w->destination.free_in_buffer = OUTPUT_PIECE;
}

static void destination_init(j_compress_ptr info)
{
	struct writing *w = info->client_data;
	w->destination.next_output_byte = w->output;
	w->destination.free_in_buffer = OUTPUT_PIECE;
}

/* libjpeg asks when all of the buffer is full, whatever free_in_buffer says. */
static boolean destination_full(j_compress_ptr info)
{
	put_len(info->client_data, OUTPUT_PIECE);
	return TRUE;
}

static void destination_end(j_compress_ptr info)
{
	struct writing *w = info->client_data;
	put_len(w, OUTPUT_PIECE - w->destination.free_in_buffer);
}

/* The slot of a component's table: an equal one before it, or a new one. */
static int table_slot(struct writing *w, unsigned component)
{
	const struct jpeg_frame *frame = w->frame;
	int slots = 0;
	for (unsigned i = 0; i < component; i++) {
		if (memcmp(frame->components[i].table, frame->components[component].table, sizeof frame->components[i].table) == 0)
			return w->info.comp_info[i].quant_tbl_no;
		slots = w->info.comp_info[i].quant_tbl_no >= slots ? w->info.comp_info[i].quant_tbl_no + 1 : slots;
	}
	JQUANT_TBL *table = w->info.quant_tbl_ptrs[slots];
	if (table == NULL)
		table = w->info.quant_tbl_ptrs[slots] = jpeg_alloc_quant_table((j_common_ptr)&w->info);
	for (unsigned k = 0; k < JPEG_BLOCK_COEFFICIENTS; k++)
		table->quantval[k] = frame->components[component].table[k];
	table->sent_table = FALSE;
	return slots;
}

/* Sampling factors whose units together exceed what one scan may hold (T.81 B.2.3) are written in a scan each. */
static void scans_of(struct writing *w)
{
	unsigned blocks = 0;
	for (unsigned i = 0; i < w->frame->component_count; i++)
		blocks += (unsigned)w->frame->components[i].horizontal * w->frame->components[i].vertical;
	if (w->frame->progressive) {
		jpeg_simple_progression(&w->info);
		if (blocks <= C_MAX_BLOCKS_IN_MCU)
			return;
		jpeg_leave_with((j_common_ptr)&w->info, SK_UNSUPPORTED);
	}
	if (blocks <= C_MAX_BLOCKS_IN_MCU || w->frame->component_count == 1)
		return;
	for (int i = 0; i < w->frame->component_count; i++)
		w->scans[i] = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {i}, .Se = DCTSIZE2 - 1};
	w->info.scan_info = w->scans;
	w->info.num_scans = w->frame->component_count;
}

static void parameters(struct writing *w)
{
	struct jpeg_compress_struct *info = &w->info;
	const struct jpeg_frame *frame = w->frame;
	info->image_width = frame->width;
	info->image_height = frame->height;
	info->input_components = frame->component_count;
	info->in_color_space = jpeg_color_rows[frame->color];
	jpeg_set_defaults(info);
	jpeg_set_colorspace(info, jpeg_color_rows[frame->color]);
	if (frame->color == JPEG_CMYK)
		info->write_Adobe_marker = frame->adobe;
	if (info->write_JFIF_header && frame->jfif) {
		info->density_unit = frame->density_unit;
		info->X_density = frame->density_x;
		info->Y_density = frame->density_y;
	}
	for (unsigned i = 0; i < frame->component_count; i++) {
		info->comp_info[i].h_samp_factor = frame->components[i].horizontal;
		info->comp_info[i].v_samp_factor = frame->components[i].vertical;
		info->comp_info[i].quant_tbl_no = table_slot(w, i);
	}
	scans_of(w);
}

static void fill_row(struct writing *w, JBLOCKROW row, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (w->packed.len == 0) {
			enum sk_status status = w->source->blocks(w->source->context, &w->packed);
			if (status != SK_OK)
				jpeg_leave_with((j_common_ptr)&w->info, status);
		}
		size_t len = jpeg_unpack(w->packed, row[i]);
		if (len == 0)
			jpeg_leave_with((j_common_ptr)&w->info, SK_MALFORMED);
		w->packed = sk_bytes_slice(w->packed, len, w->packed.len);
	}
}

/* Rows of blocks of one row of MCUs out of the packed ones: into memory for the row, or into libjpeg's arrays. */
static void fill_mcu_row(struct writing *w, JDIMENSION mcu_row)
{
	uint32_t width, height;

	for (unsigned i = 0; i < w->frame->component_count; i++) {
		uint32_t count = w->frame->components[i].vertical;
		jpeg_component_size(w->frame, i, &width, &height);
		if (w->rows.streaming)
			jpeg_rows_clear(&w->rows.components[i]);
		for (uint32_t k = 0, y = mcu_row * count; k < count && y < height; k++, y++)
			fill_row(w, w->rows.streaming ? w->rows.components[i].at[k]
						      : w->info.mem->access_virt_barray((j_common_ptr)&w->info, w->arrays[i], y, 1, TRUE)[0],
				 width);
	}
}

static void or_refuse(struct writing *w, bool good)
{
	if (!good)
		jpeg_leave_with((j_common_ptr)&w->info, SK_MALFORMED);
}

/* libjpeg is about to write a row of MCUs: the blocks of all components are taken at its first component's asking. */
static JBLOCKARRAY supply_access(j_common_ptr info, jvirt_barray_ptr array, JDIMENSION start, JDIMENSION count, boolean writable)
{
	struct writing *w = info->client_data;
	struct component_rows *rows = (struct component_rows *)(void *)array;
	JDIMENSION row = start / rows->count;

	(void)count;
	(void)writable;
	if (!w->rows.begun || row == w->rows.current + 1) {
		or_refuse(w, row == (w->rows.begun ? w->rows.current + 1 : 0));
		w->rows.begun = true;
		w->rows.current = row;
		fill_mcu_row(w, row);
	}
	or_refuse(w, row == w->rows.current);
	return rows->at;
}

static uint32_t most_vertical(const struct jpeg_frame *frame)
{
	uint32_t most = 1;

	for (unsigned i = 0; i < frame->component_count; i++)
		most = frame->components[i].vertical > most ? frame->components[i].vertical : most;
	return most;
}

/* All coefficients at once, for progressive pictures and for several scans. */
static void fill_arrays(struct writing *w)
{
	struct jpeg_memory_mgr *memory = w->info.mem;
	uint32_t width, height, mcu_height = most_vertical(w->frame) * DCTSIZE;
	for (unsigned i = 0; i < w->frame->component_count; i++) {
		const struct jpeg_component *c = &w->frame->components[i];
		jpeg_component_size(w->frame, i, &width, &height);
		w->arrays[i] = memory->request_virt_barray((j_common_ptr)&w->info, JPOOL_IMAGE, TRUE, round_up(width, c->horizontal),
							   round_up(height, c->vertical), c->vertical);
	}
	memory->realize_virt_arrays((j_common_ptr)&w->info);
	for (JDIMENSION row = 0; row * mcu_height < w->frame->height; row++)
		fill_mcu_row(w, row);
	or_refuse(w, w->packed.len == 0);
}

static void supply_begin(struct writing *w)
{
	uint32_t width, height;

	w->rows.streaming = true;
	for (unsigned i = 0; i < w->frame->component_count; i++) {
		const struct jpeg_component *c = &w->frame->components[i];
		jpeg_component_size(w->frame, i, &width, &height);
		jpeg_rows_make((j_common_ptr)&w->info, &w->rows.components[i], round_up(width, c->horizontal), c->vertical);
		w->arrays[i] = (jvirt_barray_ptr)(void *)&w->rows.components[i]; /* opaque to libjpeg */
	}
	w->info.mem->access_virt_barray = supply_access;
}

/* One sequential scan of all components. */
static bool frame_streams(const struct writing *w)
{
	return !w->frame->progressive && w->info.num_scans == 0;
}

static void write_all(struct writing *w, const struct jpeg_marker *markers, size_t marker_count, size_t memory_max)
{
	if (setjmp(w->errors.back) != 0)
		return;
	jpeg_create_compress(&w->info);
	w->info.mem->max_memory_to_use = (long)memory_max;
	w->info.client_data = w;
	w->destination = (struct jpeg_destination_mgr){
		.init_destination = destination_init, .empty_output_buffer = destination_full, .term_destination = destination_end};
	w->info.dest = &w->destination;
	parameters(w);
	if (frame_streams(w))
		supply_begin(w);
	else
		fill_arrays(w);
	jpeg_write_coefficients(&w->info, w->arrays);
	for (size_t i = 0; i < marker_count; i++)
		jpeg_write_marker(&w->info, markers[i].code, markers[i].bytes.at, (unsigned)markers[i].bytes.len);
	jpeg_finish_compress(&w->info);
	or_refuse(w, w->packed.len == 0);
}

enum sk_status jpeg_write(const struct jpeg_frame *frame, const struct jpeg_marker *markers, size_t marker_count, size_t memory_max,
			  const struct jpeg_source *source)
{
	if (frame->component_count != jpeg_color_components[frame->color] || frame->width == 0 || frame->height == 0 ||
	    frame->width > JPEG_MAX_DIMENSION || frame->height > JPEG_MAX_DIMENSION)
		return SK_MALFORMED;
	struct writing *w = calloc(1, sizeof *w);
	if (w == NULL)
		return SK_FAULT;
	w->frame = frame;
	w->source = source;
	jpeg_errors_init(&w->errors);
	w->info.err = &w->errors.base;
	write_all(w, markers, marker_count, memory_max);
	enum sk_status status = w->errors.status;
	jpeg_destroy_compress(&w->info);
	free(w);
	return status;
}
