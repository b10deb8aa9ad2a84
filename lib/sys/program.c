/* Programs: starting one with nothing but its end of a packet pair, waiting for its end. Apart from process.c, so that the zygote, which
 * starts none, holds no call that could. */
#include "sys/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/descriptor.h"

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

bool process_own_path(char *to, size_t max)
{
	Dl_info info;
	struct link_map *object;

	/* the program itself has no name on the loader's list */
	if (dladdr1((const void *)(uintptr_t)process_own_path, &info, (void **)&object, RTLD_DL_LINKMAP) != 0 && object->l_name[0] == '/' &&
	    strlen(object->l_name) < max) {
		memcpy(to, object->l_name, strlen(object->l_name) + 1);
		return true;
	}
	ssize_t len = readlink("/proc/self/exe", to, max - 1);
	if (len <= 0)
		return false;
	to[len] = '\0';
	return true;
}
