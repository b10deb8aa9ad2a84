/* What a reader does once the attacker has it. */
#ifndef ABUSE_ATTACKS_H
#define ABUSE_ATTACKS_H

#include "format/format.h"

struct attack {
	const char *name;
	void (*run)(struct format_read *job); /* returns only when the attack was stopped by an error code, or had its way */
};
extern const struct attack attacks[];
extern const size_t attack_count;

#endif
