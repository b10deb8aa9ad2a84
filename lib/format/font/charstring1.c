/*
 * Charstrings of Type 1, walked (Adobe Type 1 Font Format, chapters 6 and 8): operators with their operands, the procedures for flex and
 * hints in PostScript by number alone.
 *
 * What the attacker controls here: the program of a glyph and its subroutines. As with type 2 there are no jumps: one walk sees all.
 */
#include "format/font/type1_parts.h"

#define UNKNOWN INT32_MIN
#define DEPTH_MAX 10
#define FLEX_POINTS 7

struct walk {
	struct type1_font *font;
	int32_t stack[TYPE1_STACK], given[TYPE1_STACK]; /* given: by procedures, for pop */
	unsigned count, given_count, flex;              /* flex: 0, or 1 + points so far */
	uint32_t steps, accent;
	bool ended;
};

static bool walk(struct walk *w, struct type1_program *p, unsigned depth);

static bool push(struct walk *w, int32_t value)
{
	if (w->count == TYPE1_STACK)
		return false;
	w->stack[w->count++] = value;
	return true;
}

static bool pop(struct walk *w, int32_t *value)
{
	if (w->count == 0)
		return false;
	*value = w->stack[--w->count];
	return *value != UNKNOWN;
}

/* An operator that takes so many operands, and clears the rest. */
static bool takes(struct walk *w, unsigned count)
{
	bool good = w->count >= count;

	w->count = 0;
	return good;
}

static bool call(struct walk *w, unsigned depth)
{
	int32_t number;

	if (!pop(w, &number) || number < 0 || (uint32_t)number >= w->font->subrs_count || depth == DEPTH_MAX)
		return false;
	return walk(w, &w->font->subrs[number], depth + 1);
}

/* Procedures 0 to 3 (flex and hint replacement), 12 and 13 (counters). What they leave is for pop. */
static bool procedure(struct walk *w)
{
	int32_t number, operands;

	if (!pop(w, &number) || !pop(w, &operands) || operands < 0 || (unsigned)operands > w->count)
		return false;
	unsigned from = w->count - (unsigned)operands;
	w->count = from;
	w->given_count = 0;
	switch (number) {
	case 0: /* ends a flex, gives the point */
		w->given[0] = w->given[1] = UNKNOWN;
		w->given_count = 2;
		if (operands != 3 || w->flex != 1 + FLEX_POINTS)
			return false;
		w->flex = 0;
		return true;
	case 1:
		w->flex = 1;
		return operands == 0;
	case 2:
		return operands == 0 && w->flex != 0 && w->flex++ <= FLEX_POINTS;
	case 3: /* gives the subroutine with other hints */
		w->given[0] = operands == 1 ? w->stack[from] : UNKNOWN;
		w->given_count = 1;
		return operands == 1;
	case 12: case 13:
		return true;
	default:
		return false;
	}
}

static bool accented(struct walk *w)
{
	if (w->count < 5)
		return false;
	int32_t base = w->stack[w->count - 2], accent = w->stack[w->count - 1];
	w->accent = 0x10000u | (uint32_t)(base & 255) << 8 | (uint32_t)(accent & 255);
	w->ended = true;
	return base >= 0 && base <= 255 && accent >= 0 && accent <= 255;
}

static bool escaped(struct walk *w, uint8_t op)
{
	switch (op) {
	case 0: /* dotsection */
		return takes(w, 0);
	case 1: case 2: /* vstem3 hstem3 */
		return takes(w, 6);
	case 6:
		return accented(w);
	case 7: /* sbw */
		return takes(w, 4);
	case 12: /* div */
		if (w->count < 2)
			return false;
		w->count -= 2;
		return push(w, UNKNOWN);
	case 16:
		return procedure(w);
	case 17: /* pop */
		return w->given_count > 0 && push(w, w->given[--w->given_count]);
	case 33: /* setcurrentpoint */
		return takes(w, 2);
	default:
		return false;
	}
}

