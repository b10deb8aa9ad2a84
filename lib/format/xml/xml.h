/*
 * xml: the strict subset of XML 1.0 that documents need, read in one pass and written the same way every time.
 *
 * Reading: UTF-8 or UTF-16, no document type declaration, the five entities and character references only; well-formedness (XML 1.0
 * fifth edition) and namespaces (Namespaces in XML 1.0) are checked, nothing is repaired. Names arrive as ids of a vocabulary.
 * Writing: from neutral records. A namespace is declared where it is first needed, or where the records say so.
 */
#ifndef FORMAT_XML_XML_H
#define FORMAT_XML_XML_H

#include "base/base.h"
#include "neutral/neutral.h"

/* ---- reading ---- */

enum xml_kind { XML_OPEN, XML_TEXT, XML_CLOSE, XML_END };

struct xml_attribute {
	uint16_t name;    /* id in the vocabulary; VOCABULARY_NONE when it has no such name */
	sk_bytes qname;   /* as it stands in the document */
	sk_bytes value;   /* normalised (XML 1.0 3.3.3); valid until the next OPEN */
};

struct xml_token {
	enum xml_kind kind;
	uint16_t name;    /* OPEN, CLOSE: like xml_attribute.name */
	bool white;       /* TEXT: white space only */
	bool empty;       /* OPEN: an empty-element tag; its CLOSE follows all the same */
	sk_bytes qname;   /* OPEN, CLOSE */
	sk_bytes text;    /* TEXT: line ends normalised, references expanded; a text may come in several pieces */
	const struct xml_attribute *attributes; /* OPEN: without namespace declarations */
	size_t attribute_count;
	const uint16_t *spaces; /* OPEN: the namespaces it declares that the vocabulary has */
	size_t space_count;
	size_t offset;    /* of the token in the UTF-8 document */
};

#define XML_DEPTH_MAX 256      /* room; LIMIT_xml_depth is the limit */
#define XML_ATTRIBUTES_MAX 256
#define XML_SCOPES_MAX 512
#define XML_MEMO 512           /* remembered names, a power of two */

/* A name that was resolved once: the same spelling under the same declarations means the same. */
struct xml_memo {
	uint64_t low, high;      /* its first 16 bytes, zeros behind */
	const uint8_t *at;       /* where it stood in document, for the rest of a longer one */
	uint64_t expanded;       /* hash of namespace URI and local part: two attributes of one element must differ in it */
	uint32_t scope;          /* number of the set of declarations; 0 when the entry is free */
	uint32_t document;
	uint16_t len;
	uint16_t name;
	uint8_t use;             /* enum of names.c: element, attribute, declaration, prefix not declared */
};

struct xml_scope {
	sk_bytes prefix;
	uint64_t uri_hash;
	uint16_t space;          /* VOCABULARY_NONE: a namespace that the vocabulary does not have */
	uint16_t depth;          /* of the element that declares it */
	uint32_t scope_before;   /* number of the set of declarations around that element */
};

/* A set of declarations that was met before gets the same number again: repeated drawings keep the memo warm. */
struct xml_scope_set {
	uint64_t hash;
	uint32_t number;
};

/* Start tags that were met at least twice, for readers that ask (xml_tag_known). */
#define XML_TAGS 512        /* numbered from 1 */
#define XML_TAG_BYTES 160   /* longer ones are not remembered */
#define XML_TAG_INDEX 1024  /* by hash */
#define XML_TAG_SEEN 1024   /* hashes of tags that came once */

struct xml_tag {
	uint32_t hash;
	uint32_t scope;          /* number of the set of declarations around it */
	uint16_t context;        /* what the caller said of the place */
	uint16_t len, qname_len;
	uint16_t name;
	uint16_t next;           /* the tag that came after it the last time; 0: none yet */
	uint16_t varies;         /* where in bytes the value of its first attribute was, which may be any; 0: it is fixed */
	bool empty;
	uint8_t bytes[XML_TAG_BYTES];
};

