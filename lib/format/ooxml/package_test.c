/* Parts and relationships: what a package leads to, by which names, and what it does not. */
#include "format/ooxml/made_test.h"

#include "format/ooxml/ooxml.h"

#define DOCUMENT "<w:document " W "><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>"
#define STYLES "<w:styles " W "><w:style w:styleId='a'/></w:styles>"

static void word(const struct made_part *parts, size_t count)
{
	made_run("word/document.xml", ML "wordprocessingml.document.main+xml", parts, count);
}
#define WORD(...) word((const struct made_part[]){__VA_ARGS__}, sizeof((const struct made_part[]){__VA_ARGS__}) / sizeof(struct made_part))

/* ---- names ---- */

static void targets(void **state)
{
	static const struct {
		const char *source, *target, *name; /* NULL: it leads out of the package */
	} rows[] = {
		{"", "word/document.xml", "word/document.xml"},
		{"", "/word/document.xml", "word/document.xml"},
		{"word/document.xml", "styles.xml", "word/styles.xml"},
		{"word/document.xml", "/styles.xml", "styles.xml"},
		{"word/document.xml", "./media/../styles.xml", "word/styles.xml"},
		{"xl/worksheets/sheet1.xml", "../drawings/drawing1.xml", "xl/drawings/drawing1.xml"},
		{"xl/worksheets/sheet1.xml", "..\\drawings\\drawing1.xml", "xl/drawings/drawing1.xml"},
		{"xl/worksheets/sheet1.xml", "%2e%2e/a%20b.xml", "xl/a b.xml"},
		{"xl/worksheets/sheet1.xml", "%2E%2E%2fa.xml", "xl/a.xml"},
		{"xl/workbook.xml", "a%2", "xl/a%2"},
		{"xl/workbook.xml", "a%zz", "xl/a%zz"},
		{"xl/workbook.xml", "a//b", "xl/a/b"},
		{"xl/workbook.xml", "", NULL},
		{"xl/workbook.xml", "/", NULL},
		{"xl/workbook.xml", "..", NULL},
		{"xl/workbook.xml", "../..", NULL},
		{"xl/workbook.xml", "../../a", NULL},
		{"", "../a", NULL},
		{"", "%2e%2e%5ca", NULL},
	};
	struct sk_arena arena;

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		sk_bytes name = {NULL, 0};
		sk_arena_init(&arena, made_memory, MADE_BYTES);
		bool inside = package_resolve(&arena, sk_bytes_str(rows[i].source), sk_bytes_str(rows[i].target), &name);
		if (inside != (rows[i].name != NULL) || (inside && !sk_bytes_equal(name, sk_bytes_str(rows[i].name))))
			fail_msg("%s from %s: %.*s", rows[i].target, rows[i].source, (int)name.len, (const char *)name.at);
		sk_arena_reset(&arena);
	}
}

static void names_too_long(void **state)
{
	struct sk_arena arena;
	sk_bytes name;
	uint8_t *target = malloc(70000);

	(void)state;
	memset(target, 'a', 70000);
	sk_arena_init(&arena, made_memory, MADE_BYTES);
	assert_false(package_resolve(&arena, SK_BYTES("xl/workbook.xml"), sk_bytes_of(target, 70000), &name));
	sk_arena_reset(&arena);
	free(target);
}

