/*
 * A fuzzer in a renderer's place: it says pages to the writer, the checker between them. The input's bytes are choices; most streams keep the
 * rules, so that pictures are packed in every way. What is written is a PDF whose table of objects is right, or sheets that hold what was
 * said; the same records give the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "format/pages/pages.h"
#include "format/pages/sheet.h"
#include "neutral/stream_test.h"
#include "fuzz/records_change.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define SIDE_MAX 300u

static struct {
	uint8_t stage[NEUTRAL_STAGE];
	struct neutral_out out;
	struct chooser choices;
	uint32_t links;  /* to addresses */
	size_t pixels;   /* bytes of all pictures */
	bool broken;     /* a rule was broken on purpose */
} s;

static bool rarely(void)
{
	bool now = choose(&s.choices, 60) == 59;

	s.broken |= now;
	return now;
}

/* Flat areas, few colours, noise, ramps: what the ways of packing are for. */
static void paint(uint8_t *at, size_t len, uint32_t parts)
{
	uint32_t way = choose(&s.choices, 5), noise = choose(&s.choices, 65536), run = choose(&s.choices, 64) + 1;

	for (size_t i = 0; i < len; i++) {
		if (way > 1 || i % (run * parts) < parts)
			noise = noise * 1664525 + 1013904223;
		uint8_t value = (uint8_t)(noise >> 24);
		const uint8_t ways[] = {value, (uint8_t)(value > 127 ? 255 : 0), value, (uint8_t)(i / parts), (uint8_t)(value & 0xC0)};
		at[i] = ways[way];
	}
}

static void say_picture(void)
{
	static uint8_t pixels[SIDE_MAX * SIDE_MAX * 3 + 1];
	uint32_t columns = choose(&s.choices, SIDE_MAX) + 1, rows = choose(&s.choices, SIDE_MAX) + 1, parts = choose(&s.choices, 2) == 0 ? 1 : 3;
	size_t len = (size_t)columns * rows * parts;

	paint(pixels, len, parts);
	neutral_open(&s.out, PAGES_NODE_picture_picture);
	neutral_attr_number(&s.out, PAGES_ATTR_picture_columns, rarely() ? (int64_t)choose(&s.choices, 65536) : columns);
	neutral_attr_number(&s.out, PAGES_ATTR_picture_rows, rarely() ? (int64_t)choose(&s.choices, 65536) : rows);
	neutral_attr_number(&s.out, PAGES_ATTR_picture_color, parts == 1 ? PAGES_WORD_Color_gray : PAGES_WORD_Color_rgb);
	size_t said = rarely() ? len - 1 + 2 * choose(&s.choices, 2) : len;
	neutral_bytes(&s.out, PAGES_NODE_picture_picture, sk_bytes_of(pixels, said));
	neutral_close(&s.out);
	s.pixels += len;
}

static int64_t place(void)
{
	return (int64_t)choose(&s.choices, 65536) * 100 - 1000000;
}

static void say_run(void)
{
	static const char *const texts[] = {"A", "\xe6\xb0\xb4\xe9\x81\x93", "(\\) Tj ET endstream", "\xf0\x9f\x98\x80", "<</S/JavaScript>>", "\t", "%%EOF"};

	neutral_open(&s.out, PAGES_NODE_run_run);
	neutral_attr_number(&s.out, PAGES_ATTR_run_x, place());
	neutral_attr_number(&s.out, PAGES_ATTR_run_y, place());
	neutral_attr_number(&s.out, PAGES_ATTR_run_length, (int64_t)choose(&s.choices, 65536) + !rarely());
	neutral_attr_number(&s.out, PAGES_ATTR_run_size, (int64_t)choose(&s.choices, 5000) + !rarely());
	neutral_attr_number(&s.out, PAGES_ATTR_run_cosine, (int64_t)choose(&s.choices, 2001) - 1000);
	neutral_attr_number(&s.out, PAGES_ATTR_run_sine, (int64_t)choose(&s.choices, 2001) - 1000);
	neutral_bytes(&s.out, PAGES_NODE_run_run, rarely() ? records_wish(&s.choices) : sk_bytes_str(texts[choose(&s.choices, SK_COUNT(texts))]));
	neutral_close(&s.out);
}

static void say_link(uint32_t pages)
{
	static const char *const urls[] = {"https://example.jp/a(b)", "mailto:a@example.jp", "http://example.jp/?q=%29", "https://example.jp/%3E%3Eendobj"};

	neutral_open(&s.out, PAGES_NODE_link_link);
	for (uint16_t attr = PAGES_ATTR_link_left; attr <= PAGES_ATTR_link_bottom; attr++)
		neutral_attr_number(&s.out, attr, place());
	bool address = choose(&s.choices, 2) == 0;
	if (!address || rarely())
		neutral_attr_number(&s.out, PAGES_ATTR_link_page, choose(&s.choices, pages) + 1 + (rarely() ? pages : 0));
	if (address)
		neutral_attr_bytes(&s.out, PAGES_ATTR_link_url, rarely() ? records_wish(&s.choices) : sk_bytes_str(urls[choose(&s.choices, SK_COUNT(urls))]));
	neutral_close(&s.out);
	s.links += address;
}

