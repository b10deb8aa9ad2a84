/*
 * What of a main part must be known before the parts are read: names, order and fate of a workbook's sheets (ECMA-376
 * part 1, 18.2.19), the numbers of a presentation's slides (19.2.1.33), where a pivot cache has its data (18.10.1.12).
 *
 * What the attacker controls here: every value. Indexes are only compared and clamped.
 */
#include "format/ooxml/ooxml.h"

static sk_bytes value_of(const struct xml_token *token, uint16_t name)
{
	for (size_t i = 0; i < token->attribute_count; i++)
		if (token->attributes[i].name == name)
			return token->attributes[i].value;
	return (sk_bytes){NULL, 0};
}

static enum sk_status add_sheet(struct package *package, const struct xml_token *token, uint32_t *room)
{
	struct sk_arena *arena = package->job->arena;
	if (package->sheet_count == *room) {
		uint32_t more = *room == 0 ? 16 : *room * 2;
		package->sheets = sk_arena_grow(arena, package->sheets, *room * sizeof *package->sheets, more * sizeof *package->sheets);
		if (package->sheets == NULL)
			return SK_LIMIT;
		*room = more;
	}
	package->sheets[package->sheet_count++] = (struct sheet){
		.name = sk_arena_copy(arena, value_of(token, OOXML_NAME_name)),
		.relation = sk_arena_copy(arena, value_of(token, OOXML_NAME_r_id)),
	};
	sk_bytes name = package->sheets[package->sheet_count - 1].name;
	if (sk_bytes_equal(value_of(token, OOXML_NAME_state), SK_BYTES("veryHidden")))
		finding_report(package->job->findings, FINDING_hidden_sheet, FINDING_WHOLE, SK_BYTES(""), name, 1);
	return SK_OK;
}

static enum sk_status read_sheets(struct package *package, struct xml_reader *reader)
{
	struct xml_token token;
	uint32_t room = 0;
	for (;;) {
		SK_TRY(xml_next(reader, &token));
		if (token.kind == XML_END || (token.kind == XML_CLOSE && token.name == OOXML_NAME_x_sheets))
			return SK_OK;
		if (token.kind == XML_OPEN && token.name == OOXML_NAME_x_sheet)
			SK_TRY(add_sheet(package, &token, &room));
	}
}

/* Which sheets stay, and how findings name them. */
static void settle(struct package *package, const struct part *workbook)
{
	uint32_t index = 0;
	for (uint32_t i = 0; i < package->sheet_count; i++) {
		struct sheet *sheet = &package->sheets[i];
		const struct relation *relation = package_relation(package, workbook, sheet->relation);
		if (relation == NULL || relation->is_link)
			continue;
		struct part *part = &package->parts[relation->target];
		part->place = FINDING_SHEET;
		part->where = sheet->name;
		sheet->kept = true;
		sheet->index = index++;
	}
}

static enum sk_status open_main(struct package *package)
{
	struct sk_arena *arena = package->job->arena;
	sk_bytes xml;
	SK_TRY(zip_read(&package->zip, package->parts[package->main_part].entry, arena, &xml));
	return xml_open(package->reader, &ooxml_vocabulary, xml, arena);
}

enum sk_status sheets_read(struct package *package)
{
	SK_TRY(open_main(package));
	SK_TRY(read_sheets(package, package->reader));
	settle(package, &package->parts[package->main_part]);
	return SK_OK;
}

/* Findings of a slide, and of the notes below it, name its number. */
static void name_slide(struct package *package, sk_bytes relation_id, uint32_t number)
{
	const struct relation *relation = package_relation(package, &package->parts[package->main_part], relation_id);
	struct sk_buf text;
	if (relation == NULL || relation->is_link)
		return;
	sk_buf_init(&text, package->job->arena, 16);
	sk_buf_decimal(&text, number);
	struct part *part = &package->parts[relation->target];
	part->place = FINDING_SLIDE;
	part->where = sk_buf_bytes(&text);
}

enum sk_status slides_read(struct package *package)
{
	struct xml_token token;
	uint32_t number = 0;
	SK_TRY(open_main(package));
	for (;;) {
		SK_TRY(xml_next(package->reader, &token));
		if (token.kind == XML_END || (token.kind == XML_CLOSE && token.name == OOXML_NAME_p_sldIdLst))
			return SK_OK;
		if (token.kind == XML_OPEN && token.name == OOXML_NAME_p_sldId)
			name_slide(package, value_of(&token, OOXML_NAME_r_id), ++number);
	}
}

uint32_t sheets_index(const struct package *package, uint32_t old_index)
{
	if (old_index >= package->sheet_count || !package->sheets[old_index].kept)
		return UINT32_MAX;
	return package->sheets[old_index].index;
}

uint32_t sheets_nearest(const struct package *package, uint32_t old_index)
{
	uint32_t nearest = 0;
	for (uint32_t i = 0; i < package->sheet_count && i <= old_index; i++)
		if (package->sheets[i].kept)
			nearest = package->sheets[i].index;
	return nearest;
}

/* The cache's source stands near its start; an external one, or a worksheet by relationship, is outside data. */
static enum sk_status find_source(struct xml_reader *reader, bool *inner)
{
	struct xml_token token;
	*inner = false;
	for (;;) {
		SK_TRY(xml_next(reader, &token));
		if (token.kind == XML_END || (token.kind == XML_CLOSE && token.name == OOXML_NAME_x_cacheSource))
			return SK_OK;
		if (token.kind != XML_OPEN)
			continue;
		if (token.name == OOXML_NAME_x_cacheSource)
			*inner = !sk_bytes_equal(value_of(&token, OOXML_NAME_type), SK_BYTES("external"));
		if ((token.name == OOXML_NAME_x_worksheetSource || token.name == OOXML_NAME_x_rangeSet) &&
		    value_of(&token, OOXML_NAME_r_id).len > 0)
			*inner = false;
	}
}

bool pivot_cache_is_inner(struct package *package, const struct part *part)
{
	struct sk_arena *arena = package->job->arena;
	size_t mark = sk_arena_mark(arena);
	sk_bytes xml;
	bool inner = false;
	if (zip_read(&package->zip, part->entry, arena, &xml) != SK_OK ||
	    xml_open(package->reader, &ooxml_vocabulary, xml, arena) != SK_OK || find_source(package->reader, &inner) != SK_OK)
		inner = false;
	sk_arena_release(arena, mark);
	return inner;
}
