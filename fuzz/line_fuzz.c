/*
 * The whole line in one process over any file: whatever comes in, what comes out is read again, is the same again, and was said by records
 * that the checker let pass.
 */
#include "fuzz/inline.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct inline_job first = {0}, second = {0};

	if (len > (4 << 20))
		return 0;
	inline_run(&first, sk_bytes_of(at, len), LEVEL_REBUILD, 0);
	if (first.written) {
		inline_run(&second, first.output, LEVEL_REBUILD, 0);
		if (!second.written || !sk_bytes_equal(first.output, second.output)) {
			fprintf(stderr, "%s\n", second.written ? "sanitizing again gives other bytes" : "the output is refused");
			abort();
		}
	}
	inline_free(&first);
	inline_free(&second);
	return 0;
}
