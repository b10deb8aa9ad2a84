/* loose: pictures that stand in content and are too large for it; they become objects that the content draws. */
#ifndef FORMAT_PDF_LOOSE_H
#define FORMAT_PDF_LOOSE_H

#include "format/pdf/reader.h"
#include "neutral/content.h"

struct loose {
	struct pdf_reader *r;
	const struct pdf_value *resources; /* of the content; followed */
	const struct pdf_value *added;     /* its XObjects with the new ones; NULL: none yet */
	uint32_t count;
	bool page;
};

/* One filter undone; DCT is SK_UNSUPPORTED. */
struct filtered;
enum sk_status SK_MUST_USE content_undo(struct pdf_reader *r, const struct content_image *image, const struct content_filter_step *step,
					sk_bytes in, struct filtered *out);
/* The image of content_options; context is a struct loose. */
void loose_image(void *context, const struct content_image *image, struct content_image_answer *answer);
/* The owner's dictionary with resources that have the new pictures; NULL at the arena's budget. */
const struct pdf_value *loose_resources(struct loose *loose, const struct pdf_value *owner);

#endif
