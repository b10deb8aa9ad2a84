/* JBIG2: what a slow encoder wrote reads back, every kind of segment; damage and limits. The Huffman half is in jbig2_huffman_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "format/raster/jbig2_encode_test.h"

static uint8_t memory[64 << 20];
static struct sk_arena arena;
static struct sk_buf file, content;
static struct enc e;
static uint32_t seed;

static int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	sk_buf_init(&file, &arena, 4 << 20);
	sk_buf_init(&content, &arena, 1 << 20);
	(void)sk_buf_room(&file, 1 << 20); /* what comes later may be released */
	(void)sk_buf_room(&content, 1 << 20);
	seed = 1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

static void set(struct raster_bits *bits, int64_t x, int64_t y, unsigned value)
{
	uint8_t bit = (uint8_t)(0x80 >> (x & 7)), *at = &bits->at[(size_t)y * bits->stride + (size_t)x / 8];
	*at = (uint8_t)(value ? *at | bit : *at & ~bit);
}

/* Blots and some noise; rows are often the same as the one above. */
static struct raster_bits picture(uint32_t width, uint32_t height)
{
	struct raster_bits bits;
	assert_int_equal(raster_bits_make(&arena, width, height, &bits), SK_OK);
	for (int64_t y = 0; y < height; y++)
		for (int64_t x = 0, copy = chance(3); x < width; x++) {
			unsigned near = jbig2_pixel(&bits, x - 1, y) + jbig2_pixel(&bits, x, y - 1) + jbig2_pixel(&bits, x + 1, y - 1);
			set(&bits, x, y, copy == 0 && y > 0 ? jbig2_pixel(&bits, x, y - 1) : chance(8) < near * 2 + 1);
		}
	return bits;
}

static void assert_same(const struct raster_bits *a, const struct raster_bits *b)
{
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	assert_memory_equal(a->at, b->at, a->stride * a->height);
}

static void file_begin(uint32_t width, uint32_t height, unsigned flags)
{
	sk_buf_reset(&file);
	enc_page(&file, width, height, flags, 0);
}

static void segment(uint32_t number, unsigned type, const uint8_t *references, unsigned count)
{
	enc_segment(&file, number, type, 1, references, count, sk_buf_bytes(&content));
	sk_buf_reset(&content);
}

static struct raster_bits decode(void)
{
	struct raster_bits bits;
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &bits), SK_OK);
	return bits;
}

static struct raster_bits decode_sound(void)
{
	struct raster_bits bits = decode();
	assert_false(bits.damaged);
	return bits;
}

/* ---- generic regions ---- */

static const struct jbig2_at nominal[4][4] = {{{3, -1}, {-3, -1}, {2, -2}, {-2, -2}}, {{3, -1}}, {{2, -1}}, {{2, -1}}};
static const struct jbig2_at custom[4] = {{-5, 0}, {8, -3}, {-20, -1}, {0, -7}};

static void put_at(const struct jbig2_at *at, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		sk_buf_u8(&content, (uint8_t)at[i].x);
		sk_buf_u8(&content, (uint8_t)at[i].y);
	}
}

static void generic_region(const struct raster_bits *bits, int32_t x, int32_t y, enum jbig2_operator operator, unsigned kind,
			   const struct jbig2_at *at, bool typical)
{
	enc_region(&content, bits->width, bits->height, x, y, operator);
	sk_buf_u8(&content, (uint8_t)(kind << 1 | (unsigned)typical << 3));
	put_at(at, kind == 0 ? 4 : 1);
	enc_begin(&e, &content);
	enc_generic(&e, bits, kind, at, typical, NULL);
	enc_end(&e);
}

static void test_generic(void **state)
{
	(void)state;
	static const uint32_t widths[] = {1, 2, 7, 8, 9, 15, 16, 17, 33, 70, 200};
	for (unsigned options = 0; options < 16; options++)
		for (size_t w = 0; w < SK_COUNT(widths); w++) {
			size_t mark = sk_arena_mark(&arena);
			unsigned kind = options & 3;
			struct raster_bits bits = picture(widths[w], 1 + chance(40)), back;
			file_begin(bits.width, bits.height, 0);
			generic_region(&bits, 0, 0, JBIG2_OR, kind, options & 4 ? custom : nominal[kind], options & 8);
			segment(1, 38 + chance(2), NULL, 0);
			back = decode_sound();
			assert_same(&bits, &back);
			sk_arena_release(&arena, mark);
		}
}

