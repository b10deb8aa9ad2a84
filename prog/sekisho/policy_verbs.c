/* The four verbs of sekisho policy, and their options. */
#include "policy.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "command.h"
#include "report.h"

struct options {
	const char *from, *to, *role, *channel, *kind, *size, *date;
	const char *classes[POLICY_SCALE_COUNT];
	bool whole, json;
};

enum { WHOLE = 256, JSON, FROM, TO, AS, CHANNEL, KIND, SIZE, CONFIDENTIALITY, INTEGRITY, AVAILABILITY, DATE, LANGUAGE };

static const struct option known[] = {
	{"whole", no_argument, NULL, WHOLE},
	{"json", no_argument, NULL, JSON},
	{"from", required_argument, NULL, FROM},
	{"to", required_argument, NULL, TO},
	{"as", required_argument, NULL, AS},
	{"channel", required_argument, NULL, CHANNEL},
	{"kind", required_argument, NULL, KIND},
	{"size", required_argument, NULL, SIZE},
	{"confidentiality", required_argument, NULL, CONFIDENTIALITY},
	{"integrity", required_argument, NULL, INTEGRITY},
	{"availability", required_argument, NULL, AVAILABILITY},
	{"date", required_argument, NULL, DATE},
	{"lang", required_argument, NULL, LANGUAGE},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char **field_of(struct options *o, int option)
{
	const char **fields[] = {&o->from, &o->to, &o->role, &o->channel, &o->kind, &o->size, &o->classes[0], &o->classes[1], &o->classes[2], &o->date};

	return fields[option - FROM];
}

/* Which options a verb takes: a bit each, by its number. */
#define TAKES(option) (1u << ((option) - WHOLE))
#define TAKES_REQUEST (TAKES(DATE + 1) - TAKES(JSON))

/* -1 when the verb goes on with between least and most arguments from optind; else its exit code. */
static int parse(int argc, char **argv, unsigned takes, int least, int most, struct options *o)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
		if (option == 'h')
			return command_usage("policy");
		if (option == ':')
			return command_incomplete("policy", argv[optind - 1]);
		if (option == LANGUAGE && language_set(optarg))
			continue;
		if (option == LANGUAGE || option < WHOLE || !(takes >> (option - WHOLE) & 1))
			return command_misused("policy", argv[optind - 1]);
		if (option == WHOLE)
			o->whole = true;
		else if (option == JSON)
			o->json = true;
		else
			*field_of(o, option) = optarg;
	}
	if (argc - optind < least)
		return command_misused("policy", NULL);
	return argc - optind <= most ? -1 : command_misused("policy", argv[optind + most]);
}

static sk_text text_of(const char *string)
{
	sk_text text;

	return sk_text_check(sk_bytes_str(string), &text) == SK_OK ? text : SK_TEXT("");
}

static int32_t today(void)
{
	time_t now = time(NULL);
	struct tm here;

	if (localtime_r(&now, &here) == NULL)
		return 0;
	return (int32_t)((now + here.tm_gmtoff) / 86400);
}

static bool date_of(const struct options *o, int32_t *day)
{
	*day = today();
	return o->date == NULL || policy_date_read(text_of(o->date), day);
}

static int misused(const char *value)
{
	return command_misused("policy", value);
}

static int end(struct policy_work *work, int code)
{
	bool good = policy_flush(work, stdout);

	policy_work_close(work);
	return good ? code : EXIT_FAULT;
}

/* ---- check ---- */

static void say_counts(struct policy_work *work, const struct policy *policy)
{
	unsigned permits = 0;

	for (unsigned i = 0; i < policy_rule_count(policy); i++)
		permits += policy_rule_at(policy, i)->permits;
	sk_buf_put(&work->out, sk_text_bytes(policy_title(policy)));
	sk_buf_str(&work->out, say("\n誤りはありません。領域 ", "\nno errors; zones: "));
	sk_buf_decimal(&work->out, policy_zone_count(policy));
	sk_buf_str(&work->out, say("、役割 ", ", roles: "));
	sk_buf_decimal(&work->out, policy_role_count(policy));
	sk_buf_str(&work->out, say("、許可 ", ", permits: "));
	sk_buf_decimal(&work->out, permits);
	sk_buf_str(&work->out, say("、禁止 ", ", refusals: "));
	sk_buf_decimal(&work->out, policy_rule_count(policy) - permits);
	sk_buf_str(&work->out, say("\n版 ", "\nversion "));
	sk_buf_hex(&work->out, sk_bytes_of(policy_version(policy), POLICY_VERSION_BYTES));
	sk_buf_u8(&work->out, '\n');
}

