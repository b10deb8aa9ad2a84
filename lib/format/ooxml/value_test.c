/* Values as the vocabulary types them: what is one, what it becomes, what is none. */
#include "format/ooxml/read_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct part_reader reader;
static struct package package;
static struct part part;

static bool value_of(uint16_t type, const char *source, struct part_value *value)
{
	*value = (struct part_value){.number = -77};
	return part_value(&reader, type, sk_bytes_str(source), value);
}

static void is(uint16_t type, const char *source, int64_t number)
{
	struct part_value value;
	if (!value_of(type, source, &value) || value.number != number)
		fail_msg("'%s' is %lld, wanted %lld", source, (long long)value.number, (long long)number);
}

static void reads(uint16_t type, const char *source, const char *wanted)
{
	struct part_value value;
	if (!value_of(type, source, &value) || !sk_bytes_equal(value.bytes, sk_bytes_str(wanted)))
		fail_msg("'%s' is '%.*s', wanted '%s'", source, (int)value.bytes.len, (const char *)value.bytes.at, wanted);
}

static void is_none(uint16_t type, const char *source)
{
	struct part_value value;
	if (value_of(type, source, &value))
		fail_msg("'%s' is a value", source);
}

static void booleans(void **state)
{
	static const char *const wrong[] = {"", "TRUE", "2", "yes", "1 1", "-1", "tru"};

	(void)state;
	is(OOXML_TYPE_bool, "0", 0);
	is(OOXML_TYPE_bool, "1", 1);
	is(OOXML_TYPE_bool, "false", 0);
	is(OOXML_TYPE_bool, "true", 1);
	is(OOXML_TYPE_bool, "off", 0);
	is(OOXML_TYPE_bool, "on", 1);
	is(OOXML_TYPE_bool, " on\n", 1);
	is(OOXML_TYPE_excel_bool, "True", 1);
	is(OOXML_TYPE_excel_bool, "f", 0);
	for (size_t i = 0; i < SK_COUNT(wrong); i++)
		is_none(OOXML_TYPE_bool, wrong[i]);
}

static void words(void **state)
{
	(void)state;
	is(OOXML_TYPE_x14_ST_Checked, "Mixed", OOXML_WORD_x14_ST_Checked_Mixed);
	is(OOXML_TYPE_x14_ST_Checked, "\tChecked ", OOXML_WORD_x14_ST_Checked_Checked);
	is_none(OOXML_TYPE_x14_ST_Checked, "checked");
	is_none(OOXML_TYPE_x14_ST_Checked, "");
	is_none(OOXML_TYPE_x14_ST_Checked, "Checked Mixed");
}

static void numbers(void **state)
{
	static const char *const wrong[] = {"", " ", "-1", "256", "1e2", "0x1", ".5", "1.x", "+", "--1", "1 2", "99999999999999999999", "12.0.0"};

	(void)state;
	is(OOXML_TYPE_int_0_255, "0", 0);
	is(OOXML_TYPE_int_0_255, "255", 255);
	is(OOXML_TYPE_int_0_255, "007", 7);
	is(OOXML_TYPE_int_0_255, "12.0", 12); /* some programs write fractions */
	is(OOXML_TYPE_int_0_255, "12.9", 12);
	is(OOXML_TYPE_int_0_255, " 12\r\n", 12);
	is(OOXML_TYPE_int64, "-9223372036854775807", -INT64_MAX);
	is(OOXML_TYPE_int64, "9223372036854775807", INT64_MAX);
	is_none(OOXML_TYPE_int64, "9223372036854775808");
	for (size_t i = 0; i < SK_COUNT(wrong); i++)
		is_none(OOXML_TYPE_int_0_255, wrong[i]);
}

static void characters(void **state)
{
	(void)state;
	reads(OOXML_TYPE_cell, "$A$1", "$A$1");
	reads(OOXML_TYPE_cell, " A1 ", "A1");
	is_none(OOXML_TYPE_cell, "A1:B2");
	is_none(OOXML_TYPE_cell, "");
	is_none(OOXML_TYPE_cell, "A 1");
	is_none(OOXML_TYPE_cell, " A:1 ");
	is_none(OOXML_TYPE_cell, "\xef\xbc\xa1");
	is_none(OOXML_TYPE_cell, "A11111111111111111111");
	reads(OOXML_TYPE_measure, "12.5mm", "12.5mm");
	is_none(OOXML_TYPE_measure, "url(x)");
}

static void texts(void **state)
{
	uint8_t *text = malloc(NEUTRAL_VALUE_MAX + 1);
	struct part_value value;

	(void)state;
	memset(text, 'x', NEUTRAL_VALUE_MAX + 1);
	reads(OOXML_TYPE_text, "", "");
	reads(OOXML_TYPE_text, " javascript:x ", " javascript:x "); /* words: nothing follows them */
	assert_true(part_value(&reader, OOXML_TYPE_text, sk_bytes_of(text, NEUTRAL_VALUE_MAX), &value));
	assert_false(part_value(&reader, OOXML_TYPE_text, sk_bytes_of(text, NEUTRAL_VALUE_MAX + 1), &value));
	assert_true(part_value(&reader, OOXML_TYPE_item, sk_bytes_of(text, 32768), &value));
	assert_false(part_value(&reader, OOXML_TYPE_item, sk_bytes_of(text, 32769), &value));
	free(text);
}

static void languages(void **state)
{
	(void)state;
	reads(OOXML_TYPE_formula, "SUM(A1:B2)", "SUM(A1:B2)");
	is_none(OOXML_TYPE_formula, "[1]S!A1");
	is_none(OOXML_TYPE_formula, "cmd|'/c x'!A0");
	is_none(OOXML_TYPE_formula, "WEBSERVICE(A1)");
	is_none(OOXML_TYPE_field, "DDE x y");
	assert_int_equal(part_bad_value_code(NEUTRAL_FORMULA), FINDING_formula_to_value);
	assert_int_equal(part_bad_value_code(NEUTRAL_FIELD), FINDING_field_removed);
	assert_int_equal(part_bad_value_code(NEUTRAL_URL), FINDING_link_removed);
	assert_int_equal(part_bad_value_code(NEUTRAL_INT), FINDING_bad_value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(booleans), cmocka_unit_test(words), cmocka_unit_test(numbers), cmocka_unit_test(characters), cmocka_unit_test(texts),
		cmocka_unit_test(languages),
	};
	reader.package = &package;
	reader.part = &part;
	return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
