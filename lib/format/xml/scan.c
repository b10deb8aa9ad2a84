/* The scanner: one pass over the document, a token at a time.
 *
 * The attacker controls every byte; characters were checked when it was opened, here it is markup: tags that match, attributes that
 * differ, names that are declared, an end. Vectors find the next byte that means something. */
#include "format/xml/scan.h"

#include "conf/conf.h"

enum sk_status xml_open(struct xml_reader *r, const struct vocabulary *vocabulary, sk_bytes input, struct sk_arena *arena)
{
	bool was_utf16;
	sk_bytes document;

	r->vocabulary = vocabulary;
	r->arena = arena;
	r->depth = r->scope_count = r->skipped = 0;
	r->closing = r->root_seen = false;
	r->scratch_used = r->scratch_room = 0; /* its memory may be gone */
	r->document++;
	if (r->tags != NULL) {
		r->tags->met = NULL;
		r->tags->last = 0;
	}
	r->scope = 1; /* no declarations: the same set in every document */
	if (r->scope_last == 0)
		r->scope_last = 1;
	SK_TRY(xml_to_utf8(input, arena, &document, &was_utf16));
	SK_TRY(xml_characters(document));
	r->begin = r->at = document.at;
	r->end = document.at == NULL ? NULL : document.at + document.len;
	return xml_declaration(r, was_utf16);
}

/* ---- finding bytes ---- */

#ifdef XML_VECTOR
static inline __m128i load(const uint8_t *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}
static inline __m128i equal(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}
static inline unsigned bits(__m128i v)
{
	return (unsigned)_mm_movemask_epi8(v);
}
#endif

/* From at to the first byte that ends a name: white space, = / > or the end. */
static inline const uint8_t *name_end(const uint8_t *at, const uint8_t *end)
{
#ifdef XML_VECTOR
	const __m128i space = _mm_set1_epi8(' ');
	for (; end - at >= XML_VECTOR; at += XML_VECTOR) {
		__m128i v = load(at);
		__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, space), v); /* unsigned: at most a space */
		unsigned found = bits(_mm_or_si128(_mm_or_si128(low, equal(v, '=')), _mm_or_si128(equal(v, '/'), equal(v, '>'))));
		if (SK_LIKELY(found != 0))
			return at + __builtin_ctz(found);
	}
#endif
	while (at < end && *at > ' ' && *at != '=' && *at != '/' && *at != '>')
		at++;
	return at;
}

/* From at to the next quote; *special when a byte stands before it that needs expansion (or is forbidden: <). */
static inline const uint8_t *value_end(const uint8_t *at, const uint8_t *end, uint8_t quote, bool *special)
{
#ifdef XML_VECTOR
	const __m128i space = _mm_set1_epi8(0x1F), quotes = _mm_set1_epi8((char)quote);
	for (; end - at >= XML_VECTOR; at += XML_VECTOR) {
		__m128i v = load(at);
		unsigned found = bits(_mm_cmpeq_epi8(v, quotes));
		unsigned odd = bits(_mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, space), v), _mm_or_si128(equal(v, '&'), equal(v, '<'))));
		if (found != 0) {
			unsigned first = (unsigned)__builtin_ctz(found);
			*special |= (odd & ((1u << first) - 1)) != 0;
			return at + first;
		}
		*special |= odd != 0;
	}
#endif
	for (; at < end && *at != quote; at++)
		*special |= *at < 0x20 || *at == '&' || *at == '<';
	return at;
}

/* From at to the next <; *special when a byte stands before it that needs expansion or a second look. */
static inline const uint8_t *text_end(const uint8_t *at, const uint8_t *end, bool *special)
{
#ifdef XML_VECTOR
	for (; end - at >= XML_VECTOR; at += XML_VECTOR) {
		__m128i v = load(at);
		unsigned found = bits(equal(v, '<'));
		unsigned odd = bits(_mm_or_si128(equal(v, '&'), _mm_or_si128(equal(v, '\r'), equal(v, ']'))));
		if (found != 0) {
			unsigned first = (unsigned)__builtin_ctz(found);
			*special |= (odd & ((1u << first) - 1)) != 0;
			return at + first;
		}
		*special |= odd != 0;
	}
#endif
	for (; at < end && *at != '<'; at++)
		*special |= *at == '&' || *at == '\r' || *at == ']';
	return at;
}

