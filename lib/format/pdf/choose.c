/*
 * Which of the types that a key allows is a value?
 *
 * What the attacker controls here: which keys are there and what they say. Whatever is chosen, only what the type has is said.
 */
#include "conf/conf.h"
#include "format/pdf/reader.h"

static const struct pdf_value *element(struct pdf_reader *r, const struct pdf_type_row *type, const struct pdf_value *value, const struct pdf_key *key)
{
	uint64_t index;
	if (type->shape != PDF_FIXED)
		return source_value(&r->source, value_find(value, sk_bytes_str(key->name)), NULL);
	if (!sk_parse_u64(sk_bytes_str(key->name), &index) || index >= value->count)
		return source_value(&r->source, NULL, NULL);
	return source_value(&r->source, &value->items[index], NULL);
}

static bool of_kind(const struct pdf_type_row *type, const struct pdf_value *value)
{
	switch ((enum pdf_shape)type->shape) {
	case PDF_STREAM: /* the content of a page may be several streams */
		return value->kind == VALUE_STREAM || (value->kind == VALUE_ARRAY && type == &pdf_types[PDF_TYPE_Stream]);
	case PDF_FIXED:
	case PDF_LIST:
		return value->kind == VALUE_ARRAY;
	case PDF_DICTIONARY:
	case PDF_MAP:
	case PDF_NAME_TREE:
	case PDF_NUMBER_TREE:
		break;
	}
	return value->kind == VALUE_DICTIONARY;
}

/* One name's alternatives of a type against the value: -2 it is not of this type, -1 it would go, 0 absent, 1 good. */
static int key_fits(struct pdf_reader *r, const struct pdf_key *keys, size_t count, const struct pdf_value *value)
{
	bool decides = false, shallow = false;

	if (value->kind == VALUE_NULL) /* nothing: an address has to be there */
		return keys[0].form == PDF_FORM_URL || (keys[0].flags & (PDF_REQUIRED | PDF_DECIDES)) == (PDF_REQUIRED | PDF_DECIDES) ? -2 : 0;
	for (size_t i = 0; i < count; i++) {
		decides |= (keys[i].flags & PDF_DECIDES) != 0 || keys[i].form == PDF_FORM_URL;
		if (scalar_fits(r, &keys[i], value))
			return 1;
		if (keys[i].form == PDF_FORM_DICTIONARY)
			shallow |= value->kind == VALUE_DICTIONARY || value->kind == VALUE_STREAM;
		if (keys[i].form == PDF_FORM_ARRAY)
			shallow |= value->kind == VALUE_ARRAY;
	}
	if (shallow)
		return 1;
	return decides ? -2 : -1;
}

int type_fits(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	const struct pdf_type_row *row = &pdf_types[type];
	int score = 100;

	if (!of_kind(row, value))
		return -1;
	if (row->shape != PDF_DICTIONARY && row->shape != PDF_FIXED && row->shape != PDF_STREAM)
		return score;
	if (value->kind == VALUE_ARRAY && row->shape == PDF_STREAM)
		return score;
	for (size_t i = row->first, end = (size_t)row->first + row->count; i < end;) {
		size_t next = i + 1;
		while (next < end && strcmp(pdf_keys[next].name, pdf_keys[i].name) == 0)
			next++;
		bool asked = false, type_key = strcmp(pdf_keys[i].name, "Type") == 0;
		for (size_t k = i; k < next; k++)
			asked |= (pdf_keys[k].flags & (PDF_REQUIRED | PDF_DECIDES)) != 0;
		if (pdf_keys[i].name[0] != '*' && (asked || type_key)) {
			int fit = key_fits(r, &pdf_keys[i], next - i, element(r, row, value, &pdf_keys[i]));
			if (fit == -2)
				return -1;
			score += type_key ? 10 * fit : fit - ((pdf_keys[i].flags & PDF_REQUIRED) != 0 && fit == 0);
		}
		i = next;
	}
	return score;
}

/* The best of the keys of a form whose types the value may be. */
static const struct pdf_key *best(struct pdf_reader *r, const struct pdf_key *keys, size_t count, enum pdf_form form,
				  const struct pdf_value *value)
{
	const struct pdf_key *found = NULL;
	int score = -1;

	for (size_t i = 0; i < count; i++) {
		if (keys[i].form != form)
			continue;
		int fit = type_fits(r, (enum pdf_type)keys[i].target, value);
		if (fit > score) {
			score = fit;
			found = &keys[i];
		}
	}
	return found;
}

static const struct pdf_key *with_form(const struct pdf_key *keys, size_t count, enum pdf_form form)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].form == form)
			return &keys[i];
	return NULL;
}

/* A page: only one of the tree, and only by its number. */
static bool page_number(const struct pdf_reader *r, const struct pdf_object *object, uint32_t *number)
{
	return object != NULL && pdf_map_find(&r->pages, (uint64_t)object->number << 16 | object->generation, number);
}

const struct pdf_key *key_choose(struct pdf_reader *r, const struct pdf_key *keys, size_t count, const struct pdf_value *value,
				 const struct pdf_object *object, uint32_t *number)
{
	*number = 0;
	for (size_t i = 0; i < count; i++)
		if (scalar_fits(r, &keys[i], value))
			return &keys[i];
	if (value->kind == VALUE_ARRAY) {
		const struct pdf_key *array = best(r, keys, count, PDF_FORM_ARRAY, value);
		if (array != NULL)
			return array;
	}
	if (value->kind != VALUE_DICTIONARY && value->kind != VALUE_STREAM && value->kind != VALUE_ARRAY)
		return NULL;
	if (count == 1 && (keys[0].form == PDF_FORM_NAME_TREE || keys[0].form == PDF_FORM_NUMBER_TREE))
		return value->kind == VALUE_DICTIONARY ? &keys[0] : NULL;
	const struct pdf_key *reference = with_form(keys, count, PDF_FORM_REFERENCE);
	for (size_t i = 0; i < count; i++)
		if (keys[i].form == PDF_FORM_DICTIONARY && keys[i].target == PDF_TYPE_PageObject && page_number(r, object, number))
			return reference;
	const struct pdf_key *dictionary = best(r, keys, count, PDF_FORM_DICTIONARY, value);
	if (dictionary == NULL || dictionary->target == PDF_TYPE_PageObject)
		return NULL;
	if (object == NULL && dictionary->id != PDF_NONE)
		return dictionary;
	*number = object_refer(r, (enum pdf_type)dictionary->target, value, object);
	return *number == 0 ? NULL : reference;
}
