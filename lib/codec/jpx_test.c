/* JPEG 2000 pictures: written by OpenJPEG's encoder without loss, read through our face. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/jpx_parts.h"

static uint8_t memory[32 << 20], file[4 << 20];
static struct sk_arena arena;
static const struct jpx_limits limits = {.pixels = 1 << 24, .side = 65500, .tiles = 1000, .components = 16, .memory_max = 1 << 30};

struct sink {
	size_t at, len;
};

static OPJ_SIZE_T sink_write(void *from, OPJ_SIZE_T len, void *context)
{
	struct sink *s = context;
	if (len > sizeof file - s->at)
		return (OPJ_SIZE_T)-1;
	memcpy(file + s->at, from, len);
	s->at += len;
	s->len = sk_max(s->len, s->at);
	return len;
}

static OPJ_OFF_T sink_skip(OPJ_OFF_T len, void *context)
{
	((struct sink *)context)->at += (size_t)len;
	return len;
}

static OPJ_BOOL sink_seek(OPJ_OFF_T to, void *context)
{
	((struct sink *)context)->at = (size_t)to;
	return OPJ_TRUE;
}

struct kind {
	OPJ_COLOR_SPACE space;
	unsigned components, depth, sampled; /* sampled: the second and third are half as wide and high */
	bool sign, bare, tiles, opacity;
};

#define SIDE_X 50u
#define SIDE_Y 38u

static OPJ_INT32 value_at(const struct kind *k, unsigned component, unsigned x, unsigned y)
{
	OPJ_INT32 most = (1 << k->depth) - 1, v = (OPJ_INT32)(x * 7 + y * 13 + component * 50 + x * y) & most;
	return k->sign ? v - (1 << (k->depth - 1)) : v;
}

static sk_bytes encode(const struct kind *k)
{
	opj_image_cmptparm_t parts[5] = {{0}};
	for (unsigned i = 0; i < k->components; i++) {
		unsigned step = k->sampled && (i == 1 || i == 2) ? 2 : 1;
		parts[i] = (opj_image_cmptparm_t){.dx = step, .dy = step, .w = SIDE_X / step, .h = SIDE_Y / step, .prec = k->depth, .sgnd = k->sign};
	}
	opj_image_t *image = opj_image_create(k->components, parts, k->space);
	assert_non_null(image);
	image->x1 = SIDE_X;
	image->y1 = SIDE_Y;
	for (unsigned i = 0; i < k->components; i++)
		for (unsigned y = 0; y < parts[i].h; y++)
			for (unsigned x = 0; x < parts[i].w; x++)
				image->comps[i].data[y * parts[i].w + x] = value_at(k, i, x, y);
	if (k->opacity)
		image->comps[k->components - 1].alpha = 1;
	static opj_cparameters_t parameters;
	opj_set_default_encoder_parameters(&parameters);
	parameters.numresolution = 3;
	parameters.tcp_numlayers = 1;
	parameters.cp_disto_alloc = 1;
	parameters.tile_size_on = k->tiles;
	parameters.cp_tdx = parameters.cp_tdy = 20;
	struct sink sink = {0, 0};
	opj_codec_t *codec = opj_create_compress(k->bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
	opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_FALSE);
	opj_stream_set_user_data(stream, &sink, NULL);
	opj_stream_set_write_function(stream, sink_write);
	opj_stream_set_skip_function(stream, sink_skip);
	opj_stream_set_seek_function(stream, sink_seek);
	assert_true(opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream));
	assert_true(opj_encode(codec, stream) && opj_end_compress(codec, stream));
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
	return sk_bytes_of(file, sink.len);
}

static int begin(void **state)
{
	(void)state;
	sk_arena_init(&arena, memory, sizeof memory);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sk_arena_reset(&arena);
	return 0;
}

