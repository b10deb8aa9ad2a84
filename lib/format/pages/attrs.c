/*
 * The attributes of a node. What the attacker controls here: their values, which the checker has held against the vocabulary.
 */
#include "format/pages/write.h"

enum sk_status pages_attrs(const struct format_write *job, uint16_t node, struct pages_attrs *a, struct neutral_record *record)
{
	const struct vocabulary_class *own = &pages_vocabulary.classes[pages_vocabulary.nodes[node].class_];

	*a = (struct pages_attrs){.first = own->attr_first};
	sk_assert(own->attr_count <= PAGES_ATTRS_MAX);
	for (;;) {
		SK_TRY(neutral_next(job->in, record));
		if (record->op != NEUTRAL_ATTR)
			break;
		unsigned index = (unsigned)(record->attr - own->attr_first);
		sk_assert(index < own->attr_count);
		a->number[index] = record->number;
		a->there[index] = true;
		if (record->attr == PAGES_ATTR_link_url) {
			a->url = sk_arena_copy(job->arena, record->bytes);
			if (a->url.at == NULL)
				return SK_LIMIT;
		}
	}
	for (unsigned i = 0; i < own->attr_count; i++)
		if ((pages_vocabulary.attrs[own->attr_first + i].flags & VOCABULARY_REQUIRED) != 0 && !a->there[i])
			return SK_MALFORMED;
	return SK_OK;
}

int64_t pages_value(const struct pages_attrs *a, uint16_t attr)
{
	return a->number[attr - a->first];
}
