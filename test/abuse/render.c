/*
 * A renderer that was taken over, in the place of sekisho-render: it does as the resolution of its order says (ATTACKS counted from 40), with
 * everything that a renderer has: its socket and the ring.
 */
#include <unistd.h>

#include "format/format.h"
#include "format/pages/pages.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "sys/ring.h"
#include "text_vocabulary.h"
#include "wire/wire.h"

#define FIRST_DPI 40u
#define SIDE 64

struct attack {
	int socket;
	struct wire_render order;
	struct ring ring;
	struct neutral_out out;
};

static void say(const struct attack *a, const struct wire_message *message)
{
	if (wire_send(a->socket, WIRE_READER, message, NULL, 0) != SK_OK)
		process_exit(0); /* the driver has seen enough */
}

static void say_page(const struct attack *a, uint32_t number, uint32_t count, bool drawn)
{
	say(a, &(struct wire_message){.id = WIRE_page, .page = {.number = number, .count = count, .drawn = drawn}});
}

static void say_done(const struct attack *a)
{
	say(a, &(struct wire_message){.id = WIRE_read_done, .read_done = {.status = SK_OK}});
}

static enum sk_status send_records(void *context, sk_bytes bytes)
{
	return ring_send(context, bytes);
}

static void flush(struct attack *a)
{
	if (a->out.used > 0)
		(void)!ring_send(&a->ring, sk_bytes_of(a->out.stage, a->out.used));
	a->out.used = 0;
	ring_flush(&a->ring);
}

static void begin(struct attack *a, uint32_t pages)
{
	neutral_start(&a->out, a->order.level);
	neutral_open(&a->out, PAGES_NODE_document_document);
	neutral_attr_number(&a->out, PAGES_ATTR_document_pages, pages);
}

/* A page whose picture has so many pixels too many. */
static void put_page(struct attack *a, int64_t side, int more)
{
	static uint8_t pixels[SIDE * SIDE + SIDE];

	neutral_open(&a->out, PAGES_NODE_page_page);
	neutral_attr_number(&a->out, PAGES_ATTR_page_width, 10000);
	neutral_attr_number(&a->out, PAGES_ATTR_page_height, 10000);
	neutral_open(&a->out, PAGES_NODE_picture_picture);
	neutral_attr_number(&a->out, PAGES_ATTR_picture_columns, side);
	neutral_attr_number(&a->out, PAGES_ATTR_picture_rows, side);
	neutral_attr_number(&a->out, PAGES_ATTR_picture_color, PAGES_WORD_Color_gray);
	neutral_bytes(&a->out, PAGES_NODE_picture_picture, sk_bytes_of(pixels, (size_t)(SIDE * SIDE + more)));
	neutral_close(&a->out);
	neutral_close(&a->out);
}

static void finish(struct attack *a)
{
	neutral_close(&a->out);
	(void)!neutral_end(&a->out);
	flush(a);
	say_done(a);
}

/* ---- attacks ---- */

/* What an honest one does: the stand-in works. */
static void honest(struct attack *a)
{
	begin(a, 1);
	say_page(a, 1, 1, false);
	say_page(a, 1, 1, true);
	put_page(a, SIDE, 0);
	finish(a);
}

static void wrong_order(struct attack *a)
{
	begin(a, 2);
	say_page(a, 2, 2, false);
	say_page(a, 2, 2, true);
	put_page(a, SIDE, 0);
	put_page(a, SIDE, 0);
	finish(a);
}

static void too_large(struct attack *a)
{
	begin(a, 1);
	put_page(a, 65500, 0);
	finish(a);
}

