/* The family's row: Office Open XML. */
#include "format/ooxml/write.h"

const struct format format_ooxml = {
	.name = "ooxml",
	.vocabulary = &ooxml_vocabulary,
	.bid = ooxml_bid,
	.read = ooxml_read,
	.write = ooxml_write,
	.write_text = ooxml_write_text,
};
