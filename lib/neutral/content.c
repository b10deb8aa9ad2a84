/*
 * Page content into canonical text: operands as they are read, operators as the table has them.
 *
 * What the attacker controls here: every byte of the stream. The text grows by at most a few times the source; nothing recurs.
 */
#include "neutral/content_work.h"

/* ---- operands ---- */

/* Room for an operand of at most size bytes, a blank before it written; NULL when there is none. */
static uint8_t *begin_operand(struct content_work *w, size_t size)
{
	if (SK_UNLIKELY(w->out.room - w->out.len < size + 2 && sk_buf_room(&w->out, size + 2) == NULL))
		return NULL;
	if (w->out.len > w->line)
		w->out.at[w->out.len++] = ' ';
	return w->out.at + w->out.len;
}

/* The operand that begins at start is whole. Those beyond the maximum are forgotten: no operator takes so many. */
static void end_operand(struct content_work *w, enum content_kind kind, size_t start)
{
	if (SK_UNLIKELY(w->count == CONTENT_OPERANDS_MAX)) {
		w->out.len = start > w->line ? start - 1 : start;
		w->result->repaired++;
		return;
	}
	w->starts[w->count] = start;
	w->kinds[w->count++] = (uint8_t)kind;
	w->others += kind != CONTENT_KIND_NUMBER;
}

static inline void take_number(struct content_work *w)
{
	uint8_t *to = begin_operand(w, CONTENT_NUMBER_BYTES);
	if (SK_UNLIKELY(to == NULL))
		return;
	size_t start = w->out.len;
	w->out.len += content_number_put(w->r.source, &w->r.i, to);
	end_operand(w, CONTENT_KIND_NUMBER, start);
}

static void take_name(struct content_work *w)
{
	uint8_t *to = begin_operand(w, 1 + CONTENT_NAME_MAX);
	if (to == NULL)
		return;
	size_t start = w->out.len, len = content_read_name(&w->r, to);
	w->out.len += len;
	end_operand(w, len > 0 ? CONTENT_KIND_NAME : CONTENT_KIND_OTHER, start);
}

/* Appends the string at the reader; false when it is too long to be said. */
static bool put_string(struct content_work *w)
{
	sk_bytes value;
	if (!content_read_string(&w->r, &value))
		return false;
	size_t size = content_string_size(value);
	if (w->out.room - w->out.len < size && sk_buf_room(&w->out, size) == NULL)
		return false;
	content_string_put(value, w->out.at + w->out.len);
	w->out.len += size;
	return true;
}

static void take_string(struct content_work *w)
{
	if (begin_operand(w, 0) == NULL)
		return;
	size_t start = w->out.len;
	bool said = put_string(w);
	end_operand(w, said ? CONTENT_KIND_STRING : CONTENT_KIND_OTHER, start);
}

/* An element of an array: a number or a string; others are overlooked, as viewers do. False at the array's end. */
static bool take_element(struct content_work *w, bool *after_number)
{
	enum content_token token = content_token(&w->r);
	if (SK_LIKELY(token == CONTENT_TOKEN_STRING)) {
		if (put_string(w)) {
			w->array_strings = true;
			*after_number = false;
		} else {
			w->result->repaired++;
		}
		return true;
	}
	if (SK_LIKELY(token == CONTENT_TOKEN_NUMBER)) {
		if (w->out.room - w->out.len < CONTENT_NUMBER_BYTES + 1 && sk_buf_room(&w->out, CONTENT_NUMBER_BYTES + 1) == NULL)
			return false;
		if (*after_number)
			w->out.at[w->out.len++] = ' ';
		uint8_t *to = w->out.at + w->out.len;
		w->out.len += content_number_put(w->r.source, &w->r.i, to);
		w->array_negative |= *to == '-';
		*after_number = true;
		return true;
	}
	if (token == CONTENT_TOKEN_ARRAY_END) {
		w->r.i++;
		return false;
	}
	w->result->repaired++;
	if (token == CONTENT_TOKEN_WORD) { /* an operator ends an array that was not closed */
		size_t before = w->r.i;
		sk_bytes word = content_read_word(&w->r);
		if (content_operator(word.at, word.len) == NULL)
			return true;
		w->r.i = before;
		return false;
	}
	content_skip_value(&w->r, token);
	return token != CONTENT_TOKEN_END;
}

