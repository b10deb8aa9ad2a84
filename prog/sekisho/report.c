/* Reports. What others control: file names and the texts of findings; both are cleaned before a terminal sees them. */
#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "conf/conf.h"

/* ---- names ---- */

static bool is_shown(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7F && c < 0xA0) && !(c >= 0x200B && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2060 && c <= 0x206F) && c != 0xFEFF;
}

void report_name(FILE *to, const char *name)
{
	sk_bytes b = sk_bytes_str(name);

	for (size_t i = 0; i < b.len;) {
		size_t before = i;
		uint32_t c = sk_utf8_decode(b, &i);
		bool broken = c == 0xFFFD && i - before == 1;
		if (!broken && is_shown(c)) {
			fwrite(b.at + before, 1, i - before, to);
			continue;
		}
		for (size_t k = before; k < i; k++)
			fprintf(to, "\\x%02X", b.at[k]);
	}
}

/* ---- sentences ---- */

/* What {detail} means to people: kinds and limits have names of their own. */
static const char *detail_words(const struct finding *f, char room[FINDING_TEXT_MAX + 1])
{
	memcpy(room, f->detail.at, f->detail.len);
	room[f->detail.len] = '\0';
	if (f->code == FINDING_blocked_kind || f->code == FINDING_object_to_picture || f->code == FINDING_picture_replaced)
		for (unsigned kind = 0; kind < KIND_COUNT; kind++)
			if (strcmp(format_kind_row(kind)->name, room) == 0)
				return say(format_kind_row(kind)->ja, format_kind_row(kind)->en);
	if (f->code == FINDING_blocked_limit)
		for (size_t i = 0; i < LIMIT_COUNT; i++)
			if (strcmp(limit_rows[i].name, room) == 0)
				return say(limit_rows[i].ja, limit_rows[i].en);
	return room;
}

/* The sentence of a finding with {count} and {detail} filled in; without a detail its brackets go too. Malloc'd. */
static char *sentence(const struct finding *f)
{
	static const char *const empty[] = {"（{detail}）", " ({detail})"};
	char room[FINDING_TEXT_MAX + 1], *text = NULL;
	size_t len;
	const char *detail = detail_words(f, room);
	FILE *to = open_memstream(&text, &len);

	if (to == NULL)
		exit(EXIT_FAULT);
	for (const char *at = finding_message(f->code, language_japanese()); *at != '\0';) {
		const char *brackets = empty[language_japanese() ? 0 : 1];
		if (detail[0] == '\0' && strncmp(at, brackets, strlen(brackets)) == 0) {
			at += strlen(brackets);
		} else if (strncmp(at, "{count}", 7) == 0) {
			fprintf(to, "%u", f->count);
			at += 7;
		} else if (strncmp(at, "{detail}", 8) == 0) {
			report_name(to, detail);
			at += 8;
		} else {
			fputc(*at++, to);
		}
	}
	fclose(to);
	return text;
}

/* Where: in front of the sentence. */
static void put_place(FILE *to, const struct finding *f)
{
	static const struct {
		const char *ja, *en;
	} words[FINDING_PLACES] = {
		[FINDING_PART] = {"部品「%.*s」: ", "part '%.*s': "},   [FINDING_SHEET] = {"シート「%.*s」の", "sheet '%.*s': "},
		[FINDING_SLIDE] = {"スライド %.*s の", "slide %.*s: "}, [FINDING_PAGE] = {"%.*s ページの", "page %.*s: "},
		[FINDING_ENTRY] = {"「%.*s」: ", "'%.*s': "},           [FINDING_LINE] = {"%.*s 行目の", "line %.*s: "},
	};
	char where[FINDING_TEXT_MAX + 1];

	if (f->place == FINDING_WHOLE || f->where.len == 0)
		return;
	memcpy(where, f->where.at, f->where.len);
	where[f->where.len] = '\0';
	const char *before = say(words[f->place].ja, words[f->place].en);
	const char *hole = strstr(before, "%.*s");
	fwrite(before, 1, (size_t)(hole - before), to);
	report_name(to, where);
	fputs(hole + 4, to);
}

static void put_size(FILE *to, uint64_t bytes)
{
	if (bytes < 1000)
		fprintf(to, "%llu B", (unsigned long long)bytes);
	else if (bytes < 1000 * 1000)
		fprintf(to, "%.1f kB", (double)bytes / 1e3);
	else
		fprintf(to, "%.1f MB", (double)bytes / 1e6);
}

