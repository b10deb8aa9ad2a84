/*
 * The reader: hostile bytes to records. What the attacker controls: after a bug in a format's code, everything in this process.
 *
 * A job: the driver hands over a sealed input; all families bid; the driver is told the kind; if it is taken, the family says its
 * records into the ring; findings follow, added up, and the status. Inner files go to the driver as jobs of their own.
 */
#include "reader.h"

#include "conf/conf.h"
#include "format/format.h"
#include "neutral/finding_list.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "wire/wire.h"
#include "zygote/worker.h"

struct reading {
	struct worker *worker;
	sk_bytes input, passwords;
	const struct wire_read *order;
	const struct format *family; /* whose bid won */
	struct format_bid bid;
	struct finding_list *findings;
};

/* The driver is gone, or says what the table does not have: nothing is left to do. */
static void or_end(enum sk_status status)
{
	if (status != SK_OK)
		process_exit(1);
}

static void say(const struct reading *r, const struct wire_message *message)
{
	or_end(wire_send(r->worker->socket, WIRE_READER, message, NULL, 0));
}

static void find(const struct reading *r, enum finding_code code, const char *detail)
{
	struct finding_sink sink = {finding_list_sink, r->findings};

	finding_report(&sink, code, FINDING_WHOLE, SK_BYTES(""), sk_bytes_str(detail), 1);
}

/* ---- bids ---- */

static void take_bids(struct reading *r)
{
	unsigned strong = 0;
	struct sk_arena *arena = &r->worker->arena;

	r->family = NULL;
	r->bid = (struct format_bid){.kind = KIND_unknown};
	for (size_t i = 0; i < format_count; i++) {
		struct format_bid bid = {.kind = KIND_unknown};
		size_t mark = sk_arena_mark(arena);
		formats[i]->bid(r->input, arena, &bid);
		sk_arena_release(arena, mark);
		strong += bid.bits >= FORMAT_BID_STRONG;
		if (bid.bits > r->bid.bits) {
			r->bid = bid;
			r->family = formats[i];
		}
	}
	if (strong > 1)
		find(r, FINDING_polyglot, r->family->name);
	arena->exhausted = false;
	limit_forget();
}

/* Whether the family can do what is asked; a finding says why not. */
static bool can_be_read(struct reading *r)
{
	if (r->family == NULL) {
		find(r, FINDING_blocked_unknown, "");
		return false;
	}
	if (r->bid.status == SK_ENCRYPTED) {
		find(r, FINDING_blocked_password, "");
		return false;
	}
	if (!r->bid.taken || r->family->read == NULL) {
		find(r, r->bid.kind == KIND_unknown ? FINDING_blocked_unknown : FINDING_blocked_kind, format_kind_row(r->bid.kind)->name);
		return false;
	}
	if (r->order->level == LEVEL_TEXT && r->family->write_text == NULL) {
		find(r, FINDING_blocked_level, "text");
		return false;
	}
	return true;
}

/* ---- inner jobs ---- */

static enum sk_status ask_driver(const struct reading *r, const struct wire_message *question, struct wire_message *answer)
{
	int fds[WIRE_FDS_MAX];

	say(r, question);
	or_end(wire_receive(r->worker->socket, WIRE_DRIVER, WIRE_READER, answer, fds));
	return answer->id == WIRE_inner_done ? (enum sk_status)answer->inner_done.status : SK_FAULT;
}

static enum sk_status inner(void *context, sk_bytes bytes, enum finding_place place_kind, sk_bytes place, struct format_inner *result)
{
	struct reading *r = context;
	struct sk_fault fault;
	uint8_t shown[FINDING_TEXT_MAX];
	struct wire_message answer;
	struct wire_message question = {.id = WIRE_inner, .inner = {.size = bytes.len, .place = (uint8_t)place_kind}};

	*result = (struct format_inner){.kind = KIND_unknown};
	if (bytes.len > limit(LIMIT_inner_bytes))
		return limit_reached(LIMIT_inner_bytes);
	if (!sys_write_at(r->worker->scratch, bytes, 0, &fault))
		return SK_FAULT;
	question.inner.where = wire_text_of(sk_text_bytes(finding_text(place, shown)));
	ring_flush(&r->worker->ring);
	SK_TRY(ask_driver(r, &question, &answer));
	*result = (struct format_inner){.number = answer.inner_done.number, .kind = answer.inner_done.kind, .clean = answer.inner_done.clean};
	return SK_OK;
}

/* ---- one job ---- */

static enum sk_status send_records(void *context, sk_bytes bytes)
{
	return ring_send(context, bytes);
}

