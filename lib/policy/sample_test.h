/* What the tests of this room share: a file in memory, a policy from a text. */
#ifndef POLICY_SAMPLE_TEST_H
#define POLICY_SAMPLE_TEST_H

#include <stdio.h>
#include <stdlib.h>

#include "policy/policy.h"

#define TEST_ARENA_BYTES ((size_t)256 << 20)

static struct sk_arena test_arena;
static struct policy_errors test_errors;

static inline void test_arena_open(void)
{
	if (test_arena.memory == NULL)
		sk_arena_init(&test_arena, malloc(TEST_ARENA_BYTES), TEST_ARENA_BYTES);
}

static inline sk_bytes test_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size = 1 << 20;

	test_arena_open();
	uint8_t *at = sk_arena_raw(&test_arena, size);
	if (file == NULL || at == NULL) {
		perror(path);
		return sk_bytes_of(NULL, 0); /* no policy is empty */
	}
	size_t len = fread(at, 1, size, file);
	fclose(file);
	return sk_bytes_of(at, len);
}

static inline sk_text test_text(const char *string)
{
	return (sk_text){string, strlen(string)};
}

static inline const struct policy *test_policy(sk_bytes bytes)
{
	const struct policy *policy;

	test_arena_open();
	return policy_read(SK_TEXT("test.policy"), bytes, NULL, &test_arena, &test_errors, &policy) == SK_OK ? policy : NULL;
}

#endif