int policy_check_command(int argc, char **argv)
{
	struct options o = {0};
	struct policy_work work;
	const struct policy *policy;
	int32_t day;
	int code = parse(argc, argv, TAKES(DATE), 1, 1, &o);

	if (code >= 0)
		return code;
	if (!date_of(&o, &day))
		return misused(o.date);
	if (!policy_work_open(&work))
		return EXIT_FAULT;
	code = policy_open(&work, argv[optind], &policy);
	if (code == EXIT_GOOD) {
		say_counts(&work, policy);
		(void)policy_advise(policy, day, language_japanese(), &work.out);
	}
	return end(&work, code);
}

/* ---- format ---- */

static int format_one(struct policy_work *work, const char *path)
{
	sk_bytes bytes;

	if (!policy_file_open(work, path, &bytes))
		return EXIT_FAULT;
	enum sk_status status = policy_format(work->name, bytes, &work->arena, &work->errors, &work->out);
	if (status == SK_OK)
		return EXIT_GOOD;
	sk_buf_reset(&work->out);
	return policy_failed(work, status);
}

static int format_whole(struct policy_work *work, const char *path)
{
	const struct policy *policy;
	int code = policy_open(work, path, &policy);

	if (code == EXIT_GOOD)
		sk_buf_put(&work->out, policy_text(policy));
	return code;
}

int policy_format_command(int argc, char **argv)
{
	struct options o = {0};
	struct policy_work work;
	int code = parse(argc, argv, TAKES(WHOLE), 1, 1, &o);

	if (code >= 0)
		return code;
	if (!policy_work_open(&work))
		return EXIT_FAULT;
	code = o.whole ? format_whole(&work, argv[optind]) : format_one(&work, argv[optind]);
	return end(&work, code);
}

/* ---- explain ---- */

/* The file's size, and its kind by its extension: its bytes are not read here. */
static bool look_at(const char *path, struct policy_request *request)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash != NULL ? slash : path, '.');
	struct stat status;

	if (stat(path, &status) != 0) {
		fputs("sekisho: ", stderr);
		report_name(stderr, path);
		fprintf(stderr, ": %s\n", system_error(errno));
		return false;
	}
	request->size = (uint64_t)status.st_size;
	request->kind = dot != NULL ? policy_kind_find(text_of(dot)) : UINT32_MAX;
	return true;
}

/* The first value that the policy does not know; NULL when all are there. */
static const char *fill(const struct policy *policy, const struct options *o, struct policy_request *r)
{
	r->from = policy_zone_find(policy, text_of(o->from));
	r->to = policy_zone_find(policy, text_of(o->to));
	r->channel = o->channel != NULL ? policy_channel_find(text_of(o->channel)) : POLICY_CHANNEL_FILE;
	if (o->kind != NULL)
		r->kind = policy_kind_find(text_of(o->kind));
	if (o->size != NULL && !policy_size_read(text_of(o->size), &r->size))
		return o->size;
	if (!date_of(o, &r->day))
		return o->date;
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++) {
		r->classes[scale] = o->classes[scale] != NULL ? policy_class_find(policy, scale, text_of(o->classes[scale])) : 0;
		if (r->classes[scale] == UINT32_MAX)
			return o->classes[scale];
	}
	if (r->kind == UINT32_MAX && r->channel != POLICY_CHANNEL_SCREEN)
		return o->kind != NULL ? o->kind : "--kind";
	return r->from == UINT32_MAX ? o->from : r->to == UINT32_MAX ? o->to : r->channel == UINT32_MAX ? o->channel : NULL;
}

