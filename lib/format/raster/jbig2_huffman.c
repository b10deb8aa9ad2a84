/*
 * Huffman tables of JBIG2 (T.88 annex B): the fifteen of the standard, and those that come in table segments.
 *
 * What the attacker controls here: lengths of codes and ranges. A set of lengths that no tree has still decodes to something within the
 * table: a code is looked up by its length and place, both held against counts.
 */
#include "format/raster/jbig2.h"

/* The next 32 bits; zeros behind the end. */
static uint32_t peek(const struct jbig2_bits *b)
{
	uint64_t held = 0;
	size_t byte = b->at >> 3;
	for (size_t i = 0; i < 5; i++)
		held = held << 8 | (byte + i < b->in.len ? b->in.at[byte + i] : 0u);
	return (uint32_t)(held >> (8 - (b->at & 7)));
}

static void pass(struct jbig2_bits *b, unsigned count)
{
	b->at += count;
	b->over |= b->at > b->in.len * 8;
}

uint32_t jbig2_take(struct jbig2_bits *b, unsigned count)
{
	uint32_t held = peek(b);
	pass(b, count);
	return count == 0 ? 0 : held >> (32 - count);
}

void jbig2_align(struct jbig2_bits *b)
{
	b->at = (b->at + 7) & ~(size_t)7;
}

sk_bytes jbig2_rest(const struct jbig2_bits *b)
{
	return sk_bytes_slice(b->in, sk_min(b->at >> 3, b->in.len), b->in.len);
}

void jbig2_skip_bytes(struct jbig2_bits *b, size_t bytes)
{
	size_t left = jbig2_rest(b).len;
	b->over |= bytes > left;
	b->at += sk_min(bytes, left) * 8;
}

enum sk_status jbig2_table_make(struct jbig2 *j, const struct jbig2_line *lines, size_t count, struct jbig2_table *table)
{
	uint64_t code = 0;
	uint32_t placed = 0;
	*table = (struct jbig2_table){.lines = lines, .order = jbig2_array(j, count, sizeof *table->order)};
	if (table->order == NULL)
		return SK_LIMIT;
	SK_TRY(jbig2_work(j, count * 2));
	for (size_t i = 0; i < count; i++)
		if (lines[i].prefix_len > JBIG2_PREFIX_MAX)
			return SK_MALFORMED;
		else if (lines[i].prefix_len > 0)
			table->count[lines[i].prefix_len]++;
	for (unsigned len = 1; len <= JBIG2_PREFIX_MAX; len++) {
		code = (code + table->count[len - 1]) << 1;
		table->first[len] = (uint32_t)code;
		table->start[len] = placed;
		placed += table->count[len];
		if (table->count[len] > 0)
			table->longest = len;
		if (table->count[len] > 0 && code + table->count[len] > UINT64_C(1) << len)
			return SK_MALFORMED; /* more codes than that length has */
	}
	uint32_t next[JBIG2_PREFIX_MAX + 1];
	memcpy(next, table->start, sizeof next);
	for (size_t i = 0; i < count; i++)
		if (lines[i].prefix_len > 0)
			table->order[next[lines[i].prefix_len]++] = (uint32_t)i;
	return SK_OK;
}

enum jbig2_decoded jbig2_table_decode(const struct jbig2_table *table, struct jbig2_bits *bits, int64_t *value)
{
	uint32_t held = peek(bits);
	for (unsigned len = 1; len <= table->longest; len++) {
		uint32_t code = held >> (32 - len);
		if (code < table->first[len] || code - table->first[len] >= table->count[len])
			continue;
		pass(bits, len);
		const struct jbig2_line *line = &table->lines[table->order[table->start[len] + (code - table->first[len])]];
		int64_t offset = jbig2_take(bits, line->range_len);
		*value = line->lower ? line->low - offset : line->low + offset;
		return line->out_of_band ? JBIG2_OUT_OF_BAND : JBIG2_VALUE;
	}
	return JBIG2_NO_CODE;
}

/* ---- B.2 ---- */

