/*
 * Type 1: the keys that matter, out of a program in PostScript (Adobe Type 1 Font Format, chapters 2, 5, 7 and 8).
 *
 * What the attacker controls here: words in any order. Words are told apart as PostScript does; strings and comments are stepped over.
 */
#include "format/font/type1_parts.h"

#define GLYPHS_MAX 65535

const struct type1_row type1_rows[TYPE1_PRIVATE_ROWS] = {
	{"/BlueValues", 14, true}, {"/OtherBlues", 10, true}, {"/FamilyBlues", 14, true}, {"/FamilyOtherBlues", 10, true}, {"/StdHW", 1, true},
	{"/StdVW", 1, true}, {"/StemSnapH", 12, true}, {"/StemSnapV", 12, true}, {"/BlueScale", 1, false}, {"/BlueShift", 1, false},
	{"/BlueFuzz", 1, false}, {"/LanguageGroup", 1, false}, {"/ExpansionFactor", 1, false}, {"/lenIV", 1, false},
};

static bool is_space(uint8_t c) { return c <= ' '; }
static bool is_special(uint8_t c) { return memchr("()<>[]{}/%", c, 10) != NULL; }

static void skip_string(struct sk_cursor *c)
{
	unsigned depth = 1;

	while (depth > 0 && c->status == SK_OK) {
		uint8_t byte = sk_cursor_u8(c);
		if (byte == '\\')
			sk_cursor_skip(c, 1);
		depth += byte == '(';
		depth -= byte == ')';
	}
}

/* The next word: a name with its slash, a number, an operator, or one special character. Empty at the end. */
static sk_bytes word(struct sk_cursor *c)
{
	const uint8_t *from;

	for (;;) {
		while (c->left > 0 && c->status == SK_OK && is_space(c->at[0]))
			sk_cursor_skip(c, 1);
		/* a cursor that failed stays where it is: nothing comes after it */
		if (c->left == 0 || c->status != SK_OK)
			return (sk_bytes){NULL, 0};
		if (c->at[0] == '%') {
			while (c->left > 0 && c->status == SK_OK && c->at[0] != '\n' && c->at[0] != '\r')
				sk_cursor_skip(c, 1);
		} else if (c->at[0] == '(') {
			sk_cursor_skip(c, 1);
			skip_string(c);
		} else {
			break;
		}
	}
	from = c->at;
	size_t len = 1, left = c->left;
	if (from[0] == '/' || !is_special(from[0]))
		while (len < left && !is_space(from[len]) && !is_special(from[len]))
			len++;
	sk_cursor_skip(c, len);
	return sk_bytes_of(from, len);
}

static bool is(sk_bytes found, const char *expected) { return sk_bytes_equal(found, sk_bytes_str(expected)); }

static sk_bytes name_of(sk_bytes found) { return found.len > 1 && found.at[0] == '/' ? sk_bytes_slice(found, 1, found.len) : (sk_bytes){NULL, 0}; }

static bool whole(sk_bytes text, uint32_t max, uint32_t *value)
{
	uint64_t number;

	if (!sk_parse_u64(text, &number) || number > max)
		return false;
	*value = (uint32_t)number;
	return true;
}

/* Numbers between brackets or braces, or one alone; count 0 when they are none or too many. */
static void numbers(struct sk_cursor *c, unsigned max, bool array, struct cff_entry *to)
{
	sk_bytes found = word(c);
	bool bracket = is(found, "[") || is(found, "{");

	to->count = 0;
	if (!bracket) {
		to->count = !array && font_number_read(found, &to->numbers[0]);
		return;
	}
	for (found = word(c); found.len > 0 && !is(found, "]") && !is(found, "}"); found = word(c)) {
		if (to->count == max || !font_number_read(found, &to->numbers[to->count])) {
			to->count = 0;
			return;
		}
		to->count++;
	}
}

static void set_code(struct type1_font *f, uint32_t code, sk_bytes name)
{
	if (code < 256 && font_name_allowed(name) && !is(name, ".notdef"))
		f->encoding[code] = name;
	else if (code < 256)
		f->encoding[code] = (sk_bytes){NULL, 0};
}

/* StandardEncoding, an array of names, or "dup code /name put" until it is defined. */
static void encoding(struct type1_font *f, struct sk_cursor *c)
{
	sk_bytes found = word(c);
	uint32_t code = 0;

	f->standard = is(found, "StandardEncoding");
	if (f->standard)
		return;
	if (is(found, "[")) {
		for (found = word(c); found.len > 0 && !is(found, "]"); found = word(c))
			set_code(f, code++, name_of(found));
		return;
	}
	for (found = word(c); found.len > 0 && !is(found, "def") && !is(found, "readonly"); found = word(c)) {
		if (!is(found, "dup") || !whole(word(c), 255, &code))
			continue;
		sk_bytes name = name_of(word(c));
		if (name.len > 0)
			set_code(f, code, name);
	}
}

enum sk_status type1_clear_read(struct type1_font *f, sk_bytes text)
{
	struct sk_cursor c = sk_cursor_of(text);
	bool encoded = false;

