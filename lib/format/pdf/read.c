/*
 * PDF to records: the catalogue, the pages, then what they lead to, breadth first.
 *
 * What the attacker controls here: all bytes of the file; qpdf finds the objects, the rest of this folder judges them.
 */
#include "conf/conf.h"
#include "format/pdf/reader.h"

static void say_head(struct pdf_reader *r)
{
	neutral_open(r->job->out, PDF_NODE_document_document);
	neutral_attr_number(r->job->out, PDF_ATTR_document_pages, r->page_count);
	if (r->source.facts.version >= 20)
		neutral_attr_number(r->job->out, PDF_ATTR_document_version, 20);
}

/* The title stays; who made it, when and with what are traces. */
static void refer_information(struct pdf_reader *r)
{
	const struct pdf_object *object;
	const struct pdf_value *information = source_value(&r->source, value_find(&r->source.trailer, SK_BYTES("Info")), &object);

	if (information->kind != VALUE_DICTIONARY || SOURCE_KEY(&r->source, information, "Title")->kind != VALUE_STRING)
		return;
	const struct pdf_value *title = value_find(information, SK_BYTES("Title"));
	struct pdf_value nothing = {.kind = VALUE_DICTIONARY};
	const struct pdf_value *kept = value_with(&r->keep, &nothing, SK_BYTES("Title"), title);
	if (kept != NULL)
		object_refer(r, PDF_TYPE_DocInfo, kept, NULL);
}

/* Bytes before the header and behind the end, where other formats could stand. */
static void report_around(struct pdf_reader *r)
{
	sk_bytes input = r->job->input;
	size_t end = input.len;

	if (!sk_bytes_starts(input, SK_BYTES("%PDF-")))
		reader_find(r, FINDING_container_trailing, "%PDF-");
	while (end > 0 && (input.at[end - 1] <= ' '))
		end--;
	if (end > 5 && !sk_bytes_ends(sk_bytes_slice(input, 0, end), SK_BYTES("%%EOF")))
		reader_find(r, FINDING_container_trailing, "%%EOF");
}

/* What is to be told of the document as a whole. */
static void report(struct pdf_reader *r)
{
	const struct pdf_value *information = SOURCE_KEY(&r->source, &r->source.trailer, "Info");

	r->page = 0;
	report_around(r);
	if (r->source.facts.encrypted)
		reader_find(r, r->source.by_password ? FINDING_password_used : FINDING_encryption_removed, "");
	if (r->source.facts.repaired || r->source.lost)
		reader_find(r, FINDING_part_damaged, "PDF");
	if (information->kind == VALUE_DICTIONARY && information->count > (value_find(information, SK_BYTES("Title")) != NULL))
		reader_find(r, FINDING_document_metadata, "Info");
}

/* The catalogue, also when the trailer does not lead to it: qpdf found the trailer, or made one. */
static enum sk_status read_document(struct pdf_reader *r)
{
	const struct pdf_object *object;
	const struct pdf_value *catalogue = source_value(&r->source, value_find(&r->source.trailer, SK_BYTES("Root")), &object);

	if (catalogue->kind != VALUE_DICTIONARY)
		return SK_MALFORMED;
	if (said_add(r, (struct said){.value = catalogue, .object = object, .type = PDF_TYPE_Catalog}) == 0)
		return SK_LIMIT;
	SK_TRY(pages_collect(r, catalogue));
	refer_information(r);
	say_head(r);
	for (uint32_t i = 0; i < r->said_count; i++) {
		size_t mark = sk_arena_mark(r->job->arena);
		said_say(r, i);
		sk_arena_release(r->job->arena, mark);
		SK_TRY(r->status);
		SK_TRY(r->job->out->status);
	}
	neutral_close(r->job->out);
	report(r);
	return r->job->out->status;
}

enum sk_status pdf_read(struct format_read *job)
{
	struct pdf_reader *r = sk_arena_make(job->arena, sizeof *r);
	size_t half = (job->arena->size - job->arena->used) / 2;

	if (r == NULL)
		return limit_reached(LIMIT_arena_bytes);
#ifdef SK_ARENA_MALLOC
	sk_arena_init(&r->keep, NULL, half);
#else
	void *memory = sk_arena_raw(job->arena, half);
	if (memory == NULL)
		return limit_reached(LIMIT_arena_bytes);
	sk_arena_init(&r->keep, memory, half);
#endif
	r->job = job;
	r->numbers.arena = r->pages.arena = r->prepared.arena = &r->keep;
	enum sk_status status = source_open(&r->source, job->input, job->passwords, &r->keep, job->arena);
	if (status == SK_ENCRYPTED && job->passwords.len > 0)
		reader_find(r, FINDING_blocked_password_wrong, "");
	if (status == SK_OK) {
		status = read_document(r);
		source_close(&r->source);
	}
	sk_arena_reset(&r->keep);
	return status;
}
