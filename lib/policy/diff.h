/*
 * diff: two policies over one space of requests; for the files that compare them.
 *
 * Zones, roles and classes of both stand in one list by name. What a policy does not know, it refuses. The space of one pair of zones is cut along
 * seven dimensions more, each value of which falls to the rules that it fits.
 */
#ifndef POLICY_DIFF_H
#define POLICY_DIFF_H

#include "policy/say.h"

#define SIDES 2 /* before, after */
#define UNION_ROLES (2 * POLICY_ROLES_MAX)
#define UNION_ZONES (2 * POLICY_ZONES_MAX)
#define UNION_CLASSES (2 * POLICY_CLASSES_MAX)
#define ROLE_WORDS (UNION_ROLES / 64)

/* Names of both policies, and the number that each policy has for one; UINT32_MAX: none. */
struct names {
	sk_text name[UNION_ROLES];
	unsigned number[SIDES][UNION_ROLES];
	unsigned count;
};

/* What a permit lets pass under, in the numbers of both policies. */
struct approver_set {
	uint64_t people;
	uint64_t roles[ROLE_WORDS], deputies[ROLE_WORDS];
};

struct universe {
	const struct policy *policy[SIDES];
	struct names zones, roles, classes[POLICY_SCALE_COUNT];
	int32_t first_day;
	bool scales_same, roles_same;
	uint32_t *twins; /* for each rule of the policy after: an equal one before, plus one; 0: none */
};

/* A part of the space of a pair in which both policies decide in one way each. */
struct region {
	unsigned from, to;
	uint64_t roles[ROLE_WORDS], kinds[POLICY_KIND_WORDS];
	uint32_t classes[POLICY_SCALE_COUNT];
	uint8_t channels;
	uint64_t size_min, size_max;
	int32_t day_min, day_max;
	const struct policy_rule *rule[SIDES]; /* the permit; NULL: refused */
	struct region *next;
};

enum change { CHANGE_NONE, CHANGE_LOOSER, CHANGE_TIGHTER, CHANGE_OTHER };

void universe_init(struct universe *u, const struct policy *before, const struct policy *after, int32_t first_day);
/* Finds twins of rules; false when the arena is too small. */
bool SK_MUST_USE universe_match(struct universe *u, struct sk_arena *arena);
/* Where two outcomes differ. */
enum change change_of(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after);
void approvers_of(const struct universe *u, unsigned side, const struct policy_approval *approval, struct approver_set *set);
enum change approvals_change(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after);
enum change scanners_change(const struct universe *u, const struct policy_rule *before, const struct policy_rule *after);
bool levels_same(const struct policy_rule *a, const struct policy_rule *b);

/* The regions of all pairs of zones, merged; a list. */
enum sk_status SK_MUST_USE diff_regions(const struct universe *u, struct sk_arena *arena, struct region **regions);
/* Adds a region, joined with another when they differ in one dimension alone (diff_merge.c). */
enum sk_status SK_MUST_USE region_add(struct region **regions, const struct region *region, struct sk_arena *arena, unsigned *count);

#endif
