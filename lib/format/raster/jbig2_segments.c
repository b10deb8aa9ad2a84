/*
 * Segments of JBIG2 (T.88 7.2, annex D): their heads, where their content lies, what they refer to.
 *
 * What the attacker controls here: numbers, references (only to those before), lengths. A list is as long as its heads really are.
 */
#include "format/raster/jbig2.h"

#include "conf/conf.h"

#define UNKNOWN UINT32_MAX
#define GENERIC 36 /* and the immediate ones: 38, 39 */
#define END_OF_FILE 51
#define REGION_HEAD 17
#define ROOM_FIRST 16

unsigned jbig2_log2(uint64_t count)
{
	return count <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(count - 1);
}

void jbig2_at_read(struct sk_cursor *c, struct jbig2_at *at, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		at[i].x = (int8_t)sk_cursor_u8(c);
		at[i].y = (int8_t)sk_cursor_u8(c);
	}
}

static uint32_t reference_number(const struct jbig2_segment *s, uint32_t i)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(s->references, (size_t)i * s->reference_bytes, s->reference_bytes));
	return s->reference_bytes == 1 ? sk_cursor_u8(&c) : s->reference_bytes == 2 ? sk_cursor_u16be(&c) : sk_cursor_u32be(&c);
}

struct jbig2_segment *jbig2_reference(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, uint32_t i)
{
	if (i >= s->reference_count)
		return NULL;
	uint32_t number = reference_number(s, i);
	for (size_t k = (size_t)(s - all->at); k-- > 0;)
		if (all->at[k].number == number)
			return jbig2_work(j, (uint64_t)(s - all->at) - k) == SK_OK ? &all->at[k] : NULL;
	j->damaged = true;
	j->work += all->count; /* over the limit is seen by the next who asks */
	return NULL;
}

enum sk_status jbig2_symbols_gather(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, uint64_t more,
				    struct jbig2_symbols *symbols)
{
	uint64_t count = more;
	for (uint32_t i = 0; i < s->reference_count; i++) {
		const struct jbig2_segment *other = jbig2_reference(j, all, s, i);
		count += other != NULL && other->result == JBIG2_SYMBOLS ? other->symbols.count : 0;
		j->damaged |= other == NULL;
		if (count > limit(LIMIT_jbig2_symbols))
			return limit_reached(LIMIT_jbig2_symbols);
	}
	*symbols = (struct jbig2_symbols){.at = jbig2_pointers(j, (size_t)count)};
	if (symbols->at == NULL)
		return SK_LIMIT;
	SK_TRY(jbig2_work(j, count));
	for (uint32_t i = 0; i < s->reference_count; i++) {
		const struct jbig2_segment *other = jbig2_reference(j, all, s, i);
		for (uint32_t k = 0; other != NULL && other->result == JBIG2_SYMBOLS && k < other->symbols.count; k++)
			symbols->at[symbols->count++] = other->symbols.at[k];
	}
	return SK_OK;
}

enum sk_status jbig2_table_select(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, unsigned standard,
				  uint32_t *next, const struct jbig2_table **table)
{
	if (standard > 15)
		return SK_MALFORMED; /* a selector that means nothing */
	if (standard > 0)
		return jbig2_table_standard(j, standard, table);
	while (*next < s->reference_count) {
		const struct jbig2_segment *other = jbig2_reference(j, all, s, (*next)++);
		if (other != NULL && other->result == JBIG2_TABLE) {
			*table = other->table;
			return SK_OK;
		}
	}
	return SK_MALFORMED;
}

/* ---- heads ---- */