static inline const uint8_t *skip_white(const uint8_t *at, const uint8_t *end)
{
	while (at < end && xml_is_white(*at))
		at++;
	return at;
}

bool xml_only_tags(const struct xml_reader *r, sk_bytes *document)
{
	const uint8_t *at = r->at, *end = r->end;

	*document = sk_bytes_of(r->begin, (size_t)(end - r->begin));
#ifdef XML_VECTOR
	for (; end - at > XML_VECTOR; at += XML_VECTOR) { /* a byte more is needed: what stands behind the < */
		__m128i next = load(at + 1);
		if (SK_UNLIKELY(bits(_mm_and_si128(equal(load(at), '<'), _mm_or_si128(equal(next, '!'), equal(next, '?')))) != 0))
			return false;
	}
#endif
	for (; end - at > 1; at++)
		if (at[0] == '<' && (at[1] == '!' || at[1] == '?'))
			return false;
	return true;
}

/* ---- start tags ---- */

/* Takes one attribute at r->at. *memo is its name's entry. */
static inline enum sk_status take_attribute(struct xml_reader *r, struct xml_attribute *a, const struct xml_memo **memo)
{
	const uint8_t *end = r->end;
	const uint8_t *at = name_end(r->at, end);
	bool special = false;

	a->qname = sk_bytes_of(r->at, (size_t)(at - r->at));
	*memo = xml_name(r, a->qname, XML_USE_ATTRIBUTE);
	if (SK_UNLIKELY(at == end))
		return SK_TRUNCATED;
	if (SK_UNLIKELY(*memo == NULL))
		return a->qname.len > limit(LIMIT_xml_name_bytes) ? limit_reached(LIMIT_xml_name_bytes) : SK_MALFORMED;
	if (SK_UNLIKELY(*at != '='))
		at = skip_white(at, end);
	if (at == end || *at != '=')
		return at == end ? SK_TRUNCATED : SK_MALFORMED;
	at++;
	if (SK_UNLIKELY(at < end && *at != '"'))
		at = skip_white(at, end);
	if (at == end)
		return SK_TRUNCATED;
	uint8_t quote = *at++;
	if (quote != '"' && quote != '\'')
		return SK_MALFORMED;
	const uint8_t *from = at;
	at = value_end(at, end, quote, &special);
	if (at == end)
		return SK_TRUNCATED;
	a->value = sk_bytes_of(from, (size_t)(at - from));
	r->at = at + 1;
	return SK_LIKELY(!special) ? SK_OK : xml_expand(r, a->value, true, &a->value);
}

/* Two attributes of one name, in any spelling (Namespaces 6.3). */
static inline bool repeats(const struct xml_reader *r, size_t count)
{
	uint64_t last = r->expanded[count];

	for (size_t i = 0; i < count; i++)
		if (r->expanded[i] == last)
			return true;
	return false;
}

/* Adds an attribute, or declares a namespace. */
static inline enum sk_status add_attribute(struct xml_reader *r, bool *unbound)
{
	const struct xml_memo *memo;
	struct xml_attribute *a = &r->attributes[r->attribute_count];

	SK_TRY(take_attribute(r, a, &memo));
	if (SK_UNLIKELY(memo->use == XML_USE_DECLARATION))
		return xml_declare(r, a->qname.len > 6 ? sk_bytes_slice(a->qname, 6, a->qname.len) : sk_bytes_of(a->qname.at, 0), a->value);
	a->name = memo->name;
	r->expanded[r->attribute_count] = memo->expanded;
	if (SK_UNLIKELY(memo->expanded == XML_UNBOUND) || repeats(r, r->attribute_count))
		*unbound = true; /* asked again when all declarations are known */
	r->attribute_count++;
	return SK_OK;
}

