/* Lanes on processors: what is started stays on one, and this thread does not. */
#include "sys/process.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static unsigned processors(void)
{
	cpu_set_t may;
	assert_int_equal(sched_getaffinity(0, sizeof may, &may), 0);
	return (unsigned)CPU_COUNT(&may);
}

static void test_fewer_lanes_than_processors_go_anywhere(void **state)
{
	(void)state;
	assert_int_equal(process_cpu(0, processors() - 1), -1);
	assert_int_equal(process_cpu(0, 0), -1);
}

static void test_each_lane_has_its_own(void **state)
{
	unsigned count = processors();
	(void)state;
	if (count < 2) {
		assert_int_equal(process_cpu(0, 8), -1); /* there is nothing to choose */
		return;
	}
	for (unsigned lane = 1; lane < count; lane++)
		assert_true(process_cpu(lane, count) > process_cpu(lane - 1, count));
	assert_int_equal(process_cpu(count, 2 * count), process_cpu(0, 2 * count));
}

static void test_children_stay_and_the_thread_does_not(void **state)
{
	struct process_cpus before;
	unsigned count = processors();
	int cpu = process_cpu(1, count), status = 0;
	(void)state;
	assert_false(process_bind(-1, &before));
	if (cpu < 0)
		return;
	assert_true(process_bind(cpu, &before));
	pid_t child = fork();
	if (child == 0)
		_exit(processors() == 1 && sched_getcpu() == cpu ? 0 : 1);
	process_unbind(&before);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(processors(), count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fewer_lanes_than_processors_go_anywhere),
		cmocka_unit_test(test_each_lane_has_its_own),
		cmocka_unit_test(test_children_stay_and_the_thread_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
