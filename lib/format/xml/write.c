/* Neutral records to XML: names by the vocabulary, values by their type, namespaces declared where they are first needed.
 *
 * What arrives here was checked; the same records give the same bytes. */
#include "format/xml/scan.h"

void xml_write_init(struct xml_writer *w, const struct vocabulary *vocabulary, struct sk_buf *out)
{
	sk_assert(vocabulary->space_count <= XML_SPACES_MAX);
	*w = (struct xml_writer){.vocabulary = vocabulary, .out = out};
}

void xml_write_declaration(struct xml_writer *w)
{
	sk_buf_str(w->out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
}

/* ---- escapes ---- */

/* How many bytes from the start of b need no escape. Attributes add the quote and white space other than the space. */
static inline size_t plain_length(sk_bytes b, bool attribute)
{
	size_t i = 0;
#ifdef XML_VECTOR
	const __m128i amp = _mm_set1_epi8('&'), lt = _mm_set1_epi8('<'), gt = _mm_set1_epi8('>'), cr = _mm_set1_epi8('\r'),
		      quote = _mm_set1_epi8('"'), low = _mm_set1_epi8(0x1F);
	for (; b.len - i >= XML_VECTOR; i += XML_VECTOR) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(b.at + i));
		__m128i odd = _mm_or_si128(_mm_cmpeq_epi8(v, amp), _mm_or_si128(_mm_cmpeq_epi8(v, lt), _mm_cmpeq_epi8(v, gt)));
		if (attribute)
			odd = _mm_or_si128(odd, _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(_mm_min_epu8(v, low), v)));
		else
			odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v, cr));
		unsigned found = (unsigned)_mm_movemask_epi8(odd);
		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
#endif
	for (; i < b.len; i++) {
		uint8_t c = b.at[i];
		if (c == '&' || c == '<' || c == '>' || c == '\r' || (attribute && (c == '"' || c < 0x20)))
			break;
	}
	return i;
}

static void put_escaped(struct sk_buf *out, uint8_t c)
{
	switch (c) {
	case '&':
		sk_buf_put(out, SK_BYTES("&amp;"));
		break;
	case '<':
		sk_buf_put(out, SK_BYTES("&lt;"));
		break;
	case '>':
		sk_buf_put(out, SK_BYTES("&gt;"));
		break;
	case '"':
		sk_buf_put(out, SK_BYTES("&quot;"));
		break;
	default: /* a control character that XML allows: TAB, LF, CR */
		sk_buf_put(out, SK_BYTES("&#"));
		sk_buf_decimal(out, c);
		sk_buf_u8(out, ';');
		break;
	}
}

static void escape(struct sk_buf *out, sk_bytes b, bool attribute)
{
	for (;;) {
		size_t plain = plain_length(b, attribute);
		sk_buf_put(out, sk_bytes_of(b.at, plain));
		if (SK_LIKELY(plain == b.len))
			return;
		put_escaped(out, b.at[plain]);
		b = sk_bytes_slice(b, plain + 1, b.len);
	}
}

void xml_text_escape(struct sk_buf *out, sk_bytes b)
{
	escape(out, b, false);
}

void xml_attribute_escape(struct sk_buf *out, sk_bytes b)
{
	escape(out, b, true);
}

/* ---- phrases ---- */

static void begin_phrase(struct xml_writer *w, uint16_t number, size_t from)
{
	if (w->phrases == NULL)
		return;
	struct xml_phrase *phrase = &w->phrases[number];
	phrase->len = phrase->first_from = phrase->first_to = 0;
	memset(phrase->spaces, 0, sizeof phrase->spaces);
	w->learning = number;
	w->learning_from = from;
}

/* Notes a namespace that the phrase at hand names; one that names too many is not kept. */
static void note_space(struct xml_writer *w, uint16_t space)
{
	struct xml_phrase *phrase = &w->phrases[w->learning];
	size_t i = 0;
	while (i < XML_PHRASE_SPACES && phrase->spaces[i] != 0 && phrase->spaces[i] != space)
		i++;
	if (i < XML_PHRASE_SPACES)
		phrase->spaces[i] = space;
	else
		w->learning = 0;
}

/* Notes where the value of the phrase's first attribute stands: from there to the end of what was written. */
static void note_value(struct xml_writer *w, size_t from)
{
	struct xml_phrase *phrase = &w->phrases[w->learning];
	if (phrase->first_to != 0)
		return;
	phrase->first_from = (uint16_t)sk_min(from - w->learning_from, UINT16_MAX);
	phrase->first_to = (uint16_t)sk_min(w->out->len - w->learning_from, UINT16_MAX);
}

static void end_phrase(struct xml_writer *w, uint16_t number)
{
	size_t len = w->out->len - w->learning_from;
	if (w->learning == number && number != 0 && w->out->status == SK_OK && len <= XML_PHRASE_BYTES) {
		struct xml_phrase *phrase = &w->phrases[number];
		memcpy(phrase->text, w->out->at + w->learning_from, len);
		phrase->len = (uint16_t)len;
	}
	w->learning = 0;
}

