/*
 * policy: who may send what from which zone to which, under which conditions, and which line says so.
 *
 * A policy is text (docs/man/sekisho-policy.5, docs/decisions/0020-policy-language.md). policy_read makes of it a table that policy_decide looks
 * things up in: a pure and total function without allocation. Everything that is read lives in the caller's arena, as long as that does; nothing
 * here does I/O, included files come through the caller. A policy's author is trusted with what it lets through, not with the memory of who reads
 * it: any bytes end in a table or in errors. Without a rule that permits, everything is refused.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "base/base.h"

enum {
	POLICY_ZONES_MAX = 32,
	POLICY_ROLES_MAX = 64,
	POLICY_CLASSES_MAX = 16,
	POLICY_SCANNERS_MAX = 16,
	POLICY_RULES_MAX = 4096,
	POLICY_APPROVALS_MAX = 8,
	POLICY_LEVELS_MAX = 3,
	POLICY_NETWORKS_MAX = 64,
	POLICY_ERRORS_MAX = 20,
	POLICY_DETAIL_MAX = 120,
	POLICY_VERSION_BYTES = 32,
};

/* ---- errors of a text ---- */

enum policy_error_code {
#define ERROR(error, ja, en, expected_ja, expected_en) POLICY_ERROR_##error,
#include "policy/errors.def"
#undef ERROR
	POLICY_ERROR_COUNT
};

struct policy_file;

struct policy_error {
	enum policy_error_code code;
	const struct policy_file *file; /* NULL: the policy as a whole */
	uint32_t at, len;               /* bytes of the file */
	unsigned block;                 /* of a statement that is none: whose statements were expected */
	char detail[POLICY_DETAIL_MAX]; /* UTF-8, ends in a NUL; cut at a character */
	char hint[POLICY_DETAIL_MAX];   /* the name that was probably meant; empty */
};

struct policy_errors {
	struct policy_error at[POLICY_ERRORS_MAX];
	unsigned count;
	bool more; /* there were others */
};

/* The error for people: file:line:column: what is wrong; the line; a caret under the place; what was expected. */
void policy_error_print(const struct policy_error *error, bool japanese, struct sk_buf *out);

/* ---- reading ---- */

/* Gives the bytes of a file that an include names; they stay as long as the policy. The name was checked: relative, no "..", no
 * backslash; the caller sees to links. */
struct policy_source {
	bool (*read)(void *context, sk_text name, sk_bytes *bytes);
	void *context;
};

struct policy;

/* SK_OK: *policy is whole. Otherwise errors says why (SK_FAULT: the arena is too small). source NULL: includes are errors. */
enum sk_status SK_MUST_USE policy_read(sk_text name, sk_bytes bytes, const struct policy_source *source, struct sk_arena *arena,
				       struct policy_errors *errors, const struct policy **policy);
/* The canonical text of one file; its includes are not read. Errors as policy_read, of the grammar alone. */
enum sk_status SK_MUST_USE policy_format(sk_text name, sk_bytes bytes, struct sk_arena *arena, struct policy_errors *errors, struct sk_buf *out);
/* The canonical text of the whole, with included files in their places: what the version is the SHA-256 of. */
sk_bytes policy_text(const struct policy *policy);
const uint8_t *policy_version(const struct policy *policy);

/* ---- what a policy consists of ---- */

enum policy_zone_kind { POLICY_ZONE_MYNUMBER, POLICY_ZONE_LGWAN, POLICY_ZONE_INTERNET, POLICY_ZONE_OT, POLICY_ZONE_OTHER };
enum policy_channel { POLICY_CHANNEL_FILE, POLICY_CHANNEL_MAIL, POLICY_CHANNEL_SCREEN, POLICY_CHANNEL_COUNT };
enum policy_level { POLICY_LEVEL_REBUILD, POLICY_LEVEL_IMAGE, POLICY_LEVEL_TEXT };
enum policy_scale { POLICY_CONFIDENTIALITY, POLICY_INTEGRITY, POLICY_AVAILABILITY, POLICY_SCALE_COUNT };

struct policy_network {
	uint8_t address[16]; /* the first 4 when not six */
	uint8_t bits;
	bool six;
};

struct policy_place {
	sk_text file;
	uint32_t line; /* from 1; 0: the policy as a whole */
};

struct policy_zone {
	sk_text name, note;
	enum policy_zone_kind kind;
	bool unused;
	const struct policy_network *networks;
	unsigned network_count;
	struct policy_place place;
};

struct policy_role {
	sk_text name, note;
	uint8_t ceiling[POLICY_SCALE_COUNT]; /* the highest class that it may handle */
	uint64_t deputies;                   /* roles */
	struct policy_place place;
};

struct policy_scanner {
	sk_text name;
	uint32_t signature_days; /* older signatures are as good as none */
	struct policy_place place;
};

struct policy_approval {
	uint8_t people;
	bool no_deputy;
	uint64_t roles;
};

#define POLICY_KIND_WORDS 2
#define POLICY_FOREVER INT32_MAX

/* Which requests a rule fits: a product of sets. */
struct policy_match {
	uint64_t size_min, size_max;
	uint64_t requesters;                /* roles */
	uint64_t kinds[POLICY_KIND_WORDS];  /* enum format_kind */
	int32_t until;                      /* the last day on which it holds; POLICY_FOREVER */
	uint16_t classes[POLICY_SCALE_COUNT];
	uint8_t channels;
};