static void types_of_relationships(void **state)
{
	uint16_t strict = relation_find(SK_BYTES("http://purl.oclc.org/ooxml/officeDocument/relationships/styles"), OOXML_WORD_PackageMain_docx);
	uint16_t plain = relation_find(SK_BYTES(OFFICE "/styles"), OOXML_WORD_PackageMain_docx);

	(void)state;
	assert_int_not_equal(strict, VOCABULARY_NONE);
	assert_int_not_equal(strict, plain);
	assert_int_equal(relation_canonical(strict), plain);
	assert_int_equal(relation_canonical(plain), plain);
	assert_int_equal(relation_rows[plain].kind, PART_wordStyles);
	/* the same type means another kind of part in a workbook */
	uint16_t of_workbook = relation_find(SK_BYTES(OFFICE "/styles"), OOXML_WORD_PackageMain_xlsx);
	assert_int_not_equal(of_workbook, plain);
	assert_int_equal(relation_find(SK_BYTES(OFFICE "/worksheet"), OOXML_WORD_PackageMain_docx), VOCABULARY_NONE);
	assert_int_equal(relation_find(SK_BYTES(OFFICE "/Styles"), OOXML_WORD_PackageMain_docx), VOCABULARY_NONE);
	assert_int_equal(relation_find(SK_BYTES(OFFICE "/styles/"), OOXML_WORD_PackageMain_docx), VOCABULARY_NONE);
	assert_int_equal(relation_find(SK_BYTES(""), OOXML_WORD_PackageMain_docx), VOCABULARY_NONE);
	assert_false(relation_rows[relation_find(SK_BYTES(MICROSOFT "/vbaProject"), OOXML_WORD_PackageMain_docx)].kept);
	assert_true(sk_bytes_equal(relation_segment(SK_BYTES(OFFICE "/styles")), SK_BYTES("styles")));
	assert_true(sk_bytes_equal(relation_segment(SK_BYTES("styles")), SK_BYTES("styles")));
	assert_int_equal(relation_segment(SK_BYTES("a/")).len, 0);
}

static void main_types(void **state)
{
	static const struct {
		const char *type;
		unsigned main;
		bool plain;
	} rows[] = {
		{ML "wordprocessingml.document.main+xml", OOXML_WORD_PackageMain_docx, true},
		{"application/vnd.ms-word.document.macroEnabled.main+xml", OOXML_WORD_PackageMain_docx, false},
		{"APPLICATION/vnd.ms-word.document.MACROENABLED.main+xml", OOXML_WORD_PackageMain_docx, false},
		{"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", OOXML_WORD_PackageMain_dotx, false},
		{ML "spreadsheetml.sheet.main+xml", OOXML_WORD_PackageMain_xlsx, true},
		{"application/vnd.ms-excel.sheet.macroEnabled.main+xml", OOXML_WORD_PackageMain_xlsx, false},
		{"application/vnd.ms-excel.addin.macroEnabled.main+xml", OOXML_WORD_PackageMain_xlsx, false},
		{"application/vnd.ms-excel.template.macroEnabled.main+xml", OOXML_WORD_PackageMain_xltx, false},
		{ML "presentationml.presentation.main+xml", OOXML_WORD_PackageMain_pptx, true},
		{"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml", OOXML_WORD_PackageMain_ppsx, false},
		{ML "presentationml.template.main+xml", OOXML_WORD_PackageMain_potx, true},
	};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		const struct main_row *row = main_find(sk_bytes_str(rows[i].type));
		assert_non_null(row);
		assert_int_equal(row->main, rows[i].main);
		assert_int_equal(row->plain, rows[i].plain);
		assert_null(strstr(main_content_type(row->main), "acro")); /* what is written is a plain one */
	}
	assert_null(main_find(SK_BYTES("")));
	assert_null(main_find(SK_BYTES("application/xml")));
	assert_null(main_find(SK_BYTES("application/vnd.ms-excel.sheet.binary.macroEnabled.main")));
}

/* ---- the walk ---- */

static void outside_targets(void **state)
{
	(void)state;
	WORD({"word/document.xml", "<w:document " W "><w:body><w:p><w:hyperlink r:id='a'><w:r><w:t>a</w:t></w:r></w:hyperlink><w:hyperlink r:id='b'><w:r><w:t>b</w:t></w:r></w:hyperlink>"
				   "<w:hyperlink r:id='c'><w:r><w:t>c</w:t></w:r></w:hyperlink><w:hyperlink r:id='d'><w:r><w:t>d</w:t></w:r></w:hyperlink></w:p></w:body></w:document>"},
	     {"word/_rels/document.xml.rels", RELS(OUTSIDE("a", OFFICE "/hyperlink", "https://example.org/a") OUTSIDE("b", OFFICE "/hyperlink", "file:///c:/MARKER")
						   OUTSIDE("c", OFFICE "/hyperlink", "\\\\MARKER\\x") OUTSIDE("d", OFFICE "/hyperlink", "JavaScript:MARKER")
						   OUTSIDE("e", OFFICE "/attachedTemplate", "http://MARKER/x.dotm") OUTSIDE("f", OFFICE "/styles", "http://MARKER/styles.xml")
						   OUTSIDE("g", OFFICE "/image", "http://MARKER/x.png") OUTSIDE("h", "urn:unknown", "http://MARKER/"))});
	assert_true(made_look("word/_rels/document.xml.rels"));
	has("Target=\"https://example.org/a\" TargetMode=\"External\"");
	has_not("MARKER");
	assert_int_equal(made_job.findings[FINDING_link_removed], 3);
	assert_true(made_job.findings[FINDING_external_removed] >= 3);
	told(template_removed);
	assert_true(made_look("word/document.xml"));
	has("<w:t>d</w:t>"); /* the words of a link stay */
	has("<w:hyperlink r:id=\"rId1\"><w:r><w:t>a</w:t></w:r></w:hyperlink>");
}

