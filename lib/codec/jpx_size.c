/*
 * What a JPEG 2000 codestream would need before it is decoded (T.800 annex A): its sizes, and how finely its tiles are cut.
 *
 * OpenJPEG makes room for tiles while it reads the header, and for every precinct, code block and layer of a tile before the first is decoded;
 * a header can ask for thousands of bytes a pixel that way. So the markers are read here first: those of the main header and of each tile-part.
 *
 * What the attacker controls here: all bytes. Whatever the markers say, the worst of them counts for the whole picture.
 */
#include "codec/jpx_parts.h"

enum { SOT = 0xFF90, SOD = 0xFF93, COD = 0xFF52, COC = 0xFF53, MARKER_BYTES = 2, SOT_BYTES = 12, PSOT_END = 10 };

#define TILE_BYTES 6144u /* what OpenJPEG 2.5 keeps of a tile, and of each of its components */
#define COMPONENT_BYTES 1200u
#define CODE_BLOCK_BYTES 640u
#define PRECINCT_BYTES 900u /* of three bands with two trees each */
#define PACKET_BYTES 2u     /* of a precinct in a layer */
#define PLANE_BYTES 10u     /* of a sample: 32 bits twice while a tile is put into the picture, and half as much between */
#define LEVELS_MAX 32

struct codestream {
	uint64_t width, height, components, tiles;
	uint64_t code_blocks, precincts, layers; /* of one component, the worst that was said */
	const struct jpx_limits *limits;
};

