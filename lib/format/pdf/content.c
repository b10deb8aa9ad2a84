/*
 * Page content (ISO 32000-2, 7.8.2): streams put together, then said anew by neutral/content.h; small inline pictures are unpacked for it.
 *
 * What the attacker controls here: every byte, and how many streams a page has.
 */
#include "format/pdf/content.h"

#include "conf/conf.h"
#include "format/pdf/loose.h"
#include "format/raster/filters.h"
#include "format/raster/raster.h"
#include "neutral/content.h"

enum sk_status content_undo(struct pdf_reader *r, const struct content_image *image, const struct content_filter_step *step, sk_bytes in,
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

/* The bytes of a stream or of an array of streams. */
static enum sk_status bytes_of(struct pdf_reader *r, const struct pdf_value *value, const struct pdf_object *object, sk_bytes *bytes)
{
	struct stream_bytes stream;

	if (value->kind == VALUE_ARRAY) {
		struct sk_buf all;
		sk_buf_init(&all, r->job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
		SK_TRY(join(r, value, &all));
		*bytes = sk_buf_bytes(&all);
		return SK_OK;
	}
	*bytes = sk_bytes_of(NULL, 0);
	if (object == NULL || source_stream(&r->source, object, (size_t)limit(LIMIT_pdf_stream_bytes), &stream) != SK_OK || stream.rest != REST_NONE)
		reader_find(r, FINDING_part_damaged, "Contents");
	else
		*bytes = stream.bytes;
	return SK_OK;
}

enum sk_status content_make(struct pdf_reader *r, const struct said *said, bool glyph, struct payload *payload)
{
	struct loose loose = {.r = r, .resources = SOURCE_KEY(&r->source, said->value, "Resources")};
	struct content_options options = {.glyph = glyph, .image = loose_image, .context = &loose};
	struct content_result result;
	sk_bytes bytes;

	*payload = (struct payload){.dictionary = NULL};
	SK_TRY(bytes_of(r, said->value, said->object, &bytes));
	SK_TRY(content_canonical(bytes, &options, r->job->arena, &result));
	report(r, &result);
	payload->bytes = result.text;
	if (loose.added != NULL)
		payload->dictionary = loose_resources(&loose, said->value);
	return SK_OK;
}

/* Whether an inline picture may begin somewhere. */
static bool has_picture(sk_bytes content)
{
	for (size_t at = sk_bytes_find(content, SK_BYTES("BI"), 0); at != SIZE_MAX; at = sk_bytes_find(content, SK_BYTES("BI"), at + 2))
		if ((at == 0 || content.at[at - 1] <= ' ') && at + 2 < content.len && (content.at[at + 2] <= ' ' || content.at[at + 2] == '/'))
			return true;
	return false;
}

const struct pdf_value *content_page(struct pdf_reader *r, const struct pdf_value *page)
{
	struct loose loose = {.r = r, .resources = SOURCE_KEY(&r->source, page, "Resources")};
	struct content_options options = {.image = loose_image, .context = &loose};
	struct content_result result;
	const struct pdf_object *object;
	const struct pdf_value *contents = source_value(&r->source, value_find(page, SK_BYTES("Contents")), &object);
	struct payload *payload = sk_arena_make(&r->keep, sizeof *payload);
	sk_bytes bytes;

	if ((contents->kind != VALUE_STREAM && contents->kind != VALUE_ARRAY) || payload == NULL || bytes_of(r, contents, object, &bytes) != SK_OK ||
	    !has_picture(bytes))
		return page;
	loose.page = true;
	if (content_canonical(bytes, &options, r->job->arena, &result) != SK_OK || loose.added == NULL)
		return page;
	report(r, &result);
	payload->bytes = sk_arena_copy(&r->keep, result.text);
	const struct pdf_value *made = loose_resources(&loose, page);
	return made != NULL && object_prepare(r, PDF_TYPE_Stream, contents, object, payload) ? made : page;
}

sk_bytes content_string(struct pdf_reader *r, sk_bytes string)
{
	struct content_result result;

	if (content_canonical(string, NULL, r->job->arena, &result) != SK_OK || result.text.len > NEUTRAL_VALUE_MAX)
		return sk_bytes_of(NULL, 0);
	return result.text;
}
