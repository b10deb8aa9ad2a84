/* A decision for programs: one line of JSON. */
#include "policy.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_of(sk_text text)
{
	return json_stringn(text.at, text.len);
}

static json_t *roles_of(const struct policy *policy, uint64_t roles)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < policy_role_count(policy); i++)
		if (roles >> i & 1)
			json_array_append_new(list, text_of(policy_role_at(policy, i)->name));
	return list;
}

static json_t *approvals_of(const struct policy *policy, const struct policy_rule *rule)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < rule->approval_count; i++) {
		const struct policy_approval *a = &rule->approvals[i];
		uint64_t deputies = 0;
		for (unsigned k = 0; k < policy_role_count(policy) && !a->no_deputy; k++)
			deputies |= a->roles >> k & 1 ? policy_role_at(policy, k)->deputies : 0;
		json_array_append_new(list, json_pack("{si so so}", "people", (int)a->people, "roles", roles_of(policy, a->roles), "deputies",
						      roles_of(policy, deputies & ~a->roles)));
	}
	return list;
}

static json_t *levels_of(const struct policy_rule *rule)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < rule->level_count; i++)
		json_array_append_new(list, json_string(policy_level_name(rule->levels[i], false)));
	return list;
}

static json_t *scanners_of(const struct policy *policy, const struct policy_rule *rule)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < policy_scanner_count(policy); i++)
		if (rule->scanners >> i & 1)
			json_array_append_new(list, json_pack("{so si}", "name", text_of(policy_scanner_at(policy, i)->name), "signature_days",
							      (int)policy_scanner_at(policy, i)->signature_days));
	return list;
}

static json_t *rule_of(const struct policy_rule *rule)
{
	if (rule == NULL)
		return json_null();
	return json_pack("{so so si so}", "name", text_of(rule->name), "file", text_of(rule->place.file), "line", (int)rule->place.line, "reason", text_of(rule->reason));
}

static json_t *failed_of(const struct policy_decision *d)
{
	json_t *list = json_array();

	for (unsigned reason = 0; reason < POLICY_REASON_COUNT; reason++)
		if (d->failed >> reason & 1)
			json_array_append_new(list, json_string(policy_reason_name(reason)));
	return list;
}

/* "rule" is what decided, "closest" what nearly let it pass. */
static void add_rules(json_t *object, const struct policy_decision *d)
{
	bool decided = d->permitted || d->reason == POLICY_REASON_refused;

	json_object_set_new(object, "rule", rule_of(decided ? d->rule : NULL));
	if (!decided && d->rule != NULL) {
		json_object_set_new(object, "closest", rule_of(d->rule));
		json_object_set_new(object, "failed", failed_of(d));
	}
}

static void add_conditions(json_t *object, const struct policy *policy, const struct policy_rule *rule)
{
	uint8_t day[16];
	struct sk_buf until;

	sk_buf_fixed(&until, day, sizeof day);
	policy_date_print(rule->match.until, &until);
	json_object_set_new(object, "levels", levels_of(rule));
	json_object_set_new(object, "approvals", approvals_of(policy, rule));
	json_object_set_new(object, "scanners", scanners_of(policy, rule));
	json_object_set_new(object, "original_days", json_integer(rule->original_days));
	json_object_set_new(object, "until", json_stringn((const char *)day, until.len));
}

bool policy_print_json(const struct policy *policy, sk_text role, const struct policy_decision *d, struct sk_buf *out)
{
	char version[2 * POLICY_VERSION_BYTES];
	struct sk_buf digits;
	json_t *object;
	char *line;

	sk_buf_fixed(&digits, version, sizeof version);
	sk_buf_hex(&digits, sk_bytes_of(d->version, POLICY_VERSION_BYTES));
	object = json_pack("{so sb ss so}", "role", text_of(role), "permitted", d->permitted, "decision", policy_reason_name(d->reason), "version", json_stringn(version, digits.len));
	add_rules(object, d);
	if (d->permitted)
		add_conditions(object, policy, d->rule);
	line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (line == NULL)
		return false;
	sk_buf_str(out, line);
	sk_buf_u8(out, '\n');
	free(line);
	return true;
}
