/*
 * Level image: what the input is, and who makes pages of it.
 *
 * An ordinary reader tells the kind. Archives go on as at other levels, each entry a job of its own. A PDF or a picture goes to a
 * renderer (sekisho-render), which takes the reader's place at the pair's ring; the writer stays. An Office document or a text is first
 * rebuilt; what LibreOffice then makes pages of is the rebuilt file, never the sender's.
 *
 * What the attacker controls: every message of a renderer.
 */
#include <stdlib.h>

#include "conf/conf.h"
#include "neutral/neutral.h"
#include "sanitize/line.h"
#include "sys/descriptor.h"
#include "sys/process.h"

/* Kinds that have pages. Others are told at their own level why they are not taken. */
enum image_way image_way_of(unsigned kind)
{
	static const uint16_t drawn[] = {KIND_pdf, KIND_jpeg, KIND_png, KIND_gif, KIND_bmp, KIND_tiff, KIND_jp2, KIND_psd, KIND_svg};
	static const uint16_t office[] = {KIND_docx, KIND_dotx, KIND_xlsx, KIND_xltx, KIND_pptx, KIND_potx, KIND_ppsx, KIND_text, KIND_csv, KIND_tsv};

	for (size_t i = 0; i < SK_COUNT(drawn); i++)
		if (drawn[i] == kind)
			return IMAGE_DRAWN;
	for (size_t i = 0; i < SK_COUNT(office); i++)
		if (office[i] == kind)
			return IMAGE_OFFICE;
	return IMAGE_NONE;
}

/* ---- renderers ---- */

static bool ask_renderer(struct sanitizer *s, int ring, int64_t deadline, int *socket, int *handle)
{
	const struct wire_message question = {.id = WIRE_spawn_renderer};
	struct wire_message answer;
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];
	unsigned ready;

	if (wire_send(s->render, WIRE_DRIVER, &question, &ring, 1) != SK_OK || !sys_wait(&s->render, 1, deadline, &ready, &fault) || ready == 0 ||
	    wire_receive(s->render, WIRE_ZYGOTE, WIRE_DRIVER, &answer, fds) != SK_OK)
		return false;
	*socket = fds[0];
	*handle = fds[1];
	if (answer.id == WIRE_renderer && sk_bytes_equal(sk_bytes_of(answer.renderer.build, sizeof answer.renderer.build), neutral_build_id()))
		return true;
	for (size_t i = 0; i < WIRE_FDS_MAX; i++)
		sys_close(&fds[i]);
	return false;
}

static void stop(int *socket, int pid)
{
	if (*socket < 0)
		return;
	sys_close(socket);
	process_reap(pid);
}

/* A renderer in the reader's place of the pair. sekisho-render is started when it is first needed, and again when it ended. */
static bool take_renderer(struct line *line, struct pair *pair)
{
	struct sanitizer *s = line->sanitizer;
	struct sk_fault fault;

	process_kill(pair->reader_handle);
	sys_close(&pair->reader);
	sys_close(&pair->reader_handle);
	if (s->render >= 0 && ask_renderer(s, pair->ring, line->deadline, &pair->reader, &pair->reader_handle))
		return true;
	stop(&s->render, s->render_pid);
	if (!program_start(NULL, "SEKISHO_RENDER", "render", "sekisho-render", &s->render, &s->render_pid, &fault)) {
		s->render = -1;
		return false;
	}
	return ask_renderer(s, pair->ring, line->deadline, &pair->reader, &pair->reader_handle);
}

bool image_order(struct line *line, const struct line_job *job, const struct rendering *rendering, uint32_t first, uint8_t resumed)
{
	unsigned dpi = line->sanitizer->pages.dpi;
	struct wire_message order = {.id = WIRE_render, .render = {.size = job->input_size, .kind = (uint16_t)rendering->kind, .level = LEVEL_IMAGE}};

	order.render.dpi = (uint16_t)(dpi > 0 ? dpi : SANITIZER_DPI);
	order.render.first = first;
	order.render.last = rendering->last;
	order.render.sheets = rendering->sheets;
	order.render.resumed = resumed;
	return wire_send(line->pairs[job->depth].reader, WIRE_DRIVER, &order, &job->input, 1) == SK_OK;
}

static void find_empty(struct line *line, const struct line_job *job, uint32_t page, bool late)
{
	struct finding f = {.code = FINDING_page_empty, .place = FINDING_PAGE, .count = 1, .detail = late ? SK_TEXT("time") : SK_TEXT("crash")};
	uint8_t room[16];
	struct sk_buf number;

	sk_buf_fixed(&number, room, sizeof room);
	sk_buf_decimal(&number, page);
	f.where = (sk_text){(const char *)room, number.len};
	if (job->depth > 0) { /* people know the entry of the archive */
		f.place = (uint8_t)job->place;
		f.where = (sk_text){(const char *)job->where.at, job->where.len};
	}
	(void)finding_list_add(line->findings, &f);
}

enum line_end image_resume(struct line *line, const struct line_job *job, struct rendering *rendering)
{
	bool again = rendering->failed == rendering->page;

	if (rendering->tries > 0 && again)
		return LINE_CRASH;
	if (++rendering->failures > limit(LIMIT_render_failures)) {
		line_find(line, job, FINDING_blocked_limit, limit_rows[LIMIT_render_failures].name);
		return LINE_BLOCKED;
	}
	rendering->tries = again ? rendering->tries + 1 : 0;
	rendering->failed = rendering->page;
	if (!again)
		find_empty(line, job, rendering->page, sys_now() >= rendering->until);
	rendering->drawing = false;
	rendering->until = sys_now() + (int64_t)limit(LIMIT_page_seconds) * 1000;
	uint8_t resumed = again ? 2 : 1; /* even asking for its size failed: it is not touched */
	if (!take_renderer(line, &line->pairs[job->depth]) || !image_order(line, job, rendering, rendering->page, resumed))
		return LINE_FAULT;
	return LINE_GOING;
}