/* ---- namespaces ---- */

/* Declares a namespace on the open start tag unless it is in scope. The prefix xml needs no declaration. */
static void declare(struct xml_writer *w, uint16_t space)
{
	if (space == 0)
		return;
	const struct vocabulary_space *s = &w->vocabulary->spaces[space];
	if (strcmp(s->prefix, "xml") == 0)
		return;
	if (w->learning != 0)
		note_space(w, space);
	if (w->scope_depth[space] != 0)
		return;
	w->learning = 0; /* a tag that declares is not kept */
	sk_buf_str(w->out, " xmlns");
	if (s->prefix[0] != '\0') {
		sk_buf_u8(w->out, ':');
		sk_buf_str(w->out, s->prefix);
	}
	sk_buf_str(w->out, "=\"");
	xml_attribute_escape(w->out, sk_bytes_str(s->uri));
	sk_buf_u8(w->out, '"');
	w->scope_depth[space] = (uint16_t)w->depth;
	w->declared[w->declared_count++] = space;
}

static inline void leave_scope(struct xml_writer *w)
{
	while (w->declared_count > 0 && w->scope_depth[w->declared[w->declared_count - 1]] >= w->depth)
		w->scope_depth[w->declared[--w->declared_count]] = 0;
}

static uint16_t space_at(sk_bytes b, size_t i)
{
	return (uint16_t)(b.at[i] | b.at[i + 1] << 8);
}

static void declare_all(struct xml_writer *w, sk_bytes spaces)
{
	for (size_t i = 0; i + 1 < spaces.len; i += 2)
		declare(w, space_at(spaces, i));
}

static void put_prefixes(struct xml_writer *w, sk_bytes spaces)
{
	for (size_t i = 0; i + 1 < spaces.len; i += 2) {
		if (i > 0)
			sk_buf_u8(w->out, ' ');
		sk_buf_str(w->out, w->vocabulary->spaces[space_at(spaces, i)].prefix);
	}
}

/* ---- records ---- */

/* Characters below 64 that need an escape: & < > " and controls. A type of kind CHARS without them is copied as it is. */
#define ESCAPED_SET ((uint64_t)1 << '&' | (uint64_t)1 << '<' | (uint64_t)1 << '>' | (uint64_t)1 << '"' | 0xFFFFFFFFu)

static inline void put_value(struct xml_writer *w, const struct neutral_record *record, bool attribute)
{
	switch ((enum neutral_kind)record->kind) {
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM:
		escape(w->out, vocabulary_word(w->vocabulary, record->type, (uint16_t)record->number), attribute);
		break;
	case NEUTRAL_INT:
	case NEUTRAL_REF:
		sk_buf_decimal(w->out, record->number);
		break;
	case NEUTRAL_CHARS:
		if (SK_LIKELY((w->vocabulary->types[record->type].set[0] & ESCAPED_SET) == 0))
			sk_buf_put(w->out, record->bytes);
		else
			escape(w->out, record->bytes, attribute);
		break;
	case NEUTRAL_NONE:
	case NEUTRAL_TEXT:
	case NEUTRAL_FORMULA:
	case NEUTRAL_FIELD:
	case NEUTRAL_URL:
	case NEUTRAL_SPACES:
	case NEUTRAL_DATA:
	case NEUTRAL_KINDS:
		escape(w->out, record->bytes, attribute);
		break;
	}
}

/* A tag is put together in room that was made once: bytes, then the length. */
#define TAG_BYTES 640 /* a name (LIMIT_xml_name_bytes at most, checked by vocabc) and the signs around it */

/* Copies a name of the vocabulary: 16 bytes whatever its length (VOCABULARY_STRINGS_SLACK), the rest of a longer one after. */
static inline uint8_t *put_name(uint8_t *at, sk_bytes name)
{
	memcpy(at, name.at, 16);
	if (SK_UNLIKELY(name.len > 16))
		memcpy(at + 16, name.at + 16, name.len - 16);
	return at + name.len;
}

/* Copies a piece of a phrase; behind it there is room for all of one. */
static inline uint8_t *put_piece(uint8_t *at, const uint8_t *from, size_t len)
{
	memcpy(at, from, XML_PHRASE_SLACK);
	if (SK_UNLIKELY(len > XML_PHRASE_SLACK))
		memcpy(at + XML_PHRASE_SLACK, from + XML_PHRASE_SLACK, len - XML_PHRASE_SLACK);
	return at + len;
}

