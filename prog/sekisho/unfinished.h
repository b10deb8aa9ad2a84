/* Unfinished files: none stays behind when a person or the system stops the command. */
#ifndef SEKISHO_UNFINISHED_H
#define SEKISHO_UNFINISHED_H

#include <stdbool.h>

struct unfinished {
	struct unfinished *next;
	char *path;
};

/* From here on SIGINT, SIGTERM and SIGHUP remove what is unfinished and end the process with 128 + signal; those that were ignored stay
 * ignored. Before other threads are started, which inherit that these signals are left to one of their own. */
bool unfinished_watch(void);
/* Makes a file of its own name beside path; its descriptor, or -1 and errno. */
int unfinished_make(struct unfinished *file, const char *path);
/* Gives the file its name; false and errno: it is gone. */
bool unfinished_finish(struct unfinished *file, const char *path);
/* Removes the file; errno stays. */
void unfinished_drop(struct unfinished *file);

#endif
