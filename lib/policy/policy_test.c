/* The language: what is taken, what is an error and where it stands, values, canonical text, versions, includes. */
#include "conf/conf.h"
#include "sample_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HEAD                                                                                                                                        \
	"方針 「題」\n組織 「団体」\n機密性 1 < 2 < 3\n完全性 1 < 2\n可用性 1 < 2\n"                                                         \
	"領域 内 {\n種別 LGWAN接続系\n}\n領域 外 {\n種別 インターネット接続系\n}\n領域 空 {\n種別 その他\n未使用 「業務がない」\n}\n"              \
	"役割 長 {\n機密性 3以下\n}\n役割 員 {\n機密性 2以下\n代理 長\n}\n検査機 甲 {\n定義 1日以内\n}\n形式群 文書: docx, pdf\n"
#define BODY                                                                                                                                        \
	"経路 ファイル\n依頼者 員\n形式 文書\n大きさ 1MB以下\n機密性 2以下\n無害化 構造再構成\n承認 1人 長\n原本 なし\n検査 甲\n理由 「理由」\n"    \
	"期限 2027-03-31\n"
#define GOOD HEAD "許可 可: 外 → 内 {\n" BODY "}\n"

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

static const struct policy *read_text(const char *text)
{
	return test_policy(sk_bytes_str(text));
}

static void test_good(void **state)
{
	(void)state;
	const struct policy *p = read_text(GOOD);
	assert_non_null(p);
	assert_int_equal(policy_zone_count(p), 3);
	assert_true(policy_zone_at(p, 2)->unused);
	assert_null(policy_zone_at(p, 3));
	assert_int_equal(policy_rule_count(p), 1);
	assert_int_equal(policy_rule_at(p, 0)->place.line, 27);
	assert_int_equal(policy_rule_at(p, 0)->approvals[0].people, 1);
	assert_int_equal(policy_role_at(p, 1)->deputies, 1);
	assert_int_equal(policy_scanner_at(p, 0)->signature_days, 1);
}

/* ---- one error, its code and the line it stands in ---- */

struct wrong {
	const char *text;
	enum policy_error_code code;
	unsigned line;
};

