/* What a renderer may do: compute, take its job, say records, findings and how far it is. Memory is bounded, executable memory is not to be had. */
#include "conf/conf.h"
#include "render/render.h"

static const enum sandbox_call calls[] = {
	CALL_futex, CALL_recvmsg, CALL_sendmsg, CALL_mmap, CALL_munmap, CALL_mremap, CALL_madvise, CALL_brk, CALL_close, CALL_exit_group,
};

struct sandbox_profile render_profile(void)
{
	return (struct sandbox_profile){
		.name = "render",
		.calls = calls,
		.call_count = SK_COUNT(calls),
		.memory_bytes = limit(LIMIT_render_bytes) + limit(LIMIT_input_bytes),
		.file_bytes = 0,
		.cpu_seconds = limit(LIMIT_image_seconds) + 1,
		.descriptors = 16,
	};
}
