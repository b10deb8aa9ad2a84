/*
 * Character maps: the table that a CMap means, read from any bytes and written anew.
 *
 * What the attacker controls here: every byte. Ranges are spread into single codes, at most limit cmap_codes of them, sorted, and joined again.
 */
#include "neutral/cmap.h"

#include "neutral/cmap_parts.h"
#include "neutral/content_parts.h"

/* One code and what it means: a glyph number, or UTF-16 units of which the last is kept apart, because ranges count it up. */
struct entry {
	uint32_t code;
	uint16_t last;       /* the last unit; the glyph number */
	uint8_t len, units;
	const uint8_t *head; /* the units before the last, big-endian */
};

struct space {
	uint32_t low, high;
	uint8_t len;
};

enum section { SECTION_NONE, SECTION_SPACES, SECTION_CHARS, SECTION_RANGES };

struct work {
	struct content_reader r;
	struct sk_arena *arena;
	struct cmap_result *result;
	enum cmap_kind kind;
	enum section section;
	struct entry *entries;
	size_t count, room;
	struct space spaces[CMAP_SECTION];
	size_t space_count;
	uint8_t name[1 + CONTENT_NAME_MAX]; /* the latest name, with its slash */
	size_t name_len;
	enum sk_status status;
};

/* ---- the table ---- */

static void add(struct work *w, const struct entry *entry)
{
	if (w->count == limit(LIMIT_cmap_codes)) {
		w->status = limit_reached(LIMIT_cmap_codes);
		return;
	}
	if (w->count == w->room) {
		size_t room = w->room > 0 ? w->room * 2 : 256;
		w->entries = sk_arena_grow(w->arena, w->entries, w->room * sizeof *entry, room * sizeof *entry);
		if (w->entries == NULL) {
			w->count = w->room = 0;
			w->status = limit_reached(LIMIT_arena_bytes);
			return;
		}
		w->room = room;
	}
	w->entries[w->count++] = *entry;
}

static bool before(const struct entry *a, const struct entry *b)
{
	return a->len != b->len ? a->len < b->len : a->code < b->code;
}

/* Merges the sorted halves [from, middle) and [middle, to); equals keep their order. */
static void merge(const struct entry *from, size_t left, size_t right, struct entry *to)
{
	const struct entry *a = from, *b = from + left, *a_end = b, *b_end = b + right;
	while (a < a_end && b < b_end)
		*to++ = before(b, a) ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

/* By code; of those that are there twice the last one stays. */
static void sort(struct work *w)
{
	struct entry *from = w->entries, *to = sk_arena_array(w->arena, w->count, sizeof *to);
	size_t kept = 0;
	if (to == NULL) {
		w->status = limit_reached(LIMIT_arena_bytes);
		return;
	}
	for (size_t width = 1; width < w->count; width *= 2) {
		for (size_t i = 0; i < w->count; i += 2 * width) {
			size_t left = sk_min(width, w->count - i), right = sk_min(width, w->count - i - left);
			merge(from + i, left, right, to + i);
		}
		struct entry *other = from;
		from = to;
		to = other;
	}
	for (size_t i = 0; i < w->count; i++)
		if (i + 1 == w->count || before(&from[i], &from[i + 1]))
			from[kept++] = from[i];
	w->entries = from;
	w->count = kept;
}

/* ---- reading ---- */

/* A string of one to four bytes as a code. */
static bool take_code(struct work *w, struct cmap_code *code)
{
	sk_bytes value;
	if (content_token(&w->r) != CONTENT_TOKEN_STRING || !content_read_string(&w->r, &value) || value.len == 0 || value.len > 4)
		return false;
	code->len = (uint8_t)value.len;
	code->value = 0;
	for (size_t i = 0; i < value.len; i++)
		code->value = code->value << 8 | value.at[i];
	return true;
}

/* A string of UTF-16BE; one byte alone means itself. */
static bool take_units(struct work *w, struct entry *entry)
{
	sk_bytes value;
	if (!content_read_string(&w->r, &value) || value.len == 0 || value.len > (size_t)2 * CMAP_UNITS_MAX || (value.len > 1 && value.len % 2 != 0))
		return false;
	entry->units = (uint8_t)((value.len + 1) / 2);
	entry->last = value.at[value.len - 1];
	entry->head = NULL;
	if (value.len > 1)
		entry->last = (uint16_t)(entry->last | value.at[value.len - 2] << 8);
	if (value.len > 2)
		entry->head = sk_arena_copy(w->arena, sk_bytes_slice(value, 0, value.len - 2)).at;
	if (value.len > 2 && entry->head == NULL)
		w->status = limit_reached(LIMIT_arena_bytes);
	return w->status == SK_OK;
}

/* A glyph number. */
static bool take_glyph(struct work *w, struct entry *entry)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	int64_t value;
	size_t len = content_number_put(w->r.source, &w->r.i, number);
	if (len > 5 || !sk_parse_i64(sk_bytes_of(number, len), &value) || value < 0 || value > UINT16_MAX)
		return false;
	*entry = (struct entry){.code = entry->code, .len = entry->len, .last = (uint16_t)value};
	return true;
}

