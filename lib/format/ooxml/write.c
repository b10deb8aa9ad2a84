/*
 * Records to an Office package: fixed order, fixed names, no time stamps (ECMA-376).
 *
 * The order: content types, the root's relationships, then each part with its relationships as its content comes, then
 * pictures and embedded documents. Two things that the vocabulary can't say are checked here: that a root element is the
 * one of its part's kind, and that a link is only named by elements that are hyperlinks.
 */
#include "format/ooxml/write.h"

#include "codec/placeholder.h"
#include "conf/conf.h"

struct content_writer {
	struct out_package *package;
	const struct out_part *part;
	struct xml_writer xml;
	struct sk_buf text;
	sk_bytes instruction; /* of the w:fldChar that is open */
	bool has_instruction;
};

/* ---- references ---- */

static enum sk_status write_reference(void *context, const struct neutral_record *record, struct sk_buf *text)
{
	struct content_writer *w = context;
	if (record->number == OOXML_REFERENCE_EMPTY)
		return SK_OK;
	if (record->number < 0 || record->number >= w->part->relation_count)
		return SK_MALFORMED;
	if (w->part->relations[record->number].is_link && !node_may_link(record->node))
		return SK_MALFORMED;
	sk_buf_str(text, "rId");
	sk_buf_decimal(text, record->number + 1);
	return SK_OK;
}

/* ---- the content of one part ---- */

/* A field's begin mark is written with its instruction and its separate mark in one go: no record can stand between. */
static enum sk_status write_field_mark(struct content_writer *w, const struct neutral_record *record)
{
	if (record->op == NEUTRAL_ATTR && ooxml_vocabulary.attrs[record->attr].name == OOXML_NAME_w_instr) {
		w->instruction = sk_arena_copy(w->package->job->arena, record->bytes);
		w->has_instruction = true;
		return w->instruction.at != NULL ? SK_OK : SK_LIMIT;
	}
	SK_TRY(xml_write_record(&w->xml, record));
	if (record->op == NEUTRAL_CLOSE && w->has_instruction) {
		w->has_instruction = false;
		sk_buf_str(&w->text, "<w:instrText xml:space=\"preserve\"> ");
		xml_text_escape(&w->text, w->instruction);
		sk_buf_str(&w->text, " </w:instrText><w:fldChar w:fldCharType=\"separate\"/>");
	}
	return SK_OK;
}

static enum sk_status write_records(struct content_writer *w, unsigned depth)
{
	struct neutral_in *in = w->package->job->in;
	struct neutral_record record;
	bool root = true;
	for (;;) {
		SK_TRY(neutral_next(in, &record));
		if (record.op == NEUTRAL_AGAIN) { /* of a root it is told in full, for the look below */
			if (in->depth + record.closes == depth + 1 || !xml_write_again(&w->xml, &record))
				neutral_replay(in, &record);
			continue;
		}
		if (record.op == NEUTRAL_CLOSE && in->depth < depth)
			return SK_OK; /* the content's own end */
		if (record.op == NEUTRAL_OPEN && in->depth == depth + 1) {
			if (!root || record.node != part_rows[w->part->kind].root)
				return SK_MALFORMED;
			root = false;
		}
		if (SK_UNLIKELY(ooxml_vocabulary.nodes[record.node].name == OOXML_NAME_w_fldChar))
			SK_TRY(record.phrase == 0 ? write_field_mark(w, &record) : SK_MALFORMED); /* it is more than its tag */
		else
			SK_TRY(xml_write_record(&w->xml, &record));
	}
}

static enum sk_status begin_content(struct content_writer *w, struct out_package *package, uint32_t number)
{
	*w = (struct content_writer){.package = package, .part = &package->parts[number]};
	sk_buf_init(&w->text, package->job->arena, (size_t)limit(LIMIT_zip_entry_bytes));
	xml_write_init(&w->xml, &ooxml_vocabulary, &w->text);
	w->xml.write_reference = write_reference;
	w->xml.context = w;
	w->xml.phrases = package->phrases;
	xml_write_declaration(&w->xml);
	return SK_OK;
}

static enum sk_status end_content(struct content_writer *w)
{
	if (w->text.status != SK_OK)
		return w->text.status;
	return zip_write(&w->package->zip, w->part->name, sk_buf_bytes(&w->text), true);
}

