/* The Huffman half of JBIG2: tables of the standard and of authors, dictionaries and text coded with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/raster/jbig2_encode_test.h"

static uint8_t memory[32 << 20];
static struct sk_arena arena;
static struct jbig2 j;
static struct sk_buf file, content;
static uint8_t held;
static unsigned held_bits;

static int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	j = (struct jbig2){.arena = &arena, .work_max = 1 << 30};
	sk_buf_init(&file, &arena, 1 << 20);
	sk_buf_init(&content, &arena, 1 << 20);
	held = 0;
	held_bits = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static void put(uint64_t bits, unsigned count)
{
	while (count-- > 0) {
		held = (uint8_t)((unsigned)held << 1 | (unsigned)(bits >> count & 1));
		if (++held_bits == 8) {
			sk_buf_u8(&content, held);
			held_bits = 0;
		}
	}
}

static void put_align(void)
{
	while (held_bits > 0)
		put(0, 1);
}

static const struct jbig2_table *standard(unsigned number)
{
	const struct jbig2_table *table;
	assert_int_equal(jbig2_table_standard(&j, number, &table), SK_OK);
	return table;
}

/* The code of a line, then value as the line has it. */
static void put_line(const struct jbig2_table *t, uint32_t line, int64_t offset)
{
	const struct jbig2_line *l = &t->lines[line];
	uint32_t place = 0;
	while (t->order[t->start[l->prefix_len] + place] != line)
		place++;
	put(t->first[l->prefix_len] + place, l->prefix_len);
	put((uint64_t)offset, l->range_len);
}

static void put_value(const struct jbig2_table *t, uint32_t lines, int64_t value)
{
	for (uint32_t i = 0; i < lines; i++) {
		const struct jbig2_line *l = &t->lines[i];
		int64_t offset = l->lower ? l->low - value : value - l->low;
		if (l->prefix_len > 0 && !l->out_of_band && offset >= 0 && offset < (int64_t)1 << l->range_len) {
			put_line(t, i, offset);
			return;
		}
	}
	fail();
}

static const unsigned lines_of[16] = {0, 4, 7, 9, 6, 8, 14, 15, 21, 22, 21, 13, 13, 13, 5, 13};
static void put_b(unsigned number, int64_t value)
{
	put_value(standard(number), lines_of[number], value);
}
static void put_b_end(unsigned number)
{
	put_line(standard(number), lines_of[number] - 1, 0);
}

/* ---- tables ---- */

static void test_standard_tables(void **state)
{
	(void)state;
	static const bool negative[16] = {[3] = true, [5] = true, [6] = true, [7] = true, [8] = true, [9] = true, [10] = true, [15] = true};
	for (unsigned number = 1; number <= 15; number++) {
		const struct jbig2_table *t = standard(number);
		double filled = 0;
		for (unsigned i = 0; i < lines_of[number]; i++)
			filled += 1.0 / (double)(UINT64_C(1) << t->lines[i].prefix_len);
		assert_true(filled == 1.0); /* a whole tree */
		int64_t low = number == 14 ? -2 : negative[number] ? -70000 : t->lines[0].low, high = number == 14 ? 2 : 70000;
		for (int64_t value = low; value <= high; value += 1 + (value > 5000 || value < -5000) * 977) {
			int64_t got;
			sk_buf_reset(&content);
			put_b(number, value);
			put_align();
			struct jbig2_bits bits = {.in = sk_buf_bytes(&content)};
			assert_int_equal(jbig2_table_decode(t, &bits, &got), JBIG2_VALUE);
			assert_int_equal(got, value);
		}
	}
	/* a few codes as the standard prints them: B.1 0 to 15: 0 and four bits; B.4 1: 0; B.8 out of band: 01 */
	int64_t value;
	struct jbig2_bits bits = {.in = SK_BYTES("\x38")};
	assert_int_equal(jbig2_table_decode(standard(1), &bits, &value), JBIG2_VALUE);
	assert_int_equal(value, 7);
	assert_int_equal(bits.at, 5);
	bits = (struct jbig2_bits){.in = SK_BYTES("\x40")};
	assert_int_equal(jbig2_table_decode(standard(8), &bits, &value), JBIG2_OUT_OF_BAND);
}

