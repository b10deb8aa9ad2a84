/* Archives, texts and what is common: by the bytes of the output alone. */
#include "fuzz/harmless.h"

#include <stdio.h>
#include <stdlib.h>

void harmless_found(const char *what, sk_bytes where)
{
	fprintf(stderr, "an output holds %s: %.*s\n", what, (int)sk_min(where.len, 300), (const char *)where.at);
	abort();
}

/* ---- texts ---- */

/* Characters that change how others are read: controls but tab and line ends, directions, zero widths. */
static bool is_hidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F || (c >= 0x80 && c < 0xA0 && c != 0x85) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* A field that calls or asks another program, at the beginning of a line or behind a separator, quoted or not. */
static void check_field(sk_bytes text, size_t at)
{
	while (at < text.len && (text.at[at] == ' ' || text.at[at] == '"'))
		at++;
	if (at >= text.len || memchr("=@+-", text.at[at], 4) == NULL)
		return;
	size_t end = at;
	while (end < text.len && memchr("\n\r", text.at[end], 2) == NULL)
		end++;
	sk_bytes field = sk_bytes_slice(text, at, end - at);
	if (sk_bytes_starts(field, SK_BYTES("=HYPERLINK(")) || sk_bytes_starts(field, SK_BYTES("@SUM(")) || sk_bytes_starts(field, SK_BYTES("=cmd|")) ||
	    sk_bytes_starts(field, SK_BYTES("+cmd|")) || sk_bytes_starts(field, SK_BYTES("-cmd|")) || sk_bytes_starts(field, SK_BYTES("=1+1")))
		harmless_found("a field that acts", field);
}

static void check_text(sk_bytes text)
{
	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		uint32_t c = sk_utf8_decode(text, &at);
		if (is_hidden(c) && !(from == 0 && c == 0xFEFF))
			harmless_found("a hidden character", sk_bytes_slice(text, from, at - from));
	}
}

static void check_table(sk_bytes text)
{
	check_field(text, 0);
	for (size_t at = 0; at < text.len; at++)
		if (text.at[at] == '\n' || text.at[at] == '\r' || text.at[at] == ',')
			check_field(text, at + 1);
}

/* ---- archives ---- */

static bool is_separator(uint8_t c)
{
	return c == '/';
}

static void check_part_of_name(sk_bytes part)
{
	static const char *const devices[] = {"con", "nul", "aux", "prn", "com1", "lpt1"};
	if (part.len == 0 || sk_bytes_equal(part, SK_BYTES(".")) || sk_bytes_equal(part, SK_BYTES("..")) || part.at[0] == ' ' ||
	    part.at[part.len - 1] == ' ' || part.at[part.len - 1] == '.' || part.len > 255)
		harmless_found("a name", part);
	sk_bytes stem = sk_bytes_slice(part, 0, sk_min(sk_bytes_find(part, SK_BYTES("."), 0), part.len));
	for (size_t i = 0; i < SK_COUNT(devices); i++)
		if (sk_bytes_equal_nocase(stem, sk_bytes_str(devices[i])))
			harmless_found("a device's name", part);
}

static void check_name(sk_bytes name)
{
	if (!sk_utf8_valid(name))
		harmless_found("a name that is no UTF-8", name);
	for (size_t at = 0; at < name.len;) {
		uint32_t c = sk_utf8_decode(name, &at);
		if (is_hidden(c) || c == '\t' || c == '\n' || c == '\r' || c == '\f' || (c < 0x80 && memchr("\\:*?\"<>|", (int)c, 8) != NULL))
			harmless_found("a character in a name", name);
	}
	size_t from = 0;
	for (size_t at = 0; at <= name.len; at++)
		if (at == name.len ? from < name.len : is_separator(name.at[at])) {
			check_part_of_name(sk_bytes_slice(name, from, at - from));
			from = at + 1;
		}
}

/* What stands in an entry by its first bytes, and how its name must end then. */
static void check_extension(sk_bytes name, sk_bytes bytes)
{
	static const struct {
		const char *start, *extensions[6];
	} kinds[] = {{"\x89PNG", {".png"}}, {"\xFF\xD8", {".jpg", ".jpeg", ".jpe", ".jfif"}}, {"GIF8", {".gif"}},
		     {"PK", {".docx", ".xlsx", ".pptx", ".dotx", ".zip"}}, {"", {".txt", ".csv", ".tsv", ".log", ".text", ".md"}}};
	size_t kind = 0;
	while (!sk_bytes_starts(bytes, sk_bytes_str(kinds[kind].start)))
		kind++;
	for (size_t i = 0; i < SK_COUNT(kinds[kind].extensions) && kinds[kind].extensions[i] != NULL; i++) {
		sk_bytes extension = sk_bytes_str(kinds[kind].extensions[i]);
		if (name.len > extension.len && sk_bytes_equal_nocase(sk_bytes_slice(name, name.len - extension.len, extension.len), extension))
			return;
	}
	if (sk_bytes_equal_nocase(sk_bytes_slice(name, name.len - sk_min(name.len, 4), 4), SK_BYTES(".tab")))
		return;
	harmless_found("a name that does not say what it is", name);
}

void harmless_entries(sk_bytes container, void (*check)(const struct zip *zip, const struct zip_entry *entry, sk_bytes bytes))
{
	static uint8_t memory[256 << 20];
	struct sk_arena arena;
	struct zip zip;
	sk_bytes bytes;
	sk_arena_init(&arena, memory, sizeof memory);
	if (zip_open(&zip, container, &arena, NULL) != SK_OK || zip.repaired)
		harmless_found("no sound container", container);
	for (size_t i = 0; i < zip.entry_count; i++) {
		const struct zip_entry *entry = &zip.entries[i];
		if (entry->name.len == 0 || zip_find(&zip, entry->name) != entry)
			harmless_found("a name that is empty or there twice", entry->name);
		if (entry->external >> 16 != 0 || entry->extra.len > 0 || zip_read(&zip, entry, &arena, &bytes) != SK_OK)
			harmless_found("an odd entry", entry->name);
		check(&zip, entry, bytes);
	}
	sk_arena_reset(&arena);
}

static void check_entry(const struct zip *zip, const struct zip_entry *entry, sk_bytes bytes)
{
	(void)zip;
	check_name(entry->name);
	if (!sk_bytes_ends(entry->name, SK_BYTES("/")))
		check_extension(entry->name, bytes);
	else if (bytes.len > 0)
		harmless_found("a folder with bytes", entry->name);
}

void harmless_check(const char *family, sk_bytes output)
{
	sk_bytes name = sk_bytes_str(family);
	if (sk_bytes_equal(name, SK_BYTES("archive")))
		harmless_entries(output, check_entry);
	else if (sk_bytes_equal(name, SK_BYTES("image")))
		harmless_picture(output);
	else if (sk_bytes_equal(name, SK_BYTES("table")))
		check_table(output);
	else if (sk_bytes_equal(name, SK_BYTES("text")))
		check_text(output);
	else if (sk_bytes_equal(name, SK_BYTES("ooxml")))
		harmless_package(output);
	else if (sk_bytes_equal(name, SK_BYTES("pdf")) || sk_bytes_equal(name, SK_BYTES("pages")))
		harmless_pdf(output);
	else
		harmless_found("a family without a check", name);
}
