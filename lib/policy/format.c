/* The canonical text: Japanese keywords, one blank where one stands, values of a block in one column, comments where they stood. Twin of parse.c. */
#include "policy/tree.h"

#define COLUMN 8 /* of a terminal: the longest keyword of a permit has six */

static void put_text(struct sk_buf *out, sk_text text)
{
	sk_buf_put(out, sk_text_bytes(text));
}

static void put_indent(struct sk_buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		sk_buf_str(out, "    ");
}

static void put_comment(struct sk_buf *out, sk_text text)
{
	sk_buf_u8(out, '#');
	if (text.len > 0)
		sk_buf_u8(out, ' ');
	put_text(out, text);
}

/* Empty lines at the beginning of a file or block are dropped, several become one. */
static void put_blank(struct sk_buf *out, bool blank, bool *first)
{
	if (blank && !*first)
		sk_buf_u8(out, '\n');
	*first = false;
}

static void put_comments(struct sk_buf *out, const struct comment *comment, unsigned depth, bool *first)
{
	for (; comment != NULL; comment = comment->next) {
		put_blank(out, comment->blank_before, first);
		put_indent(out, depth);
		put_comment(out, comment->text);
		sk_buf_u8(out, '\n');
	}
}

/* ---- arguments ---- */

static void put_group(struct sk_buf *out, unsigned value)
{
	static const char digits[] = "0123456789abcdef";
	bool begun = false;

	for (unsigned shift = 12;; shift -= 4) {
		begun = begun || value >> shift & 15 || shift == 0;
		if (begun)
			sk_buf_u8(out, (uint8_t)digits[value >> shift & 15]);
		if (shift == 0)
			return;
	}
}

/* RFC 5952 without the shortening of a run in the middle: trailing zeros, which a network has, are what :: stands for. */
static void put_six(struct sk_buf *out, const uint8_t address[16])
{
	size_t groups = 8;

	while (groups > 0 && address[2 * groups - 1] == 0 && address[2 * groups - 2] == 0)
		groups--;
	for (size_t i = 0; i < groups; i++) {
		if (i > 0)
			sk_buf_u8(out, ':');
		put_group(out, (unsigned)address[2 * i] << 8 | address[2 * i + 1]);
	}
	if (groups == 7)
		sk_buf_str(out, ":0");
	else if (groups < 7)
		sk_buf_str(out, "::");
}

static void put_network(struct sk_buf *out, const struct policy_network *n)
{
	if (n->six)
		put_six(out, n->address);
	for (unsigned i = 0; i < 4 && !n->six; i++) {
		if (i > 0)
			sk_buf_u8(out, '.');
		sk_buf_decimal(out, n->address[i]);
	}
	sk_buf_u8(out, '/');
	sk_buf_decimal(out, n->bits);
}

static void put_number(struct sk_buf *out, const struct arg *arg, enum pattern pattern)
{
	switch ((unsigned)pattern) {
	case PATTERN_SIZE_MOST:
	case PATTERN_SIZE_LEAST:
		policy_size_print(arg->number, out);
		return;
	case PATTERN_DATE:
		policy_date_print((int32_t)arg->number, out);
		return;
	default:
		sk_buf_decimal(out, (int64_t)arg->number);
		sk_buf_str(out, pattern == PATTERN_APPROVAL ? "人" : "日");
	}
}

static void put_arg(struct sk_buf *out, const struct arg *arg, enum pattern pattern)
{
	switch (arg->kind) {
	case ARG_NAME:
		put_text(out, arg->text);
		return;
	case ARG_TEXT:
		sk_buf_str(out, "「");
		put_text(out, arg->text);
		sk_buf_str(out, "」");
		return;
	case ARG_WORD:
		sk_buf_str(out, word_japanese(arg->word));
		return;
	case ARG_NUMBER:
		put_number(out, arg, pattern);
		return;
	case ARG_NETWORK:
		put_network(out, &arg->network);
		return;
	}
}

/* What stands between two arguments. */
static const char *between(const struct arg *before, const struct arg *arg, enum pattern pattern)
{
	if (before->slot == arg->slot)
		return pattern == PATTERN_CLASSES ? " < " : ", ";
	if (pattern == PATTERN_APPROVAL)
		return " ";
	return arg->slot == SLOT_TO ? " → " : ": ";
}

