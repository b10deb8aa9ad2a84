/* Sizes, numbers of days and people, dates, networks. The attacker controls the text; what is not exactly a value is none. */
#include "policy/tree.h"

#include "conf/conf.h"

/* Leading digits of text, and what follows them. */
static bool take_number(sk_text *text, uint64_t *number)
{
	size_t digits = 0;

	while (digits < text->len && text->at[digits] >= '0' && text->at[digits] <= '9')
		digits++;
	if (digits == 0 || digits > 12 || !sk_parse_u64(sk_bytes_of(text->at, digits), number))
		return false;
	*text = (sk_text){text->at + digits, text->len - digits};
	return true;
}

static bool is_text(sk_text text, const char *string)
{
	return sk_bytes_equal(sk_text_bytes(text), sk_bytes_str(string));
}

bool value_count(sk_text text, const char *unit, const char *unit_english, uint64_t *count)
{
	return take_number(&text, count) && (is_text(text, unit) || is_text(text, unit_english));
}

static const struct {
	const char *name;
	uint64_t bytes;
} units[] = {{"GB", (uint64_t)1 << 30}, {"MB", (uint64_t)1 << 20}, {"KB", (uint64_t)1 << 10}, {"B", 1}};

bool value_size(sk_text text, uint64_t *bytes)
{
	uint64_t number;

	if (!take_number(&text, &number))
		return false;
	for (size_t i = 0; i < SK_COUNT(units); i++)
		if (is_text(text, units[i].name))
			return !__builtin_mul_overflow(number, units[i].bytes, bytes) && *bytes <= (uint64_t)1 << 50;
	return false;
}

void policy_size_print(uint64_t bytes, struct sk_buf *out)
{
	size_t unit = 0;

	while (units[unit].bytes > 1 && (bytes < units[unit].bytes || bytes % units[unit].bytes != 0))
		unit++;
	sk_buf_decimal(out, (int64_t)(bytes / units[unit].bytes));
	sk_buf_str(out, units[unit].name);
}

/* ---- dates: the proleptic Gregorian calendar, days since 1970-01-01 ---- */

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
	int32_t y = year - (month <= 2), era = y / 400, in_era = y - era * 400;
	int32_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void civil_of(int32_t days, int32_t *year, int32_t *month, int32_t *day)
{
	int32_t z = days + 719468, era = z / 146097, in_era = z - era * 146097;
	int32_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int32_t in_year = in_era - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;

	*day = in_year - (153 * m + 2) / 5 + 1;
	*month = m + (m < 10 ? 3 : -9);
	*year = y + era * 400 + (*month <= 2);
}

/* A number and what must follow it. */
static bool take_part(sk_text *text, const char *behind, uint64_t max, uint64_t *number)
{
	sk_bytes end = sk_bytes_str(behind);

	if (!take_number(text, number) || *number < 1 || *number > max || !sk_bytes_starts(sk_text_bytes(*text), end))
		return false;
	*text = (sk_text){text->at + end.len, text->len - end.len};
	return true;
}

/* 令和 and its first year, 元年. */
static bool take_year(sk_text *text, uint64_t *year, bool *era)
{
	sk_bytes reiwa = SK_BYTES("令和"), first = SK_BYTES("元年");

	*era = sk_bytes_starts(sk_text_bytes(*text), reiwa);
	if (!*era)
		return text->len == 10 && take_part(text, "-", 9999, year);
	*text = (sk_text){text->at + reiwa.len, text->len - reiwa.len};
	if (sk_bytes_starts(sk_text_bytes(*text), first)) {
		*text = (sk_text){text->at + first.len, text->len - first.len};
		*year = 1;
	} else if (!take_part(text, "年", 99, year)) {
		return false;
	}
	*year += 2018;
	return true;
}

bool value_date(sk_text text, int32_t *day)
{
	uint64_t y, m, d;
	int32_t year, month, of_month;
	bool era;

	if (!take_year(&text, &y, &era) || !take_part(&text, era ? "月" : "-", 12, &m) || !take_part(&text, era ? "日" : "", 31, &d) || text.len != 0 || y < 1970)
		return false;
	*day = day_of((int32_t)y, (int32_t)m, (int32_t)d);
	civil_of(*day, &year, &month, &of_month);
	return year == (int32_t)y && month == (int32_t)m && of_month == (int32_t)d; /* no 31st of a shorter month */
}

