/*
 * ring: one writer, one reader, shared memory, for the record stream between two sandboxed processes.
 *
 * The other side is hostile: positions that it writes are checked at every step, and bytes are copied out before anybody looks at
 * them. A side that has nothing to do sleeps on a futex; if the other side dies, whoever started both kills the sleeper.
 */
#ifndef SYS_RING_H
#define SYS_RING_H

#include "base/base.h"

#define RING_BYTES ((uint32_t)1 << 17) /* a power of two */

struct ring_shared {
	_Alignas(64) _Atomic uint32_t head; /* bytes ever sent, modulo 2^32; written by the sender */
	_Atomic uint32_t receiver_sleeps;
	_Alignas(64) _Atomic uint32_t tail; /* bytes ever received; written by the receiver */
	_Atomic uint32_t sender_sleeps;
	_Alignas(64) uint8_t data[RING_BYTES];
};

struct ring {
	struct ring_shared *shared;
	uint32_t position;  /* our own: head of the sender, tail of the receiver; never read back from shared memory */
	uint32_t announced; /* sender: the head at the last time the receiver was woken */
};

/* A ring over shared memory of sizeof(struct ring_shared) bytes that was zero at first. */
void ring_init(struct ring *ring, struct ring_shared *shared);
/* Sends all bytes; sleeps while the ring is full. The receiver is woken once a good piece is there. SK_FAULT when the other side's
 * position makes no sense. */
enum sk_status SK_MUST_USE ring_send(struct ring *ring, sk_bytes bytes);
/* Wakes the receiver for whatever is there: before waiting for something else, and at the end. */
void ring_flush(struct ring *ring);
/* Receives at least one and at most max bytes; sleeps while there are none. */
enum sk_status SK_MUST_USE ring_receive(struct ring *ring, uint8_t *to, size_t max, size_t *got);

#endif
