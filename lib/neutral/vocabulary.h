/*
 * vocabulary: what the neutral form can say, as constant tables.
 *
 * Each format family has a vocabulary.def (docs/vocabulary.md has its grammar); vocabc turns it into one
 * `const struct vocabulary` with perfect-hash tables for readers (text to id) and inverse tables for writers (id to
 * text). Ids are dense and start at 0. What is not in the tables has no id, hence cannot be said, hence cannot cross.
 *
 * Terms: a *node* is an element in one context (two elements of the same name in different contexts are two nodes); a
 * *class* is the list of attributes that a node may carry and of children that may stand in it; an *attr* is one
 * attribute of one class; a *type* says which values an attribute or a node's text may have; a *name* is a qualified
 * name (namespace and local part) as it stands in a document.
 */
#ifndef NEUTRAL_VOCABULARY_H
#define NEUTRAL_VOCABULARY_H

#include "base/base.h"

#define VOCABULARY_NONE UINT16_MAX /* no id: the lookups' "not there" */

enum neutral_kind {
	NEUTRAL_NONE,    /* no value: a node without text */
	NEUTRAL_BOOL,    /* 0 or 1; the type names the spelling in the document */
	NEUTRAL_ENUM,    /* index of one of the type's words */
	NEUTRAL_INT,     /* min to max */
	NEUTRAL_REF,     /* number of a relationship, object or inner job: min to max; the writer resolves it */
	NEUTRAL_CHARS,   /* printable ASCII of the type's set, len_min to len_max bytes: numbers with units, ids, dates … */
	NEUTRAL_TEXT,    /* any XML characters (XML 1.0 section 2.2), UTF-8, len_min to len_max bytes */
	NEUTRAL_FORMULA, /* a spreadsheet formula of listed functions and inner references (grammar.h) */
	NEUTRAL_FIELD,   /* a field instruction on the list (grammar.h) */
	NEUTRAL_URL,     /* http, https, mailto, or a fragment (grammar.h) */
	NEUTRAL_SPACES,  /* a set of namespaces: their ids, 16 bits each, little-endian */
	NEUTRAL_DATA,    /* octets: samples, coefficients, opaque bytes whose meaning only the format's writer knows */
	NEUTRAL_KINDS
};

/* True for the kinds whose value is a number: neutral_attr_number says them, all others neutral_attr_bytes. */
static inline bool neutral_kind_is_number(uint8_t kind)
{
	return kind >= NEUTRAL_BOOL && kind <= NEUTRAL_REF;
}

/* What octets (NEUTRAL_DATA) have to be: a language inside the document, in its canonical form. */
enum neutral_language {
	NEUTRAL_OCTETS,     /* anything */
	NEUTRAL_CONTENT,    /* whole lines of page content (content.h); what nests is the family's to ask */
	NEUTRAL_CALCULATOR, /* a function of type 4 (calculator.h) */
	NEUTRAL_LANGUAGES
};

struct vocabulary_type {
	uint8_t kind;         /* enum neutral_kind */
	uint8_t language;     /* enum neutral_language: DATA */
	uint16_t words;       /* ENUM and BOOL: first of count words in vocabulary.words */
	uint16_t count;
	uint32_t len_min, len_max;
	int64_t min, max;
	uint64_t set[2];      /* CHARS: bit c of set[c / 64] for each byte that may stand in it */
};

enum vocabulary_attr_flags {
	VOCABULARY_REQUIRED = 1, /* a node without it is dropped by readers (the checker does not ask) */
};

struct vocabulary_attr {
	uint16_t name;
	uint16_t type;
	uint16_t flags;
};

struct vocabulary_class {
	uint16_t attr_first, attr_count; /* at most 256: the checker's bitmap */
};

enum vocabulary_node_flags {
	VOCABULARY_ROOT = 1,        /* may open a stream or, below a part node, a document */
	VOCABULARY_TRANSPARENT = 2, /* children are looked up in the nearest parent that is not transparent (mc:Choice) */
	VOCABULARY_ANYWHERE = 4,    /* may stand in every node that has child nodes (mc:AlternateContent) */
	VOCABULARY_MANY_TEXTS = 8,  /* its text may come as several TEXT or DATA records, one after another */
	VOCABULARY_MIXED = 16,      /* text and children in any order, as HTML has them */
};

struct vocabulary_node {
	uint16_t name;
	uint16_t class_;
	uint16_t type;  /* of its text or data; the type of kind NEUTRAL_NONE when it has none */
	uint16_t flags;
	uint16_t children; /* how many child nodes its class allows; 0 means that it is a leaf */
};

