/* Page content: what damaged streams become, and that exactly the canonical form is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "neutral/content.h"
#include "neutral/content_parts.h"

#define ARENA ((size_t)64 << 20)

static struct sk_arena arena;
static uint8_t *memory;

static int setup(void **state)
{
	(void)state;
	memory = malloc(ARENA);
	sk_arena_init(&arena, memory, ARENA);
	return memory == NULL;
}

static int teardown(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	free(memory);
	return 0;
}

static struct content_result canonical(sk_bytes source, const struct content_options *options)
{
	struct content_result result, again;
	assert_int_equal(content_canonical(source, options, &arena, &result), SK_OK);
	assert_true(content_allowed(result.text, options != NULL && options->glyph));
	assert_int_equal(content_canonical(result.text, options, &arena, &again), SK_OK);
	assert_int_equal(again.unknown + again.dropped + again.repaired + again.unbalanced + again.images_dropped, 0);
	if (!sk_bytes_equal(result.text, again.text))
		fail_msg("not stable: %.*s / %.*s", (int)result.text.len, (const char *)result.text.at, (int)again.text.len,
			 (const char *)again.text.at);
	return result;
}

static struct content_result expect(const char *source, const char *expected)
{
	struct content_result result = canonical(sk_bytes_str(source), NULL);
	if (!sk_bytes_equal(result.text, sk_bytes_str(expected)))
		fail_msg("%s: got %.*s", source, (int)result.text.len, (const char *)result.text.at);
	return result;
}

static void test_numbers(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"1", "1"}, {"-1", "-1"}, {"+1", "1"}, {"007", "7"}, {"0", "0"}, {"-0", "0"}, {"-0.0", "0"}, {".5", ".5"}, {"0.5", ".5"},
		{"-0.50", "-.5"}, {"4.", "4"}, {"+.5", ".5"}, {"--5", "-5"}, {"-", "0"}, {".", "0"}, {"1.25000", "1.25"}, {"10.0", "10"},
		{"123456789012", "123456789012"}, {"1234567890123", "999999999999"}, {"-99999999999999999999999999999999999999999", "-999999999999"},
		{"1.1234564", "1.123456"}, {"1.1234565", "1.123457"}, {"1.9999999", "2"}, {"9.9999999", "10"}, {".9999999", "1"},
		{"999999999999.9999999", "999999999999"}, {"0.00001234567", ".0000123457"}, {".0000000000123", "0"}, {"0.000099999999", ".0001"},
		{".0999999999", ".1"}, {"1e3", "1000"}, {"1.5E-3", ".0015"}, {"-2e+2", "-200"}, {"1e99", "999999999999"}, {"1e-99", "0"}, {"0e50", "0"},
		{"12.5e-1", "1.25"}, {"0.00-35", ".0035"}, {"1.5-", "1.5"}, {"000000000000000000000000000000000000000000001", "1"},
		{"0.1e1", "1"}, {"00.250e2", "25"}, {"-+5", "-5"}, {"+-5", "-5"},
	};
	for (size_t i = 0; i < SK_COUNT(cases); i++) {
		char source[160], expected[160];
		snprintf(source, sizeof source, "%s w", cases[i][0]);
		snprintf(expected, sizeof expected, "%s w\n", cases[i][1]);
		expect(source, expected);
	}
	expect("1.2.3 m", "1.2 .3 m\n");
	expect("12-34 m", "12 -34 m\n");
	expect("1ET w", "");
	expect("5w", "5 w\n");
}

static void test_strings(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"(abc)", "(abc)"}, {"()", "()"}, {"<>", "()"}, {"<41 4 2>", "(AB)"}, {"<4>", "(@)"}, {"(a(b)c)", "(a\\(b\\)c)"}, {"(\\101\\7x)", "(A\\007x)"},
		{"(a\\\nb)", "(ab)"}, {"(a\r\nb)", "(a\\012b)"}, {"(a\\\r\nb)", "(ab)"}, {"(a\\\rb\\\n)", "(ab)"}, {"(a\rb)", "(a\\012b)"}, {"(\\n\\r)", "<0A0D>"}, {"(\\q)", "(q)"}, {"<0001>", "<0001>"},
		{"(\\400)", "<00>"}, {"(\\\\)", "(\\\\)"}, {"<5c5C>", "(\\\\\\\\)"}, {"(abcdefgh\\200)", "(abcdefgh\\200)"}, {"<4G1>", "(A)"}, {"(\\)\\()", "(\\)\\()"},
		{"(ab\\377)", "(ab\\377)"}, {"(a\\377)", "<61FF>"},
	};
	for (size_t i = 0; i < SK_COUNT(cases); i++) {
		char source[160], expected[160];
		snprintf(source, sizeof source, "%s Tj", cases[i][0]);
		snprintf(expected, sizeof expected, "%s Tj\n", cases[i][1]);
		expect(source, expected);
	}
	expect("(open Tj", "");
	expect("[(a) -120 (b)5 7.0/N<<>>(c)] TJ", "[(a)-120(b)5 7(c)] TJ\n");
	expect("[(a)[(b)]null 3 TJ ET", "[(a)3] TJ\n");
	expect("(a)' 1 2(b)\"", "(a) '\n1 2 (b) \"\n");
}

static void test_operators(void **state)
{
	(void)state;
	expect("", "");
	expect("  % only a comment\r", "");
	expect("1 0 0 1 10 20 cm%c\n0 0 5 5re f F f*", "1 0 0 1 10 20 cm\n0 0 5 5 re\nf\nf\nf*\n");
	expect("BX 1 foo EX 2 w", "2 w\n");
	expect("1 2 3 m", "2 3 m\n");
	expect("3 m 4 w", "4 w\n");
	expect("(a) w 1 w", "1 w\n");
	expect("qQ q Q qq Q Q", "q\nQ\nq\nQ\nq\nq\nQ\nQ\n");
	expect("1 J 3 J 1.0 j 8 Tr 7 Tr", "1 J\n1 j\n7 Tr\n");
	expect("/Perceptual ri /Launch ri", "/Perceptual ri\n");
	expect("[3 2] 0 d [] 0 d [-1] 0 d [(a)] 0 d", "[3 2] 0 d\n[] 0 d\n");
	expect("/A#42 gs /A#20B gs /#41 gs /A#G gs / gs", "/AB gs\n/A#20B gs\n/A gs\n/A#23G gs\n");
	expect(".1 .2 scn .1 /P0 scn /P1 SCN /P2 sc scn true sc", ".1 .2 scn\n.1 /P0 scn\n/P1 SCN\n");
	expect(")>]}{ 1 w", "1 w\n");
	expect("true 5 w null", "5 w\n");
	expect("0 0 d0 1 w", "1 w\n");
	expect("ID EI 1 w", "1 w\n");
	struct content_result result = expect("1 0 0 rg 5 Launch 6 Launch x", "1 0 0 rg\n");
	assert_int_equal(result.unknown, 3);
	assert_true(sk_bytes_equal(result.first_unknown, SK_BYTES("Launch")));
}

static void test_nesting(void **state)
{
	(void)state;
	assert_int_equal(expect("q q Q", "q\nq\nQ\nQ\n").unbalanced, 1);
	assert_int_equal(expect("Q 1 w Q", "1 w\n").unbalanced, 2);
	expect("BT BT ET ET", "BT\nET\nBT\nET\n");
	expect("/P BMC q BT", "/P BMC\nq\nBT\nET\nEMC\nQ\n");
	expect("EMC /P BMC EMC EMC", "/P BMC\nEMC\n");
	expect("(a) BMC /Q 5 BDC EMC EMC", "/Span BMC\n/Span BMC\nEMC\nEMC\n");
	assert_false(content_allowed(SK_BYTES("q\n"), false));
	assert_false(content_allowed(SK_BYTES("Q\nq\n"), false));
	assert_false(content_allowed(SK_BYTES("BT\nBT\nET\nET\n"), false));
	assert_false(content_allowed(SK_BYTES("EMC\n"), false));
	assert_true(content_allowed(SK_BYTES("q\nBT\nQ\nET\n"), false));
	size_t deep_len = (size_t)2 * (CONTENT_DEPTH_MAX + 8);
	char *deep = sk_arena_raw(&arena, deep_len);
	for (size_t i = 0; i < deep_len; i++)
		deep[i] = i % 2 ? ' ' : 'q';
	struct content_result result = canonical(sk_bytes_of(deep, deep_len), NULL);
	assert_int_equal(result.text.len, 4 * CONTENT_DEPTH_MAX);
	assert_int_equal(result.dropped, 8);
}

static void test_lists(void **state)
{
	(void)state;
	expect("/P <</MCID 3>> BDC EMC", "/P <</MCID 3>> BDC\nEMC\n");
	expect("/Span<</Lang(en)/JS(app.alert)/Alt <4142>/MCID 1.5>>BDC EMC", "/Span <</Alt(AB)/Lang(en)>> BDC\nEMC\n");
	expect("/Artifact <</Type/Pagination/BBox [0 0 1.50 2]/Attached[/Top/Left]/Subtype/Header>> DP",
	       "/Artifact <</Attached[/Top/Left]/BBox[0 0 1.5 2]/Subtype/Header/Type/Pagination>> DP\n");
	expect("/A <</Attached[/Inside]/BBox[1 2 3]/E<</E(x)>>/E(y)>> DP", "/A <<>> DP\n");
	expect("/OC /MC0 BDC EMC /OC /MC1 DP", "/OC /MC0 BDC\nEMC\n/OC /MC1 DP\n");
	expect("/A <</MCID 123456789>> DP /A <</MCID 1234567890>> DP", "/A <</MCID 123456789>> DP\n/A <<>> DP\n");
	expect("/A <</MCID 1 BDC", "");
}

static void test_uses(void **state)
{
	(void)state;
	struct content_result result = canonical(SK_BYTES("/F1 12 Tf /F1 9 Tf /F1 gs /DeviceRGB cs /Cs1 CS /P#31 scn /Sh sh /X Do /OC /M BDC EMC"), NULL);
	static const char *const expected[] = {"Font F1", "ExtGState F1", "ColorSpace Cs1", "Pattern P1", "Shading Sh", "XObject X", "Properties M"};
	assert_int_equal(result.use_count, SK_COUNT(expected));
	for (size_t i = 0; i < SK_COUNT(expected); i++) {
		char line[64];
		sk_bytes key = content_category_key(result.uses[i].category);
		snprintf(line, sizeof line, "%.*s %.*s", (int)key.len, (const char *)key.at, (int)result.uses[i].name.len,
			 (const char *)result.uses[i].name.at);
		assert_string_equal(line, expected[i]);
	}
	struct sk_buf many;
	sk_buf_init(&many, &arena, ARENA);
	for (int i = 0; i < 1000; i++) {
		sk_buf_str(&many, "/X");
		sk_buf_decimal(&many, i % 500);
		sk_buf_str(&many, " Do ");
	}
	assert_int_equal(canonical(sk_buf_bytes(&many), NULL).use_count, 500);
}

/* ---- inline images ---- */

