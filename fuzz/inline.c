/* The line in one process: what the sandboxed processes do, step by step, in memory. */
#include "fuzz/inline.h"

#include <stdio.h>

#include "neutral/stream_test.h"

#define ARENA_BYTES ((size_t)1 << 30)
#define DEPTH_MAX 4
#define INNER_MAX 4096

struct runner {
	struct inline_job *job;
	unsigned depth;
	struct inline_job *inner[INNER_MAX];
	uint32_t inner_count;
	const struct inline_inner *given; /* in place of inner jobs */
	uint32_t given_count;
	struct stream *results;
};

static void add_finding(void *context, const struct finding *finding)
{
	struct inline_job *job = context;
	job->findings[finding->code] += finding->count;
	if (job->print_findings)
		printf("  %s [%.*s] %.*s x%u\n", finding_name(finding->code), (int)finding->where.len, finding->where.at,
		       (int)finding->detail.len, finding->detail.at, finding->count);
}

static enum sk_status run_inner(void *context, sk_bytes bytes, enum finding_place place_kind, sk_bytes place,
				struct format_inner *result)
{
	struct runner *r = context;
	(void)place_kind;
	(void)place;
	*result = (struct format_inner){0};
	if (r->depth >= DEPTH_MAX || r->inner_count == INNER_MAX)
		return SK_LIMIT;
	struct inline_job *inner = calloc(1, sizeof *inner);
	if (inner == NULL)
		abort();
	inner->print_findings = r->job->print_findings;
	inline_run(inner, bytes, LEVEL_REBUILD, r->depth + 1);
	for (size_t i = 0; i < FINDING_COUNT; i++)
		r->job->findings[i] += inner->findings[i];
	*result = (struct format_inner){.number = r->inner_count, .kind = inner->kind, .clean = inner->written};
	r->inner[r->inner_count++] = inner;
	return SK_OK;
}

static enum sk_status put_output(void *context, sk_bytes bytes)
{
	struct runner *r = context;
	return stream_send(r->results, bytes);
}

static enum sk_status give_inner(void *context, uint32_t number, sk_bytes *bytes, unsigned *kind)
{
	struct runner *r = context;
	if (number < r->given_count) {
		*bytes = r->given[number].bytes;
		*kind = r->given[number].kind;
		return SK_OK;
	}
	if (number >= r->inner_count || !r->inner[number]->written)
		return SK_MALFORMED;
	*bytes = r->inner[number]->output;
	*kind = r->inner[number]->kind;
	return SK_OK;
}

static void *memory_of(struct sk_arena *arena)
{
	void *memory = NULL;
#ifndef SK_ARENA_MALLOC
	memory = malloc(ARENA_BYTES); /* the kernel gives pages as they are touched */
	if (memory == NULL)
		abort();
#endif
	sk_arena_init(arena, memory, ARENA_BYTES);
	return memory;
}

static enum sk_status read_side(struct runner *r, const struct format *format, sk_bytes input, unsigned level,
				struct stream *records)
{
	struct sk_arena arena;
	void *memory = memory_of(&arena);
	uint8_t *stage = malloc(NEUTRAL_STAGE);
	struct neutral_out *out = calloc(1, sizeof *out);
	struct finding_sink sink = {add_finding, r->job};
	if (stage == NULL || out == NULL)
		abort();
	neutral_out_init(out, format->vocabulary, stage, stream_send, records);
	neutral_start(out, (uint16_t)level);
	struct format_read read = {
		.input = input,
		.kind = r->job->kind,
		.level = level,
		.outermost = r->depth == 0,
		.arena = &arena,
		.out = out,
		.findings = &sink,
		.inner = run_inner,
		.context = r,
	};
	enum sk_status status = format->read(&read);
	enum sk_status ended = neutral_end(out);
	sk_arena_reset(&arena);
	free(memory);
	free(stage);
	free(out);
	return status != SK_OK ? status : ended;
}

