/*
 * One XML part to records: every element and attribute is looked up in the vocabulary, what is not there goes.
 *
 * What the attacker controls here: every byte of the part. Nothing is cut out of the source; the source is only asked,
 * element by element, what of it can be said. The few places where meaning needs more than a lookup (fields, cell
 * formulas, links, sheets, embedded objects) are hooks, found by the element's name (read_hooks.c).
 */
#include "format/ooxml/read_part.h"

#include "conf/conf.h"

/* ---- findings ---- */

static const struct {
	sk_bytes local;
	uint16_t code;
} dropped_rows[] = {
#define DROPPED(local, code) {{(const uint8_t *)(local), sizeof(local) - 1}, FINDING_##code},
#include "format/ooxml/dropped.def"
#undef DROPPED
};

void part_report(struct part_reader *r, enum finding_code code, sk_bytes detail)
{
	finding_report(r->package->job->findings, code, r->part->place, r->part->where, detail, 1);
}

static enum finding_code code_of_dropped(sk_bytes qname, enum finding_code otherwise)
{
	sk_bytes local = xml_local(qname);
	enum finding_code code = otherwise;
	for (size_t i = 0; i < SK_COUNT(dropped_rows); i++)
		if (sk_bytes_equal(dropped_rows[i].local, local))
			code = (enum finding_code)dropped_rows[i].code;
	return code;
}

static void report_dropped_attribute(struct part_reader *r, sk_bytes qname)
{
	part_report(r, code_of_dropped(qname, FINDING_unknown_attribute), qname);
}

/* An element that stands for a relationship (a control, an object, a template) was told of with it. */
static void report_dropped(struct part_reader *r, sk_bytes qname)
{
	enum finding_code code = code_of_dropped(qname, FINDING_unknown_element);
	if (!part_told(r->part, code))
		part_report(r, code, qname);
}

/* ---- attributes ---- */

static enum finding_code bad_attribute_code(const struct xml_attribute *a, uint8_t kind)
{
	if (a->name == OOXML_NAME_action)
		return FINDING_action_removed;
	if (kind == NEUTRAL_FORMULA && part_is_external(a->value))
		return FINDING_external_removed; /* there is no value in its place */
	return part_bad_value_code(kind);
}

/* What becomes of one attribute of the source; true when the whole element has to go without it. */
static bool take_attribute(struct part_reader *r, struct part_element *e, const struct xml_attribute *a)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	struct lookup *known = lookup_slot(r->package->attributes, e->node, a->name);
	if (SK_UNLIKELY(known->key != lookup_key(e->node, a->name)))
		*known = (struct lookup){lookup_key(e->node, a->name), vocabulary_attr_find(v, e->node, a->name)};
	uint16_t attr = known->value;
	if (attr == VOCABULARY_NONE) {
		if (a->value.len > 0) {
			report_dropped_attribute(r, a->qname);
			e->plain = false;
		}
		return false;
	}
	uint16_t type = v->attrs[attr].type;
	e->plain &= v->types[type].kind != NEUTRAL_REF && v->types[type].kind != NEUTRAL_SPACES && a->name != OOXML_NAME_relId;
	struct part_value *value = &e->values[e->count];
	*value = (struct part_value){.attr = attr};
	if (SK_UNLIKELY(a->name == OOXML_NAME_relId)) {
		if (part_diagram_relation(r, a->value, value))
			e->count++;
		return false;
	}
	if (SK_LIKELY(part_value(r, type, a->value, value))) {
		e->count++;
		return false;
	}
	e->plain = false;
	if (v->types[type].kind == NEUTRAL_SPACES) { /* say what of the list is known */
		e->count++;
		return sk_bytes_equal(xml_local(a->qname), SK_BYTES("Requires"));
	}
	if (v->types[type].kind == NEUTRAL_REF) {
		e->lost_reference = true;
		if (package_relation(r->package, r->part, a->value) != NULL) /* of another one its relationship has told */
			part_report(r, FINDING_bad_value, a->qname);
	} else if (a->name != OOXML_NAME_w_fldCharType) /* "separate" is never said: the writer makes it */
		part_report(r, bad_attribute_code(a, v->types[type].kind), a->qname);
	return (v->attrs[attr].flags & VOCABULARY_REQUIRED) != 0;
}

