/*
 * Values out of text (ISO 32000-2, 7.3).
 *
 * What the attacker controls here: every byte. Nesting has a limit; a container's items are collected on a stack and copied when it ends.
 */
#include "conf/conf.h"
#include "format/pdf/object.h"

struct parser {
	struct sk_arena *arena;
	sk_bytes text;
	size_t at;
	struct value_stack *stack; /* items of the containers that are open */
	size_t used;
	enum sk_status status;
};

static bool is_white(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool is_delimiter(uint8_t c)
{
	return memchr("()<>[]{}/%", c, 10) != NULL;
}

static void skip_white(struct parser *p)
{
	while (p->at < p->text.len) {
		uint8_t c = p->text.at[p->at];
		if (c == '%')
			while (p->at < p->text.len && p->text.at[p->at] != '\n' && p->text.at[p->at] != '\r')
				p->at++;
		else if (is_white(c))
			p->at++;
		else
			return;
	}
}

static uint8_t peek(const struct parser *p)
{
	return p->at < p->text.len ? p->text.at[p->at] : 0;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A word of regular characters. */
static sk_bytes take_word(struct parser *p)
{
	size_t from = p->at;

	while (p->at < p->text.len && !is_white(p->text.at[p->at]) && !is_delimiter(p->text.at[p->at]))
		p->at++;
	return sk_bytes_slice(p->text, from, p->at - from);
}

/* 7.3.5: # and two digits are one byte. The result borrows when nothing was escaped. */
static sk_bytes take_name(struct parser *p)
{
	p->at++;
	sk_bytes word = take_word(p);
	if (word.len == 0 || memchr(word.at, '#', word.len) == NULL)
		return word;
	uint8_t *made = sk_arena_raw(p->arena, word.len);
	size_t len = 0;
	if (made == NULL) {
		p->status = SK_LIMIT;
		return word;
	}
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] == '#' && word.len - i >= 3 && hex_value(word.at[i + 1]) >= 0 && hex_value(word.at[i + 2]) >= 0) {
			made[len++] = (uint8_t)(hex_value(word.at[i + 1]) << 4 | hex_value(word.at[i + 2]));
			i += 2;
		} else {
			made[len++] = word.at[i];
		}
	}
	return sk_bytes_of(made, len);
}

static sk_bytes take_hexadecimal(struct parser *p)
{
	p->at++;
	size_t end = sk_bytes_find(p->text, SK_BYTES(">"), p->at), len = 0;
	end = end == SIZE_MAX ? p->text.len : end;
	uint8_t *made = sk_arena_raw(p->arena, (end - p->at) / 2 + 1);
	int high = -1;
	if (made == NULL) {
		p->status = SK_LIMIT;
		return sk_bytes_of(NULL, 0);
	}
	for (; p->at < end; p->at++) {
		int digit = hex_value(p->text.at[p->at]);
		if (digit < 0)
			continue;
		if (high >= 0)
			made[len++] = (uint8_t)(high << 4 | digit);
		high = high >= 0 ? -1 : digit;
	}
	if (high >= 0)
		made[len++] = (uint8_t)(high << 4);
	p->at = sk_min(end + 1, p->text.len);
	return sk_bytes_of(made, len);
}

/* The byte behind a backslash (7.3.4.2); -1 for none: a line that goes on. */
static int take_escape(struct parser *p)
{
	uint8_t c = peek(p);
	p->at++;
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case '\r':
		p->at += peek(p) == '\n';
		return -1;
	case '\n':
		return -1;
	default:
		break;
	}
	if (c < '0' || c > '7')
		return c;
	int value = c - '0';
	for (int i = 0; i < 2 && peek(p) >= '0' && peek(p) <= '7'; i++)
		value = value * 8 + (p->text.at[p->at++] - '0');
	return value & 0xFF;
}

static sk_bytes take_string(struct parser *p)
{
	struct sk_buf made;
	size_t depth = 1;

	sk_buf_init(&made, p->arena, p->text.len);
	for (p->at++; p->at < p->text.len;) {
		uint8_t c = p->text.at[p->at++];
		if (c == '\\') {
			int escaped = take_escape(p);
			if (escaped >= 0)
				sk_buf_u8(&made, (uint8_t)escaped);
			continue;
		}
		depth += c == '(';
		if (c == ')' && --depth == 0)
			break;
		if (c == '\r') { /* an end of line is one line feed */
			p->at += peek(p) == '\n';
			c = '\n';
		}
		sk_buf_u8(&made, c);
	}
	p->at = sk_min(p->at, p->text.len);
	if (made.status != SK_OK)
		p->status = made.status;
	return sk_buf_bytes(&made);
}

