/* One file through the line: input sealed, line run, verdict found. */
#include "sanitize/sanitize.h"

#include <errno.h>

#include "conf/conf.h"
#include "sanitize/line.h"
#include "sys/descriptor.h"

const char *sanitize_verdict_name(enum sanitize_verdict verdict)
{
	static const char *const names[] = {"clean", "sanitized", "blocked"};

	return names[verdict];
}

static void find(struct sanitize_result *result, enum finding_code code, const char *detail)
{
	struct finding_sink sink = {finding_list_sink, &result->findings};

	finding_report(&sink, code, FINDING_WHOLE, SK_BYTES(""), sk_bytes_str(detail), 1);
}

static void fault(struct sanitize_result *result, const struct sk_fault *what)
{
	result->fault = true;
	find(result, FINDING_blocked_fault, what->operation);
}

static void judge(struct sanitize_result *result, const struct line_outcome *outcome)
{
	switch (outcome->end) {
	case LINE_DONE:
		result->verdict = VERDICT_CLEAN;
		break;
	case LINE_BLOCKED:
		if (!result->findings.blocked)
			find(result, FINDING_blocked_crash, "");
		return;
	case LINE_TIME:
		find(result, FINDING_blocked_time, "");
		return;
	case LINE_CRASH:
	case LINE_GOING:
	case LINE_ELSEWHERE:
		find(result, FINDING_blocked_crash, "");
		return;
	case LINE_FAULT:
		fault(result, &(struct sk_fault){.operation = "workers"});
		return;
	}
	for (size_t i = 0; i < result->findings.count; i++) {
		const struct finding_row *row = &result->findings.rows[i];
		if (finding_severity(row->code) == FINDING_BLOCKED && row->place == FINDING_WHOLE)
			result->verdict = VERDICT_BLOCKED; /* a reason against the whole file, whatever else was said */
		else if (finding_severity(row->code) != FINDING_NOTE && result->verdict != VERDICT_BLOCKED)
			result->verdict = VERDICT_SANITIZED;
	}
}

/* The input as a sealed file, or a finding why not. */
static int sealed_input(int input, struct sanitize_result *result)
{
	struct sk_fault why;
	size_t size = 0;

	int sealed = sys_memory_copy(input, (size_t)limit(LIMIT_input_bytes), &size, &why);
	result->input_size = size;
	if (sealed < 0 && why.error == EFBIG)
		find(result, FINDING_blocked_limit, limit_rows[LIMIT_input_bytes].name);
	else if (sealed < 0)
		fault(result, &why);
	return sealed;
}

static int64_t deadline(const struct sanitizer *s, enum format_level level)
{
	enum limit usual = level == LEVEL_IMAGE ? LIMIT_image_seconds : LIMIT_job_seconds;

	return sys_now() + (s->job_milliseconds > 0 ? s->job_milliseconds : (int64_t)limit(usual) * 1000);
}

static void run_line(struct sanitizer *s, int input, int output, enum format_level level, struct sanitize_result *result)
{
	struct line line = {.sanitizer = s, .level = level, .deadline = deadline(s, level), .findings = &result->findings};
	struct line_job job = {.input = input, .input_size = result->input_size, .output = output};

	for (size_t i = 0; i < SK_COUNT(line.pairs); i++)
		line.pairs[i] = line.apart[i] = PAIR_NONE;
	struct line_outcome outcome = line_run(&line, &job);
	line_end(&line);
	result->kind = outcome.kind;
	result->output_size = outcome.end == LINE_DONE ? outcome.output_size : 0;
	judge(result, &outcome);
}

/* From here on nobody changes the output, not even a writer that still dies; and it is as long as was said. */
static bool seal_output(const struct sanitize_result *result, struct sk_fault *why)
{
	size_t size;

	if (!sys_seal(result->output, SYS_SEAL_ALL, why) || !sys_rewind(result->output, why) || !sys_size(result->output, &size, why))
		return false;
	*why = (struct sk_fault){.error = EIO, .operation = "output"};
	return size == result->output_size;
}

void sanitize(struct sanitizer *s, int input, enum format_level level, struct sanitize_result *result)
{
	struct sk_fault why;

	memset(result, 0, sizeof *result);
	result->verdict = VERDICT_BLOCKED;
	result->output = -1;
	SYS_SCOPED int sealed = sealed_input(input, result);
	if (sealed < 0)
		return;
	result->output = sys_memory_file("output", 0, &why);
	if (result->output < 0) {
		fault(result, &why);
		return;
	}
	run_line(s, sealed, result->output, level, result);
	if (result->verdict != VERDICT_BLOCKED && !seal_output(result, &why)) {
		result->verdict = VERDICT_BLOCKED;
		fault(result, &why);
	}
	if (result->verdict == VERDICT_BLOCKED)
		sys_close(&result->output);
	else
		result->output_kind = level == LEVEL_REBUILD || result->kind == KIND_zip ? result->kind /* archives stay */
				      : level == LEVEL_TEXT ? KIND_text : KIND_pdf;
}

void sanitize_result_end(struct sanitize_result *result)
{
	sys_close(&result->output);
}
