/*
 * The text of a page: its content walked with the text state, characters where they would be drawn.
 *
 * Content is canonical (content_allowed), its lines are those of write_text.c. What the attacker controls here: which operators come in which order,
 * and forms that draw each other: depth and the bytes walked have limits.
 *
 * Line ends and blanks are found as readers find them: a base line that moves ends the line, a gap parts words.
 */
#include "format/pdf/extract.h"

#include "conf/conf.h"

#define FORM_DEPTH 12
#define SAVED_MAX 256
#define OPERANDS 6
#define WORD_GAP 0.15 /* of the font's size; narrow text has blanks of a fifth */
#define LINE_SHIFT 0.5 /* superscripts stay below it */

struct matrix {
	double a, b, c, d, e, f;
};

struct state { /* what q saves (8.4.1, 9.3.1) */
	struct matrix ctm;
	struct text_font *font;
	double size, character, word, scale, leading, rise;
};

struct walk {
	struct text_job *t;
	struct state state, saved[SAVED_MAX];
	unsigned depth, lost; /* states saved, and q beyond them */
	unsigned forms;
	struct matrix text, line;
	unsigned marked, replaced; /* marked content that is open; the level from which on another text stands for what is shown, 0: none */
	sk_bytes instead;     /* that text, until it was put */
	bool shown;           /* something stands on the line */
	bool gap;             /* the last thing put is a blank */
	double x, y;          /* where the last glyph ended */
};

struct operands {
	sk_bytes raw[OPERANDS];
	double number[OPERANDS];
	size_t count;
	sk_bytes name;        /* of the operator */
};

static struct matrix multiply(const struct matrix *m, const struct matrix *n)
{
	return (struct matrix){m->a * n->a + m->b * n->c,        m->a * n->b + m->b * n->d,       m->c * n->a + m->d * n->c,
			       m->c * n->b + m->d * n->d,        m->e * n->a + m->f * n->c + n->e, m->e * n->b + m->f * n->d + n->f};
}

/* Newton's method: there is no library of functions here. */
static double root(double square)
{
	double guess = square > 1 ? square : 1;

	for (unsigned i = 0; i < 64 && square > 0; i++) {
		double next = (guess + square / guess) / 2;
		if (!(next < guess))
			break;
		guess = next;
	}
	return square > 0 ? guess : 0;
}

static double positive(double value) { return value < 0 ? -value : value; }

/* ---- output ---- */

static enum sk_status put_end(struct walk *w)
{
	if (!w->shown)
		return SK_OK;
	w->shown = w->gap = false;
	return text_put(w->t, SK_BYTES("\n"));
}

static enum sk_status put_gap(struct walk *w)
{
	if (!w->shown || w->gap)
		return SK_OK;
	w->gap = true;
	return text_put(w->t, SK_BYTES(" "));
}

static enum sk_status put_scalar(struct walk *w, uint32_t scalar)
{
	static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
	uint8_t bytes[8]; /* sk_buf_put copies short pieces by words */

	if (scalar == ' ' || scalar == '\t' || scalar == '\n' || scalar == '\r' || scalar == '\f' || scalar == 0xA0)
		return put_gap(w);
	/* what XML does not have (XML 1.0, production 2), and C1 controls */
	if (scalar < 0x20 || (scalar >= 0x7F && scalar < 0xA0) || scalar == 0xFFFE || scalar == 0xFFFF || scalar == 0xAD)
		return SK_OK;
	w->shown = w->t->shown = true;
	w->gap = false;
	if (scalar >= 0xFB00 && scalar <= 0xFB06) /* a ligature: people search for its letters */
		return text_put(w->t, sk_bytes_str(ligatures[scalar - 0xFB00]));
	return text_put(w->t, sk_bytes_of(bytes, sk_utf8_encode(scalar, bytes)));
}

static enum sk_status put_text(struct walk *w, sk_bytes text)
{
	for (size_t at = 0; at < text.len;)
		SK_TRY(put_scalar(w, sk_utf8_decode(text, &at)));
	return SK_OK;
}

/* ---- showing ---- */

/* Ends the line or the word when the next glyph, at (x, y) of a base line along (ax, ay), stands elsewhere than the last one ended. */
static enum sk_status settle(struct walk *w, double x, double y, double ax, double ay, double size)
{
	double length = root(ax * ax + ay * ay);

	if (!w->shown || !(length > 0))
		return SK_OK;
	double dx = x - w->x, dy = y - w->y;
	double along = (dx * ax + dy * ay) / length, across = (dy * ax - dx * ay) / length;
	if (positive(across) > LINE_SHIFT * size || along < -size || along > 1e7 || positive(across) > 1e7)
		return put_end(w);
	return along > WORD_GAP * size ? put_gap(w) : SK_OK;
}

