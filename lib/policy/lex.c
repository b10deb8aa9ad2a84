/*
 * The text of a policy as tokens. The attacker controls every byte: what two people approve must be what they saw, so characters that are not seen,
 * or look like others, are not taken anywhere (Unicode TR 36, and "Trojan Source", CVE-2021-42574).
 */
#include "policy/tree.h"

#include "conf/conf.h"

struct range {
	uint32_t first, last;
};

static bool within(uint32_t scalar, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (scalar >= ranges[i].first && scalar <= ranges[i].last)
			return true;
	return false;
}

/* Twelve characters of the block of compatibility ideographs are ideographs of their own (Unicode, table 18-9): 﨑 of surnames is one. */
static bool is_unified(uint32_t scalar)
{
	static const struct range own[] = {{0xFA0E, 0xFA0F}, {0xFA11, 0xFA11}, {0xFA13, 0xFA14}, {0xFA1F, 0xFA1F}, {0xFA21, 0xFA21}, {0xFA23, 0xFA24}, {0xFA27, 0xFA29}};

	return within(scalar, own, SK_COUNT(own));
}

static bool is_taken(uint32_t scalar)
{
	static const struct range refused[] = {
		{0x00, 0x08}, {0x0B, 0x1F}, {0x7F, 0xA0}, {0xAD, 0xAD},               /* controls, no-break space, soft hyphen */
		{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x08FF},                 /* combining; right to left */
		{0x115F, 0x1160}, {0x1680, 0x1680}, {0x17B4, 0x17B5}, {0x180B, 0x180E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
		{0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x20D0, 0x20FF}, {0x2800, 0x2800}, {0x2E80, 0x2FDF}, /* radicals look like ideographs */
		{0x302A, 0x302F}, {0x3099, 0x309A}, {0x3164, 0x3164},
		{0xE000, 0xF8FF}, {0xF900, 0xFAFF}, {0xFB1D, 0xFDFF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFE70, 0xFEFF}, {0xFF61, 0xFFDF}, {0xFFE8, 0xFFFF},
		{0x10800, 0x10FFF}, {0x1D173, 0x1D17A}, {0x1E800, 0x1EFFF}, {0x2F800, 0x2FA1F}, {0xE0000, 0x10FFFF},
	};

	return !within(scalar, refused, SK_COUNT(refused)) || is_unified(scalar);
}

/* U+XXXX. */
static sk_text scalar_name(uint32_t scalar, char name[static 8])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = scalar > 0xFFFF ? 6 : 4;

	name[0] = 'U';
	name[1] = '+';
	for (size_t i = 0; i < len; i++)
		name[2 + i] = digits[scalar >> 4 * (len - 1 - i) & 15];
	return (sk_text){name, 2 + len};
}

/* A file begins with a byte order mark when an editor on Windows wrote it; it says nothing. */
static size_t mark_bytes(sk_bytes b)
{
	return sk_bytes_starts(b, SK_BYTES("\xEF\xBB\xBF")) ? 3 : 0;
}

enum sk_status lexer_check(const struct policy_file *file, struct policy_errors *errors)
{
	sk_bytes b = file->bytes;
	char name[8];

	for (size_t at = mark_bytes(b); at < b.len;) {
		size_t from = at;
		uint32_t scalar = sk_utf8_decode(b, &at);
		struct place place = {file, (uint32_t)from, (uint32_t)(at - from)};
		if (scalar == 0xFFFD && at - from < 3) {
			error_at(errors, place, POLICY_ERROR_not_text, SK_TEXT(""));
			return SK_MALFORMED;
		}
		if (scalar == '\r' && at < b.len && b.at[at] == '\n')
			continue;
		if (!is_taken(scalar)) {
			error_at(errors, place, POLICY_ERROR_character, scalar_name(scalar, name));
			return SK_MALFORMED;
		}
	}
	return SK_OK;
}

/* ---- characters ---- */

