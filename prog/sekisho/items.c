/* Walking files and folders. What others control: names, and how deep and wide a folder is. */
#include "items.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "report.h"

#define FOLDER_DEPTH_MAX 64

struct walk {
	struct items *items;
	dev_t skip_device;
	ino_t skip_inode;
};

static void complain(struct items *items, const char *path, int error)
{
	fputs("sekisho: ", stderr);
	report_name(stderr, path);
	fprintf(stderr, ": %s\n", system_error(error));
	items->failed = true;
}

static void *must(void *memory)
{
	if (memory == NULL) {
		fprintf(stderr, "sekisho: %s\n", system_error(errno));
		exit(EXIT_FAULT);
	}
	return memory;
}

static char *join(const char *folder, const char *name)
{
	char *path;

	if (folder[0] == '\0')
		return must(strdup(name));
	size_t len = strlen(folder);
	return asprintf(&path, "%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name) < 0 ? must(NULL) : path;
}

static void add_file(struct items *items, const char *path, const char *relative, const struct stat *stat)
{
	if (items->count == items->room) {
		items->room = items->room * 2 + 64;
		items->at = must(realloc(items->at, items->room * sizeof *items->at));
	}
	items->at[items->count++] = (struct item){must(strdup(path)), must(strdup(relative)), stat->st_dev, stat->st_ino};
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list(DIR *folder, char ***names)
{
	size_t count = 0, room = 0;
	struct dirent *entry;

	*names = NULL;
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (count == room) {
			room = room * 2 + 64;
			*names = must(realloc(*names, room * sizeof **names));
		}
		(*names)[count++] = must(strdup(entry->d_name));
	}
	if (count > 0)
		qsort(*names, count, sizeof **names, by_name);
	return count;
}

static void walk_folder(struct walk *w, const char *path, const char *relative, unsigned depth);

static void walk_entry(struct walk *w, const char *folder, const char *relative, const char *name, unsigned depth)
{
	struct stat stat;
	char *path = join(folder, name), *below = join(relative, name);

	if (lstat(path, &stat) != 0)
		complain(w->items, path, errno);
	else if (S_ISREG(stat.st_mode))
		add_file(w->items, path, below, &stat);
	else if (S_ISDIR(stat.st_mode) && !(stat.st_dev == w->skip_device && stat.st_ino == w->skip_inode))
		walk_folder(w, path, below, depth + 1);
	free(path);
	free(below);
}

static void walk_folder(struct walk *w, const char *path, const char *relative, unsigned depth)
{
	char **names;
	DIR *folder = depth < FOLDER_DEPTH_MAX ? opendir(path) : NULL;

	if (folder == NULL) {
		complain(w->items, path, depth < FOLDER_DEPTH_MAX ? errno : ELOOP);
		return;
	}
	size_t count = list(folder, &names);
	closedir(folder);
	for (size_t i = 0; i < count; i++) {
		walk_entry(w, path, relative, names[i], depth);
		free(names[i]);
	}
	free(names);
}

void items_add(struct items *items, const char *path, dev_t skip_device, ino_t skip_inode)
{
	struct walk w = {items, skip_device, skip_inode};
	struct stat status = {0};
	const char *slash = strrchr(path, '/');

	/* what is not there is an item too: opening it says so, and it is in the report */
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		walk_folder(&w, path, "", 0);
	else
		add_file(items, path, slash != NULL ? slash + 1 : path, &status);
}

bool items_hold(const struct items *items, dev_t device, ino_t inode)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->at[i].device == device && items->at[i].inode == inode)
			return true;
	return false;
}

void items_end(struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		free(items->at[i].path);
		free(items->at[i].relative);
	}
	free(items->at);
}
