/*
 * The bytes of a stream: the chain of filters (ISO 32000-2, 7.4) undone as far as it goes; a picture's filter is left to who knows pictures.
 *
 * What the attacker controls here: the names of the filters, their number, their parameters and the bytes.
 */
#include "conf/conf.h"
#include "format/pdf/object.h"
#include "format/raster/filters.h"

#define FILTERS_MAX 8

enum filter { FILTER_FLATE, FILTER_LZW, FILTER_ASCII85, FILTER_ASCIIHEX, FILTER_RUNLENGTH, FILTER_CRYPT, FILTER_PICTURE, FILTER_NONE };

static const struct {
	const char *name, *short_name; /* the short ones are for inline images (8.9.7) and found elsewhere */
	uint8_t filter;                /* enum filter */
	uint8_t rest;                  /* enum stream_rest */
} filters[] = {
	{"FlateDecode", "Fl", FILTER_FLATE, REST_NONE},
	{"LZWDecode", "LZW", FILTER_LZW, REST_NONE},
	{"ASCII85Decode", "A85", FILTER_ASCII85, REST_NONE},
	{"ASCIIHexDecode", "AHx", FILTER_ASCIIHEX, REST_NONE},
	{"RunLengthDecode", "RL", FILTER_RUNLENGTH, REST_NONE},
	{"Crypt", "Crypt", FILTER_CRYPT, REST_NONE}, /* undone by qpdf */
	{"DCTDecode", "DCT", FILTER_PICTURE, REST_DCT},
	{"JPXDecode", "JPX", FILTER_PICTURE, REST_JPX},
	{"CCITTFaxDecode", "CCF", FILTER_PICTURE, REST_CCITT},
	{"JBIG2Decode", "JBIG2", FILTER_PICTURE, REST_JBIG2},
};

static size_t filter_row(const struct pdf_value *name)
{
	size_t row = 0;
	if (name->kind != VALUE_NAME)
		return SK_COUNT(filters);
	while (row < SK_COUNT(filters) && !sk_bytes_equal(name->bytes, sk_bytes_str(filters[row].name)) &&
	       !sk_bytes_equal(name->bytes, sk_bytes_str(filters[row].short_name)))
		row++;
	return row;
}

/* The index-th of a key's value, which may be one or an array of them. */
static const struct pdf_value *nth(struct pdf_source *source, const struct pdf_value *of, uint32_t index)
{
	static const struct pdf_value nothing = {.kind = VALUE_NULL};
	if (of->kind == VALUE_ARRAY)
		return index < of->count ? source_value(source, &of->items[index], NULL) : &nothing;
	return index == 0 ? of : &nothing;
}

static enum sk_status unpredict(struct pdf_source *source, const struct pdf_value *parameters, struct filtered *out)
{
	struct predictor predictor = PREDICTOR;
	struct filtered plain;

	predictor.kind = value_integer(SOURCE_KEY(source, parameters, "Predictor"), 1);
	if (predictor.kind < 2)
		return SK_OK;
	predictor.colors = value_integer(SOURCE_KEY(source, parameters, "Colors"), 1);
	predictor.bits = value_integer(SOURCE_KEY(source, parameters, "BitsPerComponent"), 8);
	predictor.columns = value_integer(SOURCE_KEY(source, parameters, "Columns"), 1);
	SK_TRY(predictor_undo(out->bytes, &predictor, source->scratch, &plain));
	out->bytes = plain.bytes;
	out->damaged |= plain.damaged;
	return SK_OK;
}

static enum sk_status undo(struct pdf_source *source, enum filter filter, const struct pdf_value *parameters, size_t bytes_max, sk_bytes in,
			   struct filtered *out)
{
	struct sk_arena *arena = source->scratch;

	*out = (struct filtered){.bytes = in};
	switch (filter) {
	case FILTER_FLATE:
		SK_TRY(flate_decode(in, arena, bytes_max, out));
		return unpredict(source, parameters, out);
	case FILTER_LZW: {
		enum lzw_kind kind = value_integer(SOURCE_KEY(source, parameters, "EarlyChange"), 1) == 0 ? LZW_LATE : LZW_EARLY;
		SK_TRY(lzw_decode(in, kind, arena, bytes_max, out));
		return unpredict(source, parameters, out);
	}
	case FILTER_ASCII85:
		return ascii85_decode(in, arena, bytes_max, out);
	case FILTER_ASCIIHEX:
		return asciihex_decode(in, arena, bytes_max, out);
	case FILTER_RUNLENGTH:
		return runlength_decode(in, false, arena, bytes_max, out);
	case FILTER_CRYPT:
	case FILTER_PICTURE:
	case FILTER_NONE:
		break;
	}
	return SK_OK;
}

enum sk_status source_stream(struct pdf_source *source, const struct pdf_object *stream, size_t bytes_max, struct stream_bytes *out)
{
	const struct pdf_value *names = SOURCE_KEY(source, &stream->value, "Filter");
	const struct pdf_value *parameters = SOURCE_KEY(source, &stream->value, "DecodeParms");
	struct filtered step;

	if (names->kind == VALUE_NULL)
		names = SOURCE_KEY(source, &stream->value, "F");
	if (names->kind == VALUE_DICTIONARY || names->kind == VALUE_STRING) /* F: a file elsewhere */
		return SK_UNSUPPORTED;
	if (parameters->kind == VALUE_NULL)
		parameters = SOURCE_KEY(source, &stream->value, "DP");
	uint32_t count = names->kind == VALUE_ARRAY ? names->count : names->kind == VALUE_NAME;
	*out = (struct stream_bytes){.parameters = nth(source, parameters, 0)};
	if (count > FILTERS_MAX || value_find(&stream->value, SK_BYTES("FFilter")) != NULL)
		return SK_UNSUPPORTED;
	SK_TRY(pdf_file_stream(source->file, stream->number, stream->generation, source->scratch, &out->bytes));
	for (uint32_t i = 0; i < count; i++) {
		size_t row = filter_row(nth(source, names, i));
		if (row == SK_COUNT(filters) || out->rest != REST_NONE) {
			out->rest = REST_UNKNOWN;
			return SK_UNSUPPORTED;
		}
		out->parameters = nth(source, parameters, i);
		out->rest = filters[row].rest;
		SK_TRY(undo(source, filters[row].filter, out->parameters, bytes_max, out->bytes, &step));
		out->bytes = step.bytes;
		out->damaged |= step.damaged;
	}
	return SK_OK;
}
