/*
 * Sequential Huffman coding of packed blocks.
 *
 * What the attacker controls here: all packed bytes. A block that says too much, too little or a value out of range is refused; what comes
 * out is always a block of the standard.
 */
#include "format/image/jpeg_code.h"

#include "codec/jpeg.h"

#define BLOCK_OUTPUT_MAX 512 /* 64 values of at most 16 + 11 bits, each byte perhaps followed by a zero */
#define END_OF_BLOCK 0x00
#define ZERO_RUN 0xF0 /* sixteen zeros */
#define LAST 63

/* ---- the tables of annex K.3 ---- */

static const uint8_t dc_values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t ac_luminance[] = {
	0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1,
	0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26,
	0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56,
	0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85,
	0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA,
	0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6,
	0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9,
	0xFA};
static const uint8_t ac_chrominance[] = {
	0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42,
	0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19,
	0x1A, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55,
	0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83,
	0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8,
	0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4,
	0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9,
	0xFA};

const struct jpeg_code_table jpeg_code_tables[JPEG_CODE_TABLES] = {
	{{0, 1, 5, 1, 1, 1, 1, 1, 1}, sizeof dc_values, dc_values},
	{{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125}, sizeof ac_luminance, ac_luminance},
	{{0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1}, sizeof dc_values, dc_values},
	{{0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119}, sizeof ac_chrominance, ac_chrominance},
};

/* C.2: codes of one length follow each other; a longer one begins behind them. */
static void codes_make(struct jpeg_codes *codes, const struct jpeg_code_table *table)
{
	uint32_t code = 0;
	unsigned value = 0;
	memset(codes, 0, sizeof *codes);
	for (unsigned length = 1; length <= JPEG_CODE_LENGTHS; length++, code <<= 1)
		for (unsigned i = 0; i < table->counts[length - 1]; i++)
			codes->code[table->values[value++]] = code++ << 8 | length;
	sk_assert(value == table->value_count);
}

bool jpeg_coder_init(struct jpeg_coder *coder, struct sk_arena *arena, enum sk_status (*put)(void *, sk_bytes), void *context)
{
	*coder = (struct jpeg_coder){.put = put, .context = context, .output = sk_arena_raw(arena, JPEG_CODE_OUTPUT), .held_free = 64};
	for (unsigned i = 0; i < JPEG_CODE_TABLES; i++)
		codes_make(&coder->tables[i], &jpeg_code_tables[i]);
	return coder->output != NULL;
}

/* ---- bits ---- */

static void output_flush(struct jpeg_coder *c)
{
	if (c->status == SK_OK && c->used > 0)
		c->status = c->put(c->context, sk_bytes_of(c->output, c->used));
	c->used = 0;
}

/* The coder's bits while a block is coded: a copy, which the compiler keeps in registers because no output byte can be part of it. */
struct bits {
	uint64_t held;
	unsigned free; /* places above, 1 to 64 */
	uint8_t *at;
};

static inline struct bits bits_begin(const struct jpeg_coder *c)
{
	return (struct bits){c->held, c->held_free, c->output + c->used};
}

static inline void bits_end(struct jpeg_coder *c, const struct bits *b)
{
	c->held = b->held;
	c->held_free = b->free;
	c->used = (size_t)(b->at - c->output);
}

/* B.1.1.5: an FF among coded bytes is followed by a zero. */
static inline void byte_put(struct bits *b, uint8_t byte)
{
	*b->at++ = byte;
	if (byte == 0xFF)
		*b->at++ = 0;
}

static void word_put(struct bits *b, uint64_t word)
{
	for (unsigned shift = 64; shift > 0; shift -= 8)
		byte_put(b, (uint8_t)(word >> (shift - 8)));
}

/* count bits, at most 31; there is room in the output. */
static inline void bits_put(struct bits *b, uint32_t bits, unsigned count)
{
	if (SK_LIKELY(count < b->free)) {
		b->held = b->held << count | bits;
		b->free -= count;
		return;
	}
	unsigned over = count - b->free;
	uint64_t word = b->held << b->free | bits >> over;
	b->held = bits;
	b->free = 64 - over;
	if (SK_LIKELY((word & 0x8080808080808080u & ~(word + 0x0101010101010101u)) == 0)) { /* no byte of it is FF */
		uint64_t big = __builtin_bswap64(word);
		memcpy(b->at, &big, sizeof big);
		b->at += sizeof big;
		return;
	}
	word_put(b, word);
}

static inline void code_put(struct bits *b, uint32_t code)
{
	bits_put(b, code >> 8, code & 0xFF);
}

