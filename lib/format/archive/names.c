/* Names of entries. What the attacker controls: every byte of them. A name that leaves here can't leave a folder, hide its extension or
 * mean a device. */
#include "format/archive/archive.h"

#include "codec/charset.h"
#include "codec/deflate.h"

#define EXTRA_UNICODE_PATH 0x7075 /* APPNOTE 4.6.9 */

/* ---- decoding ---- */

/* The Unicode path extra field, when it belongs to this name (its CRC says so). */
static bool unicode_path(const struct zip_entry *entry, sk_bytes *name)
{
	struct sk_cursor c = sk_cursor_of(entry->extra);

	while (c.status == SK_OK && c.left >= 4) {
		unsigned id = sk_cursor_u16le(&c);
		struct sk_cursor field = sk_cursor_window(&c, sk_cursor_u16le(&c));
		if (id != EXTRA_UNICODE_PATH || sk_cursor_u8(&field) != 1)
			continue;
		uint32_t crc = sk_cursor_u32le(&field);
		sk_bytes path = sk_cursor_take(&field, field.left);
		if (field.status != SK_OK || crc != deflate_crc32(0, entry->name) || !sk_utf8_valid(path) || path.len == 0)
			return false; /* of a name that was changed since */
		*name = path;
		return true;
	}
	return false;
}

static sk_bytes decode_as(enum charset charset, sk_bytes name, struct sk_arena *arena, size_t *replaced)
{
	struct sk_buf buf;

	*replaced = 0;
	sk_buf_init(&buf, arena, name.len * 3 + 16);
	if (charset_to_utf8(charset, name, &buf, replaced) != SK_OK)
		*replaced = SIZE_MAX;
	return sk_buf_bytes(&buf);
}

/* UTF-8 of three-byte characters is hardly ever Windows-31J by chance; of two-byte ones it may be half-width katakana. */
static bool surely_utf8(sk_bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] >= 0xE0)
			return true;
	return false;
}

sk_bytes archive_name_decode(const struct zip_entry *entry, struct sk_arena *arena)
{
	sk_bytes name = entry->name;
	size_t replaced;

	if (unicode_path(entry, &name) || (sk_utf8_valid(name) && (entry->utf8 || surely_utf8(name))))
		return name;
	sk_bytes japanese = decode_as(CHARSET_CP932, name, arena, &replaced);
	if (replaced == 0 && sk_utf8_valid(japanese))
		return japanese;
	if (sk_utf8_valid(name))
		return name;
	sk_bytes western = decode_as(CHARSET_CP437, name, arena, &replaced);
	return sk_utf8_valid(western) ? western : sk_bytes_slice(name, 0, 0);
}

/* ---- characters ---- */

static bool is_dropped(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
	       (c >= 0xE0000 && c <= 0xE0FFF);
}

