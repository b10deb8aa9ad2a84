/* A picture through reader, checker and writer in one process, for the tests of this room. */
#ifndef IMAGE_IMAGE_TEST_H
#define IMAGE_IMAGE_TEST_H

#include "format/image/image.h"
#include "neutral/stream_test.h"

#define TEST_ARENA_BYTES ((size_t)512 << 20)

struct sanitized {
	enum sk_status read, written;
	sk_bytes output;              /* malloc'd */
	uint32_t findings[FINDING_COUNT];
	struct sk_buf details;        /* all details, each followed by a blank */
	uint8_t details_memory[4096];
};

static inline void test_find(void *context, const struct finding *finding)
{
	struct sanitized *s = context;
	s->findings[finding->code] += finding->count;
	sk_buf_put(&s->details, sk_text_bytes(finding->detail));
	sk_buf_u8(&s->details, ' ');
}

static inline enum sk_status test_write(struct stream *records, struct stream *output, struct sk_arena *arena)
{
	struct neutral_in *in = malloc(sizeof *in);
	struct neutral_record record;
	uint8_t *stage = malloc(NEUTRAL_IN_STAGE);
	if (in == NULL || stage == NULL)
		abort();
	neutral_in_init(in, &image_vocabulary, stage, stream_receive, records);
	struct format_write job = {.level = LEVEL_REBUILD, .arena = arena, .in = in, .put = stream_send, .context = output};
	enum sk_status status = image_write(&job);
	if (status == SK_OK)
		status = neutral_next(in, &record);
	if (status == SK_OK && record.op != NEUTRAL_END)
		status = SK_MALFORMED;
	free(stage);
	free(in);
	return status;
}

/* Runs input through the family; the caller frees output.at and s itself. */
static inline struct sanitized *image_sanitize(sk_bytes input)
{
	struct sanitized *s = calloc(1, sizeof *s);
	uint8_t *stage = malloc(NEUTRAL_STAGE);
#ifdef SK_ARENA_MALLOC
	void *memory = malloc(1); /* each allocation is one of its own */
#else
	void *memory = malloc(TEST_ARENA_BYTES);
#endif
	struct stream records = {.grows = true}, output = {.grows = true};
	struct neutral_out out;
	struct sk_arena arena;
	struct finding_sink sink = {test_find, s};
	if (s == NULL || stage == NULL || memory == NULL)
		abort();
	sk_buf_fixed(&s->details, s->details_memory, sizeof s->details_memory);
	sk_arena_init(&arena, memory, TEST_ARENA_BYTES);
	neutral_out_init(&out, &image_vocabulary, stage, stream_send, &records);
	neutral_start(&out, LEVEL_REBUILD);
	struct format_read job = {.input = input, .arena = &arena, .out = &out, .findings = &sink, .outermost = true};
	s->read = image_read(&job);
	if (s->read == SK_OK)
		s->read = neutral_end(&out);
	sk_arena_reset(&arena);
	s->written = s->read == SK_OK ? test_write(&records, &output, &arena) : s->read;
	s->output = s->written == SK_OK ? sk_bytes_of(output.at, output.len) : sk_bytes_of(NULL, 0);
	if (s->written != SK_OK)
		free(output.at);
	sk_arena_reset(&arena);
	free(records.at);
	free(memory);
	free(stage);
	return s;
}

static inline void sanitized_free(struct sanitized *s)
{
	free((void *)(uintptr_t)s->output.at);
	free(s);
}

#endif
