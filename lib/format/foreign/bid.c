/*
 * Kinds that are recognised and not taken: the bid that knows most wins.
 *
 * What the attacker controls here: everything; whatever this says, the file does not cross by it.
 */
#include "format/foreign/foreign.h"

void foreign_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	struct format_bid by[3];
	foreign_bid_signature(input, &by[0]);
	foreign_bid_compound(input, &by[1]);
	foreign_bid_words(input, arena, &by[2]);
	*bid = by[0];
	for (size_t i = 1; i < SK_COUNT(by); i++)
		if (by[i].bits > bid->bits)
			*bid = by[i];
}

const struct format format_foreign = {.name = "foreign", .bid = foreign_bid};
