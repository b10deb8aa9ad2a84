/* The family's row: pictures. */
#include "format/image/image.h"

const struct format format_image = {
	.name = "image",
	.vocabulary = &image_vocabulary,
	.bid = image_bid,
	.read = image_read,
	.write = image_write,
};
