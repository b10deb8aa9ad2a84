/* Messages: sending, receiving, checking. What the attacker controls: every packet of a reader that was taken over. */
#include "wire/wire.h"

#include "sys/descriptor.h"

static const struct row {
	uint16_t body; /* bytes */
	uint8_t from, to, fds_min, fds_max;
} rows[WIRE_COUNT] = {
#define MESSAGE(name, from, to, fds_min, fds_max) {sizeof(struct wire_##name), WIRE_##from, WIRE_##to, fds_min, fds_max},
#include "wire/messages.def"
#undef MESSAGE
};

#define HEAD sizeof(uint32_t)
#define PACKET_MAX (HEAD + sizeof(struct wire_finding))
_Static_assert(sizeof(struct wire_finding) >= sizeof(struct wire_inner), "the longest body");

/* Bodies stand behind the id; a union member may be aligned, so its place is that of the struct. */
static uint8_t *body_of(struct wire_message *message)
{
	return (uint8_t *)&message->spawn;
}

enum sk_status wire_send(int socket, enum wire_party from, const struct wire_message *message, const int *fds, size_t fd_count)
{
	uint8_t packet[PACKET_MAX];
	struct sk_fault fault;
	struct wire_message copy = *message;
	const struct row *row = &rows[message->id];

	sk_assert(message->id < WIRE_COUNT && row->from == from && fd_count >= row->fds_min && fd_count <= row->fds_max);
	memcpy(packet, &message->id, HEAD);
	memcpy(packet + HEAD, body_of(&copy), row->body);
	bool wait = from != WIRE_DRIVER; /* a worker asks and reads the answer: only one gone mad has a full socket */
	return sys_packet_send(socket, sk_bytes_of(packet, HEAD + row->body), fds, fd_count, wait, &fault) ? SK_OK : SK_FAULT;
}

/* UTF-8 without C0, C1, DEL: what a report can show. Length first: it is the peer's word. */
static bool text_allowed(const struct wire_text *text)
{
	if (text->len > WIRE_TEXT_MAX || !sk_utf8_valid(wire_text_bytes(text)))
		return false;
	for (size_t i = 0; i < text->len;) {
		uint32_t c = sk_utf8_decode(wire_text_bytes(text), &i);
		if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			return false;
	}
	return true;
}

/* Ranges that this room knows; codes and kinds are checked against their tables by whoever looks them up. */
static bool fields_allowed(const struct wire_message *m)
{
	switch ((enum wire_id)m->id) {
	case WIRE_kind:
		return m->kind.status <= SK_FAULT && m->kind.taken <= 1;
	case WIRE_finding:
		return m->finding.count > 0 && text_allowed(&m->finding.where) && text_allowed(&m->finding.detail);
	case WIRE_inner:
		return text_allowed(&m->inner.where);
	case WIRE_read_done:
		return m->read_done.status <= SK_FAULT;
	case WIRE_write_done:
		return m->write_done.status <= SK_FAULT;
	case WIRE_inner_done:
		return m->inner_done.clean <= 1 && m->inner_done.status <= SK_FAULT;
	case WIRE_inner_is:
		return m->inner_is.there <= 1;
	case WIRE_read:
		return m->read.outermost <= 1;
	case WIRE_write:
		return m->write.quality <= 100 && m->write.pages <= 2;
	case WIRE_converted:
		return m->converted.status <= SK_FAULT;
	case WIRE_render:
		return m->render.dpi > 0 && m->render.first > 0 && (m->render.last == 0 || m->render.last >= m->render.first) && m->render.sheets <= 1 &&
		       m->render.resumed <= 2;
	case WIRE_page:
		return m->page.number > 0 && m->page.number <= m->page.count && m->page.drawn <= 1;
	case WIRE_spawn:
	case WIRE_spawned:
	case WIRE_spawn_renderer:
	case WIRE_renderer:
	case WIRE_convert:
	case WIRE_inner_get:
		return true;
	case WIRE_COUNT:
		break;
	}
	return false;
}

enum sk_status wire_decode(sk_bytes packet, size_t fd_count, enum wire_party from, enum wire_party to, struct wire_message *message)
{
	*message = (struct wire_message){0};
	if (packet.len < HEAD)
		return SK_MALFORMED;
	memcpy(&message->id, packet.at, HEAD);
	if (message->id >= WIRE_COUNT)
		return SK_MALFORMED;
	const struct row *row = &rows[message->id];
	if (row->from != from || row->to != to || packet.len != HEAD + row->body || fd_count < row->fds_min || fd_count > row->fds_max)
		return SK_MALFORMED;
	memcpy(body_of(message), packet.at + HEAD, row->body);
	return fields_allowed(message) ? SK_OK : SK_MALFORMED;
}

enum sk_status wire_receive(int socket, enum wire_party from, enum wire_party to, struct wire_message *message, int fds[WIRE_FDS_MAX])
{
	uint8_t packet[PACKET_MAX + 1];
	struct sk_fault fault;
	size_t len, count;

	_Static_assert(WIRE_FDS_MAX == SYS_PACKET_FDS, "one array");
	for (size_t i = 0; i < WIRE_FDS_MAX; i++)
		fds[i] = -1;
	if (!sys_packet_receive(socket, packet, sizeof packet, &len, fds, &count, &fault))
		return SK_MALFORMED;
	if (len == 0 && count == 0)
		return SK_TRUNCATED;
	enum sk_status status = wire_decode(sk_bytes_of(packet, len), count, from, to, message);
	if (status != SK_OK)
		for (size_t i = 0; i < count; i++)
			sys_close(&fds[i]);
	return status;
}

struct wire_text wire_text_of(sk_bytes b)
{
	struct wire_text text = {.len = (uint32_t)sk_min(b.len, WIRE_TEXT_MAX)};

	while (text.len < b.len && text.len > 0 && (b.at[text.len] & 0xC0) == 0x80)
		text.len--;
	if (text.len > 0)
		memcpy(text.at, b.at, text.len);
	return text;
}