/* Namespaces that the element declares and the vocabulary knows: the writer declares them in the same place. */
static void take_declarations(struct part_reader *r, struct part_element *e, const struct xml_token *token)
{
	if (token->space_count == 0)
		return;
	uint16_t ids[256];
	size_t count = 0;
	for (size_t i = 0; i < token->space_count && count < SK_COUNT(ids); i++)
		if (token->spaces[i] != VOCABULARY_NONE && token->spaces[i] != 0)
			ids[count++] = token->spaces[i];
	sk_bytes bytes = spaces_bytes(r, ids, count);
	if (bytes.len > 0)
		e->values[e->count++] = (struct part_value){.attr = r->xmlns_attr, .bytes = bytes};
}

/* All attributes; false when the element has to go. */
static bool take_attributes(struct part_reader *r, struct part_element *e, const struct xml_token *token)
{
	bool stays = true;
	e->count = 0;
	e->lost_reference = false;
	e->plain = true;
	take_declarations(r, e, token);
	for (size_t i = 0; i < token->attribute_count && e->count < PART_VALUES_MAX; i++)
		if (take_attribute(r, e, &token->attributes[i]))
			stays = false;
	return stays;
}

/* ---- saying ---- */

static void say_open(struct part_reader *r, uint16_t node, const struct part_value *values, size_t count)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	struct neutral_out *out = r->package->job->out;
	neutral_open(out, node);
	for (size_t i = 0; i < count; i++) {
		const struct part_value *value = &values[i];
		if (neutral_kind_is_number(v->types[v->attrs[value->attr].type].kind))
			neutral_attr_number(out, value->attr, value->number);
		else
			neutral_attr_bytes(out, value->attr, value->bytes);
	}
}

void part_say_deferred(struct part_reader *r)
{
	for (unsigned i = 0; i < r->deferred_count; i++)
		say_open(r, r->deferred[i].node, r->deferred[i].values, r->deferred[i].count);
	r->deferred_count = 0;
}

void part_say_open(struct part_reader *r, const struct part_element *e)
{
	if (SK_UNLIKELY(r->deferred_count > 0))
		part_say_deferred(r);
	say_open(r, e->node, e->values, e->count);
	r->root_said = true;
}

void part_push(struct part_reader *r, uint16_t node, bool said)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	struct part_level *level = &r->levels[r->depth];
	*level = (struct part_level){.node = node, .context = node, .scope = node, .said = said};
	if (r->depth > 0 && (v->nodes[node].flags & VOCABULARY_TRANSPARENT) != 0) {
		level->context = r->levels[r->depth - 1].context;
		level->scope = v->nodes[node].children > 0 ? node : level->context;
	}
	r->depth++;
}

/* Keeps the element at hand until its first child is said. Its values may stand in memory that the next element takes. */
static enum sk_status defer(struct part_reader *r)
{
	const struct part_element *e = &r->element;
	struct sk_arena *arena = r->package->job->arena;
	struct part_deferred *kept = &r->deferred[r->deferred_count++];
	*kept = (struct part_deferred){.node = e->node, .count = e->count, .values = sk_arena_array(arena, e->count, sizeof *kept->values)};
	if (kept->values == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < e->count; i++) {
		kept->values[i] = e->values[i];
		kept->values[i].bytes = sk_arena_copy(arena, e->values[i].bytes);
		if (kept->values[i].bytes.at == NULL)
			return SK_LIMIT;
	}
	return SK_OK;
}

/* An element that is not said but whose children are, in its parent's place. */
static void push_unwrapped(struct part_reader *r)
{
	r->levels[r->depth] = r->levels[r->depth - 1];
	r->levels[r->depth].said = r->levels[r->depth].deferred = false;
	r->depth++;
}

/* The node that the element is in this place; VOCABULARY_NONE when it can't be said here. */
static uint16_t node_of(const struct part_reader *r, const struct xml_token *token)
{
	if (r->depth > 0) {
		uint16_t scope = r->levels[r->depth - 1].scope;
		struct lookup *known = lookup_slot(r->package->children, scope, token->name);
		if (SK_UNLIKELY(known->key != lookup_key(scope, token->name)))
			*known = (struct lookup){lookup_key(scope, token->name), vocabulary_child_find(&ooxml_vocabulary, scope, token->name)};
		return known->value;
	}
	uint16_t root = part_rows[r->part->kind].root;
	return root != VOCABULARY_NONE && ooxml_vocabulary.nodes[root].name == token->name ? root : VOCABULARY_NONE;
}

static enum sk_status drop(struct part_reader *r, const struct xml_token *token)
{
	if (r->depth == 0)
		return SK_MALFORMED; /* not the root that this part must have */
	switch (part_fate(r, token)) {
	case FATE_UNWRAP:
		report_dropped(r, token->qname);
		push_unwrapped(r);
		return SK_OK;
	case FATE_SILENT:
		break;
	case FATE_KEEP:
	case FATE_DROP:
		report_dropped(r, token->qname);
		break;
	}
	return xml_skip(r->xml);
}

