/*
 * A document through drawing, records, checker and writer in one process. With the name of a file as argument it is that file that goes
 * through, and the PDF goes to standard output: for looking at what tests don't.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/pages/pages.h"
#include "neutral/stream_test.h"
#include "conf/conf.h"
#include "render/render.h"

#define ARENA ((size_t)512 << 20)

struct line {
	enum sk_status opened, written_status;
	unsigned pages;
	uint32_t findings[FINDING_COUNT];
	struct stream written;
};

static void add(void *context, const struct finding *finding)
{
	((struct line *)context)->findings[finding->code] += finding->count;
}

static void draw_all(struct line *line, sk_bytes input, const char *type, unsigned dpi, struct stream *stream)
{
	struct neutral_out out;
	struct drawn drawn;
	struct finding_sink sink = {add, line};
	uint8_t *stage = malloc(NEUTRAL_STAGE);

	line->opened = draw_open(input, type, &line->pages);
	neutral_out_init(&out, &pages_vocabulary, stage, stream_send, stream);
	if (line->opened == SK_OK) {
		neutral_start(&out, LEVEL_IMAGE);
		neutral_open(&out, PAGES_NODE_document_document);
		neutral_attr_number(&out, PAGES_ATTR_document_pages, line->pages);
		for (unsigned i = 0; i < line->pages; i++) {
			draw_page(i, dpi, limit(LIMIT_page_pixels), true, &drawn);
			say_page(&out, &sink, i, line->pages, &drawn);
			draw_forget(&drawn);
		}
		neutral_close(&out);
		assert_int_equal(neutral_end(&out), SK_OK);
	}
	free(stage);
}

static void write_all(struct line *line, struct stream *stream)
{
	struct sk_arena arena;
	struct neutral_record record;
	struct neutral_in *in = malloc(sizeof *in);
	uint8_t *stage = malloc(NEUTRAL_IN_STAGE);
	void *memory = malloc(ARENA);
	uint32_t digest;
	uint16_t level = 0;

	sk_arena_init(&arena, memory, ARENA);
	neutral_in_init(in, &pages_vocabulary, stage, stream_receive, stream);
	line->written_status = neutral_begin(in, &digest, &level);
	struct format_write job = {.level = level, .arena = &arena, .in = in, .put = stream_send, .context = &line->written};
	if (line->written_status == SK_OK)
		line->written_status = pages_write(&job);
	if (line->written_status == SK_OK)
		line->written_status = neutral_next(in, &record);
	sk_arena_reset(&arena);
	free(memory);
	free(stage);
	free(in);
}

static void run(struct line *line, sk_bytes input, const char *type, unsigned dpi)
{
	struct stream stream = {.grows = true};

	*line = (struct line){.written.grows = true};
	draw_all(line, input, type, dpi, &stream);
	if (line->opened == SK_OK)
		write_all(line, &stream);
	free(stream.at);
	draw_close();
}

/* ---- documents ---- */

/* A PDF of these objects (numbered from 1, the first the catalog) without a cross-reference table: the library repairs it. */
static size_t document(char *to, size_t max, const char *const *objects)
{
	size_t len = (size_t)snprintf(to, max, "%%PDF-1.7\n");

	for (unsigned i = 0; objects[i] != NULL; i++)
		len += (size_t)snprintf(to + len, max - len, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	len += (size_t)snprintf(to + len, max - len, "trailer\n<</Root 1 0 R>>\n");
	return len;
}

#define STREAM(len, text) "<</Length " #len ">>stream\n" text "\nendstream"

static bool has(const struct line *line, const char *text)
{
	return sk_bytes_find(sk_bytes_of(line->written.at, line->written.len), sk_bytes_str(text), 0) != SIZE_MAX;
}

static void run_objects(struct line *line, const char *const *objects)
{
	static char room[65536];

	run(line, sk_bytes_of(room, document(room, sizeof room, objects)), "application/pdf", 100);
}

static const char *const plain[] = {
	"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
	"<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2>>",
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R 8 0 R 9 0 R]>>",
	STREAM(43, "BT /F 12 Tf 20 50 Td <8BE08A7A> Tj ET 1 0 0 rg 9 9 9 9 re f"),
	"<</Type/Font/Subtype/Type0/BaseFont/MS-Mincho/Encoding/90ms-RKSJ-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/MS-Mincho"
	"/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/MS-Mincho/Flags 4"
	"/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 859/Descent -140/StemV 80/CapHeight 700>>>>]>>",
	"<</Type/Annot/Subtype/Link/Rect[10 10 90 90]/A<</S/URI/URI(https://example.jp/a\\(b\\))>>>>",
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Rotate 90>>",
	"<</Type/Annot/Subtype/Link/Rect[10 10 90 90]/Dest[7 0 R/Fit]>>",
	"<</Type/Annot/Subtype/Link/Rect[10 10 90 90]/A<</S/Launch/F(calc.exe)>>>>",
	NULL,
};

static void test_becomes_pictures(void **state)
{
	struct line line;

	(void)state;
	run_objects(&line, plain);
	assert_int_equal(line.opened, SK_OK);
	assert_int_equal(line.written_status, SK_OK);
	assert_int_equal(line.pages, 2);
	assert_true(has(&line, "%PDF-1.7"));
	assert_true(has(&line, "/MediaBox[0 0 200 100]"));
	assert_true(has(&line, "/URI(https://example.jp/a\\050b\\051)"));
	assert_true(has(&line, "/Fit]>>"));
	assert_false(has(&line, "JavaScript"));
	assert_false(has(&line, "calc"));
	assert_int_equal(line.findings[FINDING_link_removed], 1);
	free(line.written.at);
}

static void test_same_bytes(void **state)
{
	struct line first, second;

	(void)state;
	run_objects(&first, plain);
	run_objects(&second, plain);
	assert_int_equal(first.written.len, second.written.len);
	assert_memory_equal(first.written.at, second.written.at, first.written.len);
	free(first.written.at);
	free(second.written.at);
}

static void test_no_document(void **state)
{
	struct line line;

	(void)state;
	run(&line, SK_BYTES("%PDF-1.7\nnothing at all"), "application/pdf", 100);
	assert_int_equal(line.opened, SK_MALFORMED);
}

/* Places that are no numbers, or far away, stay in the vocabulary's range. */
static void test_places(void **state)
{
	(void)state;
	assert_int_equal(say_place(12.34f), 1234);
	assert_int_equal(say_place(1e30f), 20000000);
	assert_int_equal(say_place(-1e30f), -20000000);
	assert_int_equal(say_place(0.0f / 0.0f), -20000000);
	assert_int_equal(say_length(-5), 1);
}

static int show(const char *path)
{
	static struct line line;
	FILE *file = fopen(path, "rb");
	uint8_t *at = malloc((size_t)64 << 20);
	size_t len = file != NULL && at != NULL ? fread(at, 1, (size_t)64 << 20, file) : 0;

	run(&line, sk_bytes_of(at, len), "application/pdf", 150);
	fprintf(stderr, "%s, %s, %u pages, %zu bytes\n", sk_status_name(line.opened), sk_status_name(line.written_status), line.pages, line.written.len);
	fwrite(line.written.at, 1, line.written.len, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_becomes_pictures),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_no_document),
		cmocka_unit_test(test_places),
	};
	if (!draw_prepare())
		return 1;
	return argc > 1 ? show(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
