/* ooxml, for siblings only: the state of reading one XML part, and the hooks of read_hooks.c. */
#ifndef OOXML_READ_PART_H
#define OOXML_READ_PART_H

#include "format/ooxml/ooxml.h"

#define PART_VALUES_MAX 256 /* attributes of one element */
#define PART_DEPTH_MAX (NEUTRAL_DEPTH_MAX - 2) /* package and content are open around the part */

/* The value of an attribute, ready to be said. */
struct part_value {
	uint16_t attr;
	int64_t number; /* BOOL, ENUM, INT, REF */
	sk_bytes bytes; /* other kinds; borrowed */
};

/* The element at hand. One that waits for its text is not said before its end. */
struct part_element {
	uint16_t node;
	uint16_t count;
	bool lost_reference; /* an r:id led nowhere that is kept */
	bool plain;          /* the same tag in the same place says the same in every part, and nothing was to report */
	bool waiting;
	bool too_long;       /* its text does not fit into one value */
	sk_bytes text;
	struct part_value values[PART_VALUES_MAX];
};

struct part_level {
	uint16_t node, context, scope; /* as in struct neutral_level */
	bool said;                     /* false: unwrapped */
	bool deferred;                 /* said with its first child, or not at all */
};

/* A list that the schema does not allow to be empty waits for its first child; its values are copies. */
#define PART_DEFERRED_MAX 16
struct part_deferred {
	uint16_t node, count;
	struct part_value *values;
};

struct part_reader {
	struct package *package;
	struct part *part;
	struct xml_reader *xml;    /* the package's */
	uint16_t xmlns_attr;
	uint8_t *hooks;            /* enum part_hook by name id */
	struct field_events fields;
	uint32_t next_field;
	uint32_t silent;           /* instruction regions that are open */
	uint64_t *lost_shared;     /* shared formulas (si) whose master went: a bit each */
	sk_bytes source;           /* the part's XML as the reader's offsets count it */
	unsigned hoisting;         /* depth inside a frame whose picture is said in its place; 0: none */
	bool hoisted;              /* its picture was met */
	struct part_element element;
	struct part_deferred deferred[PART_DEFERRED_MAX];
	unsigned deferred_count;   /* the innermost levels, not said yet */
	bool root_said;
	bool has_source;           /* the shape at hand named its cells */
	struct sk_buf gathered;
	unsigned depth;
	struct part_level levels[PART_DEPTH_MAX];
};

enum part_hook {
	HOOK_NONE,
	HOOK_FIELD_MARK,   /* w:fldChar */
	HOOK_FIELD_SIMPLE, /* w:fldSimple */
	HOOK_CELL_FORMULA, /* x:f of a cell */
	HOOK_NAME,         /* x:definedName */
	HOOK_SHEET_VIEW,   /* x:workbookView */
	HOOK_CLICK,        /* a:hlinkClick and its like */
	HOOK_FRAME,        /* p:graphicFrame: may hold an object that becomes its picture */
	HOOK_CELL_LINK,    /* x:hyperlink */
	HOOK_CONTROL,      /* x:control */
	HOOK_OBJECT,       /* x:oleObject */
	HOOK_CLIENT,       /* xvml:ClientData: what a shape of a sheet is */
	HOOK_SOURCE,       /* xvml:FmlaPict: the cells of a linked picture */
	HOOK_CAMERA,       /* xvml:Camera: it is one */
	HOOK_LIST,         /* a list that must not be empty */
	HOOK_ALTERNATE,    /* mc:AlternateContent and what stands in it: around each control of a sheet */
	HOOK_FALLBACK,     /* what stands in for a control */
};

enum part_fate {
	FATE_DROP,   /* with everything below */
	FATE_UNWRAP, /* the element goes, its children stay */
	FATE_SILENT, /* in drop: no finding; from a hook: it was consumed */
	FATE_KEEP,
};

/* The table of hooks by name id; NULL at the arena's budget. First asked for outside any mark: it stays for the package. */
uint8_t *package_hooks(struct package *package);
/* Sets r->hooks and what else the part's kind needs. */
void part_hooks(struct part_reader *r);
/* What becomes of an element that the vocabulary does not have here. */
enum part_fate part_fate(struct part_reader *r, const struct xml_token *token);
/* The hook's decision on r->element; stays is what the attributes alone say. */
enum part_fate part_hook(struct part_reader *r, uint8_t hook, const struct xml_token *token, bool stays);
/* True when the element at hand is content of a run in the region of a field instruction: it says nothing. */
bool part_is_silent(const struct part_reader *r);
/* The hook of an mc:AlternateContent, Choice or Fallback in its place. */
enum part_hook part_alternate(const struct part_reader *r);
/* What becomes of an element inside a frame that gives way to its picture. */
enum part_fate part_hoist(struct part_reader *r, const struct xml_token *token);
/* The text of r->element is not allowed: report it; the element is not said. */
void part_bad_text(struct part_reader *r);
/* A last look at r->element when its text is allowed; false: it is not said. */
bool part_text_stays(struct part_reader *r);
bool part_has_fields(const struct part *part);
/* Makes XML of Excel's VML; *xml is a copy in the arena when there was something to repair. SK_LIMIT. */
enum sk_status SK_MUST_USE vml_repair(struct sk_arena *arena, sk_bytes *xml);

void part_report(struct part_reader *r, enum finding_code code, sk_bytes detail);
/* A value of the source as a value of the type; false when it is not one. bytes may be borrowed from source. */
bool part_value(struct part_reader *r, uint16_t type, sk_bytes source, struct part_value *value);
/* What a value that is not of its type is reported as. */
enum finding_code part_bad_value_code(uint8_t kind);
/* True when a formula that is not allowed names another workbook or a program. For the report only. */
bool part_is_external(sk_bytes formula);
/* The value of a diagram's relId; false when it leads nowhere. */
bool part_diagram_relation(struct part_reader *r, sk_bytes id, struct part_value *value);
void part_say_open(struct part_reader *r, const struct part_element *e);
void part_say_deferred(struct part_reader *r);
/* Opens a level for a node; said: its CLOSE is said with it. */
void part_push(struct part_reader *r, uint16_t node, bool said);
/* The element at hand is said when its text is known: at once when nothing else stands in it. */
void part_wait_for_text(struct part_reader *r);

/* Tags that come again (read_tags.c). part_take_known takes the tag that comes next when it is known. The other two learn the tag of the
 * element at hand when that may be: one that waits for its text; any other, which is then said, with its CLOSE when it is empty. */
enum sk_status SK_MUST_USE part_take_known(struct part_reader *r, bool *taken);
bool part_learn_waiting(struct part_reader *r, const struct xml_token *token, uint8_t hook);
bool part_say_learning(struct part_reader *r, const struct xml_token *token, uint8_t hook);
/* count namespace ids as a NEUTRAL_SPACES value in the arena: rising, each once. */
sk_bytes spaces_bytes(struct part_reader *r, uint16_t *ids, size_t count);

#endif