static void push(struct parser *p, struct pdf_value value)
{
	if (p->used == p->stack->room) {
		size_t room = p->used == 0 ? 256 : 2 * p->used;
		struct pdf_value *items = sk_arena_array(p->arena, room, sizeof *items);
		if (items == NULL) {
			p->status = SK_LIMIT;
			return;
		}
		if (p->used > 0)
			memcpy(items, p->stack->items, p->used * sizeof *items);
		*p->stack = (struct value_stack){items, room};
	}
	p->stack->items[p->used++] = value;
}

/* Two whole numbers and an R are a reference (7.3.10). */
static bool fold_reference(struct parser *p, size_t base)
{
	uint64_t number, generation;

	if (p->used - base < 2 || !sk_parse_u64(p->stack->items[p->used - 2].bytes, &number) || !sk_parse_u64(p->stack->items[p->used - 1].bytes, &generation) ||
	    p->stack->items[p->used - 2].kind != VALUE_INTEGER || p->stack->items[p->used - 1].kind != VALUE_INTEGER)
		return false;
	struct pdf_value value = {.kind = VALUE_REFERENCE};
	if (number == 0 || number > INT32_MAX || generation > UINT16_MAX)
		value.kind = VALUE_NULL;
	value.reference.number = (uint32_t)number;
	value.reference.generation = (uint32_t)generation;
	p->used--;
	p->stack->items[p->used - 1] = value;
	return true;
}

static struct pdf_value number_of(sk_bytes word)
{
	bool point = memchr(word.at, '.', word.len) != NULL;
	for (size_t i = 0; i < word.len; i++)
		if (!(word.at[i] >= '0' && word.at[i] <= '9') && memchr("+-.", word.at[i], 3) == NULL)
			return (struct pdf_value){.kind = VALUE_NULL};
	return (struct pdf_value){.kind = point ? VALUE_REAL : VALUE_INTEGER, .bytes = word};
}

/* A word that is no name: a number, a keyword, or nothing that has a meaning. */
static void take_keyword(struct parser *p, size_t base)
{
	sk_bytes word = take_word(p);
	if (word.len == 0) {
		p->at++; /* a delimiter out of place */
		return;
	}
	if (sk_bytes_equal(word, SK_BYTES("R")) && fold_reference(p, base))
		return;
	if (sk_bytes_equal(word, SK_BYTES("true")) || sk_bytes_equal(word, SK_BYTES("false")))
		push(p, (struct pdf_value){.kind = VALUE_BOOLEAN, .yes = word.len == 4});
	else
		push(p, number_of(word));
}

static void take_container(struct parser *p, unsigned depth);

static void take_value(struct parser *p, size_t base, unsigned depth)
{
	switch (peek(p)) {
	case '/':
		push(p, (struct pdf_value){.kind = VALUE_NAME, .bytes = take_name(p)});
		break;
	case '(':
		push(p, (struct pdf_value){.kind = VALUE_STRING, .bytes = take_string(p)});
		break;
	case '<':
		if (p->text.len - p->at < 2 || p->text.at[p->at + 1] != '<') {
			push(p, (struct pdf_value){.kind = VALUE_STRING, .bytes = take_hexadecimal(p)});
			break;
		}
		take_container(p, depth);
		break;
	case '[':
		take_container(p, depth);
		break;
	default:
		take_keyword(p, base);
		break;
	}
}

/* Entries in order, the last of one name kept. */
static uint32_t sort_entries(struct pdf_entry *entries, uint32_t count)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct pdf_entry entry = entries[i];
		uint32_t to = kept;
		while (to > 0 && sk_bytes_compare(entries[to - 1].name, entry.name) > 0)
			to--;
		if (to > 0 && sk_bytes_equal(entries[to - 1].name, entry.name)) {
			entries[to - 1] = entry;
			continue;
		}
		memmove(&entries[to + 1], &entries[to], (kept - to) * sizeof *entries);
		entries[to] = entry;
		kept++;
	}
	return kept;
}

