/* Reads vocabulary.def: lines of words (docs/vocabulary.md). The input is ours, so every mistake ends the build. */
#include "neutral/vocabc.h"

#include <stdio.h>
#include <stdlib.h>

#include "neutral/hash.h"

#define WORDS_MAX 4096
#define LINE_MAX_BYTES 262144

struct line {
	const char *file;
	int number;
	char *words[WORDS_MAX];
	size_t count;
};

static uint16_t checked_id(const struct line *line, size_t id)
{
	if (id >= DEF_MAX)
		vocabc_fail(line->file, line->number, "more than %d of one thing", DEF_MAX);
	return (uint16_t)id;
}

static char *word(const struct line *line, size_t index)
{
	if (index >= line->count)
		vocabc_fail(line->file, line->number, "a word is missing after '%s'", line->words[line->count - 1]);
	return line->words[index];
}

static int64_t number(const struct line *line, size_t index)
{
	int64_t value;
	if (!sk_parse_i64(sk_bytes_str(word(line, index)), &value))
		vocabc_fail(line->file, line->number, "'%s' is not a whole number", word(line, index));
	return value;
}

static uint32_t length(const struct line *line, size_t index)
{
	int64_t value = number(line, index);
	if (value < 0 || value > UINT32_MAX)
		vocabc_fail(line->file, line->number, "'%s' is not a length", word(line, index));
	return (uint32_t)value;
}

static char *copy(const char *string)
{
	char *made = strdup(string);
	if (made == NULL)
		vocabc_fail("vocabc", 0, "out of memory");
	return made;
}

/* The id of a qualified name, made on first use. */
static uint16_t name_of(struct def *def, const struct line *line, const char *qname)
{
	uint16_t id = def_map_find(&def->name_map, qname);
	if (id != VOCABULARY_NONE)
		return id;
	id = checked_id(line, def->name_count);
	def->names = vocabc_array(def->names, def->name_count, sizeof *def->names);
	struct def_name *name = &def->names[def->name_count++];
	const char *colon = strchr(qname, ':');
	*name = (struct def_name){.qname = copy(qname), .local = copy(colon ? colon + 1 : qname)};
	if (colon != NULL) {
		char *handle = strndup(qname, (size_t)(colon - qname));
		name->space = handle ? def_map_find(&def->space_map, handle) : VOCABULARY_NONE;
		if (name->space == VOCABULARY_NONE)
			vocabc_fail(line->file, line->number, "'%s': no such space", qname);
		free(handle);
	}
	def_map_add(&def->name_map, name->qname, id);
	return id;
}

static void parse_space(struct def *def, const struct line *line)
{
	bool is_default = line->count > 3 && strcmp(line->words[3], "default") == 0;
	uint16_t id = checked_id(line, def->space_count);
	def->spaces = vocabc_array(def->spaces, def->space_count, sizeof *def->spaces);
	def->spaces[def->space_count++] = (struct def_space){copy(word(line, 1)), copy(word(line, 2)), is_default};
	if (!def_map_add(&def->space_map, def->spaces[id].handle, id))
		vocabc_fail(line->file, line->number, "space '%s' is there already", line->words[1]);
}

static void parse_alias(struct def *def, const struct line *line)
{
	uint16_t space = def_map_find(&def->space_map, word(line, 1));
	if (space == VOCABULARY_NONE)
		vocabc_fail(line->file, line->number, "'%s': no such space", line->words[1]);
	def->aliases = vocabc_array(def->aliases, def->alias_count, sizeof *def->aliases);
	def->aliases[def->alias_count++] = (struct def_alias){copy(word(line, 2)), space};
}

static void add_to_set(uint64_t set[2], const struct line *line, int c)
{
	if (c < 0 || c >= 0x80)
		vocabc_fail(line->file, line->number, "a set holds ASCII only");
	set[c >> 6] |= (uint64_t)1 << (c & 63);
}

/* One character of a set, escapes resolved; moves *at on. */
static int set_character(const struct line *line, const char **at)
{
	int c = (unsigned char)*(*at)++;
	if (c != '\\')
		return c;
	c = (unsigned char)*(*at)++;
	switch (c) {
	case 's':
		return ' ';
	case 'q':
		return '"';
	case 'h':
		return '#';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '-':
	case ']':
	case '[':
	case '\\':
		return c;
	default:
		vocabc_fail(line->file, line->number, "unknown escape in a set");
	}
}

