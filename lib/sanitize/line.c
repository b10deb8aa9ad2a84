/*
 * The line of one job: order a reader, order a writer, serve both until they are done.
 *
 * What the attacker controls: every message of the reader. Messages are checked by the wire; here it is order and budgets. Whatever is not
 * expected ends the pair, and the job without output.
 */
#include "sanitize/line.h"

#include "conf/conf.h"
#include "sys/descriptor.h"

/* One job while it runs. */
struct run {
	struct line *line;
	const struct line_job *job;
	struct rendering *rendering; /* a renderer in the reader's place; NULL: a reader */
	struct pair *pair;
	struct inner_results results;
	struct line_outcome outcome;
	bool kind_known, ordered, read_done, write_done; /* ordered: the writer has its job */
	unsigned findings;
};

/* ---- findings ---- */

/* A finding of an inner job is told at the place of the inner file. */
static bool add_placed(struct run *r, const struct wire_finding *said)
{
	struct finding f = {.code = said->code, .place = said->place, .count = said->count, .where = {said->where.at, said->where.len},
			    .detail = {said->detail.at, said->detail.len}};

	if (r->job->depth > 0 && (said->place == FINDING_WHOLE || r->job->place == FINDING_ENTRY)) {
		f.place = (uint8_t)r->job->place;
		f.where = (sk_text){(const char *)r->job->where.at, r->job->where.len};
	}
	return finding_list_add(r->line->findings, &f);
}

/* A reader's reason for blocking an inner file is told only of entries of archives: of parts the outer reader says itself what became of
 * them. */
static bool add_finding(struct run *r, const struct wire_finding *said)
{
	if (r->job->depth > 0 && !r->job->is_entry && finding_severity(said->code) == FINDING_BLOCKED)
		return true;
	return add_placed(r, said);
}

static void report_limit(struct run *r, enum finding_place place, const struct wire_text *where, enum limit which)
{
	struct wire_finding said = {.code = FINDING_blocked_limit, .place = (uint8_t)place, .count = 1, .where = *where};

	said.detail = wire_text_of(sk_bytes_str(limit_rows[which].name));
	(void)add_placed(r, &said); /* its code is ours, its place was checked */
}

void line_find(struct line *line, const struct line_job *job, enum finding_code code, const char *detail)
{
	struct run r = {.line = line, .job = job};
	struct wire_finding said = {.code = (uint16_t)code, .count = 1};

	said.detail = wire_text_of(sk_bytes_str(detail));
	(void)add_placed(&r, &said);
}

/* ---- inner jobs ---- */

static enum line_end no_pair(const struct line *line)
{
	return sys_now() >= line->deadline ? LINE_TIME : LINE_FAULT;
}

/* Makes sure that the pair of a depth is there, with an empty output file. */
static bool ready_pair(struct line *line, unsigned depth)
{
	struct pair *pair = &line->pairs[depth];
	struct sk_fault fault;

	if (pair->reader < 0 && !pair_take(line->sanitizer, ZYGOTE_COMMON, line->deadline, pair))
		return false;
	if (pair->output < 0)
		pair->output = sys_memory_file("inner output", 0, &fault);
	return pair->output >= 0 && sys_empty(pair->output, &fault);
}

/* Entries of an archive are worked at the level of the whole; what is inside a document stays a part of it. */
enum format_level line_level(const struct line *line, const struct line_job *job)
{
	if (job->rebuilt)
		return LEVEL_REBUILD;
	return job->depth == 0 || job->is_entry ? line->level : LEVEL_REBUILD;
}

/* What the output of an inner job is. */
static unsigned kind_of_output(const struct line *line, const struct line_job *job, unsigned kind)
{
	enum format_level level = line_level(line, job);

	if (kind == KIND_zip || level == LEVEL_REBUILD)
		return kind;
	return level == LEVEL_TEXT ? KIND_text : KIND_pdf;
}

