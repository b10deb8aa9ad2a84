/*
 * Inline images in their canonical line: samples in hexadecimal, exactly as many as the keys make.
 *
 * What the attacker controls here: every byte, on both sides.
 */
#include "neutral/content_parts.h"

static const char *const space_names[] = {[CONTENT_SPACE_GRAY] = "/G", [CONTENT_SPACE_RGB] = "/RGB", [CONTENT_SPACE_CMYK] = "/CMYK"};

static size_t components(enum content_space space)
{
	return space == CONTENT_SPACE_CMYK ? 4 : space == CONTENT_SPACE_RGB ? 3 : 1;
}

bool content_image_sayable(const struct content_image *image)
{
	return image->width > 0 && image->bytes > 0 && image->bytes <= limit(LIMIT_content_image_bytes) &&
	       !(image->space == CONTENT_SPACE_INDEXED && image->base == CONTENT_SPACE_NAMED);
}

/* Hexadecimal digits of rest until the samples are whole, into to unless it is NULL; *got tells how many bytes they make. */
static size_t decode_hex(sk_bytes rest, uint8_t *to, size_t len, size_t *got)
{
	size_t i = 0, digits = 0;
	for (; i < rest.len && digits < 2 * len && rest.at[i] != '>'; i++) {
		int digit = content_hex_value(rest.at[i]);
		if (digit < 0)
			continue;
		if (to != NULL)
			to[digits / 2] = (uint8_t)(to[digits / 2] | digit << (digits % 2 ? 0 : 4));
		digits++;
	}
	while (i < rest.len && content_is(rest.at[i], CONTENT_WHITE))
		i++;
	*got = (digits + 1) / 2;
	return i < rest.len && rest.at[i] == '>' ? i + 1 : i;
}

bool content_image_plain(const struct content_image *image, struct sk_arena *arena, sk_bytes *samples, size_t *used)
{
	size_t got;
	if (image->filter_count == 0) {
		*samples = sk_bytes_slice(image->rest, 0, image->bytes);
		*used = samples->len;
		return true;
	}
	if (image->filter_count != 1 || image->filters[0].filter != CONTENT_FILTER_ASCII_HEX)
		return false;
	*used = decode_hex(image->rest, NULL, image->bytes, &got);
	uint8_t *to = sk_arena_make(arena, got); /* as many as are there: memory has to be paid for in bytes */
	if (to != NULL)
		decode_hex(image->rest, to, image->bytes, &got);
	*samples = sk_bytes_of(to, to != NULL ? got : 0);
	return true;
}

static void put_key(struct sk_buf *out, const char *key, uint64_t value)
{
	sk_buf_str(out, key);
	sk_buf_decimal(out, (int64_t)value);
}

/* Capitals, len bytes; what b does not have is 0. */
static void put_hex(struct sk_buf *out, sk_bytes b, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t *to = sk_buf_room(out, 2 * len);
	if (to == NULL)
		return;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = i < b.len ? b.at[i] : 0;
		*to++ = (uint8_t)digits[c >> 4];
		*to++ = (uint8_t)digits[c & 15];
	}
	sk_buf_added(out, 2 * len);
}

void content_image_put(const struct content_image *image, sk_bytes samples, struct sk_buf *out)
{
	put_key(out, "BI /W ", image->width);
	put_key(out, " /H ", image->height);
	if (image->mask) {
		sk_buf_str(out, " /IM true");
	} else {
		put_key(out, " /BPC ", image->bits);
		sk_buf_str(out, " /CS ");
		if (image->space == CONTENT_SPACE_INDEXED) {
			sk_buf_str(out, "[/I ");
			sk_buf_str(out, space_names[image->base]);
			put_key(out, " ", image->high);
			sk_buf_str(out, " <");
			put_hex(out, image->lookup, image->lookup.len);
			sk_buf_str(out, ">]");
		} else {
			sk_buf_str(out, space_names[image->space]);
		}
	}
	if (image->decode.len > 0) {
		sk_buf_str(out, " /D [");
		sk_buf_put(out, image->decode);
		sk_buf_str(out, "]");
	}
	if (image->interpolate)
		sk_buf_str(out, " /I true");
	put_key(out, " /F /AHx /L ", 2 * image->bytes + 1);
	sk_buf_str(out, " ID ");
	put_hex(out, samples, image->bytes);
	sk_buf_str(out, "> EI\n");
}

