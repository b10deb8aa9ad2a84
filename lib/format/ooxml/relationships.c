/*
 * Relationships and part names (ECMA-376 part 2, sections 6.5 and 7).
 *
 * What the attacker controls here: ids, types, targets and modes of relationships, and how names are spelt. A target is
 * resolved inside the package or it does not exist.
 */
#include "format/ooxml/ooxml.h"

#include "conf/conf.h"
#include "neutral/grammar.h"

#define NAME_BYTES_MAX ((size_t)limit(LIMIT_zip_name_bytes))

/* ---- part names ---- */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* Percent-decodes into the arena; backslashes become slashes as Office reads them. */
static sk_bytes decoded(struct sk_arena *arena, sk_bytes target)
{
	struct sk_buf buf;
	sk_buf_init(&buf, arena, target.len);
	for (size_t i = 0; i < target.len; i++) {
		uint8_t c = target.at[i];
		if (c == '%' && target.len - i > 2 && hex_digit(target.at[i + 1]) >= 0 && hex_digit(target.at[i + 2]) >= 0) {
			c = (uint8_t)(hex_digit(target.at[i + 1]) << 4 | hex_digit(target.at[i + 2]));
			i += 2;
		}
		sk_buf_u8(&buf, c == '\\' ? '/' : c);
	}
	return sk_buf_bytes(&buf);
}

/* Drops the last segment of name, with its slash. */
static void drop_segment(struct sk_buf *name)
{
	while (name->len > 0 && name->at[name->len - 1] != '/')
		name->len--;
	if (name->len > 0)
		name->len--;
}

bool package_resolve(struct sk_arena *arena, sk_bytes source, sk_bytes target, sk_bytes *name)
{
	struct sk_buf whole;
	sk_bytes path = decoded(arena, target);
	sk_buf_init(&whole, arena, NAME_BYTES_MAX);
	if (path.len == 0 || path.len + source.len > NAME_BYTES_MAX)
		return false;
	if (path.at[0] != '/') {
		sk_buf_put(&whole, source);
		drop_segment(&whole);
	}
	for (size_t at = 0; at < path.len;) {
		size_t slash = sk_bytes_find(path, SK_BYTES("/"), at);
		size_t end = slash == SIZE_MAX ? path.len : slash;
		sk_bytes segment = sk_bytes_slice(path, at, end - at);
		at = end + 1;
		if (segment.len == 0 || sk_bytes_equal(segment, SK_BYTES(".")))
			continue;
		if (sk_bytes_equal(segment, SK_BYTES(".."))) {
			if (whole.len == 0)
				return false;
			drop_segment(&whole);
			continue;
		}
		if (whole.len > 0)
			sk_buf_u8(&whole, '/');
		sk_buf_put(&whole, segment);
	}
	*name = sk_buf_bytes(&whole);
	return whole.status == SK_OK && whole.len > 0;
}

/* "word/document.xml" to "word/_rels/document.xml.rels"; the package itself to "_rels/.rels". */
static sk_bytes relations_name(struct sk_arena *arena, sk_bytes part)
{
	size_t slash = part.len;
	while (slash > 0 && part.at[slash - 1] != '/')
		slash--;
	struct sk_buf name;
	sk_buf_init(&name, arena, part.len + 16);
	sk_buf_put(&name, sk_bytes_slice(part, 0, slash));
	sk_buf_str(&name, "_rels/");
	sk_buf_put(&name, sk_bytes_slice(part, slash, part.len));
	sk_buf_str(&name, ".rels");
	return sk_buf_bytes(&name);
}

/* ---- one relationship ---- */

struct source {
	sk_bytes id, type, target;
	bool external;
};

static sk_bytes kept_bytes(struct package *package, sk_bytes value)
{
	return sk_arena_copy(package->job->arena, value); /* values live until the next token only */
}

static struct source source_of(struct package *package, const struct xml_token *token)
{
	struct source source = {0};
	for (size_t i = 0; i < token->attribute_count; i++) {
		const struct xml_attribute *a = &token->attributes[i];
		if (sk_bytes_equal(a->qname, SK_BYTES("Id")))
			source.id = kept_bytes(package, a->value);
		else if (sk_bytes_equal(a->qname, SK_BYTES("Type")))
			source.type = kept_bytes(package, a->value);
		else if (sk_bytes_equal(a->qname, SK_BYTES("Target")))
			source.target = kept_bytes(package, a->value);
		else if (sk_bytes_equal(a->qname, SK_BYTES("TargetMode")))
			source.external = sk_bytes_equal_nocase(a->value, SK_BYTES("External"));
	}
	return source;
}

