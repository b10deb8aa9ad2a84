/* Files of a policy. What others control: the names in include statements and what stands in the policy's folder; links are not followed there. */
#include "policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "conf/conf.h"
#include "report.h"

static bool complain(const char *path, int error)
{
	fputs("sekisho: ", stderr);
	report_name(stderr, path);
	fprintf(stderr, ": %s\n", system_error(error));
	return false;
}

/* All of a descriptor, one byte beyond the limit at most: the reader of the policy says that it is too long. */
static bool read_all(struct policy_work *work, int fd, sk_bytes *bytes)
{
	size_t max = (size_t)limit(LIMIT_policy_bytes) + 1, len = 0;
	uint8_t *at = sk_arena_raw(&work->arena, max);

	while (at != NULL && len < max) {
		ssize_t got = read(fd, at + len, max - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*bytes = sk_bytes_of(at, len);
	errno = at == NULL ? ENOMEM : 0;
	return at != NULL;
}

/* The folder of path, and its last part. */
static int open_folder(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	free(folder);
	*name = slash != NULL ? slash + 1 : path;
	return fd;
}

/* Controls, direction marks, what has no width: nothing that a terminal may be sent. */
static bool is_shown(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF);
}

static bool set_name(struct policy_work *work, const char *name)
{
	sk_bytes copy = sk_arena_copy(&work->arena, sk_bytes_str(name));

	if (copy.at == NULL || sk_text_check(copy, &work->name) != SK_OK)
		work->name = SK_TEXT("?"); /* a name that is no text */
	for (size_t at = 0; at < work->name.len;)
		if (!is_shown(sk_utf8_decode(sk_text_bytes(work->name), &at)))
			work->name = SK_TEXT("?");
	return true;
}

bool policy_file_open(struct policy_work *work, const char *path, sk_bytes *bytes)
{
	const char *name;
	int fd;

	if (strcmp(path, "-") == 0)
		return set_name(work, "-") && (read_all(work, STDIN_FILENO, bytes) || complain(path, errno));
	if (work->folder_open)
		policy_file_close(work);
	work->folder = open_folder(path, &name);
	if (work->folder < 0)
		return complain(path, errno);
	work->folder_open = true;
	fd = openat(work->folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return complain(path, errno);
	bool good = read_all(work, fd, bytes);
	int error = errno;
	close(fd);
	return good ? set_name(work, path) : complain(path, error);
}

/* Each part of the name is opened in the folder before it, and none may be a link. */
bool policy_file_part(void *context, sk_text name, sk_bytes *bytes)
{
	struct policy_work *work = context;
	struct stat status;
	char part[256];
	int fd = work->folder_open ? fcntl(work->folder, F_DUPFD_CLOEXEC, 3) : -1;
	size_t from = 0;

	while (fd >= 0 && from <= name.len) {
		size_t to = sk_min(sk_bytes_find(sk_text_bytes(name), SK_BYTES("/"), from), name.len);
		bool last = to == name.len;
		int next = -1;
		if (to - from < sizeof part) {
			memcpy(part, name.at + from, to - from);
			part[to - from] = '\0';
			next = openat(fd, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
		}
		close(fd);
		fd = next;
		from = to + 1;
	}
	if (fd < 0)
		return false;
	bool good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && read_all(work, fd, bytes);
	close(fd);
	return good;
}

void policy_file_close(struct policy_work *work)
{
	close(work->folder);
	work->folder_open = false;
}
