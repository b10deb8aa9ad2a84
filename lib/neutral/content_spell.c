/*
 * Numbers, strings and names of page content in their one spelling, and the tables of bytes and operators.
 *
 * What the attacker controls here: every byte on the reading side; on the accepting side too, when the reader was taken over.
 */
#include "neutral/content_parts.h"

#define KEY(c1, c2, c3) ((uint32_t)(c1) | (uint32_t)(c2) << 8 | (uint32_t)(c3) << 16)
#define DIGITS(x) (((x) > 0) + ((x) > 0xF) + ((x) > 0xFF) + ((x) > 0xFFF) + ((x) > 0xFFFF) + ((x) > 0xFFFFF))

const struct content_operator content_operator_table[256] = {
#define OPERATOR(name, c1, c2, c3, kinds, its_form)                                                                    \
	[CONTENT_SLOT(KEY(c1, c2, c3))] = {.key = KEY(c1, c2, c3), .operands = (kinds), .id = CONTENT_OP_##name,       \
					   .form = CONTENT_FORM_##its_form, .count = DIGITS(kinds),                    \
					   .len = 1 + ((c2) != 0) + ((c3) != 0)},
#include "neutral/content_operators.def"
#undef OPERATOR
};

#define W CONTENT_WHITE
#define D CONTENT_DELIMITER
#define N (CONTENT_DIGIT | CONTENT_NUMERIC | CONTENT_NAME | CONTENT_LITERAL | CONTENT_HEX)
#define S (CONTENT_NUMERIC | CONTENT_NAME | CONTENT_LITERAL) /* signs and the point */
#define X (CONTENT_NAME | CONTENT_LITERAL | CONTENT_HEX)
#define P (CONTENT_NAME | CONTENT_LITERAL)
#define L CONTENT_LITERAL
#define DL (CONTENT_DELIMITER | CONTENT_LITERAL)
const uint8_t content_classes[256] = {
	W, 0, 0, 0, 0, 0, 0, 0, 0, W, W, 0, W, W, 0, 0, /* NUL, TAB, LF, FF, CR */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	W | L, P, P, L, P, DL, P, P, D, D, P, S, P, S, S, DL, /*   ! " # $ % & ' ( ) * + , - . / */
	N, N, N, N, N, N, N, N, N, N, P, P, DL, P, DL, P,     /* 0-9 : ; < = > ? */
	P, X, X, X, X, X, X, P, P, P, P, P, P, P, P, P,       /* @ A-O */
	P, P, P, P, P, P, P, P, P, P, P, DL, CONTENT_NAME, DL, P, P, /* P-Z [ \ ] ^ _ */
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,       /* ` a-o */
	P, P, P, P, P, P, P, P, P, P, P, DL, P, DL, P, 0,     /* p-z { | } ~ */
};
#undef W
#undef D
#undef N
#undef S
#undef X
#undef P
#undef L
#undef DL

int content_hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---- numbers ---- */

#define GATHER_MAX 32 /* digits that are looked at before and behind the point; more are below or beyond all measure */
#define SHIFT_MAX 40
#define COPY_BYTES 32 /* at least CONTENT_WHOLE_MAX + 1 + CONTENT_FRACTION_MAX; with the sign at most CONTENT_NUMBER_BYTES */

/* A number in parts: digits before the point without leading zeros, and behind it. */
struct parts {
	const uint8_t *whole, *fraction;
	size_t whole_len, fraction_len;
	bool negative;
};

/* Digits from *i on, at most GATHER_MAX of them into to; returns how many there were. A minus in the fraction is overlooked, as Adobe
 * and poppler do. */
static size_t gather(sk_bytes source, size_t *i, bool fraction, uint8_t *to)
{
	size_t count = 0;
	for (; *i < source.len; (*i)++) {
		uint8_t c = source.at[*i];
		if (fraction && c == '-')
			continue;
		if (!content_is(c, CONTENT_DIGIT))
			break;
		if (!fraction && count == 0 && c == '0')
			continue;
		if (count < GATHER_MAX)
			to[count] = c;
		count++;
	}
	return count;
}

/* The exponent at *i, e or E and all; 0 and *i unmoved when what follows is none. Cut to what matters. */
static long exponent(sk_bytes source, size_t *i)
{
	size_t at = *i + 1;
	long value = 0;
	bool negative = false;
	if (*i >= source.len || (source.at[*i] | 0x20) != 'e')
		return 0;
	if (at < source.len && (source.at[at] == '-' || source.at[at] == '+'))
		negative = source.at[at++] == '-';
	if (at >= source.len || !content_is(source.at[at], CONTENT_DIGIT))
		return 0;
	for (; at < source.len && content_is(source.at[at], CONTENT_DIGIT); at++)
		value = value > 99 ? 99 : value * 10 + (source.at[at] - '0');
	if (at < source.len && content_regular(source.at[at]))
		return 0; /* a word that only begins like one */
	*i = at;
	return negative ? -value : value;
}

