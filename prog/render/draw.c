/*
 * Drawing. What the attacker controls here: the document, and after a bug in the library everything in this process.
 *
 * The library leaves errors by a jump (fz_try); none leaves this file. A page is interpreted once, into a display list, from which pixels
 * and characters are made.
 */
#include "render/draw.h"

#include <stdlib.h>

#include "conf/conf.h"
#include "render/fonts.h"

#define STORE_BYTES ((size_t)128 << 20) /* decoded pictures and fonts that are kept from page to page */
#define POINTS_A4_WIDTH 595.0f
#define POINTS_A4_HEIGHT 842.0f
#define POINTS_MIN 1.0f
#define POINTS_MAX 200000.0f /* ISO 32000-1 annex C allows 14,400; UserUnit makes more of it */

extern fz_document_handler pdf_document_handler, img_document_handler, svg_document_handler;

static fz_context *ctx;
static fz_document *document;

static void say_nothing(void *user, const char *message)
{
	(void)user;
	(void)message;
}

static int by_first_byte(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* What the C library asks the system once, since renderers may not: how much memory there is, before it sorts more than a little. */
static void warm(void)
{
	static uint8_t many[4096];

	qsort(many, sizeof many / 16, 16, by_first_byte);
}

bool draw_prepare(void)
{
	warm();
	ctx = fz_new_context(NULL, NULL, STORE_BYTES);
	if (ctx == NULL)
		return false;
	fz_set_warning_callback(ctx, say_nothing, NULL);
	fz_set_error_callback(ctx, say_nothing, NULL);
	fonts_map();
	fonts_install(ctx);
	fz_try(ctx) {
		fz_register_document_handler(ctx, &pdf_document_handler);
		fz_register_document_handler(ctx, &img_document_handler);
		fz_register_document_handler(ctx, &svg_document_handler);
	}
	fz_catch(ctx)
		return false;
	return true;
}

fz_context *draw_context(void)
{
	return ctx;
}

static enum sk_status status_of_error(void)
{
	return fz_caught(ctx) == FZ_ERROR_MEMORY ? SK_LIMIT : SK_MALFORMED;
}

enum sk_status draw_open(sk_bytes input, const char *media_type, unsigned *pages)
{
	enum sk_status status = SK_OK;
	fz_stream *stream = NULL;
	int count = 0;

	fz_var(status);
	fz_var(stream);
	fz_var(count);
	fz_try(ctx) {
		stream = fz_open_memory(ctx, input.at, input.len);
		document = fz_open_document_with_stream(ctx, media_type, stream);
		if (fz_needs_password(ctx, document) && !fz_authenticate_password(ctx, document, ""))
			status = SK_ENCRYPTED;
		else
			count = fz_count_pages(ctx, document);
	}
	fz_always(ctx)
		fz_drop_stream(ctx, stream);
	fz_catch(ctx)
		return status_of_error();
	if (status != SK_OK)
		return status;
	if (count <= 0)
		return SK_MALFORMED;
	if ((uint64_t)count > limit(LIMIT_pdf_pages))
		return limit_reached(LIMIT_pdf_pages);
	*pages = (unsigned)count;
	return SK_OK;
}

void draw_close(void)
{
	fz_drop_document(ctx, document);
	document = NULL;
}

/* ---- one page ---- */

static float sound(float points, float fallback)
{
	if (!(points >= POINTS_MIN)) /* also what is no number */
		return fallback;
	return points <= POINTS_MAX ? points : POINTS_MAX;
}

static void set_size(struct drawn *drawn, fz_rect bounds)
{
	drawn->width = sound(bounds.x1 - bounds.x0, POINTS_A4_WIDTH);
	drawn->height = sound(bounds.y1 - bounds.y0, POINTS_A4_HEIGHT);
	drawn->left = bounds.x0;
	drawn->top = bounds.y0;
}

void draw_measure(unsigned number, bool ask, struct drawn *drawn)
{
	fz_page *page = NULL;

	*drawn = (struct drawn){.width = POINTS_A4_WIDTH, .height = POINTS_A4_HEIGHT};
	if (!ask)
		return;
	fz_var(page);
	fz_try(ctx) {
		page = fz_load_page(ctx, document, (int)number);
		set_size(drawn, fz_bound_page(ctx, page));
	}
	fz_always(ctx)
		fz_drop_page(ctx, page);
	fz_catch(ctx)
		drawn->damaged = true;
}

/* The resolution at which the page stays below the limits of pictures. */
static unsigned bounded_dpi(const struct drawn *drawn, unsigned dpi, uint64_t pixels_max)
{
	double side = (double)(drawn->width > drawn->height ? drawn->width : drawn->height) / 72, area = (double)drawn->width * (double)drawn->height / 5184;

	while (dpi > 1 && (side * dpi > (double)limit(LIMIT_picture_side) - 1 || area * dpi * dpi > (double)pixels_max))
		dpi = dpi - dpi / 16 - 1;
	return dpi;
}

/* What the page draws; a part when it ends in an error. */
static fz_display_list *list_of(fz_page *page, struct drawn *drawn)
{
	fz_display_list *list = fz_new_display_list(ctx, fz_bound_page(ctx, page));
	fz_device *device = NULL;
	fz_cookie cookie = {0};

	fz_var(device);
	fz_try(ctx) {
		device = fz_new_list_device(ctx, list);
		fz_run_page(ctx, page, device, fz_identity, &cookie);
		fz_close_device(ctx, device);
	}
	fz_always(ctx)
		fz_drop_device(ctx, device);
	fz_catch(ctx)
		drawn->damaged = true;
	drawn->damaged |= cookie.errors > 0;
	return list;
}

/* Whether anything on the list has a colour: a gray page is drawn in a third of the memory. */
static bool has_color(fz_display_list *list)
{
	fz_device *device = NULL;
	int color = 0;

	fz_var(device);
	fz_var(color);
	fz_try(ctx) {
		device = fz_new_test_device(ctx, &color, 0.01f, 0, NULL);
		fz_run_display_list(ctx, list, device, fz_identity, fz_infinite_rect, NULL);
		fz_close_device(ctx, device);
	}
	fz_always(ctx)
		fz_drop_device(ctx, device);
	fz_catch(ctx) {
		if (fz_caught(ctx) != FZ_ERROR_ABORT) /* the device stops at the first colour */
			color = 1;
	}
	return color != 0;
}

static void make_pixels(fz_display_list *list, struct drawn *drawn)
{
	fz_cookie cookie = {0};
	fz_device *device = NULL;
	float scale = (float)drawn->dpi / 72;
	fz_matrix matrix = fz_concat(fz_translate(-drawn->left, -drawn->top), fz_scale(scale, scale));
	fz_irect box = {0, 0, (int)(drawn->width * scale + 0.5f), (int)(drawn->height * scale + 0.5f)};

	box.x1 = box.x1 > 0 ? box.x1 : 1;
	box.y1 = box.y1 > 0 ? box.y1 : 1;
	fz_var(device);
	fz_try(ctx) {
		drawn->pixels = fz_new_pixmap_with_bbox(ctx, has_color(list) ? fz_device_rgb(ctx) : fz_device_gray(ctx), box, NULL, 0);
		fz_clear_pixmap_with_value(ctx, drawn->pixels, 0xFF);
		device = fz_new_draw_device(ctx, matrix, drawn->pixels);
		fz_run_display_list(ctx, list, device, fz_identity, fz_infinite_rect, &cookie);
		fz_close_device(ctx, device);
	}
	fz_always(ctx)
		fz_drop_device(ctx, device);
	fz_catch(ctx)
		drawn->damaged = true; /* what was drawn stays */
	drawn->damaged |= cookie.errors > 0;
}

static void take_text(fz_display_list *list, struct drawn *drawn)
{
	fz_stext_options options = {.flags = FZ_STEXT_MEDIABOX_CLIP};

	fz_try(ctx)
		drawn->text = fz_new_stext_page_from_display_list(ctx, list, &options);
	fz_catch(ctx)
		drawn->damaged = true;
}

static void take_links(fz_page *page, struct drawn *drawn)
{
	fz_try(ctx)
		drawn->links = fz_load_links(ctx, page);
	fz_catch(ctx)
		drawn->damaged = true;
}

void draw_page(unsigned number, unsigned dpi, uint64_t pixels_max, bool with_text, struct drawn *drawn)
{
	fz_page *page = NULL;
	fz_display_list *list = NULL;

	*drawn = (struct drawn){.width = POINTS_A4_WIDTH, .height = POINTS_A4_HEIGHT, .dpi = dpi};
	fz_var(page);
	fz_var(list);
	fz_try(ctx) {
		page = fz_load_page(ctx, document, (int)number);
		set_size(drawn, fz_bound_page(ctx, page));
		drawn->dpi = bounded_dpi(drawn, dpi, pixels_max);
		drawn->reduced = drawn->dpi < dpi;
		list = list_of(page, drawn);
		make_pixels(list, drawn);
		if (with_text) {
			take_text(list, drawn);
			take_links(page, drawn);
		}
	}
	fz_always(ctx) {
		fz_drop_display_list(ctx, list);
		fz_drop_page(ctx, page);
	}
	fz_catch(ctx)
		drawn->damaged = true;
}

void draw_forget(struct drawn *drawn)
{
	fz_drop_pixmap(ctx, drawn->pixels);
	fz_drop_stext_page(ctx, drawn->text);
	fz_drop_link(ctx, drawn->links);
	*drawn = (struct drawn){0};
}

int draw_target(const char *uri)
{
	int page = -1;

	fz_var(page);
	fz_try(ctx)
		page = fz_page_number_from_location(ctx, document, fz_resolve_link(ctx, document, uri, NULL, NULL));
	fz_catch(ctx)
		page = -1;
	return page;
}
