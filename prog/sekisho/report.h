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

/* Where a finding is, in front of its sentence; nothing for the whole file. */
void report_place(FILE *to, const struct finding *finding);
/* Finding i of a list together with later ones that say the same of the same place, as people read it; false when an earlier one said it. details is room
 * for its detail. */
bool report_line(const struct finding_list *list, size_t i, struct finding *finding, char details[FINDING_TEXT_MAX]);
/* For programs (jansson); the caller's. */
struct json_t *report_finding(const struct finding *finding);
void report_path(struct json_t *object, const char *key, const char *path);

/* A block of lines: the verdict, then a line a finding. */
void report_text(FILE *to, const struct report *report);
/* One line of JSON. */
void report_json(FILE *to, const struct report *report);

#endif