static bool take_target(struct work *w, struct entry *entry)
{
	enum content_token token = content_token(&w->r);
	if (w->kind == CMAP_UNICODE && token == CONTENT_TOKEN_STRING)
		return take_units(w, entry);
	if (w->kind == CMAP_CID && token == CONTENT_TOKEN_NUMBER)
		return take_glyph(w, entry);
	content_skip_value(&w->r, token);
	return false;
}

/* [<..> <..>]: a target for each code from low on. */
static bool take_targets(struct work *w, struct cmap_code low, uint32_t high)
{
	struct entry entry = {.code = low.value, .len = low.len};
	w->r.i++;
	for (enum content_token token; (token = content_token(&w->r)) != CONTENT_TOKEN_ARRAY_END; entry.code++) {
		if (token == CONTENT_TOKEN_END || token == CONTENT_TOKEN_WORD)
			return true;
		if (take_target(w, &entry) && entry.code >= low.value && entry.code <= high)
			add(w, &entry);
		else
			w->result->dropped++;
	}
	w->r.i++;
	return true;
}

static bool take_range(struct work *w)
{
	struct cmap_code low, high;
	if (!take_code(w, &low))
		return false;
	high = low;
	if (w->section == SECTION_RANGES && !take_code(w, &high))
		return false;
	bool fits = high.len == low.len && high.value >= low.value && high.value - low.value <= UINT16_MAX;
	if (w->kind == CMAP_UNICODE && w->section == SECTION_RANGES && content_token(&w->r) == CONTENT_TOKEN_ARRAY)
		return take_targets(w, low, fits ? high.value : low.value);
	struct entry entry = {.code = low.value, .len = low.len};
	if (!take_target(w, &entry) || !fits)
		return false;
	for (uint32_t i = 0; i <= high.value - low.value && i <= (uint32_t)(UINT16_MAX - entry.last) && w->status == SK_OK; i++) {
		struct entry one = entry;
		one.code += i;
		one.last = (uint16_t)(one.last + i);
		add(w, &one);
	}
	return true;
}

static bool take_space(struct work *w)
{
	struct cmap_code low, high;
	if (!take_code(w, &low) || !take_code(w, &high))
		return false;
	if (low.len != high.len || !cmap_box(low.value, high.value) || w->space_count == CMAP_SECTION)
		return false;
	w->spaces[w->space_count++] = (struct space){low.value, high.value, low.len};
	return true;
}

/* What a word begins or ends; other words are of no interest. */
static void take_word(struct work *w)
{
	static const struct {
		const char *word;
		enum section section;
		int kind; /* -1: both */
	} begins[] = {
		{"begincodespacerange", SECTION_SPACES, -1}, {"beginbfchar", SECTION_CHARS, CMAP_UNICODE}, {"beginbfrange", SECTION_RANGES, CMAP_UNICODE},
		{"begincidchar", SECTION_CHARS, CMAP_CID},   {"begincidrange", SECTION_RANGES, CMAP_CID},
	};
	sk_bytes word = content_read_word(&w->r);
	w->section = SECTION_NONE;
	for (size_t i = 0; i < SK_COUNT(begins); i++)
		if (sk_bytes_equal(word, sk_bytes_str(begins[i].word)) && (begins[i].kind < 0 || begins[i].kind == (int)w->kind))
			w->section = begins[i].section;
	sk_bytes name = sk_bytes_of(w->name + 1, w->name_len > 0 ? w->name_len - 1 : 0);
	if (sk_bytes_equal(word, SK_BYTES("usecmap")) && cmap_predefined(name))
		w->result->use = sk_arena_copy(w->arena, name);
	w->name_len = 0;
}

static void take_text(struct work *w, sk_bytes *to)
{
	sk_bytes value;
	if (content_read_string(&w->r, &value) && cmap_collection_name(value))
		*to = sk_arena_copy(w->arena, value);
}

/* A whole number up to most behind a name; otherwise what was there. */
static uint32_t take_number(struct work *w, uint32_t most, uint32_t otherwise)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	int64_t value;
	size_t len = content_number_put(w->r.source, &w->r.i, number);
	return sk_parse_i64(sk_bytes_of(number, len), &value) && value >= 0 && value <= most ? (uint32_t)value : otherwise;
}

