/* What people read: explanations, differences and notes, word for word. */
#include "format/format.h"
#include "sample_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HEAD                                                                                                                                     \
	"方針 「題」\n組織 「団体」\n機密性 1 < 2 < 3\n完全性 1 < 2\n可用性 1 < 2\n"                                                      \
	"領域 庁 {\n種別 LGWAN接続系\n}\n領域 外 {\n種別 インターネット接続系\n}\n領域 空 {\n種別 その他\n未使用 「業務がない」\n}\n"           \
	"役割 長 {\n機密性 3以下\n代理 員\n}\n役割 員 {\n機密性 2以下\n}\n検査機 甲 {\n定義 1日以内\n}\n検査機 乙 {\n定義 3日以内\n}\n"
#define PERMIT(name, kinds, size, approval, scan)                                                                                                \
	"許可 " name ": 外 → 庁 {\n経路 ファイル, メール\n依頼者 すべて\n形式 " kinds "\n大きさ " size "以下\n機密性 2以下\n無害化 構造再構成, 画像化\n" \
	"承認 " approval "\n原本 なし\n検査 " scan "\n理由 「業務」\n期限 2027-03-31\n}\n"
#define SCREEN "許可 画: 庁 → 外 {\n経路 画面\n依頼者 員\n機密性 1以下\n完全性 1以下\n承認 なし\n理由 「閲覧」\n期限 2027-03-31\n}\n"
#define REFUSAL "禁止 否: すべて → すべて {\n形式 すべて\n機密性 2以上\n理由 「秘密」\n}\n"
#define BASE HEAD PERMIT("可", "docx, pdf", "1MB", "1人 長", "甲") SCREEN

static uint8_t printed[1 << 20];
static struct sk_buf out;

static int begin(void **state)
{
	(void)state;
	test_arena_open();
	sk_buf_fixed(&out, printed, sizeof printed);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&test_arena);
	return 0;
}

static const struct policy *read_good(const char *text)
{
	const struct policy *policy = test_policy(sk_bytes_str(text));

	if (policy == NULL) {
		policy_error_print(&test_errors.at[0], false, &out);
		fail_msg("%.*s", (int)out.len, printed);
	}
	return policy;
}

/* What was printed is this; what follows the version is cut, since it changes with every word of the text. */
static void expect(const char *wanted, const char *cut_at)
{
	char *cut;

	sk_buf_u8(&out, 0);
	cut = strstr((char *)printed, cut_at);
	assert_non_null(cut);
	*cut = '\0';
	assert_string_equal((char *)printed, wanted);
	sk_buf_reset(&out);
}

static struct policy_request request(unsigned kind, uint64_t size, unsigned class)
{
	return (struct policy_request){.from = 1, .to = 0, .role = 1, .kind = kind, .size = size, .classes = {class, 0, 0}, .day = 20800};
}

static void explain(const struct policy *p, const struct policy_request *r, bool japanese)
{
	struct policy_decision d;

	policy_decide(p, r, &d);
	policy_explain(p, r, &d, japanese, &out);
}

static void test_yes(void **state)
{
	(void)state;
	const struct policy *p = read_good(BASE);
	struct policy_request r = request(KIND_docx, 100, 1);
	explain(p, &r, true);
	expect("通せます: 許可「可」（test.policy:29）\n    無害化: 構造再構成、できなければ画像化\n    承認: 1人（長。代理: 員）\n    検査: 甲（定義 1日以内）\n"
	       "    原本: 残さない\n    期限: 2027-03-31\n    理由: 業務\n",
	       "    方針の版: ");
}

