/*
 * Samples of a picture packed: fax for two colours, deflate for the rest, with the rows predicted when that pays.
 *
 * What the attacker controls here, when the reader was taken over: samples of a checked number.
 */
#include "codec/deflate.h"
#include "format/pdf/writer.h"
#include "format/raster/raster.h"

#define TRIED_ROWS 48 /* in the middle of the picture: by them it is decided */

static enum sk_status put_filter(struct packed_picture *p, struct sk_arena *arena, bool predicted)
{
	struct sk_buf filter;

	sk_buf_init(&filter, arena, 160);
	sk_buf_str(&filter, "/Filter/FlateDecode");
	if (predicted) {
		sk_buf_str(&filter, "/DecodeParms<</Predictor 15/Colors ");
		sk_buf_decimal(&filter, p->components);
		sk_buf_str(&filter, "/BitsPerComponent ");
		sk_buf_decimal(&filter, p->bits);
		sk_buf_str(&filter, "/Columns ");
		sk_buf_decimal(&filter, p->width);
		sk_buf_str(&filter, ">>");
	}
	p->filter = sk_buf_bytes(&filter);
	return filter.status;
}

static uint8_t paeth(int a, int b, int c)
{
	int pa = b - c, pb = a - c, pc = pa + pb;
	pa = pa < 0 ? -pa : pa;
	pb = pb < 0 ? -pb : pb;
	pc = pc < 0 ? -pc : pc;
	return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* The row as PNG's filter of that number makes it (PNG 9.2); above is NULL for the first. */
static void filter_row(uint8_t *to, const uint8_t *row, const uint8_t *above, size_t len, size_t pixel, unsigned filter)
{
	for (size_t i = 0; i < len; i++) {
		int a = i < pixel ? 0 : row[i - pixel], b = above == NULL ? 0 : above[i], c = i < pixel || above == NULL ? 0 : above[i - pixel];
		uint8_t guess = filter == 1 ? (uint8_t)a : filter == 2 ? (uint8_t)b : filter == 4 ? paeth(a, b, c) : 0;
		to[i] = (uint8_t)(row[i] - guess);
	}
}

/* How much a filtered row deviates from nothing: what programs that write PNG go by. */
static uint64_t weight(const uint8_t *row, size_t len)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < len; i++)
		sum += row[i] < 128 ? row[i] : 256u - row[i];
	return sum;
}

/* Rows from first to end with the best filter before each; length (len + 1) * rows. */
static void predict(const struct packed_picture *p, size_t first, size_t end, uint8_t *to, uint8_t *tried)
{
	static const unsigned filters[] = {1, 2, 4};
	size_t len = ((size_t)p->width * p->components * p->bits + 7) / 8, pixel = sk_max(1, (size_t)p->components * p->bits / 8);

	for (size_t y = first; y < end; y++, to += len + 1) {
		const uint8_t *row = p->samples.at + y * len, *above = y == 0 ? NULL : row - len;
		uint64_t best = weight(row, len);
		to[0] = 0;
		memcpy(to + 1, row, len);
		for (size_t f = 0; f < SK_COUNT(filters); f++) {
			filter_row(tried, row, above, len, pixel, filters[f]);
			uint64_t sum = weight(tried, len);
			if (sum >= best)
				continue;
			best = sum;
			to[0] = (uint8_t)filters[f];
			memcpy(to + 1, tried, len);
		}
	}
}

static size_t deflated(sk_bytes b, uint8_t **packed, struct sk_arena *arena)
{
	size_t bound = deflate_bound(DEFLATE_ZLIB, b.len);
	*packed = sk_arena_raw(arena, bound);
	return *packed == NULL ? 0 : deflate_lines(b, *packed, bound);
}

/* Whether some rows in the middle get smaller by prediction. */
static bool pays(const struct packed_picture *p, struct sk_arena *arena, uint8_t *tried)
{
	size_t len = ((size_t)p->width * p->components * p->bits + 7) / 8, rows = sk_min(p->height, TRIED_ROWS), first = (p->height - rows) / 2;
	size_t mark = sk_arena_mark(arena);
	uint8_t *lines = sk_arena_raw(arena, (len + 1) * rows), *packed;
	bool smaller = false;

	if (lines != NULL) {
		predict(p, first, first + rows, lines, tried);
		size_t plain = deflated(sk_bytes_slice(p->samples, first * len, rows * len), &packed, arena);
		size_t predicted = deflated(sk_bytes_of(lines, (len + 1) * rows), &packed, arena);
		smaller = predicted > 0 && predicted + predicted / 16 < plain;
	}
	sk_arena_release(arena, mark);
	return smaller;
}

static enum sk_status flate(struct packed_picture *p, struct sk_arena *arena)
{
	size_t len = ((size_t)p->width * p->components * p->bits + 7) / 8;
	uint8_t *packed, *tried = sk_arena_raw(arena, len);
	sk_bytes lines = p->samples;

	if (tried == NULL)
		return SK_LIMIT;
	bool predicted = p->bits >= 8 && pays(p, arena, tried);
	if (predicted) {
		uint8_t *made = sk_arena_raw(arena, (len + 1) * p->height);
		if (made == NULL)
			return SK_LIMIT;
		predict(p, 0, p->height, made, tried);
		lines = sk_bytes_of(made, (len + 1) * p->height);
	}
	size_t packed_len = deflated(lines, &packed, arena);
	p->packed = sk_bytes_of(packed, packed_len);
	SK_TRY(put_filter(p, arena, predicted));
	return packed_len > 0 ? SK_OK : SK_LIMIT;
}

/* As fax (T.6), the rarer colour as ink. */
static enum sk_status fax(struct packed_picture *p, struct sk_arena *arena, size_t max)
{
	struct raster_bits bits = {.width = p->width, .height = p->height, .stride = ((size_t)p->width + 7) / 8};
	uint64_t ones = 0;
	struct sk_buf out, filter;

	sk_bytes copy = sk_arena_copy(arena, p->samples);
	if (copy.at == NULL)
		return SK_LIMIT;
	bits.at = (uint8_t *)(uintptr_t)copy.at;
	for (size_t i = 0; i < copy.len; i++)
		ones += (unsigned)__builtin_popcount(copy.at[i]);
	bool invert = ones > (uint64_t)p->width * p->height / 2;
	if (invert)
		raster_bits_invert(&bits);
	sk_buf_init(&out, arena, max);
	SK_TRY(ccitt_encode(&bits, arena, &out));
	sk_buf_init(&filter, arena, 160);
	sk_buf_str(&filter, "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns ");
	sk_buf_decimal(&filter, p->width);
	sk_buf_str(&filter, "/Rows ");
	sk_buf_decimal(&filter, p->height);
	sk_buf_str(&filter, invert ? ">>" : "/BlackIs1 true>>");
	p->packed = sk_buf_bytes(&out);
	p->filter = sk_buf_bytes(&filter);
	return filter.status;
}

enum sk_status picture_pack(struct packed_picture *picture, struct sk_arena *arena)
{
	struct packed_picture as_fax = *picture;

	SK_TRY(flate(picture, arena));
	if (picture->bits == 1 && picture->components == 1 && picture->packed.len > 256 && fax(&as_fax, arena, picture->packed.len) == SK_OK &&
	    as_fax.packed.len < picture->packed.len)
		*picture = as_fax;
	return SK_OK;
}
