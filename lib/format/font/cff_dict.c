/*
 * CFF: INDEXes and DICTs, read and written (Adobe TN 5176, clauses 4 and 5).
 *
 * What the attacker controls here: counts, sizes of offsets, offsets, and operands of any number and spelling.
 */
#include "format/font/cff_parts.h"

#define DIGITS_MAX 9
#define EXPONENT_MAX 60

enum sk_status cff_index_read(sk_bytes program, size_t at, struct cff_index *index, size_t *end)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(program, at, program.len));
	uint32_t last = 0;

	*index = (struct cff_index){.count = sk_cursor_u16be(&c)};
	if (c.status != SK_OK)
		return c.status;
	if (index->count == 0) {
		*end = at + 2;
		return SK_OK;
	}
	index->offset_size = sk_cursor_u8(&c);
	if (index->offset_size < 1 || index->offset_size > 4)
		return SK_MALFORMED;
	index->offsets = sk_cursor_take(&c, ((size_t)index->count + 1) * index->offset_size);
	if (c.status != SK_OK)
		return c.status;
	for (size_t i = index->offsets.len - index->offset_size; i < index->offsets.len; i++)
		last = last << 8 | index->offsets.at[i];
	if (last == 0)
		return SK_MALFORMED;
	/* the last may be cut: what is there is there */
	index->bodies = sk_cursor_take(&c, sk_min(last - 1, c.left));
	*end = at + c.offset;
	return SK_OK;
}

static uint32_t offset_at(const struct cff_index *index, uint32_t item)
{
	uint32_t offset = 0;

	for (size_t i = 0; i < index->offset_size; i++)
		offset = offset << 8 | index->offsets.at[(size_t)item * index->offset_size + i];
	return offset;
}

sk_bytes cff_index_item(const struct cff_index *index, uint32_t item)
{
	uint32_t from, to;

	if (item >= index->count)
		return (sk_bytes){NULL, 0};
	from = offset_at(index, item);
	to = offset_at(index, item + 1);
	if (from == 0 || to <= from)
		return (sk_bytes){NULL, 0};
	return sk_bytes_slice(index->bodies, from - 1, to - from);
}

unsigned cff_index_begin(struct sk_buf *out, uint32_t count, size_t bodies)
{
	unsigned size = bodies < 0xFF ? 1 : bodies < 0xFFFF ? 2 : bodies < 0xFFFFFF ? 3 : 4;

	sk_buf_u16be(out, (uint16_t)count);
	if (count == 0)
		return size;
	sk_buf_u8(out, (uint8_t)size);
	cff_index_offset(out, size, 0);
	return size;
}

void cff_index_offset(struct sk_buf *out, unsigned offset_size, size_t end)
{
	for (unsigned shift = offset_size * 8; shift > 0; shift -= 8)
		sk_buf_u8(out, (uint8_t)((end + 1) >> (shift - 8)));
}

void cff_index_one(struct sk_buf *out, sk_bytes item)
{
	unsigned size = cff_index_begin(out, 1, item.len);

	cff_index_offset(out, size, item.len);
	sk_buf_put(out, item);
}

/* ---- numbers ---- */

/* A mantissa of at most nine digits in its one form; 0 when it is too large or too small. */
static struct cff_number settle(int64_t mantissa, int32_t exponent)
{
	while (mantissa != 0 && mantissa % 10 == 0 && exponent < 0)
		mantissa /= 10, exponent++;
	while (mantissa >= INT32_MIN && mantissa <= INT32_MAX && mantissa != 0 && exponent > 0)
		mantissa *= 10, exponent--;
	if (mantissa < INT32_MIN || mantissa > INT32_MAX || mantissa == 0 || exponent < -EXPONENT_MAX)
		return (struct cff_number){0, 0};
	return (struct cff_number){(int32_t)mantissa, exponent};
}

/* Real numbers: half bytes for digits, the point, the exponent and the end. Digits after the ninth that counts are cut. */
static struct cff_number real(struct sk_cursor *c)
{
	int64_t mantissa = 0;
	int32_t exponent = 0, scale = 0, digits = 0;
	bool negative = false, point = false, powers = false, down = false;

	while (c->status == SK_OK) {
		uint8_t pair = sk_cursor_u8(c);
		for (int half = 4; half >= 0; half -= 4) {
			unsigned nibble = (pair >> half) & 15;
			if (nibble == 15) {
				return settle(negative ? -mantissa : mantissa, scale + (down ? -exponent : exponent));
			}
			if (nibble == 14)
				negative = true;
			else if (nibble == 10)
				point = true;
			else if (nibble == 11 || nibble == 12)
				powers = true, down = nibble == 12;
			else if (nibble < 10 && powers)
				exponent = (int32_t)sk_min((size_t)exponent * 10 + nibble, 1000);
			else if (nibble < 10 && digits < DIGITS_MAX) {
				mantissa = mantissa * 10 + nibble;
				digits += mantissa != 0;
				scale -= point && scale > -1000;
			} else if (nibble < 10)
				scale += !point && scale < 1000;
		}
	}
	return (struct cff_number){0, 0};
}

static bool number(struct sk_cursor *c, uint8_t first, struct cff_number *to)
{
	int32_t value;

	if (first == 30) {
		*to = real(c);
		return c->status == SK_OK;
	}
	if (first == 28)
		value = (int16_t)sk_cursor_u16be(c);
	else if (first == 29)
		value = (int32_t)sk_cursor_u32be(c);
	else if (first >= 32 && first <= 246)
		value = first - 139;
	else if (first >= 247 && first <= 250)
		value = (first - 247) * 256 + sk_cursor_u8(c) + 108;
	else if (first >= 251 && first <= 254)
		value = -(first - 251) * 256 - sk_cursor_u8(c) - 108;
	else
		return false;
	*to = (struct cff_number){value, 0};
	return c->status == SK_OK;
}

