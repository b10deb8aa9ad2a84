/*
 * The XML scanner beside expat: what one accepts the other must accept, with the same tags, attributes and text.
 *
 * Differences that are meant: document types, other encodings and limits are refused here; names follow the fifth edition here and the
 * fourth in expat, so documents with names beyond ASCII are not compared. expat takes any version number; XML 1.0 says "1.".
 */
#include "format/xml/xml.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

#include "demo_vocabulary.h"
#include "format/xml/scan.h"

#define ARENA_BYTES ((size_t)64 << 20)

struct events {
	char *at;
	size_t len, room;
	bool odd_names, odd_version, has_type;
};

static void put(struct events *e, const void *bytes, size_t len)
{
	if (e->room - e->len < len + 1) {
		e->room = (e->room + len) * 2 + 64;
		e->at = realloc(e->at, e->room);
		if (e->at == NULL)
			abort();
	}
	if (len > 0)
		memcpy(e->at + e->len, bytes, len);
	e->len += len;
	e->at[e->len] = '\0';
}

static void put_name(struct events *e, sk_bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		e->odd_names |= name.at[i] >= 0x80;
	put(e, name.at, name.len);
}

/* ---- ours ---- */

/* Targets of instructions are names too, and no token tells of them. */
static bool odd_targets(sk_bytes input)
{
	for (size_t i = 0; i + 2 < input.len; i++)
		if (input.at[i] == '<' && input.at[i + 1] == '?')
			for (size_t k = i + 2; k < input.len && input.at[k] > ' ' && input.at[k] != '?'; k++)
				if (input.at[k] >= 0x80)
					return true;
	return false;
}

/* What a start tag gave when it was parsed; kept by the number under which the reader knows it. */
struct known {
	sk_bytes events;
	size_t value, value_len; /* where in them the value of the first attribute stands */
};

/* Takes the tag that comes next when it is known: it must mean what it meant before, as expat will tell. */
static enum sk_status take_known(struct xml_reader *r, unsigned number, const struct known *known, struct events *e)
{
	const struct xml_tag *tag = &r->tags->tags[number];

	if (tag->varies != 0) {
		put(e, known->events.at, known->value);
		put(e, r->tags->value.at, r->tags->value.len);
		put(e, known->events.at + known->value + known->value_len, known->events.len - known->value - known->value_len);
	} else {
		put(e, known->events.at, known->events.len);
	}
	if (tag->empty) {
		put(e, "\2", 1);
		put(e, tag->bytes + 1, tag->qname_len);
		put(e, "\5", 1);
	}
	return xml_tag_take(r, number);
}

static enum sk_status ours(sk_bytes input, struct events *e)
{
	static void *memory;
	struct sk_arena arena;
	struct xml_token t;

	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	struct known *known = sk_arena_array(&arena, XML_TAGS, sizeof *known);
	r->tags = sk_arena_make(&arena, sizeof *r->tags);
	enum sk_status status = xml_open(r, &demo_vocabulary, input, &arena);
	e->odd_names |= odd_targets(input);
	e->odd_version = status == SK_MALFORMED && xml_characters(input) == SK_OK;
	while (status == SK_OK) {
		size_t from = e->len;
		unsigned number = xml_tag_known(r, 1);
		if (number != 0) {
			status = take_known(r, number, &known[number], e);
			continue;
		}
		status = xml_next(r, &t);
		if (status != SK_OK || t.kind == XML_END)
			break;
		if (t.kind == XML_TEXT) {
			put(e, t.text.at, t.text.len);
			continue;
		}
		put(e, t.kind == XML_OPEN ? "\1" : "\2", 1);
		put_name(e, t.qname);
		for (size_t i = 0; t.kind == XML_OPEN && i < t.attribute_count; i++) {
			put(e, "\3", 1);
			put_name(e, t.attributes[i].qname);
			put(e, "\4", 1);
			put(e, t.attributes[i].value.at, t.attributes[i].value.len);
		}
		put(e, "\5", 1);
		number = t.kind == XML_OPEN ? xml_tag_remember(r, &t) : 0;
		if (number != 0) {
			known[number].events = sk_arena_copy(&arena, sk_bytes_of((uint8_t *)e->at + from, e->len - from));
			if (t.attribute_count > 0) {
				known[number].value = 1 + t.qname.len + 1 + t.attributes[0].qname.len + 1;
				known[number].value_len = t.attributes[0].value.len;
			}
		}
	}
	sk_arena_reset(&arena);
	return status;
}

/* ---- expat ---- */

/* "uri\nlocal\nprefix", "uri\nlocal" or "local" */
static void put_triplet(struct events *e, const char *name)
{
	const char *local = strchr(name, '\n');

	if (local == NULL) {
		put(e, name, strlen(name));
		return;
	}
	local++;
	const char *prefix = strchr(local, '\n');
	if (prefix != NULL) {
		put(e, prefix + 1, strlen(prefix + 1));
		put(e, ":", 1);
	}
	put(e, local, prefix != NULL ? (size_t)(prefix - local) : strlen(local));
}

static void XMLCALL open_tag(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct events *e = context;

	put(e, "\1", 1);
	put_triplet(e, name);
	for (; *attributes != NULL; attributes += 2) {
		put(e, "\3", 1);
		put_triplet(e, attributes[0]);
		put(e, "\4", 1);
		put(e, attributes[1], strlen(attributes[1]));
	}
	put(e, "\5", 1);
}

static void XMLCALL close_tag(void *context, const XML_Char *name)
{
	put(context, "\2", 1);
	put_triplet(context, name);
	put(context, "\5", 1);
}

static void XMLCALL text(void *context, const XML_Char *at, int len)
{
	put(context, at, (size_t)len);
}

static void XMLCALL document_type(void *context, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	((struct events *)context)->has_type = true;
}

static bool theirs(sk_bytes input, struct events *e)
{
	XML_Parser p = XML_ParserCreateNS(NULL, '\n');

	XML_SetReturnNSTriplet(p, 1);
	XML_SetUserData(p, e);
	XML_SetElementHandler(p, open_tag, close_tag);
	XML_SetCharacterDataHandler(p, text);
	XML_SetStartDoctypeDeclHandler(p, document_type);
	bool good = XML_Parse(p, (const char *)input.at, (int)input.len, 1) == XML_STATUS_OK;
	XML_ParserFree(p);
	return good;
}

static void differ(const char *how)
{
	fprintf(stderr, "%s\n", how);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct events mine = {0}, other = {0};
	sk_bytes input = sk_bytes_of(at, len);

	if (len > (1 << 20))
		return 0;
	enum sk_status status = ours(input, &mine);
	bool good = theirs(input, &other);
	bool comparable = !mine.odd_names && !mine.odd_version && !other.has_type && status != SK_LIMIT && status != SK_UNSUPPORTED;
	if (comparable && (status == SK_OK) != good)
		differ(good ? "expat accepts" : "expat refuses");
	if (comparable && good && (mine.len != other.len || memcmp(mine.at, other.at, mine.len) != 0))
		differ("other events");
	free(mine.at);
	free(other.at);
	return 0;
}
