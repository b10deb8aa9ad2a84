/*
 * Planes of OpenJPEG to interleaved samples: which are colours, which is opacity, in 8 or 16 bits, all of one size.
 *
 * The attacker controls how many planes there are, their sizes, depths and meaning. A plane that is missing is zero; one that is smaller is
 * stretched.
 */
#include "codec/jpx_parts.h"

#define LAB_ENUMERATED 0 /* OpenJPEG leaves CIELab's parameters where the profile stands, and no length */
#define MIDDLE 128

struct plane {
	const opj_image_comp_t *component;
	uint32_t shift;     /* of samples with more than 16 bits */
	uint32_t maximum;   /* of a sample of the file */
	int64_t offset;     /* of signed samples */
};

struct planes {
	struct plane at[JPX_COMPONENTS_MAX];
	unsigned count, colors;
};

static struct plane plane_of(const opj_image_comp_t *c)
{
	uint32_t depth = c->prec > 31 ? 31 : c->prec < 1 ? 1 : c->prec;
	return (struct plane){.component = c, .shift = depth > 16 ? depth - 16 : 0, .maximum = (UINT32_C(1) << depth) - 1,
			      .offset = c->sgnd ? (int64_t)1 << (depth - 1) : 0};
}

/* Colours first, then the first plane of opacity. False when no picture can be made of them. */
static bool planes_choose(const opj_image_t *image, bool keep_indices, struct planes *p, struct jpx_picture *picture)
{
	const opj_image_comp_t *opacity = NULL;
	*p = (struct planes){.count = 0};
	for (uint32_t i = 0; i < image->numcomps; i++) {
		const opj_image_comp_t *c = &image->comps[i];
		if (c->alpha != 0 && !keep_indices) {
			opacity = opacity == NULL ? c : opacity;
		} else if (p->colors < JPX_COMPONENTS_MAX - 1) {
			p->at[p->colors++] = plane_of(c);
		} else {
			picture->damaged = true; /* more colours than there are words for */
		}
	}
	p->count = p->colors;
	if (opacity != NULL && p->colors > 0) {
		picture->opacity = opacity->alpha == 2 ? 2 : 1;
		p->at[p->count++] = plane_of(opacity);
	}
	return p->colors > 0;
}

static enum jpx_color color_of(const opj_image_t *image, const struct planes *p, bool *ycc)
{
	const opj_image_comp_t *c = p->at[0].component;
	bool sampled = p->colors == 3 && c->dx == 1 && c->dy == 1 && p->at[1].component->dx > 1; /* only luma and chroma are coded so */
	bool unsaid = image->color_space == OPJ_CLRSPC_UNKNOWN || image->color_space == OPJ_CLRSPC_UNSPECIFIED;
	*ycc = p->colors == 3 && (image->color_space == OPJ_CLRSPC_SYCC || image->color_space == OPJ_CLRSPC_EYCC || (unsaid && sampled));
	if (*ycc || (image->color_space == OPJ_CLRSPC_SRGB && p->colors == 3))
		return JPX_RGB;
	if (image->color_space == OPJ_CLRSPC_GRAY && p->colors == 1)
		return JPX_GRAY;
	if (image->color_space == OPJ_CLRSPC_CMYK && p->colors == 4)
		return JPX_CMYK;
	if (image->icc_profile_buf != NULL)
		return image->icc_profile_len == LAB_ENUMERATED ? JPX_LAB : JPX_ICC;
	return JPX_UNKNOWN;
}

/* ---- samples ---- */

/* A sample of the file in the depth of the picture, which is told by its greatest value. */
static inline uint32_t sample(const struct plane *p, int32_t value, uint32_t most)
{
	int64_t v = value + p->offset;
	v = v < 0 ? 0 : v > p->maximum ? p->maximum : v;
	uint32_t made = (uint32_t)v >> p->shift, from = p->maximum >> p->shift;
	return from == most || most == 0 ? made : (uint32_t)(((uint64_t)made * most + from / 2) / from);
}