static void parse_set(uint64_t set[2], const struct line *line, const char *text)
{
	size_t len = strlen(text);
	if (len < 3 || text[0] != '[' || text[len - 1] != ']')
		vocabc_fail(line->file, line->number, "a set looks like [0-9A-F]");
	const char *at = text + 1;
	const char *end = text + len - 1;
	while (at < end) {
		int from = set_character(line, &at);
		int to = from;
		if (at + 1 < end && *at == '-') {
			at++;
			to = set_character(line, &at);
		}
		if (to < from)
			vocabc_fail(line->file, line->number, "a range of a set runs backwards");
		for (int c = from; c <= to; c++)
			add_to_set(set, line, c);
	}
}

static void parse_words(struct def_type *type, const struct line *line)
{
	size_t count = line->count - 3;
	if (count == 0 || (type->row.kind == NEUTRAL_BOOL && count % 2 != 0))
		vocabc_fail(line->file, line->number, "words are missing");
	type->words = calloc(count, sizeof *type->words);
	if (type->words == NULL)
		vocabc_fail("vocabc", 0, "out of memory");
	for (size_t i = 0; i < count; i++) {
		type->words[i] = copy(line->words[3 + i]);
		if (strlen(type->words[i]) > 255)
			vocabc_fail(line->file, line->number, "a word is longer than 255 bytes");
	}
	type->row.count = checked_id(line, count);
}

static const char *const kind_names[NEUTRAL_KINDS] = {
	[NEUTRAL_NONE] = "none",   [NEUTRAL_BOOL] = "bool",       [NEUTRAL_ENUM] = "enum",   [NEUTRAL_INT] = "int",
	[NEUTRAL_REF] = "ref",     [NEUTRAL_CHARS] = "chars",     [NEUTRAL_TEXT] = "text",   [NEUTRAL_FORMULA] = "formula",
	[NEUTRAL_FIELD] = "field", [NEUTRAL_URL] = "url",         [NEUTRAL_SPACES] = "spaces", [NEUTRAL_DATA] = "data",
};

static const char *const language_names[NEUTRAL_LANGUAGES] = {
	[NEUTRAL_OCTETS] = "data", [NEUTRAL_CONTENT] = "content", [NEUTRAL_CALCULATOR] = "calculator",
};

/* True when the word names a language: the type is then of octets in it. */
static bool parse_language(struct vocabulary_type *row, const struct line *line)
{
	for (size_t i = NEUTRAL_OCTETS + 1; i < NEUTRAL_LANGUAGES; i++)
		if (strcmp(language_names[i], word(line, 2)) == 0) {
			*row = (struct vocabulary_type){.kind = NEUTRAL_DATA, .language = (uint8_t)i, .len_max = length(line, 3)};
			return true;
		}
	return false;
}

static enum neutral_kind kind_of(const struct line *line, const char *name)
{
	for (size_t i = 0; i < NEUTRAL_KINDS; i++)
		if (strcmp(kind_names[i], name) == 0)
			return (enum neutral_kind)i;
	vocabc_fail(line->file, line->number, "'%s': no such kind of type", name);
}

static void parse_type_facets(struct def_type *type, const struct line *line)
{
	struct vocabulary_type *row = &type->row;
	switch ((enum neutral_kind)row->kind) {
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM:
		parse_words(type, line);
		break;
	case NEUTRAL_INT:
	case NEUTRAL_REF:
		row->min = number(line, 3);
		row->max = number(line, 4);
		break;
	case NEUTRAL_CHARS:
		parse_set(row->set, line, word(line, 3));
		row->len_min = length(line, 4);
		row->len_max = length(line, 5);
		break;
	case NEUTRAL_TEXT:
	case NEUTRAL_DATA:
		row->len_min = length(line, 3);
		row->len_max = length(line, 4);
		break;
	case NEUTRAL_FORMULA:
	case NEUTRAL_FIELD:
	case NEUTRAL_URL:
		row->len_max = length(line, 3);
		break;
	case NEUTRAL_SPACES:
		row->len_max = 2 * 512;
		break;
	case NEUTRAL_NONE:
	case NEUTRAL_KINDS:
		break;
	}
}

