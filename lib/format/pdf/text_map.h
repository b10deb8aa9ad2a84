/* text_map: canonical character maps (lib/neutral/cmap.h) as tables. */
#ifndef FORMAT_PDF_TEXT_MAP_H
#define FORMAT_PDF_TEXT_MAP_H

#include "base/base.h"

struct text_range {
	uint32_t low, high;
	uint8_t len;      /* bytes of a code */
	sk_bytes units;   /* UTF-16BE of low in hexadecimal; of a map to glyphs empty */
	uint32_t cid;     /* of low */
};

struct text_map {
	struct text_range *spaces, *ranges;
	size_t space_count, count;
};

/* text stays where it is; tables go to the arena, and are empty where it has no room. */
void text_map_read(sk_bytes text, struct sk_arena *arena, struct text_map *map);
/* Bytes of the first code of rest by the code space, one when none fits, 0 of nothing. */
size_t text_map_code(const struct text_map *map, sk_bytes rest, uint32_t *code);
/* The range that holds a code of len bytes; NULL when it means nothing. */
const struct text_range *text_map_find(const struct text_map *map, uint32_t code, size_t len);
/* What a code of the range means; how many scalars. */
size_t text_range_scalars(const struct text_range *range, uint32_t code, uint32_t *scalars, size_t room);

#endif
