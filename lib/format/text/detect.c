/*
 * Is this text, and in which character set? By byte order marks, validity, and how Japanese it reads.
 *
 * What the attacker controls here: every byte. A wrong guess makes wrong words, never a wrong kind of thing: what is
 * written is characters that were cleaned, in the same character set.
 */
#include "format/text/text.h"

#define SAMPLE ((size_t)64 * 1024)      /* bytes that are looked at closely */
#define FEW 2                           /* so many broken bytes or controls are damage in any text, */
#define SHARE 32                        /* beyond that one in so many characters at most */

static bool tolerable(size_t bad, size_t of)
{
	return bad <= sk_min(FEW, of / 2) || bad <= of / SHARE;
}

static size_t find_high(sk_bytes b)
{
	size_t i = 0;
	for (uint64_t eight; b.len - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, b.at + i, sizeof eight);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (i < b.len && b.at[i] < 0x80)
		i++;
	return i;
}

/* At most SAMPLE bytes from at on, which end with a line when there is more: no character is cut. */
static sk_bytes sample_from(sk_bytes b, size_t at, enum charset charset)
{
	sk_bytes sample = sk_bytes_slice(b, at, SAMPLE);
	if (sample.len == b.len - at)
		return sample;
	if (charset == CHARSET_UTF_16LE || charset == CHARSET_UTF_16BE)
		return sample;
	for (size_t len = sample.len; len > 0; len--)
		if (sample.at[len - 1] == '\n' || sample.at[len - 1] == '\r')
			return sk_bytes_slice(sample, 0, len);
	return sample;
}

static bool is_letter(uint32_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80;
}

static bool is_japanese(uint32_t c)
{
	return (c >= 0x3000 && c <= 0x30FF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xFF01 && c <= 0xFF9F);
}

/* How well a character fits between its neighbours. */
static int points_of(uint32_t before, uint32_t c, enum charset charset)
{
	if (c < 0x80)
		return 0;
	if (charset == CHARSET_UTF_8)
		return 4; /* nothing else is well-formed UTF-8 by chance */
	if (charset == CHARSET_CP1252)
		return c >= 0xC0 && c <= 0xFF && is_letter(before) ? 2 : c < 0xC0 ? 0 : -1;
	if (c >= 0x3041 && c <= 0x30FE)
		return 3;
	if ((c >= 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF5E))
		return 2;
	if (c >= 0x4E00 && c <= 0x9FFF)
		return is_letter(before) ? -2 : is_japanese(before) ? 2 : 1;
	if (c >= 0xFF66 && c <= 0xFF9F)
		return is_japanese(before) ? 1 : 0;
	return c >= 0xE000 && c <= 0xF8FF ? -3 : 0;
}

/* Points for reading the sample in the character set. */
static int64_t score(sk_bytes sample, enum charset charset, struct sk_arena *arena)
{
	struct sk_buf utf8;
	size_t mark = sk_arena_mark(arena), replaced = 0, at = 0;
	int64_t points = 0;
	sk_buf_init(&utf8, arena, SAMPLE * 4);
	if (charset_to_utf8(charset, sample, &utf8, &replaced) == SK_OK) {
		uint32_t before = 0;
		for (sk_bytes b = sk_buf_bytes(&utf8); at < b.len;) {
			uint32_t c = sk_utf8_decode(b, &at);
			points += points_of(before, c, charset);
			if (charset == CHARSET_CP1252 && is_letter(c) && before >= 0xC0 && before <= 0xFF)
				points++;
			before = c;
		}
	}
	sk_arena_release(arena, mark);
	points -= (int64_t)replaced * 10;
	return charset == CHARSET_CP1252 && points <= 0 ? INT64_MIN : points; /* nearly every byte is valid: letters must fit */
}

static enum charset best_of_eight_bits(sk_bytes input, size_t high, struct sk_arena *arena)
{
	static const enum charset sets[] = {CHARSET_UTF_8, CHARSET_CP932, CHARSET_EUC_JP, CHARSET_CP1252};
	sk_bytes sample = sample_from(input, high > 0 ? high - 1 : 0, CHARSET_CP932);
	enum charset best = CHARSET_UTF_8;
	int64_t most = INT64_MIN;
	for (size_t i = 0; i < SK_COUNT(sets); i++) {
		int64_t points = score(sample, sets[i], arena);
		if (points > most) { /* INT64_MIN never is */
			most = points;
			best = sets[i];
		}
	}
	return best;
}

/* An escape that designates a Japanese set (RFC 1468), or ASCII after one. */
static bool has_designation(sk_bytes input)
{
	for (size_t at = sk_bytes_find(input, SK_BYTES("\x1B"), 0); at != SIZE_MAX; at = sk_bytes_find(input, SK_BYTES("\x1B"), at + 1)) {
		sk_bytes two = sk_bytes_slice(input, at + 1, 2);
		if (sk_bytes_equal(two, SK_BYTES("$B")) || sk_bytes_equal(two, SK_BYTES("$@")) || sk_bytes_equal(two, SK_BYTES("$(")) ||
		    sk_bytes_equal(two, SK_BYTES("(I")) || sk_bytes_equal(two, SK_BYTES("(J")))
			return true;
	}
	return false;
}

