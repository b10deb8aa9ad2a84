/* Characters of a document, before anything is read from it: encoding, Char, Name, the XML declaration.
 *
 * The attacker controls every byte. What passes here is UTF-8 of allowed characters, so the scanner looks at markup alone. */
#include "format/xml/scan.h"

/* ---- Char (XML 1.0 2.2) ---- */

/* The length of the character at b, of which left bytes are there; 0 when it is not allowed. */
static size_t character(const uint8_t *b, size_t left)
{
	uint8_t c = b[0];

	if (c < 0x80)
		return c >= 0x20 || xml_is_white(c) ? 1 : 0;
	if (c < 0xC2 || left < 2 || (b[1] & 0xC0) != 0x80)
		return 0;
	if (c < 0xE0)
		return 2;
	if (left < 3 || (b[2] & 0xC0) != 0x80)
		return 0;
	if (c < 0xF0) {
		unsigned scalar = (unsigned)(c & 0x0F) << 12 | (unsigned)(b[1] & 0x3F) << 6 | (b[2] & 0x3F);
		return scalar >= 0x800 && (scalar < 0xD800 || scalar > 0xDFFF) && scalar < 0xFFFE ? 3 : 0;
	}
	if (c > 0xF4 || left < 4 || (b[3] & 0xC0) != 0x80)
		return 0;
	return (c > 0xF0 || b[1] >= 0x90) && (c < 0xF4 || b[1] < 0x90) ? 4 : 0;
}

/* How many bytes from the start of b are printable ASCII or white space, in steps of a vector. */
static size_t plain_run(const uint8_t *b, size_t len)
{
	size_t i = 0;
#ifdef XML_VECTOR
	const __m128i space = _mm_set1_epi8(0x20), tab = _mm_set1_epi8('\t'), lf = _mm_set1_epi8('\n'),
		      cr = _mm_set1_epi8('\r');
	for (; len - i >= XML_VECTOR; i += XML_VECTOR) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(b + i));
		/* signed comparison: bytes from 0x80 are below the space too */
		__m128i below = _mm_cmplt_epi8(v, space);
		if (_mm_movemask_epi8(below) == 0)
			continue;
		__m128i white = _mm_or_si128(_mm_cmpeq_epi8(v, tab), _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
		if (_mm_movemask_epi8(_mm_andnot_si128(white, below)) != 0)
			break;
	}
#endif
	return i;
}

enum sk_status xml_characters(sk_bytes b)
{
	size_t i = 0;

	while (i < b.len) {
		i += plain_run(b.at + i, b.len - i);
		/* at least a vector's width character by character, then try vectors again at ASCII */
		size_t stop = sk_min(b.len, i + 16);
		while (i < b.len && (i < stop || b.at[i] >= 0x80)) {
			while (b.len - i >= 3 && b.at[i] >= 0xE3 && b.at[i] <= 0xEC && (b.at[i + 1] & 0xC0) == 0x80 &&
			       (b.at[i + 2] & 0xC0) == 0x80)
				i += 3; /* U+3000 to U+CFFF: kana and kanji */
			if (i == b.len)
				break;
			size_t step = character(b.at + i, b.len - i);
			if (step == 0)
				return SK_MALFORMED;
			i += step;
		}
	}
	return SK_OK;
}

/* ---- Name (XML 1.0 2.3) ---- */

