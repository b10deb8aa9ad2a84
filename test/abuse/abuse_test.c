/* A reader that was taken over costs its own job and nothing else: blocked, the next job runs, nothing is left behind. */
#include "sanitize/sanitize.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "sanitize/line.h"
#include "sys/descriptor.h"

static const char *zygote;
static struct sanitizer *sanitizer;
static struct sanitize_result result;

static int begin(void **state)
{
	struct sanitizer_options options = {.zygote = zygote, .seconds = 1};
	struct sk_fault fault;

	(void)state;
	return sanitizer_open(&options, &sanitizer, &fault) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	sanitizer_close(sanitizer);
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1; /* no child is left */
}

static unsigned open_descriptors(void)
{
	unsigned count = 0;
	DIR *directory = opendir("/proc/self/fd");

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static void run(const char *commands)
{
	struct sk_fault fault;
	int input = sys_memory_file("test", 0, &fault);

	assert_true(input >= 0 && sys_write(input, sk_bytes_str("ABUSE "), &fault) && sys_write(input, sk_bytes_str(commands), &fault));
	assert_int_equal(lseek(input, 0, SEEK_SET), 0);
	sanitize(sanitizer, input, LEVEL_REBUILD, &result);
	sys_close(&input);
}

static bool found(enum finding_code code)
{
	for (size_t i = 0; i < result.findings.count; i++)
		if (result.findings.rows[i].code == code)
			return true;
	return false;
}

/* The job gives exactly this text. */
static void expect(const char *commands, enum sanitize_verdict verdict, const char *output)
{
	char text[256] = "";

	run(commands);
	assert_string_equal(sanitize_verdict_name(result.verdict), sanitize_verdict_name(verdict));
	ssize_t got = pread(result.output, text, sizeof text - 1, 0);
	assert_int_equal(got, strlen(output));
	assert_string_equal(text, output);
	assert_int_equal(result.output_size, strlen(output));
	assert_int_equal(write(result.output, "x", 1), -1); /* sealed */
	sanitize_result_end(&result);
}

struct row {
	const char *commands;
	enum finding_code reason;
};

static const struct row rows[] = {
	{"open", FINDING_blocked_crash}, {"socket", FINDING_blocked_crash}, {"exec", FINDING_blocked_crash}, {"ptrace", FINDING_blocked_crash},
	{"kill", FINDING_blocked_crash}, {"fork", FINDING_blocked_crash}, {"getpid", FINDING_blocked_crash}, {"x32", FINDING_blocked_crash},
	{"executable", FINDING_blocked_crash}, {"mprotect", FINDING_blocked_crash}, {"loop", FINDING_blocked_time},
	{"memory", FINDING_blocked_crash}, {"scratch", FINDING_blocked_crash}, {"write-input", FINDING_blocked_crash},
	{"die", FINDING_blocked_crash}, {"say half\ndie", FINDING_blocked_crash}, {"garbage", FINDING_blocked_crash},
	{"short", FINDING_blocked_crash}, {"long", FINDING_blocked_crash}, {"descriptors", FINDING_blocked_crash},
	{"pretend", FINDING_blocked_crash}, {"kind-again", FINDING_blocked_crash}, {"findings", FINDING_blocked_crash},
	{"bad-finding", FINDING_blocked_crash}, {"bad-text", FINDING_blocked_crash}, {"deaf", FINDING_blocked_crash},
	{"inner-beyond", FINDING_blocked_crash}, {"done-early", FINDING_blocked_crash}, {"records", FINDING_blocked_crash},
	{"ring", FINDING_blocked_crash}, {"inner-number", FINDING_blocked_crash}, {"inners", FINDING_blocked_time},
	{"reason\nsay x", FINDING_blocked_inside}, {"inner loop", FINDING_blocked_time}, {"say too much", FINDING_blocked_limit},
};

static void test_attacks(void **state)
{
	(void)state;
	expect("say warm", VERDICT_CLEAN, "warm");
	unsigned before = open_descriptors();
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		print_message("# %zu: %.*s\n", i, (int)strcspn(rows[i].commands, "\n"), rows[i].commands);
		run(rows[i].commands);
		assert_string_equal(sanitize_verdict_name(result.verdict), "blocked");
		if (!found(rows[i].reason)) /* which reason was it then? */
			for (size_t k = 0; k < result.findings.count; k++)
				print_message("# found %u, fault %d\n", result.findings.rows[k].code, result.fault);
		assert_true(found(rows[i].reason));
		assert_int_equal(result.output, -1);
		assert_int_equal(open_descriptors(), before);
		expect("say after", VERDICT_CLEAN, "after");
	}
}

