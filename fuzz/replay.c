/*
 * replay FILE|FOLDER…: runs a fuzz target's function over files, so that every seed and every past crash is a test on any compiler. One
 * TAP case a target: a crash of the function is the failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static unsigned files;

static void replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat stat;

	if (file == NULL || fstat(fileno(file), &stat) != 0) {
		perror(path);
		exit(1);
	}
	size_t len = (size_t)stat.st_size;
	uint8_t *bytes = malloc(len > 0 ? len : 1); /* exactly so long: a sanitizer sees a byte read behind it */
	if (bytes == NULL || fread(bytes, 1, len, file) != len) {
		perror(path);
		exit(1);
	}
	fclose(file);
	LLVMFuzzerTestOneInput(bytes, len);
	free(bytes);
	files++;
}

static void replay(const char *path)
{
	struct stat stat;
	struct dirent *entry;
	DIR *folder;

	if (lstat(path, &stat) != 0)
		return; /* a target without seeds yet */
	if (S_ISREG(stat.st_mode))
		replay_file(path);
	if (!S_ISDIR(stat.st_mode) || (folder = opendir(path)) == NULL)
		return;
	while ((entry = readdir(folder)) != NULL) {
		char inside[4096];
		if (entry->d_name[0] != '.' && snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name) < (int)sizeof inside)
			replay(inside);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	static const uint8_t noise[4096] = {0x50, 0x4b, 0x03, 0x04};

	setvbuf(stdout, NULL, _IOLBF, 0);
	LLVMFuzzerTestOneInput(noise, 0);
	LLVMFuzzerTestOneInput(noise, sizeof noise);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("ok 1 %u files\n1..1\n", files);
	return 0;
}
