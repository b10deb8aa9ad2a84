/* Writes the tables as C: strings once, ids dense, perfect hashes by hash and displace. */
#include "neutral/vocabc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "neutral/hash.h"

/* ---- strings ---- */

struct strings {
	char *at;
	size_t len, room;
};

static uint32_t add_string(struct strings *strings, const char *string)
{
	size_t len = strlen(string);
	if (strings->room - strings->len < len) {
		strings->room = (strings->room + len) * 2;
		strings->at = realloc(strings->at, strings->room);
		if (strings->at == NULL)
			vocabc_fail("vocabc", 0, "out of memory");
	}
	memcpy(strings->at + strings->len, string, len);
	strings->len += len;
	return (uint32_t)(strings->len - len);
}

static void print_strings(FILE *c, const struct strings *strings)
{
	fprintf(c, "#pragma GCC diagnostic ignored \"-Woverlength-strings\" /* the compilers we use have no such limit */\n");
	fprintf(c, "static const char strings[] =");
	for (size_t i = 0; i < strings->len; i++) {
		if (i % 96 == 0)
			fprintf(c, "%s\n\t\"", i ? "\"" : "");
		char byte = strings->at[i];
		if (byte == '"' || byte == '\\')
			fputc('\\', c);
		fputc(byte, c);
	}
	fprintf(c, "%s\n\t\"", strings->len ? "\"" : "");
	for (unsigned i = 0; i < VOCABULARY_STRINGS_SLACK; i++)
		fprintf(c, "\\0");
	fprintf(c, "\";\n\n");
}

/* ---- perfect hashes ---- */

struct pair {
	uint32_t key;
	uint16_t value;
};

struct table {
	const char *name;
	struct pair *pairs;
	size_t count;
	uint32_t buckets, slots;
	uint16_t *displace;
	uint32_t *keys;
	uint16_t *values;
};

static void add_pair(struct table *table, uint32_t key, uint16_t value)
{
	table->pairs = vocabc_array(table->pairs, table->count, sizeof *table->pairs);
	table->pairs[table->count++] = (struct pair){key, value};
}

static uint32_t bucket_of(const struct table *table, uint32_t key)
{
	return (hash_key(key) >> 7) & (table->buckets - 1);
}

static struct table *sorting;
static int by_bucket(const void *a, const void *b)
{
	uint32_t x = bucket_of(sorting, ((const struct pair *)a)->key);
	uint32_t y = bucket_of(sorting, ((const struct pair *)b)->key);
	return (x > y) - (x < y);
}

/* Tries one displacement for the pairs first to last of one bucket; places them when all slots are free. */
static bool place(struct table *table, size_t first, size_t last, uint16_t displacement)
{
	for (size_t i = first; i < last; i++) {
		uint32_t slot = hash_slot(hash_key(table->pairs[i].key), displacement, table->slots);
		bool taken = table->values[slot] != VOCABULARY_NONE;
		for (size_t k = first; k < i; k++)
			taken |= hash_slot(hash_key(table->pairs[k].key), displacement, table->slots) == slot;
		if (taken)
			return false;
	}
	for (size_t i = first; i < last; i++) {
		uint32_t slot = hash_slot(hash_key(table->pairs[i].key), displacement, table->slots);
		table->keys[slot] = table->pairs[i].key;
		table->values[slot] = table->pairs[i].value;
	}
	return true;
}

static bool place_bucket(struct table *table, size_t first, size_t last)
{
	for (uint32_t displacement = 0; displacement <= UINT16_MAX; displacement++)
		if (place(table, first, last, (uint16_t)displacement)) {
			table->displace[bucket_of(table, table->pairs[first].key)] = (uint16_t)displacement;
			return true;
		}
	return false;
}

/* Places whole buckets, the fullest first. */
static bool place_all(struct table *table)
{
	for (size_t size = table->count; size > 0; size--)
		for (size_t first = 0; first < table->count;) {
			size_t last = first + 1;
			while (last < table->count && bucket_of(table, table->pairs[last].key) == bucket_of(table, table->pairs[first].key))
				last++;
			if (last - first == size && !place_bucket(table, first, last))
				return false;
			first = last;
			if (size > 64 && first >= table->count)
				break;
		}
	return true;
}

static size_t fullest(const struct table *table)
{
	size_t most = 0;
	for (size_t first = 0, last; first < table->count; first = last) {
		for (last = first + 1; last < table->count; last++)
			if (bucket_of(table, table->pairs[last].key) != bucket_of(table, table->pairs[first].key))
				break;
		most = sk_max(most, last - first);
	}
	return most;
}

