/* Lookups in a vocabulary's tables: text to id for readers, id to text for writers. What the attacker controls here:
 * the strings that are looked up; ids are checked by whoever takes them from a stream. */
#include "neutral/vocabulary.h"

#include "neutral/hash.h"

uint16_t vocabulary_space_find(const struct vocabulary *v, sk_bytes uri)
{
	for (uint16_t i = 1; i < v->space_count; i++)
		if (sk_bytes_equal(sk_bytes_str(v->spaces[i].uri), uri))
			return i;
	for (uint16_t i = 0; i < v->alias_count; i++)
		if (sk_bytes_equal(sk_bytes_str(v->aliases[i].uri), uri))
			return v->aliases[i].space;
	return VOCABULARY_NONE;
}

uint16_t vocabulary_prefix_find(const struct vocabulary *v, sk_bytes prefix)
{
	for (uint16_t i = 1; i < v->space_count; i++)
		if (sk_bytes_equal(sk_bytes_str(v->spaces[i].prefix), prefix))
			return i;
	return VOCABULARY_NONE;
}

uint16_t vocabulary_name_find(const struct vocabulary *v, uint16_t space, sk_bytes local)
{
	uint16_t name = hash_find(&v->name_table, hash_string(v->name_seed ^ space, local));
	if (name == VOCABULARY_NONE)
		return name;
	const struct vocabulary_name *n = &v->names[name];
	return n->space == space && sk_bytes_equal(vocabulary_local(v, name), local) ? name : VOCABULARY_NONE;
}

uint16_t vocabulary_child_find(const struct vocabulary *v, uint16_t parent, uint16_t name)
{
	const struct vocabulary_node *node = &v->nodes[parent];
	if (node->children == 0 || name == VOCABULARY_NONE)
		return VOCABULARY_NONE;
	uint16_t child = hash_find(&v->children, (uint32_t)node->class_ << 16 | name);
	if (child == VOCABULARY_NONE)
		child = hash_find(&v->children, (uint32_t)VOCABULARY_NONE << 16 | name);
	return child;
}

uint16_t vocabulary_attr_find(const struct vocabulary *v, uint16_t node, uint16_t name)
{
	if (name == VOCABULARY_NONE)
		return VOCABULARY_NONE;
	uint16_t attr = hash_find(&v->attributes, (uint32_t)v->nodes[node].class_ << 16 | name);
	if (attr == VOCABULARY_NONE && v->global_class != VOCABULARY_NONE)
		attr = hash_find(&v->attributes, (uint32_t)v->global_class << 16 | name);
	return attr;
}

uint16_t vocabulary_word_find(const struct vocabulary *v, uint16_t type, sk_bytes word)
{
	uint16_t index = hash_find(&v->word_table, hash_string(v->word_seed ^ (uint32_t)type << 8, word));
	if (index == VOCABULARY_NONE || index >= v->types[type].count)
		return VOCABULARY_NONE;
	return sk_bytes_equal(vocabulary_word(v, type, index), word) ? index : VOCABULARY_NONE;
}

sk_bytes vocabulary_word(const struct vocabulary *v, uint16_t type, uint16_t index)
{
	sk_assert(index < v->types[type].count);
	uint32_t place = v->words[v->types[type].words + index];
	return sk_bytes_of(v->strings + (place >> 8), place & 0xFF);
}

sk_bytes vocabulary_qname(const struct vocabulary *v, uint16_t name)
{
	return sk_bytes_of(v->strings + v->names[name].qname, v->names[name].qname_len);
}

sk_bytes vocabulary_local(const struct vocabulary *v, uint16_t name)
{
	return sk_bytes_of(v->strings + v->names[name].local, v->names[name].local_len);
}
