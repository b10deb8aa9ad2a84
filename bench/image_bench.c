/* Pictures: libjpeg-turbo's own lossless rewriting (the floor) beside the family's reader and writer, in one run, one process.
 * Usage: image_bench JPEG… */
#include <stdio.h>
#include <time.h>

#include "format/image/image_test.h"

#include <jpeglib.h>

#define ROUNDS 9

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void rewrite(sk_bytes b)
{
	struct jpeg_decompress_struct in;
	struct jpeg_compress_struct out;
	struct jpeg_error_mgr error;
	unsigned char *made = NULL;
	unsigned long len = 0;
	in.err = out.err = jpeg_std_error(&error);
	jpeg_create_decompress(&in);
	jpeg_create_compress(&out);
	jpeg_mem_src(&in, b.at, b.len);
	jpeg_read_header(&in, TRUE);
	jvirt_barray_ptr *arrays = jpeg_read_coefficients(&in);
	jpeg_copy_critical_parameters(&in, &out);
	jpeg_mem_dest(&out, &made, &len);
	jpeg_write_coefficients(&out, arrays);
	jpeg_finish_compress(&out);
	jpeg_destroy_compress(&out);
	jpeg_destroy_decompress(&in);
	free(made);
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

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		sk_bytes b = slurp(argv[i]);
		double floor_ms = 1e9, ours_ms = 1e9;
		for (int round = 0; round < ROUNDS && b.len > 0; round++) {
			double start = now_ms();
			rewrite(b);
			double middle = now_ms();
			sanitized_free(image_sanitize(b));
			double end = now_ms();
			floor_ms = middle - start < floor_ms ? middle - start : floor_ms;
			ours_ms = end - middle < ours_ms ? end - middle : ours_ms;
		}
		printf("%s\t%zu bytes\tfloor %.2f ms\tours %.2f ms\t%.2f\n", argv[i], b.len, floor_ms, ours_ms, ours_ms / floor_ms);
	}
	return 0;
}
