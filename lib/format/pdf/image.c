/*
 * Pictures: samples in the number that the dictionary tells, whatever filter packed them; a JPEG stays one, through a job of its own.
 *
 * What the attacker controls here: the dictionary and every byte. What is missing is filled up, what is too much is cut.
 */
#include "codec/jpx.h"
#include "conf/conf.h"
#include "format/pdf/image.h"
#include "format/raster/raster.h"

#define COMPONENTS_MAX 32
#define MORE_BYTES ((size_t)16 << 20) /* that a stream may hold beyond its picture */

struct picture {
	struct pdf_reader *r;
	const struct pdf_object *object;
	const struct pdf_value *dictionary;
	uint32_t width, height, bits, components; /* components 0: the colour space does not tell */
	bool mask;
};

/* How many samples a pixel of a colour space has; 0 when it can't be told. */
static uint32_t components_of(struct pdf_reader *r, const struct pdf_value *space)
{
	const struct pdf_value *name = space;

	if (space->kind == VALUE_ARRAY && space->count > 0)
		name = source_value(&r->source, &space->items[0], NULL);
	if (name->kind != VALUE_NAME)
		return 0;
	static const struct {
		const char *name;
		uint32_t components;
	} rows[] = {
		{"DeviceGray", 1}, {"DeviceRGB", 3}, {"DeviceCMYK", 4}, {"CalGray", 1}, {"CalRGB", 3},     {"CalCMYK", 4}, {"Lab", 3},
		{"Indexed", 1},    {"I", 1},         {"G", 1},          {"RGB", 3},     {"CMYK", 4},       {"Separation", 1},
	};
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		if (sk_bytes_equal(name->bytes, sk_bytes_str(rows[i].name)))
			return rows[i].components;
	if (space->kind != VALUE_ARRAY || space->count < 2)
		return 0;
	const struct pdf_value *second = source_value(&r->source, &space->items[1], NULL);
	int64_t count = 0;
	if (value_is_name(name, SK_BYTES("ICCBased")))
		count = value_integer(SOURCE_KEY(&r->source, second, "N"), 0);
	else if (value_is_name(name, SK_BYTES("DeviceN")) && second->kind == VALUE_ARRAY)
		count = second->count;
	return count > 0 && count <= COMPONENTS_MAX ? (uint32_t)count : 0;
}

/* Bytes of all rows; 0 when they are too many. */
static size_t samples_len(const struct picture *p)
{
	return (((size_t)p->width * p->components * p->bits + 7) / 8) * p->height;
}

static const struct pdf_value *put(struct picture *p, const char *key, struct pdf_value value)
{
	const struct pdf_value *made = value_with(&p->r->keep, p->dictionary, sk_bytes_str(key), &value);
	if (made != NULL)
		p->dictionary = made;
	return made;
}

/* The number that counts, where the dictionary says it otherwise. */
static bool settle(struct picture *p, const char *key, uint32_t number)
{
	const struct pdf_value *value = source_key(&p->r->source, p->dictionary, sk_bytes_str(key));
	return (value->kind == VALUE_INTEGER && value_integer(value, -1) == number) || put(p, key, value_number(&p->r->keep, number)) != NULL;
}

static enum sk_status measure(struct picture *p)
{
	int64_t width = value_integer(SOURCE_KEY(&p->r->source, p->dictionary, "Width"), 0);
	int64_t height = value_integer(SOURCE_KEY(&p->r->source, p->dictionary, "Height"), 0);
	int64_t bits = value_integer(SOURCE_KEY(&p->r->source, p->dictionary, "BitsPerComponent"), 8);
	const struct pdf_value *mask = SOURCE_KEY(&p->r->source, p->dictionary, "ImageMask");

	if (width <= 0 || height <= 0)
		return SK_MALFORMED;
	if ((uint64_t)width > limit(LIMIT_picture_side) || (uint64_t)height > limit(LIMIT_picture_side))
		return limit_reached(LIMIT_picture_side);
	if ((uint64_t)width * (uint64_t)height > limit(LIMIT_picture_pixels))
		return limit_reached(LIMIT_picture_pixels);
	p->width = (uint32_t)width;
	p->height = (uint32_t)height;
	p->mask = mask->kind == VALUE_BOOLEAN && mask->yes;
	if (p->mask)
		bits = 1;
	if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16)
		return SK_MALFORMED;
	p->bits = (uint32_t)bits;
	p->components = p->mask ? 1 : components_of(p->r, SOURCE_KEY(&p->r->source, p->dictionary, "ColorSpace"));
	return settle(p, "Width", p->width) && settle(p, "Height", p->height) && settle(p, "BitsPerComponent", p->bits) ? SK_OK : SK_LIMIT;
}

/* Samples of the wanted length: cut, or filled with zeros; bits behind a row's end are zero. */
static enum sk_status fit(struct picture *p, sk_bytes samples, struct payload *payload)
{
	size_t len = samples_len(p), row_bits = (size_t)p->width * p->components * p->bits, row = (row_bits + 7) / 8;

