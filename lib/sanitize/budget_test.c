/* Budgets of inner jobs: the last one that fits, the first one that does not, and which limit is named. */
#include "sanitize/line.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "conf/conf.h"

static void assert_refused(const struct line *line, unsigned depth, uint64_t size, enum limit which)
{
	limit_forget();
	assert_false(line_within_budget(line, depth, size));
	assert_int_equal(limit_last(), which);
}

static void test_depth(void **state)
{
	const struct line line = {0};
	unsigned deepest = (unsigned)limit(LIMIT_inner_depth);
	(void)state;
	assert_true(deepest < LINE_DEPTH_MAX);
	for (unsigned depth = 0; depth < deepest; depth++)
		assert_true(line_within_budget(&line, depth, 1));
	assert_refused(&line, deepest, 1, LIMIT_inner_depth);
	assert_refused(&line, LINE_DEPTH_MAX, 1, LIMIT_inner_depth);
}

static void test_count(void **state)
{
	struct line line = {.inner_count = (uint32_t)limit(LIMIT_inner_count) - 1};
	(void)state;
	assert_true(line_within_budget(&line, 0, 1));
	line.inner_count++;
	assert_refused(&line, 0, 1, LIMIT_inner_count);
}

static void test_bytes(void **state)
{
	struct line line = {0};
	uint64_t most = limit(LIMIT_inner_bytes);
	(void)state;
	assert_true(line_within_budget(&line, 0, most));
	assert_refused(&line, 0, most + 1, LIMIT_inner_bytes);
	assert_refused(&line, 0, UINT64_MAX, LIMIT_inner_bytes);
	line.inner_bytes = most - 10;
	assert_true(line_within_budget(&line, 0, 10));
	assert_refused(&line, 0, 11, LIMIT_inner_bytes);
	line.inner_bytes = most;
	assert_true(line_within_budget(&line, 0, 0));
	assert_refused(&line, 0, 1, LIMIT_inner_bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_depth), cmocka_unit_test(test_count), cmocka_unit_test(test_bytes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
