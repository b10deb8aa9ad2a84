/* Single elements through reader, checker and writer: what of a part is said, what goes, and what is told of it. The corpus and the hostile
 * set cover whole documents; here stands what a change of one rule would break. */
#include "format/ooxml/made_test.h"

#define RELATED REL("s", OFFICE "/worksheet", "worksheets/sheet1.xml")
#define LINKS OUTSIDE("h", OFFICE "/hyperlink", "https://example.org/") OUTSIDE("j", OFFICE "/hyperlink", "javascript:x")

/* A document or workbook of that type; look is then the part of the output to look at. */
static void word_as(const char *type, const char *text, const char *look)
{
	const struct made_part parts[] = {{"word/document.xml", text}, {"word/_rels/document.xml.rels", RELS(LINKS)}};

	made_run("word/document.xml", type, parts, SK_COUNT(parts));
	(void)made_look(look);
}

static void word(const char *body)
{
	char text[4096];

	snprintf(text, sizeof text, "<w:document " W "><w:body>%s</w:body></w:document>", body);
	word_as(ML "wordprocessingml.document.main+xml", text, "word/document.xml");
}

static void book(const char *sheets, const char *text, const char *look)
{
	char workbook[1024];
	const struct made_part parts[] = {
		{"xl/workbook.xml", workbook}, {"xl/_rels/workbook.xml.rels", RELS(RELATED)}, {"xl/worksheets/sheet1.xml", text}};

	snprintf(workbook, sizeof workbook, "<workbook " X "><sheets>%s</sheets></workbook>", sheets);
	made_run("xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", parts, SK_COUNT(parts));
	(void)made_look(look);
}

static void sheet(const char *inside)
{
	char text[4096];

	snprintf(text, sizeof text, "<worksheet " X ">%s</worksheet>", inside);
	book("<sheet name='S' sheetId='1' r:id='s'/>", text, "xl/worksheets/sheet1.xml");
}

#define MARK(type) "<w:r><w:fldChar w:fldCharType='" type "'/></w:r>"
#define CODE(text) "<w:r><w:instrText>" text "</w:instrText></w:r>"

static void fields(void **state)
{
	(void)state;
	word("<w:p>" MARK("begin") CODE(" PA") CODE("GE ") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has(" PAGE ");
	has("<w:t>7</w:t>");
	assert_int_equal(made_job.findings[FINDING_field_removed], 0);
	word("<w:p>" MARK("begin") CODE("D") CODE("DE cmd x") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has_not("DE");
	has_not("fldChar");
	has("<w:t>7</w:t>");
	assert_true(made_job.findings[FINDING_field_removed] > 0);
	word("<w:p>" MARK("begin") CODE("PAGE DDE cmd") MARK("separate") "<w:r><w:t>7</w:t></w:r>" MARK("end") "</w:p>");
	has_not("cmd");
	word("<w:p>" CODE("DDE cmd") "<w:r><w:t>7</w:t></w:r></w:p>");
	has_not("cmd");
	assert_int_equal(made_job.findings[FINDING_field_removed], 1);
}

static void links(void **state)
{
	(void)state;
	word("<w:p><w:hyperlink r:id='h'><w:r><w:t>a</w:t></w:r></w:hyperlink><w:hyperlink r:id='j'><w:r><w:t>b</w:t></w:r></w:hyperlink></w:p>");
	has("<w:hyperlink r:id=\"rId1\"><w:r><w:t>a</w:t></w:r></w:hyperlink>");
	has("<w:t>b</w:t>");
	assert_int_equal(made_job.findings[FINDING_link_removed], 1);
}

static void formulas(void **state)
{
	(void)state;
	sheet("<sheetData><row r='1'><c r='A1'><f>SUM(B1:B2)</f><v>1</v></c><c r='B1'><f>[1]S!A1</f><v>2</v></c><c r='C1'><f>WEBSERVICE(\"http://x\")</f><v>3</v></c></row></sheetData>");
	has("<f>SUM(B1:B2)</f><v>1</v>");
	has("<c r=\"B1\"><v>2</v></c>");
	has("<c r=\"C1\"><v>3</v></c>");
	assert_int_equal(made_job.findings[FINDING_external_to_value], 1);
	assert_int_equal(made_job.findings[FINDING_formula_to_value], 1);
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
	(void)state;
	book("<sheet name='S' sheetId='1' r:id='s'/>", "<other/>", "xl/worksheets/sheet1.xml");
	has("<sheetData/></worksheet>");
	assert_int_equal(made_job.findings[FINDING_part_damaged], 1);
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
	assert_int_equal(made_job.findings[FINDING_macro_removed], 2);
	word("<w:sdt><w:sdtPr><w:alias w:val='a'/><w:dropDownList><w:listItem w:displayText='x' w:value='1'/></w:dropDownList>"
	     "<w:dataBinding w:xpath='/MARKER' w:storeItemID='{00000000-0000-0000-0000-000000000000}'/></w:sdtPr>"
	     "<w:sdtContent><w:p><w:r><w:t>x</w:t></w:r></w:p></w:sdtContent></w:sdt>");
	has_not("MARKER");
	has("<w:dropDownList><w:listItem w:displayText=\"x\" w:value=\"1\"/></w:dropDownList>");
	has("<w:t>x</w:t>");
	assert_int_equal(made_job.findings[FINDING_custom_data_removed], 1);
}

/* A macro-enabled main part is written as the plain one. */
static void macro_content_types(void **state)
{
	(void)state;
	word_as("application/vnd.ms-word.document.macroEnabled.main+xml", "<w:document " W "><w:body><w:p/></w:body></w:document>", "[Content_Types].xml");
	has("/word/document.xml");
	has("wordprocessingml.document.main+xml");
	has_not("macroEnabled");
}

/* A sheet whose relationship is not there goes, the others stay and keep their names. */
static void sheets_that_lead_nowhere(void **state)
{
	(void)state;
	book("<sheet name='MARKER' sheetId='1' r:id='none'/><sheet name='S' sheetId='2' state='veryHidden' r:id='s'/>", "<worksheet " X "><sheetData/></worksheet>", "xl/workbook.xml");
	has_not("MARKER");
	has("name=\"S\"");
	assert_int_equal(made_job.findings[FINDING_hidden_sheet], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields), cmocka_unit_test(links), cmocka_unit_test(formulas), cmocka_unit_test(lists_that_lost_all_items),
		cmocka_unit_test(parts_of_another_root), cmocka_unit_test(forms_of_word), cmocka_unit_test(macro_content_types),
		cmocka_unit_test(sheets_that_lead_nowhere),
	};
	return made_tests("ooxml", tests, SK_COUNT(tests));
}
