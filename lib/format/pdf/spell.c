/*
 * How names and numbers are spelled in the neutral form and in the file: one way each.
 *
 * What the attacker controls here: every byte, on both sides.
 */
#include "format/pdf/pdf.h"

#define DIGITS_MAX 15   /* before the point; more are no measure of a page */
#define FRACTION_MAX 8

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool pdf_number_ok(sk_bytes b)
{
	size_t i = 0, whole, fraction = 0;

	if (b.len > 0 && b.at[0] == '-')
		i = 1;
	for (whole = 0; i + whole < b.len && is_digit(b.at[i + whole]); whole++)
		continue;
	if (whole > DIGITS_MAX || (whole > 1 && b.at[i] == '0'))
		return false;
	bool zero = whole == 0 || b.at[i] == '0';
	i += whole;
	if (i < b.len) {
		if (b.at[i] != '.' || (whole == 1 && zero))
			return false;
		for (i++; i + fraction < b.len && is_digit(b.at[i + fraction]); fraction++)
			continue;
		if (fraction == 0 || fraction > FRACTION_MAX || b.at[i + fraction - 1] == '0')
			return false;
	}
	if (fraction == 0 && (whole == 0 || (zero && b.at[0] == '-')))
		return false;
	return i + fraction == b.len;
}

bool pdf_numbers_ok(sk_bytes b)
{
	enum { BRACKET, BLANK, NUMBER } before = BRACKET;
	size_t depth = 0, i = 0;

	while (i < b.len) {
		uint8_t c = b.at[i];
		size_t len = 1;
		if (c == '[' || c == ']') {
			if (before == BLANK || (c == ']' && depth == 0))
				return false;
			depth = c == '[' ? depth + 1 : depth - 1;
			before = BRACKET;
		} else if (c == ' ') {
			if (before != NUMBER)
				return false;
			before = BLANK;
		} else {
			for (len = 0; i + len < b.len && b.at[i + len] != ' ' && b.at[i + len] != '[' && b.at[i + len] != ']'; len++)
				continue;
			if (before == NUMBER || !pdf_number_ok(sk_bytes_slice(b, i, len)))
				return false;
			before = NUMBER;
		}
		i += len;
	}
	return depth == 0 && before != BLANK;
}

/* ISO 32000-2, 7.3.5: regular characters stand for themselves. */
static bool is_plain(uint8_t c)
{
	return c > ' ' && c < 0x7F && memchr("()<>[]{}/%#", c, 11) == NULL;
}

static int hex_value(uint8_t c)
{
	return is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool pdf_name_ok(sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		if (b.at[i] != '#') {
			if (!is_plain(b.at[i]))
				return false;
			continue;
		}
		if (b.len - i < 3)
			return false;
		int high = hex_value(b.at[i + 1]), low = hex_value(b.at[i + 2]);
		if (high < 0 || low < 0 || high + low == 0 || is_plain((uint8_t)(high << 4 | low)))
			return false;
		i += 2;
	}
	return true;
}

void pdf_name_put(struct sk_buf *out, sk_bytes name)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (is_plain(c)) {
			sk_buf_u8(out, c);
		} else if (c != 0) {
			uint8_t escaped[3] = {'#', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};
			sk_buf_put(out, sk_bytes_of(escaped, sizeof escaped));
		}
	}
}

void pdf_number_put(struct sk_buf *out, sk_bytes number)
{
	size_t i = 0, start, whole, fraction = 0;
	bool minus = false;

	for (; i < number.len && (number.at[i] == '+' || number.at[i] == '-'); i++)
		minus |= number.at[i] == '-';
	while (i < number.len && number.at[i] == '0')
		i++;
	start = i;
	while (i < number.len && is_digit(number.at[i]))
		i++;
	whole = i - start;
	if (i < number.len && number.at[i] == '.')
		for (i++; i + fraction < number.len && fraction < FRACTION_MAX && is_digit(number.at[i + fraction]); fraction++)
			continue;
	while (fraction > 0 && number.at[i + fraction - 1] == '0')
		fraction--;
	if (minus && whole + fraction > 0)
		sk_buf_u8(out, '-');
	if (whole > DIGITS_MAX)
		sk_buf_put(out, SK_BYTES("999999999999999"));
	else
		sk_buf_put(out, sk_bytes_slice(number, start, whole));
	if (fraction > 0) {
		sk_buf_u8(out, '.');
		sk_buf_put(out, sk_bytes_slice(number, i, fraction));
	} else if (whole == 0) {
		sk_buf_u8(out, '0');
	}
}