/* What Windows does not allow in a name; a colon would also name a stream. */
static bool is_forbidden(uint32_t c)
{
	return c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|' || c == 0xFFFD;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* A kana and a combining (semi-)voiced sound mark as one character (Unicode NFC); 0 when they do not compose. */
static uint32_t compose(uint32_t base, uint32_t mark)
{
	uint32_t shift = base >= 0x30A1 && base <= 0x30FE ? 0x60 : 0;
	uint32_t kana = base - shift;

	if (kana >= 0x306F && kana <= 0x307B && (kana - 0x306F) % 3 == 0)
		return base + (mark == 0x3099 ? 1 : 2);
	if (mark != 0x3099)
		return 0;
	if ((kana >= 0x304B && kana <= 0x3061 && kana % 2 == 1) || kana == 0x3064 || kana == 0x3066 || kana == 0x3068 || kana == 0x309D)
		return base + 1;
	if (kana == 0x3046)
		return base + 0x4E; /* vu */
	return base >= 0x30EF && base <= 0x30F2 ? base + 8 : 0;
}

/* ---- one part of a path ---- */

/* Devices of MS-DOS, with or without an extension. */
static bool is_reserved(sk_bytes part)
{
	static const char *const names[] = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"};
	size_t stem = sk_min(sk_bytes_find(part, SK_BYTES("."), 0), part.len);

	while (stem > 0 && part.at[stem - 1] == ' ')
		stem--;
	sk_bytes name = sk_bytes_slice(part, 0, stem);
	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (sk_bytes_equal_nocase(name, sk_bytes_str(names[i])))
			return true;
	sk_bytes digit = sk_bytes_slice(name, 3, name.len);
	bool numbered = sk_bytes_equal_nocase(sk_bytes_slice(name, 0, 3), SK_BYTES("com")) ||
			sk_bytes_equal_nocase(sk_bytes_slice(name, 0, 3), SK_BYTES("lpt"));
	return numbered && ((digit.len == 1 && digit.at[0] >= '0' && digit.at[0] <= '9') || sk_bytes_equal(digit, SK_BYTES("\xC2\xB9")) ||
			    sk_bytes_equal(digit, SK_BYTES("\xC2\xB2")) || sk_bytes_equal(digit, SK_BYTES("\xC2\xB3")));
}

static void put_scalar(struct sk_buf *out, uint32_t c)
{
	uint8_t encoded[4];

	sk_buf_put(out, sk_bytes_of(encoded, sk_utf8_encode(c, encoded)));
}

/* Characters filtered, kana composed, runs of blanks made one. */
static void filter(sk_bytes part, struct sk_buf *out)
{
	uint32_t held = 0; /* a character that a mark may still join */
	unsigned blanks = 0;

	for (size_t i = 0; i < part.len;) {
		uint32_t c = sk_utf8_decode(part, &i);
		if (is_dropped(c))
			continue;
		blanks = is_blank(c) ? blanks + 1 : 0;
		if (blanks > 1)
			continue;
		if ((c == 0x3099 || c == 0x309A) && held != 0 && compose(held, c) != 0) {
			held = compose(held, c);
			continue;
		}
		if (held != 0)
			put_scalar(out, held);
		held = is_forbidden(c) ? '_' : c;
	}
	if (held != 0)
		put_scalar(out, held);
}

/* Cut to the length of a name, between characters, with its extension kept. */
static sk_bytes shorten(sk_bytes part, struct sk_arena *arena)
{
	struct sk_buf buf;
	size_t dot = part.len;

	if (part.len <= ARCHIVE_COMPONENT_MAX)
		return part;
	while (dot > 0 && part.at[dot - 1] != '.')
		dot--;
	sk_bytes extension = dot > 1 && part.len - dot < 16 ? sk_bytes_slice(part, dot - 1, part.len) : sk_bytes_slice(part, 0, 0);
	size_t len = ARCHIVE_COMPONENT_MAX - extension.len;
	while (len > 0 && (part.at[len] & 0xC0) == 0x80)
		len--;
	sk_buf_init(&buf, arena, ARCHIVE_COMPONENT_MAX);
	sk_buf_put(&buf, sk_bytes_slice(part, 0, len));
	sk_buf_put(&buf, extension);
	return sk_buf_bytes(&buf);
}

/* Blanks and dots at the end are not seen by Windows; a blank in front hides the name in lists. */
static sk_bytes trim(sk_bytes part)
{
	while (part.len > 0 && (part.at[part.len - 1] == ' ' || part.at[part.len - 1] == '.'))
		part.len--;
	while (part.len > 0 && part.at[0] == ' ')
		part = sk_bytes_slice(part, 1, part.len);
	while (part.len >= 3 && memcmp(part.at + part.len - 3, "\xE3\x80\x80", 3) == 0)
		part.len -= 3;
	return part;
}

static void clean_part(sk_bytes part, struct sk_arena *arena, struct sk_buf *out)
{
	struct sk_buf buf;

	sk_buf_init(&buf, arena, part.len + 8);
	filter(part, &buf);
	sk_bytes kept = trim(shorten(trim(sk_buf_bytes(&buf)), arena));
	if (kept.len == 0)
		return; /* "", ".", "..", blanks: no part of the new path */
	if (out->len > 0)
		sk_buf_u8(out, '/');
	if (is_reserved(kept))
		sk_buf_u8(out, '_');
	sk_buf_put(out, kept);
}

/* ---- the path ---- */

static bool is_separator(uint8_t c)
{
	return c == '/' || c == '\\';
}

/* Behind a drive letter. */
static sk_bytes without_drive(sk_bytes name)
{
	bool letter = name.len >= 2 && ((name.at[0] | 0x20) >= 'a' && (name.at[0] | 0x20) <= 'z') && name.at[1] == ':';

	return letter ? sk_bytes_slice(name, 2, name.len) : name;
}

sk_bytes archive_name_clean(sk_bytes name, struct sk_arena *arena, bool *changed)
{
	struct sk_buf out;
	sk_bytes rest = without_drive(name);
	bool folder = name.len > 0 && is_separator(name.at[name.len - 1]);

	sk_buf_init(&out, arena, ARCHIVE_NAME_MAX);
	for (size_t from = 0, i = 0; i <= rest.len; i++) {
		if (i < rest.len && !is_separator(rest.at[i]))
			continue;
		clean_part(sk_bytes_slice(rest, from, i - from), arena, &out);
		from = i + 1;
	}
	if (folder && out.len > 0)
		sk_buf_u8(&out, '/');
	*changed = out.status != SK_OK || !sk_bytes_equal(sk_buf_bytes(&out), name);
	return out.status == SK_OK ? sk_buf_bytes(&out) : sk_bytes_slice(name, 0, 0);
}

bool archive_name_allowed(sk_bytes name, struct sk_arena *arena)
{
	bool changed;
	size_t mark = sk_arena_mark(arena);
	bool left = archive_name_clean(name, arena, &changed).len > 0;

	sk_arena_release(arena, mark);
	return left && !changed;
}

/* ---- names that were given out ---- */

enum sk_status archive_names_init(struct archive_names *names, size_t max, struct sk_arena *arena)
{
	*names = (struct archive_names){.arena = arena, .slot_count = 16};
	while (names->slot_count < max * 2)
		names->slot_count *= 2;
	names->slots = sk_arena_array(arena, names->slot_count, sizeof *names->slots);
	return names->slots == NULL ? SK_LIMIT : SK_OK;
}

/* Case of ASCII and its full-width twins (U+FF01 to U+FF5E) folded; a folder is the same as a file of its name. */
static sk_bytes fold(sk_bytes name, struct sk_arena *arena)
{
	struct sk_buf buf;

	sk_buf_init(&buf, arena, name.len + 1);
	for (size_t i = 0; i < name.len;) {
		uint32_t c = sk_utf8_decode(name, &i);
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFEE0;
		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		put_scalar(&buf, c);
	}
	if (sk_bytes_ends(sk_buf_bytes(&buf), SK_BYTES("/")))
		buf.len--;
	return sk_buf_bytes(&buf);
}

bool archive_names_add(struct archive_names *names, sk_bytes name)
{
	sk_bytes folded = fold(name, names->arena);
	uint64_t hash = 0;

	for (size_t i = 0; i < folded.len; i++)
		hash = (hash ^ folded.at[i]) * 0xff51afd7ed558ccdu;
	if (names->count * 2 >= names->slot_count || folded.len == 0)
		return false;
	size_t slot = (size_t)(hash >> 32) & (names->slot_count - 1);
	for (; names->slots[slot].folded.len > 0; slot = (slot + 1) & (names->slot_count - 1))
		if (sk_bytes_equal(names->slots[slot].folded, folded))
			return false;
	names->slots[slot].folded = folded;
	names->count++;
	return true;
}
