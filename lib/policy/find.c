/* What a policy consists of, by number and by name. */
#include "policy/table.h"
#include "policy/tree.h"

sk_text policy_title(const struct policy *policy)
{
	return policy->title;
}

sk_text policy_organization(const struct policy *policy)
{
	return policy->organization;
}

sk_bytes policy_text(const struct policy *policy)
{
	return policy->text;
}

const uint8_t *policy_version(const struct policy *policy)
{
	return policy->version;
}

unsigned policy_zone_count(const struct policy *policy)
{
	return policy->zone_count;
}

const struct policy_zone *policy_zone_at(const struct policy *policy, unsigned index)
{
	return index < policy->zone_count ? &policy->zones[index] : NULL;
}

unsigned policy_role_count(const struct policy *policy)
{
	return policy->role_count;
}

const struct policy_role *policy_role_at(const struct policy *policy, unsigned index)
{
	return index < policy->role_count ? &policy->roles[index] : NULL;
}

unsigned policy_scanner_count(const struct policy *policy)
{
	return policy->scanner_count;
}

const struct policy_scanner *policy_scanner_at(const struct policy *policy, unsigned index)
{
	return index < policy->scanner_count ? &policy->scanners[index] : NULL;
}

unsigned policy_rule_count(const struct policy *policy)
{
	return policy->rule_count;
}

const struct policy_rule *policy_rule_at(const struct policy *policy, unsigned index)
{
	return index < policy->rule_count ? &policy->rules[index] : NULL;
}

unsigned policy_class_count(const struct policy *policy, enum policy_scale scale)
{
	return policy->class_count[scale];
}

sk_text policy_class_name(const struct policy *policy, enum policy_scale scale, unsigned index)
{
	return index < policy->class_count[scale] ? policy->classes[scale][index] : SK_TEXT("");
}

/* ---- by name ---- */

static bool same(sk_text a, sk_text b)
{
	return sk_bytes_equal(sk_text_bytes(a), sk_text_bytes(b));
}

unsigned policy_zone_find(const struct policy *policy, sk_text name)
{
	for (unsigned i = 0; i < policy->zone_count; i++)
		if (same(policy->zones[i].name, name))
			return i;
	return UINT32_MAX;
}

unsigned policy_role_find(const struct policy *policy, sk_text name)
{
	for (unsigned i = 0; i < policy->role_count; i++)
		if (same(policy->roles[i].name, name))
			return i;
	return UINT32_MAX;
}

unsigned policy_class_find(const struct policy *policy, enum policy_scale scale, sk_text name)
{
	for (unsigned i = 0; i < policy->class_count[scale]; i++)
		if (same(policy->classes[scale][i], name))
			return i;
	return UINT32_MAX;
}

unsigned policy_channel_find(sk_text name)
{
	enum word word = word_find(name);

	return word >= WORD_file && word <= WORD_screen ? (unsigned)(word - WORD_file) : UINT32_MAX;
}

unsigned policy_kind_find(sk_text name)
{
	sk_bytes b = sk_text_bytes(name);

	for (unsigned kind = 0; kind < KIND_COUNT && b.len > 0; kind++) {
		const struct format_kind_row *row = format_kind_row(kind);
		if (sk_bytes_equal(b, sk_bytes_str(row->name)) || (b.at[0] == '.' && sk_bytes_equal_nocase(b, sk_bytes_str(row->extension))))
			return kind;
	}
	return UINT32_MAX;
}

static const char *name_of(enum word word, bool japanese)
{
	return japanese ? word_japanese(word) : word_english(word);
}

const char *policy_channel_name(enum policy_channel channel, bool japanese)
{
	return name_of((enum word)(WORD_file + channel), japanese);
}

const char *policy_level_name(enum policy_level level, bool japanese)
{
	return name_of((enum word)(WORD_rebuild + level), japanese);
}

const char *policy_scale_name(enum policy_scale scale, bool japanese)
{
	return name_of((enum word)(WORD_confidentiality + scale), japanese);
}
