/* Start tags that were met before: the same bytes under the same declarations mean the same and need no second parsing.
 *
 * The attacker controls every byte, and with them which tags are remembered and which push others out. A tag counts as known only when
 * all its bytes are equal to those that were parsed; the hash and the guess at what comes next only say where to look. */
#include "format/xml/scan.h"

#include "conf/conf.h"

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

/* Bytes of a start tag that begins at at, its > included; 0 when it is longer than what is remembered. A > in a value ends it too
 * early; such a tag is never remembered, so it is never known. */
static size_t tag_length(const uint8_t *at, const uint8_t *end)
{
	size_t most = sk_min((size_t)(end - at), XML_TAG_BYTES);
	size_t i = 0;
#ifdef XML_VECTOR
	const __m128i close = _mm_set1_epi8('>');
	for (; most - i >= XML_VECTOR; i += XML_VECTOR) {
		unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(at + i)), close));
		if (found != 0)
			return i + (size_t)__builtin_ctz(found) + 1;
	}
#endif
	for (; i < most; i++)
		if (at[i] == '>')
			return i + 1;
	return 0;
}

static uint32_t tag_hash(const uint8_t *at, size_t len, uint64_t seed)
{
	uint64_t hash = seed * 0x9e3779b97f4a7c15u ^ len;
	size_t i = 0;
	for (; len - i >= 8; i += 8)
		hash = (hash ^ word_at(at + i)) * 0xbf58476d1ce4e5b9u ^ hash >> 32;
	for (; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001b3u;
	hash = (hash ^ hash >> 29) * 0x94d049bb133111ebu;
	return (uint32_t)(hash >> 32) | 1; /* never 0: that is a free place */
}

static inline bool same_bytes(const uint8_t *a, const uint8_t *b, size_t len)
{
	if (len < 8)
		return memcmp(a, b, len) == 0;
	for (size_t i = 0; i + 8 <= len; i += 8)
		if (word_at(a + i) != word_at(b + i))
			return false;
	return word_at(a + len - 8) == word_at(b + len - 8);
}

/* The end of a plain value that begins at at: its quote; NULL when it is too long or needs expansion. */
static const uint8_t *plain_value_end(const uint8_t *at, const uint8_t *end, uint8_t quote)
{
	const uint8_t *most = at + sk_min((size_t)(end - at), XML_VARIED_BYTES + 1);
	for (; at < most && *at != quote; at++)
		if (*at < 0x20 || *at == '&' || *at == '<')
			return NULL;
	return at < most ? at : NULL;
}

/* The same with the value of the first attribute left open; on success t->value is what stands there. */
static bool varied_is_here(const struct xml_reader *r, const struct xml_tag *tag)
{
	const uint8_t *value = r->at + tag->varies;
	size_t rest = (size_t)tag->len - tag->varies;
	if ((size_t)(r->end - r->at) < tag->len || !same_bytes(r->at, tag->bytes, tag->varies))
		return false;
	const uint8_t *end = plain_value_end(value, r->end, tag->bytes[tag->varies - 1]);
	if (end == NULL || (size_t)(r->end - end) < rest || !same_bytes(end, tag->bytes + tag->varies, rest))
		return false;
	r->tags->value = sk_bytes_of(value, (size_t)(end - value));
	return true;
}

static inline bool is_here(const struct xml_reader *r, const struct xml_tag *tag, uint16_t context)
{
	if (tag->context != context || tag->scope != r->scope)
		return false;
	if (tag->varies != 0)
		return varied_is_here(r, tag);
	return (size_t)(r->end - r->at) >= tag->len && same_bytes(r->at, tag->bytes, tag->len);
}

/* The tag of that hash when it is here; 0 otherwise. */
static unsigned find(const struct xml_reader *r, uint32_t hash, uint16_t context)
{
	unsigned number = r->tags->index[hash % XML_TAG_INDEX];
	return number != 0 && r->tags->tags[number].hash == hash && is_here(r, &r->tags->tags[number], context) ? number : 0;
}

/* Hash of the tag that was met without the value of its first attribute; 0 when it has none, or no plain one. */
static uint32_t varied_hash(const struct xml_tags *t, uint64_t seed)
{
	const uint8_t *from = t->met, *end = t->met + t->met_len, *at = from;
	while (at < end && *at != '"' && *at != '\'')
		at++;
	if (at == end)
		return 0;
	at++;
	const uint8_t *value_end = plain_value_end(at, end, at[-1]);
	if (value_end == NULL)
		return 0;
	return tag_hash(from, (size_t)(at - from), tag_hash(value_end, (size_t)(end - value_end), seed + 1));
}

/* True when the hash was seen lately; it has been now. */
static bool seen_before(struct xml_tags *t, uint32_t hash)
{
	uint32_t *seen = &t->seen[hash % XML_TAG_SEEN];
	bool before = *seen == hash;
	*seen = hash;
	return before;
}

/* A tag whose first value alone is new is known as one that varies; one that came before just so is worth a number of its own. */
static unsigned find_met(struct xml_reader *r, uint16_t context)
{
	struct xml_tags *t = r->tags;
	uint64_t seed = (uint64_t)r->scope << 16 | context;

	t->met_hash = tag_hash(r->at, t->met_len, seed);
	unsigned number = find(r, t->met_hash, context);
	if (number != 0)
		return number;
	t->met_varied = varied_hash(t, seed);
	number = t->met_varied != 0 ? find(r, t->met_varied, context) : 0;
	t->met_before = seen_before(t, t->met_hash);
	return t->met_before ? 0 : number;
}

unsigned xml_tag_known(struct xml_reader *r, uint16_t context)
{
	struct xml_tags *t = r->tags;

	if (r->closing || r->depth == 0 || r->end - r->at < 3 || r->at[0] != '<' || r->at[1] == '/')
		return 0;
	unsigned next = t->tags[t->last].next; /* what came after the same tag the last time */
	if (next != 0 && is_here(r, &t->tags[next], context))
		return next;
	t->met = r->at;
	t->met_context = context;
	t->met_len = (uint16_t)tag_length(r->at, r->end);
	unsigned number = t->met_len > 0 ? find_met(r, context) : 0;
	if (number == 0)
		t->last = 0;
	return number;
}

enum sk_status xml_tag_take(struct xml_reader *r, unsigned number)
{
	struct xml_tags *t = r->tags;
	const struct xml_tag *tag = &t->tags[number];

	if (SK_UNLIKELY(r->depth >= XML_DEPTH_MAX || r->depth >= limit(LIMIT_xml_depth)))
		return limit_reached(LIMIT_xml_depth);
	t->tags[t->last].next = (uint16_t)number;
	t->last = (uint16_t)number;
	r->scratch_used = r->attribute_count = r->space_count = 0;
	if (!tag->empty) {
		r->stack[r->depth].qname = sk_bytes_of(r->at + 1, tag->qname_len);
		r->stack[r->depth].name = tag->name;
		r->depth++;
	}
	r->at += tag->len + (tag->varies != 0 ? t->value.len : 0);
	return SK_OK;
}

/* Whether the tag just opened declares a namespace, known or not. */
static bool declares(const struct xml_reader *r)
{
	return r->scope_count > 0 && r->scopes[r->scope_count - 1].depth == r->depth;
}

/* Whether the first attribute's value is where varied_hash has looked for it. */
static bool may_vary(const struct xml_tags *t, const struct xml_token *token, const uint8_t *from)
{
	return t->met_varied != 0 && token->attribute_count > 0 && token->attributes[0].value.at > from &&
	       memchr(from, token->attributes[0].value.at[-1], (size_t)(token->attributes[0].value.at - from)) == token->attributes[0].value.at - 1;
}

static unsigned add(struct xml_reader *r, const struct xml_token *token, uint32_t hash, size_t varies, size_t len)
{
	struct xml_tags *t = r->tags;

	t->newest = (uint16_t)(t->newest + 1 < XML_TAGS ? t->newest + 1 : 1);
	t->tags[t->newest] = (struct xml_tag){.hash = hash, .scope = r->scope, .context = t->met_context, .len = (uint16_t)len, .varies = (uint16_t)varies,
					      .qname_len = (uint16_t)token->qname.len, .name = token->name, .empty = token->empty};
	t->index[hash % XML_TAG_INDEX] = t->last = t->newest;
	return t->newest;
}

unsigned xml_tag_remember(struct xml_reader *r, const struct xml_token *token)
{
	struct xml_tags *t = r->tags;
	const uint8_t *from = r->begin + token->offset;

	if (t->met != from || t->met_len == 0 || r->at != from + t->met_len || declares(r))
		return 0;
	if (t->met_before) { /* most tags that come once come only once: the second time counts */
		unsigned number = add(r, token, t->met_hash, 0, t->met_len);
		memcpy(t->tags[number].bytes, from, t->met_len);
		return number;
	}
	if (!may_vary(t, token, from) || !seen_before(t, t->met_varied))
		return 0;
	sk_bytes value = token->attributes[0].value;
	size_t before = (size_t)(value.at - from), behind = t->met_len - before - value.len;
	unsigned number = add(r, token, t->met_varied, before, before + behind);
	memcpy(t->tags[number].bytes, from, before);
	memcpy(t->tags[number].bytes + before, value.at + value.len, behind);
	return number;
}