struct asked {
	unsigned times;
	struct content_image image;
	struct content_image_answer answer;
};

static void ask(void *context, const struct content_image *image, struct content_image_answer *answer)
{
	struct asked *asked = context;
	asked->times++;
	asked->image = *image;
	*answer = asked->answer;
}

static void test_plain_images(void **state)
{
	(void)state;
	expect("q BI /W 8 /H 2 /IM true /D[1 0] ID ab\nEI Q", "q\nBI /W 8 /H 2 /IM true /D [1 0] /F /AHx /L 5 ID 6162> EI\nQ\n");
	expect("BI/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB/Interpolate true/F/AHx ID 01 02 0a>\nEI 1 w",
	       "BI /W 1 /H 1 /BPC 8 /CS /RGB /I true /F /AHx /L 7 ID 01020A> EI\n1 w\n");
	expect("BI/W 2/H 1/BPC 1/CS[/Indexed/DeviceGray 1(a)]/D[0 1 2]/Z<</a[1]>> ID\r\n@ EI",
	       "BI /W 2 /H 1 /BPC 1 /CS [/I /G 1 <6100>] /F /AHx /L 3 ID 40> EI\n");
	expect("BI/W 4/H 1/BPC 8/CS/CMYK ID EI EI EI EI EI E\nEI 2 w", "BI /W 4 /H 1 /BPC 8 /CS /CMYK /F /AHx /L 33 ID 45492045492045492045492045492045> EI\n2 w\n");
	expect("BI/W 1/H 1/BPC 8/CS/G/F/AHx ID 0\nEI 2 w", "BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx /L 3 ID 0E> EI\n2 w\n");
	assert_int_equal(expect("BI/W 0/H 1/BPC 8/CS/G ID x EI 2 w", "2 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 1/H 1/BPC 8/CS/G/F/Fl ID \x01\x02 EI\x03 EI\n2 w", "2 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 1/H 1/BPC 8/CS/Cs5 ID x EI 2 w", "2 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 1/H 1/BPC 8/CS/G/F/JBIG2 ID x EI 2 w", "2 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 200/H 200/BPC 8/CS/G ID x EI 2 w", "2 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 1/H 1/BPC 8/CS/G/F/Fl ID x EI \x01 1 w", "1 w\n").images_dropped, 1);
	assert_int_equal(expect("BI/W 9/H 9/BPC 8/CS/G/F/AHx ID 00112233> EI 1 w", "1 w\n").images_dropped, 1);
	expect("BI/W 2/H 2/BPC 8/CS/G/F/AHx ID 001122> EI 1 w", "BI /W 2 /H 2 /BPC 8 /CS /G /F /AHx /L 9 ID 00112200> EI\n1 w\n");
	expect("BI /W 5", "");
}

