/* The command line: a table of subcommands, what they share, and the exit codes that scripts rely on. */
#ifndef SEKISHO_COMMAND_H
#define SEKISHO_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum exit_code {
	EXIT_GOOD = 0,    /* everything clean or sanitized */
	EXIT_FAULT = 1,   /* this machine failed: a file could not be read or written, no sandbox, no memory */
	EXIT_USAGE = 2,
	EXIT_BLOCKED = 3, /* at least one file was blocked */
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name; an exit code */
	const char *ja, *en;               /* one line for help */
	const char *usage_ja, *usage_en;   /* what --help prints */
};

extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name);

int command_sanitize(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_preview(int argc, char **argv);
int command_sandbox_check(int argc, char **argv);
int command_formats(int argc, char **argv);
int command_policy(int argc, char **argv);
int command_version(int argc, char **argv);
int command_help(int argc, char **argv);

/* Prints the usage of a subcommand to standard output, or (wrong usage) the way to it to standard error. */
int command_usage(const char *name);
/* argument: what is not understood; NULL: a path is missing. */
int command_misused(const char *name, const char *argument);
int command_incomplete(const char *name, const char *option); /* an option without its value */

/* ---- language ---- */

/* Japanese when the environment says so (the first that is set of LC_ALL, LC_MESSAGES, LANG), else English. */
void language_init(void);
/* "ja" or "en"; false for others. */
bool language_set(const char *name);
bool language_japanese(void);
__attribute__((format_arg(1), format_arg(2))) static inline const char *say(const char *ja, const char *en)
{
	return language_japanese() ? ja : en;
}
/* What an errno means, in the language of the reports. */
const char *system_error(int error);

#endif
