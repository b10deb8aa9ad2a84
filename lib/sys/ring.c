/* The record ring. What the attacker controls: everything in shared memory that the other side writes. */
#include "sys/ring.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ANNOUNCE_BYTES (RING_BYTES / 2)

void ring_init(struct ring *ring, struct ring_shared *shared)
{
	*ring = (struct ring){.shared = shared};
}

static void sleep_while(_Atomic uint32_t *word, uint32_t value)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0); /* waking for nothing is fine: callers look again */
}

static void wake(_Atomic uint32_t *word, _Atomic uint32_t *sleeps)
{
	if (atomic_exchange_explicit(sleeps, 0, memory_order_seq_cst) != 0)
		syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Only for bytes that were not announced: the receiver says that it sleeps before it looks at the head once more, so the word may be taken
 * back only by who has moved the head since. */
void ring_flush(struct ring *ring)
{
	if (ring->announced == ring->position)
		return;
	ring->announced = ring->position;
	wake(&ring->shared->head, &ring->shared->receiver_sleeps);
}

/* Sleeps until the tail moved from seen; says so first, then looks once more, so that no wake is lost. */
static void wait_for_room(struct ring *ring, uint32_t seen)
{
	struct ring_shared *s = ring->shared;

	ring_flush(ring);
	atomic_store_explicit(&s->sender_sleeps, 1, memory_order_seq_cst);
	if (atomic_load_explicit(&s->tail, memory_order_seq_cst) == seen)
		sleep_while(&s->tail, seen);
}

static void copy_in(struct ring_shared *s, uint32_t at, sk_bytes bytes)
{
	uint32_t from = at & (RING_BYTES - 1);
	size_t first = sk_min(bytes.len, RING_BYTES - from);

	memcpy(s->data + from, bytes.at, first);
	memcpy(s->data, bytes.at + first, bytes.len - first);
}

enum sk_status ring_send(struct ring *ring, sk_bytes bytes)
{
	struct ring_shared *s = ring->shared;

	while (bytes.len > 0) {
		uint32_t tail = atomic_load_explicit(&s->tail, memory_order_acquire);
		uint32_t used = ring->position - tail;
		if (used > RING_BYTES)
			return SK_FAULT;
		if (used == RING_BYTES) {
			wait_for_room(ring, tail);
			continue;
		}
		size_t step = sk_min(bytes.len, RING_BYTES - used);
		copy_in(s, ring->position, sk_bytes_slice(bytes, 0, step));
		ring->position += (uint32_t)step;
		atomic_store_explicit(&s->head, ring->position, memory_order_seq_cst);
		if (ring->position - ring->announced >= ANNOUNCE_BYTES)
			ring_flush(ring);
		bytes = sk_bytes_slice(bytes, step, bytes.len);
	}
	return SK_OK;
}

static void wait_for_bytes(struct ring *ring)
{
	struct ring_shared *s = ring->shared;

	atomic_store_explicit(&s->receiver_sleeps, 1, memory_order_seq_cst);
	if (atomic_load_explicit(&s->head, memory_order_seq_cst) == ring->position)
		sleep_while(&s->head, ring->position);
}

enum sk_status ring_receive(struct ring *ring, uint8_t *to, size_t max, size_t *got)
{
	struct ring_shared *s = ring->shared;

	for (*got = 0; *got == 0 && max > 0;) {
		uint32_t ready = atomic_load_explicit(&s->head, memory_order_acquire) - ring->position;
		if (ready > RING_BYTES)
			return SK_FAULT;
		if (ready == 0) {
			wait_for_bytes(ring);
			continue;
		}
		uint32_t from = ring->position & (RING_BYTES - 1);
		*got = sk_min(sk_min(ready, max), RING_BYTES - from);
		memcpy(to, s->data + from, *got);
		ring->position += (uint32_t)*got;
		atomic_store_explicit(&s->tail, ring->position, memory_order_seq_cst);
		if (ready - (uint32_t)*got <= RING_BYTES / 2) /* not for a little room: the two would take turns at every step */
			wake(&s->tail, &s->sender_sleeps);
	}
	return SK_OK;
}
