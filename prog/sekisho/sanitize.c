/*
 * sekisho sanitize and sekisho inspect: options, lanes that take the next file from a common list, reports, exit code.
 *
 * This process parses no file: it hands descriptors to the line and copies clean bytes to disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "items.h"
#include "output.h"
#include "passwords.h"
#include "report.h"
#include "unfinished.h"

#define LANES_MAX 64

struct options {
	const char *name; /* of the subcommand */
	bool writes, json, quiet, stream; /* stream: "-" */
	enum format_level level;
	unsigned jobs, seconds, dpi, quality;
	const char *output;
	struct passwords *passwords;
};

struct lane {
	pthread_t thread;
	struct work *work;
	struct sanitizer *sanitizer;
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
	struct lane *lanes;
	unsigned lane_count;
};

/* ---- what went wrong ---- */

/* What failed, for people; other operations are told by their name. */
static const char *words_of(const char *what)
{
	static const struct {
		const char *what, *ja, *en;
	} rows[] = {
		{"open", "開けません", "open"},
		{"passwords", "パスワードを読めません", "reading passwords"},
		{"name", "出力先に使える名前がありません", "no name is free for the output"},
		{"mkdir", "出力先のフォルダーを作れません", "making the output folder"},
		{"create", "出力先にファイルを作れません", "creating the output file"},
		{"write", "書き込めません", "writing the output file"},
		{"rename", "出力ファイルに名前を付けられません", "naming the output file"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].what, what) == 0)
			return say(rows[i].ja, rows[i].en);
	return what;
}

