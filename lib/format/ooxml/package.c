/*
 * The package: which parts there are, what they are, and which of them are said (ECMA-376 part 2).
 *
 * What the attacker controls here: the zip, the content types, every relationship. Parts are found by walking the
 * relationships from the root, the way Office does; a part that no kept relationship leads to does not exist. All
 * inner jobs are done here, before the first record, so that the records can tell what survived.
 */
#include "format/ooxml/ooxml.h"

#include "codec/placeholder.h"
#include "conf/conf.h"

const struct zip_entry *package_entry(const struct package *package, sk_bytes name)
{
	return zip_find(&package->zip, name);
}

static void report(const struct package *package, const struct part *part, enum finding_code code, sk_bytes detail)
{
	finding_report(package->job->findings, code, part->place, part->where, detail, 1);
}

/* ---- the walk ---- */

/* The main part's kind is in its content type; a second main part is none. */
static enum sk_status settle_main(struct package *package, uint32_t number)
{
	struct part *part = &package->parts[number];
	if (package->main_part != 0) {
		report(package, part, FINDING_part_removed, part->name);
		part->lost = true;
		return SK_OK;
	}
	sk_bytes type;
	SK_TRY(content_type_read(package, part->name, &type));
	const struct main_row *row = main_find(type);
	if (row == NULL)
		return SK_MALFORMED;
	part->kind = (enum part_kind)row->kind;
	package->main = row->main;
	package->main_part = number;
	if (!row->plain)
		finding_report(package->job->findings, FINDING_type_changed, FINDING_WHOLE, (sk_bytes){NULL, 0},
			       vocabulary_word(&ooxml_vocabulary, OOXML_TYPE_PackageMain, row->main), 1);
	return SK_OK;
}

static enum sk_status walk(struct package *package)
{
	struct sk_arena *arena = package->job->arena;
	package->part_room = (uint32_t)sk_min(package->zip.entry_count, limit(LIMIT_ooxml_parts)) + 1;
	package->parts = sk_arena_array(arena, package->part_room, sizeof *package->parts);
	package->by_entry = sk_arena_array(arena, package->zip.entry_count + 1, sizeof *package->by_entry);
	if (package->parts == NULL || package->by_entry == NULL)
		return SK_LIMIT;
	package->parts[0] = (struct part){.kind = PART_package, .place = FINDING_WHOLE};
	package->part_count = 1;
	for (uint32_t i = 0; i < package->part_count; i++) {
		if (package->parts[i].kind == PART_main)
			SK_TRY(settle_main(package, i));
		if (package->parts[i].lost || part_rows[package->parts[i].kind].class != PART_XML)
			continue;
		enum sk_status status = relations_read(package, i);
		if (status == SK_LIMIT || status == SK_FAULT || (status != SK_OK && i == 0))
			return status;
		if (status != SK_OK)
			report(package, &package->parts[i], FINDING_part_damaged, SK_BYTES(".rels"));
	}
	return package->main_part != 0 ? SK_OK : SK_MALFORMED;
}

/* ---- the fate of parts ---- */

static bool is_picture(const struct format_inner *inner)
{
	return inner->clean && (inner->kind == KIND_jpeg || inner->kind == KIND_png || inner->kind == KIND_gif);
}

static bool is_document(const struct format_inner *inner)
{
	static const uint8_t kinds[] = {KIND_docx, KIND_dotx, KIND_xlsx, KIND_xltx, KIND_pptx, KIND_potx, KIND_ppsx};
	for (size_t i = 0; i < SK_COUNT(kinds); i++)
		if (inner->clean && inner->kind == kinds[i])
			return true;
	return false;
}

/* The same bytes, packed the same way: a logo that a program stored once for every slide. */
static bool same_content(const struct zip_entry *a, const struct zip_entry *b)
{
	return a->crc == b->crc && a->size == b->size && a->method == b->method && !a->encrypted && !b->encrypted && !a->broken && !b->broken &&
	       sk_bytes_equal(a->packed, b->packed);
}

/* An earlier part with the same content whose job has run; NULL when there is none. Remembers the part for later ones. */
static const struct part *twin(struct package *package, const struct part *part)
{
	uint32_t *slot = &package->by_content[part->entry->crc % SK_COUNT(package->by_content)];
	const struct part *earlier = &package->parts[*slot];
	if (*slot != 0 && earlier->has_inner && same_content(earlier->entry, part->entry))
		return earlier;
	*slot = (uint32_t)(part - package->parts);
	return NULL;
}

/* Runs a picture or an embedded document as a job of its own. A picture never gets lost: an empty one of the same size
 * takes its place, so that the layout stays. */
static enum sk_status run_inner(struct package *package, struct part *part)
{
	struct format_read *job = package->job;
	size_t mark = sk_arena_mark(job->arena);
	const struct part *earlier = twin(package, part);
	sk_bytes bytes = {NULL, 0};
	enum sk_status status = SK_OK;
	if (earlier != NULL)
		part->inner = earlier->inner;
	else
		status = zip_read(&package->zip, part->entry, job->arena, &bytes);
	if (earlier == NULL && status == SK_OK)
		status = job->inner(job->context, bytes, part->place, part->where, &part->inner);
	bool picture = part_rows[part->kind].class == PART_IMAGE;
	part->has_inner = status == SK_OK && (picture ? is_picture(&part->inner) : is_document(&part->inner));
	if (picture && !part->has_inner) {
		const struct format_kind_row *row = format_kind_row(part->inner.kind);
		if (part->inner.width == 0 || part->inner.height == 0)
			placeholder_size(bytes, &part->inner.width, &part->inner.height);
		report(package, part, FINDING_picture_replaced, sk_bytes_str(row ? row->name : "unknown"));
	}
	if (!picture && !part->has_inner) {
		part->lost = true;
		report(package, part, FINDING_inner_blocked, part->name);
	}
	sk_arena_release(job->arena, mark);
	return status == SK_FAULT ? status : SK_OK;
}

