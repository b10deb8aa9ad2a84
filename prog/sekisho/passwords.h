/* passwords: candidates that the user hands in, by a file or a descriptor; never by an argument or the environment, which others can see. */
#ifndef SEKISHO_PASSWORDS_H
#define SEKISHO_PASSWORDS_H

#include "base/base.h"

#define PASSWORDS_MAX ((size_t)64 * 1024) /* bytes of all of them with their line ends */

struct passwords {
	uint8_t bytes[PASSWORDS_MAX + 1];
	size_t len;
};

/* Adds what the file at path holds, or what comes from the descriptor when path is NULL. false: errno says why (EFBIG: too much; EILSEQ: no UTF-8). */
bool passwords_read(struct passwords *passwords, const char *path, int fd);
void passwords_wipe(struct passwords *passwords);

#endif
