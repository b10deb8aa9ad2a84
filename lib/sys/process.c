/* Processes: fork, kill, what a worker keeps. */
#include "sys/process.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HUGE_PAGE ((uintptr_t)2 << 20)
#define HEAP_BYTES (128 << 20) /* reserved, not touched */

static bool failed(struct sk_fault *fault, const char *operation, int error)
{
	*fault = (struct sk_fault){.error = error, .operation = operation};
	return false;
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
