/* Archives through reader, checker and writer: what is kept, what is left out, and what the writer refuses whoever says it. */
#include "format/archive/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/deflate.h"
#include "format/archive/archive_vocabulary.h"
#include "neutral/stream_test.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define ROOM ((size_t)1 << 20)
#define DATE 0x5A8F6B21u /* 2025-04-15 13:25:02 */

/* ---- a container of any entries, honest or not ---- */

struct entry {
	const char *name, *bytes;
	uint16_t flags, made_by, method;
	uint32_t external, time;
};

static void put_common(struct sk_buf *b, const struct entry *e)
{
	sk_bytes bytes = sk_bytes_str(e->bytes);
	sk_buf_u16le(b, 20);
	sk_buf_u16le(b, e->flags);
	sk_buf_u16le(b, e->method);
	sk_buf_u32le(b, e->time);
	sk_buf_u32le(b, deflate_crc32(0, bytes));
	sk_buf_u32le(b, (uint32_t)bytes.len);
	sk_buf_u32le(b, (uint32_t)bytes.len);
	sk_buf_u16le(b, (uint16_t)strlen(e->name));
	sk_buf_u16le(b, 0);
}

static sk_bytes made(const struct entry *entries, size_t count)
{
	static uint8_t room[65536], directory_room[65536];
	struct sk_buf b, directory;
	sk_buf_fixed(&b, room, sizeof room);
	sk_buf_fixed(&directory, directory_room, sizeof directory_room);
	for (size_t i = 0; i < count; i++) {
		uint32_t offset = (uint32_t)b.len;
		sk_buf_u32le(&b, 0x04034B50);
		put_common(&b, &entries[i]);
		sk_buf_str(&b, entries[i].name);
		sk_buf_str(&b, entries[i].bytes);
		sk_buf_u32le(&directory, 0x02014B50);
		sk_buf_u16le(&directory, entries[i].made_by);
		put_common(&directory, &entries[i]);
		sk_buf_u32le(&directory, 0); /* comment, disk */
		sk_buf_u16le(&directory, 0);
		sk_buf_u32le(&directory, entries[i].external);
		sk_buf_u32le(&directory, offset);
		sk_buf_str(&directory, entries[i].name);
	}
	uint32_t start = (uint32_t)b.len;
	sk_buf_put(&b, sk_buf_bytes(&directory));
	sk_buf_u32le(&b, 0x06054B50);
	sk_buf_u32le(&b, 0);
	sk_buf_u16le(&b, (uint16_t)count);
	sk_buf_u16le(&b, (uint16_t)count);
	sk_buf_u32le(&b, (uint32_t)directory.len);
	sk_buf_u32le(&b, start);
	sk_buf_u16le(&b, 0);
	assert_int_equal(b.status, SK_OK);
	return sk_buf_bytes(&b);
}

/* ---- the line, with inner jobs that go by the first letter: T text, P picture, anything else is blocked ---- */

static struct {
	struct sk_arena arena;
	struct stream records;
	struct sk_buf output;
	struct format_bid bid;
	uint32_t findings[FINDING_COUNT];
	char method[32]; /* the detail of the latest entry_method */
	sk_bytes inner[64];
	unsigned kinds[64];
	uint32_t inner_count;
	enum sk_status read, written;
} line;

static void add(void *context, const struct finding *finding)
{
	(void)context;
	line.findings[finding->code] += finding->count;
	if (finding->code == FINDING_entry_method)
		memcpy(line.method, finding->detail.at, sk_min(finding->detail.len, sizeof line.method - 1));
}

static enum sk_status run_inner(void *context, sk_bytes bytes, enum finding_place kind, sk_bytes place, struct format_inner *result)
{
	(void)context, (void)kind, (void)place;
	*result = (struct format_inner){.number = line.inner_count, .clean = bytes.at[0] == 'T' || bytes.at[0] == 'P'};
	result->kind = bytes.at[0] == 'T' ? KIND_text : KIND_png;
	uint8_t *copy = sk_arena_top(&line.arena, bytes.len);
	memcpy(copy, bytes.at, bytes.len);
	line.inner[line.inner_count] = sk_bytes_of(copy, bytes.len);
	line.kinds[line.inner_count++] = result->kind;
	return SK_OK;
}

