/* Reports. What others control: file names and the texts of findings; both are cleaned before a terminal sees them. */
#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "sanitize/message.h"

void report_name(FILE *to, const char *name)
{
	sk_bytes text = sk_bytes_str(name);
	char shown[16]; /* one character, each byte escaped */
	struct sk_buf buf;

	for (size_t i = 0; i < text.len;) {
		size_t before = i;
		(void)sk_utf8_decode(text, &i);
		sk_buf_fixed(&buf, shown, sizeof shown);
		sanitize_show(sk_bytes_of(text.at + before, i - before), &buf);
		fwrite(buf.at, 1, buf.len, to);
	}
}

/* ---- for people ---- */

/* Where: in front of the sentence. */
void report_place(FILE *to, const struct finding *f)
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
	if (f->place == FINDING_ENTRY && sk_bytes_equal(sk_text_bytes(f->where), sk_text_bytes(f->detail)))
		return; /* the sentence names the entry itself */
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
	else if (bytes < 1000000)
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

static bool same_line(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->place == b->place && sk_bytes_equal(sk_text_bytes(a->where), sk_text_bytes(b->where));
}

/* Adds what a later finding of the same line says: its count, and its detail behind the others as long as there is room. */
static void join(struct finding *f, const struct finding *more, char details[FINDING_TEXT_MAX], size_t *len)
{
	static const char between[] = ", ";
	size_t need = (*len > 0 ? sizeof between - 1 : 0) + more->detail.len;

	if (more != f)
		f->count = more->count > UINT32_MAX - f->count ? UINT32_MAX : f->count + more->count;
	if (more->detail.len > 0 && need <= FINDING_TEXT_MAX - *len) {
		if (*len > 0)
			memcpy(details + *len, between, sizeof between - 1);
		memcpy(details + *len + need - more->detail.len, more->detail.at, more->detail.len);
		*len += need;
	}
	f->detail = (sk_text){details, *len};
}

/* People read one line for one thing in one place, whatever its kinds (the relationship of a control and its element); false when an
 * earlier finding has said this one. JSON has each. */
bool report_line(const struct finding_list *list, size_t i, struct finding *f, char details[FINDING_TEXT_MAX])
{
	size_t len = 0;

	*f = finding_list_at(list, i);
	for (size_t k = 0; k < i; k++) {
		struct finding earlier = finding_list_at(list, k);
		if (same_line(&earlier, f))
			return false;
	}
	join(f, f, details, &len);
	for (size_t k = i + 1; k < list->count; k++) {
		struct finding later = finding_list_at(list, k);
		if (same_line(&later, f))
			join(f, &later, details, &len);
	}
	return true;
}

void report_text(FILE *to, const struct report *report)
{
	const struct sanitize_result *result = report->result;
	const struct format_kind_row *kind = format_kind_row(result->kind);

	put_verdict(to, report);
	for (size_t i = 0; i < result->findings.count; i++) {
		struct finding f;
		char text[SANITIZE_MESSAGE_MAX], details[FINDING_TEXT_MAX];
		if (!report_line(&result->findings, i, &f, details))
			continue;
		sanitize_message(&f, language_japanese(), text);
		fputs(say("  ・", "  - "), to);
		report_place(to, &f);
		fprintf(to, "%s\n", text);
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
void report_path(json_t *object, const char *key, const char *path)
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

json_t *report_finding(const struct finding *f)
{
	char text[SANITIZE_MESSAGE_MAX], code[64];
	json_t *object = json_object();

	sanitize_message(f, language_japanese(), text);
	sanitize_code(f->code, code);
	json_object_set_new(object, "code", json_string(code));
	json_object_set_new(object, "severity", json_string(sanitize_severity_name(f->code)));
	json_object_set_new(object, "place", json_string(sanitize_place_name(f->place)));
	json_object_set_new(object, "where", text_of(sk_text_bytes(f->where)));
	json_object_set_new(object, "detail", text_of(sk_text_bytes(f->detail)));
	json_object_set_new(object, "count", json_integer(f->count));
	json_object_set_new(object, "message", json_string(text));
	return object;
}

void report_json(FILE *to, const struct report *report)
{
	const struct sanitize_result *result = report->result;
	json_t *object = json_object(), *findings = json_array();

	report_path(object, "path", report->path);
	json_object_set_new(object, "verdict", json_string(sanitize_verdict_name(result->verdict)));
	json_object_set_new(object, "kind", json_string(format_kind_row(result->kind)->name));
	if (report->output != NULL)
		report_path(object, "output", report->output);
	json_object_set_new(object, "input_bytes", json_integer((json_int_t)result->input_size));
	json_object_set_new(object, "output_bytes", json_integer((json_int_t)result->output_size));
	json_object_set_new(object, "version", json_string(SEKISHO_VERSION));
	for (size_t i = 0; i < result->findings.count; i++) {
		struct finding f = finding_list_at(&result->findings, i);
		json_array_append_new(findings, report_finding(&f));
	}
	json_object_set_new(object, "findings", findings);
	json_dumpf(object, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(object);
}