static void test_asked_images(void **state)
{
	(void)state;
	struct asked asked = {.answer = {.used = 3, .samples = SK_BYTES("\xAB")}};
	struct content_options options = {.image = ask, .context = &asked};
	sk_bytes source = SK_BYTES("BI/W 8/H 1/IM true/F[/A85/Fl]/DP[null<</Predictor 12/Columns 8>>] ID abcEI 1 w");
	struct content_result result = canonical(source, &options);
	assert_true(sk_bytes_equal(result.text, SK_BYTES("BI /W 8 /H 1 /IM true /F /AHx /L 3 ID AB> EI\n1 w\n")));
	assert_int_equal(asked.times, 1);
	assert_int_equal(asked.image.filter_count, 2);
	assert_int_equal(asked.image.filters[0].filter, CONTENT_FILTER_ASCII_85);
	assert_int_equal(asked.image.filters[1].filter, CONTENT_FILTER_FLATE);
	assert_int_equal(asked.image.filters[1].predictor, 12);
	assert_int_equal(asked.image.filters[1].columns, 8);
	canonical(SK_BYTES("BI/W 8/H 1/BPC 8/IM true/CS/RGB/F/DCT ID abcEI 1 w"), &options); /* a mask has one bit, whatever it says */
	assert_int_equal(asked.image.bits, 1);
	canonical(SK_BYTES("BI/W 8/H 1/BPC 8/CS/G/F/CCF ID abcEI 1 w"), &options);
	assert_int_equal(asked.image.bits, 1);
	asked.answer = (struct content_image_answer){.xobject = SK_BYTES("Inline.1")};
	result = canonical(SK_BYTES("BI/W 1/H 1/BPC 8/CS/Cs#35/F/CCF/DP<</K -1/BlackIs1 true>> ID abc EI 1 w"), &options);
	assert_true(sk_bytes_equal(result.text, SK_BYTES("/Inline.1 Do\n1 w\n")));
	assert_int_equal(result.use_count, 1);
	assert_int_equal(asked.image.space, CONTENT_SPACE_NAMED);
	assert_true(sk_bytes_equal(asked.image.name, SK_BYTES("Cs5")));
	assert_int_equal(asked.image.filters[0].k, -1);
	assert_int_equal(asked.image.filters[0].columns, 1728);
	assert_true(asked.image.filters[0].black_is_1);
	canonical(SK_BYTES("BI/W 1/H 1/BPC 8/CS/G/F[/RL/RL/RL/RL/RL/RL/RL/RL] ID abc EI"), &options);
	assert_int_equal(asked.image.filter_count, CONTENT_FILTERS_MAX);
	unsigned times = asked.times;
	canonical(SK_BYTES("BI/W 1/H 1/BPC 8/CS/G/F[/RL/RL/RL/RL/RL/RL/RL/RL/RL] ID abc EI"), &options);
	assert_int_equal(asked.times, times);
	asked.answer = (struct content_image_answer){.xobject = SK_BYTES("bad name")};
	assert_int_equal(canonical(SK_BYTES("BI/W 1/H 1/BPC 8/CS/Cs5 ID abc EI 1 w"), &options).images_dropped, 1);
}