/* What will be told of a relationship, once it is known how people call its part (places.c). */
static void note(struct relation *relation, enum finding_code code, sk_bytes detail)
{
	relation->noted = true;
	relation->finding = (uint16_t)code;
	relation->detail = detail;
}

/* What a person should see of an outside target: its scheme, not its path. */
static sk_bytes scheme_of(sk_bytes target)
{
	size_t colon = sk_bytes_find(target, SK_BYTES(":"), 0);
	if (colon != SIZE_MAX && colon > 0 && colon < 20)
		return sk_bytes_slice(target, 0, colon);
	if (sk_bytes_starts(target, SK_BYTES("\\\\")) || sk_bytes_starts(target, SK_BYTES("//")))
		return SK_BYTES("UNC");
	return SK_BYTES("path");
}

/* True when the relationship is kept as a link. Fragments ("#Sheet2!A1") point inside whatever the mode says. */
static bool take_link(const struct source *source, struct relation *relation)
{
	bool inside = sk_bytes_starts(source->target, SK_BYTES("#"));
	if (!source->external && !inside)
		return false;
	if (source->target.len == 0 || source->target.len > 8192 || !url_allowed(source->target)) {
		note(relation, FINDING_link_removed, scheme_of(source->target));
		return false;
	}
	relation->is_link = relation->kept = true;
	relation->url = source->target;
	return true;
}

static uint32_t part_of_entry(struct package *package, struct relation *relation, sk_bytes name, uint16_t kind);

static void take_inside(struct package *package, const struct part *part, const struct source *source,
			struct relation *relation)
{
	const struct relation_row *row = &relation_rows[relation->row];
	sk_bytes name;
	if (!package_resolve(package->job->arena, part->name, source->target, &name) || package_entry(package, name) == NULL) {
		note(relation, FINDING_part_damaged, relation_segment(source->type));
		return;
	}
	relation->target = part_of_entry(package, relation, name, row->kind);
	relation->kept = relation->target != UINT32_MAX;
}

/* The target of a relationship that is dropped is told of by the relationship's own finding. */
static void tell_entry(struct package *package, const struct part *part, const struct source *source)
{
	sk_bytes name;
	if (source->external || !package_resolve(package->job->arena, part->name, source->target, &name))
		return;
	const struct zip_entry *entry = package_entry(package, name);
	if (entry != NULL && package->by_entry[entry - package->zip.entries] == 0)
		package->by_entry[entry - package->zip.entries] = ENTRY_TOLD;
}

static void take(struct package *package, uint32_t number, const struct source *source, struct relation *relation)
{
	const struct part *part = &package->parts[number];
	relation->id = source->id;
	relation->row = relation_find(source->type, package->main);
	if (relation->row == VOCABULARY_NONE) {
		tell_entry(package, part, source);
		note(relation, source->external ? FINDING_external_removed : FINDING_part_removed, relation_segment(source->type));
		return;
	}
	const struct relation_row *row = &relation_rows[relation->row];
	if (!row->kept) {
		tell_entry(package, part, source);
		note(relation, (enum finding_code)row->finding, source->external ? scheme_of(source->target) : relation_segment(source->type));
		return;
	}
	if (part_rows[row->kind].class == PART_LINK) {
		(void)take_link(source, relation);
		return;
	}
	if (source->external) {
		note(relation, FINDING_external_removed, scheme_of(source->target));
		return;
	}
	take_inside(package, part, source, relation);
}

/* The name of an entry as a part's: some programs write `\` where `/` belongs. */
static sk_bytes part_name(struct sk_arena *arena, sk_bytes name)
{
	if (sk_bytes_find(name, SK_BYTES("\\"), 0) == SIZE_MAX)
		return name;
	uint8_t *copy = sk_arena_make(arena, name.len);
	for (size_t i = 0; copy != NULL && i < name.len; i++)
		copy[i] = name.at[i] == '\\' ? '/' : name.at[i];
	return copy == NULL ? name : sk_bytes_of(copy, name.len);
}

/* Kinds of which a package may have one part only (ECMA-376 part 2, 8.1.4; part 1, 15.2.12): programs refuse a second one. */
static bool is_single(uint16_t kind)
{
	return kind == PART_core || kind == PART_app || kind == PART_custom;
}

static bool holds_kind(const struct package *package, uint16_t kind)
{
	for (uint32_t i = 1; i < package->part_count; i++)
		if (package->parts[i].kind == (enum part_kind)kind)
			return true;
	return false;
}

/* The part that an entry is, made on first sight; UINT32_MAX when it is a part of another kind already or there are too
 * many. */
