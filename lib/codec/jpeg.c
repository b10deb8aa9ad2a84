/* Coefficients out of a JPEG and into one, by libjpeg-turbo's transcoder.
 *
 * When reading the attacker controls all bytes of the file; when writing, the frame's numbers (checked against the vocabulary) and
 * the packed blocks. libjpeg's own structures live on the heap of this call's job, so nothing local is clobbered by longjmp. */
#include "codec/jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#define PIECE_MAX 65000 /* bytes of packed blocks handed on at once */
#define OUTPUT_PIECE 65536
#define LARGE_PIXELS ((uint64_t)16 << 20)
#define BLOCKS_A_BYTE_MAX 128

struct errors {
	struct jpeg_error_mgr base; /* first: libjpeg sees only this */
	jmp_buf back;
	enum sk_status status;
};

static _Noreturn void leave(j_common_ptr info)
{
	struct errors *errors = (struct errors *)(void *)info->err;
	switch (errors->base.msg_code) {
	case JERR_OUT_OF_MEMORY:
	case JERR_NO_BACKING_STORE:
	case JERR_IMAGE_TOO_BIG:
		errors->status = SK_LIMIT;
		break;
	case JERR_SOF_UNSUPPORTED:
	case JERR_BAD_PRECISION:
	case JERR_ARITH_NOTIMPL:
	case JERR_NOTIMPL:
		errors->status = SK_UNSUPPORTED;
		break;
	default:
		if (errors->status == SK_OK)
			errors->status = SK_MALFORMED;
	}
	longjmp(errors->back, 1);
}

/* Leaves libjpeg with a status of our own. */
static _Noreturn void leave_with(j_common_ptr info, enum sk_status status)
{
	struct errors *errors = (struct errors *)(void *)info->err;
	errors->status = status;
	longjmp(errors->back, 1);
}

static void count_warning(j_common_ptr info, int level)
{
	if (level < 0)
		info->err->num_warnings++;
}

static void say_nothing(j_common_ptr info)
{
	(void)info;
}

static void errors_init(struct errors *errors)
{
	jpeg_std_error(&errors->base);
	errors->base.error_exit = leave;
	errors->base.emit_message = count_warning;
	errors->base.output_message = say_nothing;
}

void jpeg_component_size(const struct jpeg_frame *frame, unsigned component, uint32_t *width_blocks, uint32_t *height_blocks)
{
	uint32_t most_h = 1, most_v = 1;
	for (unsigned i = 0; i < frame->component_count; i++) {
		most_h = frame->components[i].horizontal > most_h ? frame->components[i].horizontal : most_h;
		most_v = frame->components[i].vertical > most_v ? frame->components[i].vertical : most_v;
	}
	const struct jpeg_component *c = &frame->components[component];
	*width_blocks = (frame->width * c->horizontal + most_h * DCTSIZE - 1) / (most_h * DCTSIZE);
	*height_blocks = (frame->height * c->vertical + most_v * DCTSIZE - 1) / (most_v * DCTSIZE);
}

/* ---- reading ---- */

struct reading {
	struct jpeg_decompress_struct info;
	struct errors errors;
	struct jpeg_source_mgr source;
	struct jpeg_progress_mgr progress;
	struct jpeg_frame frame;
	const struct jpeg_limits *limits;
	struct jpeg_health *health;
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
		leave_with(info, SK_LIMIT);
	}
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

/* libjpeg's name of each enum jpeg_color. */
static const J_COLOR_SPACE color_rows[] = {
	[JPEG_GRAY] = JCS_GRAYSCALE, [JPEG_YCC] = JCS_YCbCr, [JPEG_RGB] = JCS_RGB, [JPEG_CMYK] = JCS_CMYK, [JPEG_YCCK] = JCS_YCCK};
static const uint8_t color_components[] = {[JPEG_GRAY] = 1, [JPEG_YCC] = 3, [JPEG_RGB] = 3, [JPEG_CMYK] = 4, [JPEG_YCCK] = 4};

static enum jpeg_color color_of(struct reading *r)
{
	for (unsigned i = 0; i < SK_COUNT(color_rows); i++)
		if (color_rows[i] == r->info.jpeg_color_space && color_components[i] == r->info.num_components)
			return (enum jpeg_color)i;
	leave_with((j_common_ptr)&r->info, SK_UNSUPPORTED);
}

static void read_header(struct reading *r)
{
	if (jpeg_read_header(&r->info, TRUE) != JPEG_HEADER_OK)
		leave_with((j_common_ptr)&r->info, SK_MALFORMED);
	const struct jpeg_limits *limits = r->limits;
	if (r->info.image_width > limits->side || r->info.image_height > limits->side ||
	    (uint64_t)r->info.image_width * r->info.image_height > limits->pixels) {
		r->health->over_limit = true;
		leave_with((j_common_ptr)&r->info, SK_LIMIT);
	}
	/* a block takes a bit at least, and far less only in arithmetic coding: nearly nothing of a large picture is refused */
	uint64_t pixels = (uint64_t)r->info.image_width * r->info.image_height;
	if (pixels > LARGE_PIXELS && pixels / DCTSIZE2 / BLOCKS_A_BYTE_MAX > r->health->used)
		leave_with((j_common_ptr)&r->info, SK_TRUNCATED);
	r->frame.color = color_of(r);
}

static void frame_of(struct reading *r)
{
	struct jpeg_frame *frame = &r->frame;
	const struct jpeg_decompress_struct *info = &r->info;
	frame->width = info->image_width;
	frame->height = info->image_height;
	frame->adobe = info->saw_Adobe_marker;
	frame->progressive = info->progressive_mode;
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
}

