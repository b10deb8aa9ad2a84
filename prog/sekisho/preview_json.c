/* preview.json: what a preview shows, for programs. Lengths are points (1/72 inch) from the page's top left corner. */
#include "preview.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static const char *const side_names[SIDES] = {"before", "after"};

static json_t *points(double value)
{
	return json_real((double)(long long)(value * 100 + 0.5) / 100);
}

static json_t *picture_json(const struct shown_document *document, const struct shown_page *page, enum side side)
{
	const struct shown_picture *picture = &page->pictures[side];
	char name[PREVIEW_NAME];
	json_t *object;

	if (!picture->there)
		return json_null();
	preview_name(document, page->number, side_names[side], name);
	object = json_object();
	json_object_set_new(object, "file", json_string(name));
	json_object_set_new(object, "width", points(picture->width / 100.0));
	json_object_set_new(object, "height", points(picture->height / 100.0));
	json_object_set_new(object, "columns", json_integer(picture->columns));
	json_object_set_new(object, "rows", json_integer(picture->rows));
	return object;
}

static json_t *change_json(const struct shown_page *page)
{
	const struct shown_picture *picture = &page->pictures[SIDE_AFTER];
	double scale = picture->columns > 0 ? picture->width / 100.0 / picture->columns : 1;
	json_t *array = json_array();

	for (size_t i = 0; i < page->change.count; i++) {
		const struct preview_box *box = &page->change.boxes[i];
		json_t *object = json_object();
		json_object_set_new(object, "left", points(box->left * scale));
		json_object_set_new(object, "top", points(box->top * scale));
		json_object_set_new(object, "width", points((box->right - box->left) * scale));
		json_object_set_new(object, "height", points((box->bottom - box->top) * scale));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *page_json(const struct shown *shown, const struct shown_document *document, const struct shown_page *page)
{
	json_t *object = json_object(), *findings = json_array();
	char name[PREVIEW_NAME];

	json_object_set_new(object, "number", json_integer(page->number));
	for (int side = 0; side < SIDES; side++)
		json_object_set_new(object, side_names[side], picture_json(document, page, (enum side)side));
	preview_name(document, page->number, "marked", name);
	json_object_set_new(object, "marked", page->change.count > 0 ? json_string(name) : json_null());
	json_object_set_new(object, "changed", page->compared ? change_json(page) : json_null());
	for (size_t i = 0; i < shown->result->findings.count; i++) {
		struct finding f = finding_list_at(&shown->result->findings, i);
		unsigned number;
		if (preview_finding_is(shown, document, &f, &number) && number == page->number)
			json_array_append_new(findings, json_integer((json_int_t)i));
	}
	json_object_set_new(object, "findings", findings);
	return object;
}

static json_t *side_json(const struct shown_document *document, enum side side)
{
	static const char *const ends[] = {[PREVIEW_DONE] = "drawn", [PREVIEW_NO_PAGES] = "no-pages", [PREVIEW_DAMAGED] = "damaged",
					   [PREVIEW_PASSWORD] = "password", [PREVIEW_TIME] = "time", [PREVIEW_LIMIT] = "limit", [PREVIEW_FAULT] = "fault"};
	json_t *object = json_object();
	bool blocked = side == SIDE_AFTER && document->blocked;

	json_object_set_new(object, "state", json_string(blocked ? "blocked" : ends[document->ends[side]]));
	json_object_set_new(object, "pages", json_integer(document->counts[side]));
	return object;
}

static json_t *document_json(const struct shown *shown, const struct shown_document *document)
{
	json_t *object = json_object(), *pages = json_array();

	json_object_set_new(object, "entry", document->name != NULL ? json_string(document->name) : json_null());
	json_object_set_new(object, "kind", json_string(format_kind_row(document->kind)->name));
	for (int side = 0; side < SIDES; side++)
		json_object_set_new(object, side_names[side], side_json(document, (enum side)side));
	for (size_t i = 0; i < document->count; i++)
		json_array_append_new(pages, page_json(shown, document, &document->pages[i]));
	json_object_set_new(object, "pages", pages);
	return object;
}

static json_t *whole(const struct shown *shown)
{
	static const char *const levels[] = {[LEVEL_REBUILD] = "rebuild", [LEVEL_TEXT] = "text", [LEVEL_IMAGE] = "image"};
	json_t *object = json_object(), *documents = json_array(), *findings = json_array();
	const struct sanitize_result *result = shown->result;

	report_path(object, "path", shown->path);
	json_object_set_new(object, "verdict", json_string(sanitize_verdict_name(result->verdict)));
	json_object_set_new(object, "kind", json_string(format_kind_row(result->kind)->name));
	json_object_set_new(object, "level", json_string(levels[shown->level]));
	json_object_set_new(object, "resolution", json_integer(shown->dpi));
	json_object_set_new(object, "version", json_string(SEKISHO_VERSION));
	for (size_t i = 0; i < shown->count; i++)
		json_array_append_new(documents, document_json(shown, &shown->documents[i]));
	for (size_t i = 0; i < result->findings.count; i++) {
		struct finding f = finding_list_at(&result->findings, i);
		json_array_append_new(findings, report_finding(&f));
	}
	json_object_set_new(object, "documents", documents);
	json_object_set_new(object, "entries_left_out", json_integer((json_int_t)shown->left_out));
	json_object_set_new(object, "findings", findings);
	return object;
}

bool preview_json(int folder, const struct shown *shown, bool print)
{
	json_t *object = whole(shown);
	char *text = json_dumps(object, JSON_INDENT(1));
	bool good = text != NULL && preview_write(folder, "preview.json", text, strlen(text));

	free(text);
	if (print) {
		json_dumpf(object, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	}
	json_decref(object);
	return good;
}