bool xml_write_again(struct xml_writer *w, const struct neutral_record *record)
{
	if (w->phrases == NULL || w->phrases[record->phrase].len == 0)
		return false;
	const struct xml_phrase *phrase = &w->phrases[record->phrase];
	for (size_t i = 0; i < XML_PHRASE_SPACES && phrase->spaces[i] != 0; i++)
		if (w->scope_depth[phrase->spaces[i]] == 0)
			return false;
	uint8_t *room = sk_buf_room(w->out, 1 + XML_PHRASE_BYTES + XML_PHRASE_SLACK);
	if (room == NULL)
		return true; /* the buffer's status says so */
	uint8_t *at = room;
	if (w->tag_open)
		*at++ = '>';
	size_t from = 0;
	if (record->kind != NEUTRAL_NONE) {
		at = put_piece(at, phrase->text, phrase->first_from);
		w->out->len += (size_t)(at - room);
		put_value(w, record, true);
		at = room = sk_buf_room(w->out, XML_PHRASE_BYTES + XML_PHRASE_SLACK);
		if (room == NULL)
			return true;
		from = phrase->first_to;
	}
	at = put_piece(at, phrase->text + from, phrase->len - from);
	w->out->len += (size_t)(at - room);
	w->tag_open = !record->closes;
	w->depth += !record->closes;
	return true;
}

static void write_open(struct xml_writer *w, const struct neutral_record *record)
{
	uint16_t name = w->vocabulary->nodes[record->node].name;
	uint8_t *room = sk_buf_room(w->out, TAG_BYTES);

	w->depth++;
	if (room == NULL)
		return;
	uint8_t *at = room;
	if (w->tag_open)
		*at++ = '>';
	if (SK_UNLIKELY(record->phrase != 0))
		begin_phrase(w, record->phrase, w->out->len + (size_t)(at - room));
	*at++ = '<';
	at = put_name(at, vocabulary_qname(w->vocabulary, name));
	w->out->len += (size_t)(at - room);
	w->tag_open = true;
	uint16_t space = w->vocabulary->names[name].space;
	if (SK_UNLIKELY(space != 0 && (w->scope_depth[space] == 0 || w->learning != 0)))
		declare(w, space);
}

static enum sk_status write_attr(struct xml_writer *w, const struct neutral_record *record)
{
	uint16_t name = w->vocabulary->attrs[record->attr].name;
	uint16_t space = w->vocabulary->names[name].space;

	if (SK_UNLIKELY(record->kind == NEUTRAL_SPACES)) {
		declare_all(w, record->bytes);
		if (sk_bytes_equal(vocabulary_local(w->vocabulary, name), SK_BYTES("xmlns")))
			return w->out->status;
	}
	if (SK_UNLIKELY(space != 0 && (w->scope_depth[space] == 0 || w->learning != 0)))
		declare(w, space);
	uint8_t *room = sk_buf_room(w->out, TAG_BYTES);
	if (room == NULL)
		return w->out->status;
	uint8_t *at = room;
	*at++ = ' ';
	at = put_name(at, vocabulary_qname(w->vocabulary, name));
	*at++ = '=';
	*at++ = '"';
	w->out->len += (size_t)(at - room);
	size_t value_from = w->out->len;
	if (SK_UNLIKELY(record->kind == NEUTRAL_SPACES))
		put_prefixes(w, record->bytes);
	else if (SK_UNLIKELY(record->kind == NEUTRAL_REF && w->write_reference != NULL))
		SK_TRY(w->write_reference(w->context, record, w->out));
	else
		put_value(w, record, true);
	if (SK_UNLIKELY(w->learning != 0))
		note_value(w, value_from);
	sk_buf_u8(w->out, '"');
	return w->out->status;
}

static inline void end_start_tag(struct xml_writer *w)
{
	if (w->tag_open) {
		sk_buf_u8(w->out, '>');
		w->tag_open = false;
	}
}

static void write_close(struct xml_writer *w, const struct neutral_record *record)
{
	uint8_t *room = sk_buf_room(w->out, TAG_BYTES);

	if (room == NULL)
		return;
	uint8_t *at = room;
	if (w->tag_open) {
		*at++ = '/';
	} else {
		*at++ = '<';
		*at++ = '/';
		at = put_name(at, vocabulary_qname(w->vocabulary, w->vocabulary->nodes[record->node].name));
	}
	*at++ = '>';
	w->out->len += (size_t)(at - room);
	w->tag_open = false;
	if (SK_UNLIKELY(w->declared_count > 0))
		leave_scope(w);
	w->depth--;
}

enum sk_status xml_write_record(struct xml_writer *w, const struct neutral_record *record)
{
	switch ((enum neutral_op)record->op) {
	case NEUTRAL_OPEN:
		write_open(w, record);
		break;
	case NEUTRAL_ATTR:
		return write_attr(w, record);
	case NEUTRAL_TEXT_OF:
		end_start_tag(w);
		put_value(w, record, false);
		break;
	case NEUTRAL_CLOSE:
		write_close(w, record);
		break;
	case NEUTRAL_LEARNT:
		end_phrase(w, record->phrase);
		break;
	case NEUTRAL_START:
	case NEUTRAL_END:
	case NEUTRAL_LEARN:
	case NEUTRAL_AGAIN:
	case NEUTRAL_VARIED:
		return SK_MALFORMED;
	}
	return w->out->status;
}
