/*
 * The space of requests between two zones, cut where rules cut it. One dimension after the other: values that the same rules still fit go on together,
 * and where no permit is left on either side, or the same ones are left on both, nothing can differ. So two policies that differ in a line cost
 * little, however many lines they have.
 */
#include "policy/diff.h"

#include "conf/conf.h"

enum dimension { BY_CHANNEL, BY_ROLE, BY_CLASS, BY_KIND = BY_CLASS + POLICY_SCALE_COUNT, BY_SIZE, BY_DAY, DIMENSIONS };

/* Rules of one pair, of both policies: permits and refusals of each side, in the order of the text. */
struct entry {
	const struct policy_rule *rule;
	unsigned side;
};

struct walk {
	const struct universe *u;
	struct sk_arena *arena, *lasting; /* what a pair needs; what regions need */
	struct region **regions;
	unsigned region_count;
	uint64_t steps;
	unsigned zones[2]; /* in the universe */
	struct entry *entries;
	unsigned entry_count, words;
	unsigned starts[SIDES][2], ends[SIDES][2]; /* of entries: permits, refusals */
	/* where sizes and days are cut: the first value of each part */
	uint64_t *sizes;
	int32_t *days;
	unsigned size_count, day_count;
	struct region region; /* the part that is walked */
	unsigned role;        /* one of the region's roles: they have the same ceilings */
};

/* ---- which rules a value leaves ---- */

static void drop_side(const struct walk *w, uint64_t *live, unsigned side)
{
	for (unsigned sort = 0; sort < 2; sort++)
		for (unsigned i = w->starts[side][sort]; i < w->ends[side][sort]; i++)
			live[i / 64] &= ~((uint64_t)1 << i % 64);
}

static uint8_t ceiling_of(const struct walk *w, unsigned side, unsigned role, unsigned scale)
{
	unsigned number = w->u->roles.number[side][role];

	return number != UINT32_MAX ? w->u->policy[side]->roles[number].ceiling[scale] : 0;
}

/* A value that a side does not know, or that is above the role, is refused there whatever its rules say. */
static bool is_dead(const struct walk *w, unsigned side, unsigned dimension, unsigned value)
{
	unsigned scale = dimension - BY_CLASS;

	if (dimension == BY_ROLE)
		return w->u->roles.number[side][value] == UINT32_MAX;
	if (dimension < BY_CLASS || dimension >= BY_KIND)
		return false;
	unsigned number = w->u->classes[scale].number[side][value];
	return number == UINT32_MAX || number > ceiling_of(w, side, w->role, scale);
}

static bool fits(const struct walk *w, const struct entry *e, unsigned dimension, unsigned value)
{
	const struct policy_match *m = &e->rule->match;

	switch (dimension) {
	case BY_CHANNEL:
		return m->channels >> value & 1;
	case BY_ROLE:
		return m->requesters >> w->u->roles.number[e->side][value] & 1;
	case BY_KIND:
		return m->kinds[value / 64] >> value % 64 & 1;
	case BY_SIZE:
		return w->sizes[value] >= m->size_min && w->sizes[value] <= m->size_max;
	case BY_DAY:
		return w->days[value] <= m->until;
	default:
		return m->classes[dimension - BY_CLASS] >> w->u->classes[dimension - BY_CLASS].number[e->side][value] & 1;
	}
}

static void leave(const struct walk *w, const uint64_t *live, unsigned dimension, unsigned value, uint64_t *left)
{
	memcpy(left, live, w->words * sizeof *left);
	for (unsigned side = 0; side < SIDES; side++)
		if (is_dead(w, side, dimension, value))
			drop_side(w, left, side);
	for (unsigned i = 0; i < w->entry_count; i++)
		if (left[i / 64] >> i % 64 & 1 && !fits(w, &w->entries[i], dimension, value))
			left[i / 64] &= ~((uint64_t)1 << i % 64);
}

/* ---- where nothing can differ ---- */

static const struct policy_rule *next_live(const struct walk *w, const uint64_t *live, unsigned side, unsigned sort, unsigned *at)
{
	for (unsigned i = *at; i < w->ends[side][sort]; i++)
		if (live[i / 64] >> i % 64 & 1) {
			*at = i + 1;
			return w->entries[i].rule;
		}
	*at = w->ends[side][sort];
	return NULL;
}

