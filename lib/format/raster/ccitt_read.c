/*
 * CCITT fax to rows: ITU-T T.4 in one and two dimensions, T.6.
 *
 * A row is the list of the places where its colour changes; the next row is coded against that list, and rows of bits are filled from it.
 *
 * What the attacker controls here: the parameters and all bits. Places never fall nor pass the last column, so a list has at most one
 * entry a column; every row takes at least a bit, and a row that took none ends the picture.
 */
#include "format/raster/ccitt.h"
#include "format/raster/raster_parts.h"

#include "conf/conf.h"

#define RUN_BITS 13
#define MODE_BITS 7
#define TAGGED_EOL 0x1001u /* a tag bit of 1 and an EOL */
#define TABLE_MARGIN 4 /* places behind the last one that stand for the end of the row */

struct code_bits {
	sk_bytes in;
	size_t at, end; /* bits */
};

struct fax {
	struct code_bits bits;
	uint16_t runs[2][1 << RUN_BITS]; /* run << 4 | bits of its code; 0: no code */
	uint8_t modes[1 << MODE_BITS];   /* mode << 4 | bits */
	uint32_t *row, *above;           /* places of changes, ascending; even ones begin black */
	uint32_t count, columns;
	bool damaged;
};

/* The next bits, highest first, at least 57; zeros behind the end. */
static inline uint64_t window(const struct code_bits *b)
{
	size_t byte = b->at >> 3;
	uint64_t held = 0;
	if (SK_LIKELY(b->in.len - sk_min(byte, b->in.len) >= 8)) {
		memcpy(&held, b->in.at + byte, 8);
		held = __builtin_bswap64(held);
	} else {
		for (size_t i = 0; i < 8 && byte + i < b->in.len; i++)
			held |= (uint64_t)b->in.at[byte + i] << (56 - 8 * i);
	}
	return held << (b->at & 7);
}

static void tables_make(struct fax *fax)
{
	memset(fax->runs, 0, sizeof fax->runs);
	memset(fax->modes, 0, sizeof fax->modes);
	for (unsigned color = 0; color < 2; color++)
		for (uint32_t i = 0; i < CCITT_RUNS; i++) {
			struct ccitt_code c = ccitt_runs[color][i];
			uint32_t first = (uint32_t)c.code << (RUN_BITS - c.len), count = 1u << (RUN_BITS - c.len);
			for (uint32_t k = first; k < first + count; k++)
				fax->runs[color][k] = (uint16_t)(ccitt_run(i) << 4 | c.len);
		}
	for (unsigned mode = 0; mode < CCITT_MODES; mode++) {
		struct ccitt_code c = ccitt_modes[mode];
		uint32_t first = (uint32_t)c.code << (MODE_BITS - c.len), count = 1u << (MODE_BITS - c.len);
		memset(fax->modes + first, (int)(mode << 4 | c.len), count);
	}
}

/* ---- one row ---- */

/* A whole run: make-up codes and the one that ends it. False at no code. */
static inline bool take_run(struct fax *fax, unsigned color, uint32_t *run)
{
	uint32_t sum = 0, part;
	do {
		unsigned entry = fax->runs[color][window(&fax->bits) >> (64 - RUN_BITS)];
		if (SK_UNLIKELY(entry == 0))
			return false;
		part = entry >> 4;
		fax->bits.at += entry & 15;
		sum += part;
	} while (part >= 64 && sum <= fax->columns);
	*run = sum;
	return true;
}

/* The colour changes at place. Twice at the same place is no change, so the list stays strictly ascending and short. */
static inline void change(struct fax *fax, uint32_t place)
{
	if (SK_UNLIKELY(fax->count > 0 && fax->row[fax->count - 1] == place))
		fax->count--;
	else
		fax->row[fax->count++] = place;
}

/* One run from *a0 on; *a0 moves behind it. */
static inline bool run_add(struct fax *fax, unsigned color, uint32_t *a0)
{
	uint32_t run;
	if (!take_run(fax, color, &run))
		return false;
	if (SK_UNLIKELY(run > fax->columns - *a0)) {
		run = fax->columns - *a0;
		fax->damaged = true;
	}
	*a0 += run;
	change(fax, *a0);
	return true;
}

/* T.4 4.1.1. True when the row is whole. */
static bool row_one_dimension(struct fax *fax)
{
	uint32_t a0 = 0;
	unsigned color = 0;
	for (fax->count = 0; a0 < fax->columns; color ^= 1)
		if (!run_add(fax, color, &a0))
			return false;
	return true;
}

