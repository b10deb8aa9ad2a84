/*
 * A PDF, token by token: every dictionary of the file and of its object streams, whatever its place. No action but URI, GoTo and Named,
 * no key that leads to a script, a file or the outside, no filter but those that the writer has.
 */
#include "fuzz/harmless.h"

#include <stdlib.h>

#include "codec/deflate.h"

#define NEST_MAX 128

struct dictionary {
	bool is_array, is_free;    /* is_free: its keys are names that an author chose */
	bool key_next;
	bool element, is_external, object_stream, no_filter;
	bool typed;                /* it says what it is; an object of its own that does not may be a map by names of an author */
	sk_bytes key, opened_by, action, uri, never;
	uint64_t length;
};

struct look {
	struct sk_cursor c;
	struct dictionary levels[NEST_MAX];
	size_t depth;
	struct dictionary closed;  /* the latest that ended: a stream's is just before it */
	bool inner;                /* an object stream: no streams stand in it */
};

static bool is_one_of(sk_bytes b, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sk_bytes_equal(b, sk_bytes_str(list[i])))
			return true;
	return false;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool ends_word(uint8_t c)
{
	return is_blank(c) || memchr("()<>[]{}/%", c, 10) != NULL;
}

/* A string's end: brackets nest, a backslash takes the next byte with it. */
static void pass_string(struct sk_cursor *c)
{
	for (size_t open = 1; open > 0 && c->status == SK_OK;) {
		uint8_t byte = sk_cursor_u8(c);
		if (byte == '\\')
			sk_cursor_u8(c);
		open += byte == '(';
		open -= byte == ')';
	}
}

/* The next token, as it is written; empty at the end. */
static sk_bytes next(struct sk_cursor *c)
{
	while (c->left > 0 && (is_blank(*c->at) || *c->at == '%'))
		if (sk_cursor_u8(c) == '%')
			while (c->left > 0 && *c->at != '\n' && *c->at != '\r')
				sk_cursor_u8(c);
	const uint8_t *from = c->at;
	if (c->left == 0)
		return sk_bytes_of(from, 0);
	uint8_t first = sk_cursor_u8(c);
	if (first == '(') {
		pass_string(c);
	} else if ((first == '<' || first == '>') && c->left > 0 && *c->at == first) {
		sk_cursor_u8(c);
	} else if (first == '<') {
		while (c->left > 0 && sk_cursor_u8(c) != '>')
			;
	} else if (first == '/' || !ends_word(first)) {
		while (c->left > 0 && !ends_word(*c->at))
			sk_cursor_u8(c);
	}
	return sk_bytes_of(from, (size_t)(c->at - from));
}

static void check_key(struct dictionary *d, sk_bytes key)
{
	static const char *const never[] = {"/JS", "/JavaScript", "/AA", "/PA", "/EF", "/EmbeddedFiles", "/XFA", "/FFilter", "/FDecodeParms", "/RichMediaContent",
		"/RichMediaSettings", "/Alternates", "/OPI", "/Launch", "/Win", "/PieceInfo", "/Collection", "/Perms", "/SpiderInfo", "/Renditions", "/Movie"};
	static const char *const types[] = {"/Type", "/Subtype", "/S", "/FT", "/T", "/Kids", "/Parent"};
	d->typed |= is_one_of(key, types, SK_COUNT(types));
	if (!d->is_free && is_one_of(key, never, SK_COUNT(never)))
		d->never = key;
}

