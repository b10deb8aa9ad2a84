/*
 * neutral: the stream of records between a reader and a writer.
 *
 * The reader is allowed to be attacked; the writer never sees the sender's bytes. Between them stands this stream and
 * neutral_next, the checker: it verifies every record against the vocabulary, the nesting and the type of its value
 * before the writer sees it. Whatever the reader's process does, the writer is told only things that the vocabulary
 * can say. The checker is generic: all formats pass the same code.
 *
 * A stream: START, then one tree of nodes (or several, when several root nodes are said), then END. Between OPEN and
 * CLOSE of a node first come its attributes (each at most once), then text, data or child nodes; both only in a mixed one.
 *
 * Encoding, little-endian, not aligned:
 *   START  u8 op, u8 0, u16 level, u32 digest of the vocabulary, u8[16] build id
 *   OPEN   u8 op, u8 0, u16 node
 *   ATTR   u8 op, u8 0, u16 attr, then the value: ENUM, BOOL u16; INT, REF i64; all others u32 length and bytes
 *   TEXT   u8 op, u8 0, u16 0, then the value as the node's type says it (ENUM, BOOL, INT, REF too)
 *   CLOSE  u8 op, u8 0, u16 0
 *   END    u8 op, u8 0, u16 0
 *   LEARN  u8 op, u8 0, u16 phrase: the records up to LEARNT are that phrase from now on
 *   LEARNT u8 op, u8 0, u16 phrase
 *   AGAIN  u8 op, u8 0, u16 phrase: means the records of the phrase
 *   VARIED u8 op, u8 0, u16 phrase, a value: the same with another value of its first attribute, which is checked
 *
 * A phrase is OPEN, attributes, and CLOSE when the node is empty: documents say the same start tags over and over. Its
 * attributes are checked when it is learnt; when it is said again only whether its node may stand there.
 *
 * A stream lives inside one build and is never stored; another build id is refused.
 */
#ifndef NEUTRAL_NEUTRAL_H
#define NEUTRAL_NEUTRAL_H

#include "base/base.h"
#include "neutral/vocabulary.h"

enum neutral_op {
	NEUTRAL_START = 1,
	NEUTRAL_OPEN,
	NEUTRAL_ATTR,
	NEUTRAL_TEXT_OF, /* text or data of the open node */
	NEUTRAL_CLOSE,
	NEUTRAL_END,
	NEUTRAL_LEARN,
	NEUTRAL_LEARNT,
	NEUTRAL_AGAIN,
	NEUTRAL_VARIED,
};

/* Limits of the stream itself; limits of documents are in limits.def of their room. */
#define NEUTRAL_VALUE_MAX ((size_t)128 * 1024) /* bytes of one value; longer text comes in several records */
#define NEUTRAL_DEPTH_MAX 256                  /* open nodes at once: Office itself stops at far less */
#define NEUTRAL_STAGE ((size_t)64 * 1024)      /* bytes that are handed on at once */
#define NEUTRAL_PHRASES 512                    /* phrases are numbered from 1; a number may be learnt anew */
#define NEUTRAL_PHRASE_BYTES 256               /* of the records of one phrase, as they are encoded */
#define NEUTRAL_VARIED_BYTES 128               /* of the value that varies */

/* ---- the reader's end ---- */

struct neutral_out {
	const struct vocabulary *vocabulary;
	uint8_t *stage; /* NEUTRAL_STAGE bytes of the caller */
	size_t used;
	/* Hands on len bytes of the stream, blocking; SK_FAULT when the other side is gone. */
	enum sk_status (*send)(void *context, sk_bytes bytes);
	void *context;
	enum sk_status status; /* sticky */
};

void neutral_out_init(struct neutral_out *out, const struct vocabulary *vocabulary, uint8_t *stage,
		      enum sk_status (*send)(void *, sk_bytes), void *context);
void neutral_start(struct neutral_out *out, uint16_t level);
void neutral_open(struct neutral_out *out, uint16_t node);
/* Attributes of the node just opened. The kind of the attr's type says which of the two to call. */
void neutral_attr_number(struct neutral_out *out, uint16_t attr, int64_t value); /* BOOL, ENUM, INT, REF */
void neutral_attr_bytes(struct neutral_out *out, uint16_t attr, sk_bytes value); /* all others */
/* Text of the open node; node is its id (its type says how the value is encoded). neutral_bytes cuts a text or data of
 * a VOCABULARY_MANY_TEXTS node into records of at most NEUTRAL_VALUE_MAX, a text between characters. */
void neutral_number(struct neutral_out *out, uint16_t node, int64_t value);
void neutral_bytes(struct neutral_out *out, uint16_t node, sk_bytes value);
void neutral_close(struct neutral_out *out);
/* What is said between the two is phrase number phrase: neutral_open, neutral_attr_…, and neutral_close for an empty node; no REF, no
 * SPACES among the values, NEUTRAL_PHRASE_BYTES at most. */
