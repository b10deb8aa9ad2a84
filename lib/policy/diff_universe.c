/* Two policies in one set of names, and when two permits let pass under the same conditions. */
#include "policy/diff.h"

static bool same_text(sk_text a, sk_text b)
{
	return sk_bytes_equal(sk_text_bytes(a), sk_text_bytes(b));
}

static void add_name(struct names *names, unsigned side, unsigned number, sk_text name)
{
	unsigned i = 0;

	while (i < names->count && !same_text(names->name[i], name))
		i++;
	if (i == names->count) {
		names->name[i] = name;
		names->number[0][i] = names->number[1][i] = UINT32_MAX;
		names->count++;
	}
	names->number[side][i] = number;
}

static void add_names(struct universe *u, unsigned side)
{
	const struct policy *policy = u->policy[side];

	for (unsigned i = 0; i < policy->zone_count; i++)
		add_name(&u->zones, side, i, policy->zones[i].name);
	for (unsigned i = 0; i < policy->role_count; i++)
		add_name(&u->roles, side, i, policy->roles[i].name);
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		for (unsigned i = 0; i < policy->class_count[scale]; i++)
			add_name(&u->classes[scale], side, i, policy->classes[scale][i]);
}

static bool same_numbers(const struct names *names)
{
	for (unsigned i = 0; i < names->count; i++)
		if (names->number[0][i] != names->number[1][i])
			return false;
	return true;
}

static bool same_ceilings(const struct universe *u)
{
	for (unsigned i = 0; i < u->roles.count; i++)
		if (memcmp(u->policy[0]->roles[i].ceiling, u->policy[1]->roles[i].ceiling, sizeof u->policy[0]->roles[i].ceiling) != 0)
			return false;
	return true;
}

void universe_init(struct universe *u, const struct policy *before, const struct policy *after, int32_t first_day)
{
	memset(u, 0, sizeof *u);
	u->policy[0] = before;
	u->policy[1] = after;
	u->first_day = first_day;
	add_names(u, 0);
	add_names(u, 1);
	u->scales_same = same_numbers(&u->classes[0]) && same_numbers(&u->classes[1]) && same_numbers(&u->classes[2]);
	u->roles_same = same_numbers(&u->roles) && same_ceilings(u);
}

/* ---- sets of roles in the numbers of both ---- */

static void map_roles(const struct universe *u, unsigned side, uint64_t roles, uint64_t mapped[ROLE_WORDS])
{
	memset(mapped, 0, ROLE_WORDS * sizeof *mapped);
	for (unsigned i = 0; i < u->roles.count; i++) {
		unsigned number = u->roles.number[side][i];
		if (number != UINT32_MAX && roles >> number & 1)
			mapped[i / 64] |= (uint64_t)1 << i % 64;
	}
}

void approvers_of(const struct universe *u, unsigned side, const struct policy_approval *approval, struct approver_set *set)
{
	const struct policy *policy = u->policy[side];
	uint64_t deputies = 0;

	for (unsigned i = 0; i < policy->role_count && !approval->no_deputy; i++)
		if (approval->roles >> i & 1)
			deputies |= policy->roles[i].deputies;
	set->people = approval->people;
	map_roles(u, side, approval->roles, set->roles);
	map_roles(u, side, deputies & ~approval->roles, set->deputies);
}

/* ---- conditions ---- */

/* Whoever fulfils b fulfils a: no more people, and nobody of b's is missing in a. */
static bool is_weaker(const struct approver_set *a, const struct approver_set *b)
{
	for (unsigned i = 0; i < ROLE_WORDS; i++)
		if (((b->roles[i] | b->deputies[i]) & ~(a->roles[i] | a->deputies[i])) != 0)
			return false;
	return a->people <= b->people;
}

static unsigned approvals_of(const struct universe *u, unsigned side, const struct policy_rule *rule, struct approver_set sets[POLICY_APPROVALS_MAX])
{
	for (unsigned i = 0; i < rule->approval_count; i++)
		approvers_of(u, side, &rule->approvals[i], &sets[i]);
	return rule->approval_count;
}

/* Each approval of a has one of b, another for each, that is at least as strong. */
static bool all_weaker(const struct approver_set *a, unsigned a_count, const struct approver_set *b, unsigned b_count)
{
	uint32_t used = 0;

	for (unsigned i = 0; i < a_count; i++) {
		unsigned k = 0;
		while (k < b_count && (used >> k & 1 || !is_weaker(&a[i], &b[k])))
			k++;
		if (k == b_count)
			return false;
		used |= 1u << k;
	}
	return true;
}

