/* inline FILE [OUT]: one document through the line in one process, with every finding; a tool for developers. */
#include "fuzz/inline.h"

#include <stdio.h>
#include <stdlib.h>

static sk_bytes load(const char *path)
{
	FILE *in = fopen(path, "rb");
	if (in == NULL || fseek(in, 0, SEEK_END) != 0)
		exit(2);
	long len = ftell(in);
	rewind(in);
	uint8_t *at = malloc((size_t)len + 1);
	if (at == NULL || fread(at, 1, (size_t)len, in) != (size_t)len)
		exit(2);
	fclose(in);
	return sk_bytes_of(at, (size_t)len);
}

int main(int argc, char **argv)
{
	static struct inline_job job;
	if (argc < 2)
		return 2;
	sk_bytes input = load(argv[1]);
	job.print_findings = getenv("QUIET") == NULL;
	inline_run(&job, input, getenv("TEXT") != NULL ? LEVEL_TEXT : LEVEL_REBUILD, 0);
	printf("%s: kind %s, %s, %zu bytes, records %zu\n", argv[1], format_kind_row(job.kind)->name, sk_status_name(job.status),
	       job.output.len, job.records.len);
	if (argc > 2 && job.written) {
		FILE *out = fopen(argv[2], "wb");
		if (out == NULL || fwrite(job.output.at, 1, job.output.len, out) != job.output.len || fclose(out) != 0)
			return 1;
	}
	int status = job.written ? 0 : 3;
	inline_free(&job);
	free((void *)(uintptr_t)input.at);
	return status;
}