/* ---- accepting ---- */

struct scan {
	const uint8_t *at, *end;
	bool bad;
};

static bool scan_word(struct scan *s, const char *word)
{
	sk_bytes left = sk_bytes_of(s->at, (size_t)(s->end - s->at)), want = sk_bytes_str(word);
	if (s->bad || !sk_bytes_starts(left, want))
		return false;
	s->at += want.len;
	return true;
}

static void need_word(struct scan *s, const char *word)
{
	s->bad |= !scan_word(s, word);
}

/* A whole number of at most nine digits behind the key. */
static uint64_t need_number(struct scan *s, const char *key)
{
	uint64_t value = 0;
	need_word(s, key);
	size_t len = s->bad ? 0 : content_number_len(s->at, s->end);
	if (len == 0 || len > 9 || !sk_parse_u64(sk_bytes_of(s->at, len), &value)) {
		s->bad = true;
		return 0;
	}
	s->at += len;
	return value;
}

static void need_hex(struct scan *s, size_t bytes)
{
	size_t i = 0;
	if (s->bad || (size_t)(s->end - s->at) < 2 * bytes) {
		s->bad = true;
		return;
	}
	while (i < 2 * bytes && content_is(s->at[i], CONTENT_HEX))
		i++;
	s->bad = i != 2 * bytes;
	s->at += i;
}

static size_t need_space(struct scan *s)
{
	static const enum content_space device[] = {CONTENT_SPACE_GRAY, CONTENT_SPACE_RGB, CONTENT_SPACE_CMYK};
	bool indexed = scan_word(s, "[/I ");
	enum content_space space = CONTENT_SPACE_NONE;
	for (size_t i = 0; i < SK_COUNT(device) && space == CONTENT_SPACE_NONE; i++)
		if (scan_word(s, space_names[device[i]]))
			space = device[i];
	s->bad |= space == CONTENT_SPACE_NONE;
	if (!indexed)
		return components(space);
	uint64_t high = need_number(s, " ");
	s->bad |= high > 255;
	need_word(s, " <");
	if (!s->bad)
		need_hex(s, (size_t)(high + 1) * components(space));
	need_word(s, ">]");
	return 1;
}

static void need_decode(struct scan *s, size_t numbers)
{
	for (size_t i = 0; i < numbers && !s->bad; i++) {
		if (i > 0)
			need_word(s, " ");
		size_t len = s->bad ? 0 : content_number_len(s->at, s->end);
		s->bad |= len == 0;
		s->at += len;
	}
	need_word(s, "]");
}

size_t content_image_len(const uint8_t *at, const uint8_t *end)
{
	struct scan s = {.at = at, .end = end};
	uint64_t side = limit(LIMIT_picture_side), bits = 1;
	size_t count = 1;
	uint64_t width = need_number(&s, "BI /W ");
	uint64_t height = need_number(&s, " /H ");
	s.bad |= width < 1 || width > side || height < 1 || height > side;
	if (!scan_word(&s, " /IM true")) {
		bits = need_number(&s, " /BPC ");
		s.bad |= bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16;
		need_word(&s, " /CS ");
		count = need_space(&s);
	}
	if (scan_word(&s, " /D ["))
		need_decode(&s, 2 * count);
	scan_word(&s, " /I true");
	if (s.bad)
		return 0;
	uint64_t bytes = (width * count * bits + 7) / 8 * height;
	s.bad |= bytes > limit(LIMIT_content_image_bytes) || need_number(&s, " /F /AHx /L ") != 2 * bytes + 1;
	need_word(&s, " ID ");
	if (!s.bad)
		need_hex(&s, (size_t)bytes);
	need_word(&s, "> EI\n");
	return s.bad ? 0 : (size_t)(s.at - at);
}
