/*
 * Which spreadsheet formulas may stand in a clean workbook (ECMA-376 part 1, 18.17.2): a scanner that knows every
 * token and refuses what reaches outside.
 *
 * What the attacker controls here: every byte. The scanner is total, looks at each byte a bounded number of times and
 * keeps no stack: how tokens combine is Excel's affair, only what each of them names is ours. Refused are external
 * references ([1]Sheet!A1, 'C:\[book]sheet'!A1), DDE (app|topic!item), functions that are not in formula_functions.def
 * and names called as functions.
 */
#include "neutral/grammar.h"

#define FUNCTION_NAME_MAX 40

struct scanner {
	sk_bytes b;
	size_t at;
	bool operand;       /* the latest token was an operand: "#" after it means its spilled range */
	bool qualified;     /* "Sheet1!" stands before */
	uint32_t opened;    /* round brackets */
	uint32_t braces;
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); /* all beyond ASCII counts as a letter */
}

/* What a name, a cell reference or a sheet's name without quotes may consist of. */
static bool is_name_byte(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$' || c == '\\' || c == '?';
}

static bool is_name_start(uint8_t c)
{
	return is_letter(c) || c == '_' || c == '$' || c == '\\';
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static uint8_t byte_at(const struct scanner *s, size_t at)
{
	return at < s->b.len ? s->b.at[at] : 0;
}

static size_t after_blanks(const struct scanner *s, size_t at)
{
	while (at < s->b.len && is_blank(s->b.at[at]))
		at++;
	return at;
}

/* ---- functions ---- */

static const char function_names[][FUNCTION_NAME_MAX] = {
#define FUNCTION(name) name,
#include "neutral/formula_functions.def"
#undef FUNCTION
};

/* Names of newer functions carry a prefix in files ([MS-XLSX] 2.2.2). */
static sk_bytes without_prefix(sk_bytes name)
{
	static const char *const prefixes[] = {"_xlfn.", "_xlws."};
	for (size_t i = 0; i < SK_COUNT(prefixes); i++) {
		sk_bytes prefix = sk_bytes_str(prefixes[i]);
		if (sk_bytes_equal_nocase(sk_bytes_slice(name, 0, prefix.len), prefix))
			name = sk_bytes_slice(name, prefix.len, name.len);
	}
	return name;
}

/* Order of the table: upper case, by bytes. */
static int compare_function(sk_bytes name, const char *row)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 0x20);
		if (c != (uint8_t)row[i])
			return c < (uint8_t)row[i] ? -1 : 1;
	}
	return row[name.len] == '\0' ? 0 : -1;
}