/* T.6 2.2: the row against the one above. True when it is whole. */
static bool row_two_dimensions(struct fax *fax)
{
	const uint32_t *above = fax->above, columns = fax->columns;
	uint32_t a0 = 0, b = 0; /* b: of the first change above, right of a0, to the colour opposite to ours; the start counts as left of 0 */
	unsigned color = 0, left = 0;
	uint64_t held = 0;
	for (fax->count = 0; a0 < columns;) {
		if (left < MODE_BITS) {
			held = window(&fax->bits);
			left = 57;
		}
		unsigned entry = fax->modes[held >> (64 - MODE_BITS)], len = entry & 15, mode = entry >> 4;
		if (SK_UNLIKELY(len == 0))
			return false;
		held <<= len;
		left -= len;
		fax->bits.at += len;
		if (SK_LIKELY(mode <= CCITT_VR3)) {
			int32_t a1 = (int32_t)above[b] + (int32_t)mode - CCITT_V0; /* sides are far from 2^31 */
			fax->damaged |= a1 < (int32_t)a0 || a1 > (int32_t)columns;
			a0 = a1 < (int32_t)a0 ? a0 : a1 > (int32_t)columns ? columns : (uint32_t)a1;
			change(fax, a0);
			color ^= 1;
			b = mode < CCITT_V0 && b > 0 ? b - 1 : b + 1;
		} else if (mode == CCITT_PASS) {
			a0 = above[b + 1];
			b += 2;
		} else {
			if (!run_add(fax, color, &a0) || !run_add(fax, color ^ 1, &a0))
				return false;
			left = 0;
		}
		while (above[b] <= a0 && above[b] < columns)
			b += 2;
	}
	return true;
}

/* Ends the list and paints its black runs. What a broken row did not say is white. */
static void row_paint(struct fax *fax, bool whole, uint8_t *to)
{
	uint32_t count = fax->count;
	if (!whole && count % 2 == 1) /* it broke in a black run */
		count--;
	for (uint32_t i = 0; i < TABLE_MARGIN; i++)
		fax->row[count + i] = fax->columns;
	for (uint32_t i = 0; i < count; i += 2)
		raster_fill(to, fax->row[i], fax->row[i + 1]);
}

static void rows_swap(struct fax *fax)
{
	uint32_t *row = fax->row;
	fax->row = fax->above;
	fax->above = row;
}

/* ---- between rows ---- */

static bool at_end(const struct fax *fax)
{
	return fax->bits.at >= fax->bits.end;
}

/* Behind an EOL with any fill, when one stands here (T.4 4.1.2, 4.1.3). */
static bool take_eol(struct code_bits *b)
{
	size_t at = b->at;
	if (window(b) >> (64 - CCITT_EOL_BITS + 1) != 0)
		return false;
	while (b->at < b->end && window(b) >> 8 == 0)
		b->at += 56;
	uint64_t held = window(b);
	if (b->at < b->end && held != 0)
		b->at += (size_t)__builtin_clzll(held) + 1;
	if (b->at <= b->end && held != 0)
		return true;
	b->at = at;
	return false;
}

static void align(struct code_bits *b)
{
	b->at = (b->at + 7) & ~(size_t)7;
}

/* Moves on to just before the next EOL; false when there is none. */
static bool seek_eol(struct code_bits *b)
{
	for (; b->at < b->end; b->at++) {
		if (window(b) >> (64 - CCITT_EOL_BITS + 1) != 0)
			continue;
		if (!take_eol(b))
			return false; /* zeros up to the end */
		b->at -= CCITT_EOL_BITS;
		return true;
	}
	return false;
}

enum next { ROW_ONE_DIMENSION, ROW_TWO_DIMENSIONS, ROWS_END };

/* What stands before a row: EOLs, fill, the tag bit of two-dimensional T.4, the end. */
static enum next row_begin(struct fax *fax, const struct ccitt_parameters *p)
{
	struct code_bits *b = &fax->bits;
	uint64_t held = window(b);
	bool two_eols = held >> (64 - CCITT_EOFB_BITS) == CCITT_EOFB || held >> (64 - CCITT_EOFB_BITS - 1) == (1u << 13 | TAGGED_EOL);
	unsigned eols = 0;
	/* with byte_align, zeros before a code may look like an EOL: it counts only when EOLs are announced */
	if (p->byte_align && !p->end_of_line && !two_eols)
		align(b);
	while (take_eol(b)) {
		eols++;
		if (p->k > 0 && window(b) >> (64 - CCITT_EOL_BITS - 1) == TAGGED_EOL)
			b->at++; /* a tag bit between two EOLs: RTC */
	}
	if (p->byte_align && eols == 0)
		align(b);
	if (at_end(fax) || (eols >= 2 && p->end_of_block) || (eols >= 1 && p->k < 0))
		return ROWS_END;
	if (p->k < 0)
		return ROW_TWO_DIMENSIONS;
	if (p->k == 0)
		return ROW_ONE_DIMENSION;
	bool one = window(b) >> 63 != 0;
	b->at++;
	return one ? ROW_ONE_DIMENSION : ROW_TWO_DIMENSIONS;
}

/* ---- pictures ---- */

static struct fax *fax_make(sk_bytes in, uint32_t columns, struct sk_arena *arena)
{
	struct fax *fax = sk_arena_raw(arena, sizeof *fax);
	size_t places = (size_t)columns + 1 + TABLE_MARGIN;
	if (fax == NULL)
		return NULL;
	fax->row = sk_arena_array(arena, places, sizeof *fax->row);
	fax->above = sk_arena_array(arena, places, sizeof *fax->above);
	if (fax->row == NULL || fax->above == NULL)
		return NULL;
	tables_make(fax);
	fax->bits = (struct code_bits){.in = in, .end = in.len * 8};
	fax->columns = columns;
	fax->count = 0;
	fax->damaged = false;
	for (unsigned i = 0; i < TABLE_MARGIN; i++)
		fax->above[i] = columns; /* an imaginary white row */
	return fax;
}

