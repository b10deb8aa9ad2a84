/* Permits and prohibitions as products of sets. Names become numbers; a rule that could never fit, or fits what it can't mean, is an error. */
#include "policy/compile.h"

static const enum word scale_words[POLICY_SCALE_COUNT] = {WORD_confidentiality, WORD_integrity, WORD_availability};

/* ---- names as numbers ---- */

/* An unknown name, with the one of its sort that was probably meant. */
static void unknown(const struct compiler *c, const struct node *node, const struct arg *arg, enum policy_error_code code)
{
	struct suggestion s = {.wanted = arg->text};

	compile_error_arg(c, node, arg, code);
	for (size_t i = 0; i < c->node_count && !c->tree->errors->more; i++) {
		enum word word = c->nodes[i]->row->word;
		bool fits = (code == POLICY_ERROR_unknown_zone && word == WORD_zone) || (code == POLICY_ERROR_unknown_role && word == WORD_role) ||
			    (code == POLICY_ERROR_unknown_scanner && word == WORD_scanner) || (code == POLICY_ERROR_unknown_permit && word == WORD_permit) ||
			    (code == POLICY_ERROR_unknown_kind && word == WORD_group);
		if (fits)
			suggest_consider(&s, c->nodes[i]->args->text);
	}
	for (unsigned kind = 0; kind < KIND_COUNT && code == POLICY_ERROR_unknown_kind; kind++)
		suggest_consider(&s, (sk_text){format_kind_row(kind)->name, strlen(format_kind_row(kind)->name)});
	suggest_note(&s, c->tree->errors);
}

unsigned compile_class(const struct compiler *c, const struct node *node, enum policy_scale scale)
{
	unsigned class = policy_class_find(c->policy, scale, node->args->text);

	if (class == UINT32_MAX)
		compile_error_arg(c, node, node->args, POLICY_ERROR_unknown_class);
	return class;
}

uint64_t compile_roles(const struct compiler *c, const struct node *node)
{
	uint64_t roles = 0;

	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		if (arg->kind == ARG_WORD && arg->word == WORD_all)
			return UINT64_MAX;
		if (arg->kind != ARG_NAME)
			continue;
		unsigned role = policy_role_find(c->policy, arg->text);
		if (role == UINT32_MAX)
			unknown(c, node, arg, POLICY_ERROR_unknown_role);
		else
			roles |= (uint64_t)1 << role;
	}
	return roles;
}

static uint32_t zones_in_use(const struct policy *policy)
{
	uint32_t zones = 0;

	for (unsigned i = 0; i < policy->zone_count; i++)
		zones |= (uint32_t)!policy->zones[i].unused << i;
	return zones;
}

uint32_t compile_zones(const struct compiler *c, const struct node *node, enum slot slot)
{
	uint32_t zones = 0;

	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		if (arg->slot != slot)
			continue;
		if (arg->kind == ARG_WORD)
			return zones_in_use(c->policy);
		unsigned zone = policy_zone_find(c->policy, arg->text);
		if (zone == UINT32_MAX)
			unknown(c, node, arg, POLICY_ERROR_unknown_zone);
		else if (c->policy->zones[zone].unused)
			compile_error_arg(c, node, arg, POLICY_ERROR_unused_zone);
		else
			zones |= (uint32_t)1 << zone;
	}
	return zones;
}

static const struct group *group_of(const struct compiler *c, sk_text name)
{
	for (unsigned i = 0; i < c->group_count; i++)
		if (sk_bytes_equal(sk_text_bytes(c->groups[i].name), sk_text_bytes(name)))
			return &c->groups[i];
	return NULL;
}

static bool is_taken(unsigned kind)
{
	return format_kind_row(kind)->extension[0] != '\0';
}

static void add_kinds(const struct compiler *c, const struct node *node, const struct arg *arg, bool taken, uint64_t kinds[POLICY_KIND_WORDS])
{
	const struct group *group = group_of(c, arg->text);
	unsigned kind = group == NULL ? policy_kind_find(arg->text) : UINT32_MAX;
	uint64_t more[POLICY_KIND_WORDS] = {0};

	if (group != NULL)
		memcpy(more, group->kinds, sizeof more);
	else if (kind != UINT32_MAX)
		more[kind / 64] |= (uint64_t)1 << kind % 64;
	else
		unknown(c, node, arg, POLICY_ERROR_unknown_kind);
	for (kind = 0; kind < KIND_COUNT && taken; kind++)
		if (more[kind / 64] >> kind % 64 & 1 && !is_taken(kind)) {
			compile_error_arg(c, node, arg, POLICY_ERROR_not_taken);
			return;
		}
	for (unsigned i = 0; i < POLICY_KIND_WORDS; i++)
		kinds[i] |= more[i];
}