static void parts_that_several_lead_to(void **state)
{
	(void)state;
	WORD({"word/document.xml", DOCUMENT}, {"word/odd/names.xml", STYLES},
	     {"word/_rels/document.xml.rels", RELS(REL("a", OFFICE "/styles", "odd/names.xml") REL("b", OFFICE "/styles", "/word/ODD/Names.xml")
						   REL("c", OFFICE "/numbering", "odd/names.xml"))});
	assert_true(made_look("word/styles1.xml")); /* the writer's own name */
	assert_false(made_look("word/odd/names.xml"));
	assert_false(made_look("word/styles2.xml"));
	assert_false(made_look("word/numbering1.xml")); /* one part is not of two kinds */
	told(part_removed);
	assert_true(made_look("word/_rels/document.xml.rels"));
	has("Target=\"styles1.xml\"");
	has_not("numbering");
}

static void targets_that_are_not_there(void **state)
{
	(void)state;
	WORD({"word/document.xml", DOCUMENT}, {"word/_rels/document.xml.rels", RELS(REL("a", OFFICE "/styles", "none.xml") REL("b", OFFICE "/numbering", "../../../numbering.xml"))});
	assert_true(made_job.written);
	assert_int_equal(made_job.findings[FINDING_part_damaged], 2);
	assert_true(made_look("[Content_Types].xml"));
	has_not("styles");
}

static void circles(void **state)
{
	(void)state;
	WORD({"word/document.xml", DOCUMENT}, {"word/header1.xml", "<w:hdr " W "><w:p/></w:hdr>"},
	     {"word/_rels/document.xml.rels", RELS(REL("a", OFFICE "/header", "header1.xml") REL("b", OFFICE "/officeDocument", "document.xml"))},
	     {"word/_rels/header1.xml.rels", RELS(REL("a", OFFICE "/header", "header1.xml"))});
	assert_true(made_job.written);
	assert_true(made_look("word/header1.xml"));
	assert_true(made_look("word/document.xml"));
	has("<w:t>x</w:t>");
}

static void parts_that_nothing_leads_to(void **state)
{
	(void)state;
	WORD({"word/document.xml", DOCUMENT}, {"word/styles.xml", STYLES}, {"word/vbaProject.bin", "MARKER"});
	assert_false(made_look("word/styles1.xml"));
	assert_false(made_look("word/vbaProject.bin"));
	assert_int_equal(made_job.findings[FINDING_part_removed], 1); /* one word for a folder */
}

static void second_main_parts(void **state)
{
	(void)state;
	WORD({"_rels/.rels", RELS(REL("a", OFFICE "/officeDocument", "word/document.xml") REL("b", OFFICE "/officeDocument", "word/other.xml"))},
	     {"word/document.xml", DOCUMENT}, {"word/other.xml", "<w:document " W "><w:body><w:p><w:r><w:t>MARKER</w:t></w:r></w:p></w:body></w:document>"});
	assert_true(made_look("word/document.xml"));
	has_not("MARKER");
	told(part_removed);
}

static void properties_stand_once(void **state)
{
	static const char *const core = "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
					"<dc:title>t</dc:title></cp:coreProperties>";

	(void)state;
	WORD({"_rels/.rels", RELS(REL("a", OFFICE "/officeDocument", "word/document.xml")
				  REL("b", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "a.xml")
				  REL("c", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "b.xml"))},
	     {"word/document.xml", DOCUMENT}, {"a.xml", core}, {"b.xml", core});
	assert_true(made_look("docProps/core.xml"));
	assert_false(made_look("docProps/core2.xml"));
	assert_int_equal(made_job.findings[FINDING_part_removed], 1);
}

