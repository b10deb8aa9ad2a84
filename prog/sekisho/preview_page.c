/*
 * index.html: pages before and after, side by side, with what differs and what was found. Static, without script; it prints on A4.
 *
 * What others control: file names and the texts of findings; all of it is cleaned and escaped. A rule in the page's head forbids scripts and
 * anything from elsewhere as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "preview.h"
#include "report.h"
#include "sanitize/message.h"

struct page {
	FILE *to;
	const struct shown *shown;
};

/* ---- words ---- */

const char *preview_reason(enum preview_end end)
{
	switch (end) {
	case PREVIEW_DONE:
		break;
	case PREVIEW_NO_PAGES:
		return say("この形式には絵にできるページがありません。", "This kind of file has no pages that could be drawn.");
	case PREVIEW_DAMAGED:
		return say("壊れているため、絵にできませんでした。", "It is damaged and could not be drawn.");
	case PREVIEW_PASSWORD:
		return say("パスワードが掛かっているため、絵にできません。", "It has a password and can't be drawn.");
	case PREVIEW_TIME:
		return say("制限時間内に絵にできませんでした。", "It could not be drawn in time.");
	case PREVIEW_LIMIT:
		return say("大きすぎるため、絵にできませんでした。", "It is too large to be drawn.");
	case PREVIEW_FAULT:
		return say("この機械の障害のため、絵にできませんでした。", "It could not be drawn because this machine failed.");
	}
	return "";
}

bool preview_finding_is(const struct shown *shown, const struct shown_document *document, const struct finding *f, unsigned *page)
{
	sk_bytes where = sk_text_bytes(f->where);

	*page = 0;
	if (document->raw != NULL)
		return f->place == FINDING_ENTRY && sk_bytes_equal(where, sk_bytes_str(document->raw));
	if (f->place == FINDING_PAGE && where.len < 8)
		for (size_t i = 0; i < where.len; i++)
			*page = *page * 10 + (unsigned)(where.at[i] - '0') % 10;
	return shown->count == 1;
}

/* ---- text ---- */

static void put_escaped(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		case '\'':
			fputs("&#39;", to);
			break;
		default:
			fputc(*text, to);
		}
}

/* A name as a terminal may show it, then as HTML may. */
static void put_name(FILE *to, const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *memory = open_memstream(&text, &len);

	if (memory == NULL)
		exit(EXIT_FAULT);
	report_name(memory, name);
	fclose(memory);
	put_escaped(to, text);
	free(text);
}

static void put_finding(FILE *to, const struct finding *f, bool with_place)
{
	char text[SANITIZE_MESSAGE_MAX], *place = NULL;
	size_t len;
	FILE *memory = open_memstream(&place, &len);

	if (memory == NULL)
		exit(EXIT_FAULT);
	if (with_place)
		report_place(memory, f);
	fclose(memory);
	sanitize_message(f, language_japanese(), text);
	fprintf(to, "<li class=\"%s\">", sanitize_severity_name(f->code));
	put_escaped(to, place);
	put_escaped(to, text);
	fputs("</li>\n", to);
	free(place);
}

/* The findings of a page, or of a document as a whole (number 0). False: there is none. */
static bool put_findings(const struct page *p, const struct shown_document *document, unsigned number)
{
	const struct finding_list *list = &p->shown->result->findings;
	char details[FINDING_TEXT_MAX];
	struct finding f;
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		unsigned page;
		if (!report_line(list, i, &f, details) || !preview_finding_is(p->shown, document, &f, &page) || page != number)
			continue;
		if (!any)
			fputs("<ul class=\"findings\">\n", p->to);
		any = true;
		put_finding(p->to, &f, number == 0 && document->raw == NULL);
	}
	if (any)
		fputs("</ul>\n", p->to);
	return any;
}

/* ---- pages ---- */

static const char *side_name(enum side side)
{
	return side == SIDE_BEFORE ? say("元のファイル", "Original") : say("作り直したファイル", "Rebuilt");
}

