/* sekisho policy: check, format, explain, diff. Reads policies and says things; decides nothing and changes no file unless asked to. */
#include "policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "command.h"
#include "conf/conf.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"check", policy_check_command}, {"format", policy_format_command}, {"explain", policy_explain_command}, {"diff", policy_diff_command}};

int command_policy(int argc, char **argv)
{
	if (argc < 2)
		return command_misused("policy", argv[0]);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return command_usage("policy");
	for (size_t i = 0; i < SK_COUNT(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return command_misused("policy", argv[1]);
}

/* ---- memory and output ---- */

bool policy_work_open(struct policy_work *work)
{
	size_t size = (size_t)limit(LIMIT_policy_arena_bytes);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	memset(work, 0, sizeof *work);
	if (memory == MAP_FAILED) {
		perror("sekisho: mmap");
		return false;
	}
	sk_arena_init_clean(&work->arena, memory, size);
	sk_buf_init(&work->out, &work->arena, size / 4);
	return true;
}

void policy_work_close(struct policy_work *work)
{
	if (work->folder_open)
		policy_file_close(work);
	sk_arena_reset(&work->arena);
	munmap(work->arena.memory, work->arena.size);
}

bool policy_flush(struct policy_work *work, FILE *to)
{
	bool good = work->out.status == SK_OK && fwrite(work->out.at, 1, work->out.len, to) == work->out.len;

	sk_buf_reset(&work->out);
	return good;
}

static void print_errors(struct policy_work *work)
{
	for (unsigned i = 0; i < work->errors.count; i++)
		policy_error_print(&work->errors.at[i], language_japanese(), &work->out);
	(void)policy_flush(work, stderr);
	fprintf(stderr, work->errors.more ? say("%u 件以上の誤りがあります。\n", "%u errors and more.\n") : say("%u 件の誤りがあります。\n", "%u errors.\n"), work->errors.count);
}

int policy_failed(struct policy_work *work, enum sk_status status)
{
	if (status == SK_FAULT || work->errors.count == 0) {
		fputs(say("sekisho: 方針を読む途中でこの機械に障害がありました。\n", "sekisho: this machine failed while reading the policy.\n"), stderr);
		return EXIT_FAULT;
	}
	print_errors(work);
	return EXIT_BLOCKED;
}

int policy_open(struct policy_work *work, const char *path, const struct policy **policy)
{
	struct policy_source source = {policy_file_part, work};
	sk_bytes bytes;

	if (!policy_file_open(work, path, &bytes))
		return EXIT_FAULT;
	enum sk_status status = policy_read(work->name, bytes, &source, &work->arena, &work->errors, policy);
	return status == SK_OK ? EXIT_GOOD : policy_failed(work, status);
}
