/* What a writer may do: compute, take its job, receive records, append to its output. */
#include "writer.h"

#include "conf/conf.h"

static const enum sandbox_call calls[] = {
	CALL_futex, CALL_recvmsg, CALL_sendmsg, CALL_write, CALL_mmap,       CALL_munmap,
	CALL_mremap, CALL_madvise, CALL_brk,    CALL_close, CALL_exit_group,
};

struct sandbox_profile writer_profile(void)
{
	return (struct sandbox_profile){
		.name = "writer",
		.calls = calls,
		.call_count = SK_COUNT(calls),
		.memory_bytes = 2 * limit(LIMIT_arena_bytes) + limit(LIMIT_inner_bytes),
		.file_bytes = limit(LIMIT_output_bytes),
		.cpu_seconds = limit(LIMIT_image_seconds) + 1,
		.descriptors = 16,
	};
}