static void put_figure(const struct page *p, const struct shown_document *document, const struct shown_page *page, const char *which, const char *title,
		       uint32_t columns, uint32_t rows)
{
	char name[PREVIEW_NAME];

	preview_name(document, page->number, which, name);
	fprintf(p->to, "<figure><figcaption>%s</figcaption><a href=\"%s\"><img src=\"%s\" width=\"%u\" height=\"%u\" alt=\"", title, name, name, columns, rows);
	fprintf(p->to, say("%u ページ、%s", "Page %u, %s"), page->number, title);
	fputs("\"></a></figure>\n", p->to);
}

static void put_missing(const struct page *p, const char *title, const char *reason)
{
	fprintf(p->to, "<figure class=\"missing\"><figcaption>%s</figcaption><p>%s</p></figure>\n", title, reason);
}

static const char *why_missing(const struct shown_document *document, const struct shown_page *page, enum side side)
{
	if (document->ends[side] != PREVIEW_DONE)
		return preview_reason(document->ends[side]);
	if (document->counts[side] != 0 && page->number > document->counts[side])
		return say("このページはありません。", "There is no such page.");
	return say("このページは絵にできませんでした。", "This page could not be drawn.");
}

static void put_state(const struct page *p, const struct shown_page *page)
{
	if (!page->compared)
		fprintf(p->to, "<span class=\"state\">%s</span>", say("比べられません", "not compared"));
	else if (page->change.count == 0)
		fprintf(p->to, "<span class=\"state same\">%s</span>", say("違いなし", "no difference"));
	else if (page->change.count == 1)
		fprintf(p->to, "<span class=\"state differs\">%s</span>", say("違い 1 か所", "1 place differs"));
	else
		fprintf(p->to, say("<span class=\"state differs\">違い %zu か所</span>", "<span class=\"state differs\">%zu places differ</span>"), page->change.count);
}

static void put_page(const struct page *p, const struct shown_document *document, size_t index, const struct shown_page *page)
{
	fprintf(p->to, "<section class=\"page\" id=\"d%zup%u\">\n<h3>", index, page->number);
	fprintf(p->to, say("%u ページ", "Page %u"), page->number);
	fputs(" ", p->to);
	put_state(p, page);
	fputs("</h3>\n", p->to);
	(void)put_findings(p, document, page->number);
	fputs("<div class=\"pictures\">\n", p->to);
	for (int side = 0; side < SIDES; side++) {
		const struct shown_picture *picture = &page->pictures[side];
		if (picture->there)
			put_figure(p, document, page, side == SIDE_BEFORE ? "before" : "after", side_name((enum side)side), picture->columns, picture->rows);
		else
			put_missing(p, side_name((enum side)side), why_missing(document, page, (enum side)side));
	}
	if (page->change.count > 0)
		put_figure(p, document, page, "marked", say("違いのある所（作り直したファイル）", "What differs (in the rebuilt file)"), page->change.columns,
			   page->change.rows);
	fputs("</div>\n</section>\n", p->to);
}

/* Links to the pages that differ: what a reader wants first. */
static void put_summary(const struct page *p, const struct shown_document *document, size_t index)
{
	size_t differ = 0;

	for (size_t i = 0; i < document->count; i++)
		differ += document->pages[i].change.count > 0;
	if (document->count == 0)
		return;
	fputs("<p class=\"summary\">", p->to);
	if (differ == 0) {
		fprintf(p->to, say("%zu ページを比べました。見た目の違いはありません。", "%zu pages were drawn; none differs visibly."), document->count);
	} else {
		fprintf(p->to, say("%zu ページのうち %zu ページに違いがあります: ", "Of %zu pages, %zu differ: "), document->count, differ);
		for (size_t i = 0; i < document->count; i++)
			if (document->pages[i].change.count > 0)
				fprintf(p->to, "<a href=\"#d%zup%u\">%u</a> ", index, document->pages[i].number, document->pages[i].number);
	}
	fputs("</p>\n", p->to);
}

