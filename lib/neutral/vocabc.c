/*
 * vocabc: the vocabulary compiler. `vocabc DEFINITION… OUT.c OUT.h` turns vocabulary.def files (docs/vocabulary.md) into
 * constant tables. Runs at build time only.
 */
#include "neutral/vocabc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "neutral/hash.h"

_Noreturn void vocabc_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "%s:%d: ", file, line);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

void *vocabc_array(void *array, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return array; /* grows at powers of two only */
	void *grown = realloc(array, (count > 0 ? count * 2 : 1) * size);
	if (grown == NULL)
		vocabc_fail("vocabc", 0, "out of memory");
	return grown;
}

static size_t map_slot(const struct def_map *map, const char *key)
{
	size_t slot = hash_string(0, sk_bytes_str(key)) & (map->room - 1);
	while (map->keys[slot] != NULL && strcmp(map->keys[slot], key) != 0)
		slot = (slot + 1) & (map->room - 1);
	return slot;
}

uint16_t def_map_find(const struct def_map *map, const char *key)
{
	if (map->room == 0)
		return VOCABULARY_NONE;
	size_t slot = map_slot(map, key);
	return map->keys[slot] ? map->ids[slot] : VOCABULARY_NONE;
}

bool def_map_add(struct def_map *map, char *key, uint16_t id)
{
	if (map->room == 0) {
		map->room = (size_t)1 << 17; /* twice the most ids that there can be */
		map->keys = calloc(map->room, sizeof *map->keys);
		map->ids = calloc(map->room, sizeof *map->ids);
		if (map->keys == NULL || map->ids == NULL)
			vocabc_fail("vocabc", 0, "out of memory");
	}
	size_t slot = map_slot(map, key);
	if (map->keys[slot] != NULL)
		return false;
	map->keys[slot] = key;
	map->ids[slot] = id;
	map->count++;
	return true;
}

int main(int argc, char **argv)
{
	static struct def def;
	if (argc < 4) {
		fprintf(stderr, "usage: vocabc DEFINITION... OUT.c OUT.h\n");
		return 2;
	}
	for (int i = 1; i < argc - 2; i++)
		vocabc_parse(&def, argv[i]);
	vocabc_resolve(&def);
	vocabc_emit(&def, argv[argc - 2], argv[argc - 1]);
	_Exit(0); /* files are closed; memory goes with the process, also for leak checkers */
}
