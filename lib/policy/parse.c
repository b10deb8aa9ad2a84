/*
 * Tokens as statements: a keyword, what its pattern says, perhaps a block. Comments stay with the statement they stand at. The attacker controls every
 * token; a statement that is not understood is noted and passed over, up to the end of its line or of its block.
 */
#include "policy/tree.h"

#include "conf/conf.h"

struct place place_of_token(const struct parser *p)
{
	return (struct place){p->file, p->token.at, p->token.len};
}

static bool wrong(struct parser *p, enum policy_error_code code)
{
	return error_at(p->tree->errors, place_of_token(p), code, p->token.text);
}

void parser_advance(struct parser *p)
{
	enum sk_status status = p->status != SK_OK ? p->status : lexer_next(&p->lexer, &p->token);

	if (status != SK_OK) {
		p->status = status;
		p->token = (struct token){.kind = TOKEN_END, .text = SK_TEXT(""), .at = (uint32_t)p->lexer.offset};
	}
}

/* ---- comments ---- */

static const struct comment *keep_comment(struct parser *p, bool blank)
{
	struct comment *comment = sk_arena_make(p->tree->arena, sizeof *comment);

	if (comment == NULL) {
		p->status = SK_LIMIT;
		return NULL;
	}
	*comment = (struct comment){.text = p->token.text, .blank_before = blank};
	if (p->last_comment != NULL)
		p->last_comment->next = comment;
	else
		p->comments = comment;
	p->last_comment = comment;
	return comment;
}

static struct comment *take_comments(struct parser *p)
{
	struct comment *comments = p->comments;

	p->comments = p->last_comment = NULL;
	return comments;
}

/* Comments and empty lines before a statement. */
static void pass_lines(struct parser *p)
{
	p->blank = false;
	while (p->token.kind == TOKEN_LINE || p->token.kind == TOKEN_COMMENT) {
		if (p->token.kind == TOKEN_LINE) {
			p->blank = true;
			parser_advance(p);
			continue;
		}
		if (keep_comment(p, p->blank) == NULL)
			return;
		p->blank = false;
		parser_advance(p);
		if (p->token.kind == TOKEN_LINE) /* the end of the comment's own line is no empty one */
			parser_advance(p);
	}
}

/* ---- statements ---- */

static struct node *new_node(struct parser *p, const struct statement_row *row)
{
	struct node *node = sk_arena_make(p->tree->arena, sizeof *node);

	if (node == NULL || ++p->tree->node_count > limit(LIMIT_policy_statements)) {
		p->status = node == NULL ? SK_LIMIT : limit_reached(LIMIT_policy_statements);
		return NULL;
	}
	node->row = row;
	node->file = p->file;
	node->at = p->token.at;
	node->len = p->token.len;
	node->line = 1;
	node->blank_before = p->blank;
	node->comments = take_comments(p);
	return node;
}

/* To the end of the line, and over a block that opens on it. */
static void pass_over(struct parser *p)
{
	unsigned depth = 0;

	while (p->token.kind != TOKEN_END) {
		if (depth == 0 && (p->token.kind == TOKEN_LINE || p->token.kind == TOKEN_CLOSE))
			return;
		depth += p->token.kind == TOKEN_OPEN;
		depth -= p->token.kind == TOKEN_CLOSE;
		parser_advance(p);
	}
}

/* What stands behind a statement on its line, and the end of the line. A closing brace may follow at once. */
static void end_line(struct parser *p, sk_text *comment, bool *has_comment)
{
	if (p->token.kind == TOKEN_COMMENT) {
		*comment = p->token.text;
		*has_comment = true;
		parser_advance(p);
	}
	if (p->token.kind == TOKEN_LINE) {
		parser_advance(p);
	} else if (p->token.kind != TOKEN_END && p->token.kind != TOKEN_CLOSE) {
		wrong(p, POLICY_ERROR_line_end);
		pass_over(p);
	}
}

