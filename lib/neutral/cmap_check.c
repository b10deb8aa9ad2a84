/*
 * Accepts a canonical CMap and nothing else: the fixed text, the code space, ranges that rise and could not have been joined.
 *
 * What the attacker controls here: every byte, when the reader was taken over. Total, one pass, no memory.
 */
#include "neutral/cmap.h"

#include "neutral/cmap_parts.h"
#include "neutral/content_parts.h"

struct scan {
	const uint8_t *at, *end;
	enum cmap_kind kind;
	bool bad;
};

static bool scan_text(struct scan *s, const char *text)
{
	sk_bytes left = sk_bytes_of(s->at, (size_t)(s->end - s->at)), want = sk_bytes_str(text);
	if (s->bad || !sk_bytes_starts(left, want))
		return false;
	s->at += want.len;
	return true;
}

static void need(struct scan *s, const char *text)
{
	s->bad |= !scan_text(s, text);
}

/* What stands before the byte stop. */
static sk_bytes need_until(struct scan *s, uint8_t stop)
{
	const uint8_t *start = s->at, *found = s->bad ? NULL : memchr(s->at, stop, (size_t)(s->end - s->at));
	if (found == NULL) {
		s->bad = true;
		return (sk_bytes){0};
	}
	s->at = found;
	return sk_bytes_of(start, (size_t)(found - start));
}

static uint32_t need_number(struct scan *s, uint32_t most)
{
	uint64_t value = 0;
	size_t len = s->bad ? 0 : content_number_len(s->at, s->end);
	if (len == 0 || len > 7 || !sk_parse_u64(sk_bytes_of(s->at, len), &value) || value > most) {
		s->bad = true;
		return 0;
	}
	s->at += len;
	return (uint32_t)value;
}

/* <HEX> in capitals, of least to most bytes. */
static sk_bytes need_hex(struct scan *s, size_t least, size_t most)
{
	size_t digits = 0;
	need(s, "<");
	const uint8_t *start = s->at;
	while (!s->bad && s->at < s->end && content_is(*s->at, CONTENT_HEX) && digits <= 2 * most) {
		s->at++;
		digits++;
	}
	s->bad |= digits % 2 != 0 || digits / 2 < least || digits / 2 > most;
	need(s, ">");
	return sk_bytes_of(start, s->bad ? 0 : digits);
}

static uint32_t value_of(sk_bytes digits)
{
	uint32_t value = 0;
	for (size_t i = 0; i < digits.len; i++)
		value = value << 4 | (uint32_t)content_hex_value(digits.at[i]);
	return value;
}

static struct cmap_code need_code(struct scan *s)
{
	sk_bytes digits = need_hex(s, 1, 4);
	return (struct cmap_code){value_of(digits), (uint8_t)(digits.len / 2)};
}

/* ---- the code space ---- */

static bool code_before(struct cmap_code a, struct cmap_code b)
{
	return a.len != b.len ? a.len < b.len : a.value < b.value;
}

static void need_spaces(struct scan *s)
{
	struct cmap_code last_low = {0}, last_high = {0};
	uint32_t count = need_number(s, CMAP_SECTION);
	need(s, CMAP_SPACES);
	s->bad |= count == 0;
	for (uint32_t i = 0; i < count && !s->bad; i++) {
		struct cmap_code low = need_code(s);
		need(s, " ");
		struct cmap_code high = need_code(s);
		need(s, "\n");
		bool rises = code_before(last_low, low) || (!code_before(low, last_low) && code_before(last_high, high));
		s->bad |= low.len != high.len || !cmap_box(low.value, high.value) || !rises;
		last_low = low;
		last_high = high;
	}
	need(s, CMAP_SPACES_END);
}

/* ---- ranges ---- */

/* A range as it was read: what the next code would have to be, and to mean, to be joined to it. */
struct range {
	struct cmap_code low, high;
	uint32_t target; /* the last unit or the glyph number of low */
	sk_bytes head;   /* digits of the units before the last */
};