static void test_yes_in_words(void **state)
{
	(void)state;
	const struct policy *p = read_good(HEAD PERMIT("可", "docx, pdf", "1MB", "2人 長 代理不可\n承認 1人 員", "甲, 乙"));
	struct policy_request r = request(KIND_docx, 100, 1);
	explain(p, &r, true);
	sk_buf_u8(&out, 0);
	assert_non_null(strstr((char *)printed, "    承認: 2人（長。代理不可）と 1人（員）\n    検査: 甲（定義 1日以内）、乙（定義 3日以内）\n"));
	sk_buf_reset(&out);
	explain(p, &r, false);
	sk_buf_u8(&out, 0);
	assert_non_null(strstr((char *)printed, "permitted: permit '可' (test.policy:29)\n    sanitize: rebuild, else image\n    approval: 2 people (長; no deputy) and 1 person (員)\n"
						"    scan: 甲 (signatures of 1 days or newer), 乙 (signatures of 3 days or newer)\n    originals: not kept\n    until: 2027-03-31\n"));
}

static void test_no(void **state)
{
	(void)state;
	const struct policy *p = read_good(BASE);
	struct policy_request r = request(KIND_csv, 2 << 20, 1);
	r.day = 21000;
	explain(p, &r, true);
	expect("通せません: この領域の間に、当てはまる許可がありません\n    最も近いもの: 許可「可」（test.policy:29）。合わないのは次の点です。\n"
	       "        形式: csv（許可は docx、pdf）\n        大きさ: 2MB（許可は 1MB以下）\n        期限切れ: 2027-07-01（許可は 2027-03-31）\n",
	       "    方針の版");
	r = (struct policy_request){.from = 0, .to = 1, .role = 0, .channel = POLICY_CHANNEL_FILE, .classes = {2, 1, 0}, .day = 20800};
	explain(p, &r, false);
	expect("refused: no permit between these zones fits\n    the closest: permit '画' (test.policy:42); what does not fit:\n"
	       "        channel: file (permitted: screen)\n        role of the requester: 長 (permitted: 員)\n"
	       "        confidentiality: 3 (permitted: 1 or less)\n        integrity: 2 (permitted: 1 or less)\n",
	       "    version");
	r.to = 2;
	explain(p, &r, true);
	expect("通せません: 未使用とされた領域です\n", "    方針の版");
	r = request(KIND_docx, 1, 2);
	explain(p, &r, true);
	expect("通せません: この役割が取り扱える区分を超えています\n", "    方針の版");
}

static void test_no_by_a_rule(void **state)
{
	(void)state;
	const struct policy *p = read_good(BASE REFUSAL);
	struct policy_request r = request(KIND_pdf, 1, 1);
	explain(p, &r, true);
	expect("通せません: 禁止「否」（test.policy:51）\n    理由: 秘密\n    この禁止がなければ当てはまるもの: 許可「可」（test.policy:29）\n", "    方針の版");
}

/* A screen that is not permitted is told without kinds and sizes, which it has not. */
static void test_no_screen(void **state)
{
	(void)state;
	const struct policy *p = read_good(BASE);
	struct policy_request r = {.from = 1, .to = 0, .role = 1, .channel = POLICY_CHANNEL_SCREEN, .kind = 1000, .day = 20800};
	explain(p, &r, true);
	expect("通せません: この領域の間に、当てはまる許可がありません\n    最も近いもの: 許可「可」（test.policy:29）。合わないのは次の点です。\n"
	       "        経路: 画面（許可は ファイル、メール）\n",
	       "    方針の版");
}

static void test_reasons(void **state)
{
	(void)state;
	assert_string_equal(policy_reason_name(POLICY_REASON_no_permit), "no_permit");
	assert_string_equal(policy_reason_words(POLICY_REASON_size, true), "大きさ");
	assert_string_equal(policy_reason_words(POLICY_REASON_size, false), "size");
	assert_string_equal(policy_channel_name(POLICY_CHANNEL_MAIL, false), "mail");
	assert_true(sk_bytes_equal(sk_text_bytes(policy_title(read_good(BASE))), SK_BYTES("題")));
	assert_true(sk_bytes_equal(sk_text_bytes(policy_organization(read_good(BASE))), SK_BYTES("団体")));
	assert_int_equal(policy_class_name(read_good(BASE), POLICY_INTEGRITY, 7).len, 0);
	assert_int_equal(policy_class_count(read_good(BASE), POLICY_CONFIDENTIALITY), 3);
}

/* ---- differences ---- */

