/*
 * policy_bench: what a decision costs with 500 flows, in processor time, the best of several rounds. Three policies: flows spread over the pairs of six
 * zones; all 500 between two zones, where the last one fits; the same, where none fits. Prints a line each: name, nanoseconds for a decision; then what
 * reading such a policy costs and what comparing it with one that differs in a line costs, in milliseconds.
 */
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "format/format.h"

#define FLOWS 500
#define ROUNDS 7
#define DECISIONS 100000
#define ARENA_BYTES ((size_t)256 << 20)

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void put_flow(struct sk_buf *out, unsigned i, unsigned from, unsigned to, unsigned size)
{
	sk_buf_str(out, "許可 流れ");
	sk_buf_decimal(out, i);
	sk_buf_str(out, ": z");
	sk_buf_decimal(out, from);
	sk_buf_str(out, " → z");
	sk_buf_decimal(out, to);
	sk_buf_str(out, " {\n経路 ファイル\n依頼者 員\n形式 docx, pdf\n大きさ ");
	sk_buf_decimal(out, size);
	sk_buf_str(out, "KB以下\n機密性 2以下\n無害化 構造再構成\n承認 1人 長\n原本 30日\n検査 a\n理由 「r」\n期限 2027-03-31\n}\n");
}

static void put_head(struct sk_buf *out)
{
	sk_buf_str(out, "方針 「p」\n組織 「o」\n機密性 1 < 2 < 3\n完全性 1 < 2\n可用性 1 < 2\n役割 長 {\n機密性 3以下\n}\n役割 員 {\n機密性 3以下\n}\n検査機 a {\n定義 1日以内\n}\n");
	for (unsigned i = 0; i < 6; i++) {
		sk_buf_str(out, "領域 z");
		sk_buf_decimal(out, i);
		sk_buf_str(out, " {\n種別 その他\n}\n");
	}
	sk_buf_str(out, "禁止 否: すべて → すべて {\n機密性 3以上\n理由 「r」\n}\n");
}

/* Sizes climb: a request fits the flow whose size it has, and all behind it. */
static sk_bytes text_of(bool spread, unsigned last_size)
{
	struct sk_buf out;

	sk_buf_fixed(&out, malloc(1 << 20), 1 << 20);
	put_head(&out);
	for (unsigned i = 0; i < FLOWS; i++) {
		unsigned pair = spread ? i % 30 : 0, from = pair / 5, to = pair % 5 + (pair % 5 >= from);
		put_flow(&out, i, from, to, i + 1 < FLOWS ? i + 1 : last_size);
	}
	return sk_buf_bytes(&out);
}

static const struct policy *read_policy(sk_bytes text, struct sk_arena *arena)
{
	static struct policy_errors errors;
	const struct policy *policy;

	if (policy_read(SK_TEXT("bench"), text, NULL, arena, &errors, &policy) == SK_OK)
		return policy;
	fputs("the policy of the bench is wrong\n", stderr);
	exit(1);
}

static void decide(const char *name, const struct policy *policy, uint64_t size, bool permitted)
{
	struct policy_request r = {.from = 0, .to = 1, .role = 1, .kind = KIND_docx, .size = size, .classes = {1, 0, 0}, .day = 20800};
	struct policy_decision d;
	double best = 1e18;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double begin = now_ns();
		for (unsigned i = 0; i < DECISIONS; i++) {
			r.classes[1] = i & 1;
			policy_decide(policy, &r, &d);
			if (d.permitted != permitted)
				exit(1);
		}
		double took = (now_ns() - begin) / DECISIONS;
		best = took < best ? took : best;
	}
	printf("%-44s %9.0f ns\n", name, best);
}

int main(void)
{
	static uint8_t room[1 << 20];
	struct sk_arena arena;
	struct policy_difference difference;
	struct sk_buf out;

	sk_arena_init(&arena, malloc(ARENA_BYTES), ARENA_BYTES);
	sk_buf_fixed(&out, room, sizeof room);
	sk_bytes spread = text_of(true, FLOWS), dense = text_of(false, FLOWS), other = text_of(false, FLOWS + 1);
	decide("500 flows among six zones", read_policy(spread, &arena), 1, true);
	double begin = now_ns();
	const struct policy *policy = read_policy(dense, &arena);
	double read = now_ns() - begin;
	decide("500 flows between two zones, the last fits", policy, (uint64_t)FLOWS << 10, true);
	decide("500 flows between two zones, none fits", policy, (uint64_t)FLOWS << 20, false);
	const struct policy *after = read_policy(other, &arena);
	begin = now_ns();
	if (policy_diff(policy, after, 20800, false, &arena, &difference, &out) != SK_OK)
		return 1;
	printf("%-44s %9.2f ms\n%-44s %9.2f ms\n", "reading 500 flows", read / 1e6, "comparing 500 flows with one changed", (now_ns() - begin) / 1e6);
	return 0;
}
