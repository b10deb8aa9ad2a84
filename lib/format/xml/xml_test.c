/* The scanner against what XML 1.0 and Namespaces say, and the writer against the scanner. */
#include "format/xml/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "demo_vocabulary.h"

#define ARENA_BYTES ((size_t)64 << 20)

static void *memory;

static struct sk_arena fresh_arena(void)
{
	struct sk_arena arena;

	sk_arena_init(&arena, memory, ARENA_BYTES);
	return arena;
}

/* All tokens as text: "<name a=v>", "text", "</name>"; the status at the end. Unknown names are "?qname". */
static enum sk_status scan(sk_bytes document, char *to, size_t max)
{
	struct sk_arena arena = fresh_arena();
	struct sk_buf out;
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	struct xml_token t;
	const struct vocabulary *v = &demo_vocabulary;

	sk_buf_fixed(&out, to, max - 1);
	enum sk_status status = xml_open(r, v, document, &arena);
	while (status == SK_OK && (status = xml_next(r, &t)) == SK_OK && t.kind != XML_END) {
		if (t.kind == XML_TEXT) {
			sk_buf_put(&out, t.text);
			continue;
		}
		sk_buf_str(&out, t.kind == XML_OPEN ? "<" : "</");
		sk_buf_str(&out, t.name == VOCABULARY_NONE ? "?" : "");
		sk_buf_put(&out, t.name == VOCABULARY_NONE ? t.qname : vocabulary_qname(v, t.name));
		for (size_t i = 0; t.kind == XML_OPEN && i < t.attribute_count; i++) {
			const struct xml_attribute *a = &t.attributes[i];
			sk_buf_str(&out, a->name == VOCABULARY_NONE ? " ?" : " ");
			sk_buf_put(&out, a->name == VOCABULARY_NONE ? a->qname : vocabulary_qname(v, a->name));
			sk_buf_str(&out, "=");
			sk_buf_put(&out, a->value);
		}
		sk_buf_str(&out, ">");
	}
	to[out.len] = '\0';
	sk_arena_reset(&arena);
	return status;
}

static void expect(const char *document, const char *tokens)
{
	char got[4096];

	assert_int_equal(scan(sk_bytes_str(document), got, sizeof got), SK_OK);
	assert_string_equal(got, tokens);
}

static void expect_status(sk_bytes document, enum sk_status status)
{
	char got[4096];
	enum sk_status is = scan(document, got, sizeof got);

	if (is != status)
		print_error("%.*s\n", (int)sk_min(document.len, 100), (const char *)document.at);
	assert_int_equal(is, status);
}

static void refuse(const char *document)
{
	expect_status(sk_bytes_str(document), SK_MALFORMED);
}

static void names_become_ids(void **state)
{
	(void)state;
	expect("<w:root xmlns:w='urn:w'><w:t>x</w:t></w:root>", "<w:root><w:t>x</w:t></w:root>");
	expect("<r xmlns='urn:w' xmlns:q='urn:w' q:side='left' n='1'/>", "<?r w:side=left n=1></?r>");
	expect("<root xmlns='urn:w'><t xmlns='urn:other'/><t/></root>", "<w:root><?t></?t><w:t></w:t></w:root>");
	expect("<z:root xmlns:z='urn:strict:w'/>", "<w:root></w:root>"); /* another URI of the same namespace */
	expect("<a:root xmlns:a='urn:w'><a:t xmlns:a='urn:x'/><a:t/></a:root>", "<w:root><?a:t></?a:t><w:t></w:t></w:root>");
	expect("<root/>", "<?root></?root>");
	expect("<root xmlns='urn:w'><x xmlns=''><root/></x></root>", "<w:root><?x><?root></?root></?x></w:root>");
	expect("<w:root w:side='left' xmlns:w='urn:w'/>", "<w:root w:side=left></w:root>"); /* declared behind its use */
	expect("<a xml:space='preserve'/>", "<?a ?xml:space=preserve></?a>");
	expect("<\xE8\xA1\xA8 \xE5\x80\xA4='1'/>", "<?\xE8\xA1\xA8 ?\xE5\x80\xA4=1></?\xE8\xA1\xA8>");
}

static void repeated_scopes_keep_their_meaning(void **state)
{
	(void)state;
	expect("<r xmlns:w='urn:w'><w:t/><b xmlns:w='urn:x'><w:t/></b><w:t/><b xmlns:w='urn:x'><w:t/></b><w:t/></r>",
	       "<?r><w:t></w:t><?b><?w:t></?w:t></?b><w:t></w:t><?b><?w:t></?w:t></?b><w:t></w:t></?r>");
}

