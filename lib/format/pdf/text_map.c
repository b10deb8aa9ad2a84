/*
 * Canonical character maps as tables: ranges of codes and what they mean.
 *
 * The text was accepted by cmap_allowed: sections of lines, each line a range, codes in rising order within a map.
 */
#include "format/pdf/text_map.h"

/* <HEX> at *at of the line; moves behind it and a blank. */
static sk_bytes digits_read(sk_bytes line, size_t *at)
{
	size_t from = *at + 1, end = sk_bytes_find(line, SK_BYTES(">"), *at);

	if (*at >= line.len || line.at[*at] != '<' || end == SIZE_MAX)
		return (sk_bytes){0};
	*at = end + 1 + (end + 1 < line.len && line.at[end + 1] == ' ');
	return sk_bytes_slice(line, from, end - from);
}

static unsigned digit(uint8_t c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A' + 10); }

static uint32_t value_of(sk_bytes digits)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits.len; i++)
		value = value << 4 | digit(digits.at[i]);
	return value;
}

static uint32_t decimal(sk_bytes line, size_t at)
{
	uint32_t value = 0;

	for (; at < line.len && line.at[at] >= '0' && line.at[at] <= '9' && value < 100000; at++)
		value = value * 10 + (uint32_t)(line.at[at] - '0');
	return value;
}

static struct text_range range_read(sk_bytes line)
{
	size_t at = 0;
	sk_bytes low = digits_read(line, &at), high = digits_read(line, &at);
	struct text_range range = {.low = value_of(low), .high = value_of(high), .len = (uint8_t)(low.len / 2)};

	if (at < line.len && line.at[at] == '<')
		range.units = digits_read(line, &at);
	else
		range.cid = decimal(line, at);
	return range;
}

/* Lines that begin with <, in sections that are called so. */
static struct text_range *ranges_read(sk_bytes text, sk_bytes section, struct sk_arena *arena, size_t *count)
{
	size_t room = 0, made = 0;
	struct text_range *ranges = NULL;

	for (unsigned pass = 0; pass < 2; pass++) {
		bool inside = false;
		made = 0;
		for (size_t at = 0; at < text.len;) {
			size_t end = sk_bytes_find(text, SK_BYTES("\n"), at);
			sk_bytes line = sk_bytes_slice(text, at, (end == SIZE_MAX ? text.len : end) - at);
			at += line.len + 1;
			if (line.len == 0 || line.at[0] != '<')
				inside = sk_bytes_ends(line, section);
			else if (inside && made++ < room)
				ranges[made - 1] = range_read(line);
		}
		if (pass == 0 && made > 0) {
			ranges = sk_arena_array(arena, made, sizeof *ranges);
			room = ranges == NULL ? 0 : made;
		}
	}
	*count = room;
	return ranges;
}

void text_map_read(sk_bytes text, struct sk_arena *arena, struct text_map *map)
{
	map->spaces = ranges_read(text, SK_BYTES(" begincodespacerange"), arena, &map->space_count);
	map->ranges = ranges_read(text, SK_BYTES(" beginbfrange"), arena, &map->count);
	if (map->count == 0)
		map->ranges = ranges_read(text, SK_BYTES(" begincidrange"), arena, &map->count);
}

static bool in_box(const struct text_range *space, uint32_t code)
{
	for (unsigned shift = 0; shift < (unsigned)space->len * 8; shift += 8) {
		uint32_t byte = code >> shift & 0xFF;
		if (byte < (space->low >> shift & 0xFF) || byte > (space->high >> shift & 0xFF))
			return false;
	}
	return true;
}

size_t text_map_code(const struct text_map *map, sk_bytes rest, uint32_t *code)
{
	*code = 0;
	for (size_t len = 1; len <= 4 && len <= rest.len; len++) {
		*code = *code << 8 | rest.at[len - 1];
		for (size_t i = 0; i < map->space_count; i++)
			if (map->spaces[i].len == len && in_box(&map->spaces[i], *code))
				return len;
	}
	*code = rest.len > 0 ? rest.at[0] : 0;
	return rest.len > 0;
}

const struct text_range *text_map_find(const struct text_map *map, uint32_t code, size_t len)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct text_range *range = &map->ranges[middle];
		if (range->len == len && code >= range->low && code <= range->high)
			return range;
		if (range->len < len || (range->len == len && range->high < code))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

size_t text_range_scalars(const struct text_range *range, uint32_t code, uint32_t *scalars, size_t room)
{
	size_t count = 0;

	for (size_t at = 0; at + 4 <= range->units.len && count < room; at += 4) {
		uint32_t unit = value_of(sk_bytes_slice(range->units, at, 4));
		if (at + 8 > range->units.len)
			unit += code - range->low; /* the last unit counts up (9.10.3) */
		if (count > 0 && (unit & 0xFC00) == 0xDC00 && (scalars[count - 1] & 0xFFFFFC00) == 0xD800)
			scalars[count - 1] = 0x10000 + ((scalars[count - 1] & 0x3FF) << 10) + (unit & 0x3FF);
		else
			scalars[count++] = unit & 0xFFFF;
	}
	for (size_t i = 0; i < count; i++)
		if ((scalars[i] & 0xFFFFF800) == 0xD800)
			scalars[i] = 0xFFFD;
	return count;
}
