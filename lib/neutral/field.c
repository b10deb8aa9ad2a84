/*
 * Which field instructions of Word may stay (ECMA-376 part 1, 17.16): those of fields.def, with arguments that name
 * nothing outside the document.
 *
 * What the attacker controls here: every byte, gathered over runs. Nothing may be nested in an instruction: its parts
 * would come together only when Word evaluates it.
 */
#include "neutral/grammar.h"

#define ARGUMENT_BYTES_MAX 4096

enum field_kind { BARE, TEXT, LINK, FREE };

struct field_row {
	const char *name;
	enum field_kind kind;
	const char *with_argument, *without;
};

static const struct field_row field_rows[] = {
#define FIELD(name, kind, with_argument, without) {name, kind, with_argument, without},
#include "neutral/fields.def"
#undef FIELD
};

struct scanner {
	sk_bytes b;
	size_t at;
	const struct field_row *row;
	uint8_t pending;  /* a switch that waits for its argument, 0 when none */
	bool has_target;  /* LINK: a URL or a place in the document was named */
	bool has_url;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void skip_blanks(struct scanner *s)
{
	while (s->at < s->b.len && is_blank(s->b.at[s->at]))
		s->at++;
}

static const struct field_row *row_of(sk_bytes name)
{
	for (size_t i = 0; i < SK_COUNT(field_rows); i++)
		if (sk_bytes_equal_nocase(sk_bytes_str(field_rows[i].name), name))
			return &field_rows[i];
	return NULL;
}

static bool in_set(const char *set, uint8_t c)
{
	for (; *set != '\0'; set++)
		if ((uint8_t)*set == (c | 0x20))
			return is_letter(c);
	return false;
}

/* Text that Word could take for a path or for a URL of another kind. */
static bool names_outside(sk_bytes text)
{
	bool drive = text.len >= 3 && is_letter(text.at[0]) && text.at[1] == ':' && (text.at[2] == '\\' || text.at[2] == '/');
	if (drive || sk_bytes_find(text, SK_BYTES("\\\\"), 0) != SIZE_MAX)
		return true;
	return sk_bytes_find(text, SK_BYTES("://"), 0) != SIZE_MAX && !url_allowed(text);
}

/* The frame of a link (17.16.5.25 \t): only windows of the reader itself. */
static bool frame_allowed(sk_bytes frame)
{
	static const char *const frames[] = {"_blank", "_self", "_parent", "_top"};
	for (size_t i = 0; i < SK_COUNT(frames); i++)
		if (sk_bytes_equal_nocase(frame, sk_bytes_str(frames[i])))
			return true;
	return frame.len == 0;
}

static bool link_argument_allowed(struct scanner *s, sk_bytes argument)
{
	switch (s->pending | 0x20) {
	case 'l':
		s->has_target = true;
		return !names_outside(argument);
	case 'o':
		return !names_outside(argument);
	case 't':
		return frame_allowed(argument);
	default:
		break;
	}
	if (s->pending != 0)
		return !names_outside(argument);
	if (s->has_url)
		return false;
	s->has_url = true;
	s->has_target |= argument.len > 0;
	return argument.len == 0 || url_allowed(argument);
}

static bool argument_allowed(struct scanner *s, sk_bytes argument)
{
	if (s->row->kind == BARE && s->pending == 0)
		return false; /* something that the field does not take: another instruction behind its own */
	bool allowed = s->row->kind == LINK ? link_argument_allowed(s, argument) : !names_outside(argument);
	s->pending = 0;
	return allowed;
}

/* "…", in which a backslash makes the next quote or backslash plain (17.16.3.1). */
static bool take_quoted(struct scanner *s)
{
	uint8_t memory[ARGUMENT_BYTES_MAX];
	size_t len = 0;
	for (s->at++; s->at < s->b.len && s->b.at[s->at] != '"'; s->at++) {
		uint8_t c = s->b.at[s->at];
		uint8_t next = s->at + 1 < s->b.len ? s->b.at[s->at + 1] : 0;
		if (c == '\\' && (next == '"' || next == '\\'))
			memory[len++] = s->b.at[++s->at];
		else
			memory[len++] = c;
		if (len == sizeof memory)
			return false;
	}
	if (s->at == s->b.len)
		return false;
	s->at++;
	/* As it stands and as it is meant: a doubled backslash is one, a lone one may be one too. */
	return argument_allowed(s, sk_bytes_of(memory, len));
}

static bool take_word(struct scanner *s)
{
	size_t start = s->at;
	while (s->at < s->b.len && !is_blank(s->b.at[s->at]) && s->b.at[s->at] != '"' && s->b.at[s->at] != '\\')
		s->at++;
	return argument_allowed(s, sk_bytes_slice(s->b, start, s->at - start));
}

/* \x of this field, or one of the formatting switches of all fields (17.16.4). */
static bool take_switch(struct scanner *s)
{
	uint8_t c = s->at + 1 < s->b.len ? s->b.at[s->at + 1] : 0;
	s->at += 2;
	s->pending = 0;
	if (c == '!')
		return true;
	if (c == '*' || c == '#' || c == '@' || in_set(s->row->with_argument, c)) {
		s->pending = c;
		return true;
	}
	return in_set(s->row->without, c);
}

static bool take_arguments(struct scanner *s)
{
	for (;;) {
		skip_blanks(s);
		if (s->at >= s->b.len)
			return true;
		uint8_t c = s->b.at[s->at];
		if (c == '\\' ? !take_switch(s) : c == '"' ? !take_quoted(s) : !take_word(s))
			return false;
	}
}

/* "= SUM(ABOVE) * 2 \# "0.00"": numbers, operators, bookmarks and cells of a table (17.16.3.3). */
static bool expression_allowed(struct scanner *s)
{
	static const struct field_row row = {"=", TEXT, "", ""};
	s->row = &row;
	s->at++;
	return take_arguments(s);
}

bool field_allowed(sk_bytes instruction)
{
	struct scanner s = {.b = instruction};
	skip_blanks(&s);
	if (s.at < instruction.len && instruction.at[s.at] == '=')
		return expression_allowed(&s);
	size_t start = s.at;
	while (s.at < instruction.len && is_letter(instruction.at[s.at]))
		s.at++;
	s.row = row_of(sk_bytes_slice(instruction, start, s.at - start));
	if (s.row == NULL || (s.at < instruction.len && !is_blank(instruction.at[s.at]) && instruction.at[s.at] != '\\' && instruction.at[s.at] != '"'))
		return false;
	if (s.row->kind == FREE)
		return true;
	return take_arguments(&s) && (s.row->kind != LINK || s.has_target);
}
