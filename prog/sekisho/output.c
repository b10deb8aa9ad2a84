/* Writing clean files: a temporary file beside the place, synced, then renamed. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "format/name.h"

#define NAME_BYTES 3072
#define NUMBER_MAX 10000

/* Paths that this run wrote: two inputs that would get the same name (a.docm and a.docx) get different ones. */
static struct {
	pthread_mutex_t lock;
	char **at;
	size_t count, room;
} taken = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool take_name(const char *path)
{
	bool free_name = true;

	pthread_mutex_lock(&taken.lock);
	for (size_t i = 0; i < taken.count && free_name; i++)
		free_name = strcmp(taken.at[i], path) != 0;
	if (free_name && taken.count == taken.room) {
		taken.room = taken.room * 2 + 64;
		taken.at = realloc(taken.at, taken.room * sizeof *taken.at);
	}
	if (free_name && taken.at != NULL)
		taken.at[taken.count++] = strdup(path);
	pthread_mutex_unlock(&taken.lock);
	return free_name;
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

static unsigned kind_of_output(const struct output *output, const struct sanitize_result *result)
{
	return output->level == LEVEL_TEXT && result->kind != KIND_zip ? KIND_text : result->kind;
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
		strcpy(extension, dot);
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

static bool write_whole(const struct sanitize_result *result, const char *path, char temporary[4096], const char **why)
{
	static const char suffix[] = ".sekisho-XXXXXX";
	size_t len = strlen(path);

	*why = "mkstemp";
	if (len + sizeof suffix > 4096) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(temporary, path, len);
	memcpy(temporary + len, suffix, sizeof suffix);
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		temporary[0] = '\0';
		return false;
	}
	mode_t mask = umask(0);
	umask(mask);
	*why = "write";
	bool done = copy(result->output, fd, result->output_size) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
	done = close(fd) == 0 && done;
	if (done) {
		*why = "rename";
		done = rename(temporary, path) == 0;
	}
	int error = errno;
	if (!done)
		unlink(temporary);
	temporary[0] = '\0';
	errno = error;
	return done;
}

char *output_write(const struct output *output, const struct item *item, const struct sanitize_result *result, char temporary[4096],
		   const char **why, int *error)
{
	char path[NAME_BYTES];

	*why = "name";
	*error = 0;
	if (!choose(output, item, kind_of_output(output, result), path))
		return NULL;
	*why = "mkdir";
	if (make_folders(path) && write_whole(result, path, temporary, why))
		return strdup(path);
	*error = errno;
	return NULL;
}