static void put_padded(struct sk_buf *out, int32_t number, int32_t digits)
{
	for (int32_t power = digits == 4 ? 1000 : 10; power > 0; power /= 10)
		sk_buf_u8(out, (uint8_t)('0' + number / power % 10));
}

void policy_date_print(int32_t day, struct sk_buf *out)
{
	int32_t year, month, of_month;

	civil_of(day < 0 ? 0 : day > 2932896 ? 2932896 : day, &year, &month, &of_month); /* 9999-12-31 */
	put_padded(out, year, 4);
	sk_buf_u8(out, '-');
	put_padded(out, month, 2);
	sk_buf_u8(out, '-');
	put_padded(out, of_month, 2);
}

bool policy_date_read(sk_text text, int32_t *day)
{
	return value_date(text, day);
}

bool policy_size_read(sk_text text, uint64_t *bytes)
{
	return value_size(text, bytes);
}

/* ---- networks: RFC 4632, RFC 5952 ---- */

static bool take_four(sk_text *text, struct policy_network *n)
{
	uint64_t part;

	for (unsigned i = 0; i < 4; i++) {
		const char *from = text->at;
		if (!take_number(text, &part) || part > 255 || (from[0] == '0' && text->at - from > 1))
			return false;
		n->address[i] = (uint8_t)part;
		if (i == 3)
			return true;
		if (text->len == 0 || text->at[0] != '.')
			return false;
		*text = (sk_text){text->at + 1, text->len - 1};
	}
	return false;
}

static int hexadecimal(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool take_group(sk_text *text, uint16_t *group)
{
	unsigned digits = 0, value = 0;

	while (digits < 4 && digits < text->len && hexadecimal(text->at[digits]) >= 0)
		value = value << 4 | (unsigned)hexadecimal(text->at[digits++]);
	*group = (uint16_t)value;
	*text = (sk_text){text->at + digits, text->len - digits};
	return digits > 0;
}

static bool take_sign(sk_text *text, const char *sign)
{
	size_t len = strlen(sign);

	if (!sk_bytes_starts(sk_text_bytes(*text), sk_bytes_str(sign)))
		return false;
	*text = (sk_text){text->at + len, text->len - len};
	return true;
}

/* Groups, with :: once for as many zeros as are missing. */
static bool take_six(sk_text *text, struct policy_network *n)
{
	uint16_t groups[8] = {0}, group;
	unsigned count = 0, gap = 9;

	if (take_sign(text, "::"))
		gap = 0;
	while (count < 8 && text->len > 0 && text->at[0] != '/') {
		if (!take_group(text, &group))
			return false;
		groups[count++] = group;
		if (gap == 9 && take_sign(text, "::"))
			gap = count;
		else if (text->len > 0 && text->at[0] != '/' && (!take_sign(text, ":") || text->len == 0 || text->at[0] == '/'))
			return false;
	}
	if (gap == 9 ? count != 8 : count > 7)
		return false;
	for (unsigned i = 0; i < count; i++) {
		size_t to = i < gap ? i : i + 8 - count;
		n->address[2 * to] = (uint8_t)(groups[i] >> 8);
		n->address[2 * to + 1] = (uint8_t)groups[i];
	}
	return true;
}

static bool bits_behind(const struct policy_network *n)
{
	for (unsigned bit = n->bits; bit < (n->six ? 128u : 32u); bit++)
		if (n->address[bit / 8] >> (7 - bit % 8) & 1)
			return true;
	return false;
}

bool value_network(sk_text text, struct policy_network *n)
{
	uint64_t bits;

	memset(n, 0, sizeof *n);
	n->six = sk_bytes_find(sk_text_bytes(text), SK_BYTES(":"), 0) != SIZE_MAX;
	if (!(n->six ? take_six(&text, n) : take_four(&text, n)))
		return false;
	bits = n->six ? 128 : 32;
	if (text.len > 0 && (!take_sign(&text, "/") || !take_number(&text, &bits)))
		return false;
	if (text.len != 0 || bits > (n->six ? 128 : 32))
		return false;
	n->bits = (uint8_t)bits;
	return !bits_behind(n);
}
