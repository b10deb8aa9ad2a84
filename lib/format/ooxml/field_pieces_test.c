/* The marks of fields: found by their names alone they are the same that are read token by token. */
#include "format/ooxml/ooxml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)8 << 20)
#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

static void *memory;

/* What the pieces of a part are, as a text; texts are wanted after a begin mark and until another mark, as fields.c does. */
static enum sk_status pieces_of(const char *xml, char *told, size_t room, bool *by_tokens)
{
	struct sk_arena arena;
	struct field_pieces pieces;
	struct field_piece piece;
	bool wanted = false;
	size_t len = 0;

	sk_arena_init(&arena, memory, ARENA_BYTES);
	struct xml_reader *reader = sk_arena_make(&arena, sizeof *reader);
	told[0] = '\0';
	enum sk_status status = xml_open(reader, &ooxml_vocabulary, sk_bytes_str(xml), &arena);
	if (status != SK_OK || !field_pieces_open(&pieces, reader)) {
		sk_arena_reset(&arena);
		return status;
	}
	*by_tokens = pieces.by_tokens;
	do {
		status = field_pieces_next(&pieces, wanted, &piece);
		if (status != SK_OK || (piece.kind == FIELD_PIECE_TEXT && !wanted))
			continue;
		len += (size_t)snprintf(told + len, room - len, "%d %zu '%.*s'\n", (int)piece.kind, piece.kind == FIELD_PIECE_MARK ? piece.offset : 0,
					(int)piece.bytes.len, (const char *)piece.bytes.at);
		if (piece.kind == FIELD_PIECE_MARK)
			wanted = sk_bytes_equal(piece.bytes, SK_BYTES("begin"));
	} while (status == SK_OK && piece.kind != FIELD_PIECE_END);
	sk_arena_reset(&arena);
	return status;
}

/* Both ways over one part; a comment at its end makes the second one read tokens. */
static void compare(const char *body)
{
	static char names[8192], tokens[8192], xml[8192];
	bool by_tokens = false;

	snprintf(xml, sizeof xml, "<w:document xmlns:w=\"" W "\" xmlns:o=\"urn:other\">%s</w:document>", body);
	enum sk_status status = pieces_of(xml, names, sizeof names, &by_tokens);
	assert_false(by_tokens && names[0] != '\0');
	size_t len = strlen(xml);
	snprintf(xml + len, sizeof xml - len, "<!-- -->");
	assert_int_equal(pieces_of(xml, tokens, sizeof tokens, &by_tokens), status);
	if (names[0] != '\0')
		assert_true(by_tokens);
	assert_string_equal(names, tokens);
}

static void test_single_ones(void **state)
{
	(void)state;
	compare("");
	compare("<w:p/>");
	compare("<w:fldChar w:fldCharType=\"begin\"/><w:instrText> PA</w:instrText><w:instrText xml:space='preserve'>GE </w:instrText>"
		"<w:fldChar w:fldCharType=\"separate\"/><w:instrText>no</w:instrText><w:fldChar w:fldCharType='end'></w:fldChar>");
	compare("<w:fldChar w:dirty=\"a>b\" w:fldCharType = \"begin\" />text<w:delInstrText>A &amp; &#x42;\r\n</w:delInstrText>");
	compare("<w:fldChar w:fldCharType=\"be&#103;in\"/><w:instrText/><w:instrText>x<w:b/>y</w:instrText>z");
	compare("<w:fldChar w:fldCharType=\"begin\"/>fldChar instrText &lt;w:fldChar<w:instrTextual>q</w:instrTextual>");
	compare("<w:fldChar/><w:fldChar w:x=\"fldCharType\" w:fldCharType=\"begin\"/>");
	compare("<w:fldCharType w:fldChar=\"begin\"/><w:xfldChar/><w:fldChar w:fldCharType=\"\"/>");
}

/* Quotes that do not match lead a tag's end beyond the next one's start: the search still goes forward. */
static void test_broken_ones_end(void **state)
{
	static const char *const bodies[] = {"<w:r a=\"<w:fldChar w:fldCharType='begin'/>\"/>", "<w:fldChar x=\"><w:fldChar y\"/><w:fldChar",
					     "<w:fldChar w:fldCharType='begin\"><w:b:fldChar'/>b:fldChar w:fldChar>"};
	static char told[8192], xml[8192];
	bool by_tokens;

	(void)state;
	for (size_t i = 0; i < SK_COUNT(bodies); i++) {
		snprintf(xml, sizeof xml, "<w:document xmlns:w=\"" W "\">%s</w:document>", bodies[i]);
		(void)pieces_of(xml, told, sizeof told, &by_tokens);
		assert_true(strlen(told) < 500);
	}
}

static void test_any_mixture(void **state)
{
	static const char *const pieces[] = {
		"<w:fldChar w:fldCharType=\"begin\"/>", "<w:fldChar w:fldCharType=\"separate\"/>", "<w:fldChar w:fldCharType='end'/>",
		"<w:fldChar w:fldLock='1' w:fldCharType='begin'><w:b/></w:fldChar>", "<w:instrText>PAGE</w:instrText>", "<w:r><w:instrText>",
		"</w:instrText></w:r>", "<w:instrText xml:space=\"preserve\"/>", "a fldChar &amp; ", "<w:b w:v='nstrText>'/>", "<o:delInstrText>D</o:delInstrText>",
		"<w:r>", "</w:r>", "&lt;", "\xE8\xA1\xA8",
	};
	uint32_t seed = 1;
	static char body[4096], xml[8192], told[8192];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t len = 0;
		for (unsigned i = 0; i < 1 + round % 12; i++) {
			seed = seed * 1664525u + 1013904223u;
			len += (size_t)snprintf(body + len, sizeof body - len, "%s", pieces[(seed >> 16) % SK_COUNT(pieces)]);
		}
		bool by_tokens;
		snprintf(xml, sizeof xml, "<w:document xmlns:w=\"" W "\" xmlns:o=\"urn:other\">%s</w:document><!-- -->", body);
		if (pieces_of(xml, told, sizeof told, &by_tokens) == SK_OK) /* what is not well-formed ends elsewhere */
			compare(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_ones),
		cmocka_unit_test(test_broken_ones_end),
		cmocka_unit_test(test_any_mixture),
	};
	memory = malloc(ARENA_BYTES);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(memory);
	return failed;
}
