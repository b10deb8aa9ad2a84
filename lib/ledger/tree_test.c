/* The tree against RFC 6962's definition and known roots; every proof of small trees, and each proof with something changed. */
#include "ledger/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { LEAVES = 40 };

static struct tree_hash stored[7][LEAVES + 1];
static struct tree_hash roots[LEAVES + 1];
static struct tree_edge edge;
static uint64_t fails_from; /* the store fails from this index on */

static enum sk_status store(void *to, unsigned level, uint64_t index, const struct tree_hash *hash)
{
	(void)to;
	assert_true(level < SK_COUNT(stored) && index <= LEAVES);
	if (level > 0 && edge.size >= fails_from)
		return SK_FAULT;
	stored[level][index] = *hash;
	return SK_OK;
}

static enum sk_status load(void *limit, unsigned level, uint64_t index, struct tree_hash *hash)
{
	assert_true(level < SK_COUNT(stored));
	assert_true((index + 1) << level <= *(uint64_t *)limit); /* complete nodes of the tree alone */
	*hash = stored[level][index];
	return SK_OK;
}

/* RFC 6962, 2.1, word for word. */
static struct tree_hash definition(uint64_t from, uint64_t count)
{
	struct tree_hash left, right, hash;
	uint64_t split = 1;

	if (count == 1)
		return stored[0][from];
	while (split * 2 < count)
		split *= 2;
	left = definition(from, split);
	right = definition(from + split, count - split);
	assert_int_equal(tree_node_hash(&left, &right, &hash), SK_OK);
	return hash;
}

static int grow(void **state)
{
	(void)state;
	fails_from = UINT64_MAX;
	tree_edge_init(&edge);
	for (uint64_t i = 0; i < LEAVES; i++) {
		uint8_t leaf = (uint8_t)i;
		struct tree_hash hash;

		if (tree_edge_root(&edge, &roots[i]) != SK_OK || tree_leaf_hash(sk_bytes_of(&leaf, 1), &hash) != SK_OK ||
			tree_append(&edge, &hash, store, NULL) != SK_OK)
			return -1;
	}
	return tree_edge_root(&edge, &roots[LEAVES]) == SK_OK ? 0 : -1;
}

static void assert_hex(const struct tree_hash *hash, const char *hex)
{
	char found[2 * TREE_HASH_BYTES + 1] = "";
	struct sk_buf buf;

	sk_buf_fixed(&buf, found, sizeof found - 1);
	sk_buf_hex(&buf, sk_bytes_of(hash->at, TREE_HASH_BYTES));
	assert_string_equal(found, hex);
}

