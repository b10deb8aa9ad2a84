/*
 * Accepts page content in canonical form, line by line, and nothing else.
 *
 * What the attacker controls here: every byte, when the reader was taken over. Total, one pass, no memory.
 */
#include "neutral/content_parts.h"

/* The operands of a line as they are met. */
struct line {
	const uint8_t *first;         /* the first operand */
	size_t first_len;
	uint32_t kinds;               /* one digit each; the last eight */
	size_t count, others;         /* operands; those that are no numbers */
	bool array_strings, array_negative, last_name;
};

/* Length of the number at the beginning; 0 when it is none. The piece ends in LF, where digits end too. */
static inline size_t number_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *p = at + (*at == '-'), *whole = p;
	while (content_is(*p, CONTENT_DIGIT))
		p++;
	if (SK_UNLIKELY(p == whole || p - whole > CONTENT_WHOLE_MAX || *whole == '0'))
		return content_number_len(at, end);
	if (*p != '.')
		return (size_t)(p - at);
	const uint8_t *fraction = ++p;
	while (content_is(*p, CONTENT_DIGIT))
		p++;
	if (SK_UNLIKELY(p == fraction || p - fraction > CONTENT_FRACTION_MAX || p[-1] == '0' || *p == '.'))
		return 0;
	return (size_t)(p - at);
}

/* [ up to and with ]: numbers and strings, a blank only between two numbers. */
static size_t array_len(const uint8_t *at, const uint8_t *end, struct line *line)
{
	const uint8_t *start = at++;
	bool after_number = false;
	while (at < end && *at != ']') {
		if (after_number && *at == ' ')
			at++;
		else if (after_number && *at != '(' && *at != '<')
			return 0;
		else
			after_number = false;
		bool string = at < end && (*at == '(' || *at == '<');
		if (string && after_number)
			return 0; /* a blank before a string */
		line->array_strings |= string;
		line->array_negative |= at < end && *at == '-';
		size_t len = at == end ? 0 : string ? content_string_len(at, end) : number_len(at, end);
		if (len == 0)
			return 0;
		at += len;
		after_number = !string;
	}
	return at < end ? (size_t)(at + 1 - start) : 0;
}

/* Length of the operand at the beginning; 0 when it is none. */
static inline size_t operand_len(const uint8_t *at, const uint8_t *end, struct line *line)
{
	size_t len;
	uint32_t kind;
	if (SK_LIKELY(content_is(*at, CONTENT_NUMERIC))) {
		len = number_len(at, end);
		kind = 1;
	} else if (*at == '/') {
		len = content_name_len(at, end);
		kind = 2;
	} else if (*at == '<' && end - at > 1 && at[1] == '<') {
		len = content_list_len(at, end);
		kind = 5;
	} else if (*at == '(' || *at == '<') {
		len = content_string_len(at, end);
		kind = 3;
	} else if (*at == '[') {
		len = array_len(at, end, line);
		kind = 4;
	} else {
		return 0;
	}
	if (line->count++ == 0) {
		line->first = at;
		line->first_len = len;
	}
	line->kinds = line->kinds << 4 | kind;
	line->others += kind != 1;
	line->last_name = kind == 2;
	return len;
}

static bool color_fits(const struct line *line, bool named)
{
	size_t name = named && line->last_name;
	return line->count > 0 && line->others == name && line->count - name <= CONTENT_COMPONENTS_MAX;
}

static bool digit_fits(const struct line *line, uint8_t most)
{
	return line->first_len == 1 && *line->first <= most;
}

static bool operator_fits(const struct line *line, const struct content_operator *row)
{
	if (row->form == CONTENT_FORM_COLOR || row->form == CONTENT_FORM_COLOR_NAME)
		return color_fits(line, row->form == CONTENT_FORM_COLOR_NAME);
	if (line->count != row->count)
		return false;
	if (line->kinds != row->operands && !(row->form == CONTENT_FORM_LIST && line->kinds == 0x22))
		return false;
	switch (row->form) {
	case CONTENT_FORM_CAP:
		return digit_fits(line, '2');
	case CONTENT_FORM_TEXT_MODE:
		return digit_fits(line, '7');
	case CONTENT_FORM_DASH:
		return !line->array_strings && !line->array_negative;
	case CONTENT_FORM_INTENT:
		return content_intent(sk_bytes_of(line->first + 1, line->first_len - 1));
	case CONTENT_FORM_IMAGE:
	case CONTENT_FORM_FILL_OLD:
	case CONTENT_FORM_NOTHING:
		return false;
	default:
		return true;
	}
}

