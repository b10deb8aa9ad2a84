/* Messages: each arrives as it was said; anything else is refused, and no descriptor stays. */
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

#include "sys/descriptor.h"

static const struct {
	enum wire_party from, to;
	size_t fds_min, fds_max, body;
} rows[WIRE_COUNT] = {
#define MESSAGE(name, from, to, fds_min, fds_max) {WIRE_##from, WIRE_##to, fds_min, fds_max, sizeof(struct wire_##name)},
#include "wire/messages.def"
#undef MESSAGE
};

static int pair[2];
static struct wire_message got;
static int fds[WIRE_FDS_MAX];

static int begin(void **state)
{
	struct sk_fault fault;
	(void)state;
	return sys_packet_pair(pair, &fault) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	sys_close(&pair[0]);
	sys_close(&pair[1]);
	return 0;
}

/* A message of that id that every check allows. */
static struct wire_message allowed(uint32_t id)
{
	struct wire_message m = {.id = id};
	if (id == WIRE_finding)
		m.finding.count = 1;
	if (id == WIRE_render)
		m.render = (struct wire_render){.dpi = 1, .first = 1};
	if (id == WIRE_page)
		m.page = (struct wire_page){.number = 1, .count = 1};
	return m;
}

static size_t packet_of(uint32_t id, uint8_t packet[1024])
{
	struct wire_message m = allowed(id);
	memcpy(packet, &m.id, sizeof m.id);
	memcpy(packet + sizeof m.id, &m.spawn, rows[id].body);
	return sizeof m.id + rows[id].body;
}

static void test_each_message_arrives(void **state)
{
	const int some[WIRE_FDS_MAX] = {0, 0, 0, 0, 0, 0, 0, 0};
	(void)state;
	for (uint32_t id = 0; id < WIRE_COUNT; id++) {
		struct wire_message m = allowed(id);
		assert_int_equal(wire_send(pair[0], rows[id].from, &m, some, rows[id].fds_max), SK_OK);
		assert_int_equal(wire_receive(pair[1], rows[id].from, rows[id].to, &got, fds), SK_OK);
		assert_int_equal(got.id, id);
		for (size_t i = 0; i < WIRE_FDS_MAX; i++) {
			assert_int_equal(fds[i] >= 0, i < rows[id].fds_max);
			sys_close(&fds[i]);
		}
	}
}

static void test_only_the_table_s_directions(void **state)
{
	uint8_t packet[1024];
	(void)state;
	for (uint32_t id = 0; id < WIRE_COUNT; id++) {
		sk_bytes whole = sk_bytes_of(packet, packet_of(id, packet));
		for (unsigned from = WIRE_DRIVER; from <= WIRE_WRITER; from++)
			for (unsigned to = WIRE_DRIVER; to <= WIRE_WRITER; to++)
				assert_int_equal(wire_decode(whole, rows[id].fds_min, (enum wire_party)from, (enum wire_party)to, &got) == SK_OK,
						 from == rows[id].from && to == rows[id].to);
	}
}

static void test_only_the_exact_size_and_descriptors(void **state)
{
	uint8_t packet[1024] = {0};
	(void)state;
	for (uint32_t id = 0; id < WIRE_COUNT; id++) {
		size_t len = packet_of(id, packet);
		for (size_t n = 0; n <= len + 1; n++)
			for (size_t count = 0; count <= WIRE_FDS_MAX; count++)
				assert_int_equal(wire_decode(sk_bytes_of(packet, n), count, rows[id].from, rows[id].to, &got) == SK_OK,
						 n == len && count >= rows[id].fds_min && count <= rows[id].fds_max);
	}
}

static void test_no_other_id(void **state)
{
	uint8_t packet[1024] = {0};
	uint32_t id = WIRE_COUNT;
	(void)state;
	for (size_t n = 0; n < sizeof packet; n++) {
		memcpy(packet, &id, sizeof id);
		assert_int_equal(wire_decode(sk_bytes_of(packet, n), 0, WIRE_READER, WIRE_DRIVER, &got), SK_MALFORMED);
	}
}

