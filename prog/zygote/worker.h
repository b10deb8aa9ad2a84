/* A worker: one of the two processes of a pair. It serves one outermost job, or the inner jobs of one, and is then killed. */
#ifndef ZYGOTE_WORKER_H
#define ZYGOTE_WORKER_H

#include "base/base.h"
#include "sys/ring.h"

struct worker {
	int socket;        /* to the driver */
	int scratch;       /* reader: where bytes of inner jobs are put; -1 in a writer */
	struct ring ring;
	struct sk_arena arena;
	uint8_t *stage;    /* NEUTRAL_STAGE bytes in a reader, NEUTRAL_IN_STAGE in a writer */
	uint8_t *buffer;   /* writer: WORKER_BUFFER bytes of output */
};

#define WORKER_BUFFER ((size_t)1 << 17)

/* Serve jobs until the driver is gone or something is wrong. */
_Noreturn void reader_serve(struct worker *worker);
_Noreturn void writer_serve(struct worker *worker);

/* Between two jobs: forgets everything in the arena and gives large memory back. */
void worker_reset(struct worker *worker);

#endif
