/* Processes: start, fork, kill. */
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/descriptor.h"

#define HUGE_PAGE ((uintptr_t)2 << 20)
#define HEAP_BYTES (128 << 20) /* reserved, not touched */

static bool failed(struct sk_fault *fault, const char *operation, int error)
{
	*fault = (struct sk_fault){.error = error, .operation = operation};
	return false;
}

static int spawn(const char *path, const char *name, int socket, int *pid)
{
	posix_spawn_file_actions_t actions;
	char *arguments[] = {(char *)(uintptr_t)name, NULL};
	char language[] = "LANG=C";
	char tunables[] = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"; /* decoders' large pieces come in huge pages (sys_map_arena) */
	char *environment[] = {language, tunables, NULL};
	pid_t started = -1;

	int error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, socket, PROCESS_SOCKET);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(&actions, PROCESS_SOCKET + 1);
	if (error == 0)
		error = posix_spawn(&started, path, &actions, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	*pid = started;
	return error;
}

bool process_start(const char *path, const char *name, int *socket, int *pid, struct sk_fault *fault)
{
	int pair[2];

	if (!sys_packet_pair(pair, fault))
		return false;
	if (pair[1] == PROCESS_SOCKET) { /* dup2 to itself would keep close-on-exec */
		int other = fcntl(pair[1], F_DUPFD_CLOEXEC, PROCESS_SOCKET + 1);
		sys_close(&pair[1]);
		pair[1] = other;
	}
	int error = spawn(path, name, pair[1], pid);
	sys_close(&pair[1]);
	if (error != 0) {
		sys_close(&pair[0]);
		return failed(fault, "posix_spawn", error);
	}
	*socket = pair[0];
	return true;
}

void process_reap(int pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

int process_fork(int *handle, struct sk_fault *fault)
{
	pid_t pid = fork();

	if (pid < 0) {
		failed(fault, "fork", errno);
		return -1;
	}
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return 0;
	}
	*handle = (int)syscall(SYS_pidfd_open, pid, 0);
	if (*handle < 0) {
		failed(fault, "pidfd_open", errno);
		kill(pid, SIGKILL);
		return -1;
	}
	return pid;
}

void process_forget_children(void)
{
	signal(SIGCHLD, SIG_IGN);
}

void process_kill(int handle)
{
	if (handle >= 0)
		syscall(SYS_pidfd_send_signal, handle, SIGKILL, NULL, 0);
}

/* Decoders take their large pieces from malloc. From a heap that is already reserved they come in huge pages, and nothing is unmapped and
 * mapped again between two pieces; what is larger than the C library lets the heap give is mapped in huge pages by its own tunable. */
bool process_warm(void)
{
	mallopt(M_TOP_PAD, HEAP_BYTES);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	uint8_t *volatile first = malloc(1);
	bool warm = first != NULL;
	uintptr_t boundary = ((uintptr_t)first + HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE, end = (uintptr_t)sbrk(0);
	if (warm && end > boundary)
		(void)madvise(first + (boundary - (uintptr_t)first), end - boundary, MADV_HUGEPAGE); /* only advice */
	free(first);
	return warm;
}

void process_close_others(const int *keep, size_t count)
{
	unsigned from = PROCESS_SOCKET;

	dup2(STDIN_FILENO, STDERR_FILENO); /* /dev/null: what is on the screen or in a log is no worker's to write */
	for (size_t i = 0; i < count; i++) {
		if ((unsigned)keep[i] > from)
			close_range(from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	close_range(from, ~0u, 0);
}

_Noreturn void process_exit(int code)
{
	_exit(code);
}

bool process_own_path(char *to, size_t max)
{
	ssize_t len = readlink("/proc/self/exe", to, max - 1);

	if (len <= 0)
		return false;
	to[len] = '\0';
	return true;
}
