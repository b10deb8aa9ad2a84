/* Opening a ZIP container: the end record, the central directory, and every local header held against it.
 *
 * The attacker controls every byte: offsets, counts and lengths that lie, entries that overlap (Fifield's bombs), directories
 * that disagree with local headers so that two programs see two archives. */
#include "format/zip/zip.h"

#include "conf/conf.h"
#include "format/zip/zip_parts.h"

/* How far from the end the end record is looked for: its comment has at most 65,535 bytes (4.4.12); the rest is for data that was
 * appended after it. */
#define END_SEARCH_BYTES ((size_t)1 << 20)

struct ends {
	size_t at;         /* of the end record, where the directory ends at the latest */
	size_t after;      /* first byte behind the comment */
	uint64_t entries, size, offset;
	size_t comment;
};

static bool end_at(sk_bytes input, size_t at, struct ends *ends)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(input, at, input.len));

	if (sk_cursor_u32le(&c) != ZIP_END)
		return false;
	unsigned disk = sk_cursor_u16le(&c), start_disk = sk_cursor_u16le(&c);
	sk_cursor_skip(&c, 2);
	*ends = (struct ends){.at = at, .entries = sk_cursor_u16le(&c), .size = sk_cursor_u32le(&c), .offset = sk_cursor_u32le(&c)};
	ends->comment = sk_cursor_u16le(&c);
	ends->after = sk_min(at + ZIP_END_BYTES + ends->comment, input.len);
	/* an end record of nothing behind something is no end: it would make a document look empty to some programs */
	return c.status == SK_OK && disk == 0 && start_disk == 0 && (ends->entries > 0 || at == 0);
}

/* ZIP64 end record by its locator, which stands right before the end record (4.3.15). */
static void ends_64(sk_bytes input, struct ends *ends)
{
	if (ends->at < ZIP64_LOCATOR_BYTES)
		return;
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(input, ends->at - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES));
	if (sk_cursor_u32le(&c) != ZIP64_LOCATOR)
		return;
	sk_cursor_skip(&c, 4);
	uint64_t at = sk_cursor_u64le(&c);
	if (at > ends->at)
		return;
	c = sk_cursor_of(sk_bytes_slice(input, (size_t)at, ends->at - (size_t)at));
	if (sk_cursor_u32le(&c) != ZIP64_END)
		return;
	sk_cursor_skip(&c, 8 + 2 + 2 + 4 + 4 + 8);
	uint64_t entries = sk_cursor_u64le(&c), size = sk_cursor_u64le(&c), offset = sk_cursor_u64le(&c);
	if (c.status != SK_OK)
		return;
	if (ends->entries == UINT16_MAX)
		ends->entries = entries;
	if (ends->size == UINT32_MAX)
		ends->size = size;
	if (ends->offset == UINT32_MAX)
		ends->offset = offset;
	ends->at = (size_t)at;
}

/* Where the directory really is: at its offset, or (data before the archive) right before the end record. */
static bool directory_place(sk_bytes input, const struct ends *ends, size_t *at, size_t *prefix)
{
	if (ends->size > ends->at)
		return false;
	size_t before_end = ends->at - (size_t)ends->size;
	if (ends->offset <= before_end && (ends->entries == 0 || zip_signature_at(input, (size_t)ends->offset) == ZIP_CENTRAL)) {
		*at = (size_t)ends->offset;
		*prefix = 0;
		return true;
	}
	if (ends->offset < before_end && zip_signature_at(input, before_end) == ZIP_CENTRAL) {
		*at = before_end;
		*prefix = before_end - (size_t)ends->offset;
		return true;
	}
	return false;
}

static bool find_end(sk_bytes input, struct ends *ends, size_t *directory, size_t *prefix)
{
	if (input.len < ZIP_END_BYTES)
		return false;
	size_t first = input.len - ZIP_END_BYTES;
	size_t last = first > END_SEARCH_BYTES ? first - END_SEARCH_BYTES : 0;
	for (size_t at = first + 1; at-- > last;) {
		if (input.at[at] != 'P' || !end_at(input, at, ends))
			continue;
		ends_64(input, ends);
		if (directory_place(input, ends, directory, prefix))
			return true;
	}
	return false;
}