/* Outside of sections: names, and what stands behind some of them. */
static void take_definition(struct work *w, enum content_token token)
{
	sk_bytes name = sk_bytes_of(w->name, w->name_len);
	if (token == CONTENT_TOKEN_NAME) {
		w->name_len = content_read_name(&w->r, w->name);
		return;
	}
	if (token == CONTENT_TOKEN_LIST || token == CONTENT_TOKEN_LIST_END) { /* CIDSystemInfo may stand in one */
		w->r.i += 2;
		return;
	}
	if (token == CONTENT_TOKEN_STRING && sk_bytes_equal(name, SK_BYTES("/Registry")))
		take_text(w, &w->result->registry);
	else if (token == CONTENT_TOKEN_STRING && sk_bytes_equal(name, SK_BYTES("/Ordering")))
		take_text(w, &w->result->ordering);
	else if (token == CONTENT_TOKEN_NUMBER && sk_bytes_equal(name, SK_BYTES("/Supplement")))
		w->result->supplement = take_number(w, CMAP_SUPPLEMENT_MAX, w->result->supplement);
	else if (token == CONTENT_TOKEN_NUMBER && sk_bytes_equal(name, SK_BYTES("/WMode")))
		w->result->vertical = take_number(w, 1, w->result->vertical) == 1;
	else
		content_skip_value(&w->r, token);
	w->name_len = 0; /* a name stands right before its value */
}

static void read_all(struct work *w)
{
	for (enum content_token token; (token = content_token(&w->r)) != CONTENT_TOKEN_END && w->status == SK_OK;) {
		size_t at = w->r.i;
		if (token == CONTENT_TOKEN_WORD) {
			take_word(w);
			continue;
		}
		if (w->section == SECTION_NONE) {
			take_definition(w, token);
			continue;
		}
		if (!(w->section == SECTION_SPACES ? take_space(w) : take_range(w)))
			w->result->dropped++;
		if (w->r.i == at)
			content_skip_value(&w->r, token);
	}
}

/* ---- the code space ---- */

static bool space_before(const struct space *a, const struct space *b)
{
	return a->len != b->len ? a->len < b->len : a->low != b->low ? a->low < b->low : a->high < b->high;
}

/* In rising order, each once. Without any: all codes of the lengths that are mapped. */
static void settle_spaces(struct work *w)
{
	size_t kept = 0;
	for (size_t i = 1; i < w->space_count; i++)
		for (size_t k = i; k > 0 && space_before(&w->spaces[k], &w->spaces[k - 1]); k--) {
			struct space other = w->spaces[k];
			w->spaces[k] = w->spaces[k - 1];
			w->spaces[k - 1] = other;
		}
	for (size_t i = 0; i < w->space_count; i++)
		if (i == 0 || space_before(&w->spaces[kept - 1], &w->spaces[i]))
			w->spaces[kept++] = w->spaces[i];
	w->space_count = kept;
	if (kept > 0)
		return;
	for (size_t i = 0; i < w->count; i++)
		if (i == 0 || w->entries[i].len != w->entries[i - 1].len)
			w->spaces[w->space_count++] = (struct space){0, UINT32_MAX >> (32 - 8 * w->entries[i].len), w->entries[i].len};
}

/* ---- writing ---- */

static void put_digits(struct sk_buf *out, uint32_t value, unsigned bytes)
{
	static const char digits[] = "0123456789ABCDEF";
	for (unsigned shift = 8 * bytes; shift > 0; shift -= 4)
		sk_buf_u8(out, (uint8_t)digits[value >> (shift - 4) & 15]);
}

static void put_code(struct sk_buf *out, uint32_t value, unsigned len)
{
	sk_buf_u8(out, '<');
	put_digits(out, value, len);
	sk_buf_u8(out, '>');
}

static void put_target(struct work *w, struct sk_buf *out, const struct entry *entry)
{
	if (w->kind == CMAP_CID) {
		sk_buf_decimal(out, entry->last);
		return;
	}
	sk_buf_u8(out, '<');
	for (size_t i = 0; i + 1 < entry->units; i++)
		put_digits(out, (uint32_t)(entry->head[2 * i] << 8 | entry->head[2 * i + 1]), 2);
	put_digits(out, entry->last, 2);
	sk_buf_u8(out, '>');
}

/* Whether b may go on with the range that a ends. */
static bool joins(const struct work *w, const struct entry *a, const struct entry *b)
{
	if (a->len != b->len || b->code != a->code + 1 || (b->code & 0xFF) == 0 || b->last != (uint32_t)a->last + 1)
		return false;
	if (w->kind == CMAP_CID)
		return true;
	return (b->last & 0xFF) != 0 && a->units == b->units && (a->units == 1 || memcmp(a->head, b->head, (size_t)2 * (a->units - 1u)) == 0);
}

