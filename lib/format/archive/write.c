/* Records to an archive. What the attacker controls: names and numbers in the records; names are judged again here. */
#include "format/archive/archive.h"

#include "format/archive/archive_vocabulary.h"
#include "conf/conf.h"
#include "format/name.h"

struct writing {
	struct format_write *job;
	struct zip_writer zip;
	struct archive_names names;
};

struct entry {
	sk_bytes name;
	bool folder, has_inner;
	uint32_t inner;
	uint32_t time;
};

/* A date that is none becomes the first one of MS-DOS. */
static uint32_t valid_time(int64_t time)
{
	unsigned second = (unsigned)time & 31, minute = (unsigned)(time >> 5) & 63, hour = (unsigned)(time >> 11) & 31;
	unsigned day = (unsigned)(time >> 16) & 31, month = (unsigned)(time >> 21) & 15;
	bool valid = second < 30 && minute < 60 && hour < 24 && day >= 1 && month >= 1 && month <= 12;

	return valid ? (uint32_t)time : ZIP_NO_TIME;
}

static enum sk_status take_attributes(struct writing *w, struct entry *entry)
{
	struct neutral_record record;

	*entry = (struct entry){.time = ZIP_NO_TIME};
	for (;;) {
		SK_TRY(neutral_next(w->job->in, &record));
		if (record.op == NEUTRAL_CLOSE)
			break;
		if (record.op != NEUTRAL_ATTR)
			return SK_MALFORMED;
		if (record.attr == ARCHIVE_ATTR_entry_name) {
			entry->name = sk_arena_copy(w->job->arena, record.bytes);
		} else if (record.attr == ARCHIVE_ATTR_entry_inner) {
			entry->has_inner = true;
			entry->inner = (uint32_t)record.number;
		} else {
			entry->time = valid_time(record.number);
		}
	}
	entry->folder = record.node == ARCHIVE_NODE_entry_folder;
	return entry->name.len > 0 ? SK_OK : SK_MALFORMED;
}

static sk_bytes base_name(sk_bytes name)
{
	size_t slash = name.len;

	while (slash > 0 && name.at[slash - 1] != '/')
		slash--;
	return sk_bytes_slice(name, slash, name.len);
}

/* The name is safe, new, and says what the file is. */
static bool name_allowed(struct writing *w, const struct entry *entry, unsigned kind)
{
	if (!archive_name_allowed(entry->name, w->job->arena) || !archive_names_add(&w->names, entry->name))
		return false;
	bool ends_as_folder = sk_bytes_ends(entry->name, SK_BYTES("/"));
	return entry->folder ? ends_as_folder && !entry->has_inner : !ends_as_folder && format_name_fits(base_name(entry->name), kind);
}

static enum sk_status write_entry(struct writing *w)
{
	struct entry entry;
	sk_bytes bytes = {NULL, 0};
	unsigned kind = KIND_text; /* an empty file */

	SK_TRY(take_attributes(w, &entry));
	if (entry.has_inner)
		SK_TRY(w->job->inner(w->job->context, entry.inner, &bytes, &kind));
	if (!name_allowed(w, &entry, kind))
		return SK_MALFORMED;
	bool compress = kind == KIND_text || kind == KIND_csv || kind == KIND_tsv;
	return zip_write_dated(&w->zip, entry.name, bytes, compress, entry.time);
}

enum sk_status archive_write(struct format_write *job)
{
	struct neutral_record record;
	struct writing *w = sk_arena_make(job->arena, sizeof *w);

	if (w == NULL)
		return SK_LIMIT;
	w->job = job;
	zip_writer_init(&w->zip, job->put, job->context, job->arena);
	SK_TRY(archive_names_init(&w->names, (size_t)limit(LIMIT_zip_entries), job->arena));
	SK_TRY(neutral_next(job->in, &record)); /* the root: nothing else can open a stream */
	for (;;) {
		SK_TRY(neutral_next(job->in, &record));
		if (record.op == NEUTRAL_CLOSE)
			return zip_finish(&w->zip);
		if (record.op != NEUTRAL_OPEN)
			return SK_MALFORMED;
		SK_TRY(write_entry(w));
	}
}