static const struct kind kinds[] = {
	{OPJ_CLRSPC_GRAY, 1, 8, 0, false, false, false, false}, {OPJ_CLRSPC_GRAY, 1, 1, 0, false, false, false, false},
	{OPJ_CLRSPC_GRAY, 1, 12, 0, false, false, true, false}, {OPJ_CLRSPC_GRAY, 1, 16, 0, true, false, false, false},
	{OPJ_CLRSPC_SRGB, 3, 8, 0, false, false, true, false},  {OPJ_CLRSPC_SRGB, 3, 8, 0, true, false, false, false},
	{OPJ_CLRSPC_SRGB, 4, 8, 0, false, false, false, true},  {OPJ_CLRSPC_GRAY, 2, 8, 0, false, false, false, true},
	{OPJ_CLRSPC_SRGB, 3, 8, 0, false, true, false, false},  {OPJ_CLRSPC_SRGB, 3, 5, 0, false, false, false, false},
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < SK_COUNT(kinds); i++) {
		const struct kind *k = &kinds[i];
		struct jpx_picture p;
		bool over;
		assert_int_equal(jpx_decode(encode(k), &limits, false, &arena, &p, &over), SK_OK);
		assert_false(p.damaged);
		assert_int_equal(p.width, SIDE_X);
		assert_int_equal(p.height, SIDE_Y);
		assert_int_equal(p.colors, k->components - k->opacity);
		assert_int_equal(p.opacity, k->opacity);
		assert_int_equal(p.depth, k->depth);
		assert_int_equal(p.sample_bytes, k->depth > 8 ? 2 : 1);
		assert_int_equal(p.color, k->bare ? JPX_UNKNOWN : p.colors == 3 ? JPX_RGB : JPX_GRAY);
		const uint8_t *at = p.samples;
		for (unsigned y = 0; y < SIDE_Y; y++)
			for (unsigned x = 0; x < SIDE_X; x++)
				for (unsigned c = 0; c < k->components; c++, at += p.sample_bytes) {
					unsigned most = (1u << k->depth) - 1, full = p.sample_bytes == 2 ? 65535 : 255;
					unsigned v = (unsigned)(value_at(k, c, x, y) + (k->sign ? 1 << (k->depth - 1) : 0));
					unsigned got = p.sample_bytes == 2 ? (unsigned)(at[0] << 8 | at[1]) : at[0];
					assert_int_equal(got, (v * full + most / 2) / most);
				}
	}
}

static void test_chroma(void **state)
{
	(void)state;
	struct kind k = {OPJ_CLRSPC_SYCC, 3, 8, 1, false, false, false, false};
	struct jpx_picture p;
	bool over;
	assert_int_equal(jpx_decode(encode(&k), &limits, false, &arena, &p, &over), SK_OK);
	assert_int_equal(p.color, JPX_RGB);
	assert_int_equal(p.colors, 3);
	for (unsigned y = 0; y < SIDE_Y; y++)
		for (unsigned x = 0; x < SIDE_X; x++) {
			double luma = value_at(&k, 0, x, y), cr = value_at(&k, 2, x / 2, y / 2) - 128;
			double red = luma + 1.402 * cr, got = p.samples[(y * SIDE_X + x) * 3];
			red = red < 0 ? 0 : red > 255 ? 255 : red;
			assert_true(got - red <= 1 && red - got <= 1);
		}
}

static void test_indices(void **state)
{
	(void)state;
	struct kind k = {OPJ_CLRSPC_GRAY, 1, 4, 0, false, false, false, false};
	struct jpx_picture p;
	bool over;
	assert_int_equal(jpx_decode(encode(&k), &limits, true, &arena, &p, &over), SK_OK);
	assert_true(p.indexed);
	for (unsigned x = 0; x < SIDE_X; x++)
		assert_int_equal(p.samples[x], value_at(&k, 0, x, 0));
}

static void put_box(struct sk_buf *to, const char *name, sk_bytes bytes)
{
	sk_buf_u32be(to, (uint32_t)bytes.len + 8);
	sk_buf_str(to, name);
	sk_buf_put(to, bytes);
}

/* A palette of three columns (T.800 I.5.3.4, I.5.3.5) put into the header of a grey file: the file's picture has colours, PDF's may want indices. */
static void test_palette(void **state)
{
	(void)state;
	struct kind k = {OPJ_CLRSPC_GRAY, 1, 4, 0, false, false, false, false};
	sk_bytes plain = encode(&k);
	size_t header = sk_bytes_find(plain, SK_BYTES("jp2h"), 0), stream = sk_bytes_find(plain, SK_BYTES("jp2c"), 0) - 4;
	uint8_t colors[6 + 16 * 3] = {0, 16, 3, 7, 7, 7}, map[12] = {0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2};
	struct sk_buf made;
	struct jpx_picture p;
	bool over;
	for (unsigned i = 0; i < 48; i++)
		colors[6 + i] = (uint8_t)(i * 5);
	sk_buf_init(&made, &arena, 1 << 20);
	sk_buf_put(&made, sk_bytes_slice(plain, 0, stream));
	put_box(&made, "pclr", sk_bytes_of(colors, sizeof colors));
	put_box(&made, "cmap", sk_bytes_of(map, sizeof map));
	made.at[header - 1] = (uint8_t)(made.len - header + 4);
	made.at[stream - 1] = 16; /* sRGB: the last byte of colr */
	sk_buf_put(&made, sk_bytes_slice(plain, stream, plain.len));
	assert_int_equal(jpx_decode(sk_buf_bytes(&made), &limits, false, &arena, &p, &over), SK_OK);
	assert_int_equal(p.color, JPX_RGB);
	assert_int_equal(p.colors, 3);
	for (unsigned x = 0; x < SIDE_X; x++)
		for (unsigned c = 0; c < 3; c++)
			assert_int_equal(p.samples[x * 3 + c], (value_at(&k, 0, x, 0) * 3 + (int)c) * 5);
	assert_int_equal(jpx_decode(sk_buf_bytes(&made), &limits, true, &arena, &p, &over), SK_OK);
	assert_int_equal(p.colors, 1);
	for (unsigned x = 0; x < SIDE_X; x++)
		assert_int_equal(p.samples[x], value_at(&k, 0, x, 0));
}

