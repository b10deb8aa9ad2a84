/* What of a workbook needs more than a lookup: which sheets stay and what counts them, names, links, lists, media. */
#include "format/ooxml/made_test.h"

#include "format/ooxml/ooxml.h"

#define SHEET "<worksheet " X "><sheetData/></worksheet>"

/* A workbook with these words after its list of sheets; of A, B, C and D the second one leads to a link and the last to macros. */
static void book(const char *before, const char *after)
{
	char text[4096];

	snprintf(text, sizeof text, "<workbook " X ">%s<sheets><sheet name='A' sheetId='1' r:id='a'/><sheet name='B' sheetId='2' r:id='b'/><sheet name='C' sheetId='7' r:id='c'/>"
		 "<sheet name='D' sheetId='8' r:id='d'/></sheets>%s</workbook>", before, after);
	const struct made_part parts[] = {
		{"xl/workbook.xml", text},
		{"xl/_rels/workbook.xml.rels", RELS(REL("a", OFFICE "/worksheet", "worksheets/sheet1.xml") REL("c", OFFICE "/worksheet", "worksheets/sheet3.xml")
						    REL("d", MICROSOFT "/xlMacrosheet", "macrosheets/sheet4.xml")
						    OUTSIDE("b", OFFICE "/hyperlink", "https://example.org/"))},
		{"xl/worksheets/sheet1.xml", SHEET},
		{"xl/worksheets/sheet3.xml", SHEET},
		{"xl/macrosheets/sheet4.xml", SHEET},
	};
	made_run("xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", parts, SK_COUNT(parts));
	assert_true(made_look("xl/workbook.xml"));
}

static void indexes(void **state)
{
	struct sheet sheets[] = {{.kept = false}, {.kept = true, .index = 0}, {.kept = false}, {.kept = true, .index = 1}};
	static struct package package;

	(void)state;
	package.sheets = sheets;
	package.sheet_count = SK_COUNT(sheets);
	assert_int_equal(sheets_index(&package, 0), UINT32_MAX);
	assert_int_equal(sheets_index(&package, 1), 0);
	assert_int_equal(sheets_index(&package, 3), 1);
	assert_int_equal(sheets_index(&package, 4), UINT32_MAX);
	assert_int_equal(sheets_index(&package, UINT32_MAX), UINT32_MAX);
	assert_int_equal(sheets_nearest(&package, 0), 0);
	assert_int_equal(sheets_nearest(&package, 2), 0);
	assert_int_equal(sheets_nearest(&package, 3), 1);
	assert_int_equal(sheets_nearest(&package, UINT32_MAX), 1);
	package.sheet_count = 0;
	assert_int_equal(sheets_nearest(&package, 3), 0);
}

static void views(void **state)
{
	(void)state;
	book("<bookViews><workbookView firstSheet='3' activeTab='2'/></bookViews>", "");
	has("<sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"C\" sheetId=\"7\" r:id=\"rId2\"/></sheets>");
	has("firstSheet=\"1\" activeTab=\"1\"");
	told(xlm_removed);
	book("<bookViews><workbookView activeTab='1'/></bookViews>", "");
	has("activeTab=\"0\"");
}

static void names(void **state)
{
	(void)state;
	book("", "<definedNames><definedName name='one'>A!$A$1</definedName><definedName name='two' localSheetId='2'>C!$A$1</definedName><definedName name='three' localSheetId='1'>A!$A$1</definedName>"
		 "<definedName name='four' localSheetId='9'>A!$A$1</definedName><definedName name='_xlnm.Print_Area' localSheetId='0'>A!$A$1:$B$2</definedName></definedNames>");
	has("<definedName name=\"one\">A!$A$1</definedName><definedName name=\"two\" localSheetId=\"1\">C!$A$1</definedName>");
	has("<definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">A!$A$1:$B$2</definedName></definedNames>");
	assert_int_equal(made_job.findings[FINDING_name_removed], 2);
}

static void names_that_run(void **state)
{
	static const char *const runs[] = {"Auto_Open", "auto_open", "_xlnm.Auto_Open", "_XLNM.AUTO_CLOSE", "Auto_Activate.x"};
	static const char *const plain[] = {"AutoOpen", "_xlnm.AutoFilter", "My_Auto_Open"};
	char text[256];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(runs); i++) {
		snprintf(text, sizeof text, "<definedNames><definedName name='%s'>A!$A$1</definedName></definedNames>", runs[i]);
		book("", text);
		has_not("definedName"); /* nor an empty list */
		told(xlm_removed);
	}
	for (size_t i = 0; i < SK_COUNT(plain); i++) {
		snprintf(text, sizeof text, "<definedNames><definedName name='%s'>A!$A$1</definedName></definedNames>", plain[i]);
		book("", text);
		has(plain[i]);
	}
	book("", "<definedNames><definedName name='x' function='1' vbProcedure='1' xlm='1'>A!$A$1</definedName><definedName name='y'>[1]A!$A$1</definedName><definedName name='z'>CALL(\"a\")</definedName></definedNames>");
	has("<definedName name=\"x\">A!$A$1</definedName></definedNames>");
	told(macro_removed);
	assert_int_equal(made_job.findings[FINDING_name_removed], 2);
}

/* ---- one sheet ---- */

