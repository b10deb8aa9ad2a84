/* Text, CSV and TSV: what is kept byte for byte, what goes, what gets an apostrophe, and that doing it again changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "format/text/line_test.h"

extern const struct format format_text;

static void same(sk_bytes got, sk_bytes wanted)
{
	if (!sk_bytes_equal(got, wanted))
		fail_msg("got '%.*s', wanted '%.*s'", (int)got.len, got.at, (int)wanted.len, wanted.at);
}

/* Through the line, and the result through it again. */
static void through(sk_bytes input, sk_bytes wanted, unsigned kind, struct line *line)
{
	struct line again;
	line_run(line, input, LEVEL_REBUILD);
	if (!line->bid.taken || line->bid.kind != kind)
		fail_msg("kind %u, wanted %u: '%.*s'", line->bid.kind, kind, (int)input.len, input.at);
	assert_int_equal(line->read_status, SK_OK);
	assert_int_equal(line->write_status, SK_OK);
	same(line->output, wanted);
	line_run(&again, line->output, LEVEL_REBUILD);
	same(again.output, line->output);
	line_free(&again);
}

static void expect(sk_bytes input, sk_bytes wanted, unsigned kind, enum finding_code code, uint32_t count)
{
	struct line line;
	through(input, wanted, kind, &line);
	if (line.findings[code] != count)
		fail_msg("%u of finding %s, wanted %u: '%.*s'", line.findings[code], finding_name(code), count, (int)input.len, input.at);
	line_free(&line);
}

