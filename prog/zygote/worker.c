/* What both workers do between jobs. */
#include "worker.h"

#include "sys/descriptor.h"

#define KEPT_BYTES ((size_t)8 << 20) /* pages that stay for the next inner job: most pictures need less */

void worker_reset(struct worker *worker)
{
	size_t peak = worker->arena.peak;

	sk_arena_reset(&worker->arena);
	worker->arena.peak = 0;
	if (worker->arena.memory != NULL && peak > KEPT_BYTES)
		sys_drop_pages(worker->arena.memory + KEPT_BYTES, peak - KEPT_BYTES);
}
