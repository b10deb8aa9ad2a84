/* Internal to vocabc, the vocabulary compiler: the definition as read. A build tool: malloc, stdio and exit are fine. */
#ifndef NEUTRAL_VOCABC_H
#define NEUTRAL_VOCABC_H

#include "base/base.h"
#include "neutral/vocabulary.h"

#define DEF_MAX 65535 /* ids are 16 bits; VOCABULARY_NONE is none of them */

struct def_space { char *handle, *uri; bool is_default; };
struct def_alias { char *uri; uint16_t space; };
struct def_type { char *name; struct vocabulary_type row; char **words; };
struct def_name { char *qname; uint16_t space; char *local; };
struct def_attr { uint16_t name, type, flags, class_; };
struct def_child { char *node; int line; };
struct def_class {
	char *name;
	uint16_t attr_first, attr_count;
	struct def_child *children;
	size_t child_count;
};
struct def_node { char *key; uint16_t name, class_, type, flags; };

/* A map from strings to ids. */
struct def_map {
	char **keys;
	uint16_t *ids;
	size_t room, count;
};

struct def {
	char *title;
	struct def_space *spaces;
	struct def_alias *aliases;
	struct def_type *types;
	struct def_name *names;
	struct def_attr *attrs;
	struct def_class *classes;
	struct def_node *nodes;
	size_t space_count, alias_count, type_count, name_count, attr_count, class_count, node_count;
	struct def_map space_map, type_map, name_map, class_map, node_map;
	char *global_class;
	uint32_t digest; /* of the definition's bytes */
};

/* Prints "file:line: message" and exits with 1. */
_Noreturn void vocabc_fail(const char *file, int line, const char *format, ...) SK_PRINTF(3, 4);
void *vocabc_array(void *array, size_t count, size_t size); /* room for count + 1 elements */
uint16_t def_map_find(const struct def_map *map, const char *key);
/* False when the key is there already. */
bool def_map_add(struct def_map *map, char *key, uint16_t id);

/* Reads one file into def; several make one vocabulary. */
void vocabc_parse(struct def *def, const char *file);
/* Resolves children and checks what only the whole shows. */
void vocabc_resolve(struct def *def);
/* Node id of a child's key. */
void vocabc_emit(const struct def *def, const char *c_file, const char *h_file);

#endif
