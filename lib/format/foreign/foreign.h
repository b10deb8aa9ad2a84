/*
 * foreign: kinds that are recognised and not taken, so that a report can say what a file is and what to send instead.
 *
 * No reader, no writer: nothing of these files is ever interpreted beyond what names them. signatures.def has the bytes that
 * the formats' own specifications fix; compound.c looks into OLE2 files, words.c at files made of text.
 */
#ifndef FORMAT_FOREIGN_FOREIGN_H
#define FORMAT_FOREIGN_FOREIGN_H

#include "format/format.h"

void foreign_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
/* The same by one way each; bits 0 when it does not know. */
void foreign_bid_signature(sk_bytes input, struct format_bid *bid);
void foreign_bid_compound(sk_bytes input, struct format_bid *bid);
void foreign_bid_words(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);

#endif
