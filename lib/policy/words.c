/* Tables of the language: keywords and statements. */
#include "policy/tree.h"

static const struct {
	sk_text ja, en;
} words[WORD_COUNT] = {
	{{"", 0}, {"", 0}},
#define WORD(word, ja, en) {{ja, sizeof(ja) - 1}, {en, sizeof(en) - 1}},
#include "policy/words.def"
#undef WORD
};

const struct statement_row statement_rows[] = {
#define STATEMENT(block, word, pattern, need, opens) {BLOCK_##block, WORD_##word, PATTERN_##pattern, NEED_##need, BLOCK_##opens},
#include "policy/statements.def"
#undef STATEMENT
};
const size_t statement_row_count = SK_COUNT(statement_rows);

const char *word_japanese(enum word word)
{
	return words[word].ja.at;
}

const char *word_english(enum word word)
{
	return words[word].en.at;
}

enum word word_find(sk_text text)
{
	for (unsigned i = WORD_NOTHING + 1; i < WORD_COUNT; i++)
		if (sk_bytes_equal(sk_text_bytes(text), sk_text_bytes(words[i].ja)) || sk_bytes_equal(sk_text_bytes(text), sk_text_bytes(words[i].en)))
			return (enum word)i;
	return WORD_NOTHING;
}

const struct statement_row *statement_find(enum block block, enum word word)
{
	for (size_t i = 0; i < statement_row_count && word != WORD_NOTHING; i++)
		if (statement_rows[i].block == block && statement_rows[i].word == word)
			return &statement_rows[i];
	return NULL;
}
