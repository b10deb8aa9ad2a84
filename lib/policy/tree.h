/*
 * tree: the text of a policy as tokens and statements, for the files of this room. Everything lives in the arena of the reading; texts are copies
 * with full-width signs folded. What an author can write is lib/policy/statements.def.
 */
#ifndef POLICY_TREE_H
#define POLICY_TREE_H

#include "policy/policy.h"

enum word {
	WORD_NOTHING, /* not a keyword */
#define WORD(word, ja, en) WORD_##word,
#include "policy/words.def"
#undef WORD
	WORD_COUNT
};

/* The keyword in the canonical spelling, and in English; static. */
const char *word_japanese(enum word word);
const char *word_english(enum word word);
enum word word_find(sk_text text);

enum token_kind { TOKEN_WORD, TOKEN_TEXT, TOKEN_COMMENT, TOKEN_COMMA, TOKEN_COLON, TOKEN_ARROW, TOKEN_LESS, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_LINE, TOKEN_END };

struct token {
	enum token_kind kind;
	sk_text text; /* a word folded, a text without its marks, a comment without # and its blanks */
	uint32_t at, len; /* in the file */
};

/* A place in a file, for errors. */
struct place {
	const struct policy_file *file;
	uint32_t at, len;
};

struct lexer {
	const struct policy_file *file;
	struct sk_arena *arena;
	struct policy_errors *errors;
	size_t offset;
	unsigned tokens;
};

/* SK_OK when the file is text that a policy may consist of; else an error is noted. */
enum sk_status SK_MUST_USE lexer_check(const struct policy_file *file, struct policy_errors *errors);
/* The next token. A character that starts nothing is noted and passed over; at the end, TOKEN_END again and again. */
enum sk_status SK_MUST_USE lexer_next(struct lexer *lexer, struct token *token);
/* A name: letters, digits, kana, kanji, a few signs; not one of the words that stand where names stand. */
bool name_valid(sk_text text);

/* ---- statements ---- */

enum block { BLOCK_TOP, BLOCK_ZONE, BLOCK_ROLE, BLOCK_SCANNER, BLOCK_PERMIT, BLOCK_REFUSE, BLOCK_NONE };

enum pattern {
	PATTERN_TEXT,        /* 「…」 */
	PATTERN_FILE,        /* 「…」, the name of an included file */
	PATTERN_CLASSES,     /* 1 < 2 < 3 */
	PATTERN_NAME,        /* name, then a block */
	PATTERN_GROUP,       /* name: kinds */
	PATTERN_RULE,        /* name: zones → zones, then a block */
	PATTERN_ZONE_KIND,
	PATTERN_NETWORKS,
	PATTERN_NAMES,
	PATTERN_NAMES_OR_ALL,
	PATTERN_NAMES_OR_NONE,
	PATTERN_AT_MOST,     /* class or-less */
	PATTERN_AT_LEAST,
	PATTERN_SIZE_MOST,   /* 50MB or-less */
	PATTERN_SIZE_LEAST,
	PATTERN_WITHIN,      /* 1日以内 */
	PATTERN_DAYS,        /* 30日, or none */
	PATTERN_CHANNELS,
	PATTERN_LEVELS,
	PATTERN_APPROVAL,    /* none, or 1人 roles */
	PATTERN_DATE,
};

enum need { NEED_NO, NEED_ONCE, NEED_CONTENT, NEED_MANY, NEED_SOME }; /* at most once; exactly once; once when files cross; any number; at least one */

struct statement_row {
	enum block block;
	enum word word;
	enum pattern pattern;
	enum need need;
	enum block opens; /* BLOCK_NONE: no block follows */
};

extern const struct statement_row statement_rows[];
extern const size_t statement_row_count;
const struct statement_row *statement_find(enum block block, enum word word);

enum arg_kind { ARG_NAME, ARG_TEXT, ARG_WORD, ARG_NUMBER, ARG_NETWORK };
enum slot { SLOT_VALUE, SLOT_FROM, SLOT_TO, SLOT_COUNT_OF, SLOT_OPTION };

struct arg {
	enum arg_kind kind;
	enum slot slot;
	sk_text text;
	uint64_t number; /* bytes, days, people, days since 1970-01-01 */
	enum word word;
	struct policy_network network;
	uint32_t at, len;
	struct arg *next;
};

struct comment {
	sk_text text;
	bool blank_before;
	struct comment *next;
};

struct node {
	const struct statement_row *row;
	struct arg *args, *last_arg;
	struct node *children, *last_child, *next;
	struct comment *comments;      /* lines before it */
	struct comment *tail;          /* lines before the closing brace */
	sk_text trailing, closing;     /* on its own line; behind the closing brace */
	bool has_trailing, has_closing, blank_before;
	const struct policy_file *file;
	const struct policy_file *included; /* of an include statement */
	uint32_t at, len, line;
};

struct policy_file {
	sk_text name;
	sk_bytes bytes;
	struct node *nodes, *last;
	struct comment *tail;
	unsigned depth;
	const struct policy_file *parent;
	struct policy_file *next;
};

struct tree {
	struct sk_arena *arena;
	struct policy_errors *errors;
	const struct policy_source *source;
	struct policy_file *files, *last_file;
	unsigned file_count;
	unsigned node_count;
};

/* Reads a file and, when with_parts, what it includes. SK_OK also when errors were noted: the tree has what was understood. */
enum sk_status SK_MUST_USE tree_read(struct tree *tree, sk_text name, sk_bytes bytes, bool with_parts);
/* The arguments of a statement by its pattern, up to the end of its head; the parser's other half (arguments.c). */
struct parser {
	struct tree *tree;
	struct policy_file *file;
	struct lexer lexer;
	struct token token; /* the next one */
	struct comment *comments, *last_comment; /* lines that wait for a statement */
	bool blank;         /* an empty line stood before the token */
	enum sk_status status;
};
/* False when the statement is not understood; an error was noted. */
bool parser_arguments(struct parser *parser, struct node *node);
void parser_advance(struct parser *parser);

/* ---- errors ---- */

struct place place_of_token(const struct parser *parser);
struct place place_of_node(const struct node *node);
struct place place_of_arg(const struct node *node, const struct arg *arg);
/* Notes an error; a detail is copied. Always false. */
bool error_at(struct policy_errors *errors, struct place place, enum policy_error_code code, sk_text detail);

void error_hint(struct policy_error *error, sk_text hint);

/* The nearest of the names that are considered (suggest.c). */
struct suggestion {
	sk_text wanted, best;
	unsigned distance;
};
void suggest_consider(struct suggestion *s, sk_text name);
/* As the hint of the error that was noted last. */
void suggest_note(const struct suggestion *s, struct policy_errors *errors);

/* ---- values (value.c); whole of text ---- */

bool value_size(sk_text text, uint64_t *bytes);
bool value_count(sk_text text, const char *unit, const char *unit_english, uint64_t *count);
bool value_date(sk_text text, int32_t *day);
bool value_network(sk_text text, struct policy_network *network);

/* The canonical text of nodes of one file into out; whole: included files in their places (format.c). */
void format_file(const struct policy_file *file, bool whole, struct sk_buf *out);

#endif
