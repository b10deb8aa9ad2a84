/*
 * What is no error and yet not meant: permits that no request can meet, or that are always refused, or whose day has passed; roles that nobody asks in.
 * Rules are compared two by two; what only several earlier rules cover together is not found.
 */
#include "policy/say.h"

struct adviser {
	struct words w;
	const struct policy *policy;
	int32_t day;
	unsigned count;
};

static uint64_t roles_of(const struct policy *p)
{
	return p->role_count < 64 ? ((uint64_t)1 << p->role_count) - 1 : UINT64_MAX;
}

/* Requests that may come at all: no role asks above what it handles. */
static uint16_t classes_of(const struct policy *p, const struct policy_rule *rule, unsigned scale)
{
	unsigned highest = 0;

	for (unsigned i = 0; i < p->role_count; i++)
		if (rule->match.requesters >> i & 1 && p->roles[i].ceiling[scale] > highest)
			highest = p->roles[i].ceiling[scale];
	return rule->match.classes[scale] & (uint16_t)((1u << p->class_count[scale]) - 1) & (uint16_t)((2u << highest) - 1);
}

static bool covers_classes(const struct policy *p, const struct policy_rule *a, const struct policy_rule *b)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		if ((classes_of(p, b, scale) & ~a->match.classes[scale]) != 0)
			return false;
	return true;
}

static bool covers_kinds(const struct policy_match *a, const struct policy_match *b)
{
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (b->kinds[kind / 64] >> kind % 64 & 1 && !(a->kinds[kind / 64] >> kind % 64 & 1))
			return false;
	return a->size_min <= b->size_min && a->size_max >= b->size_max;
}

/* Kind and size of what a screen shows, as the decision has them. */
static bool covers_screen(const struct policy_match *a)
{
	return a->size_min == 0 && a->kinds[KIND_unknown / 64] >> KIND_unknown % 64 & 1;
}

/* Every request that fits b fits a. */
static bool covers(const struct policy *p, const struct policy_rule *a, const struct policy_rule *b)
{
	const struct policy_match *m = &a->match, *n = &b->match;
	uint8_t screen = 1u << POLICY_CHANNEL_SCREEN;

	if ((b->from & ~a->from) != 0 || (b->to & ~a->to) != 0 || (n->channels & ~m->channels) != 0 || (n->requesters & roles_of(p) & ~m->requesters) != 0 ||
	    n->until > m->until)
		return false;
	if ((n->channels & ~screen) != 0 && !covers_kinds(m, n))
		return false;
	return ((n->channels & screen) == 0 || covers_screen(m)) && covers_classes(p, a, b);
}

/* ---- words ---- */

static void begin(struct adviser *a, const struct policy_rule *rule)
{
	a->count++;
	say_words(&a->w, "注意: ", "note: ");
	say_rule(&a->w, rule);
}

static void end(const struct adviser *a, const char *ja, const char *en)
{
	say_words(&a->w, ja, en);
	sk_buf_u8(a->w.out, '\n');
}

static void advise_shadow(struct adviser *a, const struct policy_rule *rule, unsigned index)
{
	for (unsigned i = 0; i < index; i++) {
		const struct policy_rule *earlier = &a->policy->rules[i];
		if (!earlier->permits || !covers(a->policy, earlier, rule))
			continue;
		begin(a, rule);
		say_words(&a->w, "は当てはまることがありません。前にある", " is never met: all of it falls to ");
		say_rule(&a->w, earlier);
		end(a, "がすべてを受けます。", ", which stands before it");
		return;
	}
}

static void advise_refused(struct adviser *a, const struct policy_rule *rule)
{
	for (unsigned i = 0; i < a->policy->rule_count; i++) {
		const struct policy_rule *refusal = &a->policy->rules[i];
		if (refusal->permits || policy_exempts(a->policy, refusal, rule) || !covers(a->policy, refusal, rule))
			continue;
		begin(a, rule);
		say_words(&a->w, "はいつも断られます。", " is always refused by ");
		say_rule(&a->w, refusal);
		end(a, "に当たります。例外とするか、許可を削ってください。", ": name it there as an exception, or take it out");
		return;
	}
}

static void advise_expired(struct adviser *a, const struct policy_rule *rule)
{
	if (rule->match.until >= a->day)
		return;
	begin(a, rule);
	say_words(&a->w, "の期限（", ": its last day was ");
	policy_date_print(rule->match.until, a->w.out);
	end(a, "）は過ぎています。", "");
}

static void advise_classes(struct adviser *a, const struct policy_rule *rule)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++) {
		uint16_t all = (uint16_t)((1u << a->policy->class_count[scale]) - 1), named = rule->match.classes[scale] & all;
		if (rule->match.classes[scale] == UINT16_MAX /* not stated */ || (named & ~classes_of(a->policy, rule, scale)) == 0)
			continue;
		begin(a, rule);
		say_words(&a->w, "の", ": its ");
		sk_buf_str(a->w.out, policy_scale_name(scale, a->w.japanese));
		end(a, "の上限を取り扱える依頼者がいません。", " reaches above what any of its requesters may handle");
	}
}

static uint64_t roles_in_use(const struct policy *p)
{
	uint64_t roles = 0;

	for (unsigned i = 0; i < p->rule_count; i++) {
		roles |= p->rules[i].permits ? p->rules[i].match.requesters : 0;
		for (unsigned k = 0; k < p->rules[i].approval_count; k++)
			roles |= p->rules[i].approvals[k].roles;
	}
	for (unsigned i = 0; i < p->role_count; i++)
		roles |= p->roles[i].deputies;
	return roles;
}

static void advise_roles(struct adviser *a)
{
	uint64_t used = roles_in_use(a->policy);

	for (unsigned i = 0; i < a->policy->role_count; i++) {
		const struct policy_role *role = &a->policy->roles[i];
		if (used >> i & 1)
			continue;
		a->count++;
		say_words(&a->w, "注意: 役割「", "note: role '");
		say_text(&a->w, role->name);
		say_words(&a->w, "」（", "' (");
		say_text(&a->w, role->place.file);
		sk_buf_u8(a->w.out, ':');
		say_number(&a->w, role->place.line);
		end(a, "）は、どの許可にも出てきません。", ") stands in no permit");
	}
}

unsigned policy_advise(const struct policy *policy, int32_t day, bool japanese, struct sk_buf *out)
{
	struct adviser a = {{out, japanese}, policy, day, 0};

	for (unsigned i = 0; i < policy->rule_count; i++) {
		const struct policy_rule *rule = &policy->rules[i];
		if (!rule->permits)
			continue;
		advise_shadow(&a, rule, i);
		advise_refused(&a, rule);
		advise_expired(&a, rule);
		advise_classes(&a, rule);
	}
	advise_roles(&a);
	return a.count;
}