static void take_array(struct content_work *w)
{
	if (begin_operand(w, 2) == NULL)
		return;
	size_t start = w->out.len;
	bool after_number = false;
	w->array_strings = w->array_negative = false;
	w->r.i++;
	sk_buf_u8(&w->out, '[');
	while (take_element(w, &after_number))
		continue;
	sk_buf_u8(&w->out, ']');
	end_operand(w, CONTENT_KIND_ARRAY, start);
}

static void take_list(struct content_work *w)
{
	if (begin_operand(w, 0) == NULL)
		return;
	size_t start = w->out.len;
	w->r.i += 2;
	bool said = content_list_put(&w->r, &w->out);
	if (!said)
		w->out.len = start;
	end_operand(w, said ? CONTENT_KIND_LIST : CONTENT_KIND_OTHER, start);
}

/* ---- inline images ---- */

static void say_xobject(struct content_work *w, sk_bytes name)
{
	sk_buf_u8(&w->out, '/');
	sk_buf_put(&w->out, name);
	content_use_add(w, CONTENT_XOBJECT, w->out.len - name.len, name.len);
	sk_buf_put(&w->out, SK_BYTES(" Do\n"));
}

static void take_image(struct content_work *w)
{
	struct content_image image;
	struct content_image_answer answer = {0};
	content_clear(w);
	content_image_read(&w->r, w->arena, &image);
	size_t begin = w->r.i;
	bool sayable = content_image_sayable(&image);
	bool plain = sayable && content_image_plain(&image, w->arena, &answer.samples, &answer.used);
	if (!plain && w->options->image != NULL && image.width > 0 && image.height > 0)
		w->options->image(w->options->context, &image, &answer);
	size_t end = content_image_end(image.rest, answer.used, &w->hopeless);
	bool whole = !plain || sk_min(answer.samples.len, end) >= image.bytes / 2; /* or a few bytes would become many */
	w->result->images++;
	if (!plain && content_name_allowed(answer.xobject))
		say_xobject(w, answer.xobject);
	else if (sayable && whole && answer.samples.at != NULL)
		content_image_put(&image, answer.samples, &w->out);
	else
		w->result->images_dropped++;
	w->begun |= w->out.len > w->line;
	w->line = w->out.len;
	w->r.i = begin + end;
}

/* ---- words ---- */

#define GLUED_MAX 32 /* bytes; longer words are no operators that somebody forgot to part, and would be looked at again and again */

/* The operator that a word begins with when something is glued to it: all of the word has to be operators, or operators and a number. */
static const struct content_operator *glued(sk_bytes word)
{
	const struct content_operator *first = NULL;
	if (word.len > GLUED_MAX)
		return NULL;
	for (size_t at = 0; at < word.len;) {
		const struct content_operator *row = NULL;
		if (at > 0 && content_is(word.at[at], CONTENT_NUMERIC))
			break;
		for (size_t len = sk_min(3, word.len - at); len > 0 && row == NULL; len--)
			row = content_operator(word.at + at, len);
		if (row == NULL)
			return NULL;
		first = first != NULL ? first : row;
		at += row->len;
	}
	return first;
}

static bool constant(sk_bytes word)
{
	return sk_bytes_equal(word, SK_BYTES("true")) || sk_bytes_equal(word, SK_BYTES("false")) || sk_bytes_equal(word, SK_BYTES("null"));
}

static void take_operator(struct content_work *w, const struct content_operator *row)
{
	if (SK_UNLIKELY(row->form == CONTENT_FORM_IMAGE))
		take_image(w);
	else
		content_operate(w, row);
}

