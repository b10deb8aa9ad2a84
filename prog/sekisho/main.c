/* sekisho: the command line. */
#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A standard descriptor that the caller closed must not become that of a file which is opened later: reports would be written into it.
 * Each becomes /dev/null the wrong way round, so that using it fails as it should. */
static bool hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return command_help(argc, argv), EXIT_USAGE;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return command_help(1, argv);
	if (strcmp(argv[1], "--version") == 0)
		return command_version(1, argv);
	const struct command *command = command_find(argv[1]);
	if (command == NULL)
		return command_misused(NULL, argv[1]);
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	if (!hold_standard_descriptors())
		return EXIT_FAULT;
	signal(SIGPIPE, SIG_IGN); /* a reader that goes away is a failed write */
	language_init();
	int code = run(argc, argv);
	return fflush(stdout) != 0 || ferror(stdout) ? EXIT_FAULT : code; /* an answer that nobody got is a fault */
}
