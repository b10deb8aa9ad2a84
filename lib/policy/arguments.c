/*
 * What stands behind a keyword, by the pattern of its statement. Each function takes the tokens of one pattern, adds arguments to the statement, and is
 * false when they are not there; the error names the first token that does not fit. Names are not looked up here (compile.c).
 */
#include "policy/tree.h"

#include "conf/conf.h"

static bool wrong(const struct parser *p, enum policy_error_code code)
{
	bool has_words = p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_TEXT;

	return error_at(p->tree->errors, place_of_token(p), code, has_words ? p->token.text : SK_TEXT(""));
}

static struct arg *add(struct parser *p, struct node *node, enum arg_kind kind, enum slot slot)
{
	struct arg *arg = sk_arena_make(p->tree->arena, sizeof *arg);

	if (arg == NULL) {
		p->status = SK_LIMIT;
		return NULL;
	}
	*arg = (struct arg){.kind = kind, .slot = slot, .text = p->token.text, .at = p->token.at, .len = p->token.len};
	if (node->last_arg != NULL)
		node->last_arg->next = arg;
	else
		node->args = arg;
	node->last_arg = arg;
	return arg;
}

/* ---- single tokens ---- */

static bool take_text(struct parser *p, struct node *node)
{
	size_t blanks = 0;

	if (p->token.kind != TOKEN_TEXT)
		return wrong(p, POLICY_ERROR_want_text);
	while (blanks < p->token.text.len && p->token.text.at[blanks] == ' ')
		blanks++;
	if (blanks == p->token.text.len)
		return wrong(p, POLICY_ERROR_empty_text);
	if (add(p, node, ARG_TEXT, SLOT_VALUE) == NULL)
		return false;
	parser_advance(p);
	return true;
}

static bool take_name(struct parser *p, struct node *node, enum slot slot)
{
	if (p->token.kind != TOKEN_WORD)
		return wrong(p, POLICY_ERROR_want_name);
	if (!name_valid(p->token.text))
		return wrong(p, POLICY_ERROR_bad_name);
	if (add(p, node, ARG_NAME, slot) == NULL)
		return false;
	parser_advance(p);
	return true;
}

static bool at_word(const struct parser *p, enum word word)
{
	return p->token.kind == TOKEN_WORD && word_find(p->token.text) == word;
}

static bool take_word(struct parser *p, struct node *node, enum word word, enum slot slot)
{
	struct arg *arg = add(p, node, ARG_WORD, slot);

	if (arg == NULL)
		return false;
	arg->word = word;
	parser_advance(p);
	return true;
}

static bool take_sign(struct parser *p, enum token_kind kind, enum policy_error_code code)
{
	if (p->token.kind != kind)
		return wrong(p, code);
	parser_advance(p);
	return true;
}

/* ---- lists ---- */

/* After a comma the list may go on in the next line. */
static bool goes_on(struct parser *p)
{
	if (p->token.kind != TOKEN_COMMA)
		return false;
	parser_advance(p);
	while (p->token.kind == TOKEN_LINE)
		parser_advance(p);
	if (p->token.kind == TOKEN_COMMENT)
		wrong(p, POLICY_ERROR_comment);
	return true;
}

static bool take_names(struct parser *p, struct node *node, enum slot slot)
{
	do {
		if (!take_name(p, node, slot))
			return false;
	} while (goes_on(p));
	return true;
}

static bool take_names_or(struct parser *p, struct node *node, enum word word, enum slot slot)
{
	return at_word(p, word) ? take_word(p, node, word, slot) : take_names(p, node, slot);
}

static bool take_words(struct parser *p, struct node *node, enum word first, enum word last, enum policy_error_code code)
{
	do {
		enum word word = p->token.kind == TOKEN_WORD ? word_find(p->token.text) : WORD_NOTHING;
		if (word < first || word > last)
			return wrong(p, code);
		if (!take_word(p, node, word, SLOT_VALUE))
			return false;
	} while (goes_on(p));
	return true;
}

static bool take_zone_kind(struct parser *p, struct node *node)
{
	enum word word = p->token.kind == TOKEN_WORD ? word_find(p->token.text) : WORD_NOTHING;

	return word < WORD_mynumber || word > WORD_other ? wrong(p, POLICY_ERROR_want_zone_kind) : take_word(p, node, word, SLOT_VALUE);
}

