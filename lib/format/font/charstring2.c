/*
 * Charstrings of type 2, walked (Adobe TN 5177): each operator with the operands it needs, each mask with the bytes that the hints ask for.
 *
 * What the attacker controls here: the program of a glyph and its subroutines. It has no jumps and no conditions, so that one walk sees all that
 * a viewer will; results of arithmetic are not computed but unknown, and what needs a known number (a subroutine, an index) fails with
 * them. The walk notes how far each subroutine was read: what nobody read is not written.
 */
#include "format/font/cff_parts.h"

#define UNKNOWN INT32_MIN
#define DEPTH_MAX 10
#define HINTS_MAX 96
#define STORAGE 32 /* places of put and get */

static bool walk(struct cff_walk *w, sk_bytes code, uint32_t *reach, unsigned depth);

static bool push(struct cff_walk *w, int32_t value)
{
	if (w->count == CFF_OPERANDS)
		return false;
	w->stack[w->count++] = value;
	return true;
}

static bool pop(struct cff_walk *w, int32_t *value)
{
	if (w->count == 0)
		return false;
	*value = w->stack[--w->count];
	return true;
}

static bool call(struct cff_walk *w, struct cff_subrs *subrs, unsigned depth)
{
	int32_t number, bias = subrs->index.count < 1240 ? 107 : subrs->index.count < 33900 ? 1131 : 32768;

	if (!pop(w, &number) || number == UNKNOWN || depth == DEPTH_MAX)
		return false;
	number += bias;
	if (number < 0 || (uint32_t)number >= subrs->index.count)
		return false;
	return walk(w, cff_index_item(&subrs->index, (uint32_t)number), &subrs->reach[number], depth + 1);
}

/* Takes so many operands and gives as many unknown ones. */
static bool compute(struct cff_walk *w, unsigned operands, unsigned results)
{
	if (w->count < operands)
		return false;
	w->count -= operands;
	for (; results > 0; results--)
		if (!push(w, UNKNOWN))
			return false;
	return true;
}

static bool turn(struct cff_walk *w)
{
	int32_t times, count;

	if (!pop(w, &times) || !pop(w, &count) || times == UNKNOWN || count < 0 || (uint32_t)count > w->count)
		return false;
	return compute(w, (unsigned)count, (unsigned)count);
}

static bool pick(struct cff_walk *w)
{
	int32_t place;

	if (!pop(w, &place) || place == UNKNOWN || w->count == 0)
		return false;
	place = place < 0 ? 0 : place;
	return (uint32_t)place < w->count && push(w, w->stack[w->count - 1 - (uint32_t)place]);
}

static bool store(struct cff_walk *w, unsigned values, unsigned results)
{
	int32_t place;

	return pop(w, &place) && place >= 0 && place < STORAGE && compute(w, values, results);
}

static bool exactly(struct cff_walk *w, unsigned count)
{
	bool good = w->count == count;

	w->count = 0;
	return good;
}

static bool escaped(struct cff_walk *w, uint8_t op)
{
	int32_t value;

	switch (op) {
	case 0: /* dotsection: of old, means nothing */
		w->count = 0;
		return true;
	case 3: case 4: case 10: case 11: case 12: case 15: case 24: /* and or add sub div eq mul */
		return compute(w, 2, 1);
	case 5: case 9: case 14: case 26: /* not abs neg sqrt */
		return compute(w, 1, 1);
	case 18: /* drop */
		return compute(w, 1, 0);
	case 20: /* put */
		return store(w, 1, 0);
	case 21: /* get */
		return store(w, 0, 1);
	case 22: /* ifelse */
		return compute(w, 4, 1);
	case 23: /* random */
		return compute(w, 0, 1);
	case 27: /* dup */
		return pop(w, &value) && push(w, value) && push(w, value);
	case 28: /* exch */
		return compute(w, 2, 2);
	case 29:
		return pick(w);
	case 30:
		return turn(w);
	case 34: /* hflex */
		return exactly(w, 7);
	case 35: /* flex */
		return exactly(w, 13);
	case 36: /* hflex1 */
		return exactly(w, 9);
	case 37: /* flex1 */
		return exactly(w, 11);
	default:
		return false;
	}
}