/* A content node was opened: its part's number comes first. */
static enum sk_status write_content(struct out_package *package)
{
	struct sk_arena *arena = package->job->arena;
	struct neutral_in *in = package->job->in;
	struct neutral_record record;
	unsigned depth = in->depth;
	SK_TRY(neutral_next(in, &record));
	if (record.op != NEUTRAL_ATTR || record.number < 1 || record.number >= package->part_count)
		return SK_MALFORMED;
	uint32_t number = (uint32_t)record.number;
	struct out_part *part = &package->parts[number];
	if (part->written || part_rows[part->kind].class != PART_XML)
		return SK_MALFORMED;
	size_t mark = sk_arena_mark(arena);
	struct content_writer *w = sk_arena_make(arena, sizeof *w);
	if (w == NULL)
		return SK_LIMIT;
	SK_TRY(begin_content(w, package, number));
	size_t empty = w->text.len;
	in->wholes = true;
	SK_TRY(write_records(w, depth));
	in->wholes = false;
	if (w->text.len > empty) { /* a part whose root could not be said gets an empty one at the end */
		SK_TRY(end_content(w));
		SK_TRY(relations_write(package, number));
		part->written = true;
	}
	sk_arena_release(arena, mark);
	return SK_OK;
}

/* ---- parts that have no records ---- */

/* An XML part of which nothing could be said: its root element alone, so that what refers to it stays sound. */
static enum sk_status write_empty(struct out_package *package, uint32_t number)
{
	struct sk_arena *arena = package->job->arena;
	size_t mark = sk_arena_mark(arena);
	struct content_writer *w = sk_arena_make(arena, sizeof *w);
	if (w == NULL)
		return SK_LIMIT;
	SK_TRY(begin_content(w, package, number));
	uint16_t root = part_rows[w->part->kind].root;
	struct neutral_record open = {.op = NEUTRAL_OPEN, .node = root};
	struct neutral_record close = {.op = NEUTRAL_CLOSE, .node = root};
	SK_TRY(xml_write_record(&w->xml, &open));
	SK_TRY(xml_write_record(&w->xml, &close));
	SK_TRY(end_content(w));
	SK_TRY(relations_write(package, number));
	sk_arena_release(arena, mark);
	return SK_OK;
}

static enum sk_status write_blob(struct out_package *package, const struct out_part *part)
{
	struct sk_arena *arena = package->job->arena;
	size_t mark = sk_arena_mark(arena);
	sk_bytes bytes = part->bytes;
	if (!part->has_inner)
		SK_TRY(placeholder_png(arena, part->width, part->height, &bytes));
	SK_TRY(zip_write(&package->zip, part->name, bytes, false));
	sk_arena_release(arena, mark);
	return SK_OK;
}

static enum sk_status write_rest(struct out_package *package)
{
	for (uint32_t i = 1; i < package->part_count; i++) {
		const struct out_part *part = &package->parts[i];
		if (part_rows[part->kind].class != PART_XML)
			SK_TRY(write_blob(package, part));
		else if (!part->written)
			SK_TRY(write_empty(package, i));
	}
	return SK_OK;
}

/* ---- the package ---- */

static enum sk_status write_contents(struct out_package *package, struct neutral_record *record)
{
	while (record->op == NEUTRAL_OPEN && record->node == OOXML_NODE_content_content) {
		SK_TRY(write_content(package));
		SK_TRY(neutral_next(package->job->in, record));
	}
	return record->op == NEUTRAL_CLOSE && record->node == OOXML_NODE_package_package ? SK_OK : SK_MALFORMED;
}

enum sk_status ooxml_write(struct format_write *job)
{
	struct out_package *package = sk_arena_make(job->arena, sizeof *package);
	struct neutral_record record;
	if (package == NULL)
		return SK_LIMIT;
	package->job = job;
	package->phrases = sk_arena_array(job->arena, NEUTRAL_PHRASES, sizeof *package->phrases);
	if (package->phrases == NULL)
		return SK_LIMIT;
	zip_writer_init(&package->zip, job->put, job->context, job->arena);
	SK_TRY(neutral_next(job->in, &record));
	if (record.op != NEUTRAL_OPEN || record.node != OOXML_NODE_package_package)
		return SK_MALFORMED;
	SK_TRY(manifest_read(package, &record));
	SK_TRY(manifest_settle(package));
	SK_TRY(content_types_write(package));
	SK_TRY(relations_write(package, 0));
	SK_TRY(write_contents(package, &record));
	SK_TRY(write_rest(package));
	return zip_finish(&package->zip);
}
