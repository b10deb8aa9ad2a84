/*
 * grammar: the three value languages that need more than a character set: formulas, field instructions, URLs.
 *
 * Pure and total functions over bytes. Readers use them to decide what to keep, the checker uses the same ones to
 * verify what it was told.
 */
#ifndef NEUTRAL_GRAMMAR_H
#define NEUTRAL_GRAMMAR_H

#include "base/base.h"

/* True when every token of the formula (ECMA-376 part 1, 18.17.2, without the leading "=") is a literal, an operator,
 * a reference inside the workbook, a defined name or a function on the list of formula_functions.def. External
 * references ([1]Sheet!A1, 'path[book]sheet'!A1), DDE (app|topic!item) and unlisted functions make it false. */
bool formula_allowed(sk_bytes formula);

/* True when the field instruction (ECMA-376 part 1, 17.16) is one on the list of fields.def, its arguments and
 * switches well formed, with nothing nested and no path or URL in it that url_allowed refuses. */
bool field_allowed(sk_bytes instruction);

/* True for http, https and mailto URLs and for "#fragment", without control characters, blanks (a fragment may have some),
 * quotes, backslashes or user info. */
bool url_allowed(sk_bytes url);

#endif
