/*
 * sanitize: the line. A file goes in, a clean one comes out, with a verdict and findings.
 *
 * This room parses nothing. It starts the zygote, hands sealed bytes to a reader, takes clean bytes from a writer, runs inner files as
 * jobs of their own, keeps the budgets, and decides. Everything that a worker says is hostile; anything that does not end as it
 * should ends in VERDICT_BLOCKED with a finding that says why.
 */
#ifndef SANITIZE_SANITIZE_H
#define SANITIZE_SANITIZE_H

#include "base/base.h"
#include "format/format.h"
#include "neutral/finding_list.h"

enum sanitize_verdict {
	VERDICT_CLEAN,     /* rebuilt, and nothing worth telling was removed or changed */
	VERDICT_SANITIZED, /* rebuilt; findings tell what went */
	VERDICT_BLOCKED,   /* no output */
};
/* "clean", "sanitized", "blocked". */
const char *sanitize_verdict_name(enum sanitize_verdict verdict);

struct sanitizer; /* a running zygote; for one thread at a time (several may be open) */

struct sanitizer_options {
	const char *zygote; /* path of sekisho-zygote; NULL: SEKISHO_ZYGOTE, beside the running program, or where it was installed */
	unsigned seconds;   /* for one job; 0: LIMIT_job_seconds */
	unsigned lane, lanes; /* of several sanitizers that work side by side, this one's number from 0, and how many they are; lanes 0: alone */
};

/* Level image. */
struct sanitizer_pages {
	unsigned dpi;     /* 0: 150 */
	unsigned quality; /* of pictures, 1 to 100; 0: the usual one */
	void (*progress)(void *context, unsigned page, unsigned count); /* page is being drawn; may be NULL */
	void *context;
};
#define SANITIZER_DPI 150u
#define SANITIZER_DPI_MIN 36u
#define SANITIZER_DPI_MAX 600u

/* An entry of an archive that was sanitized. Both files belong to the job and change when take returns; they begin at 0. */
struct sanitizer_entry {
	sk_bytes name;                 /* as the sender has it, cut to what a finding holds */
	unsigned kind, output_kind;    /* output_kind: KIND_unknown when it was blocked */
	int input, output;             /* output: -1 when it was blocked */
	uint64_t input_size, output_size;
};
struct sanitizer_entries {
	void (*take)(void *context, const struct sanitizer_entry *entry); /* NULL: nobody wants them */
	void *context;
};

/* Starts a zygote. *sanitizer is owned by the caller until sanitizer_close. false: *fault says what failed. */
bool SK_MUST_USE sanitizer_open(const struct sanitizer_options *options, struct sanitizer **sanitizer, struct sk_fault *fault);
/* Ends the zygote and every worker. NULL is fine. */
void sanitizer_close(struct sanitizer *sanitizer);
/* The time of each job from now on; 0: LIMIT_job_seconds, at level image LIMIT_image_seconds. */
void sanitizer_set_seconds(struct sanitizer *sanitizer, unsigned seconds);
/* Whether they are candidates: not too many (LIMIT_passwords), none too long (LIMIT_password_bytes). */
bool sanitizer_are_passwords(sk_bytes candidates);
/* Candidate passwords of every job from now on, UTF-8, one a line; those before are forgotten, and none remain with len 0. They are handed to
 * readers alone, in a sealed memory file. false: they are none (fault->error EINVAL), or the system gives no file. The caller wipes its own copy. */
bool SK_MUST_USE sanitizer_set_passwords(struct sanitizer *sanitizer, sk_bytes candidates, struct sk_fault *fault);
/* How pages are drawn from now on. */
void sanitizer_set_pages(struct sanitizer *sanitizer, const struct sanitizer_pages *pages);

/* Who sees the entries of archives from now on. */
void sanitizer_set_entries(struct sanitizer *sanitizer, const struct sanitizer_entries *entries);

struct sanitize_result {
	enum sanitize_verdict verdict;
	unsigned kind;                 /* enum format_kind: what the input was seen to be */
	unsigned output_kind;          /* what the output is; KIND_unknown when blocked */
	int output;                    /* sealed memory file, at its start; -1 when blocked. Owned by the caller */
	uint64_t input_size, output_size;
	bool fault;                    /* blocked because this machine failed, not because of the file */
	struct finding_list findings;
};

/* Sanitizes everything that can be read from input (a file, a pipe), at that level; the caller keeps input. Blocks until done, at most
 * the job's seconds. result is filled whatever happens; its output is closed by sanitize_result_end. */
void sanitize(struct sanitizer *sanitizer, int input, enum format_level level, struct sanitize_result *result);
void sanitize_result_end(struct sanitize_result *result);

#endif