static enum sk_status read_all(struct reading *r)
{
	struct neutral_out out;
	struct finding_sink sink = {finding_list_sink, r->findings};
	struct format_read job = {
		.input = r->input,
		.kind = r->bid.kind,
		.level = r->order->level,
		.outermost = r->order->outermost,
		.passwords = r->passwords,
		.arena = &r->worker->arena,
		.out = &out,
		.findings = &sink,
		.inner = inner,
		.context = r,
	};
	neutral_out_init(&out, r->family->vocabulary, r->worker->stage, send_records, &r->worker->ring);
	neutral_start(&out, r->order->level);
	SK_TRY(r->family->read(&job));
	SK_TRY(neutral_end(&out));
	ring_flush(&r->worker->ring);
	return SK_OK;
}

/* A reason for the report, unless the family gave one. */
static void explain(struct reading *r, enum sk_status status)
{
	if (r->findings->blocked || status == SK_OK)
		return;
	switch (status) {
	case SK_LIMIT:
		find(r, FINDING_blocked_limit, limit_rows[limit_last()].name);
		break;
	case SK_ENCRYPTED:
		find(r, FINDING_blocked_password, "");
		break;
	case SK_UNSUPPORTED:
		find(r, FINDING_blocked_kind, format_kind_row(r->bid.kind)->name);
		break;
	case SK_FAULT:
		find(r, FINDING_blocked_fault, "reader");
		break;
	case SK_OK:
	case SK_TRUNCATED:
	case SK_MALFORMED:
		find(r, FINDING_blocked_damaged, sk_status_name(status));
		break;
	}
}

static void say_findings(const struct reading *r)
{
	for (size_t i = 0; i < r->findings->count; i++) {
		struct finding f = finding_list_at(r->findings, i);
		struct wire_message message = {.id = WIRE_finding, .finding = {.code = f.code, .place = f.place, .count = f.count}};
		message.finding.where = wire_text_of(sk_text_bytes(f.where));
		message.finding.detail = wire_text_of(sk_text_bytes(f.detail));
		say(r, &message);
	}
}

/* At level image this process only says what an archive holds; documents are drawn by renderers. A family apart has a reader in another
 * program. */
static bool is_elsewhere(const struct reading *r)
{
	if (r->family == NULL || r->bid.status != SK_OK || r->bid.kind == KIND_unknown)
		return false;
	return r->order->level == LEVEL_IMAGE ? r->bid.kind != KIND_zip : r->family->apart && r->bid.taken;
}

static void work(struct reading *r)
{
	take_bids(r);
	if (is_elsewhere(r)) {
		say(r, &(struct wire_message){.id = WIRE_kind, .kind = {.kind = (uint16_t)r->bid.kind}});
		say(r, &(struct wire_message){.id = WIRE_read_done, .read_done = {.status = SK_OK}});
		return;
	}
	bool taken = can_be_read(r);
	say(r, &(struct wire_message){.id = WIRE_kind,
				      .kind = {.kind = (uint16_t)r->bid.kind, .status = (uint8_t)r->bid.status, .taken = taken}});
	enum sk_status status = taken ? read_all(r) : SK_UNSUPPORTED;
	explain(r, status);
	say_findings(r);
	say(r, &(struct wire_message){.id = WIRE_read_done, .read_done = {.status = (uint8_t)status}});
	if (taken && status != SK_OK)
		process_exit(0); /* the ring holds half a stream */
}

static void serve_one(struct worker *worker, struct finding_list *findings)
{
	struct wire_message message;
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];
	struct reading r = {.worker = worker, .order = &message.read, .findings = findings};

	or_end(wire_receive(worker->socket, WIRE_DRIVER, WIRE_READER, &message, fds));
	if (message.id != WIRE_read || message.read.size > limit(LIMIT_input_bytes) ||
	    !sys_map(fds[0], 0, (size_t)message.read.size, &r.input, &fault) ||
	    message.read.passwords > limit(LIMIT_password_bytes) * limit(LIMIT_passwords) || (message.read.passwords > 0) != (fds[1] >= 0) ||
	    !sys_map(fds[1], 0, message.read.passwords, &r.passwords, &fault))
		process_exit(1);
	sys_close(&fds[0]);
	sys_close(&fds[1]);
	memset(findings, 0, offsetof(struct finding_list, rows));
	work(&r);
	sys_unmap(r.input);
	sys_unmap(r.passwords);
	worker_reset(worker);
}

_Noreturn void reader_serve(struct worker *worker)
{
	static struct finding_list findings;

	for (;;)
		serve_one(worker, &findings);
}
