/* What was drawn, as records. What the attacker controls here: all of it. The checker asks again; here only what it would refuse is left out. */
#include "render/render.h"

#include "format/pages/pages.h"
#include "neutral/grammar.h"

#define PLACE_MAX 20000000
#define URL_MAX 2048
#define LINES_BYTES ((size_t)96 << 10)

int64_t say_place(float points)
{
	double value = (double)points * 100;

	if (!(value > -PLACE_MAX)) /* also what is no number */
		return -PLACE_MAX;
	return value < PLACE_MAX ? (int64_t)value : PLACE_MAX;
}

int64_t say_length(float points)
{
	int64_t value = say_place(points);

	return value < 1 ? 1 : value;
}

/* ---- pixels ---- */

/* Nothing but gray in RGB rows. */
static bool only_gray(const fz_pixmap *pixels)
{
	for (int y = 0; y < pixels->h; y++) {
		const uint8_t *at = pixels->samples + (ptrdiff_t)y * pixels->stride;
		unsigned differs = 0;
		for (int x = 0; x < pixels->w; x++, at += 3)
			differs |= (unsigned)(at[0] ^ at[1]) | (unsigned)(at[1] ^ at[2]);
		if (differs != 0)
			return false;
	}
	return true;
}

static void say_lines(struct neutral_out *out, const uint8_t *row, size_t len)
{
	neutral_bytes(out, PAGES_NODE_picture_picture, sk_bytes_of(row, len));
}

/* RGB pixels of which one part is enough. */
static void say_gray_of_rgb(struct neutral_out *out, const fz_pixmap *pixels)
{
	static uint8_t lines[LINES_BYTES];
	size_t used = 0;

	for (int y = 0; y < pixels->h; y++) {
		const uint8_t *at = pixels->samples + (ptrdiff_t)y * pixels->stride;
		for (int x = 0; x < pixels->w; x++, at += 3) {
			lines[used++] = *at;
			if (used == sizeof lines) {
				say_lines(out, lines, used);
				used = 0;
			}
		}
	}
	if (used > 0)
		say_lines(out, lines, used);
}

static void say_pixels(struct neutral_out *out, const fz_pixmap *pixels)
{
	bool rgb = pixels->n == 3, gray = !rgb || only_gray(pixels);
	size_t row = (size_t)pixels->w * pixels->n;

	neutral_open(out, PAGES_NODE_picture_picture);
	neutral_attr_number(out, PAGES_ATTR_picture_columns, pixels->w);
	neutral_attr_number(out, PAGES_ATTR_picture_rows, pixels->h);
	neutral_attr_number(out, PAGES_ATTR_picture_color, gray ? PAGES_WORD_Color_gray : PAGES_WORD_Color_rgb);
	if (gray && rgb)
		say_gray_of_rgb(out, pixels);
	else if ((size_t)pixels->stride == row)
		say_lines(out, pixels->samples, row * (size_t)pixels->h);
	else
		for (int y = 0; y < pixels->h; y++)
			say_lines(out, pixels->samples + (ptrdiff_t)y * pixels->stride, row);
	neutral_close(out);
}

/* ---- links ---- */

static void say_link(struct neutral_out *out, const struct drawn *drawn, const fz_link *link, uint16_t attr, int page, sk_bytes url)
{
	neutral_open(out, PAGES_NODE_link_link);
	neutral_attr_number(out, PAGES_ATTR_link_left, say_place(link->rect.x0 - drawn->left));
	neutral_attr_number(out, PAGES_ATTR_link_top, say_place(link->rect.y0 - drawn->top));
	neutral_attr_number(out, PAGES_ATTR_link_right, say_place(link->rect.x1 - drawn->left));
	neutral_attr_number(out, PAGES_ATTR_link_bottom, say_place(link->rect.y1 - drawn->top));
	if (attr == PAGES_ATTR_link_page)
		neutral_attr_number(out, attr, page + 1);
	else
		neutral_attr_bytes(out, attr, url);
	neutral_close(out);
}

/* Links to pages and to allowed addresses; what else would happen on a click goes. */
static unsigned say_links(struct neutral_out *out, unsigned pages, const struct drawn *drawn)
{
	unsigned removed = 0;

	for (const fz_link *link = drawn->links; link != NULL; link = link->next) {
		sk_bytes url = link->uri != NULL ? sk_bytes_str(link->uri) : (sk_bytes){NULL, 0};
		bool inside = url.len > 0 && !fz_is_external_link(draw_context(), link->uri);
		int page = inside ? draw_target(link->uri) : -1;
		if (page >= 0 && (unsigned)page < pages)
			say_link(out, drawn, link, PAGES_ATTR_link_page, page, url);
		else if (!inside && url.len > 0 && url.len <= URL_MAX && url_allowed(url))
			say_link(out, drawn, link, PAGES_ATTR_link_url, 0, url);
		else
			removed++;
	}
	return removed;
}

/* ---- a page ---- */

static void find(const struct finding_sink *findings, enum finding_code code, unsigned number, const char *detail, uint32_t count)
{
	uint8_t room[16];
	struct sk_buf place;

	sk_buf_fixed(&place, room, sizeof room);
	sk_buf_decimal(&place, (int64_t)number + 1);
	finding_report(findings, code, FINDING_PAGE, sk_buf_bytes(&place), sk_bytes_str(detail), count);
}

static void find_reduced(const struct finding_sink *findings, unsigned number, unsigned dpi)
{
	char room[16];
	struct sk_buf text;

	sk_buf_fixed(&text, room, sizeof room);
	sk_buf_decimal(&text, dpi);
	sk_buf_u8(&text, 0);
	find(findings, FINDING_page_reduced, number, room, 1);
}

void say_page(struct neutral_out *out, const struct finding_sink *findings, unsigned number, unsigned pages, const struct drawn *drawn)
{
	neutral_open(out, PAGES_NODE_page_page);
	neutral_attr_number(out, PAGES_ATTR_page_width, say_length(drawn->width));
	neutral_attr_number(out, PAGES_ATTR_page_height, say_length(drawn->height));
	if (drawn->pixels != NULL)
		say_pixels(out, drawn->pixels);
	say_text(out, drawn);
	unsigned removed = say_links(out, pages, drawn);
	neutral_close(out);
	if (removed > 0)
		find(findings, FINDING_link_removed, number, "", removed);
	if (drawn->damaged && drawn->pixels != NULL)
		find(findings, FINDING_page_damaged, number, "", 1);
	if (drawn->reduced && drawn->pixels != NULL)
		find_reduced(findings, number, drawn->dpi);
}
