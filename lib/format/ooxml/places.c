/*
 * How people call the places of findings: a part belongs to the sheet or slide that leads to it.
 *
 * What the attacker controls here: which part leads to which. A part is named after the first sheet or slide that leads to it; that decides
 * words of the report and nothing else.
 */
#include "format/ooxml/ooxml.h"

_Static_assert(FINDING_COUNT <= 128, "struct part has a bit for each code");

/* Kinds that sheets or slides share: what is wrong there is no matter of one of them. */
static bool is_shared(enum part_kind kind)
{
	switch ((int)kind) {
	case PART_slideLayout:
	case PART_slideMaster:
	case PART_notesMaster:
	case PART_theme:
	case PART_pivotCacheDefinition:
	case PART_sheet:
	case PART_slide:
		return true;
	default:
		return false;
	}
}

/* Parts come in the order of the walk: the part that leads to another one is before it, so that names reach everything below. */
static void name_below(struct package *package, const struct part *part)
{
	for (uint32_t i = 0; i < part->relation_count; i++) {
		const struct relation *relation = &part->relations[i];
		if (!relation->kept || relation->is_link)
			continue;
		struct part *below = &package->parts[relation->target];
		if (below->place == FINDING_PART && !is_shared(below->kind)) {
			below->place = part->place;
			below->where = part->where;
		}
	}
}

static void tell_relations(struct package *package, struct part *part)
{
	for (uint32_t i = 0; i < part->relation_count; i++) {
		const struct relation *relation = &part->relations[i];
		if (relation->kept || !relation->noted)
			continue;
		finding_report(package->job->findings, (enum finding_code)relation->finding, part->place, part->where, relation->detail, 1);
		part->told[relation->finding / 64] |= (uint64_t)1 << relation->finding % 64;
	}
}

void package_tell(struct package *package)
{
	package->parts[package->main_part].place = FINDING_WHOLE; /* the document itself, to those who read the report */
	for (uint32_t i = 0; i < package->part_count; i++) {
		struct part *part = &package->parts[i];
		if (part->place == FINDING_SHEET || part->place == FINDING_SLIDE)
			name_below(package, part);
		tell_relations(package, part);
	}
}

bool part_told(const struct part *part, enum finding_code code)
{
	return (part->told[code / 64] >> code % 64 & 1) != 0;
}
