/* TrueType programs: what is sound stays, what is damaged becomes empty, and rewriting twice changes nothing. */
#include "format/font/font_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)32 << 20)

static struct sk_arena arena;

/* A font of four glyphs: none, a triangle with instructions, two triangles, an empty one. */
struct parts {
	uint8_t glyf[256], loca[32], cmap[64], hmtx[16], post[64];
	size_t glyf_len, loca_len, cmap_len, hmtx_len, post_len;
	uint8_t head[54], hhea[36], maxp[32];
};

static void put16(uint8_t *to, size_t at, unsigned value)
{
	to[at] = (uint8_t)(value >> 8);
	to[at + 1] = (uint8_t)value;
}

static void sound(struct parts *p)
{
	static const uint8_t triangle[] = {0, 1, 0, 0, 0, 0, 0, 100, 0, 100, 0, 2, 0, 3, 0xB0, 1, 0x2F,
					   0x37, 0x37, 0x37, 10, 20, 30, 10, 20, 30, 0 /* pad */, 0};
	static const uint8_t twice[] = {0xFF, 0xFF, 0, 0, 0, 0, 0, 100, 0, 100, 0, 0x22, 0, 1, 0, 0, 0, 0x03, 0, 1, 0, 10, 0, 20};
	static const uint8_t map[] = {0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12, 0, 4, 0, 32, 0, 0, 0, 4, 0, 4, 0, 1, 0, 0,
				      0, 'B', 0xFF, 0xFF, 0, 0, 0, 'A', 0xFF, 0xFF, 0xFF, 0xC0, 0, 1, 0, 0, 0, 0};
	memset(p, 0, sizeof *p);
	memcpy(p->glyf, triangle, sizeof triangle);
	memcpy(p->glyf + sizeof triangle, twice, sizeof twice);
	p->glyf_len = sizeof triangle + sizeof twice;
	put16(p->loca, 2, 0);
	put16(p->loca, 4, sizeof triangle / 2);
	put16(p->loca, 6, (unsigned)p->glyf_len / 2);
	put16(p->loca, 8, (unsigned)p->glyf_len / 2);
	p->loca_len = 10;
	memcpy(p->cmap, map, sizeof map);
	p->cmap_len = sizeof map;
	put16(p->hhea, 0, 1);
	put16(p->hhea, 34, 1);
	put16(p->hmtx, 0, 500);
	p->hmtx_len = 10;
	put16(p->head, 0, 1);
	put16(p->head, 18, 1000);
	put16(p->maxp, 0, 1);
	put16(p->maxp, 4, 4);
	put16(p->post, 0, 3);
	p->post_len = 32;
}

static sk_bytes font_of(const struct parts *p)
{
	struct font_tables tables = {.version = 0x00010000, .count = 8};
	struct sk_buf file;
	const struct font_table rows[] = {
		{FONT_TAG('g', 'l', 'y', 'f'), sk_bytes_of(p->glyf, p->glyf_len)}, {FONT_TAG('l', 'o', 'c', 'a'), sk_bytes_of(p->loca, p->loca_len)},
		{FONT_TAG('c', 'm', 'a', 'p'), sk_bytes_of(p->cmap, p->cmap_len)}, {FONT_TAG('h', 'm', 't', 'x'), sk_bytes_of(p->hmtx, p->hmtx_len)},
		{FONT_TAG('h', 'e', 'a', 'd'), sk_bytes_of(p->head, sizeof p->head)}, {FONT_TAG('h', 'h', 'e', 'a'), sk_bytes_of(p->hhea, sizeof p->hhea)},
		{FONT_TAG('m', 'a', 'x', 'p'), sk_bytes_of(p->maxp, sizeof p->maxp)}, {FONT_TAG('p', 'o', 's', 't'), sk_bytes_of(p->post, p->post_len)},
	};
	memcpy(tables.rows, rows, sizeof rows);
	sk_buf_init(&file, &arena, 65536);
	assert_int_equal(font_tables_write(&tables, &file), SK_OK);
	return sk_buf_bytes(&file);
}

static struct font_result rebuilt(const struct parts *p)
{
	struct font_result made, again;
	assert_int_equal(font_canonical(FONT_TRUETYPE, font_of(p), &arena, &made), SK_OK);
	assert_int_equal(font_canonical(FONT_TRUETYPE, made.bytes, &arena, &again), SK_OK);
	assert_true(sk_bytes_equal(made.bytes, again.bytes));
	assert_int_equal(again.notes[FONT_NOTE_GLYPHS], 0);
	assert_true(font_allowed(FONT_TRUETYPE, made.bytes, &arena));
	return made;
}

static sk_bytes table_of(const struct font_result *made, uint32_t tag)
{
	struct font_tables tables;
	assert_int_equal(font_tables_read(made->bytes, &tables), SK_OK);
	return font_table(&tables, tag);
}

static size_t glyph_len(const struct font_result *made, unsigned glyph)
{
	sk_bytes loca = table_of(made, FONT_TAG('l', 'o', 'c', 'a'));
	return (size_t)((loca.at[glyph * 2 + 2] << 8 | loca.at[glyph * 2 + 3]) - (loca.at[glyph * 2] << 8 | loca.at[glyph * 2 + 1])) * 2;
}

