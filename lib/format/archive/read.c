/*
 * An archive to records: every entry a job of its own, what is clean is said.
 *
 * What the attacker controls: names, modes, dates, how often a name comes, what an entry expands to.
 */
#include "format/archive/archive.h"

#include "format/archive/archive_vocabulary.h"
#include "conf/conf.h"
#include "format/name.h"

#define HOST_UNIX 3
#define HOST_MAC 19
#define MODE_TYPE 0170000u
#define MODE_FOLDER 0040000u
#define MODE_FILE 0100000u
#define DOS_FOLDER 0x10u

struct reading {
	struct format_read *job;
	struct zip zip;
	struct archive_names names;
	size_t files, said; /* entries that are files, and how many of them were said */
};

static void report(struct reading *r, enum finding_code code, sk_bytes name)
{
	finding_report(r->job->findings, code, FINDING_ENTRY, name, name, 1);
}

/* How an entry is packed (4.4.5), for people. */
static sk_bytes method_name(unsigned method, struct sk_buf *number)
{
	static const struct {
		unsigned method;
		const char *name;
	} names[] = {{1, "Shrink"}, {6, "Implode"}, {9, "Deflate64"}, {10, "PKWARE DCL"}, {12, "BZIP2"}, {14, "LZMA"}, {93, "Zstandard"},
		     {95, "XZ"}, {96, "JPEG"}, {97, "WavPack"}, {98, "PPMd"}};

	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (names[i].method == method)
			return sk_bytes_str(names[i].name);
	sk_buf_decimal(number, method);
	return sk_buf_bytes(number);
}

/* Why the bytes of an entry can't be had. */
static void report_unread(struct reading *r, const struct zip_entry *entry, enum sk_status why, sk_bytes name)
{
	uint8_t digits[8];
	struct sk_buf number;
	enum finding_code code = FINDING_entry_damaged;
	sk_bytes detail = SK_BYTES("");

	sk_buf_fixed(&number, digits, sizeof digits);
	if (why == SK_ENCRYPTED) {
		code = FINDING_entry_password;
	} else if (why == SK_UNSUPPORTED) {
		code = FINDING_entry_method;
		detail = method_name(entry->method, &number);
	} else if (why == SK_LIMIT) {
		code = FINDING_entry_limit;
		detail = sk_bytes_str(limit_rows[limit_last()].name);
	}
	finding_report(r->job->findings, code, FINDING_ENTRY, name, detail, 1);
}

/* The type bits of a Unix mode; 0 where the archive's maker had none. */
static unsigned mode_type(const struct zip_entry *entry)
{
	unsigned host = entry->made_by >> 8;

	return host == HOST_UNIX || host == HOST_MAC ? entry->external >> 16 & MODE_TYPE : 0;
}

static bool is_folder(const struct zip_entry *entry, sk_bytes name)
{
	return sk_bytes_ends(name, SK_BYTES("/")) || mode_type(entry) == MODE_FOLDER || (entry->size == 0 && (entry->external & DOS_FOLDER) != 0);
}

/* ---- names ---- */

/* "name (2).ext": the part before the last dot gets the number. */
static sk_bytes numbered(sk_bytes name, unsigned number, struct sk_arena *arena)
{
	struct sk_buf buf;
	size_t dot = name.len;

	while (dot > 0 && name.at[dot - 1] != '.' && name.at[dot - 1] != '/')
		dot--;
	size_t stem = dot > 0 && name.at[dot - 1] == '.' ? dot - 1 : name.len;
	sk_buf_init(&buf, arena, ARCHIVE_NAME_MAX);
	sk_buf_put(&buf, sk_bytes_slice(name, 0, stem));
	sk_buf_str(&buf, " (");
	sk_buf_decimal(&buf, number);
	sk_buf_str(&buf, ")");
	sk_buf_put(&buf, sk_bytes_slice(name, stem, name.len));
	return buf.status == SK_OK ? sk_buf_bytes(&buf) : sk_bytes_slice(name, 0, 0);
}

/* A name like this one that is still free; empty after many tries. */
static sk_bytes free_name(struct reading *r, sk_bytes name, bool *changed)
{
	if (archive_names_add(&r->names, name))
		return name;
	*changed = true;
	for (unsigned number = 2; number < 1000; number++) {
		sk_bytes other = numbered(name, number, r->job->arena);
		if (other.len > 0 && archive_names_add(&r->names, other))
			return other;
	}
	return sk_bytes_slice(name, 0, 0);
}

/* The name under which a clean file of this kind goes out. */
static sk_bytes file_name(struct reading *r, sk_bytes name, unsigned kind, bool changed, sk_bytes before)
{
	struct sk_buf buf;
	size_t slash = name.len;

	while (slash > 0 && name.at[slash - 1] != '/')
		slash--;
	sk_buf_init(&buf, r->job->arena, ARCHIVE_NAME_MAX);
	sk_buf_put(&buf, sk_bytes_slice(name, 0, slash));
	changed |= format_name_fit(sk_bytes_slice(name, slash, name.len), kind, &buf);
	if (buf.status != SK_OK)
		return sk_bytes_slice(name, 0, 0);
	sk_bytes out = free_name(r, sk_buf_bytes(&buf), &changed);
	if (changed && out.len > 0)
		report(r, FINDING_entry_name_changed, before);
	return out;
}

