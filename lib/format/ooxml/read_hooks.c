/*
 * The hooks of reading a part: the few elements whose fate needs more than a lookup.
 *
 * What the attacker controls here: the values that decide. Every decision falls to the side of saying less.
 */
#include "format/ooxml/read_part.h"

#include "neutral/grammar.h"

#define SHARED_MAX 65536 /* shared formulas of one sheet that are followed; beyond it they become values */

/* ---- small things ---- */

static struct part_value *value_named(struct part_element *e, uint16_t name)
{
	for (size_t i = 0; i < e->count; i++)
		if (ooxml_vocabulary.attrs[e->values[i].attr].name == name)
			return &e->values[i];
	return NULL;
}

sk_bytes spaces_bytes(struct part_reader *r, uint16_t *ids, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && ids[k - 1] > ids[k]; k--) {
			uint16_t id = ids[k];
			ids[k] = ids[k - 1];
			ids[k - 1] = id;
		}
	uint8_t *bytes = sk_arena_raw(r->package->job->arena, count * 2);
	size_t len = 0;
	for (size_t i = 0; bytes != NULL && i < count; i++) {
		if (i > 0 && ids[i] == ids[i - 1])
			continue;
		bytes[len++] = (uint8_t)ids[i];
		bytes[len++] = (uint8_t)(ids[i] >> 8);
	}
	return sk_bytes_of(bytes, len);
}

/* ---- Word: fields ---- */

bool part_has_fields(const struct part *part)
{
	return sk_bytes_equal(sk_bytes_slice(vocabulary_qname(&ooxml_vocabulary, ooxml_vocabulary.nodes[part_rows[part->kind].root].name), 0, 2),
			      SK_BYTES("w:"));
}

/* The event of the mark at that offset; marks that were passed over with their parents are skipped here too. */
static const struct field_event *event_at(struct part_reader *r, size_t offset)
{
	while (r->next_field < r->fields.count) {
		const struct field_event *event = &r->fields.events[r->next_field];
		if (event->offset > offset)
			return NULL;
		r->next_field++;
		if (event->enters)
			r->silent++;
		if (event->leaves && r->silent > 0)
			r->silent--;
		if (event->offset == offset)
			return event;
	}
	return NULL;
}

static enum part_fate field_mark(struct part_reader *r, const struct xml_token *token)
{
	const struct field_event *event = event_at(r, token->offset);
	struct part_element *e = &r->element;
	if (event == NULL || event->action == FIELD_DROP || event->action == FIELD_SEPARATE)
		return FATE_DROP;
	if (event->action == FIELD_BEGIN && e->count < PART_VALUES_MAX) {
		uint16_t attr = vocabulary_attr_find(&ooxml_vocabulary, e->node, OOXML_NAME_w_instr);
		if (attr == VOCABULARY_NONE)
			return FATE_DROP;
		e->values[e->count++] = (struct part_value){.attr = attr, .bytes = event->instruction};
	}
	return FATE_KEEP;
}

bool part_is_silent(const struct part_reader *r)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	if (r->depth == 0)
		return false;
	return v->nodes[r->levels[r->depth - 1].node].name == OOXML_NAME_w_r && v->nodes[r->element.node].name != OOXML_NAME_w_rPr;
}

/* ---- Excel: formulas, names, sheets ---- */

static bool shared_index(struct part_element *e, uint32_t *index)
{
	struct part_value *si = value_named(e, OOXML_NAME_si);
	if (si == NULL || si->number < 0)
		return false;
	*index = si->number < SHARED_MAX ? (uint32_t)si->number : SHARED_MAX;
	return true;
}

bool part_is_external(sk_bytes formula)
{
	return sk_bytes_find(formula, SK_BYTES("["), 0) != SIZE_MAX || sk_bytes_find(formula, SK_BYTES("|"), 0) != SIZE_MAX;
}

/* The first function that the list does not have, roughly: what stands before the first bracket. For the report only. */
static sk_bytes function_name(sk_bytes formula)
{
	size_t end = sk_bytes_find(formula, SK_BYTES("("), 0);
	if (end == SIZE_MAX)
		return (sk_bytes){NULL, 0};
	size_t start = end;
	while (start > 0 && ((formula.at[start - 1] | 0x20) >= 'a' && (formula.at[start - 1] | 0x20) <= 'z'))
		start--;
	return sk_bytes_slice(formula, start, end - start);
}

