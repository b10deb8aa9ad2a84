/*
 * The whole line in one process over any file: whatever comes in, what comes out is read again, is the same again, and was said by records
 * that the checker let pass.
 */
#include "fuzz/inline.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	if (len <= (4 << 20))
		inline_twice(sk_bytes_of(at, len));
	return 0;
}
