/* What the files of this room share: pairs of workers, the line of one outermost job, the results of inner jobs. */
#ifndef SANITIZE_LINE_H
#define SANITIZE_LINE_H

#include "sanitize/sanitize.h"
#include "wire/wire.h"

/* Two programs fork pairs: one for most families, and one for those whose reader needs libraries of its own (formats.def), started when it is
 * first needed. */
enum which_zygote { ZYGOTE_COMMON, ZYGOTE_APART, ZYGOTES };

struct zygote {
	int socket;     /* -1: not started */
	unsigned asked; /* pairs that it was asked for and that were not taken yet */
	int pid;
};

struct sanitizer {
	char *path;     /* of the zygote's program; NULL: it is looked for */
	struct zygote zygotes[ZYGOTES];
	int64_t job_milliseconds; /* 0: as the level has it */
	int passwords;  /* a sealed file of candidates; -1: none */
	size_t passwords_size;
	int cpu;        /* where zygotes and their workers stay; -1: anywhere */
	int render, office;       /* sockets of sekisho-render and sekisho-office; -1: not started */
	int render_pid, office_pid;
	struct sanitizer_pages pages;
	struct sanitizer_entries entries;
};

/* Starts program name of folder (prog/FOLDER in a build directory): at told when it is not NULL, else where the variable says, else beside this
 * one, else where it was installed. */
bool program_start(const char *told, const char *variable, const char *folder, const char *name, int *socket, int *pid, struct sk_fault *fault);

/* A reader and a writer. All members -1 when there is no pair. */
struct pair {
	int reader, writer;               /* sockets */
	int reader_handle, writer_handle; /* for process_kill */
	int scratch;                      /* where the reader puts bytes of inner jobs */
	int output;                       /* what the writer made in the latest inner job */
	int ring;                         /* what reader and writer share; the driver never looks into it */
};

#define PAIR_NONE ((struct pair){-1, -1, -1, -1, -1, -1, -1})
/* Asks a zygote for a pair, until deadline. */
bool pair_take(struct sanitizer *sanitizer, enum which_zygote which, int64_t deadline, struct pair *pair);
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
	struct pair apart[LINE_DEPTH_MAX]; /* the same, of families apart */
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
	LINE_ELSEWHERE, /* the kind is known; a reader of its own takes it, or at level image a renderer */
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
	bool rebuilt;             /* at level rebuild, whatever the level of the whole: what LibreOffice is given */
	enum finding_place place; /* of an inner job in the outermost document */
	sk_bytes where;
	int input;
	uint64_t input_size;
	int output;
};

/* Runs one job; inner jobs run within. */
struct line_outcome line_run(struct line *line, const struct line_job *job);
void line_end(struct line *line);

/* ---- level image ---- */

/* How far a renderer is that stands in the reader's place of a pair. */
struct rendering {
	unsigned kind;         /* of its input */
	uint32_t first, last;  /* pages that are wanted; last 0: all */
	bool sheets;           /* pixels alone, for a preview */
	uint32_t page, count;  /* that it works on, from 1 (before the first: first - 1), of so many; count 0: not known yet */
	uint32_t failed;       /* the latest page that could not be drawn */
	unsigned tries;        /* of that page */
	unsigned failures;
	bool drawing;          /* everything before the page was said, nothing of it */
	int64_t until;         /* when the page must be drawn */
};

/* How level image gets pages of a kind. */
enum image_way { IMAGE_NONE, IMAGE_DRAWN, IMAGE_OFFICE };
enum image_way image_way_of(unsigned kind);
/* Draws the pages that rendering wants, on the pair of the job's depth. */
struct line_outcome image_draw(struct line *line, const struct line_job *job, struct rendering *rendering);

/* Runs one job on the pair of its depth: by its reader, or, with rendering, by a renderer that was put in its place. */
struct line_outcome line_work(struct line *line, const struct line_job *job, struct rendering *rendering);
enum format_level line_level(const struct line *line, const struct line_job *job);
void line_find(struct line *line, const struct line_job *job, enum finding_code code, const char *detail);

/* A job at level image: what it is, its pages, a renderer. */
struct line_outcome image_run(struct line *line, const struct line_job *job);
/* Orders the pages of a job from first on; resumed: see wire_render. */
bool image_order(struct line *line, const struct line_job *job, const struct rendering *rendering, uint32_t first, uint8_t resumed);
/* The renderer died or did not end while it drew a page: another goes on behind it. */
enum line_end image_resume(struct line *line, const struct line_job *job, struct rendering *rendering);
/* Pages of an Office document as a PDF (a new memory file in *pdf), by sekisho-office. */
enum line_end office_convert(struct line *line, int input, uint64_t size, unsigned kind, int *pdf, uint64_t *pdf_size);
void image_close(struct sanitizer *sanitizer);

#endif