static bool function_listed(sk_bytes name)
{
	size_t low = 0;
	size_t high = SK_COUNT(function_names);
	if (name.len == 0 || name.len >= FUNCTION_NAME_MAX)
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_function(name, function_names[middle]);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The end of a string literal that begins at at; SIZE_MAX when it does not end. */
static size_t string_end(const struct scanner *s, size_t at)
{
	for (size_t i = at + 1; i < s->b.len; i++) {
		if (s->b.at[i] != '"')
			continue;
		if (byte_at(s, i + 1) != '"')
			return i + 1;
		i++;
	}
	return SIZE_MAX;
}

/* HYPERLINK leads where its first argument says: that must stand there, whole, and be allowed. */
static bool hyperlink_allowed(const struct scanner *s, size_t bracket)
{
	size_t at = after_blanks(s, bracket + 1);
	if (byte_at(s, at) != '"')
		return false;
	size_t end = string_end(s, at);
	if (end == SIZE_MAX || !url_allowed(sk_bytes_slice(s->b, at + 1, end - at - 2)))
		return false;
	uint8_t next = byte_at(s, after_blanks(s, end));
	return next == ',' || next == ')';
}

/* name stands before a round bracket; bracket is its offset. */
static bool call_allowed(const struct scanner *s, sk_bytes name, size_t bracket)
{
	if (s->qualified)
		return false;
	/* A parameter of LAMBDA or LET that is a function itself. */
	if (sk_bytes_equal_nocase(sk_bytes_slice(name, 0, 6), SK_BYTES("_xlpm.")))
		return true;
	name = without_prefix(name);
	if (sk_bytes_equal_nocase(name, SK_BYTES("HYPERLINK")))
		return hyperlink_allowed(s, bracket);
	return function_listed(name);
}

/* ---- sheets ---- */

/* What may follow the "!" of a sheet: a reference, a name, or the error that a deleted one leaves. */
static bool take_qualifier(struct scanner *s)
{
	uint8_t next = byte_at(s, s->at + 1);
	if (s->qualified || !(is_name_start(next) || is_digit(next) || next == '#'))
		return false;
	s->at++;
	s->qualified = true;
	s->operand = false;
	return true;
}

/* ---- brackets ---- */

/* The end of the square bracket that begins at at, nested once at most ("[[#All],[Column]]"); "'" escapes the next
 * character. SIZE_MAX when it does not end. */
static size_t bracket_end(const struct scanner *s, size_t at)
{
	unsigned depth = 0;
	for (size_t i = at; i < s->b.len; i++) {
		uint8_t c = s->b.at[i];
		if (c == '\'')
			i++;
		else if (c == '[' && ++depth > 2)
			return SIZE_MAX;
		else if (c == ']' && --depth == 0)
			return i + 1;
	}
	return SIZE_MAX;
}

/* What may not follow a closed bracket: it would make the bracket a workbook's name ("[Book1.xlsx]Sheet1!A1"). */
static bool names_workbook(const struct scanner *s, size_t end)
{
	uint8_t c = byte_at(s, end);
	return c == '!' || c == '\'' || c == '[' || is_name_byte(c);
}

/* A structured reference: the bracket after a table's name, or of the table that holds the cell. */
static bool take_structured(struct scanner *s)
{
	size_t end = bracket_end(s, s->at);
	if (end == SIZE_MAX || names_workbook(s, end))
		return false;
	s->at = end;
	s->operand = true;
	s->qualified = false;
	return true;
}

/* A bracket where an operand begins: "[0]!" is the workbook itself; "[Column]", "[@Column]", "[#This Row]" are of the table
 * that holds the cell. */
static bool take_bracket(struct scanner *s)
{
	if (s->qualified || s->operand)
		return false;
	if (sk_bytes_starts(sk_bytes_slice(s->b, s->at, 4), SK_BYTES("[0]!"))) {
		s->at += 3;
		return take_qualifier(s);
	}
	size_t end = bracket_end(s, s->at);
	return end != SIZE_MAX && !names_workbook(s, after_blanks(s, end)) && take_structured(s);
}

/* R1C1 references have brackets of their own: R[-1]C[2]. Gives their end, or at when there is none. */
static size_t relative_end(const struct scanner *s, size_t at)
{
	static const char letters[2] = {'r', 'c'};
	size_t i = at;
	bool bracket = false;
	for (size_t k = 0; k < 2; k++) {
		if ((byte_at(s, i) | 0x20) != letters[k])
			continue;
		i++;
		if (byte_at(s, i) != '[') {
			while (is_digit(byte_at(s, i)))
				i++;
			continue;
		}
		bracket = true;
		i += byte_at(s, i + 1) == '-' ? 2 : 1;
		while (is_digit(byte_at(s, i)))
			i++;
		if (byte_at(s, i++) != ']')
			return at;
	}
	return bracket && !names_workbook(s, i) ? i : at;
}

/* ---- operands ---- */

/* "Book1.xlsx!Total" is a name of another workbook. */
static bool ends_as_workbook(sk_bytes name)
{
	size_t dot = name.len;
	while (dot > 0 && name.at[dot - 1] != '.')
		dot--;
	return dot > 0 && name.len - dot <= 4 && sk_bytes_equal_nocase(sk_bytes_slice(name, dot, 2), SK_BYTES("xl"));
}

/* Names of sheets have none of these (18.2.19); paths, workbooks and DDE do. */
static bool sheet_name_allowed(sk_bytes name)
{
	unsigned colons = 0;
	for (size_t i = 0; i < name.len; i++)
		switch (name.at[i]) {
		case '[':
		case ']':
		case '\\':
		case '/':
		case '|':
		case '?':
		case '*':
			return false;
		case ':':
			colons++;
			break;
		default:
			break;
		}
	return colons <= 1 && !ends_as_workbook(name); /* 'First:Last'!A1 */
}

static bool take_quoted(struct scanner *s)
{
	size_t end = s->at + 1;
	if (s->qualified)
		return false;
	for (; end < s->b.len; end++) {
		if (s->b.at[end] != '\'')
			continue;
		if (byte_at(s, end + 1) != '\'')
			break;
		end++;
	}
	if (end >= s->b.len || !sheet_name_allowed(sk_bytes_slice(s->b, s->at + 1, end - s->at - 1)))
		return false;
	s->at = end + 1;
	s->operand = true; /* without "!": the name of a pivot field */
	return byte_at(s, s->at) != '!' || take_qualifier(s);
}

static bool take_name(struct scanner *s)
{
	size_t relative = relative_end(s, s->at);
	if (relative > s->at) {
		s->at = relative;
		s->operand = true;
		s->qualified = false;
		return true;
	}
	size_t start = s->at;
	bool odd = false;
	while (s->at < s->b.len && is_name_byte(s->b.at[s->at])) {
		odd |= s->b.at[s->at] == '\\' || s->b.at[s->at] == '?';
		if (s->b.at[s->at] == '\\' && byte_at(s, s->at + 1) == '\\')
			return false; /* \\server */
		s->at++;
	}
	sk_bytes name = sk_bytes_slice(s->b, start, s->at - start);
	uint8_t next = byte_at(s, s->at);
	if (next == '!')
		return !odd && !ends_as_workbook(name) && take_qualifier(s);
	if (next == '[')
		return !odd && take_structured(s);
	size_t bracket = after_blanks(s, s->at);
	if (byte_at(s, bracket) == '(' && !call_allowed(s, name, bracket))
		return false;
	s->operand = true;
	s->qualified = false;
	return true;
}

/* Digits, fraction, exponent; also the rows of "1:10". */
static bool take_number(struct scanner *s)
{
	while (is_digit(byte_at(s, s->at)) || byte_at(s, s->at) == '.')
		s->at++;
	if ((byte_at(s, s->at) | 0x20) == 'e') {
		size_t sign = s->at + 1;
		sign += byte_at(s, sign) == '+' || byte_at(s, sign) == '-';
		if (is_digit(byte_at(s, sign)))
			s->at = sign;
		while (is_digit(byte_at(s, s->at)))
			s->at++;
	}
	s->operand = true;
	s->qualified = false;
	return byte_at(s, s->at) != '!';
}

/* "#" is an error value, or the range that a formula spills into. */
static bool take_hash(struct scanner *s)
{
	static const char *const errors[] = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!",
					     "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#PYTHON!"};
	for (size_t i = 0; i < SK_COUNT(errors); i++) {
		sk_bytes error = sk_bytes_str(errors[i]);
		if (!sk_bytes_equal_nocase(sk_bytes_slice(s->b, s->at, error.len), error))
			continue;
		s->at += error.len;
		/* #REF!A1 is what stays when a sheet was deleted. */
		s->qualified = i == 0 && (is_name_start(byte_at(s, s->at)) || byte_at(s, s->at) == '#');
		s->operand = !s->qualified;
		return true;
	}
	s->at++;
	return s->operand && !s->qualified;
}

