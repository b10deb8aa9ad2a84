/*
 * Records to PDF: each node is spelled as its space says, each key as its name says.
 *
 * What the attacker controls here, when the reader was taken over: any stream of records that the vocabulary allows. What it can't say is checked
 * here: spelling of names and numbers, order of entries, targets of references, payloads.
 */
#include "conf/conf.h"
#include "format/pdf/writer.h"
#include "neutral/content.h"

struct level {
	uint8_t shape;      /* enum pdf_shape, of a container */
	bool leaf;          /* a value: its text follows */
	bool label_due;     /* an entry whose key was not said yet */
	bool opened;        /* its bracket was printed */
	bool told;          /* a leaf's text was there */
	const struct pdf_key *key; /* as which it stands in its parent; NULL: an object */
	uint16_t node;
	int64_t last;       /* greatest index or number so far */
	sk_bytes last_name; /* the same of names */
	struct sk_buf text; /* a leaf's, when it comes in pieces */
};

struct writing {
	struct pdf_writer w;
	struct level levels[NEUTRAL_DEPTH_MAX];
	unsigned depth;
	enum pdf_type type; /* of the object that is open */
	struct sk_buf out;  /* its text */
	struct sk_buf payload;
	struct stream_facts facts;
	bool payload_seen;
};

static enum sk_status number_out(struct writing *s, const struct pdf_key *key, int64_t number)
{
	struct reference reference = {(uint32_t)number, (uint32_t)(key - pdf_keys)};

	value_put_gap(&s->out);
	if (key->form == PDF_FORM_BOOLEAN) {
		sk_buf_str(&s->out, number != 0 ? "true" : "false");
		return SK_OK;
	}
	if (key->form != PDF_FORM_REFERENCE) {
		sk_buf_decimal(&s->out, number);
		return SK_OK;
	}
	sk_buf_decimal(&s->out, file_number(&s->w, reference.number));
	sk_buf_str(&s->out, " 0 R");
	return grown_add(&s->w, &s->w.references, &reference, sizeof reference);
}

static enum sk_status name_out(struct writing *s, sk_bytes name)
{
	sk_buf_u8(&s->out, '/');
	sk_buf_put(&s->out, name);
	return pdf_name_ok(name) ? SK_OK : SK_MALFORMED;
}

static enum sk_status bytes_out(struct writing *s, const struct pdf_key *key, sk_bytes bytes)
{
	switch ((enum pdf_form)key->form) {
	case PDF_FORM_NAME:
		return name_out(s, bytes);
	case PDF_FORM_NUMBER:
		value_put_gap(&s->out);
		sk_buf_put(&s->out, bytes);
		return pdf_number_ok(bytes) ? SK_OK : SK_MALFORMED;
	case PDF_FORM_TEXT:
		value_put_text(&s->out, bytes);
		return SK_OK;
	case PDF_FORM_CONTENT:
		value_put_string(&s->out, bytes);
		return content_allowed(bytes, false) ? SK_OK : SK_MALFORMED;
	case PDF_FORM_BYTES:
	case PDF_FORM_DATE:
	case PDF_FORM_URL:
		value_put_string(&s->out, bytes);
		return SK_OK;
	case PDF_FORM_NUMBERS:
		sk_buf_u8(&s->out, '[');
		sk_buf_put(&s->out, bytes);
		sk_buf_u8(&s->out, ']');
		return pdf_numbers_ok(bytes) ? SK_OK : SK_MALFORMED;
	case PDF_FORM_INTEGER:
	case PDF_FORM_BOOLEAN:
	case PDF_FORM_NULL:
	case PDF_FORM_REFERENCE:
	case PDF_FORM_DICTIONARY:
	case PDF_FORM_ARRAY:
	case PDF_FORM_NAME_TREE:
	case PDF_FORM_NUMBER_TREE:
		break;
	}
	return SK_MALFORMED;
}

static enum sk_status scalar_out(struct writing *s, const struct pdf_key *key, const struct neutral_record *record)
{
	if (record->kind == NEUTRAL_ENUM)
		return name_out(s, vocabulary_word(&pdf_vocabulary, record->type, (uint16_t)record->number));
	if (record->kind == NEUTRAL_INT || record->kind == NEUTRAL_REF || record->kind == NEUTRAL_BOOL)
		return number_out(s, key, record->number);
	return bytes_out(s, key, record->bytes);
}

