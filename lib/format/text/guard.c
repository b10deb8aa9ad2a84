/*
 * Fields of a table that a spreadsheet would run get an apostrophe before them (CWE-1236; OWASP CSV injection).
 *
 * What the attacker controls here: every character, so also how the table may be understood. Which separator a program uses
 * depends on its country and its settings: the file is therefore followed by several parsers at once (comma; semicolon;
 * tab; bar; all of the first three; one that the file names), and what begins a field for any of them is looked at. The
 * apostrophe stands right before the sign, inside the field's quotes; nothing else changes.
 */
#include "format/text/text.h"

enum { COMMA, SEMICOLON, TAB, BAR, ALL, NAMED, PARSERS };

/* Where a parser is. Leading: only blanks and quotes so far, so what comes begins the field. */
enum state {
	START,      /* leading, outside quotes */
	PLAIN,
	QUOTE,      /* leading, inside quotes */
	QUOTED,
	CLOSED_LED, /* leading, after a quote inside quotes: the end, or the first half of a doubled quote */
	CLOSED,
	LINE,       /* begins a line or a column inside quotes that span lines: leading for parsers that go by line */
	LINES,      /* inside quotes that span lines */
	STATES
};

enum class { ORDINARY, BLANK, SEPARATOR, QUOTATION, BREAK, CLASSES };

static const uint8_t next_state[STATES][CLASSES] = {
	[START] = {PLAIN, START, START, QUOTE, START},
	[PLAIN] = {PLAIN, PLAIN, START, PLAIN, START},
	[QUOTE] = {QUOTED, QUOTE, QUOTED, CLOSED_LED, LINE},
	[QUOTED] = {QUOTED, QUOTED, QUOTED, CLOSED, LINE},
	[CLOSED_LED] = {PLAIN, CLOSED_LED, START, QUOTE, START},
	[CLOSED] = {PLAIN, PLAIN, START, QUOTED, START},
	[LINE] = {LINES, LINE, LINE, CLOSED, LINE},
	[LINES] = {LINES, LINES, LINE, CLOSED, LINE},
};

struct guard {
	sk_bytes text;
	uint8_t named;
	uint8_t states[PARSERS];
	bool special[256]; /* bytes that move a parser, whatever they follow */
	size_t line_end;  /* of the line that was searched last, */
	size_t last_call; /* and where its last sign of a call is: each line is searched once */
};

static bool is_break(uint8_t c)
{
	return c == '\n' || c == '\r';
}

/* Which parsers take the byte as a separator. */
static unsigned separates(const struct guard *g, uint8_t c)
{
	unsigned parsers = c == ',' ? 1u << COMMA | 1u << ALL : 0;
	parsers |= c == ';' ? 1u << SEMICOLON | 1u << ALL : 0;
	parsers |= c == '\t' ? 1u << TAB | 1u << ALL : 0;
	parsers |= c == '|' ? 1u << BAR : 0;
	return parsers | (c == g->named && c != 0 ? 1u << NAMED : 0);
}

static void step(struct guard *g, enum class class, unsigned separating)
{
	for (unsigned i = 0; i < PARSERS; i++) {
		bool separator = (separating >> i & 1) != 0 && !(g->states[i] == QUOTE && class == BLANK); /* a tab right behind a quote is blank */
		g->states[i] = next_state[g->states[i]][separator ? SEPARATOR : class];
	}
}

/* Is the next character the first of a field; *strong: for a parser that goes by quotes, not only by lines? */
static bool is_leading(const struct guard *g, bool *strong)
{
	bool leading = false;
	*strong = false;
	for (unsigned i = 0; i < PARSERS; i++) {
		uint8_t s = g->states[i];
		*strong |= s == START || s == QUOTE || s == CLOSED_LED;
		leading |= *strong || s == LINE;
	}
	return leading;
}

/* Blanks that a program may skip or trim, full-width and no-break ones too. */
static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
	       c == 0x205F;
}

/* The sign itself, in ASCII; 0 for a character that begins no formula. A Japanese Excel takes the full-width ones alike. */
static uint8_t sign_of(uint32_t c)
{
	switch (c) {
	case '=':
	case '+':
	case '-':
	case '@':
		return (uint8_t)c;
	case 0xFF1D:
	case 0xFF0B:
	case 0xFF0D:
	case 0xFF20:
		return (uint8_t)(c - 0xFF00u + 0x20u);
	default:
		return 0;
	}
}

/* ---- what looks like a formula and is none ---- */

static uint32_t peek(sk_bytes b, size_t at)
{
	return at < b.len ? sk_utf8_decode(b, &at) : '\n';
}

static bool ends_field(uint32_t c)
{
	return c == ',' || c == ';' || c == '\t' || c == '|' || c == '"' || c == '\n' || c == '\r';
}

/* Narrow twin of a full-width character. */
static uint32_t narrow(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF00u + 0x20u : c;
}

static void advance(sk_bytes b, size_t *at)
{
	if (*at < b.len)
		sk_utf8_decode(b, at);
}

static size_t digits(sk_bytes b, size_t *at)
{
	size_t count = 0;
	for (uint32_t c = narrow(peek(b, *at)); c >= '0' && c <= '9'; c = narrow(peek(b, *at)), count++)
		advance(b, at);
	return count;
}

