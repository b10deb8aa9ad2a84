/*
 * Functions of type 4: read, written in one spelling, their effect on the stack computed.
 *
 * What the attacker controls here: every byte. Blocks nest up to limit calculator_depth, which also bounds the recursion.
 */
#include "neutral/calculator.h"

#include "neutral/content_parts.h"

/* Table 42: what each takes from the stack and leaves. copy, index, roll, if and ifelse are below. */
static const struct word {
	const char *name;
	uint8_t takes, leaves;
} words[] = {
	{"abs", 1, 1},   {"add", 2, 1}, {"and", 2, 1}, {"atan", 2, 1}, {"bitshift", 2, 1}, {"ceiling", 1, 1}, {"cos", 1, 1}, {"cvi", 1, 1},
	{"cvr", 1, 1},   {"div", 2, 1}, {"dup", 1, 2}, {"eq", 2, 1},   {"exch", 2, 2},     {"exp", 2, 1},     {"false", 0, 1}, {"floor", 1, 1},
	{"ge", 2, 1},    {"gt", 2, 1},  {"idiv", 2, 1}, {"le", 2, 1},  {"ln", 1, 1},       {"log", 1, 1},     {"lt", 2, 1},  {"mod", 2, 1},
	{"mul", 2, 1},   {"ne", 2, 1},  {"neg", 1, 1}, {"not", 1, 1},  {"or", 2, 1},       {"pop", 1, 0},     {"round", 1, 1}, {"sin", 1, 1},
	{"sqrt", 1, 1},  {"sub", 2, 1}, {"true", 0, 1}, {"truncate", 1, 1}, {"xor", 2, 1},
};

static const struct word *word_find(sk_bytes name)
{
	for (size_t i = 0; i < SK_COUNT(words); i++)
		if (sk_bytes_equal(name, sk_bytes_str(words[i].name)))
			return &words[i];
	return NULL;
}

static bool is(sk_bytes name, const char *word)
{
	return sk_bytes_equal(name, sk_bytes_str(word));
}

/* ---- the canonical text ---- */

struct scan {
	const uint8_t *at, *end;
	bool effect;              /* the stack is watched */
	bool bad;
	int64_t depth;            /* of the stack, when it is watched */
	int64_t numbers[2];       /* the latest two words when they are whole numbers; -1 otherwise */
	bool bare;                /* the latest token was a word: a blank comes before the next one */
};

static void forget(struct scan *s)
{
	s->numbers[0] = s->numbers[1] = -1;
}

static void effect(struct scan *s, int64_t takes, int64_t leaves)
{
	if (!s->effect)
		return;
	s->bad |= s->depth < takes;
	s->depth += leaves - takes;
	s->bad |= s->depth > (int64_t)limit(LIMIT_calculator_stack);
}

/* copy, index, roll: with their numbers they are words of known effect. */
static bool counted(struct scan *s, sk_bytes name)
{
	int64_t most = (int64_t)limit(LIMIT_calculator_stack), n = s->numbers[1];
	if (is(name, "roll")) {
		n = s->numbers[0];
		s->bad |= n < 0 || n > most || s->numbers[1] == -1;
		effect(s, 2, 0);
		effect(s, n, n);
		return true;
	}
	bool copy = is(name, "copy");
	if (!copy && !is(name, "index"))
		return false;
	s->bad |= n < 0 || n > most;
	effect(s, 1, 0);
	if (copy)
		effect(s, n, 2 * n);
	else
		effect(s, n + 1, n + 2);
	return true;
}

static void scan_number(struct scan *s)
{
	size_t len = content_number_len(s->at, s->end);
	int64_t value;
	sk_bytes number = sk_bytes_of(s->at, len);
	s->bad |= len == 0;
	if (!sk_parse_i64(number, &value) || value > 1000 || value < -1000)
		value = -1;
	if (value < 0 && len > 0 && *s->at == '-' && sk_bytes_find(number, SK_BYTES("."), 0) == SIZE_MAX)
		value = -2; /* a roll downwards: any whole number that is no count */
	s->numbers[0] = s->numbers[1];
	s->numbers[1] = value;
	effect(s, 0, 1);
	s->at += len;
}

static void scan_word(struct scan *s)
{
	const uint8_t *start = s->at;
	while (s->at < s->end && *s->at >= 'a' && *s->at <= 'z')
		s->at++;
	sk_bytes name = sk_bytes_of(start, (size_t)(s->at - start));
	const struct word *word = word_find(name);
	if (word != NULL)
		effect(s, word->takes, word->leaves);
	else if (!counted(s, name))
		s->bad = true;
	forget(s);
}

static void scan_block(struct scan *s, unsigned level);