static bool try_build(struct table *table)
{
	table->displace = calloc(table->buckets, sizeof *table->displace);
	table->keys = malloc(table->slots * sizeof *table->keys);
	table->values = malloc(table->slots * sizeof *table->values);
	if (table->displace == NULL || table->keys == NULL || table->values == NULL)
		vocabc_fail("vocabc", 0, "out of memory");
	memset(table->keys, 0xFF, table->slots * sizeof *table->keys);
	memset(table->values, 0xFF, table->slots * sizeof *table->values);
	sorting = table;
	if (table->count > 0)
		qsort(table->pairs, table->count, sizeof *table->pairs, by_bucket);
	if (fullest(table) > 64)
		return false;
	return place_all(table);
}

static void build(struct table *table)
{
	table->slots = 16;
	while (table->slots < table->count + table->count / 4)
		table->slots *= 2;
	for (int tries = 0; tries < 6; tries++) {
		table->buckets = table->slots / 4;
		if (try_build(table))
			return;
		table->slots *= 2;
	}
	vocabc_fail("vocabc", 0, "no perfect hash for table %s", table->name);
}

static void print_u16(FILE *c, const char *table, const char *name, const uint16_t *values, size_t count)
{
	fprintf(c, "static const uint16_t %s_%s[] = {", table, name);
	for (size_t i = 0; i < count; i++)
		fprintf(c, "%s%u,", i % 20 ? "" : "\n\t", values[i]);
	fprintf(c, "\n};\n");
}

static void print_table(FILE *c, const struct table *table)
{
	print_u16(c, table->name, "displace", table->displace, table->buckets);
	fprintf(c, "static const uint32_t %s_keys[] = {", table->name);
	for (size_t i = 0; i < table->slots; i++)
		fprintf(c, "%s%uu,", i % 12 ? "" : "\n\t", table->keys[i]);
	fprintf(c, "\n};\n");
	print_u16(c, table->name, "values", table->values, table->slots);
	fputc('\n', c);
}

static void print_table_fields(FILE *c, const struct table *table)
{
	fprintf(c, "{%u, %u, %s_displace, %s_keys, %s_values},\n", table->buckets, table->slots, table->name, table->name, table->name);
}

/* ---- the tables' contents ---- */

static int by_key(const void *a, const void *b)
{
	uint32_t x = ((const struct pair *)a)->key;
	uint32_t y = ((const struct pair *)b)->key;
	return (x > y) - (x < y);
}

static bool keys_differ(struct table *table)
{
	if (table->count > 0)
		qsort(table->pairs, table->count, sizeof *table->pairs, by_key);
	for (size_t i = 1; i < table->count; i++)
		if (table->pairs[i].key == table->pairs[i - 1].key)
			return false;
	return true;
}

static uint32_t fill_names(const struct def *def, struct table *table)
{
	for (uint32_t seed = 0x10000;; seed += 0x10000) {
		table->count = 0;
		for (size_t i = 0; i < def->name_count; i++)
			add_pair(table, hash_string(seed ^ def->names[i].space, sk_bytes_str(def->names[i].local)), (uint16_t)i);
		if (keys_differ(table))
			return seed;
	}
}

static uint32_t fill_words(const struct def *def, struct table *table)
{
	for (uint32_t seed = 0x80; seed < 0xF0; seed++) {
		table->count = 0;
		for (size_t i = 0; i < def->type_count; i++)
			for (uint16_t k = 0; k < def->types[i].row.count; k++)
				add_pair(table, hash_string(seed ^ (uint32_t)i << 8, sk_bytes_str(def->types[i].words[k])), k);
		if (keys_differ(table))
			return seed;
	}
	vocabc_fail("vocabc", 0, "two words of one type are the same");
}

static void fill_children(const struct def *def, struct table *table)
{
	for (size_t i = 0; i < def->class_count; i++)
		for (size_t k = 0; k < def->classes[i].child_count; k++) {
			uint16_t node = def_map_find(&def->node_map, def->classes[i].children[k].node);
			add_pair(table, (uint32_t)i << 16 | def->nodes[node].name, node);
		}
	for (size_t i = 0; i < def->node_count; i++)
		if (def->nodes[i].flags & VOCABULARY_ANYWHERE)
			add_pair(table, (uint32_t)VOCABULARY_NONE << 16 | def->nodes[i].name, (uint16_t)i);
	if (table->count > 0)
		qsort(table->pairs, table->count, sizeof *table->pairs, by_key);
	for (size_t i = 1; i < table->count; i++)
		if (table->pairs[i].key == table->pairs[i - 1].key)
			vocabc_fail(def->title, 0, "class %s has two children named %s",
				    (table->pairs[i].key >> 16) == VOCABULARY_NONE ? "(anywhere)" : def->classes[table->pairs[i].key >> 16].name,
				    def->names[table->pairs[i].key & 0xFFFF].qname);
}

