/* The size of a picture whose kind is not rebuilt, from the fields of its header, and an empty picture of that size.
 *
 * The attacker controls all bytes of the picture; what is made of them is two numbers within a range. */
#include "codec/placeholder.h"

#include "codec/deflate.h"

#define UNTOLD_SIDE 16 /* pixels, when the bytes do not tell */
#define SCREEN_DPI 96

struct size {
	uint64_t width, height;
};

static uint64_t magnitude(uint32_t value)
{
	int64_t number = (int32_t)value;
	return (uint64_t)(number < 0 ? -number : number);
}

/* BITMAPINFOHEADER: a negative height means top-down rows. */
static struct size size_bmp(sk_bytes b)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(b, 18, 8));
	uint64_t width = magnitude(sk_cursor_u32le(&c)), height = magnitude(sk_cursor_u32le(&c));
	return (struct size){width, height};
}

/* TIFF 6.0 section 2: ImageWidth (256) and ImageLength (257) of the first directory. */
static struct size size_tiff(sk_bytes b)
{
	bool big = b.at[0] == 'M';
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(b, 4, 4));
	uint32_t at = big ? sk_cursor_u32be(&c) : sk_cursor_u32le(&c);
	c = sk_cursor_of(sk_bytes_slice(b, at, b.len));
	unsigned count = big ? sk_cursor_u16be(&c) : sk_cursor_u16le(&c);
	struct size size = {0, 0};

	for (unsigned i = 0; i < count && c.status == SK_OK; i++) {
		unsigned tag = big ? sk_cursor_u16be(&c) : sk_cursor_u16le(&c);
		unsigned type = big ? sk_cursor_u16be(&c) : sk_cursor_u16le(&c);
		sk_cursor_skip(&c, 4);
		struct sk_cursor value = sk_cursor_window(&c, 4);
		uint32_t number = type == 3 ? (big ? sk_cursor_u16be(&value) : sk_cursor_u16le(&value))
					    : (big ? sk_cursor_u32be(&value) : sk_cursor_u32le(&value));
		if (tag == 256)
			size.width = number;
		else if (tag == 257)
			size.height = number;
	}
	return size;
}

/* Placeable metafile: a box in logical units and how many of them make an inch ([MS-WMF] 2.3.2.3). */
static struct size size_wmf(sk_bytes b)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(b, 6, 10));
	int left = (int16_t)sk_cursor_u16le(&c), top = (int16_t)sk_cursor_u16le(&c);
	int right = (int16_t)sk_cursor_u16le(&c), bottom = (int16_t)sk_cursor_u16le(&c);
	uint64_t inch = sk_cursor_u16le(&c);

	if (inch == 0)
		inch = 1440;
	uint64_t width = (uint64_t)(right > left ? right - left : left - right);
	uint64_t height = (uint64_t)(bottom > top ? bottom - top : top - bottom);
	return (struct size){width * SCREEN_DPI / inch, height * SCREEN_DPI / inch};
}

/* rclFrame of the header, in 0.01 mm ([MS-EMF] 2.2.9). */
static struct size size_emf(sk_bytes b)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(b, 24, 16));
	int64_t left = (int32_t)sk_cursor_u32le(&c), top = (int32_t)sk_cursor_u32le(&c);
	int64_t right = (int32_t)sk_cursor_u32le(&c), bottom = (int32_t)sk_cursor_u32le(&c);
	uint64_t width = (uint64_t)(right > left ? right - left : left - right);
	uint64_t height = (uint64_t)(bottom > top ? bottom - top : top - bottom);

	return (struct size){width * SCREEN_DPI / 2540, height * SCREEN_DPI / 2540};
}