/* An entry of the outermost archive, to whoever wants to see it. */
static void show_entry(const struct line *line, const struct line_job *job, unsigned kind, const struct line_outcome *outcome)
{
	const struct sanitizer_entries *entries = &line->sanitizer->entries;
	bool clean = outcome->end == LINE_DONE;

	if (entries->take == NULL || job->depth != 1 || !job->is_entry)
		return;
	entries->take(entries->context, &(struct sanitizer_entry){.name = job->where, .kind = kind, .input = job->input, .input_size = job->input_size,
								   .output_kind = clean ? outcome->kind : KIND_unknown, .output = clean ? job->output : -1,
								   .output_size = clean ? outcome->output_size : 0});
}

static struct line_outcome run_inner(struct run *r, const struct wire_inner *asked)
{
	struct line *line = r->line;
	unsigned depth = r->job->depth + 1;

	if (!ready_pair(line, depth))
		return (struct line_outcome){.end = no_pair(line)};
	struct line_job job = {.depth = depth, .is_entry = asked->place == FINDING_ENTRY, .place = (enum finding_place)asked->place, .where = wire_text_bytes(&asked->where),
			       .input = r->pair->scratch, .input_size = asked->size, .output = line->pairs[depth].output};
	if (r->job->depth > 0 && r->job->place == FINDING_ENTRY) { /* people know the outermost archive's entries */
		job.place = r->job->place;
		job.where = r->job->where;
	}
	struct line_outcome outcome = line_run(line, &job);
	unsigned kind = outcome.kind;
	outcome.kind = kind_of_output(line, &job, kind);
	show_entry(line, &job, kind, &outcome);
	return outcome;
}

static enum line_end serve_inner(struct run *r, const struct wire_inner *asked)
{
	struct line *line = r->line;
	struct wire_message answer = {.id = WIRE_inner_done, .inner_done = {.number = r->results.count, .status = SK_LIMIT}};

	if (!r->kind_known || asked->place >= FINDING_PLACES)
		return LINE_CRASH;
	if (!line_within_budget(line, r->job->depth, asked->size)) {
		report_limit(r, (enum finding_place)asked->place, &asked->where, limit_last());
	} else {
		line->inner_count++;
		line->inner_bytes += asked->size;
		struct line_outcome inner = run_inner(r, asked);
		if (inner.end == LINE_TIME || inner.end == LINE_FAULT)
			return inner.end;
		bool clean = inner.end == LINE_DONE;
		if (!inner_results_add(&r->results, line->pairs[r->job->depth + 1].output, inner.output_size, inner.kind, clean))
			return LINE_FAULT;
		if (!inner.pair_fresh)
			pair_end(&line->pairs[r->job->depth + 1]); /* nothing of a job that went wrong meets the next */
		answer.inner_done.status = SK_OK;
		answer.inner_done.clean = clean;
		answer.inner_done.kind = (uint16_t)inner.kind;
	}
	return wire_send(r->pair->reader, WIRE_DRIVER, &answer, NULL, 0) == SK_OK ? LINE_GOING : LINE_CRASH;
}

static enum line_end give_inner(struct run *r, uint32_t number)
{
	struct wire_message answer = {.id = WIRE_inner_is};
	bool there = number < r->results.count && r->results.rows[number].clean;

	if (there) {
		const struct inner_row *row = &r->results.rows[number];
		answer.inner_is = (struct wire_inner_is){.offset = row->offset, .size = row->size, .kind = row->kind, .there = 1};
	}
	return wire_send(r->pair->writer, WIRE_DRIVER, &answer, &r->results.file, there) == SK_OK ? LINE_GOING : LINE_CRASH;
}

/* ---- messages ---- */

/* The kind is known: when records will follow, the writer gets its job. */
static enum line_end take_kind(struct run *r, const struct wire_kind *said)
{
	struct wire_message order = {.id = WIRE_write, .write = {.level = (uint8_t)line_level(r->line, r->job)}};

	order.write.quality = (uint8_t)r->line->sanitizer->pages.quality;
	order.write.pages = r->rendering == NULL ? PAGES_NONE : r->rendering->sheets ? PAGES_SHEETS : PAGES_PDF;
	if (r->kind_known || format_kind_row(said->kind) == NULL)
		return LINE_CRASH;
	r->kind_known = true;
	r->outcome.kind = said->kind;
	if (!said->taken)
		return LINE_GOING;
	r->ordered = true;
	return wire_send(r->pair->writer, WIRE_DRIVER, &order, &r->job->output, 1) == SK_OK ? LINE_GOING : LINE_CRASH;
}