void part_bad_text(struct part_reader *r)
{
	struct part_element *e = &r->element;
	const struct vocabulary *v = &ooxml_vocabulary;
	const struct vocabulary_node *node = &v->nodes[e->node];
	uint32_t index;
	if (r->hooks[node->name] == HOOK_CELL_FORMULA && shared_index(e, &index) && index < SHARED_MAX && r->lost_shared != NULL)
		r->lost_shared[index >> 6] |= (uint64_t)1 << (index & 63);
	if (r->hooks[node->name] == HOOK_NAME) {
		struct part_value *name = value_named(e, OOXML_NAME_name);
		part_report(r, FINDING_name_removed, name ? name->bytes : (sk_bytes){NULL, 0});
	} else if (v->types[node->type].kind == NEUTRAL_FORMULA && part_is_external(e->text) && r->part->kind == PART_vml) {
		part_report(r, FINDING_external_removed, vocabulary_qname(v, node->name)); /* a control has no value beside it */
	} else if (v->types[node->type].kind == NEUTRAL_FORMULA && part_is_external(e->text)) {
		part_report(r, FINDING_external_to_value, (sk_bytes){NULL, 0});
	} else if (v->types[node->type].kind == NEUTRAL_FORMULA) {
		part_report(r, FINDING_formula_to_value, function_name(e->text));
	} else {
		part_report(r, FINDING_bad_value, vocabulary_qname(v, node->name));
	}
}

bool part_text_stays(struct part_reader *r)
{
	struct part_element *e = &r->element;
	uint32_t index;
	uint8_t hook = r->hooks[ooxml_vocabulary.nodes[e->node].name];
	if (hook == HOOK_SOURCE)
		r->has_source = e->text.len > 0;
	if (hook != HOOK_CELL_FORMULA || e->text.len > 0 || !shared_index(e, &index))
		return true;
	return index < SHARED_MAX && (r->lost_shared == NULL || (r->lost_shared[index >> 6] >> (index & 63) & 1) == 0);
}

/* A name that Excel would run something for (MS-XLS 2.5.114 built-in names): Auto_Open, Auto_Close … */
static bool runs_by_name(sk_bytes name)
{
	static const char *const prefixes[] = {"_xlnm.Auto_", "Auto_"};
	for (size_t i = 0; i < SK_COUNT(prefixes); i++) {
		sk_bytes prefix = sk_bytes_str(prefixes[i]);
		if (sk_bytes_equal_nocase(sk_bytes_slice(name, 0, prefix.len), prefix))
			return true;
	}
	return false;
}

static enum part_fate defined_name(struct part_reader *r, bool stays)
{
	struct part_value *name = value_named(&r->element, OOXML_NAME_name);
	struct part_value *sheet = value_named(&r->element, OOXML_NAME_localSheetId);
	if (!stays || name == NULL)
		return FATE_DROP;
	if (sheet != NULL) {
		uint32_t index = sheets_index(r->package, (uint32_t)sheet->number);
		if (index == UINT32_MAX) {
			part_report(r, FINDING_name_removed, name->bytes);
			return FATE_DROP;
		}
		sheet->number = index;
	}
	if (runs_by_name(name->bytes)) {
		if (!part_told(r->part, FINDING_xlm_removed))
			part_report(r, FINDING_xlm_removed, name->bytes);
		return FATE_DROP;
	}
	return FATE_KEEP;
}

static enum part_fate workbook_view(struct part_reader *r)
{
	static const uint16_t names[] = {OOXML_NAME_activeTab, OOXML_NAME_firstSheet};
	for (size_t i = 0; i < SK_COUNT(names); i++) {
		struct part_value *value = value_named(&r->element, names[i]);
		if (value != NULL)
			value->number = sheets_nearest(r->package, (uint32_t)value->number);
	}
	return FATE_KEEP;
}

/* ---- PowerPoint: clicks and frames ---- */

