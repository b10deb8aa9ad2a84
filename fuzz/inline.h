/*
 * The line in one process: bid, read, check, write, without sandbox or processes. For fuzzing and for looking at one
 * document closely; never for real work.
 */
#ifndef FUZZ_INLINE_H
#define FUZZ_INLINE_H

#include "format/format.h"

struct inline_job {
	enum sk_status status;   /* of the reader, else of the writer */
	bool written;            /* output is whole */
	unsigned kind;           /* enum format_kind by the bids */
	bool taken;
	sk_bytes output;         /* malloc'd, owned by the job */
	sk_bytes records;        /* the stream between reader and writer; malloc'd, owned by the job */
	uint32_t findings[FINDING_COUNT]; /* how many of each code, inner jobs included */
	bool print_findings;
};

/* Runs a file through bid, reader, checker and writer. depth counts inner jobs. */
void inline_run(struct inline_job *job, sk_bytes input, unsigned level, unsigned depth);
/* Only the writer's side, over any bytes in the place of a reader's stream. */
enum sk_status inline_write(sk_bytes records, sk_bytes *output);
void inline_free(struct inline_job *job);

#endif
