/*
 * Proofs of the Merkle tree, checked.
 *
 * The attacker controls everything but the root that the caller trusts: index, sizes, and how many hashes of which value there are.
 */
#include "ledger/tree.h"

static bool hash_equal(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->at, b->at, TREE_HASH_BYTES) == 0;
}

/* Up from a node that is a left child without a sibling: the node stands for its parents until it is a right child. */
static void climb_alone(uint64_t *node, uint64_t *last)
{
	while ((*node & 1) == 0 && *node != 0) {
		*node >>= 1;
		*last >>= 1;
	}
}

enum sk_status tree_inclusion_check(uint64_t index, uint64_t size, const struct tree_hash *leaf, const struct tree_hash *root,
	const struct tree_proof *proof)
{
	struct tree_hash hash = *leaf;
	uint64_t node = index, last = size - 1; /* of the level where we stand */

	if (index >= size || proof->count > TREE_PROOF_MAX)
		return SK_MALFORMED;
	for (unsigned i = 0; i < proof->count; i++) {
		if (last == 0)
			return SK_MALFORMED;
		if ((node & 1) != 0 || node == last) {
			SK_TRY(tree_node_hash(&proof->at[i], &hash, &hash));
			climb_alone(&node, &last);
		} else {
			SK_TRY(tree_node_hash(&hash, &proof->at[i], &hash));
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && hash_equal(&hash, root) ? SK_OK : SK_MALFORMED;
}

/* Both roots out of one proof; before is above 0 and below after. */
static enum sk_status roots_check(uint64_t before, uint64_t after, const struct tree_hash *root_before, const struct tree_hash *root_after,
	const struct tree_proof *proof)
{
	/* an older tree that is a complete subtree is not in its own proof */
	bool complete = (before & (before - 1)) == 0;
	uint64_t node = before - 1, last = after - 1;
	struct tree_hash old, new;

	if (proof->count == 0)
		return SK_MALFORMED;
	while ((node & 1) != 0) {
		node >>= 1;
		last >>= 1;
	}
	old = new = complete ? *root_before : proof->at[0];
	for (unsigned i = complete ? 0 : 1; i < proof->count; i++) {
		if (last == 0)
			return SK_MALFORMED;
		if ((node & 1) != 0 || node == last) {
			SK_TRY(tree_node_hash(&proof->at[i], &old, &old));
			SK_TRY(tree_node_hash(&proof->at[i], &new, &new));
			climb_alone(&node, &last);
		} else {
			SK_TRY(tree_node_hash(&new, &proof->at[i], &new));
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && hash_equal(&old, root_before) && hash_equal(&new, root_after) ? SK_OK : SK_MALFORMED;
}

enum sk_status tree_consistency_check(uint64_t before, uint64_t after, const struct tree_hash *root_before,
	const struct tree_hash *root_after, const struct tree_proof *proof)
{
	struct tree_hash empty;

	if (before > after || proof->count > TREE_PROOF_MAX)
		return SK_MALFORMED;
	if (before > 0 && before < after)
		return roots_check(before, after, root_before, root_after, proof);
	if (before == 0)
		SK_TRY(tree_empty_hash(&empty));
	if (proof->count != 0 || (before == 0 && !hash_equal(root_before, &empty)) || (before == after && !hash_equal(root_before, root_after)))
		return SK_MALFORMED;
	return SK_OK;
}
