/*
 * finding_list: the findings of one job, like ones added up.
 *
 * Two findings are alike when code, place, where and detail are the same. After FINDING_KINDS_MAX different ones the rest is counted in
 * one finding "more". Used where findings are made (the reader) and where they arrive (the driver).
 */
#ifndef NEUTRAL_FINDING_LIST_H
#define NEUTRAL_FINDING_LIST_H

#include "neutral/finding.h"

struct finding_row {
	uint16_t code;
	uint8_t place;
	uint8_t where_len, detail_len;
	uint32_t count;
	char where[FINDING_TEXT_MAX], detail[FINDING_TEXT_MAX];
};
_Static_assert(FINDING_TEXT_MAX <= UINT8_MAX, "lengths are bytes");

struct finding_list {
	size_t count;
	bool blocked;                       /* one of severity FINDING_BLOCKED is among them */
	uint16_t slots[FINDING_KINDS_MAX * 2]; /* hash to row + 1 */
	struct finding_row rows[FINDING_KINDS_MAX + 1];
};

/* Adds one; its texts are copied. The list starts as zeroed memory. Unknown codes are not added (false). */
bool finding_list_add(struct finding_list *list, const struct finding *finding);
/* The same as the add of a finding_sink; context is the list. */
void finding_list_sink(void *context, const struct finding *finding);
/* The row as a finding whose texts borrow from the list. */
struct finding finding_list_at(const struct finding_list *list, size_t index);

#endif
