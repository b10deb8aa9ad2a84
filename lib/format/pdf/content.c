/*
 * Page content (ISO 32000-2, 7.8.2): streams put together, then said anew by neutral/content.h; small inline pictures are unpacked for it.
 *
 * What the attacker controls here: every byte, and how many streams a page has.
 */
#include "format/pdf/content.h"

#include "conf/conf.h"
#include "format/raster/filters.h"
#include "format/raster/raster.h"
#include "neutral/content.h"

static enum sk_status undo(struct pdf_reader *r, const struct content_image *image, const struct content_filter_step *step, sk_bytes in,
			   struct filtered *out)
{
	struct sk_arena *arena = r->job->arena;
	size_t max = (size_t)limit(LIMIT_pdf_stream_bytes);

	switch (step->filter) {
	case CONTENT_FILTER_ASCII_HEX:
		return asciihex_decode(in, arena, max, out);
	case CONTENT_FILTER_ASCII_85:
		return ascii85_decode(in, arena, max, out);
	case CONTENT_FILTER_LZW:
		SK_TRY(lzw_decode(in, step->early_change == 0 ? LZW_LATE : LZW_EARLY, arena, max, out));
		break;
	case CONTENT_FILTER_FLATE:
		SK_TRY(flate_decode(in, arena, max, out));
		break;
	case CONTENT_FILTER_RUN_LENGTH:
		return runlength_decode(in, false, arena, max, out);
	case CONTENT_FILTER_CCITT: {
		struct ccitt_parameters parameters = CCITT_PARAMETERS;
		struct raster_bits bits;
		parameters.k = step->k;
		parameters.byte_align = step->byte_align;
		parameters.end_of_block = step->end_of_block;
		parameters.columns = step->columns > 0 && step->columns <= 65500 ? (uint32_t)step->columns : 1728;
		parameters.rows = image->height;
		SK_TRY(ccitt_decode(in, &parameters, arena, &bits));
		SK_TRY(raster_bits_fit(arena, image->width, image->height, &bits));
		if (!step->black_is_1)
			raster_bits_invert(&bits);
		*out = (struct filtered){.bytes = {bits.at, bits.stride * bits.height}};
		return SK_OK;
	}
	case CONTENT_FILTER_DCT:
		return SK_UNSUPPORTED;
	}
	if (step->predictor < 2)
		return SK_OK;
	struct predictor predictor = {.kind = step->predictor, .colors = step->colors, .bits = step->bits, .columns = step->columns};
	struct filtered plain;
	SK_TRY(predictor_undo(out->bytes, &predictor, arena, &plain));
	out->bytes = plain.bytes;
	return SK_OK;
}

/* The samples of an inline picture; larger ones than content takes go. */
static void unpack(void *context, const struct content_image *image, struct content_image_answer *answer)
{
	struct pdf_reader *r = context;
	struct filtered step = {.bytes = image->rest};

	*answer = (struct content_image_answer){0};
	for (size_t i = 0; i < image->filter_count; i++) {
		sk_bytes in = step.bytes;
		if (undo(r, image, &image->filters[i], in, &step) != SK_OK)
			return;
		if (i == 0)
			answer->used = step.used;
	}
	if (image->filter_count == 0)
		answer->used = sk_min(image->bytes, image->rest.len);
	if (image->bytes > 0 && image->bytes <= limit(LIMIT_content_image_bytes))
		answer->samples = sk_bytes_slice(step.bytes, 0, image->bytes);
}

/* Streams one after another, a blank between: an operator never stands in two, but programs cut there. */
static enum sk_status join(struct pdf_reader *r, const struct pdf_value *list, struct sk_buf *all)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct pdf_object *object;
		struct stream_bytes stream;
		const struct pdf_value *value = source_value(&r->source, &list->items[i], &object);
		if (value->kind != VALUE_STREAM || object == NULL)
			continue;
		if (source_stream(&r->source, object, (size_t)limit(LIMIT_pdf_stream_bytes), &stream) != SK_OK || stream.rest != REST_NONE) {
			reader_find(r, FINDING_part_damaged, "Contents");
			continue;
		}
		sk_buf_put(all, stream.bytes);
		sk_buf_u8(all, '\n');
	}
	return all->status;
}

static void report(struct pdf_reader *r, const struct content_result *result)
{
	if (result->unknown + result->dropped > 0)
		reader_find(r, FINDING_unknown_element, "content operator");
	if (result->images_dropped > 0)
		reader_find(r, FINDING_picture_replaced, "inline");
}

enum sk_status content_make(struct pdf_reader *r, const struct said *said, bool glyph, struct payload *payload)
{
	struct content_options options = {.glyph = glyph, .image = unpack, .context = r};
	struct content_result result;
	struct stream_bytes stream = {.bytes = {NULL, 0}};

	*payload = (struct payload){.dictionary = NULL};
	if (said->value->kind == VALUE_ARRAY) {
		struct sk_buf all;
		sk_buf_init(&all, r->job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
		SK_TRY(join(r, said->value, &all));
		stream.bytes = sk_buf_bytes(&all);
	} else if (said->object == NULL || source_stream(&r->source, said->object, (size_t)limit(LIMIT_pdf_stream_bytes), &stream) != SK_OK ||
		   stream.rest != REST_NONE) {
		reader_find(r, FINDING_part_damaged, "Contents");
		stream.bytes = sk_bytes_of(NULL, 0);
	}
	enum sk_status status = content_canonical(stream.bytes, &options, r->job->arena, &result);
	if (status != SK_OK)
		return status;
	report(r, &result);
	payload->bytes = result.text;
	return SK_OK;
}

sk_bytes content_string(struct pdf_reader *r, sk_bytes string)
{
	struct content_result result;

	if (content_canonical(string, NULL, r->job->arena, &result) != SK_OK || result.text.len > NEUTRAL_VALUE_MAX)
		return sk_bytes_of(NULL, 0);
	return result.text;
}
