/* Languages inside a document: the checker takes what is canonical, in pieces, and nothing else. */
#include "neutral/neutral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "neutral/content.h"
#include "neutral/language_vocabulary.h"
#include "neutral/stream_test.h"

static uint8_t memory[4 << 20];
static uint8_t out_stage[NEUTRAL_STAGE];
static uint8_t in_stage[NEUTRAL_IN_STAGE];
static struct neutral_out out;
static struct stream stream;

static void begin(void)
{
	stream = (struct stream){.at = memory, .room = sizeof memory};
	neutral_out_init(&out, &language_vocabulary, out_stage, stream_send, &stream);
	neutral_start(&out, 0);
	neutral_open(&out, LANGUAGE_NODE_page_page);
}

static enum sk_status outcome(void)
{
	static struct neutral_in in;
	struct neutral_record record;
	neutral_close(&out);
	assert_int_equal(neutral_end(&out), SK_OK);
	neutral_in_init(&in, &language_vocabulary, in_stage, stream_receive, &stream);
	do {
		enum sk_status status = neutral_next(&in, &record);
		if (status != SK_OK)
			return status;
	} while (record.op != NEUTRAL_END);
	return SK_OK;
}

static enum sk_status attribute(uint16_t attr, const char *value)
{
	begin();
	neutral_attr_bytes(&out, attr, sk_bytes_str(value));
	return outcome();
}

static void test_attributes(void **state)
{
	(void)state;
	assert_int_equal(attribute(LANGUAGE_ATTR_page_default, "/F1 12 Tf\n0 g\n"), SK_OK);
	assert_int_equal(attribute(LANGUAGE_ATTR_page_default, "/F1 12 Tf 0 g"), SK_MALFORMED);
	assert_int_equal(attribute(LANGUAGE_ATTR_page_tint, "{dup mul}"), SK_OK);
	assert_int_equal(attribute(LANGUAGE_ATTR_page_tint, "{dup exec}"), SK_MALFORMED);
}

static void test_pieces(void **state)
{
	(void)state;
	static char text[400000];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = "1 10 Td\n"[i % 8];
	sk_bytes left = sk_bytes_of(text, sizeof text);
	begin();
	for (size_t len; (len = content_cut(left, NEUTRAL_VALUE_MAX)) > 0; left = sk_bytes_slice(left, len, SIZE_MAX))
		neutral_bytes(&out, LANGUAGE_NODE_page_page, sk_bytes_slice(left, 0, len));
	assert_int_equal(outcome(), SK_OK);
	begin();
	neutral_bytes(&out, LANGUAGE_NODE_page_page, sk_bytes_of(text, 1001)); /* cut inside a line */
	assert_int_equal(outcome(), SK_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
