/* A slow encoder of JBIG2 for tests. */
#include "format/raster/jbig2_encode_test.h"

void enc_begin(struct enc *e, struct sk_buf *to)
{
	memset(e, 0, sizeof *e);
	e->to = to;
	e->interval = 0x8000;
	e->left = 12;
	e->byte = -1;
}

static void put(struct enc *e, unsigned bits)
{
	if (e->byte >= 0)
		sk_buf_u8(e->to, (uint8_t)e->byte);
	e->byte = (int)(e->code >> (27 - bits));
	e->code &= (1u << (27 - bits)) - 1;
	e->left = bits;
}

static void byte_out(struct enc *e)
{
	if (e->byte == 0xFF) {
		put(e, 7);
		return;
	}
	if (e->code >= 0x8000000) {
		e->byte++;
		e->code &= 0x7FFFFFF;
	}
	put(e, e->byte == 0xFF ? 7 : 8);
}

void enc_bit(struct enc *e, uint8_t *context, unsigned bit)
{
	struct jbig2_estimate row = jbig2_estimates[*context];
	row.probability >>= 16;
	e->interval -= row.probability;
	if (bit == (*context & 1)) {
		if ((e->interval & 0x8000) != 0) {
			e->code += row.probability;
			return;
		}
		if (e->interval < row.probability)
			e->interval = row.probability;
		else
			e->code += row.probability;
		*context = row.more;
	} else {
		if (e->interval < row.probability)
			e->code += row.probability;
		else
			e->interval = row.probability;
		*context = row.less;
	}
	do {
		e->interval <<= 1;
		e->code <<= 1;
		if (--e->left == 0)
			byte_out(e);
	} while ((e->interval & 0x8000) == 0);
}

void enc_end(struct enc *e)
{
	uint32_t most = e->code + e->interval;
	e->code |= 0xFFFF;
	if (e->code >= most)
		e->code -= 0x8000;
	e->code <<= e->left;
	byte_out(e);
	e->code <<= e->left;
	byte_out(e);
	if (e->byte != 0xFF)
		sk_buf_u8(e->to, (uint8_t)e->byte);
	sk_buf_u8(e->to, 0xFF);
	sk_buf_u8(e->to, 0xAC);
}

static void integer_bit(struct enc *e, uint8_t *contexts, uint32_t *before, unsigned bit)
{
	enc_bit(e, &contexts[*before], bit);
	*before = *before < 256 ? *before << 1 | bit : (((*before << 1) | bit) & 511) | 256;
}

static void integer(struct enc *e, uint8_t *contexts, bool negative, uint64_t size)
{
	static const struct {
		uint64_t first;
		unsigned bits;
	} ranges[] = {{0, 2}, {4, 4}, {20, 6}, {84, 8}, {340, 12}, {4436, 32}};
	uint32_t before = 1;
	size_t range = 0;
	integer_bit(e, contexts, &before, negative);
	while (range < 5 && size >= ranges[range + 1].first) {
		integer_bit(e, contexts, &before, 1);
		range++;
	}
	if (range < 5)
		integer_bit(e, contexts, &before, 0);
	for (unsigned i = ranges[range].bits; i-- > 0;)
		integer_bit(e, contexts, &before, (size - ranges[range].first) >> i & 1);
}

void enc_integer(struct enc *e, enum jbig2_integer which, int64_t value)
{
	integer(e, e->integers[which], value < 0, (uint64_t)(value < 0 ? -value : value));
}

void enc_out_of_band(struct enc *e, enum jbig2_integer which)
{
	integer(e, e->integers[which], true, 0);
}

void enc_identifier(struct enc *e, uint32_t id, unsigned len)
{
	uint32_t before = 1;
	for (unsigned i = len; i-- > 0;) {
		enc_bit(e, &e->identifiers[before], id >> i & 1);
		before = before << 1 | (id >> i & 1);
	}
}

/* Figures 3 to 6: the pixels of the context from its highest bit; 100 + i stands for adaptive pixel i. */
static const int8_t templates[4][16][2] = {
	{{103, 0}, {-1, -2}, {0, -2}, {1, -2}, {102, 0}, {101, 0}, {-2, -1}, {-1, -1}, {0, -1}, {1, -1}, {2, -1}, {100, 0}, {-4, 0}, {-3, 0}, {-2, 0}, {-1, 0}},
	{{-1, -2}, {0, -2}, {1, -2}, {2, -2}, {-2, -1}, {-1, -1}, {0, -1}, {1, -1}, {2, -1}, {100, 0}, {-3, 0}, {-2, 0}, {-1, 0}},
	{{-1, -2}, {0, -2}, {1, -2}, {-2, -1}, {-1, -1}, {0, -1}, {1, -1}, {100, 0}, {-2, 0}, {-1, 0}},
	{{-3, -1}, {-2, -1}, {-1, -1}, {0, -1}, {1, -1}, {100, 0}, {-4, 0}, {-3, 0}, {-2, 0}, {-1, 0}},
};
static const unsigned template_sizes[4] = {16, 13, 10, 10}, template_typical[4] = {0x9B25, 0x0795, 0x00E5, 0x0195};