/* The slow way, for numbers with an exponent or a minus inside: digits with the point where it belongs, into clean. */
static void read_odd(sk_bytes source, size_t *i, uint8_t clean[2 * GATHER_MAX + 2 * SHIFT_MAX], struct parts *parts)
{
	uint8_t digits[2 * GATHER_MAX];
	size_t whole = gather(source, i, false, digits), fraction = 0;
	size_t kept = sk_min(whole, GATHER_MAX);
	if (*i < source.len && source.at[*i] == '.') {
		(*i)++;
		fraction = sk_min(gather(source, i, true, digits + kept), GATHER_MAX);
	}
	long point = (long)sk_min(whole, (size_t)10 * SHIFT_MAX) + exponent(source, i);
	long first = point < 0 ? point : 0, last = (long)(kept + fraction);
	size_t len = 0;
	if (last < point)
		last = point;
	if (point < -SHIFT_MAX)
		first = last = point = 0; /* nothing that could be seen */
	if (point > SHIFT_MAX)
		first = 0, last = point = SHIFT_MAX;
	for (long k = first; k < last; k++)
		clean[len++] = k >= 0 && (size_t)k < kept + fraction ? digits[k] : '0';
	parts->whole = clean;
	parts->whole_len = (size_t)(point - first > 0 && point > 0 ? point : 0);
	parts->fraction = clean + parts->whole_len;
	parts->fraction_len = len - parts->whole_len;
	for (; parts->whole_len > 0 && *parts->whole == '0'; parts->whole_len--)
		parts->whole++;
}

/* How many digits of a fraction count. */
static size_t fraction_max(const struct parts *parts)
{
	size_t zeros = 0;
	if (parts->whole_len > 0)
		return CONTENT_FRACTION_MAX;
	while (zeros < CONTENT_FRACTION_SMALL - CONTENT_FRACTION_MAX && zeros < parts->fraction_len && parts->fraction[zeros] == '0')
		zeros++;
	return zeros + CONTENT_FRACTION_MAX;
}

/* Adds one in the last of len digits; true when it carries out of the first. */
static bool carry(uint8_t *digits, size_t len)
{
	while (len > 0) {
		if (digits[--len] != '9') {
			digits[len]++;
			return false;
		}
		digits[len] = '0';
	}
	return true;
}

static size_t put_parts(const struct parts *parts, uint8_t *to)
{
	uint8_t *at = to;
	size_t whole = parts->whole_len, fraction = sk_min(parts->fraction_len, fraction_max(parts));
	if (parts->negative)
		*at++ = '-';
	if (whole > CONTENT_WHOLE_MAX) {
		memset(at, '9', CONTENT_WHOLE_MAX);
		return (size_t)(at - to) + CONTENT_WHOLE_MAX;
	}
	uint8_t *digits = at;
	*digits = '0'; /* where a carry goes */
	sk_copy_short(digits + 1, parts->whole, whole);
	sk_copy_short(digits + 1 + whole, parts->fraction, fraction);
	if (fraction < parts->fraction_len && parts->fraction[fraction] >= '5')
		carry(digits, 1 + whole + fraction);
	bool carried = *digits != '0';
	if (carried && whole == CONTENT_WHOLE_MAX) {
		memset(digits, '9', CONTENT_WHOLE_MAX);
		return (size_t)(digits - to) + CONTENT_WHOLE_MAX;
	}
	while (fraction > 0 && digits[whole + fraction] == '0')
		fraction--;
	size_t len = whole + carried;
	if (!carried)
		memmove(digits, digits + 1, whole + fraction);
	if (fraction > 0) {
		memmove(digits + len + 1, digits + len, fraction);
		digits[len] = '.';
		len += 1 + fraction;
	}
	if (len > 0)
		return (size_t)(digits - to) + len;
	*to = '0'; /* and no minus */
	return 1;
}

