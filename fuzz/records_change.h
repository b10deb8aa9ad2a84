/* A true stream of records, changed: what a reader says that was taken over in the middle of its work. */
#ifndef FUZZ_RECORDS_CHANGE_H
#define FUZZ_RECORDS_CHANGE_H

#include "neutral/neutral.h"

struct chooser {
	const uint8_t *at;
	size_t left;
};

static inline uint32_t choose(struct chooser *c, uint32_t below)
{
	uint32_t value = 0;
	for (int i = 0; i < 2 && c->left > 0; i++, c->at++, c->left--)
		value = value << 8 | *c->at;
	return below > 0 ? value % below : 0;
}

/* Values that an attacker would try in every place that takes bytes, or some of the input's own. */
sk_bytes records_wish(struct chooser *c);
/* Changes a few records as the choices say; the result is malloc'd. */
sk_bytes records_change(struct chooser *c, const struct vocabulary *v, sk_bytes records);
/* True when the stream says the attribute with that value. */
bool records_say(const struct vocabulary *v, sk_bytes records, uint16_t attr, int64_t value);

#endif
