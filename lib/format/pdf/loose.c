/*
 * Inline pictures (ISO 32000-2, 8.9.7): small ones stay as samples, large ones become objects among the resources.
 *
 * What the attacker controls here: the picture's entries and bytes.
 */
#include "format/pdf/loose.h"

#include "conf/conf.h"
#include "format/pdf/image.h"
#include "format/raster/filters.h"

static bool put(struct pdf_reader *r, const struct pdf_value **dictionary, const char *key, struct pdf_value value)
{
	*dictionary = value_with(&r->keep, *dictionary, sk_bytes_str(key), &value);
	return *dictionary != NULL;
}

/* Name of a device space; NULL: one of the resources. */
static const char *device(enum content_space space)
{
	static const char *const names[] = {[CONTENT_SPACE_GRAY] = "DeviceGray", [CONTENT_SPACE_RGB] = "DeviceRGB", [CONTENT_SPACE_CMYK] = "DeviceCMYK"};
	return space <= CONTENT_SPACE_CMYK ? names[space] : NULL;
}

/* A space by its name, as spelled, among the resources. */
static struct pdf_value named(struct loose *loose, sk_bytes name)
{
	struct pdf_source *source = &loose->r->source;
	const struct pdf_value *spaces = SOURCE_KEY(source, loose->resources, "ColorSpace");
	for (uint32_t i = 0; spaces->kind == VALUE_DICTIONARY && i < spaces->count; i++) {
		uint8_t room[1600];
		struct sk_buf spelled;
		sk_buf_fixed(&spelled, room, sizeof room);
		pdf_name_put(&spelled, spaces->entries[i].name);
		if (sk_bytes_equal(sk_buf_bytes(&spelled), name))
			return *source_value(source, &spaces->entries[i].value, NULL);
	}
	return (struct pdf_value){.kind = VALUE_NULL};
}

static struct pdf_value space_of(struct loose *loose, const struct content_image *image)
{
	enum content_space base = image->space == CONTENT_SPACE_INDEXED ? image->base : image->space;
	struct pdf_value plain = device(base) != NULL ? value_name(device(base)) : named(loose, image->name);
	if (image->space != CONTENT_SPACE_INDEXED)
		return plain;
	struct sk_arena *keep = &loose->r->keep;
	struct pdf_value value = {.kind = VALUE_ARRAY, .count = 4};
	value.items = sk_arena_array(keep, 4, sizeof *value.items);
	if (value.items == NULL)
		return (struct pdf_value){.kind = VALUE_NULL};
	value.items[0] = value_name("Indexed");
	value.items[1] = plain;
	value.items[2] = value_number(keep, image->high);
	value.items[3] = (struct pdf_value){.kind = VALUE_STRING, .bytes = sk_arena_copy(keep, image->lookup)};
	return value;
}

static const struct pdf_value *dictionary_of(struct loose *loose, const struct content_image *image)
{
	struct pdf_reader *r = loose->r;
	static const struct pdf_value none = {.kind = VALUE_DICTIONARY};
	const struct pdf_value *d = &none;
	struct value_stack stack = {.room = 0};
	struct pdf_value decode;

	if (!put(r, &d, "Type", value_name("XObject")) || !put(r, &d, "Subtype", value_name("Image")) ||
	    !put(r, &d, "Width", value_number(&r->keep, image->width)) || !put(r, &d, "Height", value_number(&r->keep, image->height)) ||
	    !put(r, &d, "BitsPerComponent", value_number(&r->keep, image->bits)))
		return NULL;
	if (image->mask ? !put(r, &d, "ImageMask", (struct pdf_value){.kind = VALUE_BOOLEAN, .yes = true}) : !put(r, &d, "ColorSpace", space_of(loose, image)))
		return NULL;
	if (image->interpolate && !put(r, &d, "Interpolate", (struct pdf_value){.kind = VALUE_BOOLEAN, .yes = true}))
		return NULL;
	if (image->decode.len > 0) {
		struct sk_buf list;
		sk_buf_init(&list, &r->keep, image->decode.len + 2);
		sk_buf_u8(&list, '[');
		sk_buf_put(&list, image->decode);
		sk_buf_u8(&list, ']');
		if (value_parse(sk_buf_bytes(&list), &r->keep, &stack, &decode) != SK_OK || !put(r, &d, "Decode", decode))
			return NULL;
	}
	return d;
}

