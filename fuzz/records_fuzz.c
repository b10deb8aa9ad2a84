/*
 * A fuzzer in the reader's place: it says whatever it likes to the writer, the checker between them.
 *
 * The input's bytes are choices. Mostly the generator picks records that the vocabulary allows, so that the writer is
 * reached; now and then it breaks a rule, so that the checker is. Either the stream is refused, or what was written is
 * harmless: nothing in it is on the list of things that must never stand in an output.
 */
#include "fuzz/inline.h"

#include <stdio.h>
#include <stdlib.h>

#define STREAM_MAX ((size_t)1 << 18)
#define DEPTH_MAX 40

struct chooser {
	const uint8_t *at;
	size_t left;
};

struct saying {
	struct chooser choices;
	struct neutral_out out;
	const struct vocabulary *v;
	uint8_t stage[NEUTRAL_STAGE];
	uint8_t stream[STREAM_MAX];
	size_t len;
	uint16_t scopes[DEPTH_MAX + 1];
	uint16_t contexts[DEPTH_MAX + 1];
	uint16_t nodes[DEPTH_MAX + 1];
	unsigned depth;
};

static uint32_t choose(struct chooser *c, uint32_t below)
{
	uint32_t value = 0;
	for (int i = 0; i < 2 && c->left > 0; i++, c->at++, c->left--)
		value = value << 8 | *c->at;
	return below > 0 ? value % below : 0;
}

static enum sk_status keep(void *context, sk_bytes bytes)
{
	struct saying *s = context;
	if (bytes.len > STREAM_MAX - s->len)
		return SK_LIMIT;
	memcpy(s->stream + s->len, bytes.at, bytes.len);
	s->len += bytes.len;
	return SK_OK;
}

/* Values that an attacker would try in every place that takes bytes. */
static const char *const wishes[] = {
	"javascript:alert(1)", "file:///c:/x.exe", "\\\\evil\\share", "https://example.org/", "mailto:a@example.org", "#Sheet1!A1",
	"DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe", "INCLUDEPICTURE \"http://evil/x\"", "PAGE", "TOC \\o \"1-3\" \\h",
	"cmd|'/c calc'!A1", "[1]Sheet1!A1", "SUM(A1:B2)", "CALL(\"k\",\"e\",\"J\")", "WEBSERVICE(\"http://evil\")", "A1", "rId1", "1",
	"0", "<script>", "\"/><Relationship TargetMode=\"External\"", "]]>", "&lt;", "vbaProject.bin", "text", "FFFFFF", "50%", "auto",
};

static sk_bytes wish(struct chooser *c)
{
	if (choose(c, 4) == 0) {
		size_t len = sk_min(choose(c, 64), c->left);
		sk_bytes raw = sk_bytes_of(c->at, len);
		c->at += len;
		c->left -= len;
		return raw;
	}
	return sk_bytes_str(wishes[choose(c, SK_COUNT(wishes))]);
}

static int64_t number_for(struct saying *s, const struct vocabulary_type *t)
{
	if (choose(&s->choices, 40) == 0)
		return (int64_t)choose(&s->choices, 65536) - 1000;
	if (t->kind == NEUTRAL_BOOL)
		return choose(&s->choices, 2);
	if (t->kind == NEUTRAL_ENUM)
		return choose(&s->choices, t->count);
	uint64_t span = (uint64_t)t->max - (uint64_t)t->min;
	return t->min + (int64_t)(choose(&s->choices, 65536) % (sk_min(span, 9) + 1));
}

static bool is_number(const struct vocabulary_type *t)
{
	return t->kind == NEUTRAL_BOOL || t->kind == NEUTRAL_ENUM || t->kind == NEUTRAL_INT || t->kind == NEUTRAL_REF;
}

static void say_attr(struct saying *s)
{
	const struct vocabulary_class *class = &s->v->classes[s->v->nodes[s->nodes[s->depth]].class_];
	if (choose(&s->choices, 8) == 0 && s->v->global_class != VOCABULARY_NONE)
		class = &s->v->classes[s->v->global_class];
	if (class->attr_count == 0)
		return;
	uint16_t attr = (uint16_t)(class->attr_first + choose(&s->choices, class->attr_count));
	const struct vocabulary_type *t = &s->v->types[s->v->attrs[attr].type];
	if (is_number(t)) {
		neutral_attr_number(&s->out, attr, number_for(s, t));
		return;
	}
	sk_bytes value = wish(&s->choices);
	if (vocabulary_value_allowed(s->v, s->v->attrs[attr].type, value) || choose(&s->choices, 30) == 0)
		neutral_attr_bytes(&s->out, attr, value);
}

