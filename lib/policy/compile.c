/*
 * A tree as a table: first scales, zones, roles, scanners and groups, then the rules that name them. The attacker controls names, numbers and how often
 * something is said; what is wrong is noted, and a policy with one error is none.
 */
#include "policy/compile.h"

#include "codec/digest.h"

bool compile_error_arg(const struct compiler *c, const struct node *node, const struct arg *arg, enum policy_error_code code)
{
	return error_at(c->tree->errors, place_of_arg(node, arg), code, arg->text);
}

bool compile_error(const struct compiler *c, const struct node *node, enum policy_error_code code, sk_text detail)
{
	return error_at(c->tree->errors, place_of_node(node), code, detail);
}

static bool over_limit(const struct compiler *c, const struct node *node, enum limit which)
{
	return compile_error(c, node, POLICY_ERROR_limit, (sk_text){limit_rows[which].name, strlen(limit_rows[which].name)});
}

struct policy_place compile_place(const struct node *node)
{
	return (struct policy_place){node->file->name, node->line};
}

const struct node *child_of(const struct node *node, enum word word)
{
	for (const struct node *child = node->children; child != NULL; child = child->next)
		if (child->row->word == word)
			return child;
	return NULL;
}

static sk_text word_text(enum word word)
{
	return (sk_text){word_japanese(word), strlen(word_japanese(word))};
}

static bool is_needed(enum need need, bool content)
{
	return need == NEED_ONCE || need == NEED_SOME || (need == NEED_CONTENT && content);
}

static void check_row(const struct compiler *c, const struct node *node, const struct statement_row *row, bool content)
{
	const struct node *first = NULL;

	for (const struct node *child = node->children; child != NULL; child = child->next) {
		if (child->row != row)
			continue;
		if (first != NULL && row->need != NEED_MANY && row->need != NEED_SOME)
			compile_error(c, child, POLICY_ERROR_twice, word_text(row->word));
		if (row->need == NEED_CONTENT && !content)
			compile_error(c, child, POLICY_ERROR_no_content, word_text(row->word));
		first = child;
	}
	if (first == NULL && is_needed(row->need, content))
		compile_error(c, node, POLICY_ERROR_missing, word_text(row->word));
}

void compile_check_block(const struct compiler *c, const struct node *node, bool content)
{
	for (size_t i = 0; i < statement_row_count; i++)
		if (statement_rows[i].block == node->row->opens)
			check_row(c, node, &statement_rows[i], content);
}

/* ---- the top ---- */

static void check_top(const struct compiler *c)
{
	for (size_t i = 0; i < statement_row_count; i++) {
		const struct statement_row *row = &statement_rows[i];
		const struct node *first = NULL;
		for (size_t n = 0; n < c->node_count && row->block == BLOCK_TOP; n++) {
			if (c->nodes[n]->row != row)
				continue;
			if (first != NULL && row->need == NEED_ONCE)
				compile_error(c, c->nodes[n], POLICY_ERROR_twice, word_text(row->word));
			first = c->nodes[n];
		}
		if (row->block == BLOCK_TOP && first == NULL && is_needed(row->need, false))
			error_at(c->tree->errors, (struct place){0}, POLICY_ERROR_missing, word_text(row->word));
	}
}

/* ---- names ---- */

/* Characters that look alike in the fonts of this country, as one of them. */
static uint32_t seen_as(uint32_t c)
{
	static const uint32_t pairs[][2] = {{0x4E8C, 0x30CB}, {0x53E3, 0x30ED}, {0x529B, 0x30AB}, {0x5DE5, 0x30A8}, {0x5915, 0x30BF}, {0x535C, 0x30C8},
					    {0x516B, 0x30CF}, {0x4E00, 0x30FC}, {0x3078, 0x30D8}, {0x3079, 0x30D9}, {0x307A, 0x30DA}, {0x308A, 0x30EA},
					    {0x5343, 0x30C1}, {0x4E09, 0x30DF}, {0x306B, 0x30CB}, {'0', 'O'},       {'l', 'I'},       {'1', 'I'}};

	for (size_t i = 0; i < SK_COUNT(pairs); i++)
		if (pairs[i][0] == c)
			return pairs[i][1];
	return c;
}

static bool looks_alike(sk_text a, sk_text b)
{
	size_t at = 0, bt = 0;

	while (at < a.len && bt < b.len)
		if (seen_as(sk_utf8_decode(sk_text_bytes(a), &at)) != seen_as(sk_utf8_decode(sk_text_bytes(b), &bt)))
			return false;
	return at == a.len && bt == b.len;
}

static bool same_text(sk_text a, sk_text b)
{
	return sk_bytes_equal(sk_text_bytes(a), sk_text_bytes(b));
}

