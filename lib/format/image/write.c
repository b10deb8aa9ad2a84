/*
 * Records to a picture: which kind, and what the three writers share.
 *
 * What the attacker controls here: all records that the vocabulary allows.
 */
#include "format/image/image.h"

enum sk_status image_write(struct format_write *job)
{
	struct neutral_record record;
	SK_TRY(neutral_next(job->in, &record));
	if (record.op != NEUTRAL_OPEN)
		return SK_MALFORMED;
	switch (record.node) {
	case IMAGE_NODE_jpeg_jpeg:
		return image_write_jpeg(job);
	case IMAGE_NODE_png_png:
		return image_write_png(job);
	case IMAGE_NODE_gif_gif:
		return image_write_gif(job);
	default:
		return SK_MALFORMED;
	}
}

enum sk_status image_attrs_take(struct neutral_in *in, uint16_t node, struct image_attrs *attrs, struct neutral_record *record)
{
	const struct vocabulary_class *own = &image_vocabulary.classes[image_vocabulary.nodes[node].class_];
	*attrs = (struct image_attrs){.first = own->attr_first};
	sk_assert(own->attr_count <= IMAGE_ATTRS_MAX);
	for (;;) {
		SK_TRY(neutral_next(in, record));
		if (record->op != NEUTRAL_ATTR)
			break;
		unsigned index = (unsigned)(record->attr - own->attr_first);
		sk_assert(index < own->attr_count);
		attrs->value[index] = record->number;
		attrs->present |= (uint32_t)1 << index;
	}
	for (unsigned i = 0; i < own->attr_count; i++)
		if ((image_vocabulary.attrs[own->attr_first + i].flags & VOCABULARY_REQUIRED) != 0 && (attrs->present >> i & 1) == 0)
			return SK_MALFORMED;
	return SK_OK;
}

enum sk_status image_data_take(struct neutral_in *in, uint8_t *to, size_t len, struct neutral_record *record)
{
	size_t used = 0;
	while (record->op == NEUTRAL_TEXT_OF) {
		if (record->bytes.len > len - used)
			return SK_MALFORMED;
		if (record->bytes.len > 0)
			memcpy(to + used, record->bytes.at, record->bytes.len);
		used += record->bytes.len;
		SK_TRY(neutral_next(in, record));
	}
	return record->op == NEUTRAL_CLOSE && used == len ? SK_OK : SK_MALFORMED;
}

enum sk_status image_value_take(struct neutral_in *in, uint8_t *to, size_t max, size_t *len)
{
	struct neutral_record record;
	SK_TRY(neutral_next(in, &record));
	if (record.op != NEUTRAL_TEXT_OF || record.bytes.len > max)
		return SK_MALFORMED;
	memcpy(to, record.bytes.at, record.bytes.len);
	*len = record.bytes.len;
	SK_TRY(neutral_next(in, &record));
	return record.op == NEUTRAL_CLOSE ? SK_OK : SK_MALFORMED;
}