static void print_identifier(FILE *h, const char *prefix, const char *kind, const char *name, size_t value)
{
	fputs("\t", h);
	for (; *prefix; prefix++)
		fputc(toupper((unsigned char)*prefix), h);
	fprintf(h, "_%s_", kind);
	for (; *name; name++)
		fputc(isalnum((unsigned char)*name) ? *name : '_', h);
	fprintf(h, " = %zu,\n", value);
}

/* True when the word can be part of a C name as it is: only such words get one. */
static bool is_identifier(const char *word)
{
	for (const char *at = word; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '_')
			return false;
	return *word != '\0';
}

static void print_header(const struct def *def, FILE *h)
{
	fprintf(h, "/* Made by vocabc. */\n#ifndef %s_VOCABULARY_H\n#define %s_VOCABULARY_H\n\n", def->title, def->title);
	fprintf(h, "#include \"neutral/vocabulary.h\"\n\nextern const struct vocabulary %s_vocabulary;\n\nenum {\n", def->title);
	for (size_t i = 1; i < def->space_count; i++)
		print_identifier(h, def->title, "SPACE", def->spaces[i].handle, i);
	for (size_t i = 0; i < def->class_count; i++)
		print_identifier(h, def->title, "CLASS", def->classes[i].name, i);
	for (size_t i = 0; i < def->node_count; i++)
		print_identifier(h, def->title, "NODE", def->nodes[i].key, i);
	for (size_t i = 0; i < def->name_count; i++)
		print_identifier(h, def->title, "NAME", def->names[i].qname, i);
	for (size_t i = 0; i < def->type_count; i++) {
		char name[1024];
		print_identifier(h, def->title, "TYPE", def->types[i].name, i);
		for (size_t k = 0; k < def->types[i].row.count && def->types[i].row.kind == NEUTRAL_ENUM; k++) {
			if (!is_identifier(def->types[i].words[k]))
				continue;
			snprintf(name, sizeof name, "%s_%s", def->types[i].name, def->types[i].words[k]);
			print_identifier(h, def->title, "WORD", name, k);
		}
	}
	for (size_t i = 0; i < def->attr_count; i++) {
		char name[1024];
		snprintf(name, sizeof name, "%s_%s", def->classes[def->attrs[i].class_].name, def->names[def->attrs[i].name].qname);
		print_identifier(h, def->title, "ATTR", name, i);
	}
	fprintf(h, "};\n\n#endif\n");
}

static void print_types(const struct def *def, FILE *c, struct strings *strings)
{
	size_t words = 0;
	fprintf(c, "static const struct vocabulary_type types[] = {\n");
	for (size_t i = 0; i < def->type_count; i++) {
		const struct vocabulary_type *t = &def->types[i].row;
		fprintf(c, "\t{%u, %u, %zu, %u, %u, %u, ", t->kind, t->language, words, t->count, t->len_min, t->len_max);
		if (t->min == INT64_MIN)
			fprintf(c, "INT64_MIN, ");
		else
			fprintf(c, "%lld, ", (long long)t->min);
		fprintf(c, "%lld, {0x%llxu, 0x%llxu}}, /* %s */\n", (long long)t->max, (unsigned long long)t->set[0],
			(unsigned long long)t->set[1], def->types[i].name);
		words += t->count;
	}
	fprintf(c, "};\n\nstatic const uint32_t words[] = {");
	for (size_t i = 0, n = 0; i < def->type_count; i++)
		for (size_t k = 0; k < def->types[i].row.count; k++, n++)
			fprintf(c, "%s%uu,", n % 12 ? "" : "\n\t",
				add_string(strings, def->types[i].words[k]) << 8 | (uint32_t)strlen(def->types[i].words[k]));
	fprintf(c, "%s\n};\n\n", words ? "" : "0");
}

static void print_spaces(const struct def *def, FILE *c)
{
	fprintf(c, "static const struct vocabulary_space spaces[] = {\n");
	for (size_t i = 0; i < def->space_count; i++)
		fprintf(c, "\t{\"%s\", \"%s\"},\n", def->spaces[i].is_default ? "" : def->spaces[i].handle, def->spaces[i].uri);
	fprintf(c, "};\n\nstatic const struct vocabulary_alias aliases[] = {\n");
	for (size_t i = 0; i < def->alias_count; i++)
		fprintf(c, "\t{\"%s\", %u},\n", def->aliases[i].uri, def->aliases[i].space);
	fprintf(c, "%s};\n\n", def->alias_count ? "" : "\t{\"\", 0},\n");
}

static void print_names(const struct def *def, FILE *c, struct strings *strings)
{
	fprintf(c, "static const struct vocabulary_name names[] = {\n");
	for (size_t i = 0; i < def->name_count; i++) {
		const struct def_name *name = &def->names[i];
		bool bare = def->spaces[name->space].is_default || name->space == 0;
		uint32_t whole = add_string(strings, bare ? name->local : name->qname);
		size_t len = strlen(bare ? name->local : name->qname);
		size_t local = strlen(name->local);
		fprintf(c, "\t{%u, %zu, %zu, %zu, %u},\n", name->space, local, whole + (len - local), len, whole);
	}
	fprintf(c, "};\n\n");
}

