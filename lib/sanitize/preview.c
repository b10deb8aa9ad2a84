/*
 * Pages for a preview: a renderer and a writer for some pages of a file at a time, so that memory stays bounded whatever the document.
 *
 * What the attacker controls: the file, and after a bug in the renderer its records, which the checker and the writer hold to what a sheet
 * can be. Nothing of them is looked at here.
 */
#include "sanitize/preview.h"

#include "conf/conf.h"
#include "sanitize/line.h"
#include "sys/descriptor.h"

/* Findings of drawing are not those of the file: only the reason counts why it could not be drawn. */
static struct finding_list *fresh_findings(void)
{
	static _Thread_local struct finding_list findings;

	memset(&findings, 0, sizeof findings);
	return &findings;
}

static struct line begin_line(struct sanitizer *s)
{
	int64_t milliseconds = s->job_milliseconds > 0 ? s->job_milliseconds : (int64_t)limit(LIMIT_image_seconds) * 1000;
	struct line line = {.sanitizer = s, .level = LEVEL_IMAGE, .deadline = sys_now() + milliseconds, .findings = fresh_findings()};

	for (size_t i = 0; i < SK_COUNT(line.pairs); i++)
		line.pairs[i] = line.apart[i] = PAIR_NONE;
	return line;
}

static enum preview_end reason_of(const struct line *line)
{
	for (size_t i = 0; i < line->findings->count; i++) {
		if (line->findings->rows[i].code == FINDING_blocked_password)
			return PREVIEW_PASSWORD;
		if (line->findings->rows[i].code == FINDING_blocked_limit)
			return PREVIEW_LIMIT;
	}
	return PREVIEW_DAMAGED;
}

static enum preview_end end_of(const struct line *line, enum line_end end)
{
	switch (end) {
	case LINE_DONE:
		return PREVIEW_DONE;
	case LINE_TIME:
		return PREVIEW_TIME;
	case LINE_FAULT:
		return PREVIEW_FAULT;
	case LINE_BLOCKED:
	case LINE_CRASH:
	case LINE_ELSEWHERE:
	case LINE_GOING:
		break;
	}
	return reason_of(line);
}

/* ---- sources ---- */

static int sealed_copy(int file, uint64_t size)
{
	struct sk_fault fault;
	sk_bytes bytes;
	int copy = sys_memory_file("preview", 0, &fault);

	if (copy < 0 || !sys_map(file, 0, (size_t)size, &bytes, &fault)) {
		sys_close(&copy);
		return -1;
	}
	bool good = sys_write(copy, bytes, &fault) && sys_seal(copy, SYS_SEAL_ALL, &fault);
	sys_unmap(bytes);
	if (!good)
		sys_close(&copy);
	return copy;
}

static enum preview_end convert(struct sanitizer *s, struct preview_source *source)
{
	struct line line = begin_line(s);
	uint64_t size = 0;
	int pdf = -1;
	enum line_end end = office_convert(&line, source->file, source->size, source->kind, &pdf, &size);

	if (end != LINE_DONE) {
		sys_close(&pdf);
		return end_of(&line, end);
	}
	sys_close(&source->file);
	source->file = pdf;
	source->size = size;
	source->kind = KIND_pdf;
	return PREVIEW_DONE;
}

enum preview_end preview_begin(int file, uint64_t size, unsigned kind, struct preview_source *source)
{
	*source = (struct preview_source){.file = -1, .size = size, .kind = kind};
	if (image_way_of(kind) == IMAGE_NONE)
		return PREVIEW_NO_PAGES;
	if (size > limit(LIMIT_input_bytes))
		return PREVIEW_LIMIT;
	source->file = sealed_copy(file, size);
	if (source->file < 0)
		return PREVIEW_FAULT;
	return PREVIEW_DONE;
}

void preview_end_source(struct preview_source *source)
{
	sys_close(&source->file);
}

/* ---- sheets ---- */

/* From here on nobody changes it, and it is as long as was said. */
static bool seal(int sheets, uint64_t said)
{
	struct sk_fault fault;
	size_t size;

	return sys_seal(sheets, SYS_SEAL_ALL, &fault) && sys_size(sheets, &size, &fault) && size == said;
}

enum preview_end preview_draw(struct sanitizer *s, struct preview_source *source, uint32_t first, uint32_t last, unsigned dpi, int *sheets, uint64_t *size)
{
	struct sk_fault fault;
	struct rendering rendering = {.first = first, .last = last, .sheets = true};
	struct line_job job = {0};
	unsigned usual = s->pages.dpi;

	*sheets = -1;
	if (image_way_of(source->kind) == IMAGE_OFFICE) {
		enum preview_end end = convert(s, source);
		if (end != PREVIEW_DONE)
			return end;
	}
	rendering.kind = source->kind;
	job.input = source->file;
	job.input_size = source->size;
	*sheets = job.output = sys_memory_file("sheets", 0, &fault);
	if (*sheets < 0)
		return PREVIEW_FAULT;
	s->pages.dpi = dpi;
	struct line line = begin_line(s);
	struct line_outcome outcome = image_draw(&line, &job, &rendering);
	s->pages.dpi = usual;
	line_end(&line);
	source->pages = rendering.count;
	*size = outcome.output_size;
	if (outcome.end == LINE_DONE && seal(*sheets, *size))
		return PREVIEW_DONE;
	sys_close(sheets);
	return outcome.end == LINE_DONE ? PREVIEW_FAULT : end_of(&line, outcome.end);
}