static struct policy_difference differ(const char *before, const char *after, bool japanese)
{
	struct policy_difference d;
	size_t mark = sk_arena_mark(&test_arena);

	assert_int_equal(policy_diff(read_good(before), read_good(after), 20800, japanese, &test_arena, &d, &out), SK_OK);
	sk_arena_release(&test_arena, mark);
	sk_buf_u8(&out, 0);
	return d;
}

static void holds(const char *part)
{
	if (strstr((char *)printed, part) == NULL)
		fail_msg("%s\nis not in\n%s", part, (char *)printed);
	sk_buf_reset(&out);
}

static void test_looser_and_tighter(void **state)
{
	struct policy_difference d;

	(void)state;
	d = differ(BASE, HEAD PERMIT("可", "docx, pdf", "2MB", "1人 長", "甲") SCREEN, true);
	assert_int_equal(d.looser, 1);
	assert_int_equal(d.tighter + d.other, 0);
	holds("新たに通るもの、条件がゆるくなるもの:\n    外 → 庁\n        経路: ファイル、メール\n        依頼者: 長、員\n        形式: docx、pdf\n"
	      "        大きさ: 1MBを超えるもの、2MB以下\n        機密性: 1、2\n        期間: 2026-12-13 から 2027-03-31 まで\n        前: 通らない\n"
	      "        後: 許可「可」（test.policy:29）\n            無害化: 構造再構成、できなければ画像化\n            承認: 1人（長。代理: 員）\n"
	      "            検査: 甲（定義 1日以内）\n            原本: 残さない\n");
	d = differ(BASE, HEAD SCREEN, false);
	assert_int_equal(d.tighter, 1);
	holds("What no longer passes, or needs more:\n    外 → 庁\n        channel: file, mail\n");
	d = differ(HEAD SCREEN, HEAD, true);
	assert_int_equal(d.tighter, 1);
	holds("    庁 → 外\n        経路: 画面\n        依頼者: 員\n        機密性: 1\n        完全性: 1\n        期間: 2026-12-13 から 2027-03-31 まで\n        前: 許可「画」");
}

static void test_conditions(void **state)
{
	static const struct {
		const char *approval, *scan, *words;
		unsigned looser, tighter, other;
	} rows[] = {
		{"なし", "甲", "承認: 1人（長。代理: 員） → いらない", 1, 0, 0},
		{"2人 長", "甲", "承認: 1人（長。代理: 員） → 2人（長。代理: 員）", 0, 1, 0},
		{"1人 長 代理不可", "甲", "→ 1人（長。代理不可）", 0, 1, 0},
		{"1人 長\n承認 1人 員", "甲", "→ 1人（長。代理: 員）と 1人（員）", 0, 1, 0},
		{"2人 員", "甲", "→ 2人（員）", 0, 1, 0},
		{"1人 長", "甲, 乙", "検査: 甲（定義 1日以内） → 甲（定義 1日以内）、乙（定義 3日以内）", 0, 1, 0},
		{"1人 長", "なし", "検査: 甲（定義 1日以内） → なし", 1, 0, 0},
		{"1人 長", "乙", "検査: 甲（定義 1日以内） → 乙（定義 3日以内）", 0, 0, 1},
		{"なし", "甲, 乙", "条件が変わるもの:", 0, 0, 1},
		{"1人 長, 員", "甲", "違いはありません", 0, 0, 0}, /* the same people: he is a deputy already */
	};
	static char text[1 << 14];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		snprintf(text, sizeof text, HEAD PERMIT("可", "docx, pdf", "1MB", "%s", "%s") SCREEN, rows[i].approval, rows[i].scan);
		struct policy_difference d = differ(BASE, text, true);
		assert_int_equal(d.looser, rows[i].looser);
		assert_int_equal(d.tighter, rows[i].tighter);
		assert_int_equal(d.other, rows[i].other);
		holds(rows[i].words);
	}
}

