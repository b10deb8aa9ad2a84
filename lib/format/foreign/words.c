/*
 * Kinds that are made of text: markup, mail, scripts, shortcuts, drawings. By what stands at the beginning.
 *
 * What the attacker controls here: every byte. The beginning is looked at as ASCII in lower case, whatever the character set,
 * so that UTF-16 hides nothing.
 */
#include "format/foreign/foreign.h"

#define HEAD 4096u
#define STRONG 40
#define WEAK 24

enum how {
	BEGINS,   /* at the first character that is no blank */
	TAG,      /* the same, followed by a blank, "/" or ">" */
	ON_LINE,  /* at the beginning of a line */
	ANYWHERE, /* in the head */
};

static const struct {
	const char *word;
	uint8_t how, bits;
	unsigned kind;
} words[] = {
#define WORD(kind, how, bits, word) {word, how, bits, KIND_##kind},
#include "format/foreign/words.def"
#undef WORD
};

/* Bytes of a character that a cleaned text does not have, or of an escape of ISO-2022-JP: nothing hides a word. */
static size_t unseen_bytes(sk_bytes b)
{
	uint8_t first = b.at[0], second = b.len > 1 ? b.at[1] : 0, third = b.len > 2 ? b.at[2] : 0;
	if (first == 0x1B && (second == '(' || second == '$'))
		return second == '$' && third == '(' && b.len > 3 ? 4 : sk_min(3, b.len);
	if (first < 0x20)
		return first != '\t' && first != '\n' && first != '\r' && first != '\f';
	if (first == 0x7F)
		return 1;
	if (first == 0xC2 && second >= 0x80 && second <= 0x9F)
		return 2;
	if (first == 0xE2 && second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xAA && third <= 0xAE)))
		return 3;
	if (first == 0xE2 && second == 0x81 && third >= 0xA0 && third <= 0xAF)
		return 3;
	return first == 0xEF && second == 0xBB && third == 0xBF ? 3 : 0;
}

/* A unit of UTF-16 as one byte; 0 for one that a cleaned text does not have. */
static uint8_t narrow(uint8_t high, uint8_t low)
{
	bool mark = (high == 0xFE && low == 0xFF) || (high == 0x20 && ((low >= 0x0B && low <= 0x0F) || (low >= 0x2A && low <= 0x2E) ||
								       (low >= 0x60 && low <= 0x6F)));
	if (mark || (high == 0 && low < 0x20 && low != '\t' && low != '\n' && low != '\r' && low != '\f'))
		return 0;
	return high == 0 ? low : 0x80;
}

/* The head in lower case: one byte for a unit of UTF-16 (0x80 for what is not ASCII), without what can't be seen and blanks
 * before. */