static const char *suffix_of(enum pattern pattern)
{
	switch ((unsigned)pattern) {
	case PATTERN_AT_MOST:
	case PATTERN_SIZE_MOST:
		return word_japanese(WORD_or_less);
	case PATTERN_AT_LEAST:
	case PATTERN_SIZE_LEAST:
		return word_japanese(WORD_or_more);
	case PATTERN_WITHIN:
		return word_japanese(WORD_within);
	default:
		return "";
	}
}

static void put_args(struct sk_buf *out, const struct node *node)
{
	const struct arg *before = NULL;

	for (const struct arg *arg = node->args; arg != NULL; before = arg, arg = arg->next) {
		if (before != NULL)
			sk_buf_str(out, between(before, arg, node->row->pattern));
		put_arg(out, arg, node->row->pattern);
	}
	sk_buf_str(out, suffix_of(node->row->pattern));
}

/* ---- statements ---- */

/* A keyword of a block, filled to the column; its characters are three bytes and two columns each. */
static void put_keyword(struct sk_buf *out, enum word word, bool in_column)
{
	const char *name = word_japanese(word);

	sk_buf_str(out, name);
	size_t width = strlen(name) / 3 * 2;
	do {
		sk_buf_u8(out, ' ');
		width++;
	} while (in_column && width < COLUMN);
}

static void put_trailing(struct sk_buf *out, bool has, sk_text text)
{
	if (has) {
		sk_buf_str(out, "  ");
		put_comment(out, text);
	}
	sk_buf_u8(out, '\n');
}

static void put_child(struct sk_buf *out, const struct node *node, bool *first)
{
	put_comments(out, node->comments, 1, first);
	put_blank(out, node->blank_before, first);
	put_indent(out, 1);
	put_keyword(out, node->row->word, true);
	put_args(out, node);
	put_trailing(out, node->has_trailing, node->trailing);
}

static void put_block(struct sk_buf *out, const struct node *node)
{
	bool first = true;

	sk_buf_str(out, " {");
	put_trailing(out, node->has_trailing, node->trailing);
	for (const struct node *child = node->children; child != NULL; child = child->next)
		put_child(out, child, &first);
	put_comments(out, node->tail, 1, &first);
	sk_buf_u8(out, '}');
	put_trailing(out, node->has_closing, node->closing);
}

static void put_statement(struct sk_buf *out, const struct node *node, bool *first)
{
	put_comments(out, node->comments, 0, first);
	put_blank(out, node->blank_before, first);
	put_keyword(out, node->row->word, false);
	put_args(out, node);
	if (node->row->opens != BLOCK_NONE)
		put_block(out, node);
	else
		put_trailing(out, node->has_trailing, node->trailing);
}

/* Where an included file begins in the text of the whole: its name, as a comment. */
static void put_part(struct sk_buf *out, const struct node *node, bool *first)
{
	put_comments(out, node->comments, 0, first);
	put_blank(out, node->blank_before, first);
	sk_buf_str(out, "# ");
	put_keyword(out, WORD_include, false);
	put_args(out, node);
	put_trailing(out, node->has_trailing, node->trailing);
}

void format_file(const struct policy_file *file, bool whole, struct sk_buf *out)
{
	const struct policy_file *part = file;
	struct {
		const struct node *node;
		const struct policy_file *file;
	} stack[8] = {{file->nodes, file}}; /* as deep as includes may be (LIMIT_policy_depth), one for the file itself */
	unsigned depth = 1;
	bool first = true;

	while (depth > 0) {
		const struct node *node = stack[depth - 1].node;
		part = stack[depth - 1].file;
		if (node == NULL) {
			put_comments(out, part->tail, 0, &first);
			depth--;
			continue;
		}
		stack[depth - 1].node = node->next;
		if (!whole || node->included == NULL) {
			put_statement(out, node, &first);
			continue;
		}
		put_part(out, node, &first);
		sk_assert(depth < SK_COUNT(stack));
		stack[depth].node = node->included->nodes;
		stack[depth++].file = node->included;
		first = true;
	}
}
