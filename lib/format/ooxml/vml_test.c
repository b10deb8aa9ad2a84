/* The line breaks of Excel's VML: open ones are closed, everything else stays byte for byte. */
#include "format/ooxml/read_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)1 << 20)

static void *memory;

static void closes(const char *source, const char *wanted)
{
	struct sk_arena arena;
	sk_bytes xml = sk_bytes_str(source);

	sk_arena_init(&arena, memory, ARENA_BYTES);
	assert_int_equal(vml_close_breaks(&arena, &xml), SK_OK);
	assert_int_equal(xml.len, strlen(wanted));
	assert_memory_equal(xml.at, wanted, xml.len);
	sk_arena_reset(&arena);
}

static void open_ones(void **state)
{
	(void)state;
	closes("<font>a<br>b</font>", "<font>a<br/>b</font>");
	closes("<br>", "<br/>");
	closes("<br><br>x<br>", "<br/><br/>x<br/>");
	closes("\xe3\x81\x82<br>\n   \xe3\x81\x84", "\xe3\x81\x82<br/>\n   \xe3\x81\x84");
}

static void others(void **state)
{
	(void)state;
	closes("", "");
	closes("<font>a</font>", "<font>a</font>");
	closes("a<br/>b", "a<br/>b");
	closes("a<br>b</br>", "a<br>b</br>");
	closes("<brx>< br><BR><b r><br", "<brx>< br><BR><b r><br");
	closes("<<br>>", "<<br/>>");
}

/* Without room for the copy the part can't be read: no half of it is handed on. */
static void budget(void **state)
{
	struct sk_arena arena;
	char *source = malloc(4097);

	(void)state;
	memset(source, 'x', 4096);
	memcpy(source, "<br>", 4);
	source[4096] = '\0';
	sk_bytes xml = sk_bytes_str(source);
	sk_arena_init(&arena, memory, 1024);
	assert_int_equal(vml_close_breaks(&arena, &xml), SK_LIMIT);
	sk_arena_reset(&arena);
	free(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(open_ones), cmocka_unit_test(others), cmocka_unit_test(budget)};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests_name("vml", tests, NULL, NULL);
	free(memory);
	return failed;
}