/* ---- glyphs, long lines, pieces ---- */

static void test_glyphs(void **state)
{
	(void)state;
	struct content_options glyph = {.glyph = true};
	struct content_result result = canonical(SK_BYTES("500 0 0 0 10 10 d1 1 0 d0 f"), &glyph);
	assert_true(sk_bytes_equal(result.text, SK_BYTES("500 0 0 0 10 10 d1\nf\n")));
	assert_true(content_allowed(result.text, true));
	assert_false(content_allowed(result.text, false));
	assert_false(content_allowed(SK_BYTES("f\n500 0 d0\n"), true));
}

static void test_long_lines(void **state)
{
	(void)state;
	struct sk_buf source;
	sk_buf_init(&source, &arena, ARENA);
	sk_buf_u8(&source, '[');
	for (int i = 0; i < 60000; i++)
		sk_buf_str(&source, i % 3 == 0 ? "(ab\\(c)" : "-1.5 ");
	sk_buf_str(&source, "] TJ 1 w");
	struct content_result result = canonical(sk_buf_bytes(&source), NULL);
	assert_in_range(result.text.len, 2 * CONTENT_LINE_MAX, 8 * CONTENT_LINE_MAX);
	sk_buf_reset(&source); /* the largest inline image fits into a line */
	sk_buf_str(&source, "BI /W 40960 /H 1 /BPC 8 /CS [/I /CMYK 255 (a)] /D [0 255] /I true ID ");
	for (size_t i = 0; i < limit(LIMIT_content_image_bytes); i++)
		sk_buf_u8(&source, 'a');
	sk_buf_str(&source, " EI");
	result = canonical(sk_buf_bytes(&source), NULL);
	assert_in_range(result.text.len, 2 * limit(LIMIT_content_image_bytes), CONTENT_LINE_MAX);
	sk_buf_reset(&source);
	for (size_t i = 0; i <= CONTENT_STRING_MAX; i++)
		sk_buf_u8(&source, i == 0 ? '(' : 'a');
	size_t longest = source.len;
	sk_buf_str(&source, ") Tj");
	assert_int_equal(canonical(sk_buf_bytes(&source), NULL).text.len, longest + 5);
	source.len = longest;
	sk_buf_str(&source, "a) Tj 1 w");
	assert_true(sk_bytes_equal(canonical(sk_buf_bytes(&source), NULL).text, SK_BYTES("1 w\n")));
}

