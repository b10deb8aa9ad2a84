/* Phrases: what is said again arrives as it was said first, and nothing else can be learnt. */
#include "neutral/neutral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "neutral/demo_vocabulary.h"
#include "neutral/stream_test.h"

static uint8_t memory[1 << 20];
static uint8_t out_stage[NEUTRAL_STAGE];
static uint8_t in_stage[NEUTRAL_IN_STAGE];
static struct stream stream;
static struct neutral_out out;
static struct neutral_in in;

static void listen(void)
{
	stream.read = 0;
	neutral_in_init(&in, &demo_vocabulary, in_stage, stream_receive, &stream);
}

static int begin(void **state)
{
	(void)state;
	stream = (struct stream){.at = memory, .room = sizeof memory};
	neutral_out_init(&out, &demo_vocabulary, out_stage, stream_send, &stream);
	neutral_start(&out, 0);
	neutral_open(&out, DEMO_NODE_root_w_root);
	listen();
	return 0;
}

static struct neutral_record next(void)
{
	struct neutral_record record;
	assert_int_equal(neutral_next(&in, &record), SK_OK);
	return record;
}

/* Closes the root, ends the stream and reads it; the status of the first record that is refused. */
static enum sk_status outcome(void)
{
	struct neutral_record record;
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (;;) {
		enum sk_status status = neutral_next(&in, &record);
		if (status != SK_OK || record.op == NEUTRAL_END)
			return status;
	}
}

static void say_box(void)
{
	neutral_open(&out, DEMO_NODE_root_w_box);
	neutral_attr_number(&out, DEMO_ATTR_root_n, 7);
	neutral_attr_bytes(&out, DEMO_ATTR_root_code, SK_BYTES("AB"));
}

static void learn_box(uint16_t phrase, bool closes)
{
	neutral_learn(&out, phrase);
	say_box();
	if (closes)
		neutral_close(&out);
	neutral_learnt(&out, phrase);
}

static void expect_box(bool closes)
{
	assert_int_equal(next().node, DEMO_NODE_root_w_box);
	struct neutral_record record = next();
	assert_true(record.op == NEUTRAL_ATTR && record.attr == DEMO_ATTR_root_n && record.number == 7);
	record = next();
	assert_true(record.op == NEUTRAL_ATTR && sk_bytes_equal(record.bytes, SK_BYTES("AB")));
	if (closes)
		assert_int_equal(next().op, NEUTRAL_CLOSE);
}

static void test_again_arrives_as_said_first(void **state)
{
	(void)state;
	learn_box(1, false);
	learn_box(NEUTRAL_PHRASES - 1, true);
	neutral_again(&out, NEUTRAL_PHRASES - 1);
	neutral_again(&out, 1);
	neutral_again(&out, 1);
	for (int i = 0; i < 4; i++)
		neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (stream.piece = 1; stream.piece < 60; stream.piece++) {
		listen();
		assert_int_equal(next().op, NEUTRAL_OPEN);
		expect_box(false);
		expect_box(true);
		expect_box(true);
		expect_box(false);
		expect_box(false);
		for (int i = 0; i < 4; i++)
			assert_int_equal(next().op, NEUTRAL_CLOSE);
		assert_int_equal(next().op, NEUTRAL_END);
	}
}

