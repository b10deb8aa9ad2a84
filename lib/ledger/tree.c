/* The Merkle tree of RFC 6962: hashes, growing, roots and proofs out of stored nodes. */
#include "ledger/tree.h"

#include "codec/digest.h"

/* ---- hashes ---- */

static enum sk_status hash_parts(sk_bytes first, sk_bytes second, struct tree_hash *hash)
{
	return digest_sha256_pair(first, second, hash->at) ? SK_OK : SK_FAULT;
}

enum sk_status tree_leaf_hash(sk_bytes leaf, struct tree_hash *hash)
{
	const uint8_t prefix = 0x00;

	return hash_parts(sk_bytes_of(&prefix, 1), leaf, hash);
}

enum sk_status tree_node_hash(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *hash)
{
	uint8_t node[1 + 2 * TREE_HASH_BYTES];

	node[0] = 0x01;
	memcpy(node + 1, left->at, TREE_HASH_BYTES);
	memcpy(node + 1 + TREE_HASH_BYTES, right->at, TREE_HASH_BYTES);
	return hash_parts(sk_bytes_of(node, sizeof(node)), (sk_bytes){0}, hash);
}

enum sk_status tree_empty_hash(struct tree_hash *hash)
{
	return hash_parts((sk_bytes){0}, (sk_bytes){0}, hash);
}

/* ---- growing ---- */

void tree_edge_init(struct tree_edge *edge)
{
	memset(edge, 0, sizeof(*edge));
}

enum sk_status tree_append(struct tree_edge *edge, const struct tree_hash *leaf, tree_store *store, void *to)
{
	struct tree_hash hash = *leaf;
	unsigned level = 0;

	if (edge->size >= (UINT64_C(1) << TREE_LEVELS) - 1)
		return SK_LIMIT;
	SK_TRY(store(to, 0, edge->size, &hash));
	/* like adding one to a binary number: each bit that is set is a subtree that the carry makes part of a greater one */
	for (; (edge->size >> level & 1) != 0; level++) {
		SK_TRY(tree_node_hash(&edge->complete[level], &hash, &hash));
		SK_TRY(store(to, level + 1, edge->size >> (level + 1), &hash));
	}
	edge->complete[level] = hash;
	edge->size++;
	return SK_OK;
}

enum sk_status tree_edge_root(const struct tree_edge *edge, struct tree_hash *root)
{
	bool first = true;

	if (edge->size == 0)
		return tree_empty_hash(root);
	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		if ((edge->size >> level & 1) == 0)
			continue;
		if (first)
			*root = edge->complete[level];
		else
			SK_TRY(tree_node_hash(&edge->complete[level], root, root));
		first = false;
	}
	return SK_OK;
}

/* ---- out of stored nodes ---- */

/* The root over the leaves from low up to high; low is a multiple of the power of two that high - low fits in. Folds the complete
 * subtrees from the right, the smallest first. */
static enum sk_status range_root(uint64_t low, uint64_t high, tree_load *load, void *from, struct tree_hash *root)
{
	uint64_t count = high - low, at = high;
	struct tree_hash node;
	bool first = true;

	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		if ((count >> level & 1) == 0)
			continue;
		at -= UINT64_C(1) << level;
		SK_TRY(load(from, level, at >> level, &node));
		if (first)
			*root = node;
		else
			SK_TRY(tree_node_hash(&node, root, root));
		first = false;
	}
	return SK_OK;
}

/* The largest power of two below count; count is at least 2. */
static uint64_t split_of(uint64_t count)
{
	return UINT64_C(1) << (63 - __builtin_clzll(count - 1));
}

static bool size_valid(uint64_t size)
{
	return size < UINT64_C(1) << TREE_LEVELS;
}

enum sk_status tree_root(uint64_t size, tree_load *load, void *from, struct tree_hash *root)
{
	if (!size_valid(size))
		return SK_LIMIT;
	return size == 0 ? tree_empty_hash(root) : range_root(0, size, load, from, root);
}

enum sk_status tree_edge_load(struct tree_edge *edge, uint64_t size, tree_load *load, void *from)
{
	if (!size_valid(size))
		return SK_LIMIT;
	tree_edge_init(edge);
	for (unsigned level = 0; level < TREE_LEVELS; level++)
		if ((size >> level & 1) != 0)
			SK_TRY(load(from, level, (size >> level) - 1, &edge->complete[level]));
	edge->size = size;
	return SK_OK;
}

/* Proofs are found from the root down and told from the leaves up. */
static void proof_turn(struct tree_proof *proof)
{
	for (unsigned i = 0; i < proof->count / 2; i++) {
		struct tree_hash hash = proof->at[i];

		proof->at[i] = proof->at[proof->count - 1 - i];
		proof->at[proof->count - 1 - i] = hash;
	}
}

static enum sk_status proof_add(struct tree_proof *proof, uint64_t low, uint64_t high, tree_load *load, void *from)
{
	sk_assert(proof->count < TREE_PROOF_MAX); /* one for each level at most, and one */
	return range_root(low, high, load, from, &proof->at[proof->count++]);
}

enum sk_status tree_inclusion(uint64_t index, uint64_t size, tree_load *load, void *from, struct tree_proof *proof)
{
	uint64_t low = 0, high = size;

	proof->count = 0;
	if (!size_valid(size))
		return SK_LIMIT;
	if (index >= size)
		return SK_MALFORMED;
	while (high - low > 1) {
		uint64_t middle = low + split_of(high - low);

		if (index < middle) {
			SK_TRY(proof_add(proof, middle, high, load, from));
			high = middle;
		} else {
			SK_TRY(proof_add(proof, low, middle, load, from));
			low = middle;
		}
	}
	proof_turn(proof);
	return SK_OK;
}

enum sk_status tree_consistency(uint64_t before, uint64_t after, tree_load *load, void *from, struct tree_proof *proof)
{
	uint64_t low = 0, high = after;

	proof->count = 0;
	if (!size_valid(after))
		return SK_LIMIT;
	if (before > after)
		return SK_MALFORMED;
	if (before == 0 || before == after)
		return SK_OK;
	while (high != before) {
		uint64_t middle = low + split_of(high - low);

		if (before <= middle) {
			SK_TRY(proof_add(proof, middle, high, load, from));
			high = middle;
		} else {
			SK_TRY(proof_add(proof, low, middle, load, from));
			low = middle;
		}
	}
	if (low > 0) /* else the older tree is this very subtree, and whoever checks has its root */
		SK_TRY(proof_add(proof, low, high, load, from));
	proof_turn(proof);
	return SK_OK;
}