struct vocabulary_name {
	uint16_t space;    /* namespace id; 0 is "no namespace" */
	uint16_t local_len;
	uint32_t local;    /* offset of the local part in vocabulary.strings */
	uint16_t qname_len;
	uint32_t qname;    /* offset of "prefix:local" (or "local" in a default namespace), ready for the writer */
};

struct vocabulary_space {
	const char *prefix;  /* "" for the default namespace and for "no namespace" */
	const char *uri;
};

/* A second URI that means the same namespace (ISO/IEC 29500 strict for the transitional one). */
struct vocabulary_alias {
	const char *uri;
	uint16_t space;
};

/* A perfect hash over 32-bit keys (hash and displace): slot = mix(key, displace[mix(key, 0) % buckets]) % slots. */
struct vocabulary_pairs {
	uint32_t buckets, slots; /* powers of two */
	const uint16_t *displace;
	const uint32_t *keys;    /* slots; the key that lives there */
	const uint16_t *values;  /* VOCABULARY_NONE where empty */
};

/* Bytes behind the last string, so that a writer may copy a short one by whole vectors. */
#define VOCABULARY_STRINGS_SLACK 16

struct vocabulary {
	const char *title;          /* "ooxml" */
	uint32_t digest;            /* of the definition: part of the stream's first record */
	uint16_t type_count, node_count, class_count, attr_count, name_count, space_count, alias_count, word_count;
	uint16_t global_class;      /* attributes that every node may carry (xml:space …), VOCABULARY_NONE without */
	const struct vocabulary_type *types;
	const struct vocabulary_node *nodes;
	const struct vocabulary_class *classes;
	const struct vocabulary_attr *attrs;
	const struct vocabulary_name *names;
	const struct vocabulary_space *spaces;
	const struct vocabulary_alias *aliases;
	const uint32_t *words;      /* offset << 8 | length in strings */
	const char *strings;
	struct vocabulary_pairs children;    /* (class of parent << 16 | name) to node */
	struct vocabulary_pairs attributes;  /* (class << 16 | name) to attr */
	struct vocabulary_pairs name_table;  /* hash of (space, local) to name; collisions are resolved by the compiler's seed */
	uint32_t name_seed;
	struct vocabulary_pairs word_table;  /* hash of (type, word) to index of the word in its type */
	uint32_t word_seed;
};

/* Id of the namespace of that URI (aliases count); VOCABULARY_NONE when unknown. Not fast: callers remember it. */
uint16_t vocabulary_space_find(const struct vocabulary *v, sk_bytes uri);
/* Id of the namespace with that canonical prefix; VOCABULARY_NONE when unknown. */
uint16_t vocabulary_prefix_find(const struct vocabulary *v, sk_bytes prefix);
/* Id of a qualified name; VOCABULARY_NONE when the vocabulary does not have it. */
uint16_t vocabulary_name_find(const struct vocabulary *v, uint16_t space, sk_bytes local);
/* The node that name means as a child of parent (for a transparent parent pass its context); VOCABULARY_NONE if none. */
uint16_t vocabulary_child_find(const struct vocabulary *v, uint16_t parent, uint16_t name);
/* The attr that name means on node, its own class first, then the global one; VOCABULARY_NONE if none. */
uint16_t vocabulary_attr_find(const struct vocabulary *v, uint16_t node, uint16_t name);
/* Index of word among the words of an ENUM or BOOL type; VOCABULARY_NONE if it is not one. */
uint16_t vocabulary_word_find(const struct vocabulary *v, uint16_t type, sk_bytes word);
/* The index-th word of an ENUM or BOOL type; index must be below its count. For BOOL word 0 is false, word 1 is true. */
sk_bytes vocabulary_word(const struct vocabulary *v, uint16_t type, uint16_t index);
/* "prefix:local" as the writer prints it. */
sk_bytes vocabulary_qname(const struct vocabulary *v, uint16_t name);
/* The local part alone. */
sk_bytes vocabulary_local(const struct vocabulary *v, uint16_t name);

/* True when b is an allowed value of a type of kind CHARS, TEXT, FORMULA, FIELD, URL, SPACES or DATA; total, no side effect.
 * This is the one definition of "allowed": readers ask it before they speak, the checker asks it again. */
bool vocabulary_value_allowed(const struct vocabulary *v, uint16_t type, sk_bytes b);

#endif