static void text_and_references(void **state)
{
	(void)state;
	expect("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x3042;&#x1F600;</a>", "<?a><>&\"'A\xE3\x81\x82\xF0\x9F\x98\x80</?a>");
	expect("<a>x<![CDATA[<&>]]>y</a>", "<?a>x<&>y</?a>");
	expect("<a>1\r\n2\r3\n4</a>", "<?a>1\n2\n3\n4</?a>");
	expect("<a><![CDATA[1\r\n2\r]]></a>", "<?a>1\n2\n</?a>");
	expect("<a b=' 1\t2\n3\r\n4&#9;&#10;'/>", "<?a ?b= 1 2 3 4\t\n></?a>");
	expect("<a b='\"' c=\"'\"/>", "<?a ?b=\" ?c='></?a>");
	expect("<a>]]</a>", "<?a>]]</?a>");
	expect("<a>0123456789abcdef0123456789abcde]&gt;</a>", "<?a>0123456789abcdef0123456789abcde]></?a>");
	expect("<?xml version=\"1.0\" encoding='UTF-8' standalone='yes' ?>\r\n<!-- c --><?p i?><a><!--x-->1<?q?>2</a>\r\n<!-- e -->",
	       "<?a>12</?a>");
	expect("\xEF\xBB\xBF<a/>", "<?a></?a>");
	expect("<a  b = '1'   c\n=\n'2' ></a >", "<?a ?b=1 ?c=2></?a>");
}

static void malformed(void **state)
{
	static const char *const documents[] = {
		"<a></b>", "<a/><b/>", "x<a/>", "<a/>x", "<a/>&#32;", "<a b='1' b='2'/>", "<a b='1'c='2'/>", "<a b=1/>", "<a b/>", "<a b='<'/>",
		"<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&#xFFFE;</a>", "<a>& </a>", "<a>&lt</a>", "<a>]]></a>",
		"<a>\x01</a>", "<a>\xC0\x80</a>", "<a>\xED\xA0\x80</a>", "<a>\xEF\xBF\xBF</a>", "<a>\xF4\x90\x80\x80</a>", "<a>\xFF</a>",
		"<a><!-- -- --></a>", "<a><?xml version='1.0'?></a>", " <?xml version='1.0'?><a/>", "<?xml encoding='UTF-8'?><a/>",
		"<?xml version='2.0'?><a/>", "<?xml version='1.0' encoding='UTF-16'?><a/>", "<?xml version='1.0' standalone='maybe'?><a/>",
		"<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "<1a/>", "<a:b/>", "<a b:c='1'/>", "<a:b:c xmlns:a='u'/>",
		"<:a/>", "<a: xmlns:a='u'/>", "<a xmlns:b=''/>", "<a xmlns:xml='u'/>", "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
		"<a xmlns:xmlns='u'/>", "<a xmlns:b='u' xmlns:b='u'/>", "<a xmlns:b='u' xmlns:c='u' b:d='1' c:d='2'/>", "<a / >", "< a/>", "<a></ a>",
		"</a>", "<a>&#x;</a>", "<a>&#;</a>", "<a>&#12a;</a>",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(documents); i++)
		refuse(documents[i]);
}

static void truncated_at_every_byte(void **state)
{
	static const char document[] = "<?xml version=\"1.0\"?><w:root xmlns:w='urn:w' w:side=\"left\"><!--c--><w:t>a&amp;b<![CDATA[c]]></w:t><x y='z'/></w:root>";
	char got[4096];

	(void)state;
	for (size_t len = 0; len < sizeof document - 1; len++) {
		char *part = malloc(len + 1); /* exactly so long, so that a sanitizer sees a byte read behind it */
		memcpy(part, document, len);
		enum sk_status status = scan(sk_bytes_of(part, len), got, sizeof got);
		assert_true(status == SK_TRUNCATED || status == SK_MALFORMED);
		free(part);
	}
	assert_int_equal(scan(SK_BYTES(""), got, sizeof got), SK_TRUNCATED);
}