/* UTF-16 without a mark: zeros on one side only, and characters that texts have. */
static bool looks_like_utf_16(sk_bytes input, bool big)
{
	sk_bytes head = sk_bytes_slice(input, 0, 4096);
	size_t units = head.len / 2, zeros = 0, wrong = 0, fitting = 0;
	for (size_t i = 0; i < units; i++) {
		uint8_t high = head.at[2 * i + (big ? 0 : 1)], low = head.at[2 * i + (big ? 1 : 0)];
		zeros += high == 0;
		wrong += low == 0 && high != 0x30 && high != 0x4E && high != 0xFF;
		fitting += (high == 0 && (low >= 0x20 || low == '\n' || low == '\r' || low == '\t')) || high == 0x30 ||
			   (high >= 0x4E && high <= 0x9F) || high == 0xFF;
	}
	return units >= 2 && zeros > 0 && wrong * SHARE <= units && fitting * 10 >= units * 9;
}

static void find_charset(sk_bytes input, struct sk_arena *arena, struct text_form *form)
{
	*form = (struct text_form){.charset = CHARSET_UTF_8};
	if (sk_bytes_starts(input, SK_BYTES("\xEF\xBB\xBF"))) {
		form->bom = 3;
		return;
	}
	bool little = sk_bytes_starts(input, SK_BYTES("\xFF\xFE")), big = sk_bytes_starts(input, SK_BYTES("\xFE\xFF"));
	form->bom = little || big ? 2 : 0;
	if (form->bom == 0 && memchr(input.at, 0, sk_min(input.len, 4096)) != NULL) {
		little = looks_like_utf_16(input, false);
		big = !little && looks_like_utf_16(input, true);
	}
	if (little || big) {
		form->charset = little ? CHARSET_UTF_16LE : CHARSET_UTF_16BE;
		return;
	}
	size_t high = find_high(input);
	if (high == input.len)
		form->charset = has_designation(input) ? CHARSET_ISO_2022_JP : CHARSET_UTF_8;
	else if (!sk_utf8_valid(input))
		form->charset = best_of_eight_bits(input, high, arena);
}

/* The sample's characters, cleaned; false when too much of it is none. */
static bool read_sample(sk_bytes sample, enum charset charset, struct sk_arena *arena, sk_bytes *clean)
{
	struct sk_buf utf8, out;
	struct text_dirt dirt = {0};
	size_t replaced = 0, characters = 0;
	sk_buf_init(&utf8, arena, SAMPLE * 4);
	sk_buf_init(&out, arena, SAMPLE * 4);
	if (charset_to_utf8(charset, sample, &utf8, &replaced) != SK_OK)
		return false;
	text_clean(sk_buf_bytes(&utf8), &out, &dirt);
	*clean = sk_buf_bytes(&out);
	for (size_t i = 0; i < utf8.len; i++)
		characters += (utf8.at[i] & 0xC0) != 0x80;
	return out.status == SK_OK && tolerable(replaced + dirt.controls, characters);
}

static bool has_mark(sk_bytes input)
{
	return sk_bytes_starts(input, SK_BYTES("\xEF\xBB\xBF")) || sk_bytes_starts(input, SK_BYTES("\xFF\xFE")) ||
	       sk_bytes_starts(input, SK_BYTES("\xFE\xFF"));
}

/* More than UTF-16 would have: spares a walk over large binary files. */
static bool is_mostly_controls(sk_bytes head)
{
	size_t controls = 0;
	for (size_t i = 0; i < head.len; i++)
		controls += head.at[i] < 0x20 && head.at[i] != '\t' && head.at[i] != '\n' && head.at[i] != '\r';
	return controls * 10 > head.len * 6 + 20;
}

bool text_detect(sk_bytes input, struct sk_arena *arena, struct text_form *form)
{
	sk_bytes clean;
	size_t mark = sk_arena_mark(arena);
	*form = (struct text_form){.charset = CHARSET_UTF_8, .kind = KIND_text};
	if (input.len == 0)
		return true;
	if (!has_mark(input) && is_mostly_controls(sk_bytes_slice(input, 0, 512)))
		return false;
	find_charset(input, arena, form);
	sk_bytes body = sk_bytes_slice(input, form->bom, SIZE_MAX), sample = sample_from(body, 0, form->charset);
	bool is_text = read_sample(sample, form->charset, arena, &clean);
	if (is_text)
		form->kind = text_structure(clean, sample.len == body.len);
	size_t high = is_text && form->charset != CHARSET_UTF_16LE && form->charset != CHARSET_UTF_16BE ? find_high(body) : body.len;
	if (high < body.len && high >= sample.len) /* nothing but ASCII so far: the other characters must be some as well */
		is_text = read_sample(sample_from(body, high, form->charset), form->charset, arena, &clean);
	sk_arena_release(arena, mark);
	return is_text;
}
