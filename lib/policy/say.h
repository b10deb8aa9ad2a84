/* say: sets and conditions of a policy in words; for explain.c and diff.c. */
#ifndef POLICY_SAY_H
#define POLICY_SAY_H

#include "policy/table.h"

struct words {
	struct sk_buf *out;
	bool japanese;
};

void say_text(const struct words *w, sk_text text);
/* The text in the language. */
void say_words(const struct words *w, const char *ja, const char *en);
void say_number(const struct words *w, uint64_t number);
/* "、" or ", " before all but the first of a list. */
void say_between(const struct words *w, bool *first);
/* 許可「name」（file:line） */
void say_rule(const struct words *w, const struct policy_rule *rule);
void say_roles(const struct words *w, const struct policy *policy, uint64_t roles);
void say_kinds(const struct words *w, const uint64_t kinds[POLICY_KIND_WORDS]);
void say_channels(const struct words *w, uint8_t channels);
/* The highest class of a permit, and "or less". */
void say_ceiling(const struct words *w, const struct policy *policy, enum policy_scale scale, uint16_t classes);
void say_sizes(const struct words *w, uint64_t min, uint64_t max);
void say_levels(const struct words *w, const struct policy_rule *rule);
void say_approvals(const struct words *w, const struct policy *policy, const struct policy_rule *rule);
void say_scanners(const struct words *w, const struct policy *policy, uint16_t scanners);
void say_originals(const struct words *w, uint32_t days);

#endif
