/* The ring: what is sent arrives in order, whatever the sizes; positions that make no sense end it. */
#include "sys/ring.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <cmocka.h>

#define TOTAL ((size_t)24 << 20)

static struct ring_shared shared;

static uint8_t byte_at(size_t position)
{
	return (uint8_t)(position * 2654435761u >> 13);
}

static size_t next_size(uint32_t *seed, size_t max)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed % 16 == 0 ? *seed / 16 % max + 1 : *seed / 16 % 200 + 1;
}

static void *send_all(void *context)
{
	static uint8_t bytes[3 << 20];
	struct ring ring;
	uint32_t seed = 1;

	ring_init(&ring, &shared);
	for (size_t sent = 0; sent < TOTAL;) {
		size_t step = sk_min(next_size(&seed, sizeof bytes), TOTAL - sent);
		for (size_t i = 0; i < step; i++)
			bytes[i] = byte_at(sent + i);
		if (ring_send(&ring, sk_bytes_of(bytes, step)) != SK_OK)
			return context;
		sent += step;
	}
	ring_flush(&ring);
	return NULL;
}

static void test_everything_arrives_in_order(void **state)
{
	static uint8_t bytes[1 << 20];
	struct ring ring;
	pthread_t sender;
	uint32_t seed = 7;

	(void)state;
	memset(&shared, 0, sizeof shared);
	ring_init(&ring, &shared);
	assert_int_equal(pthread_create(&sender, NULL, send_all, &shared), 0);
	for (size_t received = 0; received < TOTAL;) {
		size_t got = 0, max = next_size(&seed, sizeof bytes);
		assert_int_equal(ring_receive(&ring, bytes, max, &got), SK_OK);
		assert_in_range(got, 1, max);
		for (size_t i = 0; i < got; i++)
			if (bytes[i] != byte_at(received + i))
				fail();
		received += got;
	}
	void *failed;
	assert_int_equal(pthread_join(sender, &failed), 0);
	assert_null(failed);
}

static void test_positions_that_make_no_sense(void **state)
{
	struct ring ring;
	uint8_t byte;
	size_t got;

	(void)state;
	memset(&shared, 0, sizeof shared);
	ring_init(&ring, &shared);
	atomic_store(&shared.head, RING_BYTES + 1);
	assert_int_equal(ring_receive(&ring, &byte, 1, &got), SK_FAULT);
	atomic_store(&shared.head, UINT32_MAX);
	assert_int_equal(ring_receive(&ring, &byte, 1, &got), SK_FAULT);
	atomic_store(&shared.tail, 1); /* received before it was sent */
	assert_int_equal(ring_send(&ring, SK_BYTES("x")), SK_FAULT);
}

static void test_the_counters_may_wrap(void **state)
{
	struct ring in, out;
	uint8_t bytes[8];
	size_t got;

	(void)state;
	memset(&shared, 0, sizeof shared);
	ring_init(&in, &shared);
	ring_init(&out, &shared);
	in.position = out.position = out.announced = UINT32_MAX - 2;
	atomic_store(&shared.head, UINT32_MAX - 2);
	atomic_store(&shared.tail, UINT32_MAX - 2);
	assert_int_equal(ring_send(&out, SK_BYTES("wrapping")), SK_OK);
	assert_int_equal(ring_receive(&in, bytes, 8, &got), SK_OK);
	assert_int_equal(got, 3); /* up to the end of the data */
	assert_int_equal(ring_receive(&in, bytes + 3, 5, &got), SK_OK);
	assert_int_equal(got, 5);
	assert_memory_equal(bytes, "wrapping", 8);
}

/* The receiver says that it sleeps, then looks at the head once more: a flush of nothing new must leave its word, or the next bytes
 * would wake nobody. */
static void a_flush_of_nothing_takes_no_word_back(void **state)
{
	struct ring ring;

	(void)state;
	memset(&shared, 0, sizeof shared);
	ring_init(&ring, &shared);
	atomic_store(&shared.receiver_sleeps, 1);
	ring_flush(&ring);
	assert_int_equal(atomic_load(&shared.receiver_sleeps), 1);
	assert_int_equal(ring_send(&ring, SK_BYTES("x")), SK_OK);
	ring_flush(&ring);
	assert_int_equal(atomic_load(&shared.receiver_sleeps), 0);
	atomic_store(&shared.receiver_sleeps, 1);
	ring_flush(&ring);
	assert_int_equal(atomic_load(&shared.receiver_sleeps), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flush_of_nothing_takes_no_word_back),
		cmocka_unit_test(test_everything_arrives_in_order),
		cmocka_unit_test(test_positions_that_make_no_sense),
		cmocka_unit_test(test_the_counters_may_wrap),
	};
	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
