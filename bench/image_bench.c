/*
 * image_bench PICTURE…: JPEG and PNG through the family's reader and writer beside the least that rewriting can cost (libjpeg's own
 * transcoding; inflating and deflating the scan lines, at level 1 and at the level that we write), in one run and one process. Processor
 * time, the best of several rounds, memory warm; records go through one buffer, as through the ring.
 */
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/deflate.h"
#include "format/image/image.h"

#include <jpeglib.h>

#define ROUNDS 9
#define ARENA_BYTES ((size_t)1 << 30)

struct growing {
	uint8_t *at;
	size_t len, room, read;
};

static uint8_t *memory, *scratch, *packed;
static struct growing records, made;
static struct libdeflate_compressor *compressors[13];
static struct libdeflate_decompressor *decompressor;

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static enum sk_status grow(void *context, sk_bytes bytes)
{
	struct growing *g = context;
	if (g->room - g->len < bytes.len) {
		g->room = (g->room + bytes.len) * 2;
		g->at = realloc(g->at, g->room);
		if (g->at == NULL)
			abort();
	}
	memcpy(g->at + g->len, bytes.at, bytes.len);
	g->len += bytes.len;
	return SK_OK;
}

static enum sk_status receive(void *context, uint8_t *to, size_t max, size_t *got)
{
	struct growing *g = context;
	*got = sk_min(max, g->len - g->read);
	memcpy(to, g->at + g->read, *got);
	g->read += *got;
	return SK_OK;
}

static void ignore(void *context, const struct finding *finding)
{
	(void)context;
	(void)finding;
}

static bool read_picture(sk_bytes b)
{
	static uint8_t stage[NEUTRAL_STAGE];
	struct sk_arena arena;
	struct neutral_out out;
	struct finding_sink sink = {ignore, NULL};
	sk_arena_init(&arena, memory, ARENA_BYTES);
	records.len = records.read = 0;
	neutral_out_init(&out, &image_vocabulary, stage, grow, &records);
	neutral_start(&out, LEVEL_REBUILD);
	struct format_read job = {.input = b, .arena = &arena, .out = &out, .findings = &sink, .outermost = true};
	return image_read(&job) == SK_OK && neutral_end(&out) == SK_OK;
}

static bool write_picture(void)
{
	static uint8_t stage[NEUTRAL_IN_STAGE];
	static struct neutral_in in;
	struct neutral_record record;
	struct sk_arena arena;
	sk_arena_init(&arena, memory, ARENA_BYTES);
	made.len = 0;
	neutral_in_init(&in, &image_vocabulary, stage, receive, &records);
	struct format_write job = {.level = LEVEL_REBUILD, .arena = &arena, .in = &in, .put = grow, .context = &made};
	return image_write(&job) == SK_OK && neutral_next(&in, &record) == SK_OK;
}

static void jpeg_floor(sk_bytes b)
{
	struct jpeg_decompress_struct in;
	struct jpeg_compress_struct out;
	struct jpeg_error_mgr error;
	unsigned char *to = NULL;
	unsigned long len = 0;
	in.err = out.err = jpeg_std_error(&error);
	jpeg_create_decompress(&in);
	jpeg_create_compress(&out);
	jpeg_mem_src(&in, b.at, b.len);
	jpeg_read_header(&in, TRUE);
	jvirt_barray_ptr *arrays = jpeg_read_coefficients(&in);
	jpeg_copy_critical_parameters(&in, &out);
	jpeg_mem_dest(&out, &to, &len);
	jpeg_write_coefficients(&out, arrays);
	jpeg_finish_compress(&out);
	jpeg_destroy_compress(&out);
	jpeg_destroy_decompress(&in);
	free(to);
}

