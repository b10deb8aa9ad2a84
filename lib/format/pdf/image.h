/* image: the pictures of a PDF, for the files that read. */
#ifndef FORMAT_PDF_IMAGE_H
#define FORMAT_PDF_IMAGE_H

#include "format/pdf/reader.h"

/* The picture's samples, or the number of the inner job that made its JPEG; when it can't be had, a picture that paints nothing. */
enum sk_status SK_MUST_USE image_make(struct pdf_reader *r, const struct said *said, struct payload *payload);

/* The same of a picture that was no object: its dictionary and its bytes, samples or a JPEG. */
enum sk_status SK_MUST_USE image_make_loose(struct pdf_reader *r, const struct pdf_value *dictionary, sk_bytes bytes, bool jpeg_file,
					    struct payload *payload);

#endif
