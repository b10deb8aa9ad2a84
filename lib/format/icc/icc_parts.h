/* What the files of this room share: one tag rewritten, appended to `to`; false when it breaks its type's rules (what was appended
 * is then taken back by the caller). Clauses are of ICC.1:2022. */
#ifndef ICC_ICC_PARTS_H
#define ICC_ICC_PARTS_H

#include "format/icc/icc.h"

#define ICC_SIGNATURE_BYTES 4

/* Which tables a tag may hold: channels on either side. */
struct icc_shape {
	unsigned inputs, outputs;
	bool to_pcs;    /* A2B: lutAToBType is its modern form, otherwise lutBToAType */
	bool version_4; /* the modern forms may stand here */
};

/* Type signature and four reserved bytes (clause 10.1); false when it is another type. */
bool icc_type_take(struct sk_cursor *c, const char *type);
void icc_type_put(struct sk_buf *to, const char *type);
/* Zeros up to a multiple of 4 since start. */
void icc_pad(struct sk_buf *to, size_t start);

bool icc_point(sk_bytes tag, struct sk_buf *to);       /* XYZType with one value (10.31) */
bool icc_white(sk_bytes tag, struct sk_buf *to);       /* the same, of a light that can be */
bool icc_adaptation(sk_bytes tag, struct sk_buf *to);  /* s15Fixed16ArrayType of nine (10.22) */
bool icc_code_points(sk_bytes tag, struct sk_buf *to); /* cicpType (10.3) */
bool icc_curve(sk_bytes tag, struct sk_buf *to);       /* curveType or parametricCurveType (10.6, 10.18) */
/* The curve at the cursor, not padded. */
bool icc_curve_take(struct sk_cursor *c, struct sk_buf *to);
/* lut8Type, lut16Type, lutAToBType or lutBToAType (10.10 to 10.13). */
bool icc_table(sk_bytes tag, const struct icc_shape *shape, struct sk_buf *to);

#endif
