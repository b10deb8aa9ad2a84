/* Unfinished files: a list under a lock, and a thread that waits for signals, since a handler could not take the lock. */
#include "unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct unfinished *first;

static void *wait_for_signal(void *context)
{
	const sigset_t *signals = context;
	int number;

	while (sigwait(signals, &number) != 0)
		continue;
	pthread_mutex_lock(&lock); /* for good: nothing is made any more */
	for (const struct unfinished *file = first; file != NULL; file = file->next)
		unlink(file->path);
	_exit(128 + number);
}

bool unfinished_watch(void)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	static sigset_t signals;
	struct sigaction before;
	pthread_t thread;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
		if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaddset(&signals, stops[i]);
	return pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0 && pthread_create(&thread, NULL, wait_for_signal, &signals) == 0;
}

int unfinished_make(struct unfinished *file, const char *path)
{
	if (asprintf(&file->path, "%s.sekisho-XXXXXX", path) < 0)
		return -1;
	pthread_mutex_lock(&lock);
	int fd = mkostemp(file->path, O_CLOEXEC);
	if (fd >= 0) {
		file->next = first;
		first = file;
	}
	pthread_mutex_unlock(&lock);
	if (fd < 0)
		free(file->path);
	return fd;
}

/* With the lock held. */
static void forget(const struct unfinished *file)
{
	struct unfinished **at = &first;

	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	free(file->path);
}

bool unfinished_finish(struct unfinished *file, const char *path)
{
	pthread_mutex_lock(&lock);
	bool done = rename(file->path, path) == 0;
	if (done)
		forget(file);
	pthread_mutex_unlock(&lock);
	if (!done)
		unfinished_drop(file);
	return done;
}

void unfinished_drop(struct unfinished *file)
{
	int error = errno;

	pthread_mutex_lock(&lock);
	unlink(file->path);
	forget(file);
	pthread_mutex_unlock(&lock);
	errno = error;
}
