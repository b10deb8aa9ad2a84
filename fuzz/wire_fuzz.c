/*
 * Packets of a worker that was taken over. The first byte picks the two parties and how many descriptors came, the rest is the packet.
 * What is accepted goes in the table's direction, and its texts can be shown.
 */
#include "wire/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check_text(const struct wire_text *text)
{
	if (text->len > WIRE_TEXT_MAX || !sk_utf8_valid(wire_text_bytes(text)))
		abort();
	for (uint32_t i = 0; i < text->len; i++)
		if ((uint8_t)text->at[i] < 0x20 || text->at[i] == 0x7F)
			abort();
}

static void check(const struct wire_message *m, enum wire_party from, enum wire_party to)
{
	if (m->id >= WIRE_COUNT || from == to || (from != WIRE_DRIVER && to != WIRE_DRIVER))
		abort();
	if (m->id == WIRE_finding) {
		check_text(&m->finding.where);
		check_text(&m->finding.detail);
	}
	if (m->id == WIRE_inner)
		check_text(&m->inner.where);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static struct wire_message message;

	if (len == 0)
		return 0;
	enum wire_party from = (enum wire_party)(at[0] & 3), to = (enum wire_party)(at[0] >> 2 & 3);
	if (wire_decode(sk_bytes_of(at + 1, len - 1), at[0] >> 4, from, to, &message) == SK_OK)
		check(&message, from, to);
	return 0;
}