/* { } if, or { } { } ifelse; a condition was left before it. */
static void scan_condition(struct scan *s, unsigned level)
{
	effect(s, 1, 0);
	int64_t before = s->depth;
	scan_block(s, level + 1);
	int64_t after = s->depth;
	bool other = !s->bad && s->at < s->end && *s->at == '{';
	if (other) {
		s->depth = before;
		scan_block(s, level + 1);
	} else {
		after = before;
	}
	sk_bytes left = sk_bytes_of(s->at, (size_t)(s->end - s->at)), word = sk_bytes_str(other ? "ifelse" : "if");
	if (s->bad || !sk_bytes_starts(left, word) || s->depth != after) {
		s->bad = true;
		return;
	}
	s->at += word.len;
	s->bad |= s->at < s->end && *s->at >= 'a' && *s->at <= 'z';
}

/* At {: everything up to and with its }. */
static void scan_block(struct scan *s, unsigned level)
{
	if (s->at == s->end || *s->at != '{' || level > limit(LIMIT_calculator_depth)) {
		s->bad = true;
		return;
	}
	s->at++;
	s->bare = false;
	forget(s);
	while (!s->bad && s->at < s->end && *s->at != '}') {
		bool block = *s->at == '{';
		if (!block && s->bare)
			s->bad |= *s->at++ != ' ' || s->at == s->end;
		if (s->bad)
			return;
		if (block)
			scan_condition(s, level);
		else if (content_is(*s->at, CONTENT_NUMERIC))
			scan_number(s);
		else
			scan_word(s);
		if (block)
			forget(s);
		s->bare = true;
	}
	if (s->bad || s->at == s->end) {
		s->bad = true;
		return;
	}
	s->at++;
	s->bare = false;
	forget(s);
}

static bool scan_all(sk_bytes text, struct scan *s)
{
	if (text.len == 0 || text.len > limit(LIMIT_calculator_bytes))
		return false;
	s->at = text.at;
	s->end = text.at + text.len;
	scan_block(s, 1);
	return !s->bad && s->at == s->end;
}

bool calculator_allowed(sk_bytes text)
{
	struct scan s = {.effect = false};
	return scan_all(text, &s);
}

bool calculator_fits(sk_bytes text, unsigned inputs, unsigned outputs)
{
	struct scan s = {.effect = true, .depth = inputs};
	return inputs <= limit(LIMIT_calculator_stack) && scan_all(text, &s) && s.depth >= outputs;
}

/* ---- any bytes ---- */

/* One token, spelled; false at the end and for what can't be one. *open counts the braces that are open. */
static bool put_token(struct content_reader *r, struct sk_buf *out, size_t *open)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	enum content_token token = content_token(r);
	if (token == CONTENT_TOKEN_STRAY && (r->source.at[r->i] == '{' || r->source.at[r->i] == '}')) {
		uint8_t brace = r->source.at[r->i++];
		*open += brace == '{' ? 1 : (size_t)-1;
		sk_buf_u8(out, brace);
		return true;
	}
	if (*open == 0 || (token != CONTENT_TOKEN_NUMBER && token != CONTENT_TOKEN_WORD))
		return false;
	uint8_t before = out->len > 0 ? out->at[out->len - 1] : '{';
	if (before != '{' && before != '}')
		sk_buf_u8(out, ' ');
	if (token == CONTENT_TOKEN_NUMBER)
		sk_buf_put(out, sk_bytes_of(number, content_number_put(r->source, &r->i, number)));
	else
		sk_buf_put(out, content_read_word(r));
	return true;
}

enum sk_status calculator_canonical(sk_bytes source, unsigned inputs, unsigned outputs, struct sk_arena *arena, sk_bytes *text)
{
	struct content_reader r = {.source = source};
	struct sk_buf out;
	size_t open = 0;
	sk_buf_init(&out, arena, limit(LIMIT_calculator_bytes));
	r.i = sk_min(sk_bytes_find(source, SK_BYTES("{"), 0), source.len); /* viewers begin at the first brace */
	while (put_token(&r, &out, &open) && open > 0)
		continue;
	if (open > 0 && content_token(&r) != CONTENT_TOKEN_END)
		return SK_MALFORMED;
	for (; open > 0 && out.status == SK_OK; open--) /* the end was cut off */
		sk_buf_u8(&out, '}');
	if (out.status != SK_OK)
		return limit_reached(arena->exhausted ? LIMIT_arena_bytes : LIMIT_calculator_bytes);
	*text = sk_buf_bytes(&out);
	return calculator_fits(*text, inputs, outputs) ? SK_OK : SK_MALFORMED;
}