struct policy_rule {
	sk_text name, reason;
	bool permits;
	uint32_t from, to; /* zones */
	struct policy_match match;
	/* of a permit */
	enum policy_level levels[POLICY_LEVELS_MAX]; /* the first, then what is tried when it fails */
	uint8_t level_count;
	uint8_t approval_count; /* all of them are needed, each from people of its own */
	uint16_t scanners;      /* all must agree */
	uint32_t original_days;
	struct policy_approval approvals[POLICY_APPROVALS_MAX];
	/* of a refusal: permits that it leaves alone, as a set of numbers of rules */
	const uint64_t *exceptions;
	struct policy_place place;
};

sk_text policy_title(const struct policy *policy);
sk_text policy_organization(const struct policy *policy);
unsigned policy_zone_count(const struct policy *policy);
const struct policy_zone *policy_zone_at(const struct policy *policy, unsigned index); /* NULL beyond */
unsigned policy_role_count(const struct policy *policy);
const struct policy_role *policy_role_at(const struct policy *policy, unsigned index);
unsigned policy_scanner_count(const struct policy *policy);
const struct policy_scanner *policy_scanner_at(const struct policy *policy, unsigned index);
unsigned policy_rule_count(const struct policy *policy);
const struct policy_rule *policy_rule_at(const struct policy *policy, unsigned index);
unsigned policy_class_count(const struct policy *policy, enum policy_scale scale);
sk_text policy_class_name(const struct policy *policy, enum policy_scale scale, unsigned index);

/* Numbers of names; UINT_MAX when there is none. Zones, channels and kinds of zones by their keywords: what the text may say. */
unsigned policy_zone_find(const struct policy *policy, sk_text name);
unsigned policy_role_find(const struct policy *policy, sk_text name);
unsigned policy_class_find(const struct policy *policy, enum policy_scale scale, sk_text name);
unsigned policy_channel_find(sk_text name);
unsigned policy_kind_find(sk_text name); /* enum format_kind; also "docx" by ".docx" */
const char *policy_channel_name(enum policy_channel channel, bool japanese);
const char *policy_level_name(enum policy_level level, bool japanese);
const char *policy_scale_name(enum policy_scale scale, bool japanese);
bool policy_date_read(sk_text text, int32_t *day);
bool policy_size_read(sk_text text, uint64_t *bytes);
void policy_date_print(int32_t day, struct sk_buf *out);
void policy_size_print(uint64_t bytes, struct sk_buf *out);

/* ---- deciding ---- */

/* What somebody asks for. Numbers beyond the policy's tables are refused, not wrong. */
struct policy_request {
	unsigned from, to; /* zones */
	unsigned role;     /* in which the person asks */
	unsigned channel;
	unsigned kind;     /* enum format_kind; of no meaning for the screen */
	uint64_t size;     /* bytes; likewise */
	unsigned classes[POLICY_SCALE_COUNT];
	int32_t day;       /* since 1970-01-01, where the body is */
};

enum policy_reason {
#define REASON(reason, ja, en) POLICY_REASON_##reason,
#include "policy/reasons.def"
#undef REASON
	POLICY_REASON_COUNT
};

struct policy_decision {
	bool permitted;
	enum policy_reason reason;
	/* permitted: the permit; refused by a rule: that one; refused because no permit fits: the one that comes closest, or NULL */
	const struct policy_rule *rule;
	const struct policy_rule *permit; /* refused by a rule: the permit that would have let it through, or NULL */
	uint32_t failed;                  /* no permit fits: the conditions of the closest that don't, bits of enum policy_reason */
	const uint8_t *version;           /* POLICY_VERSION_BYTES */
};

/* Total and pure. policy NULL: everything is refused. */
void policy_decide(const struct policy *policy, const struct policy_request *request, struct policy_decision *decision);

/* The answer in words: yes or no, which line says so, and what is needed or what does not fit. */
void policy_explain(const struct policy *policy, const struct policy_request *request, const struct policy_decision *decision, bool japanese,
		    struct sk_buf *out);
const char *policy_reason_name(enum policy_reason reason);                 /* for programs: "size" */
const char *policy_reason_words(enum policy_reason reason, bool japanese); /* for people */

/* What is no error and yet hardly meant, a line each: permits that are never met, always refused or over, roles without use. Their number. */
unsigned policy_advise(const struct policy *policy, int32_t day, bool japanese, struct sk_buf *out);

/* ---- comparing ---- */

struct policy_difference {
	unsigned looser;  /* regions where what was refused passes, or passes with less */
	unsigned tighter; /* regions where what passed is refused, or needs more */
	unsigned other;   /* passes in both, under other conditions of which neither is more */
};

/* Compares the decisions of two policies over all requests from first_day on, and says in words where they differ. SK_LIMIT: too many regions. All
 * three counts are 0 if and only if no request is decided otherwise. Zones, roles, classes and scanners are the same when their names are. */
enum sk_status SK_MUST_USE policy_diff(const struct policy *before, const struct policy *after, int32_t first_day, bool japanese, struct sk_arena *arena,
				       struct policy_difference *difference, struct sk_buf *out);

#endif