/* When the tag declares namespaces, or a name was not clear: all names anew with the declarations in force. */
static enum sk_status resolve_again(struct xml_reader *r, sk_bytes qname, unsigned first_scope, uint16_t *name)
{
	if (r->scope_count > first_scope)
		xml_scope_enter(r, first_scope);
	const struct xml_memo *memo = xml_name(r, qname, XML_USE_ELEMENT);
	if (memo == NULL || memo->expanded == XML_UNBOUND)
		return SK_MALFORMED;
	*name = memo->name;
	for (size_t i = 0; i < r->attribute_count; i++) {
		memo = xml_name(r, r->attributes[i].qname, XML_USE_ATTRIBUTE);
		if (memo == NULL || memo->expanded == XML_UNBOUND)
			return SK_MALFORMED;
		r->attributes[i].name = memo->name;
		r->expanded[i] = memo->expanded;
		if (repeats(r, i))
			return SK_MALFORMED;
	}
	return SK_OK;
}

/* The attributes and the end of a start tag. */
static inline enum sk_status take_attributes(struct xml_reader *r, bool *unbound, bool *empty)
{
	const uint8_t *end = r->end;

	for (;;) {
		bool white = r->at < end && xml_is_white(*r->at);
		if (white)
			r->at = skip_white(r->at + 1, end);
		if (SK_UNLIKELY(r->at == end))
			return SK_TRUNCATED;
		if (*r->at == '>') {
			r->at++;
			*empty = false;
			return SK_OK;
		}
		if (*r->at == '/') {
			if (r->at + 1 == end)
				return SK_TRUNCATED;
			if (r->at[1] != '>')
				return SK_MALFORMED;
			r->at += 2;
			*empty = true;
			return SK_OK;
		}
		if (SK_UNLIKELY(!white))
			return SK_MALFORMED;
		if (SK_UNLIKELY(r->attribute_count == XML_ATTRIBUTES_MAX || r->space_count == XML_ATTRIBUTES_MAX ||
				r->attribute_count >= limit(LIMIT_xml_attributes)))
			return limit_reached(LIMIT_xml_attributes);
		SK_TRY(add_attribute(r, unbound));
	}
}

static inline enum sk_status open_tag(struct xml_reader *r, struct xml_token *token)
{
	const uint8_t *from = r->at + 1;
	unsigned first_scope = r->scope_count;
	bool empty = false;

	if (SK_UNLIKELY(r->depth == 0 && r->root_seen))
		return SK_MALFORMED; /* one root */
	if (SK_UNLIKELY(r->depth >= XML_DEPTH_MAX || r->depth >= limit(LIMIT_xml_depth)))
		return limit_reached(LIMIT_xml_depth);
	r->scratch_used = r->attribute_count = r->space_count = 0;
	r->at = name_end(from, r->end);
	sk_bytes qname = sk_bytes_of(from, (size_t)(r->at - from));
	const struct xml_memo *memo = xml_name(r, qname, XML_USE_ELEMENT);
	if (SK_UNLIKELY(memo == NULL))
		return r->at == r->end ? SK_TRUNCATED : qname.len > limit(LIMIT_xml_name_bytes) ? limit_reached(LIMIT_xml_name_bytes) : SK_MALFORMED;
	bool unbound = memo->expanded == XML_UNBOUND;
	uint16_t name = memo->name;
	SK_TRY(take_attributes(r, &unbound, &empty));
	if (SK_UNLIKELY(unbound || r->scope_count > first_scope))
		SK_TRY(resolve_again(r, qname, first_scope, &name));
	r->root_seen = true;
	r->stack[r->depth].qname = qname;
	r->stack[r->depth].name = name;
	r->depth++;
	r->closing = empty;
	token->kind = XML_OPEN;
	token->name = name;
	token->empty = empty;
	token->qname = qname;
	token->attributes = r->attributes;
	token->attribute_count = r->attribute_count;
	token->spaces = r->spaces;
	token->space_count = r->space_count;
	return SK_OK;
}

