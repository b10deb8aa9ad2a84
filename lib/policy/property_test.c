/*
 * Properties over random policies, each asked every request of a small world (all zones, channels, roles, classes; sizes and days where rules
 * cut and beside it): default is refuse, a prohibition never lets more through, formatting changes no answer, diff is empty if and only if no answer changed.
 */
#include "format/format.h"
#include "sample_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ROUNDS 150
#define RULES 7
#define FIRST_DAY 20000 /* 2024-10-04 */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static unsigned below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* ---- a world ---- */

struct gene {
	bool permits, screen;
	unsigned from, to, channels, roles, kinds, size, class, integrity, level, people, approvers, days, scan, until, except, no_deputy;
};

struct genome {
	struct gene rules[RULES];
	unsigned count, ceiling[3], deputy, age, renamed;
};

static const char *const zones[] = {"甲", "乙", "丙"}, *const roles[] = {"長", "員", "客"}, *const kinds[] = {"docx", "pdf", "csv"};
static const unsigned request_kinds[] = {KIND_docx, KIND_pdf, KIND_csv, KIND_png};
static const uint64_t sizes[] = {0, 1 << 20, (1 << 20) + 1, 2 << 20, (2 << 20) + 1, 1 << 30};
static const int32_t days[] = {FIRST_DAY, FIRST_DAY + 10, FIRST_DAY + 11, FIRST_DAY + 20, FIRST_DAY + 21};

static struct gene random_gene(void)
{
	struct gene g = {.permits = below(3) > 0, .screen = below(6) == 0};

	g.from = 1 + below(7);
	g.to = 1 + below(7);
	if (g.from == g.to && (g.from & (g.from - 1)) == 0)
		g.to = 7 & ~g.from;
	g.channels = 1 + below(3);
	g.roles = 1 + below(7);
	g.kinds = 1 + below(7);
	g.size = below(3);
	g.class = below(3);
	g.integrity = below(3);
	g.level = below(3);
	g.people = below(3);
	g.approvers = 1 + below(7);
	g.days = below(2);
	g.scan = below(4);
	g.until = below(3);
	g.except = below(4);
	g.no_deputy = below(2);
	return g;
}

static struct genome random_genome(void)
{
	struct genome g = {.count = 1 + below(RULES), .deputy = below(3), .age = 1 + below(2)};

	for (unsigned i = 0; i < g.count; i++)
		g.rules[i] = random_gene();
	for (unsigned i = 0; i < 3; i++)
		g.ceiling[i] = below(3);
	return g;
}

/* ---- as text ---- */

static void put_set(struct sk_buf *out, const char *keyword, const char *const *names, unsigned set)
{
	sk_buf_str(out, keyword);
	for (unsigned i = 0, first = 1; i < 3; i++)
		if (set >> i & 1) {
			sk_buf_str(out, first ? " " : ", ");
			sk_buf_str(out, names[i]);
			first = 0;
		}
}

static void put_line(struct sk_buf *out, const char *keyword, unsigned number, const char *unit)
{
	sk_buf_str(out, keyword);
	sk_buf_decimal(out, number);
	sk_buf_str(out, unit);
	sk_buf_u8(out, '\n');
}

static void put_scan(struct sk_buf *out, unsigned scan)
{
	static const char *const sets[] = {"検査 なし\n", "検査 a\n", "検査 b\n", "検査 b, a\n"};

	sk_buf_str(out, sets[scan]);
}

static void put_permit(struct sk_buf *out, const struct gene *g)
{
	static const char *const channels[] = {"", "経路 ファイル\n", "経路 メール\n", "経路 ファイル, メール\n"};
	static const char *const levels[] = {"無害化 構造再構成\n", "無害化 構造再構成, 画像化\n", "無害化 テキスト化\n"};

	sk_buf_str(out, g->screen ? "経路 画面\n" : channels[g->channels]);
	put_set(out, "依頼者", roles, g->roles);
	if (g->people == 0) {
		sk_buf_str(out, "\n承認 なし\n");
	} else {
		put_line(out, "\n承認 ", g->people, "人");
		out->len--;
		put_set(out, "", roles, g->approvers);
		sk_buf_str(out, g->no_deputy ? " 代理不可\n" : "\n");
	}
	put_line(out, "機密性 ", g->class + 1, "以下");
	if (g->integrity < 2)
		put_line(out, "完全性 ", g->integrity + 1, "以下");
	sk_buf_str(out, "期限 ");
	policy_date_print(days[1 + 2 * (g->until % 2)], out);
	sk_buf_u8(out, '\n');
	if (g->screen)
		return;
	put_set(out, "形式", kinds, g->kinds);
	put_line(out, "\n大きさ ", g->size + 1, "MB以下");
	sk_buf_str(out, levels[g->level]);
	put_line(out, "原本 ", 30 * (g->days + 1), "日");
	put_scan(out, g->scan);
}

