/* Ed25519 (RFC 8032) by libsodium, which refuses small-order keys and signatures that have another form. */
#ifndef CODEC_SIGN_H
#define CODEC_SIGN_H

#include "base/base.h"

enum { SIGN_SEED_BYTES = 32, SIGN_PUBLIC_BYTES = 32, SIGN_SECRET_BYTES = 64, SIGN_BYTES = 64 };

struct sign_pair {
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret_key[SIGN_SECRET_BYTES]; /* sign_pair_forget zeroes it */
};

/* The pair of a seed from a source of random bytes. False when the library fails. */
bool SK_MUST_USE sign_pair_make(const uint8_t seed[SIGN_SEED_BYTES], struct sign_pair *pair);
void sign_pair_forget(struct sign_pair *pair);
/* False when the library fails; the signature is zero then. */
bool SK_MUST_USE sign_make(const struct sign_pair *pair, sk_bytes message, uint8_t signature[SIGN_BYTES]);
/* True when the holder of the key signed this message. */
bool SK_MUST_USE sign_check(const uint8_t public_key[SIGN_PUBLIC_BYTES], sk_bytes message, const uint8_t signature[SIGN_BYTES]);

#endif
