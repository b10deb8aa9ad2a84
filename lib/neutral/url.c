/*
 * Which URLs may stand in a clean document: http, https, mailto, and fragments (RFC 3986, RFC 6068).
 *
 * What the attacker controls here: every byte. A URL is refused when a reader could take it for another one: user info
 * before the host, letters of a host that look like its punctuation, controls that change the direction of writing.
 */
#include "neutral/grammar.h"

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t scalar)
{
	for (size_t i = 0; i < count; i++)
		if (scalar >= ranges[i].first && scalar <= ranges[i].last)
			return true;
	return false;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Controls, blanks of all kinds, invisible and direction-changing characters, and what is no character. */
static bool unseen(uint32_t scalar)
{
	static const struct range ranges[] = {
		{0x7F, 0xA0},     {0xAD, 0xAD},     {0x61C, 0x61C},   {0x180E, 0x180E}, {0x2000, 0x200F},     {0x2028, 0x202F},
		{0x205F, 0x206F}, {0x3000, 0x3000}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFF}, {0xE0000, 0xE0FFF},
	};
	return scalar < 0x20 || in_ranges(ranges, SK_COUNT(ranges), scalar);
}

/* No byte that a URL can't hold, and nothing unseen; blank says whether U+0020 may stand in it. */
static bool clean(sk_bytes b, bool blank)
{
	for (size_t i = 0; i < b.len;) {
		uint8_t c = b.at[i];
		if (c >= 0x80) {
			size_t before = i;
			uint32_t scalar = sk_utf8_decode(b, &i);
			if (unseen(scalar) || (scalar == 0xFFFD && i - before == 1))
				return false;
			continue;
		}
		if (c < 0x20 || c == 0x7F || (c == ' ' && !blank) || c == '"' || c == '<' || c == '>' || c == '\\' || c == '`')
			return false;
		i++;
	}
	return true;
}

/* Letters beyond ASCII that a host may have: no punctuation and no compatibility forms, which IDNA would turn into "/" or ".". */
static bool host_letter(uint32_t scalar)
{
	static const struct range ranges[] = {
		{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x24F},    {0x370, 0x373},   {0x376, 0x377},
		{0x37B, 0x37D},   {0x386, 0x386},   {0x388, 0x52F},   {0x3005, 0x3007}, {0x3041, 0x3096},
		{0x309D, 0x309E}, {0x30A1, 0x30FE}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0x20000, 0x323AF},
	};
	return in_ranges(ranges, SK_COUNT(ranges), scalar);
}

/* RFC 3986 section 3.2.2 IP-literal, roughly: digits and colons in brackets. */
static bool address_literal(sk_bytes host)
{
	if (host.len < 4 || host.at[host.len - 1] != ']')
		return false;
	for (size_t i = 1; i < host.len - 1; i++) {
		uint8_t c = host.at[i];
		if (!is_digit(c) && c != ':' && c != '.' && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
			return false;
	}
	return true;
}

static bool host_allowed(sk_bytes host)
{
	if (host.len == 0)
		return false;
	if (host.at[0] == '[')
		return address_literal(host);
	for (size_t i = 0; i < host.len;) {
		uint8_t c = host.at[i];
		if (c >= 0x80) {
			if (!host_letter(sk_utf8_decode(host, &i)))
				return false;
			continue;
		}
		if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_')
			return false;
		i++;
	}
	return true;
}

/* host[:port], nothing else: user info could look like a host ("https://bank.example@evil.example/"). */
static bool authority_allowed(sk_bytes authority)
{
	size_t host_len = authority.len;
	while (host_len > 0 && is_digit(authority.at[host_len - 1]))
		host_len--;
	bool has_port = host_len > 0 && authority.at[host_len - 1] == ':';
	if (has_port && authority.len - host_len > 5)
		return false;
	return host_allowed(sk_bytes_slice(authority, 0, has_port ? host_len - 1 : authority.len));
}

static bool web_allowed(sk_bytes rest)
{
	if (!sk_bytes_starts(rest, SK_BYTES("//")))
		return false;
	size_t end = 2;
	while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?' && rest.at[end] != '#')
		end++;
	return clean(rest, false) && authority_allowed(sk_bytes_slice(rest, 2, end - 2));
}

static int hex_digit(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* True when the text has an encoded control character: in a header field it would begin another one. */
static bool hides_control(sk_bytes b)
{
	for (size_t i = 0; i + 2 < b.len; i++)
		if (b.at[i] == '%' && hex_digit(b.at[i + 1]) >= 0 && hex_digit(b.at[i + 1]) < 2 && hex_digit(b.at[i + 2]) >= 0)
			return true;
	return false;
}

/* One name=value of a mailto URL (RFC 6068 section 2): only fields that the person sees before sending. */
static bool mail_field_allowed(sk_bytes field)
{
	static const char *const names[] = {"subject", "body", "cc", "bcc", "to"};
	size_t equals = sk_bytes_find(field, SK_BYTES("="), 0);
	if (equals == SIZE_MAX)
		return field.len == 0;
	sk_bytes name = sk_bytes_slice(field, 0, equals);
	if (!sk_bytes_equal_nocase(name, SK_BYTES("body")) && hides_control(field))
		return false;
	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (sk_bytes_equal_nocase(name, sk_bytes_str(names[i])))
			return true;
	return false;
}

static bool mail_allowed(sk_bytes rest)
{
	size_t question = sk_bytes_find(rest, SK_BYTES("?"), 0);
	size_t at = question == SIZE_MAX ? rest.len : question + 1;
	sk_bytes to = sk_bytes_slice(rest, 0, question == SIZE_MAX ? rest.len : question);
	if (!clean(rest, false) || hides_control(to))
		return false;
	while (at < rest.len) {
		size_t end = sk_bytes_find(rest, SK_BYTES("&"), at);
		end = end == SIZE_MAX ? rest.len : end;
		sk_bytes field = sk_bytes_slice(rest, at, end - at);
		if (sk_bytes_starts(field, SK_BYTES("amp;")))
			field = sk_bytes_slice(field, 4, field.len);
		if (!mail_field_allowed(field))
			return false;
		at = end + 1;
	}
	return true;
}

/* A place in the same document. "[Book2.xlsx]Sheet1!A1" and "app|topic!item" would be places outside. */
static bool fragment_allowed(sk_bytes fragment)
{
	return clean(fragment, true) && sk_bytes_find(fragment, SK_BYTES("["), 0) == SIZE_MAX &&
	       sk_bytes_find(fragment, SK_BYTES("|"), 0) == SIZE_MAX;
}

bool url_allowed(sk_bytes url)
{
	static const struct {
		sk_bytes scheme;
		bool (*allowed)(sk_bytes);
	} schemes[] = {
		{{(const uint8_t *)"https:", 6}, web_allowed},
		{{(const uint8_t *)"http:", 5}, web_allowed},
		{{(const uint8_t *)"mailto:", 7}, mail_allowed},
	};
	if (url.len > 0 && url.at[0] == '#')
		return fragment_allowed(url);
	for (size_t i = 0; i < SK_COUNT(schemes); i++) {
		sk_bytes scheme = schemes[i].scheme;
		if (sk_bytes_equal_nocase(sk_bytes_slice(url, 0, scheme.len), scheme))
			return schemes[i].allowed(sk_bytes_slice(url, scheme.len, url.len));
	}
	return false;
}