void neutral_learn(struct neutral_out *out, uint16_t phrase);
void neutral_learnt(struct neutral_out *out, uint16_t phrase);
/* Says a phrase that was learnt. */
void neutral_again(struct neutral_out *out, uint16_t phrase);
/* The same with another value of its first attribute, attr; bytes have NEUTRAL_VARIED_BYTES at most. */
void neutral_varied_number(struct neutral_out *out, uint16_t phrase, uint16_t attr, int64_t value);
void neutral_varied_bytes(struct neutral_out *out, uint16_t phrase, sk_bytes value);
/* END, and everything handed on. SK_OK when the whole stream went out. */
enum sk_status SK_MUST_USE neutral_end(struct neutral_out *out);

/* ---- the writer's end: the checker ---- */

struct neutral_record {
	uint8_t op;                         /* enum neutral_op: OPEN, ATTR, TEXT_OF, CLOSE or END; with wholes LEARNT and AGAIN too. An
				             * AGAIN of another kind than NEUTRAL_NONE carries the value of the first attribute. */
	uint8_t kind;                       /* enum neutral_kind of the value (ATTR, TEXT_OF) */
	uint16_t node;                      /* OPEN, CLOSE, AGAIN: the node; ATTR, TEXT_OF: the open node */
	uint16_t attr;                      /* ATTR */
	uint16_t type;                      /* ATTR, TEXT_OF */
	uint16_t phrase;                    /* LEARNT, AGAIN, and what is said of a phrase while it is learnt; 0: none */
	bool closes;                        /* LEARNT, AGAIN: the phrase has its CLOSE */
	int64_t number;                     /* BOOL, ENUM, INT, REF */
	sk_bytes bytes;                     /* other kinds; valid until the next call of neutral_next */
};

struct neutral_level {
	uint16_t node;
	uint16_t context;  /* the nearest node that is not transparent */
	uint16_t scope;    /* where children are looked up: the node, or its context when it is transparent without own children */
	uint8_t stage;     /* attributes may come, children have come, text has come */
};

struct neutral_phrase {
	uint16_t node;
	uint16_t len;      /* of its records */
	uint16_t first;    /* its first attribute; VOCABULARY_NONE when it has none */
	uint16_t first_from, first_to; /* where that one's value stands in the records */
	bool closes;
	bool known;
};

struct neutral_in {
	const struct vocabulary *vocabulary;
	uint8_t *stage;    /* NEUTRAL_IN_STAGE bytes of the caller, private to the writer: what was checked stays */
	const uint8_t *from; /* what at and end count in: the stage, or a phrase that is replayed */
	size_t at, end;
	size_t stage_at, stage_end; /* where to go on after a replay */
	bool replaying;
	bool wholes;       /* the caller's wish: AGAIN is told as one record, and LEARNT is told */
	uint8_t learning;  /* how far the phrase at hand is learnt (enum in check.c); 0: none is */
	uint16_t learnt;   /* its number */
	/* Fills at most max bytes at to; *got 0 means that the stream ended. SK_FAULT when the other side is gone. */
	enum sk_status (*receive)(void *context, uint8_t *to, size_t max, size_t *got);
	void *context;
	uint16_t level;    /* from START */
	unsigned depth;
	struct neutral_level levels[NEUTRAL_DEPTH_MAX];
	uint64_t seen[4];  /* attributes of the node just opened, by index in its class */
	uint64_t seen_global; /* the same for the global class, at most 64 */
	uint64_t records;  /* how many were accepted */
	struct neutral_phrase phrases[NEUTRAL_PHRASES];
	uint32_t known[1024]; /* (scope, child) pairs that the vocabulary was asked for and has, by their hash; 0 when free */
	bool started, ended;
	enum sk_status status; /* sticky: SK_MALFORMED for anything that the vocabulary can't say */
};

#define NEUTRAL_IN_FRESH (NEUTRAL_VALUE_MAX + NEUTRAL_STAGE) /* for what is received */
#define NEUTRAL_IN_STAGE (NEUTRAL_IN_FRESH + (size_t)(NEUTRAL_PHRASES + 2) * NEUTRAL_PHRASE_BYTES) /* two: a phrase that was varied */

void neutral_in_init(struct neutral_in *in, const struct vocabulary *vocabulary, uint8_t *stage,
		     enum sk_status (*receive)(void *, uint8_t *, size_t, size_t *), void *context);
/* Reads START alone, for a writer that picks its family by the vocabulary's digest: it then sets in->vocabulary. Otherwise
 * neutral_next does it. SK_MALFORMED for another build. */
enum sk_status SK_MUST_USE neutral_begin(struct neutral_in *in, uint32_t *digest, uint16_t *level);
/* The next verified record. After END further calls give SK_MALFORMED. A stream that stops before END is
 * SK_TRUNCATED. Nothing that was not verified is ever in *record. */
enum sk_status SK_MUST_USE neutral_next(struct neutral_in *in, struct neutral_record *record);
/* After AGAIN: takes it back; the next calls give the records of the phrase, one by one. */
void neutral_replay(struct neutral_in *in, const struct neutral_record *again);
/* Consumes records until fewer than depth nodes are open: neutral_skip(in, in->depth) ends the innermost open node. */
enum sk_status SK_MUST_USE neutral_skip(struct neutral_in *in, unsigned depth);

/* The build's id, 16 bytes: readers and writers of different builds never talk. */
sk_bytes neutral_build_id(void);

#endif
