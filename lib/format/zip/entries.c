/* Entries of an open ZIP container: finding one by name, expanding it, and saving them when the directory is lost.
 *
 * The attacker controls names (collisions), packed streams (bombs, cut ones) and, in repair, where headers seem to be. */
#include "format/zip/zip_parts.h"

#include "codec/deflate.h"
#include "conf/conf.h"

uint32_t zip_signature_at(sk_bytes input, size_t offset)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(input, offset, 4));

	return sk_cursor_u32le(&c);
}

void zip_report(const struct zip *zip, enum finding_code code, sk_bytes detail, uint32_t count)
{
	if (zip->findings != NULL)
		finding_report(zip->findings, code, FINDING_WHOLE, SK_BYTES(""), detail, count);
}

/* ---- order ---- */

static bool span_less(const struct zip_span *a, const struct zip_span *b)
{
	return a->begin != b->begin ? a->begin < b->begin : a->end < b->end;
}

static void sift_down(struct zip_span *spans, size_t root, size_t count)
{
	for (;;) {
		size_t child = root * 2 + 1;
		if (child >= count)
			return;
		if (child + 1 < count && span_less(&spans[child], &spans[child + 1]))
			child++;
		if (!span_less(&spans[root], &spans[child]))
			return;
		struct zip_span swap = spans[root];
		spans[root] = spans[child];
		spans[child] = swap;
		root = child;
	}
}

void zip_spans_sort(struct zip_span *spans, size_t count)
{
	size_t i = 1;

	while (i < count && !span_less(&spans[i], &spans[i - 1]))
		i++;
	if (i >= count)
		return; /* in order, as nearly always */
	for (i = count / 2; i-- > 0;)
		sift_down(spans, i, count);
	for (i = count; i-- > 1;) {
		struct zip_span swap = spans[0];
		spans[0] = spans[i];
		spans[i] = swap;
		sift_down(spans, 0, i);
	}
}

/* ---- names ---- */

static uint8_t fold(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint8_t)(c | 0x20);
	return c == '\\' ? '/' : c;
}

static uint32_t hash_folded(sk_bytes name)
{
	uint64_t hash = 0x9e3779b97f4a7c15u ^ name.len;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ fold(name.at[i])) * 0xff51afd7ed558ccdu;
	return (uint32_t)(hash >> 32);
}

static bool equal_folded(sk_bytes a, sk_bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold(a.at[i]) != fold(b.at[i]))
			return false;
	return true;
}

enum sk_status zip_index(struct zip *zip, struct sk_arena *arena)
{
	for (zip->slot_count = 16; zip->slot_count < zip->entry_count * 2;)
		zip->slot_count *= 2;
	zip->slots = sk_arena_array(arena, zip->slot_count, sizeof(*zip->slots));
	if (zip->slots == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < zip->entry_count; i++) {
		size_t slot = hash_folded(zip->entries[i].name) & (zip->slot_count - 1);
		while (zip->slots[slot] != 0)
			slot = (slot + 1) & (zip->slot_count - 1);
		zip->slots[slot] = (uint32_t)i + 1;
	}
	return SK_OK;
}

const struct zip_entry *zip_find(const struct zip *zip, sk_bytes name)
{
	const struct zip_entry *folded = NULL;

	if (zip->slot_count == 0)
		return NULL;
	for (size_t slot = hash_folded(name) & (zip->slot_count - 1); zip->slots[slot] != 0; slot = (slot + 1) & (zip->slot_count - 1)) {
		const struct zip_entry *entry = &zip->entries[zip->slots[slot] - 1];
		if (sk_bytes_equal(entry->name, name))
			return entry;
		if (folded == NULL && equal_folded(entry->name, name))
			folded = entry;
	}
	return folded;
}

/* ---- bytes ---- */

static enum sk_status check_limits(const struct zip *zip, const struct zip_entry *entry)
{
	if (entry->size > limit(LIMIT_zip_entry_bytes))
		return limit_reached(LIMIT_zip_entry_bytes);
	if (entry->size > limit(LIMIT_zip_total_bytes) - zip->expanded)
		return limit_reached(LIMIT_zip_total_bytes);
	if (entry->size >= limit(LIMIT_zip_ratio_from_bytes) && entry->size / limit(LIMIT_zip_ratio) > entry->packed.len)
		return limit_reached(LIMIT_zip_ratio);
	return SK_OK;
}