static void test_mmr(void **state)
{
	(void)state;
	struct raster_bits bits = picture(150, 40), back;
	file_begin(150, 40, 0);
	enc_region(&content, 150, 40, 0, 0, JBIG2_OR);
	sk_buf_u8(&content, 1);
	assert_int_equal(ccitt_encode(&bits, &arena, &content), SK_OK);
	segment(1, 38, NULL, 0);
	back = decode_sound();
	assert_same(&bits, &back);
}

static void test_operators(void **state)
{
	(void)state;
	for (enum jbig2_operator operator = JBIG2_OR; operator < JBIG2_OPERATORS; operator++)
		for (unsigned place = 0; place < 20; place++) {
			size_t mark = sk_arena_mark(&arena);
			struct raster_bits page = picture(61, 30), part = picture(1 + chance(40), 1 + chance(40)), back;
			int32_t x = (int32_t)chance(90) - 30, y = (int32_t)chance(60) - 30;
			file_begin(61, 30, place % 2 ? 4 : 0); /* a page that begins black */
			generic_region(&page, 0, 0, JBIG2_REPLACE, 1, nominal[1], false);
			segment(1, 38, NULL, 0);
			generic_region(&part, x, y, operator, 2, nominal[2], false);
			segment(2, 38, NULL, 0);
			back = decode_sound();
			for (int64_t py = 0; py < 30; py++)
				for (int64_t px = 0; px < 61; px++) {
					unsigned a = jbig2_pixel(&page, px, py), b = jbig2_pixel(&part, px - x, py - y);
					bool inside = px >= x && py >= y && px < x + (int64_t)part.width && py < y + (int64_t)part.height;
					unsigned made[] = {a | b, a & b, a ^ b, (a ^ b) ^ 1, b};
					assert_int_equal(jbig2_pixel(&back, px, py), inside ? made[operator] : a);
				}
			sk_arena_release(&arena, mark);
		}
}

/* ---- refinement ---- */

static struct raster_bits like(const struct raster_bits *bits, uint32_t width, uint32_t height, int64_t dx, int64_t dy)
{
	struct raster_bits made;
	assert_int_equal(raster_bits_make(&arena, width, height, &made), SK_OK);
	for (int64_t y = 0; y < height; y++)
		for (int64_t x = 0; x < width; x++)
			set(&made, x, y, jbig2_pixel(bits, x - dx, y - dy) ^ (chance(20) == 0));
	return made;
}

static void test_refinement(void **state)
{
	(void)state;
	for (unsigned options = 0; options < 16; options++) {
		size_t mark = sk_arena_mark(&arena);
		struct raster_bits first = picture(75, 33), second = like(&first, 75, 33, 0, 0), back;
		unsigned kind = options & 1;
		bool of_page = options & 4;
		struct jbig2_at at[2] = {{-1, -1}, {-1, -1}};
		if (options & 8)
			at[0] = (struct jbig2_at){-4, -2}, at[1] = (struct jbig2_at){5, 3};
		file_begin(75, 33, 0);
		generic_region(&first, 0, 0, JBIG2_OR, 0, nominal[0], false);
		segment(1, of_page ? 38 : 36, NULL, 0);
		enc_region(&content, 75, 33, 0, 0, JBIG2_REPLACE);
		sk_buf_u8(&content, (uint8_t)(options & 3));
		if (kind == 0)
			put_at(at, 2);
		enc_begin(&e, &content);
		enc_refine(&e, &second, &first, 0, 0, kind, at, options & 2);
		enc_end(&e);
		segment(2, 42, (const uint8_t[]){1}, of_page ? 0 : 1);
		back = decode_sound();
		assert_same(&second, &back);
		sk_arena_release(&arena, mark);
	}
}