static void put_refusal(struct sk_buf *out, const struct genome *all, const struct gene *g)
{
	if (g->channels == 2)
		sk_buf_str(out, "経路 メール, 画面\n");
	if (g->roles != 7) {
		put_set(out, "依頼者", roles, g->roles);
		sk_buf_u8(out, '\n');
	}
	if (g->kinds < 3) {
		put_set(out, "形式", kinds, g->kinds);
		sk_buf_u8(out, '\n');
	}
	if (g->size > 0)
		put_line(out, "大きさ ", g->size * 1024, "KB以上");
	if (g->class > 0)
		put_line(out, "機密性 ", g->class + 1, "以上");
	if (g->until == 0) {
		sk_buf_str(out, "期限 ");
		policy_date_print(days[1], out);
		sk_buf_u8(out, '\n');
	}
	for (unsigned i = 0; i < all->count; i++) { /* one exception, when a permit meets the same pairs */
		const struct gene *p = &all->rules[i];
		unsigned from = g->from & p->from, to = g->to & p->to;
		bool meets = from != 0 && to != 0 && !((from & (from - 1)) == 0 && from == to);
		if (p->permits && meets && i % 4 == g->except) {
			put_line(out, "例外 規則", i, "");
			return;
		}
	}
}

static void put_rule(struct sk_buf *out, const struct genome *all, const struct gene *g, const char *name, unsigned number)
{
	sk_buf_str(out, g->permits ? "許可 " : "禁止 ");
	sk_buf_str(out, name);
	sk_buf_decimal(out, number);
	put_set(out, ":", zones, g->from);
	put_set(out, " →", zones, g->to);
	sk_buf_str(out, " {\n理由 「r」\n");
	if (g->permits)
		put_permit(out, g);
	else
		put_refusal(out, all, g);
	sk_buf_str(out, "}\n");
}

/* extra: one prohibition more, before the rule of that number. */
static sk_bytes text_of(const struct genome *g, const struct gene *extra, unsigned place)
{
	struct sk_buf *out = calloc(1, sizeof *out);

	sk_buf_fixed(out, malloc(1 << 16), 1 << 16);
	sk_buf_str(out, "方針 「p」\n組織 「o」\n機密性 1 < 2 < 3\n完全性 1 < 2\n可用性 1 < 2\n");
	for (unsigned i = 0; i < 3; i++) {
		sk_buf_str(out, "領域 ");
		sk_buf_str(out, zones[i]);
		sk_buf_str(out, " {\n種別 その他\n}\n役割 ");
		sk_buf_str(out, roles[i]);
		put_line(out, " {\n機密性 ", g->ceiling[i] + 1, "以下");
		if (i == 0 && g->deputy > 0)
			put_set(out, "代理", roles, 1u << g->deputy);
		sk_buf_str(out, "\n}\n");
	}
	put_line(out, "検査機 a {\n定義 ", g->age, "日以内");
	sk_buf_str(out, "}\n検査機 b {\n定義 1日以内\n}\n");
	for (unsigned i = 0; i < g->count; i++) {
		if (extra != NULL && place == i)
			put_rule(out, g, extra, "追加", 0);
		put_rule(out, g, &g->rules[i], "規則", i);
	}
	if (extra != NULL && place >= g->count)
		put_rule(out, g, extra, "追加", 0);
	assert_int_equal(out->status, SK_OK);
	sk_bytes text = sk_buf_bytes(out);
	free(out);
	return text;
}

static const struct policy *policy_of(sk_bytes text)
{
	const struct policy *policy = test_policy(text);
	static uint8_t room[1 << 16];
	struct sk_buf out;

	if (policy != NULL)
		return policy;
	sk_buf_fixed(&out, room, sizeof room);
	policy_error_print(&test_errors.at[0], true, &out);
	fail_msg("%.*s", (int)out.len, room);
	return NULL;
}

/* ---- every request ---- */

typedef void visit(void *context, const struct policy_request *request);

static void each_class(struct policy_request *r, visit *see, void *context)
{
	for (unsigned i = 0; i < 3 * 2 * 2; i++) {
		r->classes[0] = i % 3;
		r->classes[1] = i / 3 % 2;
		r->classes[2] = i / 6;
		see(context, r);
	}
}

