/*
 * sekisho preview: a file is sanitized; pages of the original and of the result are drawn, compared and put into a folder with a page that
 * shows them side by side.
 *
 * This process parses nothing of the file: pixels come from the line as numbers, and the PNGs are made of them here.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "preview.h"
#include "report.h"
#include "sanitize/message.h"
#include "sys/descriptor.h"

#define RESOLUTION 96u
#define RESOLUTION_MIN 36u
#define RESOLUTION_MAX 300u
#define AT_ONCE 8u        /* pages that are drawn together: what is in memory of each side */
#define ENTRIES_MAX 200u  /* of an archive: people look at no more */

struct options {
	bool json, quiet, force;
	enum format_level level;
	unsigned seconds, resolution, first, last;
	const char *output;
};

/* A document while it is drawn. */
struct drawing {
	struct shown_document shown;
	struct preview_source sources[SIDES];
	struct preview_side_sheets {
		int file;
		sk_bytes bytes;
		struct sk_cursor cursor;
	} sheets[SIDES];
};

struct work {
	const struct options *options;
	struct sanitizer *sanitizer;
	struct sanitize_result result;
	struct shown shown;
	struct drawing *drawings;
	size_t count;
	int folder;
	bool terminal, fault;
	int error; /* of writing */
	enum side side;
};

/* ---- options ---- */

static bool number_of(const char *text, size_t len, unsigned min, unsigned max, unsigned *number)
{
	unsigned long value = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || value > max)
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	*number = (unsigned)value;
	return len > 0 && value >= min && value <= max;
}

/* "3", "1-20", "5-" */
static bool pages_of(const char *text, unsigned *first, unsigned *last)
{
	size_t len = strcspn(text, "-");

	if (!number_of(text, len, 1, 100000, first))
		return false;
	*last = *first;
	if (text[len] == '\0')
		return true;
	*last = 0;
	return text[len + 1] == '\0' || (number_of(text + len + 1, strlen(text + len + 1), 1, 100000, last) && *last >= *first);
}

static bool level_of(const char *name, enum format_level *level)
{
	static const char *const names[] = {[LEVEL_REBUILD] = "rebuild", [LEVEL_TEXT] = "text", [LEVEL_IMAGE] = "image"};

	for (size_t i = 0; i < SK_COUNT(names); i++) {
		*level = (enum format_level)i;
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* -1 when the command goes on, else its exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	enum { JSON = 256, LANGUAGE, SECONDS, FORCE };
	static const struct option known[] = {
		{"output", required_argument, NULL, 'o'},   {"level", required_argument, NULL, 'l'},       {"pages", required_argument, NULL, 'p'},
		{"resolution", required_argument, NULL, 'r'}, {"seconds", required_argument, NULL, SECONDS}, {"lang", required_argument, NULL, LANGUAGE},
		{"force", no_argument, NULL, FORCE},        {"quiet", no_argument, NULL, 'q'},             {"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
	};
	int option;
	bool good = true;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":o:l:p:r:qh", known, NULL)) != -1) {
		switch (option) {
		case 'h':
			return command_usage("preview");
		case 'o':
			o->output = optarg;
			good = optarg[0] != '\0';
			break;
		case 'l':
			good = level_of(optarg, &o->level);
			break;
		case 'p':
			good = pages_of(optarg, &o->first, &o->last);
			break;
		case 'r':
			good = number_of(optarg, strlen(optarg), RESOLUTION_MIN, RESOLUTION_MAX, &o->resolution);
			break;
		case 'q':
			o->quiet = true;
			break;
		case FORCE:
			o->force = true;
			break;
		case JSON:
			o->json = true;
			break;
		case LANGUAGE:
			good = language_set(optarg);
			break;
		case SECONDS:
			good = number_of(optarg, strlen(optarg), 1, 86400, &o->seconds);
			break;
		case ':':
			return command_incomplete("preview", argv[optind - 1]);
		default:
			return command_misused("preview", argv[optind - 1]);
		}
		if (!good)
			return command_misused("preview", optarg);
	}
	if (optind == argc)
		return command_misused("preview", NULL);
	if (o->output == NULL)
		return command_incomplete("preview", "--output");
	return optind + 1 == argc ? -1 : command_misused("preview", argv[optind + 1]);
}

static int complain(const char *path, const char *ja, const char *en, int error)
{
	fputs("sekisho: ", stderr);
	report_name(stderr, path);
	fprintf(stderr, ": %s", say(ja, en));
	if (error != 0)
		fprintf(stderr, ": %s", system_error(error));
	fputc('\n', stderr);
	return EXIT_FAULT;
}

/* ---- documents ---- */

static struct drawing *add_drawing(struct work *w)
{
	struct drawing *grown = realloc(w->drawings, (w->count + 1) * sizeof *grown);

