/* What the files of this room share: pairs of workers, the line of one outermost job, the results of inner jobs. */
#ifndef SANITIZE_LINE_H
#define SANITIZE_LINE_H

#include "sanitize/sanitize.h"
#include "wire/wire.h"

struct sanitizer {
	char *path;     /* of the zygote's program; NULL: it is looked for */
	int zygote;     /* socket */
	unsigned asked; /* pairs that the zygote was asked for and that were not taken yet */
	int pid;
	int64_t job_milliseconds;
};

/* A reader and a writer. All members -1 when there is no pair. */
struct pair {
	int reader, writer;               /* sockets */
	int reader_handle, writer_handle; /* for process_kill */
	int scratch;                      /* where the reader puts bytes of inner jobs */
	int output;                       /* what the writer made in the latest inner job */
	int ring;                         /* what reader and writer share; the driver never looks into it */
};

#define PAIR_NONE ((struct pair){-1, -1, -1, -1, -1, -1, -1})
/* Asks the zygote for a pair, until deadline. */
bool pair_take(struct sanitizer *sanitizer, int64_t deadline, struct pair *pair);
/* Ends both workers and closes everything. */
void pair_end(struct pair *pair);

/* Clean results of inner jobs, one after another in one file. */
struct inner_row {
	uint64_t offset, size;
	uint16_t kind;
	bool clean;
};
struct inner_results {
	int file;
	uint64_t end;
	uint32_t count, room;
	struct inner_row *rows;
};
bool inner_results_add(struct inner_results *results, int output, uint64_t size, unsigned kind, bool clean);
void inner_results_end(struct inner_results *results);

#define LINE_DEPTH_MAX 8
/* One outermost job with all its inner ones. */
struct line {
	struct sanitizer *sanitizer;
	enum format_level level;
	int64_t deadline;
	struct finding_list *findings;
	uint32_t inner_count;
	uint64_t inner_bytes;
	struct pair pairs[LINE_DEPTH_MAX]; /* by depth: inner jobs of one depth share a pair, one after another */
};

/* May a job of that depth hand in one more of that size? Depth, number and total size are budgets of the outermost job; false names the
 * limit (limit_last). */
bool line_within_budget(const struct line *line, unsigned depth, uint64_t size);

/* How a job ended. */
enum line_end {
	LINE_DONE,    /* with an output */
	LINE_BLOCKED, /* the reader gave a reason */
	LINE_TIME,
	LINE_CRASH,   /* a worker died, or did what it should not */
	LINE_FAULT,   /* this machine failed */
	LINE_GOING,   /* not yet */
};

struct line_outcome {
	enum line_end end;
	unsigned kind;
	uint64_t output_size;
	bool pair_fresh; /* both workers ended the job in order and wait for the next */
};

struct line_job {
	unsigned depth;
	bool is_entry;            /* an entry of an archive, not a part of a document */
	enum finding_place place; /* of an inner job in the outermost document */
	sk_bytes where;
	int input;
	uint64_t input_size;
	int output;
};

/* Runs one job on the pair of its depth; inner jobs run within. */
struct line_outcome line_run(struct line *line, const struct line_job *job);
void line_end(struct line *line);

#endif
