/* Names of statuses and the end of a process that found its own bug. */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const names[] = {
	[SK_OK] = "ok",
	[SK_TRUNCATED] = "truncated",
	[SK_MALFORMED] = "malformed",
	[SK_LIMIT] = "limit",
	[SK_UNSUPPORTED] = "unsupported",
	[SK_ENCRYPTED] = "encrypted",
	[SK_FAULT] = "fault",
};

const char *sk_status_name(enum sk_status status)
{
	return (size_t)status < SK_COUNT(names) ? names[status] : "unknown";
}

_Noreturn void sk_assert_failed(const char *expression, const char *file, int line)
{
	fprintf(stderr, "sekisho: bug: %s (%s:%d)\n", expression, file, line);
	abort();
}