	if (grown == NULL) {
		w->fault = true;
		return NULL;
	}
	w->drawings = grown;
	struct drawing *d = &grown[w->count++];
	*d = (struct drawing){.shown = {.first = w->options->first, .last = w->options->last}};
	for (int side = 0; side < SIDES; side++) {
		d->sources[side].file = -1;
		d->sheets[side].file = -1;
	}
	return d;
}

static void begin_side(struct drawing *d, enum side side, int file, uint64_t size, unsigned kind)
{
	d->shown.ends[side] = preview_begin(file, size, kind, &d->sources[side]);
}

/* Both sides of the file; what was blocked has no after, and its before is not drawn: nobody is to decide on it. */
static void begin_file(struct work *w, int input)
{
	struct drawing *d = add_drawing(w);
	const struct sanitize_result *result = &w->result;
	struct stat status;

	if (d == NULL)
		return;
	d->shown.kind = result->kind;
	d->shown.output_kind = result->output_kind;
	d->shown.blocked = result->verdict == VERDICT_BLOCKED;
	d->shown.ends[SIDE_BEFORE] = d->shown.ends[SIDE_AFTER] = PREVIEW_NO_PAGES;
	if (d->shown.blocked)
		return;
	if (fstat(input, &status) != 0 || (uint64_t)status.st_size != result->input_size)
		d->shown.ends[SIDE_BEFORE] = PREVIEW_FAULT; /* somebody changes it */
	else
		begin_side(d, SIDE_BEFORE, input, result->input_size, result->kind);
	begin_side(d, SIDE_AFTER, result->output, result->output_size, result->output_kind);
}

static char *cleaned(sk_bytes name)
{
	char room[FINDING_TEXT_MAX * 4 + 1]; /* each byte as \xNN */
	struct sk_buf buf;

	sk_buf_fixed(&buf, room, sizeof room - 1);
	sanitize_show(name, &buf);
	room[buf.len] = '\0';
	return strdup(room);
}

/* While the archive is being sanitized: the bytes of an entry are there now and not later. Nothing but copies is made: the archive's time runs. */
static void take_entry(void *context, const struct sanitizer_entry *entry)
{
	struct work *w = context;

	if (w->count >= ENTRIES_MAX) {
		w->shown.left_out++;
		return;
	}
	struct drawing *d = add_drawing(w);
	if (d == NULL)
		return;
	sk_bytes name = sk_bytes_slice(entry->name, 0, sk_min(entry->name.len, FINDING_TEXT_MAX));
	d->shown.name = cleaned(name);
	d->shown.raw = strndup((const char *)name.at, name.len);
	snprintf(d->shown.folder, sizeof d->shown.folder, "entry-%04zu/", w->count);
	d->shown.kind = entry->kind;
	d->shown.output_kind = entry->output_kind;
	d->shown.blocked = entry->output < 0;
	d->shown.ends[SIDE_BEFORE] = d->shown.ends[SIDE_AFTER] = PREVIEW_NO_PAGES;
	if (d->shown.blocked)
		return;
	begin_side(d, SIDE_BEFORE, entry->input, entry->input_size, entry->kind);
	begin_side(d, SIDE_AFTER, entry->output, entry->output_size, entry->output_kind);
}

static void end_drawings(struct work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct drawing *d = &w->drawings[i];
		for (int side = 0; side < SIDES; side++)
			preview_end_source(&d->sources[side]);
		free(d->shown.name);
		free(d->shown.raw);
		free(d->shown.pages);
	}
	free(w->drawings);
	free(w->shown.documents);
}

/* ---- pages ---- */

static void show_progress(void *context, unsigned page, unsigned count)
{
	const struct work *w = context;

	if (w->side == SIDE_BEFORE)
		fprintf(stderr, say("\r\033[K%u / %u ページ（前）", "\r\033[Kpage %u of %u (before)"), page, count);
	else
		fprintf(stderr, say("\r\033[K%u / %u ページ（後）", "\r\033[Kpage %u of %u (after)"), page, count);
}

static void end_sheets(struct preview_side_sheets *s)
{
	sys_unmap(s->bytes);
	sys_close(&s->file);
	*s = (struct preview_side_sheets){.file = -1};
}

static enum preview_end draw(struct work *w, struct drawing *d, enum side side, unsigned first, unsigned last)
{
	struct preview_side_sheets *s = &d->sheets[side];
	struct preview_source *source = &d->sources[side];
	struct sk_fault fault;
	uint64_t size = 0;