static enum sk_status write_side(struct runner *r, struct stream *records, struct stream *output)
{
	struct sk_arena arena;
	void *memory = memory_of(&arena);
	uint8_t *stage = malloc(NEUTRAL_IN_STAGE);
	struct neutral_in *in = calloc(1, sizeof *in);
	struct neutral_record record;
	uint32_t digest;
	uint16_t level;
	if (stage == NULL || in == NULL)
		abort();
	r->results = output;
	neutral_in_init(in, NULL, stage, stream_receive, records);
	enum sk_status status = neutral_begin(in, &digest, &level);
	const struct format *format = status == SK_OK ? format_by_digest(digest) : NULL;
	struct format_write write = {
		.level = level, .arena = &arena, .in = in, .put = put_output, .inner = give_inner, .context = r};
	if (format == NULL) {
		status = SK_MALFORMED;
	} else {
		in->vocabulary = format->vocabulary;
		enum sk_status (*writer)(struct format_write *) = level == LEVEL_TEXT ? format->write_text : format->write;
		status = writer != NULL ? writer(&write) : SK_UNSUPPORTED;
	}
	if (status == SK_OK)
		status = neutral_next(in, &record);
	if (status == SK_OK && record.op != NEUTRAL_END)
		status = SK_MALFORMED;
	sk_arena_reset(&arena);
	free(memory);
	free(stage);
	free(in);
	return status;
}

static const struct format *choose(struct inline_job *job, sk_bytes input)
{
	const struct format *best = NULL;
	unsigned bits = 0;
	for (size_t i = 0; i < format_count; i++) {
		struct sk_arena arena;
		struct format_bid bid = {0};
		void *memory = memory_of(&arena);
		formats[i]->bid(input, &arena, &bid);
		if (bid.bits > bits) {
			bits = bid.bits;
			best = formats[i];
			job->kind = bid.kind;
			job->taken = bid.taken;
		}
		sk_arena_reset(&arena);
		free(memory);
	}
	return job->taken ? best : NULL;
}

static void change_records(struct inline_job *job, const struct format *format, struct stream *records)
{
	sk_bytes changed = job->change(job->context, format, sk_bytes_of(records->at, records->len));
	free(records->at);
	*records = (struct stream){.at = (uint8_t *)(uintptr_t)changed.at, .len = changed.len, .room = changed.len};
}

static void free_inner(struct runner *r)
{
	for (uint32_t i = 0; i < r->inner_count; i++) {
		inline_free(r->inner[i]);
		free(r->inner[i]);
	}
}

void inline_run(struct inline_job *job, sk_bytes input, unsigned level, unsigned depth)
{
	struct stream records = {.grows = true}, output = {.grows = true};
	struct runner *r = calloc(1, sizeof *r);
	if (r == NULL)
		abort();
	r->job = job;
	r->depth = depth;
	const struct format *format = choose(job, input);
	job->status = SK_UNSUPPORTED;
	if (format != NULL && format->read != NULL) {
		job->status = read_side(r, format, input, level, &records);
		if (job->status == SK_OK && job->change != NULL)
			change_records(job, format, &records);
		if (job->status == SK_OK)
			job->status = write_side(r, &records, &output);
		job->written = job->status == SK_OK;
	}
	job->output = sk_bytes_of(output.at, output.len);
	job->records = sk_bytes_of(records.at, records.len);
	free_inner(r);
	free(r);
}

enum sk_status inline_write(sk_bytes bytes, const struct inline_inner *inner, uint32_t inner_count, sk_bytes *output)
{
	struct stream records = {.at = (uint8_t *)(uintptr_t)bytes.at, .len = bytes.len}, result = {.grows = true};
	struct inline_job job = {0};
	struct runner *r = calloc(1, sizeof *r);
	if (r == NULL)
		abort();
	r->job = &job;
	r->given = inner;
	r->given_count = inner_count;
	enum sk_status status = write_side(r, &records, &result);
	free(r);
	*output = sk_bytes_of(result.at, result.len);
	return status;
}

void inline_free(struct inline_job *job)
{
	free((void *)(uintptr_t)job->output.at);
	free((void *)(uintptr_t)job->records.at);
	job->output = job->records = (sk_bytes){NULL, 0};
}

void inline_twice(sk_bytes input)
{
	struct inline_job first = {0}, second = {0};
	inline_run(&first, input, LEVEL_REBUILD, 0);
	if (first.written) {
		inline_run(&second, first.output, LEVEL_REBUILD, 0);
		if (!second.written || !sk_bytes_equal(first.output, second.output)) {
			fprintf(stderr, "%s\n", second.written ? "sanitizing again gives other bytes" : "the output is refused");
			abort();
		}
	}
	inline_free(&first);
	inline_free(&second);
}
