/* The name that was probably meant: the nearest by characters added, left out or changed (Levenshtein), when it is near enough. */
#include "policy/tree.h"

#define CHARACTERS_MAX 48

static size_t characters_of(sk_text text, uint32_t characters[CHARACTERS_MAX])
{
	size_t count = 0;

	for (size_t at = 0; at < text.len && count < CHARACTERS_MAX; count++)
		characters[count] = sk_utf8_decode(sk_text_bytes(text), &at);
	return count;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned d = a < b ? a : b;

	return d < c ? d : c;
}

static unsigned distance(sk_text a, sk_text b)
{
	uint32_t x[CHARACTERS_MAX], y[CHARACTERS_MAX];
	size_t x_count = characters_of(a, x), y_count = characters_of(b, y);
	unsigned row[CHARACTERS_MAX + 1];

	for (size_t k = 0; k <= y_count; k++)
		row[k] = (unsigned)k;
	for (size_t i = 0; i < x_count; i++) {
		unsigned before = row[0];
		row[0] = (unsigned)i + 1;
		for (size_t k = 0; k < y_count; k++) {
			unsigned above = row[k + 1];
			row[k + 1] = least(above + 1, row[k] + 1, before + (x[i] != y[k]));
			before = above;
		}
	}
	return row[y_count];
}

/* A third of the longer one may differ. */
void suggest_consider(struct suggestion *s, sk_text name)
{
	uint32_t characters[CHARACTERS_MAX];
	size_t d = distance(s->wanted, name);
	size_t longer = sk_max(characters_of(s->wanted, characters), characters_of(name, characters));

	if (d > 0 && 3 * d <= longer + 1 && (s->best.len == 0 || d < s->distance)) {
		s->best = name;
		s->distance = (unsigned)d;
	}
}

void suggest_note(const struct suggestion *s, struct policy_errors *errors)
{
	if (s->best.len > 0 && errors->count > 0 && !errors->more)
		error_hint(&errors->at[errors->count - 1], s->best);
}