static void utf16(void **state)
{
	char got[256];
	uint8_t little[64], big[64];
	static const uint16_t units[] = {0xFEFF, '<', 'a', '>', 0x8868, 0xD83D, 0xDE00, '<', '/', 'a', '>'};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(units); i++) {
		little[2 * i] = big[2 * i + 1] = (uint8_t)units[i];
		little[2 * i + 1] = big[2 * i] = (uint8_t)(units[i] >> 8);
	}
	assert_int_equal(scan(sk_bytes_of(little, sizeof units), got, sizeof got), SK_OK);
	assert_string_equal(got, "<?a>\xE8\xA1\xA8\xF0\x9F\x98\x80</?a>");
	assert_int_equal(scan(sk_bytes_of(big, sizeof units), got, sizeof got), SK_OK);
	assert_string_equal(got, "<?a>\xE8\xA1\xA8\xF0\x9F\x98\x80</?a>");
	assert_int_equal(scan(sk_bytes_of(little, sizeof units - 1), got, sizeof got), SK_MALFORMED);
	expect_status(SK_BYTES("<?xml version='1.0' encoding='Shift_JIS'?><a/>"), SK_UNSUPPORTED);
	expect_status(SK_BYTES("<?xml version='1.0' encoding='UTF-7'?><a/>"), SK_UNSUPPORTED);
}

/* a document of count times open, then middle, then count times close */
static sk_bytes repeated(const char *open, size_t count, const char *middle, const char *close)
{
	size_t len = count * (strlen(open) + strlen(close)) + strlen(middle);
	char *text = malloc(len + 1), *at = text;

	for (size_t i = 0; i < count; i++)
		at = mempcpy(at, open, strlen(open));
	at = mempcpy(at, middle, strlen(middle));
	for (size_t i = 0; i < count; i++)
		at = mempcpy(at, close, strlen(close));
	return sk_bytes_of(text, len);
}

static void limits(void **state)
{
	(void)state;
	sk_bytes deep = repeated("<a>", 10000, "", "</a>");
	expect_status(deep, SK_LIMIT);
	free((void *)(uintptr_t)deep.at);
	sk_bytes fits = repeated("<a>", 200, "", "</a>");
	expect_status(fits, SK_OK);
	free((void *)(uintptr_t)fits.at);
	sk_bytes name = repeated("a", 600, "/>", "");
	((char *)(uintptr_t)name.at)[0] = '<';
	expect_status(name, SK_LIMIT);
	free((void *)(uintptr_t)name.at);
	static char many[8192] = "<a";
	for (unsigned i = 0; i < 300; i++)
		snprintf(many + strlen(many), 16, " a%u='1'", i);
	snprintf(many + strlen(many), 16, "/>");
	expect_status(sk_bytes_str(many), SK_LIMIT);
	sk_bytes value = repeated("x", 1 << 20, "'/>", "");
	memcpy((char *)(uintptr_t)value.at, "<a b='", 6);
	expect_status(value, SK_OK);
	free((void *)(uintptr_t)value.at);
}

static void skipping(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	struct xml_token t;

	(void)state;
	assert_int_equal(xml_open(r, &demo_vocabulary, SK_BYTES("<a><b><c/>x</b><d/></a>"), &arena), SK_OK);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(xml_skip(r), SK_OK);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_true(t.kind == XML_OPEN && sk_bytes_equal(t.qname, SK_BYTES("d")));
	assert_int_equal(xml_skip(r), SK_OK);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(t.kind, XML_CLOSE);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(t.kind, XML_END);
	sk_arena_reset(&arena);
}

/* A text up to its end tag is taken at once; anything else is left to xml_next. */
static void leaves(void **state)
{
	static const struct {
		const char *document, *text;
	} rows[] = {
		{"<a>plain</a>", "plain"},    {"<a></a>", ""},         {"<a>x&amp;y</a>", NULL}, {"<a>x<b/></a>", NULL}, {"<a/>", NULL},
		{"<a>x</a >", NULL},          {"<a>x</ab>", NULL},     {"<a>x</b>", NULL},       {"<a>x</a", NULL},      {"<a>x", NULL},
		{"<a>x\r\n</a>", NULL},       {"<a>x]]>y</a>", NULL}, {"<a xmlns='u'>x</a>", "x"},
	};
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	struct xml_token t;
	sk_bytes text;

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		assert_int_equal(xml_open(r, &demo_vocabulary, sk_bytes_str(rows[i].document), &arena), SK_OK);
		assert_int_equal(xml_next(r, &t), SK_OK);
		const uint8_t *before = r->at;
		assert_true(xml_leaf(r, &text) == (rows[i].text != NULL));
		if (rows[i].text == NULL) {
			assert_ptr_equal(r->at, before);
			continue;
		}
		assert_true(sk_bytes_equal(text, sk_bytes_str(rows[i].text)));
		assert_int_equal(r->scope_count, 0);
		assert_int_equal(xml_next(r, &t), SK_OK);
		assert_int_equal(t.kind, XML_END);
	}
	sk_arena_reset(&arena);
}

