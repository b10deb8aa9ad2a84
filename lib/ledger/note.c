/*
 * Signed notes (c2sp.org/signed-note): reading, checking, signing.
 *
 * The attacker controls every byte of a note that is read. The keys are ours.
 */
#include "ledger/note_parts.h"

#include "ledger/base64.h"

static const sk_bytes dash = {(const uint8_t *)"\xe2\x80\x94 ", 4}; /* U+2014, space */

/* UTF-8 without control characters other than newline. */
static bool characters_valid(sk_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.at[i] < 0x20 && bytes.at[i] != '\n')
			return false;
	return sk_utf8_valid(bytes);
}

/* One signature line, without its newline: em dash, space, name, space, base64 of the id and at least one byte. */
static enum sk_status line_read(sk_bytes line, struct note_signature *signature)
{
	uint8_t head[6];
	struct sk_cursor cursor;
	size_t space, len;
	sk_bytes name;

	if (!sk_bytes_starts(line, dash))
		return SK_MALFORMED;
	line = sk_bytes_slice(line, dash.len, SIZE_MAX);
	space = sk_bytes_find(line, SK_BYTES(" "), 0);
	name = sk_bytes_slice(line, 0, space);
	if (space == SIZE_MAX || !note_name_valid(name))
		return SK_MALFORMED;
	SK_TRY(sk_text_check(name, &signature->name));
	signature->base64 = sk_bytes_slice(line, space + 1, SIZE_MAX);
	SK_TRY(base64_read(signature->base64, NULL, SIZE_MAX, &len));
	if (len < 5)
		return SK_MALFORMED;
	/* the id is in the first eight digits, whatever the type of the signature makes of the rest */
	SK_TRY(base64_read(sk_bytes_slice(signature->base64, 0, 8), head, sizeof(head), &len));
	cursor = sk_cursor_of(sk_bytes_of(head, 4));
	signature->id = sk_cursor_u32be(&cursor);
	return SK_OK;
}

enum sk_status note_read(sk_bytes bytes, struct note *note)
{
	size_t split = SIZE_MAX, at;

	note->count = 0;
	if (bytes.len > NOTE_BYTES_MAX)
		return SK_LIMIT;
	if (!characters_valid(bytes) || bytes.len < 3 || bytes.at[bytes.len - 1] != '\n')
		return SK_MALFORMED;
	for (size_t i = bytes.len - 2; i > 0 && split == SIZE_MAX; i--) /* the last empty line */
		if (bytes.at[i] == '\n' && bytes.at[i - 1] == '\n')
			split = i;
	if (split == SIZE_MAX)
		return SK_MALFORMED;
	SK_TRY(sk_text_check(sk_bytes_slice(bytes, 0, split), &note->text));
	for (at = split + 1; at < bytes.len;) {
		size_t end = sk_bytes_find(bytes, SK_BYTES("\n"), at);

		if (note->count == NOTE_SIGNATURES_MAX)
			return SK_LIMIT;
		SK_TRY(line_read(sk_bytes_slice(bytes, at, end - at), &note->signatures[note->count]));
		note->count++;
		at = end + 1;
	}
	return SK_OK;
}

enum sk_status note_check(const struct note *note, const struct note_key *key)
{
	uint8_t bytes[4 + SIGN_BYTES];
	bool found = false;
	size_t len;

	for (unsigned i = 0; i < note->count; i++) {
		const struct note_signature *signature = &note->signatures[i];

		if (signature->id != key->id || !sk_bytes_equal(sk_text_bytes(signature->name), sk_text_bytes(key->name)))
			continue;
		/* one false signature of a known key spoils the note */
		SK_TRY(base64_read(signature->base64, bytes, sizeof(bytes), &len));
		if (len != sizeof(bytes) || !sign_check(key->public_key, sk_text_bytes(note->text), bytes + 4))
			return SK_MALFORMED;
		found = true;
	}
	return found ? SK_OK : SK_UNSUPPORTED;
}

enum sk_status note_sign(sk_text text, const struct note_key *key, const struct sign_pair *pair, struct sk_buf *out)
{
	sk_bytes bytes = sk_text_bytes(text);
	uint8_t signature[4 + SIGN_BYTES];
	struct sk_buf id;

	if (bytes.len == 0 || bytes.at[bytes.len - 1] != '\n' || !characters_valid(bytes) || !note_name_valid(sk_text_bytes(key->name)))
		return SK_MALFORMED;
	sk_buf_fixed(&id, signature, 4);
	sk_buf_u32be(&id, key->id);
	if (!sign_make(pair, bytes, signature + 4))
		return SK_FAULT;
	sk_buf_put(out, bytes);
	sk_buf_u8(out, '\n');
	sk_buf_put(out, dash);
	sk_buf_put(out, sk_text_bytes(key->name));
	sk_buf_u8(out, ' ');
	base64_write(sk_bytes_of(signature, sizeof(signature)), out);
	sk_buf_u8(out, '\n');
	return out->status;
}
