/*
 * ooxml, for siblings only: Office Open XML packages (ECMA-376, ISO/IEC 29500, the Office extension namespaces).
 *
 * Reading: package.c walks the relationships from the root and numbers the parts that parts.def names (part 0 is the
 * package itself); read_part.c turns one XML part into records by the vocabulary; fields.c decides on Word's field
 * instructions before their part is read; sheets.c knows the workbook's sheets. Writing: write_package.c gives parts
 * new names and makes content types and relationships; write.c writes the parts; write_text.c the text alone.
 *
 * Everything on the reading side is attacker's ground: part names, relationships, every byte of XML.
 */
#ifndef OOXML_OOXML_H
#define OOXML_OOXML_H

#include "format/format.h"
#include "format/ooxml/ooxml_vocabulary.h"
#include "format/xml/xml.h"
#include "format/zip/zip.h"

/* ---- the tables of parts.def, relations.def and mains.def ---- */

enum part_class {
	PART_XML,     /* a root element of the vocabulary; the package itself counts as one */
	PART_IMAGE,   /* an inner job that gives a picture; never missing: a placeholder takes its place */
	PART_PACKAGE, /* an inner job that gives a document; missing when it was blocked */
	PART_LINK,    /* not a part: a hyperlink to the outside */
};

enum part_kind {
#define PART(kind, class, content_type, root, folder, base, numbered, extension) PART_##kind,
#include "format/ooxml/parts.def"
#undef PART
	PART_COUNT
};

struct part_row {
	enum part_class class;
	const char *content_type;
	uint16_t root; /* node of the root element, VOCABULARY_NONE unless PART_XML */
	const char *folder, *base, *extension;
	bool numbered; /* several of a kind: base1.xml, base2.xml … */
};
extern const struct part_row part_rows[PART_COUNT];

/* A relationship type: what its target is, or the finding with which it goes. */
struct relation_row {
	sk_bytes uri;
	bool kept;
	uint16_t kind;    /* enum part_kind when kept */
	uint16_t finding; /* enum finding_code otherwise */
};
extern const struct relation_row relation_rows[];
extern const uint16_t relation_count;
/* Row of a relationship type in a document of that main kind, VOCABULARY_NONE when it is not in the table. */
uint16_t relation_find(sk_bytes uri, unsigned main);
/* The row that the writer uses for a kept row: the first of its kind. */
uint16_t relation_canonical(uint16_t row);
/* The last segment of a relationship type: how people know it. */
sk_bytes relation_segment(sk_bytes uri);

/* True for the elements that may name a link to the outside by its relationship; readers and the writer ask it. */
bool node_may_link(uint16_t node);

/* A content type that a main part may have. */
struct main_row {
	const char *content_type;
	uint16_t kind; /* enum part_kind */
	uint16_t main; /* word of OOXML_TYPE_PackageMain */
	bool plain;    /* false: a macro or add-in type, which becomes the plain one */
};
const struct main_row *main_find(sk_bytes content_type);
/* The content type that is written for a main part, and the folder of its family. */
const char *main_content_type(unsigned main);
const char *main_folder(unsigned main);

/* r:id="" of a click that only acts ("next slide"): the one reference that names no relationship. */
#define OOXML_REFERENCE_EMPTY 65535

/* ---- a package as read ---- */

struct relation {
	sk_bytes id;     /* as the source calls it */
	uint16_t row;    /* of relation_rows */
	bool kept;
	bool is_link;
	uint32_t target; /* part number, unless is_link */
	uint32_t number; /* among the said ones of its part: what records call it */
	sk_bytes url;
	bool noted;       /* why it is not kept, and what it was */
	uint16_t finding;
	sk_bytes detail;
};

struct part {
	const struct zip_entry *entry; /* NULL for the package itself */
	sk_bytes name;                 /* "word/document.xml", without the leading slash */
	enum part_kind kind;
	uint32_t number;               /* among the said parts: what records call it */
	struct relation *relations;
	uint32_t relation_count;
	uint32_t *by_id;               /* hash of relation ids: index + 1, 0 when free */
	uint32_t by_id_room;
	bool reached;
	bool lost;                     /* blocked or damaged: relationships to it are not said */
	struct format_inner inner;     /* PART_IMAGE, PART_PACKAGE */
	bool has_inner;
	enum finding_place place;      /* how findings of this part name it */
	sk_bytes where;
	uint64_t told[2];              /* codes that findings of its relationships have, a bit each */
};

/* A sheet of the workbook, in the order of workbook.xml. */
struct sheet {
	sk_bytes name;
	sk_bytes relation; /* r:id */
	bool kept;
	uint32_t index;    /* among the kept ones */
};

/* In package.by_entry: no part, and a finding has said so. */
#define ENTRY_TOLD UINT32_MAX

/* A lookup in the vocabulary that was made before: documents ask the same few over and over. */
struct lookup {
	uint32_t key; /* lookup_key; 0 when the slot is free */
	uint16_t value;
};
#define LOOKUPS 1024
static inline uint32_t lookup_key(uint16_t in, uint16_t name) { return ~((uint32_t)in << 16 | name); }
static inline struct lookup *lookup_slot(struct lookup table[LOOKUPS], uint16_t in, uint16_t name)
{
	return &table[(((uint32_t)in * 31 + name) * 0x9E3779B1u) >> 22];
}

