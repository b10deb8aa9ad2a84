/* Candidate passwords from a file or a descriptor. */
#include "passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool read_all(struct passwords *p, int fd)
{
	for (;;) {
		ssize_t got = read(fd, p->bytes + p->len, sizeof p->bytes - p->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		p->len += (size_t)got;
		if (p->len > PASSWORDS_MAX) {
			errno = EFBIG;
			return false;
		}
	}
}

/* A byte order mark is an editor's, not a password's. */
static void drop_mark(struct passwords *p, size_t from)
{
	static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};

	if (p->len - from < sizeof mark || memcmp(p->bytes + from, mark, sizeof mark) != 0)
		return;
	memmove(p->bytes + from, p->bytes + from + sizeof mark, p->len - from - sizeof mark);
	p->len -= sizeof mark;
}

bool passwords_read(struct passwords *p, const char *path, int fd)
{
	size_t from = p->len;
	int opened = path == NULL ? fd : open(path, O_RDONLY | O_CLOEXEC);

	if (opened < 0)
		return false;
	bool done = read_all(p, opened);
	int error = errno;
	if (path != NULL)
		close(opened);
	errno = error;
	if (!done)
		return false;
	drop_mark(p, from);
	if (!sk_utf8_valid(sk_bytes_of(p->bytes + from, p->len - from))) {
		errno = EILSEQ;
		return false;
	}
	if (p->len < PASSWORDS_MAX && p->len > 0 && p->bytes[p->len - 1] != '\n')
		p->bytes[p->len++] = '\n';
	return true;
}

void passwords_wipe(struct passwords *p)
{
	explicit_bzero(p, sizeof *p);
}