/* ---- saying ---- */

static void say_entry(struct reading *r, uint16_t node, sk_bytes name, const struct zip_entry *entry, const struct format_inner *inner)
{
	struct neutral_out *out = r->job->out;

	neutral_open(out, node);
	neutral_attr_bytes(out, ARCHIVE_ATTR_entry_name, name);
	if (inner != NULL)
		neutral_attr_number(out, ARCHIVE_ATTR_entry_inner, inner->number);
	neutral_attr_number(out, ARCHIVE_ATTR_entry_time, entry->time);
	neutral_close(out);
}

static void read_folder(struct reading *r, const struct zip_entry *entry, sk_bytes name)
{
	struct sk_buf buf;

	sk_buf_init(&buf, r->job->arena, ARCHIVE_NAME_MAX);
	sk_buf_put(&buf, name);
	if (!sk_bytes_ends(name, SK_BYTES("/")))
		sk_buf_u8(&buf, '/');
	if (buf.status == SK_OK && archive_names_add(&r->names, sk_buf_bytes(&buf)))
		say_entry(r, ARCHIVE_NODE_entry_folder, sk_buf_bytes(&buf), entry, NULL);
}

/* Runs the inner job and says the file when it is clean. The expanded bytes live only for the job. */
static enum sk_status read_file(struct reading *r, const struct zip_entry *entry, sk_bytes name, bool changed, sk_bytes before)
{
	struct sk_arena *arena = r->job->arena;
	struct format_inner inner = {.kind = KIND_text};
	sk_bytes bytes;
	size_t mark = sk_arena_mark(arena);

	r->files++;
	limit_forget();
	enum sk_status status = zip_read(&r->zip, entry, arena, &bytes);
	if (status != SK_OK) {
		sk_arena_release(arena, mark);
		report_unread(r, entry, status, before);
		return SK_OK;
	}
	bool empty = bytes.len == 0;
	if (!empty)
		status = r->job->inner(r->job->context, bytes, FINDING_ENTRY, before, &inner);
	sk_arena_release(arena, mark);
	if (status == SK_FAULT)
		return status;
	sk_bytes out = status == SK_OK && (empty || inner.clean) ? file_name(r, name, inner.kind, changed, before) : sk_bytes_slice(name, 0, 0);
	if (out.len == 0) {
		report(r, FINDING_entry_left_out, before);
		return SK_OK;
	}
	r->said++;
	say_entry(r, ARCHIVE_NODE_entry_file, out, entry, empty ? NULL : &inner);
	return SK_OK;
}

/* The same name once more: programs differ in which of the two they show. */
static bool is_repeated(const struct reading *r, const struct zip_entry *entry)
{
	return zip_find(&r->zip, entry->name) != entry;
}

static enum sk_status read_entry(struct reading *r, const struct zip_entry *entry)
{
	bool changed;
	sk_bytes before = archive_name_decode(entry, r->job->arena);
	sk_bytes name = archive_name_clean(before, r->job->arena, &changed);
	unsigned type = mode_type(entry);

	if (type != 0 && type != MODE_FILE && type != MODE_FOLDER) {
		report(r, FINDING_entry_special, before);
		return SK_OK;
	}
	if (name.len == 0) {
		if (!is_folder(entry, before)) {
			r->files++;
			report(r, FINDING_entry_left_out, before);
		}
		return SK_OK;
	}
	if (is_folder(entry, before)) {
		if (entry->size > 0) /* what hides in a folder */
			report(r, FINDING_entry_special, before);
		read_folder(r, entry, name);
		return SK_OK;
	}
	if (is_repeated(r, entry)) {
		report(r, FINDING_entry_duplicate, before);
		return SK_OK;
	}
	return read_file(r, entry, name, changed, before);
}

enum sk_status archive_read(struct format_read *job)
{
	struct reading *r = sk_arena_make(job->arena, sizeof *r);

	if (r == NULL)
		return SK_LIMIT;
	r->job = job;
	SK_TRY(zip_open(&r->zip, job->input, job->arena, job->findings));
	SK_TRY(archive_names_init(&r->names, r->zip.entry_count + 1, job->arena));
	size_t files = 0, locked = 0;
	for (size_t i = 0; i < r->zip.entry_count; i++) {
		files += r->zip.entries[i].size > 0;
		locked += r->zip.entries[i].size > 0 && r->zip.entries[i].encrypted;
	}
	if (files > 0 && locked == files)
		return SK_ENCRYPTED; /* the sender is told of the password, not of each entry */
	if (files > limit(LIMIT_inner_count))
		return limit_reached(LIMIT_inner_count);
	neutral_open(job->out, ARCHIVE_NODE_archive_archive);
	for (size_t i = 0; i < r->zip.entry_count; i++)
		SK_TRY(read_entry(r, &r->zip.entries[i]));
	neutral_close(job->out);
	if (r->files > 0 && r->said == 0) {
		finding_report(job->findings, FINDING_blocked_inside, FINDING_WHOLE, SK_BYTES(""), SK_BYTES(""), 1);
		return SK_UNSUPPORTED;
	}
	return job->arena->exhausted ? SK_LIMIT : job->out->status;
}