static bool stems(struct cff_walk *w)
{
	w->hints += w->count / 2; /* an odd one is the width */
	w->count = 0;
	return w->hints <= HINTS_MAX;
}

/* Operators that draw: at least so many operands, and a remainder that its curves allow. */
static bool draw(struct cff_walk *w, uint8_t op)
{
	unsigned n = w->count;

	w->count = 0;
	switch (op) {
	case 4: case 22: /* vmoveto hmoveto, perhaps with the width */
		return n >= 1;
	case 21: /* rmoveto */
		return n >= 2;
	case 5: /* rlineto */
		return n >= 2 && n % 2 == 0;
	case 6: case 7: /* hlineto vlineto */
		return n >= 1;
	case 8: /* rrcurveto */
		return n >= 6 && n % 6 == 0;
	case 24: /* rcurveline */
		return n >= 8 && n % 6 == 2;
	case 25: /* rlinecurve */
		return n >= 8 && n % 2 == 0;
	case 26: case 27: case 30: case 31: /* vvcurveto hhcurveto vhcurveto hvcurveto */
		return n >= 4 && n % 4 <= 1;
	default:
		return false;
	}
}

static bool end(struct cff_walk *w)
{
	w->ended = true;
	if (w->count == 4 || w->count == 5) { /* two glyphs of StandardEncoding: TN 5177, appendix C */
		int32_t base = w->stack[w->count - 2], accent = w->stack[w->count - 1];
		if (base < 0 || base > 255 || accent < 0 || accent > 255)
			return false;
		w->accent = 0x10000u | (uint32_t)base << 8 | (uint32_t)accent;
	}
	return true;
}

static bool operand(struct cff_walk *w, struct sk_cursor *c, uint8_t first)
{
	if (first == 28)
		return push(w, (int16_t)sk_cursor_u16be(c));
	if (first <= 246)
		return push(w, first - 139);
	if (first <= 250)
		return push(w, (first - 247) * 256 + sk_cursor_u8(c) + 108);
	if (first <= 254)
		return push(w, -(first - 251) * 256 - sk_cursor_u8(c) - 108);
	uint32_t fixed = sk_cursor_u32be(c);
	return push(w, (fixed & 0xFFFF) != 0 ? UNKNOWN : (int16_t)(fixed >> 16));
}

static bool operate(struct cff_walk *w, struct sk_cursor *c, uint8_t op, unsigned depth)
{
	switch (op) {
	case 1: case 3: case 18: case 23: /* hstem vstem hstemhm vstemhm */
		return stems(w);
	case 19: case 20: /* hintmask cntrmask */
		if (!stems(w))
			return false;
		sk_cursor_skip(c, (w->hints + 7) / 8);
		return true;
	case 10:
		return call(w, w->local, depth);
	case 29:
		return call(w, w->global, depth);
	case 12:
		return escaped(w, sk_cursor_u8(c));
	case 14:
		return end(w);
	default:
		return draw(w, op);
	}
}

static bool walk(struct cff_walk *w, sk_bytes code, uint32_t *reach, unsigned depth)
{
	struct sk_cursor c = sk_cursor_of(code);
	uint32_t open = 0;

	while (!w->ended) {
		if (c.left == 0) {
			open = CFF_REACH_OPEN;
			break;
		}
		uint8_t first = sk_cursor_u8(&c);
		if (++w->steps > limit(LIMIT_font_glyph_work))
			return false;
		if (first == 11 && depth > 0) /* return */
			break;
		bool good = first >= 32 || first == 28 ? operand(w, &c, first) : operate(w, &c, first, depth);
		if (!good || c.status != SK_OK)
			return false;
	}
	/* an empty subroutine counts as one byte, which it gets */
	*reach = (uint32_t)sk_max(*reach & ~CFF_REACH_OPEN, c.offset) | open | (*reach & CFF_REACH_OPEN);
	return true;
}

bool cff_walk_glyph(struct cff_walk *w, sk_bytes code, uint32_t *reach)
{
	w->count = w->hints = 0;
	w->steps = 0;
	w->ended = false;
	w->accent = 0;
	*reach = 0;
	if (!walk(w, code, reach, 0))
		return false;
	return w->ended || w->count == 0;
}