static void test_damage(void **state)
{
	(void)state;
	struct kind k = kinds[4];
	struct jpx_picture p;
	bool over;
	sk_bytes whole = encode(&k);
	for (size_t len = 0; len < whole.len; len += 11) {
		enum sk_status status = jpx_decode(sk_bytes_slice(whole, 0, len), &limits, false, &arena, &p, &over);
		if (status == SK_OK) {
			assert_true(p.damaged);
			assert_int_equal(p.width, SIDE_X);
		}
	}
	assert_int_equal(jpx_decode(sk_bytes_slice(whole, 0, whole.len * 3 / 4), &limits, false, &arena, &p, &over), SK_OK);
	assert_int_equal(p.samples[0], value_at(&k, 0, 0, 0)); /* the first tile is whole */
	assert_int_equal(jpx_decode(SK_BYTES("no picture"), &limits, false, &arena, &p, &over), SK_MALFORMED);
}

static void test_limits(void **state)
{
	(void)state;
	sk_bytes whole = encode(&kinds[4]);
	struct jpx_picture p;
	bool over;
	const struct jpx_limits low[] = {
		{SIDE_X * SIDE_Y - 1, 65500, 1000, 16, 1 << 30}, {1 << 24, SIDE_X - 1, 1000, 16, 1 << 30}, {1 << 24, 65500, 5, 16, 1 << 30},
		{1 << 24, 65500, 1000, 2, 1 << 30}, {1 << 24, 65500, 1000, 16, 30000},
	};
	for (size_t i = 0; i < SK_COUNT(low); i++) {
		assert_int_equal(jpx_decode(whole, &low[i], false, &arena, &p, &over), SK_LIMIT);
		assert_int_equal(over, i < 4);
	}
}

static bool passes(sk_bytes in, size_t memory_max)
{
	struct jpx_limits low = limits;
	bool over;
	low.memory_max = memory_max;
	return jpx_size_check(in, &low, &over) == SK_OK;
}

/* What a header asks for in layers, code blocks and precincts counts before OpenJPEG makes room for it; in a tile-part's header too. */
static void test_cuts(void **state)
{
	(void)state;
	struct kind k = {OPJ_CLRSPC_GRAY, 1, 8, 0, false, true, true, false};
	sk_bytes plain = encode(&k);
	size_t need = 1000, cod = sk_bytes_find(plain, SK_BYTES("\xFF\x52"), 0);
	while (!passes(plain, need))
		need += need / 8;
	uint8_t small[] = {0xFF, 0x52, 0, 15, 1, 0, 0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0}; /* blocks of 4 by 4, precincts of one pixel */
	assert_true(need > 1000 && !passes(plain, need / 2));
	uint8_t *bytes = file;
	bytes[cod + 6] = 0xFF; /* layers */
	assert_false(passes(plain, need));
	bytes[cod + 6] = 0;
	bytes[cod + 10] = bytes[cod + 11] = 0; /* code blocks */
	assert_false(passes(plain, need));
	bytes[cod + 10] = bytes[cod + 11] = 4;
	assert_true(passes(plain, need));
	/* in the second tile-part: its header grows by a COD */
	size_t first = sk_bytes_find(plain, SK_BYTES("\xFF\x90\x00\x0A"), 0), second = sk_bytes_find(plain, SK_BYTES("\xFF\x90\x00\x0A"), first + 4);
	struct sk_buf made;
	sk_buf_init(&made, &arena, 1 << 20);
	sk_buf_put(&made, sk_bytes_slice(plain, 0, second + 12));
	sk_buf_put(&made, sk_bytes_of(small, sizeof small));
	sk_buf_put(&made, sk_bytes_slice(plain, second + 12, plain.len));
	assert_false(passes(sk_buf_bytes(&made), need * 4));
	assert_true(passes(sk_buf_bytes(&made), need * 100));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {T(test_kinds), T(test_chroma), T(test_indices), T(test_palette), T(test_damage), T(test_limits), T(test_cuts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