/* ---- containers ---- */

static void bracket(struct writing *s, struct level *level, bool open)
{
	static const char *const brackets[][2] = {
		[PDF_DICTIONARY] = {"<<", ">>"}, [PDF_STREAM] = {"<<", ""}, [PDF_MAP] = {"<<", ">>"},
		[PDF_FIXED] = {"[", "]"},        [PDF_LIST] = {"[", "]"},   [PDF_NAME_TREE] = {"<</Names[", "]>>"},
		[PDF_NUMBER_TREE] = {"<</Nums[", "]>>"},
	};
	sk_buf_str(&s->out, brackets[level->shape][open ? 0 : 1]);
	level->opened = true;
}

/* Before what stands in a level: its label was said, its bracket is there. */
static enum sk_status enter(struct writing *s, struct level *level)
{
	if (level->label_due || level->leaf)
		return SK_MALFORMED;
	if (!level->opened)
		bracket(s, level, true);
	return SK_OK;
}

/* The key or place of a child in a dictionary or array. Places rise; each is said once. */
static enum sk_status place(struct writing *s, struct level *parent, struct level *child)
{
	int64_t index;

	switch ((enum pdf_shape)parent->shape) {
	case PDF_DICTIONARY:
	case PDF_STREAM:
		return name_out(s, sk_bytes_str(child->key->name));
	case PDF_MAP:
	case PDF_NAME_TREE:
	case PDF_NUMBER_TREE:
		child->label_due = true;
		return SK_OK;
	case PDF_FIXED:
		if (!sk_parse_i64(sk_bytes_str(child->key->name), &index))
			return SK_OK;
		if (index <= parent->last)
			return SK_MALFORMED;
		parent->last = index;
		return SK_OK;
	case PDF_LIST:
		break;
	}
	return SK_OK;
}

/* The label of an entry: in rising order, so that no key is there twice. */
static enum sk_status label(struct writing *s, const struct neutral_record *record)
{
	struct level *child = &s->levels[s->depth - 1], *parent = child - 1;
	static const uint16_t attrs[] = {
		[PDF_MAP] = PDF_ATTR_entry_key, [PDF_NAME_TREE] = PDF_ATTR_entry_name, [PDF_NUMBER_TREE] = PDF_ATTR_entry_number};

	if (s->depth < 2 || !child->label_due || attrs[parent->shape] != record->attr)
		return SK_MALFORMED;
	child->label_due = false;
	if (parent->shape == PDF_NUMBER_TREE) {
		if (record->number <= parent->last)
			return SK_MALFORMED;
		parent->last = record->number;
		value_put_gap(&s->out);
		sk_buf_decimal(&s->out, record->number);
		return SK_OK;
	}
	int order = parent->last_name.at == NULL ? 1
		    : parent->shape == PDF_MAP   ? value_compare_names(record->bytes, parent->last_name)
						 : sk_bytes_compare(record->bytes, parent->last_name);
	parent->last_name = sk_arena_copy(s->w.job->arena, record->bytes);
	if (order <= 0 || (record->bytes.len > 0 && parent->last_name.at == NULL))
		return SK_MALFORMED;
	if (parent->shape == PDF_MAP)
		return name_out(s, record->bytes);
	value_put_string(&s->out, record->bytes);
	return SK_OK;
}

/* ---- records ---- */

static enum sk_status open_object(struct writing *s, uint16_t node)
{
	uint16_t type = s->w.type_of_node[node];

	if (type == PDF_NO_TYPE)
		return SK_MALFORMED;
	s->type = (enum pdf_type)type;
	s->facts = (struct stream_facts){0};
	s->payload_seen = false;
	sk_buf_init(&s->out, s->w.job->arena, SIZE_MAX / 2);
	sk_buf_init(&s->payload, s->w.job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
	s->levels[s->depth++] = (struct level){.shape = pdf_types[type].shape, .node = node, .last = INT64_MIN};
	return SK_OK;
}

static enum sk_status open_child(struct writing *s, uint16_t node)
{
	struct level *parent = &s->levels[s->depth - 1];
	struct level *child = &s->levels[s->depth];