/* What a glyph means, or the text that stands for all glyphs of the marked content at hand (14.9.4). */
static enum sk_status put_glyph(struct walk *w, const struct text_glyph *glyph)
{
	sk_bytes instead = w->instead;

	if (w->replaced != 0) {
		w->instead = (sk_bytes){0};
		return put_text(w, instead);
	}
	for (size_t i = 0; i < glyph->count; i++)
		SK_TRY(put_scalar(w, glyph->scalars[i]));
	return SK_OK;
}

static enum sk_status show(struct walk *w, sk_bytes string)
{
	struct state *s = &w->state;
	struct text_glyph glyph;

	if (s->font == NULL)
		return SK_OK;
	bool vertical = text_font_vertical(s->font);
	for (size_t at = 0; at < string.len;) {
		text_font_next(s->font, string, &at, &glyph);
		struct matrix shape = {s->size * s->scale, 0, 0, s->size, 0, s->rise};
		struct matrix base = multiply(&w->text, &s->ctm), device = multiply(&shape, &base);
		double ax = vertical ? -device.c : device.a, ay = vertical ? -device.d : device.b;
		double size = root(device.c * device.c + device.d * device.d);
		if (vertical)
			size = root(device.a * device.a + device.b * device.b);
		if (glyph.count > 0 && glyph.scalars[0] != ' ')
			SK_TRY(settle(w, device.e, device.f, ax, ay, size));
		SK_TRY(put_glyph(w, &glyph));
		double advance = glyph.width * s->size + s->character + (glyph.blank ? s->word : 0);
		double tx = vertical ? 0 : advance * s->scale, ty = vertical ? -advance : 0;
		double gx = vertical ? 0 : glyph.width * s->size * s->scale, gy = vertical ? -glyph.width * s->size : 0;
		w->x = device.e + gx * base.a + gy * base.c;
		w->y = device.f + gx * base.b + gy * base.d;
		w->text.e += tx * w->text.a + ty * w->text.c;
		w->text.f += tx * w->text.b + ty * w->text.d;
	}
	return SK_OK;
}

/* The bytes of a canonical string at *at of the line, into the arena; moves *at behind it. */
static sk_bytes string_read(struct walk *w, sk_bytes line, size_t *at)
{
	struct sk_buf out;
	unsigned nibble = 0;
	bool half = false, hex = line.at[*at] == '<';

	sk_buf_init(&out, w->t->w.job->arena, line.len);
	for (++*at; *at < line.len && line.at[*at] != (hex ? '>' : ')'); ++*at) {
		uint8_t c = line.at[*at];
		if (hex) {
			nibble = nibble << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
			if (half)
				sk_buf_u8(&out, (uint8_t)nibble);
			half = !half;
		} else if (c == '\\' && line.len - *at > 3 && line.at[*at + 1] >= '0' && line.at[*at + 1] <= '7') {
			sk_buf_u8(&out, (uint8_t)((line.at[*at + 1] - '0') << 6 | (line.at[*at + 2] - '0') << 3 | (line.at[*at + 3] - '0')));
			*at += 3;
		} else if (c == '\\' && *at + 1 < line.len) {
			sk_buf_u8(&out, line.at[++*at]);
		} else {
			sk_buf_u8(&out, c);
		}
	}
	*at += *at < line.len;
	return sk_buf_bytes(&out);
}

static enum sk_status show_string(struct walk *w, sk_bytes raw)
{
	size_t mark = sk_arena_mark(w->t->w.job->arena), at = 0;

	if (raw.len == 0)
		return SK_OK;
	sk_bytes string = string_read(w, raw, &at);
	enum sk_status status = show(w, string);
	sk_arena_release(w->t->w.job->arena, mark);
	return status;
}

static void array_move(struct walk *w, double amount)
{
	bool vertical = w->state.font != NULL && text_font_vertical(w->state.font);
	double by = -amount / 1000 * w->state.size;
	double tx = vertical ? 0 : by * w->state.scale, ty = vertical ? by : 0;

	w->text.e += tx * w->text.a + ty * w->text.c;
	w->text.f += tx * w->text.b + ty * w->text.d;
}

static enum sk_status show_array(struct walk *w, sk_bytes raw)
{
	for (size_t at = 1; at < raw.len && raw.at[at] != ']';) {
		size_t start = at, mark = sk_arena_mark(w->t->w.job->arena);
		if (raw.at[at] == '(' || raw.at[at] == '<') {
			enum sk_status status = show(w, string_read(w, raw, &at));
			sk_arena_release(w->t->w.job->arena, mark);
			SK_TRY(status);
		} else {
			array_move(w, text_number(raw, &at));
		}
		at += at == start;
	}
	return SK_OK;
}