static enum sk_status flush(struct reading *r, const struct jpeg_sink *sink)
{
	size_t len = r->used;
	r->used = 0;
	return len == 0 ? SK_OK : sink->blocks(sink->context, sk_bytes_of(r->piece, len));
}

static enum sk_status hand_on_row(struct reading *r, const struct jpeg_sink *sink, JBLOCKROW row, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (PIECE_MAX - r->used < JPEG_PACKED_MAX)
			SK_TRY(flush(r, sink));
		r->used += jpeg_pack(row[i], r->piece + r->used, &r->health->damaged);
	}
	return SK_OK;
}

static enum sk_status hand_on(struct reading *r, const struct jpeg_sink *sink, jvirt_barray_ptr *arrays)
{
	SK_TRY(sink->frame(sink->context, &r->frame));
	for (unsigned i = 0; i < r->frame.component_count; i++) {
		const struct jpeg_component *c = &r->frame.components[i];
		for (uint32_t y = 0; y < c->height_blocks; y++) {
			JBLOCKARRAY rows = r->info.mem->access_virt_barray((j_common_ptr)&r->info, arrays[i], y, 1, FALSE);
			SK_TRY(hand_on_row(r, sink, rows[0], c->width_blocks));
		}
	}
	return flush(r, sink);
}

static void read_all(struct reading *r, sk_bytes input, const struct jpeg_sink *sink)
{
	if (setjmp(r->errors.back) != 0)
		return;
	jpeg_create_decompress(&r->info);
	r->info.mem->max_memory_to_use = (long)r->limits->memory_max;
	source_init(r, input);
	read_header(r);
	jvirt_barray_ptr *arrays = jpeg_read_coefficients(&r->info);
	frame_of(r);
	r->health->damaged |= r->errors.base.num_warnings > 0;
	r->health->used = r->health->cut ? input.len : input.len - r->source.bytes_in_buffer;
	enum sk_status status = hand_on(r, sink, arrays);
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
	errors_init(&r->errors);
	r->info.err = &r->errors.base;
	read_all(r, input, sink);
	enum sk_status status = r->errors.status;
	jpeg_destroy_decompress(&r->info);
	free(r);
	return status;
}

/* ---- writing ---- */

struct writing {
	struct jpeg_compress_struct info;
	struct errors errors;
	struct jpeg_destination_mgr destination;
	const struct jpeg_frame *frame;
	const struct jpeg_source *source;
	jvirt_barray_ptr arrays[JPEG_COMPONENTS_MAX];
	jpeg_scan_info scans[JPEG_COMPONENTS_MAX];
	sk_bytes packed; /* what is left of the latest piece */
	uint8_t output[OUTPUT_PIECE];
};

static void put_len(struct writing *w, size_t len)
{
	enum sk_status status = w->source->put(w->source->context, sk_bytes_of(w->output, len));
	if (status != SK_OK)
		leave_with((j_common_ptr)&w->info, status);
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
		leave_with((j_common_ptr)&w->info, SK_UNSUPPORTED);
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
	info->in_color_space = color_rows[frame->color];
	jpeg_set_defaults(info);
	jpeg_set_colorspace(info, color_rows[frame->color]);
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
				leave_with((j_common_ptr)&w->info, status);
		}
		size_t len = jpeg_unpack(w->packed, row[i]);
		if (len == 0)
			leave_with((j_common_ptr)&w->info, SK_MALFORMED);
		w->packed = sk_bytes_slice(w->packed, len, w->packed.len);
	}
}

static uint32_t round_up(uint32_t count, uint32_t unit)
{
	return (count + unit - 1) / unit * unit;
}

static void fill(struct writing *w)
{
	struct jpeg_memory_mgr *memory = w->info.mem;
	uint32_t width, height;
	for (unsigned i = 0; i < w->frame->component_count; i++) {
		const struct jpeg_component *c = &w->frame->components[i];
		jpeg_component_size(w->frame, i, &width, &height);
		w->arrays[i] = memory->request_virt_barray((j_common_ptr)&w->info, JPOOL_IMAGE, TRUE, round_up(width, c->horizontal),
							   round_up(height, c->vertical), c->vertical);
	}
	memory->realize_virt_arrays((j_common_ptr)&w->info);
	for (unsigned i = 0; i < w->frame->component_count; i++) {
		jpeg_component_size(w->frame, i, &width, &height);
		for (uint32_t y = 0; y < height; y++)
			fill_row(w, memory->access_virt_barray((j_common_ptr)&w->info, w->arrays[i], y, 1, TRUE)[0], width);
	}
	if (w->packed.len != 0)
		leave_with((j_common_ptr)&w->info, SK_MALFORMED);
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
	fill(w);
	jpeg_write_coefficients(&w->info, w->arrays);
	for (size_t i = 0; i < marker_count; i++)
		jpeg_write_marker(&w->info, markers[i].code, markers[i].bytes.at, (unsigned)markers[i].bytes.len);
	jpeg_finish_compress(&w->info);
}

enum sk_status jpeg_write(const struct jpeg_frame *frame, const struct jpeg_marker *markers, size_t marker_count, size_t memory_max,
			  const struct jpeg_source *source)
{
	if (frame->component_count != color_components[frame->color] || frame->width == 0 || frame->height == 0 ||
	    frame->width > JPEG_MAX_DIMENSION || frame->height > JPEG_MAX_DIMENSION)
		return SK_MALFORMED;
	struct writing *w = calloc(1, sizeof *w);
	if (w == NULL)
		return SK_FAULT;
	w->frame = frame;
	w->source = source;
	errors_init(&w->errors);
	w->info.err = &w->errors.base;
	write_all(w, markers, marker_count, memory_max);
	enum sk_status status = w->errors.status;
	jpeg_destroy_compress(&w->info);
	free(w);
	return status;
}
