/*
 * sandbox: what a process gives up, as a constant table per process (prog/NAME/profile.c).
 *
 * Three layers, each enough against another kind of attack: namespaces and Landlock (nothing to reach), a system-call list that kills
 * (nothing to ask), resource limits (nothing to exhaust). no_new_privs always. A host that lacks one gets the others;
 * `sekisho sandbox-check` says which. Without system-call filter no worker starts.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include "base/base.h"

enum sandbox_call {
	CALL_read,
	CALL_write,
	CALL_pwrite,     /* pwrite64 */
	CALL_sendmsg,
	CALL_recvmsg,
	CALL_futex,
	CALL_mmap,       /* never executable */
	CALL_munmap,
	CALL_mremap,
	CALL_madvise,
	CALL_brk,
	CALL_close,
	CALL_exit_group,
	SANDBOX_CALLS
};

struct sandbox_profile {
	const char *name;
	const enum sandbox_call *calls; /* everything else kills the process */
	size_t call_count;
	uint64_t memory_bytes;          /* address space (RLIMIT_AS) */
	uint64_t file_bytes;            /* largest file it may write (RLIMIT_FSIZE) */
	uint64_t cpu_seconds;           /* RLIMIT_CPU: the last resort behind the job's deadline */
	uint64_t descriptors;           /* RLIMIT_NOFILE */
};

/* Once, in the zygote: new user, network, mount, IPC, host-name, cgroup and process namespaces where the host gives them, no_new_privs, no
 * file system (Landlock), not dumpable, no core files, nobody's rights when started by root. Returns true in the process that goes on; it
 * may be a child of the caller (the first of its process namespace), in which case the caller gets false and ends. */
bool sandbox_isolate(void);
/* In a worker: limits and the system-call filter. false: the filter is not there, and the process must end. */
bool SK_MUST_USE sandbox_enter(const struct sandbox_profile *profile, struct sk_fault *fault);

/* ---- the report ---- */

enum sandbox_state { SANDBOX_GIVEN, SANDBOX_MISSING, SANDBOX_FATAL };

struct sandbox_row {
	const char *name;        /* "seccomp" */
	enum sandbox_state state; /* FATAL: workers can't start */
	const char *ja, *en;     /* what it is and what its absence means */
	char detail[96];         /* how it was tried: "ABI 2", "unshare: EPERM" */
};

#define SANDBOX_ROWS_MAX 16
/* Tries each protection in a child of its own. Returns how many rows were filled. */
size_t sandbox_report(struct sandbox_row rows[SANDBOX_ROWS_MAX]);

#endif
