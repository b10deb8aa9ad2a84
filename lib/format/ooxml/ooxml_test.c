/* Single elements through reader, checker and writer: what of a part is said, what goes, and what is told of it. The corpus and the hostile
 * set cover whole documents; here stands what a change of one rule would break. */
#include "fuzz/inline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/zip/zip.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define RELATIONS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define ML "application/vnd.openxmlformats-officedocument."
#define W "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='" OFFICE "'"
#define X "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='" OFFICE "'"

static void *memory;
static struct inline_job job;
static char *xml; /* the part of the latest output */

static enum sk_status put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return ((struct sk_buf *)context)->status;
}

static void add(struct zip_writer *w, const char *name, const char *text)
{
	assert_int_equal(zip_write(w, sk_bytes_str(name), sk_bytes_str(text), true), SK_OK);
}

/* Runs a package through the line; xml is then the named part of the output, NULL when it is not there. */
static void run(sk_bytes package, const char *part)
{
	struct sk_arena arena;
	struct zip zip;
	sk_bytes bytes;

	free(xml);
	xml = NULL;
	inline_free(&job);
	memset(&job, 0, sizeof job);
	inline_run(&job, package, LEVEL_REBUILD, 0);
	if (!job.written)
		return;
	void *room = malloc(ARENA_BYTES);
	sk_arena_init(&arena, room, ARENA_BYTES);
	assert_int_equal(zip_open(&zip, job.output, &arena, NULL), SK_OK);
	const struct zip_entry *entry = zip_find(&zip, sk_bytes_str(part));
	if (entry != NULL && zip_read(&zip, entry, &arena, &bytes) == SK_OK)
		xml = strndup((const char *)bytes.at, bytes.len);
	sk_arena_reset(&arena);
	free(room);
}

static sk_bytes package(const char *type, const char *main, const char *text, const char *sheet, struct sk_buf *out, struct sk_arena *arena)
{
	struct zip_writer w;
	char types[1024], relations[512], name[64];

	sk_arena_init(arena, memory, ARENA_BYTES);
	sk_buf_init(out, arena, (size_t)1 << 20);
	(void)sk_buf_room(out, (size_t)1 << 19);
	zip_writer_init(&w, put, out, arena);
	snprintf(types, sizeof types, "<Types xmlns='" TYPES "'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
		 "<Override PartName='/%s' ContentType='%s'/><Override PartName='/xl/worksheets/sheet1.xml' ContentType='" ML "spreadsheetml.worksheet+xml'/></Types>",
		 main, type);
	add(&w, "[Content_Types].xml", types);
	snprintf(relations, sizeof relations, "<Relationships xmlns='" RELATIONS "'><Relationship Id='r' Type='" OFFICE "/officeDocument' Target='%s'/></Relationships>", main);
	add(&w, "_rels/.rels", relations);
	add(&w, main, text);
	snprintf(name, sizeof name, "%.*s/_rels/%s.rels", (int)(strchr(main, '/') - main), main, strchr(main, '/') + 1);
	add(&w, name, sheet != NULL ? "<Relationships xmlns='" RELATIONS "'><Relationship Id='s' Type='" OFFICE "/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
				    : "<Relationships xmlns='" RELATIONS "'><Relationship Id='h' Type='" OFFICE "/hyperlink' Target='https://example.org/' TargetMode='External'/>"
				      "<Relationship Id='j' Type='" OFFICE "/hyperlink' Target='javascript:x' TargetMode='External'/></Relationships>");
	if (sheet != NULL)
		add(&w, "xl/worksheets/sheet1.xml", sheet);
	assert_int_equal(zip_finish(&w), SK_OK);
	return sk_buf_bytes(out);
}

static void word(const char *body)
{
	struct sk_arena arena;
	struct sk_buf out;
	char text[4096];

	snprintf(text, sizeof text, "<w:document " W "><w:body>%s</w:body></w:document>", body);
	run(package(ML "wordprocessingml.document.main+xml", "word/document.xml", text, NULL, &out, &arena), "word/document.xml");
	sk_arena_reset(&arena);
}