/* No statement of this block: the one that was probably meant, by its Japanese or English keyword. */
static void wrong_statement(struct parser *p, enum block block)
{
	struct suggestion s = {.wanted = p->token.text};

	wrong(p, POLICY_ERROR_statement);
	if (p->tree->errors->more)
		return;
	p->tree->errors->at[p->tree->errors->count - 1].block = block;
	for (size_t i = 0; i < statement_row_count; i++) {
		const char *ja = word_japanese(statement_rows[i].word), *en = word_english(statement_rows[i].word);
		if (statement_rows[i].block != block)
			continue;
		suggest_consider(&s, (sk_text){ja, strlen(ja)});
		suggest_consider(&s, (sk_text){en, strlen(en)});
	}
	suggest_note(&s, p->tree->errors);
}

/* A statement up to its block. NULL when it was passed over. */
static struct node *take_head(struct parser *p, enum block block)
{
	const struct statement_row *row = p->token.kind == TOKEN_WORD ? statement_find(block, word_find(p->token.text)) : NULL;
	struct node *node;

	if (row == NULL) {
		if (p->token.kind == TOKEN_WORD)
			wrong_statement(p, block);
		else
			wrong(p, p->token.kind == TOKEN_CLOSE ? POLICY_ERROR_close : POLICY_ERROR_sign);
		if (p->token.kind == TOKEN_CLOSE)
			parser_advance(p);
		take_comments(p);
		pass_over(p);
		return NULL;
	}
	node = new_node(p, row);
	parser_advance(p);
	if (node == NULL || !parser_arguments(p, node)) {
		pass_over(p);
		return NULL;
	}
	return node;
}

static void append_child(struct node *parent, struct node *child)
{
	if (parent->last_child != NULL)
		parent->last_child->next = child;
	else
		parent->children = child;
	parent->last_child = child;
}

/* Behind an opening brace, up to and with the closing one. */
static void take_block(struct parser *p, struct node *node)
{
	if (p->token.kind == TOKEN_COMMENT || p->token.kind == TOKEN_LINE)
		end_line(p, &node->trailing, &node->has_trailing);
	for (pass_lines(p); p->token.kind != TOKEN_CLOSE && p->token.kind != TOKEN_END; pass_lines(p)) {
		struct node *child = take_head(p, node->row->opens);
		if (child == NULL)
			continue;
		append_child(node, child);
		end_line(p, &child->trailing, &child->has_trailing);
	}
	node->tail = take_comments(p);
	if (p->token.kind == TOKEN_END) {
		error_at(p->tree->errors, place_of_node(node), POLICY_ERROR_unclosed, SK_TEXT(""));
		return;
	}
	parser_advance(p);
	end_line(p, &node->closing, &node->has_closing);
}

static void append_node(struct policy_file *file, struct node *node)
{
	if (file->last != NULL)
		file->last->next = node;
	else
		file->nodes = node;
	file->last = node;
}

static bool open_block(struct parser *p)
{
	if (p->token.kind != TOKEN_OPEN)
		return wrong(p, POLICY_ERROR_open);
	parser_advance(p);
	return true;
}

static void take_statement(struct parser *p)
{
	struct node *node = take_head(p, BLOCK_TOP);

	if (node == NULL)
		return;
	append_node(p->file, node);
	if (node->row->opens == BLOCK_NONE)
		end_line(p, &node->trailing, &node->has_trailing);
	else if (open_block(p))
		take_block(p, node);
	else
		pass_over(p);
}

/* ---- lines of statements: once for the file, not once for each ---- */

struct lines {
	sk_bytes bytes;
	size_t at;
	uint32_t line;
};

static uint32_t line_at(struct lines *lines, size_t at)
{
	for (; lines->at < at && lines->at < lines->bytes.len; lines->at++)
		lines->line += lines->bytes.at[lines->at] == '\n';
	return lines->line;
}