enum sk_status zip_read(struct zip *zip, const struct zip_entry *entry, struct sk_arena *arena, sk_bytes *out)
{
	*out = (sk_bytes){0};
	if (entry->encrypted)
		return SK_ENCRYPTED;
	if (entry->broken)
		return SK_MALFORMED;
	SK_TRY(check_limits(zip, entry));
	zip->expanded += entry->size;
	if (entry->method == ZIP_STORED) {
		*out = entry->packed;
	} else if (entry->method == ZIP_DEFLATED) {
		size_t got = 0;
		uint8_t *room = sk_arena_raw(arena, (size_t)entry->size);
		if (room == NULL)
			return SK_LIMIT;
		if (deflate_inflate(DEFLATE_RAW, entry->packed, room, (size_t)entry->size, &got, NULL) != SK_OK)
			return SK_MALFORMED;
		*out = sk_bytes_of(room, got);
	} else {
		return SK_UNSUPPORTED;
	}
	return out->len == entry->size && deflate_crc32(0, *out) == entry->crc ? SK_OK : SK_MALFORMED;
}

/* ---- repair ---- */

/* With sizes in a data descriptor (4.3.9), the packed length is where one stands that says just that length. */
static bool descriptor_length(sk_bytes rest, struct zip_entry *entry, size_t *packed)
{
	for (size_t at = 0; (at = sk_bytes_find(rest, SK_BYTES("PK\x07\x08"), at)) != SIZE_MAX; at++) {
		struct sk_cursor c = sk_cursor_of(sk_bytes_slice(rest, at + 4, 12));
		uint32_t crc = sk_cursor_u32le(&c), length = sk_cursor_u32le(&c), size = sk_cursor_u32le(&c);
		if (c.status != SK_OK || length != at)
			continue;
		entry->crc = crc;
		entry->size = size;
		*packed = at;
		return true;
	}
	return false;
}

/* One local header at the cursor; false at the first thing that is none, or is cut. */
static bool repair_entry(struct sk_cursor *c, struct zip_entry *entry)
{
	*entry = (struct zip_entry){0};
	if (c->left < ZIP_LOCAL_BYTES || sk_cursor_u32le(c) != ZIP_LOCAL)
		return false;
	sk_cursor_skip(c, 2);
	unsigned flags = sk_cursor_u16le(c);
	entry->method = sk_cursor_u16le(c);
	entry->time = sk_cursor_u16le(c);
	entry->time |= (uint32_t)sk_cursor_u16le(c) << 16;
	entry->crc = sk_cursor_u32le(c);
	size_t packed = sk_cursor_u32le(c);
	entry->size = sk_cursor_u32le(c);
	size_t name_len = sk_cursor_u16le(c), extra_len = sk_cursor_u16le(c);
	entry->name = sk_cursor_take(c, name_len);
	entry->extra = sk_cursor_take(c, extra_len);
	entry->encrypted = (flags & ZIP_FLAG_ENCRYPTED) != 0;
	entry->utf8 = (flags & ZIP_FLAG_UTF8) != 0;
	bool later = (flags & ZIP_FLAG_DESCRIPTOR) != 0 && packed == 0;
	if (c->status != SK_OK || name_len > limit(LIMIT_zip_name_bytes))
		return false;
	if (later && !descriptor_length(sk_bytes_of(c->at, c->left), entry, &packed))
		return false;
	entry->packed = sk_cursor_take(c, packed);
	if (later)
		sk_cursor_skip(c, 16);
	return c->status == SK_OK;
}

enum sk_status zip_repair(struct zip *zip, sk_bytes input, struct sk_arena *arena)
{
	struct sk_cursor c = sk_cursor_of(input);
	struct zip_entry entry;
	size_t count = 0;

	*zip = (struct zip){.findings = zip->findings, .repaired = true};
	while (count <= limit(LIMIT_zip_entries) && repair_entry(&c, &entry))
		count++;
	if (count == 0)
		return SK_MALFORMED;
	if (count > limit(LIMIT_zip_entries))
		return limit_reached(LIMIT_zip_entries);
	zip->entries = sk_arena_array(arena, count, sizeof(*zip->entries));
	if (zip->entries == NULL)
		return SK_LIMIT;
	c = sk_cursor_of(input);
	while (zip->entry_count < count && repair_entry(&c, &zip->entries[zip->entry_count]))
		zip->entry_count++;
	zip_report(zip, FINDING_container_mismatch, SK_BYTES("directory lost"), 1);
	return SK_OK;
}
