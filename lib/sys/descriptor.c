/* File descriptors, memory files, mappings, packets. What the attacker controls here: packets of a worker that was taken over. */
#include "sys/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PAGE ((size_t)4096)
#define HUGE_PAGE ((size_t)2 << 20) /* of x86-64; to clear one takes as long as 40 small pages that are touched one by one */
#define TOP_BYTES ((size_t)32 << 20) /* sk_arena_top: large, and mostly not touched */
#define COPY_STEP ((size_t)1 << 20)

static bool failed(struct sk_fault *fault, const char *operation)
{
	*fault = (struct sk_fault){.error = errno, .operation = operation};
	return false;
}

void sys_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- memory files ---- */

int sys_memory_file(const char *name, size_t size, struct sk_fault *fault)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || (size > 0 && ftruncate(fd, (off_t)size) != 0)) {
		failed(fault, "memfd_create");
		sys_close(&fd);
	}
	return fd;
}

bool sys_seal(int fd, enum sys_seal seal, struct sk_fault *fault)
{
	int seals = seal == SYS_SEAL_ALL ? F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL : F_SEAL_SHRINK | F_SEAL_SEAL;

	return fcntl(fd, F_ADD_SEALS, seals) == 0 || failed(fault, "F_ADD_SEALS");
}

/* Copies by sendfile where the kernel can, else by reading. True at the end of the source or when max + 1 bytes were copied. */
static bool copy_all(int from, int to, size_t max, size_t *size, struct sk_fault *fault)
{
	uint8_t room[4096];

	for (*size = 0; *size <= max;) {
		ssize_t got = sendfile(to, from, NULL, COPY_STEP);
		if (got < 0 && (errno == EINVAL || errno == ENOSYS))
			break; /* not from this kind of file: read and write */
		if (got < 0 && errno != EINTR)
			return failed(fault, "sendfile");
		if (got == 0)
			break; /* some files (of /proc) say this at once: reading tells */
		if (got > 0)
			*size += (size_t)got;
	}
	while (*size <= max) {
		ssize_t got = read(from, room, sizeof room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(fault, "read");
		if (got == 0)
			return true;
		if (!sys_write(to, sk_bytes_of(room, (size_t)got), fault))
			return false;
		*size += (size_t)got;
	}
	return true;
}

int sys_memory_copy(int fd, size_t max, size_t *size, struct sk_fault *fault)
{
	int copy = sys_memory_file("input", 0, fault);

	if (copy < 0)
		return -1;
	bool there = copy_all(fd, copy, max, size, fault);
	if (there && *size > max) {
		errno = EFBIG;
		there = failed(fault, "input");
	}
	if (!there || !sys_seal(copy, SYS_SEAL_ALL, fault))
		sys_close(&copy);
	return copy;
}

bool sys_empty(int fd, struct sk_fault *fault)
{
	return (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0) || failed(fault, "ftruncate");
}

bool sys_size(int fd, size_t *size, struct sk_fault *fault)
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		return failed(fault, "fstat");
	*size = (size_t)stat.st_size;
	return true;
}

bool sys_rewind(int fd, struct sk_fault *fault)
{
	return lseek(fd, 0, SEEK_SET) == 0 || failed(fault, "lseek");
}

/* ---- mappings ---- */

bool sys_map(int fd, size_t offset, size_t size, sk_bytes *bytes, struct sk_fault *fault)
{
	size_t within = offset % PAGE;

	*bytes = sk_bytes_of("", 0);
	if (size == 0)
		return true;
	uint8_t *at = mmap(NULL, size + within, PROT_READ, MAP_PRIVATE, fd, (off_t)(offset - within));
	if (at == MAP_FAILED)
		return failed(fault, "mmap");
	*bytes = sk_bytes_of(at + within, size);
	return true;
}

void sys_unmap(sk_bytes bytes)
{
	uintptr_t at = (uintptr_t)bytes.at;
	uintptr_t begin = at - at % PAGE;

	if (bytes.len > 0)
		munmap((void *)begin, bytes.len + (at - begin));
}

void *sys_map_shared(int fd, size_t size, struct sk_fault *fault)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at != MAP_FAILED)
		return at;
	failed(fault, "mmap");
	return NULL;
}

