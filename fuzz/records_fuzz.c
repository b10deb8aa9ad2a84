/*
 * A fuzzer in the reader's place: it says whatever it likes to the writer, the checker between them.
 *
 * The input's bytes are choices. Mostly the generator picks records that the vocabulary allows, so that the writer is
 * reached; now and then it breaks a rule, so that the checker is. Either the stream is refused, or what was written is
 * harmless: nothing in it is on the list of things that must never stand in an output.
 */
#include "fuzz/harmless.h"
#include "fuzz/inline.h"
#include "fuzz/records_change.h"

#include <stdlib.h>

#include "codec/charset.h"
#include "codec/placeholder.h"
#include "format/ooxml/ooxml.h"
#include "format/text/text_vocabulary.h"
#include "neutral/grammar.h"

#define STREAM_MAX ((size_t)1 << 18)
#define DEPTH_MAX 40
#define CHOICES 64 /* bytes before a document whose records are changed */

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
	size_t left_for_tree; /* choices that one tree may take */
};

static enum sk_status keep(void *context, sk_bytes bytes)
{
	struct saying *s = context;
	if (bytes.len > STREAM_MAX - s->len)
		return SK_LIMIT;
	memcpy(s->stream + s->len, bytes.at, bytes.len);
	s->len += bytes.len;
	return SK_OK;
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
	sk_bytes value = records_wish(&s->choices);
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
	sk_bytes value = records_wish(&s->choices);
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
	size_t end = s->choices.left - sk_min(s->choices.left, s->left_for_tree);
	while (s->choices.left > end && s->out.status == SK_OK) {
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

/* ---- a package's manifest: its records must fit each other, which chance alone seldom makes ---- */

static void say_relations(struct saying *s, uint32_t parts)
{
	for (uint32_t count = choose(&s->choices, 4); count > 0; count--) {
		uint16_t row = (uint16_t)choose(&s->choices, relation_count);
		bool link = relation_rows[row].kept && part_rows[relation_rows[row].kind].class == PART_LINK;
		sk_bytes url = records_wish(&s->choices);
		neutral_open(&s->out, OOXML_NODE_relationship_relationship);
		neutral_attr_number(&s->out, OOXML_ATTR_relationship_type, row);
		if (link == (choose(&s->choices, 20) != 0) &&
		    (url_allowed(url) || choose(&s->choices, 10) == 0))
			neutral_attr_bytes(&s->out, OOXML_ATTR_relationship_url, url);
		else
			neutral_attr_number(&s->out, OOXML_ATTR_relationship_target, choose(&s->choices, parts + 1));
		neutral_close(&s->out);
	}
}

/* A relationship from the package to each part, so that it has a name's reason; its row is the first of the part's kind. */
static void say_relation_to(struct saying *s, uint16_t kind, uint32_t part)
{
	uint16_t row = 0;
	while (row + 1 < relation_count && !(relation_rows[row].kept && relation_rows[row].kind == kind))
		row++;
	neutral_open(&s->out, OOXML_NODE_relationship_relationship);
	neutral_attr_number(&s->out, OOXML_ATTR_relationship_type, row);
	neutral_attr_number(&s->out, OOXML_ATTR_relationship_target, part);
	neutral_close(&s->out);
}

static void say_package(struct saying *s)
{
	static const uint16_t mains[] = {PART_word, PART_workbook, PART_presentation};
	uint16_t kinds[8];
	uint32_t count = choose(&s->choices, 4) + 1;
	uint32_t main = choose(&s->choices, SK_COUNT(mains));
	neutral_open(&s->out, OOXML_NODE_package_package);
	neutral_attr_number(&s->out, OOXML_ATTR_package_main, main * 2);
	say_relation_to(s, PART_main, 1);
	kinds[0] = mains[main];
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			kinds[i] = (uint16_t)choose(&s->choices, PART_COUNT);
		neutral_open(&s->out, OOXML_NODE_part_part);
		neutral_attr_number(&s->out, OOXML_ATTR_part_kind, kinds[i]);
		if (part_rows[kinds[i]].class != PART_XML || choose(&s->choices, 30) == 0)
			neutral_attr_number(&s->out, OOXML_ATTR_part_inner, choose(&s->choices, 5));
		for (uint32_t k = i + 1; k < count && i == 0; k++)
			if (choose(&s->choices, 2) == 0)
				say_relations(s, count);
		neutral_close(&s->out);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (part_rows[kinds[i]].class != PART_XML || part_rows[kinds[i]].root == VOCABULARY_NONE)
			continue;
		neutral_open(&s->out, OOXML_NODE_content_content);
		neutral_attr_number(&s->out, OOXML_ATTR_content_part, i + 1);
		s->depth = 0;
		s->left_for_tree = s->choices.left / (count - i);
		say_tree(s, part_rows[kinds[i]].root);
		neutral_close(&s->out);
	}
	neutral_close(&s->out);
}

/* ---- the two ways ---- */

static uint16_t root_of(struct saying *s)
{
	uint16_t roots[64], count = 0;
	for (uint16_t i = 0; i < s->v->node_count && count < SK_COUNT(roots); i++)
		if (s->v->nodes[i].flags & VOCABULARY_ROOT)
			roots[count++] = i;
	return count == 0 ? 0 : roots[choose(&s->choices, count)];
}

/* A text is looked at in UTF-8, and as a table when the records say that it is one. */
static void check_text(const struct vocabulary *v, sk_bytes records, sk_bytes output)
{
	struct sk_arena arena;
	struct sk_buf utf8;
	size_t replaced;
	unsigned charset = 0;
	void *memory = malloc(1 << 22);
	while (charset + 1 < CHARSET_COUNT && !records_say(v, records, TEXT_ATTR_file_charset, charset))
		charset++;
	if (memory == NULL)
		abort();
	sk_arena_init(&arena, memory, 1 << 22);
	sk_buf_init(&utf8, &arena, 1 << 21);
	if (charset_to_utf8((enum charset)charset, output, &utf8, &replaced) == SK_OK) {
		harmless_check("text", sk_buf_bytes(&utf8));
		if (!records_say(v, records, TEXT_ATTR_file_kind, TEXT_WORD_Kind_text))
			harmless_check("table", sk_buf_bytes(&utf8));
	}
	sk_arena_reset(&arena);
	free(memory);
}

static void check(const struct format *format, sk_bytes records, sk_bytes output)
{
	if (sk_bytes_equal(sk_bytes_str(format->name), SK_BYTES("text")))
		check_text(format->vocabulary, records, output);
	else
		harmless_check(format->name, output);
}

/* Clean results of the kinds that inner jobs have: what the line itself makes. */
static const struct inline_inner *inner_results(void)
{
	static struct inline_inner given[4];
	static uint8_t memory[1 << 16];
	struct sk_arena arena;
	if (given[0].bytes.len > 0)
		return given;
	sk_arena_init(&arena, memory, sizeof memory);
	if (placeholder_png(&arena, 3, 2, &given[0].bytes) != SK_OK)
		abort();
	given[0] = (struct inline_inner){given[0].bytes, KIND_png};
	given[1] = (struct inline_inner){SK_BYTES("text\n"), KIND_text};
	given[2] = (struct inline_inner){SK_BYTES("PK\3\4 document"), KIND_docx};
	given[3] = (struct inline_inner){SK_BYTES("a,b\n"), KIND_csv};
	return given;
}

static void run_made(struct saying *s)
{
	const struct format *format = formats[choose(&s->choices, (uint32_t)format_count)];
	sk_bytes output;
	if (format->vocabulary == NULL)
		return;
	s->v = format->vocabulary;
	neutral_out_init(&s->out, s->v, s->stage, keep, s);
	neutral_start(&s->out, (uint16_t)(choose(&s->choices, 8) == 0));
	if (format == &format_ooxml && choose(&s->choices, 16) != 0) {
		say_package(s);
	} else {
		s->left_for_tree = SIZE_MAX;
		say_tree(s, root_of(s));
	}
	if (neutral_end(&s->out) != SK_OK)
		return;
	sk_bytes records = sk_bytes_of(s->stream, s->len);
	enum sk_status status = inline_write(records, inner_results(), 4, &output);
	if (status == SK_OK && records.at[2] == LEVEL_REBUILD)
		check(format, records, output);
	free((void *)(uintptr_t)output.at);
}

struct changing {
	struct chooser choices;
	const struct format *format;
	sk_bytes records;
};

static sk_bytes change(void *context, const struct format *format, sk_bytes records)
{
	struct changing *changing = context;
	changing->format = format;
	return records_change(&changing->choices, format->vocabulary, records);
}

/* The first bytes are choices, the rest is a document whose records are changed. */
static void run_changed(sk_bytes input)
{
	struct changing changing = {.choices = {input.at, sk_min(input.len, CHOICES)}};
	struct inline_job job = {.change = change, .context = &changing};
	inline_run(&job, sk_bytes_slice(input, CHOICES, input.len), LEVEL_REBUILD, 0);
	if (job.written && changing.format != NULL)
		check(changing.format, job.records, job.output);
	inline_free(&job);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	if (len > 0 && (at[0] & 1) != 0) {
		run_changed(sk_bytes_of(at + 1, len - 1));
		return 0;
	}
	struct saying *s = calloc(1, sizeof *s);
	if (s == NULL)
		abort();
	s->choices = (struct chooser){at, len};
	s->choices.at += len > 0;
	s->choices.left -= len > 0;
	run_made(s);
	free(s);
	return 0;
}