/* RFC 9649 section 2.5 to 2.7: the first chunk is VP8X, VP8L or VP8. */
static struct size size_webp(sk_bytes b)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(b, 20, 10));
	sk_bytes f = sk_cursor_take(&c, 10);

	if (c.status != SK_OK)
		return (struct size){0, 0};
	switch (b.at[15]) {
	case 'X':
		return (struct size){(uint64_t)(f.at[4] | f.at[5] << 8 | f.at[6] << 16) + 1,
				     (uint64_t)(f.at[7] | f.at[8] << 8 | f.at[9] << 16) + 1};
	case 'L': {
		uint32_t bits = (uint32_t)f.at[1] | (uint32_t)f.at[2] << 8 | (uint32_t)f.at[3] << 16 | (uint32_t)f.at[4] << 24;
		return (struct size){(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
	}
	default:
		return (struct size){(f.at[6] | f.at[7] << 8) & 0x3FFF, (f.at[8] | f.at[9] << 8) & 0x3FFF};
	}
}

static struct size size_at(sk_bytes b, size_t width_at, size_t height_at)
{
	struct sk_cursor w = sk_cursor_of(sk_bytes_slice(b, width_at, 4)), h = sk_cursor_of(sk_bytes_slice(b, height_at, 4));
	return (struct size){sk_cursor_u32be(&w), sk_cursor_u32be(&h)};
}

static struct size told_size(sk_bytes b)
{
	if (b.len < 32)
		return (struct size){0, 0};
	if (sk_bytes_starts(b, SK_BYTES("BM")))
		return size_bmp(b);
	if (sk_bytes_starts(b, SK_BYTES("II*\0")) || sk_bytes_starts(b, SK_BYTES("MM\0*")))
		return size_tiff(b);
	if (sk_bytes_starts(b, SK_BYTES("\xD7\xCD\xC6\x9A")))
		return size_wmf(b);
	if (sk_bytes_starts(b, SK_BYTES("\1\0\0\0")) && sk_bytes_equal(sk_bytes_slice(b, 40, 4), SK_BYTES(" EMF")))
		return size_emf(b);
	if (sk_bytes_starts(b, SK_BYTES("RIFF")) && sk_bytes_equal(sk_bytes_slice(b, 8, 7), SK_BYTES("WEBPVP8")))
		return size_webp(b);
	if (sk_bytes_starts(b, SK_BYTES("8BPS")))
		return size_at(b, 18, 14);
	if (sk_bytes_equal(sk_bytes_slice(b, 4, 4), SK_BYTES("jP  "))) {
		size_t header = sk_bytes_find(sk_bytes_slice(b, 0, 4096), SK_BYTES("ihdr"), 0);
		return header == SIZE_MAX ? (struct size){0, 0} : size_at(b, header + 8, header + 4);
	}
	if (sk_bytes_starts(b, SK_BYTES("\0\0\1\0")))
		return (struct size){b.at[6] == 0 ? 256 : b.at[6], b.at[7] == 0 ? 256 : b.at[7]};
	return (struct size){0, 0};
}

void placeholder_size(sk_bytes picture, uint32_t *width, uint32_t *height)
{
	struct size size = told_size(picture);
	uint64_t side = size.width > size.height ? size.width : size.height;

	if (size.width == 0 || size.height == 0)
		size = (struct size){UNTOLD_SIDE, UNTOLD_SIDE};
	else if (side > PLACEHOLDER_SIDE_MAX)
		size = (struct size){size.width * PLACEHOLDER_SIDE_MAX / side, size.height * PLACEHOLDER_SIDE_MAX / side};
	*width = size.width == 0 ? 1 : (uint32_t)size.width;
	*height = size.height == 0 ? 1 : (uint32_t)size.height;
}

static void put_chunk(struct sk_buf *png, const char *type, sk_bytes data)
{
	size_t begin;

	sk_buf_u32be(png, (uint32_t)data.len);
	begin = png->len;
	sk_buf_str(png, type);
	sk_buf_put(png, data);
	if (png->status == SK_OK)
		sk_buf_u32be(png, deflate_crc32(0, sk_bytes_of(png->at + begin, png->len - begin)));
}

enum sk_status placeholder_png(struct sk_arena *arena, uint32_t width, uint32_t height, sk_bytes *out)
{
	uint8_t header[13];
	struct sk_buf ihdr, png;

	width = width < 1 ? 1 : width > PLACEHOLDER_SIDE_MAX ? PLACEHOLDER_SIDE_MAX : width;
	height = height < 1 ? 1 : height > PLACEHOLDER_SIDE_MAX ? PLACEHOLDER_SIDE_MAX : height;
	size_t len = (size_t)height * (1 + ((size_t)width + 7) / 8); /* a filter byte, then one bit a pixel */
	uint8_t *lines = sk_arena_make(arena, len);
	size_t room = deflate_bound(DEFLATE_ZLIB, len);
	uint8_t *packed = sk_arena_raw(arena, room);
	if (lines == NULL || packed == NULL)
		return SK_LIMIT;
	size_t packed_len = deflate_lines(sk_bytes_of(lines, len), packed, room);

	sk_buf_fixed(&ihdr, header, sizeof(header));
	sk_buf_u32be(&ihdr, width);
	sk_buf_u32be(&ihdr, height);
	sk_buf_put(&ihdr, SK_BYTES("\1\3\0\0\0")); /* 1 bit, palette, deflate, adaptive filters, not interlaced */
	sk_buf_init(&png, arena, packed_len + 256);
	sk_buf_put(&png, SK_BYTES("\x89PNG\r\n\x1a\n"));
	put_chunk(&png, "IHDR", sk_buf_bytes(&ihdr));
	put_chunk(&png, "PLTE", SK_BYTES("\xFF\xFF\xFF"));
	put_chunk(&png, "tRNS", SK_BYTES("\0"));
	put_chunk(&png, "IDAT", sk_bytes_of(packed, packed_len));
	put_chunk(&png, "IEND", SK_BYTES(""));
	*out = sk_buf_bytes(&png);
	return packed_len == 0 ? SK_FAULT : png.status;
}
