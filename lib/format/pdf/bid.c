/*
 * Is it a PDF? Its header stands at the start, or within the first 1,024 bytes, where viewers look for it.
 *
 * What the attacker controls here: everything. A header behind other bytes is a weaker bid: what comes before may be another format's.
 */
#include "format/pdf/pdf.h"

#define WINDOW 1024

/* Behind other bytes it counts only with an object or an end, so that prose may name it. */
void pdf_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	size_t at = sk_bytes_find(sk_bytes_slice(input, 0, WINDOW + 8), SK_BYTES("%PDF-"), 0);

	(void)arena;
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (at == SIZE_MAX || at > WINDOW)
		return;
	sk_bytes tail = input.len > 2048 ? sk_bytes_slice(input, input.len - 2048, 2048) : input;
	bool has_object = sk_bytes_find(sk_bytes_slice(input, at, 65536), SK_BYTES(" obj"), 0) != SIZE_MAX;
	bool has_end = sk_bytes_find(tail, SK_BYTES("%%EOF"), 0) != SIZE_MAX || sk_bytes_find(tail, SK_BYTES("startxref"), 0) != SIZE_MAX;
	if (at == 0 || has_object || has_end)
		*bid = (struct format_bid){.bits = at == 0 ? 48 : 40, .kind = KIND_pdf, .taken = true};
}
