/*
 * Name and number trees (ISO 32000-2, 7.9.6 and 7.9.7) as one sorted list.
 *
 * What the attacker controls here: the tree's shape, so loops and depth: each node counts once and all together have a limit.
 */
#include "conf/conf.h"
#include "format/pdf/reader.h"

struct list {
	struct pdf_reader *r;
	struct tree_entry *entries;
	size_t count, room;
	bool names;
};

static int compare(const struct list *list, const struct tree_entry *a, const struct tree_entry *b)
{
	if (list->names)
		return sk_bytes_compare(a->key->bytes, b->key->bytes);
	int64_t left = value_integer(a->key, 0), right = value_integer(b->key, 0);
	return left < right ? -1 : left > right;
}

static void add(struct list *list, const struct pdf_value *key, const struct pdf_value *value)
{
	key = source_value(&list->r->source, key, NULL);
	if (key->kind != (list->names ? VALUE_STRING : VALUE_INTEGER))
		return;
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 64 : 2 * list->room;
		struct tree_entry *larger = sk_arena_array(list->r->job->arena, room, sizeof *larger);
		if (larger == NULL)
			return;
		if (list->count > 0)
			memcpy(larger, list->entries, list->count * sizeof *larger);
		list->entries = larger;
		list->room = room;
	}
	list->entries[list->count++] = (struct tree_entry){key, value};
}

/* Merges runs that double in length: stable, and one pass when it was in order. */
static void sort(struct list *list)
{
	size_t sorted = 1;
	while (sorted < list->count && compare(list, &list->entries[sorted - 1], &list->entries[sorted]) <= 0)
		sorted++;
	if (sorted >= list->count)
		return;
	struct tree_entry *from = list->entries, *to = sk_arena_array(list->r->job->arena, list->count, sizeof *to);
	if (to == NULL)
		return;
	for (size_t width = 1; width < list->count; width *= 2) {
		for (size_t start = 0; start < list->count; start += 2 * width) {
			size_t middle = sk_min(start + width, list->count), end = sk_min(start + 2 * width, list->count);
			for (size_t left = start, right = middle, at = start; at < end; at++)
				to[at] = right >= end || (left < middle && compare(list, &from[left], &from[right]) <= 0) ? from[left++] : from[right++];
		}
		struct tree_entry *other = from;
		from = to;
		to = other;
	}
	list->entries = from;
}

/* Of like keys the first stays. */
static void unique(struct list *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		if (kept == 0 || compare(list, &list->entries[kept - 1], &list->entries[i]) != 0)
			list->entries[kept++] = list->entries[i];
	list->count = kept;
}

size_t tree_entries(struct pdf_reader *r, const struct pdf_value *root, bool names, struct tree_entry **entries)
{
	struct list list = {.r = r, .names = names};
	struct pdf_map seen = {.arena = r->job->arena};
	size_t waiting = 0, room = 64;
	const struct pdf_value **stack = sk_arena_array(r->job->arena, room, sizeof *stack);

	*entries = NULL;
	if (stack == NULL)
		return 0;
	stack[waiting++] = root;
	while (waiting > 0) {
		const struct pdf_value *node = stack[--waiting];
		const struct pdf_value *pairs = source_key(&r->source, node, names ? SK_BYTES("Names") : SK_BYTES("Nums"));
		const struct pdf_value *kids = SOURCE_KEY(&r->source, node, "Kids");
		uint32_t before;
		if (pdf_map_find(&seen, (uint64_t)(uintptr_t)node, &before) || !pdf_map_put(&seen, (uint64_t)(uintptr_t)node, 1))
			continue;
		if (pairs->kind == VALUE_ARRAY)
			for (uint32_t i = 0; i + 1 < pairs->count; i += 2)
				add(&list, &pairs->items[i], &pairs->items[i + 1]);
		for (uint32_t i = kids->kind == VALUE_ARRAY ? kids->count : 0; i > 0; i--) {
			if (waiting == room) {
				const struct pdf_value **larger = sk_arena_array(r->job->arena, 2 * room, sizeof *larger);
				if (larger == NULL)
					break;
				memcpy(larger, stack, room * sizeof *stack);
				stack = larger;
				room *= 2;
			}
			stack[waiting++] = source_value(&r->source, &kids->items[i - 1], NULL);
		}
	}
	sort(&list);
	unique(&list);
	*entries = list.entries;
	return list.count;
}
