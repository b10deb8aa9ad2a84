/*
 * EXIF: the orientation is told by a tag of the first directory (TIFF 6.0 section 8, tag 274); all else goes.
 *
 * What the attacker controls here: all bytes of the TIFF structure.
 */
#include "format/image/image.h"

#define TAG_ORIENTATION 274
#define TYPE_SHORT 3

static uint32_t number(struct sk_cursor *c, bool big, unsigned bytes)
{
	if (bytes == 2)
		return big ? sk_cursor_u16be(c) : sk_cursor_u16le(c);
	return big ? sk_cursor_u32be(c) : sk_cursor_u32le(c);
}

unsigned image_orientation(sk_bytes tiff)
{
	bool big = sk_bytes_starts(tiff, SK_BYTES("MM\0\x2A"));
	if (!big && !sk_bytes_starts(tiff, SK_BYTES("II\x2A\0")))
		return 0;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tiff, 4, 4));
	uint32_t at = number(&c, big, 4);
	c = sk_cursor_of(sk_bytes_slice(tiff, at, tiff.len));
	uint32_t count = number(&c, big, 2);
	for (uint32_t i = 0; i < count && c.status == SK_OK; i++) {
		struct sk_cursor entry = sk_cursor_window(&c, 12);
		uint32_t tag = number(&entry, big, 2), type = number(&entry, big, 2), values = number(&entry, big, 4);
		uint32_t value = number(&entry, big, 2);
		if (entry.status == SK_OK && tag == TAG_ORIENTATION)
			return type == TYPE_SHORT && values == 1 && value >= 1 && value <= 8 ? value : 0;
	}
	return 0;
}

void image_exif_make(unsigned orientation, uint8_t exif[IMAGE_EXIF_BYTES])
{
	static const uint8_t made[IMAGE_EXIF_BYTES] = {
		'M', 'M', 0, 42, 0, 0, 0, 8,                      /* big-endian; the directory follows */
		0, 1,                                             /* one entry */
		TAG_ORIENTATION >> 8, TAG_ORIENTATION & 0xFF, 0, TYPE_SHORT, 0, 0, 0, 1, 0, 0, 0, 0,
		0, 0, 0, 0};                                      /* no other directory */
	memcpy(exif, made, sizeof made);
	exif[19] = (uint8_t)orientation;
}

bool image_exif_is_ours(sk_bytes tiff)
{
	uint8_t made[IMAGE_EXIF_BYTES];
	unsigned orientation = image_orientation(tiff);
	image_exif_make(orientation, made);
	return orientation > 1 && sk_bytes_equal(tiff, sk_bytes_of(made, sizeof made));
}
