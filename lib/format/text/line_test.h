/* The text family's line in memory for its tests: bid, read, check, write. */
#ifndef FORMAT_TEXT_LINE_TEST_H
#define FORMAT_TEXT_LINE_TEST_H

#include "format/text/text.h"
#include "neutral/stream_test.h"

#ifdef SK_ARENA_MALLOC
#define LINE_ROOM ((size_t)1 << 20) /* only counted: every allocation is a malloc of its own */
#else
#define LINE_ROOM ((size_t)8 << 20)
#endif

struct line {
	struct format_bid bid;
	enum sk_status read_status, write_status;
	uint32_t findings[FINDING_COUNT];
	sk_bytes output;
	struct stream written; /* where the output stands */
};

static inline void line_add(void *context, const struct finding *finding)
{
	((struct line *)context)->findings[finding->code] += finding->count;
}

static inline void line_read(struct line *line, sk_bytes input, unsigned level, struct sk_arena *arena, struct stream *stream)
{
	struct neutral_out out;
	struct finding_sink sink = {line_add, line};
	uint8_t *stage = malloc(NEUTRAL_STAGE);
	neutral_out_init(&out, &text_vocabulary, stage, stream_send, stream);
	neutral_start(&out, (uint16_t)level);
	struct format_read read = {.input = input, .kind = line->bid.kind, .level = level, .outermost = true, .arena = arena,
				   .out = &out, .findings = &sink};
	line->read_status = text_read(&read);
	enum sk_status ended = neutral_end(&out);
	line->read_status = line->read_status != SK_OK ? line->read_status : ended;
	free(stage);
}

static inline void line_write(struct line *line, struct sk_arena *arena, struct stream *stream)
{
	struct neutral_in *in = malloc(sizeof *in);
	struct neutral_record record;
	uint8_t *stage = malloc(NEUTRAL_IN_STAGE);
	uint32_t digest;
	uint16_t level = 0;
	neutral_in_init(in, &text_vocabulary, stage, stream_receive, stream);
	line->write_status = neutral_begin(in, &digest, &level);
	struct format_write write = {.level = level, .arena = arena, .in = in, .put = stream_send, .context = &line->written};
	if (line->write_status == SK_OK)
		line->write_status = level == LEVEL_TEXT ? text_write_text(&write) : text_write(&write);
	if (line->write_status == SK_OK)
		line->write_status = neutral_next(in, &record);
	line->output = sk_bytes_of(line->written.at, line->written.len);
	free(stage);
	free(in);
}

static inline void line_run(struct line *line, sk_bytes input, unsigned level)
{
	struct sk_arena arena;
	void *memory = malloc(LINE_ROOM + input.len * 32);
	struct stream stream = {.grows = true};
	*line = (struct line){.written.grows = true};
	sk_arena_init(&arena, memory, LINE_ROOM + input.len * 32);
	text_bid(input, &arena, &line->bid);
	if (line->bid.taken) {
		line_read(line, input, level, &arena, &stream);
		if (line->read_status == SK_OK)
			line_write(line, &arena, &stream);
	}
	sk_arena_reset(&arena);
	free(stream.at);
	free(memory);
}

static inline void line_free(struct line *line)
{
	free(line->written.at);
}

#endif