/* Pages that were not asked for are told: nobody should think that this is all. */
static void put_rest(const struct page *p, const struct shown_document *document)
{
	uint32_t all = document->counts[SIDE_BEFORE] > document->counts[SIDE_AFTER] ? document->counts[SIDE_BEFORE] : document->counts[SIDE_AFTER];
	unsigned last = document->count > 0 ? document->pages[document->count - 1].number : 0;

	if (document->counts[SIDE_BEFORE] != document->counts[SIDE_AFTER] && document->counts[SIDE_BEFORE] > 0 && document->counts[SIDE_AFTER] > 0) {
		fputs("<p class=\"warning\">", p->to);
		fprintf(p->to, say("ページ数が違います: 元 %u、作り直し後 %u。", "The number of pages differs: %u in the original, %u in the rebuilt file."),
			document->counts[SIDE_BEFORE], document->counts[SIDE_AFTER]);
		fputs("</p>\n", p->to);
	}
	if (document->count > 0 && (document->pages[0].number > 1 || last < all)) {
		fputs("<p class=\"warning\">", p->to);
		fprintf(p->to, say("全 %u ページのうち %u〜%u ページだけを示しています。", "Of %u pages, only %u to %u are shown."), all, document->pages[0].number, last);
		fputs("</p>\n", p->to);
	}
}

static void put_unseen(const struct page *p, const struct shown_document *document)
{
	for (int side = 0; side < SIDES; side++)
		if (!document->blocked && document->ends[side] != PREVIEW_DONE)
			fprintf(p->to, "<p class=\"warning\">%s: %s</p>\n", side_name((enum side)side), preview_reason(document->ends[side]));
}

static void put_document(const struct page *p, size_t index)
{
	const struct shown_document *document = &p->shown->documents[index];
	const struct format_kind_row *kind = format_kind_row(document->kind);

	fputs("<article>\n", p->to);
	if (document->name != NULL) {
		fputs("<h2>", p->to);
		put_escaped(p->to, document->name);
		fprintf(p->to, say(" <small>%s</small></h2>\n", " <small>%s</small></h2>\n"), say(kind->ja, kind->en));
	}
	if (document->blocked && document->name != NULL)
		fprintf(p->to, "<p class=\"blocked-note\">%s</p>\n", say("遮断され、渡されません。", "Blocked: it does not cross."));
	put_summary(p, document, index);
	put_unseen(p, document);
	put_rest(p, document);
	(void)put_findings(p, document, 0);
	for (size_t i = 0; i < document->count; i++)
		put_page(p, document, index, &document->pages[i]);
	fputs("</article>\n", p->to);
}

/* ---- the whole ---- */

