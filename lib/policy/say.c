/* Sets and conditions in words: Japanese as the text of a policy has them, English by its English keywords. */
#include "policy/say.h"

void say_text(const struct words *w, sk_text text)
{
	sk_buf_put(w->out, sk_text_bytes(text));
}

void say_words(const struct words *w, const char *ja, const char *en)
{
	sk_buf_str(w->out, w->japanese ? ja : en);
}

void say_number(const struct words *w, uint64_t number)
{
	sk_buf_decimal(w->out, (int64_t)number);
}

void say_between(const struct words *w, bool *first)
{
	if (!*first)
		say_words(w, "、", ", ");
	*first = false;
}

void say_rule(const struct words *w, const struct policy_rule *rule)
{
	if (rule->permits)
		say_words(w, "許可「", "permit '");
	else
		say_words(w, "禁止「", "refuse '");
	say_text(w, rule->name);
	say_words(w, "」（", "' (");
	say_text(w, rule->place.file);
	sk_buf_u8(w->out, ':');
	say_number(w, rule->place.line);
	say_words(w, "）", ")");
}

void say_roles(const struct words *w, const struct policy *policy, uint64_t roles)
{
	bool first = true;

	for (unsigned i = 0; i < policy->role_count; i++)
		if (roles >> i & 1) {
			say_between(w, &first);
			say_text(w, policy->roles[i].name);
		}
}

void say_kinds(const struct words *w, const uint64_t kinds[POLICY_KIND_WORDS])
{
	bool first = true;

	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (kinds[kind / 64] >> kind % 64 & 1) {
			say_between(w, &first);
			sk_buf_str(w->out, format_kind_row(kind)->name);
		}
}

void say_channels(const struct words *w, uint8_t channels)
{
	bool first = true;

	for (unsigned i = 0; i < POLICY_CHANNEL_COUNT; i++)
		if (channels >> i & 1) {
			say_between(w, &first);
			sk_buf_str(w->out, policy_channel_name(i, w->japanese));
		}
}

void say_ceiling(const struct words *w, const struct policy *policy, enum policy_scale scale, uint16_t classes)
{
	unsigned highest = 0;

	for (unsigned i = 0; i < policy->class_count[scale]; i++)
		highest = classes >> i & 1 ? i : highest;
	say_text(w, policy->classes[scale][highest]);
	say_words(w, "以下", " or less");
}

void say_sizes(const struct words *w, uint64_t min, uint64_t max)
{
	if (min > 1 && min % 1024 == 1) { /* what a limit leaves */
		policy_size_print(min - 1, w->out);
		say_words(w, "を超えるもの", " exceeded");
	} else if (min > 0) {
		policy_size_print(min, w->out);
		say_words(w, "以上", " or more");
	}
	if (min > 0 && max < UINT64_MAX)
		say_words(w, "、", ", ");
	if (max < UINT64_MAX) {
		policy_size_print(max, w->out);
		say_words(w, "以下", " or less");
	}
}

void say_levels(const struct words *w, const struct policy_rule *rule)
{
	for (unsigned i = 0; i < rule->level_count; i++) {
		if (i > 0)
			say_words(w, "、できなければ", ", else ");
		sk_buf_str(w->out, policy_level_name(rule->levels[i], w->japanese));
	}
	if (rule->level_count == 0)
		say_words(w, "なし（画面だけ）", "none (the screen alone)");
}

static uint64_t deputies_of(const struct policy *policy, uint64_t roles)
{
	uint64_t deputies = 0;

	for (unsigned i = 0; i < policy->role_count; i++)
		if (roles >> i & 1)
			deputies |= policy->roles[i].deputies;
	return deputies & ~roles;
}

static void say_approval(const struct words *w, const struct policy *policy, const struct policy_approval *a)
{
	uint64_t deputies = a->no_deputy ? 0 : deputies_of(policy, a->roles);

	say_number(w, a->people);
	say_words(w, "人（", a->people == 1 ? " person (" : " people (");
	say_roles(w, policy, a->roles);
	if (deputies != 0) {
		say_words(w, "。代理: ", "; deputies: ");
		say_roles(w, policy, deputies);
	}
	if (a->no_deputy)
		say_words(w, "。代理不可", "; no deputy");
	say_words(w, "）", ")");
}

void say_approvals(const struct words *w, const struct policy *policy, const struct policy_rule *rule)
{
	if (rule->approval_count == 0)
		say_words(w, "いらない", "none");
	for (unsigned i = 0; i < rule->approval_count; i++) {
		if (i > 0)
			say_words(w, "と ", " and ");
		say_approval(w, policy, &rule->approvals[i]);
	}
}

void say_scanners(const struct words *w, const struct policy *policy, uint16_t scanners)
{
	bool first = true;

	if (scanners == 0)
		say_words(w, "なし", "none");
	for (unsigned i = 0; i < policy->scanner_count; i++)
		if (scanners >> i & 1) {
			say_between(w, &first);
			say_text(w, policy->scanners[i].name);
			say_words(w, "（定義 ", " (signatures of ");
			say_number(w, policy->scanners[i].signature_days);
			say_words(w, "日以内）", " days or newer)");
		}
}

void say_originals(const struct words *w, uint32_t days)
{
	if (days == 0) {
		say_words(w, "残さない", "not kept");
		return;
	}
	say_number(w, days);
	say_words(w, "日残す", " days");
}
