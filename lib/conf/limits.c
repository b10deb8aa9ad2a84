/* The table of limits. */
#include "conf.h"

const struct limit_row limit_rows[LIMIT_COUNT] = {
#define LIMIT(name, value, unit, ja, en) {#name, (uint64_t)(value), unit, ja, en},
#include "conf/limits.def"
#undef LIMIT
};
