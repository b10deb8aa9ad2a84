/* Names and namespaces: which id of the vocabulary a spelled name has here, remembered.
 *
 * The attacker controls prefixes, URIs and how often they change. Memo and sets of declarations only remember: a wrong guess of theirs
 * would be a wrong name in the reader, which the checker judges like any other. */
#include "format/xml/scan.h"

#include "conf/conf.h"

#define XML_URI "http://www.w3.org/XML/1998/namespace"
#define XMLNS_URI "http://www.w3.org/2000/xmlns/"

static uint64_t hash_bytes(uint64_t hash, sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		hash = (hash ^ b.at[i]) * 0x100000001b3u;
	return hash * 0xff51afd7ed558ccdu ^ b.len;
}

sk_bytes xml_local(sk_bytes qname)
{
	for (size_t i = 0; i < qname.len; i++)
		if (qname.at[i] == ':')
			return sk_bytes_slice(qname, i + 1, qname.len);
	return qname;
}

/* ---- declarations in scope ---- */

static const struct xml_scope *find_scope(const struct xml_reader *r, sk_bytes prefix)
{
	for (unsigned i = r->scope_count; i-- > 0;)
		if (sk_bytes_equal(r->scopes[i].prefix, prefix))
			return &r->scopes[i];
	return NULL;
}

uint16_t xml_space_of_prefix(const struct xml_reader *r, sk_bytes prefix)
{
	const struct xml_scope *scope = find_scope(r, prefix);

	if (scope != NULL)
		return scope->space;
	if (sk_bytes_equal(prefix, SK_BYTES("xml")))
		return vocabulary_space_find(r->vocabulary, SK_BYTES(XML_URI));
	return prefix.len == 0 ? 0 : VOCABULARY_NONE;
}

/* Namespaces 3: xml and xmlns are bound for good, and nothing else to their names; a prefix can't be undeclared. */
static bool declaration_allowed(sk_bytes prefix, sk_bytes uri)
{
	bool is_xml = sk_bytes_equal(prefix, SK_BYTES("xml"));

	if (sk_bytes_equal(prefix, SK_BYTES("xmlns")) || sk_bytes_equal(uri, SK_BYTES(XMLNS_URI)))
		return false;
	if (is_xml != sk_bytes_equal(uri, SK_BYTES(XML_URI)))
		return false;
	return prefix.len == 0 || uri.len > 0;
}

/* The namespace of a URI. A document declares the same few in every part. */
static uint16_t space_of(struct xml_reader *r, sk_bytes uri, uint64_t hash)
{
	size_t at = (size_t)(hash >> 58);

	_Static_assert(SK_COUNT(((struct xml_reader *)0)->uris) == 64, "the shift above keeps six bits");
	if (r->uris[at].hash != hash) {
		r->uris[at].hash = hash;
		r->uris[at].space = vocabulary_space_find(r->vocabulary, uri);
	}
	return r->uris[at].space;
}

enum sk_status xml_declare(struct xml_reader *r, sk_bytes prefix, sk_bytes uri)
{
	if (!declaration_allowed(prefix, uri))
		return SK_MALFORMED;
	for (unsigned i = r->scope_count; i-- > 0 && r->scopes[i].depth == r->depth + 1;)
		if (sk_bytes_equal(r->scopes[i].prefix, prefix))
			return SK_MALFORMED;
	if (r->scope_count == XML_SCOPES_MAX || r->scope_count >= limit(LIMIT_xml_namespaces))
		return limit_reached(LIMIT_xml_namespaces);
	uint64_t hash = hash_bytes(1, uri);
	uint16_t space = uri.len == 0 ? 0 : space_of(r, uri, hash);
	r->scopes[r->scope_count++] = (struct xml_scope){.prefix = prefix, .uri_hash = hash, .space = space,
							 .depth = (uint16_t)(r->depth + 1), .scope_before = r->scope};
	if (space != VOCABULARY_NONE && space != 0)
		r->spaces[r->space_count++] = space;
	return SK_OK;
}

void xml_scope_enter(struct xml_reader *r, unsigned first)
{
	uint64_t hash = r->scope;

	for (unsigned i = first; i < r->scope_count; i++)
		hash = hash_bytes(hash ^ r->scopes[i].uri_hash, r->scopes[i].prefix);
	struct xml_scope_set *set = &r->scope_sets[hash % SK_COUNT(r->scope_sets)];
	if (set->number == 0 || set->hash != hash)
		*set = (struct xml_scope_set){.hash = hash, .number = ++r->scope_last};
	r->scope = set->number;
}

