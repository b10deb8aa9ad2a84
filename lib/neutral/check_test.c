/* The checker: what was said arrives; anything else is refused, whatever the bytes. */
#include "neutral/neutral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "neutral/demo_vocabulary.h"
#include "neutral/stream_test.h"

static uint8_t memory[4 << 20];
static uint8_t out_stage[NEUTRAL_STAGE];
static uint8_t in_stage[NEUTRAL_IN_STAGE];
static struct stream stream;
static struct neutral_out out;
static struct neutral_in in;

static int begin(void **state)
{
	(void)state;
	stream = (struct stream){.at = memory, .room = sizeof memory};
	neutral_out_init(&out, &demo_vocabulary, out_stage, stream_send, &stream);
	neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
	neutral_start(&out, 7);
	return 0;
}

static struct neutral_record next(void)
{
	struct neutral_record record;
	assert_int_equal(neutral_next(&in, &record), SK_OK);
	return record;
}

/* Ends the stream and reads it; the status of the first record that is refused, SK_OK when all arrive. */
static enum sk_status outcome(void)
{
	struct neutral_record record;
	assert_int_equal(neutral_end(&out), SK_OK);
	do {
		enum sk_status status = neutral_next(&in, &record);
		if (status != SK_OK)
			return status;
	} while (record.op != NEUTRAL_END);
	return SK_OK;
}

static void open_root(void)
{
	neutral_open(&out, DEMO_NODE_root_w_root);
}

static void test_everything_said_arrives(void **state)
{
	(void)state;
	open_root();
	neutral_attr_number(&out, DEMO_ATTR_root_w_side, DEMO_WORD_Side_right);
	neutral_attr_number(&out, DEMO_ATTR_root_n, -5);
	neutral_attr_bytes(&out, DEMO_ATTR_root_code, SK_BYTES("AB-9"));
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_bytes(&out, DEMO_NODE_leaf_w_t, SK_BYTES("市役所"));
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (stream.piece = 1; stream.piece < 40; stream.piece++) {
		stream.read = 0;
		neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
		assert_int_equal(next().op, NEUTRAL_OPEN);
		assert_int_equal(in.level, 7);
		assert_int_equal(next().number, DEMO_WORD_Side_right);
		assert_int_equal(next().number, -5);
		assert_true(sk_bytes_equal(next().bytes, SK_BYTES("AB-9")));
		assert_int_equal(next().node, DEMO_NODE_leaf_w_t);
		assert_true(sk_bytes_equal(next().bytes, SK_BYTES("市役所")));
		assert_int_equal(next().op, NEUTRAL_CLOSE);
		assert_int_equal(next().node, DEMO_NODE_root_w_root);
		assert_int_equal(next().op, NEUTRAL_END);
	}
}

static void test_long_text_is_cut_between_characters(void **state)
{
	(void)state;
	static uint8_t text[300000];
	for (size_t i = 0; i < sizeof text; i += 3)
		memcpy(text + i, "水", 3);
	open_root();
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_bytes(&out, DEMO_NODE_leaf_w_t, sk_bytes_of(text, sizeof text));
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_OK);
}

static void test_anywhere_and_transparent(void **state)
{
	(void)state;
	open_root();
	neutral_open(&out, DEMO_NODE_choices_w_Alternate);
	neutral_open(&out, DEMO_NODE_choice_w_Choice);
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	for (int i = 0; i < 4; i++)
		neutral_close(&out);
	assert_int_equal(outcome(), SK_OK);
}

static void test_nesting_is_refused(void **state)
{
	(void)state;
	static const uint16_t wrong[] = {DEMO_NODE_leaf_d_outside, DEMO_NODE_root_w_root, DEMO_NODE_choice_w_Choice, 9999};
	for (size_t i = 0; i < SK_COUNT(wrong); i++) {
		begin(NULL);
		open_root();
		neutral_open(&out, wrong[i]);
		neutral_close(&out);
		neutral_close(&out);
		assert_int_equal(outcome(), SK_MALFORMED);
	}
}