static uint32_t part_of_entry(struct package *package, struct relation *relation, sk_bytes name, uint16_t kind)
{
	const struct zip_entry *entry = package_entry(package, name);
	size_t index = (size_t)(entry - package->zip.entries);
	if (package->by_entry[index] != 0 && package->by_entry[index] != ENTRY_TOLD) {
		uint32_t known = package->by_entry[index] - 1;
		if (package->parts[known].kind == (enum part_kind)kind)
			return known;
		note(relation, FINDING_part_removed, name);
		return UINT32_MAX;
	}
	if (package->part_count == package->part_room)
		return UINT32_MAX;
	if (is_single(kind) && holds_kind(package, kind)) {
		note(relation, FINDING_part_removed, name);
		package->by_entry[index] = ENTRY_TOLD;
		return UINT32_MAX;
	}
	uint32_t number = package->part_count++;
	package->by_entry[index] = number + 1;
	package->parts[number] = (struct part){
		.entry = entry,
		.name = part_name(package->job->arena, entry->name),
		.kind = (enum part_kind)kind,
		.place = FINDING_PART,
	};
	package->parts[number].where = package->parts[number].name;
	return number;
}

/* ---- a .rels part ---- */

/* FNV-1a; a bad spread only costs time, and the count of relationships has a limit. */
static uint32_t bytes_hash(sk_bytes b)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < b.len; i++)
		h = (h ^ b.at[i]) * 16777619u;
	return h ^ h >> 15;
}

/* Fills the index of ids: the first relationship of an id wins. */
static bool index_ids(struct sk_arena *arena, struct part *part)
{
	uint32_t room = 16;
	while (room < part->relation_count * 2)
		room *= 2;
	part->by_id = sk_arena_array(arena, room, sizeof *part->by_id);
	if (part->by_id == NULL)
		return false;
	part->by_id_room = room;
	for (uint32_t i = 0; i < part->relation_count; i++) {
		uint32_t slot = bytes_hash(part->relations[i].id) & (room - 1);
		while (part->by_id[slot] != 0 && !sk_bytes_equal(part->relations[part->by_id[slot] - 1].id, part->relations[i].id))
			slot = (slot + 1) & (room - 1);
		if (part->by_id[slot] == 0)
			part->by_id[slot] = i + 1;
	}
	return true;
}

static enum sk_status read_all(struct package *package, uint32_t number, struct xml_reader *reader)
{
	struct xml_token token;
	uint32_t room = 0;
	for (;;) {
		SK_TRY(xml_next(reader, &token));
		if (token.kind == XML_END)
			return index_ids(package->job->arena, &package->parts[number]) ? SK_OK : SK_LIMIT;
		if (token.kind != XML_OPEN || !sk_bytes_equal(xml_local(token.qname), SK_BYTES("Relationship")))
			continue;
		struct part *part = &package->parts[number];
		if (part->relation_count == limit(LIMIT_ooxml_relationships))
			return limit_reached(LIMIT_ooxml_relationships);
		if (part->relation_count == room) {
			uint32_t more = room == 0 ? 16 : room * 2;
			part->relations = sk_arena_grow(package->job->arena, part->relations, room * sizeof *part->relations,
							more * sizeof *part->relations);
			if (part->relations == NULL)
				return SK_LIMIT;
			room = more;
		}
		struct source source = source_of(package, &token);
		struct relation relation = {0};
		take(package, number, &source, &relation);
		part = &package->parts[number];
		part->relations[part->relation_count++] = relation;
	}
}

enum sk_status relations_read(struct package *package, uint32_t part)
{
	struct sk_arena *arena = package->job->arena;
	sk_bytes xml;
	const struct zip_entry *entry = package_entry(package, relations_name(arena, package->parts[part].name));
	if (entry == NULL)
		return SK_OK;
	SK_TRY(zip_read(&package->zip, entry, arena, &xml));
	SK_TRY(xml_open(package->reader, &ooxml_vocabulary, xml, arena));
	return read_all(package, part, package->reader);
}

const struct relation *package_relation(const struct package *package, const struct part *part, sk_bytes id)
{
	if (part->by_id_room == 0)
		return NULL;
	uint32_t slot = bytes_hash(id) & (part->by_id_room - 1);
	while (part->by_id[slot] != 0) {
		const struct relation *relation = &part->relations[part->by_id[slot] - 1];
		if (sk_bytes_equal(relation->id, id))
			return relation_said(package, relation) ? relation : NULL;
		slot = (slot + 1) & (part->by_id_room - 1);
	}
	return NULL;
}

bool relation_said(const struct package *package, const struct relation *relation)
{
	return relation->kept && (relation->is_link || !package->parts[relation->target].lost);
}
