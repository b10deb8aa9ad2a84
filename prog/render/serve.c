/*
 * A renderer: one document of one job, page by page, in the reader's place. What the attacker controls: after a bug in the library,
 * everything in this process.
 *
 * Before a page is drawn everything about the pages before it is in the ring, and the driver is told: when drawing crashes or does not
 * end, another renderer goes on with the next page, and that one page alone stays empty.
 */
#include <stdatomic.h>

#include "conf/conf.h"
#include "format/format.h"
#include "format/pages/pages.h"
#include "neutral/finding_list.h"
#include "render/render.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "wire/wire.h"

struct rendering {
	int socket;
	struct wire_render order;
	struct neutral_out out;
	struct finding_list *findings;
	struct finding_sink sink;
	unsigned pages, drawn; /* of the document; how many have pixels */
	unsigned end;          /* the page behind the last that is wanted, from 0 */
	unsigned told;         /* findings that were said before the end */
};

/* The driver is gone, or says what the table does not have: nothing is left to do. */
static void or_end(enum sk_status status)
{
	if (status != SK_OK)
		process_exit(1);
}

static void say(const struct rendering *r, const struct wire_message *message)
{
	or_end(wire_send(r->socket, WIRE_READER, message, NULL, 0));
}

static void find(const struct rendering *r, enum finding_code code, const char *detail, uint32_t count)
{
	finding_report(&r->sink, code, FINDING_WHOLE, SK_BYTES(""), sk_bytes_str(detail), count);
}

static enum sk_status send_records(void *context, sk_bytes bytes)
{
	return ring_send(context, bytes);
}

/* All records so far are where the writer finds them. */
static void hand_over(struct rendering *r, struct ring *ring)
{
	if (r->out.status == SK_OK && r->out.used > 0)
		r->out.status = send_records(ring, sk_bytes_of(r->out.stage, r->out.used));
	r->out.used = 0;
	ring_flush(ring);
	or_end(r->out.status);
}

static void say_findings(const struct rendering *r)
{
	for (size_t i = 0; i < r->findings->count; i++) {
		struct finding f = finding_list_at(r->findings, i);
		struct wire_message message = {.id = WIRE_finding, .finding = {.code = f.code, .place = f.place, .count = f.count}};
		message.finding.where = wire_text_of(sk_text_bytes(f.where));
		message.finding.detail = wire_text_of(sk_text_bytes(f.detail));
		say(r, &message);
	}
}

/* What was found on the pages so far is told before the next one: nothing of it is lost when that one ends this process. */
static void tell_findings(struct rendering *r)
{
	if (r->findings->count == 0 || r->told + r->findings->count > FINDING_KINDS_MAX / 2)
		return;
	say_findings(r);
	r->told += (unsigned)r->findings->count;
	memset(r->findings, 0, offsetof(struct finding_list, rows));
}

static void tell_page(const struct rendering *r, unsigned number, bool drawn)
{
	say(r, &(struct wire_message){.id = WIRE_page, .page = {.number = number + 1, .count = r->pages, .drawn = drawn}});
}

static void work_pages(struct rendering *r, struct ring *ring)
{
	struct drawn drawn;
	unsigned first = r->order.first - 1;
	uint64_t pixels_max = limit(r->order.sheets ? LIMIT_sheet_pixels : LIMIT_page_pixels);

	for (unsigned number = first; number < r->end; number++) {
		bool skipped = number == first && r->order.resumed;
		hand_over(r, ring);
		tell_findings(r);
		tell_page(r, number, false);
		if (skipped)
			draw_measure(number, r->order.resumed == 1, &drawn);
		else
			draw_page(number, r->order.dpi, pixels_max, !r->order.sheets, &drawn);
		tell_page(r, number, true);
		r->drawn += drawn.pixels != NULL;
		if (drawn.pixels == NULL && !skipped)
			find(r, FINDING_page_empty, "draw", 1);
		say_page(&r->out, &r->sink, number, r->pages, &drawn);
		draw_forget(&drawn);
	}
}

static void begin_document(struct rendering *r)
{
	if (r->order.resumed)
		return;
	neutral_start(&r->out, r->order.level);
	neutral_open(&r->out, PAGES_NODE_document_document);
	neutral_attr_number(&r->out, PAGES_ATTR_document_pages, r->order.sheets ? r->end - (r->order.first - 1) : r->pages);
}

/* A reason for the report. */
static void explain(const struct rendering *r, enum sk_status status)
{
	if (status == SK_ENCRYPTED)
		find(r, FINDING_blocked_password, "", 1);
	else if (status == SK_LIMIT)
		find(r, FINDING_blocked_limit, limit_last() < LIMIT_COUNT ? limit_rows[limit_last()].name : "memory", 1);
	else if (status != SK_OK)
		find(r, FINDING_blocked_damaged, sk_status_name(status), 1);
}

static void work(struct rendering *r, struct ring *ring, sk_bytes input)
{
	const struct format_kind_row *kind = format_kind_row(r->order.kind);
	enum sk_status status = kind == NULL ? SK_UNSUPPORTED : draw_open(input, kind->media_type, &r->pages);

	if (status == SK_OK && r->order.first > r->pages)
		status = SK_MALFORMED;
	r->end = r->order.last > 0 && r->order.last < r->pages ? r->order.last : r->pages;
	if (!r->order.resumed)
		say(r, &(struct wire_message){.id = WIRE_kind, .kind = {.kind = r->order.kind, .taken = status == SK_OK}});
	if (status == SK_OK) {
		begin_document(r);
		work_pages(r, ring);
		neutral_close(&r->out);
		find(r, FINDING_pages_to_pictures, "", r->pages);
		status = neutral_end(&r->out);
		ring_flush(ring);
		if (status == SK_OK && r->drawn == 0 && !r->order.resumed && !r->order.sheets)
			status = SK_MALFORMED; /* a document of nothing but empty pages was damaged */
	}
	explain(r, status);
	say_findings(r);
	say(r, &(struct wire_message){.id = WIRE_read_done, .read_done = {.status = (uint8_t)status}});
}

/* The ring of a job may have been used by a renderer before this one: its bytes stay said. */
static void take_ring(struct ring *ring, struct ring_shared *shared)
{
	ring_init(ring, shared);
	ring->position = atomic_load(&shared->head);
	ring->announced = ring->position;
}

_Noreturn void render_serve(int socket, struct ring_shared *shared, uint8_t *stage)
{
	static struct finding_list findings;
	static struct rendering r;
	struct wire_message message;
	struct sk_fault fault;
	struct ring ring;
	int fds[WIRE_FDS_MAX];
	sk_bytes input;

	r = (struct rendering){.socket = socket, .findings = &findings, .sink = {finding_list_sink, &findings}};
	or_end(wire_receive(socket, WIRE_DRIVER, WIRE_READER, &message, fds));
	if (message.id != WIRE_render || message.render.size > limit(LIMIT_input_bytes) ||
	    !sys_map(fds[0], 0, (size_t)message.render.size, &input, &fault))
		process_exit(1);
	sys_close(&fds[0]);
	r.order = message.render;
	take_ring(&ring, shared);
	neutral_out_init(&r.out, &pages_vocabulary, stage, send_records, &ring);
	work(&r, &ring, input);
	/* the driver ends this process when it has the writer's answer; nothing more is taken here */
	(void)!wire_receive(socket, WIRE_DRIVER, WIRE_READER, &message, fds);
	process_exit(0);
}