static enum sk_status give_inner(void *context, uint32_t number, sk_bytes *bytes, unsigned *kind)
{
	(void)context;
	if (number >= line.inner_count)
		return SK_MALFORMED;
	*bytes = line.inner[number];
	*kind = line.kinds[number];
	return SK_OK;
}

static enum sk_status put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return line.output.status;
}

static void begin(void)
{
	static void *memory;
	static uint8_t records[ROOM], output[ROOM];
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_reset(&line.arena);
	memset(&line, 0, sizeof line);
	sk_arena_init(&line.arena, memory, ARENA_BYTES);
	line.records = (struct stream){.at = records, .room = ROOM};
	sk_buf_fixed(&line.output, output, ROOM);
}

static void run_writer(void)
{
	static struct neutral_in in;
	static uint8_t stage[NEUTRAL_IN_STAGE];
	struct neutral_record record;
	neutral_in_init(&in, &archive_vocabulary, stage, stream_receive, &line.records);
	struct format_write job = {.arena = &line.arena, .in = &in, .put = put, .inner = give_inner, .context = &line.output};
	line.written = archive_write(&job);
	if (line.written == SK_OK)
		line.written = neutral_next(&in, &record);
}

static void run(sk_bytes input)
{
	static uint8_t stage[NEUTRAL_STAGE];
	struct neutral_out out;
	struct finding_sink sink = {add, NULL};
	begin();
	archive_bid(input, &line.arena, &line.bid);
	neutral_out_init(&out, &archive_vocabulary, stage, stream_send, &line.records);
	neutral_start(&out, LEVEL_REBUILD);
	struct format_read job = {.input = input, .arena = &line.arena, .out = &out, .findings = &sink, .inner = run_inner, .outermost = true};
	line.read = archive_read(&job);
	line.written = line.read;
	if (line.read == SK_OK) {
		assert_int_equal(neutral_end(&out), SK_OK);
		run_writer();
	}
}

/* The output's entries, one after another, must be these. */
static void assert_entries(const struct entry *expected, size_t count)
{
	struct zip zip;
	sk_bytes bytes;
	assert_int_equal(line.written, SK_OK);
	assert_int_equal(zip_open(&zip, sk_buf_bytes(&line.output), &line.arena, NULL), SK_OK);
	assert_int_equal(zip.entry_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(sk_bytes_equal(zip.entries[i].name, sk_bytes_str(expected[i].name)));
		assert_int_equal(zip.entries[i].time, expected[i].time);
		assert_int_equal(zip_read(&zip, &zip.entries[i], &line.arena, &bytes), SK_OK);
		assert_true(sk_bytes_equal(bytes, sk_bytes_str(expected[i].bytes)));
	}
}

#define RUN(entries) run(made(entries, SK_COUNT(entries)))
#define EXPECT(entries) assert_entries(entries, SK_COUNT(entries))

/* ---- what is kept ---- */

static void test_kept(void **state)
{
	(void)state;
	const struct entry in[] = {{.name = "folder/", .bytes = "", .time = DATE}, {.name = "folder/a.txt", .bytes = "T1", .time = DATE},
				   {.name = "\x95\x5C.png", .bytes = "P2", .time = DATE + 1}, {.name = "empty.txt", .bytes = "", .time = 0}};
	const struct entry out[] = {{.name = "folder/", .bytes = "", .time = DATE}, {.name = "folder/a.txt", .bytes = "T1", .time = DATE},
				    {.name = "表.png", .bytes = "P2", .time = DATE + 1}, {.name = "empty.txt", .bytes = "", .time = ZIP_NO_TIME}};
	RUN(in);
	assert_true(line.bid.taken && line.bid.kind == KIND_zip && line.bid.bits >= FORMAT_BID_STRONG);
	EXPECT(out);
	assert_int_equal(line.findings[FINDING_entry_name_changed], 0);
	static uint8_t first[ROOM];
	size_t len = line.output.len;
	memcpy(first, line.output.at, len);
	run(sk_bytes_of(first, len));
	assert_true(sk_bytes_equal(sk_buf_bytes(&line.output), sk_bytes_of(first, len)));
}

