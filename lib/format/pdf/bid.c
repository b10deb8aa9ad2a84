/*
 * Is it a PDF? Its header stands at the start, or within the first 1,024 bytes, where viewers look for it.
 *
 * What the attacker controls here: everything. A header behind other bytes is a weaker bid: what comes before may be another format's.
 */
#include "format/pdf/pdf.h"

#define WINDOW 1024

/* %PDF-1.4: at most two digits are looked at, some programs write "%PDF-1." */
static bool header_at(sk_bytes input, size_t at)
{
	return sk_bytes_starts(sk_bytes_slice(input, at, 7), SK_BYTES("%PDF-1.")) || sk_bytes_starts(sk_bytes_slice(input, at, 7), SK_BYTES("%PDF-2."));
}

void pdf_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	(void)arena;
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (header_at(input, 0)) {
		*bid = (struct format_bid){.bits = 64, .kind = KIND_pdf, .taken = true};
		return;
	}
	sk_bytes window = sk_bytes_slice(input, 0, WINDOW + 8);
	size_t at = sk_bytes_find(window, SK_BYTES("%PDF-"), 0);
	if (at != SIZE_MAX && header_at(input, at) && sk_bytes_find(input, SK_BYTES(" obj"), at) != SIZE_MAX)
		*bid = (struct format_bid){.bits = 40, .kind = KIND_pdf, .taken = true};
}
