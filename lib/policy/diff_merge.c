/* Regions with the same two outcomes that differ in one dimension alone are one region: people read fewer lines. */
#include "policy/diff.h"

#include "conf/conf.h"

enum { SAME_CHANNELS = 1, SAME_ROLES = 2, SAME_KINDS = 4, SAME_SIZES = 8, SAME_DAYS = 16, SAME_CLASSES = 32, SAME_ALL = SAME_CLASSES * 8 - 1 };

static bool same_outcome(const struct region *a, const struct region *b)
{
	return a->from == b->from && a->to == b->to && a->rule[0] == b->rule[0] && a->rule[1] == b->rule[1];
}

static unsigned same_parts(const struct region *a, const struct region *b)
{
	unsigned same = 0;

	same |= a->channels == b->channels ? SAME_CHANNELS : 0;
	same |= memcmp(a->roles, b->roles, sizeof a->roles) == 0 ? SAME_ROLES : 0;
	same |= memcmp(a->kinds, b->kinds, sizeof a->kinds) == 0 ? SAME_KINDS : 0;
	same |= a->size_min == b->size_min && a->size_max == b->size_max ? SAME_SIZES : 0;
	same |= a->day_min == b->day_min && a->day_max == b->day_max ? SAME_DAYS : 0;
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		same |= a->classes[scale] == b->classes[scale] ? (unsigned)SAME_CLASSES << scale : 0;
	return same;
}

static bool touch_sizes(const struct region *a, const struct region *b)
{
	return (a->size_max != UINT64_MAX && a->size_max + 1 == b->size_min) || (b->size_max != UINT64_MAX && b->size_max + 1 == a->size_min);
}

static bool touch_days(const struct region *a, const struct region *b)
{
	return (a->day_max != POLICY_FOREVER && a->day_max + 1 == b->day_min) || (b->day_max != POLICY_FOREVER && b->day_max + 1 == a->day_min);
}

/* Sets unite always; intervals when they touch. What a screen has no part in is never different. */
static bool may_join(const struct region *a, const struct region *b)
{
	unsigned differ = SAME_ALL & ~same_parts(a, b);

	if ((differ & (differ - 1)) != 0)
		return false;
	if (differ == SAME_CHANNELS && ((a->channels ^ b->channels) >> POLICY_CHANNEL_SCREEN & 1))
		return false;
	return differ == SAME_SIZES ? touch_sizes(a, b) : differ == SAME_DAYS ? touch_days(a, b) : true;
}

static void join(struct region *a, const struct region *b)
{
	a->channels |= b->channels;
	for (unsigned i = 0; i < ROLE_WORDS; i++)
		a->roles[i] |= b->roles[i];
	for (unsigned i = 0; i < POLICY_KIND_WORDS; i++)
		a->kinds[i] |= b->kinds[i];
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		a->classes[scale] |= b->classes[scale];
	a->size_min = a->size_min < b->size_min ? a->size_min : b->size_min;
	a->size_max = a->size_max > b->size_max ? a->size_max : b->size_max;
	a->day_min = a->day_min < b->day_min ? a->day_min : b->day_min;
	a->day_max = a->day_max > b->day_max ? a->day_max : b->day_max;
}

/* Takes out of the list a region that may be joined with this one. */
static struct region *take_partner(struct region **regions, const struct region *region)
{
	for (struct region **at = regions; *at != NULL; at = &(*at)->next) {
		struct region *other = *at;
		if (other->from != region->from || other->to != region->to)
			return NULL; /* the latest pair stands first */
		if (same_outcome(other, region) && may_join(other, region)) {
			*at = other->next;
			return other;
		}
	}
	return NULL;
}

enum sk_status region_add(struct region **regions, const struct region *region, struct sk_arena *arena, unsigned *count)
{
	struct region *partner = take_partner(regions, region), *joined = partner;

	if (partner == NULL) {
		if (++*count > limit(LIMIT_policy_diff_parts))
			return limit_reached(LIMIT_policy_diff_parts);
		joined = sk_arena_make(arena, sizeof *joined);
		if (joined == NULL)
			return limit_reached(LIMIT_policy_arena_bytes);
		*joined = *region;
	} else {
		join(joined, region);
		while ((partner = take_partner(regions, joined)) != NULL) /* what has grown may meet others */
			join(joined, partner);
	}
	joined->next = *regions;
	*regions = joined;
	return SK_OK;
}