/* ---- operators ---- */

static void next_line(struct walk *w, double x, double y)
{
	w->line.e += x * w->line.a + y * w->line.c;
	w->line.f += x * w->line.b + y * w->line.d;
	w->text = w->line;
}

static enum sk_status walk_content(struct walk *w, const struct text_object *stream, struct text_value *resources);

static struct matrix matrix_of(const double n[OPERANDS]) { return (struct matrix){n[0], n[1], n[2], n[3], n[4], n[5]}; }

static enum sk_status draw(struct walk *w, sk_bytes name, struct text_value *resources)
{
	struct text_value *forms = text_inside(w->t, text_find(resources, "XObject"));
	const struct text_object *form = text_object_of(w->t, text_entry(forms, name));
	const struct text_value *value;
	double n[OPERANDS] = {1, 0, 0, 1, 0, 0};
	size_t at = 0;

	if (form == NULL || form->type != PDF_TYPE_XObjectFormType1 || w->forms >= FORM_DEPTH)
		return SK_OK;
	struct state before = w->state;
	struct matrix text = w->text, line = w->line;
	value = text_find(form->first, "Matrix");
	for (unsigned i = 0; value != NULL && i < OPERANDS; i++)
		n[i] = text_number(value->bytes, &at);
	struct matrix m = matrix_of(n);
	w->state.ctm = multiply(&m, &w->state.ctm);
	struct text_value *own = text_inside(w->t, text_find(form->first, "Resources"));
	w->forms++;
	SK_TRY(walk_content(w, form, own != NULL ? own : resources));
	w->forms--;
	w->state = before;
	w->text = text;
	w->line = line;
	return SK_OK;
}

static void save(struct walk *w)
{
	if (w->depth < SAVED_MAX)
		w->saved[w->depth++] = w->state;
	else
		w->lost++;
}

static void restore(struct walk *w, unsigned floor)
{
	if (w->lost > 0)
		w->lost--;
	else if (w->depth > floor)
		w->state = w->saved[--w->depth];
}

static enum sk_status take_font(struct walk *w, const struct operands *o, struct text_value *resources)
{
	struct text_value *fonts = text_inside(w->t, text_find(resources, "Font"));

	w->state.font = text_font_of(w->t, text_inside(w->t, text_entry(fonts, o->name.len > 0 ? sk_bytes_slice(o->raw[0], 1, SIZE_MAX) : o->name)));
	w->state.size = o->number[1];
	return w->state.font == NULL ? SK_LIMIT : SK_OK;
}

/* BDC, BMC (14.6): the text of ActualText is put where the first glyph is shown. */
static enum sk_status mark_begin(struct walk *w, const struct operands *o)
{
	static const char key[] = "/ActualText";
	sk_bytes list = o->count > 1 ? o->raw[1] : (sk_bytes){0};
	size_t at = sk_bytes_find(list, sk_bytes_of(key, sizeof key - 1), 0);

	w->marked++;
	if (w->replaced != 0 || at == SIZE_MAX || at + sizeof key > list.len || (list.at[at + sizeof key - 1] != '(' && list.at[at + sizeof key - 1] != '<'))
		return SK_OK;
	at += sizeof key - 1;
	w->replaced = w->marked;
	w->instead = text_of(w->t->w.job->arena, string_read(w, list, &at));
	return SK_OK;
}

/* EMC. A text for content that shows nothing is put as well: a picture of words may have it. */
static enum sk_status mark_end(struct walk *w)
{
	sk_bytes instead = w->instead;

	if (w->marked > 0 && w->marked-- == w->replaced) {
		w->replaced = 0;
		w->instead = (sk_bytes){0};
		return put_text(w, instead);
	}
	return SK_OK;
}

/* The letters of an operator as one number. */
#define OP(a, b) ((unsigned)(a) << 8 | (unsigned)(b))

static enum sk_status operate(struct walk *w, const struct operands *o, struct text_value *resources, unsigned floor)
{
	struct matrix m = matrix_of(o->number);

