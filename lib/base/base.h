/*
 * base: the types that make the usual memory bugs hard to write.
 *
 * Everything here is pure: no system call, no malloc, no time, no locale. Views borrow; a buffer has its maximum
 * from birth; an arena owns what a job makes and frees all of it at once. A cursor is sticky: the first short read
 * sets its status, later reads give zero, so a parser may read a whole structure and ask once whether it was there.
 *
 * Three kinds of error are never mixed (docs/decisions/0002-errors.md): hostile input is data (enum sk_status), the
 * world failing is a struct sk_fault, our own bug is sk_assert, which stays on in release builds.
 */
#ifndef SK_BASE_H
#define SK_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SK_MUST_USE __attribute__((warn_unused_result))
#define SK_PRINTF(string, first) __attribute__((format(printf, string, first)))
#define SK_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SK_LIKELY(x) __builtin_expect(!!(x), 1)
#define SK_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* ---- status: what became of hostile input, or of our own work on it ---- */

enum sk_status {
	SK_OK = 0,
	SK_TRUNCATED,   /* input ended inside a structure */
	SK_MALFORMED,   /* input breaks its format's rules */
	SK_LIMIT,       /* a named limit was reached (limits.def) */
	SK_UNSUPPORTED, /* a known thing that is not taken */
	SK_ENCRYPTED,   /* a password is needed */
	SK_FAULT,       /* the world failed (memory, peer gone): never the input's doing */
};

/* The status as a lower-case English word; static storage. */
const char *sk_status_name(enum sk_status status);

/* Return early with a status that is not SK_OK. The one macro that hides a return. */
#define SK_TRY(call)                                                                                                   \
	do {                                                                                                           \
		enum sk_status sk_try_status = (call);                                                                 \
		if (SK_UNLIKELY(sk_try_status != SK_OK))                                                               \
			return sk_try_status;                                                                          \
	} while (0)

/* What failed in the world: errno and the operation, filled at the lowest level. error 0 means no fault. */
struct sk_fault {
	int error;
	const char *operation; /* static string, e.g. "memfd_create" */
};

/* Our own bug: the process dies, the job ends blocked. On in release. */
_Noreturn void sk_assert_failed(const char *expression, const char *file, int line);
#define sk_assert(x) (SK_LIKELY(x) ? (void)0 : sk_assert_failed(#x, __FILE__, __LINE__))

/* ---- checked arithmetic on sizes: false on overflow, *sum untouched then ---- */