static bool take(sk_bytes b, size_t *at, const char *any)
{
	uint32_t c = narrow(peek(b, *at));
	if (c >= 0x80 || c < 0x20 || strchr(any, (int)c) == NULL)
		return false;
	advance(b, at);
	return true;
}

static bool at_end(sk_bytes b, size_t at)
{
	while (peek(b, at) == ' ' || peek(b, at) == 0x3000)
		advance(b, &at);
	return ends_field(peek(b, at));
}

/* -12  +3.5  -1,234,567.8  -5%  -1.2E+5  -\1,000  -.5; at is behind the sign. */
static bool is_number(sk_bytes b, size_t at)
{
	if (peek(b, at) == 0xA5 || peek(b, at) == 0xFFE5)
		advance(b, &at);
	else
		take(b, &at, "\\$");
	size_t count = digits(b, &at), from = at;
	while (count > 0 && take(b, &at, ",")) { /* groups of three, or the separator after the number */
		if (digits(b, &at) != 3) {
			at = from;
			break;
		}
		from = at;
	}
	if (take(b, &at, "."))
		count += digits(b, &at);
	if (count == 0)
		return false;
	from = at;
	if (take(b, &at, "eE") && ((void)take(b, &at, "+-"), digits(b, &at) == 0))
		return false;
	if (at == from)
		take(b, &at, "%");
	return at_end(b, at);
}

/* +81-3-1234-5678, +81 3 1234 5678 (ITU-T E.123): groups of digits, at most 15 digits; at is behind the plus. */
static bool is_phone(sk_bytes b, size_t at)
{
	size_t total = digits(b, &at);
	if (total == 0 || total > 3)
		return false;
	while (total <= 15 && take(b, &at, "- ")) {
		size_t group = digits(b, &at);
		if (group == 0)
			return false;
		total += group;
	}
	return total >= 7 && total <= 15 && at_end(b, at);
}

/* Rulers and placeholders: signs alone have nothing to work on. */
static bool is_signs_alone(sk_bytes b, size_t at)
{
	while (sign_of(peek(b, at)) != 0)
		advance(b, &at);
	return at_end(b, at);
}

/* A call, DDE or a reference to another sheet needs one of these in the same line. */
static bool line_has_call(struct guard *g, size_t at)
{
	size_t i = g->line_end;
	if (at >= g->line_end) {
		g->last_call = 0;
		for (i = at; i < g->text.len && !is_break(g->text.at[i]); i++)
			if (g->text.at[i] == '(' || g->text.at[i] == '|' || g->text.at[i] == '!')
				g->last_call = i;
	}
	g->line_end = i;
	return at < g->last_call;
}

/* Does the field that begins with sign at at act? Lines inside a quoted field are mostly a person's list: "- item". */
static bool acts(struct guard *g, size_t at, uint8_t sign, bool strong)
{
	sk_bytes b = g->text;
	size_t behind = at;
	advance(b, &behind);
	if (is_signs_alone(b, at))
		return false;
	if (sign == '=' || sign == '@')
		return true;
	if (is_number(b, behind) || (sign == '+' && is_phone(b, behind)))
		return false;
	return strong || line_has_call(g, at);
}

/* ---- the walk ---- */

static void learn_specials(struct guard *g)
{
	static const uint8_t bytes[] = {'"', '\n', '\r', ',', ';', '\t', '|'};
	for (size_t i = 0; i < SK_COUNT(bytes); i++)
		g->special[bytes[i]] = true;
	if (g->named != 0)
		g->special[g->named] = true;
}

static size_t next_special(const struct guard *g, size_t at)
{
	while (at < g->text.len && !g->special[g->text.at[at]])
		at++;
	return at;
}

/* One special byte, or the characters up to the next one. Returns where it goes on; *acting when the field's first character
 * needs an apostrophe. */
static size_t walk(struct guard *g, size_t at, bool *acting)
{
	uint8_t byte = g->text.at[at];
	bool strong;
	*acting = false;
	if (g->special[byte]) {
		enum class class = byte == '"' ? QUOTATION : is_break(byte) ? BREAK : byte == '\t' ? BLANK : ORDINARY;
		step(g, class, separates(g, byte));
		return at + 1;
	}
	if (is_leading(g, &strong)) {
		size_t next = at;
		uint32_t c = sk_utf8_decode(g->text, &next);
		if (is_blank(c)) {
			step(g, BLANK, 0);
			return next;
		}
		uint8_t sign = sign_of(c);
		*acting = sign != 0 && acts(g, at, sign, strong);
	}
	step(g, ORDINARY, 0);
	return next_special(g, at + 1);
}

size_t text_guard(sk_bytes utf8, uint8_t separator, struct sk_buf *out)
{
	struct guard g = {.text = utf8, .named = separator};
	size_t count = 0, put = 0, at = 0;
	learn_specials(&g);
	while (at < utf8.len) {
		bool acting;
		size_t next = walk(&g, at, &acting);
		if (acting) {
			count++;
			if (out != NULL) {
				sk_buf_put(out, sk_bytes_slice(utf8, put, at - put));
				sk_buf_u8(out, '\'');
			}
			put = at;
		}
		at = next;
	}
	if (out != NULL)
		sk_buf_put(out, sk_bytes_slice(utf8, put, utf8.len - put));
	return count;
}