	switch (OP(o->name.at[0], o->name.len > 1 ? o->name.at[1] : 0)) {
	case OP('q', 0): save(w); break;
	case OP('Q', 0): restore(w, floor); break;
	case OP('c', 'm'): w->state.ctm = multiply(&m, &w->state.ctm); break;
	case OP('B', 'T'): w->text = w->line = (struct matrix){1, 0, 0, 1, 0, 0}; break;
	case OP('T', 'm'): w->text = w->line = m; break;
	case OP('T', 'c'): w->state.character = o->number[0]; break;
	case OP('T', 'w'): w->state.word = o->number[0]; break;
	case OP('T', 'z'): w->state.scale = o->number[0] / 100; break;
	case OP('T', 'L'): w->state.leading = o->number[0]; break;
	case OP('T', 's'): w->state.rise = o->number[0]; break;
	case OP('T', 'D'): w->state.leading = -o->number[1]; next_line(w, o->number[0], o->number[1]); break;
	case OP('T', 'd'): next_line(w, o->number[0], o->number[1]); break;
	case OP('T', '*'): next_line(w, 0, -w->state.leading); break;
	case OP('T', 'f'): return take_font(w, o, resources);
	case OP('T', 'j'): return show_string(w, o->raw[0]);
	case OP('T', 'J'): return show_array(w, o->raw[0]);
	case OP('\'', 0): next_line(w, 0, -w->state.leading); return show_string(w, o->raw[0]);
	case OP('"', 0):
		w->state.word = o->number[0];
		w->state.character = o->number[1];
		next_line(w, 0, -w->state.leading);
		return show_string(w, o->raw[2]);
	case OP('B', 'D'): case OP('B', 'M'): return mark_begin(w, o);
	case OP('E', 'M'): return mark_end(w);
	case OP('D', 'o'): return draw(w, sk_bytes_slice(o->raw[0], 1, SIZE_MAX), resources);
	default: break;
	}
	return SK_OK;
}

/* Behind the operand at `at`: a string or array ends at its own bracket, others at a blank. */
static size_t operand_end(sk_bytes line, size_t at)
{
	unsigned arrays = 0;

	for (; at < line.len; at++) {
		uint8_t c = line.at[at];
		if (c == '(')
			for (at++; at < line.len && line.at[at] != ')'; at++)
				at += line.at[at] == '\\';
		else if (c == '[')
			arrays++;
		else if (c == ']')
			arrays -= arrays > 0;
		else if (c == ' ' && arrays == 0)
			return at;
	}
	return line.len;
}

static void line_read(sk_bytes line, struct operands *o)
{
	*o = (struct operands){.count = 0};
	for (size_t at = 0; at < line.len;) {
		size_t end = operand_end(line, at), from = 0;
		sk_bytes one = sk_bytes_slice(line, at, end - at);
		at = end + 1;
		if (at >= line.len) {
			o->name = one;
			return;
		}
		if (o->count == OPERANDS)
			continue;
		o->raw[o->count] = one;
		o->number[o->count++] = text_number(one, &from);
	}
}

static enum sk_status walk_content(struct walk *w, const struct text_object *stream, struct text_value *resources)
{
	sk_bytes content = stream->payload;
	unsigned floor = w->depth, lost = w->lost;
	struct operands o;

	w->t->work += content.len + 64;
	if (w->t->work > limit(LIMIT_content_bytes))
		return limit_reached(LIMIT_content_bytes);
	w->lost = 0;
	for (size_t at = 0; at < content.len;) {
		const uint8_t *end = memchr(content.at + at, '\n', content.len - at);
		size_t len = end == NULL ? content.len - at : (size_t)(end - content.at) - at;
		line_read(sk_bytes_slice(content, at, len), &o);
		at += len + 1;
		if (o.name.len > 0)
			SK_TRY(operate(w, &o, resources, floor));
	}
	w->depth = floor;
	w->lost = lost;
	return SK_OK;
}

static struct walk *walk_begin(struct text_job *t)
{
	static const struct matrix same = {1, 0, 0, 1, 0, 0};
	struct walk *w = t->walk;

	if (w == NULL)
		w = t->walk = sk_arena_raw(t->w.job->arena, sizeof *w);
	if (w != NULL)
		*w = (struct walk){.t = t, .state = {.ctm = same, .scale = 1}, .text = same, .line = same};
	return w;
}

enum sk_status text_walk(struct text_job *t, const struct text_object *stream, struct text_value *resources)
{
	struct walk *w = walk_begin(t);

	if (w == NULL)
		return SK_LIMIT;
	SK_TRY(walk_content(w, stream, resources));
	return put_end(w);
}

enum sk_status text_lines(struct text_job *t, sk_bytes text)
{
	struct walk *w = walk_begin(t);

	if (w == NULL)
		return SK_LIMIT;
	for (size_t at = 0; at < text.len;) {
		bool ends = text.at[at] == '\n' || text.at[at] == '\r';
		uint32_t scalar = sk_utf8_decode(text, &at);
		SK_TRY(ends ? put_end(w) : put_scalar(w, scalar));
	}
	return put_end(w);
}
