/* A stream in memory between neutral_out and neutral_in, for tests: what is said is received in pieces of any size. Serves as an output too. */
#ifndef NEUTRAL_STREAM_TEST_H
#define NEUTRAL_STREAM_TEST_H

#include <stdlib.h>

#include "neutral/neutral.h"

struct stream {
	uint8_t *at;
	size_t len, room, read;
	size_t piece; /* at most so many bytes are received at once; 0: as many as fit */
	bool grows;   /* at is from malloc and grows as needed; the caller frees it */
};

static inline enum sk_status stream_send(void *context, sk_bytes bytes)
{
	struct stream *s = context;
	if (bytes.len > s->room - s->len && s->grows) {
		s->room = (s->room + bytes.len) * 2;
		s->at = realloc(s->at, s->room);
		sk_assert(s->at != NULL);
	}
	if (bytes.len > s->room - s->len)
		return SK_FAULT;
	if (bytes.len > 0)
		memcpy(s->at + s->len, bytes.at, bytes.len);
	s->len += bytes.len;
	return SK_OK;
}

static inline enum sk_status stream_receive(void *context, uint8_t *to, size_t max, size_t *got)
{
	struct stream *s = context;
	*got = sk_min(max, s->len - s->read);
	if (s->piece > 0)
		*got = sk_min(*got, s->piece);
	if (*got > 0)
		memcpy(to, s->at + s->read, *got);
	s->read += *got;
	return SK_OK;
}

#endif