static void sheet(const char *attributes, const char *inside, const char *relations)
{
	char text[4096], rels[1024];

	snprintf(text, sizeof text, "<worksheet " X " %s>%s</worksheet>", attributes, inside);
	snprintf(rels, sizeof rels, RELS("%s"), relations);
	const struct made_part parts[] = {
		{"xl/workbook.xml", "<workbook " X "><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>"},
		{"xl/_rels/workbook.xml.rels", RELS(REL("s", OFFICE "/worksheet", "worksheets/sheet1.xml"))},
		{"xl/worksheets/sheet1.xml", text},
		{"xl/worksheets/_rels/sheet1.xml.rels", rels},
		{"xl/media/a.png", "no picture"},
		{"xl/media/b.emf", "no picture either"},
	};
	made_run("xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", parts, SK_COUNT(parts));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
}

static void links_of_cells(void **state)
{
	static const char *const places[] = {"S!A1", "A1:B2", "'a b'!A1", "AAA:AAB", "name", "$A$1:$B$2", "_a:b", "S1!A1:B2"};
	static const char *const urls[] = {"javascript:x", "file:x", "VBScript:x", "ms-msdt:/id", "a.b:c", "abc1d:x", "http://x", "[1]S!A1", "CALL(1)"};
	char text[512], said[512];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(places); i++) {
		snprintf(text, sizeof text, "<sheetData/><hyperlinks><hyperlink ref='A1' location=\"%s\"/></hyperlinks>", places[i]);
		sheet("", text, "");
		snprintf(said, sizeof said, "<hyperlinks><hyperlink ref=\"A1\" location=\"%s\"/></hyperlinks>", places[i]);
		has(said);
	}
	for (size_t i = 0; i < SK_COUNT(urls); i++) {
		snprintf(text, sizeof text, "<sheetData/><hyperlinks><hyperlink ref='A1' location=\"%s\"/></hyperlinks>", urls[i]);
		sheet("", text, "");
		has_not("hyperlink");
	}
}

/* A namespace that is written without a prefix can't be in a list of prefixes. */
static void namespaces_to_ignore(void **state)
{
	(void)state;
	sheet("xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "
	      "xmlns:x14ac='http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac' xmlns:u='urn:u' mc:Ignorable='x u x14ac'", "<sheetData/>", "");
	has("mc:Ignorable=\"x14ac\"");
}

/* Pictures get names of their own, in the order in which they are met; one that is none becomes an empty one, and keeps its place. */
static void media(void **state)
{
	(void)state;
	sheet("", "<sheetData/><picture r:id='p'/>", REL("q", OFFICE "/image", "../media/b.emf") REL("p", OFFICE "/image", "../media/a.png") REL("r", OFFICE "/image", "../media/A.PNG"));
	has("<picture r:id=\"rId2\"/>");
	assert_int_equal(made_job.findings[FINDING_picture_replaced], 2);
	assert_true(made_look("xl/worksheets/_rels/sheet1.xml.rels"));
	has("Id=\"rId1\" Type=\"" OFFICE "/image\" Target=\"../media/image1.png\"");
	has("Id=\"rId2\" Type=\"" OFFICE "/image\" Target=\"../media/image2.png\"");
	has("Id=\"rId3\" Type=\"" OFFICE "/image\" Target=\"../media/image2.png\"");
	assert_true(made_look("xl/media/image2.png"));
	assert_false(made_look("xl/media/image3.png"));
	assert_true(made_look("[Content_Types].xml"));
	has("<Default Extension=\"png\" ContentType=\"image/png\"/>");
	has_not("emf");
}

static void shared_formulas(void **state)
{
	(void)state;
	sheet("", "<sheetData><row r='1'><c r='A1'><f t='shared' ref='A1:B1' si='0'>[1]S!A1</f><v>1</v></c><c r='B1'><f t='shared' si='0'/><v>2</v></c>"
		  "<c r='C1'><f t='shared' ref='C1:D1' si='1'>A1+1</f><v>3</v></c><c r='D1'><f t='shared' si='1'/><v>4</v></c></row></sheetData>", "");
	has("<c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c>"); /* what follows a formula that went goes with it */
	has("<f t=\"shared\" ref=\"C1:D1\" si=\"1\">A1+1</f><v>3</v></c>");
	has("<f t=\"shared\" si=\"1\"/><v>4</v>");
}

static void lists_of_validation(void **state)
{
	(void)state;
	sheet("xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:x12ac='http://schemas.microsoft.com/office/spreadsheetml/2011/1/ac'",
	      "<sheetData/><dataValidations count='1'><dataValidation type='list' sqref='A1'><mc:AlternateContent><mc:Choice Requires='x12ac'><x12ac:list>1,\"2,3\"</x12ac:list></mc:Choice>"
	      "<mc:Fallback><formula1>\"1,2,3\"</formula1></mc:Fallback></mc:AlternateContent></dataValidation></dataValidations>", "");
	has("<mc:Choice Requires=\"x12ac\"><x12ac:list>1,\"2,3\"</x12ac:list></mc:Choice>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indexes), cmocka_unit_test(views), cmocka_unit_test(names), cmocka_unit_test(names_that_run), cmocka_unit_test(links_of_cells),
		cmocka_unit_test(namespaces_to_ignore), cmocka_unit_test(media), cmocka_unit_test(shared_formulas), cmocka_unit_test(lists_of_validation),
	};
	return made_tests("workbook", tests, SK_COUNT(tests));
}