/* The name of a statement is new among those of its keyword; rules share one space of names. */
static void check_names(const struct compiler *c, size_t index)
{
	const struct node *node = c->nodes[index];
	bool is_rule = node->row->pattern == PATTERN_RULE;

	for (size_t i = 0; i < index; i++) {
		const struct node *other = c->nodes[i];
		if (other->row != node->row && !(is_rule && other->row->pattern == PATTERN_RULE))
			continue;
		if (same_text(other->args->text, node->args->text))
			compile_error_arg(c, node, node->args, POLICY_ERROR_twice);
		else if (looks_alike(other->args->text, node->args->text))
			compile_error_arg(c, node, node->args, POLICY_ERROR_alike);
		else
			continue;
		return;
	}
}

static bool is_named(const struct node *node)
{
	return node->row->pattern == PATTERN_NAME || node->row->pattern == PATTERN_GROUP || node->row->pattern == PATTERN_RULE;
}

/* ---- what rules name ---- */

static void compile_scale(const struct compiler *c, const struct node *node, enum policy_scale scale)
{
	struct policy *policy = c->policy;

	for (const struct arg *arg = node->args; arg != NULL; arg = arg->next) {
		if (policy_class_find(policy, scale, arg->text) != UINT32_MAX)
			compile_error_arg(c, node, arg, POLICY_ERROR_twice);
		else if (policy->class_count[scale] == POLICY_CLASSES_MAX)
			over_limit(c, node, LIMIT_policy_classes);
		else
			policy->classes[scale][policy->class_count[scale]++] = arg->text;
	}
}

static sk_text text_of(const struct node *node, enum word word)
{
	const struct node *child = child_of(node, word);

	return child != NULL ? child->args->text : SK_TEXT("");
}

static bool compile_networks(const struct compiler *c, const struct node *node, struct policy_zone *zone)
{
	struct policy_network *networks = sk_arena_array(c->tree->arena, POLICY_NETWORKS_MAX, sizeof *networks);

	zone->networks = networks;
	for (const struct node *child = node->children; child != NULL && networks != NULL; child = child->next)
		for (const struct arg *arg = child->args; arg != NULL && child->row->word == WORD_network; arg = arg->next) {
			if (zone->network_count == POLICY_NETWORKS_MAX)
				return over_limit(c, child, LIMIT_policy_networks);
			networks[zone->network_count++] = arg->network;
		}
	return networks != NULL;
}

static void compile_zone(const struct compiler *c, const struct node *node)
{
	const struct node *kind = child_of(node, WORD_is);
	struct policy *policy = c->policy;

	if (policy->zone_count == POLICY_ZONES_MAX) {
		over_limit(c, node, LIMIT_policy_zones);
		return;
	}
	struct policy_zone *zone = &policy->zones[policy->zone_count++];
	*zone = (struct policy_zone){.name = node->args->text, .note = text_of(node, WORD_note), .place = compile_place(node), .unused = child_of(node, WORD_unused) != NULL};
	if (kind != NULL)
		zone->kind = (enum policy_zone_kind)(kind->args->word - WORD_mynumber);
	compile_check_block(c, node, false);
	if (!compile_networks(c, node, zone))
		zone->network_count = 0;
}

static void name_role(const struct compiler *c, const struct node *node)
{
	struct policy *policy = c->policy;

	if (policy->role_count == POLICY_ROLES_MAX) {
		over_limit(c, node, LIMIT_policy_roles);
		return;
	}
	policy->roles[policy->role_count++] = (struct policy_role){.name = node->args->text, .note = text_of(node, WORD_note), .place = compile_place(node)};
}

/* What a role handles and who stands in for it: after all roles have their names. */
static void compile_role(const struct compiler *c, const struct node *node)
{
	static const enum word words[] = {WORD_confidentiality, WORD_integrity, WORD_availability};
	unsigned index = policy_role_find(c->policy, node->args->text);
	const struct node *deputies = child_of(node, WORD_deputy);

	compile_check_block(c, node, false);
	if (index == UINT32_MAX)
		return;
	struct policy_role *role = &c->policy->roles[index];
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++) {
		const struct node *child = child_of(node, words[scale]);
		unsigned class = child != NULL ? compile_class(c, child, scale) : POLICY_CLASSES_MAX - 1; /* not said: no limit */
		role->ceiling[scale] = class < POLICY_CLASSES_MAX ? (uint8_t)class : 0;
	}
	role->deputies = deputies != NULL ? compile_roles(c, deputies) : 0;
}

static void compile_scanner(const struct compiler *c, const struct node *node)
{
	const struct node *age = child_of(node, WORD_signatures);
	struct policy *policy = c->policy;

	compile_check_block(c, node, false);
	if (policy->scanner_count == POLICY_SCANNERS_MAX)
		over_limit(c, node, LIMIT_policy_scanners);
	else
		policy->scanners[policy->scanner_count++] =
			(struct policy_scanner){node->args->text, age != NULL ? (uint32_t)age->args->number : 0, compile_place(node)};
}

static void compile_group(struct compiler *c, const struct node *node)
{
	struct group *group = &c->groups[c->group_count];

	if (c->group_count == SK_COUNT(c->groups)) {
		over_limit(c, node, LIMIT_policy_groups);
		return;
	}
	if (policy_kind_find(node->args->text) != UINT32_MAX)
		compile_error_arg(c, node, node->args, POLICY_ERROR_kind_name);
	group->name = node->args->text;
	compile_kinds(c, node, SLOT_FROM, false, group->kinds); /* groups before it; not itself */
	c->group_count++;
}