/* Full-width signs mean the half-width ones; the Japanese comma lists too. */
static uint32_t fold(uint32_t scalar)
{
	if (scalar >= 0xFF01 && scalar <= 0xFF5E)
		return scalar - 0xFEE0;
	return scalar == 0x3000 ? ' ' : scalar == 0x3001 ? ',' : scalar;
}

static bool is_letter(uint32_t c)
{
	static const struct range letters[] = {
		{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {0x3041, 0x3096}, {0x30A1, 0x30FC}, {0x3005, 0x3007}, {0x4E00, 0x9FFF}, {0x3400, 0x4DBF},
		{0x03B1, 0x03C9}, {0x20000, 0x2A6DF}, {0x2A700, 0x2EBE0}, {0x30000, 0x323AF},
	};

	return within(c, letters, SK_COUNT(letters)) || is_unified(c);
}

static bool is_of_name(uint32_t c)
{
	return is_letter(c) || c == '_' || c == '-' || c == '.';
}

bool name_valid(sk_text text)
{
	enum word word = word_find(text);

	if (text.len == 0 || text.len > limit(LIMIT_policy_name_bytes) || text.at[0] == '-' || text.at[0] == '.')
		return false;
	for (size_t at = 0; at < text.len;)
		if (!is_of_name(sk_utf8_decode(sk_text_bytes(text), &at)))
			return false;
	return word != WORD_all && word != WORD_none && word != WORD_or_less && word != WORD_or_more && word != WORD_within && word != WORD_no_deputy;
}

static uint32_t peek(const struct lexer *l, size_t *next)
{
	*next = l->offset;
	return *next < l->file->bytes.len ? fold(sk_utf8_decode(l->file->bytes, next)) : 0;
}

static bool is_hexadecimal(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* ---- tokens ---- */

/* A colon belongs to the word in an IPv6 address: what stands before is hexadecimal, and the address goes on behind. */
static bool colon_in_word(const struct lexer *l, const struct sk_buf *word, size_t next)
{
	uint32_t c = next < l->file->bytes.len ? fold(sk_utf8_decode(l->file->bytes, &next)) : 0;

	for (size_t i = 0; i < word->len; i++)
		if (!is_hexadecimal(word->at[i]) && word->at[i] != ':')
			return false;
	return is_hexadecimal(c) || c == ':' || c == '/';
}

static bool ends_word(const struct lexer *l, const struct sk_buf *word, uint32_t c, size_t next)
{
	if (c == '-' && next < l->file->bytes.len && l->file->bytes.at[next] == '>')
		return true;
	return !is_of_name(c) && c != '/' && !(c == ':' && colon_in_word(l, word, next));
}

static enum sk_status take_word(struct lexer *l, struct token *token)
{
	struct sk_buf word;
	uint8_t encoded[4];
	size_t next;
	uint32_t c;

	sk_buf_init(&word, l->arena, limit(LIMIT_policy_text_bytes));
	while (c = peek(l, &next), next > l->offset && !ends_word(l, &word, c, next)) {
		sk_buf_put_slow(&word, sk_bytes_of(encoded, sk_utf8_encode(c, encoded)));
		l->offset = next;
	}
	token->kind = TOKEN_WORD;
	token->text = (sk_text){(const char *)word.at, word.len};
	return word.status;
}

/* Behind the opening mark, up to the closing one of its kind on the same line. */
static enum sk_status take_text(struct lexer *l, struct token *token, uint32_t opening)
{
	uint32_t closing = opening == '"' ? '"' : 0x300D;
	sk_bytes b = l->file->bytes;
	size_t from = l->offset;

	token->kind = TOKEN_TEXT;
	for (size_t at = from; at < b.len && b.at[at] != '\n';) {
		size_t end = at;
		uint32_t c = sk_utf8_decode(b, &at);
		if (c == closing || (closing == '"' && c == 0xFF02)) {
			token->text = (sk_text){(const char *)b.at + from, end - from};
			l->offset = at;
			return end - from > limit(LIMIT_policy_text_bytes) ? limit_reached(LIMIT_policy_text_bytes) : SK_OK;
		}
		if (c == 0x300C || c == 0x300D || c == '"' || c == '\r')
			break; /* marks do not nest, and canonical text has one kind */
		l->offset = at;
	}
	token->len = (uint32_t)(l->offset - token->at);
	error_at(l->errors, (struct place){l->file, token->at, token->len}, POLICY_ERROR_open_text, SK_TEXT(""));
	token->text = SK_TEXT("");
	return SK_OK;
}

static void take_comment(struct lexer *l, struct token *token)
{
	sk_bytes b = l->file->bytes;
	size_t from = l->offset, to;

	while (l->offset < b.len && b.at[l->offset] != '\n')
		l->offset++;
	to = l->offset;
	while (to > from && (b.at[to - 1] == ' ' || b.at[to - 1] == '\t' || b.at[to - 1] == '\r'))
		to--;
	if (from < to && b.at[from] == ' ')
		from++;
	token->kind = TOKEN_COMMENT;
	token->text = (sk_text){(const char *)b.at + from, to - from};
}

static bool take_sign(struct lexer *l, struct token *token, uint32_t c)
{
	static const struct {
		uint32_t sign;
		enum token_kind kind;
	} signs[] = {{',', TOKEN_COMMA}, {':', TOKEN_COLON}, {0x2192, TOKEN_ARROW}, {'<', TOKEN_LESS}, {'{', TOKEN_OPEN}, {'}', TOKEN_CLOSE}, {'\n', TOKEN_LINE}};
	size_t next;

	if (c == '-' && peek(l, &next) == '>') {
		token->kind = TOKEN_ARROW;
		l->offset = next;
		return true;
	}
	for (size_t i = 0; i < SK_COUNT(signs); i++)
		if (signs[i].sign == c) {
			token->kind = signs[i].kind;
			return true;
		}
	return false;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static enum sk_status take(struct lexer *l, struct token *token, bool *taken)
{
	size_t next;
	uint32_t c = peek(l, &next);

	*taken = true;
	token->at = (uint32_t)l->offset;
	if ((is_of_name(c) || c == '/') && !(c == '-' && next < l->file->bytes.len && l->file->bytes.at[next] == '>'))
		return take_word(l, token);
	if (c == ':') {
		struct sk_buf nothing = {0};
		if (colon_in_word(l, &nothing, next) && next < l->file->bytes.len && l->file->bytes.at[next] == ':')
			return take_word(l, token); /* ::1 */
	}
	l->offset = next;
	if (c == 0x300C || c == '"')
		return take_text(l, token, c);
	if (c == '#')
		take_comment(l, token);
	else
		*taken = take_sign(l, token, c);
	if (!*taken)
		error_at(l->errors, (struct place){l->file, token->at, (uint32_t)(next - token->at)}, POLICY_ERROR_sign,
			 (sk_text){(const char *)l->file->bytes.at + token->at, next - token->at});
	return SK_OK;
}

enum sk_status lexer_next(struct lexer *l, struct token *token)
{
	enum sk_status status = SK_OK;
	bool taken = false;
	size_t next;

	if (l->offset == 0)
		l->offset = mark_bytes(l->file->bytes);
	*token = (struct token){.kind = TOKEN_END, .text = SK_TEXT("")};
	if (++l->tokens > limit(LIMIT_policy_tokens))
		return limit_reached(LIMIT_policy_tokens);
	while (!taken && status == SK_OK) {
		while (l->offset < l->file->bytes.len && is_blank(peek(l, &next)))
			l->offset = next;
		token->at = (uint32_t)l->offset;
		if (l->offset >= l->file->bytes.len)
			return SK_OK;
		status = take(l, token, &taken);
	}
	token->len = (uint32_t)(l->offset - token->at);
	return status;
}
