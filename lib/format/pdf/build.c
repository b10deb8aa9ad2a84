/* Values of our own making: a dictionary that says something else than the file's, numbers, names. */
#include "format/pdf/object.h"

struct pdf_value *value_with(struct sk_arena *arena, const struct pdf_value *dictionary, sk_bytes name, const struct pdf_value *value)
{
	struct pdf_value *made = sk_arena_make(arena, sizeof *made);
	struct pdf_entry *entries = sk_arena_array(arena, (size_t)dictionary->count + 1, sizeof *entries);
	uint32_t count = 0, i = 0;

	if (made == NULL || entries == NULL)
		return NULL;
	for (; i < dictionary->count && sk_bytes_compare(dictionary->entries[i].name, name) < 0; i++)
		entries[count++] = dictionary->entries[i];
	if (value != NULL)
		entries[count++] = (struct pdf_entry){name, *value};
	for (i += i < dictionary->count && sk_bytes_equal(dictionary->entries[i].name, name); i < dictionary->count; i++)
		entries[count++] = dictionary->entries[i];
	*made = (struct pdf_value){.kind = dictionary->kind, .count = count};
	made->entries = entries;
	return made;
}

struct pdf_value value_number(struct sk_arena *arena, uint32_t number)
{
	struct sk_buf digits;
	sk_buf_init(&digits, arena, 12);
	sk_buf_decimal(&digits, number);
	return (struct pdf_value){.kind = VALUE_INTEGER, .bytes = sk_buf_bytes(&digits)};
}

struct pdf_value value_name(const char *name)
{
	return (struct pdf_value){.kind = VALUE_NAME, .bytes = sk_bytes_str(name)};
}
