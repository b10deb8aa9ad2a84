/* Clean files on disk: under a fitting name, whole or not at all, never over an input. */
#ifndef SEKISHO_OUTPUT_H
#define SEKISHO_OUTPUT_H

#include "items.h"
#include "sanitize/sanitize.h"

struct output {
	const char *folder;         /* where files go */
	const char *file;           /* one file instead; NULL */
	const struct items *inputs; /* none of these is written over */
	mode_t mask; /* of rights that new files do not get */
};

/* Writes the result of one item. Returns the path of what was written (malloc'd, the caller's); NULL when it failed, and *why says what
 * (a static text with errno in *error, 0 when errno says nothing). */
char *output_write(const struct output *output, const struct item *item, const struct sanitize_result *result, const char **why, int *error);

#endif
