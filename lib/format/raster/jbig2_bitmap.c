/*
 * Bitmaps of JBIG2: made within the budget, drawn onto each other (T.88 table 3 and 6.4.5, 7.4.1.5).
 *
 * What the attacker controls here: sizes, places and the operator. Drawing is cut to what lies inside before a byte is touched.
 */
#include "format/raster/jbig2.h"

#include "conf/conf.h"

enum sk_status jbig2_work(struct jbig2 *j, uint64_t work)
{
	if (work > j->work_max || j->work > j->work_max - work)
		return limit_reached(LIMIT_jbig2_work);
	j->work += work;
	return SK_OK;
}

enum sk_status jbig2_bitmap(struct jbig2 *j, uint64_t width, uint64_t height, struct raster_bits *bits)
{
	if (width > limit(LIMIT_picture_side) || height > limit(LIMIT_picture_side) || width * height > limit(LIMIT_picture_pixels))
		return SK_MALFORMED;
	uint64_t bytes = (width + 7) / 8 * height;
	if (bytes > limit(LIMIT_jbig2_bytes) - j->bytes)
		return limit_reached(LIMIT_jbig2_bytes);
	j->bytes += bytes;
	return raster_bits_make(j->arena, (uint32_t)width, (uint32_t)height, bits);
}

void *jbig2_array(struct jbig2 *j, size_t count, size_t size)
{
	void *made = sk_arena_array(j->arena, count, size);
	if (made == NULL)
		(void)limit_reached(LIMIT_arena_bytes);
	return made;
}

const struct raster_bits **jbig2_pointers(struct jbig2 *j, size_t count)
{
	return jbig2_array(j, count, sizeof(void *));
}

static inline __attribute__((always_inline)) uint8_t combine(uint8_t to, uint8_t from, enum jbig2_operator operator)
{
	switch (operator) {
	case JBIG2_OR:
		return to | from;
	case JBIG2_AND:
		return to & from;
	case JBIG2_XOR:
		return to ^ from;
	case JBIG2_XNOR:
		return (uint8_t)~(to ^ from);
	case JBIG2_REPLACE:
	case JBIG2_OPERATORS:
		break;
	}
	return from;
}

/* A row of width pixels from the bit first of from, to the bit place of to; both rows have from_len and enough bytes. */
static inline __attribute__((always_inline)) void row_compose(uint8_t *to, size_t place, const uint8_t *from, size_t from_len, size_t first,
							      size_t width, enum jbig2_operator operator)
{
	size_t at = place >> 3, last = (place + width - 1) >> 3;
	int64_t shift = (int64_t)(first & 7) - (int64_t)(place & 7); /* bits that the source lies further right */
	int64_t byte = (int64_t)(first >> 3) + (shift < 0 ? -1 : 0);
	unsigned move = (unsigned)(shift & 7);
	for (size_t i = at; i <= last; i++, byte++) {
		unsigned high = byte >= 0 && (size_t)byte < from_len ? from[byte] : 0;
		unsigned low = byte + 1 >= 0 && (size_t)(byte + 1) < from_len ? from[byte + 1] : 0;
		uint8_t source = (uint8_t)((high << 8 | low) >> (8 - move)), mask = 0xFF;
		if (i == at)
			mask &= (uint8_t)(0xFF >> (place & 7));
		if (i == last)
			mask &= (uint8_t)(0xFF << (7 - ((place + width - 1) & 7)));
		to[i] = (uint8_t)((to[i] & ~mask) | (combine(to[i], source, operator) & mask));
	}
}

static inline __attribute__((always_inline)) void rows_compose(struct raster_bits *to, const struct raster_bits *from, size_t to_x, size_t to_y,
							       size_t from_x, size_t from_y, size_t width, size_t height,
							       enum jbig2_operator operator)
{
	for (size_t y = 0; y < height; y++)
		row_compose(to->at + (to_y + y) * to->stride, to_x, from->at + (from_y + y) * from->stride, from->stride, from_x, width, operator);
}

/* The part of length pixels at place that lies within limit: where it begins there and in itself; 0 when none. */
static size_t clip(int64_t place, size_t length, size_t limit, size_t *to, size_t *from)
{
	*to = place > 0 ? (size_t)place : 0;
	*from = place < 0 ? (size_t)-place : 0;
	if (*to >= limit || *from >= length)
		return 0;
	return sk_min(limit - *to, length - *from);
}

enum sk_status jbig2_compose(struct jbig2 *j, struct raster_bits *to, const struct raster_bits *from, int64_t x, int64_t y,
			     enum jbig2_operator operator)
{
	size_t to_x, to_y, from_x, from_y;
	if (x > INT32_MAX || y > INT32_MAX || x < INT32_MIN || y < INT32_MIN)
		return SK_OK; /* far outside */
	size_t width = clip(x, from->width, to->width, &to_x, &from_x), height = clip(y, from->height, to->height, &to_y, &from_y);
	if (width == 0 || height == 0)
		return jbig2_work(j, 1);
	SK_TRY(jbig2_work(j, height * (width / 8 + 2)));
	switch (operator) {
	case JBIG2_OR:
		rows_compose(to, from, to_x, to_y, from_x, from_y, width, height, JBIG2_OR);
		break;
	case JBIG2_AND:
		rows_compose(to, from, to_x, to_y, from_x, from_y, width, height, JBIG2_AND);
		break;
	case JBIG2_XOR:
		rows_compose(to, from, to_x, to_y, from_x, from_y, width, height, JBIG2_XOR);
		break;
	case JBIG2_XNOR:
		rows_compose(to, from, to_x, to_y, from_x, from_y, width, height, JBIG2_XNOR);
		break;
	case JBIG2_REPLACE:
		rows_compose(to, from, to_x, to_y, from_x, from_y, width, height, JBIG2_REPLACE);
		break;
	case JBIG2_OPERATORS:
		break;
	}
	return SK_OK;
}