static bool has_permits(const struct walk *w, const uint64_t *live, unsigned side)
{
	unsigned at = w->starts[side][0];

	return next_live(w, live, side, 0, &at) != NULL;
}

static bool are_twins(const struct walk *w, const struct policy_rule *before, const struct policy_rule *after)
{
	return w->u->twins[after - w->u->policy[1]->rules] == (uint32_t)(before - w->u->policy[0]->rules) + 1;
}

/* The two refusals except the same of the permits that are left, which are twins one by one. */
static bool same_exceptions(const struct walk *w, const uint64_t *live, const struct policy_rule *before, const struct policy_rule *after)
{
	unsigned a = w->starts[0][0], b = w->starts[1][0];
	const struct policy_rule *p = next_live(w, live, 0, 0, &a), *q = next_live(w, live, 1, 0, &b);

	for (; p != NULL && q != NULL; p = next_live(w, live, 0, 0, &a), q = next_live(w, live, 1, 0, &b))
		if (policy_exempts(w->u->policy[0], before, p) != policy_exempts(w->u->policy[1], after, q))
			return false;
	return true;
}

static bool same_rules(const struct walk *w, const uint64_t *live, unsigned sort)
{
	unsigned a = w->starts[0][sort], b = w->starts[1][sort];

	for (;;) {
		const struct policy_rule *before = next_live(w, live, 0, sort, &a), *after = next_live(w, live, 1, sort, &b);
		if (before == NULL || after == NULL)
			return before == after;
		if (!are_twins(w, before, after) || (sort == 1 && !same_exceptions(w, live, before, after)))
			return false;
	}
}

/* What is still to come cuts both sides alike. */
static bool same_frame(const struct walk *w, unsigned dimension)
{
	if (dimension >= BY_KIND)
		return true;
	if (!w->u->scales_same || (dimension <= BY_ROLE && !w->u->roles_same))
		return false;
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT && dimension > BY_ROLE; scale++)
		if (ceiling_of(w, 0, w->role, scale) != ceiling_of(w, 1, w->role, scale))
			return false;
	return true;
}

static bool nothing_differs(const struct walk *w, const uint64_t *live, unsigned dimension)
{
	if (!has_permits(w, live, 0) && !has_permits(w, live, 1))
		return true;
	return same_frame(w, dimension) && same_rules(w, live, 0) && same_rules(w, live, 1);
}

/* ---- a part that no rule cuts ---- */

static const struct policy_rule *outcome(const struct walk *w, const uint64_t *live, unsigned side)
{
	unsigned permits = w->starts[side][0], refusals = w->starts[side][1];
	const struct policy_rule *permit = next_live(w, live, side, 0, &permits), *refusal;

	while (permit != NULL && (refusal = next_live(w, live, side, 1, &refusals)) != NULL)
		if (!policy_exempts(w->u->policy[side], refusal, permit))
			return NULL;
	return permit;
}

static enum sk_status end_part(struct walk *w, const uint64_t *live)
{
	w->region.rule[0] = outcome(w, live, 0);
	w->region.rule[1] = outcome(w, live, 1);
	if (change_of(w->u, w->region.rule[0], w->region.rule[1]) == CHANGE_NONE)
		return SK_OK;
	return region_add(w->regions, &w->region, w->lasting, &w->region_count);
}

/* ---- cutting ---- */

static unsigned values_of(const struct walk *w, unsigned dimension)
{
	bool screen = w->region.channels == 1u << POLICY_CHANNEL_SCREEN && dimension != BY_CHANNEL;

	switch (dimension) {
	case BY_CHANNEL:
		return POLICY_CHANNEL_COUNT;
	case BY_ROLE:
		return w->u->roles.count;
	case BY_KIND:
		return screen ? 1 : KIND_COUNT; /* KIND_unknown stands for what a screen has not */
	case BY_SIZE:
		return screen ? 1 : w->size_count;
	case BY_DAY:
		return w->day_count;
	default:
		return w->u->classes[dimension - BY_CLASS].count;
	}
}

