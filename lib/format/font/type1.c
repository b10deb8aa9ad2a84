/*
 * Type 1: a font read without an interpreter of PostScript and written in one fixed skeleton (Adobe Type 1 Font Format).
 *
 * What the attacker controls here: a program in PostScript, of which only keys of a list are looked for, with values of fixed shapes. What
 * stands elsewhere in it, procedures above all, is never run and never written.
 */
#include "format/font/type1_parts.h"

#define KEY_BYTES 4 /* random ones at the start of what is encrypted with eexec */

void type1_decrypt(const uint8_t *from, uint8_t *to, size_t len, uint16_t key)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t cipher = from[i];
		to[i] = cipher ^ (uint8_t)(key >> 8);
		key = (uint16_t)((cipher + key) * 52845u + 22719u);
	}
}

void type1_encrypt(const uint8_t *from, uint8_t *to, size_t len, uint16_t key)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t cipher = from[i] ^ (uint8_t)(key >> 8);
		to[i] = cipher;
		key = (uint16_t)((cipher + key) * 52845u + 22719u);
	}
}

/* The segments of a PFB file one after another (Adobe TN 5040); other files as they are. */
static enum sk_status unwrap(struct sk_arena *arena, sk_bytes program, sk_bytes *plain)
{
	struct sk_cursor c = sk_cursor_of(program);
	struct sk_buf joined;

	*plain = program;
	if (program.len < 6 || program.at[0] != 0x80)
		return SK_OK;
	sk_buf_init(&joined, arena, program.len);
	while (sk_cursor_u8(&c) == 0x80) {
		uint8_t type = sk_cursor_u8(&c);
		if (type != 1 && type != 2)
			break;
		uint32_t len = sk_cursor_u32le(&c);
		sk_buf_put(&joined, sk_cursor_take(&c, sk_min(len, c.left)));
	}
	*plain = sk_buf_bytes(&joined);
	return joined.status;
}

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes hexadecimal digits, white space between them, as far as they go. */
static size_t unhex(sk_bytes text, uint8_t *to)
{
	size_t len = 0;
	int high = -1;

	for (size_t i = 0; i < text.len; i++) {
		int digit = hex_digit(text.at[i]);
		if (digit < 0 && is_space(text.at[i]))
			continue;
		if (digit < 0)
			break;
		if (high >= 0)
			to[len++] = (uint8_t)(high << 4 | digit);
		high = high >= 0 ? -1 : digit;
	}
	return len;
}

/* Where "eexec" ends; SIZE_MAX when there is none. A word that only ends so, or stands in a comment far above, is not it. */
static size_t find_eexec(sk_bytes program)
{
	size_t at = 0;

	while ((at = sk_bytes_find(program, SK_BYTES("eexec"), at)) != SIZE_MAX) {
		if (at > 0 && is_space(program.at[at - 1]) && at + 5 < program.len && is_space(program.at[at + 5]))
			return at + 5;
		at += 5;
	}
	return SIZE_MAX;
}

static enum sk_status decrypted(struct sk_arena *arena, sk_bytes hidden, sk_bytes *plain)
{
	uint8_t *bytes;
	size_t len = hidden.len;
	bool hex = true;

	while (hidden.len > 0 && is_space(hidden.at[0]))
		hidden = sk_bytes_slice(hidden, 1, hidden.len);
	if (hidden.len <= KEY_BYTES)
		return SK_TRUNCATED;
	bytes = sk_arena_raw(arena, hidden.len);
	if (bytes == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < KEY_BYTES; i++)
		hex &= hex_digit(hidden.at[i]) >= 0;
	len = hidden.len;
	if (hex)
		len = unhex(hidden, bytes);
	type1_decrypt(hex ? bytes : hidden.at, bytes, len, TYPE1_EEXEC_KEY);
	*plain = sk_bytes_slice(sk_bytes_of(bytes, len), KEY_BYTES, len);
	return SK_OK;
}

enum sk_status type1_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out)
{
	struct type1_font *f = sk_arena_make(job->arena, sizeof *f);
	sk_bytes plain, private;

	if (f == NULL)
		return SK_LIMIT;
	f->job = job;
	SK_TRY(unwrap(job->arena, program, &plain));
	size_t eexec = find_eexec(plain);
	if (eexec == SIZE_MAX)
		return SK_MALFORMED;
	SK_TRY(type1_clear_read(f, sk_bytes_slice(plain, 0, eexec)));
	SK_TRY(decrypted(job->arena, sk_bytes_slice(plain, eexec, plain.len), &private));
	SK_TRY(type1_private_read(f, private));
	if (f->glyphs_count == 0)
		return SK_MALFORMED;
	SK_TRY(type1_walk_all(f));
	job->result->glyphs = f->glyphs_count;
	type1_write(f, out);
	return out->status;
}
