/*
 * sekisho: hostile documents in, clean ones out.
 *
 *	struct sekisho *gate;
 *	struct sekisho_result *result;
 *	int error = sekisho_open(&gate, NULL);
 *	if (error == 0)
 *		error = sekisho_sanitize(gate, input, SEKISHO_REBUILD, &result);
 *	if (error == 0 && sekisho_verdict(result) != SEKISHO_BLOCKED)
 *		... read sekisho_output(result) ...
 *	sekisho_result_free(result);
 *	sekisho_close(gate);
 *
 * The calling process parses nothing of the document: a reader and a writer in sandboxes of their own do, and end with the job. A handle
 * serves one thread at a time; several handles may be open, one for each thread that works. Texts are UTF-8, belong to what they were
 * asked of, and live as long as that.
 *
 * Link with: pkg-config --cflags --libs sekisho
 */
#ifndef SEKISHO_H
#define SEKISHO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct sekisho;        /* a gate: the process that starts the sandboxes */
struct sekisho_result; /* what became of one document */

enum sekisho_level {
	SEKISHO_REBUILD = 0, /* the document anew: editable, looking the same */
	SEKISHO_TEXT = 1,    /* its text alone */
	SEKISHO_IMAGE = 2,   /* a PDF of pictures of its pages, with a layer of text and links; may take minutes */
};

enum sekisho_verdict {
	SEKISHO_CLEAN = 0,     /* made anew; there was nothing to remove */
	SEKISHO_SANITIZED = 1, /* made anew; findings tell what went */
	SEKISHO_BLOCKED = 2,   /* no output; findings tell why */
};

/* "0.1.0" */
const char *sekisho_version(void);

/* ---- the gate ---- */

/* Opens a gate. zygote is the path of sekisho-zygote; NULL looks at the environment (SEKISHO_ZYGOTE) and where it was installed. Returns 0
 * or a number of <errno.h>; *gate is NULL then. */
int sekisho_open(struct sekisho **gate, const char *zygote);
/* The time that one document may take; 120 seconds, at SEKISHO_IMAGE 1800, when not told. 0 is that again. */
void sekisho_set_seconds(struct sekisho *gate, unsigned seconds);
/* Passwords to try on encrypted documents from now on: UTF-8, one a line, size bytes, at most 64 of at most 1024 bytes; size 0 forgets them. They
 * are used inside the sandbox alone; wipe your own copy when you like. Returns 0 or a number of <errno.h>. */
int sekisho_set_passwords(struct sekisho *gate, const char *candidates, size_t size);
/* Ends the gate and all that it started. NULL is fine. Results stay. */
void sekisho_close(struct sekisho *gate);

/* ---- one document ---- */

/* Sanitizes everything that can be read from the descriptor input (a file from where it stands, a pipe); the caller keeps it. Returns 0
 * when there is a result, whatever its verdict; else a number of <errno.h>, and *result is NULL. */
int sekisho_sanitize(struct sekisho *gate, int input, enum sekisho_level level, struct sekisho_result **result);
/* Frees the result and closes its output. NULL is fine. */
void sekisho_result_free(struct sekisho_result *result);

enum sekisho_verdict sekisho_verdict(const struct sekisho_result *result);
/* Not 0 when it is blocked because this machine failed (no memory, no processes), not because of the document: try again later. */
int sekisho_failed(const struct sekisho_result *result);
/* A memory file with the clean document, to be read from its start and changed by nobody; -1 when blocked. It belongs to the result: dup it
 * to keep it longer. */
int sekisho_output(const struct sekisho_result *result);
uint64_t sekisho_output_size(const struct sekisho_result *result);
/* What the document was seen to be, whatever its name says: "docx", "png", "unknown"; the extension (".docx") and media type that fit the
 * output, "" when there is none. */
const char *sekisho_kind(const struct sekisho_result *result);
const char *sekisho_extension(const struct sekisho_result *result);
const char *sekisho_media_type(const struct sekisho_result *result);

/* ---- findings: what was removed or changed, or why it is blocked ---- */

struct sekisho_finding {
	const char *code;     /* "macro-removed" */
	const char *severity; /* "note", "removed", "changed", "blocked" */
	const char *place;    /* "file", "part", "sheet", "slide", "page", "entry", "line" */
	const char *where;    /* its name or number; "" for the whole file */
	const char *detail;   /* what it was; may be "" */
	uint32_t count;
	const char *japanese, *english; /* a sentence about code, detail and count */
};

size_t sekisho_finding_count(const struct sekisho_result *result);
/* Finding number index, from 0; NULL when there is none of that number. Later versions may add members at the end. */
const struct sekisho_finding *sekisho_finding(const struct sekisho_result *result, size_t index);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