static void need_range(struct scan *s, struct range *range)
{
	range->low = need_code(s);
	need(s, " ");
	range->high = need_code(s);
	need(s, " ");
	if (s->kind == CMAP_UNICODE) {
		sk_bytes digits = need_hex(s, 2, (size_t)2 * CMAP_UNITS_MAX);
		s->bad |= digits.len % 4 != 0;
		range->head = sk_bytes_slice(digits, 0, digits.len >= 4 ? digits.len - 4 : 0);
		range->target = value_of(sk_bytes_slice(digits, range->head.len, 4));
	} else {
		range->target = need_number(s, UINT16_MAX);
	}
	need(s, "\n");
	uint32_t more = range->high.value - range->low.value;
	s->bad |= range->low.len != range->high.len || range->high.value < range->low.value || range->low.value >> 8 != range->high.value >> 8 ||
		  range->target + more > UINT16_MAX || (s->kind == CMAP_UNICODE && (range->target & 0xFF) + more > 0xFF);
}

static bool could_join(enum cmap_kind kind, const struct range *a, const struct range *b)
{
	uint32_t next = a->target + (a->high.value - a->low.value) + 1;
	return a->low.len == b->low.len && b->low.value == a->high.value + 1 && (b->low.value & 0xFF) != 0 && b->target == next &&
	       (kind == CMAP_CID || ((next & 0xFF) != 0 && sk_bytes_equal(a->head, b->head)));
}

/* All sections; the last one alone may have fewer than CMAP_SECTION. */
static void need_ranges(struct scan *s)
{
	struct range last = {.low = {0}};
	uint32_t count = CMAP_SECTION, codes = 0;
	while (!s->bad && s->at < s->end && content_is(*s->at, CONTENT_DIGIT)) {
		s->bad |= count != CMAP_SECTION;
		count = need_number(s, CMAP_SECTION);
		need(s, cmap_range_begin(s->kind));
		s->bad |= count == 0;
		for (uint32_t i = 0; i < count && !s->bad; i++) {
			struct range range = {.low = {0}};
			need_range(s, &range);
			s->bad |= !code_before(last.high, range.low) || (last.low.len > 0 && could_join(s->kind, &last, &range));
			codes += range.high.value - range.low.value + 1;
			last = range;
		}
		need(s, cmap_range_end(s->kind));
		s->bad |= codes > limit(LIMIT_cmap_codes);
	}
}

/* ---- all of it ---- */

static bool need_head(struct scan *s)
{
	bool uses = false;
	need(s, CMAP_HEAD);
	if (!scan_text(s, CMAP_INFO)) {
		need(s, "/");
		s->bad |= !cmap_predefined(need_until(s, ' '));
		need(s, " usecmap\n");
		need(s, CMAP_INFO);
		uses = true;
	}
	sk_bytes registry = need_until(s, ')');
	need(s, CMAP_ORDERING);
	sk_bytes ordering = need_until(s, ')');
	need(s, CMAP_SUPPLEMENT);
	uint32_t supplement = need_number(s, CMAP_SUPPLEMENT_MAX);
	need(s, CMAP_NAME);
	s->bad |= !cmap_collection_name(registry) || !cmap_collection_name(ordering);
	if (s->kind == CMAP_CID) {
		need(s, CMAP_TYPE_CID);
		need_number(s, 1);
		need(s, CMAP_MODE_END);
		return uses;
	}
	need(s, CMAP_TYPE_UNICODE);
	s->bad |= !sk_bytes_equal(registry, SK_BYTES("Adobe")) || !sk_bytes_equal(ordering, SK_BYTES("UCS")) || supplement != 0;
	return uses;
}

bool cmap_allowed(sk_bytes text, enum cmap_kind kind)
{
	struct scan s = {.at = text.at, .end = text.at + text.len, .kind = kind};
	if (text.len == 0)
		return false;
	bool uses = need_head(&s);
	const uint8_t *spaces = s.at;
	if (!s.bad && s.at < s.end && content_is(*s.at, CONTENT_DIGIT))
		need_spaces(&s);
	bool spaced = s.at != spaces;
	const uint8_t *ranges = s.at;
	need_ranges(&s);
	bool mapped = s.at != ranges;
	need(&s, CMAP_FOOT);
	return !s.bad && s.at == s.end && (mapped ? spaced : uses);
}
