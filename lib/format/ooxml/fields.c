/*
 * Word's complex fields (ECMA-376 part 1, 17.16.18): begin, instruction, separate, result, end, over runs and nesting.
 *
 * What the attacker controls here: how an instruction is split and nested. The marks of a part are gathered before the
 * part is read: an instruction is put together over all its pieces and judged whole. It stays only when it is on the
 * list and nothing is nested in it; otherwise all its marks go and its result stays as text.
 */
#include "format/ooxml/ooxml.h"

#include "neutral/grammar.h"

#define OPEN_MAX 64                  /* fields open at once; deeper ones go */
#define INSTRUCTION_BYTES_MAX 32768  /* pieces beyond it make the instruction one that goes */

struct open_field {
	uint32_t begin;    /* its event */
	size_t text;       /* where its instruction starts in the gathered text */
	bool in_code;      /* before its separate mark */
	bool refused;      /* nested in an instruction, or has something nested in its own */
	bool allowed;
};

struct gatherer {
	struct package *package;
	const struct part *part;
	struct field_events *events;
	uint32_t room;
	struct sk_buf text;
	struct open_field open[OPEN_MAX];
	unsigned depth;
	unsigned too_deep; /* fields opened beyond OPEN_MAX */
};

static struct field_event *add_event(struct gatherer *g, size_t offset)
{
	struct field_events *events = g->events;
	if (events->count == g->room) {
		uint32_t more = g->room == 0 ? 64 : g->room * 2;
		struct field_event *grown = sk_arena_grow(g->package->job->arena, events->events, g->room * sizeof *grown, more * sizeof *grown);
		if (grown == NULL)
			return NULL;
		events->events = grown;
		g->room = more;
	}
	struct field_event *event = &events->events[events->count++];
	*event = (struct field_event){.offset = offset, .action = FIELD_DROP};
	return event;
}

static sk_bytes trimmed_instruction(const struct gatherer *g, size_t from)
{
	sk_bytes b = sk_bytes_slice(sk_buf_bytes(&g->text), from, g->text.len);
	while (b.len > 0 && b.at[0] <= ' ')
		b = sk_bytes_slice(b, 1, b.len);
	while (b.len > 0 && b.at[b.len - 1] <= ' ')
		b.len--;
	return b;
}

/* The field's name, for the report: its first word. */
static sk_bytes first_word(sk_bytes instruction)
{
	size_t len = 0;
	while (len < instruction.len && len < 24 && instruction.at[len] > ' ' && instruction.at[len] != '"' && instruction.at[len] != '\\')
		len++;
	return sk_bytes_slice(instruction, 0, len);
}

static bool decide(struct gatherer *g, struct open_field *field)
{
	sk_bytes instruction = trimmed_instruction(g, field->text);
	field->allowed = !field->refused && g->text.status == SK_OK && field_allowed(instruction);
	if (field->allowed) {
		struct field_event *begin = &g->events->events[field->begin];
		begin->instruction = sk_arena_copy(g->package->job->arena, instruction);
		begin->action = begin->instruction.at != NULL ? FIELD_BEGIN : FIELD_DROP;
		field->allowed = begin->action == FIELD_BEGIN;
	} else {
		finding_report(g->package->job->findings, FINDING_field_removed, g->part->place, g->part->where,
			       first_word(instruction), 1);
	}
	g->text.len = field->text;
	return field->allowed;
}

static enum sk_status mark_begin(struct gatherer *g, size_t offset)
{
	struct field_event *event = add_event(g, offset);
	if (event == NULL)
		return SK_LIMIT;
	if (g->depth == OPEN_MAX) {
		g->too_deep++;
		return SK_OK;
	}
	struct open_field *parent = g->depth > 0 ? &g->open[g->depth - 1] : NULL;
	bool in_code = parent != NULL && parent->in_code;
	if (in_code)
		parent->refused = true;
	event->enters = true;
	g->open[g->depth++] = (struct open_field){
		.begin = g->events->count - 1,
		.text = g->text.len,
		.in_code = true,
		.refused = in_code,
	};
	return SK_OK;
}

static enum sk_status mark_separate(struct gatherer *g, size_t offset)
{
	struct field_event *event = add_event(g, offset);
	if (event == NULL)
		return SK_LIMIT;
	if (g->too_deep > 0 || g->depth == 0 || !g->open[g->depth - 1].in_code)
		return SK_OK;
	struct open_field *field = &g->open[g->depth - 1];
	field->in_code = false;
	event->leaves = true;
	event->action = decide(g, field) ? FIELD_SEPARATE : FIELD_DROP;
	return SK_OK;
}

static enum sk_status mark_end(struct gatherer *g, size_t offset)
{
	struct field_event *event = add_event(g, offset);
	if (event == NULL)
		return SK_LIMIT;
	if (g->too_deep > 0) {
		g->too_deep--;
		return SK_OK;
	}
	if (g->depth == 0)
		return SK_OK;
	struct open_field *field = &g->open[--g->depth];
	event->leaves = field->in_code;
	if (field->in_code)
		(void)decide(g, field);
	event->action = field->allowed ? FIELD_END : FIELD_DROP;
	return SK_OK;
}

static enum sk_status take_mark(struct gatherer *g, const struct field_piece *piece)
{
	if (sk_bytes_equal(piece->bytes, SK_BYTES("begin")))
		return mark_begin(g, piece->offset);
	if (sk_bytes_equal(piece->bytes, SK_BYTES("separate")))
		return mark_separate(g, piece->offset);
	if (sk_bytes_equal(piece->bytes, SK_BYTES("end")))
		return mark_end(g, piece->offset);
	return add_event(g, piece->offset) != NULL ? SK_OK : SK_LIMIT;
}

/* Fields that never end keep nothing, and their region silences nothing. */
static void abandon_open(struct gatherer *g)
{
	while (g->depth > 0) {
		struct open_field *field = &g->open[--g->depth];
		struct field_event *begin = &g->events->events[field->begin];
		begin->action = FIELD_DROP;
		if (field->in_code) {
			begin->enters = false;
			(void)decide(g, field);
			begin->action = FIELD_DROP;
		}
	}
}

static enum sk_status gather_all(struct gatherer *g, struct field_pieces *pieces)
{
	struct field_piece piece;
	for (;;) {
		bool in_code = g->depth > 0 && g->open[g->depth - 1].in_code;
		SK_TRY(field_pieces_next(pieces, in_code, &piece));
		if (piece.kind == FIELD_PIECE_END)
			return SK_OK;
		if (piece.kind == FIELD_PIECE_MARK)
			SK_TRY(take_mark(g, &piece));
		else if (in_code)
			sk_buf_put(&g->text, piece.bytes);
	}
}

enum sk_status fields_read(struct package *package, const struct part *part, struct field_events *events, bool *moved)
{
	struct sk_arena *arena = package->job->arena;
	struct field_pieces pieces;
	*moved = false;
	if (!field_pieces_open(&pieces, package->reader))
		return SK_OK;
	struct gatherer *g = sk_arena_make(arena, sizeof *g);
	if (g == NULL)
		return SK_LIMIT;
	*g = (struct gatherer){.package = package, .part = part, .events = events};
	sk_buf_init(&g->text, arena, INSTRUCTION_BYTES_MAX);
	*moved = pieces.by_tokens;
	enum sk_status status = gather_all(g, &pieces);
	abandon_open(g);
	/* A part that breaks off is mended by its reader, which then meets the same marks. */
	return status == SK_LIMIT || status == SK_FAULT ? status : SK_OK;
}
