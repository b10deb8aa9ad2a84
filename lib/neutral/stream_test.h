/* A stream in memory between neutral_out and neutral_in, for tests: what is said is received in pieces of any size. */
#ifndef NEUTRAL_STREAM_TEST_H
#define NEUTRAL_STREAM_TEST_H

#include "neutral/neutral.h"

struct stream {
	uint8_t *at;
	size_t len, room, read;
	size_t piece; /* at most so many bytes are received at once; 0: as many as fit */
};

static inline enum sk_status stream_send(void *context, sk_bytes bytes)
{
	struct stream *s = context;
	if (bytes.len > s->room - s->len)
		return SK_FAULT;
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
	memcpy(to, s->at + s->read, *got);
	s->read += *got;
	return SK_OK;
}

#endif