static void test_only_roots_open_a_stream(void **state)
{
	(void)state;
	neutral_open(&out, DEMO_NODE_root_w_box);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_a_leaf_takes_no_children(void **state)
{
	(void)state;
	open_root();
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_open(&out, DEMO_NODE_choices_w_Alternate);
	for (int i = 0; i < 3; i++)
		neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void refuse_attr_bytes(uint16_t attr, sk_bytes value, enum sk_status expected)
{
	begin(NULL);
	open_root();
	neutral_attr_bytes(&out, attr, value);
	neutral_close(&out);
	assert_int_equal(outcome(), expected);
}

static void refuse_attr_number(uint16_t attr, int64_t value, enum sk_status expected)
{
	begin(NULL);
	open_root();
	neutral_attr_number(&out, attr, value);
	neutral_close(&out);
	assert_int_equal(outcome(), expected);
}

static void test_values_are_checked(void **state)
{
	(void)state;
	refuse_attr_number(DEMO_ATTR_root_n, 100, SK_OK);
	refuse_attr_number(DEMO_ATTR_root_n, 101, SK_MALFORMED);
	refuse_attr_number(DEMO_ATTR_root_n, INT64_MIN, SK_MALFORMED);
	refuse_attr_number(DEMO_ATTR_root_w_side, 2, SK_OK);
	refuse_attr_number(DEMO_ATTR_root_w_side, 3, SK_MALFORMED);
	refuse_attr_number(DEMO_ATTR_root_on, 2, SK_MALFORMED);
	refuse_attr_number(DEMO_ATTR_root_link, 10, SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_code, SK_BYTES("FF"), SK_OK);
	refuse_attr_bytes(DEMO_ATTR_root_code, SK_BYTES("G"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_code, SK_BYTES(""), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_code, SK_BYTES("123456789"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_code, SK_BYTES("\xE3\x81\x82"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_w_note, SK_BYTES("何でも"), SK_OK);
	refuse_attr_bytes(DEMO_ATTR_globals_w_note, SK_BYTES("\x01"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_w_note, SK_BYTES("\xEF\xBF\xBE"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_w_note, SK_BYTES("\xE3\x81"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_w_note, SK_BYTES("\xED\xA0\x80"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_xmlns, SK_BYTES("\x01\x00\x02\x00"), SK_OK);
	refuse_attr_bytes(DEMO_ATTR_globals_xmlns, SK_BYTES("\x02\x00\x01\x00"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_xmlns, SK_BYTES("\x03\x00"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_globals_xmlns, SK_BYTES("\x01"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_url, SK_BYTES("javascript:alert(1)"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_sum, SK_BYTES("CALL(\"a\",\"b\",\"J\")"), SK_MALFORMED);
	refuse_attr_bytes(DEMO_ATTR_root_field, SK_BYTES("DDEAUTO excel"), SK_MALFORMED);
}

static void test_an_attribute_comes_once_and_first(void **state)
{
	(void)state;
	open_root();
	neutral_attr_number(&out, DEMO_ATTR_root_n, 1);
	neutral_attr_number(&out, DEMO_ATTR_root_n, 2);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
	begin(NULL);
	open_root();
	neutral_open(&out, DEMO_NODE_root_w_box);
	neutral_close(&out);
	neutral_attr_number(&out, DEMO_ATTR_root_n, 1);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_an_attribute_of_another_class(void **state)
{
	(void)state;
	open_root();
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_attr_number(&out, DEMO_ATTR_root_n, 1);
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_text_where_none_belongs(void **state)
{
	(void)state;
	open_root();
	neutral_bytes(&out, DEMO_NODE_leaf_w_t, SK_BYTES("x"));
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
	begin(NULL);
	open_root();
	neutral_open(&out, DEMO_NODE_leaf_w_short);
	neutral_bytes(&out, DEMO_NODE_leaf_w_short, SK_BYTES("a"));
	neutral_bytes(&out, DEMO_NODE_leaf_w_short, SK_BYTES("b")); /* not a node of many texts */
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_mixed_text_and_children(void **state)
{
	(void)state;
	open_root();
	neutral_open(&out, DEMO_NODE_mixed_w_words);
	neutral_bytes(&out, DEMO_NODE_mixed_w_words, SK_BYTES("a"));
	neutral_open(&out, DEMO_NODE_mixed_w_b);
	neutral_bytes(&out, DEMO_NODE_mixed_w_b, SK_BYTES("b"));
	neutral_close(&out);
	neutral_bytes(&out, DEMO_NODE_mixed_w_words, SK_BYTES("c"));
	neutral_open(&out, DEMO_NODE_mixed_w_b);
	neutral_close(&out);
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_OK);
	begin(NULL);
	open_root(); /* no attribute after any of it */
	neutral_open(&out, DEMO_NODE_mixed_w_words);
	neutral_bytes(&out, DEMO_NODE_mixed_w_words, SK_BYTES("a"));
	neutral_attr_bytes(&out, DEMO_ATTR_globals_w_note, SK_BYTES("x"));
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
	begin(NULL);
	open_root(); /* a node that is not mixed takes text or children */
	neutral_open(&out, DEMO_NODE_mixed_w_words);
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_close(&out);
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_depth_has_a_limit(void **state)
{
	(void)state;
	open_root();
	for (int i = 0; i < NEUTRAL_DEPTH_MAX; i++)
		neutral_open(&out, DEMO_NODE_root_w_box);
	for (int i = 0; i <= NEUTRAL_DEPTH_MAX; i++)
		neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void test_brackets(void **state)
{
	(void)state;
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
	begin(NULL);
	open_root();
	assert_int_equal(outcome(), SK_MALFORMED); /* END while a node is open */
}

static void test_a_stream_that_stops(void **state)
{
	struct neutral_record record;
	(void)state;
	open_root();
	neutral_attr_bytes(&out, DEMO_ATTR_root_code, SK_BYTES("AB"));
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	size_t whole = stream.len;
	for (size_t len = 0; len < whole; len++) {
		stream.len = len;
		stream.read = 0;
		neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
		enum sk_status status;
		do
			status = neutral_next(&in, &record);
		while (status == SK_OK);
		assert_int_equal(status, SK_TRUNCATED);
		assert_int_equal(neutral_next(&in, &record), SK_TRUNCATED); /* sticky */
	}
}

static void test_another_build_or_vocabulary(void **state)
{
	struct neutral_record record;
	(void)state;
	open_root();
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (size_t i = 0; i < 24; i++) {
		if (i == 2 || i == 3)
			continue; /* the level is free */
		memory[i] ^= 0x40;
		stream.read = 0;
		neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
		assert_int_equal(neutral_next(&in, &record), SK_MALFORMED);
		memory[i] ^= 0x40;
	}
}

static void test_nothing_after_the_end(void **state)
{
	struct neutral_record record;
	(void)state;
	open_root();
	neutral_close(&out);
	assert_int_equal(outcome(), SK_OK);
	assert_int_equal(neutral_next(&in, &record), SK_MALFORMED);
}

/* Every byte of a good stream changed to every value: the checker ends with a verdict, and what it lets through is
 * still something that the vocabulary can say. */
static void test_every_byte_changed(void **state)
{
	struct neutral_record record;
	(void)state;
	open_root();
	neutral_attr_number(&out, DEMO_ATTR_root_w_side, 0);
	neutral_attr_bytes(&out, DEMO_ATTR_root_code, SK_BYTES("AB"));
	neutral_open(&out, DEMO_NODE_leaf_w_number);
	neutral_number(&out, DEMO_NODE_leaf_w_number, 42);
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (size_t i = 0; i < stream.len; i++)
		for (unsigned value = 0; value < 256; value++) {
			uint8_t before = memory[i];
			memory[i] = (uint8_t)value;
			stream.read = 0;
			neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
			while (neutral_next(&in, &record) == SK_OK && record.op != NEUTRAL_END) {
				assert_true(record.node < demo_vocabulary.node_count);
				if (record.kind == NEUTRAL_CHARS || record.kind == NEUTRAL_TEXT)
					assert_true(vocabulary_value_allowed(&demo_vocabulary, record.type, record.bytes));
			}
			memory[i] = before;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_everything_said_arrives, begin),
		cmocka_unit_test_setup(test_long_text_is_cut_between_characters, begin),
		cmocka_unit_test_setup(test_anywhere_and_transparent, begin),
		cmocka_unit_test_setup(test_nesting_is_refused, begin),
		cmocka_unit_test_setup(test_only_roots_open_a_stream, begin),
		cmocka_unit_test_setup(test_a_leaf_takes_no_children, begin),
		cmocka_unit_test_setup(test_values_are_checked, begin),
		cmocka_unit_test_setup(test_an_attribute_comes_once_and_first, begin),
		cmocka_unit_test_setup(test_an_attribute_of_another_class, begin),
		cmocka_unit_test_setup(test_text_where_none_belongs, begin),
		cmocka_unit_test_setup(test_mixed_text_and_children, begin),
		cmocka_unit_test_setup(test_depth_has_a_limit, begin),
		cmocka_unit_test_setup(test_brackets, begin),
		cmocka_unit_test_setup(test_a_stream_that_stops, begin),
		cmocka_unit_test_setup(test_another_build_or_vocabulary, begin),
		cmocka_unit_test_setup(test_nothing_after_the_end, begin),
		cmocka_unit_test_setup(test_every_byte_changed, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
