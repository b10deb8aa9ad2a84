/*
 * Is a text a table? By its separators, never by its name (RFC 4180; IANA text/tab-separated-values).
 *
 * What the attacker controls here: every character. A table taken for text keeps its words and is written as .txt, which no
 * spreadsheet opens by itself.
 */
#include "format/text/text.h"

#define FIELDS_MAX 255 /* records of more fields count as this many */

/* What one separator makes of the text. */
struct shape {
	size_t records;         /* lines that are not blank */
	size_t split;           /* records of two fields or more */
	size_t blank_follows;   /* separators before a blank, as in prose */
	size_t separators;
	size_t empty_ends;      /* records whose last field is empty, as in code */
	size_t empty_starts;    /* records whose first field is empty, as in indented text */
	size_t quoted;          /* separators right after a closing quote */
	uint32_t of_fields[FIELDS_MAX + 1];
};

struct record {
	size_t fields, len;
	bool quoted;
	uint8_t last;
};

static void end_record(struct shape *s, struct record *r)
{
	if (r->len > 0) {
		s->records++;
		s->split += r->fields > 1;
		s->of_fields[sk_min(r->fields, FIELDS_MAX)]++;
	}
	*r = (struct record){.fields = 1};
}

static void measure(sk_bytes b, uint8_t separator, bool whole, struct shape *s)
{
	struct record r = {.fields = 1};
	*s = (struct shape){0};
	for (size_t i = 0; i < b.len; i++) {
		uint8_t c = b.at[i], after = i + 1 < b.len ? b.at[i + 1] : '\n';
		if (c == '"' && (r.quoted || r.len == 0 || r.last == separator || r.last == '"')) {
			r.quoted = !r.quoted;
		} else if (r.quoted) {
			r.last = c;
			r.len++;
			continue;
		} else if (c == '\n' || c == '\r') {
			end_record(s, &r);
			continue;
		} else if (c == separator) {
			r.fields++;
			s->separators++;
			s->quoted += r.last == '"';
			s->blank_follows += after == ' ';
			s->empty_ends += after == '\n' || after == '\r';
			s->empty_starts += r.len == 0;
		}
		r.last = c;
		r.len++;
	}
	if (whole || s->records == 0)
		end_record(s, &r);
}

static size_t most_common(const struct shape *s, size_t *count)
{
	size_t fields = 2;
	for (size_t i = 3; i <= FIELDS_MAX; i++)
		if (s->of_fields[i] > s->of_fields[fields])
			fields = i;
	*count = s->of_fields[fields];
	return fields;
}

/* A table: most lines have the same number of fields. Two columns ask for more, because prose has commas too. */
static bool is_table(const struct shape *s)
{
	size_t count, fields = most_common(s, &count);
	bool prose = s->blank_follows * 2 > s->separators;
	if (s->records == 0 || s->split == 0)
		return false;
	if (s->records == 1)
		return s->quoted > 0 || (!prose && fields > 2);
	if (fields == 2)
		return count * 10 >= s->records * 9 && !prose && s->empty_ends * 2 < s->records && s->empty_starts * 2 < s->records;
	return (count * 10 >= s->records * 6 && (!prose || count == s->records)) ||
	       (s->split * 10 >= s->records * 9 && !prose && s->separators >= s->records * 3);
}

/* A short list of formulas, one in a line or a few in one line, is a table as well: that is how it would be opened. */
static bool is_formulas(sk_bytes b, size_t lines)
{
	size_t acting = text_guard(b, 0, NULL);
	bool calls = sk_bytes_find(b, SK_BYTES("("), 0) != SIZE_MAX || sk_bytes_find(b, SK_BYTES("|"), 0) != SIZE_MAX;
	bool separated = sk_bytes_find(b, SK_BYTES(","), 0) != SIZE_MAX;
	return acting > 0 && ((lines == 1 && separated) || (acting >= lines && calls));
}

size_t text_separator_line(sk_bytes utf8, uint8_t *separator)
{
	size_t at = 0;
	bool quoted = utf8.len > 0 && utf8.at[0] == '"';
	at += quoted;
	if (!sk_bytes_equal_nocase(sk_bytes_slice(utf8, at, 4), SK_BYTES("sep=")) || utf8.len - at < 5)
		return 0;
	*separator = utf8.at[at + 4];
	at += 5;
	if (*separator >= 0x80 || *separator == '"' || *separator == '\n' || *separator == '\r')
		return 0;
	if (quoted && at < utf8.len && utf8.at[at] == '"')
		at++;
	if (at < utf8.len && utf8.at[at] != '\n' && utf8.at[at] != '\r')
		return 0;
	at += at < utf8.len && utf8.at[at] == '\r';
	at += at < utf8.len && utf8.at[at] == '\n';
	return at;
}

unsigned text_structure(sk_bytes utf8, bool whole)
{
	static const struct {
		uint8_t separator;
		unsigned kind;
	} rows[] = {{'\t', KIND_tsv}, {',', KIND_csv}, {';', KIND_csv}};
	struct shape shape = {0};
	uint8_t named;
	if (text_separator_line(utf8, &named) > 0)
		return KIND_csv;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		measure(utf8, rows[i].separator, whole, &shape);
		if (is_table(&shape))
			return rows[i].kind;
	}
	return whole && is_formulas(utf8, shape.records) ? KIND_csv : KIND_text;
}