void compile_kinds(const struct compiler *c, const struct node *node, enum slot slot, bool taken, uint64_t kinds[POLICY_KIND_WORDS])
{
	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		if (arg->slot == slot && arg->kind == ARG_NAME)
			add_kinds(c, node, arg, taken, kinds);
		for (unsigned kind = 0; kind < KIND_COUNT && arg->kind == ARG_WORD; kind++)
			if (!taken || is_taken(kind))
				kinds[kind / 64] |= (uint64_t)1 << kind % 64;
	}
}

/* ---- conditions that both have ---- */

static uint8_t channels_of(const struct node *node)
{
	uint8_t channels = 0;

	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next)
		channels |= (uint8_t)(1u << (arg->word - WORD_file));
	return channels;
}

#define ALL_CHANNELS ((uint8_t)((1u << POLICY_CHANNEL_COUNT) - 1))
#define SCREEN_ALONE ((uint8_t)(1u << POLICY_CHANNEL_SCREEN))

static void match_everything(struct policy_match *m)
{
	*m = (struct policy_match){.size_max = UINT64_MAX, .requesters = UINT64_MAX, .until = POLICY_FOREVER, .channels = ALL_CHANNELS};
	memset(m->kinds, 0xFF, sizeof m->kinds);
	memset(m->classes, 0xFF, sizeof m->classes);
}

/* Classes at most, or at least, the one that the statement names; without a statement all. */
static uint16_t classes_of(const struct compiler *c, const struct node *node, enum policy_scale scale)
{
	unsigned class = node != NULL ? compile_class(c, node, scale) : UINT32_MAX;

	if (node == NULL)
		return UINT16_MAX;
	if (class == UINT32_MAX)
		return 0;
	uint16_t upto = (uint16_t)((2u << class) - 1), from = (uint16_t)((uint32_t)UINT16_MAX << class);
	return node->row->pattern == PATTERN_AT_MOST ? upto : from;
}

static void compile_match(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	const struct node *channel = child_of(node, WORD_channel), *requester = child_of(node, WORD_requester);
	const struct node *kinds = child_of(node, WORD_kinds), *size = child_of(node, WORD_size), *until = child_of(node, WORD_until);
	struct policy_match *m = &rule->match;

	match_everything(m);
	if (channel != NULL)
		m->channels = channels_of(channel);
	if (requester != NULL)
		m->requesters = compile_roles(c, requester);
	if (kinds != NULL) {
		memset(m->kinds, 0, sizeof m->kinds);
		compile_kinds(c, kinds, SLOT_VALUE, rule->permits, m->kinds);
	}
	if (size != NULL && rule->permits)
		m->size_max = size->args->number;
	else if (size != NULL)
		m->size_min = size->args->number;
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		m->classes[scale] = classes_of(c, child_of(node, scale_words[scale]), scale);
	if (until != NULL)
		m->until = (int32_t)until->args->number;
}

/* ---- a permit ---- */

static void compile_approval(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	struct policy_approval approval = {0};

	if (node->args->kind == ARG_WORD)
		return; /* none */
	if (rule->approval_count == POLICY_APPROVALS_MAX) {
		compile_error(c, node, POLICY_ERROR_limit, SK_TEXT("policy_approvals"));
		return;
	}
	approval.roles = compile_roles(c, node);
	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		if (arg->slot == SLOT_COUNT_OF)
			approval.people = (uint8_t)arg->number;
		approval.no_deputy |= arg->slot == SLOT_OPTION;
	}
	rule->approvals[rule->approval_count++] = approval;
}

/* なし beside another approval says two things. */
static void compile_approvals(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	unsigned count = 0;
	bool none = false;

	for (const struct node *child = node->children; child != NULL; child = child->next) {
		if (child->row->word != WORD_approval)
			continue;
		none |= child->args->kind == ARG_WORD;
		if (++count > 1 && none)
			compile_error(c, child, POLICY_ERROR_twice, (sk_text){word_japanese(WORD_approval), strlen(word_japanese(WORD_approval))});
		compile_approval(c, child, rule);
	}
}

static void compile_levels(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		enum policy_level level = (enum policy_level)(arg->word - WORD_rebuild);
		for (unsigned i = 0; i < rule->level_count; i++)
			if (rule->levels[i] == level) {
				compile_error_arg(c, node, arg, POLICY_ERROR_twice);
				return;
			}
		rule->levels[rule->level_count++] = level;
	}
}

