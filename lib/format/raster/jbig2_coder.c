/*
 * The integers of symbols and text regions, arithmetic (T.88 annex A) or Huffman (annex B), and the refinement of one symbol.
 *
 * What the attacker controls here: all values. An integer is within 2^33; identifiers are held against the symbols by who uses them.
 */
#include "format/raster/jbig2.h"

enum sk_status jbig2_coder_make(struct jbig2 *j, struct jbig2_coder *c)
{
	size_t identifiers = c->huffman ? 1 : (size_t)1 << c->id_bits;
	c->contexts = jbig2_array(j, JBIG2_INTEGERS, sizeof *c->contexts);
	c->identifier = jbig2_array(j, identifiers, 1);
	c->refinement = jbig2_array(j, JBIG2_REFINEMENT_CONTEXTS, 1);
	c->generic = jbig2_array(j, JBIG2_GENERIC_CONTEXTS, 1);
	SK_TRY(jbig2_work(j, identifiers + JBIG2_GENERIC_CONTEXTS));
	return c->contexts == NULL || c->identifier == NULL || c->refinement == NULL || c->generic == NULL ? SK_LIMIT : SK_OK;
}

/* Integers that stand as plain bits when the rest is Huffman coded: 6.4.9 CURT, 6.4.11 RI. */
static bool is_plain(enum jbig2_integer which)
{
	return which == JBIG2_IARI;
}

enum sk_status jbig2_integer(struct jbig2_coder *c, enum jbig2_integer which, int64_t *value, bool *out_of_band)
{
	*value = 0;
	*out_of_band = false;
	if (!c->huffman) {
		*out_of_band = !jbig2_arith_integer(&c->arith, c->contexts[which], value);
		return jbig2_arith_over(&c->arith) ? SK_TRUNCATED : SK_OK;
	}
	if (is_plain(which)) {
		*value = jbig2_take(&c->bits, 1);
		return c->bits.over ? SK_TRUNCATED : SK_OK;
	}
	if (c->tables[which] == NULL)
		return SK_MALFORMED;
	enum jbig2_decoded decoded = jbig2_table_decode(c->tables[which], &c->bits, value);
	*out_of_band = decoded == JBIG2_OUT_OF_BAND;
	if (c->bits.over)
		return SK_TRUNCATED;
	return decoded == JBIG2_NO_CODE ? SK_MALFORMED : SK_OK;
}

enum sk_status jbig2_integer_only(struct jbig2_coder *c, enum jbig2_integer which, int64_t *value)
{
	bool out_of_band;
	SK_TRY(jbig2_integer(c, which, value, &out_of_band));
	return out_of_band ? SK_MALFORMED : SK_OK;
}

enum sk_status jbig2_identifier(struct jbig2_coder *c, uint32_t *id)
{
	int64_t value = 0;
	*id = 0;
	if (!c->huffman) {
		*id = jbig2_arith_identifier(&c->arith, c->identifier, c->id_bits);
		return jbig2_arith_over(&c->arith) ? SK_TRUNCATED : SK_OK;
	}
	if (c->id_table == NULL)
		value = jbig2_take(&c->bits, c->id_bits);
	else if (jbig2_table_decode(c->id_table, &c->bits, &value) != JBIG2_VALUE)
		return SK_MALFORMED;
	*id = (uint32_t)value;
	return c->bits.over ? SK_TRUNCATED : SK_OK;
}

enum sk_status jbig2_symbol_refine(struct jbig2 *j, struct jbig2_coder *c, const struct jbig2_refinement *r, int64_t bytes,
				   struct raster_bits *bits)
{
	if (!c->huffman)
		return jbig2_refine(j, r, &c->arith, c->refinement, bits);
	jbig2_align(&c->bits);
	sk_bytes rest = jbig2_rest(&c->bits);
	if (bytes < 0 || (uint64_t)bytes > rest.len)
		return SK_TRUNCATED;
	struct jbig2_arith arith;
	jbig2_arith_init(&arith, sk_bytes_slice(rest, 0, (size_t)bytes));
	enum sk_status status = jbig2_refine(j, r, &arith, c->refinement, bits);
	jbig2_skip_bytes(&c->bits, (size_t)bytes);
	return status;
}
