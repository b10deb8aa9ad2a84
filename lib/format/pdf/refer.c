/* Objects get their numbers: one for each object and type, in the order in which they are met. */
#include "conf/conf.h"
#include "format/pdf/reader.h"

uint32_t said_add(struct pdf_reader *r, struct said said)
{
	if (r->said_count >= limit(LIMIT_pdf_objects)) {
		r->status = limit_reached(LIMIT_pdf_objects);
		return 0;
	}
	if (r->said_count == r->said_room) {
		uint32_t room = r->said_room == 0 ? 1024 : 2 * r->said_room;
		struct said *larger = sk_arena_array(&r->keep, room, sizeof *larger);
		if (larger == NULL) {
			r->status = limit_reached(LIMIT_arena_bytes);
			return 0;
		}
		if (r->said_count > 0)
			memcpy(larger, r->said, r->said_count * sizeof *larger);
		r->said = larger;
		r->said_room = room;
	}
	r->said[r->said_count++] = said;
	return r->said_count;
}

#define TYPE_BITS 10
_Static_assert(PDF_TYPE_COUNT < 1 << TYPE_BITS, "a type is part of a key");

/* What tells an object of the file, or a value inside one, from all others; with its type. */
static uint64_t identity(enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object)
{
	if (object != NULL)
		return ((uint64_t)object->number << 16 | object->generation) << TYPE_BITS | type;
	return (uint64_t)1 << 62 | (uint64_t)(uintptr_t)value << TYPE_BITS >> 2 | type;
}

uint32_t object_refer(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object)
{
	uint64_t key = identity(type, value, object);
	struct said said = {.value = value, .object = object, .page = r->page, .type = (uint16_t)type};
	uint32_t number = 0;

	if (pdf_map_find(&r->numbers, key, &number))
		return number;
	if (pdf_types[type].node == PDF_NONE)
		return 0;
	bool good = true;
	if (payload_first(type)) {
		size_t mark = sk_arena_mark(r->job->arena);
		said.ready = sk_arena_make(&r->keep, sizeof *said.ready);
		good = said.ready != NULL && payload_make(r, &said, said.ready) == SK_OK;
		if (good) {
			sk_bytes made = said.ready->bytes;
			said.ready->bytes = sk_arena_copy(&r->keep, made);
			good = made.len == 0 || said.ready->bytes.at != NULL;
		}
		sk_arena_release(r->job->arena, mark);
	}
	if (good)
		number = said_add(r, said);
	if (!pdf_map_put(&r->numbers, key, number))
		r->status = limit_reached(LIMIT_arena_bytes);
	return number;
}