/* B.2: values from -3 to 4 and what lies beyond, with an end. */
static void test_own_table(void **state)
{
	(void)state;
	struct jbig2_table table;
	int64_t value;
	sk_buf_u8(&content, 1 | 2 << 1 | 1 << 4); /* HTOOB; lengths of codes in 3 bits, of ranges in 2 */
	sk_buf_u32be(&content, (uint32_t)-3);
	sk_buf_u32be(&content, 5);
	put(1, 3), put(2, 2); /* -3 to 0 */
	put(2, 3), put(2, 2); /* 1 to 4 */
	put(3, 3);            /* lower */
	put(4, 3);            /* upper */
	put(4, 3);            /* out of band */
	put_align();
	assert_int_equal(jbig2_table_read(&j, sk_buf_bytes(&content), &table), SK_OK);
	sk_buf_reset(&content);
	static const int64_t values[] = {-3, 0, 1, 4, -4, -1000, 5, 100000};
	for (size_t i = 0; i < SK_COUNT(values); i++)
		put_value(&table, 5, values[i]);
	put_line(&table, 4, 0);
	put_align();
	struct jbig2_bits bits = {.in = sk_buf_bytes(&content)};
	for (size_t i = 0; i < SK_COUNT(values); i++) {
		assert_int_equal(jbig2_table_decode(&table, &bits, &value), JBIG2_VALUE);
		assert_int_equal(value, values[i]);
	}
	assert_int_equal(jbig2_table_decode(&table, &bits, &value), JBIG2_OUT_OF_BAND);
	/* broken ones: cut, upside down, more codes than bits allow */
	assert_int_equal(jbig2_table_read(&j, SK_BYTES("\x00\x00\x00\x00\x00\x00\x00\x00\x09"), &table), SK_MALFORMED);
	assert_int_equal(jbig2_table_read(&j, SK_BYTES("\x00\x00\x00\x00\x09\x00\x00\x00\x00\xFF"), &table), SK_MALFORMED);
	assert_int_equal(jbig2_table_read(&j, SK_BYTES("\x00\x00\x00\x00\x00\x00\x00\x00\x04\xAA\xAA\xAA"), &table), SK_MALFORMED);
}

/* ---- dictionary and text ---- */

#define SYMBOLS 3
static const uint8_t widths[SYMBOLS] = {3, 5, 8}, shapes[SYMBOLS][3] = {{0xE0, 0x40, 0xA0}, {0xA8, 0x50, 0xF8}, {0xFF, 0x81, 0x7E}};

static struct raster_bits symbol(unsigned i)
{
	struct raster_bits bits;
	assert_int_equal(raster_bits_make(&arena, widths[i], 3, &bits), SK_OK);
	memcpy(bits.at, shapes[i], 3);
	return bits;
}

/* One height class, its symbols side by side: plain, or as MMR (6.5.9). */
static void dictionary(bool mmr)
{
	struct raster_bits all;
	uint8_t packed[100];
	struct sk_buf to;
	int64_t x = 0;
	assert_int_equal(raster_bits_make(&arena, 16, 3, &all), SK_OK);
	sk_buf_fixed(&to, packed, sizeof packed);
	sk_buf_u16be(&content, 1);
	sk_buf_u32be(&content, SYMBOLS);
	sk_buf_u32be(&content, SYMBOLS);
	put_b(4, 3);
	for (unsigned i = 0; i < SYMBOLS; i++) {
		struct raster_bits one = symbol(i);
		put_b(2, i == 0 ? widths[0] : widths[i] - widths[i - 1]);
		assert_int_equal(jbig2_compose(&j, &all, &one, x, 0, JBIG2_OR), SK_OK);
		x += widths[i];
	}
	put_b_end(2);
	if (mmr)
		assert_int_equal(ccitt_encode(&all, &arena, &to), SK_OK);
	put_b(1, mmr ? (int64_t)to.len : 0);
	put_align();
	sk_buf_put(&content, mmr ? sk_buf_bytes(&to) : sk_bytes_of(all.at, 6));
	put_b(1, 0);
	put_b(1, SYMBOLS);
	put_align();
	enc_segment(&file, 1, 0, 1, NULL, 0, sk_buf_bytes(&content));
	sk_buf_reset(&content);
}

