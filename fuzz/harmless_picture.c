/* Pictures: nothing but the chunks, segments and blocks that make a picture, each sound, nothing behind the end. */
#include "fuzz/harmless.h"

#include "codec/deflate.h"
#include "format/image/image.h"

static bool is_one_of(sk_bytes name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sk_bytes_equal(name, sk_bytes_str(names[i])))
			return true;
	return false;
}

/* The profile is made of the sanitizer's own header and of tags on a list; nothing of it is text of the sender. */
static uint8_t profile_room[13 << 20];

static void check_profile(sk_bytes profile)
{
	static const char *const tags[] = {"desc", "cprt", "wtpt", "bkpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC",
					   "bTRC", "kTRC", "A2B0", "A2B1", "A2B2", "B2A0", "B2A1", "B2A2", "gamt", "cicp"};
	struct sk_cursor c = sk_cursor_of(profile);
	if (sk_cursor_u32be(&c) != profile.len)
		harmless_found("an ICC profile of another length", profile);
	sk_cursor_skip(&c, 124);
	uint32_t count = sk_cursor_u32be(&c);
	for (uint32_t i = 0; i < count; i++) {
		sk_bytes name = sk_cursor_take(&c, 4);
		uint32_t offset = sk_cursor_u32be(&c), len = sk_cursor_u32be(&c);
		if (c.status != SK_OK || !is_one_of(name, tags, SK_COUNT(tags)) || offset > profile.len || len > profile.len - offset)
			harmless_found("an ICC tag", name);
	}
}

static void check_packed_profile(sk_bytes chunk)
{
	size_t len;
	if (!sk_bytes_starts(chunk, SK_BYTES("S\0\0")) ||
	    deflate_inflate(DEFLATE_ZLIB, sk_bytes_slice(chunk, 3, chunk.len), profile_room, sizeof profile_room, &len, NULL) != SK_OK)
		harmless_found("an iCCP chunk", chunk);
	check_profile(sk_bytes_of(profile_room, len));
}

static void check_png(sk_bytes png)
{
	static const char *const allowed[] = {"IHDR", "acTL", "gAMA", "sRGB", "cICP", "mDCV", "cLLI", "pHYs", "eXIf", "iCCP", "cHRM", "sBIT",
					      "PLTE", "tRNS", "bKGD", "fcTL", "IDAT", "fdAT", "IEND"};
	struct sk_cursor c = sk_cursor_of(png);
	sk_bytes name = SK_BYTES("");
	sk_cursor_skip(&c, 8);
	while (c.left > 0) {
		size_t len = sk_cursor_u32be(&c);
		sk_bytes body = sk_bytes_slice(sk_bytes_of(c.at, c.left), 0, len + 4);
		name = sk_cursor_take(&c, 4);
		sk_bytes bytes = sk_cursor_take(&c, len);
		uint32_t sum = sk_cursor_u32be(&c);
		if (c.status != SK_OK || !is_one_of(name, allowed, SK_COUNT(allowed)) || deflate_crc32(0, body) != sum)
			harmless_found("a PNG chunk", name);
		if (sk_bytes_equal(name, SK_BYTES("IEND")) && (len > 0 || c.left > 0))
			harmless_found("bytes behind a PNG", sk_bytes_of(c.at, c.left));
		if (sk_bytes_equal(name, SK_BYTES("iCCP")))
			check_packed_profile(bytes);
		if (sk_bytes_equal(name, SK_BYTES("eXIf")) && !(len == IMAGE_EXIF_BYTES && image_orientation(bytes) > 0))
			harmless_found("EXIF of more than an orientation", bytes);
	}
	if (!sk_bytes_equal(name, SK_BYTES("IEND")))
		harmless_found("a PNG without its end", name);
}

/* The parts follow each other; the whole is looked at with the last. */
static void check_profile_part(sk_bytes bytes)
{
	static size_t len, parts;
	sk_bytes part = sk_bytes_slice(bytes, 14, bytes.len);
	if (bytes.len <= 14 || bytes.at[12] == 1)
		len = parts = 0;
	if (bytes.len <= 14 || bytes.at[12] != ++parts || part.len > sizeof profile_room - len)
		harmless_found("a part of an ICC profile", bytes);
	memcpy(profile_room + len, part.at, part.len);
	len += part.len;
	if (parts == bytes.at[13])
		check_profile(sk_bytes_of(profile_room, len));
}