void xml_scope_leave(struct xml_reader *r)
{
	while (r->scope_count > 0 && r->scopes[r->scope_count - 1].depth > r->depth)
		r->scope = r->scopes[--r->scope_count].scope_before;
}

/* ---- the memo ---- */

/* The first 16 bytes of a name as two numbers, zeros behind its end. */
static inline void first_bytes(const struct xml_reader *r, sk_bytes qname, uint64_t *low, uint64_t *high)
{
	static const uint64_t masks[9] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, UINT64_MAX};
	uint8_t room[16] = {0};
	const uint8_t *from = qname.at;

	if (SK_UNLIKELY(r->end - qname.at < 16)) {
		memcpy(room, qname.at, sk_min(qname.len, 16));
		from = room;
	}
	memcpy(low, from, 8);
	memcpy(high, from + 8, 8);
	*low &= masks[sk_min(qname.len, 8)];
	*high &= masks[qname.len <= 8 ? 0 : sk_min(qname.len - 8, 8)];
}

/* Resolves a name for the entry; false when it is no QName. */
static bool resolve(const struct xml_reader *r, sk_bytes qname, enum xml_use use, struct xml_memo *memo)
{
	sk_bytes local = xml_local(qname);
	sk_bytes prefix = local.len == qname.len ? sk_bytes_of(qname.at, 0) : sk_bytes_of(qname.at, qname.len - local.len - 1);
	uint64_t uri_hash = 0;
	uint16_t space = 0;

	if (!xml_name_valid(qname) || !xml_name_valid(local) || (prefix.len != qname.len - local.len && prefix.len == 0) ||
	    sk_bytes_find(local, SK_BYTES(":"), 0) != SIZE_MAX)
		return false;
	if (use == XML_USE_ATTRIBUTE && (sk_bytes_equal(prefix, SK_BYTES("xmlns")) || sk_bytes_equal(qname, SK_BYTES("xmlns")))) {
		memo->use = XML_USE_DECLARATION;
		memo->name = VOCABULARY_NONE;
		return true;
	}
	const struct xml_scope *scope = prefix.len > 0 || use == XML_USE_ELEMENT ? find_scope(r, prefix) : NULL;
	if (scope != NULL) {
		space = scope->space;
		uri_hash = scope->uri_hash;
	} else if (sk_bytes_equal(prefix, SK_BYTES("xml"))) {
		space = xml_space_of_prefix(r, prefix);
		uri_hash = hash_bytes(1, SK_BYTES(XML_URI));
	} else if (prefix.len > 0) {
		memo->name = VOCABULARY_NONE;
		memo->expanded = XML_UNBOUND;
		return true;
	}
	memo->expanded = hash_bytes(uri_hash, local) & ~(uint64_t)1;
	memo->name = space == VOCABULARY_NONE ? VOCABULARY_NONE : vocabulary_name_find(r->vocabulary, space, local);
	return true;
}

static const struct xml_memo *remember(struct xml_reader *r, sk_bytes qname, enum xml_use use, struct xml_memo *entry, uint64_t low,
				       uint64_t high)
{
	struct xml_memo made = {.low = low, .high = high, .at = qname.at, .scope = r->scope, .document = r->document, .len = (uint16_t)qname.len, .use = (uint8_t)use};

	if (!resolve(r, qname, use, &made))
		return NULL;
	*entry = made;
	return entry;
}

const struct xml_memo *xml_name(struct xml_reader *r, sk_bytes qname, enum xml_use use)
{
	uint64_t low, high;

	if (SK_UNLIKELY(qname.len == 0 || qname.len > limit(LIMIT_xml_name_bytes)))
		return NULL;
	first_bytes(r, qname, &low, &high);
	uint64_t hash = (low * 0x9e3779b97f4a7c15u) ^ (high * 0xc2b2ae3d27d4eb4fu) ^ ((uint64_t)use << 60);
	hash ^= hash >> 29;
	struct xml_memo *entry = &r->memo[(hash * 0xbf58476d1ce4e5b9u) >> 55];
	_Static_assert(XML_MEMO == 512, "the shift above keeps nine bits");
	bool same_use = entry->use == use || (entry->use == XML_USE_DECLARATION && use == XML_USE_ATTRIBUTE);
	if (SK_LIKELY(entry->low == low && entry->high == high && entry->len == qname.len && entry->scope == r->scope && same_use) &&
	    (qname.len <= 16 || (entry->document == r->document && memcmp(entry->at, qname.at, qname.len) == 0)))
		return entry;
	return remember(r, qname, use, entry, low, high);
}
