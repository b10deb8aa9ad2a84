/* libsekisho: what other programs call (include/sekisho.h). A face: the work is that of the room. */
#include "sekisho.h"

#include <errno.h>
#include <stdlib.h>

#include "sanitize/message.h"
#include "sanitize/sanitize.h"
#include "sys/descriptor.h"

/* A finding with its texts beside it. */
struct row {
	struct sekisho_finding finding;
	char code[64], where[FINDING_TEXT_MAX + 1], detail[FINDING_TEXT_MAX + 1], japanese[SANITIZE_MESSAGE_MAX], english[SANITIZE_MESSAGE_MAX];
};

struct sekisho_result {
	enum sekisho_verdict verdict;
	unsigned kind;  /* of the input */
	unsigned shape; /* of the output */
	int output;
	uint64_t size;
	int failed;
	size_t count;
	struct row *rows;
};

/* ABI: the numbers of the public header are those of the room. */
_Static_assert((int)SEKISHO_CLEAN == VERDICT_CLEAN && (int)SEKISHO_SANITIZED == VERDICT_SANITIZED && (int)SEKISHO_BLOCKED == VERDICT_BLOCKED, "verdicts");
_Static_assert((int)SEKISHO_REBUILD == LEVEL_REBUILD && (int)SEKISHO_TEXT == LEVEL_TEXT && (int)SEKISHO_IMAGE == LEVEL_IMAGE, "levels");

static struct sanitizer *inside(struct sekisho *gate)
{
	return (struct sanitizer *)(void *)gate;
}

const char *sekisho_version(void)
{
	return SEKISHO_VERSION;
}

int sekisho_open(struct sekisho **gate, const char *zygote)
{
	struct sanitizer_options options = {.zygote = zygote};
	struct sanitizer *sanitizer;
	struct sk_fault fault = {.error = EIO};
	bool opened = sanitizer_open(&options, &sanitizer, &fault);

	*gate = (struct sekisho *)(void *)sanitizer;
	return opened ? 0 : fault.error != 0 ? fault.error : EIO;
}

void sekisho_set_seconds(struct sekisho *gate, unsigned seconds)
{
	sanitizer_set_seconds(inside(gate), seconds);
}

int sekisho_set_passwords(struct sekisho *gate, const char *candidates, size_t size)
{
	struct sk_fault fault;

	return sanitizer_set_passwords(inside(gate), sk_bytes_of(candidates, size), &fault) ? 0 : fault.error != 0 ? fault.error : EIO;
}

void sekisho_close(struct sekisho *gate)
{
	sanitizer_close(inside(gate));
}

/* ---- results ---- */

static void copy_text(char *to, sk_text text)
{
	sk_bytes bytes = sk_text_bytes(text);

	memcpy(to, bytes.at, bytes.len);
	to[bytes.len] = '\0';
}

static void fill_row(struct row *row, const struct finding *f)
{
	sanitize_code(f->code, row->code);
	copy_text(row->where, f->where);
	copy_text(row->detail, f->detail);
	sanitize_message(f, true, row->japanese);
	sanitize_message(f, false, row->english);
	row->finding = (struct sekisho_finding){
		.code = row->code,
		.severity = sanitize_severity_name(f->code),
		.place = sanitize_place_name(f->place),
		.where = row->where,
		.detail = row->detail,
		.count = f->count,
		.japanese = row->japanese,
		.english = row->english,
	};
}

static bool fill(struct sekisho_result *to, const struct sanitize_result *from)
{
	to->rows = calloc(from->findings.count + 1, sizeof *to->rows);
	if (to->rows == NULL)
		return false;
	to->verdict = (enum sekisho_verdict)from->verdict;
	to->kind = from->kind;
	to->shape = from->output_kind;
	to->output = from->output;
	to->size = from->output_size;
	to->failed = from->fault;
	for (; to->count < from->findings.count; to->count++) {
		struct finding f = finding_list_at(&from->findings, to->count);
		fill_row(&to->rows[to->count], &f);
	}
	return true;
}

int sekisho_sanitize(struct sekisho *gate, int input, enum sekisho_level level, struct sekisho_result **result)
{
	enum format_level wanted = (enum format_level)level; /* the same numbers */

	*result = NULL;
	if ((int)level < SEKISHO_REBUILD || level > SEKISHO_IMAGE)
		return EINVAL;
	struct sekisho_result *made = calloc(1, sizeof *made);
	struct sanitize_result *work = malloc(sizeof *work); /* too large for the stack of a thread that others made */
	if (made == NULL || work == NULL) {
		free(made);
		free(work);
		return ENOMEM;
	}
	sanitize(inside(gate), input, wanted, work);
	if (!fill(made, work)) {
		sanitize_result_end(work);
		free(made);
		made = NULL;
	}
	free(work);
	*result = made;
	return made != NULL ? 0 : ENOMEM;
}

void sekisho_result_free(struct sekisho_result *result)
{
	if (result == NULL)
		return;
	sys_close(&result->output);
	free(result->rows);
	free(result);
}

enum sekisho_verdict sekisho_verdict(const struct sekisho_result *result)
{
	return result->verdict;
}

int sekisho_failed(const struct sekisho_result *result)
{
	return result->failed;
}

int sekisho_output(const struct sekisho_result *result)
{
	return result->output;
}

uint64_t sekisho_output_size(const struct sekisho_result *result)
{
	return result->size;
}

const char *sekisho_kind(const struct sekisho_result *result)
{
	return format_kind_row(result->kind)->name;
}

const char *sekisho_extension(const struct sekisho_result *result)
{
	return format_kind_row(result->shape)->extension;
}

const char *sekisho_media_type(const struct sekisho_result *result)
{
	return result->shape == KIND_unknown ? "" : format_kind_row(result->shape)->media_type;
}

size_t sekisho_finding_count(const struct sekisho_result *result)
{
	return result->count;
}

const struct sekisho_finding *sekisho_finding(const struct sekisho_result *result, size_t index)
{
	return index < result->count ? &result->rows[index].finding : NULL;
}