void enc_generic(struct enc *e, const struct raster_bits *bits, unsigned kind, const struct jbig2_at *at, bool typical, const struct raster_bits *skip)
{
	unsigned same_before = 0;
	for (int64_t y = 0; y < bits->height; y++) {
		unsigned same = 1;
		for (int64_t x = 0; x < bits->width; x++)
			same &= jbig2_pixel(bits, x, y) == jbig2_pixel(bits, x, y - 1);
		if (typical)
			enc_bit(e, &e->contexts[template_typical[kind]], same ^ same_before);
		same_before = same;
		for (int64_t x = 0; x < bits->width && !(typical && same); x++) {
			unsigned context = 0;
			for (unsigned i = 0; i < template_sizes[kind]; i++) {
				const int8_t *p = templates[kind][i];
				int64_t dx = p[0] >= 100 ? at[p[0] - 100].x : p[0], dy = p[0] >= 100 ? at[p[0] - 100].y : p[1];
				context = context << 1 | jbig2_pixel(bits, x + dx, y + dy);
			}
			if (skip == NULL || jbig2_pixel(skip, x, y) == 0)
				enc_bit(e, &e->contexts[context], jbig2_pixel(bits, x, y));
		}
	}
}

/* Figures 12 and 13, from the lowest bit: pixels of the picture, then of the reference; 100 and 101 are adaptive. */
static const struct {
	bool reference;
	int8_t x, y;
} pixels_0[13] = {{false, -1, 0}, {false, 1, -1}, {false, 0, -1}, {false, 100, 0}, {true, 1, 1}, {true, 0, 1}, {true, -1, 1}, {true, 1, 0},
		  {true, 0, 0}, {true, -1, 0}, {true, 1, -1}, {true, 0, -1}, {true, 101, 0}},
  pixels_1[10] = {{false, -1, 0}, {false, 1, -1}, {false, 0, -1}, {false, -1, -1}, {true, 1, 1}, {true, 0, 1}, {true, 1, 0}, {true, 0, 0},
		  {true, -1, 0}, {true, 0, -1}};

/* True when the nine pixels of the reference around are equal: its value is *value. */
static bool all_equal(const struct raster_bits *reference, int64_t x, int64_t y, unsigned *value)
{
	*value = jbig2_pixel(reference, x, y);
	for (int dy = -1; dy <= 1; dy++)
		for (int dx = -1; dx <= 1; dx++)
			if (jbig2_pixel(reference, x + dx, y + dy) != *value)
				return false;
	return true;
}

void enc_refine(struct enc *e, const struct raster_bits *bits, const struct raster_bits *reference, int64_t dx, int64_t dy, unsigned kind,
		const struct jbig2_at *at, bool typical)
{
	unsigned before = 0, value;
	for (int64_t y = 0; y < bits->height; y++) {
		unsigned can = typical;
		for (int64_t x = 0; x < bits->width; x++)
			if (all_equal(reference, x - dx, y - dy, &value) && value != jbig2_pixel(bits, x, y))
				can = 0;
		if (typical)
			enc_bit(e, &e->refinement[kind == 0 ? 0x100 : 0x80], can ^ before);
		before = can;
		for (int64_t x = 0; x < bits->width; x++) {
			unsigned context = 0, count = kind == 0 ? 13 : 10;
			if (can != 0 && all_equal(reference, x - dx, y - dy, &value))
				continue;
			for (unsigned i = 0; i < count; i++) {
				bool other = kind == 0 ? pixels_0[i].reference : pixels_1[i].reference;
				int px = kind == 0 ? pixels_0[i].x : pixels_1[i].x, py = kind == 0 ? pixels_0[i].y : pixels_1[i].y;
				if (px >= 100) {
					py = at[px - 100].y;
					px = at[px - 100].x;
				}
				context |= (other ? jbig2_pixel(reference, x - dx + px, y - dy + py) : jbig2_pixel(bits, x + px, y + py)) << i;
			}
			enc_bit(e, &e->refinement[context], jbig2_pixel(bits, x, y));
		}
	}
}

void enc_segment(struct sk_buf *to, uint32_t number, unsigned type, unsigned page, const uint8_t *references, unsigned count, sk_bytes content)
{
	sk_buf_u32be(to, number);
	sk_buf_u8(to, (uint8_t)type);
	sk_buf_u8(to, (uint8_t)(count << 5));
	sk_buf_put(to, sk_bytes_of(references, count));
	sk_buf_u8(to, (uint8_t)page);
	sk_buf_u32be(to, (uint32_t)content.len);
	sk_buf_put(to, content);
}

void enc_page(struct sk_buf *to, uint32_t width, uint32_t height, unsigned flags, unsigned striping)
{
	uint8_t memory[19];
	struct sk_buf content;
	sk_buf_fixed(&content, memory, sizeof memory);
	sk_buf_u32be(&content, width);
	sk_buf_u32be(&content, height);
	sk_buf_u64le(&content, 0);
	sk_buf_u8(&content, (uint8_t)flags);
	sk_buf_u16be(&content, (uint16_t)striping);
	enc_segment(to, 0, 48, 1, NULL, 0, sk_buf_bytes(&content));
}

void enc_region(struct sk_buf *to, uint32_t width, uint32_t height, int32_t x, int32_t y, enum jbig2_operator operator)
{
	sk_buf_u32be(to, width);
	sk_buf_u32be(to, height);
	sk_buf_u32be(to, (uint32_t)x);
	sk_buf_u32be(to, (uint32_t)y);
	sk_buf_u8(to, (uint8_t)operator);
}