static void compile_scanners(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		unsigned found = UINT32_MAX;
		for (unsigned i = 0; i < c->policy->scanner_count && arg->kind == ARG_NAME; i++)
			if (sk_bytes_equal(sk_text_bytes(c->policy->scanners[i].name), sk_text_bytes(arg->text)))
				found = i;
		if (found != UINT32_MAX)
			rule->scanners |= (uint16_t)(1u << found);
		else if (arg->kind == ARG_NAME)
			unknown(c, node, arg, POLICY_ERROR_unknown_scanner);
	}
}

static void compile_permit(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	const struct node *levels = child_of(node, WORD_level), *scan = child_of(node, WORD_scan), *originals = child_of(node, WORD_originals);
	bool content = rule->match.channels != SCREEN_ALONE;

	compile_check_block(c, node, content);
	if (content && rule->match.channels & SCREEN_ALONE && child_of(node, WORD_channel) != NULL)
		compile_error(c, child_of(node, WORD_channel), POLICY_ERROR_mixed, SK_TEXT(""));
	compile_approvals(c, node, rule);
	if (levels != NULL)
		compile_levels(c, levels, rule);
	if (scan != NULL)
		compile_scanners(c, scan, rule);
	if (originals != NULL && originals->args->kind == ARG_NUMBER)
		rule->original_days = (uint32_t)originals->args->number;
}

/* ---- rules ---- */

static bool is_one(uint32_t zones)
{
	return zones != 0 && (zones & (zones - 1)) == 0;
}

static void compile_rule(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	const struct node *reason = child_of(node, WORD_reason);

	*rule = (struct policy_rule){.name = node->args->text, .permits = node->row->word == WORD_permit, .place = compile_place(node)};
	rule->reason = reason != NULL ? reason->args->text : SK_TEXT("");
	rule->from = compile_zones(c, node, SLOT_FROM);
	rule->to = compile_zones(c, node, SLOT_TO);
	if (is_one(rule->from) && rule->from == rule->to)
		compile_error_arg(c, node, node->last_arg, POLICY_ERROR_same_zone);
	compile_match(c, node, rule);
	if (rule->permits)
		compile_permit(c, node, rule);
	else
		compile_check_block(c, node, true);
}

static unsigned permit_find(const struct policy *policy, sk_text name)
{
	for (unsigned i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].permits && sk_bytes_equal(sk_text_bytes(policy->rules[i].name), sk_text_bytes(name)))
			return i;
	return UINT32_MAX;
}

static bool meet(const struct policy_rule *a, const struct policy_rule *b)
{
	uint32_t from = a->from & b->from, to = a->to & b->to;

	return from != 0 && to != 0 && !(is_one(from) && from == to);
}

/* After all rules have their names. */
static bool compile_exceptions(const struct compiler *c, const struct node *node, struct policy_rule *rule)
{
	const struct node *except = child_of(node, WORD_except);
	uint64_t *set;

	if (except == NULL)
		return true;
	set = sk_arena_array(c->tree->arena, (c->policy->rule_count + 63) / 64, sizeof *set);
	if (set == NULL)
		return false;
	for (const struct arg *arg = except->args; arg != NULL; arg = arg->next) {
		unsigned permit = permit_find(c->policy, arg->text);
		if (permit == UINT32_MAX)
			unknown(c, except, arg, POLICY_ERROR_unknown_permit);
		else if (!meet(rule, &c->policy->rules[permit]))
			compile_error_arg(c, except, arg, POLICY_ERROR_no_room);
		else
			set[permit / 64] |= (uint64_t)1 << permit % 64;
	}
	rule->exceptions = set;
	return true;
}

bool compile_rules(struct compiler *c)
{
	struct policy *policy = c->policy;
	unsigned count = 0, at = 0;

	for (size_t i = 0; i < c->node_count; i++)
		count += c->nodes[i]->row->pattern == PATTERN_RULE;
	if (count > POLICY_RULES_MAX) {
		limit_note(LIMIT_policy_rules);
		return false;
	}
	policy->rules = sk_arena_array(c->tree->arena, count, sizeof *policy->rules);
	if (policy->rules == NULL)
		return false;
	for (size_t i = 0; i < c->node_count; i++)
		if (c->nodes[i]->row->pattern == PATTERN_RULE)
			compile_rule(c, c->nodes[i], &policy->rules[policy->rule_count++]);
	for (size_t i = 0; i < c->node_count; i++)
		if (c->nodes[i]->row->pattern == PATTERN_RULE && !compile_exceptions(c, c->nodes[i], &policy->rules[at++]))
			return false;
	return true;
}
