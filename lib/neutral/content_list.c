/*
 * Property lists of marked content (ISO 32000-2, 14.6.2, 14.7.5, 14.8.2.2, 14.9): which keys, each with a typed value, in one order.
 *
 * What the attacker controls here: every byte, on both sides.
 */
#include "neutral/content_parts.h"

enum form { TEXT, NUMBER, NAME, SIDES, BOX };

/* In rising order of the keys. Lists with anything else belong into the resources, where they are typed objects. */
static const struct {
	const char *key;
	enum form form;
} properties[] = {
	{"/ActualText", TEXT}, {"/Alt", TEXT},  {"/Attached", SIDES}, {"/BBox", BOX},  {"/E", TEXT},
	{"/Lang", TEXT},       {"/MCID", NUMBER}, {"/Subtype", NAME},   {"/Type", NAME},
};

static const char *const sides[] = {"/Bottom", "/Left", "/Right", "/Top"};

#define MCID_DIGITS 9

static size_t side_len(const uint8_t *at, const uint8_t *end)
{
	size_t len = content_name_len(at, end);
	for (size_t i = 0; i < SK_COUNT(sides); i++)
		if (sk_bytes_equal(sk_bytes_of(at, len), sk_bytes_str(sides[i])))
			return len;
	return 0;
}

/* ---- reading ---- */

static bool put_text(struct content_reader *r, struct sk_buf *out)
{
	sk_bytes value;
	if (!content_read_string(r, &value))
		return false;
	size_t size = content_string_size(value);
	uint8_t *to = sk_buf_room(out, size);
	if (to == NULL)
		return false;
	content_string_put(value, to);
	sk_buf_added(out, size);
	return true;
}

static bool put_mcid(struct content_reader *r, struct sk_buf *out)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	size_t len = content_number_put(r->source, &r->i, number);
	if (len > MCID_DIGITS || number[0] == '-' || memchr(number, '.', len) != NULL)
		return false;
	sk_buf_u8(out, ' ');
	sk_buf_put(out, sk_bytes_of(number, len));
	return true;
}

static bool put_name(struct content_reader *r, struct sk_buf *out, bool side)
{
	uint8_t name[1 + CONTENT_NAME_MAX];
	size_t len = content_read_name(r, name);
	if (len == 0 || (side && side_len(name, name + len) != len))
		return false;
	sk_buf_put(out, sk_bytes_of(name, len));
	return true;
}

/* [x y x y], or up to four sides. */
static bool put_array(struct content_reader *r, struct sk_buf *out, enum form form)
{
	enum content_token want = form == BOX ? CONTENT_TOKEN_NUMBER : CONTENT_TOKEN_NAME;
	size_t count = 0;
	r->i++;
	sk_buf_u8(out, '[');
	for (enum content_token token; (token = content_token(r)) != CONTENT_TOKEN_ARRAY_END; count++) {
		if (token != want || count == 4)
			return false;
		if (form == SIDES) {
			if (!put_name(r, out, true))
				return false;
			continue;
		}
		uint8_t number[CONTENT_NUMBER_BYTES];
		size_t len = content_number_put(r->source, &r->i, number);
		if (count > 0)
			sk_buf_u8(out, ' ');
		sk_buf_put(out, sk_bytes_of(number, len));
	}
	sk_buf_u8(out, ']');
	return form == BOX ? count == 4 : count > 0;
}

static bool put_value(struct content_reader *r, struct sk_buf *out, enum form form)
{
	enum content_token token = content_token(r);
	switch (form) {
	case TEXT:
		return token == CONTENT_TOKEN_STRING && put_text(r, out);
	case NUMBER:
		return token == CONTENT_TOKEN_NUMBER && put_mcid(r, out);
	case NAME:
		return token == CONTENT_TOKEN_NAME && put_name(r, out, false);
	case SIDES:
	case BOX:
		return token == CONTENT_TOKEN_ARRAY && put_array(r, out, form);
	}
	return false;
}

