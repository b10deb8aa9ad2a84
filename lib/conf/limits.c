/* The table of limits. */
#include "conf.h"

const struct limit_row limit_rows[LIMIT_COUNT] = {
#define LIMIT(name, value, unit, ja, en) {#name, (uint64_t)(value), unit, ja, en},
#include "conf/limits.def"
#undef LIMIT
};

static _Thread_local enum limit last = LIMIT_arena_bytes;

void limit_note(enum limit which)
{
	last = which;
}

enum limit limit_last(void)
{
	return last;
}

void limit_forget(void)
{
	last = LIMIT_arena_bytes;
}
