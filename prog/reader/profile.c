/* What a reader may do: compute, take its job, say records and findings, put inner files into its scratch file. */
#include "reader.h"

#include "conf/conf.h"

static const enum sandbox_call calls[] = {
	CALL_futex, CALL_recvmsg, CALL_sendmsg, CALL_pwrite, CALL_mmap,       CALL_munmap,
	CALL_mremap, CALL_madvise, CALL_brk,    CALL_close,  CALL_exit_group,
};

struct sandbox_profile reader_profile(void)
{
	return (struct sandbox_profile){
		.name = "reader",
		.calls = calls,
		.call_count = SK_COUNT(calls),
		/* the arena, the input, and as much again for decoders */
		.memory_bytes = 2 * limit(LIMIT_arena_bytes) + limit(LIMIT_input_bytes),
		.file_bytes = limit(LIMIT_inner_bytes),
		.cpu_seconds = limit(LIMIT_job_seconds) + 1,
		.descriptors = 16,
	};
}
