/*
 * Where the marks of Word's complex fields stand in a part, and the texts of their instructions (ECMA-376 part 1, 17.16.18).
 *
 * What the attacker controls here: every byte. A part of tags alone is searched for the names, which costs a tenth of reading it; any
 * other is read token by token. A piece that is found wrongly is judged like any other: an instruction crosses only when
 * it is on the list, and a mark only where the part's reader meets it again.
 */
#include "format/ooxml/ooxml.h"

#define MARK SK_BYTES("fldChar")
#define TEXT SK_BYTES("nstrText") /* of instrText and delInstrText */

/* ---- by tokens ---- */

static sk_bytes attribute_of(const struct xml_token *token, uint16_t name)
{
	for (size_t i = 0; i < token->attribute_count; i++)
		if (token->attributes[i].name == name)
			return token->attributes[i].value;
	return (sk_bytes){NULL, 0};
}

static bool is_mark(sk_bytes local)
{
	return sk_bytes_equal(local, MARK);
}

/* The vocabulary has no name for instruction texts, on purpose: they are known by their local part. */
static bool is_instruction_text(sk_bytes local)
{
	return sk_bytes_equal(local, SK_BYTES("instrText")) || sk_bytes_equal(local, SK_BYTES("delInstrText"));
}

static enum sk_status next_token(struct field_pieces *p, struct field_piece *piece)
{
	struct xml_token token;
	for (;;) {
		SK_TRY(xml_next(p->reader, &token));
		*piece = (struct field_piece){.kind = FIELD_PIECE_END, .offset = token.offset};
		if (token.kind == XML_END)
			return SK_OK;
		if (token.kind == XML_OPEN && token.name == OOXML_NAME_w_fldChar) {
			piece->kind = FIELD_PIECE_MARK;
			piece->bytes = attribute_of(&token, OOXML_NAME_w_fldCharType);
			return SK_OK;
		}
		if (token.kind == XML_TEXT && p->in_text) {
			piece->kind = FIELD_PIECE_TEXT;
			piece->bytes = token.text;
			return SK_OK;
		}
		if (token.kind != XML_TEXT)
			p->in_text = token.kind == XML_OPEN && token.name == VOCABULARY_NONE && is_instruction_text(xml_local(token.qname));
	}
}

/* ---- by names ---- */

static bool ends_name(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>';
}

/* The start of the tag whose name ends at end; SIZE_MAX when it is no start tag's name. */
static size_t tag_start(sk_bytes document, size_t end)
{
	size_t at = end;
	while (at > 0 && document.at[at - 1] != '<' && document.at[at - 1] > ' ' && end - at < 64)
		at--;
	return at > 0 && document.at[at - 1] == '<' && document.at[at] != '/' && end < document.len && ends_name(document.at[end]) ? at - 1 : SIZE_MAX;
}

/* The end of the tag, its > included, behind its name; quotes may hold one. SIZE_MAX when there is none. */
static size_t tag_end(sk_bytes document, size_t at)
{
	uint8_t quote = 0;
	for (; at < document.len; at++) {
		uint8_t c = document.at[at];
		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return at + 1;
	}
	return SIZE_MAX;
}

/* The raw value of PREFIXfldCharType in a tag, with the prefix of the tag's own name. */
static sk_bytes type_of(sk_bytes tag)
{
	sk_bytes prefix = sk_bytes_slice(tag, 1, sk_bytes_find(tag, MARK, 0) - 1);
	for (size_t at = prefix.len + 1; at < tag.len;) {
		size_t found = sk_bytes_find(tag, SK_BYTES("fldCharType"), at);
		if (found == SIZE_MAX)
			break;
		at = found + 11;
		size_t quote = at;
		while (quote < tag.len && tag.at[quote] != '"' && tag.at[quote] != '\'')
			quote++;
		if (quote == tag.len || !sk_bytes_ends(sk_bytes_slice(tag, 0, found), prefix))
			continue;
		size_t end = quote + 1;
		while (end < tag.len && tag.at[end] != tag.at[quote])
			end++;
		return sk_bytes_slice(tag, quote + 1, end - quote - 1);
	}
	return (sk_bytes){NULL, 0};
}

/* The next start tag with such a local name, which ends in end_of_name; from at and before end. What stands behind the name; SIZE_MAX
 * when there is none. */
static size_t find_tag(sk_bytes document, sk_bytes end_of_name, bool (*is_it)(sk_bytes), size_t at, size_t end, size_t *start)
{
	sk_bytes window = sk_bytes_slice(document, 0, end);
	size_t from = at;
	for (;;) {
		at = sk_bytes_find(window, end_of_name, at);
		if (at == SIZE_MAX)
			return SIZE_MAX;
		at += end_of_name.len;
		*start = tag_start(document, at);
		if (*start != SIZE_MAX && *start >= from && is_it(xml_local(sk_bytes_slice(document, *start + 1, at - *start - 1))))
			return at;
	}
}

/* The text of the instruction that comes before the next mark, if any is left. */
static enum sk_status next_text(struct field_pieces *p, struct field_piece *piece)
{
	size_t start;
	for (;;) {
		size_t at = find_tag(p->document, TEXT, is_instruction_text, p->at, p->mark, &start);
		size_t from = at == SIZE_MAX ? SIZE_MAX : tag_end(p->document, at);
		if (from == SIZE_MAX) {
			p->at = p->mark;
			return SK_OK;
		}
		p->at = from;
		size_t end = sk_bytes_find(p->document, SK_BYTES("<"), from);
		if (p->document.at[from - 2] == '/' || end == from)
			continue;
		piece->kind = FIELD_PIECE_TEXT;
		return xml_expand(p->reader, sk_bytes_slice(p->document, from, sk_min(end, p->document.len) - from), false, &piece->bytes);
	}
}

static enum sk_status next_mark(struct field_pieces *p, struct field_piece *piece)
{
	size_t start = p->mark;
	size_t end = start == p->document.len ? SIZE_MAX : tag_end(p->document, start);
	piece->offset = start;
	if (end == SIZE_MAX)
		return SK_OK;
	p->at = end;
	p->mark = p->document.len;
	if (find_tag(p->document, MARK, is_mark, end, p->document.len, &start) != SIZE_MAX)
		p->mark = start;
	piece->kind = FIELD_PIECE_MARK;
	return xml_expand(p->reader, type_of(sk_bytes_slice(p->document, piece->offset, end - piece->offset)), true, &piece->bytes);
}

/* ---- both ---- */

bool field_pieces_open(struct field_pieces *p, struct xml_reader *reader)
{
	size_t start;
	*p = (struct field_pieces){.reader = reader};
	p->by_tokens = !xml_only_tags(reader, &p->document);
	if (find_tag(p->document, MARK, is_mark, 0, p->document.len, &start) == SIZE_MAX)
		return false;
	p->mark = start;
	p->at = 0;
	return true;
}

enum sk_status field_pieces_next(struct field_pieces *p, bool texts, struct field_piece *piece)
{
	if (p->by_tokens)
		return next_token(p, piece);
	*piece = (struct field_piece){.kind = FIELD_PIECE_END};
	if (texts && p->at < p->mark)
		SK_TRY(next_text(p, piece));
	return piece->kind == FIELD_PIECE_TEXT ? SK_OK : next_mark(p, piece);
}