/* A click that goes nowhere outside may still be an action ("next slide"); its r:id is then empty in the source. */
static enum part_fate click(struct part_reader *r)
{
	struct part_element *e = &r->element;
	if (value_named(e, OOXML_NAME_r_id) != NULL)
		return FATE_KEEP;
	uint16_t attr = vocabulary_attr_find(&ooxml_vocabulary, e->node, OOXML_NAME_r_id);
	if (value_named(e, OOXML_NAME_action) == NULL || attr == VOCABULARY_NONE || e->count == PART_VALUES_MAX)
		return FATE_DROP;
	e->values[e->count++] = (struct part_value){.attr = attr, .number = OOXML_REFERENCE_EMPTY};
	return FATE_KEEP;
}

/* True when the frame that starts at that offset holds an object that can't stay: its r:id leads to nothing that is
 * kept. A plain search over the frame's bytes, for the choice between frame and picture only: whatever it finds, what
 * is said afterwards passes the vocabulary. */
static bool holds_lost_object(const struct part_reader *r, size_t offset)
{
	sk_bytes frame = sk_bytes_slice(r->source, offset, r->source.len);
	size_t end = sk_bytes_find(frame, SK_BYTES("graphicFrame>"), sk_bytes_find(frame, SK_BYTES(">"), 0) + 1); /* of its end tag */
	size_t object = sk_bytes_find(frame, SK_BYTES("oleObj"), 0);
	if (end == SIZE_MAX || object == SIZE_MAX || object > end)
		return false;
	size_t id = sk_bytes_find(frame, SK_BYTES(":id=\""), object);
	if (id == SIZE_MAX || id > end)
		return true;
	id += 5;
	size_t quote = sk_bytes_find(frame, SK_BYTES("\""), id);
	if (quote == SIZE_MAX || quote > end)
		return true;
	return package_relation(r->package, r->part, sk_bytes_slice(frame, id, quote - id)) == NULL;
}

/* A frame around a lost object becomes the picture that stands in it: everything around the picture is unwrapped or
 * passed over, the picture is said in the frame's place. */
static enum part_fate frame(struct part_reader *r, const struct xml_token *token)
{
	if (!holds_lost_object(r, token->offset))
		return FATE_KEEP;
	r->hoisting = r->depth + 1;
	r->hoisted = false;
	if (!part_told(r->part, FINDING_object_to_picture))
		part_report(r, FINDING_object_to_picture, (sk_bytes){NULL, 0});
	return FATE_UNWRAP;
}

