/*
 * conf: tables of options and limits, from which code, help, manual and tests expand.
 *
 * A row is a name, a value, a unit and what it is in Japanese and English; nothing else in the code holds a limit of hostile input.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/base.h"

#define MEBI ((uint64_t)1 << 20)

enum limit {
#define LIMIT(name, value, unit, ja, en) LIMIT_##name,
#include "conf/limits.def"
#undef LIMIT
	LIMIT_COUNT
};

struct limit_row {
	const char *name; /* "zip_entries" */
	uint64_t value;
	const char *unit;
	const char *ja, *en;
};

/* The table; LIMIT_COUNT rows. */
extern const struct limit_row limit_rows[];

/* The value of a limit. */
static inline uint64_t limit(enum limit which) { return limit_rows[which].value; }

/* Remembers which limit was reached, for the report of the job that this thread works on. */
void limit_note(enum limit which);
/* The same, and SK_LIMIT: seen by analysers to be never SK_OK. */
static inline enum sk_status limit_reached(enum limit which)
{
	limit_note(which);
	return SK_LIMIT;
}
/* The limit that was reached last; LIMIT_arena_bytes when none was named. limit_forget begins a new job. */
enum limit limit_last(void);
void limit_forget(void);

#endif