/* The region's part in this dimension becomes nothing, or gets one value more. */
static void set_value(struct walk *w, unsigned dimension, unsigned value, bool first)
{
	struct region *r = &w->region;

	switch (dimension) {
	case BY_CHANNEL:
		r->channels = (uint8_t)((first ? 0 : r->channels) | 1u << value);
		return;
	case BY_ROLE:
		if (first)
			memset(r->roles, 0, sizeof r->roles);
		r->roles[value / 64] |= (uint64_t)1 << value % 64;
		w->role = value;
		return;
	case BY_KIND:
		if (first)
			memset(r->kinds, 0, sizeof r->kinds);
		r->kinds[value / 64] |= (uint64_t)1 << value % 64;
		return;
	case BY_SIZE:
		if (first)
			r->size_min = w->sizes[value];
		r->size_max = value + 1 < w->size_count ? w->sizes[value + 1] - 1 : UINT64_MAX;
		return;
	case BY_DAY:
		if (first)
			r->day_min = w->days[value];
		r->day_max = value + 1 < w->day_count ? w->days[value + 1] - 1 : POLICY_FOREVER;
		return;
	default:
		r->classes[dimension - BY_CLASS] = (first ? 0 : r->classes[dimension - BY_CLASS]) | 1u << value;
	}
}

static bool go_together(const struct walk *w, unsigned dimension, const uint64_t *a, unsigned value_a, const uint64_t *b, unsigned value_b)
{
	if (memcmp(a, b, w->words * sizeof *a) != 0)
		return false;
	if (dimension == BY_CHANNEL) /* the screen is walked apart */
		return (value_a == POLICY_CHANNEL_SCREEN) == (value_b == POLICY_CHANNEL_SCREEN);
	for (unsigned i = 0; i < SIDES * POLICY_SCALE_COUNT && dimension == BY_ROLE; i++)
		if (ceiling_of(w, i % SIDES, value_a, i / SIDES) != ceiling_of(w, i % SIDES, value_b, i / SIDES))
			return false;
	return dimension < BY_SIZE || value_b == value_a + 1; /* sizes and days are intervals */
}

static enum sk_status walk_from(struct walk *w, const uint64_t *live, unsigned dimension);

static enum sk_status cut(struct walk *w, const uint64_t *live, unsigned dimension)
{
	unsigned count = values_of(w, dimension);
	uint64_t *left = sk_arena_array(w->arena, (size_t)count * w->words, sizeof *left);
	bool *taken = sk_arena_make(w->arena, count);
	struct region saved = w->region;

	if (left == NULL || taken == NULL)
		return limit_reached(LIMIT_policy_arena_bytes);
	for (unsigned i = 0; i < count; i++)
		leave(w, live, dimension, i, left + (size_t)i * w->words);
	for (unsigned i = 0; i < count; i++) {
		unsigned last = i;
		if (taken[i])
			continue;
		set_value(w, dimension, i, true);
		for (unsigned k = i + 1; k < count; k++) {
			if (taken[k] || !go_together(w, dimension, left + (size_t)last * w->words, last, left + (size_t)k * w->words, k))
				continue;
			set_value(w, dimension, k, false);
			taken[k] = true;
			last = k;
		}
		SK_TRY(walk_from(w, left + (size_t)i * w->words, dimension + 1));
		w->region = saved;
	}
	return SK_OK;
}

/* As deep as there are dimensions. */
static enum sk_status walk_from(struct walk *w, const uint64_t *live, unsigned dimension)
{
	size_t mark = sk_arena_mark(w->arena);

	if (++w->steps > limit(LIMIT_policy_diff_steps))
		return limit_reached(LIMIT_policy_diff_steps);
	if (nothing_differs(w, live, dimension))
		return SK_OK;
	if (dimension == DIMENSIONS)
		return end_part(w, live);
	enum sk_status status = cut(w, live, dimension);
	sk_arena_release(w->arena, mark);
	return status;
}

/* ---- one pair ---- */

static void add_entries(struct walk *w, unsigned side, unsigned sort, const uint32_t *starts, const uint16_t *list, unsigned pair, bool known)
{
	const struct policy *policy = w->u->policy[side];

	w->starts[side][sort] = w->entry_count;
	for (uint32_t i = known ? starts[pair] : 0; known && i < starts[pair + 1]; i++)
		w->entries[w->entry_count++] = (struct entry){&policy->rules[list[i]], side};
	w->ends[side][sort] = w->entry_count;
}

static unsigned pair_of(const struct walk *w, unsigned side, bool *known)
{
	unsigned from = w->u->zones.number[side][w->zones[0]], to = w->u->zones.number[side][w->zones[1]];

	*known = from != UINT32_MAX && to != UINT32_MAX;
	return *known ? policy_pair(from, to) : 0;
}

