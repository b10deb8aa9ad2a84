/*
 * finding: one thing that the sanitizer removed, changed or could not vouch for.
 *
 * Codes are rows of finding.def: name, severity, Japanese, English. A reader reports (code, place, detail, count);
 * like findings of one document are added up before they leave its process. Whoever receives them (the driver) treats
 * them as hostile: codes are checked, texts are checked and cut.
 */
#ifndef NEUTRAL_FINDING_H
#define NEUTRAL_FINDING_H

#include "base/base.h"

enum finding_code {
#define FINDING(code, severity, ja, en) FINDING_##code,
#include "neutral/finding.def"
#undef FINDING
	FINDING_COUNT
};

enum finding_severity {
	FINDING_NOTE,    /* a trace of nothing dangerous: metadata, unknown attributes */
	FINDING_REMOVED, /* something went: macro, link, object */
	FINDING_CHANGED, /* something was replaced by a harmless twin: value for a formula, picture for an object */
	FINDING_BLOCKED, /* the reason why a file or a part does not cross */
};

/* Where in the document: how a person would name it. */
enum finding_place {
	FINDING_WHOLE,  /* the file */
	FINDING_PART,   /* a part of a package, by its name */
	FINDING_SHEET,  /* a sheet, by its name */
	FINDING_SLIDE,  /* a slide, by its number */
	FINDING_PAGE,   /* a page, by its number */
	FINDING_ENTRY,  /* an entry of an archive, by its name */
	FINDING_LINE,   /* a line of a text, by its number */
	FINDING_PLACES
};

#define FINDING_TEXT_MAX 160  /* bytes of place and of detail; longer ones are cut between characters */
#define FINDING_KINDS_MAX 512 /* different (code, place, detail) of one job; what comes after is added to "more" */

struct finding {
	uint16_t code;
	uint8_t place;   /* enum finding_place */
	uint32_t count;
	sk_text where;   /* name or number of the place; empty for the whole file */
	sk_text detail;  /* what it was: a field's name, a scheme, an element; may be empty */
};

/* Where findings go: one per job. add copies what it keeps. */
struct finding_sink {
	void (*add)(void *context, const struct finding *finding);
	void *context;
};

/* Reports one finding; where and detail are cut and cleaned (hostile bytes become U+FFFD). */
void finding_report(const struct finding_sink *sink, enum finding_code code, enum finding_place place, sk_bytes where,
		    sk_bytes detail, uint32_t count);

/* b as a text that a report can show: at most FINDING_TEXT_MAX bytes into to, whole characters, U+FFFD for what can't be shown. */
sk_text finding_text(sk_bytes b, uint8_t to[FINDING_TEXT_MAX]);

/* "macro-removed": the code as scripts and JSON see it; NULL when there is no such code. */
const char *finding_name(unsigned code);
enum finding_severity finding_severity(unsigned code);
/* The sentence with {count}, {detail} in it; language "ja" or "en". */
const char *finding_message(unsigned code, bool japanese);

#endif
