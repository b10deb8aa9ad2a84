/*
 * Colour spaces whose profile can't be kept become the device space of as many colours (ISO 32000-2, 8.6.5.5).
 *
 * What the attacker controls here: the profile and how many colours it is said to have.
 */
#include "format/pdf/reader.h"

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
