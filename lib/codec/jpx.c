/*
 * A thin face over OpenJPEG's decoder.
 *
 * The attacker controls all bytes. Sizes are read from the codestream's own markers before OpenJPEG sees them (jpx_size.c); what it then says of
 * the picture is held against the same limits again.
 */
#include "codec/jpx_parts.h"

#define BOX_HEAD 8
#define STREAM_ROOM ((size_t)64 << 10)

/* The codestream of a JP2 family file (T.800 annex I), or in itself when it is bare; empty when there is none. */
static sk_bytes codestream_find(sk_bytes in)
{
	struct sk_cursor c = sk_cursor_of(in);
	if (sk_bytes_starts(in, SK_BYTES("\xFF\x4F\xFF\x51")))
		return in;
	while (c.status == SK_OK && c.left >= BOX_HEAD) {
		uint64_t len = sk_cursor_u32be(&c), head = BOX_HEAD;
		bool found = sk_cursor_u32be(&c) == 0x6A703263; /* jp2c */
		if (len == 1) {
			len = (uint64_t)sk_cursor_u32be(&c) << 32;
			len |= sk_cursor_u32be(&c);
			head += 8;
		}
		if (found)
			return sk_bytes_of(c.at, c.left);
		if (len < head || len - head > c.left)
			break; /* the last box, or a broken one */
		sk_cursor_skip(&c, (size_t)(len - head));
	}
	return sk_bytes_of(NULL, 0);
}

/* ---- OpenJPEG's stream over bytes ---- */

struct source {
	sk_bytes bytes;
	size_t at;
};

static OPJ_SIZE_T source_read(void *to, OPJ_SIZE_T len, void *context)
{
	struct source *s = context;
	sk_bytes part = sk_bytes_slice(s->bytes, s->at, len);
	if (part.len == 0)
		return (OPJ_SIZE_T)-1;
	memcpy(to, part.at, part.len);
	s->at += part.len;
	return part.len;
}

static OPJ_OFF_T source_skip(OPJ_OFF_T len, void *context)
{
	struct source *s = context;
	size_t left = s->bytes.len - s->at;
	if (len < 0 || left == 0)
		return -1;
	size_t step = sk_min((size_t)len, left);
	s->at += step;
	return (OPJ_OFF_T)step;
}

static OPJ_BOOL source_seek(OPJ_OFF_T to, void *context)
{
	struct source *s = context;
	if (to < 0 || (size_t)to > s->bytes.len)
		return OPJ_FALSE;
	s->at = (size_t)to;
	return OPJ_TRUE;
}

static void told(const char *message, void *damaged)
{
	(void)message;
	*(bool *)damaged = true;
}

static void not_told(const char *message, void *nothing)
{
	(void)message, (void)nothing;
}

struct opened {
	opj_stream_t *stream;
	opj_codec_t *codec;
	opj_image_t *image;
};

static void close_all(struct opened *o)
{
	opj_image_destroy(o->image);
	opj_destroy_codec(o->codec);
	opj_stream_destroy(o->stream);
}

static bool open_all(struct opened *o, struct source *source, bool bare, bool keep_indices, bool *damaged)
{
	static opj_dparameters_t parameters; /* 8 KB, two thirds of it names of files; one thread */
	*o = (struct opened){.stream = opj_stream_create(STREAM_ROOM, OPJ_TRUE), .codec = opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2)};
	if (o->stream == NULL || o->codec == NULL)
		return false;
	opj_stream_set_user_data(o->stream, source, NULL);
	opj_stream_set_user_data_length(o->stream, source->bytes.len);
	opj_stream_set_read_function(o->stream, source_read);
	opj_stream_set_skip_function(o->stream, source_skip);
	opj_stream_set_seek_function(o->stream, source_seek);
	opj_set_info_handler(o->codec, not_told, NULL);
	opj_set_warning_handler(o->codec, told, damaged);
	opj_set_error_handler(o->codec, told, damaged);
	opj_set_default_decoder_parameters(&parameters);
	if (keep_indices)
		parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
	return opj_setup_decoder(o->codec, &parameters) && opj_decoder_set_strict_mode(o->codec, OPJ_FALSE);
}

/* ---- the picture ---- */

/* What OpenJPEG made of the header against what SIZ said. */
static bool image_allowed(const opj_image_t *image, const struct jpx_limits *limits)
{
	uint64_t width = (uint64_t)image->x1 - image->x0, height = (uint64_t)image->y1 - image->y0;
	return image->x1 > image->x0 && image->y1 > image->y0 && width <= limits->side && height <= limits->side &&
	       width * height <= limits->pixels && image->numcomps >= 1 && image->numcomps <= limits->components;
}

static enum sk_status decode(struct opened *o, const struct jpx_limits *limits, bool *damaged)
{
	if (!opj_read_header(o->stream, o->codec, &o->image) || o->image == NULL || !image_allowed(o->image, limits))
		return SK_MALFORMED;
	*damaged |= !opj_decode(o->codec, o->stream, o->image);
	(void)opj_end_decompress(o->codec, o->stream); /* reads boxes behind the picture; nothing of them is wanted */
	return SK_OK;
}

enum sk_status jpx_decode(sk_bytes in, const struct jpx_limits *limits, bool keep_indices, struct sk_arena *arena, struct jpx_picture *picture,
			  bool *over_limit)
{
	sk_bytes stream = codestream_find(in);
	struct source source = {.bytes = in};
	struct opened o;
	*picture = (struct jpx_picture){.indexed = keep_indices};
	*over_limit = false;
	if (stream.len == 0)
		return SK_MALFORMED;
	SK_TRY(jpx_size_check(stream, limits, over_limit));
	enum sk_status status = SK_LIMIT;
	if (open_all(&o, &source, stream.at == in.at, keep_indices, &picture->damaged))
		status = decode(&o, limits, &picture->damaged);
	if (status == SK_OK)
		status = jpx_picture_make(o.image, keep_indices, arena, picture);
	close_all(&o);
	return status;
}
