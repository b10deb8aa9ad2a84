/*
 * The arena: a bump allocator over memory that somebody else mapped.
 *
 * With SK_ARENA_MALLOC (fuzz and ASan builds) every allocation is a malloc of its own, so that a sanitizer sees the
 * exact bounds; size still is the budget.
 */
#include "base.h"

#define ALIGN ((size_t)16)

void sk_arena_init(struct sk_arena *arena, void *memory, size_t size)
{
	*arena = (struct sk_arena){.memory = memory, .size = size};
}

void sk_arena_init_clean(struct sk_arena *arena, void *memory, size_t size)
{
	sk_arena_init(arena, memory, size);
#ifndef SK_ARENA_MALLOC
	arena->clean_to = size;
#endif
}

static void *exhausted(struct sk_arena *arena)
{
	arena->exhausted = true;
	return NULL;
}

/* len rounded up to the alignment; false when that or the budget overflows. */
static bool fits(const struct sk_arena *arena, size_t len, size_t *rounded)
{
	if (!sk_add(sk_max(len, 1), ALIGN - 1, rounded))
		return false;
	*rounded &= ~(ALIGN - 1);
	return *rounded <= arena->size - arena->used;
}

static void used(struct sk_arena *arena, size_t len)
{
	arena->used += len;
	arena->peak = sk_max(arena->peak, arena->used);
	arena->clean_from = sk_max(arena->clean_from, arena->used);
}

#ifdef SK_ARENA_MALLOC

#include <stdlib.h>

struct sk_arena_block {
	struct sk_arena_block *next;
	size_t rounded;
	size_t pad[6]; /* keeps what follows aligned to 16 */
};

void *sk_arena_raw(struct sk_arena *arena, size_t len)
{
	size_t rounded;
	if (!fits(arena, len, &rounded))
		return exhausted(arena);
	struct sk_arena_block *block = malloc(sizeof *block + len);
	if (block == NULL)
		return exhausted(arena);
	*block = (struct sk_arena_block){.next = arena->blocks, .rounded = rounded};
	arena->blocks = block;
	used(arena, rounded);
	return block + 1;
}

void *sk_arena_grow(struct sk_arena *arena, void *old, size_t old_len, size_t new_len)
{
	if (old != NULL && new_len <= old_len)
		return old;
	void *grown = sk_arena_raw(arena, new_len);
	if (grown != NULL && old != NULL)
		memcpy(grown, old, old_len);
	return grown;
}

void sk_arena_release(struct sk_arena *arena, size_t mark)
{
	while (arena->used > mark) {
		struct sk_arena_block *block = arena->blocks;
		arena->blocks = block->next;
		arena->used -= block->rounded;
		free(block);
	}
}

void *sk_arena_top(struct sk_arena *arena, size_t len)
{
	size_t rounded;
	if (!fits(arena, len, &rounded))
		return exhausted(arena);
	struct sk_arena_block *block = malloc(sizeof *block + len);
	if (block == NULL)
		return exhausted(arena);
	*block = (struct sk_arena_block){.next = arena->tops, .rounded = rounded};
	arena->tops = block;
	arena->size -= rounded;
	arena->top += rounded;
	return block + 1;
}

static void release_tops(struct sk_arena *arena)
{
	while (arena->tops != NULL) {
		struct sk_arena_block *block = arena->tops;
		arena->tops = block->next;
		free(block);
	}
}

#else

void *sk_arena_top(struct sk_arena *arena, size_t len)
{
	size_t rounded;
	if (!fits(arena, len, &rounded))
		return exhausted(arena);
	size_t size = (arena->size - rounded) & ~(ALIGN - 1); /* at most ALIGN - 1 bytes are lost */
	if (size < arena->used)
		return exhausted(arena);
	arena->top += arena->size - size;
	arena->size = size;
	arena->clean_to = sk_min(arena->clean_to, size);
	return arena->memory + arena->size;
}

static void release_tops(struct sk_arena *arena)
{
	(void)arena;
}

void *sk_arena_raw(struct sk_arena *arena, size_t len)
{
	size_t rounded;
	if (!fits(arena, len, &rounded))
		return exhausted(arena);
	arena->last = arena->memory + arena->used;
	used(arena, rounded);
	return arena->last;
}

void *sk_arena_grow(struct sk_arena *arena, void *old, size_t old_len, size_t new_len)
{
	if (old != NULL && new_len <= old_len)
		return old;
	if (old != NULL && old == arena->last) {
		size_t rounded;
		size_t start = (size_t)((uint8_t *)old - arena->memory);
		struct sk_arena before = *arena;
		before.used = start;
		if (!fits(&before, new_len, &rounded))
			return exhausted(arena);
		arena->used = start;
		used(arena, rounded);
		return old;
	}
	void *grown = sk_arena_raw(arena, new_len);
	if (grown != NULL && old != NULL)
		memcpy(grown, old, old_len);
	return grown;
}

void sk_arena_release(struct sk_arena *arena, size_t mark)
{
	sk_assert(mark <= arena->used);
	arena->used = mark;
	arena->last = NULL;
}

#endif

/* Of len bytes about to be taken from the bottom, how many must be zeroed: those below what is known to be clean. */
static size_t unclean(const struct sk_arena *arena, size_t len)
{
	if (arena->clean_from >= arena->clean_to || len > arena->clean_to || arena->used > arena->clean_to - len)
		return len;
	return arena->clean_from > arena->used ? sk_min(arena->clean_from - arena->used, len) : 0;
}

void *sk_arena_make(struct sk_arena *arena, size_t len)
{
	size_t zeroed = unclean(arena, len);
	void *made = sk_arena_raw(arena, len);
	if (made != NULL)
		memset(made, 0, zeroed);
	return made;
}

void *sk_arena_array(struct sk_arena *arena, size_t count, size_t size)
{
	size_t len;
	if (!sk_mul(count, size, &len))
		return exhausted(arena);
	return sk_arena_make(arena, len);
}

sk_bytes sk_arena_copy(struct sk_arena *arena, sk_bytes b)
{
	uint8_t *copy = sk_arena_raw(arena, b.len);
	if (copy == NULL)
		return (sk_bytes){NULL, 0};
	if (b.len > 0)
		memcpy(copy, b.at, b.len);
	return (sk_bytes){copy, b.len};
}

size_t sk_arena_mark(const struct sk_arena *arena)
{
	return arena->used;
}

void sk_arena_reset(struct sk_arena *arena)
{
	sk_arena_release(arena, 0);
	release_tops(arena);
	arena->size += arena->top;
	arena->top = 0;
	arena->exhausted = false;
}