static uint64_t divided(uint64_t size, unsigned shift)
{
	return shift >= 63 ? size > 0 : (size + (UINT64_C(1) << shift) - 1) >> shift;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t tiles_along(uint64_t end, uint64_t start, uint64_t size)
{
	return end <= start ? 0 : (end - start + size - 1) / size;
}

/* A.5.1, against the limits. */
static enum sk_status siz_read(struct sk_cursor *c, struct codestream *s, bool *over_limit)
{
	uint64_t x1, y1, x0, y0, tile_x, tile_y, tile_x0, tile_y0;
	sk_cursor_skip(c, 4); /* SOC, SIZ */
	struct sk_cursor siz = sk_cursor_window(c, sk_max(sk_cursor_u16be(c), 2) - 2);
	sk_cursor_skip(&siz, 2); /* Rsiz */
	x1 = sk_cursor_u32be(&siz), y1 = sk_cursor_u32be(&siz), x0 = sk_cursor_u32be(&siz), y0 = sk_cursor_u32be(&siz);
	tile_x = sk_cursor_u32be(&siz), tile_y = sk_cursor_u32be(&siz), tile_x0 = sk_cursor_u32be(&siz), tile_y0 = sk_cursor_u32be(&siz);
	s->components = sk_cursor_u16be(&siz);
	if (siz.status != SK_OK)
		return SK_TRUNCATED;
	if (x1 <= x0 || y1 <= y0 || s->components == 0 || tile_x == 0 || tile_y == 0)
		return SK_MALFORMED;
	s->width = x1 - x0;
	s->height = y1 - y0;
	uint64_t across = tiles_along(x1, tile_x0, tile_x), down = tiles_along(y1, tile_y0, tile_y);
	*over_limit = s->width > s->limits->side || s->height > s->limits->side || s->width * s->height > s->limits->pixels ||
		      s->components > s->limits->components || across > s->limits->tiles || down > s->limits->tiles || across * down > s->limits->tiles;
	s->tiles = across * down;
	return *over_limit ? SK_LIMIT : SK_OK;
}

/* SPcod and SPcoc (tables A.15, A.20): levels, code blocks, precincts when own. */
static void coding_read(struct sk_cursor *c, bool own_precincts, struct codestream *s)
{
	unsigned levels = sk_cursor_u8(c) & 63, block_x = (sk_cursor_u8(c) & 15) + 2, block_y = (sk_cursor_u8(c) & 15) + 2;
	uint64_t precincts = 0, code_blocks = 0;
	sk_cursor_skip(c, 2); /* style, transformation */
	levels = levels > LEVELS_MAX ? LEVELS_MAX : levels;
	for (unsigned i = 0; i <= levels; i++) {
		unsigned sizes = own_precincts ? sk_cursor_u8(c) : 0xFF, x = sizes & 15, y = sizes >> 4, left = levels - i;
		uint64_t width = divided(s->width, left), height = divided(s->height, left), across = divided(width, x), down = divided(height, y);
		precincts += across * down + s->tiles;
		/* a code block is no larger than its precinct */
		code_blocks += divided(width, x < block_x ? x : block_x) * divided(height, y < block_y ? y : block_y) + 3 * s->tiles;
	}
	s->precincts = larger(s->precincts, precincts);
	s->code_blocks = larger(s->code_blocks, code_blocks);
}

/* One marker segment; c stands behind its length. */
static void segment_read(unsigned marker, struct sk_cursor *c, struct codestream *s)
{
	if (marker == COD) {
		unsigned style = sk_cursor_u8(c);
		sk_cursor_skip(c, 1);
		s->layers = larger(s->layers, sk_cursor_u16be(c));
		sk_cursor_skip(c, 1);
		coding_read(c, style & 1, s);
	} else if (marker == COC) {
		sk_cursor_skip(c, s->components < 257 ? 1 : 2);
		unsigned style = sk_cursor_u8(c);
		coding_read(c, style & 1, s);
	}
}

/* Marker segments up to SOT or SOD, which *last then is. False at the end or where none stands. */
static bool segments_read(struct sk_cursor *c, struct codestream *s, unsigned *last)
{
	while (c->status == SK_OK && c->left >= MARKER_BYTES) {
		*last = sk_cursor_u16be(c);
		if (*last == SOT || *last == SOD)
			return true;
		if (*last < 0xFF00)
			return false;
		size_t len = sk_cursor_u16be(c);
		struct sk_cursor segment = sk_cursor_window(c, len < 2 ? 0 : len - 2);
		segment_read(*last, &segment, s);
	}
	return false;
}

/* The headers of the tile-parts; c stands behind the marker SOT of the first (A.4.2). */
static void parts_read(struct sk_cursor *c, struct codestream *s)
{
	unsigned last = SOT;
	while (last == SOT && c->status == SK_OK) {
		sk_cursor_skip(c, 4); /* Lsot, Isot */
		size_t len = sk_cursor_u32be(c), before = c->left;
		sk_cursor_skip(c, 2);
		if (!segments_read(c, s, &last) || last != SOD || len < SOT_BYTES)
			return;
		size_t part = len - PSOT_END, used = before - c->left; /* both from behind Psot */
		sk_cursor_skip(c, part > used ? part - used : 0);
		last = sk_cursor_u16be(c);
	}
}

enum sk_status jpx_size_check(sk_bytes stream, const struct jpx_limits *limits, bool *over_limit)
{
	struct sk_cursor c = sk_cursor_of(stream);
	struct codestream s = {.limits = limits};
	unsigned last;
	SK_TRY(siz_read(&c, &s, over_limit));
	if (segments_read(&c, &s, &last) && last == SOT)
		parts_read(&c, &s);
	/* no product here comes near 2^63: sides have 17 bits, components 14, layers 16, levels 6 */
	uint64_t memory = s.width * s.height * s.components * PLANE_BYTES + s.tiles * (TILE_BYTES + s.components * COMPONENT_BYTES);
	if (memory > limits->memory_max || s.precincts > limits->memory_max || s.code_blocks > limits->memory_max)
		return SK_LIMIT;
	uint64_t cut = s.components * (s.code_blocks * CODE_BLOCK_BYTES + s.precincts * PRECINCT_BYTES);
	if (cut > limits->memory_max || s.components * s.precincts > limits->memory_max / PACKET_BYTES / (s.layers + 1))
		return SK_LIMIT;
	return memory + cut > limits->memory_max ? SK_LIMIT : SK_OK;
}
