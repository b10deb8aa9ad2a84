/*
 * descriptor: file descriptors, memory files, mappings, and packets with descriptors between processes.
 *
 * Every call fills a struct sk_fault when the world fails: the operation that failed and errno. Descriptors are close-on-exec from
 * birth. A descriptor that is owned is a member that its owner closes with sys_close; -1 means none.
 */
#ifndef SYS_DESCRIPTOR_H
#define SYS_DESCRIPTOR_H

#include "base/base.h"

/* Closes *fd if there is one and sets it to -1. */
void sys_close(int *fd);
#define SYS_SCOPED __attribute__((cleanup(sys_close)))

/* ---- memory files ---- */

enum sys_seal {
	SYS_SEAL_GROWING, /* may grow, never shrinks: whoever maps it gets no SIGBUS */
	SYS_SEAL_ALL,     /* neither size nor contents change any more */
};

/* A memory file of size bytes, zeros; -1 and fault. name appears in /proc only. */
int sys_memory_file(const char *name, size_t size, struct sk_fault *fault);
bool sys_seal(int fd, enum sys_seal seal, struct sk_fault *fault);
/* A sealed memory file with everything that can be read from fd; -1 when more than max bytes come (fault->error EFBIG) or the world
 * fails. *size gets its size. */
int sys_memory_copy(int fd, size_t max, size_t *size, struct sk_fault *fault);
/* Makes the file empty again. */
bool sys_empty(int fd, struct sk_fault *fault);
bool sys_size(int fd, size_t *size, struct sk_fault *fault);
/* The next read begins at the start. */
bool sys_rewind(int fd, struct sk_fault *fault);

/* Maps size bytes at offset (any) read-only; *bytes is empty for size 0. sys_unmap ends it. */
bool sys_map(int fd, size_t offset, size_t size, sk_bytes *bytes, struct sk_fault *fault);
void sys_unmap(sk_bytes bytes);
/* Shared memory of a memory file, readable and writable; NULL and fault. */
void *sys_map_shared(int fd, size_t size, struct sk_fault *fault);
/* Address space for an arena, from the start of a huge page: pages come when they are touched, huge ones where the host has them. */
void *sys_map_arena(size_t size, struct sk_fault *fault);
/* Gives the pages of an arena back; it reads as zeros again. */
void sys_drop_pages(void *at, size_t size);

/* Writes everything, at the end of what was written before. */
bool sys_write(int fd, sk_bytes bytes, struct sk_fault *fault);
/* Writes everything from offset on. */
bool sys_write_at(int fd, sk_bytes bytes, size_t offset, struct sk_fault *fault);

/* ---- packets ---- */

#define SYS_PACKET_FDS 8

/* A connected pair of packet sockets (SOCK_SEQPACKET): what is sent in one call is received in one. */
bool sys_packet_pair(int pair[2], struct sk_fault *fault);
/* Sends one packet with copies of count descriptors. Without wait a full socket is a fault (EAGAIN): a peer that never reads can't stop
 * the sender. */
bool sys_packet_send(int socket, sk_bytes packet, const int *fds, size_t count, bool wait, struct sk_fault *fault);
/* Receives one packet of at most max bytes, blocking. *len 0 means that the other side is gone. Descriptors that came are owned by the
 * caller; a cut packet or more than SYS_PACKET_FDS descriptors is a fault (EPROTO), and none is kept then. */
bool sys_packet_receive(int socket, void *to, size_t max, size_t *len, int fds[SYS_PACKET_FDS], size_t *count, struct sk_fault *fault);

/* Waits until one of count sockets has something (or its other side is gone), or until deadline (sys_now). *ready gets bit i for
 * sockets[i]; 0 at the deadline. Sockets of -1 are passed over. */
bool sys_wait(const int *sockets, size_t count, int64_t deadline, unsigned *ready, struct sk_fault *fault);

/* Milliseconds of a clock that only goes forward. */
int64_t sys_now(void);

#endif