static void test_a_sound_font(void **state)
{
	struct parts p;
	(void)state;
	sound(&p);
	struct font_result made = rebuilt(&p);
	assert_int_equal(made.glyphs, 4);
	assert_int_equal(made.notes[FONT_NOTE_GLYPHS], 0);
	assert_int_equal(glyph_len(&made, 0), 0);
	assert_int_equal(glyph_len(&made, 1), 24); /* without its instructions */
	assert_int_equal(glyph_len(&made, 2), 24);
	sk_bytes maxp = table_of(&made, FONT_TAG('m', 'a', 'x', 'p'));
	assert_int_equal(maxp.at[7], 3); /* points */
	assert_int_equal(maxp.at[11], 6); /* of a composite glyph */
	assert_int_equal(maxp.at[31], 1); /* its depth */
	sk_bytes cmap = table_of(&made, FONT_TAG('c', 'm', 'a', 'p'));
	assert_int_equal(cmap.len, 12 + 16 + 16);
	assert_false(font_allowed(FONT_TRUETYPE, font_of(&p), &arena)); /* instructions, another order */
}

static void expect_repaired(const struct parts *p, unsigned glyph)
{
	struct font_result made = rebuilt(p);
	assert_int_equal(made.notes[FONT_NOTE_GLYPHS], 1);
	assert_int_equal(glyph_len(&made, glyph), 0);
}

static void test_damaged_glyphs_are_empty(void **state)
{
	struct parts p;
	(void)state;
	sound(&p);
	p.glyf[11] = 200; /* more points than flags */
	expect_repaired(&p, 1);
	sound(&p);
	put16(p.glyf, 12, 300); /* instructions beyond the end */
	expect_repaired(&p, 1);
	sound(&p);
	p.glyf[1] = 2; /* a second contour that ends where nothing is */
	expect_repaired(&p, 1);
	sound(&p);
	p.glyf[28 + 13] = 9; /* a part that there is not */
	expect_repaired(&p, 2);
	sound(&p);
	p.glyf[28 + 13] = 2; /* itself */
	expect_repaired(&p, 2);
	sound(&p);
	p.glyf[28 + 16] = 0, p.glyf[28 + 17] = 0x23; /* more parts to come, and none does */
	expect_repaired(&p, 2);
	sound(&p);
	put16(p.loca, 6, 60000); /* beyond glyf: clipped */
	assert_int_equal(rebuilt(&p).notes[FONT_NOTE_GLYPHS], 0);
	sound(&p);
	put16(p.loca, 4, 60000); /* backwards */
	(void)rebuilt(&p);
}

static void test_tables_that_lie(void **state)
{
	struct parts p;
	struct font_result made;
	(void)state;
	sound(&p);
	put16(p.maxp, 4, 60000); /* glyphs that loca has no place for */
	assert_int_equal(rebuilt(&p).glyphs, 5);
	sound(&p);
	put16(p.hhea, 34, 60000);
	made = rebuilt(&p);
	assert_int_equal(table_of(&made, FONT_TAG('h', 'm', 't', 'x')).len, 16);
	sound(&p);
	p.hmtx_len = 0;
	made = rebuilt(&p);
	assert_int_equal(table_of(&made, FONT_TAG('h', 'm', 't', 'x')).len, 10);
	sound(&p);
	put16(p.head, 18, 0);
	assert_int_equal(font_canonical(FONT_TRUETYPE, font_of(&p), &arena, &made), SK_MALFORMED);
	sound(&p);
	p.loca_len = 0;
	assert_int_equal(font_canonical(FONT_TRUETYPE, font_of(&p), &arena, &made), SK_MALFORMED);
	assert_int_equal(font_canonical(FONT_TRUETYPE, SK_BYTES(""), &arena, &made), SK_MALFORMED);
}

/* Every byte of a font changed in turn: it ends in a font that rewriting does not change, or in none. */
static void test_every_byte_changed(void **state)
{
	struct parts p;
	(void)state;
	sound(&p);
	sk_bytes file = font_of(&p);
	uint8_t *copy = malloc(file.len);
	size_t mark = sk_arena_mark(&arena);
	for (size_t i = 0; i < file.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct font_result made;
			memcpy(copy, file.at, file.len);
			copy[i] ^= (uint8_t)(1u << bit);
			if (font_canonical(FONT_TRUETYPE, sk_bytes_of(copy, file.len), &arena, &made) == SK_OK)
				assert_true(made.notes[FONT_NOTE_GLYPHS] > 0 || font_allowed(FONT_TRUETYPE, made.bytes, &arena));
			sk_arena_release(&arena, mark);
		}
	for (size_t len = 0; len < file.len; len++) {
		struct font_result made;
		if (font_canonical(FONT_TRUETYPE, sk_bytes_of(file.at, len), &arena, &made) == SK_OK)
			assert_true(made.notes[FONT_NOTE_GLYPHS] > 0 || font_allowed(FONT_TRUETYPE, made.bytes, &arena));
		sk_arena_release(&arena, mark);
	}
	free(copy);
}

static int begin(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_sound_font, begin),
		cmocka_unit_test_setup(test_damaged_glyphs_are_empty, begin),
		cmocka_unit_test_setup(test_tables_that_lie, begin),
		cmocka_unit_test_setup(test_every_byte_changed, begin),
	};
	void *memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	sk_arena_reset(&arena);
	free(memory);
	return failed;
}