static bool take_classes(struct parser *p, struct node *node)
{
	if (!take_name(p, node, SLOT_VALUE))
		return false;
	while (p->token.kind == TOKEN_LESS) {
		parser_advance(p);
		if (!take_name(p, node, SLOT_VALUE))
			return false;
	}
	return p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_COMMA ? wrong(p, POLICY_ERROR_want_less) : true;
}

static bool take_networks(struct parser *p, struct node *node)
{
	do {
		struct policy_network network;
		struct arg *arg;
		if (p->token.kind != TOKEN_WORD || !value_network(p->token.text, &network))
			return wrong(p, POLICY_ERROR_want_network);
		if ((arg = add(p, node, ARG_NETWORK, SLOT_VALUE)) == NULL)
			return false;
		arg->network = network;
		parser_advance(p);
	} while (goes_on(p));
	return true;
}

/* ---- amounts: a word with its suffix, 2以下, or the suffix as a word of its own ---- */

static bool strip_suffix(sk_text *text, enum word suffix)
{
	sk_bytes end = sk_bytes_str(word_japanese(suffix));

	if (text->len <= end.len || !sk_bytes_ends(sk_text_bytes(*text), end))
		return false;
	text->len -= end.len;
	return true;
}

/* Moves over an amount; *text is the amount without its suffix. */
static bool take_amount(struct parser *p, enum word suffix, enum policy_error_code code, sk_text *text)
{
	*text = p->token.text;
	parser_advance(p);
	if (strip_suffix(text, suffix))
		return true;
	if (!at_word(p, suffix))
		return wrong(p, code);
	parser_advance(p);
	return true;
}

static bool take_class(struct parser *p, struct node *node, enum word suffix, enum policy_error_code code)
{
	struct arg *arg;

	if (p->token.kind != TOKEN_WORD)
		return wrong(p, POLICY_ERROR_want_name);
	arg = add(p, node, ARG_NAME, SLOT_VALUE);
	return arg != NULL && take_amount(p, suffix, code, &arg->text);
}

static bool take_size(struct parser *p, struct node *node, enum word suffix, enum policy_error_code code)
{
	struct token token = p->token;
	struct arg *arg;
	sk_text text;

	if (p->token.kind != TOKEN_WORD)
		return wrong(p, POLICY_ERROR_want_size);
	arg = add(p, node, ARG_NUMBER, SLOT_VALUE);
	if (arg == NULL || !take_amount(p, suffix, code, &text))
		return false;
	if (value_size(text, &arg->number))
		return true;
	return error_at(p->tree->errors, (struct place){p->file, token.at, token.len}, POLICY_ERROR_want_size, token.text);
}

static bool is_number(const struct parser *p, sk_text text, const char *unit, const char *unit_english, enum limit most, uint64_t *number)
{
	return p->token.kind == TOKEN_WORD && value_count(text, unit, unit_english, number) && *number <= limit(most);
}

/* 1日以内, 1days or-newer */
static bool take_within(struct parser *p, struct node *node)
{
	sk_text text = p->token.text;
	bool attached = p->token.kind == TOKEN_WORD && strip_suffix(&text, WORD_within);
	uint64_t days;
	struct arg *arg;

	if (!is_number(p, text, "日", "days", LIMIT_policy_days, &days))
		return wrong(p, POLICY_ERROR_want_within);
	if ((arg = add(p, node, ARG_NUMBER, SLOT_VALUE)) == NULL)
		return false;
	arg->number = days;
	parser_advance(p);
	if (attached)
		return true;
	if (!at_word(p, WORD_within))
		return wrong(p, POLICY_ERROR_want_within);
	parser_advance(p);
	return true;
}

static bool take_days(struct parser *p, struct node *node)
{
	uint64_t days;
	struct arg *arg;

	if (at_word(p, WORD_none))
		return take_word(p, node, WORD_none, SLOT_VALUE);
	if (!is_number(p, p->token.text, "日", "days", LIMIT_policy_days, &days))
		return wrong(p, POLICY_ERROR_want_days);
	if ((arg = add(p, node, ARG_NUMBER, SLOT_VALUE)) == NULL)
		return false;
	arg->number = days;
	parser_advance(p);
	return true;
}