/* ---- end tags ---- */

static inline enum sk_status say_close(struct xml_reader *r, struct xml_token *token)
{
	r->depth--;
	token->kind = XML_CLOSE;
	token->name = r->stack[r->depth].name;
	token->qname = r->stack[r->depth].qname;
	if (SK_UNLIKELY(r->scope_count > 0 && r->scopes[r->scope_count - 1].depth > r->depth))
		xml_scope_leave(r);
	return SK_OK;
}

static inline enum sk_status close_tag(struct xml_reader *r, struct xml_token *token)
{
	if (SK_UNLIKELY(r->depth == 0))
		return SK_MALFORMED;
	sk_bytes qname = r->stack[r->depth - 1].qname;
	const uint8_t *at = r->at + 2;
	if ((size_t)(r->end - at) < qname.len)
		return SK_TRUNCATED;
	if (memcmp(at, qname.at, qname.len) != 0)
		return SK_MALFORMED;
	at += qname.len;
	if (SK_UNLIKELY(at < r->end && *at != '>'))
		at = skip_white(at, r->end);
	if (at == r->end)
		return SK_TRUNCATED;
	if (*at != '>')
		return SK_MALFORMED;
	r->at = at + 1;
	return say_close(r, token);
}

/* ---- text and the rest ---- */

static bool all_white(sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (!xml_is_white(b.at[i]))
			return false;
	return true;
}

static inline enum sk_status take_text(struct xml_reader *r, struct xml_token *token)
{
	bool special = false;
	const uint8_t *end = text_end(r->at, r->end, &special);

	token->kind = XML_TEXT;
	token->text = sk_bytes_of(r->at, (size_t)(end - r->at));
	token->white = r->at[0] <= ' ' && all_white(token->text);
	r->at = end;
	if (SK_LIKELY(!special))
		return SK_OK;
	bool reference = !token->white; /* white space by reference is still white to those who ask */
	SK_TRY(xml_expand(r, token->text, false, &token->text));
	if (reference)
		token->white = all_white(token->text);
	return SK_OK;
}

/* Finds what ends a comment, an instruction or a CDATA section; its text is between. */
static enum sk_status take_until(struct xml_reader *r, size_t open_len, sk_bytes close, sk_bytes *inside)
{
	sk_bytes rest = sk_bytes_of(r->at + open_len, (size_t)(r->end - r->at) - open_len);
	size_t len = sk_bytes_find(rest, close, 0);

	if (len == SIZE_MAX)
		return SK_TRUNCATED;
	*inside = sk_bytes_of(rest.at, len);
	r->at = rest.at + len + close.len;
	return SK_OK;
}

static enum sk_status skip_comment(struct xml_reader *r)
{
	sk_bytes inside;

	SK_TRY(take_until(r, 4, SK_BYTES("--"), &inside));
	if (r->at == r->end)
		return SK_TRUNCATED;
	if (*r->at++ != '>')
		return SK_MALFORMED; /* 2.5: no "--" within */
	r->skipped++;
	return SK_OK;
}

static enum sk_status skip_instruction(struct xml_reader *r)
{
	sk_bytes inside;

	SK_TRY(take_until(r, 2, SK_BYTES("?>"), &inside));
	size_t len = 0;
	while (len < inside.len && !xml_is_white(inside.at[len]))
		len++;
	sk_bytes target = sk_bytes_slice(inside, 0, len);
	if (!xml_name_valid(target) || sk_bytes_equal_nocase(target, SK_BYTES("xml")) || sk_bytes_find(target, SK_BYTES(":"), 0) != SIZE_MAX)
		return SK_MALFORMED;
	r->skipped++;
	return SK_OK;
}

