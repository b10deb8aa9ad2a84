/* Character maps as tables, and names of glyphs: what level text reads codes by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/pdf/extract.h"
#include "format/pdf/text_map.h"
#include "neutral/cmap.h"

static uint8_t memory[1 << 20];

static struct text_map map_of(struct sk_arena *arena, const char *source, enum cmap_kind kind)
{
	struct cmap_result result;
	struct text_map map;

	sk_arena_init(arena, memory, sizeof memory);
	assert_int_equal(cmap_canonical(sk_bytes_str(source), kind, arena, &result), SK_OK);
	text_map_read(result.text, arena, &map);
	return map;
}

static size_t meaning(const struct text_map *map, uint32_t code, size_t len, uint32_t scalars[4])
{
	const struct text_range *range = text_map_find(map, code, len);
	return range == NULL ? 0 : text_range_scalars(range, code, scalars, 4);
}

static void test_a_map_to_unicode(void **state)
{
	struct sk_arena arena;
	uint32_t scalars[4], code;
	struct text_map map = map_of(&arena,
		"1 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange\n"
		"1 beginbfrange <8001> <8010> <3042> endbfrange 3 beginbfchar <41> <00660069> <8100> <D842DFB7> <8200> <D842> endbfchar\n", CMAP_UNICODE);
	(void)state;
	assert_int_equal(meaning(&map, 0x8003, 2, scalars), 1);
	assert_int_equal(scalars[0], 0x3044);
	assert_int_equal(meaning(&map, 0x41, 1, scalars), 2);
	assert_int_equal(scalars[0], 'f');
	assert_int_equal(scalars[1], 'i');
	assert_int_equal(meaning(&map, 0x41, 2, scalars), 0); /* another code: <0041> */
	assert_int_equal(meaning(&map, 0x8100, 2, scalars), 1);
	assert_int_equal(scalars[0], 0x20BB7);
	assert_int_equal(meaning(&map, 0x8011, 2, scalars), 0);
	if (meaning(&map, 0x8200, 2, scalars) > 0)
		assert_int_equal(scalars[0], 0xFFFD); /* half a character is none */
	assert_int_equal(text_map_code(&map, SK_BYTES("\x41\x42"), &code), 1);
	assert_int_equal(text_map_code(&map, SK_BYTES("\x81\x42z"), &code), 2);
	assert_int_equal(code, 0x8142);
	assert_int_equal(text_map_code(&map, SK_BYTES("\x81"), &code), 1); /* cut off */
	assert_int_equal(text_map_code(&map, (sk_bytes){0}, &code), 0);
	sk_arena_reset(&arena);
}

static void test_a_map_to_glyphs(void **state)
{
	struct sk_arena arena;
	struct text_map map = map_of(&arena, "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 begincidrange <0020> <007E> 231 endcidrange", CMAP_CID);
	const struct text_range *range = text_map_find(&map, 0x41, 2);
	(void)state;
	assert_non_null(range);
	assert_int_equal(range->cid + (0x41 - range->low), 231 + 0x21);
	assert_null(text_map_find(&map, 0x7F, 2));
	sk_arena_reset(&arena);
}

static void test_names_of_glyphs(void **state)
{
	static const struct {
		const char *name;
		uint32_t first;
		size_t count;
	} rows[] = {
		{"A", 'A', 1}, {"eacute", 0xE9, 1}, {"uni6F225B57", 0x6F22, 2}, {"u1F600", 0x1F600, 1}, {"f_f_i", 'f', 3}, {"a.alt", 'a', 1},
		{"", 0, 0}, {".notdef", 0, 0}, {"uni12", 0, 0}, {"uniabcd", 0, 0}, {"g123", 0, 0}, {"_", 0, 0},
	};
	uint32_t scalars[TEXT_SCALARS_MAX];
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		assert_int_equal(text_name_scalars(sk_bytes_str(rows[i].name), scalars), rows[i].count);
		if (rows[i].count > 0)
			assert_int_equal(scalars[0], rows[i].first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_map_to_unicode),
		cmocka_unit_test(test_a_map_to_glyphs),
		cmocka_unit_test(test_names_of_glyphs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
