/*
 * One XML part of an Office package: the input's first byte says which, the rest is its bytes; a sound package is built around it. So the
 * fuzzer works on what is inside instead of on checksums.
 */
#include "fuzz/inline.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/zip/zip.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define RELATIONS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define ML "application/vnd.openxmlformats-officedocument."
#define WORKBOOK "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/" \
		 "relationships'><sheets><sheet name='S' sheetId='1' r:id='rId1'/></sheets></workbook>"

/* A main part and one below it; the input takes the place of one of the two. */
static const struct {
	const char *main, *main_type, *main_xml, *part, *part_type, *relation;
	bool is_main;
} frames[] = {
	{"word/document.xml", ML "wordprocessingml.document.main+xml", NULL, "word/styles.xml", ML "wordprocessingml.styles+xml", "styles", true},
	{"xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", WORKBOOK, "xl/worksheets/sheet1.xml", ML "spreadsheetml.worksheet+xml", "worksheet", false},
	{"ppt/presentation.xml", ML "presentationml.presentation.main+xml",
	 "<p:presentation xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' xmlns:r='http://schemas.openxmlformats.org/"
	 "officeDocument/2006/relationships'><p:sldIdLst><p:sldId id='256' r:id='rId1'/></p:sldIdLst></p:presentation>",
	 "ppt/slides/slide1.xml", ML "presentationml.slide+xml", "slide", false},
	{"xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", NULL, "xl/styles.xml", ML "spreadsheetml.styles+xml", "styles", true},
	{"xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", WORKBOOK, "xl/drawings/vmlDrawing1.vml", ML "vmlDrawing", "vmlDrawing", false},
	{"xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", WORKBOOK, "xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml", "ctrlProp", false},
};

static enum sk_status put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return ((struct sk_buf *)context)->status;
}

static void add(struct zip_writer *w, const char *name, sk_bytes bytes)
{
	if (zip_write(w, sk_bytes_str(name), bytes, false) != SK_OK)
		abort();
}

static void add_text(struct zip_writer *w, const char *name, const char *text)
{
	add(w, name, sk_bytes_str(text));
}

static sk_bytes package(size_t which, sk_bytes xml, struct sk_arena *arena, struct sk_buf *out)
{
	struct zip_writer w;
	char text[2048], name[64];

	sk_buf_init(out, arena, (size_t)8 << 20);
	(void)sk_buf_room(out, (size_t)4 << 20);
	zip_writer_init(&w, put, out, arena);
	snprintf(text, sizeof text, "<Types xmlns='" TYPES "'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
		 "<Override PartName='/%s' ContentType='%s'/><Override PartName='/%s' ContentType='%s'/></Types>", frames[which].main,
		 frames[which].main_type, frames[which].part, frames[which].part_type);
	add_text(&w, "[Content_Types].xml", text);
	snprintf(text, sizeof text, "<Relationships xmlns='" RELATIONS "'><Relationship Id='rId1' Type='" OFFICE "officeDocument' Target='%s'/></Relationships>",
		 frames[which].main);
	add_text(&w, "_rels/.rels", text);
	const char *slash = strchr(frames[which].main, '/');
	int folder = (int)(slash - frames[which].main);
	snprintf(name, sizeof name, "%.*s/_rels%s.rels", folder, frames[which].main, slash);
	snprintf(text, sizeof text, "<Relationships xmlns='" RELATIONS "'><Relationship Id='rId1' Type='" OFFICE "%s' Target='/%s'/><Relationship Id='rId2' Type='"
		 OFFICE "hyperlink' Target='https://example.org/' TargetMode='External'/></Relationships>", frames[which].relation, frames[which].part);
	add_text(&w, name, text);
	if (frames[which].is_main)
		add(&w, frames[which].main, xml);
	else
		add_text(&w, frames[which].main, frames[which].main_xml);
	if (!frames[which].is_main)
		add(&w, frames[which].part, xml);
	if (zip_finish(&w) != SK_OK)
		abort();
	return sk_buf_bytes(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct sk_buf out;

	if (len < 1 || len > (1 << 20))
		return 0;
	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	inline_twice(package(at[0] % SK_COUNT(frames), sk_bytes_of(at + 1, len - 1), &arena, &out));
	sk_arena_reset(&arena);
	return 0;
}