static void test_kept(void **state)
{
	const struct {
		unsigned kind;
		sk_bytes text;
	} rows[] = {
		{KIND_text, SK_BYTES("")},
		{KIND_text, SK_BYTES("one line without an end")},
		{KIND_text, SK_BYTES("会議の件\r\n一　日時\r\n二　場所\n\rmixed\r\f次の頁\n")},
		{KIND_text, SK_BYTES("\xEF\xBB\xBF日本語\n")},
		{KIND_text, SK_BYTES("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x95\xB6\x8F\x91\x82\xC5\x82\xB7\x81\x42\r\n")},
		{KIND_text, SK_BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xCA\xB8\xBD\xF1\xA4\xC7\xA4\xB9\xA1\xA3\n")},
		{KIND_text, SK_BYTES("\x1B$BF|K\\8l\x1B(B and ASCII\n\x1B$B$\"\x1B(B\n")},
		{KIND_text, SK_BYTES("\xFF\xFE\xE5\x65\x2C\x67\x0A\0")},
		{KIND_text, SK_BYTES("\xFE\xFF\x65\xE5\x67\x2C\0\x0A")},
		{KIND_text, SK_BYTES("a\0b\0c\0\r\0\n\0")},
		{KIND_text, SK_BYTES("Le caf\xE9 est ferm\xE9 cet \xE9t\xE9.\n")},
		{KIND_text, SK_BYTES("家族 👨‍👩‍👧 葛󠄀 ☎️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 هی‌ها\n")},
		{KIND_text, SK_BYTES("=SUM(A1) stands in the manual\nand - here - is more\nof it\n")},
		{KIND_text, SK_BYTES("+ADw-script+AD4- is UTF-7 and stays words\n")},
		{KIND_csv, SK_BYTES("番号,氏名,金額\r\n1,\"山田, 太郎\",\"1,000\"\r\n2,\"a \"\"b\"\"\",-500\r\n")},
		{KIND_csv, SK_BYTES("a;b;c\n1;2;3\n")},
		{KIND_csv, SK_BYTES("題名\n\n年,人口,世帯\n2020,100,5\n2021,99,4\n2022,97,4\n")},
		{KIND_csv, SK_BYTES("\x94\xD4\x8D\x86,\x8E\x81\x96\xBC,\xB6\xC5\r\n1,\x8E\x52\x93\x63,\xD4\xCF\xC0\xDE\r\n")},
		{KIND_tsv, SK_BYTES("a\tb\tc\n1\t2\t3\n")},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		expect(rows[i].text, rows[i].text, rows[i].kind, FINDING_text_repaired, 0);
}

static void test_formulas(void **state)
{
	const struct {
		sk_bytes input, output;
		uint32_t count;
	} rows[] = {
		{SK_BYTES("a,b\n=1+1,x\n"), SK_BYTES("a,b\n'=1+1,x\n"), 1},
		{SK_BYTES("a,b,c\nx,\"=cmd|'/c calc'!A1\",y\n"), SK_BYTES("a,b,c\nx,\"'=cmd|'/c calc'!A1\",y\n"), 1},
		{SK_BYTES("\xEF\xBB\xBF=A(),b\n@x,+y(1)\n"), SK_BYTES("\xEF\xBB\xBF'=A(),b\n'@x,'+y(1)\n"), 3},
		{SK_BYTES("a,b\n  =1+1, \t-x\n"), SK_BYTES("a,b\n  '=1+1, \t'-x\n"), 2},
		{SK_BYTES("a,b\n　＝１＋１,＠x\n"), SK_BYTES("a,b\n　'＝１＋１,'＠x\n"), 2},
		{SK_BYTES("a,b\n\"\t=1\",\"\r=2\"\n"), SK_BYTES("a,b\n\"\t'=1\",\"\r'=2\"\n"), 2},
		{SK_BYTES("a,b\n\"\"=1+1,\"\"\"=2\"\"\"\n"), SK_BYTES("a,b\n\"\"'=1+1,\"\"\"'=2\"\"\"\n"), 2},
		{SK_BYTES("a,b\n\"\" =1+1,\"\"\"\" @x\n"), SK_BYTES("a,b\n\"\" '=1+1,\"\"\"\" '@x\n"), 2},
		{SK_BYTES("a,b,c\nx;=1+1,y,z\n"), SK_BYTES("a,b,c\nx;'=1+1,y,z\n"), 1},
		{SK_BYTES("a,b,c\nx,\"p;=1+1\",z\n"), SK_BYTES("a,b,c\nx,\"p;'=1+1\",z\n"), 1},
		{SK_BYTES("a\tb\n=1\t@y\n"), SK_BYTES("a\tb\n'=1\t'@y\n"), 2},
		{SK_BYTES("a,b\n\"memo\n=1+1\",x\n"), SK_BYTES("a,b\n\"memo\n'=1+1\",x\n"), 1},
		{SK_BYTES("a,b\n\"memo\n- item\n- more\",x\n"), SK_BYTES("a,b\n\"memo\n- item\n- more\",x\n"), 0},
		{SK_BYTES("a,b\n\"memo\n-cmd|'/c'!A\",x\n"), SK_BYTES("a,b\n\"memo\n'-cmd|'/c'!A\",x\n"), 1},
		{SK_BYTES("=HYPERLINK(\"http://x\")\n=cmd|'/c calc'!A0\n"), SK_BYTES("'=HYPERLINK(\"http://x\")\n'=cmd|'/c calc'!A0\n"), 2},
		{SK_BYTES("=1+1,2,3"), SK_BYTES("'=1+1,2,3"), 1},
		{SK_BYTES("a,b\n-12,+3.5\n-5%,-1.2E+5\n\"-1,234\",-\\500\n－５％,-.5\n"), SK_BYTES("a,b\n-12,+3.5\n-5%,-1.2E+5\n\"-1,234\",-\\500\n－５％,-.5\n"), 0},
		{SK_BYTES("a,b\n+81-3-1234-5678,+81 90 1234 5678\n-,---\n－,====\n"), SK_BYTES("a,b\n+81-3-1234-5678,+81 90 1234 5678\n-,---\n－,====\n"), 0},
		{SK_BYTES("a,b\n-2+3,-1-cmd|x\n+81-3-1+A1,-A1\n"), SK_BYTES("a,b\n'-2+3,'-1-cmd|x\n'+81-3-1+A1,'-A1\n"), 4},
		{SK_BYTES("a,b\n1-1,x=y\n"), SK_BYTES("a,b\n1-1,x=y\n"), 0},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		struct line line;
		line_run(&line, rows[i].input, LEVEL_REBUILD);
		unsigned kind = line.bid.kind;
		line_free(&line);
		assert_true(kind == KIND_csv || kind == KIND_tsv);
		expect(rows[i].input, rows[i].output, kind, FINDING_csv_formula, rows[i].count);
	}
}

static void test_separator_line(void **state)
{
	(void)state;
	expect(SK_BYTES("sep=;\r\na;b\r\n1;2\r\n"), SK_BYTES("a;b\r\n1;2\r\n"), KIND_csv, FINDING_csv_separator, 1);
	expect(SK_BYTES("\"SEP=#\"\na#=1+1#c\nx#y#z\n"), SK_BYTES("a#'=1+1#c\nx#y#z\n"), KIND_csv, FINDING_csv_formula, 1);
	expect(SK_BYTES("sep=,\nsep=;\na;b\n1;2\n"), SK_BYTES("a;b\n1;2\n"), KIND_csv, FINDING_csv_separator, 2);
}

static void test_cleaned(void **state)
{
	(void)state;
	expect(SK_BYTES("invoice\u202Efdp.exe is\u2066 a\u200B name\uFEFF of a file\n"), SK_BYTES("invoicefdp.exe is a name of a file\n"),
	       KIND_text, FINDING_control_characters, 4);
	expect(SK_BYTES("bell \x07 and end of file\r\n\x1A"), SK_BYTES("bell  and end of file\r\n"), KIND_text,
	       FINDING_control_characters, 2);
	expect(SK_BYTES("nul \0 in a text\n"), SK_BYTES("nul  in a text\n"), KIND_text, FINDING_control_characters, 1);
	expect(SK_BYTES("pass\u200Dword \uFE0F and a\xC2\x85line\n"), SK_BYTES("password  and aline\n"), KIND_text,
	       FINDING_control_characters, 3);
	expect(SK_BYTES("a,b\n\u200B=1+1,x\u202E\n"), SK_BYTES("a,b\n'=1+1,x\n"), KIND_csv, FINDING_csv_formula, 1);
}

static void test_repaired(void **state)
{
	(void)state;
	expect(SK_BYTES("日本語の文書 \xE6\x97 です。日本語の文書です。\n"), SK_BYTES("日本語の文書 \uFFFD\uFFFD です。日本語の文書です。\n"),
	       KIND_text, FINDING_text_repaired, 2);
	expect(SK_BYTES("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\xFF\x82\xC5\x82\xB7\n"), SK_BYTES("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x81\xAC\x82\xC5\x82\xB7\n"),
	       KIND_text, FINDING_text_repaired, 1);
}

static void test_no_text(void **state)
{
	const sk_bytes rows[] = {
		SK_BYTES("PK\3\4 and more words than bytes that are none"), SK_BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"),
		SK_BYTES("\0\1\2\3\4\5\6\7\x08\x0B\x0E\x0F"), SK_BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0\xB8\0\0\0\0\0\0\0"),
		SK_BYTES("\x7F""ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0"),
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		struct line line;
		line_run(&line, rows[i], LEVEL_REBUILD);
		if (line.bid.taken)
			fail_msg("row %zu is text", i);
		line_free(&line);
	}
}

static void test_level_text(void **state)
{
	struct line line;
	(void)state;
	line_run(&line, SK_BYTES("\xFF\xFE\xE5\x65\x2C\x67\x0A\0"), LEVEL_TEXT);
	assert_int_equal(line.write_status, SK_OK);
	same(line.output, SK_BYTES("日本\n"));
	line_free(&line);
}

/* What a dropped character or line would bring to the beginning. */
static void test_uncovered(void **state)
{
	const sk_bytes rows[] = {SK_BYTES("\u200B%PDF-1.7 and more words\n"), SK_BYTES("sep=;\r\nGIF89a;b\r\nc;d\r\n"),
				 SK_BYTES("sep=;\r\n\x89PNG;0;2\r\na;b;c\r\n0;2;3\r\n")};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		struct line line;
		line_run(&line, rows[i], LEVEL_REBUILD);
		assert_int_equal(line.read_status, SK_MALFORMED);
		line_free(&line);
	}
}

/* A header of PDF behind the window, which a dropped character would bring into it: in the bytes of the character set, at its edge. */
static void test_pdf_uncovered(void **state)
{
	static const struct {
		const char *before, *each;
		size_t count;
		bool passes;
	} rows[] = {
		{"\x01", "a", 1024, false},           /* lands on 1,024 */
		{"\x01", "a", 1025, true},
		{"\x01\x8E\x91", "a", 1022, false},   /* CP932: a character of two bytes, three in UTF-8 */
		{"\x01\x8E\x91", "a", 1023, true},
		{"\x8E\x91", "a", 1023, true},         /* nothing goes */
		{"sep=,\n", "a,", 512, false},        /* the line that goes from a table */
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		static uint8_t room[4096];
		struct sk_buf text;
		struct line line;
		sk_buf_fixed(&text, room, sizeof room);
		sk_buf_str(&text, rows[i].before);
		for (size_t k = 0; k < rows[i].count; k++)
			sk_buf_str(&text, rows[i].each);
		sk_buf_str(&text, "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n");
		line_run(&line, sk_buf_bytes(&text), LEVEL_REBUILD);
		if (line.read_status != (rows[i].passes ? SK_OK : SK_MALFORMED))
			fail_msg("row %zu: %s", i, sk_status_name(line.read_status));
		line_free(&line);
	}
}

/* A reader that lies: what it says is cleaned and guarded by the writer. */
static void test_lying_reader(void **state)
{
	static uint8_t records[4096], memory[1 << 16], stage[NEUTRAL_STAGE];
	struct stream stream = {.at = records, .room = sizeof records};
	struct line line = {.written.grows = true};
	struct neutral_out out;
	struct sk_arena arena;
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	neutral_out_init(&out, &text_vocabulary, stage, stream_send, &stream);
	neutral_start(&out, LEVEL_REBUILD);
	neutral_open(&out, TEXT_NODE_file_file);
	neutral_attr_number(&out, TEXT_ATTR_file_charset, CHARSET_CP932);
	neutral_attr_number(&out, TEXT_ATTR_file_kind, TEXT_WORD_Kind_csv);
	neutral_open(&out, TEXT_NODE_leaf_run);
	neutral_bytes(&out, TEXT_NODE_leaf_run, SK_BYTES("sep=;\n=cmd|'/c'!A;\u202Ex;😀\n"));
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	line_write(&line, &arena, &stream);
	assert_int_equal(line.write_status, SK_OK);
	same(line.output, SK_BYTES("'=cmd|'/c'!A;x;\x81\xAC\n"));
	sk_arena_reset(&arena);
	line_free(&line);
}

/* Longer than a piece, a sample and a record. */
static void test_long(void **state)
{
	size_t lines = 30000;
	struct sk_buf text;
	struct line line;
	(void)state;
	uint8_t *memory = malloc(lines * 32);
	sk_buf_fixed(&text, memory, lines * 32);
	for (size_t i = 0; i < lines; i++)
		sk_buf_put(&text, i % 7 == 0 && i > 20000 ? SK_BYTES("\x93\xFA\x96\x7B,1,-2\r\n") : SK_BYTES("abcd,1,\"x y\"\r\n"));
	line_run(&line, sk_buf_bytes(&text), LEVEL_REBUILD);
	assert_int_equal(line.bid.kind, KIND_csv);
	assert_int_equal(line.write_status, SK_OK);
	assert_true(sk_bytes_equal(line.output, sk_buf_bytes(&text)));
	line_free(&line);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept), cmocka_unit_test(test_formulas), cmocka_unit_test(test_separator_line),
		cmocka_unit_test(test_cleaned), cmocka_unit_test(test_repaired), cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_uncovered), cmocka_unit_test(test_pdf_uncovered), cmocka_unit_test(test_level_text), cmocka_unit_test(test_lying_reader), cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