static void test_long_names(void **state)
{
	(void)state;
	struct sk_buf source;
	sk_buf_init(&source, &arena, ARENA);
	sk_buf_u8(&source, '/');
	for (size_t i = 0; i < CONTENT_NAME_MAX; i++)
		sk_buf_u8(&source, 'a');
	sk_buf_str(&source, " gs");
	assert_int_equal(canonical(sk_buf_bytes(&source), NULL).text.len, CONTENT_NAME_MAX + 5);
	source.len -= 3;
	sk_buf_str(&source, "a gs");
	assert_int_equal(canonical(sk_buf_bytes(&source), NULL).text.len, 0);
}

static void test_pieces(void **state)
{
	(void)state;
	struct sk_buf source;
	struct content_nesting nesting;
	sk_buf_init(&source, &arena, ARENA);
	for (int i = 0; i < 20000; i++)
		sk_buf_str(&source, "q 1 2 m BT (abc) Tj ET /P <</MCID 1>> BDC EMC Q ");
	sk_bytes left = canonical(sk_buf_bytes(&source), NULL).text;
	content_nesting_begin(&nesting, false);
	size_t pieces = 0;
	for (size_t len; (len = content_cut(left, CONTENT_LINE_MAX)) > 0; pieces++) {
		sk_bytes piece = sk_bytes_slice(left, 0, len);
		assert_true(len <= CONTENT_LINE_MAX && content_lines_allowed(piece));
		content_nesting_add(&nesting, piece);
		left = sk_bytes_slice(left, len, SIZE_MAX);
	}
	assert_true(pieces > 5 && left.len == 0 && content_nesting_end(&nesting));
}

/* ---- the acceptor ---- */

