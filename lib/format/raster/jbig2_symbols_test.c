/* JBIG2: dictionaries, text and halftones that a slow encoder wrote read back. */
#include "format/raster/jbig2_bench_test.h"

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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_text), T(test_aggregates), T(test_contexts_kept), T(test_halftone), T(test_globals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
