/* Which rules stand between two zones: lists by pair, so that a decision reads no other. */
#include "policy/table.h"

static bool covers(const struct policy_rule *rule, unsigned from, unsigned to)
{
	return from != to && (rule->from >> from & 1) && (rule->to >> to & 1);
}

/* Appends the rules of one sort for each pair; with list NULL they are only counted. */
static uint32_t walk(const struct policy *policy, bool permits, uint32_t *starts, uint16_t *list)
{
	uint32_t count = 0;

	for (unsigned pair = 0; pair < POLICY_PAIRS; pair++) {
		unsigned from = pair / POLICY_ZONES_MAX, to = pair % POLICY_ZONES_MAX;
		starts[pair] = count;
		for (unsigned i = 0; i < policy->rule_count && from < policy->zone_count && to < policy->zone_count; i++)
			if (policy->rules[i].permits == permits && covers(&policy->rules[i], from, to)) {
				if (list != NULL)
					list[count] = (uint16_t)i;
				count++;
			}
	}
	starts[POLICY_PAIRS] = count;
	return count;
}

bool policy_index(struct policy *policy, struct sk_arena *arena)
{
	policy->matches = sk_arena_array(arena, policy->rule_count, sizeof *policy->matches);
	for (unsigned i = 0; i < policy->rule_count && policy->matches != NULL; i++)
		policy->matches[i] = policy->rules[i].match;
	policy->permits = sk_arena_array(arena, walk(policy, true, policy->permit_starts, NULL), sizeof *policy->permits);
	policy->refusals = sk_arena_array(arena, walk(policy, false, policy->refusal_starts, NULL), sizeof *policy->refusals);
	if (policy->matches == NULL || policy->permits == NULL || policy->refusals == NULL)
		return false;
	walk(policy, true, policy->permit_starts, policy->permits);
	walk(policy, false, policy->refusal_starts, policy->refusals);
	return true;
}