/* In one role; several: which one stands before the answer. */
static int explain_as(struct policy_work *work, const struct policy *policy, const struct options *o, const struct policy_request *request, bool one)
{
	sk_text role = policy_role_at(policy, request->role)->name;
	struct policy_decision decision;

	policy_decide(policy, request, &decision);
	if (o->json)
		return !policy_print_json(policy, role, &decision, &work->out) ? EXIT_FAULT : decision.permitted ? EXIT_GOOD : EXIT_BLOCKED;
	if (!one) {
		sk_buf_put(&work->out, sk_text_bytes(role));
		sk_buf_str(&work->out, say(" として\n", ":\n"));
	}
	policy_explain(policy, request, &decision, language_japanese(), &work->out);
	return decision.permitted ? EXIT_GOOD : EXIT_BLOCKED;
}

/* A person with several roles may choose in which one he asks: it passes when it passes in one. */
static int explain(struct policy_work *work, const struct policy *policy, const struct options *o, struct policy_request *request)
{
	const char *unknown = fill(policy, o, request);
	sk_bytes roles = sk_text_bytes(text_of(o->role));
	int code = EXIT_BLOCKED;
	bool one = sk_bytes_find(roles, SK_BYTES(","), 0) == SIZE_MAX;

	for (size_t from = 0, to; from <= roles.len && unknown == NULL; from = to + 1) {
		to = sk_min(sk_bytes_find(roles, SK_BYTES(","), from), roles.len);
		request->role = policy_role_find(policy, (sk_text){(const char *)roles.at + from, to - from});
		if (request->role == UINT32_MAX)
			unknown = o->role;
		else if (explain_as(work, policy, o, request, one) == EXIT_GOOD)
			code = EXIT_GOOD;
	}
	if (unknown == NULL)
		return code;
	sk_buf_reset(&work->out);
	return misused(unknown);
}

static const char *missing(const struct options *o)
{
	return o->from == NULL ? "--from" : o->to == NULL ? "--to" : o->role == NULL ? "--as" : o->classes[POLICY_CONFIDENTIALITY] == NULL ? "--confidentiality" : NULL;
}

int policy_explain_command(int argc, char **argv)
{
	struct options o = {0};
	struct policy_work work;
	const struct policy *policy;
	struct policy_request request = {.kind = UINT32_MAX};
	int code = parse(argc, argv, TAKES_REQUEST, 1, 2, &o);

	if (code >= 0)
		return code;
	if (missing(&o) != NULL)
		return command_incomplete("policy", missing(&o));
	if (argc - optind == 2 && !look_at(argv[optind + 1], &request))
		return EXIT_FAULT;
	if (!policy_work_open(&work))
		return EXIT_FAULT;
	code = policy_open(&work, argv[optind], &policy);
	if (code == EXIT_GOOD)
		code = explain(&work, policy, &o, &request);
	return end(&work, code);
}

/* ---- diff ---- */

static int compare(struct policy_work *work, char **paths, int32_t day)
{
	const struct policy *before, *after;
	struct policy_difference difference;
	int code = policy_open(work, paths[0], &before);

	if (code == EXIT_GOOD)
		code = policy_open(work, paths[1], &after);
	if (code != EXIT_GOOD)
		return code;
	enum sk_status status = policy_diff(before, after, day, language_japanese(), &work->arena, &difference, &work->out);
	if (status != SK_OK) {
		fputs(say("sekisho: 二つの方針の違いが多すぎて、比べきれません。\n", "sekisho: these policies differ in too many regions to compare them.\n"), stderr);
		return EXIT_FAULT;
	}
	return difference.looser + difference.tighter + difference.other == 0 ? EXIT_GOOD : EXIT_BLOCKED;
}

int policy_diff_command(int argc, char **argv)
{
	struct options o = {0};
	struct policy_work work;
	int32_t day;
	int code = parse(argc, argv, TAKES(DATE), 2, 2, &o);

	if (code >= 0)
		return code;
	if (!date_of(&o, &day))
		return misused(o.date);
	if (!policy_work_open(&work))
		return EXIT_FAULT;
	code = compare(&work, argv + optind, day);
	return end(&work, code);
}