	for (sk_bytes found = word(&c); found.len > 0; found = word(&c)) {
		if (is(found, "/FontName")) {
			struct sk_cursor ahead = c;
			sk_bytes name = name_of(word(&ahead));
			f->name = f->name.len == 0 && font_name_allowed(name) ? name : f->name;
		} else if (is(found, "/FontMatrix")) {
			numbers(&c, 6, true, &f->matrix);
		} else if (is(found, "/FontBBox")) {
			numbers(&c, 4, true, &f->box);
		} else if (is(found, "/Encoding") && !encoded) {
			encoding(f, &c);
			encoded = true;
		}
	}
	f->standard |= !encoded;
	f->matrix.count = f->matrix.count == 6 ? 6 : 0;
	f->box.count = f->box.count == 4 ? 4 : 0;
	return SK_OK;
}

/* ---- the private part ---- */

/* "length RD bytes": a charstring, decrypted. */
static bool code(struct type1_font *f, struct sk_cursor *c, sk_bytes *to)
{
	uint32_t len;
	size_t skip = f->random < 0 ? 0 : (size_t)f->random;

	if (!whole(word(c), 65535, &len))
		return false;
	(void)word(c); /* RD or -| */
	sk_cursor_skip(c, 1);
	sk_bytes hidden = sk_cursor_take(c, len);
	uint8_t *plain = sk_arena_raw(f->job->arena, hidden.len + 1);
	if (c->status != SK_OK || plain == NULL)
		return false;
	if (f->random >= 0)
		type1_decrypt(hidden.at, plain, hidden.len, TYPE1_CODE_KEY);
	else if (hidden.len > 0)
		memcpy(plain, hidden.at, hidden.len);
	*to = sk_bytes_slice(sk_bytes_of(plain, hidden.len), skip, hidden.len);
	return true;
}

static enum sk_status subrs(struct type1_font *f, struct sk_cursor *c)
{
	uint32_t count, number;
	struct sk_cursor ahead;

	if (!whole(word(c), GLYPHS_MAX, &count) || count == 0)
		return SK_OK;
	/* an entry takes ten bytes: a count beyond that is none */
	count = (uint32_t)sk_min(count, c->left / 8 + 1);
	f->subrs = sk_arena_array(f->job->arena, count, sizeof *f->subrs);
	if (f->subrs == NULL)
		return SK_LIMIT;
	f->subrs_count = count;
	(void)word(c); /* array */
	for (;;) {
		sk_bytes plain;
		ahead = *c;
		if (!is(word(&ahead), "dup"))
			return SK_OK;
		*c = ahead;
		if (!whole(word(c), GLYPHS_MAX, &number) || !code(f, c, &plain))
			return SK_OK;
		if (number < count)
			f->subrs[number].code = plain;
		if (is(word(c), "noaccess")) /* put, or NP and | in one word */
			(void)word(c);
	}
}

static enum sk_status glyphs(struct type1_font *f, struct sk_cursor *c)
{
	uint32_t count, names = 0;

	if (!whole(word(c), GLYPHS_MAX, &count) || count == 0)
		return SK_OK;
	count = (uint32_t)sk_min(count, c->left / 8 + 1);
	f->glyphs = sk_arena_array(f->job->arena, count, sizeof *f->glyphs);
	if (f->glyphs == NULL)
		return SK_LIMIT;
	for (sk_bytes found = word(c); found.len > 0 && f->glyphs_count < count; found = word(c)) {
		struct type1_program *p = &f->glyphs[f->glyphs_count];
		if (is(found, "end") && f->glyphs_count > 0)
			break;
		if (found.at[0] != '/')
			continue;
		if (!code(f, c, &p->code))
			break;
		p->name = name_of(found);
		if (font_name_allowed(p->name))
			f->glyphs_count++;
		else
			names++;
	}
	font_note(f->job, FONT_NOTE_NAMES, names);
	return f->job->arena->exhausted ? SK_LIMIT : SK_OK;
}

enum sk_status type1_private_read(struct type1_font *f, sk_bytes text)
{
	struct sk_cursor c = sk_cursor_of(text);

	f->random = 4;
	for (sk_bytes found = word(&c); found.len > 0 && !is(found, "closefile"); found = word(&c)) {
		if (found.at[0] != '/')
			continue;
		for (size_t i = 0; i < TYPE1_PRIVATE_ROWS; i++)
			if (is(found, type1_rows[i].key) && f->rows[i].count == 0)
				numbers(&c, type1_rows[i].max, type1_rows[i].array, &f->rows[i]);
		if (is(found, "/lenIV"))
			f->random = cff_dict_integer(&f->rows[TYPE1_PRIVATE_ROWS - 1], 0, 4);
		else if (is(found, "/ForceBold"))
			f->bold = is(word(&c), "true");
		else if (is(found, "/Subrs") && f->subrs_count == 0)
			SK_TRY(subrs(f, &c));
		else if (is(found, "/CharStrings") && f->glyphs_count == 0)
			SK_TRY(glyphs(f, &c));
	}
	for (size_t i = 0; i < 4; i++)
		f->rows[i].count &= ~1u; /* zones are pairs */
	return f->job->arena->exhausted ? SK_LIMIT : SK_OK;
}
