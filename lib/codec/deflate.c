/* A thin face over libdeflate. The attacker controls the packed bytes; libdeflate bounds both ends itself. */
#include "codec/deflate.h"

#include <libdeflate.h>

static struct libdeflate_decompressor *decompressor;
static struct libdeflate_compressor *compressor, *lines_compressor, *pages_compressor;

enum sk_status deflate_prepare(void)
{
	if (decompressor == NULL)
		decompressor = libdeflate_alloc_decompressor();
	if (compressor == NULL)
		compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
	if (lines_compressor == NULL)
		lines_compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL_LINES);
	if (pages_compressor == NULL)
		pages_compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL_PAGES);
	bool all = decompressor != NULL && compressor != NULL && lines_compressor != NULL && pages_compressor != NULL;
	return all ? SK_OK : SK_FAULT;
}

enum sk_status deflate_inflate(enum deflate_wrap wrap, sk_bytes packed, uint8_t *out, size_t out_max, size_t *out_len,
			       size_t *packed_used)
{
	size_t used = 0;
	uint8_t nothing = 0;
	uint8_t *to = out == NULL ? &nothing : out;

	*out_len = 0;
	SK_TRY(deflate_prepare());
	enum libdeflate_result result =
		wrap == DEFLATE_ZLIB
			? libdeflate_zlib_decompress_ex(decompressor, packed.at, packed.len, to, out_max, &used, out_len)
			: libdeflate_deflate_decompress_ex(decompressor, packed.at, packed.len, to, out_max, &used, out_len);
	if (packed_used != NULL)
		*packed_used = used;
	switch (result) {
	case LIBDEFLATE_SUCCESS:
		return SK_OK;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return SK_LIMIT;
	case LIBDEFLATE_BAD_DATA:
	case LIBDEFLATE_SHORT_OUTPUT:
		break;
	}
	return SK_MALFORMED;
}

size_t deflate_deflate(enum deflate_wrap wrap, sk_bytes b, uint8_t *out, size_t out_max)
{
	if (deflate_prepare() != SK_OK)
		return 0;
	return wrap == DEFLATE_ZLIB ? libdeflate_zlib_compress(compressor, b.at, b.len, out, out_max)
				    : libdeflate_deflate_compress(compressor, b.at, b.len, out, out_max);
}

size_t deflate_lines(sk_bytes lines, uint8_t *out, size_t out_max)
{
	if (deflate_prepare() != SK_OK)
		return 0;
	return libdeflate_zlib_compress(lines_compressor, lines.at, lines.len, out, out_max);
}

size_t deflate_pages(sk_bytes b, uint8_t *out, size_t out_max)
{
	return deflate_prepare() != SK_OK ? 0 : libdeflate_zlib_compress(pages_compressor, b.at, b.len, out, out_max);
}

size_t deflate_bound(enum deflate_wrap wrap, size_t len)
{
	if (deflate_prepare() != SK_OK)
		return len;
	/* without a compressor: the bound of all levels */
	return wrap == DEFLATE_ZLIB ? libdeflate_zlib_compress_bound(NULL, len) : libdeflate_deflate_compress_bound(NULL, len);
}

uint32_t deflate_crc32(uint32_t crc, sk_bytes b)
{
	return b.len == 0 ? crc : libdeflate_crc32(crc, b.at, b.len);
}

uint32_t deflate_adler32(uint32_t adler, sk_bytes b)
{
	return b.len == 0 ? adler : libdeflate_adler32(adler, b.at, b.len);
}
