/* A thin face over libdeflate. The attacker controls the packed bytes; libdeflate bounds both ends itself. */
#include "codec/deflate.h"

#include <libdeflate.h>
#include <stdlib.h>

static struct libdeflate_decompressor *decompressor;

/* Memory that a process gave for them: near for what every document needs, far for what pictures and pages need. */
static struct sk_arena near_memory, far_memory;

void deflate_use(uint8_t *near, uint8_t *far)
{
	sk_arena_init(&near_memory, near, DEFLATE_NEAR);
	sk_arena_init(&far_memory, far, DEFLATE_FAR);
}

/* What there is no memory of our own for (tests; another version of the library that needs more) comes from malloc. */
static void *take(size_t len)
{
	void *taken = sk_arena_raw(len < DEFLATE_NEAR ? &near_memory : &far_memory, len);
	return taken != NULL ? taken : malloc(len);
}

/* Nothing is given back: what was made stays for the process's life. */
static void keep(void *taken)
{
	(void)taken;
}

void deflate_warm(void)
{
	uint8_t nothing = 0;

	(void)libdeflate_crc32(0, &nothing, 1);
	(void)libdeflate_adler32(1, &nothing, 1);
}

static struct libdeflate_compressor *compressor_of(int level)
{
	static struct libdeflate_compressor *compressors[DEFLATE_LEVEL_PAGES + 1];

	if (compressors[level] == NULL) {
		libdeflate_set_memory_allocator(take, keep);
		compressors[level] = libdeflate_alloc_compressor(level);
	}
	return compressors[level];
}

static bool have_decompressor(void)
{
	if (decompressor == NULL) {
		libdeflate_set_memory_allocator(take, keep);
		decompressor = libdeflate_alloc_decompressor();
	}
	return decompressor != NULL;
}

enum sk_status deflate_inflate(enum deflate_wrap wrap, sk_bytes packed, uint8_t *out, size_t out_max, size_t *out_len,
			       size_t *packed_used)
{
	size_t used = 0;
	uint8_t nothing = 0;
	uint8_t *to = out == NULL ? &nothing : out;

	*out_len = 0;
	if (!have_decompressor())
		return SK_FAULT;
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
	struct libdeflate_compressor *compressor = compressor_of(DEFLATE_LEVEL);

	if (compressor == NULL)
		return 0;
	return wrap == DEFLATE_ZLIB ? libdeflate_zlib_compress(compressor, b.at, b.len, out, out_max)
				    : libdeflate_deflate_compress(compressor, b.at, b.len, out, out_max);
}

static size_t deflate_at(int level, sk_bytes b, uint8_t *out, size_t out_max)
{
	struct libdeflate_compressor *compressor = compressor_of(level);
	return compressor == NULL ? 0 : libdeflate_zlib_compress(compressor, b.at, b.len, out, out_max);
}

size_t deflate_lines(sk_bytes lines, uint8_t *out, size_t out_max)
{
	return deflate_at(DEFLATE_LEVEL_LINES, lines, out, out_max);
}

size_t deflate_pages(sk_bytes b, uint8_t *out, size_t out_max)
{
	return deflate_at(DEFLATE_LEVEL_PAGES, b, out, out_max);
}

size_t deflate_bound(enum deflate_wrap wrap, size_t len)
{
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
