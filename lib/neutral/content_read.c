/*
 * Tokens of page content (ISO 32000-2, 7.2 and 7.3), as viewers read damaged ones.
 *
 * What the attacker controls here: every byte. Nothing nests but by a counter, and each call moves the reader on.
 */
#include "neutral/content_parts.h"

enum content_token content_token(struct content_reader *r)
{
	const uint8_t *at = r->source.at;
	size_t i = r->i, len = r->source.len;
	while (i < len) {
		uint8_t c = at[i];
		if (content_is(c, CONTENT_WHITE)) {
			i++;
			continue;
		}
		if (c != '%')
			break;
		while (i < len && at[i] != '\n' && at[i] != '\r')
			i++;
	}
	r->i = i;
	if (i == len)
		return CONTENT_TOKEN_END;
	if (content_is(at[i], CONTENT_NUMERIC))
		return CONTENT_TOKEN_NUMBER;
	bool twice = i + 1 < len && at[i + 1] == at[i];
	switch (at[i]) {
	case '/':
		return CONTENT_TOKEN_NAME;
	case '(':
		return CONTENT_TOKEN_STRING;
	case '<':
		return twice ? CONTENT_TOKEN_LIST : CONTENT_TOKEN_STRING;
	case '>':
		return twice ? CONTENT_TOKEN_LIST_END : CONTENT_TOKEN_STRAY;
	case '[':
		return CONTENT_TOKEN_ARRAY;
	case ']':
		return CONTENT_TOKEN_ARRAY_END;
	case ')':
	case '{':
	case '}':
		return CONTENT_TOKEN_STRAY;
	default:
		return CONTENT_TOKEN_WORD;
	}
}

sk_bytes content_read_word(struct content_reader *r)
{
	size_t start = r->i;
	while (r->i < r->source.len && content_regular(r->source.at[r->i]))
		r->i++;
	return sk_bytes_slice(r->source, start, r->i - start);
}

/* ---- strings (7.3.4) ---- */

/* The byte that an escape means, at *i behind the backslash; -1 for a line's continuation. */
static int escape(sk_bytes source, size_t *i)
{
	static const char letters[] = "nrtbf", meanings[] = "\n\r\t\b\f";
	if (*i >= source.len)
		return -1;
	uint8_t c = source.at[(*i)++];
	if (c >= '0' && c <= '7') {
		int value = c - '0';
		for (int k = 0; k < 2 && *i < source.len && source.at[*i] >= '0' && source.at[*i] <= '7'; k++)
			value = value * 8 + (source.at[(*i)++] - '0');
		return value & 0xFF; /* high-order overflow is ignored */
	}
	if (c == '\r' && *i < source.len && source.at[*i] == '\n')
		(*i)++;
	if (c == '\r' || c == '\n')
		return -1;
	for (size_t k = 0; k < 5; k++)
		if (c == (uint8_t)letters[k])
			return meanings[k];
	return c;
}

/* Behind the parenthesis: the value with escapes, nested parentheses and line ends as they are meant. */
static bool read_literal(struct content_reader *r, sk_bytes *value)
{
	sk_bytes source = r->source;
	size_t i = r->i, depth = 1, len = 0;
	while (i < source.len) {
		int c = source.at[i++];
		if (c == ')' && --depth == 0)
			break;
		depth += c == '(';
		if (c == '\\') {
			c = escape(source, &i);
		} else if (c == '\r') {
			i += i < source.len && source.at[i] == '\n';
			c = '\n';
		}
		if (c >= 0 && len < CONTENT_STRING_MAX)
			r->scratch[len] = (uint8_t)c;
		len += c >= 0;
	}
	r->i = i;
	r->repaired += depth > 0;
	*value = sk_bytes_of(r->scratch, sk_min(len, CONTENT_STRING_MAX));
	return len <= CONTENT_STRING_MAX;
}