	if (samples.len >= len && row_bits % 8 == 0) {
		payload->bytes = sk_bytes_slice(samples, 0, len);
		return SK_OK;
	}
	uint8_t *whole = sk_arena_raw(p->r->job->arena, len);
	size_t there = sk_min(samples.len, len);
	if (whole == NULL)
		return limit_reached(LIMIT_arena_bytes);
	if (there > 0)
		memcpy(whole, samples.at, there);
	memset(whole + there, 0, len - there);
	if (there < len)
		reader_find(p->r, FINDING_picture_repaired, "short");
	for (size_t y = 0; y < p->height && row_bits % 8 != 0; y++)
		whole[y * row + row - 1] &= (uint8_t)(0xFF << (8 - row_bits % 8));
	payload->bytes = sk_bytes_of(whole, len);
	return SK_OK;
}

static enum sk_status plain(struct picture *p, struct stream_bytes *stream, struct payload *payload)
{
	if (p->components == 0) { /* as many as the bytes are enough for */
		size_t one = ((size_t)p->width * p->bits + 7) / 8 * p->height;
		p->components = stream->bytes.len >= 4 * one ? 4 : stream->bytes.len >= 3 * one ? 3 : 1;
		if (put(p, "ColorSpace", value_name(p->components == 4 ? "DeviceCMYK" : p->components == 3 ? "DeviceRGB" : "DeviceGray")) == NULL)
			return SK_LIMIT;
	}
	return fit(p, stream->bytes, payload);
}

static bool yes(struct pdf_reader *r, const struct pdf_value *dictionary, const char *key, bool otherwise)
{
	const struct pdf_value *value = source_key(&r->source, dictionary, sk_bytes_str(key));
	return value->kind == VALUE_BOOLEAN ? value->yes : otherwise;
}

static enum sk_status bits_to_samples(struct picture *p, struct raster_bits *bits, bool invert, struct payload *payload)
{
	if (bits->damaged)
		reader_find(p->r, FINDING_picture_repaired, "CCITT/JBIG2");
	SK_TRY(raster_bits_fit(p->r->job->arena, p->width, p->height, bits));
	if (invert)
		raster_bits_invert(bits);
	p->bits = 1;
	if (!settle(p, "BitsPerComponent", 1))
		return SK_LIMIT;
	if (p->components != 1) {
		p->components = 1;
		if (put(p, "ColorSpace", value_name("DeviceGray")) == NULL)
			return SK_LIMIT;
	}
	return fit(p, sk_bytes_of(bits->at, bits->stride * bits->height), payload);
}

static enum sk_status fax(struct picture *p, struct stream_bytes *stream, struct payload *payload)
{
	struct pdf_source *source = &p->r->source;
	struct ccitt_parameters parameters = CCITT_PARAMETERS;
	struct raster_bits bits;
	int64_t columns = value_integer(SOURCE_KEY(source, stream->parameters, "Columns"), 1728);

	parameters.k = value_integer(SOURCE_KEY(source, stream->parameters, "K"), 0);
	parameters.end_of_line = yes(p->r, stream->parameters, "EndOfLine", false);
	parameters.byte_align = yes(p->r, stream->parameters, "EncodedByteAlign", false);
	parameters.end_of_block = yes(p->r, stream->parameters, "EndOfBlock", true);
	if (columns <= 0 || (uint64_t)columns > limit(LIMIT_picture_side))
		return SK_MALFORMED;
	parameters.columns = (uint32_t)columns;
	parameters.rows = p->height;
	SK_TRY(ccitt_decode(stream->bytes, &parameters, p->r->job->arena, &bits));
	return bits_to_samples(p, &bits, !yes(p->r, stream->parameters, "BlackIs1", false), payload);
}

static enum sk_status jbig2(struct picture *p, struct stream_bytes *stream, struct payload *payload)
{
	struct stream_bytes globals = {.bytes = {NULL, 0}};
	const struct pdf_object *object;
	const struct pdf_value *value = source_value(&p->r->source, value_find(stream->parameters, SK_BYTES("JBIG2Globals")), &object);
	struct raster_bits bits;

	if (value->kind == VALUE_STREAM && object != NULL)
		SK_TRY(source_stream(&p->r->source, object, (size_t)limit(LIMIT_jbig2_bytes), &globals));
	SK_TRY(jbig2_decode(globals.bytes, stream->bytes, p->r->job->arena, &bits));
	return bits_to_samples(p, &bits, true, payload);
}

static enum sk_status jpx(struct picture *p, struct stream_bytes *stream, struct payload *payload)
{
	struct jpx_limits limits = {
		.pixels = limit(LIMIT_picture_pixels),
		.side = limit(LIMIT_picture_side),
		.tiles = limit(LIMIT_jpx_tiles),
		.components = limit(LIMIT_jpx_components),
		.memory_max = (size_t)limit(LIMIT_arena_bytes) / 2,
	};
	const struct pdf_value *space = SOURCE_KEY(&p->r->source, p->dictionary, "ColorSpace");
	bool indexed = space->kind == VALUE_ARRAY && space->count > 0 &&
		       value_is_name(source_value(&p->r->source, &space->items[0], NULL), SK_BYTES("Indexed"));
	struct jpx_picture made;
	bool over = false;