/* 7.2. False when the head is not whole. */
static bool head_read(struct sk_cursor *c, struct jbig2_segment *s)
{
	*s = (struct jbig2_segment){.number = sk_cursor_u32be(c)};
	unsigned flags = sk_cursor_u8(c);
	s->type = flags & 63;
	s->reference_count = sk_cursor_u8(c);
	if (s->reference_count >> 5 == 7) { /* the long form, with a bit for each and one more */
		s->reference_count = (s->reference_count & 31) << 24;
		s->reference_count |= (uint32_t)sk_cursor_u8(c) << 16;
		s->reference_count |= sk_cursor_u16be(c);
		sk_cursor_skip(c, ((size_t)s->reference_count + 8) / 8);
	} else {
		s->reference_count >>= 5;
	}
	s->reference_bytes = s->number <= 256 ? 1 : s->number <= 65536 ? 2 : 4;
	s->references = sk_cursor_take(c, (size_t)s->reference_count * s->reference_bytes);
	s->page = (flags & 0x40) != 0 ? sk_cursor_u32be(c) : sk_cursor_u8(c);
	s->length = sk_cursor_u32be(c);
	return c->status == SK_OK;
}

/* 7.2.7: the end of a generic region of unknown length stands in its data; the count of its rows follows. */
static size_t unknown_length(sk_bytes rest)
{
	bool mmr = rest.len > REGION_HEAD && (rest.at[REGION_HEAD] & 1) != 0;
	size_t end = sk_bytes_find(rest, mmr ? SK_BYTES("\x00\x00") : SK_BYTES("\xFF\xAC"), REGION_HEAD + 1);
	return end == SIZE_MAX ? rest.len : sk_min(end + 6, rest.len);
}

static void content_take(struct sk_cursor *c, struct jbig2_segment *s)
{
	size_t len = s->length;
	s->unknown_length = s->length == UNKNOWN && (s->type & ~3u) == GENERIC;
	if (s->unknown_length)
		len = unknown_length(sk_bytes_of(c->at, c->left));
	s->cut = len > c->left;
	s->content = sk_cursor_take(c, sk_min(len, c->left));
}

/* ---- files (annex D.4) ---- */

static void file_head(struct sk_cursor *c, bool *random_access)
{
	static const uint8_t signature[8] = {0x97, 'J', 'B', '2', 0x0D, 0x0A, 0x1A, 0x0A};
	*random_access = false;
	if (!sk_bytes_starts(sk_bytes_of(c->at, c->left), sk_bytes_of(signature, sizeof signature)))
		return;
	sk_cursor_skip(c, sizeof signature);
	unsigned flags = sk_cursor_u8(c);
	*random_access = (flags & 1) == 0;
	if ((flags & 2) == 0)
		sk_cursor_skip(c, 4); /* how many pages */
}

/* Room for one more; the list is the arena's latest allocation while it grows. */
static struct jbig2_segment *append(struct jbig2 *j, struct jbig2_segments *all)
{
	if (all->count == all->room) {
		uint32_t room = all->room * 2 + ROOM_FIRST;
		struct jbig2_segment *grown = sk_arena_grow(j->arena, all->at, all->room * sizeof *grown, room * sizeof *grown);
		if (grown == NULL)
			return NULL;
		all->at = grown;
		all->room = room;
	}
	return &all->at[all->count];
}

enum sk_status jbig2_segments_read(struct jbig2 *j, sk_bytes in, struct jbig2_segments *all)
{
	struct sk_cursor c = sk_cursor_of(in);
	uint32_t first = all->count;
	bool random_access, ended = false;
	file_head(&c, &random_access);
	while (c.left > 0 && !ended) {
		struct jbig2_segment *s = append(j, all);
		if (s == NULL)
			return limit_reached(LIMIT_arena_bytes);
		if (all->count >= limit(LIMIT_jbig2_segments))
			return limit_reached(LIMIT_jbig2_segments);
		if (!head_read(&c, s)) {
			j->damaged = true;
			break;
		}
		if (!random_access)
			content_take(&c, s);
		ended = s->type == END_OF_FILE;
		all->count++;
	}
	for (uint32_t i = first; random_access && i < all->count; i++)
		content_take(&c, &all->at[i]);
	return SK_OK;
}