static void compile_node(struct compiler *c, const struct node *node, bool second)
{
	switch ((unsigned)node->row->word) {
	case WORD_policy:
		c->policy->title = node->args->text;
		return;
	case WORD_organization:
		c->policy->organization = node->args->text;
		return;
	case WORD_confidentiality:
	case WORD_integrity:
	case WORD_availability:
		if (!second)
			compile_scale(c, node, (enum policy_scale)(node->row->word - WORD_confidentiality));
		return;
	case WORD_zone:
		if (!second)
			compile_zone(c, node);
		return;
	case WORD_role:
		if (second)
			compile_role(c, node);
		else
			name_role(c, node);
		return;
	case WORD_scanner:
		if (!second)
			compile_scanner(c, node);
		return;
	case WORD_group:
		if (!second)
			compile_group(c, node);
		return;
	default:
		return;
	}
}

/* ---- all of it ---- */

/* Statements of all files in the order of reading: an included file stands where it is included. */
static bool flatten(struct compiler *c)
{
	const struct node *stack[8];
	unsigned depth = 1;

	c->nodes = sk_arena_array(c->tree->arena, c->tree->node_count, sizeof(const struct node *));
	if (c->nodes == NULL)
		return false;
	stack[0] = c->tree->files->nodes;
	while (depth > 0) {
		const struct node *node = stack[depth - 1];
		if (node == NULL) {
			depth--;
			continue;
		}
		stack[depth - 1] = node->next;
		c->nodes[c->node_count++] = node;
		if (node->included != NULL) {
			sk_assert(depth < SK_COUNT(stack));
			stack[depth++] = node->included->nodes;
		}
	}
	return true;
}

static enum sk_status set_text(struct policy *policy, const struct tree *tree)
{
	struct sk_buf text;

	sk_buf_init(&text, tree->arena, (size_t)limit(LIMIT_policy_arena_bytes));
	format_file(tree->files, true, &text);
	SK_TRY(text.status);
	policy->text = sk_buf_bytes(&text);
	return digest_sha256(policy->text, policy->version) ? SK_OK : SK_FAULT;
}

static enum sk_status compile(struct tree *tree, const struct policy **policy)
{
	struct compiler *c = sk_arena_make(tree->arena, sizeof *c);

	if (c == NULL)
		return SK_LIMIT;
	c->tree = tree;
	c->policy = sk_arena_make(tree->arena, sizeof *c->policy);
	if (c->policy == NULL || !flatten(c))
		return SK_LIMIT;
	if (c->node_count > 2 * limit(LIMIT_policy_rules)) /* names are compared one with another */
		return limit_reached(LIMIT_policy_rules);
	for (size_t i = 0; i < c->node_count; i++) {
		if (is_named(c->nodes[i]))
			check_names(c, i);
		compile_node(c, c->nodes[i], false);
	}
	for (size_t i = 0; i < c->node_count; i++)
		compile_node(c, c->nodes[i], true);
	check_top(c);
	if (!compile_rules(c) || !policy_index(c->policy, tree->arena))
		return SK_LIMIT;
	*policy = c->policy;
	return tree->errors->count > 0 ? SK_MALFORMED : set_text(c->policy, tree);
}

/* A limit that ended the reading is an error like others, with its name. */
static enum sk_status told(enum sk_status status, struct policy_errors *errors)
{
	const char *name = limit_rows[limit_last()].name;

	if (status == SK_LIMIT)
		error_at(errors, (struct place){0}, POLICY_ERROR_limit, (sk_text){name, strlen(name)});
	return status;
}

static void begin(struct tree *tree, struct sk_arena *arena, struct policy_errors *errors, const struct policy_source *source)
{
	limit_note(LIMIT_policy_arena_bytes); /* the one that ends a reading without saying so */
	memset(errors, 0, sizeof *errors);
	*tree = (struct tree){.arena = arena, .errors = errors, .source = source};
}

enum sk_status policy_read(sk_text name, sk_bytes bytes, const struct policy_source *source, struct sk_arena *arena, struct policy_errors *errors,
			   const struct policy **policy)
{
	struct tree tree;
	enum sk_status status;

	*policy = NULL;
	begin(&tree, arena, errors, source);
	status = tree_read(&tree, name, bytes, true);
	if (status == SK_OK)
		status = compile(&tree, policy);
	if (status != SK_OK)
		*policy = NULL;
	return told(status, errors);
}

enum sk_status policy_format(sk_text name, sk_bytes bytes, struct sk_arena *arena, struct policy_errors *errors, struct sk_buf *out)
{
	struct tree tree;
	enum sk_status status;

	begin(&tree, arena, errors, NULL);
	status = tree_read(&tree, name, bytes, false);
	if (status == SK_OK && errors->count > 0)
		status = SK_MALFORMED;
	if (status == SK_OK) {
		format_file(tree.files, false, out);
		status = out->status;
	}
	return told(status, errors);
}