enum sk_status jbig2_table_read(struct jbig2 *j, sk_bytes in, struct jbig2_table *table)
{
	struct sk_cursor c = sk_cursor_of(in);
	unsigned flags = sk_cursor_u8(&c), prefix_bits = (flags >> 1 & 7) + 1, range_bits = (flags >> 4 & 7) + 1;
	int32_t lowest = (int32_t)sk_cursor_u32be(&c), highest = (int32_t)sk_cursor_u32be(&c);
	int64_t low = lowest;
	struct jbig2_bits bits = {.in = sk_bytes_of(c.at, c.left)};
	size_t most = bits.in.len * 8 / (prefix_bits + range_bits) + 4, count = 0;
	if (c.status != SK_OK || lowest > highest || lowest == INT32_MIN)
		return SK_MALFORMED;
	struct jbig2_line *lines = jbig2_array(j, most, sizeof *lines);
	if (lines == NULL)
		return SK_LIMIT;
	SK_TRY(jbig2_work(j, most));
	while (low < highest && !bits.over && count + 3 < most) {
		lines[count].prefix_len = (uint8_t)jbig2_take(&bits, prefix_bits);
		lines[count].range_len = (uint8_t)jbig2_take(&bits, range_bits);
		lines[count].low = (int32_t)low;
		if (lines[count].range_len > 32)
			return SK_MALFORMED;
		low += (int64_t)1 << lines[count++].range_len;
	}
	if (low < highest)
		return SK_MALFORMED;
	lines[count++] = (struct jbig2_line){.prefix_len = (uint8_t)jbig2_take(&bits, prefix_bits), .range_len = 32, .lower = true, .low = lowest - 1};
	lines[count++] = (struct jbig2_line){.prefix_len = (uint8_t)jbig2_take(&bits, prefix_bits), .range_len = 32, .low = low > INT32_MAX ? INT32_MAX : (int32_t)low};
	if ((flags & 1) != 0)
		lines[count++] = (struct jbig2_line){.prefix_len = (uint8_t)jbig2_take(&bits, prefix_bits), .out_of_band = true};
	return bits.over ? SK_TRUNCATED : jbig2_table_make(j, lines, count, table);
}

/* ---- B.5 ---- */

#define L(prefix, range, low) {prefix, range, false, false, low}
#define LOWER(prefix, low) {prefix, 32, true, false, low}
#define UPPER(prefix, low) {prefix, 32, false, false, low}
#define OUT(prefix) {prefix, 0, false, true, 0}

/* clang-format off */
static const struct jbig2_line
b1[] = {L(1, 4, 0), L(2, 8, 16), L(3, 16, 272), UPPER(3, 65808)},
b2[] = {L(1, 0, 0), L(2, 0, 1), L(3, 0, 2), L(4, 3, 3), L(5, 6, 11), UPPER(6, 75), OUT(6)},
b3[] = {L(8, 8, -256), L(1, 0, 0), L(2, 0, 1), L(3, 0, 2), L(4, 3, 3), L(5, 6, 11), LOWER(8, -257), UPPER(7, 75), OUT(6)},
b4[] = {L(1, 0, 1), L(2, 0, 2), L(3, 0, 3), L(4, 3, 4), L(5, 6, 12), UPPER(5, 76)},
b5[] = {L(7, 8, -255), L(1, 0, 1), L(2, 0, 2), L(3, 0, 3), L(4, 3, 4), L(5, 6, 12), LOWER(7, -256), UPPER(6, 76)},
b6[] = {L(5, 10, -2048), L(4, 9, -1024), L(4, 8, -512), L(4, 7, -256), L(5, 6, -128), L(5, 5, -64), L(4, 5, -32), L(2, 7, 0), L(3, 7, 128),
	L(3, 8, 256), L(4, 9, 512), L(4, 10, 1024), LOWER(6, -2049), UPPER(6, 2048)},
b7[] = {L(4, 9, -1024), L(3, 8, -512), L(4, 7, -256), L(5, 6, -128), L(5, 5, -64), L(4, 5, -32), L(4, 5, 0), L(5, 5, 32), L(5, 6, 64),
	L(4, 7, 128), L(3, 8, 256), L(3, 9, 512), L(3, 10, 1024), LOWER(5, -1025), UPPER(5, 2048)},