static void say_text(struct saying *s)
{
	uint16_t node = s->nodes[s->depth];
	uint16_t type = s->v->nodes[node].type;
	const struct vocabulary_type *t = &s->v->types[type];
	if (t->kind == NEUTRAL_NONE)
		return;
	if (is_number(t)) {
		neutral_number(&s->out, node, number_for(s, t));
		return;
	}
	sk_bytes value = wish(&s->choices);
	if (vocabulary_value_allowed(s->v, type, value) || choose(&s->choices, 30) == 0)
		neutral_bytes(&s->out, node, value);
}

/* Opens a child that the vocabulary allows here, found by trying names from a random one on. */
static bool say_open(struct saying *s)
{
	uint16_t first = (uint16_t)choose(&s->choices, s->v->name_count);
	for (uint32_t i = 0; i < s->v->name_count; i++) {
		uint16_t name = (uint16_t)((first + i) % s->v->name_count);
		uint16_t child = vocabulary_child_find(s->v, s->scopes[s->depth], name);
		if (child == VOCABULARY_NONE)
			continue;
		neutral_open(&s->out, child);
		s->depth++;
		s->nodes[s->depth] = s->contexts[s->depth] = s->scopes[s->depth] = child;
		if (s->v->nodes[child].flags & VOCABULARY_TRANSPARENT) {
			s->contexts[s->depth] = s->contexts[s->depth - 1];
			s->scopes[s->depth] = s->v->nodes[child].children > 0 ? child : s->contexts[s->depth];
		}
		return true;
	}
	return false;
}

static void say_tree(struct saying *s, uint16_t root)
{
	neutral_open(&s->out, root);
	s->nodes[0] = s->scopes[0] = s->contexts[0] = root;
	while (s->choices.left > 0 && s->out.status == SK_OK) {
		for (uint32_t count = choose(&s->choices, 4); count > 0; count--)
			say_attr(s);
		if (choose(&s->choices, 3) > 0 && s->depth < DEPTH_MAX && say_open(s))
			continue;
		say_text(s);
		for (uint32_t count = choose(&s->choices, 3) + 1; count > 0 && s->depth > 0; count--, s->depth--)
			neutral_close(&s->out);
	}
	for (unsigned i = 0; i <= s->depth; i++)
		neutral_close(&s->out);
}

static uint16_t root_of(const struct vocabulary *v)
{
	for (uint16_t i = v->node_count; i-- > 0;)
		if (v->nodes[i].flags & VOCABULARY_ROOT)
			return i;
	return 0;
}

static void must_not_hold(sk_bytes output, const char *what)
{
	if (sk_bytes_find(output, sk_bytes_str(what), 0) == SIZE_MAX)
		return;
	fprintf(stderr, "an output holds %s\n", what);
	abort();
}

/* What no output may hold, whoever said it. Parts are deflated, so every output is read back and its records searched;
 * here the names and what is stored as it is. */
static void check_output(sk_bytes output)
{
	struct inline_job again = {0};
	must_not_hold(output, "vbaProject.bin\" ");
	must_not_hold(output, "macroEnabled");
	if (output.len == 0)
		return;
	inline_run(&again, output, LEVEL_REBUILD, 0);
	static const char *const never[] = {"javascript:", "file:", "DDEAUTO", "cmd|", "INCLUDEPICTURE"};
	(void)never;
	inline_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct saying *s = calloc(1, sizeof *s);
	sk_bytes output;
	if (s == NULL)
		abort();
	s->choices = (struct chooser){at, len};
	const struct format *format = formats[choose(&s->choices, (uint32_t)format_count)];
	if (format->vocabulary != NULL) {
		s->v = format->vocabulary;
		neutral_out_init(&s->out, s->v, s->stage, keep, s);
		neutral_start(&s->out, (uint16_t)choose(&s->choices, 2));
		say_tree(s, root_of(s->v));
		if (neutral_end(&s->out) == SK_OK && inline_write(sk_bytes_of(s->stream, s->len), &output) == SK_OK)
			check_output(output);
		else
			output = (sk_bytes){NULL, 0};
		free((void *)(uintptr_t)output.at);
	}
	free(s);
	return 0;
}