/* A caller that wishes so gets a phrase as one record, and may have it told in full after all. */
static void test_wholes(void **state)
{
	(void)state;
	learn_box(3, false);
	neutral_again(&out, 3);
	neutral_again(&out, 3);
	for (int i = 0; i < 4; i++)
		neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	in.wholes = true;
	assert_int_equal(next().phrase, 0);
	assert_int_equal(next().phrase, 3);
	assert_int_equal(next().phrase, 3);
	assert_int_equal(next().phrase, 3);
	struct neutral_record record = next();
	assert_true(record.op == NEUTRAL_LEARNT && record.phrase == 3 && !record.closes);
	record = next();
	assert_true(record.op == NEUTRAL_AGAIN && record.node == DEMO_NODE_root_w_box && in.depth == 3);
	record = next();
	assert_true(record.op == NEUTRAL_AGAIN && in.depth == 4);
	neutral_replay(&in, &record);
	assert_int_equal(in.depth, 3);
	expect_box(false);
	assert_int_equal(in.depth, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(next().op, NEUTRAL_CLOSE);
	assert_int_equal(next().op, NEUTRAL_END);
}

/* The first attribute may have another value, of its type; the rest is as it was. */
static void test_varied(void **state)
{
	(void)state;
	for (int wholes = 0; wholes < 3; wholes++) { /* told in full; as wholes; as wholes that are taken back */
		begin(NULL);
		in.wholes = wholes > 0;
		learn_box(3, true);
		neutral_varied_number(&out, 3, DEMO_ATTR_root_n, -5);
		neutral_again(&out, 3);
		neutral_close(&out);
		assert_int_equal(neutral_end(&out), SK_OK);
		assert_int_equal(next().op, NEUTRAL_OPEN);
		expect_box(true);
		if (wholes > 0)
			assert_int_equal(next().op, NEUTRAL_LEARNT);
		if (wholes > 0) {
			struct neutral_record record = next();
			assert_true(record.op == NEUTRAL_AGAIN && record.attr == DEMO_ATTR_root_n && record.kind == NEUTRAL_INT && record.number == -5);
			if (wholes == 2)
				neutral_replay(&in, &record);
		}
		if (wholes != 1) {
			assert_int_equal(next().node, DEMO_NODE_root_w_box);
			assert_int_equal(next().number, -5);
			assert_true(sk_bytes_equal(next().bytes, SK_BYTES("AB")));
			assert_int_equal(next().op, NEUTRAL_CLOSE);
		}
		if (wholes > 0)
			assert_int_equal(next().op, NEUTRAL_AGAIN);
		else
			expect_box(true); /* the phrase itself has not changed */
		assert_int_equal(next().op, NEUTRAL_CLOSE);
		assert_int_equal(next().op, NEUTRAL_END);
	}
}

static void learn_code(sk_bytes value)
{
	neutral_learn(&out, 1);
	neutral_open(&out, DEMO_NODE_root_w_box);
	neutral_attr_bytes(&out, DEMO_ATTR_globals_w_note, value);
	neutral_attr_number(&out, DEMO_ATTR_root_on, 1);
	neutral_close(&out);
	neutral_learnt(&out, 1);
}

static void test_varied_values_are_checked(void **state)
{
	static uint8_t longest[NEUTRAL_VARIED_BYTES];
	(void)state;
	memset(longest, 'n', sizeof longest);
	for (int i = 0; i < 2; i++) {
		begin(NULL);
		in.wholes = i == 1;
		learn_box(1, true);
		neutral_varied_number(&out, 1, DEMO_ATTR_root_n, 101);
		assert_int_equal(outcome(), SK_MALFORMED);
		begin(NULL);
		in.wholes = i == 1;
		learn_code(SK_BYTES("short"));
		neutral_varied_bytes(&out, 1, sk_bytes_of(longest, sizeof longest));
		assert_int_equal(outcome(), SK_OK);
		begin(NULL);
		in.wholes = i == 1;
		learn_code(sk_bytes_of(longest, 100));
		neutral_varied_bytes(&out, 1, SK_BYTES("\x01"));
		assert_int_equal(outcome(), SK_MALFORMED);
		begin(NULL);
		in.wholes = i == 1;
		neutral_learn(&out, 1);
		neutral_open(&out, DEMO_NODE_root_w_box);
		neutral_close(&out);
		neutral_learnt(&out, 1);
		neutral_varied_number(&out, 1, DEMO_ATTR_root_n, 1); /* it has no attribute */
		assert_int_equal(outcome(), SK_MALFORMED);
	}
}

static void test_what_comes_after_a_whole(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		begin(NULL);
		in.wholes = i == 1;
		learn_box(1, true);
		neutral_again(&out, 1);
		neutral_attr_number(&out, DEMO_ATTR_root_n, 1); /* the box is closed, the root has children */
		assert_int_equal(outcome(), SK_MALFORMED);
		begin(NULL);
		in.wholes = true;
		learn_box(1, false);
		neutral_close(&out);
		neutral_again(&out, 1);
		neutral_attr_number(&out, DEMO_ATTR_root_on, 1); /* nobody knows any more which ones there were */
		neutral_close(&out);
		assert_int_equal(outcome(), SK_MALFORMED);
	}
	begin(NULL);
	in.wholes = true;
	neutral_learn(&out, 1);
	neutral_open(&out, DEMO_NODE_leaf_w_t);
	neutral_learnt(&out, 1);
	neutral_close(&out);
	neutral_again(&out, 1);
	neutral_bytes(&out, DEMO_NODE_leaf_w_t, SK_BYTES("text"));
	neutral_close(&out);
	assert_int_equal(outcome(), SK_OK);
}

static void test_where_it_may_not_stand(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		begin(NULL);
		in.wholes = i == 1;
		learn_box(1, true);
		neutral_open(&out, DEMO_NODE_leaf_w_t);
		neutral_again(&out, 1);
		neutral_close(&out);
		assert_int_equal(outcome(), SK_MALFORMED);
		begin(NULL);
		in.wholes = i == 1;
		learn_box(1, false);
		for (int depth = 2; depth < NEUTRAL_DEPTH_MAX + 1; depth++)
			neutral_again(&out, 1);
		for (int depth = 1; depth < NEUTRAL_DEPTH_MAX + 1; depth++)
			neutral_close(&out);
		assert_int_equal(outcome(), SK_MALFORMED);
	}
}

