/* Names of entries and of clean files: what they are decoded from, what becomes of the unsafe ones, which are taken for the same. */
#include "format/archive/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/deflate.h"
#include "format/name.h"

#define ARENA_BYTES ((size_t)1 << 20)

static uint8_t memory[ARENA_BYTES];
static struct sk_arena arena;

static int fresh(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	return 0;
}

static int release(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static void assert_name(sk_bytes is, const char *expected)
{
	char text[2048];
	assert_true(is.len < sizeof text);
	memcpy(text, is.at, is.len);
	text[is.len] = '\0';
	assert_string_equal(text, expected);
}

static void assert_decoded(const char *name, bool utf8, const char *expected)
{
	struct zip_entry entry = {.name = sk_bytes_str(name), .utf8 = utf8};
	assert_name(archive_name_decode(&entry, &arena), expected);
}

static void assert_cleaned(const char *name, const char *expected)
{
	bool changed;
	assert_name(archive_name_clean(sk_bytes_str(name), &arena, &changed), expected);
	assert_int_equal(changed, strcmp(name, expected) != 0);
	assert_int_equal(archive_name_allowed(sk_bytes_str(name), &arena), !changed && name[0] != '\0');
	if (expected[0] != '\0')
		assert_true(archive_name_allowed(sk_bytes_str(expected), &arena));
}

static void test_decode(void **state)
{
	(void)state;
	assert_decoded("plain.txt", false, "plain.txt");
	assert_decoded("\xE8\xA1\xA8.txt", true, "表.txt");
	assert_decoded("\xE8\xA1\xA8.txt", false, "表.txt"); /* UTF-8 without its flag, as macOS writes it */
	/* Windows-31J whose second bytes are 5C: a separator for who goes by bytes */
	assert_decoded("\x95\x5C\x83\x5C\x94\x5C.txt", false, "表ソ能.txt");
	assert_decoded("\x8E\x91\x97\xBF/\x95\x5C.txt", false, "資料/表.txt");
	assert_decoded("\xC3\xA9.txt", true, "é.txt");
	assert_decoded("\xB1\xB2.txt", false, "ｱｲ.txt");
	assert_decoded("\x81.txt", false, "ü.txt"); /* no Windows-31J, so IBM 437 */
	assert_decoded("", false, "");
}

/* Info-ZIP Unicode path: counts when it belongs to this name. */
static void test_unicode_path(void **state)
{
	static const char name[] = "???.txt";
	uint8_t room[64];
	struct sk_buf extra;
	(void)state;
	for (unsigned wrong = 0; wrong < 2; wrong++) {
		sk_buf_fixed(&extra, room, sizeof room);
		sk_buf_u16le(&extra, 0x5455); /* another field before it */
		sk_buf_u16le(&extra, 1);
		sk_buf_u8(&extra, 0);
		sk_buf_u16le(&extra, 0x7075);
		sk_buf_u16le(&extra, 5 + 10);
		sk_buf_u8(&extra, 1);
		sk_buf_u32le(&extra, deflate_crc32(0, sk_bytes_str(name)) + wrong);
		sk_buf_str(&extra, "表能.txt");
		struct zip_entry entry = {.name = sk_bytes_str(name), .extra = sk_buf_bytes(&extra)};
		assert_name(archive_name_decode(&entry, &arena), wrong ? name : "表能.txt");
	}
}

static void test_paths(void **state)
{
	(void)state;
	assert_cleaned("a/b/c.txt", "a/b/c.txt");
	assert_cleaned("folder/", "folder/");
	assert_cleaned("../../etc/passwd", "etc/passwd");
	assert_cleaned("a/../../b.txt", "a/b.txt");
	assert_cleaned("/etc/passwd", "etc/passwd");
	assert_cleaned("C:\\Windows\\a.txt", "Windows/a.txt");
	assert_cleaned("c:a.txt", "a.txt");
	assert_cleaned("\\\\server\\share\\a.txt", "server/share/a.txt");
	assert_cleaned("//?/C:/a.txt", "_/C_/a.txt");
	assert_cleaned("a//b/./c.txt", "a/b/c.txt");
	assert_cleaned("..", "");
	assert_cleaned("/", "");
	assert_cleaned(". . .", "");
}

static void test_parts(void **state)
{
	(void)state;
	assert_cleaned("con", "_con");
	assert_cleaned("CON.txt", "_CON.txt");
	assert_cleaned("a/Nul.tar.gz", "a/_Nul.tar.gz");
	assert_cleaned("com1.txt", "_com1.txt");
	assert_cleaned("LPT\xC2\xB2.txt", "_LPT².txt");
	assert_cleaned("com10.txt", "com10.txt");
	assert_cleaned("console.txt", "console.txt");
	assert_cleaned("a.txt:stream", "a.txt_stream");
	assert_cleaned("a*?.txt", "a__.txt");
	assert_cleaned("a.txt. . ", "a.txt");
	assert_cleaned("  a.txt", "a.txt");
	assert_cleaned("a\x01\x7F" "b.txt", "ab.txt");
	assert_cleaned("report\xE2\x80\xAEtxt.exe", "reporttxt.exe");
	assert_cleaned("a\xE2\x80\x8B.txt", "a.txt");
	/* a long row of blanks pushes the true extension out of sight */
	assert_cleaned("a.txt                                        .exe", "a.txt .exe");
	assert_cleaned("a.txt\xE3\x80\x80\xE3\x80\x80\xE3\x80\x80.exe", "a.txt\xE3\x80\x80.exe");
}

/* Kana that macOS takes apart are one character again. */
static void test_kana(void **state)
{
	(void)state;
	assert_cleaned("か\xE3\x82\x99.txt", "が.txt");
	assert_cleaned("ハ\xE3\x82\x9A" "ハ\xE3\x82\x99.txt", "パバ.txt");
	assert_cleaned("ウ\xE3\x82\x99つ\xE3\x82\x99.txt", "ヴづ.txt");
	assert_cleaned("あ\xE3\x82\x99.txt", "あ\xE3\x82\x99.txt"); /* there is no such letter */
}

static void test_long(void **state)
{
	char name[1200];
	bool changed;
	(void)state;
	for (size_t i = 0; i + 3 <= 900; i += 3)
		memcpy(name + i, "表", 3);
	memcpy(name + 900, ".docx", 6);
	sk_bytes cleaned = archive_name_clean(sk_bytes_str(name), &arena, &changed);
	assert_true(changed && cleaned.len <= ARCHIVE_COMPONENT_MAX && cleaned.len > ARCHIVE_COMPONENT_MAX - 4);
	assert_true(sk_utf8_valid(cleaned) && sk_bytes_ends(cleaned, SK_BYTES(".docx")));
	assert_true(archive_name_allowed(cleaned, &arena));
	for (size_t i = 0; i < sizeof name - 1; i++)
		name[i] = i % 2 == 0 ? 'a' : '/';
	name[sizeof name - 1] = '\0';
	assert_int_equal(archive_name_clean(sk_bytes_str(name), &arena, &changed).len, 0); /* longer than any path */
}

static void test_same(void **state)
{
	struct archive_names names;
	(void)state;
	assert_int_equal(archive_names_init(&names, 16, &arena), SK_OK);
	assert_true(archive_names_add(&names, SK_BYTES("Report.txt")));
	assert_false(archive_names_add(&names, SK_BYTES("Report.txt")));
	assert_false(archive_names_add(&names, SK_BYTES("REPORT.TXT")));
	assert_false(archive_names_add(&names, SK_BYTES("Ｒｅｐｏｒｔ.txt")));
	assert_true(archive_names_add(&names, SK_BYTES("a/Report.txt")));
	assert_true(archive_names_add(&names, SK_BYTES("folder/")));
	assert_false(archive_names_add(&names, SK_BYTES("Folder"))); /* a file where a folder is */
	assert_false(archive_names_add(&names, SK_BYTES("")));
}

static void assert_fits(const char *name, unsigned kind, const char *expected)
{
	struct sk_buf out;
	bool changed = strcmp(name, expected) != 0;
	sk_buf_init(&out, &arena, 256);
	assert_int_equal(format_name_fit(sk_bytes_str(name), kind, &out), changed);
	assert_name(sk_buf_bytes(&out), expected);
	assert_int_equal(format_name_fits(sk_bytes_str(name), kind), !changed);
	assert_true(format_name_fits(sk_bytes_str(expected), kind));
}

static void test_extensions(void **state)
{
	(void)state;
	assert_fits("a.docx", KIND_docx, "a.docx");
	assert_fits("A.DOCX", KIND_docx, "A.DOCX");
	assert_fits("a.docm", KIND_docx, "a.docx");
	assert_fits("a.xlsm", KIND_xlsx, "a.xlsx");
	assert_fits("a.jpeg", KIND_jpeg, "a.jpeg");
	assert_fits("a.jpg", KIND_png, "a.png");
	assert_fits("a.exe", KIND_png, "a.exe.png");
	assert_fits("picture", KIND_gif, "picture.gif");
	assert_fits(".png", KIND_png, ".png.png"); /* a hidden file has no extension */
	assert_fits("a.", KIND_text, "a..txt");
	assert_fits("a.pdf", KIND_pdf, "a.pdf");
	assert_false(format_name_fits(SK_BYTES("a.exe"), KIND_executable)); /* never written */
	assert_false(format_name_fits(SK_BYTES("a.txt"), KIND_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_decode, fresh, release), cmocka_unit_test_setup_teardown(test_unicode_path, fresh, release),
		cmocka_unit_test_setup_teardown(test_paths, fresh, release),  cmocka_unit_test_setup_teardown(test_parts, fresh, release),
		cmocka_unit_test_setup_teardown(test_kana, fresh, release),   cmocka_unit_test_setup_teardown(test_long, fresh, release),
		cmocka_unit_test_setup_teardown(test_same, fresh, release),   cmocka_unit_test_setup_teardown(test_extensions, fresh, release),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
