/*
 * Start tags that come again and again: each is parsed and said once, then said by its number (neutral.h, phrases).
 *
 * What the attacker controls here: which tags are known. One is learnt only when it says the same wherever it stands in the same place of
 * the vocabulary: nothing to report, nothing to decide, no reference.
 */
#include "format/ooxml/read_part.h"

/* Bytes of the records that say an open tag with these values (neutral.h). */
static size_t phrase_length(const struct part_element *e)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	size_t len = 3 * sizeof(uint32_t); /* OPEN, CLOSE, LEARNT */
	for (size_t i = 0; i < e->count; i++) {
		bool number = neutral_kind_is_number(v->types[v->attrs[e->values[i].attr].type].kind);
		len += sizeof(uint32_t) + (number ? sizeof(int64_t) : sizeof(uint32_t) + e->values[i].bytes.len);
	}
	return len;
}

/* Whether the element at hand is said the same way wherever its tag comes in the same scope. Every attribute is said: the first one of
 * the tag is the first one of the phrase. */
static bool may_learn(const struct part_reader *r, const struct xml_token *token, uint8_t hook)
{
	const struct part_element *e = &r->element;
	return e->plain && e->count == token->attribute_count && hook == HOOK_NONE && r->depth > 0 && r->hoisting == 0 && r->silent == 0 &&
	       phrase_length(e) <= NEUTRAL_PHRASE_BYTES;
}

bool part_learn_waiting(struct part_reader *r, const struct xml_token *token, uint8_t hook)
{
	if (r->element.count > 0 || token->empty || !may_learn(r, token, hook))
		return false;
	unsigned number = xml_tag_remember(r->xml, token);
	if (number != 0)
		r->package->known_tags[number] = (struct known_tag){.node = r->element.node, .varies = VOCABULARY_NONE, .waits = true};
	return number != 0;
}

bool part_say_learning(struct part_reader *r, const struct xml_token *token, uint8_t hook)
{
	struct neutral_out *out = r->package->job->out;
	const struct part_element *e = &r->element;
	unsigned number = may_learn(r, token, hook) ? xml_tag_remember(r->xml, token) : 0;
	if (number == 0)
		return false;
	bool varies = r->xml->tags->tags[number].varies != 0;
	r->package->known_tags[number] =
		(struct known_tag){.node = e->node, .varies = varies ? e->values[0].attr : VOCABULARY_NONE, .closes = token->empty};
	part_say_deferred(r);
	neutral_learn(out, (uint16_t)number);
	part_say_open(r, e);
	if (token->empty)
		neutral_close(out);
	neutral_learnt(out, (uint16_t)number);
	return true;
}

/* The number of the tag that comes next when it is known and nothing around it matters; otherwise 0. A first value that is another one
 * goes to *value; one that is not allowed makes the tag unknown. */
static inline unsigned known_tag(struct part_reader *r, struct part_value *value)
{
	if (r->depth == 0 || r->depth >= PART_DEPTH_MAX || r->element.waiting || r->hoisting > 0 || r->silent > 0)
		return 0;
	unsigned number = xml_tag_known(r->xml, r->levels[r->depth - 1].scope);
	uint16_t varies = r->package->known_tags[number].varies;
	if (number == 0 || varies == VOCABULARY_NONE)
		return number;
	value->attr = varies;
	return part_value(r, ooxml_vocabulary.attrs[varies].type, r->xml->tags->value, value) ? number : 0;
}

static inline void say_again(struct neutral_out *out, unsigned number, const struct part_value *value)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	if (value->attr == VOCABULARY_NONE)
		neutral_again(out, (uint16_t)number);
	else if (neutral_kind_is_number(v->types[v->attrs[value->attr].type].kind))
		neutral_varied_number(out, (uint16_t)number, value->attr, value->number);
	else
		neutral_varied_bytes(out, (uint16_t)number, value->bytes);
}

enum sk_status part_take_known(struct part_reader *r, bool *taken)
{
	struct part_value value = {.attr = VOCABULARY_NONE};
	unsigned number = known_tag(r, &value);
	*taken = number != 0;
	if (number == 0)
		return SK_OK;
	const struct known_tag *known = &r->package->known_tags[number];
	SK_TRY(xml_tag_take(r->xml, number));
	if (known->waits) {
		r->element.node = known->node;
		r->element.count = 0;
		part_wait_for_text(r);
		return SK_OK;
	}
	part_say_deferred(r);
	say_again(r->package->job->out, number, &value);
	if (!known->closes)
		part_push(r, known->node, true);
	return SK_OK;
}
