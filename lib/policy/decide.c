/*
 * The decision: pure, total, without allocation.
 *
 * 1. What the policy does not know is refused.            4. No permit fits: refused, that is the default.
 * 2. A class above what the role handles is refused.      5. A prohibition that fits and does not except this permit: refused.
 * 3. The first permit whose conditions fit decides how.   So a prohibition never changes which permit decides.
 */
#include "policy/table.h"

#define BIT(reason) ((uint32_t)1 << POLICY_REASON_##reason)

/* A request whose numbers are all within the policy's tables, as sets with one element. */
struct asked {
	const struct policy_request *request;
	uint64_t role, kind[POLICY_KIND_WORDS];
	uint16_t classes[POLICY_SCALE_COUNT];
	uint64_t size;
	uint8_t channel;
};

static bool is_known(const struct policy *policy, const struct policy_request *r)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		if (r->classes[scale] >= policy->class_count[scale])
			return false;
	return r->from < policy->zone_count && r->to < policy->zone_count && r->role < policy->role_count && r->channel < POLICY_CHANNEL_COUNT &&
	       (r->kind < KIND_COUNT || r->channel == POLICY_CHANNEL_SCREEN);
}

/* The screen has neither kind nor size: any will do, and rules for it name none. */
static struct asked asked_of(const struct policy_request *r)
{
	bool screen = r->channel == POLICY_CHANNEL_SCREEN;
	unsigned kind = screen ? KIND_unknown : r->kind;
	struct asked a = {.request = r, .role = (uint64_t)1 << r->role, .size = screen ? 0 : r->size, .channel = (uint8_t)(1u << r->channel)};

	a.kind[kind / 64] = (uint64_t)1 << kind % 64;
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		a.classes[scale] = (uint16_t)(1u << r->classes[scale]);
	return a;
}

/* The conditions that do not fit; 0: the rule fits. */
static uint32_t failed(const struct policy_match *m, const struct asked *a)
{
	uint32_t bits = 0;

	bits |= (m->channels & a->channel) == 0 ? BIT(channel) : 0;
	bits |= (m->requesters & a->role) == 0 ? BIT(requester) : 0;
	bits |= ((m->kinds[0] & a->kind[0]) | (m->kinds[1] & a->kind[1])) == 0 ? BIT(kind) : 0;
	bits |= a->size < m->size_min || a->size > m->size_max ? BIT(size) : 0;
	bits |= (m->classes[POLICY_CONFIDENTIALITY] & a->classes[POLICY_CONFIDENTIALITY]) == 0 ? BIT(confidentiality) : 0;
	bits |= (m->classes[POLICY_INTEGRITY] & a->classes[POLICY_INTEGRITY]) == 0 ? BIT(integrity) : 0;
	bits |= (m->classes[POLICY_AVAILABILITY] & a->classes[POLICY_AVAILABILITY]) == 0 ? BIT(availability) : 0;
	bits |= a->request->day > m->until ? BIT(until) : 0;
	return bits;
}

/* failed() == 0, told at once: most rules of a long policy do not fit. */
static bool fits(const struct policy_match *m, const struct asked *a)
{
	return (m->channels & a->channel) != 0 && ((m->kinds[0] & a->kind[0]) | (m->kinds[1] & a->kind[1])) != 0 && a->size <= m->size_max &&
	       failed(m, a) == 0;
}

/* The one that fails in the fewest conditions, the first of several: what a person would have to change least. */
static void find_closest(const struct policy *policy, unsigned pair, const struct asked *a, struct policy_decision *decision)
{
	int fewest = POLICY_REASON_COUNT;

	for (uint32_t i = policy->permit_starts[pair]; i < policy->permit_starts[pair + 1]; i++) {
		uint32_t bits = failed(&policy->matches[policy->permits[i]], a);
		int count = 0;
		for (uint32_t left = bits; left != 0; left &= left - 1)
			count++;
		if (count < fewest) {
			fewest = count;
			decision->rule = &policy->rules[policy->permits[i]];
			decision->failed = bits;
		}
	}
}

/* The first permit that fits, or NULL. */
static const struct policy_rule *permit_of(const struct policy *policy, unsigned pair, const struct asked *a)
{
	for (uint32_t i = policy->permit_starts[pair]; i < policy->permit_starts[pair + 1]; i++)
		if (fits(&policy->matches[policy->permits[i]], a))
			return &policy->rules[policy->permits[i]];
	return NULL;
}

/* The first prohibition that fits and leaves no exception for this permit. */
static const struct policy_rule *refusal_of(const struct policy *policy, unsigned pair, const struct asked *a, const struct policy_rule *permit)
{
	for (uint32_t i = policy->refusal_starts[pair]; i < policy->refusal_starts[pair + 1]; i++) {
		const struct policy_rule *rule = &policy->rules[policy->refusals[i]];
		if (fits(&policy->matches[policy->refusals[i]], a) && (permit == NULL || !policy_exempts(policy, rule, permit)))
			return rule;
	}
	return NULL;
}

static void decide_known(const struct policy *policy, const struct policy_request *request, struct policy_decision *decision)
{
	unsigned pair = policy_pair(request->from, request->to);
	struct asked a = asked_of(request);
	const struct policy_rule *permit = permit_of(policy, pair, &a);
	const struct policy_rule *refusal = refusal_of(policy, pair, &a, permit);

	decision->permitted = permit != NULL && refusal == NULL;
	decision->reason = decision->permitted ? POLICY_REASON_permitted : refusal != NULL ? POLICY_REASON_refused : POLICY_REASON_no_permit;
	decision->rule = refusal != NULL ? refusal : permit;
	if (refusal != NULL)
		decision->permit = permit;
	else if (permit == NULL)
		find_closest(policy, pair, &a, decision);
}

static bool is_above_role(const struct policy *policy, const struct policy_request *r)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		if (r->classes[scale] > policy->roles[r->role].ceiling[scale])
			return true;
	return false;
}

void policy_decide(const struct policy *policy, const struct policy_request *request, struct policy_decision *decision)
{
	*decision = (struct policy_decision){.reason = POLICY_REASON_unknown};
	if (policy == NULL)
		return;
	decision->version = policy->version;
	if (!is_known(policy, request))
		return;
	if (request->from == request->to)
		decision->reason = POLICY_REASON_same_zone;
	else if (policy->zones[request->from].unused || policy->zones[request->to].unused)
		decision->reason = POLICY_REASON_unused_zone;
	else if (is_above_role(policy, request))
		decision->reason = POLICY_REASON_clearance;
	else
		decide_known(policy, request, decision);
}