/* ---- symbols and text ---- */

#define SYMBOLS 5
static struct raster_bits symbols[SYMBOLS + 3];

/* A dictionary of SYMBOLS in classes of height, all exported. */
static void dictionary(unsigned kind, unsigned flags)
{
	static const uint32_t sizes[SYMBOLS][2] = {{5, 7}, {9, 7}, {8, 12}, {1, 12}, {20, 13}};
	sk_buf_u16be(&content, (uint16_t)(kind << 10 | flags));
	put_at(nominal[kind], kind == 0 ? 4 : 1);
	sk_buf_u32be(&content, SYMBOLS);
	sk_buf_u32be(&content, SYMBOLS);
	enc_begin(&e, &content);
	uint32_t height = 0, width = 0;
	for (unsigned i = 0; i < SYMBOLS; i++) {
		symbols[i] = picture(sizes[i][0], sizes[i][1]);
		if (sizes[i][1] != height) {
			if (i > 0)
				enc_out_of_band(&e, JBIG2_IADW);
			enc_integer(&e, JBIG2_IADH, (int64_t)sizes[i][1] - height);
			height = sizes[i][1];
			width = 0;
		}
		enc_integer(&e, JBIG2_IADW, (int64_t)sizes[i][0] - width);
		width = sizes[i][0];
		enc_generic(&e, &symbols[i], kind, nominal[kind], false, NULL);
	}
	enc_out_of_band(&e, JBIG2_IADW);
	enc_integer(&e, JBIG2_IAEX, 0);
	enc_integer(&e, JBIG2_IAEX, SYMBOLS);
	enc_end(&e);
}

static void draw(struct raster_bits *page, const struct raster_bits *bits, int64_t x, int64_t y)
{
	for (int64_t py = 0; py < bits->height; py++)
		for (int64_t px = 0; px < bits->width; px++)
			if (jbig2_pixel(bits, px, py) && px + x >= 0 && py + y >= 0 && px + x < page->width && py + y < page->height)
				set(page, px + x, py + y, 1);
}

/* One instance with its reference corner at s, t: 6.4.5 table 9 said the other way round. Returns where s stands afterwards. */
static int64_t place(struct raster_bits *page, const struct raster_bits *bits, int64_t s, int64_t t, unsigned corner, bool transposed)
{
	int64_t w = bits->width, h = bits->height, left = transposed ? t : s, top = transposed ? s : t;
	bool right = corner == 2 || corner == 3, bottom = corner == 0 || corner == 2;
	if (!transposed) /* the instance covers s up to s + w - 1 whatever its corner */
		draw(page, bits, left, bottom ? top - h + 1 : top);
	else
		draw(page, bits, right ? left - w + 1 : left, top);
	return s + (transposed ? h : w) - 1;
}

static void text_head(const struct raster_bits *page, unsigned flags, unsigned instances)
{
	enc_region(&content, page->width, page->height, 0, 0, JBIG2_OR);
	sk_buf_u16be(&content, (uint16_t)flags);
	if ((flags & 0x8002) == 2)
		put_at((const struct jbig2_at[]){{-1, -1}, {-1, -1}}, 2);
	sk_buf_u32be(&content, instances);
}

