/*
 * Pixels to a PNG (ISO/IEC 15948): a head, the rows, an end, and no other chunk. What the attacker controls: the pixels.
 */
#include "sanitize/preview.h"

#include <stdlib.h>

#include "codec/deflate.h"

enum { FILTER_NONE, FILTER_SUB, FILTER_UP };

/* How many bytes of a row equal the one that a filter would take them from. */
static size_t equals(const uint8_t *row, const uint8_t *other, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += row[i] == other[i];
	return count;
}

/* Text and drawings are runs of the same, which deflate finds unfiltered; tones are near to what is beside or above. */
static unsigned choose(const uint8_t *row, const uint8_t *above, size_t len, size_t parts)
{
	uint64_t sub = 0, up = 0;

	if (above != NULL && memcmp(row, above, len) == 0)
		return FILTER_UP;
	if (len <= parts || equals(row + parts, row, len - parts) * 2 > len)
		return FILTER_NONE;
	for (size_t i = parts; i < len; i++) {
		sub += (uint64_t)abs((int8_t)(row[i] - row[i - parts]));
		up += above != NULL ? (uint64_t)abs((int8_t)(row[i] - above[i])) : 128;
	}
	return sub <= up ? FILTER_SUB : FILTER_UP;
}

static void filter(uint8_t *to, const uint8_t *row, const uint8_t *above, size_t len, size_t parts)
{
	unsigned kind = choose(row, above, len, parts);

	*to++ = (uint8_t)kind;
	for (size_t i = 0; i < len; i++) {
		uint8_t from = kind == FILTER_UP ? above[i] : kind == FILTER_SUB && i >= parts ? row[i - parts] : 0;
		to[i] = (uint8_t)(row[i] - from);
	}
}

static void put_chunk(struct sk_buf *to, const char *name, sk_bytes content)
{
	sk_buf_u32be(to, (uint32_t)content.len);
	size_t start = to->len;
	sk_buf_str(to, name);
	sk_buf_put(to, content);
	if (to->status == SK_OK)
		sk_buf_u32be(to, deflate_crc32(0, sk_bytes_of(to->at + start, to->len - start)));
}

static void put_head(struct sk_buf *to, const struct sheet *s)
{
	uint8_t room[13];
	struct sk_buf head;

	sk_buf_fixed(&head, room, sizeof room);
	sk_buf_u32be(&head, s->columns);
	sk_buf_u32be(&head, s->rows);
	sk_buf_u8(&head, 8);
	sk_buf_u8(&head, s->parts == 3 ? 2 : 0); /* truecolour or greyscale */
	sk_buf_u8(&head, 0);
	sk_buf_u8(&head, 0);
	sk_buf_u8(&head, 0);
	sk_buf_put(to, SK_BYTES("\x89PNG\r\n\x1a\n"));
	put_chunk(to, "IHDR", sk_buf_bytes(&head));
}

uint8_t *preview_png(const struct sheet *s, size_t *len)
{
	size_t row = (size_t)s->columns * s->parts, lines_len = (row + 1) * s->rows; /* bounded by sheet_size */
	size_t packed_max = deflate_bound(DEFLATE_ZLIB, lines_len), room = packed_max + 256;
	uint8_t *lines = malloc(lines_len + 1), *packed = malloc(packed_max), *png = malloc(room);
	struct sk_buf to;

	*len = 0;
	if (lines != NULL && packed != NULL && png != NULL) {
		for (uint32_t y = 0; y < s->rows; y++) {
			const uint8_t *at = s->pixels.at + row * y;
			filter(lines + (row + 1) * y, at, y > 0 ? at - row : NULL, row, s->parts);
		}
		size_t packed_len = deflate_pages(sk_bytes_of(lines, lines_len), packed, packed_max);
		sk_buf_fixed(&to, png, room);
		put_head(&to, s);
		put_chunk(&to, "IDAT", sk_bytes_of(packed, packed_len));
		put_chunk(&to, "IEND", SK_BYTES(""));
		*len = packed_len > 0 && to.status == SK_OK ? to.len : 0;
	}
	free(lines);
	free(packed);
	if (*len > 0)
		return png;
	free(png);
	return NULL;
}