static void parse_type(struct def *def, const struct line *line)
{
	uint16_t id = checked_id(line, def->type_count);
	def->types = vocabc_array(def->types, def->type_count, sizeof *def->types);
	struct def_type *type = &def->types[def->type_count++];
	*type = (struct def_type){.name = copy(word(line, 1))};
	if (!parse_language(&type->row, line)) {
		type->row.kind = (uint8_t)kind_of(line, word(line, 2));
		parse_type_facets(type, line);
	}
	if (!def_map_add(&def->type_map, type->name, id))
		vocabc_fail(line->file, line->number, "type '%s' is there already", type->name);
}

static void parse_class(struct def *def, const struct line *line)
{
	uint16_t id = checked_id(line, def->class_count);
	def->classes = vocabc_array(def->classes, def->class_count, sizeof *def->classes);
	def->classes[def->class_count++] =
		(struct def_class){.name = copy(word(line, 1)), .attr_first = checked_id(line, def->attr_count)};
	if (!def_map_add(&def->class_map, def->classes[id].name, id))
		vocabc_fail(line->file, line->number, "class '%s' is there already", line->words[1]);
}

static struct def_class *latest_class(struct def *def, const struct line *line)
{
	if (def->class_count == 0)
		vocabc_fail(line->file, line->number, "no class yet");
	return &def->classes[def->class_count - 1];
}

static uint16_t type_of(const struct def *def, const struct line *line, const char *name)
{
	uint16_t id = def_map_find(&def->type_map, name);
	if (id == VOCABULARY_NONE)
		vocabc_fail(line->file, line->number, "'%s': no such type (types stand above their use)", name);
	return id;
}

static void parse_attr(struct def *def, const struct line *line)
{
	struct def_class *class = latest_class(def, line);
	uint16_t name = name_of(def, line, word(line, 1));
	for (size_t i = class->attr_first; i < def->attr_count; i++)
		if (def->attrs[i].name == name)
			vocabc_fail(line->file, line->number, "attribute '%s' is there already", line->words[1]);
	bool required = line->count > 3 && strcmp(line->words[3], "required") == 0;
	checked_id(line, def->attr_count);
	def->attrs = vocabc_array(def->attrs, def->attr_count, sizeof *def->attrs);
	def->attrs[def->attr_count++] = (struct def_attr){
		.name = name,
		.type = type_of(def, line, word(line, 2)),
		.flags = required ? VOCABULARY_REQUIRED : 0,
		.class_ = (uint16_t)(def->class_count - 1),
	};
	if (++class->attr_count > 256)
		vocabc_fail(line->file, line->number, "class '%s' has more than 256 attributes", class->name);
}

static void parse_child(struct def *def, const struct line *line)
{
	struct def_class *class = latest_class(def, line);
	for (size_t i = 1; i < line->count; i++) {
		class->children = vocabc_array(class->children, class->child_count, sizeof *class->children);
		class->children[class->child_count++] = (struct def_child){copy(line->words[i]), line->number};
	}
}

static void parse_node_options(const struct def *def, struct def_node *node, const struct line *line)
{
	for (size_t i = 2; i < line->count; i++) {
		const char *option = line->words[i];
		if (strcmp(option, "text") == 0)
			node->type = type_of(def, line, word(line, ++i));
		else if (strcmp(option, "root") == 0)
			node->flags |= VOCABULARY_ROOT;
		else if (strcmp(option, "transparent") == 0)
			node->flags |= VOCABULARY_TRANSPARENT;
		else if (strcmp(option, "anywhere") == 0)
			node->flags |= VOCABULARY_ANYWHERE;
		else if (strcmp(option, "many") == 0)
			node->flags |= VOCABULARY_MANY_TEXTS;
		else if (strcmp(option, "mixed") == 0)
			node->flags |= VOCABULARY_MANY_TEXTS | VOCABULARY_MIXED;
		else
			vocabc_fail(line->file, line->number, "'%s': no such option of a node", option);
	}
}

static void parse_node(struct def *def, const struct line *line)
{
	char *key = copy(word(line, 1));
	char *slash = strchr(key, '/');
	if (slash == NULL)
		vocabc_fail(line->file, line->number, "a node is CLASS/QNAME");
	*slash = '\0';
	uint16_t class = def_map_find(&def->class_map, key);
	if (class == VOCABULARY_NONE)
		vocabc_fail(line->file, line->number, "'%s': no such class (classes stand above their nodes)", key);
	*slash = '/';
	uint16_t id = checked_id(line, def->node_count);
	def->nodes = vocabc_array(def->nodes, def->node_count, sizeof *def->nodes);
	struct def_node *node = &def->nodes[def->node_count++];
	*node = (struct def_node){.key = key, .name = name_of(def, line, slash + 1), .class_ = class};
	parse_node_options(def, node, line);
	if (!def_map_add(&def->node_map, key, id))
		vocabc_fail(line->file, line->number, "node '%s' is there already", key);
}