/* The first relationship of an id wins, as in every program. */
static void ids_that_come_twice(void **state)
{
	(void)state;
	WORD({"word/document.xml", "<w:document " W "><w:body><w:p><w:hyperlink r:id='a'><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p></w:body></w:document>"},
	     {"word/_rels/document.xml.rels", RELS(OUTSIDE("a", OFFICE "/hyperlink", "https://example.org/first") OUTSIDE("a", OFFICE "/hyperlink", "https://example.org/second"))});
	assert_true(made_look("word/document.xml"));
	has("r:id=\"rId1\"");
	assert_true(made_look("word/_rels/document.xml.rels"));
	has("Id=\"rId1\" Type=\"" OFFICE "/hyperlink\" Target=\"https://example.org/first\"");
}

/* A reference to a link says something only where a link may stand. */
static void links_in_the_place_of_parts(void **state)
{
	(void)state;
	WORD({"word/document.xml", "<w:document " W "><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p><w:sectPr><w:headerReference w:type='default' r:id='a'/></w:sectPr></w:body></w:document>"},
	     {"word/_rels/document.xml.rels", RELS(OUTSIDE("a", OFFICE "/hyperlink", "https://example.org/"))});
	assert_true(made_job.written);
	assert_true(made_look("word/document.xml"));
	has_not("headerReference");
	told(bad_value);
}

/* ---- content types ---- */

static void overrides_before_defaults(void **state)
{
	(void)state;
	WORD({"[Content_Types].xml", "<Types xmlns='" MADE_TYPES "'><Default Extension='XML' ContentType='" ML "spreadsheetml.sheet.main+xml'/>"
				     "<Override PartName='/WORD/document.xml' ContentType='application/vnd.ms-word.template.macroEnabledTemplate.main+xml'/></Types>"},
	     {"word/document.xml", DOCUMENT});
	assert_true(made_look("[Content_Types].xml"));
	has(ML "wordprocessingml.template.main+xml");
	told(type_changed);
	WORD({"[Content_Types].xml", "<Types xmlns='" MADE_TYPES "'><Default Extension='xml' ContentType='" ML "wordprocessingml.document.main+xml'/></Types>"},
	     {"word/document.xml", DOCUMENT});
	assert_true(made_job.written);
	not_told(type_changed);
	WORD({"[Content_Types].xml", "<Types xmlns='" MADE_TYPES "'><Default Extension='xml' ContentType='" ML "wordprocessingml.document.main+xml'/>"
				     "<Default Extension='xml' ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"},
	     {"word/document.xml", DOCUMENT});
	not_told(type_changed); /* the first one of an extension */
}

static void types_that_are_missing(void **state)
{
	(void)state;
	WORD({"[Content_Types].xml", "<Types xmlns='" MADE_TYPES "'/>"}, {"word/document.xml", DOCUMENT});
	assert_false(made_job.written);
	WORD({"[Content_Types].xml", "<Types xmlns='" MADE_TYPES "'><Override PartName='xword/document.xml' ContentType='" ML "wordprocessingml.document.main+xml'/></Types>"},
	     {"word/document.xml", DOCUMENT});
	assert_false(made_job.written); /* a part name begins with a slash */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets), cmocka_unit_test(names_too_long), cmocka_unit_test(types_of_relationships), cmocka_unit_test(main_types),
		cmocka_unit_test(outside_targets), cmocka_unit_test(parts_that_several_lead_to), cmocka_unit_test(targets_that_are_not_there),
		cmocka_unit_test(circles), cmocka_unit_test(parts_that_nothing_leads_to), cmocka_unit_test(second_main_parts), cmocka_unit_test(properties_stand_once),
		cmocka_unit_test(ids_that_come_twice), cmocka_unit_test(links_in_the_place_of_parts), cmocka_unit_test(overrides_before_defaults),
		cmocka_unit_test(types_that_are_missing),
	};
	return made_tests("package", tests, SK_COUNT(tests));
}
