/* The budgets of all inner jobs of one outermost job: how deep, how many, how large together. The attacker controls how often it is asked. */
#include "sanitize/line.h"

#include "conf/conf.h"

bool line_within_budget(const struct line *line, unsigned depth, uint64_t size)
{
	if (depth + 1 > limit(LIMIT_inner_depth) || depth + 1 >= LINE_DEPTH_MAX)
		return limit_reached(LIMIT_inner_depth) == SK_OK;
	if (line->inner_count >= limit(LIMIT_inner_count))
		return limit_reached(LIMIT_inner_count) == SK_OK;
	if (line->inner_bytes > limit(LIMIT_inner_bytes) || size > limit(LIMIT_inner_bytes) - line->inner_bytes)
		return limit_reached(LIMIT_inner_bytes) == SK_OK;
	return true;
}