/* ---- one job ---- */

static struct line_outcome ended(enum line_end end, unsigned kind)
{
	return (struct line_outcome){.end = end, .kind = kind};
}

struct line_outcome image_draw(struct line *line, const struct line_job *job, struct rendering *rendering)
{
	struct pair *pair = &line->pairs[job->depth];

	if ((pair->reader < 0 && !pair_take(line->sanitizer, ZYGOTE_COMMON, line->deadline, pair)) || !take_renderer(line, pair))
		return ended(sys_now() >= line->deadline ? LINE_TIME : LINE_FAULT, rendering->kind);
	rendering->page = rendering->first - 1;
	rendering->until = INT64_MAX;
	return line_work(line, job, rendering);
}

static struct line_outcome draw_all(struct line *line, const struct line_job *job, unsigned kind)
{
	struct rendering rendering = {.kind = kind, .first = 1};

	return image_draw(line, job, &rendering);
}

/* Rebuilds, has pages made of the result, draws them. */
static struct line_outcome draw_office(struct line *line, const struct line_job *job, unsigned kind)
{
	struct sk_fault fault;
	SYS_SCOPED int rebuilt = sys_memory_file("rebuilt", 0, &fault);
	SYS_SCOPED int pdf = -1;
	uint64_t pdf_size = 0;
	struct line_job first = *job, second = *job;

	if (rebuilt < 0)
		return ended(LINE_FAULT, kind);
	first.rebuilt = true;
	first.output = rebuilt;
	struct line_outcome outcome = line_work(line, &first, NULL);
	if (outcome.end != LINE_DONE)
		return outcome;
	if (!outcome.pair_fresh)
		pair_end(&line->pairs[job->depth]);
	if (!sys_seal(rebuilt, SYS_SEAL_ALL, &fault))
		return ended(LINE_FAULT, kind);
	enum line_end end = office_convert(line, rebuilt, outcome.output_size, kind, &pdf, &pdf_size);
	if (end == LINE_BLOCKED)
		line_find(line, job, FINDING_blocked_office, "");
	if (end != LINE_DONE)
		return ended(end, kind);
	second.input = pdf;
	second.input_size = pdf_size;
	outcome = draw_all(line, &second, KIND_pdf);
	outcome.kind = kind;
	return outcome;
}

struct line_outcome image_run(struct line *line, const struct line_job *job)
{
	struct line_outcome outcome = line_work(line, job, NULL);

	if (outcome.end == LINE_DONE && outcome.kind != KIND_zip)
		outcome.end = LINE_CRASH; /* at this level readers say archives, renderers the rest */
	if (outcome.end != LINE_ELSEWHERE)
		return outcome;
	switch (image_way_of(outcome.kind)) {
	case IMAGE_DRAWN:
		return draw_all(line, job, outcome.kind);
	case IMAGE_OFFICE:
		return draw_office(line, job, outcome.kind);
	case IMAGE_NONE:
		break;
	}
	line_find(line, job, FINDING_blocked_kind, format_kind_row(outcome.kind)->name);
	outcome.end = LINE_BLOCKED;
	return outcome;
}

/* ---- Office ---- */

static bool ask_office(struct sanitizer *s, int input, uint64_t size, unsigned kind, int pdf, int64_t until, struct wire_message *answer)
{
	const struct wire_message question = {.id = WIRE_convert, .convert = {.size = size, .kind = (uint16_t)kind}};
	const int sent[] = {input, pdf};
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];
	unsigned ready;

	return wire_send(s->office, WIRE_DRIVER, &question, sent, SK_COUNT(sent)) == SK_OK && sys_wait(&s->office, 1, until, &ready, &fault) && ready != 0 &&
	       wire_receive(s->office, WIRE_ZYGOTE, WIRE_DRIVER, answer, fds) == SK_OK && answer->id == WIRE_converted;
}

enum line_end office_convert(struct line *line, int input, uint64_t size, unsigned kind, int *pdf, uint64_t *pdf_size)
{
	struct sanitizer *s = line->sanitizer;
	int64_t until = sys_now() + (int64_t)limit(LIMIT_office_seconds) * 1000;
	struct wire_message answer = {0};
	struct sk_fault fault;
	size_t got;

	*pdf = sys_memory_file("pages", 0, &fault);
	if (*pdf < 0)
		return LINE_FAULT;
	if (s->office < 0 && !program_start(NULL, "SEKISHO_OFFICE", "render", "sekisho-office", &s->office, &s->office_pid, &fault)) {
		s->office = -1;
		return LINE_FAULT;
	}
	if (until > line->deadline)
		until = line->deadline;
	if (!ask_office(s, input, size, kind, *pdf, until, &answer)) {
		stop(&s->office, s->office_pid); /* and with it what it started */
		return sys_now() >= until ? LINE_TIME : LINE_FAULT;
	}
	if (answer.converted.status == SK_FAULT)
		return LINE_FAULT;
	if (answer.converted.status != SK_OK)
		return LINE_BLOCKED;
	*pdf_size = answer.converted.size;
	if (!sys_seal(*pdf, SYS_SEAL_ALL, &fault) || !sys_size(*pdf, &got, &fault))
		return LINE_FAULT;
	return got == *pdf_size && got <= limit(LIMIT_input_bytes) ? LINE_DONE : LINE_CRASH;
}

void image_close(struct sanitizer *s)
{
	stop(&s->render, s->render_pid);
	stop(&s->office, s->office_pid);
}