/* Decodes one row into to, which is white; false when the picture can't go on behind it. *any: something of it was there. */
static bool row_decode(struct fax *fax, enum next next, bool resync, uint8_t *to, bool *any)
{
	bool whole = next == ROW_ONE_DIMENSION ? row_one_dimension(fax) : row_two_dimensions(fax);
	*any = whole || fax->count > 0;
	row_paint(fax, whole, to);
	rows_swap(fax);
	fax->damaged |= !whole;
	return whole || (resync && seek_eol(&fax->bits));
}

/* Rows until there are no more; a row is added to out when something of it was there. */
static enum sk_status rows_decode(struct fax *fax, const struct ccitt_parameters *p, size_t stride, uint32_t rows_max, struct sk_buf *out)
{
	bool more = true, any = true;
	enum next next;
	uint32_t y = 0;
	for (; more && y < rows_max && (next = row_begin(fax, p)) != ROWS_END; y++) {
		uint8_t *to = sk_buf_room(out, stride);
		if (to == NULL)
			return limit_reached(LIMIT_arena_bytes);
		memset(to, 0, stride);
		more = row_decode(fax, next, p->k >= 0, to, &any);
		if (any || more)
			sk_buf_added(out, stride);
	}
	if (p->rows == 0 && more && y == rows_max && row_begin(fax, p) != ROWS_END)
		return limit_reached(rows_max < limit(LIMIT_picture_side) ? LIMIT_picture_pixels : LIMIT_picture_side);
	fax->damaged |= fax->bits.at > fax->bits.end;
	return SK_OK;
}

static bool in_reversed(sk_bytes *in, struct sk_arena *arena)
{
	uint8_t *to = sk_arena_raw(arena, in->len);
	if (to == NULL)
		return false;
	for (size_t i = 0; i < in->len; i++) {
		unsigned b = in->at[i];
		b = (b & 0xF0) >> 4 | (b & 0x0F) << 4;
		b = (b & 0xCC) >> 2 | (b & 0x33) << 2;
		to[i] = (uint8_t)((b & 0xAA) >> 1 | (b & 0x55) << 1);
	}
	*in = sk_bytes_of(to, in->len);
	return true;
}

enum sk_status ccitt_decode(sk_bytes in, const struct ccitt_parameters *p, struct sk_arena *arena, struct raster_bits *bits)
{
	struct sk_buf out;
	size_t bytes;
	*bits = (struct raster_bits){.width = p->columns, .height = p->rows, .damaged = true};
	if (p->columns == 0)
		return SK_MALFORMED;
	SK_TRY(raster_size_check(p->columns, p->rows, &bits->stride, &bytes));
	if (bytes > RASTER_FEW_BYTES && p->rows / 8 > in.len)
		return SK_TRUNCATED; /* a row takes a bit at least */
	uint32_t most = (uint32_t)sk_min(limit(LIMIT_picture_pixels) / p->columns, limit(LIMIT_picture_side));
	if (p->least_first && !in_reversed(&in, arena))
		return limit_reached(LIMIT_arena_bytes);
	struct fax *fax = fax_make(in, p->columns, arena);
	if (fax == NULL)
		return limit_reached(LIMIT_arena_bytes);
	sk_buf_init(&out, arena, bits->stride * (p->rows > 0 ? p->rows : most));
	if (sk_buf_room(&out, bytes) == NULL)
		return limit_reached(LIMIT_arena_bytes);
	SK_TRY(rows_decode(fax, p, bits->stride, p->rows > 0 ? p->rows : most, &out));
	bits->at = out.at;
	if (p->rows == 0)
		bits->height = (uint32_t)(out.len / bits->stride);
	else
		memset(out.at + out.len, 0, bytes - out.len);
	bits->damaged = fax->damaged || out.len < bytes || bits->height == 0;
	return SK_OK;
}

enum sk_status ccitt_decode_mmr(sk_bytes in, struct sk_arena *arena, struct raster_bits *bits, size_t *used)
{
	size_t mark = sk_arena_mark(arena);
	bool more = bits->width > 0, any;
	*used = 0;
	struct fax *fax = fax_make(in, bits->width, arena);
	if (fax == NULL)
		return limit_reached(LIMIT_arena_bytes);
	for (uint32_t y = 0; more && y < bits->height; y++)
		more = row_decode(fax, ROW_TWO_DIMENSIONS, false, bits->at + y * bits->stride, &any);
	if (window(&fax->bits) >> (64 - CCITT_EOFB_BITS) == CCITT_EOFB)
		fax->bits.at += CCITT_EOFB_BITS;
	*used = sk_min((fax->bits.at + 7) / 8, in.len);
	bits->damaged |= fax->damaged || fax->bits.at > fax->bits.end;
	sk_arena_release(arena, mark);
	return SK_OK;
}
