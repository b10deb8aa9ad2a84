/*
 * Records to text: what pages show, in the order of their content, a form feed behind each page.
 *
 * What the attacker controls here, when the reader was taken over: any stream of records that the vocabulary allows. Content and character maps
 * are judged as for a file; everything else only decides which characters come out.
 */
#include "conf/conf.h"
#include "format/pdf/extract.h"
#include "neutral/cmap.h"
#include "neutral/content.h"

#define OUT_BYTES ((size_t)64 * 1024)

/* Objects of other types are passed over. */
static bool wanted(enum pdf_type type)
{
	static const bool kept[PDF_TYPE_COUNT] = {
		[PDF_TYPE_PageObject] = true,   [PDF_TYPE_Stream] = true,       [PDF_TYPE_Resource] = true,
		[PDF_TYPE_FontMap] = true,      [PDF_TYPE_XObjectMap] = true,   [PDF_TYPE_XObjectFormType1] = true,
		[PDF_TYPE_FontType0] = true,    [PDF_TYPE_FontType1] = true,    [PDF_TYPE_FontTrueType] = true,
		[PDF_TYPE_FontType3] = true,    [PDF_TYPE_FontMultipleMaster] = true,
		[PDF_TYPE_FontCIDType0] = true, [PDF_TYPE_FontCIDType2] = true, [PDF_TYPE_Encoding] = true,
		[PDF_TYPE_CMapStream] = true,   [PDF_TYPE_ToUnicodeCMapStream] = true, [PDF_TYPE_CIDSystemInfo] = true,
	};
	return kept[type] || text_of_annotation(type);
}

/* ---- the model, for all files ---- */

const struct text_value *text_find(const struct text_value *first, const char *key)
{
	for (const struct text_value *value = first; value != NULL; value = value->next)
		if (value->key != NULL && strcmp(value->key->name, key) == 0)
			return value;
	return NULL;
}

const struct text_value *text_entry(const struct text_value *first, sk_bytes label)
{
	for (const struct text_value *value = first; value != NULL; value = value->next)
		if (sk_bytes_equal(value->label, label))
			return value;
	return NULL;
}

const struct text_object *text_object_of(const struct text_job *t, const struct text_value *value)
{
	if (value == NULL || value->key == NULL || value->key->form != PDF_FORM_REFERENCE || value->number < 1 ||
	    (uint64_t)value->number > t->objects.count)
		return NULL;
	return (const struct text_object *)t->objects.at + (value->number - 1);
}

struct text_value *text_inside(const struct text_job *t, const struct text_value *value)
{
	const struct text_object *object = text_object_of(t, value);
	return object != NULL ? object->first : value != NULL ? value->first : NULL;
}

double text_number(sk_bytes list, size_t *at)
{
	double value = 0, unit = 1;
	bool minus = *at < list.len && list.at[*at] == '-';

	for (*at += minus; *at < list.len && list.at[*at] >= '0' && list.at[*at] <= '9'; ++*at)
		value = value * 10 + (list.at[*at] - '0');
	if (*at < list.len && list.at[*at] == '.')
		for (++*at; *at < list.len && list.at[*at] >= '0' && list.at[*at] <= '9'; ++*at) {
			unit /= 10;
			value += unit * (list.at[*at] - '0');
		}
	if (*at < list.len && list.at[*at] == ' ')
		++*at;
	return minus ? -value : value;
}

enum sk_status text_put(struct text_job *t, sk_bytes bytes)
{
	if (bytes.len > t->out.max - t->out.len) {
		SK_TRY(t->w.job->put(t->w.job->context, sk_buf_bytes(&t->out)));
		sk_buf_reset(&t->out);
	}
	sk_buf_put(&t->out, bytes);
	return t->out.status;
}

/* ---- what is kept of content ---- */

/* Operators of text, of matrices, and of forms: those that decide what is read and where. */
static bool line_matters(sk_bytes line)
{
	static const char operators[][4] = {"q", "Q", "cm", "BT", "ET", "BDC", "BMC", "EMC", "T*", "Td", "TD", "Tm", "Tf", "Tc", "Tw", "Tz", "TL", "Ts", "Tj", "TJ", "'", "\"", "Do"};
	const uint8_t *blank = memrchr(line.at, ' ', line.len);
	size_t from = blank == NULL ? 0 : (size_t)(blank - line.at) + 1;

	for (size_t i = 0; i < SK_COUNT(operators); i++)
		if (sk_bytes_equal(sk_bytes_slice(line, from, line.len), sk_bytes_str(operators[i])))
			return true;
	return false;
}