/* The same ones, in any order. */
static bool same_approvals(const struct approver_set *a, unsigned a_count, const struct approver_set *b, unsigned b_count)
{
	uint32_t used = 0;

	for (unsigned i = 0; i < a_count; i++) {
		unsigned k = 0;
		while (k < b_count && (used >> k & 1 || memcmp(&a[i], &b[k], sizeof a[i]) != 0))
			k++;
		if (k == b_count)
			return false;
		used |= 1u << k;
	}
	return a_count == b_count;
}

enum change approvals_change(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after)
{
	struct approver_set a[POLICY_APPROVALS_MAX] = {0}, b[POLICY_APPROVALS_MAX] = {0};
	unsigned a_count = approvals_of(u, 0, before, a), b_count = approvals_of(u, 1, after, b);

	if (same_approvals(a, a_count, b, b_count))
		return CHANGE_NONE;
	bool looser = all_weaker(b, b_count, a, a_count), tighter = all_weaker(a, a_count, b, b_count);
	if (looser && tighter) /* the same people, called otherwise */
		return CHANGE_NONE;
	return looser ? CHANGE_LOOSER : tighter ? CHANGE_TIGHTER : CHANGE_OTHER;
}

/* Each scanner of a is among those of b, with signatures at least as new. */
static bool scanners_within(const struct policy *pa, uint16_t a, const struct policy *pb, uint16_t b)
{
	for (unsigned i = 0; i < pa->scanner_count; i++) {
		bool found = false;
		for (unsigned k = 0; k < pb->scanner_count && a >> i & 1; k++)
			found |= b >> k & 1 && same_text(pa->scanners[i].name, pb->scanners[k].name) && pb->scanners[k].signature_days <= pa->scanners[i].signature_days;
		if (a >> i & 1 && !found)
			return false;
	}
	return true;
}

enum change scanners_change(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after)
{
	bool looser = scanners_within(u->policy[1], after->scanners, u->policy[0], before->scanners);
	bool tighter = scanners_within(u->policy[0], before->scanners, u->policy[1], after->scanners);

	return looser && tighter ? CHANGE_NONE : looser ? CHANGE_LOOSER : tighter ? CHANGE_TIGHTER : CHANGE_OTHER;
}

bool levels_same(const struct policy_rule *a, const struct policy_rule *b)
{
	return a->level_count == b->level_count && memcmp(a->levels, b->levels, a->level_count * sizeof a->levels[0]) == 0;
}

enum change change_of(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after)
{
	if (before == NULL || after == NULL)
		return before == after ? CHANGE_NONE : before == NULL ? CHANGE_LOOSER : CHANGE_TIGHTER;
	enum change approvals = approvals_change(u, before, after), scanners = scanners_change(u, before, after);
	if (!levels_same(before, after) || before->original_days != after->original_days)
		return CHANGE_OTHER;
	if (approvals == CHANGE_NONE || scanners == CHANGE_NONE || approvals == scanners)
		return approvals != CHANGE_NONE ? approvals : scanners;
	return CHANGE_OTHER;
}

/* ---- twins: rules that fit the same requests and decide the same ---- */

static bool same_classes(const struct universe *u, const struct policy_rule *a, const struct policy_rule *b)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++) {
		unsigned all = (1u << u->policy[0]->class_count[scale]) - 1;
		if (((a->match.classes[scale] ^ b->match.classes[scale]) & all) != 0)
			return false;
	}
	return true;
}

/* Of policies with the same scales. */
static bool is_twin(const struct universe *u, const struct policy_rule *a, const struct policy_rule *b)
{
	const struct policy_match *m = &a->match, *n = &b->match;
	uint64_t roles[ROLE_WORDS], other[ROLE_WORDS];

	if (a->permits != b->permits || m->channels != n->channels || m->until != n->until || m->size_min != n->size_min || m->size_max != n->size_max ||
	    memcmp(m->kinds, n->kinds, sizeof m->kinds) != 0 || !same_classes(u, a, b))
		return false;
	map_roles(u, 0, m->requesters, roles);
	map_roles(u, 1, n->requesters, other);
	return memcmp(roles, other, sizeof roles) == 0 && (!a->permits || change_of(u, a, b) == CHANGE_NONE);
}

bool universe_match(struct universe *u, struct sk_arena *arena)
{
	const struct policy *before = u->policy[0], *after = u->policy[1];
	unsigned from = 0;

	u->twins = sk_arena_array(arena, after->rule_count, sizeof *u->twins);
	for (unsigned i = 0; i < after->rule_count && u->twins != NULL && u->scales_same; i++)
		for (unsigned step = 0; step < before->rule_count && u->twins[i] == 0; step++) {
			unsigned k = (from + step) % before->rule_count; /* in the same order mostly: the next one first */
			if (is_twin(u, &before->rules[k], &after->rules[i])) {
				u->twins[i] = k + 1;
				from = k + 1;
			}
		}
	return u->twins != NULL;
}
