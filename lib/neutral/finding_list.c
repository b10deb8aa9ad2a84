/* Findings added up. What the attacker controls: texts, and how many different ones there are. */
#include "neutral/finding_list.h"

static uint32_t hash_of(const struct finding *f)
{
	uint32_t hash = (uint32_t)f->code << 8 ^ f->place;

	for (size_t i = 0; i < f->where.len; i++)
		hash = (hash ^ (uint8_t)f->where.at[i]) * 0x01000193u;
	for (size_t i = 0; i < f->detail.len; i++)
		hash = (hash ^ (uint8_t)f->detail.at[i]) * 0x01000193u;
	return hash ^ hash >> 15;
}

static bool alike(const struct finding_row *row, const struct finding *f)
{
	return row->code == f->code && row->place == f->place && row->where_len == f->where.len && row->detail_len == f->detail.len &&
	       memcmp(row->where, f->where.at, f->where.len) == 0 && memcmp(row->detail, f->detail.at, f->detail.len) == 0;
}

static void add_up(uint32_t *count, uint32_t more)
{
	if (__builtin_add_overflow(*count, more, count))
		*count = UINT32_MAX;
}

static void fill(struct finding_row *row, const struct finding *f)
{
	*row = (struct finding_row){.code = f->code, .place = f->place, .count = f->count, .where_len = (uint8_t)f->where.len,
				    .detail_len = (uint8_t)f->detail.len};
	if (f->where.len > 0)
		memcpy(row->where, f->where.at, f->where.len);
	if (f->detail.len > 0)
		memcpy(row->detail, f->detail.at, f->detail.len);
}

/* The last row is for what there is no room for. */
static void add_more(struct finding_list *list, uint32_t count)
{
	struct finding_row *row = &list->rows[FINDING_KINDS_MAX];

	if (list->count == FINDING_KINDS_MAX) {
		*row = (struct finding_row){.code = FINDING_more, .place = FINDING_WHOLE};
		list->count++;
	}
	add_up(&row->count, count);
}

bool finding_list_add(struct finding_list *list, const struct finding *f)
{
	if (f->code >= FINDING_COUNT || f->place >= FINDING_PLACES || f->where.len > FINDING_TEXT_MAX || f->detail.len > FINDING_TEXT_MAX)
		return false;
	list->blocked |= finding_severity(f->code) == FINDING_BLOCKED;
	uint32_t slot = hash_of(f) % SK_COUNT(list->slots);
	for (; list->slots[slot] != 0; slot = (slot + 1) % SK_COUNT(list->slots)) {
		struct finding_row *row = &list->rows[list->slots[slot] - 1];
		if (alike(row, f)) {
			add_up(&row->count, f->count);
			return true;
		}
	}
	if (list->count >= FINDING_KINDS_MAX) {
		add_more(list, f->count);
		return true;
	}
	fill(&list->rows[list->count++], f);
	list->slots[slot] = (uint16_t)list->count;
	return true;
}

void finding_list_sink(void *context, const struct finding *finding)
{
	(void)finding_list_add(context, finding);
}

struct finding finding_list_at(const struct finding_list *list, size_t index)
{
	const struct finding_row *row = &list->rows[index];

	return (struct finding){.code = row->code, .place = row->place, .count = row->count, .where = {row->where, row->where_len},
				.detail = {row->detail, row->detail_len}};
}
