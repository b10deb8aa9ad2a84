/*
 * process: starting programs, forking workers, ending both.
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include "base/base.h"

#define PROCESS_SOCKET 3 /* the descriptor at which a started program finds its end of the packet pair */

/* Starts the program at path with one end of a new packet pair at PROCESS_SOCKET and standard error; standard input and output are
 * /dev/null, nothing else is inherited but an environment of LANG=C. *socket is the other end. */
bool process_start(const char *path, const char *name, int *socket, int *pid, struct sk_fault *fault);
/* Lanes that work side by side, each with processes of its own that talk to each other, are faster when each stays on one processor
 * (docs/decisions/0021-pages-of-workers.md): the number of the lane's one, or -1 when there are more processors than lanes. */
int process_cpu(unsigned lane, unsigned lanes);
/* What this thread starts stays on that processor until process_unbind, which must follow unless the answer is false. */
struct process_cpus {
	unsigned char set[128]; /* a cpu_set_t */
};
bool process_bind(int cpu, struct process_cpus *before);
void process_unbind(const struct process_cpus *before);
/* Waits for a started program to end. */
void process_reap(int pid);

/* Forks. In the child 0, and its death follows the parent's; in the parent the child's id and a descriptor for process_kill in *handle.
 * -1 and fault. */
int process_fork(int *handle, struct sk_fault *fault);
/* Children that end leave nothing behind: nobody needs to wait for them. */
void process_forget_children(void);
/* Ends the process behind a handle at once; no error when it ended already. */
void process_kill(int handle);
/* Moves the program's code and constants into huge pages that forked workers inherit, where the linker laid it out for that and the host
 * lets it; otherwise everything stays as it was. Only before other threads and sandboxes. */
void process_gather_code(void);
/* Before workers are forked: what the C library asks the system once (malloc its random bytes), since workers may not. */
bool process_warm(void);
/* In a worker: closes every descriptor from PROCESS_SOCKET on but those in keep (rising order, count of them); standard error becomes
 * /dev/null too. */
void process_close_others(const int *keep, size_t count);
_Noreturn void process_exit(int code);

/* The path of the shared library that this code is in, or of the running program; false when it can't be told. */
bool process_own_path(char *to, size_t max);

#endif
