/* The family's row. */
#include "format/pages/pages.h"

void pages_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	(void)input;
	(void)arena;
	bid->bits = 0;
}

const struct format format_pages = {
	.name = "pages",
	.drawn = true,
	.vocabulary = &pages_vocabulary,
	.bid = pages_bid,
	.write = pages_write,
};
