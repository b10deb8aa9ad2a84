/* What the files of this room share: vectors of bytes, names, characters, expansion. */
#ifndef FORMAT_XML_SCAN_H
#define FORMAT_XML_SCAN_H

#include "format/xml/xml.h"

#ifdef __SSE2__
#include <emmintrin.h>
#define XML_VECTOR 16
#endif

static inline bool xml_is_white(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

enum xml_use {
	XML_USE_ELEMENT = 1,
	XML_USE_ATTRIBUTE,
	XML_USE_DECLARATION, /* xmlns or xmlns:prefix; only in memo entries that were looked up as attributes */
};

/* What a name means here: the memo's entry, made when it is not there. NULL when it is no QName (Namespaces 4). An entry whose
 * prefix is not declared has XML_UNBOUND in expanded. */
#define XML_UNBOUND UINT64_MAX
const struct xml_memo *xml_name(struct xml_reader *reader, sk_bytes qname, enum xml_use use);
/* Declares prefix ("" for the default namespace) on the element at reader->depth + 1 (Namespaces 3 and 6). */
enum sk_status SK_MUST_USE xml_declare(struct xml_reader *reader, sk_bytes prefix, sk_bytes uri);
/* Gives the declarations since first a number: equal sets below equal sets get equal numbers. */
void xml_scope_enter(struct xml_reader *reader, unsigned first);
/* Forgets the declarations of the element that closes at reader->depth + 1. */
void xml_scope_leave(struct xml_reader *reader);

/* SK_OK when all of b is Char (XML 1.0 2.2) in UTF-8. */
enum sk_status SK_MUST_USE xml_characters(sk_bytes b);
/* UTF-16 (with or without byte order mark) to UTF-8 in arena; *out is input when it is UTF-8 already, its mark cut off. */
enum sk_status SK_MUST_USE xml_to_utf8(sk_bytes input, struct sk_arena *arena, sk_bytes *out, bool *was_utf16);
/* Reads the XML declaration if there is one; at stands behind it. */
enum sk_status SK_MUST_USE xml_declaration(struct xml_reader *reader, bool was_utf16);
bool xml_name_valid(sk_bytes name);

#endif