	SK_TRY(jpx_decode(stream->bytes, &limits, indexed, p->r->job->arena, &made, &over));
	uint32_t all = made.colors + (made.opacity > 0);
	if (all != made.colors) { /* colours alone, in place */
		size_t pixels = (size_t)made.width * made.height, from = (size_t)all * made.sample_bytes, to = (size_t)made.colors * made.sample_bytes;
		for (size_t i = 1; i < pixels; i++)
			memmove(made.samples + i * to, made.samples + i * from, to);
	}
	p->width = made.width;
	p->height = made.height;
	p->bits = 8 * made.sample_bytes;
	bool fits = space->kind != VALUE_NULL && p->components == made.colors;
	p->components = made.colors;
	static const char *const spaces[5] = {"DeviceGray", "DeviceGray", "DeviceGray", "DeviceRGB", "DeviceCMYK"};
	if (put(p, "Width", value_number(&p->r->keep, p->width)) == NULL || put(p, "Height", value_number(&p->r->keep, p->height)) == NULL ||
	    put(p, "BitsPerComponent", value_number(&p->r->keep, p->bits)) == NULL ||
	    (!fits && !p->mask && put(p, "ColorSpace", value_name(spaces[sk_min(made.colors, 4)])) == NULL))
		return SK_LIMIT;
	if (made.colors == 2)
		return SK_UNSUPPORTED;
	return fit(p, sk_bytes_of(made.samples, samples_len(p)), payload);
}

static enum sk_status jpeg(struct picture *p, struct stream_bytes *stream, struct payload *payload)
{
	struct format_read *job = p->r->job;
	struct format_inner result;
	uint8_t room[12];
	struct sk_buf page;

	sk_buf_fixed(&page, room, sizeof room);
	if (p->r->page > 0)
		sk_buf_decimal(&page, p->r->page);
	SK_TRY(job->inner(job->context, stream->bytes, p->r->page > 0 ? FINDING_PAGE : FINDING_WHOLE, sk_buf_bytes(&page), &result));
	if (!result.clean || result.kind != KIND_jpeg)
		return SK_MALFORMED;
	payload->inner = true;
	payload->number = result.number;
	return SK_OK;
}

/* A picture of nothing: one pixel of a stencil that paints none. */
static enum sk_status blank(struct picture *p, struct payload *payload)
{
	static const uint8_t nothing[1] = {0x80};
	static const struct pdf_value none = {.kind = VALUE_DICTIONARY};

	p->dictionary = &none;
	if (put(p, "Subtype", value_name("Image")) == NULL || put(p, "Width", value_number(&p->r->keep, 1)) == NULL || put(p, "Height", value_number(&p->r->keep, 1)) == NULL ||
	    put(p, "BitsPerComponent", value_number(&p->r->keep, 1)) == NULL || put(p, "ImageMask", (struct pdf_value){.kind = VALUE_BOOLEAN, .yes = true}) == NULL)
		return SK_LIMIT;
	*payload = (struct payload){.dictionary = p->dictionary, .bytes = sk_bytes_of(nothing, sizeof nothing)};
	reader_find(p->r, FINDING_picture_replaced, "PDF");
	return SK_OK;
}

static enum sk_status make(struct picture *p, struct payload *payload)
{
	struct stream_bytes stream;

	SK_TRY(measure(p));
	size_t expected = ((size_t)p->width * p->bits * sk_max(p->components, 4) / 8 + 1) * p->height;
	SK_TRY(source_stream(&p->r->source, p->object, 2 * expected + MORE_BYTES, &stream));
	switch (stream.rest) {
	case REST_NONE:
		return plain(p, &stream, payload);
	case REST_DCT:
		return jpeg(p, &stream, payload);
	case REST_JPX:
		return jpx(p, &stream, payload);
	case REST_CCITT:
		return fax(p, &stream, payload);
	case REST_JBIG2:
		return jbig2(p, &stream, payload);
	case REST_UNKNOWN:
		break;
	}
	return SK_UNSUPPORTED;
}

enum sk_status image_make_loose(struct pdf_reader *r, const struct pdf_value *dictionary, sk_bytes bytes, bool jpeg_file, struct payload *payload)
{
	struct picture p = {.r = r, .dictionary = dictionary};
	struct stream_bytes stream = {.bytes = bytes};

	*payload = (struct payload){.dictionary = NULL};
	SK_TRY(measure(&p));
	SK_TRY(jpeg_file ? jpeg(&p, &stream, payload) : plain(&p, &stream, payload));
	payload->dictionary = p.dictionary;
	return SK_OK;
}

enum sk_status image_make(struct pdf_reader *r, const struct said *said, struct payload *payload)
{
	struct picture p = {.r = r, .object = said->object, .dictionary = said->value};

	*payload = (struct payload){.dictionary = NULL};
	if (p.object == NULL)
		return blank(&p, payload);
	if (make(&p, payload) != SK_OK)
		return blank(&p, payload);
	payload->dictionary = p.dictionary;
	return SK_OK;
}
