/* 64-bit keys to numbers: open addressing, never more than three quarters full. */
#include "format/pdf/object.h"

static uint32_t slot_of(const struct pdf_map *map, uint64_t key)
{
	uint64_t mixed = (key ^ key >> 29) * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(mixed >> 32) & (map->room - 1);
}

static bool grow(struct pdf_map *map)
{
	struct pdf_map larger = {.arena = map->arena, .room = map->room == 0 ? 256 : 2 * map->room};
	larger.keys = sk_arena_array(map->arena, larger.room, sizeof *larger.keys);
	larger.values = sk_arena_array(map->arena, larger.room, sizeof *larger.values);
	if (larger.keys == NULL || larger.values == NULL || larger.room == 0)
		return false;
	for (uint32_t i = 0; i < map->room; i++)
		if (map->keys[i] != 0 && !pdf_map_put(&larger, map->keys[i] - 1, map->values[i]))
			return false;
	*map = larger;
	return true;
}

bool pdf_map_put(struct pdf_map *map, uint64_t key, uint32_t value)
{
	if (map->count >= map->room / 4 * 3 && !grow(map))
		return false;
	uint32_t at = slot_of(map, key);
	while (map->keys[at] != 0 && map->keys[at] != key + 1)
		at = (at + 1) & (map->room - 1);
	map->count += map->keys[at] == 0;
	map->keys[at] = key + 1;
	map->values[at] = value;
	return true;
}

bool pdf_map_find(const struct pdf_map *map, uint64_t key, uint32_t *value)
{
	if (map->room == 0)
		return false;
	uint32_t at = slot_of(map, key);
	while (map->keys[at] != 0 && map->keys[at] != key + 1)
		at = (at + 1) & (map->room - 1);
	*value = map->values[at];
	return map->keys[at] != 0;
}
