/*
 * Values that are no containers: whether they may be said in a form, and how.
 *
 * What the attacker controls here: every byte. Strings of text become UTF-8, numbers and names their one spelling.
 */
#include "conf/conf.h"
#include "format/pdf/content.h"
#include "neutral/grammar.h"

#define NUMBERS_DEPTH 8
#define NUMBERS_MAX ((size_t)64 << 20) /* bytes of one list */
#define SHORT_MAX 2048                 /* room for a name or a date */

static const struct vocabulary *const words = &pdf_vocabulary;

static uint16_t type_of(const struct pdf_key *key)
{
	return (key->flags & PDF_NODE) != 0 ? words->nodes[key->id].type : words->attrs[key->id].type;
}

static bool is_number(const struct pdf_value *value)
{
	return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
}

/* The name as it is spelled, in a buffer of SHORT_MAX bytes. */
static sk_bytes spelled_name(const struct pdf_value *value, uint8_t *room)
{
	struct sk_buf out;
	sk_buf_fixed(&out, room, SHORT_MAX);
	pdf_name_put(&out, value->bytes);
	return out.status == SK_OK ? sk_buf_bytes(&out) : sk_bytes_of(NULL, SIZE_MAX);
}

static bool name_fits(const struct pdf_key *key, const struct pdf_value *value)
{
	uint8_t room[SHORT_MAX];
	uint16_t type = type_of(key);

	if (value->kind != VALUE_NAME)
		return false;
	if (words->types[type].kind == NEUTRAL_ENUM)
		return vocabulary_word_find(words, type, value->bytes) != VOCABULARY_NONE;
	sk_bytes name = spelled_name(value, room);
	return name.len != SIZE_MAX && vocabulary_value_allowed(words, type, name);
}

/* A whole number, also one that is written with a point. */
static bool integer_of(const struct pdf_value *value, int64_t *number)
{
	int64_t milli = value_milli(value, 1);
	*number = milli / 1000;
	return is_number(value) && milli % 1000 == 0;
}

static bool integer_fits(const struct pdf_key *key, const struct pdf_value *value)
{
	const struct vocabulary_type *type = &words->types[type_of(key)];
	int64_t number;
	return integer_of(value, &number) && number >= type->min && number <= type->max;
}

static bool numbers_fit(struct pdf_reader *r, const struct pdf_value *value, unsigned depth)
{
	if (value->kind != VALUE_ARRAY || depth >= NUMBERS_DEPTH)
		return false;
	for (uint32_t i = 0; i < value->count; i++) {
		const struct pdf_value *item = source_value(&r->source, &value->items[i], NULL);
		if (!is_number(item) && !numbers_fit(r, item, depth + 1))
			return false;
	}
	return true;
}

/* One blank between numbers, none at brackets. */
static void numbers_put(struct pdf_reader *r, const struct pdf_value *value, struct sk_buf *out)
{
	bool gap = true;
	for (uint32_t i = 0; i < value->count && out->status == SK_OK; i++) {
		const struct pdf_value *item = source_value(&r->source, &value->items[i], NULL);
		if (is_number(item)) {
			if (!gap)
				sk_buf_u8(out, ' ');
			pdf_number_put(out, item->bytes);
			gap = false;
		} else {
			sk_buf_u8(out, '[');
			numbers_put(r, item, out);
			sk_buf_u8(out, ']');
			gap = true;
		}
	}
}

static bool string_fits(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value)
{
	uint16_t type = type_of(key);

	if (value->kind != VALUE_STRING || value->bytes.len > NEUTRAL_VALUE_MAX)
		return false;
	switch ((enum pdf_form)key->form) {
	case PDF_FORM_TEXT:
		return vocabulary_value_allowed(words, type, text_of(r->job->arena, value->bytes));
	case PDF_FORM_CONTENT:
		return true;
	case PDF_FORM_BYTES:
	case PDF_FORM_DATE:
	case PDF_FORM_URL:
		return vocabulary_value_allowed(words, type, value->bytes);
	case PDF_FORM_NAME:
	case PDF_FORM_INTEGER:
	case PDF_FORM_NUMBER:
	case PDF_FORM_BOOLEAN:
	case PDF_FORM_NUMBERS:
	case PDF_FORM_NULL:
	case PDF_FORM_REFERENCE:
	case PDF_FORM_DICTIONARY:
	case PDF_FORM_ARRAY:
	case PDF_FORM_NAME_TREE:
	case PDF_FORM_NUMBER_TREE:
		break;
	}
	return false;
}

