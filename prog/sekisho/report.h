/* Reports: for people, in Japanese or English, and for programs, as JSON lines. */
#ifndef SEKISHO_REPORT_H
#define SEKISHO_REPORT_H

#include <stdio.h>

#include "sanitize/sanitize.h"

/* A file's name as a terminal may show it: what is no UTF-8, controls and direction marks are escaped. */
void report_name(FILE *to, const char *name);

struct report {
	const char *path;
	const char *output; /* where it was written; NULL */
	const struct sanitize_result *result;
};

/* A block of lines: the verdict, then a line a finding. */
void report_text(FILE *to, const struct report *report);
/* One line of JSON. */
void report_json(FILE *to, const struct report *report);

#endif
