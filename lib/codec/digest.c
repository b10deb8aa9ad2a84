/* SHA-256 in one call. */
#include "codec/digest.h"

#include <openssl/evp.h>

bool digest_sha256(sk_bytes bytes, uint8_t digest[DIGEST_BYTES])
{
	unsigned len = 0;

	memset(digest, 0, DIGEST_BYTES);
	if (EVP_Digest(bytes.len > 0 ? bytes.at : (const uint8_t *)"", bytes.len, digest, &len, EVP_sha256(), NULL) == 1 && len == DIGEST_BYTES)
		return true;
	memset(digest, 0, DIGEST_BYTES);
	return false;
}
