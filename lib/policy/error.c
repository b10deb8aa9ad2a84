/* What is wrong with a policy: noted while reading, printed with the line and a caret under the place. */
#include "policy/tree.h"

#include "conf/conf.h"

static const struct {
	const char *ja, *en, *expected_ja, *expected_en;
} rows[POLICY_ERROR_COUNT] = {
#define ERROR(error, ja, en, expected_ja, expected_en) {ja, en, expected_ja, expected_en},
#include "policy/errors.def"
#undef ERROR
};

static void copy(char to[POLICY_DETAIL_MAX], sk_text text)
{
	size_t len = sk_min(text.len, POLICY_DETAIL_MAX - 1);

	while (len > 0 && len < text.len && ((uint8_t)text.at[len] & 0xC0) == 0x80)
		len--; /* not inside a character */
	if (len > 0)
		memcpy(to, text.at, len);
	to[len] = '\0';
}

void error_hint(struct policy_error *error, sk_text hint)
{
	copy(error->hint, hint);
}

bool error_at(struct policy_errors *errors, struct place place, enum policy_error_code code, sk_text detail)
{
	if (errors->count == POLICY_ERRORS_MAX) {
		errors->more = true;
		return false;
	}
	struct policy_error *error = &errors->at[errors->count++];
	*error = (struct policy_error){.code = code, .file = place.file, .at = place.at, .len = place.len};
	copy(error->detail, detail);
	return false;
}

struct place place_of_node(const struct node *node)
{
	return (struct place){node->file, node->at, node->len};
}

struct place place_of_arg(const struct node *node, const struct arg *arg)
{
	return (struct place){node->file, arg->at, arg->len};
}

/* ---- printing ---- */

/* Columns of a terminal: East Asian Width W and F take two (UAX 11); ambiguous ones (α, →) one, as terminals for UTF-8 do. */
static unsigned width_of(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
			       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF01 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) ||
			       (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD)
		       ? 2
		       : 1;
}

static void put_filled(struct sk_buf *out, const char *words, const char *detail)
{
	const char *slot = strstr(words, "%s");

	if (slot == NULL) {
		sk_buf_str(out, words);
		return;
	}
	sk_buf_put(out, sk_bytes_of(words, (size_t)(slot - words)));
	sk_buf_str(out, detail);
	sk_buf_str(out, slot + 2);
}

struct line {
	size_t from, to;    /* bytes of the file */
	uint32_t number, column; /* from 1; columns are characters */
};

static struct line line_of(sk_bytes b, size_t at)
{
	struct line line = {.number = 1};

	at = sk_min(at, b.len);
	for (size_t i = 0; i < at; i++)
		if (b.at[i] == '\n') {
			line.number++;
			line.from = i + 1;
		}
	if (line.from == 0 && at >= 3 && sk_bytes_starts(b, SK_BYTES("\xEF\xBB\xBF")))
		line.from = 3; /* nobody sees the mark */
	line.to = sk_min(sk_bytes_find(b, SK_BYTES("\n"), line.from), b.len);
	line.column = 1;
	for (size_t i = line.from; i < at; i++)
		line.column += (b.at[i] & 0xC0) != 0x80;
	return line;
}

/* A character as it is safe on a terminal; what is not taken in a policy becomes a question mark of its width. */
static void put_safe(struct sk_buf *out, sk_bytes b, size_t from, size_t to, uint32_t c)
{
	bool plain = c >= 0x20 && c < 0x7F;
	bool known = (c >= 0x3000 && c <= 0x3098) || (c >= 0x309B && c <= 0x9FFF) || (c >= 0xFF01 && c <= 0xFF60) || (c >= 0x2190 && c <= 0x27BF) || (c >= 0x370 && c <= 0x3FF);

	if (plain || c == '\t' || known)
		sk_buf_put(out, sk_bytes_slice(b, from, to - from));
	else if (c != '\r')
		sk_buf_str(out, width_of(c) == 2 ? "？" : "?");
}

static void put_line(struct sk_buf *out, sk_bytes b, struct line line)
{
	sk_buf_str(out, "    ");
	for (size_t at = line.from; at < line.to;) {
		size_t from = at;
		uint32_t c = sk_utf8_decode(b, &at);
		put_safe(out, b, from, at, c);
	}
	sk_buf_str(out, "\n    ");
}

/* Blanks as wide as what stands before the place, carets as wide as the place (to the end of its line, at least one). */
static void put_caret(struct sk_buf *out, sk_bytes b, struct line line, size_t place, size_t len)
{
	size_t end = sk_min(place + len, line.to);
	unsigned carets = 0;

	for (size_t at = line.from; at < sk_min(place, line.to);) {
		uint32_t c = sk_utf8_decode(b, &at);
		sk_buf_str(out, c == '\t' ? "\t" : width_of(c) == 2 ? "  " : " ");
	}
	for (size_t at = place; at < end;)
		carets += width_of(sk_utf8_decode(b, &at));
	for (unsigned i = 0; i < (carets > 0 ? carets : 1); i++)
		sk_buf_u8(out, '^');
	sk_buf_u8(out, '\n');
}

/* The statements of a block: what might have stood there. */
static void put_statements(struct sk_buf *out, unsigned block, bool japanese)
{
	bool first = true;

	sk_buf_str(out, japanese ? "    ここに書けるもの: " : "    expected: ");
	for (size_t i = 0; i < statement_row_count; i++) {
		if (statement_rows[i].block != block)
			continue;
		if (!first)
			sk_buf_str(out, japanese ? "、" : ", ");
		first = false;
		sk_buf_str(out, japanese ? word_japanese(statement_rows[i].word) : word_english(statement_rows[i].word));
	}
	sk_buf_u8(out, '\n');
}

void policy_error_print(const struct policy_error *error, bool japanese, struct sk_buf *out)
{
	const char *expected = japanese ? rows[error->code].expected_ja : rows[error->code].expected_en;
	struct line line = {0};

	if (error->file != NULL) {
		line = line_of(error->file->bytes, error->at);
		sk_buf_put(out, sk_text_bytes(error->file->name));
		sk_buf_u8(out, ':');
		sk_buf_decimal(out, line.number);
		sk_buf_u8(out, ':');
		sk_buf_decimal(out, line.column);
		sk_buf_str(out, ": ");
	}
	put_filled(out, japanese ? rows[error->code].ja : rows[error->code].en, error->detail);
	sk_buf_u8(out, '\n');
	if (error->file != NULL) {
		put_line(out, error->file->bytes, line);
		put_caret(out, error->file->bytes, line, error->at, error->len);
	}
	if (error->hint[0] != '\0') {
		sk_buf_str(out, japanese ? "    もしかして: " : "    perhaps: ");
		sk_buf_str(out, error->hint);
		sk_buf_u8(out, '\n');
	}
	if (error->code == POLICY_ERROR_statement)
		put_statements(out, error->block, japanese);
	if (expected[0] != '\0') {
		sk_buf_str(out, japanese ? "    ここに書けるもの: " : "    expected: ");
		sk_buf_str(out, expected);
		sk_buf_u8(out, '\n');
	}
}
