/*
 * Colour spaces whose profile can't be kept become the device space of as many colours (ISO 32000-2, 8.6.5.5).
 *
 * What the attacker controls here: the profile and how many colours it is said to have.
 */
#include "format/pdf/reader.h"

#define LOOKUP_MAX ((size_t)256 * 32)

/* A table of colours that is a stream stands in the array as a string (8.6.6.3 allows both). */
static const struct pdf_value *with_table(struct pdf_reader *r, const struct pdf_value *space)
{
	const struct pdf_object *object;
	const struct pdf_value *table = source_value(&r->source, &space->items[3], &object);
	struct stream_bytes stream;
	struct pdf_value *made = sk_arena_make(&r->keep, sizeof *made);
	struct pdf_value *items = sk_arena_array(&r->keep, 4, sizeof *items);
	size_t mark = sk_arena_mark(r->job->arena);

	if (table->kind != VALUE_STREAM || object == NULL || made == NULL || items == NULL)
		return space;
	if (source_stream(&r->source, object, (size_t)1 << 20, &stream) != SK_OK || stream.rest != REST_NONE)
		return space;
	memcpy(items, space->items, 3 * sizeof *items);
	items[3] = (struct pdf_value){.kind = VALUE_STRING, .bytes = sk_arena_copy(&r->keep, sk_bytes_slice(stream.bytes, 0, LOOKUP_MAX))};
	*made = (struct pdf_value){.kind = VALUE_ARRAY, .count = 4};
	made->items = items;
	sk_arena_release(r->job->arena, mark);
	return made;
}

const struct pdf_value *color_settle(struct pdf_reader *r, const struct pdf_value *value)
{
	static const struct {
		int64_t count;
		struct pdf_value name;
	} devices[] = {
		{1, {.kind = VALUE_NAME, .bytes = {(const uint8_t *)"DeviceGray", 10}}},
		{3, {.kind = VALUE_NAME, .bytes = {(const uint8_t *)"DeviceRGB", 9}}},
		{4, {.kind = VALUE_NAME, .bytes = {(const uint8_t *)"DeviceCMYK", 10}}},
	};
	const struct pdf_object *object;

	if (value->kind == VALUE_ARRAY && value->count == 4 && value_is_name(source_value(&r->source, &value->items[0], NULL), SK_BYTES("Indexed")))
		return with_table(r, value);
	if (value->kind != VALUE_ARRAY || value->count < 2 || !value_is_name(source_value(&r->source, &value->items[0], NULL), SK_BYTES("ICCBased")))
		return value;
	const struct pdf_value *stream = source_value(&r->source, &value->items[1], &object);
	if (stream->kind == VALUE_STREAM && object != NULL && object_refer(r, PDF_TYPE_ICCProfileStream, stream, object) != 0)
		return value;
	int64_t count = value_integer(SOURCE_KEY(&r->source, stream, "N"), 0);
	for (size_t i = 0; i < SK_COUNT(devices); i++)
		if (devices[i].count == count)
			return &devices[i].name;
	return value;
}
