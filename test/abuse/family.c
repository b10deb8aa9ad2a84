/* The family of the abuse tests. A file is "ABUSE " and commands, one a line: an attack's name, "say TEXT", "inner COMMAND". */
#include "abuse/attacks.h"

#include "abuse/abuse_vocabulary.h"

#define MAGIC SK_BYTES("ABUSE ")

static void abuse_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	(void)arena;
	if (sk_bytes_starts(input, MAGIC))
		*bid = (struct format_bid){.bits = 48, .kind = KIND_text, .taken = true};
}

static enum sk_status say(struct format_read *job, sk_bytes text)
{
	neutral_open(job->out, ABUSE_NODE_leaf_piece);
	neutral_bytes(job->out, ABUSE_NODE_leaf_piece, text);
	neutral_close(job->out);
	return SK_OK;
}

/* A blocked one is left out, as a document would. */
static enum sk_status run_inner(struct format_read *job, sk_bytes command)
{
	struct sk_buf bytes;
	struct format_inner result;

	sk_buf_init(&bytes, job->arena, 4096);
	sk_buf_put(&bytes, MAGIC);
	sk_buf_put(&bytes, command);
	SK_TRY(job->inner(job->context, sk_buf_bytes(&bytes), FINDING_PART, SK_BYTES("part"), &result));
	if (!result.clean)
		return SK_OK;
	neutral_open(job->out, ABUSE_NODE_leaf_inner);
	neutral_number(job->out, ABUSE_NODE_leaf_inner, result.number);
	neutral_close(job->out);
	return SK_OK;
}

static enum sk_status obey(struct format_read *job, sk_bytes command)
{
	if (sk_bytes_starts(command, SK_BYTES("say ")))
		return say(job, sk_bytes_slice(command, 4, command.len));
	if (sk_bytes_starts(command, SK_BYTES("inner ")))
		return run_inner(job, sk_bytes_slice(command, 6, command.len));
	for (size_t i = 0; i < attack_count; i++)
		if (sk_bytes_equal(command, sk_bytes_str(attacks[i].name)))
			attacks[i].run(job);
	return SK_OK;
}

static enum sk_status abuse_read(struct format_read *job)
{
	sk_bytes rest = sk_bytes_slice(job->input, MAGIC.len, job->input.len);

	neutral_open(job->out, ABUSE_NODE_abuse_abuse);
	while (rest.len > 0) {
		size_t end = sk_min(sk_bytes_find(rest, SK_BYTES("\n"), 0), rest.len);
		SK_TRY(obey(job, sk_bytes_slice(rest, 0, end)));
		rest = sk_bytes_slice(rest, end + 1, rest.len);
	}
	neutral_close(job->out);
	return SK_OK;
}

static enum sk_status put_inner(struct format_write *job, int64_t number)
{
	sk_bytes bytes;
	unsigned kind;

	SK_TRY(job->inner(job->context, (uint32_t)number, &bytes, &kind));
	return job->put(job->context, bytes);
}

/* "too much" becomes more than any output may have. */
static enum sk_status put_piece(struct format_write *job, sk_bytes text)
{
	bool endless = sk_bytes_equal(text, SK_BYTES("too much"));

	return job->put(job->context, sk_bytes_of(text.at, endless ? SIZE_MAX : text.len));
}

static enum sk_status abuse_write(struct format_write *job)
{
	struct neutral_record r;

	do {
		SK_TRY(neutral_next(job->in, &r));
		if (r.op == NEUTRAL_TEXT_OF && r.node == ABUSE_NODE_leaf_piece)
			SK_TRY(put_piece(job, r.bytes));
		if (r.op == NEUTRAL_TEXT_OF && r.node == ABUSE_NODE_leaf_inner)
			SK_TRY(put_inner(job, r.number));
	} while (r.op != NEUTRAL_CLOSE || r.node != ABUSE_NODE_abuse_abuse);
	return SK_OK;
}

static const struct format abuse = {
	.name = "abuse", .vocabulary = &abuse_vocabulary, .bid = abuse_bid, .read = abuse_read, .write = abuse_write,
};

const struct format *const formats[] = {&abuse};
const size_t format_count = 1;

const struct format *format_by_digest(uint32_t digest)
{
	return digest == abuse_vocabulary.digest ? &abuse : NULL;
}