/* Small jobs touch little: the first SMALL_BYTES (and the far end) come page by page. What lies behind comes in huge pages where the kernel gives them to
 * those who ask: a fault for each 4 kB costs large documents a quarter of their time. */
void *sys_map_arena(size_t size, struct sk_fault *fault)
{
	uint8_t *at = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED) {
		failed(fault, "mmap");
		return NULL;
	}
	at += (HUGE_PAGE - (uintptr_t)at % HUGE_PAGE) % HUGE_PAGE;
	(void)madvise(at, sk_max(size, HUGE_PAGE + TOP_BYTES) - TOP_BYTES, MADV_HUGEPAGE); /* only advice */
	return at;
}

void sys_drop_pages(void *at, size_t size)
{
	(void)madvise(at, size, MADV_DONTNEED); /* only advice: a failure costs memory, nothing else */
}

/* ---- writing ---- */

bool sys_write(int fd, sk_bytes bytes, struct sk_fault *fault)
{
	while (bytes.len > 0) {
		ssize_t put = write(fd, bytes.at, bytes.len);
		if (put < 0 && errno != EINTR)
			return failed(fault, "write");
		if (put > 0)
			bytes = sk_bytes_slice(bytes, (size_t)put, bytes.len);
	}
	return true;
}

bool sys_write_at(int fd, sk_bytes bytes, size_t offset, struct sk_fault *fault)
{
	while (bytes.len > 0) {
		ssize_t put = pwrite(fd, bytes.at, bytes.len, (off_t)offset);
		if (put < 0 && errno != EINTR)
			return failed(fault, "pwrite");
		if (put > 0) {
			bytes = sk_bytes_slice(bytes, (size_t)put, bytes.len);
			offset += (size_t)put;
		}
	}
	return true;
}

/* ---- packets ---- */

bool sys_packet_pair(int pair[2], struct sk_fault *fault)
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0 || failed(fault, "socketpair");
}

bool sys_packet_send(int socket, sk_bytes packet, const int *fds, size_t count, bool wait, struct sk_fault *fault)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(SYS_PACKET_FDS * sizeof(int))] = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)packet.at, .iov_len = packet.len};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	sk_assert(count <= SYS_PACKET_FDS);
	if (count > 0) {
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		sk_assert(header != NULL);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(header), fds, count * sizeof(int));
	}
	ssize_t sent;
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
	while (sent < 0 && errno == EINTR);
	return sent >= 0 || failed(fault, "sendmsg");
}

/* Takes the descriptors out of a message; all of them, so that none is left open unseen. */
static size_t take_descriptors(struct msghdr *message, int fds[SYS_PACKET_FDS])
{
	size_t count = 0;

	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < here && count < SYS_PACKET_FDS; i++)
			memcpy(&fds[count++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
	}
	return count;
}

bool sys_packet_receive(int socket, void *to, size_t max, size_t *len, int fds[SYS_PACKET_FDS], size_t *count, struct sk_fault *fault)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(SYS_PACKET_FDS * sizeof(int))];
	struct iovec part = {.iov_base = to, .iov_len = max};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	ssize_t got;

	*len = *count = 0;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == ECONNRESET)
		return true; /* gone with something unread: gone */
	if (got < 0)
		return failed(fault, "recvmsg");
	*count = take_descriptors(&message, fds);
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		while (*count > 0)
			sys_close(&fds[--*count]);
		errno = EPROTO;
		return failed(fault, "recvmsg");
	}
	*len = (size_t)got;
	return true;
}

bool sys_wait(const int *sockets, size_t count, int64_t deadline, unsigned *ready, struct sk_fault *fault)
{
	struct pollfd polled[SYS_PACKET_FDS];

	sk_assert(count <= SYS_PACKET_FDS);
	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
	*ready = 0;
	for (;;) {
		int64_t left = deadline - sys_now();
		int got = poll(polled, (nfds_t)count, left < 0 ? 0 : (int)left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(fault, "poll");
		for (size_t i = 0; i < count; i++)
			if (polled[i].revents != 0)
				*ready |= 1u << i;
		return true;
	}
}

int64_t sys_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