static void test_text(void **state)
{
	(void)state;
	for (unsigned options = 0; options < 64; options++) { /* corner 2 bits, transposed, refined, kind of refinement, strips of 4 */
		size_t mark = sk_arena_mark(&arena);
		unsigned corner = options & 3, strip = options & 32 ? 2 : 0;
		bool transposed = options & 4, refined = options & 8;
		unsigned kind = options >> 4 & 1;
		struct raster_bits page, back;
		assert_int_equal(raster_bits_make(&arena, 120, 110, &page), SK_OK);
		file_begin(120, 110, 0);
		dictionary(options % 4, 0);
		segment(1, 0, NULL, 0);
		text_head(&page, (unsigned)refined << 1 | strip << 2 | corner << 4 | (unsigned)transposed << 6 | 3u << 10 | kind << 15, 12);
		enc_begin(&e, &content);
		int64_t t = 0, first = 0;
		enc_integer(&e, JBIG2_IADT, 0);
		for (unsigned line = 0; line < 3; line++) {
			enc_integer(&e, JBIG2_IADT, 28 >> strip);
			t += 28;
			int64_t begin_at = 3 + line, s = begin_at;
			for (unsigned i = 0; i < 4; i++) {
				if (i == 0)
					enc_integer(&e, JBIG2_IAFS, begin_at - first);
				else
					enc_integer(&e, JBIG2_IADS, 2);
				s += i == 0 ? 0 : 2 + 3; /* SBDSOFFSET */
				first = begin_at;
				unsigned id = (line + i * 2) % SYMBOLS;
				int64_t in_strip = strip ? (int64_t)chance(4) : 0;
				struct raster_bits bits = symbols[id];
				if (strip)
					enc_integer(&e, JBIG2_IAIT, in_strip);
				enc_identifier(&e, id, 3);
				if (refined)
					enc_integer(&e, JBIG2_IARI, i % 2);
				if (refined && i % 2) {
					static const int8_t deltas[][4] = {{0, 0, 0, 0}, {1, 2, 0, -1}, {-1, -3, 1, 1}};
					const int8_t *d = deltas[id == 3 ? 0 : line];
					for (unsigned k = 0; k < 4; k++)
						enc_integer(&e, (enum jbig2_integer)(JBIG2_IARDW + k), d[k]);
					int64_t dx = (d[0] >> 1) + d[2], dy = (d[1] >> 1) + d[3];
					bits = like(&symbols[id], (uint32_t)((int)bits.width + d[0]), (uint32_t)((int)bits.height + d[1]), dx, dy);
					enc_refine(&e, &bits, &symbols[id], dx, dy, kind, (const struct jbig2_at[]){{-1, -1}, {-1, -1}}, false);
				}
				s = place(&page, &bits, s, t + in_strip, corner, transposed);
			}
			enc_out_of_band(&e, JBIG2_IADS);
		}
		enc_end(&e);
		segment(2, 6, (const uint8_t[]){1}, 1);
		back = decode_sound();
		assert_same(&page, &back);
		sk_arena_release(&arena, mark);
	}
}

/* A second dictionary: one symbol refined, one made of two, and of the first dictionary the third leaves again (6.5.8.2, 6.5.10). */
static void aggregates(void)
{
	static const struct jbig2_at at[] = {{-1, -1}, {-1, -1}};
	sk_buf_u16be(&content, 2 | 1 << 12);
	put_at(nominal[0], 4);
	sk_buf_u32be(&content, 3);
	sk_buf_u32be(&content, 2);
	enc_begin(&e, &content);
	enc_integer(&e, JBIG2_IADH, 12);
	enc_integer(&e, JBIG2_IADW, 9);
	enc_integer(&e, JBIG2_IAAI, 1);
	enc_identifier(&e, 2, 3);
	enc_integer(&e, JBIG2_IARDX, 1);
	enc_integer(&e, JBIG2_IARDY, 0);
	symbols[SYMBOLS] = like(&symbols[2], 9, 12, 1, 0);
	enc_refine(&e, &symbols[SYMBOLS], &symbols[2], 1, 0, 1, at, false);
	enc_integer(&e, JBIG2_IADW, 7); /* 16 wide */
	enc_integer(&e, JBIG2_IAAI, 2);
	enc_integer(&e, JBIG2_IADT, 0);
	enc_integer(&e, JBIG2_IADT, 1);
	enc_integer(&e, JBIG2_IAFS, 0);
	enc_identifier(&e, 0, 3);
	enc_integer(&e, JBIG2_IARI, 0);
	enc_integer(&e, JBIG2_IADS, 3);
	enc_identifier(&e, SYMBOLS, 3); /* the one just made */
	enc_integer(&e, JBIG2_IARI, 0);
	enc_out_of_band(&e, JBIG2_IADS);
	assert_int_equal(raster_bits_make(&arena, 16, 12, &symbols[SYMBOLS + 1]), SK_OK);
	draw(&symbols[SYMBOLS + 1], &symbols[0], 0, 1);
	draw(&symbols[SYMBOLS + 1], &symbols[SYMBOLS], 7, 1);
	enc_out_of_band(&e, JBIG2_IADW);
	static const unsigned runs[] = {2, 1, 2, 2}; /* stay, leave, stay, leave */
	for (size_t i = 0; i < SK_COUNT(runs); i++)
		enc_integer(&e, JBIG2_IAEX, runs[i]);
	enc_end(&e);
}

