/*
 * A text becomes characters: decoded, cleaned, and in a table no field acts.
 *
 * What the attacker controls here: every byte. Escapes, overlong forms and other tricks of encodings end as plain characters.
 */
#include "format/text/text.h"

#define BAD_SHARE 16 /* one broken or control character in so many is damage; more is no text */
#define BAD_FEW 16
#define PDF_WINDOW ((size_t)1024 + 5) /* the last place of a header, and the header */

static uint32_t count_of(size_t count)
{
	return count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

static void report(const struct format_read *job, enum finding_code code, sk_bytes detail, size_t count)
{
	if (count > 0)
		finding_report(job->findings, code, FINDING_WHOLE, SK_BYTES(""), detail, count_of(count));
}

static bool is_too_much(size_t bad, sk_bytes of)
{
	return bad > BAD_FEW && bad > of.len / BAD_SHARE;
}

/* The body as UTF-8: the input itself when it is that already. */
static enum sk_status decode(struct format_read *job, enum charset charset, sk_bytes body, sk_bytes *utf8)
{
	struct sk_buf out;
	size_t replaced;
	*utf8 = body;
	if (charset == CHARSET_UTF_8 && sk_utf8_valid(body))
		return SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	SK_TRY(charset_to_utf8(charset, body, &out, &replaced));
	*utf8 = sk_buf_bytes(&out);
	report(job, FINDING_text_repaired, SK_BYTES(""), replaced);
	return is_too_much(replaced, body) ? SK_MALFORMED : SK_OK;
}

static bool holds(sk_bytes text, sk_bytes words)
{
	return sk_bytes_find(text, words, 0) != SIZE_MAX;
}

/* Would what is written be taken for a PDF: a header where readers of PDF still look for it (ISO 32000-1 annex H, note 13), and an object or
 * an end? The place counts in the bytes of the character set. */
static enum sk_status check_no_pdf(struct format_read *job, sk_bytes utf8, const struct text_form *form)
{
	bool as_text = job->level == LEVEL_TEXT; /* written in UTF-8, without a mark */
	struct sk_buf out;
	size_t replaced;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	SK_TRY(charset_from_utf8(as_text ? CHARSET_UTF_8 : form->charset, sk_bytes_slice(utf8, 0, PDF_WINDOW * 3), &out, &replaced));
	sk_bytes window = sk_bytes_slice(sk_buf_bytes(&out), 0, PDF_WINDOW - (as_text ? 0 : form->bom));
	if (!holds(window, SK_BYTES("%PDF-")) && !holds(window, SK_BYTES("%FDF-")))
		return SK_OK;
	bool acts = holds(utf8, SK_BYTES(" obj")) || holds(utf8, SK_BYTES("%%EOF")) || holds(utf8, SK_BYTES("startxref"));
	return acts ? SK_MALFORMED : SK_OK;
}

static enum sk_status clean(struct format_read *job, sk_bytes *utf8)
{
	struct sk_buf out;
	struct text_dirt dirt = {0};
	if (text_clean_until(*utf8) == utf8->len)
		return SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	text_clean(*utf8, &out, &dirt);
	report(job, FINDING_control_characters, SK_BYTES("C0/C1"), dirt.controls);
	report(job, FINDING_control_characters, SK_BYTES("bidi"), dirt.directions);
	report(job, FINDING_control_characters, SK_BYTES("zero-width"), dirt.hidden);
	bool too_much = is_too_much(dirt.controls, *utf8);
	*utf8 = sk_buf_bytes(&out);
	return too_much ? SK_MALFORMED : out.status;
}

/* A table without a line that says how to read it, and without fields that act. */
static enum sk_status guard(struct format_read *job, sk_bytes *utf8)
{
	struct sk_buf out;
	uint8_t separator = 0;
	size_t acting = 0;
	for (size_t len; (len = text_separator_line(*utf8, &separator)) > 0; *utf8 = sk_bytes_slice(*utf8, len, SIZE_MAX))
		report(job, FINDING_csv_separator, sk_bytes_of(&separator, 1), 1);
	if (text_guard(*utf8, separator, NULL) == 0)
		return SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	acting = text_guard(*utf8, separator, &out);
	report(job, FINDING_csv_formula, SK_BYTES(""), acting);
	*utf8 = sk_buf_bytes(&out);
	return out.status;
}

/* A character set that was guessed must be guessed again from what will be written; otherwise the text goes on as UTF-8 with a
 * byte order mark, which nobody mistakes. What would then not be text, or a table though it was none, is not let pass. */
static enum sk_status settle(struct format_read *job, sk_bytes utf8, struct text_form *form)
{
	struct sk_buf out;
	struct text_form again;
	size_t missing, mark = sk_arena_mark(job->arena);
	if (form->bom > 0)
		return SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	SK_TRY(charset_from_utf8(form->charset, utf8, &out, &missing));
	bool is_of_others = text_is_of_others(sk_buf_bytes(&out));
	bool is_text = text_detect(sk_buf_bytes(&out), job->arena, &again);
	bool is_ascii = out.len == utf8.len && sk_bytes_equal(sk_buf_bytes(&out), utf8); /* the same in any set */
	if (!is_text || (again.charset != form->charset && !is_ascii))
		*form = (struct text_form){.charset = CHARSET_UTF_8, .bom = 3, .kind = form->kind};
	else if (form->kind == KIND_text)
		form->kind = again.kind;
	sk_arena_release(job->arena, mark);
	return is_of_others ? SK_MALFORMED : SK_OK;
}

/* Runs of characters, and form feeds between them. */
static void say(struct neutral_out *out, sk_bytes utf8)
{
	for (size_t at = 0; at < utf8.len && out->status == SK_OK;) {
		size_t feed = sk_bytes_find(utf8, SK_BYTES("\f"), at);
		sk_bytes run = sk_bytes_slice(utf8, at, sk_min(feed, utf8.len) - at);
		if (run.len > 0) {
			neutral_open(out, TEXT_NODE_leaf_run);
			neutral_bytes(out, TEXT_NODE_leaf_run, run);
			neutral_close(out);
		}
		if (feed != SIZE_MAX) {
			neutral_open(out, TEXT_NODE_leaf_feed);
			neutral_close(out);
		}
		at += run.len + 1;
	}
}

enum sk_status text_read(struct format_read *job)
{
	struct text_form form;
	sk_bytes utf8;
	if (!text_detect(job->input, job->arena, &form))
		return SK_MALFORMED;
	report(job, FINDING_empty_file, SK_BYTES(""), job->input.len == 0);
	SK_TRY(decode(job, form.charset, sk_bytes_slice(job->input, form.bom, SIZE_MAX), &utf8));
	sk_bytes decoded = utf8;
	SK_TRY(clean(job, &utf8));
	if (form.charset != CHARSET_UTF_8 || utf8.at != decoded.at)
		SK_TRY(settle(job, utf8, &form));
	sk_bytes cleaned = utf8;
	if (form.kind != KIND_text)
		SK_TRY(guard(job, &utf8));
	if (form.charset != CHARSET_UTF_8 && utf8.at != cleaned.at)
		SK_TRY(settle(job, utf8, &form));
	if (form.bom == 0 && text_is_of_others(utf8))
		return SK_MALFORMED; /* what stood before it is gone */
	if (job->level == LEVEL_TEXT || form.charset != CHARSET_UTF_8 || utf8.at != decoded.at) /* what crosses as it came is none: bids said so */
		SK_TRY(check_no_pdf(job, utf8, &form));
	neutral_open(job->out, TEXT_NODE_file_file);
	neutral_attr_number(job->out, TEXT_ATTR_file_charset, form.charset);
	neutral_attr_number(job->out, TEXT_ATTR_file_kind, form.kind == KIND_csv ? TEXT_WORD_Kind_csv
			    : form.kind == KIND_tsv			     ? TEXT_WORD_Kind_tsv
									     : TEXT_WORD_Kind_text);
	neutral_attr_number(job->out, TEXT_ATTR_file_bom, form.bom > 0);
	say(job->out, utf8);
	neutral_close(job->out);
	return job->out->status;
}
