/* Candidate passwords: one a line. */
#include "format/format.h"

bool format_password(sk_bytes passwords, size_t *at, sk_bytes *password)
{
	while (*at < passwords.len) {
		size_t end = sk_bytes_find(passwords, SK_BYTES("\n"), *at);
		if (end == SIZE_MAX)
			end = passwords.len;
		*password = sk_bytes_slice(passwords, *at, end - *at);
		*at = end + 1;
		if (password->len > 0 && password->at[password->len - 1] == '\r')
			password->len--;
		if (password->len > 0)
			return true;
	}
	return false;
}
