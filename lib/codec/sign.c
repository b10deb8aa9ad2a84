/* Ed25519 signatures. */
#include "codec/sign.h"

#include <sodium.h>

_Static_assert(SIGN_SEED_BYTES == crypto_sign_SEEDBYTES && SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES &&
	SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES && SIGN_BYTES == crypto_sign_BYTES, "libsodium's sizes");

bool sign_pair_make(const uint8_t seed[SIGN_SEED_BYTES], struct sign_pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	return sodium_init() >= 0 && crypto_sign_seed_keypair(pair->public_key, pair->secret_key, seed) == 0;
}

void sign_pair_forget(struct sign_pair *pair)
{
	sodium_memzero(pair, sizeof(*pair));
}

bool sign_make(const struct sign_pair *pair, sk_bytes message, uint8_t signature[SIGN_BYTES])
{
	memset(signature, 0, SIGN_BYTES);
	return sodium_init() >= 0 && crypto_sign_detached(signature, NULL, message.at, message.len, pair->secret_key) == 0;
}

bool sign_check(const uint8_t public_key[SIGN_PUBLIC_BYTES], sk_bytes message, const uint8_t signature[SIGN_BYTES])
{
	return sodium_init() >= 0 && crypto_sign_verify_detached(signature, message.at, message.len, public_key) == 0;
}
