/*
 * ledger: signed notes (c2sp.org/signed-note) and the checkpoints that stand in them (c2sp.org/tlog-checkpoint).
 *
 * Pure. A note that someone hands us is hostile; what is read of it borrows it. Only note_check says that a known key signed it: until then
 * its text means nothing.
 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "codec/sign.h"
#include "ledger/tree.h"

enum {
	NOTE_BYTES_MAX = 65536,
	NOTE_SIGNATURES_MAX = 64, /* c2sp.org/signed-note: at least 16 must be taken */
	NOTE_NAME_BYTES_MAX = 255,
};

/* Signature types of c2sp.org/signed-note. */
enum note_type { NOTE_ED25519 = 0x01 };

/* Whose signatures count: from configuration, never from a note. */
struct note_key {
	sk_text name;
	uint32_t id;
	uint8_t public_key[SIGN_PUBLIC_BYTES];
};

struct note_signature {
	sk_text name;
	uint32_t id;
	sk_bytes base64; /* of the id and the signature */
};

struct note {
	sk_text text; /* what is signed, its last newline included */
	unsigned count;
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* SK_MALFORMED when the name is empty, too long, or has a space or plus. The name is borrowed. */
enum sk_status SK_MUST_USE note_key_make(sk_text name, const uint8_t public_key[SIGN_PUBLIC_BYTES], struct note_key *key);
/* The key in the form that Go's sumdb/note reads: name+id+base64. */
enum sk_status SK_MUST_USE note_key_read(sk_bytes written, struct note_key *key);
void note_key_write(const struct note_key *key, struct sk_buf *out);

enum sk_status SK_MUST_USE note_read(sk_bytes bytes, struct note *note);
/* SK_OK when this key signed the text; SK_UNSUPPORTED when no signature is of this key; SK_MALFORMED when one is and is false. */
enum sk_status SK_MUST_USE note_check(const struct note *note, const struct note_key *key);
/* The text, signed: text ends in a newline. SK_MALFORMED for a text that no note can have. */
enum sk_status SK_MUST_USE note_sign(sk_text text, const struct note_key *key, const struct sign_pair *pair, struct sk_buf *out);

struct checkpoint {
	sk_text origin;
	uint64_t size;
	struct tree_hash root;
};

/* Of a note's text. Extension lines are refused: no log of ours has them. */
enum sk_status SK_MUST_USE checkpoint_read(sk_text text, struct checkpoint *checkpoint);
void checkpoint_write(const struct checkpoint *checkpoint, struct sk_buf *out);

#endif