/* The same for parts that stand in the source as they are to be written, but for zeros at both ends: one copy. */
static inline size_t copy_parts(const struct parts *parts, const uint8_t *end, uint8_t *to)
{
	size_t fraction = parts->fraction_len;
	while (fraction > 0 && parts->fraction[fraction - 1] == '0')
		fraction--;
	size_t len = parts->whole_len + (fraction > 0) + fraction;
	if (SK_UNLIKELY(len == 0)) {
		*to = '0';
		return 1;
	}
	*to = '-';
	to += parts->negative;
	if (SK_LIKELY((size_t)(end - parts->whole) >= COPY_BYTES))
		memcpy(to, parts->whole, COPY_BYTES); /* more than the number, as fast vectors do it */
	else
		memcpy(to, parts->whole, len);
	return len + parts->negative;
}

size_t content_number_put(sk_bytes source, size_t *i, uint8_t *to)
{
	const uint8_t *at = source.at + *i, *end = source.at + source.len;
	struct parts parts = {.negative = false};
	for (; at < end && (*at == '-' || *at == '+'); at++)
		parts.negative |= *at == '-';
	const uint8_t *unsigned_at = at;
	while (at < end && *at == '0')
		at++;
	parts.whole = at;
	while (at < end && content_is(*at, CONTENT_DIGIT))
		at++;
	parts.whole_len = (size_t)(at - parts.whole);
	if (at < end && *at == '.') {
		parts.fraction = ++at;
		while (at < end && content_is(*at, CONTENT_DIGIT))
			at++;
		parts.fraction_len = (size_t)(at - parts.fraction);
	}
	*i = (size_t)(at - source.at);
	if (at < end && ((*at | 0x20) == 'e' || (*at == '-' && parts.fraction != NULL))) {
		uint8_t clean[2 * GATHER_MAX + 2 * SHIFT_MAX];
		*i = (size_t)(unsigned_at - source.at);
		read_odd(source, i, clean, &parts);
		return put_parts(&parts, to);
	}
	if (SK_LIKELY(parts.whole_len <= CONTENT_WHOLE_MAX && parts.fraction_len <= CONTENT_FRACTION_MAX))
		return copy_parts(&parts, end, to);
	return put_parts(&parts, to);
}

size_t content_number_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	if (at < end && *at == '-')
		at++;
	const uint8_t *whole = at;
	while (at < end && content_is(*at, CONTENT_DIGIT))
		at++;
	size_t whole_len = (size_t)(at - whole);
	if (whole_len > CONTENT_WHOLE_MAX)
		return 0;
	if (whole_len > 0 && *whole == '0') /* zero is "0", and nothing else begins with it */
		return whole_len == 1 && whole == start && (at == end || *at != '.') ? 1 : 0;
	if (at == end || *at != '.')
		return whole_len > 0 ? (size_t)(at - start) : 0;
	struct parts parts = {.whole_len = whole_len, .fraction = ++at};
	while (at < end && content_is(*at, CONTENT_DIGIT))
		at++;
	parts.fraction_len = (size_t)(at - parts.fraction);
	if (parts.fraction_len == 0 || at[-1] == '0' || parts.fraction_len > fraction_max(&parts))
		return 0;
	return at < end && *at == '.' ? 0 : (size_t)(at - start);
}

/* ---- strings ---- */

static size_t literal_size(sk_bytes value)
{
	size_t size = 2;
	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.at[i];
		size += content_is(c, CONTENT_LITERAL) ? 1 : c == '(' || c == ')' || c == '\\' ? 2 : 4;
	}
	return size;
}

size_t content_string_size(sk_bytes value)
{
	return sk_min(literal_size(value), 2 + 2 * value.len);
}

static void put_literal(sk_bytes value, uint8_t *to)
{
	*to++ = '(';
	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.at[i];
		if (!content_is(c, CONTENT_LITERAL))
			*to++ = '\\';
		if (content_is(c, CONTENT_LITERAL) || c == '(' || c == ')' || c == '\\') {
			*to++ = c;
			continue;
		}
		*to++ = (uint8_t)('0' + (c >> 6));
		*to++ = (uint8_t)('0' + (c >> 3 & 7));
		*to++ = (uint8_t)('0' + (c & 7));
	}
	*to = ')';
}

void content_string_put(sk_bytes value, uint8_t *to)
{
	static const char digits[] = "0123456789ABCDEF";
	if (literal_size(value) <= 2 + 2 * value.len) {
		put_literal(value, to);
		return;
	}
	*to++ = '<';
	for (size_t i = 0; i < value.len; i++) {
		*to++ = (uint8_t)digits[value.at[i] >> 4];
		*to++ = (uint8_t)digits[value.at[i] & 15];
	}
	*to = '>';
}