static void put_verdict(FILE *to, const struct report *report)
{
	static const char *const ja[] = {"変更なし", "無害化済み", "遮断"}, *const en[] = {"clean", "sanitized", "blocked"};
	const struct sanitize_result *result = report->result;
	const struct format_kind_row *kind = format_kind_row(result->kind);

	report_name(to, report->path);
	fprintf(to, ": %s", say(ja[result->verdict], en[result->verdict]));
	fprintf(to, say("（%s", " (%s"), say(kind->ja, kind->en));
	if (result->verdict != VERDICT_BLOCKED) {
		fputs(say("、", ", "), to);
		put_size(to, result->input_size);
		fputs(" → ", to);
		put_size(to, result->output_size);
	}
	fputs(say("）", ")"), to);
	if (report->output != NULL) {
		fputs(" → ", to);
		report_name(to, report->output);
	}
	fputc('\n', to);
}

void report_text(FILE *to, const struct report *report)
{
	const struct sanitize_result *result = report->result;
	const struct format_kind_row *kind = format_kind_row(result->kind);

	put_verdict(to, report);
	for (size_t i = 0; i < result->findings.count; i++) {
		struct finding f = finding_list_at(&result->findings, i);
		char *text = sentence(&f);
		fputs(say("  ・", "  - "), to);
		put_place(to, &f);
		fprintf(to, "%s\n", text);
		free(text);
	}
	if (result->verdict == VERDICT_BLOCKED && kind->advice_ja[0] != '\0' && !result->fault)
		fprintf(to, say("  ⇒ %s\n", "  => %s\n"), say(kind->advice_ja, kind->advice_en));
}

/* ---- JSON ---- */

static json_t *text_of(sk_bytes b)
{
	return json_stringn((const char *)b.at, b.len);
}

/* A path as JSON text; one that is no UTF-8 is told in hexadecimal as well. */
static void set_path(json_t *object, const char *key, const char *path)
{
	char *text = NULL, other[64];
	size_t len;

	if (sk_utf8_valid(sk_bytes_str(path))) {
		json_object_set_new(object, key, json_string(path));
		return;
	}
	FILE *to = open_memstream(&text, &len);
	if (to == NULL)
		exit(EXIT_FAULT);
	report_name(to, path);
	fclose(to);
	json_object_set_new(object, key, json_string(text));
	free(text);
	to = open_memstream(&text, &len);
	if (to == NULL)
		exit(EXIT_FAULT);
	for (const char *at = path; *at != '\0'; at++)
		fprintf(to, "%02x", (unsigned char)*at);
	fclose(to);
	snprintf(other, sizeof other, "%s_hex", key);
	json_object_set_new(object, other, json_string(text));
	free(text);
}

/* "macro-removed": codes as scripts see them. */
static json_t *code_of(unsigned code)
{
	char name[64];

	snprintf(name, sizeof name, "%s", finding_name(code));
	for (char *at = name; *at != '\0'; at++)
		if (*at == '_')
			*at = '-';
	return json_string(name);
}

static json_t *finding_json(const struct finding *f)
{
	static const char *const severities[] = {"note", "removed", "changed", "blocked"};
	static const char *const places[FINDING_PLACES] = {"file", "part", "sheet", "slide", "page", "entry", "line"};
	char *text = sentence(f);
	json_t *object = json_object();

	json_object_set_new(object, "code", code_of(f->code));
	json_object_set_new(object, "severity", json_string(severities[finding_severity(f->code)]));
	json_object_set_new(object, "place", json_string(places[f->place]));
	json_object_set_new(object, "where", text_of(sk_text_bytes(f->where)));
	json_object_set_new(object, "detail", text_of(sk_text_bytes(f->detail)));
	json_object_set_new(object, "count", json_integer(f->count));
	json_object_set_new(object, "message", json_string(text));
	free(text);
	return object;
}

void report_json(FILE *to, const struct report *report)
{
	const struct sanitize_result *result = report->result;
	json_t *object = json_object(), *findings = json_array();

	set_path(object, "path", report->path);
	json_object_set_new(object, "verdict", json_string(sanitize_verdict_name(result->verdict)));
	json_object_set_new(object, "kind", json_string(format_kind_row(result->kind)->name));
	if (report->output != NULL)
		set_path(object, "output", report->output);
	json_object_set_new(object, "input_bytes", json_integer((json_int_t)result->input_size));
	json_object_set_new(object, "output_bytes", json_integer((json_int_t)result->output_size));
	json_object_set_new(object, "version", json_string(SEKISHO_VERSION));
	for (size_t i = 0; i < result->findings.count; i++) {
		struct finding f = finding_list_at(&result->findings, i);
		json_array_append_new(findings, finding_json(&f));
	}
	json_object_set_new(object, "findings", findings);
	json_dumpf(object, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(object);
}