/* Sizes and offset from the ZIP64 extra field (4.5.3): only those that are saturated in the header stand there, in this order. */
static void extra_64(sk_bytes extra, struct zip_entry *entry, uint64_t *packed, uint64_t *offset)
{
	struct sk_cursor c = sk_cursor_of(extra);

	while (c.status == SK_OK && c.left >= 4) {
		unsigned id = sk_cursor_u16le(&c);
		struct sk_cursor field = sk_cursor_window(&c, sk_cursor_u16le(&c));
		if (id != 1)
			continue;
		if (entry->size == UINT32_MAX)
			entry->size = sk_cursor_u64le(&field);
		if (*packed == UINT32_MAX)
			*packed = sk_cursor_u64le(&field);
		if (*offset == UINT32_MAX)
			*offset = sk_cursor_u64le(&field);
		if (field.status != SK_OK)
			entry->broken = true;
	}
}

/* One central header; *span gets where its local header begins, packed only its length for now. */
static enum sk_status central_header(struct sk_cursor *c, struct zip_entry *entry, struct zip_span *span)
{
	if (c->left < ZIP_CENTRAL_BYTES || sk_cursor_u32le(c) != ZIP_CENTRAL)
		return SK_TRUNCATED;
	entry->made_by = sk_cursor_u16le(c);
	sk_cursor_skip(c, 2);
	unsigned flags = sk_cursor_u16le(c);
	entry->method = sk_cursor_u16le(c);
	entry->time = sk_cursor_u16le(c);
	entry->time |= (uint32_t)sk_cursor_u16le(c) << 16;
	entry->crc = sk_cursor_u32le(c);
	uint64_t packed = sk_cursor_u32le(c);
	entry->size = sk_cursor_u32le(c);
	size_t name_len = sk_cursor_u16le(c), extra_len = sk_cursor_u16le(c), comment_len = sk_cursor_u16le(c);
	sk_cursor_skip(c, 4);
	entry->external = sk_cursor_u32le(c);
	uint64_t offset = sk_cursor_u32le(c);
	entry->name = sk_cursor_take(c, name_len);
	entry->extra = sk_cursor_take(c, extra_len);
	sk_cursor_skip(c, comment_len);
	if (c->status != SK_OK)
		return c->status;
	if (name_len > limit(LIMIT_zip_name_bytes))
		return limit_reached(LIMIT_zip_name_bytes);
	entry->encrypted = (flags & ZIP_FLAG_ENCRYPTED) != 0;
	entry->utf8 = (flags & ZIP_FLAG_UTF8) != 0;
	extra_64(entry->extra, entry, &packed, &offset);
	*span = (struct zip_span){.begin = offset, .packed = packed, .flags = (uint16_t)flags};
	return SK_OK;
}

/* Holds the local header of one entry against the directory. False when something differs that was settled. */
static bool local_header(sk_bytes input, size_t directory, struct zip_entry *entry, struct zip_span *span)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(input, 0, directory));

	span->end = span->begin;
	if (span->begin > directory) {
		entry->broken = true;
		return false;
	}
	sk_cursor_skip(&c, (size_t)span->begin);
	if (sk_cursor_u32le(&c) != ZIP_LOCAL) {
		entry->broken = true;
		return false;
	}
	sk_cursor_skip(&c, 2);
	unsigned flags = sk_cursor_u16le(&c), method = sk_cursor_u16le(&c);
	sk_cursor_skip(&c, 4);
	uint32_t crc = sk_cursor_u32le(&c), packed = sk_cursor_u32le(&c), size = sk_cursor_u32le(&c);
	size_t name_len = sk_cursor_u16le(&c), extra_len = sk_cursor_u16le(&c);
	sk_bytes name = sk_cursor_take(&c, name_len);
	sk_cursor_skip(&c, extra_len);
	size_t begin = c.offset;
	entry->packed = sk_cursor_take(&c, span->packed > directory ? directory + 1 : (size_t)span->packed);
	if (c.status != SK_OK) {
		entry->broken = true;
		span->end = c.offset;
		return false;
	}
	span->end = begin + span->packed;
	bool sizes_later = (flags & ZIP_FLAG_DESCRIPTOR) != 0;
	bool same = method == entry->method && sk_bytes_equal(name, entry->name) &&
		    ((flags ^ span->flags) & ZIP_FLAG_ENCRYPTED) == 0;
	if (!sizes_later || crc != 0)
		same = same && crc == entry->crc;
	if (!sizes_later || packed != 0 || size != 0)
		same = same && (packed == UINT32_MAX || packed == (uint32_t)span->packed) &&
		       (size == UINT32_MAX || size == (uint32_t)entry->size);
	return same;
}

