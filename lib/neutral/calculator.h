/*
 * calculator: functions of type 4 (ISO 32000-2, 7.10.5) in one canonical form.
 *
 * "{ dup mul exch { 1 } { .5 sub } ifelse }" becomes {dup mul exch{1}{.5 sub}ifelse}: a blank only between two words, numbers as
 * in content.h. The operators are those of table 42; copy, index and roll have their numbers right before them, so that what a function does to the
 * stack can be told without running it.
 */
#ifndef NEUTRAL_CALCULATOR_H
#define NEUTRAL_CALCULATOR_H

#include "base/base.h"

/* Any bytes into the canonical function of so many inputs and outputs. SK_MALFORMED for what is no function or does not fit; SK_LIMIT for one too
 * large or deep. The text lives in the arena. */
enum sk_status SK_MUST_USE calculator_canonical(sk_bytes source, unsigned inputs, unsigned outputs, struct sk_arena *arena, sk_bytes *text);

/* True when text is canonical: words, numbers, braces. What the checker asks. */
bool calculator_allowed(sk_bytes text);
/* True when an allowed function never takes from an empty stack, never needs more than limit calculator_stack, and leaves at least outputs numbers
 * on every path; both ways of a condition leave the same depth. What the family's writer asks. */
bool calculator_fits(sk_bytes text, unsigned inputs, unsigned outputs);

#endif
