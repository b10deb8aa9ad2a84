/*
 * sekisho sanitize and sekisho inspect: options, lanes that take the next file from a common list, reports, exit code.
 *
 * This process parses no file: it hands descriptors to the line and copies clean bytes to disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "items.h"
#include "output.h"
#include "report.h"

#define LANES_MAX 64

struct options {
	const char *name; /* of the subcommand */
	bool writes, json, quiet, stream; /* stream: "-" */
	enum format_level level;
	unsigned jobs, seconds;
	const char *output;
};

struct lane {
	pthread_t thread;
	struct work *work;
	struct sanitizer *sanitizer;
	char temporary[4096]; /* the unfinished file, for the signal handler */
	struct sanitize_result result;
};

struct work {
	const struct options *options;
	struct items items;
	struct output output;
	pthread_mutex_t lock; /* of what follows, and of standard output */
	size_t next, done;
	size_t verdicts[VERDICT_BLOCKED + 1];
	bool fault, terminal;
};

static struct lane *lanes; /* for the signal handler */
static unsigned lane_count;

/* ---- options ---- */

static bool number_of(const char *text, unsigned max, unsigned *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*number = (unsigned)value;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && value >= 1 && value <= max;
}

static bool level_of(const char *name, enum format_level *level)
{
	*level = strcmp(name, "text") == 0 ? LEVEL_TEXT : LEVEL_REBUILD;
	return *level == LEVEL_TEXT || strcmp(name, "rebuild") == 0;
}

/* -1 when the command goes on, else its exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	enum { JSON = 256, LANGUAGE, SECONDS };
	static const struct option known[] = {
		{"level", required_argument, NULL, 'l'}, {"output", required_argument, NULL, 'o'}, {"jobs", required_argument, NULL, 'j'},
		{"quiet", no_argument, NULL, 'q'},       {"help", no_argument, NULL, 'h'},         {"json", no_argument, NULL, JSON},
		{"lang", required_argument, NULL, LANGUAGE}, {"seconds", required_argument, NULL, SECONDS}, {NULL, 0, NULL, 0},
	};
	int option;
	bool good = true;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":l:o:j:qh", known, NULL)) != -1) {
		switch (option) {
		case 'h':
			return command_usage(o->name);
		case 'l':
			good = level_of(optarg, &o->level);
			break;
		case 'o':
			o->output = optarg;
			good = o->writes && optarg[0] != '\0';
			break;
		case 'j':
			good = number_of(optarg, LANES_MAX, &o->jobs);
			break;
		case 'q':
			o->quiet = true;
			break;
		case JSON:
			o->json = true;
			break;
		case LANGUAGE:
			good = language_set(optarg);
			break;
		case SECONDS:
			good = number_of(optarg, 86400, &o->seconds);
			break;
		default:
			return command_misused(o->name, argv[optind - 1]);
		}
		if (!good)
			return command_misused(o->name, optarg);
	}
	return optind < argc ? -1 : command_misused(o->name, NULL);
}

/* ---- one file ---- */

static void complain(const char *path, const char *what, int error)
{
	fputs("sekisho: ", stderr);
	report_name(stderr, path);
	if (error != 0)
		fprintf(stderr, ": %s: %s\n", what, strerror(error));
	else
		fprintf(stderr, ": %s\n", what);
}

static void show_progress(const struct work *w)
{
	if (w->terminal && w->items.count > 1)
		fprintf(stderr, say("\r\033[K%zu / %zu 件", "\r\033[K%zu of %zu"), w->done, w->items.count);
}

/* Prints and counts; called with the lock held. */
static void finish(struct work *w, const struct report *report)
{
	const struct sanitize_result *result = report->result;

	w->done++;
	w->verdicts[result->verdict]++;
	w->fault |= result->fault;
	if (w->terminal)
		fputs("\r\033[K", stderr);
	if (w->options->json)
		report_json(stdout, report);
	else if (!w->options->quiet || result->verdict == VERDICT_BLOCKED)
		report_text(w->options->stream ? stderr : stdout, report);
	fflush(stdout);
	show_progress(w);
}

