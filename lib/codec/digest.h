/* SHA-256 (FIPS 180-4) by OpenSSL's libcrypto, which uses what the processor has for it. */
#ifndef CODEC_DIGEST_H
#define CODEC_DIGEST_H

#include "base/base.h"

#define DIGEST_BYTES 32

/* False when the library fails; the digest is zero then. */
bool SK_MUST_USE digest_sha256(sk_bytes bytes, uint8_t digest[DIGEST_BYTES]);

/* The digest of first || second, without a copy of either. */
bool SK_MUST_USE digest_sha256_pair(sk_bytes first, sk_bytes second, uint8_t digest[DIGEST_BYTES]);

#endif
