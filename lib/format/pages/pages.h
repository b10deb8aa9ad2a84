/*
 * pages: what remains of any document at level image. Its reader is sekisho-render; here is what the records become: a PDF whose pages are
 * pictures, with an invisible layer of text and with links.
 */
#ifndef FORMAT_PAGES_PAGES_H
#define FORMAT_PAGES_PAGES_H

#include "format/format.h"
#include "pages_vocabulary.h"

extern const struct format format_pages;

/* No file is of this family by itself. */
void pages_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status pages_write(struct format_write *job);

#endif