	SK_TRY(enter(s, parent));
	if (s->payload_seen)
		return SK_MALFORMED;
	*child = (struct level){.node = node, .last = INT64_MIN};
	s->depth++;
	if (node == PDF_NODE_payload_payload || node == PDF_NODE_inner_inner) {
		s->payload_seen = true;
		child->leaf = true;
		s->facts.inner = node == PDF_NODE_inner_inner;
		return s->depth == 2 ? SK_OK : SK_MALFORMED;
	}
	if (s->w.key_of_node[node] == 0)
		return SK_MALFORMED;
	child->key = &pdf_keys[s->w.key_of_node[node] - 1];
	child->leaf = child->key->target == PDF_NO_TYPE || child->key->form == PDF_FORM_REFERENCE;
	if (!child->leaf)
		child->shape = pdf_types[child->key->target].shape;
	else if (child->key->form == PDF_FORM_NUMBERS)
		sk_buf_init(&child->text, s->w.job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
	return place(s, parent, child);
}

static enum sk_status take_attr(struct writing *s, const struct neutral_record *record)
{
	struct level *level = &s->levels[s->depth - 1];

	if (s->w.key_of_attr[record->attr] == 0)
		return label(s, record);
	const struct pdf_key *key = &pdf_keys[s->w.key_of_attr[record->attr] - 1];
	SK_TRY(enter(s, level));
	if (s->depth == 1)
		stream_note(&s->facts, key, record);
	SK_TRY(name_out(s, sk_bytes_str(key->name)));
	return scalar_out(s, key, record);
}

static enum sk_status take_text(struct writing *s, const struct neutral_record *record)
{
	struct level *level = &s->levels[s->depth - 1];

	if (!level->leaf || level->label_due)
		return SK_MALFORMED;
	level->told = true;
	if (level->node == PDF_NODE_payload_payload) {
		sk_buf_put(&s->payload, record->bytes);
		return s->payload.status;
	}
	if (level->node == PDF_NODE_inner_inner) {
		s->facts.number = (uint32_t)record->number;
		return SK_OK;
	}
	if (level->key->form != PDF_FORM_NUMBERS)
		return scalar_out(s, level->key, record);
	sk_buf_put(&level->text, record->bytes);
	return level->text.status;
}

static enum sk_status close_leaf(struct writing *s, struct level *level)
{
	if (level->label_due)
		return SK_MALFORMED;
	if (level->key == NULL)
		return level->told ? SK_OK : SK_MALFORMED;
	if (level->key->form == PDF_FORM_NULL) {
		value_put_gap(&s->out);
		sk_buf_str(&s->out, "null");
		return SK_OK;
	}
	if (level->key->form != PDF_FORM_NUMBERS)
		return level->told ? SK_OK : SK_MALFORMED;
	struct neutral_record record = {.bytes = sk_buf_bytes(&level->text)};
	if (s->depth == 1)
		stream_note(&s->facts, level->key, &record);
	return bytes_out(s, level->key, record.bytes);
}

static enum sk_status close_object(struct writing *s)
{
	bool stream = pdf_types[s->type].shape == PDF_STREAM;
	uint32_t number = (uint32_t)s->w.placed.count + 1;

	if (s->type == PDF_TYPE_Catalog ? number != 1 : s->type == PDF_TYPE_PageObject ? number < 2 || number > s->w.pages + 1 : number < s->w.pages + 2)
		return SK_MALFORMED;
	if (s->type == PDF_TYPE_Catalog || s->type == PDF_TYPE_PageObject) {
		uint32_t leaf = s->w.pages + 2 + (number - 2) / KIDS;
		sk_buf_str(&s->out, s->type == PDF_TYPE_Catalog ? "/Pages " : "/Parent ");
		sk_buf_decimal(&s->out, s->type == PDF_TYPE_Catalog ? s->w.pages + 1 + s->w.nodes : leaf);
		sk_buf_str(&s->out, " 0 R");
	}
	if (s->type == PDF_TYPE_DocInfo)
		s->w.information = number;
	if (!stream)
		sk_buf_str(&s->out, ">>");
	SK_TRY(s->out.status);
	if (!stream)
		return file_object(&s->w, s->type, sk_buf_bytes(&s->out));
	return s->payload_seen ? stream_write(&s->w, s->type, &s->facts, sk_buf_bytes(&s->out), sk_buf_bytes(&s->payload)) : SK_MALFORMED;
}

static enum sk_status close_level(struct writing *s)
{
	struct level *level = &s->levels[--s->depth];