static unsigned rules_of(const struct policy *p, unsigned pair)
{
	return p->permit_starts[pair + 1] - p->permit_starts[pair] + p->refusal_starts[pair + 1] - p->refusal_starts[pair];
}

static bool set_entries(struct walk *w)
{
	unsigned pairs[SIDES], count = 0;
	bool known[SIDES];

	for (unsigned side = 0; side < SIDES; side++) {
		pairs[side] = pair_of(w, side, &known[side]);
		count += known[side] ? rules_of(w->u->policy[side], pairs[side]) : 0;
	}
	w->entry_count = 0;
	w->words = (count + 63) / 64;
	w->entries = sk_arena_array(w->arena, count, sizeof *w->entries);
	for (unsigned side = 0; side < SIDES && w->entries != NULL; side++) {
		const struct policy *p = w->u->policy[side];
		add_entries(w, side, 0, p->permit_starts, p->permits, pairs[side], known[side]);
		add_entries(w, side, 1, p->refusal_starts, p->refusals, pairs[side], known[side]);
	}
	return w->entries != NULL;
}

/* Puts value into a sorted list without repeating it. */
static void cut_size(struct walk *w, uint64_t value)
{
	unsigned i = w->size_count;

	while (i > 0 && w->sizes[i - 1] > value)
		i--;
	if (i > 0 && w->sizes[i - 1] == value)
		return;
	memmove(w->sizes + i + 1, w->sizes + i, (w->size_count - i) * sizeof *w->sizes);
	w->sizes[i] = value;
	w->size_count++;
}

static void cut_day(struct walk *w, int32_t day)
{
	unsigned i = w->day_count;

	while (i > 0 && w->days[i - 1] > day)
		i--;
	if (i > 0 && w->days[i - 1] == day)
		return;
	memmove(w->days + i + 1, w->days + i, (w->day_count - i) * sizeof *w->days);
	w->days[i] = day;
	w->day_count++;
}

static bool set_cuts(struct walk *w)
{
	w->sizes = sk_arena_array(w->arena, 2 * (size_t)w->entry_count + 1, sizeof *w->sizes);
	w->days = sk_arena_array(w->arena, (size_t)w->entry_count + 1, sizeof *w->days);
	w->size_count = w->day_count = 0;
	if (w->sizes == NULL || w->days == NULL)
		return false;
	cut_size(w, 0);
	cut_day(w, w->u->first_day);
	for (unsigned i = 0; i < w->entry_count; i++) {
		const struct policy_match *m = &w->entries[i].rule->match;
		cut_size(w, m->size_min);
		if (m->size_max < UINT64_MAX)
			cut_size(w, m->size_max + 1);
		if (m->until < POLICY_FOREVER && m->until >= w->u->first_day)
			cut_day(w, m->until + 1);
	}
	return true;
}

static enum sk_status walk_pair(struct walk *w)
{
	uint64_t *live;

	if (!set_entries(w) || !set_cuts(w) || (live = sk_arena_array(w->arena, w->words, sizeof *live)) == NULL)
		return limit_reached(LIMIT_policy_arena_bytes);
	for (unsigned i = 0; i < w->entry_count; i++)
		live[i / 64] |= (uint64_t)1 << i % 64;
	w->region = (struct region){.from = w->zones[0], .to = w->zones[1]};
	return walk_from(w, live, BY_CHANNEL);
}

#define SCRATCH_BYTES ((size_t)96 << 20)

enum sk_status diff_regions(const struct universe *u, struct sk_arena *arena, struct region **regions)
{
	void *memory = sk_arena_raw(arena, SCRATCH_BYTES);
	struct sk_arena scratch;
	struct walk w = {.u = u, .arena = &scratch, .lasting = arena, .regions = regions};
	enum sk_status status = SK_OK;

	if (memory == NULL)
		return limit_reached(LIMIT_policy_arena_bytes);
	sk_arena_init(&scratch, memory, SCRATCH_BYTES);
	for (unsigned pair = 0; pair < u->zones.count * u->zones.count && status == SK_OK; pair++) {
		w.zones[0] = pair / u->zones.count;
		w.zones[1] = pair % u->zones.count;
		if (w.zones[0] != w.zones[1])
			status = walk_pair(&w);
		sk_arena_reset(&scratch);
	}
	return status;
}
