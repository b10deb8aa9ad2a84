/*
 * floor FILE…: the least that any rewriting of these files can cost, with no checking at all: every part of a ZIP
 * container inflated and deflated again at level 1, every JPEG rewritten losslessly by its coefficients, every PNG's
 * scan lines inflated and deflated. Prints seconds and bytes; the best of several rounds. A measuring tool, not a parser:
 * it trusts its input.
 */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h> /* wants stdio.h before it */

static struct libdeflate_compressor *compressor;
static struct libdeflate_decompressor *decompressor;
static uint8_t *scratch, *packed;
static size_t scratch_room;

static uint32_t u32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }
static uint32_t u16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32be(const uint8_t *p) { return __builtin_bswap32(u32(p)); }

static void reserve(size_t len)
{
	if (len <= scratch_room)
		return;
	scratch_room = len;
	scratch = realloc(scratch, len);
	packed = realloc(packed, len + len / 8 + 4096);
	if (scratch == NULL || packed == NULL)
		abort();
}

static void rewrite_jpeg(const uint8_t *at, size_t len)
{
	struct jpeg_error_mgr errors;
	struct jpeg_decompress_struct in = {.err = jpeg_std_error(&errors)};
	struct jpeg_compress_struct out = {.err = &errors};
	unsigned char *result = NULL;
	unsigned long result_len = 0;
	jpeg_create_decompress(&in);
	jpeg_create_compress(&out);
	jpeg_mem_src(&in, at, len);
	jpeg_read_header(&in, TRUE);
	jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&in);
	jpeg_mem_dest(&out, &result, &result_len);
	jpeg_copy_critical_parameters(&in, &out);
	jpeg_write_coefficients(&out, coefficients);
	jpeg_finish_compress(&out);
	jpeg_finish_decompress(&in);
	jpeg_destroy_compress(&out);
	jpeg_destroy_decompress(&in);
	free(result);
}

static void rewrite_png(const uint8_t *at, size_t len)
{
	uint8_t *idat = malloc(len);
	size_t idat_len = 0;
	size_t bits = 0;
	for (size_t i = 8; i + 12 <= len; i += 12 + u32be(at + i)) {
		if (memcmp(at + i + 4, "IHDR", 4) == 0) {
			static const unsigned channels[] = {1, 0, 3, 1, 2, 0, 4};
			size_t row = ((size_t)u32be(at + i + 8) * at[i + 16] * channels[at[i + 17] % 7] + 7) / 8 + 1;
			bits = (row + 16) * u32be(at + i + 12) + 4096;
		}
		if (memcmp(at + i + 4, "IDAT", 4) == 0) {
			memcpy(idat + idat_len, at + i + 8, u32be(at + i));
			idat_len += u32be(at + i);
		}
	}
	size_t got = 0;
	reserve(bits * 2);
	libdeflate_zlib_decompress(decompressor, idat, idat_len, scratch, scratch_room, &got);
	libdeflate_zlib_compress(compressor, scratch, got, packed, scratch_room);
	free(idat);
}

static void rewrite_zip(const uint8_t *at, size_t len);

/* A picture or a container inside, as they are rewritten too. */
static void rewrite_part(const uint8_t *at, size_t len)
{
	if (len > 4 && memcmp(at, "\xFF\xD8\xFF", 3) == 0)
		rewrite_jpeg(at, len);
	else if (len > 8 && memcmp(at, "\x89PNG", 4) == 0)
		rewrite_png(at, len);
	else if (len > 22 && memcmp(at, "PK\3\4", 4) == 0)
		rewrite_zip(at, len);
}

static void rewrite_zip(const uint8_t *at, size_t len)
{
	size_t end = len - 22;
	while (end > 0 && memcmp(at + end, "PK\5\6", 4) != 0)
		end--;
	const uint8_t *entry = at + u32(at + end + 16);
	for (uint32_t count = u16(at + end + 10); count > 0; count--) {
		uint32_t method = u16(entry + 10);
		size_t packed_len = u32(entry + 20);
		size_t size = u32(entry + 24);
		const uint8_t *local = at + u32(entry + 42);
		const uint8_t *body = local + 30 + u16(local + 26) + u16(local + 28);
		if (method == 8) {
			uint8_t *part = malloc(size + 1);
			libdeflate_deflate_decompress(decompressor, body, packed_len, part, size, NULL);
			libdeflate_crc32(0, part, size);
			if (size > 22 && (part[0] == 0xFF || part[0] == 0x89 || part[0] == 'P')) {
				rewrite_part(part, size);
			} else {
				reserve(size * 2);
				libdeflate_deflate_compress(compressor, part, size, packed, scratch_room);
				libdeflate_crc32(0, part, size);
			}
			free(part);
		} else {
			rewrite_part(body, size);
		}
		entry += 46 + u16(entry + 28) + u16(entry + 30) + u16(entry + 32);
	}
}

static uint8_t *load(const char *path, size_t *len)
{
	FILE *in = fopen(path, "rb");
	if (in == NULL || fseek(in, 0, SEEK_END) != 0)
		exit(2);
	*len = (size_t)ftell(in);
	rewind(in);
	uint8_t *at = malloc(*len + 1);
	if (at == NULL || fread(at, 1, *len, in) != *len)
		exit(2);
	fclose(in);
	return at;
}

int main(int argc, char **argv)
{
	double best = 1e9;
	size_t total = 0;
	compressor = libdeflate_alloc_compressor(1);
	decompressor = libdeflate_alloc_decompressor();
	reserve(1 << 20);
	for (int round = 0; round < 5; round++) {
		double seconds = 0;
		total = 0;
		for (int i = 1; i < argc; i++) {
			struct timespec from, to;
			size_t len;
			uint8_t *at = load(argv[i], &len);
			clock_gettime(CLOCK_MONOTONIC, &from);
			if (len > 30 && memcmp(at, "PK\3\4", 4) == 0)
				rewrite_zip(at, len);
			else
				rewrite_part(at, len);
			clock_gettime(CLOCK_MONOTONIC, &to);
			seconds += (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
			total += len;
			free(at);
		}
		best = seconds < best ? seconds : best;
	}
	printf("%.6f %zu\n", best, total);
	return 0;
}