/* Index behind the range that begins at first. */
static size_t range_end(const struct work *w, size_t first)
{
	size_t end = first + 1;
	while (end < w->count && joins(w, &w->entries[end - 1], &w->entries[end]))
		end++;
	return end;
}

static void put_spaces(struct work *w, struct sk_buf *out)
{
	if (w->space_count == 0)
		return;
	sk_buf_decimal(out, (int64_t)w->space_count);
	sk_buf_str(out, CMAP_SPACES);
	for (size_t i = 0; i < w->space_count; i++) {
		put_code(out, w->spaces[i].low, w->spaces[i].len);
		sk_buf_u8(out, ' ');
		put_code(out, w->spaces[i].high, w->spaces[i].len);
		sk_buf_u8(out, '\n');
	}
	sk_buf_str(out, CMAP_SPACES_END);
}

static void put_ranges(struct work *w, struct sk_buf *out)
{
	size_t left = 0; /* ranges that are still to come */
	for (size_t at = 0; at < w->count; at = range_end(w, at))
		left++;
	for (size_t at = 0, line = 0; at < w->count; line++) {
		if (line % CMAP_SECTION == 0) {
			sk_buf_decimal(out, (int64_t)sk_min(left - line, CMAP_SECTION));
			sk_buf_str(out, cmap_range_begin(w->kind));
		}
		size_t end = range_end(w, at);
		put_code(out, w->entries[at].code, w->entries[at].len);
		sk_buf_u8(out, ' ');
		put_code(out, w->entries[end - 1].code, w->entries[at].len);
		sk_buf_u8(out, ' ');
		put_target(w, out, &w->entries[at]);
		sk_buf_u8(out, '\n');
		at = end;
		if (line % CMAP_SECTION == CMAP_SECTION - 1 || at == w->count)
			sk_buf_str(out, cmap_range_end(w->kind));
	}
}

static void put_head(struct work *w, struct sk_buf *out)
{
	const struct cmap_result *result = w->result;
	sk_buf_str(out, CMAP_HEAD);
	if (result->use.len > 0) {
		sk_buf_u8(out, '/');
		sk_buf_put(out, result->use);
		sk_buf_str(out, " usecmap\n");
	}
	sk_buf_str(out, CMAP_INFO);
	sk_buf_put(out, result->registry);
	sk_buf_str(out, CMAP_ORDERING);
	sk_buf_put(out, result->ordering);
	sk_buf_str(out, CMAP_SUPPLEMENT);
	sk_buf_decimal(out, result->supplement);
	sk_buf_str(out, CMAP_NAME);
	if (w->kind == CMAP_UNICODE) {
		sk_buf_str(out, CMAP_TYPE_UNICODE);
		return;
	}
	sk_buf_str(out, CMAP_TYPE_CID);
	sk_buf_decimal(out, result->vertical);
	sk_buf_str(out, CMAP_MODE_END);
}

enum sk_status cmap_canonical(sk_bytes source, enum cmap_kind kind, struct sk_arena *arena, struct cmap_result *result)
{
	struct work w = {.r.source = source, .arena = arena, .result = result, .kind = kind};
	struct sk_buf out;
	*result = (struct cmap_result){.registry = SK_BYTES("Adobe"), .ordering = SK_BYTES("Identity")};
	w.r.scratch = sk_arena_raw(arena, CONTENT_STRING_MAX + 1);
	if (w.r.scratch == NULL)
		return limit_reached(LIMIT_arena_bytes);
	read_all(&w);
	if (kind == CMAP_UNICODE) { /* what a map to Unicode says of a collection means nothing (9.10.3) */
		result->ordering = SK_BYTES("UCS");
		result->registry = SK_BYTES("Adobe");
		result->supplement = 0;
		result->vertical = false;
	}
	if (w.status == SK_OK && w.count > 0)
		sort(&w);
	if (w.status != SK_OK)
		return w.status;
	if (w.count == 0 && result->use.len == 0)
		return SK_MALFORMED;
	settle_spaces(&w);
	result->codes = (uint32_t)w.count;
	sk_buf_init(&out, arena, limit(LIMIT_content_bytes));
	put_head(&w, &out);
	put_spaces(&w, &out);
	put_ranges(&w, &out);
	sk_buf_str(&out, CMAP_FOOT);
	result->text = sk_buf_bytes(&out);
	return out.status == SK_OK ? SK_OK : limit_reached(LIMIT_arena_bytes);
}