static void each_request(visit *see, void *context)
{
	struct policy_request r = {0};

	for (unsigned i = 0; i < 3 * 3 * 3; i++) {
		r.from = i % 3;
		r.to = i / 3 % 3;
		r.role = i / 9;
		for (unsigned k = 0; k < 3 * SK_COUNT(request_kinds) && r.from != r.to; k++) {
			r.channel = k % 3;
			r.kind = request_kinds[k / 3];
			for (unsigned n = 0; n < SK_COUNT(sizes) * SK_COUNT(days); n++) {
				r.size = sizes[n % SK_COUNT(sizes)];
				r.day = days[n / SK_COUNT(sizes)];
				each_class(&r, see, context);
			}
		}
	}
}

/* ---- when two answers are the same: written anew here, not asked of the code under test ---- */

/* Of this world, where both policies number roles and scanners alike. */
static uint64_t approvers(const struct policy *p, const struct policy_approval *a)
{
	uint64_t all = a->roles;

	for (unsigned i = 0; i < policy_role_count(p) && !a->no_deputy; i++)
		if (a->roles >> i & 1)
			all |= policy_role_at(p, i)->deputies;
	return all;
}

static bool same_conditions(const struct policy *a, const struct policy_rule *x, const struct policy *b, const struct policy_rule *y)
{
	if (x->level_count != y->level_count || x->approval_count != y->approval_count || x->original_days != y->original_days || x->scanners != y->scanners)
		return false;
	for (unsigned i = 0; i < x->level_count; i++)
		if (x->levels[i] != y->levels[i])
			return false;
	for (unsigned i = 0; i < policy_scanner_count(a); i++)
		if (x->scanners >> i & 1 && policy_scanner_at(a, i)->signature_days != policy_scanner_at(b, i)->signature_days)
			return false;
	return x->approval_count == 0 ||
	       (x->approvals[0].people == y->approvals[0].people && approvers(a, &x->approvals[0]) == approvers(b, &y->approvals[0]));
}

struct pair {
	const struct policy *before, *after;
	unsigned opened, closed, changed, permitted;
};

static void compare(void *context, const struct policy_request *request)
{
	struct pair *pair = context;
	struct policy_decision before, after;

	policy_decide(pair->before, request, &before);
	policy_decide(pair->after, request, &after);
	pair->permitted += after.permitted;
	pair->opened += after.permitted && !before.permitted;
	pair->closed += before.permitted && !after.permitted;
	pair->changed += before.permitted && after.permitted && !same_conditions(pair->before, before.rule, pair->after, after.rule);
}

static struct pair compared(const struct policy *before, const struct policy *after)
{
	struct pair pair = {.before = before, .after = after};

	each_request(compare, &pair);
	return pair;
}

/* ---- properties ---- */

static void free_text(sk_bytes text)
{
	free((void *)(uintptr_t)text.at);
}

static void test_a_prohibition_lets_nothing_through(void **state)
{
	unsigned closed = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct genome g = random_genome();
		struct gene extra = random_gene();
		extra.permits = false;
		sk_bytes a = text_of(&g, NULL, 0), b = text_of(&g, &extra, below(g.count + 1));
		struct pair pair = compared(policy_of(a), policy_of(b));
		assert_int_equal(pair.opened, 0);
		assert_int_equal(pair.changed, 0);
		closed += pair.closed;
		free_text(a);
		free_text(b);
		sk_arena_reset(&test_arena);
	}
	assert_true(closed > 0);
}

static void test_default_is_refuse(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		struct genome g = random_genome();
		for (unsigned i = 0; i < g.count; i++)
			g.rules[i].permits = false;
		sk_bytes a = text_of(&g, NULL, 0);
		struct pair pair = compared(NULL, policy_of(a));
		assert_int_equal(pair.permitted, 0);
		free_text(a);
		sk_arena_reset(&test_arena);
	}
}

static void test_format_keeps_every_answer(void **state)
{
	static uint8_t room[2][1 << 17];

	(void)state;
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		struct genome g = random_genome();
		struct sk_buf once, twice;
		sk_bytes a = text_of(&g, NULL, 0);
		test_arena_open();
		sk_buf_fixed(&once, room[0], sizeof room[0]);
		sk_buf_fixed(&twice, room[1], sizeof room[1]);
		assert_int_equal(policy_format(SK_TEXT("f"), a, &test_arena, &test_errors, &once), SK_OK);
		assert_int_equal(policy_format(SK_TEXT("f"), sk_buf_bytes(&once), &test_arena, &test_errors, &twice), SK_OK);
		assert_true(sk_bytes_equal(sk_buf_bytes(&once), sk_buf_bytes(&twice)));
		struct pair pair = compared(policy_of(a), policy_of(sk_buf_bytes(&once)));
		assert_int_equal(pair.opened + pair.closed + pair.changed, 0);
		assert_memory_equal(policy_version(pair.before), policy_version(pair.after), POLICY_VERSION_BYTES);
		free_text(a);
		sk_arena_reset(&test_arena);
	}
}