/* Spans in order of their begin must not overlap; gaps that no data descriptor (4.3.9) fills hide something. */
static enum sk_status check_spans(struct zip *zip, struct zip_span *spans, size_t prefix, size_t directory)
{
	uint32_t hidden = 0;
	size_t room = 0; /* that a data descriptor may take */
	uint64_t end = prefix;

	zip_spans_sort(spans, zip->entry_count);
	for (size_t i = 0; i < zip->entry_count; i++) {
		if (spans[i].end == spans[i].begin)
			continue; /* broken: no bytes */
		if (spans[i].begin < end)
			return SK_MALFORMED;
		hidden += spans[i].begin - end > room;
		end = spans[i].end;
		room = (spans[i].flags & ZIP_FLAG_DESCRIPTOR) != 0 ? ZIP_DESCRIPTOR_BYTES_MAX : 0;
	}
	if (end > directory)
		return SK_MALFORMED;
	hidden += directory - end > room;
	if (hidden > 0)
		zip_report(zip, FINDING_container_trailing, SK_BYTES("between entries"), hidden);
	return SK_OK;
}

static enum sk_status read_directory(struct zip *zip, sk_bytes input, const struct ends *ends, size_t at, size_t prefix,
				     struct sk_arena *arena)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(input, at, ends->at - at));
	uint32_t mismatches = 0;

	if (ends->entries > limit(LIMIT_zip_entries))
		return limit_reached(LIMIT_zip_entries);
	size_t room = (size_t)ends->entries + 1;
	zip->entries = sk_arena_array(arena, room, sizeof(*zip->entries));
	struct zip_span *spans = sk_arena_array(arena, room, sizeof(*spans));
	if (zip->entries == NULL || spans == NULL)
		return SK_LIMIT;
	for (size_t i = 0; i < ends->entries; i++) {
		struct zip_entry *entry = &zip->entries[i];
		SK_TRY(central_header(&c, entry, &spans[i]));
		if (sk_add(spans[i].begin, prefix, &spans[i].begin) == false)
			return SK_MALFORMED;
		if (!local_header(input, at, entry, &spans[i]))
			mismatches++;
		zip->entry_count++;
	}
	if (c.left != 0 && zip_signature_at(sk_bytes_of(c.at, c.left), 0) == ZIP_CENTRAL)
		return SK_MALFORMED; /* more headers than the end record counts: two programs would see two archives */
	if (c.left > 0)
		zip_report(zip, FINDING_container_trailing, SK_BYTES("behind the directory"), 1);
	if (mismatches > 0)
		zip_report(zip, FINDING_container_mismatch, SK_BYTES("local headers"), mismatches);
	return check_spans(zip, spans, prefix, at);
}

enum sk_status zip_open(struct zip *zip, sk_bytes input, struct sk_arena *arena, const struct finding_sink *findings)
{
	struct ends ends;
	size_t at = 0, prefix = 0;
	enum sk_status status = SK_TRUNCATED;

	*zip = (struct zip){.findings = findings};
	bool there = find_end(input, &ends, &at, &prefix);
	if (there && prefix > 0 && zip_signature_at(input, 0) == ZIP_LOCAL)
		return SK_MALFORMED; /* one container behind another: programs differ in which of the two they show */
	if (there)
		status = read_directory(zip, input, &ends, at, prefix, arena);
	if (status == SK_TRUNCATED)
		status = zip_repair(zip, input, arena);
	if (status != SK_OK)
		return status;
	if (there && !zip->repaired) {
		if (prefix > 0)
			zip_report(zip, FINDING_container_trailing, SK_BYTES("before the container"), 1);
		if (ends.after < input.len)
			zip_report(zip, FINDING_container_trailing, SK_BYTES("after the container"), 1);
		if (ends.comment > 0)
			zip_report(zip, FINDING_container_trailing, SK_BYTES("comment"), 1);
	}
	return zip_index(zip, arena);
}
