/*
 * The manifest's records to a package with names: what the writer knows of parts before their content comes.
 *
 * The records passed the checker; here their relations are verified: targets exist, kinds fit, links are links.
 */
#include "format/ooxml/write.h"

#include "conf/conf.h"

static struct out_part *add_part(struct out_package *package)
{
	if (package->part_count == package->part_room) {
		uint32_t more = package->part_room == 0 ? 64 : package->part_room * 2;
		struct out_part *grown = sk_arena_grow(package->job->arena, package->parts,
						       package->part_room * sizeof *grown, more * sizeof *grown);
		if (grown == NULL || more > 2 * limit(LIMIT_ooxml_parts))
			return NULL;
		package->parts = grown;
		package->part_room = more;
	}
	struct out_part *part = &package->parts[package->part_count++];
	*part = (struct out_part){.kind = PART_package};
	return part;
}

static struct out_relation *add_relation(struct out_package *package, struct out_part *part)
{
	if (part->relation_count == part->relation_room) {
		uint32_t more = part->relation_room == 0 ? 16 : part->relation_room * 2;
		struct out_relation *grown = sk_arena_grow(package->job->arena, part->relations,
							   part->relation_room * sizeof *grown, more * sizeof *grown);
		if (grown == NULL || more > 2 * limit(LIMIT_ooxml_relationships))
			return NULL;
		part->relations = grown;
		part->relation_room = more;
	}
	struct out_relation *relation = &part->relations[part->relation_count++];
	*relation = (struct out_relation){.target = UINT32_MAX};
	return relation;
}

static enum sk_status take_relation(struct out_package *package, struct out_relation *relation, const struct neutral_record *record)
{
	if (record->attr == OOXML_ATTR_relationship_type) {
		relation->row = (uint16_t)record->number;
		return relation->row < relation_count && relation_rows[relation->row].kept ? SK_OK : SK_MALFORMED;
	}
	if (record->attr == OOXML_ATTR_relationship_target)
		relation->target = (uint32_t)record->number;
	if (record->attr == OOXML_ATTR_relationship_url) {
		relation->is_link = true;
		relation->url = sk_arena_copy(package->job->arena, record->bytes);
		return relation->url.at != NULL ? SK_OK : SK_LIMIT;
	}
	return SK_OK;
}

static enum sk_status take_part(struct out_part *part, const struct neutral_record *record)
{
	switch (record->attr) {
	case OOXML_ATTR_part_kind:
		part->kind = (enum part_kind)record->number;
		return record->number < PART_COUNT && part->kind != PART_package && part->kind != PART_main ? SK_OK : SK_MALFORMED;
	case OOXML_ATTR_part_inner:
		part->has_inner = true;
		part->inner = (uint32_t)record->number;
		return SK_OK;
	case OOXML_ATTR_part_width:
		part->width = (uint32_t)record->number;
		return SK_OK;
	case OOXML_ATTR_part_height:
		part->height = (uint32_t)record->number;
		return SK_OK;
	default:
		return SK_MALFORMED;
	}
}

enum sk_status manifest_read(struct out_package *package, struct neutral_record *record)
{
	struct neutral_in *in = package->job->in;
	struct out_part *part = add_part(package);
	struct out_relation *relation = NULL;
	bool has_main = false;
	if (part == NULL)
		return SK_LIMIT;
	for (;;) {
		SK_TRY(neutral_next(in, record));
		if (record->op == NEUTRAL_OPEN && record->node == OOXML_NODE_part_part) {
			part = add_part(package);
			if (part == NULL)
				return SK_LIMIT;
		} else if (record->op == NEUTRAL_OPEN && record->node == OOXML_NODE_relationship_relationship) {
			relation = add_relation(package, part);
			if (relation == NULL)
				return SK_LIMIT;
		} else if (record->op == NEUTRAL_ATTR && record->attr == OOXML_ATTR_package_main) {
			package->main = (unsigned)record->number;
			has_main = true;
		} else if (record->op == NEUTRAL_ATTR && record->node == OOXML_NODE_part_part) {
			SK_TRY(take_part(part, record));
		} else if (record->op == NEUTRAL_ATTR && relation != NULL) {
			SK_TRY(take_relation(package, relation, record));
		} else if (record->op == NEUTRAL_CLOSE && record->node == OOXML_NODE_part_part) {
			part = &package->parts[0];
		} else if (record->op != NEUTRAL_CLOSE || record->node == OOXML_NODE_package_package) {
			return has_main ? SK_OK : SK_MALFORMED; /* the first content, or the end */
		}
	}
}

/* ---- names ---- */

/* Folder, base, number, extension; "?" at the folder's start stands for the main part's folder. */
static sk_bytes name_of(struct out_package *package, const struct out_part *part, uint32_t number)
{
	const struct part_row *row = &part_rows[part->kind];
	const char *folder = row->folder;
	struct sk_buf name;
	sk_buf_init(&name, package->job->arena, 256);
	if (folder[0] == '?') {
		sk_buf_str(&name, main_folder(package->main));
		folder++;
	}
	sk_buf_str(&name, folder);
	if (name.len > 0)
		sk_buf_u8(&name, '/');
	sk_buf_str(&name, row->base);
	if (row->numbered || number > 1)
		sk_buf_decimal(&name, number);
	if (row->class == PART_XML) {
		sk_buf_u8(&name, '.');
		sk_buf_str(&name, row->extension);
	} else {
		sk_buf_str(&name, part->has_inner ? format_kind_row(part->inner_kind)->extension : ".png");
	}
	return sk_buf_bytes(&name);
}

static enum sk_status fetch_inner(struct out_package *package, struct out_part *part)
{
	enum part_class class = part_rows[part->kind].class;
	if (!part->has_inner)
		return class == PART_PACKAGE ? SK_MALFORMED : SK_OK;
	if (class == PART_XML)
		return SK_MALFORMED;
	SK_TRY(package->job->inner(package->job->context, part->inner, &part->bytes, &part->inner_kind));
	const struct format_kind_row *row = format_kind_row(part->inner_kind);
	return row != NULL && row->extension[0] == '.' ? SK_OK : SK_MALFORMED;
}

static enum sk_status check_relations(const struct out_package *package, const struct out_part *part)
{
	for (uint32_t i = 0; i < part->relation_count; i++) {
		const struct out_relation *relation = &part->relations[i];
		const struct part_row *row = &part_rows[relation_rows[relation->row].kind];
		if (relation->is_link != (row->class == PART_LINK))
			return SK_MALFORMED;
		if (!relation->is_link && (relation->target == 0 || relation->target >= package->part_count))
			return SK_MALFORMED;
	}
	return SK_OK;
}

enum sk_status manifest_settle(struct out_package *package)
{
	uint32_t *numbers = sk_arena_array(package->job->arena, PART_COUNT, sizeof *numbers);
	if (numbers == NULL)
		return SK_LIMIT;
	for (uint32_t i = 0; i < package->part_count; i++) {
		struct out_part *part = &package->parts[i];
		SK_TRY(check_relations(package, part));
		if (i == 0)
			continue;
		SK_TRY(fetch_inner(package, part));
		part->name = name_of(package, part, ++numbers[part->kind]);
	}
	return package->job->arena->exhausted ? SK_LIMIT : SK_OK;
}