static sk_bytes content_kept(struct sk_buf *payload)
{
	size_t kept = 0;

	for (size_t at = 0; at < payload->len;) {
		const uint8_t *end = memchr(payload->at + at, '\n', payload->len - at);
		size_t len = end == NULL ? payload->len - at : (size_t)(end - payload->at) - at + 1;
		if (line_matters(sk_bytes_of(payload->at + at, end == NULL ? len : len - 1))) {
			memmove(payload->at + kept, payload->at + at, len);
			kept += len;
		}
		at += len;
	}
	return sk_bytes_of(payload->at, kept);
}

static enum sk_status payload_keep(struct text_job *t, struct text_object *object, struct sk_buf *payload)
{
	sk_bytes bytes = sk_buf_bytes(payload);

	SK_TRY(payload->status);
	switch ((enum pdf_payload)pdf_types[object->type].payload) {
	case PDF_PAYLOAD_CONTENT:
		if (!content_allowed(bytes, false))
			return SK_MALFORMED;
		bytes = content_kept(payload);
		break;
	case PDF_PAYLOAD_UNICODE:
	case PDF_PAYLOAD_CMAP:
		if (!cmap_allowed(bytes, pdf_types[object->type].payload == PDF_PAYLOAD_CMAP ? CMAP_CID : CMAP_UNICODE))
			return SK_MALFORMED;
		break;
	case PDF_PAYLOAD_NONE:
	case PDF_PAYLOAD_GLYPH:
	case PDF_PAYLOAD_IMAGE:
	case PDF_PAYLOAD_FONT:
	case PDF_PAYLOAD_ICC:
	case PDF_PAYLOAD_SAMPLES:
	case PDF_PAYLOAD_CALCULATOR:
	case PDF_PAYLOAD_MESH:
		return SK_OK;
	}
	object->payload = sk_arena_copy(t->w.job->arena, bytes);
	return bytes.len > 0 && object->payload.at == NULL ? SK_LIMIT : SK_OK;
}

/* ---- records to the model ---- */

struct keeping {
	struct text_job *t;
	struct text_object object;
	struct text_value *levels[NEUTRAL_DEPTH_MAX]; /* [0] NULL: the object */
	struct text_value **ends[NEUTRAL_DEPTH_MAX];  /* where the next value goes */
	unsigned depth;
	struct sk_buf payload, leaf;
};

static enum sk_status value_add(struct keeping *k, const struct pdf_key *key, struct text_value **added)
{
	struct text_value *value = sk_arena_make(k->t->w.job->arena, sizeof *value);

	if (value == NULL)
		return SK_LIMIT;
	value->key = key;
	*k->ends[k->depth] = value;
	k->ends[k->depth] = &value->next;
	*added = value;
	return SK_OK;
}

static enum sk_status value_set(struct keeping *k, struct text_value *value, const struct neutral_record *record)
{
	sk_bytes bytes = record->bytes;

	value->number = record->number;
	if (record->kind == NEUTRAL_ENUM)
		bytes = vocabulary_word(&pdf_vocabulary, record->type, (uint16_t)record->number);
	else if (record->kind == NEUTRAL_INT || record->kind == NEUTRAL_REF || record->kind == NEUTRAL_BOOL)
		return SK_OK;
	value->bytes = sk_arena_copy(k->t->w.job->arena, bytes);
	return bytes.len > 0 && value->bytes.at == NULL ? SK_LIMIT : SK_OK;
}

static enum sk_status keep_attr(struct keeping *k, const struct neutral_record *record)
{
	struct text_value *value;

	if (record->attr == PDF_ATTR_entry_key && k->depth > 0) {
		struct text_value *entry = k->levels[k->depth];
		entry->label = sk_arena_copy(k->t->w.job->arena, record->bytes);
		return entry->label.at == NULL && record->bytes.len > 0 ? SK_LIMIT : SK_OK;
	}
	if (k->t->w.key_of_attr[record->attr] == 0)
		return SK_OK;
	SK_TRY(value_add(k, &pdf_keys[k->t->w.key_of_attr[record->attr] - 1], &value));
	return value_set(k, value, record);
}

