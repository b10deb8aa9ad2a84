/*
 * The writer: checked records to clean bytes. It never sees the sender's bytes; what the attacker controls is the record stream, and the
 * checker stands before it.
 */
#include "writer.h"

#include "conf/conf.h"
#include "format/format.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "wire/wire.h"
#include "zygote/worker.h"

struct mapping {
	sk_bytes bytes;
	struct mapping *next;
};

struct writing {
	struct worker *worker;
	int output;
	size_t buffered;       /* bytes in the worker's buffer: what was put and not yet written */
	uint64_t written;
	struct mapping *maps;  /* inner results that were lent out */
};

static void or_end(enum sk_status status)
{
	if (status != SK_OK)
		process_exit(1);
}

/* ---- output ---- */

static enum sk_status flush(struct writing *w)
{
	struct sk_fault fault;
	bool done = sys_write(w->output, sk_bytes_of(w->worker->buffer, w->buffered), &fault);

	w->buffered = 0;
	return done ? SK_OK : SK_FAULT;
}

static enum sk_status put(void *context, sk_bytes bytes)
{
	struct writing *w = context;

	if (bytes.len > limit(LIMIT_output_bytes) - w->written)
		return limit_reached(LIMIT_output_bytes);
	w->written += bytes.len;
	while (bytes.len > 0) {
		size_t step = sk_min(bytes.len, WORKER_BUFFER - w->buffered);
		memcpy(w->worker->buffer + w->buffered, bytes.at, step);
		w->buffered += step;
		bytes = sk_bytes_slice(bytes, step, bytes.len);
		if (w->buffered == WORKER_BUFFER)
			SK_TRY(flush(w));
	}
	return SK_OK;
}

/* ---- results of inner jobs ---- */

static enum sk_status inner(void *context, uint32_t number, sk_bytes *bytes, unsigned *kind)
{
	struct writing *w = context;
	struct wire_message message = {.id = WIRE_inner_get, .inner_get = {.number = number}};
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];

	or_end(wire_send(w->worker->socket, WIRE_WRITER, &message, NULL, 0));
	or_end(wire_receive(w->worker->socket, WIRE_DRIVER, WIRE_WRITER, &message, fds));
	if (message.id != WIRE_inner_is)
		process_exit(1);
	const struct wire_inner_is *is = &message.inner_is;
	struct mapping *map = sk_arena_top(&w->worker->arena, sizeof *map); /* what a family releases of the near end is not this */
	if (!is->there || fds[0] < 0 || map == NULL) {
		sys_close(&fds[0]);
		return map == NULL ? SK_LIMIT : SK_MALFORMED;
	}
	bool mapped = sys_map(fds[0], (size_t)is->offset, (size_t)is->size, &map->bytes, &fault);
	sys_close(&fds[0]);
	if (!mapped)
		return SK_FAULT;
	map->next = w->maps;
	w->maps = map;
	*bytes = map->bytes;
	*kind = is->kind;
	return SK_OK;
}

/* ---- one job ---- */

static enum sk_status receive_records(void *context, uint8_t *to, size_t max, size_t *got)
{
	return ring_receive(context, to, max, got);
}

static enum sk_status write_all(struct writing *w, const struct wire_write *order)
{
	struct neutral_record last;
	uint32_t digest;
	uint16_t said_level;
	struct sk_arena *arena = &w->worker->arena;
	struct neutral_in *in = sk_arena_make(arena, sizeof *in);
	const unsigned level = order->level;
	struct format_write job = {.level = level, .quality = order->quality, .pages = (enum format_pages)order->pages, .arena = arena, .in = in, .put = put,
				   .inner = inner, .context = w};

	if (in == NULL)
		return SK_LIMIT;
	neutral_in_init(in, NULL, w->worker->stage, receive_records, &w->worker->ring);
	SK_TRY(neutral_begin(in, &digest, &said_level));
	const struct format *family = format_by_digest(digest);
	if (family == NULL || said_level != level)
		return SK_MALFORMED;
	if (family->drawn != (job.pages != PAGES_NONE))
		return SK_MALFORMED; /* pages come from a renderer, and nothing else does */
	in->vocabulary = family->vocabulary;
	enum sk_status (*write)(struct format_write *) = level == LEVEL_TEXT ? family->write_text : family->write;
	if (write == NULL)
		return SK_UNSUPPORTED;
	SK_TRY(write(&job));
	SK_TRY(neutral_next(in, &last));
	return last.op == NEUTRAL_END ? flush(w) : SK_MALFORMED;
}

static void serve_one(struct worker *worker)
{
	struct wire_message message;
	int fds[WIRE_FDS_MAX];
	struct writing w = {.worker = worker};

	or_end(wire_receive(worker->socket, WIRE_DRIVER, WIRE_WRITER, &message, fds));
	if (message.id != WIRE_write)
		process_exit(1);
	w.output = fds[0];
	limit_forget();
	enum sk_status status = write_all(&w, &message.write);
	message = (struct wire_message){.id = WIRE_write_done, .write_done = {.size = w.written, .status = (uint8_t)status, .limit = (uint8_t)limit_last()}};
	or_end(wire_send(worker->socket, WIRE_WRITER, &message, NULL, 0));
	if (status != SK_OK)
		process_exit(0); /* the ring may hold the rest of a stream */
	for (struct mapping *map = w.maps; map != NULL; map = map->next)
		sys_unmap(map->bytes);
	sys_close(&w.output);
	worker_reset(worker);
}

_Noreturn void writer_serve(struct worker *worker)
{
	for (;;)
		serve_one(worker);
}
