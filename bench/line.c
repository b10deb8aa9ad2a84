/*
 * line [-j N] [-r ROUNDS] FILE…: how long the whole line takes for these files, everything on, the process warm. Opens one sanitizer a thread;
 * threads take the next file from a common counter. Prints seconds of the best round, bytes, and how many files were not blocked.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sanitize/sanitize.h"

#define THREADS_MAX 64

struct lane {
	pthread_t thread;
	struct sanitizer *sanitizer;
	struct sanitize_result result;
};

static struct lane lanes[THREADS_MAX];
static char **files;
static int file_count;
static atomic_int next_file;
static atomic_ullong bytes, passed;

static void *run(void *context)
{
	struct lane *lane = context;

	for (int i; (i = atomic_fetch_add(&next_file, 1)) < file_count;) {
		int input = open(files[i], O_RDONLY | O_CLOEXEC);
		sanitize(lane->sanitizer, input, LEVEL_REBUILD, &lane->result);
		atomic_fetch_add(&bytes, lane->result.input_size);
		if (lane->result.verdict != VERDICT_BLOCKED)
			atomic_fetch_add(&passed, 1);
		sanitize_result_end(&lane->result);
		close(input);
	}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double round_of(int threads)
{
	double from = now();

	atomic_store(&next_file, 0);
	atomic_store(&bytes, 0);
	atomic_store(&passed, 0);
	for (int i = 1; i < threads; i++)
		if (pthread_create(&lanes[i].thread, NULL, run, &lanes[i]) != 0)
			exit(1);
	run(&lanes[0]);
	for (int i = 1; i < threads; i++)
		pthread_join(lanes[i].thread, NULL);
	return now() - from;
}

int main(int argc, char **argv)
{
	int threads = 1, rounds = 5, option;
	double best = 1e9;
	struct sk_fault fault;

	while ((option = getopt(argc, argv, "j:r:")) != -1) {
		if (option == 'j')
			threads = (int)strtol(optarg, NULL, 10);
		else if (option == 'r')
			rounds = (int)strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (threads < 1 || threads > THREADS_MAX || optind == argc)
		return 2;
	files = argv + optind;
	file_count = argc - optind;
	for (int i = 0; i < threads; i++) {
		const struct sanitizer_options options = {.lane = (unsigned)i, .lanes = (unsigned)threads};
		if (!sanitizer_open(&options, &lanes[i].sanitizer, &fault)) {
			fprintf(stderr, "%s: error %d\n", fault.operation, fault.error);
			return 1;
		}
	}
	for (int i = 0; i < rounds; i++) {
		double seconds = round_of(threads);
		best = seconds < best ? seconds : best;
	}
	for (int i = 0; i < threads; i++)
		sanitizer_close(lanes[i].sanitizer);
	printf("%.6f %llu %llu\n", best, (unsigned long long)bytes, (unsigned long long)passed);
	return 0;
}