static void print_rows(const struct def *def, FILE *c)
{
	fprintf(c, "static const struct vocabulary_class classes[] = {\n");
	for (size_t i = 0; i < def->class_count; i++)
		fprintf(c, "\t{%u, %u},\n", def->classes[i].attr_first, def->classes[i].attr_count);
	fprintf(c, "};\n\nstatic const struct vocabulary_attr attrs[] = {\n");
	for (size_t i = 0; i < def->attr_count; i++)
		fprintf(c, "\t{%u, %u, %u},\n", def->attrs[i].name, def->attrs[i].type, def->attrs[i].flags);
	fprintf(c, "%s};\n\nstatic const struct vocabulary_node nodes[] = {\n", def->attr_count ? "" : "\t{0, 0, 0},\n");
	for (size_t i = 0; i < def->node_count; i++)
		fprintf(c, "\t{%u, %u, %u, %u, %zu},\n", def->nodes[i].name, def->nodes[i].class_, def->nodes[i].type,
			def->nodes[i].flags, def->classes[def->nodes[i].class_].child_count);
	fprintf(c, "};\n\n");
}

static void print_vocabulary(const struct def *def, FILE *c, struct table tables[4], uint32_t name_seed, uint32_t word_seed)
{
	size_t words = 0;
	for (size_t i = 0; i < def->type_count; i++)
		words += def->types[i].row.count;
	uint16_t global = def->global_class ? def_map_find(&def->class_map, def->global_class) : VOCABULARY_NONE;
	fprintf(c, "const struct vocabulary %s_vocabulary = {\n\t.title = \"%s\", .digest = 0x%08xu,\n", def->title, def->title, def->digest);
	fprintf(c, "\t.type_count = %zu, .node_count = %zu, .class_count = %zu, .attr_count = %zu, .name_count = %zu,\n",
		def->type_count, def->node_count, def->class_count, def->attr_count, def->name_count);
	fprintf(c, "\t.space_count = %zu, .alias_count = %zu, .word_count = %zu, .global_class = %u,\n", def->space_count,
		def->alias_count, words, global);
	fprintf(c, "\t.types = types, .nodes = nodes, .classes = classes, .attrs = attrs, .names = names, .spaces = spaces,\n");
	fprintf(c, "\t.aliases = aliases, .words = words, .strings = strings,\n");
	fprintf(c, "\t.name_seed = %uu, .word_seed = %uu,\n", name_seed, word_seed);
	static const char *const fields[] = {"children", "attributes", "name_table", "word_table"};
	for (size_t i = 0; i < SK_COUNT(fields); i++) {
		fprintf(c, "\t.%s = ", fields[i]);
		print_table_fields(c, &tables[i]);
	}
	fprintf(c, "};\n");
}

static FILE *create(const char *file)
{
	FILE *out = fopen(file, "w");
	if (out == NULL)
		vocabc_fail(file, 0, "can't be written");
	return out;
}

static void finish(FILE *out, const char *file)
{
	if (ferror(out) != 0 || fclose(out) != 0)
		vocabc_fail(file, 0, "can't be written");
}

void vocabc_emit(const struct def *def, const char *c_file, const char *h_file)
{
	struct strings strings = {0};
	struct table tables[4] = {{.name = "children"}, {.name = "attributes"}, {.name = "name_table"}, {.name = "word_table"}};
	fill_children(def, &tables[0]);
	for (size_t i = 0; i < def->attr_count; i++)
		add_pair(&tables[1], (uint32_t)def->attrs[i].class_ << 16 | def->attrs[i].name, (uint16_t)i);
	uint32_t name_seed = fill_names(def, &tables[2]);
	uint32_t word_seed = fill_words(def, &tables[3]);
	for (size_t i = 0; i < SK_COUNT(tables); i++)
		build(&tables[i]);

	FILE *c = create(c_file);
	fprintf(c, "/* Made by vocabc. */\n#include \"neutral/vocabulary.h\"\n\nextern const struct vocabulary %s_vocabulary;\n\n", def->title);
	print_types(def, c, &strings);
	print_spaces(def, c);
	print_names(def, c, &strings);
	print_rows(def, c);
	print_strings(c, &strings);
	for (size_t i = 0; i < SK_COUNT(tables); i++)
		print_table(c, &tables[i]);
	print_vocabulary(def, c, tables, name_seed, word_seed);
	finish(c, c_file);

	FILE *h = create(h_file);
	print_header(def, h);
	finish(h, h_file);
}