static unsigned line_of(const char *text, uint32_t at)
{
	unsigned line = 1;

	for (uint32_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static void expect(const struct wrong *w)
{
	const struct policy *p = read_text(w->text);
	const struct policy_error *e = &test_errors.at[0];

	assert_null(p);
	assert_true(test_errors.count > 0);
	if (e->code != w->code || (w->line > 0 && line_of(w->text, e->at) != w->line)) {
		policy_error_print(e, false, &out);
		fail_msg("%.*s", (int)out.len, printed);
	}
}

#define PERMIT(body) HEAD "許可 可: 外 → 内 {\n" body "}\n"
#define WITHOUT(before, after) PERMIT(before after)

static void test_errors_of_text(void **state)
{
	static const struct wrong rows[] = {
		{"\xff", POLICY_ERROR_not_text, 1},
		{"方針 「a\xE2\x80\xAE" "b」\n", POLICY_ERROR_character, 1},   /* right-to-left override, in a text */
		{"# \xE2\x80\x8B\n", POLICY_ERROR_character, 1},                /* zero width space, in a comment */
		{"方針 「ｶﾅ」\n", POLICY_ERROR_character, 1},
		{"領域 か\xE3\x82\x99 {\n", POLICY_ERROR_character, 1},         /* combining voiced mark */
		{"方針 「\xEF\xA4\x80」\n", POLICY_ERROR_character, 1},         /* compatibility ideograph */
		{"方針 \x01\n", POLICY_ERROR_character, 1},
		{"方針 「題\n", POLICY_ERROR_open_text, 1},
		{"方針 「題「中」」\n", POLICY_ERROR_open_text, 1},
		{"方針 「 」\n", POLICY_ERROR_empty_text, 1},
		{"方針 題\n", POLICY_ERROR_want_text, 1},
		{"方針 「題」 余\n", POLICY_ERROR_line_end, 1},
		{"\n\n網 10.0.0.0/8\n", POLICY_ERROR_statement, 3},
		{"方針 「題」 @\n", POLICY_ERROR_sign, 1},
		{"}\n", POLICY_ERROR_close, 1},
		{"領域 内\n", POLICY_ERROR_open, 1},
		{"領域 内 {\n種別 その他\n", POLICY_ERROR_unclosed, 1},
		{"領域 {\n}\n", POLICY_ERROR_want_name, 1},
		{"領域 すべて {\n}\n", POLICY_ERROR_bad_name, 1},
		{"領域 a/b {\n}\n", POLICY_ERROR_bad_name, 1},
		{"領域 -a {\n}\n", POLICY_ERROR_bad_name, 1},
		{"許可 可 外 → 内 {\n}\n", POLICY_ERROR_want_colon, 1},
		{"許可 可: 外 内 {\n}\n", POLICY_ERROR_want_arrow, 1},
		{"機密性 1 2\n", POLICY_ERROR_want_less, 1},
		{"形式群 文書: docx, # ここ\npdf\n", POLICY_ERROR_comment, 1},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		expect(&rows[i]);
}

static void test_errors_of_values(void **state)
{
	static const struct wrong rows[] = {
		{"領域 内 {\n種別 内\n}\n", POLICY_ERROR_want_zone_kind, 2},
		{"領域 内 {\n網 10.0.0.1/8\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 10.0.0.0/33\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 010.0.0.0/8\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 fd00::1::/64\n}\n", POLICY_ERROR_want_network, 2},
		{"役割 長 {\n機密性 3\n}\n", POLICY_ERROR_want_most, 2},
		{"役割 長 {\n機密性 3以上\n}\n", POLICY_ERROR_want_most, 2},
		{"検査機 甲 {\n定義 1週以内\n}\n", POLICY_ERROR_want_within, 2},
		{"検査機 甲 {\n定義 1日\n}\n", POLICY_ERROR_want_within, 2},
		{PERMIT("大きさ 5TB以下\n"), POLICY_ERROR_want_size, 28},
		{PERMIT("大きさ 99999999999GB以下\n"), POLICY_ERROR_want_size, 28},
		{PERMIT("原本 30\n"), POLICY_ERROR_want_days, 28},
		{PERMIT("原本 40000日\n"), POLICY_ERROR_want_days, 28},
		{PERMIT("経路 通信\n"), POLICY_ERROR_want_channel, 28},
		{PERMIT("無害化 削除\n"), POLICY_ERROR_want_level, 28},
		{PERMIT("承認 長\n"), POLICY_ERROR_want_count, 28},
		{PERMIT("承認 0人 長\n"), POLICY_ERROR_few_roles, 28},
		{PERMIT("承認 21人 長\n"), POLICY_ERROR_want_count, 28},
		{PERMIT("期限 2027-02-29\n"), POLICY_ERROR_want_date, 28},
		{PERMIT("期限 2027-3-1\n"), POLICY_ERROR_want_date, 28},
		{PERMIT("期限 令和0年1月1日\n"), POLICY_ERROR_want_date, 28},
		{PERMIT("期限 なし\n"), POLICY_ERROR_want_date, 28},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		expect(&rows[i]);
}

static void test_errors_of_meaning(void **state)
{
	static const struct wrong rows[] = {
		{GOOD "許可 可: 内 → 外 {\n" BODY "}\n", POLICY_ERROR_twice, 40},
		{GOOD "禁止 可: 内 → 外 {\n理由 「r」\n}\n", POLICY_ERROR_twice, 40},
		{HEAD "領域 へ {\n種別 その他\n}\n領域 ヘ {\n種別 その他\n}\n", POLICY_ERROR_alike, 30}, /* hiragana, katakana */
		{HEAD "形式群 pdf: docx\n", POLICY_ERROR_kind_name, 27},
		{HEAD "形式群 甲: 甲\n", POLICY_ERROR_unknown_kind, 27},
		{GOOD "禁止 否: 他 → 外 {\n理由 「r」\n}\n", POLICY_ERROR_unknown_zone, 40},
		{GOOD "禁止 否: 空 → 外 {\n理由 「r」\n}\n", POLICY_ERROR_unused_zone, 40},
		{GOOD "禁止 否: 外 → 外 {\n理由 「r」\n}\n", POLICY_ERROR_same_zone, 40},
		{GOOD "禁止 否: 内 → 外 {\n依頼者 客\n理由 「r」\n}\n", POLICY_ERROR_unknown_role, 41},
		{GOOD "禁止 否: 内 → 外 {\n機密性 4以上\n理由 「r」\n}\n", POLICY_ERROR_unknown_class, 41},
		{GOOD "禁止 否: 内 → 外 {\n形式 exe\n理由 「r」\n}\n", POLICY_ERROR_unknown_kind, 41},
		{GOOD "禁止 否: 内 → 外 {\n例外 無\n理由 「r」\n}\n", POLICY_ERROR_unknown_permit, 41},
		{GOOD "禁止 否: 内 → 外 {\n例外 可\n理由 「r」\n}\n", POLICY_ERROR_no_room, 41},
		{GOOD "禁止 否: 内 → 外 {\n}\n", POLICY_ERROR_missing, 40},
		{PERMIT("経路 ファイル\n"), POLICY_ERROR_missing, 27},
		{PERMIT(BODY "経路 メール\n"), POLICY_ERROR_twice, 39},
		{PERMIT(BODY "承認 なし\n"), POLICY_ERROR_twice, 39},
		{WITHOUT("経路 ファイル, 画面\n依頼者 員\n形式 文書\n大きさ 1MB以下\n機密性 2以下\n無害化 構造再構成\n承認 1人 長\n原本 なし\n検査 甲\n",
			 "理由 「理由」\n期限 2027-03-31\n"), POLICY_ERROR_mixed, 28},
		{WITHOUT("経路 画面\n依頼者 員\n大きさ 1MB以下\n機密性 2以下\n承認 なし\n", "理由 「理由」\n期限 2027-03-31\n"), POLICY_ERROR_no_content, 30},
		{WITHOUT("経路 ファイル\n依頼者 員\n形式 executable\n大きさ 1MB以下\n機密性 2以下\n無害化 構造再構成\n承認 1人 長\n原本 なし\n検査 甲\n",
			 "理由 「理由」\n期限 2027-03-31\n"), POLICY_ERROR_not_taken, 30},
		{WITHOUT("経路 ファイル\n依頼者 員\n形式 文書\n大きさ 1MB以下\n機密性 2以下\n無害化 画像化, 画像化\n承認 1人 長\n原本 なし\n検査 甲\n",
			 "理由 「理由」\n期限 2027-03-31\n"), POLICY_ERROR_twice, 33},
		{WITHOUT("経路 ファイル\n依頼者 員\n形式 文書\n大きさ 1MB以下\n機密性 2以下\n無害化 画像化\n承認 1人 長\n原本 なし\n検査 乙\n",
			 "理由 「理由」\n期限 2027-03-31\n"), POLICY_ERROR_unknown_scanner, 36},
		{HEAD "方針 「二」\n", POLICY_ERROR_twice, 27},
		{"機密性 1 < 1\n", POLICY_ERROR_twice, 1},
		{HEAD "禁止 否: すべて → 外 {\n機密性 以上\n理由 「r」\n}\n", POLICY_ERROR_want_least, 28},
		{PERMIT("大きさ 「文」\n"), POLICY_ERROR_want_size, 28},
		{PERMIT("機密性 「文」\n"), POLICY_ERROR_want_name, 28},
		{"領域 内 {\n網 fd00:1/16\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 1:2:3:4:5:6:7:8:9/128\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 12345::/16\n}\n", POLICY_ERROR_want_network, 2},
		{"領域 内 {\n網 10.0.0/8\n}\n", POLICY_ERROR_want_network, 2},
		{"", POLICY_ERROR_missing, 0},
		{HEAD "読込 「部品」\n", POLICY_ERROR_no_file, 27},
		{HEAD "読込 「../秘密」\n", POLICY_ERROR_bad_file, 27},
		{HEAD "読込 「/etc/passwd」\n", POLICY_ERROR_bad_file, 27},
		{HEAD "読込 「a//b」\n", POLICY_ERROR_bad_file, 27},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		expect(&rows[i]);
}

static void test_many_errors(void **state)
{
	(void)state;
	assert_null(read_text("領域 内 {\n種別 内\n網 x\n}\n役割 {\n}\n許可 可: 外 内 {\n}\n"));
	assert_true(test_errors.count >= 4);
	assert_int_equal(test_errors.at[0].code, POLICY_ERROR_want_zone_kind);
	assert_int_equal(test_errors.at[1].code, POLICY_ERROR_want_network);
	assert_int_equal(test_errors.at[2].code, POLICY_ERROR_want_name);
	assert_int_equal(test_errors.at[3].code, POLICY_ERROR_want_arrow);
}

static void test_errors_have_an_end(void **state)
{
	static char text[4096];

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		memcpy(text + 3 * i, "@ \n", 3);
	assert_null(read_text(text));
	assert_int_equal(test_errors.count, POLICY_ERRORS_MAX);
	assert_true(test_errors.more);
}

/* A long detail is cut at a character. */
static void test_long_detail(void **state)
{
	static char text[1024] = "x";

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		memcpy(text + 1 + 3 * i, "あ", 3);
	assert_null(read_text(text));
	assert_int_equal(strlen(test_errors.at[0].detail), 1 + 39 * 3);
	assert_true(sk_utf8_valid(sk_bytes_str(test_errors.at[0].detail)));
}

/* すべて, English words, the first year of an era, an unused zone. */
static void test_what_may_be_written(void **state)
{
	struct policy_decision d;
	int32_t day, same;

	(void)state;
	const struct policy *p = read_text(HEAD "禁止 否: すべて → すべて {\n形式 すべて\n依頼者 any\n期限 令和元年12月31日\n理由 「r」\n}\n");
	assert_non_null(p);
	assert_int_equal(policy_rule_at(p, 0)->from, 3); /* not the unused one */
	assert_true(policy_date_read(SK_TEXT("2019-12-31"), &day) && policy_date_read(SK_TEXT("令和元年12月31日"), &same) && day == same);
	assert_int_equal(policy_rule_at(p, 0)->match.until, day);
	policy_decide(p, &(struct policy_request){.from = 0, .to = 2}, &d);
	assert_int_equal(d.reason, POLICY_REASON_unused_zone);
	policy_decide(NULL, &(struct policy_request){.from = 0, .to = 1}, &d);
	assert_false(d.permitted);
	assert_null(policy_scanner_at(p, 9));
	assert_int_equal(policy_scanner_count(p), 1);
	assert_int_equal(policy_kind_find(SK_TEXT(".DOCX")), policy_kind_find(SK_TEXT("docx")));
}

/* The caret stands under the place, whatever the width of what is before it. */
static void test_caret(void **state)
{
	(void)state;
	assert_null(read_text("許可 可: 外 内 {\n}\n"));
	policy_error_print(&test_errors.at[0], true, &out);
	sk_buf_u8(&out, 0);
	assert_string_equal((char *)printed, "test.policy:1:9: 「→」がありません\n"
					     "    許可 可: 外 内 {\n"
					     "                ^^\n"
					     "    ここに書けるもの: 送り元の領域 → 送り先の領域（-> とも書けます）\n");
}

static void test_caret_behind_a_mark(void **state)
{
	(void)state;
	assert_null(read_text("\xEF\xBB\xBF" "方針 題\n"));
	policy_error_print(&test_errors.at[0], false, &out);
	sk_buf_u8(&out, 0);
	assert_string_equal((char *)printed, "test.policy:1:4: a text is missing\n    方針 題\n         ^^\n    expected: a text in quotation marks\n");
}

/* A name that was mistyped is told with the one that was meant. */
static void test_hints(void **state)
{
	static const struct {
		const char *text, *hint;
	} rows[] = {
		{"領城 内 {\n}\n", "領域"},
		{"polcy 「t」\n", "policy"},
		{"領域 内 {\n種類 その他\n}\n", "種別"},
		{"領域 LGWAN接続系 {\n}\n禁止 否: LGWAN接読系 → すべて {\n}\n", "LGWAN接続系"},
		{HEAD "禁止 否: 内 → 外 {\n形式 docs\n理由 「r」\n}\n", "docx"},
		{HEAD "禁止 否: 内 → 外 {\n形式 文章\n理由 「r」\n}\n", "文書"},
		{"まったく違う\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		const char *hint = "";
		assert_null(read_text(rows[i].text));
		for (unsigned k = 0; k < test_errors.count; k++)
			if (test_errors.at[k].hint[0] != '\0')
				hint = test_errors.at[k].hint;
		assert_string_equal(hint, rows[i].hint);
	}
	assert_null(read_text("領城 内 {\n}\n"));
	policy_error_print(&test_errors.at[0], true, &out);
	sk_buf_u8(&out, 0);
	assert_non_null(strstr((char *)printed, "    もしかして: 領域\n    ここに書けるもの: 方針、組織、読込、"));
}

/* ---- canonical text ---- */

static void format(const char *text)
{
	sk_buf_reset(&out);
	assert_int_equal(policy_format(SK_TEXT("f"), sk_bytes_str(text), &test_arena, &test_errors, &out), SK_OK);
	sk_buf_u8(&out, 0);
}

static void test_canonical(void **state)
{
	static const char *const rows[][2] = {
		{"policy \"t\"", "方針 「t」\n"},
		{"\xEF\xBB\xBF方針　「題」\r\n", "方針 「題」\n"},
		{"\n\n#a\n\n\n#  b  \nzone 内{is lgwan}#c\n", "# a\n\n#  b\n領域 内 {\n    種別    LGWAN接続系\n}  # c\n"},
		{"confidentiality １＜２ < 3Ａ", "機密性 1 < 2 < 3A\n"},
		{"permit 可： 外,\n 中 -> any {\nuntil 令和9年3月31日 # 年度末\n# 終\n}", "許可 可: 外, 中 → すべて {\n    期限    2027-03-31  # 年度末\n    # 終\n}\n"},
		{"refuse 否:any->内{size 2048KB or-more\n}", "禁止 否: すべて → 内 {\n    大きさ  2MB以上\n}\n"},
		{"permit 可:a->b{\napproval 2人 長、員 no-deputy\noriginals 30days\nscan none\n}",
		 "許可 可: a → b {\n    承認    2人 長, 員 代理不可\n    原本    30日\n    検査    なし\n}\n"},
		{"領域 内 {\n網 FD00:0:0:1::/64, 10.0.0.0/8, ::1, fd00:1:2:3:4:5:6:0\n}",
		 "領域 内 {\n    網      fd00:0:0:1::/64, 10.0.0.0/8, 0:0:0:0:0:0:0:1/128, fd00:1:2:3:4:5:6:0/128\n}\n"},
		{"scanner 甲 {\nsignatures 3days or-newer\n}", "検査機 甲 {\n    定義    3日以内\n}\n"},
		{"役割 山﨑 {\n機密性 2 or-less\n}", "役割 山﨑 {\n    機密性  2以下\n}\n"},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		format(rows[i][0]);
		assert_string_equal((char *)printed, rows[i][1]);
		format(rows[i][1]);
		assert_string_equal((char *)printed, rows[i][1]);
	}
}

static void test_version(void **state)
{
	(void)state;
	const struct policy *a = read_text(GOOD), *b = read_text(GOOD "\n\n"), *c = read_text(GOOD "# 注\n");
	assert_memory_equal(policy_version(a), policy_version(b), POLICY_VERSION_BYTES); /* the same canonical text */
	assert_memory_not_equal(policy_version(a), policy_version(c), POLICY_VERSION_BYTES);
}

/* ---- includes ---- */

struct part {
	const char *name, *text;
};

static bool give_part(void *context, sk_text name, sk_bytes *bytes)
{
	for (const struct part *part = context; part->name != NULL; part++)
		if (sk_bytes_equal(sk_text_bytes(name), sk_bytes_str(part->name))) {
			*bytes = sk_bytes_str(part->text);
			return true;
		}
	return false;
}

static const struct policy *read_parts(const char *text, struct part *parts)
{
	struct policy_source source = {give_part, parts};
	const struct policy *policy;

	enum sk_status status = policy_read(SK_TEXT("root"), sk_bytes_str(text), &source, &test_arena, &test_errors, &policy);
	assert_true((status == SK_OK) == (policy != NULL));
	return policy;
}

static void test_includes(void **state)
{
	struct part parts[] = {{"部品/許可", "# 中\n許可 可: 外 → 内 {\n" BODY "}\n"}, {"甲", "読込 「乙」\n"}, {"乙", "読込 「甲」\n"}, {NULL, NULL}};
	(void)state;

	const struct policy *p = read_parts(HEAD "読込 「部品/許可」\n禁止 否: 外 → 内 {\n例外 可\n理由 「r」\n}\n", parts);
	assert_non_null(p);
	assert_int_equal(policy_rule_count(p), 2);
	assert_true(policy_rule_at(p, 0)->permits); /* the part stands where it is included */
	assert_int_equal(policy_rule_at(p, 0)->place.line, 2);
	assert_int_equal(policy_rule_at(p, 0)->place.file.len, strlen("部品/許可"));
	const struct policy *whole = test_policy(policy_text(p)); /* the text of the whole is a policy, and the same one */
	assert_non_null(whole);
	assert_memory_equal(policy_version(p), policy_version(whole), POLICY_VERSION_BYTES);

	assert_null(read_parts("読込 「甲」\n", parts));
	assert_int_equal(test_errors.at[0].code, POLICY_ERROR_again);
}

static void test_depth_has_an_end(void **state)
{
	struct part parts[] = {{"1", "読込 「2」\n"}, {"2", "読込 「3」\n"}, {"3", "読込 「4」\n"}, {"4", "読込 「5」\n"}, {"5", "読込 「6」\n"}, {"6", ""}, {NULL, NULL}};
	(void)state;

	assert_null(read_parts("読込 「1」\n", parts));
	assert_int_equal(test_errors.at[test_errors.count - 1].code, POLICY_ERROR_limit);
	assert_string_equal(test_errors.at[test_errors.count - 1].detail, "policy_depth");
}

/* ---- limits: sizes of arrays and the table say the same ---- */

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(limit(LIMIT_policy_zones), POLICY_ZONES_MAX);
	assert_int_equal(limit(LIMIT_policy_roles), POLICY_ROLES_MAX);
	assert_int_equal(limit(LIMIT_policy_classes), POLICY_CLASSES_MAX);
	assert_int_equal(limit(LIMIT_policy_scanners), POLICY_SCANNERS_MAX);
	assert_int_equal(limit(LIMIT_policy_rules), POLICY_RULES_MAX);
	assert_int_equal(limit(LIMIT_policy_approvals), POLICY_APPROVALS_MAX);
	assert_int_equal(limit(LIMIT_policy_networks), POLICY_NETWORKS_MAX);
}

static void repeat(struct sk_buf *text, const char *before, const char *after, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		sk_buf_str(text, before);
		sk_buf_decimal(text, i + 100000);
		sk_buf_str(text, after);
	}
}

static void test_limits_are_named(void **state)
{
	static const struct {
		const char *before, *after, *name;
		unsigned count;
	} rows[] = {
		{"領域 z", " {\n種別 その他\n}\n", "policy_zones", 33},
		{"役割 r", " {\n機密性 1以下\n}\n", "policy_roles", 65},
		{"検査機 s", " {\n定義 1日以内\n}\n", "policy_scanners", 17},
		{"形式群 g", ": docx\n", "policy_groups", 257},
		{"禁止 k", ": すべて → すべて {\n理由 「r」\n}\n", "policy_rules", 4097},
		{"# ", "\n", "policy_tokens", 100001},
		{"", " ", "policy_bytes", 200000},
	};
	static uint8_t memory[1 << 21];
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		struct sk_buf text;
		sk_buf_fixed(&text, memory, sizeof memory);
		sk_buf_str(&text, HEAD);
		repeat(&text, rows[i].before, rows[i].after, rows[i].count);
		assert_int_equal(text.status, SK_OK);
		assert_null(test_policy(sk_buf_bytes(&text)));
		assert_int_equal(test_errors.at[0].code, POLICY_ERROR_limit);
		assert_string_equal(test_errors.at[0].detail, rows[i].name);
		sk_arena_reset(&test_arena);
	}
}

/* Limits of lists on one line. */
static void test_long_lists(void **state)
{
	static const struct {
		const char *head, *before, *tail, *name;
		unsigned count;
	} rows[] = {
		{"機密性 0", " < c", "\n", "policy_classes", 16},
		{"領域 内 {\n網 ::/0", ", 10.0.0.0/8", "\n}\n", "policy_networks", 64},
		{HEAD "許可 可: 外 → 内 {\n", "承認 1人 長\n", "}\n", "policy_approvals", 9},
	};
	static uint8_t memory[1 << 16];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		struct sk_buf text;
		sk_buf_fixed(&text, memory, sizeof memory);
		sk_buf_str(&text, rows[i].head);
		for (unsigned k = 0; k < rows[i].count; k++) {
			sk_buf_str(&text, rows[i].before);
			if (i == 0)
				sk_buf_decimal(&text, k);
		}
		sk_buf_str(&text, rows[i].tail);
		assert_null(test_policy(sk_buf_bytes(&text)));
		bool named = false;
		for (unsigned k = 0; k < test_errors.count; k++)
			named |= test_errors.at[k].code == POLICY_ERROR_limit && strcmp(test_errors.at[k].detail, rows[i].name) == 0;
		assert_true(named);
	}
}

static bool give_next(void *context, sk_text name, sk_bytes *bytes)
{
	static char text[100][64];
	unsigned *count = context;

	(void)name;
	snprintf(text[*count], sizeof text[0], "# %u\n", *count);
	*bytes = sk_bytes_str(text[*count]);
	return ++*count < 100;
}

static void test_many_files(void **state)
{
	static char text[1 << 14];
	unsigned count = 0;
	struct policy_source source = {give_next, &count};
	const struct policy *policy;

	(void)state;
	for (unsigned i = 0; i < 70; i++)
		snprintf(text + strlen(text), 64, "読込 「部品%u」\n", i);
	assert_int_equal(policy_read(SK_TEXT("root"), sk_bytes_str(text), &source, &test_arena, &test_errors, &policy), SK_LIMIT);
	assert_string_equal(test_errors.at[test_errors.count - 1].detail, "policy_files");
	assert_int_equal(count, limit(LIMIT_policy_files) - 1);
}

/* A memory too small for the policy is said, not a crash. */
static void test_small_memory(void **state)
{
	(void)state;
	for (size_t size = 64; size < 400000; size += size / 8) {
		struct sk_arena small;
		const struct policy *policy;
		void *memory = malloc(size);
		sk_arena_init(&small, memory, size);
		enum sk_status status = policy_read(SK_TEXT("f"), SK_BYTES(GOOD), NULL, &small, &test_errors, &policy);
		assert_true((status == SK_OK) == (policy != NULL));
		assert_true(status == SK_OK || test_errors.count > 0);
		sk_arena_reset(&small);
		free(memory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, begin, end),
		cmocka_unit_test_setup_teardown(test_errors_of_text, begin, end),
		cmocka_unit_test_setup_teardown(test_errors_of_values, begin, end),
		cmocka_unit_test_setup_teardown(test_errors_of_meaning, begin, end),
		cmocka_unit_test_setup_teardown(test_many_errors, begin, end),
		cmocka_unit_test_setup_teardown(test_errors_have_an_end, begin, end),
		cmocka_unit_test_setup_teardown(test_long_detail, begin, end),
		cmocka_unit_test_setup_teardown(test_what_may_be_written, begin, end),
		cmocka_unit_test_setup_teardown(test_caret, begin, end),
		cmocka_unit_test_setup_teardown(test_caret_behind_a_mark, begin, end),
		cmocka_unit_test_setup_teardown(test_hints, begin, end),
		cmocka_unit_test_setup_teardown(test_canonical, begin, end),
		cmocka_unit_test_setup_teardown(test_version, begin, end),
		cmocka_unit_test_setup_teardown(test_includes, begin, end),
		cmocka_unit_test_setup_teardown(test_depth_has_an_end, begin, end),
		cmocka_unit_test_setup_teardown(test_limits, begin, end),
		cmocka_unit_test_setup_teardown(test_limits_are_named, begin, end),
		cmocka_unit_test_setup_teardown(test_long_lists, begin, end),
		cmocka_unit_test_setup_teardown(test_many_files, begin, end),
		cmocka_unit_test_setup_teardown(test_small_memory, begin, end),
	};
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