static void complain(const char *path, const char *what, int error)
{
	fputs("sekisho: ", stderr);
	report_name(stderr, path);
	if (error != 0)
		fprintf(stderr, ": %s: %s\n", words_of(what), system_error(error));
	else
		fprintf(stderr, ": %s\n", words_of(what));
}

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
	static const char *const names[] = {[LEVEL_REBUILD] = "rebuild", [LEVEL_TEXT] = "text", [LEVEL_IMAGE] = "image"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		*level = (enum format_level)i;
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Reads candidates at once, so that nothing of them is left to be read; says why when it can't. */
static bool take_passwords(struct options *o, const char *argument, bool is_file)
{
	unsigned fd = 0;
	bool standard = !is_file && strcmp(argument, "0") == 0;

	if (!is_file && !standard && !number_of(argument, 1 << 20, &fd)) {
		(void)command_misused(o->name, argument);
		return false;
	}
	bool taken = passwords_read(o->passwords, is_file ? argument : NULL, (int)fd);
	if (taken && sanitizer_are_passwords(sk_bytes_of(o->passwords->bytes, o->passwords->len)))
		return true;
	complain(is_file ? argument : "--password-fd", "passwords", taken ? EFBIG : errno);
	return false;
}

/* -1 when the command goes on, else its exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	enum { JSON = 256, LANGUAGE, SECONDS, DPI, QUALITY, PASSWORD_FILE, PASSWORD_FD };
	static const struct option known[] = {
		{"level", required_argument, NULL, 'l'}, {"output", required_argument, NULL, 'o'}, {"jobs", required_argument, NULL, 'j'},
		{"quiet", no_argument, NULL, 'q'},       {"help", no_argument, NULL, 'h'},         {"json", no_argument, NULL, JSON},
		{"lang", required_argument, NULL, LANGUAGE}, {"seconds", required_argument, NULL, SECONDS},
		{"dpi", required_argument, NULL, DPI},   {"quality", required_argument, NULL, QUALITY},
		{"password-file", required_argument, NULL, PASSWORD_FILE}, {"password-fd", required_argument, NULL, PASSWORD_FD}, {NULL, 0, NULL, 0},
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
		case DPI:
			good = number_of(optarg, SANITIZER_DPI_MAX, &o->dpi) && o->dpi >= SANITIZER_DPI_MIN;
			break;
		case QUALITY:
			good = number_of(optarg, 100, &o->quality);
			break;
		case PASSWORD_FILE:
		case PASSWORD_FD:
			if (!take_passwords(o, optarg, option == PASSWORD_FILE))
				return EXIT_USAGE;
			break;
		case ':':
			return command_incomplete(o->name, argv[optind - 1]);
		default:
			return command_misused(o->name, argv[optind - 1]);
		}
		if (!good)
			return command_misused(o->name, optarg);
	}
	return optind < argc ? -1 : command_misused(o->name, NULL);
}

/* ---- one file ---- */

static void show_progress(const struct work *w)
{
	if (w->terminal && w->items.count > 1)
		fprintf(stderr, say("\r\033[K%zu / %zu 件", "\r\033[K%zu of %zu"), w->done, w->items.count);
}

/* Pages of one file, while the terminal shows nothing else. */
static void show_page(void *context, unsigned page, unsigned count)
{
	(void)context;
	fprintf(stderr, say("\r\033[K%u / %u ページ", "\r\033[Kpage %u of %u"), page, count);
}

/* A sanitizer as the options want it; says why when there is none. shown: pages are told on the terminal. */
static bool open_sanitizer(const struct options *o, unsigned lane, unsigned lanes, bool shown, struct sanitizer **sanitizer)
{
	const struct sanitizer_options options = {.seconds = o->seconds, .lane = lane, .lanes = lanes};
	struct sk_fault fault;

	if (!sanitizer_open(&options, sanitizer, &fault)) {
		complain("sekisho-zygote", fault.operation, fault.error);
		return false;
	}
	if (!sanitizer_set_passwords(*sanitizer, sk_bytes_of(o->passwords->bytes, o->passwords->len), &fault)) {
		complain("--password-file", fault.operation, fault.error);
		return false;
	}
	sanitizer_set_pages(*sanitizer, &(struct sanitizer_pages){.dpi = o->dpi, .quality = o->quality, .progress = shown ? show_page : NULL});
	return true;
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

/* This machine failed, not the file: it is blocked, and the reason is one of its findings. */
static void fail(struct sanitize_result *result, const char *operation)
{
	struct finding_sink sink = {finding_list_sink, &result->findings};

	result->verdict = VERDICT_BLOCKED;
	result->output_kind = KIND_unknown;
	result->fault = true;
	result->output_size = 0;
	finding_report(&sink, FINDING_blocked_fault, FINDING_WHOLE, SK_BYTES(""), sk_bytes_str(operation), 1);
}

static void sanitize_item(struct lane *lane, const struct item *item, const char **why, int *error)
{
	int input = open(item->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (input >= 0) {
		sanitize(lane->sanitizer, input, lane->work->options->level, &lane->result);
		close(input);
		return;
	}
	*why = "open";
	*error = errno;
	memset(&lane->result, 0, sizeof lane->result);
	lane->result.output = -1;
	fail(&lane->result, *why);
}

static void work_on(struct lane *lane, const struct item *item)
{
	struct work *w = lane->work;
	struct sanitize_result *result = &lane->result;
	const char *why = NULL;
	char *written = NULL;
	int error = 0;

	sanitize_item(lane, item, &why, &error);
	if (w->options->writes && result->verdict != VERDICT_BLOCKED) {
		written = output_write(&w->output, item, result, &why, &error);
		if (written == NULL)
			fail(result, why);
		else
			why = NULL;
	}
	pthread_mutex_lock(&w->lock);
	if (why != NULL)
		complain(item->path, why, error);
	finish(w, &(struct report){.path = item->path, .output = written, .result = result});
	pthread_mutex_unlock(&w->lock);
	free(written);
	sanitize_result_end(result);
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

static bool open_lanes(struct work *w)
{
	unsigned wanted = w->options->jobs < w->items.count ? w->options->jobs : (unsigned)w->items.count;

	sk_assert(wanted > 0);
	w->lanes = calloc(wanted, sizeof *w->lanes);
	if (w->lanes == NULL)
		return false;
	for (w->lane_count = 0; w->lane_count < wanted; w->lane_count++) {
		struct lane *lane = &w->lanes[w->lane_count];
		lane->work = w;
		if (!open_sanitizer(w->options, w->lane_count, wanted, w->terminal && wanted == 1, &lane->sanitizer)) {
			w->lane_count++; /* it may have been opened: it is closed with the others */
			return false;
		}
	}
	return unfinished_watch();
}

static void run_all(struct work *w)
{
	unsigned started = 1;

	for (; started < w->lane_count; started++)
		if (pthread_create(&w->lanes[started].thread, NULL, run_lane, &w->lanes[started]) != 0)
			break; /* fewer lanes do the same work */
	run_lane(&w->lanes[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(w->lanes[i].thread, NULL);
}

static void close_lanes(struct work *w)
{
	for (unsigned i = 0; i < w->lane_count; i++)
		sanitizer_close(w->lanes[i].sanitizer);
	free(w->lanes);
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
	if (w->fault || w->items.failed)
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

	mode_t mask = umask(0);
	umask(mask);
	w->output = (struct output){.folder = output, .inputs = &w->items, .mask = mask};
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
	struct sanitizer *sanitizer;
	static struct sanitize_result result;
	struct report report = {.path = "-", .result = &result};

	bool opened = open_sanitizer(o, 0, 0, false, &sanitizer);
	passwords_wipe(o->passwords);
	if (!opened) {
		sanitizer_close(sanitizer);
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
	static struct passwords passwords;
	struct work w = {.options = o, .lock = PTHREAD_MUTEX_INITIALIZER, .terminal = isatty(STDERR_FILENO) == 1};

	o->passwords = &passwords;
	int code = parse(argc, argv, o);
	if (code >= 0)
		return code;
	char **paths = argv + optind;
	int count = argc - optind;
	for (int i = 0; i < count; i++)
		o->stream |= strcmp(paths[i], "-") == 0;
	if (o->stream) /* standard input goes to standard output, alone */
		return count == 1 && o->output == NULL ? run_stream(o) : command_misused(o->name, "-");
	choose_output(&w, paths, count);
	add_items(&w, paths, count);
	bool opened = w.items.count > 0 && open_lanes(&w);
	passwords_wipe(o->passwords);
	if (opened)
		run_all(&w);
	else if (w.items.count > 0)
		w.fault = true;
	close_lanes(&w);
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