static void sheet(const char *inside)
{
	struct sk_arena arena;
	struct sk_buf out;
	char text[4096];

	snprintf(text, sizeof text, "<worksheet " X ">%s</worksheet>", inside);
	run(package(ML "spreadsheetml.sheet.main+xml", "xl/workbook.xml", "<workbook " X "><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>", text, &out,
		    &arena),
	    "xl/worksheets/sheet1.xml");
	sk_arena_reset(&arena);
}

static void has(const char *text)
{
	assert_non_null(xml);
	if (strstr(xml, text) == NULL)
		print_error("%s\nis not in\n%s\n", text, xml);
	assert_non_null(strstr(xml, text));
}

static void has_not(const char *text)
{
	assert_non_null(xml);
	if (strstr(xml, text) != NULL)
		print_error("%s\nis in\n%s\n", text, xml);
	assert_null(strstr(xml, text));
}

#define MARK(type) "<w:r><w:fldChar w:fldCharType='" type "'/></w:r>"
#define CODE(text) "<w:r><w:instrText>" text "</w:instrText></w:r>"

static void fields(void **state)
{
	(void)state;
	word("<w:p>" MARK("begin") CODE(" PA") CODE("GE ") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has(" PAGE ");
	has("<w:t>7</w:t>");
	assert_int_equal(job.findings[FINDING_field_removed], 0);
	word("<w:p>" MARK("begin") CODE("D") CODE("DE cmd x") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has_not("DE");
	has_not("fldChar");
	has("<w:t>7</w:t>");
	assert_true(job.findings[FINDING_field_removed] > 0);
	word("<w:p>" MARK("begin") CODE("PAGE DDE cmd") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has_not("cmd");
	word("<w:p>" CODE("DDE cmd") "<w:r><w:t>7</w:t></w:r></w:p>");
	has_not("cmd");
	assert_int_equal(job.findings[FINDING_field_removed], 1);
}

static void links(void **state)
{
	(void)state;
	word("<w:p><w:hyperlink r:id='h'><w:r><w:t>a</w:t></w:r></w:hyperlink><w:hyperlink r:id='j'><w:r><w:t>b</w:t></w:r></w:hyperlink></w:p>");
	has("<w:hyperlink r:id=\"rId1\"><w:r><w:t>a</w:t></w:r></w:hyperlink>");
	has("<w:t>b</w:t>");
	assert_int_equal(job.findings[FINDING_link_removed], 1);
}

static void formulas(void **state)
{
	(void)state;
	sheet("<sheetData><row r='1'><c r='A1'><f>SUM(B1:B2)</f><v>1</v></c><c r='B1'><f>[1]S!A1</f><v>2</v></c><c r='C1'><f>WEBSERVICE(\"http://x\")</f><v>3</v></c></row></sheetData>");
	has("<f>SUM(B1:B2)</f><v>1</v>");
	has("<c r=\"B1\"><v>2</v></c>");
	has("<c r=\"C1\"><v>3</v></c>");
	assert_int_equal(job.findings[FINDING_external_to_value], 1);
	assert_int_equal(job.findings[FINDING_formula_to_value], 1);
}

static void lists_that_lost_all_items(void **state)
{
	(void)state;
	sheet("<sheetData/><hyperlinks><hyperlink ref='A1' r:id='none'/></hyperlinks>");
	has_not("hyperlinks");
	sheet("<sheetData/><hyperlinks><hyperlink ref='A1' location='javascript:x'/><hyperlink ref='A2' location='S!A1:B2'/></hyperlinks>");
	has_not("javascript");
	has("<hyperlinks><hyperlink ref=\"A2\" location=\"S!A1:B2\"/></hyperlinks>");
	sheet("<sheetData/><mergeCells count='1'><mergeCell ref='A1:B1'/></mergeCells>");
	has("<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>");
	sheet("<sheetData/><extLst><ext uri='{x}'><unknown/></ext></extLst>");
	has_not("ext");
}

static void parts_of_another_root(void **state)
{
	struct sk_arena arena;
	struct sk_buf out;

	(void)state;
	run(package(ML "spreadsheetml.sheet.main+xml", "xl/workbook.xml", "<workbook " X "><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>",
		    "<other/>", &out, &arena),
	    "xl/worksheets/sheet1.xml");
	sk_arena_reset(&arena);
	has("<sheetData/></worksheet>");
	assert_int_equal(job.findings[FINDING_part_damaged], 1);
}

/* Legacy form fields and content controls live on; what they run goes. */
static void forms_of_word(void **state)
{
	(void)state;
	word("<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='C1'/><w:enabled/><w:calcOnExit w:val='0'/><w:entryMacro w:val='MARKER'/>"
	     "<w:exitMacro w:val='MARKER'/><w:checkBox><w:sizeAuto/><w:default w:val='1'/></w:checkBox></w:ffData></w:fldChar></w:r>" CODE(" FORMCHECKBOX ")
	     MARK("separate") MARK("end") "</w:p>");
	has_not("MARKER");
	has("<w:checkBox>");
	has(" FORMCHECKBOX ");
	assert_int_equal(job.findings[FINDING_macro_removed], 2);
	word("<w:sdt><w:sdtPr><w:alias w:val='a'/><w:dropDownList><w:listItem w:displayText='x' w:value='1'/></w:dropDownList>"
	     "<w:dataBinding w:xpath='/MARKER' w:storeItemID='{00000000-0000-0000-0000-000000000000}'/></w:sdtPr>"
	     "<w:sdtContent><w:p><w:r><w:t>x</w:t></w:r></w:p></w:sdtContent></w:sdt>");
	has_not("MARKER");
	has("<w:dropDownList><w:listItem w:displayText=\"x\" w:value=\"1\"/></w:dropDownList>");
	has("<w:t>x</w:t>");
	assert_int_equal(job.findings[FINDING_custom_data_removed], 1);
}

/* A macro-enabled main part is written as the plain one. */
static void macro_content_types(void **state)
{
	struct sk_arena arena;
	struct sk_buf out;

	(void)state;
	run(package("application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "<w:document " W "><w:body><w:p/></w:body></w:document>", NULL, &out,
		    &arena),
	    "[Content_Types].xml");
	sk_arena_reset(&arena);
	has("/word/document.xml");
	has("wordprocessingml.document.main+xml");
	has_not("macroEnabled");
}

/* A sheet whose relationship is not there goes, the others stay and keep their names. */
static void sheets_that_lead_nowhere(void **state)
{
	struct sk_arena arena;
	struct sk_buf out;

	(void)state;
	run(package(ML "spreadsheetml.sheet.main+xml", "xl/workbook.xml",
		    "<workbook " X "><sheets><sheet name='MARKER' sheetId='1' r:id='none'/><sheet name='S' sheetId='2' state='veryHidden' r:id='s'/></sheets></workbook>",
		    "<worksheet " X "><sheetData/></worksheet>", &out, &arena),
	    "xl/workbook.xml");
	sk_arena_reset(&arena);
	has_not("MARKER");
	has("name=\"S\"");
	assert_int_equal(job.findings[FINDING_hidden_sheet], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields), cmocka_unit_test(links), cmocka_unit_test(formulas), cmocka_unit_test(lists_that_lost_all_items),
		cmocka_unit_test(parts_of_another_root), cmocka_unit_test(forms_of_word), cmocka_unit_test(macro_content_types),
		cmocka_unit_test(sheets_that_lead_nowhere),
	};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests_name("ooxml", tests, NULL, NULL);
	inline_free(&job);
	free(xml);
	free(memory);
	return failed;
}