static void test_aggregates(void **state)
{
	(void)state;
	struct raster_bits page, back;
	assert_int_equal(raster_bits_make(&arena, 100, 20, &page), SK_OK);
	file_begin(100, 20, 0);
	dictionary(0, 0);
	segment(1, 0, NULL, 0);
	aggregates();
	segment(2, 0, (const uint8_t[]){1}, 1);
	text_head(&page, 1 << 4, 3);
	enc_begin(&e, &content);
	enc_integer(&e, JBIG2_IADT, 0);
	enc_integer(&e, JBIG2_IADT, 2);
	int64_t s = 4;
	for (unsigned i = 0; i < 3; i++) {
		enc_integer(&e, i == 0 ? JBIG2_IAFS : JBIG2_IADS, 4);
		s += i == 0 ? 0 : 4;
		enc_identifier(&e, i, 2);
		s = place(&page, &symbols[i == 0 ? 2 : SYMBOLS + i - 1], s, 2, 1, false);
	}
	enc_out_of_band(&e, JBIG2_IADS);
	enc_end(&e);
	segment(3, 6, (const uint8_t[]){2}, 1);
	back = decode_sound();
	assert_same(&page, &back);
}

/* Contexts that one dictionary keeps and the next begins with (7.4.2.2). */
static void test_contexts_kept(void **state)
{
	(void)state;
	struct raster_bits page, back;
	static struct enc kept;
	assert_int_equal(raster_bits_make(&arena, 30, 30, &page), SK_OK);
	file_begin(30, 30, 0);
	dictionary(1, 0x200);
	kept = e;
	segment(1, 0, NULL, 0);
	sk_buf_u16be(&content, 1 << 10 | 0x100);
	put_at(nominal[1], 1);
	sk_buf_u32be(&content, 1);
	sk_buf_u32be(&content, 1);
	struct raster_bits one = picture(25, 25);
	enc_begin(&e, &content);
	memcpy(e.contexts, kept.contexts, sizeof e.contexts);
	enc_integer(&e, JBIG2_IADH, 25);
	enc_integer(&e, JBIG2_IADW, 25);
	enc_generic(&e, &one, 1, nominal[1], false, NULL);
	enc_out_of_band(&e, JBIG2_IADW);
	enc_integer(&e, JBIG2_IAEX, SYMBOLS);
	enc_integer(&e, JBIG2_IAEX, 1);
	enc_end(&e);
	segment(2, 0, (const uint8_t[]){1}, 1);
	text_head(&page, 1 << 4, 1);
	enc_begin(&e, &content);
	enc_integer(&e, JBIG2_IADT, 0);
	enc_integer(&e, JBIG2_IADT, 1);
	enc_integer(&e, JBIG2_IAFS, 2);
	enc_out_of_band(&e, JBIG2_IADS); /* one symbol: no identifier */
	enc_end(&e);
	segment(3, 6, (const uint8_t[]){2}, 1);
	draw(&page, &one, 2, 1);
	back = decode_sound();
	assert_same(&page, &back);
}

/* ---- halftones ---- */

#define PATTERNS 6
#define CELL 4

