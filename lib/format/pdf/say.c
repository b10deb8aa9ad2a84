/*
 * Objects as records: a dictionary's scalars and references first, then what stands inside it, then a stream's bytes.
 *
 * What the attacker controls here: how many values there are and how deep; both have limits for the whole document.
 */
#include "conf/conf.h"
#include "format/pdf/content.h"

#define CHILDREN_MAX 64  /* names of a type whose values are nodes */
#define ARRAYS_DEPTH 40  /* values inside one object */

struct child {
	const struct pdf_key *key;
	const struct pdf_value *value;
};

/* The attribute that names an entry: of a map or of a tree. */
struct label {
	uint16_t attr; /* PDF_NONE: no label */
	sk_bytes bytes;
	int64_t number;
};
static const struct label no_label = {.attr = PDF_NONE};

static void say_contents(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value);

static bool count_value(struct pdf_reader *r)
{
	if (++r->values > limit(LIMIT_pdf_values))
		r->status = limit_reached(LIMIT_pdf_values);
	return r->status == SK_OK && r->job->out->status == SK_OK;
}

static void say_label(struct pdf_reader *r, const struct label *label)
{
	if (label->attr == PDF_NONE)
		return;
	if (label->attr == PDF_ATTR_entry_number)
		neutral_attr_number(r->job->out, label->attr, label->number);
	else
		neutral_attr_bytes(r->job->out, label->attr, label->bytes);
}

/* A child: a leaf with its value, or a dictionary, array or tree. number is what a REFERENCE refers to. */
static void say_node(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value, uint32_t number, const struct label *label)
{
	neutral_open(r->job->out, key->id);
	say_label(r, label);
	if (key->form == PDF_FORM_REFERENCE)
		neutral_number(r->job->out, key->id, number);
	else if (key->target != PDF_NO_TYPE)
		say_contents(r, (enum pdf_type)key->target, value);
	else
		scalar_say(r, key, value);
	neutral_close(r->job->out);
}

/* Keys of one name from first on. */
static size_t group(size_t first, size_t end)
{
	size_t next = first + 1;
	while (next < end && strcmp(pdf_keys[next].name, pdf_keys[first].name) == 0)
		next++;
	return next - first;
}

/* The first of the type's keys that has the name; count 0 when there is none. */
static const struct pdf_key *keys_named(const struct pdf_type_row *type, const char *name, size_t *count)
{
	size_t end = (size_t)type->first + type->count;
	for (size_t i = type->first; i < end; i += *count) {
		*count = group(i, end);
		if (strcmp(pdf_keys[i].name, name) == 0)
			return &pdf_keys[i];
	}
	*count = 0;
	return NULL;
}

/* One entry: its attribute is said at once, its node is put off. */
static void say_entry(struct pdf_reader *r, enum pdf_type type, const struct pdf_key *keys, size_t count, const struct pdf_entry *entry,
		      struct child *children, size_t *child_count)
{
	const struct pdf_object *object;
	const struct pdf_value *value = color_settle(r, source_value(&r->source, &entry->value, &object));
	uint32_t number;

	if (value->kind == VALUE_NULL || !count_value(r))
		return;
	const struct pdf_key *key = key_choose(r, keys, count, value, object, &number);
	if (key == NULL) {
		reader_drop(r, type, entry->name, value, true);
		return;
	}
	if ((key->form != PDF_FORM_REFERENCE && key->target != PDF_NO_TYPE) || (key->flags & PDF_NODE) != 0) {
		if (*child_count < CHILDREN_MAX)
			children[(*child_count)++] = (struct child){key, value};
	} else if (key->form == PDF_FORM_REFERENCE) {
		neutral_attr_number(r->job->out, key->id, number);
	} else {
		scalar_say(r, key, value);
	}
}

/* Both the type's keys and the entries are in the order of their names. */
static void say_dictionary(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	const struct pdf_type_row *row = &pdf_types[type];
	struct child children[CHILDREN_MAX];
	size_t child_count = 0, at = row->first, end = (size_t)row->first + row->count;

	for (uint32_t i = 0; i < value->count && r->status == SK_OK; i++) {
		const struct pdf_entry *entry = &value->entries[i];
		while (at < end && sk_bytes_compare(sk_bytes_str(pdf_keys[at].name), entry->name) < 0)
			at += group(at, end);
		if (at < end && sk_bytes_equal(sk_bytes_str(pdf_keys[at].name), entry->name))
			say_entry(r, type, &pdf_keys[at], group(at, end), entry, children, &child_count);
		else
			reader_drop(r, type, entry->name, source_value(&r->source, &entry->value, NULL), false);
	}
	for (size_t i = 0; i < child_count; i++)
		say_node(r, children[i].key, children[i].value, 0, &no_label);
}

static void say_map(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	uint8_t room[2048];
	size_t count;
	const struct pdf_key *keys = keys_named(&pdf_types[type], "*", &count);

	for (uint32_t i = 0; i < value->count && count_value(r); i++) {
		const struct pdf_object *object;
		const struct pdf_value *item = color_settle(r, source_value(&r->source, &value->entries[i].value, &object));
		uint32_t number;
		struct sk_buf name;
		sk_buf_fixed(&name, room, sizeof room);
		pdf_name_put(&name, value->entries[i].name);
		if (item->kind == VALUE_NULL)
			continue;
		struct label label = {.attr = PDF_ATTR_entry_key, .bytes = sk_buf_bytes(&name)};
		bool good = name.status == SK_OK && name.len <= 512 && (name.len == 0 || memchr(value->entries[i].name.at, 0, value->entries[i].name.len) == NULL);
		const struct pdf_key *key = !good ? NULL : key_choose(r, keys, count, item, object, &number);
		if (key == NULL)
			reader_drop(r, type, value->entries[i].name, item, true);
		else
			say_node(r, key, item, number, &label);
	}
}

