/*
 * Who signed: for the report only; nothing of a signature crosses.
 *
 * What the attacker controls here: every byte. Nothing is verified: the name is what the document claims.
 */
#include "format/pdf/reader.h"

/* The index-th common name (2.5.4.3) of what is said in DER; in a certificate the issuer's stands before the subject's. */
static sk_bytes common_name(sk_bytes der, unsigned index)
{
	sk_bytes found = {NULL, 0};
	size_t at = 0;

	for (unsigned i = 0; i <= index; i++) {
		at = sk_bytes_find(der, SK_BYTES("\x06\x03\x55\x04\x03"), at);
		if (at == SIZE_MAX)
			break;
		at += 5;
		struct sk_cursor c = sk_cursor_of(sk_bytes_slice(der, at, 130));
		uint8_t tag = sk_cursor_u8(&c);
		size_t len = sk_cursor_u8(&c);
		if (len < 0x80 && (tag == 0x0C || tag == 0x13 || tag == 0x14)) /* UTF8String, PrintableString, TeletexString */
			found = sk_cursor_take(&c, len);
	}
	return found;
}

sk_bytes signer_of(struct pdf_reader *r, const struct pdf_value *signature)
{
	const struct pdf_value *name = SOURCE_KEY(&r->source, signature, "Name");
	const struct pdf_value *contents = SOURCE_KEY(&r->source, signature, "Contents");

	if (name->kind == VALUE_STRING && name->bytes.len > 0)
		return text_of(r->job->arena, name->bytes);
	return contents->kind == VALUE_STRING ? common_name(contents->bytes, 1) : sk_bytes_of(NULL, 0);
}