static inline SK_MUST_USE bool sk_add(size_t a, size_t b, size_t *sum) { return !__builtin_add_overflow(a, b, sum); }
static inline SK_MUST_USE bool sk_mul(size_t a, size_t b, size_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}
static inline size_t sk_min(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t sk_max(size_t a, size_t b) { return a > b ? a : b; }

/* ---- bytes: a borrowed view, by value ---- */

typedef struct sk_bytes {
	const uint8_t *at; /* may be NULL when len is 0 */
	size_t len;
} sk_bytes;

/* The bytes of a string literal, without its NUL. */
#define SK_BYTES(literal) ((sk_bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})

static inline sk_bytes sk_bytes_of(const void *at, size_t len) { return (sk_bytes){(const uint8_t *)at, len}; }
/* The bytes of a NUL-terminated string of our own (never of input). */
static inline sk_bytes sk_bytes_str(const char *string) { return sk_bytes_of(string, strlen(string)); }
static inline bool sk_bytes_equal(sk_bytes a, sk_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
static inline bool sk_bytes_starts(sk_bytes b, sk_bytes prefix)
{
	return b.len >= prefix.len && (prefix.len == 0 || memcmp(b.at, prefix.at, prefix.len) == 0);
}
bool sk_bytes_ends(sk_bytes b, sk_bytes suffix);
/* Equal when ASCII letters are folded; other bytes must be the same. */
bool sk_bytes_equal_nocase(sk_bytes a, sk_bytes b);
/* The part of b from offset, at most len bytes; clipped to b, never beyond. */
sk_bytes sk_bytes_slice(sk_bytes b, size_t offset, size_t len);
/* Offset of needle in b at or after from; SIZE_MAX when absent. */
size_t sk_bytes_find(sk_bytes b, sk_bytes needle, size_t from);
/* Less than, equal, greater than zero: by bytes, then by length. */
int sk_bytes_compare(sk_bytes a, sk_bytes b);

/* ---- text: checked UTF-8 without NUL; another type, so that only a check makes one ---- */

typedef struct sk_text {
	const char *at;
	size_t len; /* bytes */
} sk_text;

/* True when b is UTF-8 (RFC 3629: shortest form, no surrogates, at most U+10FFFF) and has no NUL. */
bool sk_utf8_valid(sk_bytes b);
/* SK_MALFORMED unless b passes sk_utf8_valid. The text borrows b. */
enum sk_status SK_MUST_USE sk_text_check(sk_bytes b, sk_text *text);
static inline sk_bytes sk_text_bytes(sk_text t) { return sk_bytes_of(t.at, t.len); }
/* Text of a string literal of our own. */
#define SK_TEXT(literal) ((sk_text){"" literal, sizeof(literal) - 1})
/* Encodes one scalar value; returns the number of bytes written to out[4], 0 when it is not a scalar value. */
size_t sk_utf8_encode(uint32_t scalar, uint8_t out[4]);
/* Decodes the scalar at *offset of valid or invalid UTF-8 and moves *offset on; U+FFFD and one byte for a bad one. */
uint32_t sk_utf8_decode(sk_bytes b, size_t *offset);

/* ---- cursor: sticky reader of a view; no pointer arithmetic outside it ---- */

struct sk_cursor {
	const uint8_t *at;
	size_t left;
	size_t offset; /* from the start of the outermost view */
	enum sk_status status;
};

struct sk_cursor sk_cursor_of(sk_bytes b);
/* All readers give zero (or an empty view) once status is not SK_OK; a short read sets SK_TRUNCATED. */
uint8_t sk_cursor_u8(struct sk_cursor *c);
uint16_t sk_cursor_u16le(struct sk_cursor *c);
uint32_t sk_cursor_u32le(struct sk_cursor *c);
uint64_t sk_cursor_u64le(struct sk_cursor *c);
uint16_t sk_cursor_u16be(struct sk_cursor *c);
uint32_t sk_cursor_u32be(struct sk_cursor *c);
sk_bytes sk_cursor_take(struct sk_cursor *c, size_t len);
void sk_cursor_skip(struct sk_cursor *c, size_t len);
/* A child that sees only the next len bytes; the parent moves past them. A short parent makes both sticky. */
struct sk_cursor sk_cursor_window(struct sk_cursor *c, size_t len);

/* ---- arena: one per job or request; nothing in it is freed alone ---- */

struct sk_arena {
	uint8_t *memory; /* not owned: a mapping of lib/sys, or a test's array */
	size_t size;
	size_t used;
	size_t peak;        /* the most that was used at once */
	size_t clean_from, clean_to; /* what nobody wrote to since it was mapped: it is zero and is not zeroed again */
	uint8_t *last;      /* the latest allocation, which alone can grow in place */
	size_t top;         /* bytes taken from the far end (sk_arena_top) */
	struct sk_arena_block *blocks, *tops; /* SK_ARENA_MALLOC builds only: each allocation is a malloc of its own */
	bool exhausted;     /* sticky: an allocation failed; the job ends with SK_LIMIT */
};

void sk_arena_init(struct sk_arena *arena, void *memory, size_t size);
/* The same over memory that is all zero, as a new mapping is: what was never used need not be touched to be zeroed. */
void sk_arena_init_clean(struct sk_arena *arena, void *memory, size_t size);
/* len bytes, zeroed, aligned to 16; NULL when the budget is reached. len 0 gives a valid pointer. */
void *sk_arena_make(struct sk_arena *arena, size_t len) __attribute__((malloc));
/* count * size with the product checked. */
void *sk_arena_array(struct sk_arena *arena, size_t count, size_t size);
/* Like sk_arena_make, but not zeroed: for large buffers that are filled at once. */
void *sk_arena_raw(struct sk_arena *arena, size_t len);
/* Makes the allocation at old (of old_len bytes) new_len long, in place when it is the latest; NULL at the budget. */
void *sk_arena_grow(struct sk_arena *arena, void *old, size_t old_len, size_t new_len);
/* A copy of b that lives as long as the arena; at is NULL when the budget is reached and b is not empty. */
sk_bytes sk_arena_copy(struct sk_arena *arena, sk_bytes b);
/* A mark, and the return to it: everything made since is gone. Marks nest like brackets. */
size_t sk_arena_mark(const struct sk_arena *arena);
void sk_arena_release(struct sk_arena *arena, size_t mark);
/* len bytes from the far end, not zeroed: they stay until the reset, whatever is marked and released meanwhile. NULL at the budget. */
void *sk_arena_top(struct sk_arena *arena, size_t len);
/* Forgets everything; only malloc builds free. */
void sk_arena_reset(struct sk_arena *arena);

/* ---- buf: growing bytes with a maximum from birth ---- */

struct sk_buf {
	uint8_t *at;
	size_t len;
	size_t room;
	size_t max;
	struct sk_arena *arena;
	enum sk_status status; /* sticky: SK_LIMIT when max or the arena's budget was reached */
};

/* A buffer in arena that never holds more than max bytes. */
void sk_buf_init(struct sk_buf *buf, struct sk_arena *arena, size_t max);
/* A buffer over memory of the caller; it does not grow. */
void sk_buf_fixed(struct sk_buf *buf, void *memory, size_t max);
void sk_buf_put_slow(struct sk_buf *buf, sk_bytes b); /* what sk_buf_put calls when the room is not there */
/* Copies a few bytes without a call: overlapping loads for up to 16. */
static inline void sk_copy_short(uint8_t *to, const uint8_t *from, size_t len)
{
	uint64_t first, last;
	uint32_t first4, last4;

	if (len >= 8) {
		memcpy(&first, from, 8);
		memcpy(&last, from + len - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + len - 8, &last, 8);
	} else if (len >= 4) {
		memcpy(&first4, from, 4);
		memcpy(&last4, from + len - 4, 4);
		memcpy(to, &first4, 4);
		memcpy(to + len - 4, &last4, 4);
	} else if (len > 0) {
		to[0] = from[0];
		to[len / 2] = from[len / 2];
		to[len - 1] = from[len - 1];
	}
}
static inline void sk_buf_put(struct sk_buf *buf, sk_bytes b)
{
#ifndef SK_ARENA_MALLOC /* a sanitizer sees more in one plain memcpy */
	if (SK_LIKELY(buf->room - buf->len >= b.len && buf->status == SK_OK && b.len <= 16)) {
		sk_copy_short(buf->at + buf->len, b.at, b.len);
		buf->len += b.len;
		return;
	}
#endif
	sk_buf_put_slow(buf, b);
}
static inline void sk_buf_u8(struct sk_buf *buf, uint8_t value)
{
	if (SK_LIKELY(buf->room > buf->len && buf->status == SK_OK))
		buf->at[buf->len++] = value;
	else
		sk_buf_put_slow(buf, sk_bytes_of(&value, 1));
}
void sk_buf_u16le(struct sk_buf *buf, uint16_t value);
void sk_buf_u32le(struct sk_buf *buf, uint32_t value);
void sk_buf_u64le(struct sk_buf *buf, uint64_t value);
void sk_buf_u16be(struct sk_buf *buf, uint16_t value);
void sk_buf_u32be(struct sk_buf *buf, uint32_t value);
void sk_buf_str(struct sk_buf *buf, const char *string);
/* Decimal digits, no locale. */
void sk_buf_decimal(struct sk_buf *buf, int64_t value);
/* Lower-case hexadecimal, two digits a byte. */
void sk_buf_hex(struct sk_buf *buf, sk_bytes b);
/* Room for len more bytes at the returned pointer, NULL when there is none; sk_buf_added tells how many were used. */
uint8_t *sk_buf_room(struct sk_buf *buf, size_t len);
void sk_buf_added(struct sk_buf *buf, size_t len);
static inline sk_bytes sk_buf_bytes(const struct sk_buf *buf) { return (sk_bytes){buf->at, buf->len}; }
static inline void sk_buf_reset(struct sk_buf *buf) { buf->len = 0, buf->status = SK_OK; }

/* ---- numbers in text: no locale, no sign of strtol ---- */

/* Decimal integer with optional sign, whole of b; false when it is not one or does not fit. */
bool SK_MUST_USE sk_parse_i64(sk_bytes b, int64_t *value);
bool SK_MUST_USE sk_parse_u64(sk_bytes b, uint64_t *value);

#endif
