/* table: a policy as it is looked up; for the files of this room. */
#ifndef POLICY_TABLE_H
#define POLICY_TABLE_H

#include "format/format.h"
#include "policy/policy.h"

_Static_assert(KIND_COUNT <= 64 * POLICY_KIND_WORDS, "a set of kinds has a bit for each");

enum { POLICY_PAIRS = POLICY_ZONES_MAX * POLICY_ZONES_MAX };

struct policy {
	sk_text title, organization;
	sk_text classes[POLICY_SCALE_COUNT][POLICY_CLASSES_MAX];
	unsigned class_count[POLICY_SCALE_COUNT];
	struct policy_zone zones[POLICY_ZONES_MAX];
	struct policy_role roles[POLICY_ROLES_MAX];
	struct policy_scanner scanners[POLICY_SCANNERS_MAX];
	struct policy_rule *rules; /* in the order of the text */
	struct policy_match *matches; /* of each rule, side by side: what a decision walks through */
	unsigned zone_count, role_count, scanner_count, rule_count;
	/* For each pair of zones, from * POLICY_ZONES_MAX + to: numbers of rules, permits and refusals apart, in the order of the text. */
	uint32_t permit_starts[POLICY_PAIRS + 1], refusal_starts[POLICY_PAIRS + 1];
	uint16_t *permits, *refusals;
	sk_bytes text;
	uint8_t version[POLICY_VERSION_BYTES];
};

static inline unsigned policy_pair(unsigned from, unsigned to)
{
	return from * POLICY_ZONES_MAX + to;
}

static inline bool policy_exempts(const struct policy *policy, const struct policy_rule *refusal, const struct policy_rule *permit)
{
	size_t index = (size_t)(permit - policy->rules);

	return refusal->exceptions != NULL && (refusal->exceptions[index / 64] >> index % 64 & 1) != 0;
}

/* Fills the lists of pairs from the rules; false when the arena is too small (index.c). */
bool SK_MUST_USE policy_index(struct policy *policy, struct sk_arena *arena);

#endif
