/* The text family. */
#include "format/text/text.h"

const struct format format_text = {
	.name = "text",
	.vocabulary = &text_vocabulary,
	.bid = text_bid,
	.read = text_read,
	.write = text_write,
	.write_text = text_write_text,
};