struct xml_tags {
	uint16_t index[XML_TAG_INDEX];
	uint32_t seen[XML_TAG_SEEN];
	const uint8_t *met;      /* the tag that was asked for last and was not known: its place, context, length and hash */
	uint16_t met_context, met_len;
	uint32_t met_hash;
	bool met_before;         /* and whether it came before, just so */
	uint32_t met_varied;     /* its hash without the value of its first attribute; 0: it can't vary */
	sk_bytes value;          /* of the first attribute, when the tag that was asked for last is known and varies */
	uint16_t newest, last;   /* remembered last; taken last */
	struct xml_tag tags[XML_TAGS];
};

struct xml_reader {
	const struct vocabulary *vocabulary;
	struct sk_arena *arena;
	const uint8_t *begin, *at, *end;
	unsigned depth;
	bool closing;            /* the CLOSE of an empty-element tag comes next */
	bool root_seen;
	uint32_t skipped;        /* comments and processing instructions so far */
	uint32_t scope, scope_last;
	uint32_t document;       /* how many were opened with this reader: names are remembered from one to the next */
	unsigned scope_count;
	size_t attribute_count, space_count;
	uint8_t *scratch;        /* expanded values of the current element */
	size_t scratch_used, scratch_room;
	struct { sk_bytes qname; uint16_t name; } stack[XML_DEPTH_MAX];
	struct xml_attribute attributes[XML_ATTRIBUTES_MAX];
	uint64_t expanded[XML_ATTRIBUTES_MAX];
	uint16_t spaces[XML_ATTRIBUTES_MAX];
	struct xml_scope scopes[XML_SCOPES_MAX];
	struct xml_scope_set scope_sets[16];
	struct { uint64_t hash; uint16_t space; } uris[64]; /* URIs that were looked up before, by their hash; 0 when free */
	struct xml_memo memo[XML_MEMO];
	struct xml_tags *tags;   /* zeroed memory of the caller; NULL: tags are not remembered */
};

/* Opens a document; input must outlive the reader, UTF-16 is turned into UTF-8 in arena. All characters are checked here.
 * SK_MALFORMED, SK_UNSUPPORTED (another encoding), SK_LIMIT (arena). A reader is zeroed memory (about 80 kB) at
 * first; it may be opened again, for documents one after another. */
enum sk_status SK_MUST_USE xml_open(struct xml_reader *reader, const struct vocabulary *vocabulary, sk_bytes input,
				    struct sk_arena *arena);
/* The next token; after XML_END further calls give XML_END. SK_MALFORMED, SK_TRUNCATED (the document stops inside), SK_LIMIT. */
enum sk_status SK_MUST_USE xml_next(struct xml_reader *reader, struct xml_token *token);
/* The document as UTF-8, for those who look for a few tags in it before they read it; false when something else than tags begins
 * with < (comments, instructions, CDATA sections): then bytes that look like a tag need not be one. */
bool xml_only_tags(const struct xml_reader *reader, sk_bytes *document);
/* References and line ends of a raw text, or of a raw attribute value, expanded; valid until the next OPEN. SK_MALFORMED, SK_LIMIT. */
enum sk_status SK_MUST_USE xml_expand(struct xml_reader *reader, sk_bytes raw, bool attribute, sk_bytes *out);
/* Tags that were met before. xml_tag_known gives the number of the start tag that comes next, 0 when it is not known: then xml_next
 * parses it, and xml_tag_remember (right after, with its OPEN) may give it a number, or 0. context is a number that stands for
 * the place as the caller sees it: a tag is known only in the context in which it was met. When tags[number].varies, the value
 * of the tag's first attribute is another one: tags->value, as it stands there (no references, XML_VARIED_BYTES at most). xml_tag_take
 * consumes the tag that was known just now: no token is told of it, and of an empty-element tag no CLOSE. */
