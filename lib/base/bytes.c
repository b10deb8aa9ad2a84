/* Borrowed views of bytes: compare, slice, find. */
#include "base.h"

bool sk_bytes_ends(sk_bytes b, sk_bytes suffix)
{
	if (b.len < suffix.len)
		return false;
	return sk_bytes_equal(sk_bytes_of(b.at + (b.len - suffix.len), suffix.len), suffix);
}

static uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool sk_bytes_equal_nocase(sk_bytes a, sk_bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold(a.at[i]) != fold(b.at[i]))
			return false;
	return true;
}

sk_bytes sk_bytes_slice(sk_bytes b, size_t offset, size_t len)
{
	if (offset >= b.len)
		return (sk_bytes){b.at, 0};
	return (sk_bytes){b.at + offset, sk_min(len, b.len - offset)};
}

size_t sk_bytes_find(sk_bytes b, sk_bytes needle, size_t from)
{
	if (from > b.len || needle.len > b.len - from)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	const uint8_t *found = memmem(b.at + from, b.len - from, needle.at, needle.len);
	return found ? (size_t)(found - b.at) : SIZE_MAX;
}

int sk_bytes_compare(sk_bytes a, sk_bytes b)
{
	size_t len = sk_min(a.len, b.len);
	int order = len ? memcmp(a.at, b.at, len) : 0;
	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}