static void test_halftone(void **state)
{
	(void)state;
	for (unsigned options = 0; options < 16; options++) { /* template 2 bits, skipping, slanted */
		size_t mark = sk_arena_mark(&arena);
		unsigned kind = options & 3;
		bool skipping = options & 4, slanted = options & 8;
		struct raster_bits all = picture(PATTERNS * CELL, CELL), page, plane[3], skip, back;
		assert_int_equal(raster_bits_make(&arena, 40, 37, &page), SK_OK);
		assert_int_equal(raster_bits_make(&arena, 12, 10, &skip), SK_OK);
		file_begin(40, 37, 0);
		sk_buf_u8(&content, (uint8_t)(kind << 1));
		sk_buf_u8(&content, CELL);
		sk_buf_u8(&content, CELL);
		sk_buf_u32be(&content, PATTERNS - 1);
		struct jbig2_at at[4] = {{-CELL, 0}, {-3, -1}, {2, -2}, {-2, -2}};
		enc_begin(&e, &content);
		enc_generic(&e, &all, kind, at, false, NULL);
		enc_end(&e);
		segment(1, 16, NULL, 0);
		enc_region(&content, 40, 37, 0, 0, JBIG2_OR);
		sk_buf_u8(&content, (uint8_t)(kind << 1 | (unsigned)skipping << 3));
		int32_t x0 = 300, y0 = -500, step_x = 1000, step_y = slanted ? 200 : 0;
		sk_buf_u32be(&content, 12);
		sk_buf_u32be(&content, 10);
		sk_buf_u32be(&content, (uint32_t)x0);
		sk_buf_u32be(&content, (uint32_t)y0);
		sk_buf_u16be(&content, (uint16_t)step_x);
		sk_buf_u16be(&content, (uint16_t)step_y);
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(raster_bits_make(&arena, 12, 10, &plane[i]), SK_OK);
		for (int32_t row = 0; row < 10; row++)
			for (int32_t column = 0; column < 12; column++) {
				int32_t x = (x0 + row * step_y + column * step_x) >> 8, y = (y0 + row * step_x - column * step_y) >> 8;
				bool outside = x + CELL <= 0 || y + CELL <= 0 || x >= 40 || y >= 37;
				unsigned value = skipping && outside ? 0 : chance(PATTERNS), gray = value ^ value >> 1;
				set(&skip, column, row, outside);
				for (unsigned i = 0; i < 3; i++)
					set(&plane[i], column, row, gray >> i & 1);
				for (int32_t py = 0; py < CELL; py++)
					for (int32_t px = 0; px < CELL; px++)
						if (jbig2_pixel(&all, (int64_t)value * CELL + px, py) && x + px >= 0 && y + py >= 0 && x + px < 40 && y + py < 37)
							set(&page, x + px, y + py, 1);
			}
		enc_begin(&e, &content);
		for (unsigned i = 3; i-- > 0;)
			enc_generic(&e, &plane[i], kind, nominal[kind], false, skipping ? &skip : NULL);
		enc_end(&e);
		segment(2, 22, (const uint8_t[]){1}, 1);
		back = decode_sound();
		assert_same(&page, &back);
		sk_arena_release(&arena, mark);
	}
}

/* ---- pages ---- */

static void test_stripes_of_unknown_height(void **state)
{
	(void)state;
	struct raster_bits bits = picture(50, 30), back;
	sk_buf_reset(&file);
	enc_page(&file, 50, UINT32_MAX, 0, 0x8000 | 40);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	sk_buf_u32be(&content, 34);
	segment(2, 50, NULL, 0);
	back = decode_sound();
	assert_int_equal(back.height, 35);
	back.height = 30;
	assert_same(&bits, &back);
}