/* ---- the writer ---- */

static void write_record(struct xml_writer *w, uint8_t op, uint16_t node, uint16_t attr, const char *value, int64_t number)
{
	const struct vocabulary *v = &demo_vocabulary;
	struct neutral_record record = {.op = op, .node = node, .attr = attr, .number = number};

	record.type = op == NEUTRAL_ATTR ? v->attrs[attr].type : v->nodes[node].type;
	record.kind = v->types[record.type].kind;
	if (value != NULL)
		record.bytes = record.kind == NEUTRAL_SPACES ? sk_bytes_of(value, 2) : sk_bytes_str(value);
	assert_int_equal(xml_write_record(w, &record), SK_OK);
}

static void writes_and_reads_back(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct sk_buf out;
	struct xml_writer *w = sk_arena_make(&arena, sizeof *w);
	char got[4096];
	static const char text[] = "<&>\"'\r\n\t\xE8\xA1\xA8 and a longer piece of plain text & more";

	(void)state;
	sk_buf_init(&out, &arena, 4096);
	xml_write_init(w, &demo_vocabulary, &out);
	write_record(w, NEUTRAL_OPEN, DEMO_NODE_root_w_root, 0, NULL, 0);
	write_record(w, NEUTRAL_ATTR, DEMO_NODE_root_w_root, DEMO_ATTR_root_w_side, NULL, 2);
	write_record(w, NEUTRAL_ATTR, DEMO_NODE_root_w_root, DEMO_ATTR_root_n, NULL, -5);
	write_record(w, NEUTRAL_ATTR, DEMO_NODE_root_w_root, DEMO_ATTR_globals_w_note, text, 0);
	write_record(w, NEUTRAL_OPEN, DEMO_NODE_leaf_w_t, 0, NULL, 0);
	write_record(w, NEUTRAL_TEXT_OF, DEMO_NODE_leaf_w_t, 0, text, 0);
	write_record(w, NEUTRAL_CLOSE, DEMO_NODE_leaf_w_t, 0, NULL, 0);
	write_record(w, NEUTRAL_OPEN, DEMO_NODE_leaf_w_short, 0, NULL, 0);
	write_record(w, NEUTRAL_CLOSE, DEMO_NODE_leaf_w_short, 0, NULL, 0);
	write_record(w, NEUTRAL_CLOSE, DEMO_NODE_root_w_root, 0, NULL, 0);
	sk_buf_u8(&out, 0);
	assert_string_equal((char *)out.at,
			    "<w:root xmlns:w=\"urn:w\" w:side=\"two words\" n=\"-5\" w:note=\"&lt;&amp;&gt;&quot;'&#13;&#10;&#9;\xE8\xA1\xA8 and a longer "
			    "piece of plain text &amp; more\"><w:t>&lt;&amp;&gt;\"'&#13;\n\t\xE8\xA1\xA8 and a longer piece of plain text &amp; more</w:t>"
			    "<w:short/></w:root>");
	char *written = strdup((char *)out.at);
	sk_arena_reset(&arena);
	assert_int_equal(scan(sk_bytes_str(written), got, sizeof got), SK_OK);
	assert_non_null(strstr(got, "w:note=<&>\"'\r\n\t\xE8\xA1\xA8 and"));
	assert_non_null(strstr(got, "<w:t><&>\"'\r\n\t\xE8\xA1\xA8 and"));
	free(written);
}

static void declares_where_needed(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct sk_buf out;
	struct xml_writer *w = sk_arena_make(&arena, sizeof *w);
	const char spaces[2] = {(char)DEMO_SPACE_w, 0};

	(void)state;
	sk_buf_init(&out, &arena, 4096);
	xml_write_init(w, &demo_vocabulary, &out);
	for (int i = 0; i < 2; i++) { /* once out of scope, it is declared again */
		write_record(w, NEUTRAL_OPEN, DEMO_NODE_leaf_d_outside, 0, NULL, 0);
		write_record(w, NEUTRAL_ATTR, DEMO_NODE_leaf_d_outside, DEMO_ATTR_globals_xmlns, spaces, 0);
		write_record(w, NEUTRAL_OPEN, DEMO_NODE_leaf_w_t, 0, NULL, 0);
		write_record(w, NEUTRAL_CLOSE, DEMO_NODE_leaf_w_t, 0, NULL, 0);
		write_record(w, NEUTRAL_CLOSE, DEMO_NODE_leaf_d_outside, 0, NULL, 0);
	}
	sk_buf_u8(&out, 0);
	assert_string_equal((char *)out.at, "<outside xmlns=\"urn:default\" xmlns:w=\"urn:w\"><w:t/></outside>"
					    "<outside xmlns=\"urn:default\" xmlns:w=\"urn:w\"><w:t/></outside>");
	sk_arena_reset(&arena);
}