static void put_head(const struct page *p)
{
	fprintf(p->to,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; style-src 'self' file:; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
		language_japanese() ? "ja" : "en");
	fputs(say("無害化プレビュー: ", "Sanitizing preview: "), p->to);
	put_name(p->to, p->shown->path);
	fputs("</title>\n<link rel=\"stylesheet\" href=\"preview.css\">\n</head>\n<body>\n", p->to);
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

static void put_fact(const struct page *p, const char *term, const char *value)
{
	fprintf(p->to, "<div><dt>%s</dt><dd>%s</dd></div>\n", term, value);
}

static void put_title(const struct page *p)
{
	static const char *const ja[] = {"変更なし", "無害化済み", "遮断"}, *const en[] = {"Clean", "Sanitized", "Blocked"};
	static const char *const levels_ja[] = {[LEVEL_REBUILD] = "構造再構成", [LEVEL_TEXT] = "テキスト化", [LEVEL_IMAGE] = "画像化"};
	static const char *const levels_en[] = {[LEVEL_REBUILD] = "rebuild", [LEVEL_TEXT] = "text", [LEVEL_IMAGE] = "image"};
	const struct sanitize_result *result = p->shown->result;
	const struct format_kind_row *kind = format_kind_row(result->kind);
	const char *slash = strrchr(p->shown->path, '/');

	fputs("<header>\n<h1>", p->to);
	put_name(p->to, slash != NULL ? slash + 1 : p->shown->path);
	fprintf(p->to, "</h1>\n<dl>\n<div><dt>%s</dt><dd><strong class=\"verdict %s\">%s</strong></dd></div>\n", say("判定", "Verdict"),
		sanitize_verdict_name(result->verdict), say(ja[result->verdict], en[result->verdict]));
	put_fact(p, say("形式", "Kind"), say(kind->ja, kind->en));
	put_fact(p, say("方法", "Level"), say(levels_ja[p->shown->level], levels_en[p->shown->level]));
	fprintf(p->to, "<div><dt>%s</dt><dd>", say("大きさ", "Size"));
	put_size(p->to, result->input_size);
	if (result->verdict != VERDICT_BLOCKED) {
		fputs(" → ", p->to);
		put_size(p->to, result->output_size);
	}
	fputs("</dd></div>\n", p->to);
	put_fact(p, say("作成", "Made by"), "sekisho " SEKISHO_VERSION);
	fputs("</dl>\n", p->to);
	if (result->verdict == VERDICT_BLOCKED) {
		fprintf(p->to, "<p class=\"blocked-note\">%s</p>\n",
			say("このファイルは遮断され、渡されません。絵は作りません。理由は次のとおりです。", "This file is blocked and does not cross. Nothing of it is drawn. The reasons:"));
		if (kind->advice_ja[0] != '\0' && !result->fault)
			fprintf(p->to, "<p>%s</p>\n", say(kind->advice_ja, kind->advice_en));
	}
	fputs("</header>\n<main>\n", p->to);
}

/* Findings of the archive itself, which belong to no entry that is shown. */
static void put_common(const struct page *p)
{
	const struct finding_list *list = &p->shown->result->findings;
	char details[FINDING_TEXT_MAX];
	struct finding f;
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		bool own = false;
		unsigned page;
		for (size_t k = 0; k < p->shown->count && !own; k++)
			own = finding_list_at(list, i).place == FINDING_ENTRY && (f = finding_list_at(list, i), preview_finding_is(p->shown, &p->shown->documents[k], &f, &page));
		if (own || !report_line(list, i, &f, details))
			continue;
		fputs(any ? "" : "<ul class=\"findings\">\n", p->to);
		any = true;
		put_finding(p->to, &f, true);
	}
	fputs(any ? "</ul>\n" : "", p->to);
}

static void put_all(const struct page *p)
{
	const struct shown *shown = p->shown;

	put_head(p);
	put_title(p);
	if (shown->count > 0 && shown->documents[0].raw != NULL)
		put_common(p);
	for (size_t i = 0; i < shown->count; i++)
		put_document(p, i);
	if (shown->left_out > 0) {
		fputs("<p class=\"warning\">", p->to);
		fprintf(p->to, say("ほかに %zu 件は示していません。", "%zu more entries are not shown."), shown->left_out);
		fputs("</p>\n", p->to);
	}
	fprintf(p->to, "</main>\n<footer><p>%s</p></footer>\n</body>\n</html>\n",
		say("絵は隔離した描画プログラムが画素として渡したものから作りました。違いは小さな升目の平均で比べています。文字の中身、リンク先、見えない所は比べていません。",
		    "The pictures are made of pixels that an isolated program drew. Differences are those of the means of small cells; the words themselves, "
		    "targets of links and what can't be seen are not compared."));
}

