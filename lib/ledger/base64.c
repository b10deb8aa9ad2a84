/* Base64. The attacker controls the text that is read. */
#include "ledger/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(sk_bytes bytes, struct sk_buf *out)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t count = sk_min(bytes.len - i, 3);
		uint32_t group = (uint32_t)bytes.at[i] << 16;

		if (count > 1)
			group |= (uint32_t)bytes.at[i + 1] << 8;
		if (count > 2)
			group |= bytes.at[i + 2];
		for (unsigned digit = 0; digit < 4; digit++)
			sk_buf_u8(out, digit <= count ? (uint8_t)digits[group >> (18 - 6 * digit) & 63] : '=');
	}
}

/* 64 for what is no digit. */
static uint32_t value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

enum sk_status base64_read(sk_bytes text, uint8_t *room, size_t room_len, size_t *len)
{
	size_t padding = 0;

	*len = 0;
	if (text.len % 4 != 0)
		return SK_MALFORMED;
	while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=')
		padding++;
	if (text.len / 4 * 3 - padding > room_len)
		return SK_MALFORMED;
	for (size_t i = 0; i < text.len; i += 4) {
		size_t count = i + 4 == text.len ? 3 - padding : 3;
		uint32_t group = 0;

		for (size_t digit = 0; digit < 4; digit++) {
			uint32_t value = digit <= count ? value_of(text.at[i + digit]) : 0;

			if (value > 63)
				return SK_MALFORMED;
			group = group << 6 | value;
		}
		if ((group & ((UINT32_C(1) << (8 * (3 - count))) - 1)) != 0) /* bits that no byte holds */
			return SK_MALFORMED;
		for (size_t byte = 0; byte < count; byte++)
			if (room != NULL)
				room[*len + byte] = (uint8_t)(group >> (16 - 8 * byte));
		*len += count;
	}
	return SK_OK;
}