static void test_decoders_may_allocate(void **state)
{
	(void)state;
	expect("allocate\nsay done", VERDICT_CLEAN, "done");
}

static void test_verdicts(void **state)
{
	(void)state;
	expect("say x", VERDICT_CLEAN, "x");
	expect("note\nsay x", VERDICT_CLEAN, "x");
	expect("note\nremoved\nsay x", VERDICT_SANITIZED, "x");
	expect("say a\ninner removed", VERDICT_SANITIZED, "a");
	assert_true(found(FINDING_macro_removed));
	assert_int_equal(result.findings.rows[0].place, FINDING_PART); /* told at the place of the inner file */
	assert_memory_equal(result.findings.rows[0].where, "part", 4);
}

/* The system may end the zygote: the next job has a new one. */
static void test_the_zygote_may_end(void **state)
{
	(void)state;
	expect("say a", VERDICT_CLEAN, "a");
	siginfo_t ended;
	assert_int_equal(kill(sanitizer->zygotes[ZYGOTE_COMMON].pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)sanitizer->zygotes[ZYGOTE_COMMON].pid, &ended, WEXITED | WNOWAIT), 0);
	for (int i = 0; i < 3; i++) { /* a pair that was asked for ahead may still do it, or end while it does */
		run("say lost");
		sanitize_result_end(&result);
	}
	expect("say b", VERDICT_CLEAN, "b");
	expect("say c", VERDICT_CLEAN, "c");
}

/* A program that is no zygote: each job is a fault at once, not after the job's seconds. */
static void test_no_zygote(void **state)
{
	struct sanitizer_options options = {.zygote = "/bin/true", .seconds = 30};
	struct sk_fault fault;

	(void)state;
	if (!sanitizer_open(&options, &sanitizer, &fault))
		return; /* it ended before it was asked for anything */
	for (int i = 0; i < 3; i++) {
		run("say x");
		assert_int_equal(result.verdict, VERDICT_BLOCKED);
		assert_true(result.fault && found(FINDING_blocked_fault));
	}
	assert_int_equal(end(state), 0);
}

static void test_inner_attacks_cost_their_part(void **state)
{
	(void)state;
	expect("say a\ninner say b\nsay c", VERDICT_CLEAN, "abc");
	expect("say a\ninner die\ninner say b\ninner garbage\ninner open\ninner say c", VERDICT_CLEAN, "abc");
	expect("inner inner inner say deep", VERDICT_CLEAN, "deep");
}

static void test_standard_output_is_out_of_reach(void **state)
{
	struct sk_fault fault;
	size_t size;
	int errors = dup(STDERR_FILENO), output = dup(STDOUT_FILENO);
	int trap = sys_memory_file("trap", 0, &fault);

	assert_true(trap >= 0 && dup2(trap, STDERR_FILENO) >= 0 && dup2(trap, STDOUT_FILENO) >= 0);
	int begun = begin(state);
	if (begun == 0)
		run("standard-output\nsay x");
	bool known = sys_size(trap, &size, &fault);
	int ended = end(state);
	assert_true(dup2(errors, STDERR_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0);
	assert_true(begun == 0 && ended == 0 && known);
	assert_int_equal(size, 0);
	assert_int_equal(result.verdict, VERDICT_CLEAN);
	sanitize_result_end(&result);
	sys_close(&errors);
	sys_close(&output);
	sys_close(&trap);
}

static void test_depth_has_an_end(void **state)
{
	(void)state;
	run("inner inner inner inner inner inner inner inner inner inner say deep");
	assert_true(result.verdict == VERDICT_BLOCKED || result.output_size == 0);
	sanitize_result_end(&result);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_attacks, begin, end),
		cmocka_unit_test_setup_teardown(test_decoders_may_allocate, begin, end),
		cmocka_unit_test_setup_teardown(test_verdicts, begin, end),
		cmocka_unit_test_setup_teardown(test_the_zygote_may_end, begin, end),
		cmocka_unit_test(test_no_zygote),
		cmocka_unit_test_setup_teardown(test_inner_attacks_cost_their_part, begin, end),
		cmocka_unit_test_setup_teardown(test_depth_has_an_end, begin, end),
		cmocka_unit_test(test_standard_output_is_out_of_reach),
	};

	if (argc != 2)
		return 2;
	zygote = argv[1];
	return cmocka_run_group_tests_name("abuse", tests, NULL, NULL);
}