/* 7.2.7: the length is not told; the end stands in the data, with how many rows there were. */
static void test_unknown_length(void **state)
{
	(void)state;
	struct raster_bits bits = picture(50, 30), back;
	file_begin(50, 30, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	content.at[7] = 200; /* the region's height is a guess */
	sk_buf_u32be(&content, 30);
	size_t at = file.len;
	segment(1, 38, NULL, 0);
	memset(file.at + at + 7, 0xFF, 4);
	generic_region(&bits, 0, 0, JBIG2_XOR, 0, nominal[0], false); /* what follows is found */
	segment(2, 38, NULL, 0);
	back = decode_sound();
	raster_bits_invert(&bits);
	raster_bits_invert(&back);
	for (size_t i = 0; i < back.stride * 30; i++)
		assert_int_equal(back.at[i], i % 7 == 6 ? 0xC0 : 0xFF);
}

static void test_globals(void **state)
{
	(void)state;
	struct raster_bits bits, page = picture(20, 20);
	uint8_t shared[2000];
	sk_buf_reset(&file);
	dictionary(0, 0);
	segment(1, 0, NULL, 0);
	size_t len = file.len;
	memcpy(shared, file.at, len);
	shared[6] = 0; /* of no page */
	file_begin(20, 20, 0);
	generic_region(&page, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(2, 38, NULL, 0);
	text_head(&page, 1 << 4, 1);
	enc_begin(&e, &content);
	enc_integer(&e, JBIG2_IADT, 0);
	enc_integer(&e, JBIG2_IADT, 4);
	enc_integer(&e, JBIG2_IAFS, 3);
	enc_identifier(&e, 1, 3);
	enc_out_of_band(&e, JBIG2_IADS);
	enc_end(&e);
	segment(3, 6, (const uint8_t[]){1}, 1);
	draw(&page, &symbols[1], 3, 4);
	assert_int_equal(jbig2_decode(sk_bytes_of(shared, len), sk_buf_bytes(&file), &arena, &bits), SK_OK);
	assert_false(bits.damaged);
	assert_same(&page, &bits);
	bits = decode(); /* without them the text is lost, the rest is not */
	assert_true(bits.damaged);
}

/* ---- damage and limits ---- */

static void test_damage(void **state)
{
	(void)state;
	struct raster_bits bits = picture(90, 200), back;
	file_begin(90, 200, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	size_t whole = file.len;
	for (size_t len = 60; len < whole; len += 50) {
		size_t mark = sk_arena_mark(&arena), same = 0;
		file.len = len;
		back = decode();
		assert_true(back.damaged);
		while (same < 200 && memcmp(back.at + same * back.stride, bits.at + same * bits.stride, bits.stride) == 0)
			same++;
		assert_true(same + 15 > 200 * (len - 60) / whole);
		sk_arena_release(&arena, mark);
	}
	file.len = 5;
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_MALFORMED);
}

static void test_limits(void **state)
{
	(void)state;
	struct raster_bits bits = picture(90, 200), back;
	file_begin(90, 200, 0);
	generic_region(&bits, 0, 0, JBIG2_OR, 0, nominal[0], false);
	segment(1, 38, NULL, 0);
	assert_int_equal(jbig2_decode_page(SK_BYTES(""), sk_buf_bytes(&file), 0, 10000, &arena, &back), SK_LIMIT);
	assert_int_equal(limit_last(), LIMIT_jbig2_work);
	file_begin(65501, 1, 0);
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
	file_begin(65000, 65000, 0);
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
	file_begin(10, 10, 0); /* a dictionary that says it has very many */
	sk_buf_u16be(&content, 0);
	put_at(nominal[0], 4);
	sk_buf_u32be(&content, 1 << 30);
	sk_buf_u32be(&content, 1 << 30);
	for (unsigned i = 0; i < 200; i++)
		sk_buf_u8(&content, 0);
	segment(1, 0, NULL, 0);
	size_t used = arena.used;
	back = decode();
	assert_true(back.damaged && arena.used < used + 20000);
	file_begin(2000, 2000, 0); /* regions go when they are drawn */
	for (uint32_t i = 0; i < 1000; i++) {
		enc_region(&content, 1000, 1000, 0, 0, JBIG2_OR);
		sk_buf_u8(&content, 1);
		segment(i + 1, 38, NULL, 0);
	}
	back = decode();
	assert_int_equal(back.height, 2000);
	file_begin(10, 10, 0);
	for (uint32_t i = 0; i <= limit(LIMIT_jbig2_segments); i++)
		enc_segment(&file, i + 1, 62, 1, NULL, 0, SK_BYTES(""));
	assert_int_equal(jbig2_decode(SK_BYTES(""), sk_buf_bytes(&file), &arena, &back), SK_LIMIT);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_generic), T(test_mmr), T(test_operators), T(test_refinement), T(test_text), T(test_aggregates), T(test_contexts_kept),
		T(test_halftone), T(test_stripes_of_unknown_height), T(test_unknown_length), T(test_globals), T(test_damage), T(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