/* A pivot table without its cache can't be said. */
static bool lost_its_cache(const struct package *package, const struct part *part)
{
	for (uint32_t i = 0; i < part->relation_count; i++) {
		const struct relation *relation = &part->relations[i];
		if (relation->kept && !relation->is_link && package->parts[relation->target].kind == PART_pivotCacheDefinition)
			return package->parts[relation->target].lost;
	}
	return true;
}

static enum sk_status settle_fates(struct package *package)
{
	for (uint32_t i = 1; i < package->part_count; i++) {
		struct part *part = &package->parts[i];
		enum part_class class = part_rows[part->kind].class;
		if (class == PART_IMAGE || class == PART_PACKAGE)
			SK_TRY(run_inner(package, part));
		if (part->kind == PART_pivotCacheDefinition && !pivot_cache_is_inner(package, part)) {
			part->lost = true;
			report(package, part, FINDING_connection_removed, SK_BYTES("pivotCache"));
		}
	}
	for (uint32_t i = 1; i < package->part_count; i++)
		if (package->parts[i].kind == PART_pivotTable && lost_its_cache(package, &package->parts[i]))
			package->parts[i].lost = true;
	return SK_OK;
}

/* A part is reached when a said relationship of a reached part leads to it; the rest is lost with those that led there. */
static void lose_unreached(struct package *package)
{
	uint32_t *queue = sk_arena_array(package->job->arena, package->part_count, sizeof *queue);
	uint32_t count = 1;
	if (queue == NULL)
		return; /* the arena says so at the end */
	package->parts[0].reached = true;
	for (uint32_t next = 0; next < count; next++) {
		const struct part *part = &package->parts[queue[next]];
		for (uint32_t i = 0; i < part->relation_count; i++) {
			const struct relation *relation = &part->relations[i];
			if (!relation_said(package, relation) || relation->is_link || package->parts[relation->target].reached)
				continue;
			package->parts[relation->target].reached = true;
			queue[count++] = relation->target;
		}
	}
	for (uint32_t i = 0; i < package->part_count; i++)
		package->parts[i].lost |= !package->parts[i].reached;
}

/* Numbers as the records say them: parts that are said, in order, and the said relationships of each. */
static void number_all(struct package *package)
{
	uint32_t number = 0;
	for (uint32_t i = 0; i < package->part_count; i++) {
		struct part *part = &package->parts[i];
		uint32_t relation = 0;
		if (part->lost)
			continue;
		part->number = number++;
		for (uint32_t k = 0; k < part->relation_count; k++)
			if (relation_said(package, &part->relations[k]))
				part->relations[k].number = relation++;
	}
}

/* What the main part says of the parts below it. */
static enum sk_status read_main(struct package *package)
{
	unsigned kind = package->parts[package->main_part].kind;

	if (kind == PART_workbook)
		return sheets_read(package);
	return kind == PART_presentation ? slides_read(package) : SK_OK;
}

static sk_bytes folder_of(sk_bytes name)
{
	size_t slash = name.len;
	while (slash > 0 && name.at[slash - 1] != '/')
		slash--;
	return sk_bytes_slice(name, 0, slash);
}

/* Relationships of a part that was told of lead on to entries beside it: one finding is enough for a folder. */
static bool told_beside(const struct package *package, size_t index)
{
	sk_bytes folder = folder_of(package->zip.entries[index].name);
	for (size_t i = 0; folder.len > 0 && i < package->zip.entry_count; i++)
		if (package->by_entry[i] == ENTRY_TOLD && sk_bytes_equal(folder_of(package->zip.entries[i].name), folder))
			return true;
	return false;
}

/* What the container holds and no relationship leads to does not cross; neither does a second entry of a name. */
static void report_unreached(struct package *package)
{
	for (size_t i = 0; i < package->zip.entry_count; i++) {
		const struct zip_entry *entry = &package->zip.entries[i];
		bool listed = package->by_entry[i] != 0 || entry->size == 0 || sk_bytes_ends(entry->name, SK_BYTES(".rels")) ||
			      entry == package_entry(package, SK_BYTES("[Content_Types].xml"));
		if (listed || told_beside(package, i))
			continue;
		finding_report(package->job->findings, FINDING_part_removed, FINDING_WHOLE, SK_BYTES(""), entry->name, 1);
		package->by_entry[i] = ENTRY_TOLD;
	}
}

enum sk_status package_read(struct package *package)
{
	package->reader = sk_arena_make(package->job->arena, sizeof *package->reader);
	struct xml_tags *tags = sk_arena_make(package->job->arena, sizeof *tags);
	if (package->reader == NULL || tags == NULL)
		return SK_LIMIT;
	package->reader->tags = tags;
	SK_TRY(zip_open(&package->zip, package->job->input, package->job->arena, package->job->findings));
	SK_TRY(walk(package));
	SK_TRY(read_main(package));
	package_tell(package);
	SK_TRY(settle_fates(package));
	lose_unreached(package);
	number_all(package);
	report_unreached(package);
	return package->job->arena->exhausted ? SK_LIMIT : SK_OK;
}