static void rubbish(struct attack *a)
{
	uint8_t bytes[4096];

	for (uint32_t i = 0, x = 1; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
	begin(a, 1);
	flush(a);
	for (int i = 0; i < 20; i++)
		(void)!ring_send(&a->ring, sk_bytes_of(bytes, sizeof bytes));
	ring_flush(&a->ring);
	say_done(a);
}

static void too_few_pixels(struct attack *a)
{
	begin(a, 1);
	put_page(a, SIDE, -SIDE);
	finish(a);
}

static void too_many_pixels(struct attack *a)
{
	begin(a, 1);
	put_page(a, SIDE, SIDE);
	finish(a);
}

/* Records that a writer knows, but of another family: a text. */
static void other_family(struct attack *a)
{
	neutral_out_init(&a->out, &text_vocabulary, a->out.stage, send_records, &a->ring);
	neutral_start(&a->out, a->order.level);
	neutral_open(&a->out, TEXT_NODE_file_file);
	neutral_attr_number(&a->out, TEXT_ATTR_file_charset, 0);
	neutral_attr_number(&a->out, TEXT_ATTR_file_kind, 0);
	neutral_close(&a->out);
	(void)!neutral_end(&a->out);
	flush(a);
	say_done(a);
}

static void fewer_pages_than_told(struct attack *a)
{
	begin(a, 5);
	put_page(a, SIDE, 0);
	finish(a);
}

static void more_pages_than_told(struct attack *a)
{
	begin(a, 1);
	for (int i = 0; i < 5; i++)
		put_page(a, SIDE, 0);
	finish(a);
}

static void nothing_at_all(struct attack *a)
{
	say_done(a);
}

static void findings_without_end(struct attack *a)
{
	for (uint32_t i = 0;; i++)
		say(a, &(struct wire_message){.id = WIRE_finding, .finding = {.code = FINDING_page_empty, .count = i}});
}

static void kind_again(struct attack *a)
{
	say(a, &(struct wire_message){.id = WIRE_kind, .kind = {.kind = KIND_zip, .taken = 1}});
	honest(a);
}

static void head_of_the_ring(struct attack *a)
{
	begin(a, 1);
	flush(a);
	a->ring.shared->head += RING_BYTES * 3;
	say_done(a);
}

/* Until the job's time is over. */
static void text_without_end(struct attack *a)
{
	begin(a, 1);
	neutral_open(&a->out, PAGES_NODE_page_page);
	neutral_attr_number(&a->out, PAGES_ATTR_page_width, 10000);
	neutral_attr_number(&a->out, PAGES_ATTR_page_height, 10000);
	for (;;) {
		neutral_open(&a->out, PAGES_NODE_run_run);
		for (uint16_t attr = PAGES_ATTR_run_x; attr <= PAGES_ATTR_run_sine; attr++)
			neutral_attr_number(&a->out, attr, 1);
		neutral_bytes(&a->out, PAGES_NODE_run_run, SK_BYTES("without end "));
		neutral_close(&a->out);
	}
}

static void silence(struct attack *a)
{
	(void)a;
	for (;;)
		(void)pause();
}

static void (*const attacks[])(struct attack *) = {
	honest,           wrong_order,           too_large,      rubbish,              too_few_pixels, too_many_pixels,  other_family, fewer_pages_than_told,
	more_pages_than_told, nothing_at_all, findings_without_end, kind_again,     head_of_the_ring, text_without_end, silence,
};

/* ---- standing in ---- */

static _Noreturn void become_renderer(int socket, int ring)
{
	static struct attack a;
	static uint8_t stage[NEUTRAL_STAGE];
	struct wire_message message;
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];
	struct ring_shared *shared = sys_map_shared(ring, sizeof *shared, &fault);

	a.socket = socket;
	if (shared == NULL || wire_receive(socket, WIRE_DRIVER, WIRE_READER, &message, fds) != SK_OK || message.id != WIRE_render)
		process_exit(1);
	a.order = message.render;
	ring_init(&a.ring, shared);
	neutral_out_init(&a.out, &pages_vocabulary, stage, send_records, &a.ring);
	say(&a, &(struct wire_message){.id = WIRE_kind, .kind = {.kind = a.order.kind, .taken = 1}});
	if (a.order.dpi >= FIRST_DPI && a.order.dpi - FIRST_DPI < SK_COUNT(attacks))
		attacks[a.order.dpi - FIRST_DPI](&a);
	(void)!wire_receive(socket, WIRE_DRIVER, WIRE_READER, &message, fds);
	process_exit(0);
}

int main(void)
{
	struct wire_message message, answer = {.id = WIRE_renderer};
	int fds[WIRE_FDS_MAX], ends[2], handle = -1;
	struct sk_fault fault;

	process_forget_children();
	memcpy(answer.renderer.build, neutral_build_id().at, sizeof answer.renderer.build);
	while (wire_receive(PROCESS_SOCKET, WIRE_DRIVER, WIRE_ZYGOTE, &message, fds) == SK_OK && message.id == WIRE_spawn_renderer) {
		if (!sys_packet_pair(ends, &fault))
			return 1;
		int pid = process_fork(&handle, &fault);
		if (pid == 0) {
			sys_close(&ends[0]);
			become_renderer(ends[1], fds[0]);
		}
		const int sent[] = {ends[0], handle};
		if (pid < 0 || wire_send(PROCESS_SOCKET, WIRE_ZYGOTE, &answer, sent, SK_COUNT(sent)) != SK_OK)
			return 1;
		sys_close(&ends[0]);
		sys_close(&ends[1]);
		sys_close(&handle);
		sys_close(&fds[0]);
	}
	return 0;
}
