/*
 * calculator: functions of type 4 (ISO 32000-2, 7.10.5) in one canonical form.
 *
 * "{ dup mul exch { 1 } { .5 sub } ifelse }" becomes {dup mul exch{1}{.5 sub}ifelse}: blanks only where two words meet, numbers as in
 * content.h. The operators are those of table 42. A stack effect is computed for every path: both branches of ifelse
 * leave the same depth, nothing takes from an empty stack, and no path needs more than limit calculator_stack; copy, index and roll
 * have a number right before them, so that the depth is known.
 */
#ifndef NEUTRAL_CALCULATOR_H
#define NEUTRAL_CALCULATOR_H

#include "base/base.h"

/* Any bytes into the canonical function; inputs is the number of operands it begins with, outputs what it has to leave. SK_MALFORMED for what is no
 * function, SK_LIMIT for one too large or deep. The text lives in the arena. */
enum sk_status SK_MUST_USE calculator_canonical(sk_bytes source, unsigned inputs, unsigned outputs, struct sk_arena *arena, sk_bytes *text);

/* True when text is canonical: the words, the numbers, the braces. What the checker asks. */
bool calculator_allowed(sk_bytes text);
/* True when an allowed function makes outputs of inputs on every path within the stack. What the family's writer asks. */
bool calculator_fits(sk_bytes text, unsigned inputs, unsigned outputs);

#endif
