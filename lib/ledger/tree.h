/*
 * ledger: the Merkle tree (RFC 6962, 2.1; the same tree as RFC 9162's).
 *
 * Pure: hashes of stored nodes come through the caller. What is stored are the roots of complete subtrees: node (level, index) covers the
 * leaves from index << level up to (index + 1) << level; it never changes once its last leaf is there. A proof that someone hands us is
 * hostile: any hashes and sizes end in true or false.
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include "base/base.h"

enum {
	TREE_HASH_BYTES = 32,
	TREE_LEVELS = 63,     /* a tree has fewer than 2^63 leaves */
	TREE_PROOF_MAX = 64,  /* hashes of any proof (C2SP tlog-checkpoint: a consistency proof has at most 63 hashes) */
};

struct tree_hash {
	uint8_t at[TREE_HASH_BYTES];
};

/* SHA-256(0x00 || leaf), SHA-256(0x01 || left || right), SHA-256(): RFC 6962, 2.1. */
enum sk_status SK_MUST_USE tree_leaf_hash(sk_bytes leaf, struct tree_hash *hash);
enum sk_status SK_MUST_USE tree_node_hash(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *hash);
enum sk_status SK_MUST_USE tree_empty_hash(struct tree_hash *hash);

/* ---- growing: the roots of the complete subtrees that stand for all leaves so far ---- */

struct tree_edge {
	uint64_t size;
	struct tree_hash complete[TREE_LEVELS]; /* of level l when bit l of size is set */
};

/* Takes the hash of each node that the new leaf completes, from level 0 up. A status that is not SK_OK ends the append. */
typedef enum sk_status tree_store(void *store, unsigned level, uint64_t index, const struct tree_hash *hash);

void tree_edge_init(struct tree_edge *edge);
/* The edge is as before when the status is not SK_OK; nodes that store took then are the ones that the same leaf would give again. */
enum sk_status SK_MUST_USE tree_append(struct tree_edge *edge, const struct tree_hash *leaf, tree_store *store, void *to);
enum sk_status SK_MUST_USE tree_edge_root(const struct tree_edge *edge, struct tree_hash *root);

/* ---- proofs from stored nodes ---- */

/* Gives the hash of a complete node inside the tree that was asked about. */
typedef enum sk_status tree_load(void *store, unsigned level, uint64_t index, struct tree_hash *hash);

struct tree_proof {
	unsigned count;
	struct tree_hash at[TREE_PROOF_MAX];
};

enum sk_status SK_MUST_USE tree_root(uint64_t size, tree_load *load, void *from, struct tree_hash *root);
/* The edge of a tree of this size, to append on. */
enum sk_status SK_MUST_USE tree_edge_load(struct tree_edge *edge, uint64_t size, tree_load *load, void *from);
/* SK_MALFORMED when index is not below size (RFC 6962, 2.1.1). */
enum sk_status SK_MUST_USE tree_inclusion(uint64_t index, uint64_t size, tree_load *load, void *from, struct tree_proof *proof);
/* SK_MALFORMED when before is above after. Empty for 0 and for equal sizes (RFC 6962, 2.1.2). */
enum sk_status SK_MUST_USE tree_consistency(uint64_t before, uint64_t after, tree_load *load, void *from, struct tree_proof *proof);

/* ---- checking what someone hands us: SK_OK when it proves it, SK_MALFORMED when not (RFC 9162, 2.1.3.2 and 2.1.4.2) ---- */

enum sk_status SK_MUST_USE tree_inclusion_check(uint64_t index, uint64_t size, const struct tree_hash *leaf, const struct tree_hash *root,
	const struct tree_proof *proof);
enum sk_status SK_MUST_USE tree_consistency_check(uint64_t before, uint64_t after, const struct tree_hash *root_before,
	const struct tree_hash *root_after, const struct tree_proof *proof);

#endif