static enum sk_status keep_open(struct keeping *k, uint16_t node)
{
	const struct pdf_key *key = k->t->w.key_of_node[node] == 0 ? NULL : &pdf_keys[k->t->w.key_of_node[node] - 1];
	struct text_value *value;

	if (k->depth + 1 >= NEUTRAL_DEPTH_MAX)
		return SK_MALFORMED;
	SK_TRY(value_add(k, key, &value));
	k->depth++;
	k->levels[k->depth] = value;
	k->ends[k->depth] = &value->first;
	sk_buf_reset(&k->leaf);
	return SK_OK;
}

/* A leaf's text may come in pieces: a list of numbers. */
static enum sk_status keep_text(struct keeping *k, const struct neutral_record *record)
{
	struct text_value *value = k->levels[k->depth];

	if (record->node == PDF_NODE_payload_payload) {
		sk_buf_put(&k->payload, record->bytes);
		return k->payload.status;
	}
	if (value == NULL || value->key == NULL)
		return SK_OK;
	if (value->key->form != PDF_FORM_NUMBERS)
		return value_set(k, value, record);
	sk_buf_put(&k->leaf, record->bytes);
	return k->leaf.status;
}

static enum sk_status keep_close(struct keeping *k)
{
	struct text_value *value = k->levels[k->depth--];

	if (value->key == NULL || value->key->form != PDF_FORM_NUMBERS)
		return SK_OK;
	value->bytes = sk_arena_copy(k->t->w.job->arena, sk_buf_bytes(&k->leaf));
	return k->leaf.len > 0 && value->bytes.at == NULL ? SK_LIMIT : SK_OK;
}

/* The object that was just opened, up to its CLOSE. */
static enum sk_status keep_object(struct keeping *k, uint16_t node)
{
	struct neutral_in *in = k->t->w.job->in;
	struct neutral_record record;

	k->object = (struct text_object){.type = (enum pdf_type)k->t->w.type_of_node[node]};
	if (k->object.type == PDF_NO_TYPE)
		return SK_MALFORMED;
	if (!wanted(k->object.type)) {
		SK_TRY(neutral_skip(in, in->depth));
		return grown_add(&k->t->w, &k->t->objects, &k->object, sizeof k->object);
	}
	k->depth = 0;
	k->levels[0] = NULL;
	k->ends[0] = &k->object.first; /* the copy below keeps what it points to: the end is not used any more */
	sk_buf_reset(&k->payload);
	for (;;) {
		SK_TRY(neutral_next(in, &record));
		if (record.op == NEUTRAL_CLOSE && k->depth == 0)
			break;
		if (record.op == NEUTRAL_OPEN)
			SK_TRY(keep_open(k, record.node));
		else if (record.op == NEUTRAL_ATTR)
			SK_TRY(keep_attr(k, &record));
		else if (record.op == NEUTRAL_TEXT_OF)
			SK_TRY(keep_text(k, &record));
		else if (record.op == NEUTRAL_CLOSE)
			SK_TRY(keep_close(k));
		else
			return SK_MALFORMED;
	}
	SK_TRY(payload_keep(k->t, &k->object, &k->payload));
	return grown_add(&k->t->w, &k->t->objects, &k->object, sizeof k->object);
}

enum sk_status pdf_write_text(struct format_write *job)
{
	struct text_job *t = sk_arena_make(job->arena, sizeof *t);
	struct keeping *k = sk_arena_make(job->arena, sizeof *k);
	uint8_t *out = sk_arena_raw(job->arena, OUT_BYTES); /* strings come and go behind it */
	struct neutral_record record;

	if (t == NULL || k == NULL || out == NULL)
		return SK_LIMIT;
	t->w.job = job;
	k->t = t;
	SK_TRY(write_begin(&t->w, &record));
	sk_buf_fixed(&t->out, out, OUT_BYTES);
	sk_buf_init(&k->payload, job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
	sk_buf_init(&k->leaf, job->arena, (size_t)limit(LIMIT_pdf_stream_bytes));
	for (; record.op == NEUTRAL_OPEN; ) {
		SK_TRY(keep_object(k, record.node));
		SK_TRY(neutral_next(job->in, &record));
	}
	if (t->objects.count < (size_t)t->w.pages + 1)
		return SK_MALFORMED;
	for (uint32_t page = 1; page <= t->w.pages; page++)
		SK_TRY(text_page(t, (const struct text_object *)t->objects.at + page));
	return job->put(job->context, sk_buf_bytes(&t->out));
}
