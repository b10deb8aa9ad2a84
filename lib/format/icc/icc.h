/*
 * icc: colour profiles (ICC.1:2022 for version 4, ICC.1:2001-04 for version 2), rewritten in one canonical form.
 *
 * A profile says with numbers how the colours of a picture look: primaries and curves, or tables. All numbers that take part in that
 * stay; names, texts, dates, private tags and whatever stands between go, and a fixed layout replaces the sender's. The
 * reader of a family rewrites what it found and says the bytes; its writer asks icc_allowed, which accepts only bytes that rewriting
 * leaves as they are (docs/decisions/0013-embedded-languages.md).
 */
#ifndef ICC_ICC_H
#define ICC_ICC_H

#include "conf/conf.h"

enum icc_space { ICC_GRAY, ICC_RGB, ICC_CMYK, ICC_LAB, ICC_XYZ, ICC_SPACES };

struct icc_profile {
	sk_bytes bytes;        /* canonical, borrowed from the arena */
	enum icc_space space;  /* of the colours that it describes */
	unsigned channels;     /* of that space: 1, 3 or 4 */
	unsigned tags_dropped; /* private, unknown or broken ones; texts, which are replaced, do not count */
};

/* Rewrites a profile. SK_MALFORMED or SK_UNSUPPORTED: not one that can be kept; SK_LIMIT: longer than LIMIT_profile_bytes
 * allows (limit_last names it) or the arena is exhausted. */
enum sk_status SK_MUST_USE icc_rebuild(sk_bytes profile, struct sk_arena *arena, struct icc_profile *made);
/* True when rewriting leaves the profile as it is. The arena is left as it was; *space may be NULL. */
bool SK_MUST_USE icc_allowed(sk_bytes profile, struct sk_arena *arena, enum icc_space *space);

#endif
