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

static inline bool is_here(const struct xml_reader *r, const struct xml_tag *tag, uint16_t context)
{
	return tag->context == context && tag->scope == r->scope && (size_t)(r->end - r->at) >= tag->len && same_bytes(r->at, tag->bytes, tag->len);
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
	if (t->met_len > 0) {
		t->met_hash = tag_hash(r->at, t->met_len, (uint64_t)r->scope << 16 | context);
		unsigned number = t->index[t->met_hash % XML_TAG_INDEX];
		if (number != 0 && t->tags[number].hash == t->met_hash && is_here(r, &t->tags[number], context))
			return number;
	}
	t->last = 0;
	return 0;
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
	r->at += tag->len;
	return SK_OK;
}

/* Whether the tag just opened declares a namespace, known or not. */
static bool declares(const struct xml_reader *r)
{
	return r->scope_count > 0 && r->scopes[r->scope_count - 1].depth == r->depth;
}

unsigned xml_tag_remember(struct xml_reader *r, const struct xml_token *token)
{
	struct xml_tags *t = r->tags;
	const uint8_t *from = r->begin + token->offset;

	if (t->met != from || t->met_len == 0 || r->at != from + t->met_len || declares(r))
		return 0;
	uint32_t *seen = &t->seen[t->met_hash % XML_TAG_SEEN];
	if (*seen != t->met_hash) {
		*seen = t->met_hash; /* most tags that come once come only once: the second time counts */
		return 0;
	}
	t->newest = (uint16_t)(t->newest + 1 < XML_TAGS ? t->newest + 1 : 1);
	struct xml_tag *tag = &t->tags[t->newest];
	*tag = (struct xml_tag){.hash = t->met_hash, .scope = r->scope, .context = t->met_context, .len = t->met_len,
				.qname_len = (uint16_t)token->qname.len, .name = token->name, .empty = token->empty};
	memcpy(tag->bytes, from, t->met_len);
	t->index[t->met_hash % XML_TAG_INDEX] = t->last = t->newest;
	return t->newest;
}