/* One row of a plane, every step bytes. most 0: indices. */
static void row_put(const struct plane *p, uint32_t y, const struct jpx_picture *picture, uint32_t most, size_t step, uint8_t *to)
{
	const opj_image_comp_t *c = p->component;
	if (c->data == NULL || c->w == 0 || c->h == 0) {
		for (size_t x = 0; x < picture->width; x++)
			memset(to + x * step, 0, picture->sample_bytes);
		return;
	}
	uint32_t from_y = c->h == picture->height ? y : (uint32_t)((uint64_t)y * c->h / picture->height);
	const OPJ_INT32 *row = c->data + (size_t)from_y * c->w;
	for (uint32_t x = 0; x < picture->width; x++, to += step) {
		uint32_t from_x = c->w == picture->width ? x : (uint32_t)((uint64_t)x * c->w / picture->width);
		uint32_t v = sample(p, row[from_x], most);
		if (picture->sample_bytes == 2)
			*to = (uint8_t)(v >> 8);
		to[picture->sample_bytes - 1] = (uint8_t)v;
	}
}

static uint8_t clip(int64_t value)
{
	return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/* sYCC to RGB (IEC 61966-2-1 amendment 1), 8 bits, in place. */
static void row_rgb(uint8_t *row, uint32_t width, size_t step)
{
	for (uint32_t x = 0; x < width; x++, row += step) {
		int32_t y = row[0] * 65536 + 32768, cb = row[1] - MIDDLE, cr = row[2] - MIDDLE;
		row[0] = clip((y + 91881 * cr) >> 16);
		row[1] = clip((y - 22554 * cb - 46802 * cr) >> 16);
		row[2] = clip((y + 116130 * cb) >> 16);
	}
}

static enum sk_status profile_take(const opj_image_t *image, struct sk_arena *arena, struct jpx_picture *picture)
{
	if (picture->color != JPX_ICC)
		return SK_OK;
	picture->icc = sk_arena_copy(arena, sk_bytes_of(image->icc_profile_buf, image->icc_profile_len));
	return picture->icc.at == NULL ? SK_LIMIT : SK_OK;
}

enum sk_status jpx_picture_make(const opj_image_t *image, bool keep_indices, struct sk_arena *arena, struct jpx_picture *picture)
{
	struct planes p;
	bool ycc, any = false;
	size_t bytes;
	if (!planes_choose(image, keep_indices, &p, picture))
		return SK_UNSUPPORTED;
	picture->color = color_of(image, &p, &ycc);
	picture->colors = p.colors;
	for (unsigned i = 0; i < p.count; i++) {
		const opj_image_comp_t *c = p.at[i].component;
		picture->width = c->w > picture->width ? c->w : picture->width;
		picture->height = c->h > picture->height ? c->h : picture->height;
		picture->depth = c->prec > picture->depth ? c->prec : picture->depth;
		any |= c->data != NULL;
	}
	picture->damaged |= !any;
	picture->depth = picture->depth > 16 ? 16 : picture->depth;
	picture->sample_bytes = picture->depth > 8 && !ycc ? 2 : 1;
	uint32_t most = keep_indices ? 0 : picture->sample_bytes == 2 ? 65535 : 255;
	size_t step = (size_t)p.count * picture->sample_bytes;
	if (!any || !sk_mul((size_t)picture->width * picture->height, step, &bytes))
		return SK_MALFORMED;
	SK_TRY(profile_take(image, arena, picture));
	picture->samples = sk_arena_raw(arena, bytes);
	if (picture->samples == NULL)
		return SK_LIMIT;
	for (uint32_t y = 0; y < picture->height; y++) {
		uint8_t *row = picture->samples + (size_t)y * picture->width * step;
		for (unsigned i = 0; i < p.count; i++)
			row_put(&p.at[i], y, picture, most, step, row + (size_t)i * picture->sample_bytes);
		if (ycc)
			row_rgb(row, picture->width, step);
	}
	return SK_OK;
}