/* A tag of a phrase is written again as it was, but where its namespaces are not declared any more. */
static void writes_phrases_again(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct sk_buf out;
	struct xml_writer *w = sk_arena_make(&arena, sizeof *w);
	struct neutral_record open = {.op = NEUTRAL_OPEN, .node = DEMO_NODE_leaf_w_t, .phrase = 5};
	struct neutral_record learnt = {.op = NEUTRAL_LEARNT, .node = DEMO_NODE_leaf_w_t, .phrase = 5};
	struct neutral_record again = {.op = NEUTRAL_AGAIN, .node = DEMO_NODE_leaf_w_t, .phrase = 5};

	(void)state;
	sk_buf_init(&out, &arena, 4096);
	xml_write_init(w, &demo_vocabulary, &out);
	assert_false(xml_write_again(w, &again)); /* nothing is kept without room for it */
	w->phrases = sk_arena_array(&arena, NEUTRAL_PHRASES, sizeof *w->phrases);
	assert_false(xml_write_again(w, &again));
	for (int i = 0; i < 2; i++) { /* the first time the tag itself declares w: it is not kept */
		assert_int_equal(xml_write_record(w, &open), SK_OK);
		assert_int_equal(xml_write_record(w, &learnt), SK_OK);
		assert_false(i == 0 && xml_write_again(w, &again));
	}
	assert_true(xml_write_again(w, &again));
	write_record(w, NEUTRAL_TEXT_OF, DEMO_NODE_leaf_w_t, 0, "x", 0);
	for (int i = 0; i < 3; i++)
		write_record(w, NEUTRAL_CLOSE, DEMO_NODE_leaf_w_t, 0, NULL, 0);
	assert_false(xml_write_again(w, &again)); /* out of scope */
	sk_buf_u8(&out, 0);
	assert_string_equal((char *)out.at, "<w:t xmlns:w=\"urn:w\"><w:t><w:t>x</w:t></w:t></w:t>");
	sk_arena_reset(&arena);
}

/* ---- tags that were met before ---- */

static unsigned known_or_next(struct xml_reader *r, struct xml_token *t)
{
	unsigned number = xml_tag_known(r, 1);

	if (number != 0)
		assert_int_equal(xml_tag_take(r, number), SK_OK);
	else
		assert_int_equal(xml_next(r, t), SK_OK);
	return number;
}

/* The numbers under which the start tags of a document are known, in order; those that are not are remembered. */
static void numbers_of(struct xml_reader *r, const char *document, struct sk_arena *arena, unsigned *numbers)
{
	struct xml_token t;

	assert_int_equal(xml_open(r, &demo_vocabulary, sk_bytes_str(document), arena), SK_OK);
	do {
		t.kind = XML_TEXT;
		unsigned number = known_or_next(r, &t);
		if (number != 0 || t.kind == XML_OPEN)
			*numbers++ = number;
		if (number == 0 && t.kind == XML_OPEN)
			(void)xml_tag_remember(r, &t);
	} while (t.kind != XML_END);
}

static void tags_are_known_again(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	unsigned n[16] = {0};

	(void)state;
	r->tags = sk_arena_make(&arena, sizeof *r->tags);
	numbers_of(r, "<a><b c='1'/><b c='1'/><b c='1'/><b c='2'/><b c='1'><b c='1'/></b><b c='1'/></a>", &arena, n);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[2], 0); /* the second time it is remembered */
	assert_true(n[3] != 0);
	assert_int_equal(n[4], 0);
	assert_int_equal(n[5], 0); /* not empty: another tag */
	assert_int_equal(n[6], n[3]);
	assert_int_equal(n[7], n[3]);
	numbers_of(r, "<a><b c='1'/></a>", &arena, n + 8); /* and in the next document */
	assert_int_equal(n[9], n[3]);
	numbers_of(r, "<a xmlns='urn:w'><b c='1'/></a>", &arena, n + 10); /* but not under other declarations */
	assert_int_equal(n[11], 0);
	sk_arena_reset(&arena);
}