static sk_bytes head_of(sk_bytes input, struct sk_arena *arena)
{
	bool little = sk_bytes_starts(input, SK_BYTES("\xFF\xFE")), big = sk_bytes_starts(input, SK_BYTES("\xFE\xFF"));
	if (!little && !big && input.len >= 4) {
		little = input.at[0] != 0 && input.at[1] == 0 && input.at[2] != 0 && input.at[3] == 0;
		big = input.at[0] == 0 && input.at[1] != 0 && input.at[2] == 0 && input.at[3] != 0;
	}
	size_t wide = little || big ? 2 : 1, len = 0;
	uint8_t *head = sk_arena_make(arena, HEAD);
	if (head == NULL)
		return (sk_bytes){NULL, 0};
	for (size_t at = 0; at + wide <= input.len && len < HEAD;) {
		size_t unseen = wide == 1 ? unseen_bytes(sk_bytes_slice(input, at, 4)) : 0;
		uint8_t c = input.at[at + (big ? 1 : 0)];
		if (wide == 2)
			c = narrow(input.at[at + (big ? 0 : 1)], c);
		at += unseen > 0 ? unseen : wide;
		if (unseen > 0 || c == 0 || (len == 0 && c <= ' '))
			continue;
		head[len++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	return sk_bytes_of(head, len);
}

/* Behind an XML declaration, comments and processing instructions: where the document begins. */
static sk_bytes skip_prolog(sk_bytes head)
{
	for (;;) {
		size_t end = SIZE_MAX;
		if (sk_bytes_starts(head, SK_BYTES("<!--")))
			end = sk_bytes_find(head, SK_BYTES("-->"), 0);
		else if (sk_bytes_starts(head, SK_BYTES("<?xml")) || sk_bytes_starts(head, SK_BYTES("<?mso")))
			end = sk_bytes_find(head, SK_BYTES("?>"), 0);
		if (end == SIZE_MAX)
			return head;
		for (end += 2; end < head.len && (head.at[end] <= ' ' || head.at[end] == '>'); end++)
			;
		head = sk_bytes_slice(head, end, SIZE_MAX);
	}
}

static bool is_tag_end(sk_bytes head, size_t at)
{
	return at >= head.len || head.at[at] <= ' ' || head.at[at] == '>' || head.at[at] == '/';
}

static bool fits(sk_bytes head, sk_bytes body, sk_bytes word, enum how how)
{
	switch (how) {
	case BEGINS:
		return sk_bytes_starts(body, word) || sk_bytes_starts(head, word);
	case TAG:
		return sk_bytes_starts(body, word) && is_tag_end(body, word.len);
	case ANYWHERE:
		return sk_bytes_find(head, word, 0) != SIZE_MAX;
	case ON_LINE:
		for (size_t at = sk_bytes_find(head, word, 0); at != SIZE_MAX; at = sk_bytes_find(head, word, at + 1))
			if (at == 0 || head.at[at - 1] == '\n' || head.at[at - 1] == '\r')
				return true;
		return false;
	}
	return false;
}

static void bid_words(sk_bytes head, struct format_bid *bid)
{
	sk_bytes body = skip_prolog(head);
	unsigned hints = 0, hinted = KIND_unknown;
	for (size_t i = 0; i < SK_COUNT(words); i++) {
		if (!fits(head, body, sk_bytes_str(words[i].word), (enum how)words[i].how))
			continue;
		if (words[i].bits > bid->bits && words[i].bits > 1)
			*bid = (struct format_bid){.bits = words[i].bits, .kind = words[i].kind};
		if (words[i].bits == 1) {
			hints++;
			hinted = words[i].kind;
		}
	}
	if (hints >= 2 && bid->bits < WEAK)
		*bid = (struct format_bid){.bits = WEAK, .kind = hinted};
}

/* Fields that begin a mail (RFC 5322 section 3.6), and those which only machines write. */
static const char *const mail_fields[] = {"from:", "to:", "cc:", "subject:", "date:", "reply-to:", "sender:", "bcc:", "importance:",
					  "content-type:", "x-mailer:"};
static const char *const machine_fields[] = {"received:", "message-id:", "mime-version:", "return-path:", "delivered-to:", "x-uidl:",
					     "content-transfer-encoding:", "dkim-signature:", "authentication-results:", "arc-seal:",
					     "x-received:", "x-mozilla-status:"};

/* First lines that are enough alone. */
static const char *const first_lines[] = {"received: from ", "received: by ", "return-path: <", "message-id: <", "mime-version: 1.0",
					  "content-type: multipart/", "content-type: message/", "content-type: text/"};

static size_t count_fields(sk_bytes line, const char *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sk_bytes_starts(line, sk_bytes_str(fields[i])))
			return 1;
	return 0;
}

static bool is_field_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static void bid_mail(sk_bytes head, struct format_bid *bid)
{
	size_t people = 0, machines = 0, at = 0;
	for (size_t lines = 0; at < head.len && lines < 60; lines++) {
		size_t end = sk_min(sk_bytes_find(head, SK_BYTES("\n"), at), head.len), name = at;
		sk_bytes line = sk_bytes_slice(head, at, end - at);
		while (name < end && is_field_name(head.at[name]))
			name++;
		bool is_folded = line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t');
		bool is_mbox = sk_bytes_starts(line, SK_BYTES("from ")) || sk_bytes_starts(line, SK_BYTES(">from "));
		if (!is_folded && !is_mbox && (name == at || name == end || head.at[name] != ':'))
			break;
		people += count_fields(line, mail_fields, SK_COUNT(mail_fields));
		machines += count_fields(line, machine_fields, SK_COUNT(machine_fields));
		at = end + 1;
	}
	for (size_t i = 0; i < SK_COUNT(first_lines); i++)
		machines += sk_bytes_starts(head, sk_bytes_str(first_lines[i])) ? 2 : 0;
	if (machines + people >= 2 && (machines >= 1 || people >= 3))
		*bid = (struct format_bid){.bits = STRONG, .kind = KIND_mail};
}

/* DXF: group code 0 or a comment (999), then SECTION, each on its line (DXF reference, "ASCII DXF files"). */
static void bid_dxf(sk_bytes head, struct format_bid *bid)
{
	size_t section = sk_bytes_find(head, SK_BYTES("section"), 0), i = 0;
	if (section > 512 || section == 0)
		return;
	for (i = section; i > 0 && head.at[i - 1] <= ' '; i--)
		;
	if (i > 0 && i < section && head.at[i - 1] == '0' && (head.at[0] == '0' || sk_bytes_starts(head, SK_BYTES("999"))))
		*bid = (struct format_bid){.bits = STRONG, .kind = KIND_cad};
}

/* Behind the lines of a table that name its separator: they do not cross, so what follows would begin the file. */
static sk_bytes skip_separator_lines(sk_bytes head)
{
	while (sk_bytes_starts(head, SK_BYTES("sep=")) || sk_bytes_starts(head, SK_BYTES("\"sep="))) {
		size_t at = 0;
		while (at < head.len && head.at[at] != '\n' && head.at[at] != '\r')
			at++;
		while (at < head.len && head.at[at] <= ' ')
			at++;
		head = sk_bytes_slice(head, at, SIZE_MAX);
	}
	return head;
}

/* The kinds that other families take and that hold no words: nothing to look for, and nearly every file is one of them. */
static bool is_taken_binary(sk_bytes input)
{
	return sk_bytes_starts(input, SK_BYTES("PK\x03\x04")) || sk_bytes_starts(input, SK_BYTES("\x89PNG\r\n\x1a\n")) ||
	       sk_bytes_starts(input, SK_BYTES("\xFF\xD8\xFF"));
}

void foreign_bid_words(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (is_taken_binary(input))
		return;
	sk_bytes head = skip_separator_lines(head_of(input, arena));
	if (head.len < 4)
		return;
	bid_words(head, bid);
	if (bid->bits < STRONG)
		bid_dxf(head, bid);
	bid_mail(head, bid); /* whatever its body is made of */
}
