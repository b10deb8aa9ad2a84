/* The sandbox: namespaces, Landlock, limits, the system-call filter. The attacker controls nothing here; everything here is against
 * who may control the process afterwards. */
#include "sys/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system-call filter knows x86-64 and arm64"
#endif

static const int numbers[SANDBOX_CALLS] = {
	[CALL_read] = SYS_read,       [CALL_write] = SYS_write,     [CALL_pwrite] = SYS_pwrite64, [CALL_sendmsg] = SYS_sendmsg,
	[CALL_recvmsg] = SYS_recvmsg, [CALL_futex] = SYS_futex,     [CALL_mmap] = SYS_mmap,       [CALL_munmap] = SYS_munmap,
	[CALL_mremap] = SYS_mremap,   [CALL_madvise] = SYS_madvise, [CALL_brk] = SYS_brk,         [CALL_close] = SYS_close,
	[CALL_exit_group] = SYS_exit_group,
};

/* ---- steps ---- */

int sandbox_no_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int sandbox_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

/* All rights that the kernel's ABI knows (13 at first, REFER from 2, TRUNCATE from 3) are handled, none is granted. */
int sandbox_no_files(void)
{
	int abi = sandbox_landlock_abi();
	struct landlock_ruleset_attr attr = {.handled_access_fs = ((uint64_t)1 << (abi >= 3 ? 15 : abi == 2 ? 14 : 13)) - 1};

	if (abi == 0)
		return ENOSYS;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return errno;
	int error = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : errno;
	close(ruleset);
	return error;
}

/* ---- the system-call filter: classic BPF (seccomp(2)) ---- */

#define FILTER_MAX 64

struct filter {
	struct sock_filter at[FILTER_MAX];
	unsigned short len;
};

static void emit(struct filter *f, unsigned code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	sk_assert(f->len < FILTER_MAX);
	f->at[f->len++] = (struct sock_filter){.code = (uint16_t)code, .jt = if_true, .jf = if_false, .k = k};
}

static void load(struct filter *f, size_t offset)
{
	emit(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Lets the call pass; mmap only when it asks for no executable memory. */
static void emit_call(struct filter *f, enum sandbox_call call)
{
	bool is_mmap = call == CALL_mmap;

	emit(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[call], 0, is_mmap ? 4 : 1);
	if (is_mmap) {
		load(f, offsetof(struct seccomp_data, args[2]));
		emit(f, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
		emit(f, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	}
	emit(f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

int sandbox_filter(const enum sandbox_call *calls, size_t count)
{
	struct filter f = {.len = 0};

	load(&f, offsetof(struct seccomp_data, arch));
	emit(&f, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
	emit(&f, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	load(&f, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < count; i++)
		emit_call(&f, calls[i]);
	/* also what has the x32 bit set: no number above matches it */
	emit(&f, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	struct sock_fprog program = {.len = f.len, .filter = f.at};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

/* ---- the zygote ---- */

/* A process namespace needs a first process that stays: the child. When it dies, the kernel ends all others of the namespace. */
static bool go_on_as_first(void)
{
	pid_t child = fork();

	if (child == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (child <= 0)
		return true; /* a failed fork leaves the caller outside the namespace, with everything else */
	close_range(3, ~0u, 0); /* the child alone holds the driver's socket */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue; /* whoever waits for the caller waits for all */
	return false;
}

static void drop_rights(void)
{
	if (geteuid() != 0 || setgroups(0, NULL) != 0)
		return;
	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
		_exit(1); /* root and not able to become nobody: do not go on */
}

/* A new user namespace comes with all capabilities inside it. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (syscall(SYS_capset, &header, none) != 0)
		_exit(1);
}

/* The system ends a worker before anything else of the host. */
static void go_first_when_memory_ends(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t written = write(fd, "900", 3);
		(void)written;
		close(fd);
	}
}

bool sandbox_isolate(void)
{
	static const int wanted = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWPID;

	go_first_when_memory_ends();
	bool own_processes = unshare(wanted) == 0; /* root alone: then nobody, in these namespaces */
	drop_rights();
	if (!own_processes)
		own_processes = unshare(CLONE_NEWUSER | wanted) == 0;
	drop_capabilities();
	if (own_processes && !go_on_as_first())
		return false;
	(void)sandbox_no_new_privileges(); /* asked again in each worker, where it must hold */
	(void)sandbox_no_files();
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	struct rlimit none = {0, 0};
	(void)setrlimit(RLIMIT_CORE, &none);
	return true;
}

/* ---- a worker ---- */

static int set_limit(__rlimit_resource_t what, uint64_t value)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) != 0)
		return errno;
	rlim_t bound = limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max ? (rlim_t)value : limit.rlim_max;
	limit.rlim_cur = limit.rlim_max = bound;
	return setrlimit(what, &limit) == 0 ? 0 : errno;
}

static int set_limits(const struct sandbox_profile *p)
{
	const struct {
		__rlimit_resource_t what;
		uint64_t value;
	} rows[] = {
		{RLIMIT_AS, p->memory_bytes}, {RLIMIT_FSIZE, p->file_bytes}, {RLIMIT_CPU, p->cpu_seconds},
		{RLIMIT_NOFILE, p->descriptors}, {RLIMIT_NPROC, 0}, {RLIMIT_CORE, 0}, {RLIMIT_MEMLOCK, 0}, {RLIMIT_MSGQUEUE, 0},
	};
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		int error = set_limit(rows[i].what, rows[i].value);
		if (error != 0)
			return error;
	}
	return 0;
}

bool sandbox_enter(const struct sandbox_profile *profile, struct sk_fault *fault)
{
	*fault = (struct sk_fault){.error = set_limits(profile), .operation = "setrlimit"};
	if (fault->error == 0)
		*fault = (struct sk_fault){.error = sandbox_no_new_privileges(), .operation = "no_new_privs"};
	if (fault->error == 0)
		*fault = (struct sk_fault){.error = sandbox_filter(profile->calls, profile->call_count), .operation = "seccomp"};
	return fault->error == 0;
}