static void work_on(struct lane *lane, const struct item *item)
{
	struct work *w = lane->work;
	struct report report = {.path = item->path, .result = &lane->result};
	const char *why = "open";
	char *written = NULL;
	int error = 0;

	int input = open(item->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool good = input >= 0;
	if (good) {
		sanitize(lane->sanitizer, input, w->options->level, &lane->result);
		close(input);
	} else {
		error = errno;
	}
	if (good && w->options->writes && lane->result.verdict != VERDICT_BLOCKED) {
		written = output_write(&w->output, item, &lane->result, lane->temporary, &why, &error);
		good = written != NULL;
	}
	report.output = written;
	pthread_mutex_lock(&w->lock);
	if (good) {
		finish(w, &report);
	} else {
		w->done++;
		w->fault = true;
		complain(item->path, why, error);
	}
	pthread_mutex_unlock(&w->lock);
	free(written);
	if (input >= 0)
		sanitize_result_end(&lane->result);
}

static void *run_lane(void *context)
{
	struct lane *lane = context;
	struct work *w = lane->work;

	for (;;) {
		pthread_mutex_lock(&w->lock);
		size_t index = w->next++;
		pthread_mutex_unlock(&w->lock);
		if (index >= w->items.count)
			return NULL;
		work_on(lane, &w->items.at[index]);
	}
}

/* ---- all files ---- */

/* Unfinished files go when a person stops the command. */
static _Noreturn void stopped(int signal)
{
	for (unsigned i = 0; i < lane_count; i++)
		if (lanes[i].temporary[0] != '\0')
			unlink(lanes[i].temporary);
	_exit(128 + signal);
}

static bool open_lanes(struct work *w)
{
	struct sanitizer_options options = {.seconds = w->options->seconds};
	struct sk_fault fault;
	unsigned wanted = w->options->jobs < w->items.count ? w->options->jobs : (unsigned)w->items.count;

	lanes = calloc(wanted > 0 ? wanted : 1, sizeof *lanes);
	if (lanes == NULL)
		return false;
	for (; lane_count < wanted; lane_count++) {
		lanes[lane_count].work = w;
		if (!sanitizer_open(&options, &lanes[lane_count].sanitizer, &fault)) {
			complain("sekisho-zygote", fault.operation, fault.error);
			return false;
		}
	}
	signal(SIGINT, stopped);
	signal(SIGTERM, stopped);
	signal(SIGHUP, stopped);
	signal(SIGPIPE, SIG_IGN);
	return true;
}

static void run_all(void)
{
	unsigned started = 1;

	for (; started < lane_count; started++)
		if (pthread_create(&lanes[started].thread, NULL, run_lane, &lanes[started]) != 0)
			break; /* fewer lanes do the same work */
	run_lane(&lanes[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(lanes[i].thread, NULL);
}

static void close_lanes(void)
{
	for (unsigned i = 0; i < lane_count; i++)
		sanitizer_close(lanes[i].sanitizer);
	lane_count = 0;
	free(lanes);
}

static void summarise(const struct work *w)
{
	if (w->terminal)
		fputs("\r\033[K", stderr);
	if (w->options->json || w->options->quiet || w->items.count < 2)
		return;
	printf(say("\n計 %zu 件: 変更なし %zu、無害化済み %zu、遮断 %zu\n", "\n%zu files: %zu clean, %zu sanitized, %zu blocked\n"), w->items.count,
	       w->verdicts[VERDICT_CLEAN], w->verdicts[VERDICT_SANITIZED], w->verdicts[VERDICT_BLOCKED]);
}

static int exit_code(const struct work *w)
{
	if (w->fault || w->items.failed || ferror(stdout) || fflush(stdout) != 0)
		return EXIT_FAULT;
	return w->verdicts[VERDICT_BLOCKED] > 0 ? EXIT_BLOCKED : EXIT_GOOD;
}

/* ---- where files go ---- */

/* One input file and a name with an extension that is no folder: a file; else a folder. */
static void choose_output(struct work *w, char **paths, int count)
{
	struct stat status;
	const char *output = w->options->output != NULL ? w->options->output : "sanitized";
	const char *slash = strrchr(output, '/');
	bool is_folder = stat(output, &status) == 0 && S_ISDIR(status.st_mode);
	bool one_file = count == 1 && stat(paths[0], &status) == 0 && !S_ISDIR(status.st_mode);
	const char *dot = strrchr(slash != NULL ? slash + 1 : output, '.');

	w->output = (struct output){.folder = output, .inputs = &w->items, .level = w->options->level};
	if (w->options->output != NULL && one_file && !is_folder && dot != NULL && dot[1] != '\0')
		w->output.file = output;
}

static void add_items(struct work *w, char **paths, int count)
{
	struct stat status = {0};

	if (w->options->writes)
		(void)stat(w->output.folder, &status); /* not there: nothing to pass over */
	for (int i = 0; i < count; i++)
		items_add(&w->items, paths[i], status.st_dev, status.st_ino);
}

/* ---- "-" ---- */

static bool copy_out(const struct sanitize_result *result)
{
	static char room[65536];
	ssize_t got;
	off_t at = 0;

	while ((got = pread(result->output, room, sizeof room, at)) > 0) {
		if (fwrite(room, 1, (size_t)got, stdout) != (size_t)got)
			return false;
		at += got;
	}
	return got == 0 && fflush(stdout) == 0;
}

/* Standard input to standard output; the report goes to standard error. */
static int run_stream(const struct options *o)
{
	struct sanitizer_options options = {.seconds = o->seconds};
	struct sk_fault fault;
	struct sanitizer *sanitizer;
	static struct sanitize_result result;
	struct report report = {.path = "-", .result = &result};

	if (!sanitizer_open(&options, &sanitizer, &fault)) {
		complain("sekisho-zygote", fault.operation, fault.error);
		return EXIT_FAULT;
	}
	sanitize(sanitizer, STDIN_FILENO, o->level, &result);
	sanitizer_close(sanitizer);
	bool good = !result.fault && (!o->writes || result.verdict == VERDICT_BLOCKED || copy_out(&result));
	if (o->json)
		report_json(o->writes ? stderr : stdout, &report);
	else if (!o->quiet || result.verdict == VERDICT_BLOCKED)
		report_text(o->writes ? stderr : stdout, &report);
	sanitize_result_end(&result);
	return !good ? EXIT_FAULT : result.verdict == VERDICT_BLOCKED ? EXIT_BLOCKED : EXIT_GOOD;
}

static int run(int argc, char **argv, struct options *o)
{
	struct work w = {.options = o, .lock = PTHREAD_MUTEX_INITIALIZER, .terminal = isatty(STDERR_FILENO) == 1};

	int code = parse(argc, argv, o);
	if (code >= 0)
		return code;
	char **paths = argv + optind;
	int count = argc - optind;
	if (count == 1 && strcmp(paths[0], "-") == 0 && o->output == NULL) {
		o->stream = true;
		return run_stream(o);
	}
	choose_output(&w, paths, count);
	add_items(&w, paths, count);
	if (w.items.count > 0 && open_lanes(&w))
		run_all();
	else if (w.items.count > 0)
		w.fault = true;
	close_lanes();
	summarise(&w);
	items_end(&w.items);
	return exit_code(&w);
}

int command_sanitize(int argc, char **argv)
{
	struct options options = {.name = "sanitize", .writes = true, .jobs = 1};

	return run(argc, argv, &options);
}

int command_inspect(int argc, char **argv)
{
	struct options options = {.name = "inspect", .jobs = 1};

	return run(argc, argv, &options);
}
