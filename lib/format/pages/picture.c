/*
 * A page's pixels, packed: as a JPEG, as an index into a palette, or as fax when there are two colours. One look at the pixels tells
 * which; where that is not clear, both are made and the smaller one is taken.
 */
#include "codec/deflate.h"
#include "conf/conf.h"
#include "format/pages/write.h"
#include "format/raster/raster.h"

#define LOOK_EVERY 4u     /* rows */
#define SMOOTH_STEP 12    /* a smaller difference is a gradient, noise of a scan, a photograph */
#define FLAT_BELOW 0.02   /* so few smooth pixels have drawn pages */
#define PHOTO_ABOVE 0.20
#define CRISP_WORTH 1.25  /* what an index may be larger than a JPEG: it has no halos around letters */

struct look pages_look(const struct pixels *p)
{
	uint64_t smooth = 0, edges = 0, seen = 0;
	size_t row = (size_t)p->columns * p->parts;
	unsigned step = p->parts, green = p->parts == 3;

	for (uint32_t y = 0; y < p->rows; y += LOOK_EVERY) {
		const uint8_t *at = p->at + y * row + green;
		for (uint32_t x = 1; x < p->columns; x++, at += step) {
			int d = (int)at[step] - (int)at[0];
			d = d < 0 ? -d : d;
			smooth += d > 0 && d <= SMOOTH_STEP;
			edges += d > SMOOTH_STEP;
		}
		seen += p->columns;
	}
	return (struct look){.smooth = (double)smooth / (double)seen, .edges = (double)edges / (double)seen};
}

static void put_size(struct sk_buf *text, const struct pixels *p, unsigned bits)
{
	sk_buf_str(text, "/Type/XObject/Subtype/Image/Width ");
	sk_buf_decimal(text, p->columns);
	sk_buf_str(text, "/Height ");
	sk_buf_decimal(text, p->rows);
	sk_buf_str(text, "/BitsPerComponent ");
	sk_buf_decimal(text, bits);
}

static enum sk_status pack_jpeg(struct sk_arena *arena, const struct pixels *p, unsigned quality, struct packed *to)
{
	struct sk_buf bytes;

	sk_buf_init(&bytes, arena, SIZE_MAX);
	SK_TRY(pixels_jpeg(p, quality, (size_t)limit(LIMIT_render_bytes), &bytes));
	sk_buf_init(&to->text, arena, 512);
	put_size(&to->text, p, 8);
	sk_buf_str(&to->text, p->parts == 1 ? "/ColorSpace/DeviceGray/Filter/DCTDecode" : "/ColorSpace/DeviceRGB/Filter/DCTDecode");
	to->bytes = sk_buf_bytes(&bytes);
	return to->text.status;
}

static void put_colors(struct sk_buf *text, const struct pixels *p, const struct indexed *indexed)
{
	sk_buf_str(text, p->parts == 1 ? "/ColorSpace[/Indexed/DeviceGray " : "/ColorSpace[/Indexed/DeviceRGB ");
	sk_buf_decimal(text, (int64_t)indexed->colors - 1);
	sk_buf_u8(text, '<');
	sk_buf_hex(text, sk_bytes_of(indexed->palette, (size_t)indexed->colors * p->parts));
	sk_buf_str(text, ">]");
}

/* Two colours as fax (T.6). Index 0 is ink: BlackIs1 is false, so that ink decodes as 0. */
static enum sk_status pack_fax(struct sk_arena *arena, const struct pixels *p, const struct indexed *indexed, struct packed *to)
{
	struct raster_bits bits = {.at = indexed->at, .width = p->columns, .height = p->rows, .stride = indexed->stride};
	struct sk_buf bytes;

	raster_bits_invert(&bits);
	sk_buf_init(&bytes, arena, SIZE_MAX);
	SK_TRY(ccitt_encode(&bits, arena, &bytes));
	sk_buf_str(&to->text, "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns ");
	sk_buf_decimal(&to->text, p->columns);
	sk_buf_str(&to->text, "/Rows ");
	sk_buf_decimal(&to->text, p->rows);
	sk_buf_str(&to->text, ">>");
	to->bytes = sk_buf_bytes(&bytes);
	return to->text.status;
}

static enum sk_status pack_index(struct sk_arena *arena, const struct pixels *p, unsigned quality, struct packed *to)
{
	struct indexed indexed;

	SK_TRY(pages_index(arena, p, quality, &indexed));
	sk_buf_init(&to->text, arena, 4096);
	put_size(&to->text, p, indexed.bits);
	put_colors(&to->text, p, &indexed);
	if (indexed.bits == 1)
		return pack_fax(arena, p, &indexed, to);
	sk_bytes lines = sk_bytes_of(indexed.at, indexed.stride * p->rows);
	size_t bound = deflate_bound(DEFLATE_ZLIB, lines.len);
	uint8_t *packed = sk_arena_raw(arena, bound);
	if (packed == NULL)
		return SK_LIMIT;
	to->bytes = sk_bytes_of(packed, deflate_pages(lines, packed, bound));
	sk_buf_str(&to->text, "/Filter/FlateDecode");
	return to->bytes.len > 0 ? to->text.status : SK_LIMIT;
}

enum sk_status pages_pack(struct sk_arena *arena, const struct pixels *pixels, unsigned quality, struct packed *packed)
{
	struct look look = pages_look(pixels);
	struct packed photo;

	if (look.smooth > PHOTO_ABOVE)
		return pack_jpeg(arena, pixels, quality, packed);
	enum sk_status status = pack_index(arena, pixels, quality, packed);
	if (status == SK_UNSUPPORTED)
		return pack_jpeg(arena, pixels, quality, packed);
	if (status != SK_OK || look.smooth < FLAT_BELOW)
		return status;
	SK_TRY(pack_jpeg(arena, pixels, quality, &photo));
	if ((double)photo.bytes.len * CRISP_WORTH < (double)packed->bytes.len)
		*packed = photo;
	return SK_OK;
}
