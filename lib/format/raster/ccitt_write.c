/*
 * Rows to T.6 (ITU-T T.6 2.2). Deterministic: at each step the mode that the recommendation's flow chart gives.
 *
 * The places where a row changes colour are found a word at a time, so the work is by changes, not by pixels.
 */
#include "format/raster/ccitt.h"

#define MARGIN 4 /* places behind the last that stand for the end of the row */

struct writer {
	struct sk_buf *out;
	uint64_t held;
	unsigned count; /* bits in held, fewer than 32 between calls */
};

static void put(struct writer *w, struct ccitt_code code)
{
	w->held = w->held << code.len | code.code;
	w->count += code.len;
	if (w->count < 32)
		return;
	w->count -= 32;
	sk_buf_u32be(w->out, (uint32_t)(w->held >> w->count));
}

static void put_run(struct writer *w, unsigned color, uint32_t run)
{
	for (; run >= CCITT_RUN_MAX + 64; run -= CCITT_RUN_MAX)
		put(w, ccitt_runs[color][CCITT_RUNS - 1]);
	if (run >= 64)
		put(w, ccitt_runs[color][CCITT_TERMINATING + run / 64 - 1]);
	put(w, ccitt_runs[color][run % 64]);
}

/* Lists where the colour changes, white first, and the end of the row behind it. */
static void places_of(const uint8_t *row, size_t stride, uint32_t width, uint32_t *places)
{
	uint64_t before = 0; /* the last pixel of the word before, as its highest bit */
	size_t count = 0;
	for (size_t at = 0; at < stride; at += 8) {
		uint64_t word = 0;
		if (stride - at >= 8) {
			memcpy(&word, row + at, 8);
			word = __builtin_bswap64(word);
		} else {
			for (size_t i = 0; i < stride - at; i++)
				word |= (uint64_t)row[at + i] << (56 - 8 * i);
		}
		for (uint64_t changes = word ^ (word >> 1 | before); changes != 0;) {
			unsigned bit = (unsigned)__builtin_clzll(changes);
			uint32_t place = (uint32_t)(at * 8 + bit);
			if (place >= width)
				break;
			places[count++] = place;
			changes &= ~(UINT64_C(1) << (63 - bit));
		}
		before = word << 63;
	}
	for (unsigned i = 0; i < MARGIN; i++)
		places[count++] = width;
}

static void put_row(struct writer *w, const uint32_t *row, const uint32_t *above, uint32_t width)
{
	uint32_t a0 = 0, a = 0, b = 0; /* a: of a1 in row, b: of b1 above; even ones begin black */
	unsigned color = 0;
	for (bool first = true; a0 < width; first = false) {
		while (above[b] < width && (above[b] < a0 || (above[b] == a0 && !first)))
			b += 2;
		uint32_t a1 = row[a], b1 = above[b], b2 = b1 < width ? above[b + 1] : width;
		if (b2 < a1) {
			put(w, ccitt_modes[CCITT_PASS]);
			a0 = b2;
			continue;
		}
		if (a1 + 3 >= b1 && a1 <= b1 + 3) {
			put(w, ccitt_modes[CCITT_V0 + a1 - b1]);
			a0 = a1;
			a++;
			color ^= 1;
			b = b > 0 ? b - 1 : 1;
			continue;
		}
		uint32_t a2 = a1 < width ? row[a + 1] : width;
		put(w, ccitt_modes[CCITT_HORIZONTAL]);
		put_run(w, color, a1 - a0);
		put_run(w, color ^ 1, a2 - a1);
		a0 = a2;
		a += 2;
	}
}

enum sk_status ccitt_encode(const struct raster_bits *bits, struct sk_arena *arena, struct sk_buf *out)
{
	static const struct ccitt_code eol = {1, CCITT_EOL_BITS};
	struct writer w = {.out = out};
	size_t places = (size_t)bits->width + MARGIN;
	uint32_t *row = sk_arena_array(arena, places, sizeof *row), *above = sk_arena_array(arena, places, sizeof *above);
	if (row == NULL || above == NULL)
		return SK_LIMIT;
	for (unsigned i = 0; i < MARGIN; i++)
		above[i] = bits->width; /* an imaginary white row */
	for (uint32_t y = 0; y < bits->height && out->status == SK_OK; y++) {
		places_of(bits->at + y * bits->stride, bits->stride, bits->width, row);
		put_row(&w, row, above, bits->width);
		uint32_t *swap = row;
		row = above;
		above = swap;
	}
	put(&w, eol);
	put(&w, eol);
	for (; w.count >= 8; w.count -= 8)
		sk_buf_u8(out, (uint8_t)(w.held >> (w.count - 8)));
	if (w.count > 0)
		sk_buf_u8(out, (uint8_t)(w.held << (8 - w.count)));
	return out->status;
}
