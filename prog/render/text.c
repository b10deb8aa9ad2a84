/*
 * The characters of a page as runs: pieces of a line without gaps, each with its place, its direction, its length and its size, so that an
 * invisible layer over the picture can be searched, marked and copied.
 */
#include <math.h>

#include "format/pages/pages.h"
#include "render/render.h"

#define RUN_BYTES 1024

struct run {
	char text[RUN_BYTES + 4];
	size_t len;
	float x, y, size;
	float end; /* along the line, from the page's origin */
	const fz_stext_line *line;
};

static float along(const fz_stext_line *line, float x, float y)
{
	return x * line->dir.x + y * line->dir.y;
}

static void say_run(struct neutral_out *out, const struct drawn *drawn, struct run *run)
{
	if (run->len > 0) {
		float length = run->end - along(run->line, run->x, run->y);
		neutral_open(out, PAGES_NODE_run_run);
		neutral_attr_number(out, PAGES_ATTR_run_x, say_place(run->x - drawn->left));
		neutral_attr_number(out, PAGES_ATTR_run_y, say_place(run->y - drawn->top));
		neutral_attr_number(out, PAGES_ATTR_run_length, say_length(length));
		neutral_attr_number(out, PAGES_ATTR_run_size, say_length(run->size));
		neutral_attr_number(out, PAGES_ATTR_run_cosine, (int64_t)lrintf(run->line->dir.x * 1000));
		neutral_attr_number(out, PAGES_ATTR_run_sine, (int64_t)lrintf(run->line->dir.y * 1000));
		neutral_bytes(out, PAGES_NODE_run_run, sk_bytes_of(run->text, run->len));
		neutral_close(out);
	}
	run->len = 0;
}

/* Characters that a text may show: no controls, no marks that turn the direction, nothing that stands for "unknown". */
static bool shown(int c)
{
	static const struct {
		int from, to;
	} hidden[] = {
		{-0x7FFFFFFF, 0x20}, {0x7F, 0xA0}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3000, 0x3000}, {0xD800, 0xDFFF},
		{0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFF}, {0x110000, 0x7FFFFFFF},
	};
	for (size_t i = 0; i < SK_COUNT(hidden); i++)
		if (c >= hidden[i].from && c <= hidden[i].to)
			return false;
	return true;
}

static bool finite_at(const fz_stext_char *c)
{
	return isfinite(c->origin.x) && isfinite(c->origin.y) && isfinite(c->size) && isfinite(c->quad.ur.x) && isfinite(c->quad.lr.y);
}

/* Where the character begins; in vertical writing its origin is above its middle, and the run is turned by a quarter. */
static void begin(struct run *run, const fz_stext_line *line, const fz_stext_char *c)
{
	bool down = line->wmode == 1;

	run->line = line;
	run->x = down ? fminf(c->quad.ul.x, c->quad.ll.x) : c->origin.x;
	run->y = down ? fminf(c->quad.ul.y, c->quad.ur.y) : c->origin.y;
	run->size = c->size;
	run->end = along(line, run->x, run->y);
}

static float end_of(const fz_stext_line *line, const fz_stext_char *c)
{
	float end = fmaxf(along(line, c->quad.ur.x, c->quad.ur.y), along(line, c->quad.lr.x, c->quad.lr.y));

	return fmaxf(end, fmaxf(along(line, c->quad.ul.x, c->quad.ul.y), along(line, c->quad.ll.x, c->quad.ll.y)));
}

/* Another size, or far from the end of the run: another run. */
static bool fits(const struct run *run, const fz_stext_char *c)
{
	if (run->len == 0 || run->len >= RUN_BYTES || fabsf(run->size - c->size) >= run->size / 10)
		return false;
	return run->line->wmode == 1 || fabsf(along(run->line, c->origin.x, c->origin.y) - run->end) < run->size / 2;
}

static void say_line(struct neutral_out *out, const struct drawn *drawn, const fz_stext_line *line, struct run *run)
{
	for (const fz_stext_char *c = line->first_char; c != NULL; c = c->next) {
		if (!shown(c->c) || !finite_at(c) || c->size <= 0) {
			say_run(out, drawn, run);
			continue;
		}
		if (!fits(run, c)) {
			say_run(out, drawn, run);
			begin(run, line, c);
		}
		run->len += (size_t)fz_runetochar(run->text + run->len, c->c);
		run->end = fmaxf(run->end, end_of(line, c));
	}
	say_run(out, drawn, run);
}

void say_text(struct neutral_out *out, const struct drawn *drawn)
{
	static struct run run;

	if (drawn->text == NULL)
		return;
	for (const fz_stext_block *block = drawn->text->first_block; block != NULL; block = block->next)
		if (block->type == FZ_STEXT_BLOCK_TEXT)
			for (const fz_stext_line *line = block->u.t.first_line; line != NULL; line = line->next)
				say_line(out, drawn, line, &run);
}
