/* sekisho: the command line. */
#include "command.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	language_init();
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