static void test_other_names(void **state)
{
	static char text[1 << 14];
	char *at;

	(void)state;
	snprintf(text, sizeof text, "%s", BASE); /* the same zone under another name: what passed there is gone, what passes here is new */
	while ((at = strstr(text, "庁")) != NULL)
		memcpy(at, "中", strlen("中"));
	struct policy_difference d = differ(BASE, text, true);
	assert_int_equal(d.looser, 2);
	assert_int_equal(d.tighter, 2);
	holds("    外 → 中\n");
	d = differ(BASE, HEAD "役割 客 {\n機密性 1以下\n}\n" PERMIT("可", "docx, pdf", "1MB", "1人 長", "甲") SCREEN, true);
	assert_int_equal(d.looser, 1); /* any role: a new one too */
	holds("依頼者: 客\n");
}

static void test_small_memory(void **state)
{
	(void)state;
	const struct policy *before = read_good(BASE), *after = read_good(HEAD SCREEN);
	for (size_t size = 1000; size < (size_t)110 << 20; size *= 2) {
		struct policy_difference d;
		struct sk_arena small;
		void *memory = malloc(size);
		sk_arena_init(&small, memory, size);
		sk_buf_reset(&out);
		enum sk_status status = policy_diff(before, after, 20800, true, &small, &d, &out);
		assert_true(status == SK_LIMIT || (status == SK_OK && d.tighter == 1));
		sk_arena_reset(&small);
		free(memory);
	}
}

/* ---- notes ---- */

static unsigned advise(const char *text, int32_t day)
{
	unsigned count = policy_advise(read_good(text), day, true, &out);

	sk_buf_u8(&out, 0);
	return count;
}

static void test_notes(void **state)
{
	(void)state;
	assert_int_equal(advise(BASE, 20800), 0);
	sk_buf_reset(&out);
	assert_int_equal(advise(BASE, 21000), 2);
	holds("注意: 許可「可」（test.policy:29）の期限（2027-03-31）は過ぎています。\n");
	assert_int_equal(advise(BASE PERMIT("隠", "pdf", "1KB", "なし", "甲"), 20800), 1);
	holds("注意: 許可「隠」（test.policy:51）は当てはまることがありません。前にある許可「可」（test.policy:29）がすべてを受けます。\n");
	assert_int_equal(advise(BASE PERMIT("隠", "pdf", "1KB", "なし", "甲") REFUSAL, 20800), 1);
	sk_buf_reset(&out);
	assert_int_equal(advise(BASE "禁止 全: 外 → すべて {\n理由 「r」\n}\n", 20800), 1);
	holds("注意: 許可「可」（test.policy:29）はいつも断られます。禁止「全」（test.policy:51）に当たります。");
	assert_int_equal(advise(BASE "禁止 全: 外 → すべて {\n例外 可\n理由 「r」\n}\n", 20800), 0);
	sk_buf_reset(&out);
	assert_int_equal(advise(BASE "禁止 全: 庁 → すべて {\n形式 docx\n理由 「r」\n}\n", 20800), 0); /* a screen has no kind */
	sk_buf_reset(&out);
	assert_int_equal(advise(BASE "禁止 全: 庁 → すべて {\n経路 画面\n理由 「r」\n}\n", 20800), 1);
	sk_buf_reset(&out);
	assert_int_equal(advise(HEAD PERMIT("可", "docx", "1MB", "1人 員", "甲"), 20800), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_yes, begin, end),
		cmocka_unit_test_setup_teardown(test_yes_in_words, begin, end),
		cmocka_unit_test_setup_teardown(test_no, begin, end),
		cmocka_unit_test_setup_teardown(test_no_by_a_rule, begin, end),
		cmocka_unit_test_setup_teardown(test_no_screen, begin, end),
		cmocka_unit_test_setup_teardown(test_reasons, begin, end),
		cmocka_unit_test_setup_teardown(test_looser_and_tighter, begin, end),
		cmocka_unit_test_setup_teardown(test_conditions, begin, end),
		cmocka_unit_test_setup_teardown(test_other_names, begin, end),
		cmocka_unit_test_setup_teardown(test_small_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_notes, begin, end),
	};
	return cmocka_run_group_tests_name("policy words", tests, NULL, NULL);
}