/* Each page is announced once, in order, and then said; only one that a renderer failed at is begun again. */
static bool page_follows(const struct rendering *rendering, const struct wire_page *said)
{
	if (rendering->count > 0 && said->count != rendering->count)
		return false;
	if (said->drawn)
		return rendering->drawing && said->number == rendering->page;
	bool again = said->number == rendering->page && rendering->failed == rendering->page && rendering->until != INT64_MAX;
	return again || (!rendering->drawing && said->number == rendering->page + 1);
}

static enum line_end take_page(struct run *r, const struct wire_page *said)
{
	struct rendering *rendering = r->rendering;
	const struct sanitizer_pages *pages = &r->line->sanitizer->pages;

	if (rendering == NULL || !r->ordered || !page_follows(rendering, said))
		return LINE_CRASH;
	rendering->page = said->number;
	rendering->count = said->count;
	rendering->drawing = !said->drawn;
	rendering->until = said->drawn ? INT64_MAX : sys_now() + (int64_t)limit(LIMIT_page_seconds) * 1000;
	if (rendering->drawing && pages->progress != NULL)
		pages->progress(pages->context, said->number, said->count);
	return LINE_GOING;
}

/* A reader's findings are added up before they come; a renderer says those of each page. */
static unsigned findings_max(const struct run *r)
{
	return (FINDING_KINDS_MAX + 1) * (r->rendering != NULL ? 2 + r->rendering->failures : 1);
}

static enum line_end take_from_reader(struct run *r)
{
	struct wire_message m;
	int fds[WIRE_FDS_MAX];

	if (wire_receive(r->pair->reader, WIRE_READER, WIRE_DRIVER, &m, fds) != SK_OK || r->read_done)
		return LINE_CRASH;
	switch (m.id) {
	case WIRE_kind:
		return take_kind(r, &m.kind);
	case WIRE_finding:
		if (++r->findings > findings_max(r))
			return LINE_CRASH;
		return add_finding(r, &m.finding) ? LINE_GOING : LINE_CRASH;
	case WIRE_page:
		return take_page(r, &m.page);
	case WIRE_inner:
		return serve_inner(r, &m.inner);
	case WIRE_read_done:
		r->read_done = true;
		if (m.read_done.status != SK_OK)
			return LINE_BLOCKED;
		if (r->ordered)
			return LINE_GOING;
		return r->rendering == NULL && r->kind_known ? LINE_ELSEWHERE : LINE_CRASH;
	default:
		return LINE_CRASH;
	}
}

static enum line_end take_from_writer(struct run *r)
{
	struct wire_message m;
	int fds[WIRE_FDS_MAX];

	if (wire_receive(r->pair->writer, WIRE_WRITER, WIRE_DRIVER, &m, fds) != SK_OK || !r->ordered || r->write_done)
		return LINE_CRASH;
	if (m.id == WIRE_inner_get)
		return give_inner(r, m.inner_get.number);
	r->write_done = true;
	r->outcome.output_size = m.write_done.size;
	if (m.write_done.status == SK_LIMIT && m.write_done.limit < LIMIT_COUNT) {
		report_limit(r, FINDING_WHOLE, &(struct wire_text){.len = 0}, (enum limit)m.write_done.limit);
		return LINE_BLOCKED;
	}
	return m.write_done.status == SK_OK ? LINE_GOING : LINE_CRASH; /* otherwise the reader said what can't be said */
}

static enum line_end serve(struct run *r)
{
	struct sk_fault fault;
	unsigned ready;
	enum line_end end = LINE_GOING;

