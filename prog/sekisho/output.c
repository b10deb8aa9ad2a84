/* Writing clean files: a temporary file beside the place, synced, then renamed. */
#include "output.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/name.h"
#include "unfinished.h"

#define NAME_BYTES 3072
#define NUMBER_MAX 10000

/* Paths that this run wrote: two inputs that would get the same name (a.docm and a.docx) get different ones. */
static struct {
	pthread_mutex_t lock;
	void *tree;
} taken = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* False when it was taken before, or without memory. */
static bool take_name(const char *path)
{
	char *copy = strdup(path);
	bool is_new = false;

	if (copy == NULL)
		return false;
	pthread_mutex_lock(&taken.lock);
	char *const *node = tsearch(copy, &taken.tree, by_name);
	is_new = node != NULL && *node == copy;
	pthread_mutex_unlock(&taken.lock);
	if (!is_new)
		free(copy);
	return is_new;
}

static bool is_input(const struct output *output, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && items_hold(output->inputs, status.st_dev, status.st_ino);
}

/* mkdir -p for what stands before the last slash. */
static bool make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
		*slash = '/';
		if (!made)
			return false;
	}
	return true;
}

/* The name with a fitting extension, and a number before it when it is not the first of that name. */
static bool fit(const char *wanted, unsigned kind, unsigned number, char path[NAME_BYTES])
{
	struct sk_buf buf;
	const char *slash = strrchr(wanted, '/');
	const char *name = slash != NULL ? slash + 1 : wanted;

	sk_buf_fixed(&buf, path, NAME_BYTES - 1);
	sk_buf_put(&buf, sk_bytes_of(wanted, (size_t)(name - wanted)));
	(void)format_name_fit(sk_bytes_str(name), kind, &buf);
	if (buf.status != SK_OK)
		return false;
	path[buf.len] = '\0';
	if (number < 2)
		return true;
	char *base = strrchr(path, '/');
	char *dot = strrchr(base != NULL ? base : path, '.');
	char extension[32] = "";
	if (dot != NULL && strlen(dot) < sizeof extension) {
		memcpy(extension, dot, strlen(dot) + 1);
		*dot = '\0';
	}
	size_t len = strlen(path);
	return snprintf(path + len, NAME_BYTES - len, " (%u)%s", number, extension) < (int)(NAME_BYTES - len);
}

/* A path that no input has and that this run did not write yet. */
static bool choose(const struct output *output, const struct item *item, unsigned kind, char path[NAME_BYTES])
{
	char wanted[NAME_BYTES];
	int len = output->file != NULL ? snprintf(wanted, sizeof wanted, "%s", output->file)
				       : snprintf(wanted, sizeof wanted, "%s/%s", output->folder, item->relative);

	if (len < 0 || len >= (int)sizeof wanted)
		return false;
	for (unsigned number = 1; number < NUMBER_MAX; number++)
		if (!fit(wanted, kind, number, path))
			return false;
		else if (!is_input(output, path) && take_name(path))
			return true;
	return false;
}

static bool copy(int from, int to, uint64_t size)
{
	off_t at = 0;

	while ((uint64_t)at < size) {
		ssize_t sent = sendfile(to, from, &at, (size_t)(size - (uint64_t)at));
		if (sent < 0 && errno != EINTR)
			return false;
		if (sent == 0) {
			errno = EIO;
			return false;
		}
	}
	return true;
}

static bool write_whole(const struct output *output, const struct sanitize_result *result, const char *path, const char **why)
{
	struct unfinished file;

	*why = "create";
	int fd = unfinished_make(&file, path);
	if (fd < 0)
		return false;
	*why = "write";
	bool done = copy(result->output, fd, result->output_size) && fchmod(fd, 0666 & ~output->mask) == 0 && fsync(fd) == 0;
	if (close(fd) != 0 || !done) {
		unfinished_drop(&file);
		return false;
	}
	*why = "rename";
	return unfinished_finish(&file, path);
}

char *output_write(const struct output *output, const struct item *item, const struct sanitize_result *result, const char **why, int *error)
{
	char path[NAME_BYTES];

	*why = "name";
	*error = 0;
	if (!choose(output, item, result->output_kind, path))
		return NULL;
	*why = "mkdir";
	if (make_folders(path) && write_whole(output, result, path, why))
		return strdup(path);
	*error = errno;
	return NULL;
}