static enum sk_status take_section(struct xml_reader *r, struct xml_token *token)
{
	if (r->depth == 0)
		return SK_MALFORMED;
	SK_TRY(take_until(r, 9, SK_BYTES("]]>"), &token->text));
	token->kind = XML_TEXT;
	token->white = all_white(token->text);
	if (sk_bytes_find(token->text, SK_BYTES("\r"), 0) == SIZE_MAX)
		return SK_OK;
	/* line ends only: & and < are plain here */
	uint8_t *to = sk_arena_raw(r->arena, token->text.len);
	size_t len = 0;
	if (to == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < token->text.len; i++) {
		uint8_t c = token->text.at[i];
		if (c != '\r')
			to[len++] = c;
		else if (i + 1 == token->text.len || token->text.at[i + 1] != '\n')
			to[len++] = '\n';
	}
	token->text = sk_bytes_of(to, len);
	return SK_OK;
}

/* Behind "<!" or "<?". *told is set when a token came of it. */
static enum sk_status take_other(struct xml_reader *r, struct xml_token *token, bool *told)
{
	sk_bytes rest = sk_bytes_of(r->at, (size_t)(r->end - r->at));

	*told = false;
	if (rest.at[1] == '?')
		return skip_instruction(r);
	if (sk_bytes_starts(rest, SK_BYTES("<!--")))
		return skip_comment(r);
	if (sk_bytes_starts(rest, SK_BYTES("<![CDATA["))) {
		*told = true;
		return take_section(r, token);
	}
	return rest.len < 9 && (sk_bytes_starts(SK_BYTES("<!--"), rest) || sk_bytes_starts(SK_BYTES("<![CDATA["), rest)) ? SK_TRUNCATED
															     : SK_MALFORMED;
}

static enum sk_status take_end(const struct xml_reader *r, struct xml_token *token)
{
	token->kind = XML_END;
	return r->depth == 0 && r->root_seen ? SK_OK : SK_TRUNCATED;
}

enum sk_status xml_next(struct xml_reader *r, struct xml_token *token)
{
	token->offset = (size_t)(r->at - r->begin);
	if (r->closing) {
		r->closing = false;
		return say_close(r, token);
	}
	for (;;) {
		if (SK_UNLIKELY(r->at == r->end))
			return take_end(r, token);
		token->offset = (size_t)(r->at - r->begin);
		if (*r->at != '<') {
			SK_TRY(take_text(r, token));
			if (SK_LIKELY(r->depth > 0))
				return SK_OK;
			if (!all_white(sk_bytes_of(r->begin + token->offset, (size_t)(r->at - r->begin) - token->offset)))
				return SK_MALFORMED; /* outside the root: white space, not even by reference */
			continue;
		}
		if (SK_UNLIKELY(r->end - r->at < 2))
			return SK_TRUNCATED;
		uint8_t next = r->at[1];
		if (next == '/')
			return close_tag(r, token);
		if (SK_LIKELY(next != '!' && next != '?'))
			return open_tag(r, token);
		bool told;
		SK_TRY(take_other(r, token, &told));
		if (told)
			return SK_OK;
	}
}

bool xml_leaf(struct xml_reader *r, sk_bytes *text)
{
	struct xml_token token;
	bool special = false;
	sk_bytes qname = r->stack[r->depth - 1].qname;

	if (r->closing)
		return false;
	const uint8_t *end = text_end(r->at, r->end, &special);
	if (special || (size_t)(r->end - end) < qname.len + 3 || end[1] != '/' || end[2 + qname.len] != '>' ||
	    memcmp(end + 2, qname.at, qname.len) != 0)
		return false;
	*text = sk_bytes_of(r->at, (size_t)(end - r->at));
	r->at = end + qname.len + 3;
	return say_close(r, &token) == SK_OK;
}

enum sk_status xml_skip(struct xml_reader *r)
{
	struct xml_token token;
	unsigned depth = r->depth;

	while (r->depth >= depth)
		SK_TRY(xml_next(r, &token));
	return SK_OK;
}
