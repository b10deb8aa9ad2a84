/*
 * image: pictures, as JPEG, PNG or GIF. Pixels stay as they are (coefficients, scan lines, indices); all around them is made
 * anew from typed values, and what has no word in vocabulary.def goes: comments, EXIF but the orientation, XMP, thumbnails,
 * private chunks, bytes after the end.
 *
 * A reader maps hostile bytes to records; a writer checks the relations of sizes and data before it puts a byte.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "conf/conf.h"
#include "format/format.h"
#include "format/icc/icc.h"
#include "format/image/image_vocabulary.h"

extern const struct format format_image;

void image_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status image_read(struct format_read *job);
enum sk_status image_write(struct format_write *job);

/* ---- readers, one per kind ---- */

enum sk_status image_read_jpeg(struct format_read *job);
enum sk_status image_read_png(struct format_read *job);
enum sk_status image_read_gif(struct format_read *job);

/* SK_OK, or SK_LIMIT with the limit named: side and pixels of a picture, before anything is allocated for it. */
enum sk_status SK_MUST_USE image_size_check(uint64_t width, uint64_t height);
void image_find(const struct format_read *job, enum finding_code code, const char *detail, uint64_t count);
/* Reports why the picture does not cross, and gives the status back. */
enum sk_status image_block(const struct format_read *job, enum sk_status status, const char *detail);

/* ---- writers, one per kind: the root node was opened ---- */

enum sk_status image_write_jpeg(struct format_write *job);
enum sk_status image_write_png(struct format_write *job);
enum sk_status image_write_gif(struct format_write *job);

/* The attributes of one node as numbers. */
#define IMAGE_ATTRS_MAX 24
struct image_attrs {
	uint16_t first;
	uint32_t present;
	int64_t value[IMAGE_ATTRS_MAX];
};
/* Takes the attributes of node, which was just opened; *record is then the record after them. SK_MALFORMED when a required
 * one is not there. */
enum sk_status SK_MUST_USE image_attrs_take(struct neutral_in *in, uint16_t node, struct image_attrs *attrs, struct neutral_record *record);
static inline bool image_has(const struct image_attrs *attrs, uint16_t attr) { return (attrs->present >> (attr - attrs->first) & 1) != 0; }
static inline int64_t image_get(const struct image_attrs *attrs, uint16_t attr) { return attrs->value[attr - attrs->first]; }

/* Takes the data of the open node, of exactly len bytes, to `to`; *record is its first record and becomes the CLOSE. */
enum sk_status SK_MUST_USE image_data_take(struct neutral_in *in, uint8_t *to, size_t len, struct neutral_record *record);
/* Takes a node without attributes that holds one value; it was just opened. The bytes are copied to `to` (at most max). */
enum sk_status SK_MUST_USE image_value_take(struct neutral_in *in, uint8_t *to, size_t max, size_t *len);

/* ---- EXIF: only the orientation (tag 274), and that colours are those of Adobe RGB ---- */

#define IMAGE_EXIF_BYTES 26 /* a TIFF structure with one directory of one entry */
/* The orientation that a TIFF structure tells, 1 to 8; 0 when it tells none. */
unsigned image_orientation(sk_bytes tiff);
void image_exif_make(unsigned orientation, uint8_t exif[IMAGE_EXIF_BYTES]);
#define IMAGE_EXIF_ADOBE_RGB_BYTES 86
/* True when a TIFF structure says Adobe RGB in the way of cameras (DCF 2.0). */
bool image_exif_adobe_rgb(sk_bytes tiff);
/* The same with an orientation, which may be 0. */
void image_exif_make_adobe_rgb(unsigned orientation, uint8_t exif[IMAGE_EXIF_ADOBE_RGB_BYTES]);
/* True for what these two make: nothing else goes with it. */
bool image_exif_is_ours(sk_bytes tiff);

/* ---- ICC profiles ---- */

/* Says the profile in its canonical form; false, and told by a finding, when it can't be kept or is not of these colours. */
bool image_profile_say(const struct format_read *job, sk_bytes profile, enum icc_space space);
/* The open node is a profile: takes it whole, borrowed from arena. SK_MALFORMED unless it is canonical and of these colours. */
enum sk_status SK_MUST_USE image_profile_take(struct neutral_in *in, struct sk_arena *arena, enum icc_space space, sk_bytes *profile);

#endif