/* A policy that differs from another in nothing, in one rule, in a role, in a scanner, in the order, or in all. */
static struct genome changed_genome(const struct genome *g)
{
	struct genome h = *g;
	unsigned i = below(g->count), k = below(g->count);

	switch (below(7)) {
	case 0:
		return h;
	case 1:
		h.rules[i] = random_gene();
		return h;
	case 2:
		h.ceiling[below(3)] = below(3);
		return h;
	case 3:
		h.age = 1 + below(2);
		h.deputy = below(3);
		return h;
	case 4:
		h.rules[i] = g->rules[k];
		h.rules[k] = g->rules[i];
		return h;
	case 5:
		h.rules[i].people = below(3);
		h.rules[i].size = below(3);
		return h;
	default:
		return random_genome();
	}
}

static void test_diff_is_empty_when_nothing_differs(void **state)
{
	static uint8_t room[1 << 22];
	unsigned equal = 0, different = 0;

	(void)state;
	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		struct genome g = random_genome(), h = changed_genome(&g);
		sk_bytes a = text_of(&g, NULL, 0), b = text_of(&h, NULL, 0);
		struct pair pair = compared(policy_of(a), policy_of(b));
		struct policy_difference d;
		struct sk_buf out;
		sk_buf_fixed(&out, room, sizeof room);
		assert_int_equal(policy_diff(pair.before, pair.after, FIRST_DAY, true, &test_arena, &d, &out), SK_OK);
		bool same = pair.opened + pair.closed + pair.changed == 0;
		assert_int_equal(d.looser + d.tighter + d.other == 0, same);
		assert_true(pair.opened == 0 || d.looser > 0);
		assert_true(pair.closed == 0 || d.tighter > 0);
		equal += same;
		different += !same;
		free_text(a);
		free_text(b);
		sk_arena_reset(&test_arena);
	}
	assert_true(equal > 0 && different > 0);
}

/* ---- notes are true ---- */

struct noted {
	const struct policy *policy;
	bool never_met[RULES + 1], never_passes[RULES + 1];
};

static void check_notes(void *context, const struct policy_request *request)
{
	const struct noted *noted = context;
	struct policy_decision d;
	const struct policy_rule *permit;

	policy_decide(noted->policy, request, &d);
	permit = d.permitted ? d.rule : d.permit;
	if (permit == NULL)
		return;
	size_t index = (size_t)(permit - policy_rule_at(noted->policy, 0));
	assert_false(noted->never_met[index]);
	assert_false(d.permitted && noted->never_passes[index]);
}

/* Rules are named 規則0, 規則1 and so on, as they stand. */
static void take_notes(struct noted *noted, char *text, unsigned counts[2])
{
	for (char *line = text, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		const char *number = strstr(line, "規則");
		if (number == NULL)
			continue;
		unsigned index = (unsigned)(number[strlen("規則")] - '0');
		bool met = strstr(line, "当てはまることがありません") != NULL, passes = strstr(line, "いつも断られます") != NULL;
		noted->never_met[index] |= met;
		noted->never_passes[index] |= passes;
		counts[0] += met;
		counts[1] += passes;
	}
}

static void test_notes_are_true(void **state)
{
	static char room[1 << 16];
	unsigned counts[2] = {0, 0};

	(void)state;
	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		struct genome g = random_genome();
		sk_bytes a = text_of(&g, NULL, 0);
		struct noted noted = {.policy = policy_of(a)};
		struct sk_buf out;
		sk_buf_fixed(&out, room, sizeof room - 1);
		(void)policy_advise(noted.policy, FIRST_DAY, true, &out);
		sk_buf_u8(&out, 0);
		take_notes(&noted, room, counts);
		each_request(check_notes, &noted);
		free_text(a);
		sk_arena_reset(&test_arena);
	}
	assert_true(counts[0] > 0 && counts[1] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_prohibition_lets_nothing_through),
		cmocka_unit_test(test_default_is_refuse),
		cmocka_unit_test(test_format_keeps_every_answer),
		cmocka_unit_test(test_diff_is_empty_when_nothing_differs),
		cmocka_unit_test(test_notes_are_true),
	};
	return cmocka_run_group_tests_name("policy properties", tests, NULL, NULL);
}
