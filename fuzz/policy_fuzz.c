/*
 * The policy language, from bytes to decisions. The input is up to four files, divided by lines "%%": the policy and parts named 1, 2, 3. Whatever it is:
 * errors can be printed; canonical text is canonical; a policy read again from its canonical text has the same version and answers the same; it
 * differs from itself in nothing.
 */
#include "policy/policy.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define PARTS 4

struct parts {
	sk_bytes at[PARTS];
};

static void split(sk_bytes input, struct parts *parts)
{
	for (unsigned i = 0; i < PARTS; i++) {
		size_t end = i + 1 < PARTS ? sk_bytes_find(input, SK_BYTES("%%\n"), 0) : SIZE_MAX;
		parts->at[i] = sk_bytes_slice(input, 0, end);
		input = end == SIZE_MAX ? SK_BYTES("") : sk_bytes_slice(input, end + 3, SIZE_MAX);
	}
}

static bool give(void *context, sk_text name, sk_bytes *bytes)
{
	if (name.len != 1 || name.at[0] < '1' || name.at[0] >= '0' + PARTS)
		return false;
	*bytes = ((struct parts *)context)->at[name.at[0] - '0'];
	return true;
}

static void check(bool good)
{
	if (!good)
		abort();
}

static void print_errors(const struct policy_errors *errors)
{
	static uint8_t room[1 << 16];
	struct sk_buf out;

	check(errors->count > 0 && errors->count <= POLICY_ERRORS_MAX);
	for (unsigned i = 0; i < 2 * errors->count; i++) {
		sk_buf_fixed(&out, room, sizeof room);
		policy_error_print(&errors->at[i / 2], i % 2 == 0, &out);
		check(out.status != SK_OK || sk_utf8_valid(sk_buf_bytes(&out)));
	}
}

static void try_format(sk_bytes bytes, struct sk_arena *arena)
{
	static struct policy_errors errors;
	struct sk_buf once, twice;

	sk_buf_init(&once, arena, (size_t)16 << 20);
	sk_buf_init(&twice, arena, (size_t)16 << 20);
	if (policy_format(SK_TEXT("f"), bytes, arena, &errors, &once) != SK_OK) {
		print_errors(&errors);
		return;
	}
	check(policy_format(SK_TEXT("f"), sk_buf_bytes(&once), arena, &errors, &twice) == SK_OK);
	check(sk_bytes_equal(sk_buf_bytes(&once), sk_buf_bytes(&twice)));
}

/* ---- a policy and the one that its canonical text makes ---- */

static void ask(const struct policy *a, const struct policy *b, uint64_t *state, struct sk_buf *out)
{
	struct policy_request r = {0};
	struct policy_decision x, y;
	uint64_t s = *state = *state * 6364136223846793005u + 1442695040888963407u;

	r.from = (unsigned)(s >> 60) % (policy_zone_count(a) + 1);
	r.to = (unsigned)(s >> 55) % (policy_zone_count(a) + 1);
	r.role = (unsigned)(s >> 48) % (policy_role_count(a) + 1);
	r.channel = (unsigned)(s >> 44) % (POLICY_CHANNEL_COUNT + 1);
	r.kind = (unsigned)(s >> 36) % 70;
	r.size = s >> (s % 61);
	r.day = (int32_t)(s >> 30) % 40000;
	for (unsigned i = 0; i < POLICY_SCALE_COUNT; i++)
		r.classes[i] = (unsigned)(s >> (20 + i)) % 4;
	policy_decide(a, &r, &x);
	policy_decide(b, &r, &y);
	check(x.permitted == y.permitted && x.reason == y.reason && x.failed == y.failed);
	check((x.rule == NULL) == (y.rule == NULL));
	check(x.rule == NULL || sk_bytes_equal(sk_text_bytes(x.rule->name), sk_text_bytes(y.rule->name)));
	if (x.reason == POLICY_REASON_unknown)
		return;
	sk_buf_reset(out);
	policy_explain(a, &r, &x, s & 1, out);
	check(sk_utf8_valid(sk_buf_bytes(out)));
}

static void compare(const struct policy *a, const struct policy *b, struct sk_arena *arena)
{
	static uint8_t room[1 << 20];
	struct policy_difference d;
	struct sk_buf out;
	uint64_t state = policy_rule_count(a);

	sk_buf_fixed(&out, room, sizeof room);
	check(memcmp(policy_version(a), policy_version(b), POLICY_VERSION_BYTES) == 0);
	for (unsigned i = 0; i < 200; i++)
		ask(a, b, &state, &out);
	sk_buf_reset(&out);
	(void)policy_advise(a, 20000, true, &out);
	sk_buf_reset(&out);
	enum sk_status status = policy_diff(a, b, 20000, true, arena, &d, &out);
	check(status == SK_LIMIT || (status == SK_OK && d.looser + d.tighter + d.other == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct parts parts;
	struct policy_source source = {give, &parts};
	static struct policy_errors errors, again;
	const struct policy *policy, *second;

	if (len > (1 << 16))
		return 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	split(sk_bytes_of(at, len), &parts);
	try_format(parts.at[0], &arena);
	if (policy_read(SK_TEXT("root"), parts.at[0], &source, &arena, &errors, &policy) != SK_OK) {
		check(policy == NULL);
		print_errors(&errors);
	} else {
		check(policy_read(SK_TEXT("root"), policy_text(policy), NULL, &arena, &again, &second) == SK_OK);
		compare(policy, second, &arena);
	}
	sk_arena_reset(&arena);
	return 0;
}
