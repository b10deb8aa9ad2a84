/*
 * Character sets, the text family's whole line and the bids of foreign kinds under any bytes. Beyond "no crash": what is
 * decoded is UTF-8; what was valid comes back; what was written is text again, and passes the line unchanged; no line of a table
 * begins with a formula.
 */
#include <stdio.h>
#include <stdlib.h>

#include "format/text/line_test.h"

extern const struct format format_foreign;

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static sk_bytes decode(enum charset charset, sk_bytes in, struct sk_arena *arena, size_t *replaced)
{
	struct sk_buf out;
	sk_buf_init(&out, arena, SIZE_MAX);
	sk_assert(charset_to_utf8(charset, in, &out, replaced) == SK_OK);
	return sk_buf_bytes(&out);
}

static void check_charset(enum charset charset, sk_bytes in, struct sk_arena *arena)
{
	struct sk_buf out;
	size_t replaced, missing;
	sk_bytes utf8 = decode(charset, in, arena, &replaced);
	sk_assert(memchr(in.at, 0, in.len) != NULL || utf8.len == 0 || memchr(utf8.at, 0, utf8.len) != NULL || sk_utf8_valid(utf8));
	sk_buf_init(&out, arena, SIZE_MAX);
	sk_assert(charset_from_utf8(charset, utf8, &out, &missing) == SK_OK);
	sk_assert(replaced > 0 || missing == 0);
	if (replaced > 0)
		return;
	sk_assert(sk_bytes_equal(decode(charset, sk_buf_bytes(&out), arena, &replaced), utf8));
	sk_assert(replaced == 0);
}

static void check_table(sk_bytes text)
{
	for (size_t at = sk_bytes_find(text, SK_BYTES("\n="), 0); at != SIZE_MAX; at = sk_bytes_find(text, SK_BYTES("\n="), at + 1))
		sk_assert(at + 2 < text.len && (text.at[at + 2] < '0' || text.at[at + 2] > '9') && (text.at[at + 2] | 0x20) != 'a');
}

static void check_line(sk_bytes in, unsigned level)
{
	struct line once, again;
	line_run(&once, in, level);
	if (once.bid.taken && once.read_status == SK_OK) {
		sk_assert(once.write_status == SK_OK);
		line_run(&again, once.output, LEVEL_REBUILD);
		sk_assert(level == LEVEL_TEXT || (again.bid.taken && again.read_status == SK_OK));
		if (level == LEVEL_REBUILD && !sk_bytes_equal(again.output, once.output)) {
			fprintf(stderr, "not the same again\n");
			abort();
		}
		if (once.bid.kind != KIND_text)
			check_table(once.output);
		line_free(&again);
	}
	line_free(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct sk_arena arena;
	struct format_bid bid;
	void *memory = malloc(len * 64 + 65536);
	if (memory == NULL || len == 0)
		return free(memory), 0;
	sk_bytes in = sk_bytes_of(at + 1, len - 1);
	sk_arena_init(&arena, memory, len * 64 + 65536);
	if (in.len > 0)
		check_charset((enum charset)(at[0] % CHARSET_COUNT), in, &arena);
	format_foreign.bid(in, &arena, &bid);
	sk_assert(!bid.taken);
	sk_arena_reset(&arena);
	free(memory);
	check_line(in, (at[0] & 0x80) != 0 ? LEVEL_TEXT : LEVEL_REBUILD);
	return 0;
}