/* A tag of which only the first value is new is known with that value. */
static void tags_that_vary(void **state)
{
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	unsigned n[16] = {0};

	(void)state;
	r->tags = sk_arena_make(&arena, sizeof *r->tags);
	numbers_of(r, "<a><b c='1' d='x'/><b c='2' d='x'/><b c='3' d='x'/><b c='&#52;' d='x'/><b c='5' d='y'/><b c=\"6\" d='x'/><b c='7>' d='x'/></a>", &arena, n);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[2], 0); /* the second time it is remembered */
	assert_true(n[3] != 0 && r->tags->tags[n[3]].varies == 6);
	for (size_t i = 4; i < 8; i++)
		assert_int_equal(n[i], 0);
	assert_int_equal(xml_open(r, &demo_vocabulary, SK_BYTES("<a><b c='a longer one' d='x'/><b c='' d='x'/></a>"), &arena), SK_OK);
	struct xml_token t;
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(xml_tag_known(r, 1), n[3]);
	assert_true(sk_bytes_equal(r->tags->value, SK_BYTES("a longer one")));
	assert_int_equal(xml_tag_take(r, n[3]), SK_OK);
	assert_int_equal(xml_tag_known(r, 1), n[3]);
	assert_int_equal(r->tags->value.len, 0);
	assert_int_equal(xml_tag_take(r, n[3]), SK_OK);
	assert_int_equal(xml_next(r, &t), SK_OK);
	assert_int_equal(t.kind, XML_CLOSE);
	sk_arena_reset(&arena);
}

static void tags_that_are_never_known(void **state)
{
	static const char *const tags[] = {"<b xmlns='urn:x'/>", "<b xmlns:p='urn:x' p:c='1'/>", "<b c='>'/>", "<b c='&gt;' d='a>b'/>"};
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	char document[256];

	(void)state;
	r->tags = sk_arena_make(&arena, sizeof *r->tags);
	for (size_t i = 0; i < SK_COUNT(tags); i++) {
		unsigned n[8] = {0};
		snprintf(document, sizeof document, "<a>%s%s%s%s</a>", tags[i], tags[i], tags[i], tags[i]);
		numbers_of(r, document, &arena, n);
		for (size_t k = 0; k < 5; k++)
			assert_int_equal(n[k], 0);
	}
	sk_arena_reset(&arena);
}

/* A tag that breaks off, or whose end tag does not match, is seen also when its start was known. */
static void known_tags_are_still_checked(void **state)
{
	static const char *const wrong[] = {"<a><b/><b/><b/><b", "<a><b></b><b></b><b></b><b></c></a>", "<a><b></b><b></b><b></b><b></a>"};
	struct sk_arena arena = fresh_arena();
	struct xml_reader *r = sk_arena_make(&arena, sizeof *r);
	struct xml_token t;

	(void)state;
	r->tags = sk_arena_make(&arena, sizeof *r->tags);
	for (size_t i = 0; i < SK_COUNT(wrong); i++) {
		enum sk_status status = xml_open(r, &demo_vocabulary, sk_bytes_str(wrong[i]), &arena);
		while (status == SK_OK) {
			unsigned number = xml_tag_known(r, 1);
			status = number != 0 ? xml_tag_take(r, number) : xml_next(r, &t);
			if (number == 0 && status == SK_OK && t.kind == XML_OPEN)
				(void)xml_tag_remember(r, &t);
			assert_false(number == 0 && status == SK_OK && t.kind == XML_END);
		}
		assert_true(status == SK_MALFORMED || status == SK_TRUNCATED);
	}
	sk_arena_reset(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_phrases_again), cmocka_unit_test(tags_are_known_again),
		cmocka_unit_test(leaves), cmocka_unit_test(tags_that_vary),
		cmocka_unit_test(tags_that_are_never_known), cmocka_unit_test(known_tags_are_still_checked),
		cmocka_unit_test(names_become_ids),   cmocka_unit_test(repeated_scopes_keep_their_meaning),
		cmocka_unit_test(text_and_references), cmocka_unit_test(malformed),
		cmocka_unit_test(truncated_at_every_byte), cmocka_unit_test(utf16),
		cmocka_unit_test(limits),              cmocka_unit_test(skipping),
		cmocka_unit_test(writes_and_reads_back), cmocka_unit_test(declares_where_needed),
	};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(memory);
	return failed;
}