static void png_floor(sk_bytes b, int level)
{
	size_t len = 0, idat = 0;
	for (size_t i = 8; i + 12 <= b.len;) {
		size_t chunk = (size_t)b.at[i] << 24 | (size_t)b.at[i + 1] << 16 | (size_t)b.at[i + 2] << 8 | b.at[i + 3];
		if (memcmp(b.at + i + 4, "IDAT", 4) == 0) {
			memcpy(packed + idat, b.at + i + 8, chunk);
			idat += chunk;
		}
		i += 12 + chunk;
	}
	if (libdeflate_zlib_decompress(decompressor, packed, idat, scratch, ARENA_BYTES / 2, &len) == LIBDEFLATE_SUCCESS)
		libdeflate_zlib_compress(compressors[level], scratch, len, packed, ARENA_BYTES / 2);
	made.len = len;
}

static sk_bytes slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		return sk_bytes_of(NULL, 0);
	size_t len = (size_t)ftell(file);
	uint8_t *at = malloc(len + 1);
	rewind(file);
	len = at == NULL ? 0 : fread(at, 1, len, file);
	fclose(file);
	return sk_bytes_of(at, len);
}

static void least(double *best, double ms)
{
	*best = ms < *best ? ms : *best;
}

struct times {
	double floor, level, read, write;
	unsigned files;
};

static struct times measure(const char *path, sk_bytes b, bool png)
{
	struct times t = {1e9, 1e9, 1e9, 1e9, 1};
	if (!read_picture(b)) /* the floor trusts its input */
		return (struct times){.files = 0};
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ms();
		if (png)
			png_floor(b, 1);
		else
			jpeg_floor(b);
		least(&t.floor, now_ms() - start);
		start = now_ms();
		if (png)
			png_floor(b, DEFLATE_LEVEL_LINES);
		least(&t.level, png ? now_ms() - start : t.floor);
		start = now_ms();
		if (!read_picture(b))
			return (struct times){.files = 0};
		least(&t.read, now_ms() - start);
		start = now_ms();
		if (!write_picture())
			return (struct times){.files = 0};
		least(&t.write, now_ms() - start);
	}
	printf("%7zu bytes  floor %8.3f  at our level %8.3f  read %8.3f  write %8.3f ms  %3.0f %% %3.0f %%  records %zu  %s\n", b.len, t.floor, t.level, t.read,
	       t.write, 100 * t.floor / (t.read + t.write), 100 * t.level / (t.read + t.write), records.len, path);
	return t;
}

int main(int argc, char **argv)
{
	struct times sums[2] = {{.files = 0}, {.files = 0}};
	memory = malloc(ARENA_BYTES);
	scratch = malloc(ARENA_BYTES / 2);
	packed = malloc(ARENA_BYTES / 2);
	decompressor = libdeflate_alloc_decompressor();
	for (int level = 1; level <= 12; level++)
		compressors[level] = libdeflate_alloc_compressor(level);
	for (int i = 1; i < argc && memory != NULL && scratch != NULL && packed != NULL; i++) {
		sk_bytes b = slurp(argv[i]);
		bool png = sk_bytes_starts(b, SK_BYTES("\x89PNG"));
		if (!png && !sk_bytes_starts(b, SK_BYTES("\xFF\xD8\xFF")))
			continue;
		struct times t = measure(argv[i], b, png);
		sums[png].floor += t.floor;
		sums[png].level += t.level;
		sums[png].read += t.read;
		sums[png].write += t.write;
		sums[png].files += t.files;
	}
	for (int png = 0; png < 2; png++)
		if (sums[png].files > 0)
			printf("%s: %u files, floor %.2f ms, at our level %.2f ms, read %.2f ms, write %.2f ms: %.0f %% of the floor, %.0f %% at our level\n",
			       png ? "PNG" : "JPEG", sums[png].files, sums[png].floor, sums[png].level, sums[png].read, sums[png].write,
			       100 * sums[png].floor / (sums[png].read + sums[png].write), 100 * sums[png].level / (sums[png].read + sums[png].write));
	return 0;
}
