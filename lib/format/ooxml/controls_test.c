/* Form controls of a sheet: each of the three places that describe one stays without what it runs and without what leads out. */
#include "format/ooxml/made_test.h"

#define X14 "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
#define MC "http://schemas.openxmlformats.org/markup-compatibility/2006"
#define XDR "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
#define SPACES X " xmlns:mc='" MC "' xmlns:x14='" X14 "' xmlns:xdr='" XDR "'"
#define CHOICE(inside) "<mc:AlternateContent><mc:Choice Requires='x14'>" inside "</mc:Choice></mc:AlternateContent>"
#define PLACE "<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
#define CONTROL(id, attributes) "<control shapeId='1025' r:id='" id "' name='Check Box 1'><controlPr defaultSize='0'" attributes "><anchor moveWithCells='1'>" \
				"<from>" PLACE "</from><to>" PLACE "</to></anchor></controlPr></control>"
#define SAID_PLACE "<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
#define VML(shape) "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' xmlns:x='urn:schemas-microsoft-com:office:excel'>" \
		   "<v:shape id='_x0000_s1025' type='#_x0000_t201' o:button='t'>" shape "</v:shape></xml>"
#define CLIENT(kind, inside) "<x:ClientData ObjectType='" kind "'><x:Anchor>1, 0, 1, 0, 2, 0, 2, 0</x:Anchor>" inside "</x:ClientData>"

/* A workbook of one sheet: what stands at its end, the properties of a control, the shape's VML. */
static void sheet(const char *end, const char *properties, const char *vml)
{
	char text[3072], part[1024];

	snprintf(text, sizeof text, "<worksheet " SPACES "><sheetData/><legacyDrawing r:id='v'/>%s</worksheet>", end);
	snprintf(part, sizeof part, "<formControlPr xmlns='" X14 "' %s/>", properties);
	const struct made_part parts[] = {
		{"xl/workbook.xml", "<workbook " X "><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>"},
		{"xl/_rels/workbook.xml.rels", RELS(REL("s", OFFICE "/worksheet", "worksheets/sheet1.xml"))},
		{"xl/worksheets/sheet1.xml", text},
		{"xl/worksheets/_rels/sheet1.xml.rels", RELS(REL("v", OFFICE "/vmlDrawing", "../drawings/vmlDrawing1.vml") REL("c", OFFICE "/ctrlProp", "../ctrlProps/ctrlProp1.xml")
							     REL("a", OFFICE "/control", "../activeX/activeX1.xml"))},
		{"xl/activeX/activeX1.xml", "<MARKER/>"},
		{"xl/ctrlProps/ctrlProp1.xml", part},
		{"xl/drawings/vmlDrawing1.vml", vml},
	};
	made_run("xl/workbook.xml", ML "spreadsheetml.sheet.main+xml", parts, SK_COUNT(parts));
	assert_true(made_job.written);
}