static bool take_string(struct scanner *s)
{
	size_t end = string_end(s, s->at);
	s->at = end;
	s->operand = true;
	return end != SIZE_MAX && !s->qualified;
}

static bool take_operator(struct scanner *s)
{
	uint8_t c = s->b.at[s->at++];
	bool was_operand = s->operand;
	s->operand = false;
	if (s->qualified)
		return false;
	switch (c) {
	case '(':
		s->opened++;
		return true;
	case ')':
		s->operand = true;
		return s->opened-- > 0;
	case '{':
		s->braces++;
		return true;
	case '}':
		s->operand = true;
		return s->braces-- > 0;
	case '%':
		s->operand = was_operand;
		return true;
	case '+':
	case '-':
	case '*':
	case '/':
	case '^':
	case '&':
	case '=':
	case '<':
	case '>':
	case ',':
	case ';':
	case ':':
	case '@':
		return true;
	default: /* "|" is DDE; the rest is nothing */
		return false;
	}
}

static bool take_token(struct scanner *s)
{
	uint8_t c = s->b.at[s->at];
	if (is_name_start(c))
		return take_name(s);
	if (is_digit(c) || (c == '.' && is_digit(byte_at(s, s->at + 1))))
		return take_number(s);
	switch (c) {
	case '"':
		return take_string(s);
	case '\'':
		return take_quoted(s);
	case '[':
		return take_bracket(s);
	case '#':
		return take_hash(s);
	case '!': /* !A1: of the sheet that asks */
		return !s->operand && take_qualifier(s);
	default:
		return take_operator(s);
	}
}

bool formula_allowed(sk_bytes formula)
{
	struct scanner s = {.b = formula};
	for (;;) {
		size_t next = after_blanks(&s, s.at);
		if (next > s.at && s.qualified)
			return false;
		s.at = next;
		if (s.at >= formula.len)
			break;
		if (!take_token(&s))
			return false;
	}
	return !s.qualified && s.opened == 0 && s.braces == 0;
}
