/*
 * format: what every format family gives, and the table of them.
 *
 * A family has bid.c (is this mine?), read.c (bytes to records; runs in the reader, may be attacked), write.c (records
 * to bytes; runs in the writer, never sees the sender's bytes), vocabulary.def, limits.c. Neither side does I/O, asks the
 * time or calls malloc: everything comes through these structs. Adding a family touches its folder and one line of
 * formats.def.
 */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include "base/base.h"
#include "neutral/finding.h"
#include "neutral/neutral.h"

/* What a file is, at the grain that people and reports use: "docx", "png", "zip", "exe"… (kinds.def). */
enum format_kind {
#define KIND(kind, extension, media_type, ja, en, advice_ja, advice_en) KIND_##kind,
#include "format/kinds.def"
#undef KIND
	KIND_COUNT
};

struct format_kind_row {
	const char *name;       /* "docx" */
	const char *extension;  /* what the clean file is called: ".docx"; "" when it is never written */
	const char *media_type;
	const char *ja, *en;             /* what it is, for people */
	const char *advice_ja, *advice_en; /* what the sender could send instead; "" when it is taken */
};
const struct format_kind_row *format_kind_row(unsigned kind); /* NULL beyond the table */

/* A bid: how many bits of content the family verified, and which kind it saw. 0 means "not mine". Bids of at least
 * FORMAT_BID_STRONG by two families are a polyglot. A family that knows a kind but does not take it bids as well, so that the
 * report can say what it is. */
struct format_bid {
	unsigned bits;
	unsigned kind;       /* enum format_kind */
	bool taken;          /* false: recognised, not taken: blocked with the kind's advice */
	enum sk_status status; /* SK_ENCRYPTED when a password is needed, otherwise SK_OK */
};
#define FORMAT_BID_STRONG 32

enum format_level { LEVEL_REBUILD, LEVEL_TEXT, LEVEL_IMAGE };

/* Pages that were drawn: to a writer they come as records of one family, and only where they are expected. */
enum format_pages {
	PAGES_NONE,   /* an ordinary reader says the records */
	PAGES_PDF,    /* level image */
	PAGES_SHEETS, /* the pixels as they are (format/pages/sheet.h): for a preview */
};

/* An inner document or picture: a job of its own, run by the driver (lib/sanitize). */
struct format_inner {
	uint32_t number;   /* by which the outer records name it; counted from 0 in the outer document */
	unsigned kind;     /* enum format_kind of the clean result */
	bool clean;        /* false: blocked; nothing of it can be written */
	uint32_t width, height; /* pixels of a picture, 0 otherwise: for placeholders of the same size */
};

/* What a reader gets. All pointers live as long as the job. */
struct format_read {
	sk_bytes input;              /* the hostile file, whole, read-only */
	unsigned kind;               /* what the bid said */
	unsigned level;              /* enum format_level */
	bool outermost;              /* false for an inner job */
	sk_bytes passwords;          /* candidates in UTF-8, one a line: format_password */
	struct sk_arena *arena;
	struct neutral_out *out;     /* START was already said; the reader says the tree, the caller says END */
	const struct finding_sink *findings;
	/* Hands bytes to the driver as an inner job and waits for its verdict. place_kind and place name it in findings.
	 * SK_LIMIT when a budget (depth, count, total size) is reached: the part is then dropped. */
	enum sk_status (*inner)(void *context, sk_bytes bytes, enum finding_place place_kind, sk_bytes place,
				struct format_inner *result);
	void *context;
};

/* The candidate at *at, without its line end; moves *at. False when there are no more. Empty lines are none. */
bool format_password(sk_bytes passwords, size_t *at, sk_bytes *password);

/* What a writer gets. */
struct format_write {
	unsigned level;
	unsigned quality;            /* of pictures at level image, 1 to 100; 0: the usual one */
	enum format_pages pages;
	struct sk_arena *arena;
	struct neutral_in *in;       /* records, checked; the writer consumes the tree, the caller the END */
	/* Appends to the output; SK_LIMIT when the output's maximum is reached. */
	enum sk_status (*put)(void *context, sk_bytes bytes);
	/* The clean bytes of inner job number, borrowed until the job ends; SK_MALFORMED when there is no such job. */
	enum sk_status (*inner)(void *context, uint32_t number, sk_bytes *bytes, unsigned *kind);
	void *context;
};

struct format {
	const char *name; /* "ooxml" */
	bool apart;       /* another program reads it (formats.def): there is no read here */
	bool drawn;       /* its records are pages, which renderers say */
	const struct vocabulary *vocabulary;
	void (*bid)(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
	enum sk_status (*read)(struct format_read *job);
	enum sk_status (*write)(struct format_write *job);      /* level rebuild */
	enum sk_status (*write_text)(struct format_write *job); /* level text; NULL: the family has no text */
};

extern const struct format *const formats[];
extern const size_t format_count;
/* The family with that vocabulary digest; NULL when there is none. */
const struct format *format_by_digest(uint32_t digest);

#endif