static struct pdf_value dictionary_of(struct parser *p, size_t base)
{
	struct pdf_value value = {.kind = VALUE_DICTIONARY};
	value.entries = sk_arena_array(p->arena, (p->used - base) / 2 + 1, sizeof *value.entries);
	if (value.entries == NULL) {
		p->status = SK_LIMIT;
		return value;
	}
	for (size_t i = base; i + 1 < p->used; i++)
		if (p->stack->items[i].kind == VALUE_NAME) {
			value.entries[value.count++] = (struct pdf_entry){p->stack->items[i].bytes, p->stack->items[i + 1]};
			i++;
		}
	value.count = sort_entries(value.entries, value.count);
	return value;
}

static struct pdf_value array_of(struct parser *p, size_t base)
{
	struct pdf_value value = {.kind = VALUE_ARRAY, .count = (uint32_t)(p->used - base)};
	value.items = sk_arena_array(p->arena, value.count, sizeof *value.items);
	if (value.items == NULL)
		p->status = SK_LIMIT;
	else if (value.count > 0)
		memcpy(value.items, p->stack->items + base, value.count * sizeof *value.items);
	return value;
}

/* An array or a dictionary, recursive to a counted depth. */
static void take_container(struct parser *p, unsigned depth)
{
	bool array = peek(p) == '[';
	size_t base = p->used;

	if (depth >= limit(LIMIT_pdf_depth)) {
		p->status = limit_reached(LIMIT_pdf_depth);
		return;
	}
	p->at += array ? 1 : 2;
	for (;;) {
		skip_white(p);
		if (p->at >= p->text.len || p->status != SK_OK)
			break;
		if (array && peek(p) == ']') {
			p->at++;
			break;
		}
		if (!array && peek(p) == '>') {
			p->at = sk_min(p->at + 2, p->text.len);
			break;
		}
		take_value(p, base, depth + 1);
	}
	struct pdf_value value = array ? array_of(p, base) : dictionary_of(p, base);
	p->used = base;
	push(p, value);
}

enum sk_status value_parse(sk_bytes text, struct sk_arena *arena, struct value_stack *stack, struct pdf_value *value)
{
	struct parser p = {.arena = arena, .text = text, .stack = stack};

	*value = (struct pdf_value){.kind = VALUE_NULL};
	skip_white(&p);
	if (p.at >= text.len)
		return SK_MALFORMED;
	take_value(&p, 0, 0);
	skip_white(&p);
	if (p.used == 1 && p.stack->items[0].kind == VALUE_INTEGER && p.at < text.len) { /* "12 0 R" alone */
		take_value(&p, 0, 0);
		skip_white(&p);
		if (p.at < text.len)
			take_value(&p, 0, 0);
	}
	if (p.status != SK_OK)
		return p.status;
	if (p.used == 0)
		return SK_MALFORMED;
	*value = p.stack->items[0];
	return SK_OK;
}

const struct pdf_value *value_find(const struct pdf_value *dictionary, sk_bytes name)
{
	if (dictionary->kind != VALUE_DICTIONARY && dictionary->kind != VALUE_STREAM)
		return NULL;
	for (uint32_t low = 0, high = dictionary->count; low < high;) {
		uint32_t middle = low + (high - low) / 2;
		int order = sk_bytes_compare(dictionary->entries[middle].name, name);
		if (order == 0)
			return &dictionary->entries[middle].value;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

int64_t value_milli(const struct pdf_value *value, int64_t otherwise)
{
	if (value == NULL || (value->kind != VALUE_INTEGER && value->kind != VALUE_REAL))
		return otherwise;
	int64_t number = 0;
	int fraction = -1;
	bool minus = false;
	for (size_t i = 0; i < value->bytes.len && number < INT64_C(1000000000000000) && fraction < 3; i++) {
		uint8_t c = value->bytes.at[i];
		minus |= c == '-';
		if (c == '.')
			fraction = 0;
		if (c < '0' || c > '9')
			continue;
		number = number * 10 + (c - '0');
		fraction += fraction >= 0;
	}
	for (fraction = fraction < 0 ? 0 : fraction; fraction < 3; fraction++)
		number *= 10;
	return minus ? -number : number;
}

int64_t value_integer(const struct pdf_value *value, int64_t otherwise)
{
	if (value == NULL || (value->kind != VALUE_INTEGER && value->kind != VALUE_REAL))
		return otherwise;
	return value_milli(value, 0) / 1000;
}
