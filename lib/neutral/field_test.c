/* Which field instructions stay and which go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "neutral/grammar.h"

static void expect(const char *instruction, bool allowed)
{
	if (field_allowed(sk_bytes_str(instruction)) != allowed)
		fail_msg("%s must be %s", instruction, allowed ? "allowed" : "refused");
}

static void allows_ordinary_fields(void **state)
{
	static const char *const fields[] = {
		"PAGE", " PAGE ", "page", " PAGE   \\* MERGEFORMAT ", "PAGE\\* Arabic", "NUMPAGES \\* DBNUM3 \\* MERGEFORMAT", "DATE \\@ \"yyyy'年'M'月'd'日'\"", "TIME \\@ \"ggge年M月d日\" \\* MERGEFORMAT",
		"TOC \\o \"1-3\" \\h \\z \\u", "TOC \\h \\z \\t \"見出し 1,1,見出し 2,2\"", "TOC \\h \\z \\c \"図\"", "PAGEREF _Toc123456 \\h", "REF _Ref123 \\r \\h", "REF 氏名", "SEQ 図 \\* ARABIC", "SEQ Table \\r 1 \\h",
		"STYLEREF \"見出し 1\" \\n", "NOTEREF _Ref1 \\f \\h", "= SUM(ABOVE)", "=A1*1.08 \\# \"#,##0\"", "=MAX(LEFT)", "EQ \\o\\ad(\\s\\up 9(ふりがな),漢字)",
		"EQ \\* jc2 \\* \"Font:ＭＳ 明朝\" \\* hps10 \\o\\ad(\\s\\up 9(かん),漢)", "eq \\o\\ac(○,1)", "SYMBOL 183 \\f \"Symbol\" \\s 10 \\h", "MERGEFIELD \"氏名\" \\* MERGEFORMAT", "MERGEFIELD 住所 \\b \"〒\"",
		"FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "XE \"索引\" \\b", "TC \"章\" \\f C \\l 1", "INDEX \\c \"2\" \\h \"A\" \\y", "TA \\l \"法\" \\c 1", "TOA \\h \\c \"1\" \\p", "CITATION Tag01 \\l 1041", "BIBLIOGRAPHY",
		"AUTHOR", "TITLE \\* MERGEFORMAT", "SUBJECT", "DOCPROPERTY Company", "CREATEDATE \\@ \"yyyy/MM/dd\"", "SAVEDATE", "LISTNUM LegalDefault \\l 2", "ADVANCE \\u 6", "SECTION", "SECTIONPAGES", "SHAPE \\* MERGEFORMAT",
		"IF 1 = 1 \"はい\" \"いいえ\"", "NUMCHARS", "FILESIZE \\k", "REVNUM", "EDITTIME", "AUTONUMLGL \\s .", "BIDIOUTLINE", "PAGE \\!", "XE \"a \\\"b\\\" c\"", "XE \"時刻 12:30\"",
		"HYPERLINK \"https://example.jp/\"", "HYPERLINK https://example.jp/", "hyperlink \"http://example.jp\" \\o \"説明\" \\t \"_blank\"", "HYPERLINK \\l \"_Toc1\"", "HYPERLINK  \\l \"見出し\" \\h", "HYPERLINK \"mailto:a@example.jp\"",
		"HYPERLINK \"http://example.jp\" \\l \"top\" \\* MERGEFORMAT", "HYPERLINK \"\" \\l \"x\"", "HYPERLINK \"#x\"",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(fields); i++)
		expect(fields[i], true);
}

static void refuses_what_runs_or_fetches(void **state)
{
	static const char *const fields[] = {
		"", " ", "\"\"", "DDE cmd \"/c calc\" \"x\"", "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\"", "ddeauto x y z", "INCLUDEPICTURE \"http://example.jp/x.png\" \\d", "INCLUDETEXT \"c:\\\\x\"",
		"INCLUDE x", "IMPORT x", "LINK Excel.Sheet.12 \"c:\\\\x.xlsx\" Sheet1!R1C1 \\a", "EMBED Package", "DATABASE \\d \"x\" \\c \"y\"", "MACROBUTTON AutoOpen click", "GOTOBUTTON x y", "RD \"c:\\\\x.docx\"", "AUTOTEXT x",
		"AUTOTEXTLIST x", "GLOSSARY x", "ADDIN ZOTERO_ITEM x", "CONTROL Forms.CommandButton.1 \\s", "HTMLCONTROL x", "PRIVATE x", "PRINT \"x\"", "ASK x \"y\"", "FILLIN \"x\"", "SET a \"b\"", "QUOTE 68 68 69",
		"TEMPLATE \\p", "FILENAME \\p", "INFO x", "USERADDRESS", "USERNAME", "USERINITIALS", "DOCVARIABLE x", "DATA x y", "PAGEX", "P AGE", "PAGE|DDE", ("\x13" "DDE\x14"), "PAGE_", "DDE\\* MERGEFORMAT", "UNKNOWN",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(fields); i++)
		expect(fields[i], false);
}

static void refuses_arguments_that_lead_outside(void **state)
{
	static const char *const fields[] = {
		"HYPERLINK", "HYPERLINK \"\"", "HYPERLINK \"javascript:x\"", "HYPERLINK \"file:///c:/x\"", "HYPERLINK \"\\\\\\\\server\\\\share\"", "HYPERLINK \\\\\\\\server\\\\share", "HYPERLINK \"c:\\\\x.exe\"", "HYPERLINK x.docx",
		"HYPERLINK \"http://example.jp\" \"http://example.jp\"", "HYPERLINK \"http://a@b/\"", "HYPERLINK \"http://example.jp\" \\t \"frame\"", "HYPERLINK \\t \"_blank\"", "HYPERLINK \"ftp://example.jp\"",
		"HYPERLINK \\l \"x\" \"search-ms:y\"", "HYPERLINK \\l \"file://x\"", "HYPERLINK \"http://example.jp", "HYPERLINK \\q \"x\"", "REF \"\\\\\\\\server\\\\x\"", "TOC \\f \"c:\\\\x\"", "REF c:\\x", "TITLE \"file://x\"",
		"PAGE \\x", "PAGE \\", "XE \"open", "DATE \\@ \"open", "IF 1 = 1 \"file://x\" \"b\"", "PAGE \\o", "STYLEREF x \\q", "= \"c:\\\\x\"", "PAGE \\\xE3\x81\x82",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(fields); i++)
		expect(fields[i], false);
}

static void has_every_row_in_order(void **state)
{
	static const char *const names[] = {
#define FIELD(name, kind, with_argument, without) name,
#include "neutral/fields.def"
#undef FIELD
	};
	(void)state;
	for (size_t i = 1; i < SK_COUNT(names); i++)
		assert_true(strcmp(names[i - 1], names[i]) < 0);
	for (size_t i = 0; i < SK_COUNT(names); i++)
		expect(names[i], strcmp(names[i], "HYPERLINK") != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_ordinary_fields),
		cmocka_unit_test(refuses_what_runs_or_fetches),
		cmocka_unit_test(refuses_arguments_that_lead_outside),
		cmocka_unit_test(has_every_row_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
