/*
 * Is this mine? Text is what remains when no other family recognised anything: its bids are small.
 *
 * What the attacker controls here: everything; another family that sees more outbids this one.
 */
#include "format/text/text.h"

#define BITS_EMPTY 1
#define BITS_TEXT 4
#define BITS_MARKED 8 /* a byte order mark, or the structure of a table */

bool text_is_of_others(sk_bytes input)
{
	static const char *const beginnings[] = {"PK\003\004", "PK\005\006", "GIF8", "\x89PNG", "\xFF\xD8\xFF", "%PDF-"};
	for (size_t i = 0; i < SK_COUNT(beginnings); i++)
		if (sk_bytes_starts(input, sk_bytes_str(beginnings[i])))
			return true;
	return false;
}

void text_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	struct text_form form;
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (text_is_of_others(input) || !text_detect(input, arena, &form))
		return;
	bid->kind = form.kind;
	bid->taken = true;
	bid->bits = input.len == 0 ? BITS_EMPTY : form.bom > 0 || form.kind != KIND_text ? BITS_MARKED : BITS_TEXT;
}
