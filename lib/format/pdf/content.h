/* content: page content and its like, for the files that read. */
#ifndef FORMAT_PDF_CONTENT_H
#define FORMAT_PDF_CONTENT_H

#include "format/pdf/reader.h"

/* The canonical content of a stream, or of an array of streams one after another; empty when it can't be had. */
enum sk_status SK_MUST_USE content_make(struct pdf_reader *r, const struct said *said, bool glyph, struct payload *payload);
/* A page whose content has pictures that are too large to stay in it: its dictionary with them among its resources, and its content
 * prepared. Otherwise the page as it is. */
const struct pdf_value *content_page(struct pdf_reader *r, const struct pdf_value *page);
/* A default appearance (12.7.4.3) in canonical form. */
sk_bytes content_string(struct pdf_reader *r, sk_bytes string);

#endif