	while (end == LINE_GOING && !(r->read_done && r->write_done)) {
		const int sockets[] = {r->pair->reader, r->pair->writer};
		int64_t until = r->rendering != NULL && r->rendering->until < r->line->deadline ? r->rendering->until : r->line->deadline;
		if (!sys_wait(sockets, SK_COUNT(sockets), until, &ready, &fault))
			return LINE_FAULT;
		if (ready == 0)
			end = LINE_TIME;
		if (ready & 1)
			end = take_from_reader(r);
		if ((end == LINE_TIME || end == LINE_CRASH) && r->rendering != NULL && r->rendering->drawing && sys_now() < r->line->deadline)
			end = image_resume(r->line, r->job, r->rendering);
		if (end == LINE_GOING && (ready & 2))
			end = take_from_writer(r);
	}
	return end == LINE_GOING ? LINE_DONE : end;
}

/* ---- one job ---- */

/* What the writer says it wrote is what is there. */
static bool output_complete(const struct run *r)
{
	struct sk_fault fault;
	size_t size;

	return sys_size(r->job->output, &size, &fault) && size == r->outcome.output_size;
}

static bool order_reader(struct line *line, const struct line_job *job)
{
	struct wire_message order = {.id = WIRE_read, .read = {.size = job->input_size, .outermost = job->depth == 0}};

	const int fds[] = {job->input, line->sanitizer->passwords};
	order.read.level = (uint8_t)line_level(line, job);
	order.read.passwords = (uint32_t)line->sanitizer->passwords_size;
	return wire_send(line->pairs[job->depth].reader, WIRE_DRIVER, &order, fds, order.read.passwords > 0 ? 2 : 1) == SK_OK;
}

/* The job on a pair of the zygote apart. The ordinary pair of this depth knows nothing of it and stays for the next job. */
static struct line_outcome work_apart(struct line *line, const struct line_job *job)
{
	struct pair ordinary = line->pairs[job->depth];
	struct line_outcome outcome = {.end = no_pair(line)};

	line->pairs[job->depth] = line->apart[job->depth];
	if (line->pairs[job->depth].reader >= 0 || pair_take(line->sanitizer, ZYGOTE_APART, line->deadline, &line->pairs[job->depth]))
		outcome = line_work(line, job, NULL);
	if (outcome.end == LINE_ELSEWHERE)
		outcome = (struct line_outcome){.end = LINE_CRASH}; /* it is here, or nowhere */
	if (!outcome.pair_fresh)
		pair_end(&line->pairs[job->depth]);
	line->apart[job->depth] = line->pairs[job->depth];
	line->pairs[job->depth] = ordinary;
	outcome.pair_fresh = true;
	return outcome;
}

struct line_outcome line_run(struct line *line, const struct line_job *job)
{
	if (line_level(line, job) == LEVEL_IMAGE)
		return image_run(line, job);
	struct line_outcome outcome = line_work(line, job, NULL);
	return outcome.end == LINE_ELSEWHERE ? work_apart(line, job) : outcome;
}

struct line_outcome line_work(struct line *line, const struct line_job *job, struct rendering *rendering)
{
	struct run r = {.line = line, .job = job, .rendering = rendering, .pair = &line->pairs[job->depth], .results = {.file = -1}};

	if (r.pair->reader < 0 && !pair_take(line->sanitizer, ZYGOTE_COMMON, line->deadline, r.pair))
		return (struct line_outcome){.end = no_pair(line)};
	bool sent = rendering != NULL ? image_order(line, job, rendering, rendering->first, 0) : order_reader(line, job);
	r.outcome.end = sent ? serve(&r) : LINE_CRASH;
	if (r.outcome.end == LINE_DONE && !output_complete(&r))
		r.outcome.end = LINE_CRASH;
	r.outcome.pair_fresh = r.outcome.end == LINE_DONE || ((r.outcome.end == LINE_BLOCKED || r.outcome.end == LINE_ELSEWHERE) && !r.ordered);
	r.outcome.pair_fresh &= rendering == NULL;
	inner_results_end(&r.results);
	return r.outcome;
}

void line_end(struct line *line)
{
	for (size_t i = 0; i < SK_COUNT(line->pairs); i++)
		pair_end(&line->pairs[i]), pair_end(&line->apart[i]);
}
