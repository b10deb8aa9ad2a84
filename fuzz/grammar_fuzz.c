/*
 * The three value languages under any bytes. Beyond "no crash": an allowed value keeps what its language promises,
 * checked by other means than the scanners use, and allowed formulas stay allowed when they are put together.
 */
#include <stdlib.h>

#include "neutral/grammar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_url(sk_bytes url)
{
	bool fragment = url.len > 0 && url.at[0] == '#';
	if (!url_allowed(url))
		return;
	sk_assert(fragment || (url.at[0] | 0x20) == 'h' || (url.at[0] | 0x20) == 'm');
	for (size_t i = 0; i < url.len; i++) {
		sk_assert(url.at[i] >= ' ' && url.at[i] != '"' && url.at[i] != '\\' && url.at[i] != '<' && url.at[i] != '>');
		sk_assert(fragment || url.at[i] != ' ');
	}
}

/* Outside of string literals an allowed formula has no DDE bar and no workbook number before a name. */
static void check_literals(sk_bytes formula)
{
	bool in_string = false;
	for (size_t i = 0; i < formula.len; i++) {
		if (formula.at[i] == '"')
			in_string = !in_string;
		sk_assert(in_string || formula.at[i] != '|' || sk_bytes_find(formula, SK_BYTES("["), 0) != SIZE_MAX);
	}
}

static void check_formulas(sk_bytes one, sk_bytes two)
{
	if (!formula_allowed(one) || sk_bytes_find(one, SK_BYTES("'"), 0) != SIZE_MAX)
		return;
	check_literals(one);
	if (!formula_allowed(two))
		return;
	uint8_t *both = malloc(one.len + two.len + 3);
	if (both == NULL)
		abort();
	if (one.len > 0)
		memcpy(both, one.at, one.len);
	memcpy(both + one.len, " + ", 3);
	if (two.len > 0)
		memcpy(both + one.len + 3, two.at, two.len);
	sk_assert(formula_allowed(sk_bytes_of(both, one.len + two.len + 3)));
	free(both);
}

/* Field instructions are allowed by name: none that runs or fetches. */
static void check_field(sk_bytes instruction)
{
	static const char *const refused[] = {"DDE", "INCLUDE", "IMPORT", "LINK", "EMBED", "DATABASE", "MACRO", "GOTO", "AUTOTEXT", "PRINT \"", "ADDIN", "QUOTE"};
	if (!field_allowed(instruction))
		return;
	size_t start = 0;
	while (start < instruction.len && instruction.at[start] <= ' ')
		start++;
	for (size_t i = 0; i < SK_COUNT(refused); i++) {
		sk_bytes name = sk_bytes_str(refused[i]);
		sk_assert(!sk_bytes_equal_nocase(sk_bytes_slice(instruction, start, name.len), name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	sk_bytes all = sk_bytes_of(data + 1, size - 1);
	size_t half = all.len * data[0] / 255;
	check_url(all);
	check_field(all);
	check_formulas(sk_bytes_slice(all, 0, half), sk_bytes_slice(all, half, all.len));
	check_formulas(all, all);
	return 0;
}