	w->side = side;
	enum preview_end end = preview_draw(w->sanitizer, source, first, last, w->options->resolution, &s->file, &size);
	d->shown.counts[side] = source->pages;
	if (end == PREVIEW_DONE && !sys_map(s->file, 0, (size_t)size, &s->bytes, &fault)) {
		sys_close(&s->file);
		end = PREVIEW_FAULT;
	}
	s->cursor = sk_cursor_of(s->bytes);
	return end;
}

/* Pages of one side; that side is over when they can't be drawn. */
static void draw_side(struct work *w, struct drawing *d, enum side side, unsigned first, unsigned last)
{
	struct shown_document *shown = &d->shown;

	if (shown->ends[side] != PREVIEW_DONE)
		return;
	if (first > 1 && shown->counts[side] == 0) { /* how many are there? */
		shown->ends[side] = draw(w, d, side, 1, 1);
		end_sheets(&d->sheets[side]);
	}
	if (shown->ends[side] == PREVIEW_DONE && (shown->counts[side] == 0 || first <= shown->counts[side]))
		shown->ends[side] = draw(w, d, side, first, last);
}

static bool write_png(struct work *w, const struct shown_document *document, unsigned number, const char *which, const struct sheet *sheet)
{
	char name[PREVIEW_NAME];
	size_t len;
	uint8_t *png = preview_png(sheet, &len);

	preview_name(document, number, which, name);
	bool good = png != NULL && preview_write(w->folder, name, png, len);
	if (!good && w->error == 0)
		w->error = png != NULL ? errno : ENOMEM;
	free(png);
	w->fault |= !good;
	return good;
}

static bool take_picture(struct work *w, struct drawing *d, enum side side, struct shown_page *page, struct sheet *sheet)
{
	struct shown_picture *picture = &page->pictures[side];

	if (d->sheets[side].file < 0 || sheet_next(&d->sheets[side].cursor, sheet) != SK_OK)
		return false;
	*picture = (struct shown_picture){.width = sheet->width, .height = sheet->height, .columns = sheet->columns, .rows = sheet->rows};
	picture->there = sheet->columns > 0 && write_png(w, &d->shown, page->number, side == SIDE_BEFORE ? "before" : "after", sheet);
	return true;
}

static void compare(struct work *w, const struct shown_document *document, struct shown_page *page, const struct sheet sheets[SIDES])
{
	struct sheet marked;
	uint8_t *memory = NULL;

	page->compared = page->pictures[SIDE_BEFORE].there && page->pictures[SIDE_AFTER].there &&
			 preview_compare(&sheets[SIDE_BEFORE], &sheets[SIDE_AFTER], &page->change) == SK_OK;
	if (!page->compared || page->change.count == 0)
		return;
	if (preview_mark(&sheets[SIDE_AFTER], &page->change, &marked, &memory) == SK_OK)
		(void)write_png(w, document, page->number, "marked", &marked);
	else
		w->fault = true;
	free(memory);
}

/* Number pages from first on, of both sides, until neither has one. */
static bool show_pages(struct work *w, struct drawing *d, unsigned first)
{
	struct shown_document *shown = &d->shown;
	struct shown_page *grown = realloc(shown->pages, (shown->count + AT_ONCE) * sizeof *grown);

	if (grown == NULL) {
		w->fault = true;
		return false;
	}
	shown->pages = grown;
	for (unsigned i = 0; i < AT_ONCE; i++) {
		struct sheet sheets[SIDES] = {0};
		struct shown_page *page = &shown->pages[shown->count];
		*page = (struct shown_page){.number = first + i};
		bool before = take_picture(w, d, SIDE_BEFORE, page, &sheets[SIDE_BEFORE]), after = take_picture(w, d, SIDE_AFTER, page, &sheets[SIDE_AFTER]);
		if (!before && !after)
			return false;
		compare(w, shown, page, sheets);
		shown->count++;
	}
	return true;
}

static void draw_document(struct work *w, struct drawing *d)
{
	bool more = true;

	if (d->shown.folder[0] != '\0' && d->shown.ends[SIDE_BEFORE] != PREVIEW_DONE && d->shown.ends[SIDE_AFTER] != PREVIEW_DONE)
		return;
	if (d->shown.folder[0] != '\0' && !preview_make_folder(w->folder, d->shown.folder)) {
		w->error = errno;
		w->fault = true;
		return;
	}
	for (unsigned first = d->shown.first; more && (d->shown.last == 0 || first <= d->shown.last); first += AT_ONCE) {
		unsigned last = d->shown.last != 0 && d->shown.last < first + AT_ONCE - 1 ? d->shown.last : first + AT_ONCE - 1;
		for (int side = 0; side < SIDES; side++)
			draw_side(w, d, (enum side)side, first, last);
		more = show_pages(w, d, first) && last < (d->shown.counts[0] > d->shown.counts[1] ? d->shown.counts[0] : d->shown.counts[1]);
		for (int side = 0; side < SIDES; side++)
			end_sheets(&d->sheets[side]);
	}
}

