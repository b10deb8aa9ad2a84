/* compile: what the files that make a table of a tree share. */
#ifndef POLICY_COMPILE_H
#define POLICY_COMPILE_H

#include "conf/conf.h"
#include "policy/table.h"
#include "policy/tree.h"

struct group {
	sk_text name;
	uint64_t kinds[POLICY_KIND_WORDS];
};

struct compiler {
	struct tree *tree;
	struct policy *policy;
	const struct node **nodes; /* of all files, in the order of reading */
	size_t node_count;
	struct group groups[256]; /* LIMIT_policy_groups */
	unsigned group_count;
};

/* Notes an error at an argument or a statement; always false. */
bool compile_error_arg(const struct compiler *c, const struct node *node, const struct arg *arg, enum policy_error_code code);
bool compile_error(const struct compiler *c, const struct node *node, enum policy_error_code code, sk_text detail);
/* The statement of a block with this keyword; NULL when it is not there. */
const struct node *child_of(const struct node *node, enum word word);
/* Every statement of the block is there as often as it must be. */
void compile_check_block(const struct compiler *c, const struct node *node, bool content);
struct policy_place compile_place(const struct node *node);

/* The number of a class of this argument; UINT_MAX after an error. */
unsigned compile_class(const struct compiler *c, const struct node *node, enum policy_scale scale);
/* Names of the arguments of a slot as a set; 0 after an error. */
uint64_t compile_roles(const struct compiler *c, const struct node *node);
uint32_t compile_zones(const struct compiler *c, const struct node *node, enum slot slot);
/* Adds kinds and groups of the arguments of a slot; taken: only those that can be sanitized. */
void compile_kinds(const struct compiler *c, const struct node *node, enum slot slot, bool taken, uint64_t kinds[POLICY_KIND_WORDS]);

/* Rules, after everything that they name (compile_rules.c). False when the arena is too small. */
bool compile_rules(struct compiler *c);

#endif
