/*
 * System calls of LibreOffice, as a filter that bubblewrap sets before it starts it. The list is that of an ordinary program that works with
 * files and threads; what reaches seldom-used parts of the kernel (io_uring, bpf, keys, namespaces, other processes' memory, sockets of a
 * network) is not on it and answers as if the kernel had no such call.
 */
#include "office.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system-call filter knows x86-64 and arm64"
#endif

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, member))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(error) ANSWER(SECCOMP_RET_ERRNO | (uint32_t)(error))
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)SYS_##name, 0, 1), ANSWER(SECCOMP_RET_ALLOW)

static const struct sock_filter filter[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),
	ANSWER(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr), /* of x32 none is on the list */
	/* a thread or a process, no new namespace; glibc falls back from clone3, whose flags can't be seen */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)SYS_clone, 0, 4),
	LOAD(args[0]),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1),
	REFUSE(EPERM),
	ANSWER(SECCOMP_RET_ALLOW),
	/* sockets between processes of this sandbox */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)SYS_socket, 0, 4),
	LOAD(args[0]),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0),
	REFUSE(EAFNOSUPPORT),
	ANSWER(SECCOMP_RET_ALLOW),
	/* nothing typed into a terminal */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)SYS_ioctl, 0, 4),
	LOAD(args[1]),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)TIOCSTI, 0, 1),
	REFUSE(EPERM),
	ANSWER(SECCOMP_RET_ALLOW),
	/* memory and time */
	ALLOW(futex), ALLOW(mmap), ALLOW(munmap), ALLOW(mprotect), ALLOW(mremap), ALLOW(madvise), ALLOW(brk), ALLOW(msync), ALLOW(mincore), ALLOW(memfd_create),
	ALLOW(clock_gettime), ALLOW(clock_getres), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(gettimeofday), ALLOW(times),
	/* files */
	ALLOW(read), ALLOW(write), ALLOW(readv), ALLOW(writev), ALLOW(pread64), ALLOW(pwrite64), ALLOW(lseek), ALLOW(openat), ALLOW(close),
	ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx), ALLOW(statfs), ALLOW(fstatfs), ALLOW(faccessat), ALLOW(faccessat2),
	ALLOW(getdents64), ALLOW(readlinkat), ALLOW(getcwd), ALLOW(chdir), ALLOW(fchdir), ALLOW(mkdirat),
	ALLOW(unlinkat), ALLOW(renameat), ALLOW(renameat2), ALLOW(fchmod), ALLOW(fchmodat), ALLOW(umask),
	ALLOW(utimensat), ALLOW(truncate), ALLOW(ftruncate), ALLOW(fallocate), ALLOW(fsync), ALLOW(fdatasync), ALLOW(flock), ALLOW(fcntl), ALLOW(fadvise64),
	ALLOW(sendfile), ALLOW(copy_file_range), ALLOW(dup), ALLOW(dup3), ALLOW(pipe2), ALLOW(eventfd2), ALLOW(ppoll),
	ALLOW(pselect6), ALLOW(epoll_create1), ALLOW(epoll_ctl), ALLOW(epoll_pwait),
	/* its pipe to a second instance */
	ALLOW(socketpair), ALLOW(connect), ALLOW(bind), ALLOW(listen), ALLOW(accept), ALLOW(accept4), ALLOW(shutdown), ALLOW(sendto), ALLOW(recvfrom),
	ALLOW(sendmsg), ALLOW(recvmsg), ALLOW(getsockname), ALLOW(getpeername), ALLOW(getsockopt), ALLOW(setsockopt),
	/* itself */
	ALLOW(execve), ALLOW(exit), ALLOW(exit_group), ALLOW(wait4), ALLOW(waitid), ALLOW(kill), ALLOW(tgkill), ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(rt_sigtimedwait), ALLOW(sigaltstack), ALLOW(restart_syscall), ALLOW(getpid), ALLOW(gettid), ALLOW(getppid),
	ALLOW(getsid), ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid), ALLOW(getresuid), ALLOW(getresgid), ALLOW(getgroups),
	ALLOW(uname), ALLOW(sysinfo), ALLOW(getrusage), ALLOW(prlimit64), ALLOW(prctl), ALLOW(set_tid_address),
	ALLOW(set_robust_list), ALLOW(rseq), ALLOW(sched_yield), ALLOW(sched_getaffinity), ALLOW(sched_getparam), ALLOW(sched_getscheduler), ALLOW(getpriority),
	ALLOW(getrandom), ALLOW(membarrier), ALLOW(capget),
#if defined(__x86_64__)
	/* what arm64 has under newer names alone */
	ALLOW(open), ALLOW(stat), ALLOW(lstat), ALLOW(access), ALLOW(readlink), ALLOW(mkdir), ALLOW(rmdir), ALLOW(unlink), ALLOW(rename), ALLOW(link), ALLOW(symlink), ALLOW(chmod), ALLOW(utime),
	ALLOW(utimes), ALLOW(dup2), ALLOW(pipe), ALLOW(poll), ALLOW(select), ALLOW(epoll_wait), ALLOW(fork), ALLOW(vfork), ALLOW(getpgrp), ALLOW(getrlimit), ALLOW(arch_prctl), ALLOW(time),
#endif
	REFUSE(ENOSYS),
};

int office_filter(void)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, filter, sizeof filter) == (ssize_t)sizeof filter && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}