#define XML_VARIED_BYTES 128
unsigned xml_tag_known(struct xml_reader *reader, uint16_t context);
unsigned xml_tag_remember(struct xml_reader *reader, const struct xml_token *token);
enum sk_status SK_MUST_USE xml_tag_take(struct xml_reader *reader, unsigned number);
/* Consumes the text and the end tag of the element that was just opened when they are all that is left of it and the text needs no
 * expansion; *text is borrowed from the document. False, and nothing is consumed, otherwise. */
bool xml_leaf(struct xml_reader *reader, sk_bytes *text);
/* Consumes the element that was just opened, its CLOSE included; it is checked like any other. */
enum sk_status SK_MUST_USE xml_skip(struct xml_reader *reader);
/* Id of the namespace that prefix is bound to here; 0 for none, VOCABULARY_NONE when unbound or not in the vocabulary. */
uint16_t xml_space_of_prefix(const struct xml_reader *reader, sk_bytes prefix);
/* The part of a qualified name behind its colon. */
sk_bytes xml_local(sk_bytes qname);

/* ---- writing ---- */

#define XML_SPACES_MAX 512

#define XML_PHRASE_BYTES 256
#define XML_PHRASE_SLACK 64 /* so that short ones may be copied without asking how short */
#define XML_PHRASE_SPACES 3

/* How a phrase of the records was written: the same bytes again, where the namespaces it names are declared. */
struct xml_phrase {
	uint16_t len; /* 0: not known */
	uint16_t first_from, first_to; /* where the value of the first attribute stands; both 0 without one */
	uint16_t spaces[XML_PHRASE_SPACES];
	uint8_t text[XML_PHRASE_BYTES + XML_PHRASE_SLACK];
};

struct xml_writer {
	const struct vocabulary *vocabulary;
	struct sk_buf *out;
	struct xml_phrase *phrases; /* NEUTRAL_PHRASES of the caller, zeroed at first and kept from part to part; NULL: none are kept */
	uint16_t learning;          /* the phrase whose tag is being written; 0: none, or one that is not kept */
	size_t learning_from;       /* where its tag begins in out */
	/* Prints the value of a REF attribute; NULL: its number. */
	enum sk_status (*write_reference)(void *context, const struct neutral_record *record, struct sk_buf *out);
	void *context;
	bool tag_open;                       /* the start tag still takes attributes */
	unsigned depth;
	unsigned declared_count;
	uint16_t declared[XML_SPACES_MAX];   /* namespaces in scope, in the order of their declaration */
	uint16_t scope_depth[XML_SPACES_MAX]; /* by namespace: depth of the element that declares it, 0 when out of scope */
};

/* A writer that appends to out. The vocabulary has at most XML_SPACES_MAX namespaces (asserted). */
void xml_write_init(struct xml_writer *writer, const struct vocabulary *vocabulary, struct sk_buf *out);
/* <?xml version="1.0" encoding="UTF-8" standalone="yes"?> and a line feed. */
void xml_write_declaration(struct xml_writer *writer);
/* Writes one record (OPEN, ATTR, TEXT_OF, CLOSE), or takes note of it (LEARNT). An ATTR of kind SPACES declares its namespaces; unless its local name is "xmlns" it
 * is then written as the list of their prefixes. The buffer's status, or that of write_reference. */
enum sk_status xml_write_record(struct xml_writer *writer, const struct neutral_record *record);

/* Writes the phrase of an AGAIN record; false when its tag is not known, or means something else here: the caller replays it. */
bool xml_write_again(struct xml_writer *writer, const struct neutral_record *record);

/* Appends b with & < > (and CR) escaped, for element content. */
void xml_text_escape(struct sk_buf *out, sk_bytes b);
/* Appends b with & < > " TAB LF CR escaped, for attribute values in double quotes. */
void xml_attribute_escape(struct sk_buf *out, sk_bytes b);

#endif
