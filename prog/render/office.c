/*
 * sekisho-office: pages of an Office document, by LibreOffice in bubblewrap. It opens a folder of its own for each document, starts
 * the sandbox, waits, and hands the PDF back. It parses nothing; the document was rebuilt before, or is the original of which a
 * preview is made, and the PDF is drawn by a renderer.
 *
 * What LibreOffice finds: its program, fonts, its folder, nothing of the network, of other processes or of other documents; a profile that is
 * as old as the job and lets no macro run; the system calls of office_filter.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <string.h>
#include <unistd.h>

#include "office.h"

#include "conf/conf.h"
#include "format/format.h"
#include "sys/process.h"
#include "wire/wire.h"

#define PATH_BYTES 256
#define NOBODY 65534
#define RESTART 81 /* LibreOffice: EXITHELPER_NORMAL_RESTART */
#define STARTS_MAX 3
#define MEMORY_BYTES ((rlim_t)6144 << 20) /* address space: LibreOffice maps much and touches little */

struct work {
	char folder[PATH_BYTES];              /* ours, bound to /work inside */
	char document[32];                    /* "document.docx" */
	int input, output;
	uint64_t size;
};

static bool in_folder(const struct work *w, const char *name, char path[PATH_BYTES])
{
	return snprintf(path, PATH_BYTES, "%s/%s", w->folder, name) < PATH_BYTES;
}

static bool copy(int from, int to, uint64_t max)
{
	struct stat status;
	off_t at = 0;

	if (fstat(from, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0 || (uint64_t)status.st_size > max)
		return false;
	while (at < status.st_size) {
		ssize_t sent = sendfile(to, from, &at, (size_t)(status.st_size - at));
		if (sent <= 0)
			return false;
	}
	return true;
}

static bool put_document(const struct work *w)
{
	char path[PATH_BYTES];

	if (!in_folder(w, w->document, path))
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && copy(w->input, fd, limit(LIMIT_output_bytes));
	if (fd >= 0)
		close(fd);
	return good;
}

/* LibreOffice's own settings, before it first starts. */
static bool put_settings(const struct work *w)
{
	static const char *const folders[] = {"profile", "profile/user"};
	char path[PATH_BYTES];

	for (size_t i = 0; i < SK_COUNT(folders); i++)
		if (!in_folder(w, folders[i], path) || mkdir(path, 0700) != 0)
			return false;
	if (!in_folder(w, "profile/user/registrymodifications.xcu", path))
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t len = (ssize_t)strlen(office_settings);
	bool good = fd >= 0 && write(fd, office_settings, (size_t)len) == len;
	if (fd >= 0)
		close(fd);
	return good;
}

/* What is there may be anything: a link, a pipe. */
static bool take_pages(struct work *w)
{
	char path[PATH_BYTES];
	struct stat status;

	if (!in_folder(w, "pages/document.pdf", path))
		return false;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool good = fd >= 0 && copy(fd, w->output, limit(LIMIT_input_bytes)) && fstat(w->output, &status) == 0 && status.st_size > 0;
	if (good)
		w->size = (uint64_t)status.st_size;
	if (fd >= 0)
		close(fd);
	return good;
}

/* ---- the sandbox ---- */

static void bound(__rlimit_resource_t what, rlim_t value)
{
	(void)setrlimit(what, &(struct rlimit){value, value});
}

static _Noreturn void become_office(const struct work *w)
{
	char document[64];
	snprintf(document, sizeof document, "/work/%s", w->document);
	char *const arguments[] = {
		"bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
		"--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--ro-bind-try", "/lib64", "/lib64",
		"--ro-bind-try", "/etc/fonts", "/etc/fonts", "--ro-bind-try", "/etc/libreoffice", "/etc/libreoffice",
		"--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/var/lib/libreoffice", "/var/lib/libreoffice",
		"--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig",
		"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", (char *)(uintptr_t)w->folder, "/work", "--chdir", "/work",
		"--seccomp", "3", "--setenv", "HOME", "/work", "--setenv", "PATH", "/usr/bin", "--setenv", "LANG", "C.UTF-8", "--setenv", "SAL_USE_VCLPLUGIN", "svp",
		"--", "/usr/lib/libreoffice/program/soffice.bin", "-env:UserInstallation=file:///work/profile", "--headless", "--norestore", "--nologo",
		"--nolockcheck", "--nodefault", "--convert-to", "pdf", "--outdir", "/work/pages", document, NULL,
	};
	int filter = office_filter();
	char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	bound(RLIMIT_CORE, 0);
	bound(RLIMIT_AS, MEMORY_BYTES);
	bound(RLIMIT_FSIZE, (rlim_t)limit(LIMIT_input_bytes));
	bound(RLIMIT_CPU, (rlim_t)limit(LIMIT_office_seconds));
	if (dup2(filter, 3) != 3 || fcntl(3, F_SETFD, 0) != 0)
		_exit(127);
	close_range(4, ~0u, 0);
	execve("/usr/bin/bwrap", arguments, environment);
	_exit(127);
}

/* Until LibreOffice ends, the driver goes, or the time is over. False in the latter two; LibreOffice is ended then. */
static bool wait_for(pid_t pid, int handle, int *status)
{
	struct pollfd both[] = {{.fd = handle, .events = POLLIN}, {.fd = PROCESS_SOCKET, .events = POLLIN}};
	int ready;

	do
		ready = poll(both, SK_COUNT(both), (int)limit(LIMIT_office_seconds) * 1000);
	while (ready < 0 && errno == EINTR);
	bool ended = ready > 0 && both[0].revents != 0;
	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		continue;
	return ended;
}

/* *again: LibreOffice made its profile and wants to be started once more. */
static enum sk_status run_once(const struct work *w, bool *again)
{
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return SK_FAULT;
	if (pid == 0)
		become_office(w);
	int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = wait_for(pid, handle, &status);
	if (handle >= 0)
		close(handle);
	if (!ended)
		return SK_LIMIT;
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 1))
		return SK_FAULT; /* no bubblewrap, or it could not make the sandbox */
	*again = WIFEXITED(status) && WEXITSTATUS(status) == RESTART;
	return SK_OK;
}