/* Where the value of each key begins; SIZE_MAX when it is not there. The first of two counts. */
static void find_values(struct content_reader *r, size_t values[SK_COUNT(properties)])
{
	uint8_t name[1 + CONTENT_NAME_MAX];
	for (size_t i = 0; i < SK_COUNT(properties); i++)
		values[i] = SIZE_MAX;
	for (;;) {
		enum content_token token = content_token(r);
		if (token == CONTENT_TOKEN_END || token == CONTENT_TOKEN_LIST_END)
			break;
		if (token != CONTENT_TOKEN_NAME) {
			r->repaired++;
			content_skip_value(r, token);
			continue;
		}
		sk_bytes key = sk_bytes_of(name, content_read_name(r, name));
		token = content_token(r);
		size_t at = 0;
		while (at < SK_COUNT(properties) && !sk_bytes_equal(key, sk_bytes_str(properties[at].key)))
			at++;
		if (at < SK_COUNT(properties) && values[at] == SIZE_MAX)
			values[at] = r->i;
		else
			r->repaired++;
		if (token != CONTENT_TOKEN_LIST_END)
			content_skip_value(r, token);
	}
	if (r->i < r->source.len)
		r->i += 2;
}

bool content_list_put(struct content_reader *r, struct sk_buf *out)
{
	size_t values[SK_COUNT(properties)], start = out->len;
	find_values(r, values);
	size_t end = r->i;
	sk_buf_put(out, SK_BYTES("<<"));
	for (size_t i = 0; i < SK_COUNT(properties); i++) {
		size_t before = out->len;
		if (values[i] == SIZE_MAX)
			continue;
		r->i = values[i];
		sk_buf_str(out, properties[i].key);
		if (!put_value(r, out, properties[i].form)) {
			r->repaired++;
			out->len = before;
		}
	}
	sk_buf_put(out, SK_BYTES(">>"));
	r->i = end;
	return out->len - start <= CONTENT_LINE_MAX - CONTENT_NAME_MAX - 16;
}

/* ---- accepting ---- */

static size_t array_len(const uint8_t *at, const uint8_t *end, enum form form)
{
	const uint8_t *start = at;
	size_t count = 0;
	for (at++; at < end && *at != ']'; count++) {
		if (form == BOX && count > 0 && *at++ != ' ')
			return 0;
		size_t len = form == BOX ? content_number_len(at, end) : side_len(at, end);
		if (len == 0 || count == 4)
			return 0;
		at += len;
	}
	if (at == end || (form == BOX ? count != 4 : count == 0))
		return 0;
	return (size_t)(at + 1 - start);
}

static size_t mcid_len(const uint8_t *at, const uint8_t *end)
{
	if (*at != ' ')
		return 0;
	size_t len = content_number_len(at + 1, end);
	return len > 0 && len <= MCID_DIGITS && at[1] != '-' && memchr(at + 1, '.', len) == NULL ? 1 + len : 0;
}

static size_t value_len(const uint8_t *at, const uint8_t *end, enum form form)
{
	if (at == end)
		return 0;
	switch (form) {
	case TEXT:
		return content_string_len(at, end);
	case NUMBER:
		return mcid_len(at, end);
	case NAME:
		return content_name_len(at, end);
	case SIDES:
	case BOX:
		return *at == '[' ? array_len(at, end, form) : 0;
	}
	return 0;
}

size_t content_list_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	size_t next = 0; /* the first key that may still come */
	if (end - at < 4 || at[0] != '<' || at[1] != '<')
		return 0;
	at += 2;
	while (at < end && *at == '/') {
		size_t key = content_name_len(at, end);
		while (next < SK_COUNT(properties) && !sk_bytes_equal(sk_bytes_of(at, key), sk_bytes_str(properties[next].key)))
			next++;
		if (next == SK_COUNT(properties))
			return 0;
		at += key;
		size_t value = value_len(at, end, properties[next++].form);
		if (value == 0)
			return 0;
		at += value;
	}
	if (end - at < 2 || at[0] != '>' || at[1] != '>')
		return 0;
	size_t len = (size_t)(at + 2 - start);
	return len <= CONTENT_LINE_MAX - CONTENT_NAME_MAX - 16 ? len : 0;
}
