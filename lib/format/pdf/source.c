/*
 * The file's objects by number, each parsed once; references followed.
 *
 * What the attacker controls here: every number and every text that qpdf hands over.
 */
#include "conf/conf.h"
#include "format/pdf/object.h"

static const struct pdf_value nothing = {.kind = VALUE_NULL};

/* A text of qpdf's that must last. */
static enum sk_status keep(struct pdf_source *source, sk_bytes text, struct pdf_value *value)
{
	sk_bytes kept = sk_arena_copy(source->arena, text);
	if (kept.at == NULL)
		return limit_reached(LIMIT_arena_bytes);
	return value_parse(kept, source->arena, &source->stack, value);
}

enum sk_status source_open(struct pdf_source *source, sk_bytes input, sk_bytes passwords, struct sk_arena *arena, struct sk_arena *scratch)
{
	sk_bytes text;

	*source = (struct pdf_source){.arena = arena, .scratch = scratch, .known = {.arena = arena}};
	SK_TRY(password_open(source, input, passwords));
	pdf_file_facts(source->file, &source->facts);
	enum sk_status status = pdf_file_trailer(source->file, &text);
	if (status == SK_OK)
		status = keep(source, text, &source->trailer);
	if (status != SK_OK)
		pdf_file_close(source->file);
	return status;
}

void source_close(struct pdf_source *source)
{
	pdf_file_close(source->file);
}

static enum sk_status load(struct pdf_source *source, uint32_t number, uint32_t generation, struct pdf_object **result)
{
	sk_bytes text;
	bool is_stream;
	struct pdf_object *object = sk_arena_make(source->arena, sizeof *object);

	*result = NULL;
	if (object == NULL)
		return limit_reached(LIMIT_arena_bytes);
	SK_TRY(pdf_file_object(source->file, number, generation, &text, &is_stream));
	SK_TRY(keep(source, text, &object->value));
	object->number = number;
	object->generation = generation;
	if (is_stream && object->value.kind == VALUE_DICTIONARY)
		object->value.kind = VALUE_STREAM;
	*result = object;
	return SK_OK;
}

/* Room for one more object. */
static bool grow(struct pdf_source *source)
{
	if (source->object_count < source->object_room)
		return true;
	uint32_t room = source->object_room == 0 ? 1024 : 2 * source->object_room;
	struct pdf_object **objects = sk_arena_array(source->arena, room, sizeof *objects);
	if (room > 4 * limit(LIMIT_pdf_objects) || objects == NULL)
		return false;
	if (source->object_count > 0)
		memcpy(objects, source->objects, source->object_count * sizeof *objects);
	source->objects = objects;
	source->object_room = room;
	return true;
}

static const struct pdf_object *object_of(struct pdf_source *source, uint32_t number, uint32_t generation)
{
	uint64_t key = (uint64_t)number << 16 | generation;
	uint32_t index;

	if (pdf_map_find(&source->known, key, &index))
		return source->objects[index];
	if (!grow(source) || !pdf_map_put(&source->known, key, source->object_count)) {
		source->lost = true;
		return NULL;
	}
	struct pdf_object **object = &source->objects[source->object_count++];
	if (load(source, number, generation, object) != SK_OK)
		source->lost = true;
	return *object;
}

#define STEPS_MAX 32 /* a reference to a reference is not allowed (7.3.10), but found */

const struct pdf_value *source_value(struct pdf_source *source, const struct pdf_value *value, const struct pdf_object **object)
{
	if (object != NULL)
		*object = NULL;
	for (unsigned steps = 0; value != NULL && value->kind == VALUE_REFERENCE; steps++) {
		const struct pdf_object *target = object_of(source, value->reference.number, value->reference.generation);
		if (target == NULL || steps == STEPS_MAX)
			return &nothing;
		if (object != NULL)
			*object = target;
		value = &target->value;
	}
	return value == NULL ? &nothing : value;
}

const struct pdf_value *source_key(struct pdf_source *source, const struct pdf_value *dictionary, sk_bytes name)
{
	return source_value(source, value_find(dictionary, name), NULL);
}