static bool name_start(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == ':';
	return (c >= 0xC0 && c != 0xD7 && c != 0xF7 && c <= 0x2FF) || (c >= 0x370 && c <= 0x1FFF && c != 0x37E) ||
	       c == 0x200C || c == 0x200D || (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
	       (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFD) ||
	       (c >= 0x10000 && c <= 0xEFFFF);
}

static bool name_character(uint32_t c)
{
	return name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
	       c == 0x203F || c == 0x2040;
}

bool xml_name_valid(sk_bytes name)
{
	for (size_t i = 0; i < name.len;) {
		bool first = i == 0;
		uint32_t c = sk_utf8_decode(name, &i);
		if (first ? !name_start(c) : !name_character(c))
			return false;
	}
	return name.len > 0;
}

/* ---- encoding (XML 1.0 4.3.3 and appendix F) ---- */

static uint32_t unit_at(sk_bytes input, size_t i, bool big)
{
	return big ? (uint32_t)input.at[i] << 8 | input.at[i + 1] : (uint32_t)input.at[i + 1] << 8 | input.at[i];
}

static enum sk_status from_utf16(sk_bytes input, bool big, struct sk_arena *arena, sk_bytes *out)
{
	size_t room;

	if (input.len % 2 != 0)
		return SK_MALFORMED;
	if (!sk_mul(input.len / 2, 3, &room))
		return SK_LIMIT;
	uint8_t *to = sk_arena_raw(arena, room + 4);
	if (to == NULL)
		return SK_LIMIT;
	size_t len = 0;
	for (size_t i = 0; i < input.len; i += 2) {
		uint32_t c = unit_at(input, i, big);
		if (c >= 0xD800 && c <= 0xDBFF && input.len - i >= 4) {
			uint32_t low = unit_at(input, i + 2, big);
			if (low < 0xDC00 || low > 0xDFFF)
				return SK_MALFORMED;
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			i += 2;
		}
		size_t step = sk_utf8_encode(c, to + len);
		if (step == 0)
			return SK_MALFORMED;
		len += step;
	}
	*out = sk_bytes_of(to, len);
	return SK_OK;
}

enum sk_status xml_to_utf8(sk_bytes input, struct sk_arena *arena, sk_bytes *out, bool *was_utf16)
{
	*was_utf16 = true;
	if (sk_bytes_starts(input, SK_BYTES("\xFF\xFE")) || sk_bytes_starts(input, SK_BYTES("\xFE\xFF")))
		return from_utf16(sk_bytes_slice(input, 2, input.len), input.at[0] == 0xFE, arena, out);
	if (sk_bytes_starts(input, SK_BYTES("<\0?\0")) || sk_bytes_starts(input, SK_BYTES("\0<\0?")))
		return from_utf16(input, input.at[0] == 0, arena, out);
	*was_utf16 = false;
	*out = sk_bytes_starts(input, SK_BYTES("\xEF\xBB\xBF")) ? sk_bytes_slice(input, 3, input.len) : input;
	return SK_OK;
}

/* ---- XMLDecl (XML 1.0 2.8) ---- */

static bool skip_white(struct xml_reader *r)
{
	const uint8_t *before = r->at;

	while (r->at < r->end && xml_is_white(*r->at))
		r->at++;
	return r->at > before;
}

/* white space, name, Eq, quoted value; false (and nothing consumed) when another name stands there */
static bool pseudo_attribute(struct xml_reader *r, sk_bytes name, sk_bytes *value)
{
	const uint8_t *before = r->at;

	if (skip_white(r) && sk_bytes_starts(sk_bytes_of(r->at, (size_t)(r->end - r->at)), name)) {
		r->at += name.len;
		skip_white(r);
		if (r->at < r->end && *r->at == '=') {
			r->at++;
			skip_white(r);
			if (r->at < r->end && (*r->at == '"' || *r->at == '\'')) {
				uint8_t quote = *r->at++;
				const uint8_t *from = r->at;
				while (r->at < r->end && *r->at != quote && *r->at != '<')
					r->at++;
				if (r->at < r->end && *r->at == quote) {
					*value = sk_bytes_of(from, (size_t)(r->at - from));
					r->at++;
					return true;
				}
			}
		}
	}
	r->at = before;
	return false;
}

static enum sk_status check_encoding(sk_bytes name, bool was_utf16)
{
	if (sk_bytes_equal_nocase(name, SK_BYTES("utf-16")) || sk_bytes_equal_nocase(name, SK_BYTES("utf-16le")) ||
	    sk_bytes_equal_nocase(name, SK_BYTES("utf-16be")))
		return was_utf16 ? SK_OK : SK_MALFORMED;
	if (sk_bytes_equal_nocase(name, SK_BYTES("utf-8")) || sk_bytes_equal_nocase(name, SK_BYTES("us-ascii")))
		return was_utf16 ? SK_MALFORMED : SK_OK;
	return SK_UNSUPPORTED;
}

static bool version_valid(sk_bytes value)
{
	if (!sk_bytes_starts(value, SK_BYTES("1.")) || value.len < 3)
		return false;
	for (size_t i = 2; i < value.len; i++)
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
	return true;
}

enum sk_status xml_declaration(struct xml_reader *r, bool was_utf16)
{
	sk_bytes value;
	sk_bytes all = sk_bytes_of(r->at, (size_t)(r->end - r->at));

	if (!sk_bytes_starts(all, SK_BYTES("<?xml")) || all.len < 6 || !xml_is_white(all.at[5]))
		return SK_OK;
	r->at += 5;
	if (!pseudo_attribute(r, SK_BYTES("version"), &value) || !version_valid(value))
		return SK_MALFORMED;
	if (pseudo_attribute(r, SK_BYTES("encoding"), &value))
		SK_TRY(check_encoding(value, was_utf16));
	if (pseudo_attribute(r, SK_BYTES("standalone"), &value) && !sk_bytes_equal(value, SK_BYTES("yes")) &&
	    !sk_bytes_equal(value, SK_BYTES("no")))
		return SK_MALFORMED;
	skip_white(r);
	if (!sk_bytes_starts(sk_bytes_of(r->at, (size_t)(r->end - r->at)), SK_BYTES("?>")))
		return SK_MALFORMED;
	r->at += 2;
	return SK_OK;
}
