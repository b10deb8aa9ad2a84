/* Containers written and read back, and every lie that a container can tell. */
#include "format/zip/zip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/zip/zip_parts.h"

#define ARENA_BYTES ((size_t)128 << 20)

static void *memory;
static unsigned found[FINDING_COUNT];

static void count_finding(void *context, const struct finding *finding)
{
	(void)context;
	found[finding->code] += finding->count;
}
static const struct finding_sink sink = {count_finding, NULL};

static struct sk_arena fresh_arena(void)
{
	struct sk_arena arena;

	memset(found, 0, sizeof found);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	return arena;
}

static enum sk_status put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return ((struct sk_buf *)context)->status;
}

/* Two entries, one that deflates and one that does not, into a static buffer of which the container is returned. */
static sk_bytes sample(void)
{
	static uint8_t room[65536];
	struct sk_buf out;
	struct sk_arena arena = fresh_arena();
	struct zip_writer w;
	char text[2000];

	memset(text, 'a', sizeof text);
	sk_buf_fixed(&out, room, sizeof room);
	zip_writer_init(&w, put, &out, &arena);
	assert_int_equal(zip_write(&w, SK_BYTES("Dir/One.xml"), sk_bytes_of(text, sizeof text), true), SK_OK);
	assert_int_equal(zip_write(&w, SK_BYTES("\xE8\xA1\xA8.bin"), SK_BYTES("0123456789"), false), SK_OK);
	assert_int_equal(zip_finish(&w), SK_OK);
	sk_arena_reset(&arena);
	return sk_buf_bytes(&out);
}

/* Opens and reads everything; the worst status. */
static enum sk_status read_all(sk_bytes input)
{
	struct sk_arena arena = fresh_arena();
	struct zip zip;
	sk_bytes bytes;
	enum sk_status status = zip_open(&zip, input, &arena, &sink);

	for (size_t i = 0; status == SK_OK && i < zip.entry_count; i++)
		status = zip_read(&zip, &zip.entries[i], &arena, &bytes);
	sk_arena_reset(&arena);
	return status;
}

static void writes_and_reads_back(void **state)
{
	sk_bytes input = sample(), bytes;
	struct sk_arena arena = fresh_arena();
	struct zip zip;

	(void)state;
	assert_int_equal(zip_open(&zip, input, &arena, &sink), SK_OK);
	assert_int_equal(zip.entry_count, 2);
	assert_null(zip_find(&zip, SK_BYTES("none")));
	const struct zip_entry *one = zip_find(&zip, SK_BYTES("dir\\one.XML")); /* case and separator do not count */
	assert_ptr_equal(one, &zip.entries[0]);
	assert_int_equal(one->method, ZIP_DEFLATED);
	assert_int_equal(zip_read(&zip, one, &arena, &bytes), SK_OK);
	assert_int_equal(bytes.len, 2000);
	assert_int_equal(bytes.at[1999], 'a');
	assert_true(zip.entries[1].utf8 && !zip.entries[0].utf8);
	assert_int_equal(zip_read(&zip, &zip.entries[1], &arena, &bytes), SK_OK);
	assert_true(sk_bytes_equal(bytes, SK_BYTES("0123456789")));
	for (size_t i = 0; i < FINDING_COUNT; i++)
		assert_int_equal(found[i], 0);
	sk_arena_reset(&arena);
}

static void same_entries_same_bytes(void **state)
{
	static uint8_t first[65536];
	sk_bytes a = sample();

	(void)state;
	memcpy(first, a.at, a.len);
	sk_bytes b = sample();
	assert_true(sk_bytes_equal(sk_bytes_of(first, a.len), b));
}

static void exact_name_before_folded(void **state)
{
	static uint8_t room[4096];
	struct sk_buf out;
	struct sk_arena arena = fresh_arena();
	struct zip_writer w;
	struct zip zip;

	(void)state;
	sk_buf_fixed(&out, room, sizeof room);
	zip_writer_init(&w, put, &out, &arena);
	assert_int_equal(zip_write(&w, SK_BYTES("A"), SK_BYTES("1"), false), SK_OK);
	assert_int_equal(zip_write(&w, SK_BYTES("a"), SK_BYTES("2"), false), SK_OK);
	assert_int_equal(zip_finish(&w), SK_OK);
	assert_int_equal(zip_open(&zip, sk_buf_bytes(&out), &arena, &sink), SK_OK);
	assert_ptr_equal(zip_find(&zip, SK_BYTES("a")), &zip.entries[1]);
	assert_ptr_equal(zip_find(&zip, SK_BYTES("A")), &zip.entries[0]);
	sk_arena_reset(&arena);
}

/* A copy with bytes changed, exactly so long that a sanitizer sees a byte read behind it. */
static uint8_t *copy_of(sk_bytes input, size_t len)
{
	uint8_t *copy = malloc(len + 1);

	memcpy(copy, input.at, sk_min(len, input.len));
	return copy;
}

static void truncated_at_every_byte(void **state)
{
	sk_bytes input = sample();

	(void)state;
	for (size_t len = 0; len < input.len; len++) {
		uint8_t *copy = copy_of(input, len);
		enum sk_status status = read_all(sk_bytes_of(copy, len));
		assert_true(status == SK_MALFORMED || (status == SK_OK && found[FINDING_container_mismatch] > 0));
		free(copy);
	}
}