static void test_names(void **state)
{
	(void)state;
	const struct entry in[] = {{.name = "../a.txt", .bytes = "T1", .time = DATE}, {.name = "b.exe", .bytes = "P2", .time = DATE},
				   {.name = "A.TXT", .bytes = "T3", .time = DATE}, {.name = "con.txt", .bytes = "T4", .time = DATE}};
	const struct entry out[] = {{.name = "a.txt", .bytes = "T1", .time = DATE}, {.name = "b.exe.png", .bytes = "P2", .time = DATE},
				    {.name = "A (2).TXT", .bytes = "T3", .time = DATE}, {.name = "_con.txt", .bytes = "T4", .time = DATE}};
	RUN(in);
	EXPECT(out);
	assert_int_equal(line.findings[FINDING_entry_name_changed], 4);
}

/* ---- what is left out ---- */

static void test_left_out(void **state)
{
	(void)state;
	const struct entry in[] = {
		{.name = "link", .bytes = "T/etc/passwd", .made_by = 0x0314, .external = 0120777u << 16},
		{.name = "device", .bytes = "T", .made_by = 0x0314, .external = 0060666u << 16},
		{.name = "bad.exe", .bytes = "MZ"},
		{.name = "same.txt", .bytes = "T1", .time = DATE},
		{.name = "same.txt", .bytes = "T2", .time = DATE},
		{.name = "file.txt", .bytes = "T3", .made_by = 0x0314, .external = 0100644u << 16, .time = DATE},
	};
	RUN(in);
	assert_int_equal(line.findings[FINDING_entry_special], 2);
	assert_int_equal(line.findings[FINDING_entry_left_out], 1);
	assert_int_equal(line.findings[FINDING_entry_duplicate], 1);
	struct zip zip;
	assert_int_equal(line.written, SK_OK);
	assert_int_equal(zip_open(&zip, sk_buf_bytes(&line.output), &line.arena, NULL), SK_OK);
	assert_int_equal(zip.entry_count, 2);
	assert_int_equal(zip.entries[1].external, 0);
	assert_true(sk_bytes_equal(zip.entries[1].name, SK_BYTES("file.txt")));
}

static void test_nothing_left(void **state)
{
	(void)state;
	const struct entry bad[] = {{.name = "a.exe", .bytes = "MZ"}};
	RUN(bad);
	assert_int_equal(line.read, SK_UNSUPPORTED);
	assert_int_equal(line.findings[FINDING_blocked_inside], 1);
	const struct entry locked[] = {{.name = "folder/", .bytes = ""}, {.name = "b.txt", .bytes = "T1", .flags = 1}};
	RUN(locked);
	assert_int_equal(line.read, SK_ENCRYPTED);
	const struct entry squeezed[] = {{.name = "a.txt", .bytes = "T1", .method = 14}};
	RUN(squeezed);
	assert_int_equal(line.read, SK_UNSUPPORTED);
	assert_int_equal(line.findings[FINDING_entry_method], 1);
}

/* Entries whose bytes can't be had go alone, each with its reason. */
static void test_unread(void **state)
{
	(void)state;
	const struct entry in[] = {{.name = "a.txt", .bytes = "T1", .time = DATE}, {.name = "b.txt", .bytes = "T2", .flags = 1},
				   {.name = "c.txt", .bytes = "T3", .method = 9}, {.name = "d.txt", .bytes = "T4", .method = 8}};
	const struct entry out[] = {{.name = "a.txt", .bytes = "T1", .time = DATE}};
	RUN(in);
	EXPECT(out);
	assert_int_equal(line.findings[FINDING_entry_password], 1);
	assert_int_equal(line.findings[FINDING_entry_method], 1);
	assert_string_equal(line.method, "Deflate64");
	assert_int_equal(line.findings[FINDING_entry_damaged], 1);
	assert_int_equal(line.findings[FINDING_entry_left_out], 0);
	const struct entry unnamed[] = {in[0], {.name = "e.txt", .bytes = "T5", .method = 65000}};
	RUN(unnamed);
	EXPECT(out);
	assert_string_equal(line.method, "65000");
}