/* Length of the line at the beginning, LF and all; 0 when it is none. */
static size_t line_len(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	struct line line = {.count = 0};
	while (at < end) {
		size_t len = operand_len(at, end, &line);
		if (len == 0)
			break;
		at += len;
		if (at == end || *at++ != ' ')
			return 0;
	}
	size_t word = 0, left = (size_t)(end - at);
	while (word < left && word < 4 && at[word] != '\n' && at[word] != ' ')
		word++;
	if (word == left)
		return 0;
	const struct content_operator *row = content_operator(at, word);
	if (row == NULL)
		return 0;
	if (at[word] != '\n')
		return row->form == CONTENT_FORM_IMAGE && line.count == 0 ? content_image_len(start, end) : 0;
	at += word + 1;
	return operator_fits(&line, row) && (size_t)(at - start) <= CONTENT_LINE_MAX ? (size_t)(at - start) : 0;
}

bool content_lines_allowed(sk_bytes piece)
{
	if (piece.len == 0)
		return true;
	const uint8_t *at = piece.at, *end = piece.at + piece.len;
	if (end[-1] != '\n')
		return false;
	while (at < end) {
		size_t len = line_len(at, end);
		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

size_t content_cut(sk_bytes canonical, size_t max)
{
	if (canonical.len <= max)
		return canonical.len;
	const uint8_t *last = memrchr(canonical.at, '\n', max);
	return last != NULL ? (size_t)(last + 1 - canonical.at) : 0;
}

/* ---- what nests ---- */

void content_nesting_begin(struct content_nesting *nesting, bool glyph)
{
	*nesting = (struct content_nesting){.glyph = glyph};
}

static void open_one(struct content_nesting *nesting, uint32_t *depth)
{
	nesting->broken |= (*depth)++ >= CONTENT_DEPTH_MAX;
}

static void shut_one(struct content_nesting *nesting, uint32_t *depth)
{
	nesting->broken |= *depth == 0;
	*depth -= *depth > 0;
}

static bool ends_in(sk_bytes line, const char *word)
{
	return sk_bytes_ends(line, sk_bytes_str(word));
}

/* One line without its LF. */
static void nest(struct content_nesting *nesting, sk_bytes line)
{
	switch (line.at[line.len - 1]) {
	case 'q':
		open_one(nesting, &nesting->saved);
		break;
	case 'Q':
		shut_one(nesting, &nesting->saved);
		break;
	case 'T':
		nesting->broken |= nesting->text == (line.at[0] == 'B');
		nesting->text = line.at[0] == 'B';
		break;
	case 'C':
		if (ends_in(line, "EMC"))
			shut_one(nesting, &nesting->marked);
		else if (ends_in(line, " BMC") || ends_in(line, " BDC"))
			open_one(nesting, &nesting->marked);
		break;
	case '0':
	case '1':
		nesting->broken |= nesting->begun || !nesting->glyph;
		break;
	default:
		break;
	}
	nesting->begun = true;
}

void content_nesting_add(struct content_nesting *nesting, sk_bytes piece)
{
	for (size_t start = 0; start < piece.len;) {
		const uint8_t *lf = memchr(piece.at + start, '\n', piece.len - start);
		if (lf == NULL || lf == piece.at + start) { /* no line that was accepted */
			nesting->broken = true;
			return;
		}
		size_t len = (size_t)(lf - piece.at) - start;
		nest(nesting, sk_bytes_of(piece.at + start, len));
		start += len + 1;
	}
}

bool content_nesting_end(const struct content_nesting *nesting)
{
	return !nesting->broken && nesting->saved == 0 && nesting->marked == 0 && !nesting->text;
}

bool content_allowed(sk_bytes canonical, bool glyph)
{
	struct content_nesting nesting;
	content_nesting_begin(&nesting, glyph);
	if (!content_lines_allowed(canonical))
		return false;
	content_nesting_add(&nesting, canonical);
	return content_nesting_end(&nesting);
}
