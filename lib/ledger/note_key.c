/* Keys of signed notes: their names, ids and written form. The attacker controls nothing here but a name that a note claims. */
#include "ledger/note_parts.h"

#include "codec/digest.h"
#include "ledger/base64.h"

/* What Unicode calls a space (White_Space). */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
		c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool note_name_valid(sk_bytes name)
{
	size_t offset = 0;

	if (name.len == 0 || name.len > NOTE_NAME_BYTES_MAX || !sk_utf8_valid(name))
		return false;
	while (offset < name.len) {
		uint32_t c = sk_utf8_decode(name, &offset);

		if (c < 0x20 || c == '+' || is_space(c))
			return false;
	}
	return true;
}

/* The first four bytes of SHA-256(name || newline || type || public key). */
enum sk_status note_key_make(sk_text name, const uint8_t public_key[SIGN_PUBLIC_BYTES], struct note_key *key)
{
	uint8_t tail[2 + SIGN_PUBLIC_BYTES] = {'\n', NOTE_ED25519}, digest[DIGEST_BYTES];
	struct sk_cursor cursor;

	if (!note_name_valid(sk_text_bytes(name)))
		return SK_MALFORMED;
	memcpy(tail + 2, public_key, SIGN_PUBLIC_BYTES);
	if (!digest_sha256_pair(sk_text_bytes(name), sk_bytes_of(tail, sizeof(tail)), digest))
		return SK_FAULT;
	cursor = sk_cursor_of(sk_bytes_of(digest, 4));
	key->name = name;
	key->id = sk_cursor_u32be(&cursor);
	memcpy(key->public_key, public_key, SIGN_PUBLIC_BYTES);
	return SK_OK;
}

void note_key_write(const struct note_key *key, struct sk_buf *out)
{
	uint8_t id[4], typed[1 + SIGN_PUBLIC_BYTES] = {NOTE_ED25519};
	struct sk_buf big;

	sk_buf_fixed(&big, id, sizeof(id));
	sk_buf_u32be(&big, key->id);
	memcpy(typed + 1, key->public_key, SIGN_PUBLIC_BYTES);
	sk_buf_put(out, sk_text_bytes(key->name));
	sk_buf_u8(out, '+');
	sk_buf_hex(out, sk_bytes_of(id, sizeof(id)));
	sk_buf_u8(out, '+');
	base64_write(sk_bytes_of(typed, sizeof(typed)), out);
}

enum sk_status note_key_read(sk_bytes written, struct note_key *key)
{
	static const sk_bytes plus = {(const uint8_t *)"+", 1};
	uint8_t typed[1 + SIGN_PUBLIC_BYTES], again[NOTE_NAME_BYTES_MAX + 64];
	size_t end = sk_bytes_find(written, plus, 0), len;
	struct sk_buf out;
	sk_text name;

	if (end == SIZE_MAX || written.len - end < 10)
		return SK_MALFORMED;
	SK_TRY(sk_text_check(sk_bytes_slice(written, 0, end), &name));
	SK_TRY(base64_read(sk_bytes_slice(written, end + 10, SIZE_MAX), typed, sizeof(typed), &len));
	if (len != sizeof(typed))
		return SK_MALFORMED;
	if (typed[0] != NOTE_ED25519)
		return SK_UNSUPPORTED;
	SK_TRY(note_key_make(name, typed + 1, key));
	/* the id and the marks between are right when writing it gives the same */
	sk_buf_fixed(&out, again, sizeof(again));
	note_key_write(key, &out);
	return out.status == SK_OK && sk_bytes_equal(sk_buf_bytes(&out), written) ? SK_OK : SK_MALFORMED;
}