static const char style[] =
	":root { color-scheme: light; --line: #b8bec6; --ink: #16202c; --soft: #4a5563; --paper: #fff; --ground: #eef1f4; --red: #b00020; --green: #12603a; }\n"
	"* { box-sizing: border-box; }\n"
	"body { margin: 0; color: var(--ink); background: var(--ground); font: 1rem/1.6 \"Noto Sans CJK JP\", \"Noto Sans JP\", \"Yu Gothic\", Meiryo, sans-serif; }\n"
	"header, main, footer { max-width: 110rem; margin: 0 auto; padding: 1rem 1.5rem; }\n"
	"h1 { margin: 0 0 .5rem; font-size: 1.5rem; overflow-wrap: anywhere; }\n"
	"h2 { margin: 2rem 0 .5rem; padding-top: 1rem; border-top: 3px solid var(--ink); font-size: 1.25rem; overflow-wrap: anywhere; }\n"
	"h2 small { color: var(--soft); font-weight: normal; }\n"
	"h3 { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin: 0 0 .5rem; font-size: 1.1rem; }\n"
	"dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; }\n"
	"dt { margin-bottom: .15rem; color: var(--soft); font-size: .85rem; }\n"
	"dd { margin: 0; }\n"
	"a { color: #0b4f9e; }\n"
	"a:focus-visible { outline: 3px solid #0b4f9e; outline-offset: 2px; }\n"
	".summary a { display: inline-block; min-width: 2rem; padding: .1rem .4rem; text-align: center; }\n"
	".verdict, .state { padding: .1rem .6rem; border: 1px solid currentColor; border-radius: .3rem; font-weight: bold; }\n"
	".state { font-size: .9rem; color: var(--soft); }\n"
	".clean, .same, .sanitized { color: var(--green); }\n"
	".blocked, .differs { color: var(--red); }\n"
	"strong.blocked { color: #fff; background: var(--red); }\n"
	".warning, .blocked-note { padding: .5rem .75rem; border-left: .4rem solid var(--red); background: var(--paper); }\n"
	".findings { margin: 0 0 .75rem; padding: .5rem .75rem .5rem 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; overflow-wrap: anywhere; }\n"
	".findings .note { color: var(--soft); }\n"
	".findings .blocked { font-weight: bold; }\n"
	".page { margin: 1.5rem 0; padding-top: 1rem; border-top: 1px solid var(--line); }\n"
	".pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; align-items: start; }\n"
	"figure { margin: 0; min-width: 0; }\n"
	"figcaption { margin-bottom: .25rem; color: var(--soft); font-size: .9rem; }\n"
	"img { display: block; max-width: 100%; height: auto; background: var(--paper); border: 1px solid var(--line); }\n"
	".missing p { margin: 0; padding: 3rem 1rem; text-align: center; color: var(--soft); background: var(--paper); border: 1px dashed var(--line); }\n"
	"footer { color: var(--soft); font-size: .85rem; }\n"
	"@page { size: A4; margin: 12mm; }\n"
	"@media print {\n"
	"\tbody { background: none; font-size: 9.5pt; }\n"
	"\theader, main, footer { max-width: none; padding: 0; }\n"
	"\ta { color: inherit; text-decoration: none; }\n"
	"\t.page { margin: 0; break-before: page; border: 0; padding: 0; }\n"
	"\t.pictures { display: block; }\n"
	"\tfigure { display: inline-block; width: 48.5%; vertical-align: top; break-inside: avoid; margin: 0 .5% 3mm 0; }\n"
	"\timg { max-height: 112mm; width: auto; }\n"
	"\t.findings, .warning, .blocked-note { background: none; }\n"
	"}\n";

bool preview_page(int folder, const struct shown *shown)
{
	char *text = NULL;
	size_t len;
	struct page page = {.to = open_memstream(&text, &len), .shown = shown};

	if (page.to == NULL)
		return false;
	put_all(&page);
	bool good = fclose(page.to) == 0;
	good = good && preview_write(folder, "preview.css", style, sizeof style - 1) && preview_write(folder, "index.html", text, len);
	free(text);
	return good;
}
