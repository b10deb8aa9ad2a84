/*
 * The pages in order, each with what it inherits (ISO 32000-2, 7.7.3).
 *
 * What the attacker controls here: the tree's shape: loops, depth, nodes without a type, counts that lie. Each object is walked once as a
 * node; a page that stands in the tree twice is two pages.
 */
#include "conf/conf.h"
#include "format/pdf/reader.h"

#define INHERITED 4
static const char *const inherited[INHERITED] = {"CropBox", "MediaBox", "Resources", "Rotate"};

struct node {
	const struct pdf_value *value;
	const struct pdf_object *object;
	const struct pdf_value *from[INHERITED]; /* of the parents */
};

struct walk {
	struct pdf_reader *r;
	struct node *stack;
	size_t waiting, room;
	struct pdf_map seen;
};

static enum sk_status push(struct walk *w, const struct node *node)
{
	if (w->waiting == w->room) {
		size_t room = w->room == 0 ? 64 : 2 * w->room;
		struct node *larger = sk_arena_array(&w->r->keep, room, sizeof *larger);
		if (larger == NULL)
			return limit_reached(LIMIT_arena_bytes);
		if (w->waiting > 0)
			memcpy(larger, w->stack, w->waiting * sizeof *larger);
		w->stack = larger;
		w->room = room;
	}
	w->stack[w->waiting++] = *node;
	return SK_OK;
}

/* Letter, as viewers take it when no box is said. */
static const struct pdf_value *letter(struct pdf_reader *r)
{
	static const char *const sides[4] = {"0", "0", "612", "792"};
	struct pdf_value *box = sk_arena_make(&r->keep, sizeof *box);
	struct pdf_value *items = sk_arena_array(&r->keep, 4, sizeof *items);
	if (box == NULL || items == NULL)
		return NULL;
	for (size_t i = 0; i < 4; i++)
		items[i] = (struct pdf_value){.kind = VALUE_INTEGER, .bytes = sk_bytes_str(sides[i])};
	*box = (struct pdf_value){.kind = VALUE_ARRAY, .count = 4};
	box->items = items;
	return box;
}

static bool is_box(struct pdf_reader *r, const struct pdf_value *box)
{
	for (uint32_t i = 0; box->kind == VALUE_ARRAY && i < box->count; i++) {
		const struct pdf_value *side = source_value(&r->source, &box->items[i], NULL);
		if (side->kind != VALUE_INTEGER && side->kind != VALUE_REAL)
			return false;
	}
	return box->kind == VALUE_ARRAY && box->count == 4;
}

static enum sk_status add_page(struct walk *w, const struct node *node)
{
	struct pdf_reader *r = w->r;
	struct sk_arena *arena = &r->keep;
	const struct pdf_value *page = node->value, type = {.kind = VALUE_NAME, .bytes = SK_BYTES("Page")};

	if (r->page_count >= limit(LIMIT_pdf_pages))
		return limit_reached(LIMIT_pdf_pages);
	for (size_t i = 0; i < INHERITED && page != NULL; i++)
		if (source_key(&r->source, page, sk_bytes_str(inherited[i]))->kind == VALUE_NULL &&
		    node->from[i] != NULL)
			page = value_with(arena, page, sk_bytes_str(inherited[i]), node->from[i]);
	if (page != NULL && !is_box(r, SOURCE_KEY(&r->source, page, "MediaBox")))
		page = value_with(arena, page, SK_BYTES("MediaBox"), letter(r));
	const struct pdf_value *contents = page == NULL ? NULL : SOURCE_KEY(&r->source, page, "Contents");
	if (contents != NULL && contents->kind == VALUE_ARRAY && contents->count == 1)
		page = value_with(arena, page, SK_BYTES("Contents"), &contents->items[0]);
	if (page != NULL)
		page = value_with(arena, page, SK_BYTES("Type"), &type);
	if (page == NULL)
		return limit_reached(LIMIT_arena_bytes);
	r->page_count++;
	uint32_t number = said_add(r, (struct said){.value = page, .object = node->object, .page = r->page_count, .type = PDF_TYPE_PageObject});
	uint32_t before;
	uint64_t key = node->object == NULL ? 0 : (uint64_t)node->object->number << 16 | node->object->generation;
	if (number == 0 || (node->object != NULL && !pdf_map_find(&r->pages, key, &before) && !pdf_map_put(&r->pages, key, number)))
		return limit_reached(LIMIT_arena_bytes);
	return SK_OK;
}

static enum sk_status add_kids(struct walk *w, const struct node *node, const struct pdf_value *kids)
{
	struct pdf_source *source = &w->r->source;
	struct node kid = *node;
	uint32_t before;

	if (pdf_map_find(&w->seen, (uint64_t)(uintptr_t)node->value, &before))
		return SK_OK;
	if (!pdf_map_put(&w->seen, (uint64_t)(uintptr_t)node->value, 1))
		return limit_reached(LIMIT_arena_bytes);
	for (size_t i = 0; i < INHERITED; i++) {
		const struct pdf_value *own = value_find(node->value, sk_bytes_str(inherited[i]));
		if (own != NULL && source_value(source, own, NULL)->kind != VALUE_NULL)
			kid.from[i] = own;
	}
	for (uint32_t i = kids->count; i > 0; i--) {
		kid.value = source_value(source, &kids->items[i - 1], &kid.object);
		if (kid.value->kind == VALUE_DICTIONARY)
			SK_TRY(push(w, &kid));
	}
	return SK_OK;
}

enum sk_status pages_collect(struct pdf_reader *r, const struct pdf_value *catalogue)
{
	struct walk w = {.r = r, .seen = {.arena = &r->keep}};
	struct node root = {.object = NULL};

	root.value = source_value(&r->source, value_find(catalogue, SK_BYTES("Pages")), &root.object);
	if (root.value->kind == VALUE_DICTIONARY)
		SK_TRY(push(&w, &root));
	while (w.waiting > 0) {
		struct node node = w.stack[--w.waiting];
		const struct pdf_value *kids = SOURCE_KEY(&r->source, node.value, "Kids");
		if (kids->kind == VALUE_ARRAY && !value_is_name(SOURCE_KEY(&r->source, node.value, "Type"), SK_BYTES("Page")))
			SK_TRY(add_kids(&w, &node, kids));
		else if (!value_is_name(SOURCE_KEY(&r->source, node.value, "Type"), SK_BYTES("Pages")))
			SK_TRY(add_page(&w, &node));
	}
	return r->page_count == 0 ? SK_MALFORMED : SK_OK;
}