static bool draw_all(struct work *w)
{
	sanitizer_set_pages(w->sanitizer, &(struct sanitizer_pages){.progress = w->terminal ? show_progress : NULL, .context = w});
	w->shown.documents = calloc(w->count + 1, sizeof *w->shown.documents);
	if (w->shown.documents == NULL)
		return false;
	for (size_t i = 0; i < w->count && !w->fault; i++)
		draw_document(w, &w->drawings[i]);
	for (size_t i = 0; i < w->count; i++)
		w->shown.documents[i] = w->drawings[i].shown;
	w->shown.count = w->count;
	return true;
}

/* ---- the whole ---- */

static void sanitize_file(struct work *w, int input)
{
	const struct options *o = w->options;

	sanitizer_set_entries(w->sanitizer, &(struct sanitizer_entries){.take = take_entry, .context = w});
	sanitize(w->sanitizer, input, o->level, &w->result);
	sanitizer_set_entries(w->sanitizer, &(struct sanitizer_entries){0});
	if (w->count == 0 || w->result.verdict == VERDICT_BLOCKED) {
		end_drawings(w);
		w->drawings = NULL;
		w->count = 0;
		begin_file(w, input);
	}
}

static void report(const struct work *w, const char *path)
{
	const struct options *o = w->options;
	size_t pages = 0, differ = 0;

	for (size_t i = 0; i < w->shown.count; i++)
		for (size_t k = 0; k < w->shown.documents[i].count; k++) {
			pages++;
			differ += w->shown.documents[i].pages[k].change.count > 0;
		}
	if (o->json || (o->quiet && w->result.verdict != VERDICT_BLOCKED))
		return;
	report_text(stdout, &(struct report){.path = path, .result = &w->result});
	printf(say("プレビュー: %zu ページ、違いのあるページ %zu: ", "preview: %zu pages, %zu with differences: "), pages, differ);
	report_name(stdout, o->output);
	puts("/index.html");
}

static int run(struct work *w, const char *path, int input)
{
	const struct options *o = w->options;
	const char *why;
	int error;

	w->folder = preview_folder(o->output, o->force, &why, &error);
	if (w->folder < 0)
		return error == 0 ? complain(o->output, "空のフォルダーではありません（--force で前のプレビューを置き換えます）", "the folder is not empty (--force replaces an earlier preview)", 0)
				  : complain(o->output, "出力先のフォルダーを作れません", "making the output folder", error);
	sanitize_file(w, input);
	w->shown.path = path;
	w->shown.result = &w->result;
	w->shown.level = o->level;
	w->shown.dpi = o->resolution;
	if (!draw_all(w))
		return complain(o->output, "書き込めません", "writing", ENOMEM);
	if (w->terminal)
		fputs("\r\033[K", stderr);
	if (w->fault || !preview_json(w->folder, &w->shown, o->json) || !preview_page(w->folder, &w->shown))
		return complain(o->output, "書き込めません", "writing", w->error != 0 ? w->error : errno);
	report(w, path);
	bool failed = w->result.fault;
	for (size_t i = 0; i < w->count; i++)
		failed |= w->drawings[i].shown.ends[SIDE_BEFORE] == PREVIEW_FAULT || w->drawings[i].shown.ends[SIDE_AFTER] == PREVIEW_FAULT;
	return failed ? EXIT_FAULT : w->result.verdict == VERDICT_BLOCKED ? EXIT_BLOCKED : EXIT_GOOD;
}

int command_preview(int argc, char **argv)
{
	struct options o = {.first = 1};
	static struct work w = {.folder = -1, .result = {.output = -1}};
	struct sk_fault fault;

	int code = parse(argc, argv, &o);
	if (code >= 0)
		return code;
	if (o.resolution == 0)
		o.resolution = o.level == LEVEL_IMAGE ? SANITIZER_DPI : RESOLUTION; /* pixel on pixel */
	const char *path = argv[optind];
	SYS_SCOPED int input = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	if (input < 0 || fstat(input, &status) != 0)
		return complain(path, "開けません", "open", errno);
	if (!S_ISREG(status.st_mode))
		return complain(path, "ファイルではありません", "not a file", 0);
	w.options = &o;
	w.terminal = !o.quiet && isatty(STDERR_FILENO) == 1;
	if (!sanitizer_open(&(struct sanitizer_options){.seconds = o.seconds}, &w.sanitizer, &fault))
		return complain("sekisho-zygote", "始められません", fault.operation, fault.error);
	code = run(&w, path, input);
	end_drawings(&w);
	sanitize_result_end(&w.result);
	sanitizer_close(w.sanitizer);
	sys_close(&w.folder);
	return code;
}
