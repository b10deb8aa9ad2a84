/* Text strings (ISO 32000-2, 7.9.2.2): UTF-16BE, UTF-8 or PDFDocEncoding (annex D.3) as UTF-8 of XML's characters. */
#include "format/pdf/reader.h"

/* PDFDocEncoding where it is not Latin-1; 0 is nothing. */
static const uint16_t low[8] = {0x02D8, 0x02C7, 0x02C6, 0x02D9, 0x02DD, 0x02DB, 0x02DA, 0x02DC}; /* from 0x18 */
static const uint16_t high[33] = {
	0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203A, 0x2212, 0x2030, 0x201E, 0x201C, 0x201D, 0x2018, 0x2019,
	0x201A, 0x2122, 0xFB01, 0xFB02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017D, 0x0131, 0x0142, 0x0153, 0x0161, 0x017E, 0,      0x20AC,
}; /* from 0x80 */

static void put(struct sk_buf *out, uint32_t scalar)
{
	uint8_t bytes[8]; /* sk_buf_put copies short pieces by words */
	if ((scalar < ' ' && scalar != '\t' && scalar != '\n' && scalar != '\r') || scalar == 0xFFFE || scalar == 0xFFFF)
		return;
	sk_buf_put(out, sk_bytes_of(bytes, sk_utf8_encode(scalar, bytes)));
}

static void put_utf16(struct sk_buf *out, sk_bytes b, bool little)
{
	bool language = false; /* between escapes stands a language code (7.9.2.2) */
	for (size_t i = 0; i + 1 < b.len; i += 2) {
		uint32_t unit = little ? (uint32_t)(b.at[i] | b.at[i + 1] << 8) : (uint32_t)(b.at[i] << 8 | b.at[i + 1]);
		if (unit == 0x1B)
			language = !language;
		if (unit >= 0xD800 && unit <= 0xDBFF && i + 3 < b.len) {
			uint32_t next = little ? (uint32_t)(b.at[i + 2] | b.at[i + 3] << 8) : (uint32_t)(b.at[i + 2] << 8 | b.at[i + 3]);
			if (next >= 0xDC00 && next <= 0xDFFF) {
				unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
				i += 2;
			}
		}
		if (!language)
			put(out, unit >= 0xD800 && unit <= 0xDFFF ? 0xFFFD : unit);
	}
}

static void put_doc(struct sk_buf *out, sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		uint32_t c = b.at[i];
		if (c >= 0x18 && c < 0x20)
			c = low[c - 0x18];
		else if (c >= 0x80 && c <= 0xA0)
			c = high[c - 0x80];
		put(out, c);
	}
}

sk_bytes text_of(struct sk_arena *arena, sk_bytes string)
{
	struct sk_buf out;

	sk_buf_init(&out, arena, 3 * string.len + 4);
	if (sk_bytes_starts(string, SK_BYTES("\xFE\xFF")))
		put_utf16(&out, sk_bytes_slice(string, 2, string.len), false);
	else if (sk_bytes_starts(string, SK_BYTES("\xFF\xFE")))
		put_utf16(&out, sk_bytes_slice(string, 2, string.len), true);
	else if (sk_bytes_starts(string, SK_BYTES("\xEF\xBB\xBF")))
		for (size_t i = 3; i < string.len;)
			put(&out, sk_utf8_decode(string, &i));
	else
		put_doc(&out, string);
	return sk_buf_bytes(&out);
}