static void check_value(struct dictionary *d, sk_bytes value)
{
	static const char *const filters[] = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode"};
	static const char *const subtypes[] = {"/PS", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D", "/FileAttachment", "/U3D"};
	if (d->is_free)
		return;
	if (sk_bytes_equal(d->key, SK_BYTES("/S")))
		d->action = value;
	if (sk_bytes_equal(d->key, SK_BYTES("/URI")))
		d->uri = value;
	if (sk_bytes_equal(d->key, SK_BYTES("/Filter")) && value.at[0] == '/' && !is_one_of(value, filters, SK_COUNT(filters)))
		harmless_found("a filter", value);
	if (sk_bytes_equal(d->key, SK_BYTES("/Subtype")) && is_one_of(value, subtypes, SK_COUNT(subtypes)))
		harmless_found("a subtype", value);
	if (sk_bytes_equal(d->key, SK_BYTES("/Type"))) {
		if (sk_bytes_equal(value, SK_BYTES("/EmbeddedFile")) || sk_bytes_equal(value, SK_BYTES("/Filespec")))
			harmless_found("a file", value);
		d->element |= sk_bytes_equal(value, SK_BYTES("/StructElem"));
		d->object_stream |= sk_bytes_equal(value, SK_BYTES("/ObjStm"));
	}
	d->element |= sk_bytes_equal(d->key, SK_BYTES("/P"));
	d->is_external |= sk_bytes_equal(d->key, SK_BYTES("/F"));
	d->no_filter &= !sk_bytes_equal(d->key, SK_BYTES("/Filter"));
	if (sk_bytes_equal(d->key, SK_BYTES("/Length")) && !sk_parse_u64(value, &d->length))
		harmless_found("a length", value);
}

static void check_action(const struct dictionary *d)
{
	static const char *const acting[] = {"/Launch", "/JavaScript", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR", "/GoToE", "/GoToDp", "/Thread", "/Sound",
		"/Movie", "/Rendition", "/GoTo3DView", "/RichMediaExecute", "/SetOCGState", "/Trans", "/Hide"};
	static const char *const schemes[] = {"(http:", "(https:", "(mailto:", "(#"};
	if (d->never.len > 0 && (d->typed || d->opened_by.len > 0))
		harmless_found("a key", d->never);
	if (!d->element && is_one_of(d->action, acting, SK_COUNT(acting)) && !(sk_bytes_equal(d->opened_by, SK_BYTES("/Trans"))))
		harmless_found("an action", d->action);
	if (d->element || !sk_bytes_equal(d->action, SK_BYTES("/URI")))
		return;
	for (size_t i = 0; i < SK_COUNT(schemes); i++)
		if (d->uri.len >= strlen(schemes[i]) && sk_bytes_equal_nocase(sk_bytes_slice(d->uri, 0, strlen(schemes[i])), sk_bytes_str(schemes[i])))
			return;
	harmless_found("a URI", d->uri);
}

static void open_level(struct look *l, bool is_array)
{
	static const char *const resources[] = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs", "/RoleMap",
		"/ClassMap", "/N", "/D", "/R", "/Colorants"};
	struct dictionary *outer = &l->levels[l->depth];
	if (l->depth + 1 == NEST_MAX)
		harmless_found("values too deep", sk_bytes_of(l->c.at, l->c.left));
	struct dictionary *d = &l->levels[++l->depth];
	*d = (struct dictionary){.is_array = is_array, .key_next = !is_array, .no_filter = true, .opened_by = outer->key,
				 .is_free = !is_array && !outer->is_array && is_one_of(outer->key, resources, SK_COUNT(resources))};
	if (is_array)
		d->key = outer->key; /* the filters of a list are filters too */
}

static void walk(sk_bytes bytes, bool inner);

/* What is in an object stream is looked at like the file; the numbers before the first object are harmless tokens. */
static void check_object_stream(sk_bytes packed, bool plain)
{
	static uint8_t expanded[(size_t)64 << 20];
	size_t len;
	if (plain)
		walk(packed, true);
	else if (deflate_inflate(DEFLATE_ZLIB, packed, expanded, sizeof expanded, &len, NULL) != SK_OK)
		harmless_found("an object stream that does not open", packed);
	else
		walk(sk_bytes_of(expanded, len), true);
}

static void check_stream(struct look *l, const struct dictionary *d)
{
	if (l->inner || d->is_external)
		harmless_found(l->inner ? "a stream in a stream" : "a stream of the outside", sk_bytes_of(l->c.at, l->c.left));
	if (l->c.left > 0 && *l->c.at == '\r')
		sk_cursor_u8(&l->c);
	sk_cursor_u8(&l->c);
	sk_bytes bytes = sk_cursor_take(&l->c, (size_t)d->length);
	if (l->c.status != SK_OK || !sk_bytes_equal(next(&l->c), SK_BYTES("endstream")))
		harmless_found("a stream that does not end where it says", bytes);
	if (d->object_stream)
		check_object_stream(bytes, d->no_filter);
}

static void take(struct look *l, sk_bytes token)
{
	struct dictionary *d = &l->levels[l->depth];
	if (sk_bytes_equal(token, SK_BYTES("stream"))) {
		check_stream(l, &l->closed);
	} else if (sk_bytes_equal(token, SK_BYTES("<<")) || sk_bytes_equal(token, SK_BYTES("["))) {
		d->key_next = !d->is_array;
		open_level(l, token.at[0] == '[');
	} else if (sk_bytes_equal(token, SK_BYTES(">>")) || sk_bytes_equal(token, SK_BYTES("]"))) {
		if (l->depth == 0 || d->is_array != (token.at[0] == ']'))
			harmless_found("brackets that do not match", token);
		check_action(d);
		l->closed = *d;
		l->depth--;
	} else if (l->depth > 0 && d->key_next && token.at[0] == '/') {
		check_key(d, token);
		d->key = token;
		d->key_next = false;
	} else if (l->depth > 0 && (!d->key_next || d->is_array)) {
		check_value(d, token);
		d->key_next = !d->is_array;
	}
}

/* In "12 0 R" the number was the value; what follows it stands where a key would, and is passed over by take. */
static void walk(sk_bytes bytes, bool inner)
{
	struct look *l = calloc(1, sizeof *l);
	if (l == NULL)
		abort();
	l->c = sk_cursor_of(bytes);
	l->inner = inner;
	l->levels[0].is_array = true;
	for (sk_bytes token = next(&l->c); token.len > 0; token = next(&l->c))
		take(l, token);
	if (l->depth > 0 || l->c.status != SK_OK)
		harmless_found("values that do not end", bytes);
	free(l);
}

void harmless_pdf(sk_bytes file)
{
	if (!sk_bytes_starts(file, SK_BYTES("%PDF-")) || !(sk_bytes_ends(file, SK_BYTES("%%EOF\n")) || sk_bytes_ends(file, SK_BYTES("%%EOF"))))
		harmless_found("a beginning or an end that is none", sk_bytes_slice(file, 0, 20));
	walk(file, false);
}
