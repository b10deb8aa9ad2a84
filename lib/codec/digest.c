/* SHA-256 of bytes that are all there. */
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

static bool digest_add(EVP_MD_CTX *context, sk_bytes bytes)
{
	return bytes.len == 0 || EVP_DigestUpdate(context, bytes.at, bytes.len) == 1;
}

bool digest_sha256_pair(sk_bytes first, sk_bytes second, uint8_t digest[DIGEST_BYTES])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 && digest_add(context, first) &&
		digest_add(context, second) && EVP_DigestFinal_ex(context, digest, &len) == 1 && len == DIGEST_BYTES;

	EVP_MD_CTX_free(context);
	if (!done)
		memset(digest, 0, DIGEST_BYTES);
	return done;
}
