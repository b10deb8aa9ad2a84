/*
 * An Office package to records: the manifest first (what there is and how it relates), then each XML part.
 *
 * What the attacker controls here: everything that package.c found; this page only says it.
 */
#include "format/ooxml/read_part.h"

static void say_relation(struct package *package, const struct relation *relation)
{
	struct neutral_out *out = package->job->out;
	neutral_open(out, OOXML_NODE_relationship_relationship);
	neutral_attr_number(out, OOXML_ATTR_relationship_type, relation_canonical(relation->row));
	if (relation->is_link)
		neutral_attr_bytes(out, OOXML_ATTR_relationship_url, relation->url);
	else
		neutral_attr_number(out, OOXML_ATTR_relationship_target, package->parts[relation->target].number);
	neutral_close(out);
}

static void say_relations(struct package *package, const struct part *part)
{
	for (uint32_t i = 0; i < part->relation_count; i++)
		if (relation_said(package, &part->relations[i]))
			say_relation(package, &part->relations[i]);
}

static void say_part(struct package *package, const struct part *part)
{
	struct neutral_out *out = package->job->out;
	neutral_open(out, OOXML_NODE_part_part);
	neutral_attr_number(out, OOXML_ATTR_part_kind, part->kind);
	if (part->has_inner) {
		neutral_attr_number(out, OOXML_ATTR_part_inner, part->inner.number);
	} else if (part_rows[part->kind].class == PART_IMAGE) {
		neutral_attr_number(out, OOXML_ATTR_part_width, (int64_t)sk_min(part->inner.width, UINT16_MAX));
		neutral_attr_number(out, OOXML_ATTR_part_height, (int64_t)sk_min(part->inner.height, UINT16_MAX));
	}
	say_relations(package, part);
	neutral_close(out);
}

static void say_manifest(struct package *package)
{
	neutral_attr_number(package->job->out, OOXML_ATTR_package_main, package->main);
	say_relations(package, &package->parts[0]);
	for (uint32_t i = 1; i < package->part_count; i++)
		if (!package->parts[i].lost)
			say_part(package, &package->parts[i]);
}

/* The contents of parts of one kind, or of all but that kind. */
static enum sk_status say_contents(struct package *package, enum part_kind kind, bool same)
{
	for (uint32_t i = 1; i < package->part_count; i++) {
		const struct part *part = &package->parts[i];
		if (!part->lost && part_rows[part->kind].class == PART_XML && (part->kind == kind) == same)
			SK_TRY(part_read(package, i));
	}
	return SK_OK;
}

enum sk_status ooxml_read(struct format_read *job)
{
	struct package *package = sk_arena_make(job->arena, sizeof *package);
	if (package == NULL)
		return SK_LIMIT;
	package->job = job;
	SK_TRY(package_read(package));
	if (package_hooks(package) == NULL)
		return SK_LIMIT;
	neutral_open(job->out, OOXML_NODE_package_package);
	say_manifest(package);
	/* Cells name shared strings by number: who writes text needs the strings first. */
	SK_TRY(say_contents(package, PART_sharedStrings, true));
	SK_TRY(say_contents(package, PART_sharedStrings, false));
	neutral_close(job->out);
	return job->out->status;
}