/* The vectors of the first Certificate Transparency log, which every implementation repeats. */
static void known_roots(void **state)
{
	static const struct {
		sk_bytes leaf;
		const char *root;
	} vectors[] = {
		{{0}, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{{(const uint8_t *)"\x00", 1}, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{{(const uint8_t *)"\x10", 1}, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{{(const uint8_t *)" !", 2}, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{{(const uint8_t *)"01", 2}, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{{(const uint8_t *)"@ABC", 4}, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{{(const uint8_t *)"PQRSTUVW", 8}, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{{(const uint8_t *)"`abcdefghijklmno", 16}, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	};
	struct tree_hash hash;

	(void)state;
	assert_int_equal(tree_empty_hash(&hash), SK_OK);
	assert_hex(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	tree_edge_init(&edge);
	for (size_t i = 0; i < SK_COUNT(vectors); i++) {
		assert_int_equal(tree_leaf_hash(vectors[i].leaf, &hash), SK_OK);
		assert_int_equal(tree_append(&edge, &hash, store, NULL), SK_OK);
		assert_int_equal(tree_edge_root(&edge, &hash), SK_OK);
		assert_hex(&hash, vectors[i].root);
	}
}

static void roots_are_the_definition(void **state)
{
	struct tree_hash root;

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size++) {
		struct tree_hash expected = definition(0, size);
		struct tree_edge again;

		assert_memory_equal(&roots[size], &expected, sizeof expected);
		assert_int_equal(tree_root(size, load, &size, &root), SK_OK);
		assert_memory_equal(&root, &expected, sizeof expected);
		assert_int_equal(tree_edge_load(&again, size, load, &size), SK_OK);
		assert_int_equal(tree_edge_root(&again, &root), SK_OK);
		assert_memory_equal(&root, &expected, sizeof expected);
	}
}

/* No bit, no hash more or less, is without meaning. */
static void assert_refused_when_changed(uint64_t first, uint64_t second, const struct tree_hash *a, const struct tree_hash *b,
	const struct tree_proof *proof, bool inclusion)
{
	struct tree_proof changed;
	enum sk_status (*check)(uint64_t, uint64_t, const struct tree_hash *, const struct tree_hash *, const struct tree_proof *) =
		inclusion ? tree_inclusion_check : tree_consistency_check;

	for (unsigned i = 0; i < proof->count; i++) {
		changed = *proof;
		changed.at[i].at[(first + second + i) % TREE_HASH_BYTES] ^= (uint8_t)(1U << (i % 8));
		assert_int_equal(check(first, second, a, b, &changed), SK_MALFORMED);
	}
	for (unsigned count = 0; count < TREE_PROOF_MAX; count++) {
		changed = *proof;
		for (unsigned i = proof->count; i < count; i++)
			changed.at[i] = *b;
		changed.count = count;
		if (count != proof->count)
			assert_int_equal(check(first, second, a, b, &changed), SK_MALFORMED);
	}
	changed.count = TREE_PROOF_MAX + 1;
	assert_int_equal(check(first, second, a, b, &changed), SK_MALFORMED);
}

static void each_leaf_is_proven(void **state)
{
	struct tree_proof proof;

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size++) {
		for (uint64_t index = 0; index < size; index++) {
			const struct tree_hash *leaf = &stored[0][index];

			assert_int_equal(tree_inclusion(index, size, load, &size, &proof), SK_OK);
			assert_int_equal(tree_inclusion_check(index, size, leaf, &roots[size], &proof), SK_OK);
			for (uint64_t other = 0; other <= size; other++)
				if (other != index)
					assert_int_equal(tree_inclusion_check(other, size, leaf, &roots[size], &proof), SK_MALFORMED);
			assert_int_equal(tree_inclusion_check(index, size, leaf, &roots[size - 1], &proof), SK_MALFORMED);
			assert_refused_when_changed(index, size, leaf, &roots[size], &proof, true);
		}
		assert_int_equal(tree_inclusion(size, size, load, &size, &proof), SK_MALFORMED);
	}
	assert_int_equal(tree_inclusion_check(0, 0, &roots[0], &roots[0], &proof), SK_MALFORMED);
}

static void each_older_tree_is_proven(void **state)
{
	struct tree_proof proof;

	(void)state;
	for (uint64_t after = 0; after <= LEAVES; after++) {
		for (uint64_t before = 0; before <= after; before++) {
			const struct tree_hash *old = &roots[before], *new = &roots[after];

			assert_int_equal(tree_consistency(before, after, load, &after, &proof), SK_OK);
			assert_int_equal(tree_consistency_check(before, after, old, new, &proof), SK_OK);
			assert_refused_when_changed(before, after, old, new, &proof, false);
			for (uint64_t other = 0; other <= LEAVES; other++)
				if (other != before)
					assert_int_equal(tree_consistency_check(before, after, &roots[other], new, &proof), SK_MALFORMED);
		}
		assert_int_equal(tree_consistency(after + 1, after, load, &after, &proof), SK_MALFORMED);
		assert_int_equal(tree_consistency_check(after + 1, after, &roots[0], &roots[0], &proof), SK_MALFORMED);
	}
}

static void greatest_sizes(void **state)
{
	static struct tree_proof proof;
	struct tree_hash hash = {{0}};
	uint64_t big = UINT64_C(1) << TREE_LEVELS;

	(void)state;
	assert_int_equal(tree_root(big, load, &big, &hash), SK_LIMIT);
	assert_int_equal(tree_edge_load(&edge, big, load, &big), SK_LIMIT);
	assert_int_equal(tree_inclusion(0, big, load, &big, &proof), SK_LIMIT);
	assert_int_equal(tree_consistency(0, big, load, &big, &proof), SK_LIMIT);
	tree_edge_init(&edge);
	edge.size = big - 1;
	assert_int_equal(tree_append(&edge, &hash, store, NULL), SK_LIMIT);
	proof.count = TREE_PROOF_MAX;
	assert_int_equal(tree_inclusion_check(UINT64_MAX - 1, UINT64_MAX, &hash, &hash, &proof), SK_MALFORMED);
	assert_int_equal(tree_consistency_check(UINT64_MAX - 1, UINT64_MAX, &hash, &hash, &proof), SK_MALFORMED);
}

static void a_failing_store_leaves_the_edge(void **state)
{
	struct tree_edge before;
	struct tree_hash leaf = {{7}};

	(void)state;
	tree_edge_init(&edge);
	assert_int_equal(tree_append(&edge, &leaf, store, NULL), SK_OK);
	before = edge;
	fails_from = 1;
	assert_int_equal(tree_append(&edge, &leaf, store, NULL), SK_FAULT);
	assert_memory_equal(&edge, &before, sizeof before);
	fails_from = UINT64_MAX;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(roots_are_the_definition, grow),
		cmocka_unit_test_setup(each_leaf_is_proven, grow),
		cmocka_unit_test_setup(each_older_tree_is_proven, grow),
		cmocka_unit_test_setup(known_roots, grow),
		cmocka_unit_test(greatest_sizes),
		cmocka_unit_test_setup(a_failing_store_leaves_the_edge, grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
