/*
 * What a stream holds, in the form in which it crosses: content, character maps and functions in their canonical languages
 * (docs/decisions/0013), samples in the number that the dictionary tells.
 *
 * What the attacker controls here: every byte of the stream and its dictionary.
 */
#include "conf/conf.h"
#include "format/font/font.h"
#include "format/icc/icc.h"
#include "format/pdf/content.h"
#include "format/pdf/image.h"
#include "neutral/calculator.h"
#include "neutral/cmap.h"

#define SIDES_MAX 32 /* dimensions and outputs of a function */

bool payload_first(enum pdf_type type)
{
	switch ((enum pdf_payload)pdf_types[type].payload) {
	case PDF_PAYLOAD_FONT:
	case PDF_PAYLOAD_ICC:
	case PDF_PAYLOAD_SAMPLES:
	case PDF_PAYLOAD_CALCULATOR:
	case PDF_PAYLOAD_MESH:
	case PDF_PAYLOAD_CMAP:
	case PDF_PAYLOAD_UNICODE:
		return true;
	case PDF_PAYLOAD_NONE:
	case PDF_PAYLOAD_CONTENT:
	case PDF_PAYLOAD_GLYPH:
	case PDF_PAYLOAD_IMAGE:
		break;
	}
	return false;
}

/* The stream's bytes with no filter left. */
static enum sk_status bytes_of(struct pdf_reader *r, const struct said *said, sk_bytes *bytes)
{
	struct stream_bytes stream;

	if (said->object == NULL)
		return SK_MALFORMED;
	SK_TRY(source_stream(&r->source, said->object, (size_t)limit(LIMIT_pdf_stream_bytes), &stream));
	*bytes = stream.bytes;
	return stream.rest == REST_NONE ? SK_OK : SK_UNSUPPORTED;
}

static uint32_t pairs(struct pdf_reader *r, const struct said *said, const char *key)
{
	const struct pdf_value *list = source_key(&r->source, said->value, sk_bytes_str(key));
	return list->kind == VALUE_ARRAY ? list->count / 2 : 0;
}

/* Function of type 0: as many samples as its sizes and outputs make (7.10.2). */
static enum sk_status samples(struct pdf_reader *r, const struct said *said, sk_bytes bytes, struct payload *payload)
{
	const struct pdf_value *size = SOURCE_KEY(&r->source, said->value, "Size");
	int64_t bits = value_integer(SOURCE_KEY(&r->source, said->value, "BitsPerSample"), 0);
	size_t outputs = pairs(r, said, "Range"), count = outputs * (size_t)(bits > 0 && bits <= 32 ? bits : 0);

	if (size->kind != VALUE_ARRAY || size->count == 0 || size->count > SIDES_MAX || outputs == 0 || outputs > SIDES_MAX || count == 0)
		return SK_MALFORMED;
	for (uint32_t i = 0; i < size->count; i++) {
		int64_t side = value_integer(source_value(&r->source, &size->items[i], NULL), 0);
		if (side <= 0 || !sk_mul(count, (size_t)side, &count) || count / 8 > limit(LIMIT_pdf_stream_bytes))
			return SK_MALFORMED;
	}
	if (bytes.len < (count + 7) / 8)
		return SK_TRUNCATED;
	payload->bytes = sk_bytes_slice(bytes, 0, (count + 7) / 8);
	return SK_OK;
}

static enum sk_status cmap(struct pdf_reader *r, const struct said *said, sk_bytes bytes, enum cmap_kind kind, struct payload *payload)
{
	struct cmap_result result;

	(void)said;
	SK_TRY(cmap_canonical(bytes, kind, r->job->arena, &result));
	payload->bytes = result.text;
	return SK_OK;
}

/* A profile of as many channels as the dictionary tells. */
static enum sk_status profile(struct pdf_reader *r, const struct said *said, sk_bytes bytes, struct payload *payload)
{
	struct icc_profile made;

	SK_TRY(icc_rebuild(bytes, r->job->arena, &made));
	payload->bytes = made.bytes;
	return value_integer(SOURCE_KEY(&r->source, said->value, "N"), 0) == made.channels ? SK_OK : SK_MALFORMED;
}

/* A program in its canonical form, of a kind that the key allows. */
static enum sk_status font(struct pdf_reader *r, const struct said *said, sk_bytes bytes, struct payload *payload)
{
	struct font_result result;

	SK_TRY(font_canonical(FONT_ANY, bytes, r->job->arena, &result));
	payload->bytes = result.bytes;
	return pdf_font_fits((enum pdf_type)said->type, &result) ? SK_OK : SK_UNSUPPORTED;
}

static enum sk_status make(struct pdf_reader *r, const struct said *said, struct payload *payload)
{
	enum pdf_payload kind = (enum pdf_payload)pdf_types[said->type].payload;
	sk_bytes bytes;

	*payload = (struct payload){.dictionary = NULL};
	if (kind == PDF_PAYLOAD_IMAGE)
		return image_make(r, said, payload);
	if (kind == PDF_PAYLOAD_CONTENT || kind == PDF_PAYLOAD_GLYPH)
		return content_make(r, said, kind == PDF_PAYLOAD_GLYPH, payload);
	SK_TRY(bytes_of(r, said, &bytes));
	switch (kind) {
	case PDF_PAYLOAD_SAMPLES:
		return samples(r, said, bytes, payload);
	case PDF_PAYLOAD_CALCULATOR:
		return calculator_canonical(bytes, pairs(r, said, "Domain"), pairs(r, said, "Range"), r->job->arena, &payload->bytes);
	case PDF_PAYLOAD_MESH:
		payload->bytes = bytes;
		return SK_OK;
	case PDF_PAYLOAD_CMAP:
		return cmap(r, said, bytes, CMAP_CID, payload);
	case PDF_PAYLOAD_UNICODE:
		return cmap(r, said, bytes, CMAP_UNICODE, payload);
	case PDF_PAYLOAD_ICC:
		return profile(r, said, bytes, payload);
	case PDF_PAYLOAD_FONT:
		return font(r, said, bytes, payload);
	case PDF_PAYLOAD_NONE:
	case PDF_PAYLOAD_CONTENT:
	case PDF_PAYLOAD_GLYPH:
	case PDF_PAYLOAD_IMAGE:
		break;
	}
	return SK_UNSUPPORTED;
}

static enum finding_code code_of(unsigned type)
{
	if (pdf_types[type].payload == PDF_PAYLOAD_FONT)
		return FINDING_font_removed;
	return pdf_types[type].payload == PDF_PAYLOAD_ICC ? FINDING_profile_removed : FINDING_part_damaged;
}

enum sk_status payload_make(struct pdf_reader *r, const struct said *said, struct payload *payload)
{
	enum sk_status status = make(r, said, payload);

	if (status != SK_OK && payload_first((enum pdf_type)said->type))
		reader_find(r, code_of(said->type), pdf_types[said->type].name);
	return status;
}