static void check_segment(uint8_t marker, sk_bytes bytes)
{
	bool table = marker == 0xDB || marker == 0xC4 || marker == 0xC0 || marker == 0xC1 || marker == 0xC2 || marker == 0xDA || marker == 0xDD;
	bool jfif = marker == 0xE0 && bytes.len == 14 && sk_bytes_starts(bytes, SK_BYTES("JFIF\0\1")) && bytes.at[12] == 0 && bytes.at[13] == 0;
	bool exif = marker == 0xE1 && (bytes.len == 6 + IMAGE_EXIF_BYTES || bytes.len == 6 + IMAGE_EXIF_ADOBE_RGB_BYTES) && sk_bytes_starts(bytes, SK_BYTES("Exif\0\0")) &&
		    image_exif_is_ours(sk_bytes_slice(bytes, 6, bytes.len));
	bool adobe = marker == 0xEE && bytes.len == 12 && sk_bytes_starts(bytes, SK_BYTES("Adobe"));
	bool profile = marker == 0xE2 && sk_bytes_starts(bytes, SK_BYTES("ICC_PROFILE\0"));
	if (!table && !jfif && !exif && !adobe && !profile)
		harmless_found("a JPEG segment", bytes);
	if (profile)
		check_profile_part(bytes);
}

static void check_jpeg(sk_bytes jpeg)
{
	struct sk_cursor c = sk_cursor_of(jpeg);
	sk_cursor_skip(&c, 2);
	while (c.status == SK_OK) {
		if (sk_cursor_u8(&c) != 0xFF)
			harmless_found("bytes between JPEG segments", jpeg);
		uint8_t marker = sk_cursor_u8(&c);
		if (marker == 0xD9)
			break;
		size_t len = sk_cursor_u16be(&c);
		sk_bytes bytes = sk_cursor_take(&c, len < 2 ? 0 : len - 2);
		check_segment(marker, bytes);
		/* the coded picture: an FF in it is followed by 00 or a restart (T.81 B.1.1.5) */
		while (marker == 0xDA && c.left >= 2 && (c.at[0] != 0xFF || c.at[1] == 0 || (c.at[1] >= 0xD0 && c.at[1] <= 0xD7)))
			sk_cursor_skip(&c, c.at[0] == 0xFF ? 2 : 1);
	}
	if (c.status != SK_OK || c.left > 0)
		harmless_found("a JPEG that is cut or goes on", jpeg);
}

static void skip_blocks(struct sk_cursor *c)
{
	for (size_t len = sk_cursor_u8(c); len > 0; len = sk_cursor_u8(c))
		sk_cursor_skip(c, len);
}

static void skip_palette(struct sk_cursor *c, unsigned flags)
{
	if ((flags & 0x80) != 0)
		sk_cursor_skip(c, (size_t)3 << ((flags & 7) + 1));
}

static void check_gif(sk_bytes gif)
{
	struct sk_cursor c = sk_cursor_of(gif);
	uint8_t block = 0;
	sk_cursor_skip(&c, 10);
	unsigned flags = sk_cursor_u8(&c);
	sk_cursor_skip(&c, 2);
	skip_palette(&c, flags);
	while (c.status == SK_OK && (block = sk_cursor_u8(&c)) != 0x3B) {
		sk_bytes rest = sk_bytes_of(c.at, c.left);
		bool control = block == 0x21 && sk_bytes_starts(rest, SK_BYTES("\xF9\x04")) && rest.len > 6 && rest.at[6] == 0;
		bool loop = block == 0x21 && sk_bytes_starts(rest, SK_BYTES("\xFF\x0BNETSCAPE2.0\x03\x01")) && rest.len > 17 && rest.at[17] == 0;
		if (block != 0x2C && !control && !loop)
			harmless_found("a GIF block", rest);
		if (block != 0x2C) {
			sk_cursor_skip(&c, control ? 7 : 18);
			continue;
		}
		sk_cursor_skip(&c, 8);
		flags = sk_cursor_u8(&c);
		skip_palette(&c, flags);
		sk_cursor_skip(&c, 1);
		skip_blocks(&c);
	}
	if (c.status != SK_OK || c.left > 0)
		harmless_found("a GIF that is cut or goes on", gif);
}

void harmless_picture(sk_bytes picture)
{
	if (sk_bytes_starts(picture, SK_BYTES("\x89PNG\r\n\x1a\n")))
		check_png(picture);
	else if (sk_bytes_starts(picture, SK_BYTES("\xFF\xD8")))
		check_jpeg(picture);
	else if (sk_bytes_starts(picture, SK_BYTES("GIF89a")))
		check_gif(picture);
	else
		harmless_found("a picture of no known kind", picture);
}