static void test_unknown_phrases(void **state)
{
	(void)state;
	static const uint16_t wrong[] = {0, 2, NEUTRAL_PHRASES, UINT16_MAX};
	for (size_t i = 0; i < SK_COUNT(wrong); i++) {
		begin(NULL);
		learn_box(1, true);
		neutral_again(&out, wrong[i]);
		assert_int_equal(outcome(), SK_MALFORMED);
		begin(NULL);
		if (wrong[i] != 2) {
			learn_box(wrong[i], true);
			assert_int_equal(outcome(), SK_MALFORMED);
		}
	}
	begin(NULL);
	learn_box(1, true);
	neutral_learn(&out, 1); /* learnt anew: until then it is unknown */
	neutral_again(&out, 1);
	assert_int_equal(outcome(), SK_MALFORMED);
}

static void say_nothing(void) {}
static void say_two(void) { neutral_open(&out, DEMO_NODE_root_w_box); neutral_open(&out, DEMO_NODE_root_w_box); }
static void say_after_close(void) { say_box(); neutral_close(&out); say_box(); }
static void say_close(void) { neutral_close(&out); }
static void say_two_closes(void) { say_box(); neutral_close(&out); neutral_close(&out); }
static void say_text(void) { neutral_open(&out, DEMO_NODE_leaf_w_t); neutral_bytes(&out, DEMO_NODE_leaf_w_t, SK_BYTES("x")); }
static void say_reference(void) { neutral_open(&out, DEMO_NODE_root_w_box); neutral_attr_number(&out, DEMO_ATTR_root_link, 1); }
static void say_spaces(void) { say_box(); neutral_attr_bytes(&out, DEMO_ATTR_globals_xmlns, SK_BYTES("\x01\x00")); }
static void say_learn(void) { say_box(); neutral_learn(&out, 2); }
static void say_again(void) { neutral_again(&out, 9); }
static void say_end(void) { say_box(); assert_int_equal(neutral_end(&out), SK_OK); }
static void say_bad_value(void) { say_box(); neutral_attr_number(&out, DEMO_ATTR_root_w_side, 3); }
static void say_long(void)
{
	static uint8_t note[NEUTRAL_PHRASE_BYTES];
	memset(note, 'n', sizeof note);
	neutral_open(&out, DEMO_NODE_root_w_box);
	neutral_attr_bytes(&out, DEMO_ATTR_globals_w_note, sk_bytes_of(note, NEUTRAL_PHRASE_BYTES - 15));
}

static void test_what_can_not_be_learnt(void **state)
{
	(void)state;
	static void (*const wrong[])(void) = {say_nothing, say_two, say_after_close, say_close, say_two_closes, say_text, say_reference,
					      say_spaces, say_learn, say_again, say_end, say_bad_value, say_long};
	for (size_t i = 0; i < SK_COUNT(wrong); i++) {
		begin(NULL);
		learn_box(9, true);
		neutral_learn(&out, 1);
		wrong[i]();
		neutral_learnt(&out, 1);
		for (int k = 0; k < 2; k++)
			neutral_close(&out);
		assert_int_equal(outcome(), SK_MALFORMED);
	}
	begin(NULL);
	neutral_learn(&out, 1);
	say_box();
	neutral_learnt(&out, 2);
	neutral_close(&out);
	assert_int_equal(outcome(), SK_MALFORMED);
}

/* Every byte of a good stream changed to every value: whatever is told is still something that the vocabulary can say. */
static void test_every_byte_changed(void **state)
{
	struct neutral_record record;
	(void)state;
	learn_box(1, false);
	neutral_again(&out, 1);
	neutral_close(&out);
	neutral_close(&out);
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	for (size_t i = 0; i < stream.len * 2; i++)
		for (unsigned value = 0; value < 256; value++) {
			uint8_t before = memory[i / 2];
			memory[i / 2] = (uint8_t)value;
			listen();
			in.wholes = i % 2 == 1;
			while (neutral_next(&in, &record) == SK_OK && record.op != NEUTRAL_END) {
				assert_true(record.node < demo_vocabulary.node_count && record.phrase < NEUTRAL_PHRASES);
				if (record.kind == NEUTRAL_CHARS || record.kind == NEUTRAL_TEXT)
					assert_true(vocabulary_value_allowed(&demo_vocabulary, record.type, record.bytes));
			}
			memory[i / 2] = before;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_again_arrives_as_said_first, begin),
		cmocka_unit_test_setup(test_wholes, begin),
		cmocka_unit_test_setup(test_varied, begin),
		cmocka_unit_test_setup(test_varied_values_are_checked, begin),
		cmocka_unit_test_setup(test_what_comes_after_a_whole, begin),
		cmocka_unit_test_setup(test_where_it_may_not_stand, begin),
		cmocka_unit_test_setup(test_unknown_phrases, begin),
		cmocka_unit_test_setup(test_what_can_not_be_learnt, begin),
		cmocka_unit_test_setup(test_every_byte_changed, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
