/* The files that a command works on: what was named, and what is in the folders that were named. */
#ifndef SEKISHO_ITEMS_H
#define SEKISHO_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct item {
	char *path;     /* to open */
	char *relative; /* its place below the output folder */
	dev_t device;
	ino_t inode;
};

struct items {
	struct item *at;
	size_t count, room;
	bool failed; /* something could not be read; it was said */
};

/* Adds a path: a file (a link to one is followed; it need not be there), or a folder with everything in it, sorted by name; links within folders are passed
 * over, and so is the folder skip (device and inode; the output). */
void items_add(struct items *items, const char *path, dev_t skip_device, ino_t skip_inode);
/* True when the file of that device and inode is one of the items: it must not be written over. */
bool items_hold(const struct items *items, dev_t device, ino_t inode);
void items_end(struct items *items);

#endif