static void say_null(struct pdf_reader *r, const struct pdf_type_row *type)
{
	size_t count;
	const struct pdf_key *keys = keys_named(type, "*", &count);
	for (size_t i = 0; i < count; i++)
		if (keys[i].form == PDF_FORM_NULL) {
			neutral_open(r->job->out, keys[i].id);
			neutral_close(r->job->out);
		}
}

/* A list keeps what can be said; where each place has its meaning, null stands for what can't. */
static void say_array(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	const struct pdf_type_row *row = &pdf_types[type];
	struct sk_buf name;
	char room[12];

	for (uint32_t i = 0; i < value->count && count_value(r); i++) {
		const struct pdf_object *object;
		const struct pdf_value *item = color_settle(r, source_value(&r->source, &value->items[i], &object));
		uint32_t number;
		size_t count = 0;
		const struct pdf_key *keys = NULL, *key = NULL;
		if (row->shape == PDF_FIXED) {
			sk_buf_fixed(&name, room, sizeof room - 1);
			sk_buf_decimal(&name, i);
			room[name.len] = 0;
			keys = keys_named(row, room, &count);
		}
		if (keys == NULL)
			keys = keys_named(row, "*", &count);
		if (keys != NULL)
			key = key_choose(r, keys, count, item, object, &number);
		if (key != NULL && key->form != PDF_FORM_NULL) {
			say_node(r, key, item, number, &no_label);
			continue;
		}
		if (item->kind != VALUE_NULL)
			reader_drop(r, type, SK_BYTES(""), item, true);
		if (row->shape == PDF_FIXED || key != NULL)
			say_null(r, row);
	}
}

static void say_tree(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	bool names = pdf_types[type].shape == PDF_NAME_TREE;
	struct tree_entry *entries;
	size_t count, total = tree_entries(r, value, names, &entries);
	const struct pdf_key *keys = keys_named(&pdf_types[type], "*", &count);

	for (size_t i = 0; i < total && count_value(r); i++) {
		const struct pdf_object *object;
		const struct pdf_value *item = source_value(&r->source, entries[i].value, &object);
		uint32_t number;
		struct label label = {.attr = names ? PDF_ATTR_entry_name : PDF_ATTR_entry_number};
		if (names)
			label.bytes = entries[i].key->bytes;
		else
			label.number = value_integer(entries[i].key, 0);
		bool good = names ? label.bytes.len <= 4096 : label.number >= INT32_MIN && label.number <= UINT32_MAX;
		const struct pdf_key *key = good ? key_choose(r, keys, count, item, object, &number) : NULL;
		if (key == NULL)
			reader_drop(r, type, SK_BYTES(""), item, true);
		else
			say_node(r, key, item, number, &label);
	}
}

/* Recursive with a counted depth. */
static void say_contents(struct pdf_reader *r, enum pdf_type type, const struct pdf_value *value)
{
	if (r->depth >= ARRAYS_DEPTH)
		return;
	r->depth++;
	switch ((enum pdf_shape)pdf_types[type].shape) {
	case PDF_DICTIONARY:
	case PDF_STREAM:
		say_dictionary(r, type, value);
		break;
	case PDF_MAP:
		say_map(r, type, value);
		break;
	case PDF_FIXED:
	case PDF_LIST:
		say_array(r, type, value);
		break;
	case PDF_NAME_TREE:
	case PDF_NUMBER_TREE:
		say_tree(r, type, value);
		break;
	}
	r->depth--;
}

static void say_payload(struct pdf_reader *r, const struct payload *payload)
{
	struct neutral_out *out = r->job->out;

	if (payload->inner) {
		neutral_open(out, PDF_NODE_inner_inner);
		neutral_number(out, PDF_NODE_inner_inner, payload->number);
	} else {
		neutral_open(out, PDF_NODE_payload_payload);
		neutral_bytes(out, PDF_NODE_payload_payload, payload->bytes);
	}
	neutral_close(out);
}

void said_say(struct pdf_reader *r, uint32_t index)
{
	struct said said = r->said[index];
	const struct pdf_type_row *row = &pdf_types[said.type];
	static const struct pdf_value empty = {.kind = VALUE_DICTIONARY};
	struct payload made = {.dictionary = NULL}, *payload = said.ready;

	r->page = said.page;
	if (said.type == PDF_TYPE_PageObject)
		said.value = content_page(r, said.value);
	if (row->shape == PDF_STREAM && payload == NULL) {
		payload = &made;
		if (payload_make(r, &said, payload) != SK_OK)
			*payload = (struct payload){.dictionary = NULL};
	}
	neutral_open(r->job->out, row->node);
	if (payload != NULL && payload->dictionary != NULL)
		say_contents(r, (enum pdf_type)said.type, payload->dictionary);
	else
		say_contents(r, (enum pdf_type)said.type, said.value->kind == VALUE_ARRAY ? &empty : said.value);
	if (payload != NULL)
		say_payload(r, payload);
	neutral_close(r->job->out);
}