static void parse_line(struct def *def, const struct line *line)
{
	static const struct {
		const char *word;
		void (*parse)(struct def *, const struct line *);
	} statements[] = {
		{"space", parse_space}, {"alias", parse_alias}, {"type", parse_type}, {"class", parse_class},
		{"attr", parse_attr},   {"child", parse_child}, {"node", parse_node},
	};
	for (size_t i = 0; i < SK_COUNT(statements); i++)
		if (strcmp(line->words[0], statements[i].word) == 0) {
			statements[i].parse(def, line);
			return;
		}
	if (strcmp(line->words[0], "title") == 0)
		def->title = copy(word(line, 1));
	else if (strcmp(line->words[0], "global") == 0)
		def->global_class = copy(word(line, 1));
	else
		vocabc_fail(line->file, line->number, "'%s': no such statement", line->words[0]);
}

/* Cuts text into words; a word may stand in double quotes. */
static void split(struct line *line, char *text)
{
	line->count = 0;
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (*text == '\0' || *text == '#')
			return;
		if (line->count == WORDS_MAX)
			vocabc_fail(line->file, line->number, "more than %d words", WORDS_MAX);
		bool quoted = *text == '"';
		text += quoted;
		line->words[line->count++] = text;
		text += strcspn(text, quoted ? "\"\r\n" : " \t\r\n");
		if (*text == '\0')
			return;
		*text++ = '\0';
	}
}

/* Every vocabulary has the type "none" (id 0) and "no namespace" (id 0). */
static void begin(struct def *def)
{
	static struct line line = {.file = "vocabc", .count = 3};
	line.words[0] = copy("type");
	line.words[1] = copy("none");
	line.words[2] = copy("none");
	parse_type(def, &line);
	line.words[0] = copy("space");
	line.words[1] = copy("");
	line.words[2] = copy("");
	parse_space(def, &line);
}

void vocabc_parse(struct def *def, const char *file)
{
	static char text[LINE_MAX_BYTES];
	static struct line line;
	FILE *in = fopen(file, "r");
	if (in == NULL)
		vocabc_fail(file, 0, "can't be opened");
	if (def->type_count == 0)
		begin(def);
	line.file = file;
	for (line.number = 1; fgets(text, sizeof text, in) != NULL; line.number++) {
		if (strlen(text) == sizeof text - 1)
			vocabc_fail(file, line.number, "line too long");
		def->digest = hash_string(def->digest, sk_bytes_str(text));
		split(&line, text);
		if (line.count > 0)
			parse_line(def, &line);
	}
	fclose(in);
}

/* "*root" among a class's children stands for every root node that is not of the class itself: documents below a part. */
static void expand_roots(struct def *def, struct def_class *class)
{
	for (size_t k = 0; k < class->child_count; k++) {
		if (strcmp(class->children[k].node, "*root") != 0)
			continue;
		int line = class->children[k].line;
		class->children[k] = class->children[--class->child_count];
		for (size_t i = 0; i < def->node_count; i++)
			if ((def->nodes[i].flags & VOCABULARY_ROOT) != 0 && &def->classes[def->nodes[i].class_] != class) {
				class->children = vocabc_array(class->children, class->child_count, sizeof *class->children);
				class->children[class->child_count++] = (struct def_child){def->nodes[i].key, line};
			}
		return;
	}
}

void vocabc_resolve(struct def *def)
{
	if (def->title == NULL)
		vocabc_fail("vocabc", 0, "no title");
	for (size_t i = 0; i < def->class_count; i++)
		expand_roots(def, &def->classes[i]);
	for (size_t i = 0; i < def->class_count; i++)
		for (size_t k = 0; k < def->classes[i].child_count; k++)
			if (def_map_find(&def->node_map, def->classes[i].children[k].node) == VOCABULARY_NONE)
				vocabc_fail(def->title, def->classes[i].children[k].line, "'%s': no such node",
					    def->classes[i].children[k].node);
	if (def->global_class != NULL) {
		uint16_t global = def_map_find(&def->class_map, def->global_class);
		if (global == VOCABULARY_NONE || def->classes[global].attr_count > 64)
			vocabc_fail(def->title, 0, "the global class is missing or has more than 64 attributes");
	}
}