static bool read_hex(struct content_reader *r, sk_bytes *value)
{
	size_t digits = 0;
	int high = 0;
	bool closed = false;
	for (; r->i < r->source.len && !closed; r->i++) {
		uint8_t c = r->source.at[r->i];
		int digit = content_hex_value(c);
		closed = c == '>';
		if (digit < 0) {
			r->repaired += !closed && !content_is(c, CONTENT_WHITE);
			continue;
		}
		if (digits / 2 < CONTENT_STRING_MAX) {
			high = digits % 2 ? high << 4 | digit : digit;
			r->scratch[digits / 2] = (uint8_t)(digits % 2 ? high : digit << 4); /* a missing last digit is 0 */
		}
		digits++;
	}
	size_t len = (digits + 1) / 2;
	r->repaired += !closed;
	*value = sk_bytes_of(r->scratch, sk_min(len, CONTENT_STRING_MAX));
	return len <= CONTENT_STRING_MAX;
}

bool content_read_string(struct content_reader *r, sk_bytes *value)
{
	bool hex = r->source.at[r->i++] == '<';
	if (hex)
		return read_hex(r, value);
	size_t start = r->i, i = start; /* most strings are their own value */
	while (i < r->source.len && content_is(r->source.at[i], CONTENT_LITERAL))
		i++;
	if (i == r->source.len || r->source.at[i] != ')')
		return read_literal(r, value);
	r->i = i + 1;
	*value = sk_bytes_slice(r->source, start, i - start);
	return value->len <= CONTENT_STRING_MAX;
}

/* ---- names (7.3.5) ---- */

static size_t put_name_byte(uint8_t c, uint8_t *to)
{
	static const char digits[] = "0123456789ABCDEF";
	if (content_is(c, CONTENT_NAME)) {
		*to = c;
		return 1;
	}
	if (c == 0)
		return 0;
	to[0] = '#';
	to[1] = (uint8_t)digits[c >> 4];
	to[2] = (uint8_t)digits[c & 15];
	return 3;
}

size_t content_read_name(struct content_reader *r, uint8_t *to)
{
	sk_bytes source = r->source;
	size_t i = r->i + 1, len = 1;
	*to = '/';
	while (i < source.len && content_regular(source.at[i])) {
		uint8_t c = source.at[i++];
		if (c == '#' && source.len - i >= 2) {
			int high = content_hex_value(source.at[i]), low = content_hex_value(source.at[i + 1]);
			if (high >= 0 && low >= 0) {
				c = (uint8_t)(high << 4 | low);
				i += 2;
			}
		}
		if (len + (content_is(c, CONTENT_NAME) ? 1 : 3) <= 1 + CONTENT_NAME_MAX)
			len += put_name_byte(c, to + len);
		else
			len = SIZE_MAX / 2; /* too long, whatever comes */
	}
	r->i = i;
	return len > 1 && len <= 1 + CONTENT_NAME_MAX ? len : 0;
}

/* ---- what is not wanted ---- */

void content_skip_value(struct content_reader *r, enum content_token token)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	size_t depth = 0;
	sk_bytes ignored;
	for (;; token = content_token(r)) {
		switch (token) {
		case CONTENT_TOKEN_END:
			return;
		case CONTENT_TOKEN_NUMBER:
			content_number_put(r->source, &r->i, number);
			break;
		case CONTENT_TOKEN_NAME:
			r->i++;
			content_read_word(r);
			break;
		case CONTENT_TOKEN_STRING:
			if (!content_read_string(r, &ignored))
				r->repaired++;
			break;
		case CONTENT_TOKEN_LIST:
		case CONTENT_TOKEN_ARRAY:
			r->i += token == CONTENT_TOKEN_LIST ? 2 : 1;
			depth++;
			break;
		case CONTENT_TOKEN_LIST_END:
		case CONTENT_TOKEN_ARRAY_END:
			r->i += token == CONTENT_TOKEN_LIST_END ? 2 : 1;
			depth -= depth > 0;
			break;
		case CONTENT_TOKEN_WORD:
			content_read_word(r);
			break;
		case CONTENT_TOKEN_STRAY:
			r->i++;
			break;
		}
		if (depth == 0)
			return;
	}
}
