/* Which values a type allows. What the attacker controls here: every byte of the value. Total and without effect. */
#include "neutral/calculator.h"
#include "neutral/content.h"
#include "neutral/grammar.h"
#include "neutral/vocabulary.h"

/* XML 1.0 section 2.2 Char, in UTF-8: no C0 controls but TAB, LF, CR; no surrogates; not U+FFFE, U+FFFF. */
static bool xml_characters(sk_bytes b)
{
	size_t i = 0;
	while (i < b.len) {
		uint64_t eight;
		while (b.len - i >= sizeof eight) { /* eight bytes from 0x20 to 0x7F at a time */
			memcpy(&eight, b.at + i, sizeof eight);
			uint64_t low = (eight - 0x2020202020202020u) & ~eight;
			if (((low | eight) & 0x8080808080808080u) != 0)
				break;
			i += sizeof eight;
		}
		if (i == b.len)
			return true;
		uint8_t c = b.at[i];
		if (c < 0x80) {
			if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
				return false;
			i++;
			continue;
		}
		if (c >= 0xE3 && c <= 0xEC && b.len - i >= 3) { /* U+3000 to U+CFFF: kana, kanji */
			if ((b.at[i + 1] & 0xC0) != 0x80 || (b.at[i + 2] & 0xC0) != 0x80)
				return false;
			i += 3;
			continue;
		}
		size_t before = i;
		uint32_t scalar = sk_utf8_decode(b, &i);
		if (scalar >= 0xFFFE && scalar <= 0xFFFF)
			return false;
		if (scalar == 0xFFFD && i - before == 1)
			return false; /* not UTF-8 */
	}
	return true;
}

static bool characters_of_set(const uint64_t set[2], sk_bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		uint8_t c = b.at[i];
		if (c >= 0x80 || (set[c >> 6] >> (c & 63) & 1) == 0)
			return false;
	}
	return true;
}

/* Ids of namespaces, 16 bits each, strictly rising so that there is one way to say a set; 0 is no namespace. */
static bool spaces(const struct vocabulary *v, sk_bytes b)
{
	uint16_t before = 0;
	if (b.len % 2 != 0)
		return false;
	for (size_t i = 0; i < b.len; i += 2) {
		uint16_t space = (uint16_t)(b.at[i] | b.at[i + 1] << 8);
		if (space <= before || space >= v->space_count)
			return false;
		before = space;
	}
	return true;
}

static bool octets(enum neutral_language language, sk_bytes b)
{
	switch (language) {
	case NEUTRAL_OCTETS:
		return true;
	case NEUTRAL_CONTENT:
		return content_lines_allowed(b);
	case NEUTRAL_CALCULATOR:
		return calculator_allowed(b);
	case NEUTRAL_LANGUAGES:
		break;
	}
	return false;
}

bool vocabulary_value_allowed(const struct vocabulary *v, uint16_t type, sk_bytes b)
{
	const struct vocabulary_type *t = &v->types[type];
	if (b.len < t->len_min || b.len > t->len_max)
		return false;
	switch ((enum neutral_kind)t->kind) {
	case NEUTRAL_CHARS:
		return characters_of_set(t->set, b);
	case NEUTRAL_TEXT:
		return xml_characters(b);
	case NEUTRAL_FORMULA:
		return xml_characters(b) && formula_allowed(b);
	case NEUTRAL_FIELD:
		return xml_characters(b) && field_allowed(b);
	case NEUTRAL_URL:
		return xml_characters(b) && url_allowed(b);
	case NEUTRAL_SPACES:
		return spaces(v, b);
	case NEUTRAL_DATA:
		return octets((enum neutral_language)t->language, b);
	case NEUTRAL_NONE:
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM:
	case NEUTRAL_INT:
	case NEUTRAL_REF:
	case NEUTRAL_KINDS:
		break;
	}
	return false;
}
