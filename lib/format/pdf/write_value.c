/* Strings, names and gaps as they stand in a file (ISO 32000-2, 7.3). */
#include "format/pdf/writer.h"

void value_put_string(struct sk_buf *out, sk_bytes bytes)
{
	sk_buf_u8(out, '(');
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.at[i];
		if (c == '(' || c == ')' || c == '\\')
			sk_buf_u8(out, '\\');
		if (c == '\r')
			sk_buf_put(out, SK_BYTES("\\r"));
		else
			sk_buf_u8(out, c);
	}
	sk_buf_u8(out, ')');
}

static bool is_ascii(sk_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= 0x80)
			return false;
	return true;
}

void value_put_text(struct sk_buf *out, sk_bytes text)
{
	uint8_t unit[2];

	if (is_ascii(text)) { /* the same in PDFDocEncoding */
		value_put_string(out, text);
		return;
	}
	sk_buf_put(out, SK_BYTES("(\xFE\xFF"));
	for (size_t i = 0; i < text.len;) {
		uint32_t scalar = sk_utf8_decode(text, &i), units[2] = {scalar, 0};
		size_t count = 1;
		if (scalar >= 0x10000) {
			units[0] = 0xD800 + ((scalar - 0x10000) >> 10);
			units[1] = 0xDC00 + ((scalar - 0x10000) & 0x3FF);
			count = 2;
		}
		for (size_t u = 0; u < count; u++) {
			unit[0] = (uint8_t)(units[u] >> 8);
			unit[1] = (uint8_t)units[u];
			for (size_t b = 0; b < 2; b++) {
				if (unit[b] == '(' || unit[b] == ')' || unit[b] == '\\')
					sk_buf_u8(out, '\\');
				if (unit[b] == '\r')
					sk_buf_put(out, SK_BYTES("\\r"));
				else
					sk_buf_u8(out, unit[b]);
			}
		}
	}
	sk_buf_u8(out, ')');
}

void value_put_gap(struct sk_buf *out)
{
	if (out->len > 0 && memchr("()<>[]{} \n", out->at[out->len - 1], 10) == NULL)
		sk_buf_u8(out, ' ');
}

static int name_byte(sk_bytes name, size_t *at)
{
	if (*at >= name.len)
		return -1;
	int c = name.at[(*at)++];
	if (c != '#' || name.len - *at < 2)
		return c;
	int high = name.at[(*at)++], low = name.at[(*at)++];
	high = high <= '9' ? high - '0' : high - 'A' + 10;
	low = low <= '9' ? low - '0' : low - 'A' + 10;
	return high << 4 | low;
}

int value_compare_names(sk_bytes a, sk_bytes b)
{
	for (size_t i = 0, k = 0;;) {
		int left = name_byte(a, &i), right = name_byte(b, &k);
		if (left != right)
			return left - right;
		if (left < 0)
			return 0;
	}
}