b8[] = {L(8, 3, -15), L(9, 1, -7), L(8, 1, -5), L(9, 0, -3), L(7, 0, -2), L(4, 0, -1), L(2, 1, 0), L(5, 0, 2), L(6, 0, 3), L(3, 4, 4),
	L(6, 1, 20), L(4, 4, 22), L(4, 5, 38), L(5, 6, 70), L(5, 7, 134), L(6, 7, 262), L(7, 8, 390), L(6, 10, 646), LOWER(9, -16),
	UPPER(9, 1670), OUT(2)},
b9[] = {L(8, 4, -31), L(9, 2, -15), L(8, 2, -11), L(9, 1, -7), L(7, 1, -5), L(4, 1, -3), L(3, 1, -1), L(3, 1, 1), L(5, 1, 3), L(6, 1, 5),
	L(3, 5, 7), L(6, 2, 39), L(4, 5, 43), L(4, 6, 75), L(5, 7, 139), L(5, 8, 267), L(6, 8, 523), L(7, 9, 779), L(6, 11, 1291),
	LOWER(9, -32), UPPER(9, 3339), OUT(2)},
b10[] = {L(7, 4, -21), L(8, 0, -5), L(7, 0, -4), L(5, 0, -3), L(2, 2, -2), L(5, 0, 2), L(6, 0, 3), L(7, 0, 4), L(8, 0, 5), L(2, 6, 6),
	L(5, 5, 70), L(6, 5, 102), L(6, 6, 134), L(6, 7, 198), L(6, 8, 326), L(6, 9, 582), L(6, 10, 1094), L(7, 11, 2118),
	LOWER(8, -22), UPPER(8, 4166), OUT(2)},
b11[] = {L(1, 0, 1), L(2, 1, 2), L(4, 0, 4), L(4, 1, 5), L(5, 1, 7), L(5, 2, 9), L(6, 2, 13), L(7, 2, 17), L(7, 3, 21), L(7, 4, 29),
	L(7, 5, 45), L(7, 6, 77), UPPER(7, 141)},
b12[] = {L(1, 0, 1), L(2, 0, 2), L(3, 1, 3), L(5, 0, 5), L(5, 1, 6), L(6, 1, 8), L(7, 0, 10), L(7, 1, 11), L(7, 2, 13), L(7, 3, 17),
	L(7, 4, 25), L(8, 5, 41), UPPER(8, 73)},
b13[] = {L(1, 0, 1), L(3, 0, 2), L(4, 0, 3), L(5, 0, 4), L(4, 1, 5), L(3, 3, 7), L(6, 1, 15), L(6, 2, 17), L(6, 3, 21), L(6, 4, 29),
	L(6, 5, 45), L(7, 6, 77), UPPER(7, 141)},
b14[] = {L(3, 0, -2), L(3, 0, -1), L(1, 0, 0), L(3, 0, 1), L(3, 0, 2)},
b15[] = {L(7, 4, -24), L(6, 2, -8), L(5, 1, -4), L(4, 0, -2), L(3, 0, -1), L(1, 0, 0), L(3, 0, 1), L(4, 0, 2), L(5, 1, 3), L(6, 2, 5),
	L(7, 4, 9), LOWER(7, -25), UPPER(7, 25)};

static const struct {
	const struct jbig2_line *lines;
	size_t count;
} standard[] = {
#define TABLE(name) {name, SK_COUNT(name)}
	TABLE(b1), TABLE(b2), TABLE(b3), TABLE(b4), TABLE(b5), TABLE(b6), TABLE(b7), TABLE(b8), TABLE(b9), TABLE(b10), TABLE(b11), TABLE(b12),
	TABLE(b13), TABLE(b14), TABLE(b15),
};
/* clang-format on */

enum sk_status jbig2_tables_make(struct jbig2 *j)
{
	for (size_t i = 0; i < SK_COUNT(standard) && j->standard[i] == NULL; i++) {
		struct jbig2_table *made = jbig2_array(j, 1, sizeof *made);
		if (made == NULL)
			return SK_LIMIT;
		SK_TRY(jbig2_table_make(j, standard[i].lines, standard[i].count, made));
		j->standard[i] = made;
	}
	return SK_OK;
}

enum sk_status jbig2_table_standard(struct jbig2 *j, unsigned number, const struct jbig2_table **table)
{
	sk_assert(number >= 1 && number <= SK_COUNT(standard));
	SK_TRY(jbig2_tables_make(j));
	*table = j->standard[number - 1];
	return SK_OK;
}
