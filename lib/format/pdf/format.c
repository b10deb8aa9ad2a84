/* The family's row. */
#include "format/pdf/pdf.h"

const struct format format_pdf = {
	.name = "pdf",
	.vocabulary = &pdf_vocabulary,
	.bid = pdf_bid,
	.read = pdf_read,
	.write = pdf_write,
	.write_text = pdf_write_text,
};
