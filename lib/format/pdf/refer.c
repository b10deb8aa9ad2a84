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

/* What tells an object of the file, or a container inside one, from all others; with its type. Copies of a container share its entries. */
static uint64_t identity(enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object)
{
	if (object != NULL)
		return ((uint64_t)object->number << 16 | object->generation) << TYPE_BITS | type;
	return (uint64_t)1 << 62 | (uint64_t)(uintptr_t)value->entries << 8 | type; /* arrays stand at multiples of 16: 12 bits are free */
}

bool object_prepare(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value, const struct pdf_object *object,
		    struct payload *payload)
{
	if (r->payload_count == r->payload_room) {
		uint32_t room = r->payload_room == 0 ? 16 : 2 * r->payload_room;
		struct payload **larger = sk_arena_array(&r->keep, room, sizeof *larger);
		if (larger == NULL)
			return false;
		if (r->payload_count > 0)
			memcpy(larger, r->payloads, r->payload_count * sizeof(struct payload *));
		r->payloads = larger;
		r->payload_room = room;
	}
	r->payloads[r->payload_count] = payload;
	return pdf_map_put(&r->prepared, identity(type, value, object), r->payload_count++);
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
	uint32_t place;
	if (pdf_map_find(&r->prepared, key, &place)) {
		said.ready = r->payloads[place];
	} else if (payload_first(type)) {
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
