/*
 * Passwords: candidates in the spellings that files were made with.
 *
 * Security handlers up to revision 4 take bytes of PDFDocEncoding, later ones UTF-8 (ISO 32000-2, 7.6.4.3.2 and 7.6.4.3.3); Japanese programs
 * have put the bytes of Windows-31J. What the attacker controls here: whether a password fits, and how long it takes to see that, which has its end in
 * the number of candidates and the job's time.
 */
#include "codec/charset.h"
#include "conf/conf.h"
#include "format/pdf/object.h"

enum spelling { SPELLED_UTF8, SPELLED_LATIN, SPELLED_CP932, SPELLINGS };

/* False when the password is spelled as in UTF-8, or can't be. */
static bool spell(enum spelling spelling, sk_bytes password, struct sk_buf *out)
{
	size_t replaced = 0;

	sk_buf_reset(out);
	if (spelling == SPELLED_UTF8)
		sk_buf_put(out, password);
	else if (charset_from_utf8(spelling == SPELLED_LATIN ? CHARSET_CP1252 : CHARSET_CP932, password, out, &replaced) != SK_OK)
		return false;
	bool same = spelling != SPELLED_UTF8 && sk_bytes_equal(sk_buf_bytes(out), password);
	sk_buf_u8(out, 0);
	return out->status == SK_OK && replaced == 0 && !same;
}

enum sk_status password_open(struct pdf_source *source, sk_bytes input, sk_bytes passwords)
{
	uint8_t *room = sk_arena_raw(source->scratch, 4 * (size_t)limit(LIMIT_password_bytes) + 1);
	sk_bytes password;
	struct sk_buf spelled;

	if (room == NULL)
		return SK_LIMIT;
	enum sk_status status = pdf_file_open(input, "", &source->file);
	sk_buf_fixed(&spelled, room, 4 * (size_t)limit(LIMIT_password_bytes) + 1);
	for (size_t at = 0; status == SK_ENCRYPTED && format_password(passwords, &at, &password);)
		for (enum spelling s = SPELLED_UTF8; status == SK_ENCRYPTED && s < SPELLINGS; s++)
			if (spell(s, password, &spelled)) {
				status = pdf_file_open(input, (const char *)spelled.at, &source->file);
				source->by_password = status == SK_OK;
			}
	return status;
}