bool scalar_fits(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value)
{
	switch ((enum pdf_form)key->form) {
	case PDF_FORM_NAME:
		return name_fits(key, value);
	case PDF_FORM_INTEGER:
		return integer_fits(key, value);
	case PDF_FORM_NUMBER:
		return is_number(value);
	case PDF_FORM_BOOLEAN:
		return value->kind == VALUE_BOOLEAN;
	case PDF_FORM_TEXT:
	case PDF_FORM_BYTES:
	case PDF_FORM_DATE:
	case PDF_FORM_URL:
	case PDF_FORM_CONTENT:
		return string_fits(r, key, value);
	case PDF_FORM_NUMBERS:
		return numbers_fit(r, value, 0);
	case PDF_FORM_NULL:
		return value->kind == VALUE_NULL;
	case PDF_FORM_REFERENCE:
	case PDF_FORM_DICTIONARY:
	case PDF_FORM_ARRAY:
	case PDF_FORM_NAME_TREE:
	case PDF_FORM_NUMBER_TREE:
		break;
	}
	return false;
}

static void put_number(struct pdf_reader *r, const struct pdf_key *key, int64_t number)
{
	if ((key->flags & PDF_NODE) != 0)
		neutral_number(r->job->out, key->id, number);
	else
		neutral_attr_number(r->job->out, key->id, number);
}

static void put_bytes(struct pdf_reader *r, const struct pdf_key *key, sk_bytes bytes)
{
	if ((key->flags & PDF_NODE) != 0)
		neutral_bytes(r->job->out, key->id, bytes);
	else
		neutral_attr_bytes(r->job->out, key->id, bytes);
}

static void say_name(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value)
{
	uint8_t room[SHORT_MAX];
	uint16_t type = type_of(key);

	if (words->types[type].kind == NEUTRAL_ENUM)
		put_number(r, key, vocabulary_word_find(words, type, value->bytes));
	else
		put_bytes(r, key, spelled_name(value, room));
}

static void say_numbers(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value)
{
	struct sk_buf out;
	bool attr = (key->flags & PDF_NODE) == 0;

	sk_buf_init(&out, r->job->arena, attr ? NEUTRAL_VALUE_MAX : NUMBERS_MAX);
	numbers_put(r, value, &out);
	if (out.status == SK_OK)
		put_bytes(r, key, sk_buf_bytes(&out));
}

void scalar_say(struct pdf_reader *r, const struct pdf_key *key, const struct pdf_value *value)
{
	uint8_t room[64];
	struct sk_buf out;
	int64_t number;

	switch ((enum pdf_form)key->form) {
	case PDF_FORM_NAME:
		say_name(r, key, value);
		break;
	case PDF_FORM_INTEGER:
		if (integer_of(value, &number))
			put_number(r, key, number);
		break;
	case PDF_FORM_NUMBER:
		sk_buf_fixed(&out, room, sizeof room);
		pdf_number_put(&out, value->bytes);
		put_bytes(r, key, sk_buf_bytes(&out));
		break;
	case PDF_FORM_BOOLEAN:
		put_number(r, key, value->yes);
		break;
	case PDF_FORM_TEXT:
		put_bytes(r, key, text_of(r->job->arena, value->bytes));
		break;
	case PDF_FORM_BYTES:
	case PDF_FORM_DATE:
	case PDF_FORM_URL:
		put_bytes(r, key, value->bytes);
		break;
	case PDF_FORM_CONTENT:
		put_bytes(r, key, content_string(r, value->bytes));
		break;
	case PDF_FORM_NUMBERS:
		say_numbers(r, key, value);
		break;
	case PDF_FORM_NULL:
	case PDF_FORM_REFERENCE:
	case PDF_FORM_DICTIONARY:
	case PDF_FORM_ARRAY:
	case PDF_FORM_NAME_TREE:
	case PDF_FORM_NUMBER_TREE:
		break;
	}
}