static enum sk_status finding(const char *text, uint32_t len, uint32_t count)
{
	struct wire_message m = {.id = WIRE_finding, .finding = {.count = count, .detail = {.len = len}}};
	uint8_t packet[sizeof m.id + sizeof m.finding];
	memcpy(m.finding.detail.at, text, strlen(text));
	memcpy(packet, &m.id, sizeof m.id);
	memcpy(packet + sizeof m.id, &m.finding, sizeof m.finding);
	return wire_decode(sk_bytes_of(packet, sizeof packet), 0, WIRE_READER, WIRE_DRIVER, &got);
}

static void test_texts_are_checked(void **state)
{
	(void)state;
	assert_int_equal(finding("シート", 9, 1), SK_OK);
	assert_int_equal(finding("シート", 8, 1), SK_MALFORMED);   /* cut in a character */
	assert_int_equal(finding("\x1b[31m", 5, 1), SK_MALFORMED); /* escapes of a terminal */
	assert_int_equal(finding("\xC2\x9B", 2, 1), SK_MALFORMED); /* C1 */
	assert_int_equal(finding("a", 2, 1), SK_MALFORMED);        /* NUL */
	assert_int_equal(finding("", WIRE_TEXT_MAX + 1, 1), SK_MALFORMED);
	assert_int_equal(finding("", UINT32_MAX, 1), SK_MALFORMED);
	assert_int_equal(finding("a", 1, 0), SK_MALFORMED);        /* nothing was found, so nothing is said */
}

static void test_refused_descriptors_are_closed(void **state)
{
	struct sk_fault fault;
	const int one = 0;
	(void)state;
	int next = dup(0);
	sys_close(&(int){next});
	assert_true(sys_packet_send(pair[0], SK_BYTES("nonsense"), &one, 1, true, &fault));
	assert_int_equal(wire_receive(pair[1], WIRE_READER, WIRE_DRIVER, &got, fds), SK_MALFORMED);
	assert_int_equal(fcntl(next, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
}

static void test_the_other_side_is_gone(void **state)
{
	(void)state;
	sys_close(&pair[0]);
	assert_int_equal(wire_receive(pair[1], WIRE_READER, WIRE_DRIVER, &got, fds), SK_TRUNCATED);
}

/* A peer that never reads does not stop the driver. */
static void test_the_driver_never_waits(void **state)
{
	struct wire_message m = {.id = WIRE_inner_done};
	enum sk_status status = SK_OK;
	(void)state;
	for (unsigned i = 0; i < 1000000 && status == SK_OK; i++)
		status = wire_send(pair[0], WIRE_DRIVER, &m, NULL, 0);
	assert_int_equal(status, SK_FAULT);
}

static void test_text_is_cut_between_characters(void **state)
{
	char long_text[WIRE_TEXT_MAX + 8];
	(void)state;
	memset(long_text, 'a', sizeof long_text);
	memcpy(long_text + WIRE_TEXT_MAX - 1, "あ", 3);
	assert_int_equal(wire_text_of(sk_bytes_of(long_text, sizeof long_text)).len, WIRE_TEXT_MAX - 1);
	assert_int_equal(wire_text_of(sk_bytes_of(long_text, 5)).len, 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_message_arrives, begin, end),
		cmocka_unit_test(test_only_the_table_s_directions),
		cmocka_unit_test(test_only_the_exact_size_and_descriptors),
		cmocka_unit_test(test_no_other_id),
		cmocka_unit_test(test_texts_are_checked),
		cmocka_unit_test_setup_teardown(test_refused_descriptors_are_closed, begin, end),
		cmocka_unit_test_setup_teardown(test_the_other_side_is_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_the_driver_never_waits, begin, end),
		cmocka_unit_test(test_text_is_cut_between_characters),
	};
	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
