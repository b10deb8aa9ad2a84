/* The family of archives. */
#include "format/archive/archive.h"

#include "format/archive/archive_vocabulary.h"

const struct format format_archive = {
	.name = "archive",
	.vocabulary = &archive_vocabulary,
	.bid = archive_bid,
	.read = archive_read,
	.write = archive_write,
	.write_text = archive_write, /* its entries were jobs of the same level */
};
