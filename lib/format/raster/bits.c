/* Packed rows of one-bit pictures: made, inverted, cut or widened. The attacker controls width and height. */
#include "format/raster/raster_parts.h"

#include "conf/conf.h"

enum sk_status raster_size_check(uint32_t width, uint32_t height, size_t *stride, size_t *bytes)
{
	if (width > limit(LIMIT_picture_side) || height > limit(LIMIT_picture_side))
		return limit_reached(LIMIT_picture_side);
	if ((uint64_t)width * height > limit(LIMIT_picture_pixels))
		return limit_reached(LIMIT_picture_pixels);
	*stride = ((size_t)width + 7) / 8;
	return sk_mul(*stride, height, bytes) ? SK_OK : limit_reached(LIMIT_picture_pixels);
}

enum sk_status raster_bits_make(struct sk_arena *arena, uint32_t width, uint32_t height, struct raster_bits *bits)
{
	size_t bytes;
	*bits = (struct raster_bits){.width = width, .height = height};
	SK_TRY(raster_size_check(width, height, &bits->stride, &bytes));
	bits->at = sk_arena_make(arena, bytes);
	return bits->at != NULL ? SK_OK : limit_reached(LIMIT_arena_bytes);
}

/* The bits of the last byte of a row that are pixels. */
static uint8_t last_mask(uint32_t width)
{
	return (uint8_t)(0xFF << ((8 - width % 8) % 8));
}

void raster_bits_invert(struct raster_bits *bits)
{
	size_t bytes = bits->stride * bits->height;
	for (size_t i = 0; i < bytes; i++)
		bits->at[i] = (uint8_t)~bits->at[i];
	for (uint32_t y = 0; bits->stride > 0 && y < bits->height; y++)
		bits->at[(y + (size_t)1) * bits->stride - 1] &= last_mask(bits->width);
}

enum sk_status raster_bits_fit(struct sk_arena *arena, uint32_t width, uint32_t height, struct raster_bits *bits)
{
	struct raster_bits fitted;
	if (width == bits->width && height <= bits->height) {
		bits->height = height;
		return SK_OK;
	}
	SK_TRY(raster_bits_make(arena, width, height, &fitted));
	size_t bytes = sk_min(fitted.stride, bits->stride);
	for (uint32_t y = 0; bytes > 0 && y < height && y < bits->height; y++) {
		memcpy(fitted.at + y * fitted.stride, bits->at + y * bits->stride, bytes);
		if (bytes == fitted.stride)
			fitted.at[y * fitted.stride + bytes - 1] &= last_mask(width);
	}
	fitted.damaged = bits->damaged;
	*bits = fitted;
	return SK_OK;
}
