/*
 * wire: the messages between driver, zygote, reader and writer.
 *
 * One table (messages.def) says which messages there are, who sends them to whom and how many descriptors travel with them. A message is
 * a packet: its id, then a body of fixed size. Both ends run the same build, so bodies are plain structs; the receiver checks id,
 * direction, size, descriptors and every field's range before anybody sees the message. Readers are hostile.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/base.h"

enum wire_party { WIRE_DRIVER, WIRE_ZYGOTE, WIRE_READER, WIRE_WRITER };

enum wire_id {
#define MESSAGE(name, from, to, fds_min, fds_max) WIRE_##name,
#include "wire/messages.def"
#undef MESSAGE
	WIRE_COUNT
};

#define WIRE_TEXT_MAX 160

/* Checked UTF-8 without control characters; the receiver sees nothing else. */
struct wire_text {
	uint32_t len;
	char at[WIRE_TEXT_MAX];
};

struct wire_spawn { uint32_t zero; };
struct wire_spawned { uint8_t build[16]; }; /* neutral_build_id of the zygote: bodies of another build mean other things */
struct wire_spawn_renderer { uint32_t zero; };
struct wire_renderer { uint8_t build[16]; };
struct wire_convert {
	uint64_t size;
	uint16_t kind;        /* enum format_kind */
};
struct wire_converted {
	uint64_t size;
	uint8_t status;       /* SK_OK; SK_MALFORMED when no pages came, SK_FAULT when LibreOffice or its sandbox is not there */
};
struct wire_render {
	uint64_t size;        /* of the input */
	uint16_t kind;        /* enum format_kind: what the input is */
	uint16_t dpi;
	uint8_t level;        /* enum format_level */
	uint32_t first, last; /* pages, from 1; last 0 or beyond the end: all that come */
	uint8_t sheets;       /* 1: pixels alone, at most LIMIT_sheet_pixels a page */
	uint8_t resumed;      /* the pages before it were said by a renderer that page first ended: it is said without its picture; 2: and not asked for its size */
};
struct wire_page {
	uint32_t number, count;
	uint8_t drawn;        /* 0: the page is being drawn, and all before it were said; 1: it is being said */
};
struct wire_read {
	uint64_t size;        /* of the input */
	uint32_t passwords;   /* bytes of the second file; 0: there is none */
	uint8_t level;        /* enum format_level */
	uint8_t outermost;
};
struct wire_kind {
	uint16_t kind;        /* enum format_kind */
	uint8_t status;       /* enum sk_status of the bid */
	uint8_t taken;        /* a stream of records will follow */
};
struct wire_finding {
	uint16_t code;        /* enum finding_code */
	uint8_t place;        /* enum finding_place */
	uint32_t count;
	struct wire_text where, detail;
};
struct wire_inner {
	uint64_t size;
	uint8_t place;        /* enum finding_place */
	struct wire_text where;
};
struct wire_inner_done {
	uint32_t number;
	uint16_t kind;
	uint8_t clean;
	uint8_t status;       /* SK_OK, or SK_LIMIT when a budget is used up */
};
struct wire_read_done { uint8_t status; };
struct wire_write {
	uint8_t level;
	uint8_t quality;      /* of pictures at level image, 1 to 100 */
	uint8_t pages;        /* enum format_pages: whether pages come, and what becomes of them */
};
struct wire_inner_get { uint32_t number; };
struct wire_inner_is {
	uint64_t offset, size;
	uint16_t kind;
	uint8_t there;        /* 0: no such result, no descriptor */
};
struct wire_write_done {
	uint64_t size;
	uint8_t status;
	uint8_t limit;        /* enum limit: which one, when status is SK_LIMIT */
};

struct wire_message {
	uint32_t id; /* enum wire_id */
	union {
#define MESSAGE(name, from, to, fds_min, fds_max) struct wire_##name name;
#include "wire/messages.def"
#undef MESSAGE
	};
};

#define WIRE_FDS_MAX 8

/* Sends a message from party; its direction and number of descriptors are asserted. SK_FAULT when the other side is gone. */
enum sk_status SK_MUST_USE wire_send(int socket, enum wire_party from, const struct wire_message *message, const int *fds, size_t fd_count);
/* Receives the next message for party to from party from. SK_TRUNCATED: the other side is gone. SK_MALFORMED: it said something that the
 * table does not have (no descriptor is kept). fds gets the descriptors, owned by the caller, the rest is -1. */
enum sk_status SK_MUST_USE wire_receive(int socket, enum wire_party from, enum wire_party to, struct wire_message *message,
					int fds[WIRE_FDS_MAX]);
/* What wire_receive does with a packet once it is there; for tests and fuzzing. */
enum sk_status SK_MUST_USE wire_decode(sk_bytes packet, size_t fd_count, enum wire_party from, enum wire_party to,
				       struct wire_message *message);

/* Text for a message: cut between characters at WIRE_TEXT_MAX bytes. b is checked UTF-8 (a finding's texts are). */
struct wire_text wire_text_of(sk_bytes b);
static inline sk_bytes wire_text_bytes(const struct wire_text *text) { return sk_bytes_of(text->at, text->len); }

#endif