/* After "(": each byte as it has to be, and not longer than hexadecimal would be. */
static size_t literal_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	size_t bytes = 0;
	for (at++; at < end; bytes++) {
		if (SK_LIKELY(content_is(*at, CONTENT_LITERAL))) {
			at++;
			continue;
		}
		if (*at != '\\')
			break;
		if (end - at < 2)
			return 0;
		if (at[1] == '(' || at[1] == ')' || at[1] == '\\') {
			at += 2;
			continue;
		}
		if (end - at < 4 || at[1] < '0' || at[1] > '3' || at[2] < '0' || at[2] > '7' || at[3] < '0' || at[3] > '7')
			return 0;
		uint8_t c = (uint8_t)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
		if (content_is(c, CONTENT_LITERAL) || c == '(' || c == ')' || c == '\\')
			return 0;
		at += 4;
	}
	if (at == end || *at != ')' || bytes > CONTENT_STRING_MAX)
		return 0;
	size_t len = (size_t)(at + 1 - start);
	return len <= 2 + 2 * bytes ? len : 0;
}

/* After "<": pairs of digits, and shorter than the literal would be. */
static size_t hex_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	size_t literal = 2, bytes = 0;
	for (at++; end - at >= 2 && content_is(at[0], CONTENT_HEX) && content_is(at[1], CONTENT_HEX); at += 2, bytes++) {
		uint8_t c = (uint8_t)((unsigned)content_hex_value(at[0]) << 4 | (unsigned)content_hex_value(at[1]));
		literal += content_is(c, CONTENT_LITERAL) ? 1 : c == '(' || c == ')' || c == '\\' ? 2 : 4;
	}
	if (at == end || *at != '>' || bytes > CONTENT_STRING_MAX)
		return 0;
	size_t len = (size_t)(at + 1 - start);
	return len < literal ? len : 0;
}

size_t content_string_len(const uint8_t *at, const uint8_t *end)
{
	if (at == end)
		return 0;
	return *at == '(' ? literal_len(at, end) : *at == '<' ? hex_len(at, end) : 0;
}

/* ---- names ---- */

size_t content_name_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	if (at == end || *at != '/')
		return 0;
	for (at++; at < end;) {
		if (SK_LIKELY(content_is(*at, CONTENT_NAME))) {
			at++;
			continue;
		}
		if (*at != '#')
			break;
		if (end - at < 3 || !content_is(at[1], CONTENT_HEX) || !content_is(at[2], CONTENT_HEX))
			return 0;
		uint8_t c = (uint8_t)((unsigned)content_hex_value(at[1]) << 4 | (unsigned)content_hex_value(at[2]));
		if (c == 0 || content_is(c, CONTENT_NAME))
			return 0;
		at += 3;
	}
	size_t len = (size_t)(at - start);
	return len > 1 && len <= 1 + CONTENT_NAME_MAX ? len : 0;
}

bool content_name_allowed(sk_bytes name)
{
	uint8_t with_slash[1 + CONTENT_NAME_MAX];
	if (name.len == 0 || name.len > CONTENT_NAME_MAX)
		return false;
	with_slash[0] = '/';
	memcpy(with_slash + 1, name.at, name.len);
	return content_name_len(with_slash, with_slash + 1 + name.len) == 1 + name.len;
}

bool content_space_builtin(sk_bytes name)
{
	return sk_bytes_equal(name, SK_BYTES("DeviceGray")) || sk_bytes_equal(name, SK_BYTES("DeviceRGB")) ||
	       sk_bytes_equal(name, SK_BYTES("DeviceCMYK")) || sk_bytes_equal(name, SK_BYTES("Pattern"));
}

bool content_intent(sk_bytes name)
{
	return sk_bytes_equal(name, SK_BYTES("RelativeColorimetric")) || sk_bytes_equal(name, SK_BYTES("AbsoluteColorimetric")) ||
	       sk_bytes_equal(name, SK_BYTES("Perceptual")) || sk_bytes_equal(name, SK_BYTES("Saturation"));
}

sk_bytes content_category_key(enum content_category category)
{
	static const char *const keys[CONTENT_CATEGORIES] = {
		[CONTENT_COLOR_SPACE] = "ColorSpace", [CONTENT_EXT_GSTATE] = "ExtGState",   [CONTENT_FONT] = "Font",
		[CONTENT_PATTERN] = "Pattern",        [CONTENT_PROPERTIES] = "Properties", [CONTENT_SHADING] = "Shading",
		[CONTENT_XOBJECT] = "XObject",
	};
	return sk_bytes_str(keys[category]);
}