/* F.1.2.1.1: a value as its code for run and size, and its lowest bits, those of one less when it is negative. */
static inline void value_put(struct bits *b, const struct jpeg_codes *codes, unsigned run, int value)
{
	int sign = value >> 31;
	unsigned magnitude = (unsigned)((value ^ sign) - sign);
	unsigned size = magnitude == 0 ? 0 : 32 - (unsigned)__builtin_clz(magnitude);
	uint32_t code = codes->code[run << 4 | size], low = (unsigned)(value + sign) & ((1u << size) - 1);
	bits_put(b, code >> 8 << size | low, (code & 0xFF) + size);
}

enum sk_status jpeg_code_end(struct jpeg_coder *coder)
{
	if (JPEG_CODE_OUTPUT - coder->used < BLOCK_OUTPUT_MAX)
		output_flush(coder);
	struct bits b = bits_begin(coder);
	unsigned filler = b.free % 8;
	b.held = b.held << filler | ((1u << filler) - 1);
	for (unsigned count = 64 - b.free + filler; count > 0; count -= 8)
		byte_put(&b, (uint8_t)(b.held >> (count - 8)));
	b.free = 64;
	bits_end(coder, &b);
	output_flush(coder);
	return coder->status;
}

/* ---- blocks ---- */

void jpeg_code_filler(struct jpeg_coder *coder, bool chrominance)
{
	if (SK_UNLIKELY(JPEG_CODE_OUTPUT - coder->used < BLOCK_OUTPUT_MAX))
		output_flush(coder);
	struct bits b = bits_begin(coder);
	value_put(&b, &coder->tables[chrominance ? 2 : 0], 0, 0);
	code_put(&b, coder->tables[chrominance ? 3 : 1].code[END_OF_BLOCK]);
	bits_end(coder, &b);
}

/* One value of a block; 0 when it is none. */
static inline int value_take(const uint8_t **at)
{
	int value = (int8_t)*(*at)++;
	if (SK_LIKELY(value != JPEG_PACKED_WIDE))
		return value;
	int16_t wide;
	memcpy(&wide, *at, sizeof wide);
	*at += sizeof wide;
	return wide >= -JPEG_COEFFICIENT_MAX && wide <= JPEG_COEFFICIENT_MAX ? wide : 0;
}

/* There are JPEG_PACKED_MAX bytes to look at; how many of them are the block's is for the caller to check. */
static size_t block_code(struct jpeg_coder *c, const uint8_t *packed, bool chrominance, int *previous)
{
	const struct jpeg_codes *ac = &c->tables[chrominance ? 3 : 1];
	const uint8_t *at = packed;
	unsigned mask_bytes = *at++, before = 0;
	int16_t dc;
	uint64_t mask;
	if (mask_bytes > sizeof mask)
		return 0;
	memcpy(&dc, at, sizeof dc);
	at += sizeof dc;
	memcpy(&mask, at, sizeof mask);
	mask &= mask_bytes == sizeof mask ? ~(uint64_t)0 : ((uint64_t)1 << 8 * mask_bytes) - 1;
	at += mask_bytes;
	if ((mask & 1) != 0 || dc < JPEG_DC_MIN || dc > JPEG_COEFFICIENT_MAX)
		return 0;
	struct bits b = bits_begin(c);
	value_put(&b, &c->tables[chrominance ? 2 : 0], 0, dc - *previous);
	*previous = dc;
	for (; mask != 0; mask &= mask - 1) {
		unsigned index = (unsigned)__builtin_ctzll(mask), run = index - before - 1;
		int value = value_take(&at);
		if (SK_UNLIKELY(value == 0))
			return 0;
		for (; SK_UNLIKELY(run > 15); run -= 16)
			code_put(&b, ac->code[ZERO_RUN]);
		value_put(&b, ac, run, value);
		before = index;
	}
	if (before < LAST)
		code_put(&b, ac->code[END_OF_BLOCK]);
	bits_end(c, &b);
	return (size_t)(at - packed);
}

/* The last bytes of a piece: zeros stand behind them. */
static __attribute__((noinline)) size_t ending_code(struct jpeg_coder *coder, sk_bytes packed, bool chrominance, int *previous)
{
	uint8_t last[JPEG_PACKED_MAX] = {0};
	if (packed.len > 0)
		memcpy(last, packed.at, packed.len);
	size_t taken = block_code(coder, last, chrominance, previous);
	return taken <= packed.len ? taken : 0;
}

size_t jpeg_code_block(struct jpeg_coder *coder, sk_bytes packed, bool chrominance, int *previous)
{
	if (SK_UNLIKELY(JPEG_CODE_OUTPUT - coder->used < BLOCK_OUTPUT_MAX))
		output_flush(coder);
	if (SK_LIKELY(packed.len >= JPEG_PACKED_MAX))
		return block_code(coder, packed.at, chrominance, previous);
	return ending_code(coder, packed, chrominance, previous);
}