bool cff_dict_next(struct sk_cursor *c, struct cff_entry *entry)
{
	entry->count = 0;
	while (c->left > 0) {
		uint8_t first = sk_cursor_u8(c);
		if (first <= 21) {
			entry->op = first == 12 ? CFF_ESCAPE((unsigned)sk_cursor_u8(c)) : first;
			return c->status == SK_OK;
		}
		if (entry->count == CFF_OPERANDS || !number(c, first, &entry->numbers[entry->count]))
			return false;
		entry->count++;
	}
	return false;
}

int32_t cff_dict_integer(const struct cff_entry *entry, unsigned i, int32_t fallback)
{
	return i < entry->count && entry->numbers[i].exponent == 0 ? entry->numbers[i].mantissa : fallback;
}

bool font_number_read(sk_bytes text, struct cff_number *to)
{
	int64_t mantissa = 0;
	int32_t scale = 0, digits = 0, exponent = 0;
	bool negative = text.len > 0 && text.at[0] == '-', point = false, down = false, any = false;
	size_t i = negative || (text.len > 0 && text.at[0] == '+');

	for (; i < text.len && (text.at[i] == '.' || (text.at[i] >= '0' && text.at[i] <= '9')); i++) {
		if (text.at[i] == '.') {
			if (point)
				return false;
			point = true;
			continue;
		}
		any = true;
		if (digits == DIGITS_MAX) {
			scale += !point && scale < 1000;
			continue;
		}
		mantissa = mantissa * 10 + (text.at[i] - '0');
		digits += mantissa != 0;
		scale -= point && scale > -1000;
	}
	if (any && i < text.len && (text.at[i] | 0x20) == 'e') {
		down = ++i < text.len && text.at[i] == '-';
		for (i += down; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++)
			exponent = (int32_t)sk_min((size_t)exponent * 10 + (size_t)(text.at[i] - '0'), 1000);
	}
	*to = settle(negative ? -mantissa : mantissa, scale + (down ? -exponent : exponent));
	return any && i == text.len;
}

/* ---- writing ---- */

static void put_integer(struct sk_buf *out, int32_t value)
{
	if (value >= -107 && value <= 107) {
		sk_buf_u8(out, (uint8_t)(value + 139));
	} else if (value >= 108 && value <= 1131) {
		sk_buf_u16be(out, (uint16_t)((247 << 8) + value - 108));
	} else if (value <= -108 && value >= -1131) {
		sk_buf_u16be(out, (uint16_t)((251 << 8) - value - 108));
	} else if (value >= INT16_MIN && value <= INT16_MAX) {
		sk_buf_u8(out, 28);
		sk_buf_u16be(out, (uint16_t)value);
	} else {
		sk_buf_u8(out, 29);
		sk_buf_u32be(out, (uint32_t)value);
	}
}

/* "0.001": a fraction with its zeros, as all writers spell it. */
static size_t fraction(struct cff_number number, char text[2 * EXPONENT_MAX])
{
	uint8_t digits[12];
	size_t count = 0, len = 0, point = (size_t)-number.exponent;
	uint32_t left = number.mantissa < 0 ? 0 - (uint32_t)number.mantissa : (uint32_t)number.mantissa;

	for (; left > 0; left /= 10)
		digits[len++] = (uint8_t)(left % 10);
	if (number.mantissa < 0)
		text[count++] = '-';
	for (size_t place = sk_max(len, point + 1); place > 0; place--) {
		if (place == point)
			text[count++] = '.';
		text[count++] = (char)('0' + (place <= len ? digits[place - 1] : 0));
	}
	return count;
}

void font_number_put(struct sk_buf *out, struct cff_number number)
{
	char text[2 * EXPONENT_MAX];

	if (number.exponent == 0)
		sk_buf_decimal(out, number.mantissa);
	else
		sk_buf_put(out, sk_bytes_of(text, fraction(number, text)));
}

static uint8_t half_byte(char c) { return c == '-' ? 14 : c == '.' ? 10 : (uint8_t)(c - '0'); }

static void put_real(struct sk_buf *out, struct cff_number number)
{
	char text[2 * EXPONENT_MAX];
	size_t count = fraction(number, text);

	sk_buf_u8(out, 30);
	for (size_t i = 0; i <= count; i += 2)
		sk_buf_u8(out, (uint8_t)((i < count ? half_byte(text[i]) : 15) << 4 | (i + 1 < count ? half_byte(text[i + 1]) : 15)));
}

void cff_dict_operator(struct sk_buf *out, unsigned op)
{
	if (op >= CFF_ESCAPE(0u))
		sk_buf_u8(out, 12);
	sk_buf_u8(out, (uint8_t)op);
}

void cff_dict_put(struct sk_buf *out, const struct cff_entry *entry)
{
	for (unsigned i = 0; i < entry->count; i++) {
		if (entry->numbers[i].exponent == 0)
			put_integer(out, entry->numbers[i].mantissa);
		else
			put_real(out, entry->numbers[i]);
	}
	cff_dict_operator(out, entry->op);
}

size_t cff_dict_offset(struct sk_buf *out)
{
	sk_buf_u8(out, 29);
	sk_buf_u32be(out, 0);
	return out->len - 4;
}

void cff_dict_set(struct sk_buf *out, size_t where, size_t value)
{
	if (out->status == SK_OK)
		font_set_u32(out->at + where, (uint32_t)value);
}