static enum sk_status run(const struct work *w)
{
	enum sk_status status = SK_OK;
	bool again = true;

	for (unsigned starts = 0; status == SK_OK && again && starts < STARTS_MAX; starts++)
		status = run_once(w, &again);
	return status;
}

/* ---- one document ---- */

static int forget_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	(void)remove(path);
	return 0;
}

static bool make_folder(struct work *w, unsigned kind)
{
	const struct format_kind_row *row = format_kind_row(kind);
	const char *where = getenv("TMPDIR");

	if (row == NULL || snprintf(w->document, sizeof w->document, "document%s", row->extension) >= (int)sizeof w->document)
		return false;
	if (snprintf(w->folder, sizeof w->folder, "%s/sekisho-office-XXXXXX", where != NULL ? where : "/tmp") >= (int)sizeof w->folder)
		return false;
	return mkdtemp(w->folder) != NULL;
}

static enum sk_status convert(struct work *w, unsigned kind)
{
	if (!make_folder(w, kind))
		return SK_FAULT;
	enum sk_status status = put_document(w) && put_settings(w) ? run(w) : SK_FAULT;
	if (take_pages(w))
		status = SK_OK;
	else if (status == SK_OK)
		status = SK_MALFORMED;
	(void)nftw(w->folder, forget_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	return status;
}

int main(void)
{
	struct wire_message message;
	int fds[WIRE_FDS_MAX];

	if (geteuid() == 0 && (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return 1;
	while (wire_receive(PROCESS_SOCKET, WIRE_DRIVER, WIRE_ZYGOTE, &message, fds) == SK_OK && message.id == WIRE_convert) {
		struct work w = {.input = fds[0], .output = fds[1]};
		enum sk_status status = convert(&w, message.convert.kind);
		close(fds[0]);
		close(fds[1]);
		struct wire_message answer = {.id = WIRE_converted, .converted = {.size = w.size, .status = (uint8_t)status}};
		if (wire_send(PROCESS_SOCKET, WIRE_ZYGOTE, &answer, NULL, 0) != SK_OK)
			return 1;
	}
	return 0;
}