/* What a start tag that the XML reader knows says: the phrase of its number, or an element that waits for its text. */
struct known_tag {
	uint16_t node;
	uint16_t varies; /* the attribute whose value is another one each time; VOCABULARY_NONE when none is */
	bool closes;     /* an empty-element tag: the phrase has its CLOSE */
	bool waits;
};

struct package {
	struct format_read *job;
	struct known_tag known_tags[XML_TAGS];
	struct lookup children[LOOKUPS];   /* (scope, name of a child) to node */
	struct lookup attributes[LOOKUPS]; /* (node, name of an attribute) to attr */
	struct zip zip;
	struct xml_reader *reader; /* of all XML parts, one after another */
	uint8_t *hooks;       /* read_part.h */
	uint32_t main_part;   /* 0 while unknown */
	unsigned main;        /* word of OOXML_TYPE_PackageMain */
	struct part *parts;
	uint32_t part_count, part_room;
	struct sheet *sheets;
	uint32_t sheet_count;
	uint32_t *by_entry;   /* part number + 1 by entry index of the zip, 0 when not a part yet */
	uint32_t by_content[256]; /* the latest part that ran as an inner job, by its CRC; 0 when there is none */
};

/* ---- the family's functions (format.h) ---- */

void ooxml_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status ooxml_read(struct format_read *job);
enum sk_status ooxml_write(struct format_write *job);
enum sk_status ooxml_write_text(struct format_write *job);
extern const struct format format_ooxml;

/* ---- reading ---- */

/* Opens the zip, reads content types and relationships, runs inner jobs, numbers the parts. */
enum sk_status package_read(struct package *package);
/* The content type of a part by [Content_Types].xml, empty when it has none. */
enum sk_status content_type_read(struct package *package, sk_bytes name, sk_bytes *type);
/* The relation of part by the source's id; NULL when there is none that is kept. */
const struct relation *package_relation(const struct package *package, const struct part *part, sk_bytes id);
/* Names parts after the sheet or slide that they belong to, and tells of the relationships that are not kept. */
void package_tell(struct package *package);
/* Whether a finding with this code told of a relationship of the part. */
bool part_told(const struct part *part, enum finding_code code);
/* True when the manifest says the relation: it is kept and its part was not lost. */
bool relation_said(const struct package *package, const struct relation *relation);
/* The entry of the zip that a part name means (exactly, then by case); NULL when there is none. */
const struct zip_entry *package_entry(const struct package *package, sk_bytes name);
/* A target resolved against the source part's folder (RFC 3986 section 5.2.4); false when it leaves the package. */
bool package_resolve(struct sk_arena *arena, sk_bytes source, sk_bytes target, sk_bytes *name);
/* Relationships of a part (or of the package when part is 0) from its .rels part; SK_OK and none when it has none. */
enum sk_status relations_read(struct package *package, uint32_t part);
/* Names, order and fate of the workbook's sheets; numbers of the presentation's slides. */
enum sk_status sheets_read(struct package *package);
enum sk_status slides_read(struct package *package);
/* Which sheet index a sheet of the source has among the kept ones; UINT32_MAX when it went. */
uint32_t sheets_index(const struct package *package, uint32_t old_index);
/* The kept sheet nearest to a source index, for views that open on it. */
uint32_t sheets_nearest(const struct package *package, uint32_t old_index);
/* False when a pivot cache rests on data outside the workbook (ECMA-376 part 1, 18.10.1.12). */
bool pivot_cache_is_inner(struct package *package, const struct part *part);
/* Says one XML part as records: content, root element, and all below. */
enum sk_status part_read(struct package *package, uint32_t part);

/* ---- field instructions (ECMA-376 part 1, 17.16) ---- */

enum field_action { FIELD_DROP, FIELD_BEGIN, FIELD_SEPARATE, FIELD_END };

/* What to do at one w:fldChar, in document order. */
struct field_event {
	size_t offset;         /* of the element in the part */
	uint8_t action;        /* FIELD_BEGIN carries the instruction; a dropped field drops all its marks */
	bool enters, leaves;   /* from here on, until left: the region of an instruction, whose runs say nothing */
	sk_bytes instruction;
};

struct field_events {
	struct field_event *events;
	uint32_t count;
};

/* Gathers the instructions of all complex fields of the part that package->reader has open, over runs and nesting; reports those that
 * go. *moved: the reader has read the part for it and must open it again. */
enum sk_status fields_read(struct package *package, const struct part *part, struct field_events *events, bool *moved);

/* The marks of a part and the texts of instructions, one after another in the order of the document. */
enum field_piece_kind { FIELD_PIECE_END, FIELD_PIECE_MARK, FIELD_PIECE_TEXT };
struct field_piece {
	enum field_piece_kind kind;
	size_t offset;  /* MARK: of its element in the part */
	sk_bytes bytes; /* MARK: its w:fldCharType; TEXT: a piece of an instruction; valid until the next piece */
};
struct field_pieces {
	struct xml_reader *reader;
	bool by_tokens;
	bool in_text;      /* by tokens: inside an instruction's text */
	sk_bytes document;
	size_t at, mark;   /* by names: where to go on; where the next mark begins, the document's length when there is none */
};
/* reader has just opened the part. False when the part has no mark. */
bool field_pieces_open(struct field_pieces *pieces, struct xml_reader *reader);
/* The next piece; texts are passed over unless they are wanted. END at the end. SK_MALFORMED, SK_LIMIT. */
enum sk_status SK_MUST_USE field_pieces_next(struct field_pieces *pieces, bool texts, struct field_piece *piece);

#endif