/* A word that is no operator: one with something glued to it, a constant, or nothing. */
static void take_other_word(struct content_work *w, size_t start, sk_bytes word)
{
	const struct content_operator *row = glued(word);
	if (row != NULL) {
		w->result->repaired++;
		w->r.i = start + row->len;
		take_operator(w, row);
	} else if (constant(word)) {
		if (begin_operand(w, 0) != NULL)
			end_operand(w, CONTENT_KIND_OTHER, w->out.len);
	} else {
		w->result->unknown++;
		if (w->result->first_unknown.at == NULL)
			w->result->first_unknown = word;
		content_clear(w);
	}
}

static void take_word(struct content_work *w)
{
	size_t start = w->r.i;
	sk_bytes word = content_read_word(&w->r);
	const struct content_operator *row = content_operator(word.at, word.len);
	if (SK_UNLIKELY(row == NULL))
		take_other_word(w, start, word);
	else
		take_operator(w, row);
}

/* Blanks, line ends and numbers are most of a page: as many as stand together. */
static inline void take_numbers(struct content_work *w)
{
	const uint8_t *at = w->r.source.at;
	size_t len = w->r.source.len, i;
	for (;;) {
		for (i = w->r.i; i < len && (at[i] == ' ' || at[i] == '\n'); i++)
			continue;
		w->r.i = i;
		if (i == len || !content_is(at[i], CONTENT_NUMERIC) || w->out.status != SK_OK)
			return;
		take_number(w);
	}
}

/* False at the end. */
static inline bool take_token(struct content_work *w)
{
	take_numbers(w);
	switch (content_token(&w->r)) {
	case CONTENT_TOKEN_END:
		return false;
	case CONTENT_TOKEN_NUMBER:
		take_number(w);
		break; /* behind other white space */
	case CONTENT_TOKEN_WORD:
		take_word(w);
		break;
	case CONTENT_TOKEN_NAME:
		take_name(w);
		break;
	case CONTENT_TOKEN_STRING:
		take_string(w);
		break;
	case CONTENT_TOKEN_ARRAY:
		take_array(w);
		break;
	case CONTENT_TOKEN_LIST:
		take_list(w);
		break;
	case CONTENT_TOKEN_LIST_END:
		w->r.i++;
		/* fall through */
	case CONTENT_TOKEN_ARRAY_END:
	case CONTENT_TOKEN_STRAY:
		w->r.i++;
		w->result->repaired++;
		break;
	}
	return true;
}

enum sk_status content_canonical(sk_bytes source, const struct content_options *options, struct sk_arena *arena,
				 struct content_result *result)
{
	static const struct content_options none;
	struct content_work w = {.r.source = source, .arena = arena, .options = options ? options : &none, .result = result};
	*result = (struct content_result){.uses = NULL};
	w.r.scratch = sk_arena_raw(arena, CONTENT_STRING_MAX + 1);
	sk_buf_init(&w.out, arena, limit(LIMIT_content_bytes));
	if (w.r.scratch == NULL || sk_buf_room(&w.out, sk_min(source.len + source.len / 8, limit(LIMIT_content_bytes) / 2) + 64) == NULL)
		return SK_LIMIT;
	while (take_token(&w) && w.out.status == SK_OK && w.status == SK_OK)
		continue;
	content_clear(&w);
	content_close(&w);
	if (w.out.status != SK_OK)
		return limit_reached(arena->exhausted ? LIMIT_arena_bytes : LIMIT_content_bytes);
	for (size_t i = 0; i < w.uses.count; i++)
		w.uses.rows[i].name.at = w.out.at + w.uses.places[i];
	result->text = sk_buf_bytes(&w.out);
	result->uses = w.uses.rows;
	result->use_count = w.uses.count;
	result->repaired += w.r.repaired;
	return w.status;
}
