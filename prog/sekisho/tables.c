/* sekisho formats and sekisho sandbox-check: tables for people who decide and who run the machine. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "format/format.h"
#include "sys/sandbox.h"

/* --json (when json is not NULL), --lang, --help; -1 when the command goes on. */
static int parse(int argc, char **argv, bool *json)
{
	enum { JSON = 256, LANGUAGE };
	static const struct option known[] = {
		{"json", no_argument, NULL, JSON}, {"lang", required_argument, NULL, LANGUAGE}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
		if (option == 'h')
			return command_usage(argv[0]);
		if (option == LANGUAGE && language_set(optarg))
			continue;
		if (option == ':')
			return command_incomplete(argv[0], argv[optind - 1]);
		if (option != JSON || json == NULL)
			return command_misused(argv[0], argv[optind - 1]);
		*json = true;
	}
	return optind == argc ? -1 : command_misused(argv[0], argv[optind]);
}

/* ---- formats ---- */

static bool is_taken(const struct format_kind_row *row)
{
	return row->extension[0] != '\0';
}

static void print_kinds_json(void)
{
	for (unsigned kind = 1; kind < KIND_COUNT; kind++) {
		const struct format_kind_row *row = format_kind_row(kind);
		json_t *object = json_pack("{ss sb ss ss ss ss ss}", "kind", row->name, "taken", is_taken(row), "extension", row->extension, "media_type",
					   row->media_type, "ja", row->ja, "en", row->en, "advice", say(row->advice_ja, row->advice_en));
		json_dumpf(object, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(object);
	}
}

static void print_kinds(bool taken)
{
	puts(taken ? say("無害化できる形式:", "Taken:") : say("\n認識するが受け入れない形式（送り主への案内）:", "\nRecognised, not taken (what to ask for):"));
	for (unsigned kind = 1; kind < KIND_COUNT; kind++) {
		const struct format_kind_row *row = format_kind_row(kind);
		if (is_taken(row) != taken)
			continue;
		if (taken)
			printf("  %-6s %s\n", row->extension, say(row->ja, row->en));
		else
			printf(say("  %s … %s\n", "  %s: %s\n"), say(row->ja, row->en), say(row->advice_ja, row->advice_en));
	}
}

int command_formats(int argc, char **argv)
{
	bool json = false;
	int code = parse(argc, argv, &json);

	if (code >= 0)
		return code;
	if (json) {
		print_kinds_json();
	} else {
		print_kinds(true);
		print_kinds(false);
	}
	return EXIT_GOOD;
}

/* ---- sandbox-check ---- */

int command_sandbox_check(int argc, char **argv)
{
	static const char *const ja[] = {"あり", "なし", "なし（無害化できません）"}, *const en[] = {"given", "missing", "missing: nothing can be sanitized"};
	struct sandbox_row rows[SANDBOX_ROWS_MAX];
	bool fatal = false;
	int code = parse(argc, argv, NULL);

	if (code >= 0)
		return code;
	size_t count = sandbox_report(rows);
	for (size_t i = 0; i < count; i++) {
		printf("%-18s %s", rows[i].name, say(ja[rows[i].state], en[rows[i].state]));
		if (rows[i].detail[0] != '\0')
			printf(" [%s]", rows[i].detail);
		printf("\n%-18s   %s\n", "", say(rows[i].ja, rows[i].en));
		fatal |= rows[i].state == SANDBOX_FATAL;
	}
	puts(fatal ? say("\n必須の保護が足りません。この機械では無害化できません。", "\nSomething required is missing: this host can't sanitize.")
		   : say("\n必須の保護はすべてあります。", "\nEverything required is there."));
	return fatal ? EXIT_FAULT : EXIT_GOOD;
}