static void say_document(bool sheets)
{
	uint32_t pages = choose(&s.choices, 5) + 1;

	neutral_start(&s.out, LEVEL_IMAGE);
	neutral_open(&s.out, PAGES_NODE_document_document);
	neutral_attr_number(&s.out, PAGES_ATTR_document_pages, rarely() ? choose(&s.choices, 8) : pages);
	for (uint32_t i = 0; i < pages; i++) {
		neutral_open(&s.out, PAGES_NODE_page_page);
		neutral_attr_number(&s.out, PAGES_ATTR_page_width, (int64_t)choose(&s.choices, 65536) * 10 + 1);
		neutral_attr_number(&s.out, PAGES_ATTR_page_height, (int64_t)choose(&s.choices, 65536) * 10 + 1);
		if (choose(&s.choices, 6) != 0)
			say_picture();
		for (uint32_t count = sheets && !rarely() ? 0 : choose(&s.choices, 6); count > 0; count--)
			say_run();
		for (uint32_t count = sheets && !rarely() ? 0 : choose(&s.choices, 4); count > 0; count--)
			say_link(pages);
		neutral_close(&s.out);
	}
	neutral_close(&s.out);
}

/* ---- writing ---- */

static enum sk_status write_records(const struct stream *records, enum format_pages pages, unsigned quality, struct stream *output)
{
	static struct neutral_in in;
	struct stream from = *records;
	struct sk_arena arena;
	uint32_t digest;
	uint16_t level;
	struct neutral_record last;
	struct format_write job = {.level = LEVEL_IMAGE, .quality = quality, .pages = pages, .arena = &arena, .in = &in, .put = stream_send, .context = output};
	static uint8_t *memory, stage[NEUTRAL_IN_STAGE];

	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_assert(memory != NULL);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	from.read = 0;
	neutral_in_init(&in, NULL, stage, stream_receive, &from);
	enum sk_status status = neutral_begin(&in, &digest, &level);
	in.vocabulary = &pages_vocabulary;
	if (status == SK_OK)
		status = pages_write(&job);
	if (status == SK_OK)
		status = neutral_next(&in, &last);
	sk_arena_reset(&arena);
	return status;
}

static void wrong(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static uint32_t count_of(sk_bytes b, const char *word)
{
	uint32_t count = 0;
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= b.len; i++)
		count += memcmp(b.at + i, word, len) == 0;
	return count;
}

/* Each row of the table leads to an object of its number. */
static void check_pdf(sk_bytes pdf)
{
	static const char *const never[] = {"/JavaScript", "/OpenAction", "/EmbeddedFile", "/SubmitForm", "/GoToR", "/Launch"};
	char head[32];

	if (!sk_bytes_starts(pdf, SK_BYTES("%PDF-")) || pdf.len < 64 || memcmp(pdf.at + pdf.len - 6, "%%EOF\n", 6) != 0)
		wrong("no PDF");
	for (size_t i = 0; i < SK_COUNT(never); i++)
		if (count_of(pdf, never[i]) > 0)
			wrong(never[i]);
	if (count_of(pdf, "/S/URI") != s.links)
		wrong("another number of links than was said");
	size_t at = pdf.len - 16, table = 0;
	while (at > 0 && memcmp(pdf.at + at, "startxref\n", 10) != 0)
		at--;
	for (at += 10; pdf.at[at] >= '0' && pdf.at[at] <= '9'; at++)
		table = table * 10 + (size_t)(pdf.at[at] - '0');
	if (table + 16 > pdf.len || memcmp(pdf.at + table, "xref\n0 ", 7) != 0)
		wrong("no table");
	at = table + 7;
	uint32_t objects = 0;
	for (; pdf.at[at] >= '0' && pdf.at[at] <= '9'; at++)
		objects = objects * 10 + (uint32_t)(pdf.at[at] - '0');
	at++;
	for (uint32_t i = 0; i < objects; i++, at += 20) {
		size_t offset = (size_t)strtoul((const char *)pdf.at + at, NULL, 10);
		if (pdf.at[at + 17] == 'f')
			continue;
		snprintf(head, sizeof head, "%u 0 obj", i);
		if (offset + strlen(head) > pdf.len || memcmp(pdf.at + offset, head, strlen(head)) != 0)
			wrong("an object that is not where the table says");
	}
}

static void check_sheets(sk_bytes sheets)
{
	struct sk_cursor from = sk_cursor_of(sheets);
	struct sheet sheet;
	size_t pixels = 0, used = 0;

	while (used < sheets.len) {
		if (sheet_next(&from, &sheet) != SK_OK)
			wrong("no sheet");
		pixels += sheet.pixels.len;
		used += SHEET_HEAD + sheet.pixels.len;
	}
	if (!s.broken && pixels != s.pixels)
		wrong("other pixels than were said");
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct stream records = {.grows = true}, first = {.grows = true}, second = {.grows = true};

	memset(&s, 0, sizeof s);
	s.choices = (struct chooser){at, len};
	enum format_pages pages = choose(&s.choices, 3) == 0 ? PAGES_SHEETS : PAGES_PDF;
	unsigned quality = choose(&s.choices, 101);
	neutral_out_init(&s.out, &pages_vocabulary, s.stage, stream_send, &records);
	say_document(pages == PAGES_SHEETS);
	if (neutral_end(&s.out) == SK_OK) {
		enum sk_status status = write_records(&records, pages, quality, &first);
		if (status != write_records(&records, pages, quality, &second) || !sk_bytes_equal(sk_bytes_of(first.at, first.len), sk_bytes_of(second.at, second.len)))
			wrong("the same records give other bytes");
		if (status != SK_OK && !s.broken)
			wrong("what keeps the rules is refused");
		if (status == SK_OK && pages == PAGES_PDF)
			check_pdf(sk_bytes_of(first.at, first.len));
		else if (status == SK_OK)
			check_sheets(sk_bytes_of(first.at, first.len));
	}
	free(records.at);
	free(first.at);
	free(second.at);
	return 0;
}
