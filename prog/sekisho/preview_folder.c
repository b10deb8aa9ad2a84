/* The folder of a preview: made new, or one that holds nothing but an earlier preview. Names in it are fixed; nothing of the sender is in them. */
#include "preview.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_ours(const char *name)
{
	static const char *const names[] = {"page-[0-9]*-before.png", "page-[0-9]*-after.png", "page-[0-9]*-marked.png", "index.html", "preview.css", "preview.json"};

	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (fnmatch(names[i], name, 0) == 0)
			return true;
	return false;
}

static DIR *list(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL && fd >= 0)
		close(fd);
	return dir;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_empty(int folder)
{
	DIR *dir = list(folder, ".");
	bool empty = true;

	if (dir == NULL)
		return false;
	for (const struct dirent *at = readdir(dir); at != NULL && empty; at = readdir(dir))
		empty = is_dots(at->d_name);
	closedir(dir);
	return empty;
}

/* Removes what an earlier preview wrote, folders of entries one level down, and nothing else. */
static void remove_ours(int folder, const char *name, bool top)
{
	DIR *dir = list(folder, name);

	if (dir == NULL)
		return;
	for (const struct dirent *at = readdir(dir); at != NULL; at = readdir(dir)) {
		if (is_ours(at->d_name)) {
			(void)unlinkat(dirfd(dir), at->d_name, 0);
		} else if (top && fnmatch("entry-[0-9]*", at->d_name, 0) == 0) {
			remove_ours(dirfd(dir), at->d_name, false);
			(void)unlinkat(dirfd(dir), at->d_name, AT_REMOVEDIR);
		}
	}
	closedir(dir);
}

int preview_folder(const char *path, bool force, const char **why, int *error)
{
	*why = "mkdir";
	*error = 0;
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		*error = errno;
		return -1;
	}
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		*error = errno;
		return -1;
	}
	*why = "not empty";
	if (is_empty(folder))
		return folder;
	if (!force) {
		close(folder);
		return -1;
	}
	remove_ours(folder, ".", true);
	return folder;
}

bool preview_make_folder(int folder, const char *name)
{
	return mkdirat(folder, name, 0777) == 0 || errno == EEXIST;
}

bool preview_write(int folder, const char *name, const void *at, size_t len)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	const char *from = at;

	if (fd < 0)
		return false;
	while (len > 0) {
		ssize_t done = write(fd, from, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			break;
		from += done;
		len -= (size_t)done;
	}
	bool good = close(fd) == 0 && len == 0;
	if (!good) {
		int error = errno;
		(void)unlinkat(folder, name, 0);
		errno = error;
	}
	return good;
}

void preview_name(const struct shown_document *document, unsigned page, const char *which, char name[PREVIEW_NAME])
{
	snprintf(name, PREVIEW_NAME, "%spage-%04u-%s.png", document->folder, page, which);
}