/* A leaf whose text must be seen before anything is said of it. */
static bool waits_for_text(const struct vocabulary_node *node)
{
	return node->type != 0 && (node->flags & VOCABULARY_MANY_TEXTS) == 0;
}

/* A list that is not said before its first child; what is transparent has the children of its parent. */
static bool waits_for_child(const struct part_reader *r, uint8_t hook)
{
	const struct vocabulary_node *node = &ooxml_vocabulary.nodes[r->element.node];
	return hook == HOOK_LIST && (node->children > 0 || (node->flags & VOCABULARY_TRANSPARENT) != 0) && r->depth > 0 && r->deferred_count < PART_DEFERRED_MAX;
}

static enum sk_status take_open(struct part_reader *r, const struct xml_token *token)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	if (SK_UNLIKELY(r->element.waiting))
		return xml_skip(r->xml); /* an element inside a value */
	if (SK_UNLIKELY(r->depth >= PART_DEPTH_MAX))
		return SK_LIMIT;
	if (SK_UNLIKELY(r->hoisting > 0)) {
		enum part_fate fate = part_hoist(r, token);
		if (fate == FATE_UNWRAP)
			push_unwrapped(r);
		if (fate == FATE_SILENT)
			return xml_skip(r->xml);
		if (fate != FATE_KEEP)
			return SK_OK;
	}
	struct part_element *e = &r->element;
	e->node = node_of(r, token);
	if (SK_UNLIKELY(e->node == VOCABULARY_NONE))
		return drop(r, token);
	uint8_t hook = r->hooks[v->nodes[e->node].name];
	if (SK_UNLIKELY(hook == HOOK_ALTERNATE))
		hook = (uint8_t)part_alternate(r);
	if (SK_UNLIKELY(r->silent > 0) && hook != HOOK_FIELD_MARK && part_is_silent(r))
		return xml_skip(r->xml);
	bool stays = take_attributes(r, e, token);
	if (SK_UNLIKELY(hook != HOOK_NONE || !stays || e->lost_reference)) {
		enum part_fate fate = part_hook(r, hook, token, stays);
		if (fate == FATE_UNWRAP) {
			push_unwrapped(r);
			return SK_OK;
		}
		if (fate == FATE_DROP)
			return xml_skip(r->xml);
	}
	if (waits_for_text(&v->nodes[e->node])) {
		(void)part_learn_waiting(r, token, hook);
		part_wait_for_text(r);
		return SK_OK;
	}
	if (SK_UNLIKELY(waits_for_child(r, hook))) {
		SK_TRY(defer(r));
		part_push(r, e->node, true);
		r->levels[r->depth - 1].deferred = true;
		return SK_OK;
	}
	bool learning = part_say_learning(r, token, hook);
	if (!learning)
		part_say_open(r, e);
	part_push(r, e->node, !learning || !token->empty); /* an empty element that was learnt has been closed */
	return SK_OK;
}

/* Adds a piece of the value that an element waits for; one that is too long is settled as a bad one. */
static void gather(struct part_reader *r, sk_bytes piece)
{
	struct part_element *e = &r->element;
	if (e->text.len == 0)
		sk_buf_reset(&r->gathered);
	sk_buf_put(&r->gathered, piece);
	e->too_long |= r->gathered.status != SK_OK;
	e->text = sk_buf_bytes(&r->gathered);
}

static enum sk_status take_text(struct part_reader *r, const struct xml_token *token)
{
	if (r->depth == 0)
		return SK_OK;
	if (r->element.waiting) {
		gather(r, token->text);
		return SK_OK;
	}
	const struct part_level *level = &r->levels[r->depth - 1];
	const struct vocabulary_node *node = &ooxml_vocabulary.nodes[level->node];
	if (node->type != 0 && level->said && !level->deferred)
		neutral_bytes(r->package->job->out, level->node, token->text);
	else if (!token->white)
		part_report(r, FINDING_unknown_element, SK_BYTES("text"));
	return SK_OK;
}