static bool operate(struct walk *w, struct sk_cursor *c, uint8_t op, unsigned depth)
{
	switch (op) {
	case 1: case 3: case 5: case 13: case 21: /* hstem vstem rlineto hsbw rmoveto */
		return takes(w, 2);
	case 4: case 6: case 7: case 22: /* vmoveto hlineto vlineto hmoveto */
		return takes(w, 1);
	case 8: /* rrcurveto */
		return takes(w, 6);
	case 30: case 31: /* vhcurveto hvcurveto */
		return takes(w, 4);
	case 9: /* closepath */
		return takes(w, 0);
	case 10:
		return call(w, depth);
	case 12:
		return escaped(w, sk_cursor_u8(c));
	case 14:
		w->ended = true;
		return true;
	default:
		return false;
	}
}

static bool operand(struct walk *w, struct sk_cursor *c, uint8_t first)
{
	if (first <= 246)
		return push(w, first - 139);
	if (first <= 250)
		return push(w, (first - 247) * 256 + sk_cursor_u8(c) + 108);
	if (first <= 254)
		return push(w, -(first - 251) * 256 - sk_cursor_u8(c) - 108);
	return push(w, (int32_t)sk_cursor_u32be(c));
}

static bool walk(struct walk *w, struct type1_program *p, unsigned depth)
{
	struct sk_cursor c = sk_cursor_of(p->code);
	uint32_t open = p->reach & CFF_REACH_OPEN;

	while (!w->ended) {
		if (c.left == 0) {
			open = CFF_REACH_OPEN;
			break;
		}
		uint8_t first = sk_cursor_u8(&c);
		if (++w->steps > limit(LIMIT_font_glyph_work))
			return false;
		if (first == 11 && depth > 0)
			break;
		if (!(first >= 32 ? operand(w, &c, first) : operate(w, &c, first, depth)) || c.status != SK_OK)
			return false;
	}
	p->reach = (uint32_t)sk_max(p->reach & ~CFF_REACH_OPEN, c.offset) | open;
	return true;
}

static enum sk_status walk_alive(struct type1_font *f, bool *died)
{
	for (uint32_t i = 0; i < f->glyphs_count; i++) {
		struct type1_program *p = &f->glyphs[i];
		struct walk w = {.font = f};
		if (p->dead)
			continue;
		p->reach = 0;
		p->dead = !walk(&w, p, 0);
		p->accent = w.accent;
		*died |= p->dead;
		font_note(f->job, FONT_NOTE_GLYPHS, p->dead);
		f->job->work += w.steps;
		if (f->job->work > limit(LIMIT_font_work))
			return limit_reached(LIMIT_font_work);
	}
	return SK_OK;
}

static const struct type1_program *find(const struct type1_font *f, unsigned code)
{
	sk_bytes name = font_standard_name(code);

	for (uint32_t i = 0; i < f->glyphs_count && name.len > 0; i++)
		if (sk_bytes_equal(f->glyphs[i].name, name))
			return &f->glyphs[i];
	return NULL;
}

/* Glyphs of two others need both, and these must be plain. */
static bool check_accents(struct type1_font *f)
{
	uint32_t joined = 0;
	bool died = false;

	for (uint32_t i = 0; i < f->glyphs_count; i++) {
		struct type1_program *p = &f->glyphs[i];
		if (p->dead || p->accent == 0)
			continue;
		const struct type1_program *base = find(f, p->accent >> 8 & 255), *mark = find(f, p->accent & 255);
		/* no font has more of them than codes: a search for each of many would be work without end */
		if (++joined <= 1024 && base != NULL && mark != NULL && base->accent == 0 && mark->accent == 0)
			continue;
		p->dead = died = true;
		font_note(f->job, FONT_NOTE_GLYPHS, 1);
	}
	return died;
}

enum sk_status type1_walk_all(struct type1_font *f)
{
	bool died = false;

	SK_TRY(walk_alive(f, &died));
	died |= check_accents(f);
	if (!died)
		return SK_OK;
	for (uint32_t i = 0; i < f->subrs_count; i++)
		f->subrs[i].reach = 0;
	return walk_alive(f, &died);
}
