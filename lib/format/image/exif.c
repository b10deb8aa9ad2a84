/*
 * EXIF: the orientation is told by a tag of the first directory (TIFF 6.0 section 8, tag 274). Cameras say Adobe RGB without a profile by the
 * index R03 in the directory of interoperability (DCF 2.0), which the directory of Exif leads to. All else goes.
 *
 * What the attacker controls here: all bytes of the TIFF structure.
 */
#include "format/image/image.h"

#define TAG_ORIENTATION 274
#define TAG_EXIF 0x8769
#define TAG_COLOR_SPACE 0xA001
#define TAG_INTEROPERABILITY 0xA005
#define TAG_INDEX 1
#define TYPE_ASCII 2
#define TYPE_SHORT 3
#define TYPE_LONG 4

static uint32_t number(struct sk_cursor *c, bool big, unsigned bytes)
{
	if (bytes == 2)
		return big ? sk_cursor_u16be(c) : sk_cursor_u16le(c);
	return big ? sk_cursor_u32be(c) : sk_cursor_u32le(c);
}

struct entry {
	uint32_t type, count;
	sk_bytes value; /* the four bytes of it */
};

/* The entry of a directory that has this tag; false when there is none. */
static bool entry_find(sk_bytes tiff, bool big, uint32_t directory, uint32_t tag, struct entry *entry)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tiff, directory, tiff.len));
	uint32_t count = number(&c, big, 2);
	for (uint32_t i = 0; i < count && c.status == SK_OK; i++) {
		struct sk_cursor e = sk_cursor_window(&c, 12);
		uint32_t found = number(&e, big, 2);
		entry->type = number(&e, big, 2);
		entry->count = number(&e, big, 4);
		entry->value = sk_cursor_take(&e, 4);
		if (e.status == SK_OK && found == tag)
			return true;
	}
	return false;
}

/* The first directory of a TIFF structure; false when it is none. */
static bool directory_first(sk_bytes tiff, bool *big, uint32_t *directory)
{
	*big = sk_bytes_starts(tiff, SK_BYTES("MM\0\x2A"));
	if (!*big && !sk_bytes_starts(tiff, SK_BYTES("II\x2A\0")))
		return false;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(tiff, 4, 4));
	*directory = number(&c, *big, 4);
	return c.status == SK_OK;
}

static uint32_t value_of(const struct entry *entry, bool big, unsigned bytes)
{
	struct sk_cursor c = sk_cursor_of(entry->value);
	return number(&c, big, bytes);
}

unsigned image_orientation(sk_bytes tiff)
{
	struct entry entry;
	uint32_t directory;
	bool big;
	if (!directory_first(tiff, &big, &directory) || !entry_find(tiff, big, directory, TAG_ORIENTATION, &entry) ||
	    entry.type != TYPE_SHORT || entry.count != 1)
		return 0;
	uint32_t value = value_of(&entry, big, 2);
	return value >= 1 && value <= 8 ? value : 0;
}

/* The directory that an entry leads to. */
static bool directory_next(sk_bytes tiff, bool big, uint32_t tag, uint32_t *directory)
{
	struct entry entry;
	bool there = entry_find(tiff, big, *directory, tag, &entry) && entry.type == TYPE_LONG && entry.count == 1;
	*directory = there ? value_of(&entry, big, 4) : 0;
	return there;
}

bool image_exif_adobe_rgb(sk_bytes tiff)
{
	struct entry entry;
	uint32_t directory;
	bool big;
	return directory_first(tiff, &big, &directory) && directory_next(tiff, big, TAG_EXIF, &directory) &&
	       directory_next(tiff, big, TAG_INTEROPERABILITY, &directory) && entry_find(tiff, big, directory, TAG_INDEX, &entry) &&
	       entry.type == TYPE_ASCII && entry.count == 4 && sk_bytes_equal(entry.value, SK_BYTES("R03\0"));
}

void image_exif_make_adobe_rgb(unsigned orientation, uint8_t exif[IMAGE_EXIF_ADOBE_RGB_BYTES])
{
	static const uint8_t made[IMAGE_EXIF_ADOBE_RGB_BYTES] = {
		'M', 'M', 0, 42, 0, 0, 0, 8,
		0, 2, /* orientation; where the directory of Exif is */
		TAG_ORIENTATION >> 8, TAG_ORIENTATION & 0xFF, 0, TYPE_SHORT, 0, 0, 0, 1, 0, 1, 0, 0,
		TAG_EXIF >> 8, TAG_EXIF & 0xFF, 0, TYPE_LONG, 0, 0, 0, 1, 0, 0, 0, 38,
		0, 0, 0, 0,
		0, 2, /* colours of no space that Exif names; where the directory of interoperability is */
		TAG_COLOR_SPACE >> 8, TAG_COLOR_SPACE & 0xFF, 0, TYPE_SHORT, 0, 0, 0, 1, 0xFF, 0xFF, 0, 0,
		TAG_INTEROPERABILITY >> 8, TAG_INTEROPERABILITY & 0xFF, 0, TYPE_LONG, 0, 0, 0, 1, 0, 0, 0, 68,
		0, 0, 0, 0,
		0, 1,
		0, TAG_INDEX, 0, TYPE_ASCII, 0, 0, 0, 4, 'R', '0', '3', 0,
		0, 0, 0, 0};
	memcpy(exif, made, sizeof made);
	exif[19] = (uint8_t)(orientation < 1 ? 1 : orientation);
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
	uint8_t made[IMAGE_EXIF_ADOBE_RGB_BYTES];
	unsigned orientation = image_orientation(tiff);
	if (image_exif_adobe_rgb(tiff)) {
		image_exif_make_adobe_rgb(orientation, made);
		return sk_bytes_equal(tiff, sk_bytes_of(made, IMAGE_EXIF_ADOBE_RGB_BYTES));
	}
	image_exif_make(orientation, made);
	return orientation > 1 && sk_bytes_equal(tiff, sk_bytes_of(made, IMAGE_EXIF_BYTES));
}