/* The end of an element that waited: its value is known now. */
static void settle(struct part_reader *r)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	struct part_element *e = &r->element;
	struct neutral_out *out = r->package->job->out;
	struct part_value value = {0};
	uint16_t type = v->nodes[e->node].type;
	bool empty = e->text.len == 0 && !e->too_long;
	e->waiting = false;
	if (!empty && (e->too_long || !part_value(r, type, e->text, &value))) {
		part_bad_text(r);
		return;
	}
	if (!part_text_stays(r))
		return;
	part_say_open(r, e);
	if (!empty && neutral_kind_is_number(v->types[type].kind))
		neutral_number(out, e->node, value.number);
	else if (!empty)
		neutral_bytes(out, e->node, value.bytes);
	neutral_close(out);
}

void part_wait_for_text(struct part_reader *r)
{
	struct part_element *e = &r->element;
	e->waiting = true;
	e->too_long = false;
	e->text = (sk_bytes){NULL, 0};
	if (xml_leaf(r->xml, &e->text)) {
		e->too_long = e->text.len > NEUTRAL_VALUE_MAX;
		settle(r);
		return;
	}
	part_push(r, e->node, true);
}

static void take_close(struct part_reader *r)
{
	sk_assert(r->depth > 0);
	const struct part_level *level = &r->levels[--r->depth];
	if (r->element.waiting)
		settle(r);
	else if (level->deferred && r->deferred_count > 0)
		r->deferred_count--; /* nothing came: it is not said */
	else if (level->said)
		neutral_close(r->package->job->out);
}

static enum sk_status read_all(struct part_reader *r)
{
	struct xml_token token;
	for (;;) {
		bool taken;
		SK_TRY(part_take_known(r, &taken));
		if (taken)
			continue;
		SK_TRY(xml_next(r->xml, &token));
		switch (token.kind) {
		case XML_OPEN:
			SK_TRY(take_open(r, &token));
			break;
		case XML_TEXT:
			SK_TRY(take_text(r, &token));
			break;
		case XML_CLOSE:
			take_close(r);
			break;
		case XML_END:
			return SK_OK;
		}
	}
}

/* A part that breaks off keeps what was said of it: open elements are closed. */
static enum sk_status mend(struct part_reader *r, enum sk_status status)
{
	if (status == SK_LIMIT || status == SK_FAULT || r->part == &r->package->parts[r->package->main_part])
		return status;
	part_report(r, FINDING_part_damaged, r->part->name);
	if (r->element.waiting)
		r->depth--; /* not said yet */
	r->element.waiting = false;
	while (r->depth > 0)
		take_close(r);
	return SK_OK;
}

/* A part that others refer to and of which nothing could be said becomes an empty one. */
static void say_empty(struct part_reader *r)
{
	struct neutral_out *out = r->package->job->out;
	uint16_t root = part_rows[r->part->kind].root;
	neutral_open(out, root);
	if (ooxml_vocabulary.nodes[root].name == OOXML_NAME_x_worksheet) { /* ECMA-376 part 1, 18.3.1.99: it must have cells */
		neutral_open(out, OOXML_NODE_x_CT_SheetData_x_sheetData);
		neutral_close(out);
	}
	neutral_close(out);
}

enum sk_status part_read(struct package *package, uint32_t number)
{
	struct format_read *job = package->job;
	struct part *part = &package->parts[number];
	size_t mark = sk_arena_mark(job->arena);
	struct part_reader *r = sk_arena_make(job->arena, sizeof *r);
	sk_bytes xml = {NULL, 0};
	if (r == NULL)
		return SK_LIMIT;
	r->package = package;
	r->part = part;
	r->xml = package->reader;
	part_hooks(r);
	bool moved = false;
	enum sk_status status = zip_read(&package->zip, part->entry, job->arena, &xml);
	if (status == SK_OK && part->kind == PART_vml)
		status = vml_repair(job->arena, &xml);
	if (status == SK_OK)
		status = xml_open(r->xml, &ooxml_vocabulary, xml, job->arena);
	if (status == SK_OK && part_has_fields(part))
		status = fields_read(package, part, &r->fields, &moved);
	if (status == SK_OK && moved)
		status = xml_open(r->xml, &ooxml_vocabulary, xml, job->arena);
	r->source = sk_bytes_of(r->xml->begin, (size_t)(r->xml->end - r->xml->begin));
	sk_buf_init(&r->gathered, job->arena, NEUTRAL_VALUE_MAX);
	neutral_open(job->out, OOXML_NODE_content_content);
	neutral_attr_number(job->out, OOXML_ATTR_content_part, part->number);
	if (status == SK_OK)
		status = read_all(r);
	if (status != SK_OK)
		status = mend(r, status);
	if (status == SK_OK && !r->root_said)
		say_empty(r);
	neutral_close(job->out);
	sk_arena_release(job->arena, mark);
	return status;
}