static void test_refused(void **state)
{
	(void)state;
	static const char *const refused[] = {
		"1 w", "1  w\n", " 1 w\n", "1 w \n", "1 w\r\n", "\n", "1.0 w\n", "01 w\n", "+1 w\n", "-0 w\n", "0.5 w\n", ".50 w\n", "1. w\n", "1.1234567 w\n",
		"1e3 w\n", ".00000000001 w\n", "1234567890123 w\n", "F\n", "BX\n", "EX\n", "ID\n", "EI\n", "BI\n", "foo\n", "w\n", "1 2 w\n", "(a) w\n", "3 J\n",
		"8 Tr\n", "/Launch ri\n", "[-1] 0 d\n", "[(a)] 0 d\n", "(a)Tj\n", "<41> Tj\n", "<0a> Tj\n", "(\\n) Tj\n", "(\\101) Tj\n", "(a Tj\n", "(\\001\\002) Tj\n",
		"(a\n) Tj\n", "(\xE3) Tj\n", "[1  2] TJ\n", "[ 1] TJ\n", "[1 ] TJ\n", "[(a) 1] TJ\n", "[1 (a)] TJ\n", "[1-2] TJ\n", "[/A] TJ\n", "[[1]] TJ\n",
		"/A#41 gs\n", "/A#2f gs\n", "/A#00 gs\n", "/ gs\n", "/A# gs\n", "/A(b) gs\n", "% x\n", "/P << /MCID 1>> BDC\nEMC\n", "/P <</JS(a)>> BDC\nEMC\n",
		"/P <</MCID 1/Lang(a)>> BDC\nEMC\n", "/P <</MCID -1>> BDC\nEMC\n", "/P <</MCID 1/MCID 1>> BDC\nEMC\n", "/P <</Type/A/Type/B>> DP\n",
		"/P <</BBox[0 0 1]>> DP\n", "/P <</BBox[0 0 1 1 1]>> DP\n", "/P <</BBox[0-0 1 1]>> DP\n", "/P <</Attached[]>> DP\n", "/P <</Attached[/Inside]>> DP\n",
		"/P <</MCID 1234567890>> DP\n", "/P <</MCID 1.5>> DP\n", "/P <</Type>> DP\n", "/P << DP\n", "/P <<> DP\n",
		"BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx /L 3 ID 0> EI\n", "BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx /L 3 ID 0011> EI\n",
		"BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx /L 4 ID 00> EI\n", "BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx /L 3 ID 0a> EI\n",
		"BI /W 1 /H 1 /BPC 7 /CS /G /F /AHx /L 3 ID 00> EI\n", "BI /W 1 /H 1 /BPC 8 /CS /Cs /F /AHx /L 3 ID 00> EI\n",
		"BI /W 1 /H 1 /BPC 8 /CS [/I /G 0 <>] /F /AHx /L 3 ID 00> EI\n", "1 BI /W 1 /H 1 /IM true /F /AHx /L 3 ID 00> EI\n",
		"BI /W 1 /H 1 /IM true /D [1] /F /AHx /L 3 ID 00> EI\n", "BI /W 99999 /H 1 /IM true /F /AHx /L 25001 ID 00> EI\n",
	};
	for (size_t i = 0; i < SK_COUNT(refused); i++)
		if (content_allowed(sk_bytes_str(refused[i]), false))
			fail_msg("accepted: %s", refused[i]);
	assert_true(content_allowed(SK_BYTES(""), false));
}

/* Changes of canonical text, one byte at a time: what is accepted is canonical. */
static void test_one_byte_changed(void **state)
{
	(void)state;
	static const char text[] = "q\n1 0 -.5 1 10 20.25 cm\nBT\n/F1 12 Tf\n[(a\\(b)-5 7<00FF>] TJ\nET\n/P <</Alt(x)/MCID 1>> BDC\nEMC\n"
				   "BI /W 8 /H 1 /BPC 1 /CS /G /D [1 0] /F /AHx /L 3 ID A5> EI\n.1 /P1 scn\n[3 2] 0 d\nQ\n";
	static const uint8_t bytes[] = "\n\r 019.+-/#()<>[]{}%\\aFTqQB\x80";
	uint8_t changed[sizeof text];
	unsigned accepted = 0;
	assert_true(content_allowed(sk_bytes_str(text), false));
	for (size_t i = 0; i < sizeof text - 1; i++)
		for (size_t k = 0; k < sizeof bytes; k++) {
			struct content_result result;
			memcpy(changed, text, sizeof text);
			changed[i] = bytes[k];
			sk_bytes b = sk_bytes_of(changed, sizeof text - 1);
			size_t mark = sk_arena_mark(&arena);
			assert_int_equal(content_canonical(b, NULL, &arena, &result), SK_OK);
			if (content_allowed(b, false) != sk_bytes_equal(result.text, b))
				fail_msg("byte %zu as %02x: %s", i, bytes[k], (const char *)changed);
			accepted += content_allowed(b, false);
			assert_true(content_allowed(result.text, false));
			sk_arena_release(&arena, mark);
		}
	assert_in_range(accepted, 200, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_operators, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nesting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_plain_images, setup, teardown),
		cmocka_unit_test_setup_teardown(test_asked_images, setup, teardown),
		cmocka_unit_test_setup_teardown(test_glyphs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_byte_changed, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
