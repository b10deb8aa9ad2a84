/* The family's row in programs that do not read it: they know a PDF, and write one. */
#include "format/pdf/pdf.h"

const struct format format_pdf_apart = {
	.name = "pdf",
	.apart = true,
	.vocabulary = &pdf_vocabulary,
	.bid = pdf_bid,
	.write = pdf_write,
	.write_text = pdf_write_text,
};
