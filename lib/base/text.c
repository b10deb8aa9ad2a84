/* UTF-8 (RFC 3629 section 4) and numbers in text. What the attacker controls here: every byte. */
#include "base.h"

/* Length of the sequence that starts at p and is whole before end; 0 when it is not well formed. */
static size_t sequence_len(const uint8_t *p, size_t left)
{
	uint8_t a = p[0];
	if (a < 0x80)
		return 1;
	if (a < 0xC2 || left < 2)
		return 0;
	uint8_t b = p[1];
	if (a < 0xE0)
		return (b & 0xC0) == 0x80 ? 2 : 0;
	if (left < 3 || (p[2] & 0xC0) != 0x80)
		return 0;
	if (a < 0xF0) {
		uint8_t low = a == 0xE0 ? 0xA0 : 0x80;  /* shortest form */
		uint8_t high = a == 0xED ? 0x9F : 0xBF; /* no surrogates */
		return b >= low && b <= high ? 3 : 0;
	}
	if (a > 0xF4 || left < 4 || (p[3] & 0xC0) != 0x80)
		return 0;
	uint8_t low = a == 0xF0 ? 0x90 : 0x80;
	uint8_t high = a == 0xF4 ? 0x8F : 0xBF; /* at most U+10FFFF */
	return b >= low && b <= high ? 4 : 0;
}

bool sk_utf8_valid(sk_bytes b)
{
	size_t i = 0;
	while (i < b.len) {
		uint64_t eight;
		while (b.len - i >= sizeof eight) { /* eight ASCII bytes at a time, none of them NUL */
			memcpy(&eight, b.at + i, sizeof eight);
			uint64_t zero = (eight - 0x0101010101010101u) & ~eight;
			if (((eight | zero) & 0x8080808080808080u) != 0)
				break;
			i += sizeof eight;
		}
		if (i == b.len)
			return true;
		size_t len = sequence_len(b.at + i, b.len - i);
		if (len == 0 || b.at[i] == 0)
			return false;
		i += len;
	}
	return true;
}

enum sk_status sk_text_check(sk_bytes b, sk_text *text)
{
	if (!sk_utf8_valid(b))
		return SK_MALFORMED;
	*text = (sk_text){(const char *)b.at, b.len};
	return SK_OK;
}

size_t sk_utf8_encode(uint32_t scalar, uint8_t out[4])
{
	if (scalar < 0x80) {
		out[0] = (uint8_t)scalar;
		return 1;
	}
	if (scalar < 0x800) {
		out[0] = (uint8_t)(0xC0 | scalar >> 6);
		out[1] = (uint8_t)(0x80 | (scalar & 0x3F));
		return 2;
	}
	if (scalar >= 0xD800 && scalar < 0xE000)
		return 0;
	if (scalar < 0x10000) {
		out[0] = (uint8_t)(0xE0 | scalar >> 12);
		out[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
		out[2] = (uint8_t)(0x80 | (scalar & 0x3F));
		return 3;
	}
	if (scalar > 0x10FFFF)
		return 0;
	out[0] = (uint8_t)(0xF0 | scalar >> 18);
	out[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
	out[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
	out[3] = (uint8_t)(0x80 | (scalar & 0x3F));
	return 4;
}

uint32_t sk_utf8_decode(sk_bytes b, size_t *offset)
{
	sk_assert(*offset < b.len);
	const uint8_t *p = b.at + *offset;
	size_t len = sequence_len(p, b.len - *offset);
	*offset += len ? len : 1;
	switch (len) {
	case 1:
		return p[0];
	case 2:
		return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	case 3:
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	case 4:
		return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
		       (p[3] & 0x3F);
	default:
		return 0xFFFD;
	}
}

bool sk_parse_u64(sk_bytes b, uint64_t *value)
{
	if (b.len == 0)
		return false;
	uint64_t sum = 0;
	for (size_t i = 0; i < b.len; i++) {
		if (b.at[i] < '0' || b.at[i] > '9')
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, b.at[i] - '0', &sum))
			return false;
	}
	*value = sum;
	return true;
}

bool sk_parse_i64(sk_bytes b, int64_t *value)
{
	bool negative = b.len > 0 && b.at[0] == '-';
	if (b.len > 0 && (b.at[0] == '-' || b.at[0] == '+'))
		b = sk_bytes_slice(b, 1, b.len);
	uint64_t magnitude;
	if (!sk_parse_u64(b, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}