/* A name that no XObject of the resources has. */
static sk_bytes free_name(struct loose *loose, const struct pdf_value *there)
{
	struct sk_buf name;
	sk_buf_init(&name, &loose->r->keep, 24);
	do {
		sk_buf_reset(&name);
		sk_buf_str(&name, "Inline");
		sk_buf_decimal(&name, loose->count++);
	} while (value_find(there, sk_buf_bytes(&name)) != NULL);
	return sk_buf_bytes(&name);
}

static bool add(struct loose *loose, const struct content_image *image, sk_bytes bytes, bool jpeg, struct content_image_answer *answer)
{
	struct pdf_reader *r = loose->r;
	static const struct pdf_value none = {.kind = VALUE_DICTIONARY};
	const struct pdf_value *there = loose->added != NULL ? loose->added : SOURCE_KEY(&r->source, loose->resources, "XObject");
	const struct pdf_value *d = dictionary_of(loose, image);
	struct payload *payload = sk_arena_make(&r->keep, sizeof *payload);

	if (d == NULL || payload == NULL || image_make_loose(r, d, bytes, jpeg, payload) != SK_OK)
		return false;
	sk_bytes made = payload->bytes;
	payload->bytes = sk_arena_copy(&r->keep, made);
	if (made.len > 0 && payload->bytes.at == NULL)
		return false;
	there = there->kind == VALUE_DICTIONARY ? there : &none;
	sk_bytes name = free_name(loose, there);
	struct pdf_value stream = *payload->dictionary;
	stream.kind = VALUE_STREAM;
	loose->added = value_with(&r->keep, there, name, &stream);
	answer->xobject = name;
	return loose->added != NULL && object_prepare(r, PDF_TYPE_Image, value_find(loose->added, name), NULL, payload);
}

/* Where a JPEG ends: behind its last marker of an end that a blank follows. */
static size_t jpeg_len(sk_bytes rest)
{
	for (size_t at = sk_bytes_find(rest, SK_BYTES("\xFF\xD9"), 0); at != SIZE_MAX; at = sk_bytes_find(rest, SK_BYTES("\xFF\xD9"), at + 2)) {
		size_t next = at + 2;
		while (next < rest.len && rest.at[next] <= ' ')
			next++;
		if (sk_bytes_starts(sk_bytes_slice(rest, next, 2), SK_BYTES("EI")))
			return at + 2;
	}
	return 0;
}

void loose_image(void *context, const struct content_image *image, struct content_image_answer *answer)
{
	struct loose *loose = context;
	struct filtered step = {.bytes = image->rest};
	bool jpeg = false;

	*answer = (struct content_image_answer){0};
	for (size_t i = 0; i < image->filter_count; i++) {
		sk_bytes in = step.bytes;
		jpeg = image->filters[i].filter == CONTENT_FILTER_DCT;
		if (jpeg) {
			if (i == 0)
				step.bytes = sk_bytes_slice(in, 0, answer->used = jpeg_len(in));
			break;
		}
		if (content_undo(loose->r, image, &image->filters[i], in, &step) != SK_OK)
			return;
		if (i == 0)
			answer->used = step.used;
	}
	if (image->filter_count == 0)
		answer->used = sk_min(image->bytes, image->rest.len);
	if (!jpeg && image->bytes > 0 && image->bytes <= limit(LIMIT_content_image_bytes))
		answer->samples = sk_bytes_slice(step.bytes, 0, image->bytes);
	else if (!add(loose, image, step.bytes, jpeg, answer))
		answer->xobject = sk_bytes_of(NULL, 0);
}

const struct pdf_value *loose_resources(struct loose *loose, const struct pdf_value *owner)
{
	static const struct pdf_value none = {.kind = VALUE_DICTIONARY};
	struct pdf_reader *r = loose->r;
	const struct pdf_value *resources = loose->resources->kind == VALUE_DICTIONARY ? loose->resources : &none;

	resources = value_with(&r->keep, resources, SK_BYTES("XObject"), loose->added);
	return resources == NULL ? NULL : value_with(&r->keep, owner, SK_BYTES("Resources"), resources);
}