static void number_lines(struct policy_file *file)
{
	struct lines lines = {.bytes = file->bytes, .line = 1};

	for (struct node *node = file->nodes; node != NULL; node = node->next) {
		node->line = line_at(&lines, node->at);
		for (struct node *child = node->children; child != NULL; child = child->next)
			child->line = line_at(&lines, child->at);
	}
}

/* ---- files ---- */

static enum sk_status parse_file(struct tree *tree, struct policy_file *file)
{
	struct parser p = {.tree = tree, .file = file, .lexer = {.file = file, .arena = tree->arena, .errors = tree->errors}};

	SK_TRY(lexer_check(file, tree->errors));
	parser_advance(&p);
	for (pass_lines(&p); p.token.kind != TOKEN_END; pass_lines(&p))
		take_statement(&p);
	file->tail = take_comments(&p);
	number_lines(file);
	return p.status;
}

/* Relative, inside the folder, of characters that mean the same in every file system. */
static bool is_inside(sk_text name)
{
	size_t from = 0;

	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && name.at[i] != '/')
			continue;
		if (!name_valid((sk_text){name.at + from, i - from}))
			return false;
		from = i + 1;
	}
	return true;
}

static bool was_read(const struct tree *tree, sk_text name)
{
	for (const struct policy_file *file = tree->files; file != NULL; file = file->next)
		if (sk_bytes_equal(sk_text_bytes(file->name), sk_text_bytes(name)))
			return true;
	return false;
}

static struct policy_file *add_file(struct tree *tree, sk_text name, sk_bytes bytes, const struct policy_file *parent)
{
	struct policy_file *file = sk_arena_make(tree->arena, sizeof *file);

	if (file == NULL)
		return NULL;
	*file = (struct policy_file){.name = name, .bytes = bytes, .parent = parent, .depth = parent != NULL ? parent->depth + 1 : 0};
	if (tree->last_file != NULL)
		tree->last_file->next = file;
	else
		tree->files = file;
	tree->last_file = file;
	tree->file_count++;
	return file;
}

/* The file that an include names, not parsed yet; NULL when it can't be had. */
static enum sk_status open_part(struct tree *tree, struct node *node)
{
	struct place place = place_of_arg(node, node->args);
	sk_text name = node->args->text;
	sk_bytes bytes;

	if (tree->file_count >= limit(LIMIT_policy_files))
		return limit_reached(LIMIT_policy_files);
	if (node->file->depth >= limit(LIMIT_policy_depth))
		return limit_reached(LIMIT_policy_depth);
	if (!is_inside(name))
		error_at(tree->errors, place, POLICY_ERROR_bad_file, name);
	else if (was_read(tree, name))
		error_at(tree->errors, place, POLICY_ERROR_again, name);
	else if (tree->source == NULL || !tree->source->read(tree->source->context, name, &bytes))
		error_at(tree->errors, place, POLICY_ERROR_no_file, name);
	else if (bytes.len > limit(LIMIT_policy_bytes))
		return limit_reached(LIMIT_policy_bytes);
	else if ((node->included = add_file(tree, name, bytes, node->file)) == NULL)
		return SK_LIMIT;
	return SK_OK;
}

static enum sk_status open_parts(struct tree *tree, const struct policy_file *file)
{
	enum sk_status status = SK_OK;

	for (struct node *node = file->nodes; node != NULL && status == SK_OK; node = node->next)
		if (node->row->word == WORD_include)
			status = open_part(tree, node);
	return status;
}

enum sk_status tree_read(struct tree *tree, sk_text name, sk_bytes bytes, bool with_parts)
{
	if (bytes.len > limit(LIMIT_policy_bytes))
		return limit_reached(LIMIT_policy_bytes);
	if (add_file(tree, name, bytes, NULL) == NULL)
		return SK_LIMIT;
	for (struct policy_file *file = tree->files; file != NULL; file = file->next) { /* parts are added while we go */
		SK_TRY(parse_file(tree, file));
		if (with_parts)
			SK_TRY(open_parts(tree, file));
	}
	return SK_OK;
}
