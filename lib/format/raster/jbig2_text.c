/*
 * Text regions of JBIG2 (T.88 6.4, 7.4.3): symbols drawn at their places, some of them refined first.
 *
 * What the attacker controls here: how many instances, which symbols, where, refinements and their sizes. Places are kept within 2^31, every
 * identifier is held against the count of symbols, every instance counts as work.
 */
#include "format/raster/jbig2.h"

#define PLACE_MAX ((int64_t)INT32_MAX)

struct instance {
	int64_t s, t;
	const struct raster_bits *bits;
	struct raster_bits refined;
};

static bool far_out(int64_t place)
{
	return place > PLACE_MAX || place < -PLACE_MAX;
}

/* 6.4.11: the instance's bitmap is its symbol, refined. */
static enum sk_status refine(struct jbig2 *j, const struct jbig2_text *t, struct jbig2_coder *c, const struct raster_bits *symbol,
			     struct instance *i)
{
	int64_t wider, higher, x, y, bytes = 0;
	SK_TRY(jbig2_integer_only(c, JBIG2_IARDW, &wider));
	SK_TRY(jbig2_integer_only(c, JBIG2_IARDH, &higher));
	SK_TRY(jbig2_integer_only(c, JBIG2_IARDX, &x));
	SK_TRY(jbig2_integer_only(c, JBIG2_IARDY, &y));
	if (c->huffman)
		SK_TRY(jbig2_integer_only(c, JBIG2_RSIZE, &bytes));
	if (symbol->width + wider < 0 || symbol->height + higher < 0 || far_out(wider) || far_out(higher) || far_out(x) || far_out(y))
		return SK_MALFORMED;
	SK_TRY(jbig2_bitmap(j, (uint64_t)(symbol->width + wider), (uint64_t)(symbol->height + higher), &i->refined));
	struct jbig2_refinement r = {.kind = t->refinement_kind, .at = {t->refinement_at[0], t->refinement_at[1]}, .reference = symbol,
				     .x = (wider >> 1) + x, .y = (higher >> 1) + y};
	i->bits = &i->refined;
	return jbig2_symbol_refine(j, c, &r, bytes, &i->refined);
}

static enum sk_status bitmap_of(struct jbig2 *j, const struct jbig2_text *t, struct jbig2_coder *c, struct instance *i)
{
	uint32_t id;
	int64_t refined = 0;
	SK_TRY(jbig2_identifier(c, &id));
	if (id >= t->symbols.count)
		return SK_MALFORMED;
	if (t->refined)
		SK_TRY(jbig2_integer_only(c, JBIG2_IARI, &refined));
	i->bits = t->symbols.at[id];
	return refined != 0 ? refine(j, t, c, i->bits, i) : SK_OK;
}

/* 6.4.5 steps 3 c vi to x: the place by the corner, and the step to the next one. */
static enum sk_status draw(struct jbig2 *j, const struct jbig2_text *t, struct instance *i, struct raster_bits *bits)
{
	bool right = t->corner >= 2, bottom = (t->corner & 1) == 0; /* 0 bottom left, 1 top left, 2 bottom right, 3 top right */
	int64_t wide = (int64_t)i->bits->width - 1, high = (int64_t)i->bits->height - 1, along = t->transposed ? high : wide;
	bool before = t->transposed ? bottom : right;
	if (before)
		i->s += along;
	int64_t x = t->transposed ? i->t : i->s, y = t->transposed ? i->s : i->t;
	SK_TRY(jbig2_compose(j, bits, i->bits, right ? x - wide : x, bottom ? y - high : y, t->operator));
	if (!before)
		i->s += along;
	return SK_OK;
}

/* 6.4.9: where in its strip an instance stands. */
static enum sk_status place_in_strip(const struct jbig2_text *t, struct jbig2_coder *c, int64_t *place)
{
	*place = 0;
	if (t->strip_log == 0)
		return SK_OK;
	if (!c->huffman)
		return jbig2_integer_only(c, JBIG2_IAIT, place);
	*place = jbig2_take(&c->bits, t->strip_log);
	return c->bits.over ? SK_TRUNCATED : SK_OK;
}

/* 6.4.5 step 3 c: the instances of one strip, up to its out-of-band. */
static enum sk_status strip_decode(struct jbig2 *j, const struct jbig2_text *t, struct jbig2_coder *c, int64_t strip, int64_t first,
				   uint32_t *count, struct raster_bits *bits)
{
	struct instance i = {.s = first};
	for (;;) {
		int64_t place, step;
		bool last;
		if (*count >= t->instances)
			return SK_OK; /* more than there are: they end here */
		SK_TRY(jbig2_work(j, JBIG2_INTEGER_WORK * (t->refined ? 8 : 3)));
		SK_TRY(place_in_strip(t, c, &place));
		i.t = strip + place;
		SK_TRY(bitmap_of(j, t, c, &i));
		if (far_out(i.t) || far_out(i.s))
			return SK_MALFORMED;
		SK_TRY(draw(j, t, &i, bits));
		++*count;
		SK_TRY(jbig2_integer(c, JBIG2_IADS, &step, &last));
		if (last)
			return SK_OK;
		i.s += step + t->offset;
	}
}

enum sk_status jbig2_text_decode(struct jbig2 *j, const struct jbig2_text *t, struct jbig2_coder *c, struct raster_bits *bits)
{
	int64_t strip, first = 0, step;
	uint32_t count = 0;
	SK_TRY(jbig2_integer_only(c, JBIG2_IADT, &strip));
	strip = -strip * ((int64_t)1 << t->strip_log);
	while (count < t->instances) {
		SK_TRY(jbig2_integer_only(c, JBIG2_IADT, &step));
		strip += step * ((int64_t)1 << t->strip_log);
		SK_TRY(jbig2_integer_only(c, JBIG2_IAFS, &step));
		first += step;
		if (far_out(strip) || far_out(first))
			return SK_MALFORMED;
		SK_TRY(strip_decode(j, t, c, strip, first, &count, bits));
	}
	return SK_OK;
}
