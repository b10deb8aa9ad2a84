/*
 * Characters become a text. A reader may lie about the words, so they are cleaned and guarded here again; an honest reader's
 * come through unchanged. What a Japanese character set lacks becomes the geta mark (〓), as in print.
 */
#include "format/text/text.h"

_Static_assert((int)TEXT_WORD_Charset_cp932 == (int)CHARSET_CP932 && (int)TEXT_WORD_Charset_cp1252 == (int)CHARSET_CP1252,
	       "the vocabulary's character sets are charset.h's");

struct content {
	enum charset charset;
	unsigned kind; /* TEXT_WORD_Kind_text … */
	bool bom;
	struct sk_buf utf8;
};

static void take_attr(struct content *c, const struct neutral_record *record)
{
	switch (record->attr) {
	case TEXT_ATTR_file_charset:
		c->charset = (enum charset)record->number;
		break;
	case TEXT_ATTR_file_kind:
		c->kind = (unsigned)record->number;
		break;
	case TEXT_ATTR_file_bom:
		c->bom = record->number != 0;
		break;
	default:
		break;
	}
}

static enum sk_status collect(struct format_write *job, struct content *c)
{
	struct neutral_record record;
	*c = (struct content){.charset = CHARSET_UTF_8};
	sk_buf_init(&c->utf8, job->arena, SIZE_MAX);
	do {
		SK_TRY(neutral_next(job->in, &record));
		if (record.op == NEUTRAL_ATTR)
			take_attr(c, &record);
		else if (record.op == NEUTRAL_TEXT_OF)
			sk_buf_put(&c->utf8, record.bytes);
		else if (record.op == NEUTRAL_OPEN && record.node == TEXT_NODE_leaf_feed)
			sk_buf_u8(&c->utf8, '\f');
		else if (record.op == NEUTRAL_END)
			return SK_MALFORMED;
	} while (job->in->depth > 0);
	return c->utf8.status;
}

/* The characters as they may stand in a file, whatever the reader said. */
static enum sk_status settle(struct format_write *job, struct content *c, sk_bytes *utf8)
{
	struct text_dirt dirt = {0};
	struct sk_buf out;
	uint8_t separator = 0;
	*utf8 = sk_buf_bytes(&c->utf8);
	if (text_clean_until(*utf8) < utf8->len) {
		sk_buf_init(&out, job->arena, SIZE_MAX);
		text_clean(*utf8, &out, &dirt);
		SK_TRY(out.status);
		*utf8 = sk_buf_bytes(&out);
	}
	if (c->kind == TEXT_WORD_Kind_text)
		return SK_OK;
	for (size_t len; (len = text_separator_line(*utf8, &separator)) > 0;)
		*utf8 = sk_bytes_slice(*utf8, len, SIZE_MAX);
	if (text_guard(*utf8, separator, NULL) == 0)
		return SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	text_guard(*utf8, separator, &out);
	*utf8 = sk_buf_bytes(&out);
	return out.status;
}

static enum sk_status put_mark(struct format_write *job, enum charset charset)
{
	switch (charset) {
	case CHARSET_UTF_8:
		return job->put(job->context, SK_BYTES("\xEF\xBB\xBF"));
	case CHARSET_UTF_16LE:
		return job->put(job->context, SK_BYTES("\xFF\xFE"));
	case CHARSET_UTF_16BE:
		return job->put(job->context, SK_BYTES("\xFE\xFF"));
	case CHARSET_CP932:
	case CHARSET_EUC_JP:
	case CHARSET_ISO_2022_JP:
	case CHARSET_CP1252:
	case CHARSET_CP437:
	case CHARSET_COUNT:
		break;
	}
	return SK_OK;
}

static enum sk_status put_in(struct format_write *job, enum charset charset, sk_bytes utf8)
{
	struct sk_buf out;
	size_t replaced;
	if (charset == CHARSET_UTF_8)
		return utf8.len > 0 ? job->put(job->context, utf8) : SK_OK;
	sk_buf_init(&out, job->arena, SIZE_MAX);
	SK_TRY(charset_from_utf8(charset, utf8, &out, &replaced));
	return out.len > 0 ? job->put(job->context, sk_buf_bytes(&out)) : SK_OK;
}

enum sk_status text_write(struct format_write *job)
{
	struct content content;
	sk_bytes utf8;
	SK_TRY(collect(job, &content));
	SK_TRY(settle(job, &content, &utf8));
	if (content.bom)
		SK_TRY(put_mark(job, content.charset));
	return put_in(job, content.charset, utf8);
}

enum sk_status text_write_text(struct format_write *job)
{
	struct content content;
	sk_bytes utf8;
	SK_TRY(collect(job, &content));
	SK_TRY(settle(job, &content, &utf8));
	return put_in(job, CHARSET_UTF_8, utf8);
}