enum part_fate part_hoist(struct part_reader *r, const struct xml_token *token)
{
	static const uint16_t around[] = {OOXML_NAME_a_graphic, OOXML_NAME_a_graphicData, OOXML_NAME_p_oleObj,
					  OOXML_NAME_mc_AlternateContent, OOXML_NAME_mc_Choice, OOXML_NAME_mc_Fallback};
	if (r->depth < r->hoisting) {
		r->hoisting = 0; /* the frame has ended */
		return FATE_KEEP;
	}
	if (r->levels[r->depth - 1].said)
		return FATE_KEEP; /* inside the picture */
	if (token->name == OOXML_NAME_p_pic && !r->hoisted) {
		r->hoisted = true;
		return FATE_KEEP;
	}
	for (size_t i = 0; i < SK_COUNT(around); i++)
		if (token->name == around[i])
			return FATE_UNWRAP;
	return FATE_SILENT;
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_of_scheme(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

/* "javascript:x" could also be a range between two names; a place in a workbook is never written so. What stands before the colon is a
 * scheme (RFC 3986 section 3.1) unless it is a column, which has three letters at most, or a cell. */
static bool looks_like_url(sk_bytes location)
{
	size_t letters = 0;
	while (letters < location.len && is_letter(location.at[letters]))
		letters++;
	size_t end = letters;
	while (end < location.len && is_digit(location.at[end]))
		end++;
	bool place = letters <= 3;
	for (; end < location.len && is_of_scheme(location.at[end]); end++)
		place = false;
	return !place && letters > 0 && end < location.len && location.at[end] == ':';
}

/* A cell's link; one that leads nowhere, neither out nor within, is none. */
static enum part_fate cell_link(struct part_reader *r)
{
	const struct part_value *location = value_named(&r->element, OOXML_NAME_location);
	if (location != NULL && looks_like_url(location->bytes)) {
		part_report(r, FINDING_link_removed, sk_bytes_slice(location->bytes, 0, sk_bytes_find(location->bytes, SK_BYTES(":"), 0)));
		return FATE_DROP;
	}
	return location != NULL || value_named(&r->element, OOXML_NAME_r_id) != NULL ? FATE_KEEP : FATE_DROP;
}

/* ---- Excel: controls and objects of a sheet ---- */

/* A control is what its properties say, an object what is embedded: one whose relationship leads to anything else, or nowhere, is none. */
static enum part_fate with_part(struct part_reader *r, const struct xml_token *token, bool stays, enum part_kind kind)
{
	for (size_t i = 0; stays && i < token->attribute_count; i++) {
		if (token->attributes[i].name != OOXML_NAME_r_id)
			continue;
		const struct relation *relation = package_relation(r->package, r->part, token->attributes[i].value);
		if (relation != NULL && !relation->is_link && r->package->parts[relation->target].kind == kind)
			return FATE_KEEP;
	}
	if (stays)
		part_report(r, kind == PART_controlProperties ? FINDING_bad_value : FINDING_object_to_picture, xml_local(token->qname));
	return FATE_DROP;
}

/* Around each control and object stands an mc:AlternateContent of its own. One whose control goes must go too: a list that says nothing
 * is no list. What stands in for a control where the Choice is not understood can't be reached: the list is in a Choice of the same
 * kind. */
enum part_hook part_alternate(const struct part_reader *r)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	uint16_t context = r->depth == 0 ? VOCABULARY_NONE : v->nodes[r->levels[r->depth - 1].context].name;
	if (context != OOXML_NAME_x_controls && context != OOXML_NAME_x_oleObjects)
		return HOOK_ALTERNATE;
	bool in_place = v->nodes[r->element.node].name == OOXML_NAME_mc_Fallback && context == OOXML_NAME_x_controls;
	return in_place ? HOOK_FALLBACK : HOOK_LIST;
}

/* ---- the table of hooks ---- */

static const struct {
	uint16_t name;
	uint8_t hook;
} hook_rows[] = {
	{OOXML_NAME_w_fldChar, HOOK_FIELD_MARK},
	{OOXML_NAME_w_fldSimple, HOOK_FIELD_SIMPLE},
	{OOXML_NAME_x_f, HOOK_CELL_FORMULA},
	{OOXML_NAME_x_definedName, HOOK_NAME},
	{OOXML_NAME_x_workbookView, HOOK_SHEET_VIEW},
	{OOXML_NAME_a_hlinkClick, HOOK_CLICK},
	{OOXML_NAME_a_hlinkHover, HOOK_CLICK},
	{OOXML_NAME_a_hlinkMouseOver, HOOK_CLICK},
	{OOXML_NAME_p_graphicFrame, HOOK_FRAME},
	{OOXML_NAME_x_hyperlink, HOOK_CELL_LINK},
	{OOXML_NAME_x_control, HOOK_CONTROL},
	{OOXML_NAME_x_oleObject, HOOK_OBJECT},
	{OOXML_NAME_xvml_ClientData, HOOK_CLIENT},
	{OOXML_NAME_xvml_FmlaPict, HOOK_SOURCE},
	{OOXML_NAME_xvml_Camera, HOOK_CAMERA},
	{OOXML_NAME_mc_AlternateContent, HOOK_ALTERNATE},
	{OOXML_NAME_mc_Choice, HOOK_ALTERNATE},
	{OOXML_NAME_mc_Fallback, HOOK_ALTERNATE},
};

/* Lists that the schemas want to have at least one item; extension lists and extensions too, under every prefix. */
static const uint16_t lists[] = {
	OOXML_NAME_x_hyperlinks, OOXML_NAME_x_oleObjects, OOXML_NAME_x_mergeCells, OOXML_NAME_x_definedNames, OOXML_NAME_x_conditionalFormatting,
	OOXML_NAME_x_dataValidations, OOXML_NAME_x_tableParts, OOXML_NAME_x_pivotCaches, OOXML_NAME_x_customSheetViews,
	OOXML_NAME_x_protectedRanges, OOXML_NAME_x_scenarios, OOXML_NAME_x14_conditionalFormattings, OOXML_NAME_x14_conditionalFormatting,
	OOXML_NAME_x14_dataValidations, OOXML_NAME_x14_sparklineGroups, OOXML_NAME_x14_slicerList, OOXML_NAME_x14_definedNames,
	OOXML_NAME_x14_protectedRanges, OOXML_NAME_x_controls,
};

static void list_hooks(uint8_t *hooks)
{
	for (size_t i = 0; i < SK_COUNT(lists); i++)
		hooks[lists[i]] = HOOK_LIST;
	for (uint16_t name = 0; name < ooxml_vocabulary.name_count; name++) {
		sk_bytes local = vocabulary_local(&ooxml_vocabulary, name);
		if (sk_bytes_equal(local, SK_BYTES("extLst")) || sk_bytes_equal(local, SK_BYTES("ext")))
			hooks[name] = HOOK_LIST;
	}
}

/* The table is the same for all parts: made once for a package. */
uint8_t *package_hooks(struct package *package)
{
	if (package->hooks == NULL && (package->hooks = sk_arena_array(package->job->arena, ooxml_vocabulary.name_count, 1)) != NULL) {
		for (size_t i = 0; i < SK_COUNT(hook_rows); i++)
			package->hooks[hook_rows[i].name] = hook_rows[i].hook;
		list_hooks(package->hooks);
	}
	return package->hooks;
}

void part_hooks(struct part_reader *r)
{
	struct sk_arena *arena = r->package->job->arena;
	r->hooks = package_hooks(r->package);
	r->lost_shared = sk_arena_array(arena, SHARED_MAX / 64, sizeof *r->lost_shared);
	uint16_t name = vocabulary_name_find(&ooxml_vocabulary, 0, SK_BYTES("xmlns"));
	r->xmlns_attr = vocabulary_attr_find(&ooxml_vocabulary, part_rows[r->part->kind].root, name);
}

enum part_fate part_hook(struct part_reader *r, uint8_t hook, const struct xml_token *token, bool stays)
{
	switch ((enum part_hook)hook) {
	case HOOK_FIELD_MARK:
		return field_mark(r, token);
	case HOOK_FIELD_SIMPLE:
		return stays ? FATE_KEEP : FATE_UNWRAP;
	case HOOK_NAME:
		return defined_name(r, stays);
	case HOOK_SHEET_VIEW:
		return workbook_view(r);
	case HOOK_CLICK:
		return click(r);
	case HOOK_FRAME:
		return frame(r, token);
	case HOOK_CELL_LINK:
		return cell_link(r);
	case HOOK_CONTROL:
		return with_part(r, token, stays, PART_controlProperties);
	case HOOK_OBJECT:
		return with_part(r, token, stays, PART_embedded);
	case HOOK_CLIENT:
		r->has_source = false;
		break;
	case HOOK_CAMERA:
		return r->has_source ? FATE_KEEP : FATE_DROP;
	case HOOK_FALLBACK:
		return FATE_DROP;
	case HOOK_CELL_FORMULA:
	case HOOK_SOURCE:
	case HOOK_ALTERNATE:
	case HOOK_LIST:
	case HOOK_NONE:
		break;
	}
	return stays ? FATE_KEEP : FATE_DROP;
}

/* Wrappers whose meaning goes while what they wrap is ordinary content. */
static const char *const unwrapped[] = {"smartTag", "customXml", "ProcessContent"};

enum part_fate part_fate(struct part_reader *r, const struct xml_token *token)
{
	sk_bytes local = xml_local(token->qname);
	for (size_t i = 0; i < SK_COUNT(unwrapped); i++)
		if (sk_bytes_equal(local, sk_bytes_str(unwrapped[i])))
			return FATE_UNWRAP;
	if (sk_bytes_equal(local, SK_BYTES("instrText")) || sk_bytes_equal(local, SK_BYTES("delInstrText"))) {
		if (r->silent == 0) /* no field's instruction: otherwise fields.c has taken it */
			part_report(r, FINDING_field_removed, SK_BYTES("instrText"));
		return FATE_SILENT;
	}
	return FATE_DROP;
}
