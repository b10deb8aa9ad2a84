/* What the sandbox and its report share: the single steps. */
#ifndef SYS_SANDBOX_PARTS_H
#define SYS_SANDBOX_PARTS_H

#include "sys/sandbox.h"

/* Each returns 0 or an errno. */
int sandbox_no_new_privileges(void);
int sandbox_no_files(void);        /* Landlock: no path can be opened, made or removed */
int sandbox_filter(const enum sandbox_call *calls, size_t count);
/* The ABI version of Landlock; 0 when the kernel has none. */
int sandbox_landlock_abi(void);

#endif
