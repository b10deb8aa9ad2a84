/*
 * Values of attributes and elements as the vocabulary types them.
 *
 * What the attacker controls here: every byte of the value. What is not of its type is not a value; the checker asks the same again.
 */
#include "format/ooxml/read_part.h"

static sk_bytes trimmed(sk_bytes b)
{
	while (b.len > 0 && (b.at[0] == ' ' || b.at[0] == '\t' || b.at[0] == '\n' || b.at[0] == '\r'))
		b = sk_bytes_slice(b, 1, b.len);
	while (b.len > 0 && (b.at[b.len - 1] == ' ' || b.at[b.len - 1] == '\t' || b.at[b.len - 1] == '\n' || b.at[b.len - 1] == '\r'))
		b.len--;
	return b;
}

/* A whole number; a fraction that some programs write ("12.0") is cut off. */
static bool whole_number(sk_bytes b, int64_t *value)
{
	if (sk_parse_i64(b, value))
		return true;
	size_t point = sk_bytes_find(b, SK_BYTES("."), 0);
	if (point == SIZE_MAX || point == 0)
		return false;
	for (size_t i = point + 1; i < b.len; i++)
		if (b.at[i] < '0' || b.at[i] > '9')
			return false;
	return sk_parse_i64(sk_bytes_slice(b, 0, point), value);
}

/* The ids of the namespaces that a list of prefixes names, rising, those that the vocabulary has and writes with a prefix; in the arena. */
static bool spaces_value(struct part_reader *r, sk_bytes list, struct part_value *value)
{
	uint16_t ids[256];
	size_t count = 0;
	bool all = true;
	for (size_t at = 0; at < list.len;) {
		size_t end = at;
		while (end < list.len && list.at[end] > ' ')
			end++;
		if (end > at && count < SK_COUNT(ids)) {
			uint16_t id = xml_space_of_prefix(r->xml, sk_bytes_slice(list, at, end - at));
			if (id == VOCABULARY_NONE || ooxml_vocabulary.spaces[id].prefix[0] == '\0')
				all = false;
			else
				ids[count++] = id;
		}
		at = end + 1;
	}
	value->bytes = spaces_bytes(r, ids, count);
	return all;
}

bool part_value(struct part_reader *r, uint16_t type, sk_bytes source, struct part_value *value)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	const struct vocabulary_type *t = &v->types[type];
	switch ((enum neutral_kind)t->kind) {
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM: {
		uint16_t index = vocabulary_word_find(v, type, source);
		if (index == VOCABULARY_NONE)
			index = vocabulary_word_find(v, type, trimmed(source));
		if (index == VOCABULARY_NONE)
			return false;
		value->number = t->kind == NEUTRAL_BOOL ? index & 1 : index;
		return true;
	}
	case NEUTRAL_INT:
		return whole_number(trimmed(source), &value->number) && value->number >= t->min && value->number <= t->max;
	case NEUTRAL_REF: {
		const struct relation *relation = package_relation(r->package, r->part, source);
		if (relation == NULL || (relation->is_link && !node_may_link(r->element.node)))
			return false;
		value->number = relation->number;
		return value->number <= t->max;
	}
	case NEUTRAL_SPACES:
		return spaces_value(r, source, value);
	case NEUTRAL_CHARS:
	case NEUTRAL_FORMULA:
	case NEUTRAL_FIELD:
	case NEUTRAL_URL:
		value->bytes = source;
		if (vocabulary_value_allowed(v, type, source))
			return true;
		value->bytes = trimmed(source);
		return value->bytes.len != source.len && vocabulary_value_allowed(v, type, value->bytes);
	case NEUTRAL_TEXT:
		value->bytes = source; /* the scanner let through XML characters only */
		return source.len >= t->len_min && source.len <= t->len_max && source.len <= NEUTRAL_VALUE_MAX;
	case NEUTRAL_DATA:
	case NEUTRAL_NONE:
	case NEUTRAL_KINDS:
		break;
	}
	return false;
}

enum finding_code part_bad_value_code(uint8_t kind)
{
	switch ((enum neutral_kind)kind) {
	case NEUTRAL_FIELD:
		return FINDING_field_removed;
	case NEUTRAL_FORMULA:
		return FINDING_formula_to_value;
	case NEUTRAL_URL:
		return FINDING_link_removed;
	case NEUTRAL_NONE:
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM:
	case NEUTRAL_INT:
	case NEUTRAL_REF:
	case NEUTRAL_CHARS:
	case NEUTRAL_TEXT:
	case NEUTRAL_SPACES:
	case NEUTRAL_DATA:
	case NEUTRAL_KINDS:
		break;
	}
	return FINDING_bad_value;
}

/* A diagram's data names its drawing by a relationship of the part that shows the diagram ([MS-ODRAWXML] 2.4.1.2): the new name of that
 * relationship, as the writer counts them. */
bool part_diagram_relation(struct part_reader *r, sk_bytes id, struct part_value *value)
{
	struct package *package = r->package;
	for (uint32_t i = 0; i < package->part_count; i++) {
		const struct part *part = &package->parts[i];
		for (uint32_t k = 0; k < part->relation_count; k++) {
			const struct relation *to = &part->relations[k];
			const struct relation *found = to->kept && !to->is_link && &package->parts[to->target] == r->part
							       ? package_relation(package, part, id)
							       : NULL;
			if (found == NULL)
				continue;
			struct sk_buf name;
			sk_buf_init(&name, package->job->arena, 16);
			sk_buf_str(&name, "rId");
			sk_buf_decimal(&name, (int64_t)found->number + 1);
			value->bytes = sk_buf_bytes(&name);
			return name.status == SK_OK;
		}
	}
	return false;
}
