/* libjpeg's errors, colours and rows. What the attacker controls: which errors come. */
#include "codec/jpeg_parts.h"

#include <jerror.h>

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

_Noreturn void jpeg_leave_with(j_common_ptr info, enum sk_status status)
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

void jpeg_errors_init(struct errors *errors)
{
	jpeg_std_error(&errors->base);
	errors->base.error_exit = leave;
	errors->base.emit_message = count_warning;
	errors->base.output_message = say_nothing;
}

const J_COLOR_SPACE jpeg_color_rows[JPEG_COLORS] = {
	[JPEG_GRAY] = JCS_GRAYSCALE, [JPEG_YCC] = JCS_YCbCr, [JPEG_RGB] = JCS_RGB, [JPEG_CMYK] = JCS_CMYK, [JPEG_YCCK] = JCS_YCCK};
const uint8_t jpeg_color_components[JPEG_COLORS] = {[JPEG_GRAY] = 1, [JPEG_YCC] = 3, [JPEG_RGB] = 3, [JPEG_CMYK] = 4, [JPEG_YCCK] = 4};

void jpeg_rows_make(j_common_ptr info, struct component_rows *rows, JDIMENSION width_blocks, JDIMENSION count)
{
	if (count > MAX_SAMP_FACTOR)
		jpeg_leave_with(info, SK_UNSUPPORTED);
	rows->row_bytes = (size_t)width_blocks * sizeof(JBLOCK);
	rows->count = count;
	for (JDIMENSION i = 0; i < count; i++)
		rows->at[i] = info->mem->alloc_large(info, JPOOL_IMAGE, rows->row_bytes);
}

void jpeg_rows_clear(struct component_rows *rows)
{
	for (JDIMENSION i = 0; i < rows->count; i++)
		memset(rows->at[i], 0, rows->row_bytes);
}
