/* What reading with libjpeg needs around it: its errors as statuses, colours, one row of MCUs. */
#ifndef CODEC_JPEG_PARTS_H
#define CODEC_JPEG_PARTS_H

#include "codec/jpeg.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

struct errors {
	struct jpeg_error_mgr base; /* first: libjpeg sees only this */
	jmp_buf back;
	enum sk_status status;
};

/* Fills the error manager: a fatal error leaves by longjmp to back with a status, warnings are counted. */
void jpeg_errors_init(struct errors *errors);
/* Leaves libjpeg with a status of our own. */
_Noreturn void jpeg_leave_with(j_common_ptr info, enum sk_status status);

/* libjpeg's name of each enum jpeg_color, and how many components it has. */
#define JPEG_COLORS 5
extern const J_COLOR_SPACE jpeg_color_rows[JPEG_COLORS];
extern const uint8_t jpeg_color_components[JPEG_COLORS];

/* Stands for a component's array of blocks; only its rows of the current row of MCUs are there. */
struct rows {
	bool streaming;
	bool begun;
	JDIMENSION current; /* row of MCUs */
	unsigned requested; /* arrays that libjpeg asked for so far */
	struct component_rows {
		JBLOCKROW at[MAX_SAMP_FACTOR];
		size_t row_bytes;
		JDIMENSION count; /* rows of blocks in a row of MCUs */
	} components[JPEG_COMPONENTS_MAX];
};

/* Memory for one row of MCUs of a component, in the job's pool. */
void jpeg_rows_make(j_common_ptr info, struct component_rows *rows, JDIMENSION width_blocks, JDIMENSION count);
void jpeg_rows_clear(struct component_rows *rows);

#endif