static bool take_date(struct parser *p, struct node *node)
{
	struct arg *arg;
	int32_t day;

	if (p->token.kind != TOKEN_WORD || !value_date(p->token.text, &day))
		return wrong(p, POLICY_ERROR_want_date);
	if ((arg = add(p, node, ARG_NUMBER, SLOT_VALUE)) == NULL)
		return false;
	arg->number = (uint64_t)day;
	parser_advance(p);
	return true;
}

/* なし, or 2人 role, role, and perhaps 代理不可 */
static bool take_approval(struct parser *p, struct node *node)
{
	uint64_t people;
	struct arg *arg;

	if (at_word(p, WORD_none))
		return take_word(p, node, WORD_none, SLOT_VALUE);
	if (!is_number(p, p->token.text, "人", "", LIMIT_policy_people, &people))
		return wrong(p, POLICY_ERROR_want_count);
	if (people == 0)
		return wrong(p, POLICY_ERROR_few_roles);
	if ((arg = add(p, node, ARG_NUMBER, SLOT_COUNT_OF)) == NULL)
		return false;
	arg->number = people;
	parser_advance(p);
	if (!take_names(p, node, SLOT_VALUE))
		return false;
	return !at_word(p, WORD_no_deputy) || take_word(p, node, WORD_no_deputy, SLOT_OPTION);
}

/* name: zones → zones */
static bool take_rule(struct parser *p, struct node *node)
{
	return take_name(p, node, SLOT_VALUE) && take_sign(p, TOKEN_COLON, POLICY_ERROR_want_colon) && take_names_or(p, node, WORD_all, SLOT_FROM) &&
	       take_sign(p, TOKEN_ARROW, POLICY_ERROR_want_arrow) && take_names_or(p, node, WORD_all, SLOT_TO);
}

bool parser_arguments(struct parser *p, struct node *node)
{
	switch (node->row->pattern) {
	case PATTERN_TEXT:
	case PATTERN_FILE:
		return take_text(p, node);
	case PATTERN_CLASSES:
		return take_classes(p, node);
	case PATTERN_NAME:
		return take_name(p, node, SLOT_VALUE);
	case PATTERN_GROUP:
		return take_name(p, node, SLOT_VALUE) && take_sign(p, TOKEN_COLON, POLICY_ERROR_want_colon) && take_names(p, node, SLOT_FROM);
	case PATTERN_RULE:
		return take_rule(p, node);
	case PATTERN_ZONE_KIND:
		return take_zone_kind(p, node);
	case PATTERN_NETWORKS:
		return take_networks(p, node);
	case PATTERN_NAMES:
		return take_names(p, node, SLOT_VALUE);
	case PATTERN_NAMES_OR_ALL:
		return take_names_or(p, node, WORD_all, SLOT_VALUE);
	case PATTERN_NAMES_OR_NONE:
		return take_names_or(p, node, WORD_none, SLOT_VALUE);
	case PATTERN_AT_MOST:
		return take_class(p, node, WORD_or_less, POLICY_ERROR_want_most);
	case PATTERN_AT_LEAST:
		return take_class(p, node, WORD_or_more, POLICY_ERROR_want_least);
	case PATTERN_SIZE_MOST:
		return take_size(p, node, WORD_or_less, POLICY_ERROR_want_most);
	case PATTERN_SIZE_LEAST:
		return take_size(p, node, WORD_or_more, POLICY_ERROR_want_least);
	case PATTERN_WITHIN:
		return take_within(p, node);
	case PATTERN_DAYS:
		return take_days(p, node);
	case PATTERN_CHANNELS:
		return take_words(p, node, WORD_file, WORD_screen, POLICY_ERROR_want_channel);
	case PATTERN_LEVELS:
		return take_words(p, node, WORD_rebuild, WORD_text, POLICY_ERROR_want_level);
	case PATTERN_APPROVAL:
		return take_approval(p, node);
	case PATTERN_DATE:
		return take_date(p, node);
	}
	return false;
}