static void assert_bid(const char *name, const char *bytes, unsigned kind)
{
	const struct entry in[] = {{.name = name, .bytes = bytes}, {.name = "x.xml", .bytes = "T"}};
	RUN(in);
	assert_int_equal(line.bid.kind, kind);
	assert_int_equal(line.bid.taken, kind == KIND_zip);
}

static void test_bids(void **state)
{
	(void)state;
	assert_bid("mimetype", "application/vnd.oasis.opendocument.text", KIND_odt);
	assert_bid("mimetype", "application/vnd.oasis.opendocument.graphics", KIND_odf);
	assert_bid("mimetype", "application/epub+zip", KIND_epub);
	assert_bid("mimetype", "something", KIND_zip);
	assert_bid("META-INF/MANIFEST.MF", "T", KIND_jar);
	assert_bid("AndroidManifest.xml", "T", KIND_apk);
	const struct entry office[] = {{.name = "[Content_Types].xml", .bytes = "T"}};
	RUN(office);
	assert_int_equal(line.bid.bits, 0);
}

/* ---- a reader that lies ---- */

static void say(struct neutral_out *out, uint16_t node, const char *name, int64_t inner, int64_t time)
{
	neutral_open(out, node);
	neutral_attr_bytes(out, ARCHIVE_ATTR_entry_name, sk_bytes_str(name));
	if (inner >= 0)
		neutral_attr_number(out, ARCHIVE_ATTR_entry_inner, inner);
	neutral_attr_number(out, ARCHIVE_ATTR_entry_time, time);
	neutral_close(out);
}

static void assert_said(uint16_t node, const char *name, int64_t inner, enum sk_status status)
{
	static uint8_t stage[NEUTRAL_STAGE];
	struct neutral_out out;
	begin();
	line.inner[0] = SK_BYTES("P");
	line.kinds[0] = KIND_png;
	line.inner_count = 1;
	neutral_out_init(&out, &archive_vocabulary, stage, stream_send, &line.records);
	neutral_start(&out, LEVEL_REBUILD);
	neutral_open(&out, ARCHIVE_NODE_archive_archive);
	say(&out, ARCHIVE_NODE_entry_file, "first.png", 0, 0xFFFFFFFF);
	say(&out, node, name, inner, DATE);
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	run_writer();
	assert_int_equal(line.written, status);
}

static void test_lies(void **state)
{
	(void)state;
	static const char *const names[] = {"../a.png", "/a.png", "c:a.png", "a\\b.png", "con.png", "a.png ", "a\xE2\x80\xAEgnp.png", "a.exe", "a",
					    "a.docx", "FIRST.PNG", "first.png", "a/", "a/../b.png", "a.png:x.png", "か\xE3\x82\x99.png"};
	assert_said(ARCHIVE_NODE_entry_file, "second.png", 0, SK_OK);
	assert_said(ARCHIVE_NODE_entry_folder, "folder/", -1, SK_OK);
	assert_said(ARCHIVE_NODE_entry_file, "second.txt", -1, SK_OK);
	for (size_t i = 0; i < SK_COUNT(names); i++)
		assert_said(ARCHIVE_NODE_entry_file, names[i], 0, SK_MALFORMED);
	assert_said(ARCHIVE_NODE_entry_file, "second.png", 1, SK_MALFORMED); /* no such inner job */
	assert_said(ARCHIVE_NODE_entry_file, "second.png", -1, SK_MALFORMED); /* an empty file is a text */
	assert_said(ARCHIVE_NODE_entry_folder, "folder", -1, SK_MALFORMED);
	assert_said(ARCHIVE_NODE_entry_folder, "folder/", 0, SK_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_kept), cmocka_unit_test(test_names), cmocka_unit_test(test_left_out),
					   cmocka_unit_test(test_nothing_left), cmocka_unit_test(test_unread), cmocka_unit_test(test_bids), cmocka_unit_test(test_lies)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	sk_arena_reset(&line.arena);
	return failed;
}
