/* What this host gives to the sandbox, tried in children of our own: for administrators. */
#include "sys/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each trial runs in a child and returns 0 or an errno as its exit code. */
struct trial {
	const char *name;
	int (*run)(void);
	bool fatal; /* without it no worker starts */
	const char *ja, *en;
};

static int try_no_new_privileges(void)
{
	return sandbox_no_new_privileges();
}

/* A filter without getpid must kill the process that asks for it. */
static int try_filter(void)
{
	static const enum sandbox_call calls[] = {CALL_exit_group};

	int error = sandbox_no_new_privileges();
	if (error == 0)
		error = sandbox_filter(calls, SK_COUNT(calls));
	if (error == 0)
		(void)getppid();
	return error == 0 ? ENOTSUP : error; /* still alive: the filter does nothing */
}

/* A file that was there before can't be opened any more. */
static int try_landlock(void)
{
	int error = sandbox_no_new_privileges();
	if (error == 0)
		error = sandbox_no_files();
	if (error != 0)
		return error;
	int fd = open("/", O_RDONLY | O_CLOEXEC);
	return fd < 0 && errno == EACCES ? 0 : ENOTSUP;
}

static int try_namespace(int flags)
{
	return unshare(CLONE_NEWUSER | flags) == 0 || unshare(flags) == 0 ? 0 : errno;
}
static int try_user(void)
{
	return unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
}
static int try_network(void)
{
	return try_namespace(CLONE_NEWNET);
}
static int try_processes(void)
{
	return try_namespace(CLONE_NEWPID);
}
static int try_mounts(void)
{
	return try_namespace(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
}

static int try_limits(void)
{
	struct rlimit limit = {(rlim_t)64 << 20, (rlim_t)64 << 20};

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		return errno;
	void *at = mmap(NULL, (size_t)256 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return at == MAP_FAILED ? 0 : ENOTSUP;
}

static int try_seals(void)
{
	int fd = memfd_create("trial", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0)
		return errno;
	return write(fd, "x", 1) < 0 && errno == EPERM ? 0 : ENOTSUP;
}

static int try_cgroup(void)
{
	char line[256] = "";
	FILE *file = fopen("/sys/fs/cgroup/cgroup.controllers", "re");

	if (file == NULL)
		return errno;
	bool there = fgets(line, sizeof line, file) != NULL && strstr(line, "memory") != NULL;
	fclose(file);
	return there ? 0 : ENOTSUP;
}

static const struct trial trials[] = {
	{"seccomp", try_filter, true, "システムコールの制限（必須）", "system-call filter (required)"},
	{"no_new_privs", try_no_new_privileges, true, "権限昇格の禁止（必須）", "no new privileges (required)"},
	{"rlimits", try_limits, true, "メモリーなどの上限（必須）", "limits of memory and the like (required)"},
	{"memfd-seals", try_seals, true, "入力の封印（必須）", "sealed input (required)"},
	{"landlock", try_landlock, false, "ファイルへの到達の禁止（カーネル 5.13 以降、lsm=landlock）",
	 "no way to files (kernel 5.13 or later, lsm=landlock)"},
	{"user-namespace", try_user, false, "利用者の分離（sysctl kernel.unprivileged_userns_clone）",
	 "own users (sysctl kernel.unprivileged_userns_clone)"},
	{"network-namespace", try_network, false, "ネットワークの分離", "own, empty network"},
	{"process-namespace", try_processes, false, "プロセスの分離", "own processes"},
	{"mount-namespace", try_mounts, false, "マウント・IPC などの分離", "own mounts, IPC, host name"},
	{"cgroup-memory", try_cgroup, false, "cgroup v2 によるメモリーの上限（なければ rlimit のみ）",
	 "memory limit by cgroup v2 (otherwise rlimits alone)"},
};

/* 0 when it held, an errno when not. A child that the filter killed proves the filter. */
static int run_trial(const struct trial *trial)
{
	int status = 0;

	pid_t pid = fork();
	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(trial->run());
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? 0 : EINTR;
	return WEXITSTATUS(status);
}

size_t sandbox_report(struct sandbox_row rows[SANDBOX_ROWS_MAX])
{
	_Static_assert(SK_COUNT(trials) <= SANDBOX_ROWS_MAX, "rows");
	fflush(NULL); /* children share the buffers */
	for (size_t i = 0; i < SK_COUNT(trials); i++) {
		const struct trial *t = &trials[i];
		int error = run_trial(t);
		rows[i] = (struct sandbox_row){.name = t->name, .ja = t->ja, .en = t->en};
		rows[i].state = error == 0 ? SANDBOX_GIVEN : t->fatal ? SANDBOX_FATAL : SANDBOX_MISSING;
		if (error != 0)
			snprintf(rows[i].detail, sizeof rows[i].detail, "%s", strerrorname_np(error) != NULL ? strerrorname_np(error) : "?");
		else if (t->run == try_landlock)
			snprintf(rows[i].detail, sizeof rows[i].detail, "ABI %d", sandbox_landlock_abi());
	}
	return SK_COUNT(trials);
}