static void what_stays(void **state)
{
	(void)state;
	sheet(CHOICE("<controls>" CHOICE(CONTROL("c", "")) "</controls>"), "objectType='CheckBox' checked='Checked' fmlaLink='$A$1' lockText='1' noThreeD='1'",
	      VML("<v:textbox><div style='text-align:left'><font face='Meiryo' size='180' color='auto'>x</font></div></v:textbox>"
		  CLIENT("Checkbox", "<x:FmlaLink>$A$1</x:FmlaLink><x:Checked>1</x:Checked><x:NoThreeD/>")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has("<controls><mc:AlternateContent><mc:Choice Requires=\"x14\"><control shapeId=\"1025\" r:id=\"rId2\" name=\"Check Box 1\"><controlPr defaultSize=\"0\">"
	    "<anchor moveWithCells=\"1\"><from>" SAID_PLACE "</from><to>" SAID_PLACE "</to></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls>");
	assert_true(made_look("xl/worksheets/_rels/sheet1.xml.rels"));
	has("Id=\"rId2\" Type=\"" OFFICE "/ctrlProp\" Target=\"../ctrlProps/ctrlProp1.xml\"");
	has_not("activeX");
	assert_true(made_look("[Content_Types].xml"));
	has("<Override PartName=\"/xl/ctrlProps/ctrlProp1.xml\" ContentType=\"application/vnd.ms-excel.controlproperties+xml\"/>");
	assert_true(made_look("xl/ctrlProps/ctrlProp1.xml"));
	has("objectType=\"CheckBox\" checked=\"Checked\" fmlaLink=\"$A$1\" lockText=\"1\" noThreeD=\"1\"");
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has("id=\"_x0000_s1025\"");
	has("<font face=\"Meiryo\" size=\"180\" color=\"auto\">x</font>");
	has("ObjectType=\"Checkbox\"");
	has("FmlaLink>$A$1<");
	not_told(macro_removed);
	not_told(unknown_element);
}

static void macros(void **state)
{
	(void)state;
	sheet(CHOICE("<controls>" CHOICE(CONTROL("c", " macro='[0]!MARKER'")) "</controls>"), "objectType='Button' fmlaMacro='MARKER'",
	      VML(CLIENT("Button", "<x:FmlaMacro>[0]!MARKER</x:FmlaMacro><x:ScriptText>MARKER</x:ScriptText><x:TextHAlign>Center</x:TextHAlign>")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has_not("MARKER");
	has("<controlPr defaultSize=\"0\">");
	assert_true(made_look("xl/ctrlProps/ctrlProp1.xml"));
	has_not("MARKER");
	has("objectType=\"Button\"");
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has_not("MARKER");
	has("TextHAlign>Center<");
	assert_int_equal(made_job.findings[FINDING_macro_removed], 3);
	assert_int_equal(made_job.findings[FINDING_action_removed], 1);
}

static void places_outside(void **state)
{
	static const char *const out[] = {"[1]S!$A$1", "cmd|&apos;/c x&apos;!A0", "&apos;\\\\h\\[b.xlsx]S&apos;!A1", "CALL(\"a\",\"b\")", "EMBED(\"a\",\"\")"};
	char properties[512], vml[2048];

	(void)state;
	for (size_t i = 0; i < SK_COUNT(out); i++) {
		const char *quoted = out[i];
		snprintf(properties, sizeof properties, "objectType='Drop' fmlaLink='%s' fmlaRange='%s' fmlaGroup='%s' fmlaTxbx='%s' sel='1'", quoted, quoted, quoted, quoted);
		snprintf(vml, sizeof vml, VML(CLIENT("Drop", "<x:FmlaLink>%s</x:FmlaLink><x:FmlaRange>%s</x:FmlaRange><x:FmlaGroup>%s</x:FmlaGroup><x:FmlaTxbx>%s</x:FmlaTxbx>"
								      "<x:FmlaPict>%s</x:FmlaPict><x:Sel>1</x:Sel>")), quoted, quoted, quoted, quoted, quoted);
		sheet("", properties, vml);
		assert_true(made_look("xl/ctrlProps/ctrlProp1.xml"));
		has("objectType=\"Drop\" sel=\"1\"");
		assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
		has_not("Fmla");
		has("Sel>1<");
		assert_true(made_job.findings[FINDING_formula_to_value] + made_job.findings[FINDING_external_removed] >= 9);
	}
}

/* A list of controls that lost its last one is not said; one of two stays alone. */
static void controls_that_go(void **state)
{
	(void)state;
	sheet(CHOICE("<controls>" CHOICE(CONTROL("a", "")) CHOICE(CONTROL("none", "")) CHOICE(CONTROL("v", "")) CHOICE("<control shapeId='1' name='x'/>") "</controls>"), "objectType='Button'", VML(CLIENT("Button", "")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has_not("control");
	told(active_control_removed);
	sheet(CHOICE("<controls>" CHOICE(CONTROL("a", "")) CHOICE(CONTROL("c", "")) "</controls>"), "objectType='Button'", VML(CLIENT("Button", "")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has("<controls><mc:AlternateContent><mc:Choice Requires=\"x14\"><control shapeId=\"1025\" r:id=\"rId2\"");
	assert_null(strstr(strstr(made_xml, "<control shapeId") + 1, "<control shapeId"));
}

/* What stands in for a control where x14 is not understood can't be reached. */
static void what_stands_in(void **state)
{
	(void)state;
	sheet(CHOICE("<controls><mc:AlternateContent><mc:Choice Requires='x14'>" CONTROL("c", "") "</mc:Choice><mc:Fallback><control shapeId='1025' r:id='a' name='MARKER'/></mc:Fallback>"
		     "</mc:AlternateContent></controls>"),
	      "objectType='Button'", VML(CLIENT("Button", "")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has("r:id=\"rId2\"");
	has_not("MARKER");
	has_not("Fallback");
	sheet(CHOICE("<controls><mc:AlternateContent><mc:Choice Requires='x14'>" CONTROL("a", "") "</mc:Choice><mc:Fallback>" CONTROL("c", "") "</mc:Fallback></mc:AlternateContent></controls>"),
	      "objectType='Button'", VML(CLIENT("Button", "")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has_not("control"); /* a Fallback alone is no AlternateContent */
}

static void kinds(void **state)
{
	(void)state;
	sheet("", "objectType='Dialog' lockText='1'", VML(CLIENT("Dialog", "")));
	assert_true(made_look("xl/ctrlProps/ctrlProp1.xml"));
	has_not("Dialog");
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has_not("ClientData");
	assert_int_equal(made_job.findings[FINDING_bad_value], 2);
	sheet("", "objectType='EditBox'", VML(CLIENT("Text", "")));
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has("ObjectType=\"Text\"");
	not_told(bad_value);
}

/* Words and marks in any order, a break without its end. */
static void captions(void **state)
{
	(void)state;
	sheet("", "objectType='Button'",
	      VML("<v:textbox><div>a<font size='180'>b<br>\n c<b>d</b>e</font>f<span style='mso-spacerun:yes'>\xc2\xa0 </span><a href='MARKER'>g</a></div></v:textbox>" CLIENT("Button", "")));
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has("<div>a<font size=\"180\">b<br/>\n c<b>d</b>e</font>f<span style=\"mso-spacerun:yes\">\xc2\xa0 </span></div>");
	has_not("MARKER");
}

static void linked_pictures(void **state)
{
	(void)state;
	sheet("", "objectType='Button'", VML(CLIENT("Pict", "<x:FmlaPict>$A$1:$B$2</x:FmlaPict><x:CF>Pict</x:CF><x:Camera/>")));
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has("FmlaPict>$A$1:$B$2<");
	has("Camera/>");
	sheet("", "objectType='Button'", VML(CLIENT("Pict", "<x:FmlaPict>[1]!''''</x:FmlaPict><x:CF>Pict</x:CF><x:Camera/>")));
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has("CF>Pict<");
	has_not("Camera"); /* it has no cells to look at */
	sheet("", "objectType='Button'", VML(CLIENT("Pict", "<x:MapOCX/><x:CF>MARKER</x:CF><x:DDE/>")));
	assert_true(made_look("xl/drawings/vmlDrawing1.vml"));
	has_not("MARKER");
	has_not("MapOCX");
	has_not("DDE");
	told(active_control_removed);
	told(connection_removed);
}

#define OBJECT(attributes) "<mc:AlternateContent><mc:Choice Requires='x14'><oleObject progId='Package' shapeId='1025'" attributes "><objectPr defaultSize='0'/></oleObject></mc:Choice>" \
			   "<mc:Fallback><oleObject progId='Package' shapeId='1025'" attributes "/></mc:Fallback></mc:AlternateContent>"

/* Objects stand in the same choices: those that don't stay leave no list behind. */
static void objects_that_go(void **state)
{
	(void)state;
	sheet("<oleObjects>" OBJECT(" r:id='none'") OBJECT(" link='[1]!&apos;&apos;' oleUpdate='OLEUPDATE_ALWAYS'") OBJECT(" r:id='c'") "</oleObjects>", "objectType='Button'", VML(CLIENT("Pict", "")));
	assert_true(made_look("xl/worksheets/sheet1.xml"));
	has_not("oleObject");
	has_not("mc:Choice");
	told(object_to_picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays), cmocka_unit_test(macros), cmocka_unit_test(places_outside), cmocka_unit_test(controls_that_go),
		cmocka_unit_test(what_stands_in), cmocka_unit_test(kinds), cmocka_unit_test(captions), cmocka_unit_test(linked_pictures), cmocka_unit_test(objects_that_go),
	};
	return made_tests("controls", tests, SK_COUNT(tests));
}