static void every_byte_flipped(void **state)
{
	sk_bytes input = sample();

	(void)state;
	for (size_t i = 0; i < input.len; i++) {
		uint8_t *copy = copy_of(input, input.len);
		copy[i] ^= 0xFF;
		(void)read_all(sk_bytes_of(copy, input.len)); /* any status; a sanitizer watches */
		free(copy);
	}
}

static size_t place_of(sk_bytes input, uint32_t signature, unsigned number)
{
	uint8_t bytes[4] = {(uint8_t)signature, (uint8_t)(signature >> 8), (uint8_t)(signature >> 16), (uint8_t)(signature >> 24)};
	size_t at = sk_bytes_find(input, sk_bytes_of(bytes, 4), 0);

	while (number-- > 0)
		at = sk_bytes_find(input, sk_bytes_of(bytes, 4), at + 1);
	assert_true(at != SIZE_MAX);
	return at;
}

static void directory_wins_over_local_headers(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);

	(void)state;
	copy[place_of(input, ZIP_LOCAL, 0) + ZIP_LOCAL_BYTES] = 'X';
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_OK);
	assert_int_equal(found[FINDING_container_mismatch], 1);
	free(copy);
}

static void overlapping_entries(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);
	size_t first = place_of(input, ZIP_CENTRAL, 0), second = place_of(input, ZIP_CENTRAL, 1);

	(void)state;
	memcpy(copy + second + 42, copy + first + 42, 4); /* both begin at the first local header */
	memcpy(copy + second + 20, copy + first + 20, 8);
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_MALFORMED);
	free(copy);
}

static void more_headers_than_counted(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);
	size_t end = place_of(input, ZIP_END, 0);

	(void)state;
	copy[end + 8] = copy[end + 10] = 1;
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_MALFORMED);
	free(copy);
}

static void wrong_checksum(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);

	(void)state;
	copy[place_of(input, ZIP_CENTRAL, 0) + 16] ^= 1;
	copy[place_of(input, ZIP_LOCAL, 0) + 14] ^= 1;
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_MALFORMED);
	free(copy);
}

static void encrypted_and_unknown_methods(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);
	size_t central = place_of(input, ZIP_CENTRAL, 0), local = place_of(input, ZIP_LOCAL, 0);

	(void)state;
	copy[central + 8] |= 1;
	copy[local + 6] |= 1;
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_ENCRYPTED);
	copy[central + 8] = copy[local + 6] = 0;
	copy[central + 10] = copy[local + 8] = 14; /* LZMA */
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_UNSUPPORTED);
	free(copy);
}

/* A directory that says 28 million to 1: refused by its word alone, nothing is expanded. */
static void ratio(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = copy_of(input, input.len);
	const uint8_t size[4] = {0, 0, 0, 0x20};

	(void)state;
	memcpy(copy + place_of(input, ZIP_CENTRAL, 0) + 24, size, 4);
	memcpy(copy + place_of(input, ZIP_LOCAL, 0) + 22, size, 4);
	assert_int_equal(read_all(sk_bytes_of(copy, input.len)), SK_LIMIT);
	free(copy);
}

static void data_around_the_container(void **state)
{
	sk_bytes input = sample();
	uint8_t *copy = malloc(input.len + 200);

	(void)state;
	memset(copy, 'P', input.len + 200);
	memcpy(copy + 100, input.at, input.len);
	assert_int_equal(read_all(sk_bytes_of(copy, input.len + 200)), SK_OK);
	assert_int_equal(found[FINDING_container_trailing], 2);
	free(copy);
}

static void lost_directory(void **state)
{
	sk_bytes input = sample();
	size_t central = place_of(input, ZIP_CENTRAL, 0);
	struct sk_arena arena = fresh_arena();
	struct zip zip;

	(void)state;
	assert_int_equal(zip_open(&zip, sk_bytes_slice(input, 0, central), &arena, &sink), SK_OK);
	assert_true(zip.repaired);
	assert_int_equal(zip.entry_count, 2);
	assert_int_equal(found[FINDING_container_mismatch], 1);
	sk_arena_reset(&arena);
}

static void spans_in_any_order(void **state)
{
	static struct zip_span spans[257];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(spans); i++)
		spans[i] = (struct zip_span){.begin = i * 7919 % 257, .end = i};
	zip_spans_sort(spans, SK_COUNT(spans));
	for (size_t i = 0; i < SK_COUNT(spans); i++)
		assert_int_equal(spans[i].begin, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_back), cmocka_unit_test(same_entries_same_bytes),
		cmocka_unit_test(exact_name_before_folded), cmocka_unit_test(truncated_at_every_byte),
		cmocka_unit_test(every_byte_flipped), cmocka_unit_test(directory_wins_over_local_headers),
		cmocka_unit_test(overlapping_entries), cmocka_unit_test(more_headers_than_counted),
		cmocka_unit_test(wrong_checksum), cmocka_unit_test(encrypted_and_unknown_methods),
		cmocka_unit_test(ratio), cmocka_unit_test(data_around_the_container),
		cmocka_unit_test(lost_directory), cmocka_unit_test(spans_in_any_order),
	};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(memory);
	return failed;
}