/* The lengths of the symbols' codes are 1, 2, 2, said by run codes (7.4.3.1.7): code 1 has one bit, code 2 the other. */
static void put_symbol_codes(void)
{
	for (unsigned i = 0; i < 35; i++)
		put(i == 1 || i == 2, 4);
	put(0, 1), put(1, 1), put(1, 1);
	put_align();
}

static void put_id(unsigned id)
{
	put(id == 0 ? 0 : 1 + id, id == 0 ? 1 : 2);
}

static void test_text(void **state)
{
	(void)state;
	for (unsigned mmr = 0; mmr < 2; mmr++) {
		struct raster_bits page, back;
		assert_int_equal(raster_bits_make(&arena, 40, 12, &page), SK_OK);
		sk_buf_reset(&file);
		enc_page(&file, 40, 12, 0, 0);
		dictionary(mmr);
		enc_region(&content, 40, 12, 0, 0, JBIG2_OR);
		sk_buf_u16be(&content, 1 | 1 << 2 | 1 << 4); /* Huffman, strips of 2, top left */
		sk_buf_u16be(&content, 1 | 1 << 2 | 1 << 4); /* B.7, B.9, B.12 */
		sk_buf_u32be(&content, 4);
		put_symbol_codes();
		put_b(12, 1); /* strips begin 2 above */
		put_b(12, 3); /* and are now 4 below */
		int64_t s = 2;
		for (unsigned i = 0; i < 4; i++) {
			if (i == 0)
				put_b(7, 2);
			else
				put_b(9, 2), s += 2;
			put(i % 2, 1); /* where in the strip */
			put_id(i % SYMBOLS);
			struct raster_bits one = symbol(i % SYMBOLS);
			assert_int_equal(jbig2_compose(&j, &page, &one, s, 4 + i % 2, JBIG2_OR), SK_OK);
			s += one.width - 1;
		}
		put_b_end(9);
		put_align();
		enc_segment(&file, 2, 6, 1, (const uint8_t[]){1}, 1, sk_buf_bytes(&content));
		sk_buf_reset(&content);
		assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_OK);
		assert_false(back.damaged);
		assert_memory_equal(page.at, back.at, page.stride * page.height);
	}
}

/* An instance that is refined: its bits stand between bytes, as long as RSIZE says (6.4.11). */
static void test_text_refined(void **state)
{
	(void)state;
	static struct enc e;
	struct raster_bits page, back, one = symbol(2), other = symbol(2);
	uint8_t packed[200];
	struct sk_buf to;
	assert_int_equal(raster_bits_make(&arena, 40, 12, &page), SK_OK);
	enc_page(&file, 40, 12, 0, 0);
	dictionary(false);
	enc_region(&content, 40, 12, 0, 0, JBIG2_OR);
	sk_buf_u16be(&content, 1 | 2 | 1 << 4 | 1 << 15);
	sk_buf_u16be(&content, 1 << 6); /* B.6, B.8, B.11; B.15 for the width, B.14 for the rest */
	sk_buf_u32be(&content, 2);
	put_symbol_codes();
	put_b(11, 1);
	put_b(11, 4);
	put_b(6, 5);
	put_id(2);
	put(1, 1);
	put_b(15, 0);
	for (unsigned i = 0; i < 3; i++)
		put_b(14, 0);
	other.at[1] = 0xBD;
	sk_buf_fixed(&to, packed, sizeof packed);
	enc_begin(&e, &to);
	enc_refine(&e, &other, &one, 0, 0, 1, NULL, false);
	enc_end(&e);
	put_b(1, (int64_t)to.len);
	put_align();
	sk_buf_put(&content, sk_buf_bytes(&to));
	put_b(8, 4); /* another one, plain */
	put_id(1);
	put(0, 1);
	put_b_end(8);
	put_align();
	struct raster_bits plain = symbol(1);
	assert_int_equal(jbig2_compose(&j, &page, &other, 5, 3, JBIG2_OR), SK_OK);
	assert_int_equal(jbig2_compose(&j, &page, &plain, 5 + 7 + 4, 3, JBIG2_OR), SK_OK);
	enc_segment(&file, 2, 6, 1, (const uint8_t[]){1}, 1, sk_buf_bytes(&content));
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_OK);
	assert_false(back.damaged);
	assert_memory_equal(page.at, back.at, page.stride * page.height);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {T(test_standard_tables), T(test_own_table), T(test_text), T(test_text_refined)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
