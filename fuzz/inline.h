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
	/* Between reader and writer of the outermost job: other records in place of these, malloc'd; NULL for none. */
	sk_bytes (*change)(void *context, const struct format *format, sk_bytes records);
	void *context;
};

/* A clean result that records may name by its place in the list. */
struct inline_inner {
	sk_bytes bytes;
	unsigned kind;
};

/* Runs a file through bid, reader, checker and writer. depth counts inner jobs. */
void inline_run(struct inline_job *job, sk_bytes input, unsigned level, unsigned depth);
/* Only the writer's side, over any bytes in the place of a reader's stream. The output is malloc'd and whatever was written, also
 * when the status is not SK_OK. */
enum sk_status inline_write(sk_bytes records, const struct inline_inner *inner, uint32_t inner_count, sk_bytes *output);
void inline_free(struct inline_job *job);
/* Runs a file and then its output: what is written must be taken again and stay the same, else the process aborts. */
void inline_twice(sk_bytes input);

#endif