	if (level->leaf)
		return close_leaf(s, level);
	SK_TRY(enter(s, level));
	if (s->depth == 0)
		return close_object(s);
	bracket(s, level, false);
	return SK_OK;
}

static enum sk_status take(struct writing *s, const struct neutral_record *record)
{
	switch (record->op) {
	case NEUTRAL_OPEN:
		return s->depth == 0 ? open_object(s, record->node) : open_child(s, record->node);
	case NEUTRAL_ATTR:
		return take_attr(s, record);
	case NEUTRAL_TEXT_OF:
		return take_text(s, record);
	case NEUTRAL_CLOSE:
		return close_level(s);
	default:
		return SK_MALFORMED;
	}
}

/* ---- the whole ---- */

static bool index_tables(struct pdf_writer *w)
{
	const struct vocabulary *v = &pdf_vocabulary;

	w->key_of_attr = sk_arena_array(w->job->arena, v->attr_count, sizeof *w->key_of_attr);
	w->key_of_node = sk_arena_array(w->job->arena, v->node_count, sizeof *w->key_of_node);
	w->type_of_node = sk_arena_array(w->job->arena, v->node_count, sizeof *w->type_of_node);
	if (w->key_of_attr == NULL || w->key_of_node == NULL || w->type_of_node == NULL)
		return false;
	for (unsigned type = 1; type < PDF_TYPE_COUNT; type++) {
		const struct pdf_type_row *row = &pdf_types[type];
		if (row->node != PDF_NONE)
			w->type_of_node[row->node] = (uint16_t)type;
		for (unsigned i = row->first; i < (unsigned)row->first + row->count; i++) {
			bool node = pdf_keys[i].target != PDF_NO_TYPE || (pdf_keys[i].flags & PDF_NODE) != 0;
			if (pdf_keys[i].id != PDF_NONE)
				(node ? w->key_of_node : w->key_of_attr)[pdf_keys[i].id] = (uint16_t)(i + 1);
		}
	}
	return true;
}

/* Each reference leads to an object of a type that its key allows: the dictionaries that stand behind it in the table. */
static enum sk_status check_references(const struct pdf_writer *w)
{
	const struct reference *references = w->references.at;
	const struct placed *placed = w->placed.at;

	for (size_t i = 0; i < w->references.count; i++) {
		if (references[i].number > w->placed.count)
			return SK_MALFORMED;
		uint16_t type = placed[references[i].number - 1].type;
		const struct pdf_key *key = &pdf_keys[references[i].key + 1];
		while (key->form == PDF_FORM_DICTIONARY && key->target != type)
			key++;
		if (key->form != PDF_FORM_DICTIONARY)
			return SK_MALFORMED;
	}
	return SK_OK;
}

/* The document's own attributes: how many pages there will be. */
static enum sk_status head(struct pdf_writer *w, struct neutral_record *record)
{
	SK_TRY(neutral_next(w->job->in, record));
	if (record->op != NEUTRAL_OPEN || record->node != PDF_NODE_document_document)
		return SK_MALFORMED;
	for (;;) {
		SK_TRY(neutral_next(w->job->in, record));
		if (record->op != NEUTRAL_ATTR)
			break;
		if (record->attr == PDF_ATTR_document_pages)
			w->pages = (uint32_t)record->number;
		else if (record->attr == PDF_ATTR_document_version)
			w->version = (unsigned)record->number;
	}
	return w->pages == 0 || w->pages > limit(LIMIT_pdf_pages) ? SK_MALFORMED : SK_OK;
}

enum sk_status write_begin(struct pdf_writer *w, struct neutral_record *record)
{
	return index_tables(w) ? head(w, record) : SK_LIMIT;
}

enum sk_status pdf_write(struct format_write *job)
{
	struct writing *s = sk_arena_make(job->arena, sizeof *s);
	struct neutral_record record;

	if (s == NULL)
		return SK_LIMIT;
	s->w.job = job;
	SK_TRY(write_begin(&s->w, &record));
	SK_TRY(file_begin(&s->w));
	size_t mark = sk_arena_mark(job->arena);
	while (s->depth > 0 || record.op == NEUTRAL_OPEN) {
		SK_TRY(take(s, &record));
		if (s->depth == 0)
			sk_arena_release(job->arena, mark);
		SK_TRY(neutral_next(job->in, &record));
	}
	if (s->w.placed.count < s->w.pages + 1)
		return SK_MALFORMED;
	SK_TRY(check_references(&s->w));
	return file_end(&s->w);
}
