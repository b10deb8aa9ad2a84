/*
 * Is this a picture that we take? By the signature and the first structure after it.
 *
 * What the attacker controls here: everything; a wrong bid only leads to another refusal.
 */
#include "format/image/image.h"

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"

static bool is_jpeg(sk_bytes b)
{
	/* SOI, then the 0xFF of a marker that may follow it (T.81 table B.1) */
	return b.len >= 4 && sk_bytes_starts(b, SK_BYTES("\xFF\xD8\xFF")) && b.at[3] >= 0xC0;
}

static bool is_png(sk_bytes b)
{
	return sk_bytes_starts(b, SK_BYTES(PNG_SIGNATURE "\0\0\0\x0DIHDR"));
}

static bool is_gif(sk_bytes b)
{
	return b.len >= 13 && (sk_bytes_starts(b, SK_BYTES("GIF89a")) || sk_bytes_starts(b, SK_BYTES("GIF87a")));
}

void image_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	static const struct {
		bool (*is)(sk_bytes);
		uint16_t kind, bits;
	} rows[] = {{is_jpeg, KIND_jpeg, 48}, {is_png, KIND_png, 128}, {is_gif, KIND_gif, 48}};
	(void)arena;
	*bid = (struct format_bid){.kind = KIND_unknown};
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		if (rows[i].is(input))
			*bid = (struct format_bid){.bits = rows[i].bits, .kind = rows[i].kind, .taken = true};
}

enum sk_status image_read(struct format_read *job)
{
	if (is_jpeg(job->input))
		return image_read_jpeg(job);
	if (is_png(job->input))
		return image_read_png(job);
	if (is_gif(job->input))
		return image_read_gif(job);
	return SK_MALFORMED;
}

enum sk_status image_size_check(uint64_t width, uint64_t height)
{
	if (width > limit(LIMIT_picture_side) || height > limit(LIMIT_picture_side))
		return limit_reached(LIMIT_picture_side);
	if (width * height > limit(LIMIT_picture_pixels))
		return limit_reached(LIMIT_picture_pixels);
	return SK_OK;
}

void image_find(const struct format_read *job, enum finding_code code, const char *detail, uint64_t count)
{
	uint32_t shown = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	finding_report(job->findings, code, FINDING_WHOLE, sk_bytes_of(NULL, 0), sk_bytes_str(detail), shown);
}

enum sk_status image_block(const struct format_read *job, enum sk_status status, const char *detail)
{
	switch (status) {
	case SK_TRUNCATED:
	case SK_MALFORMED:
		image_find(job, FINDING_blocked_damaged, detail, 1);
		break;
	case SK_UNSUPPORTED:
		image_find(job, FINDING_blocked_kind, detail, 1);
		break;
	case SK_LIMIT: /* the caller of the reader names limit_last() */
	case SK_OK:
	case SK_ENCRYPTED:
	case SK_FAULT:
		break;
	}
	return status;
}
