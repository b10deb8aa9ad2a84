/*
 * archive: ZIP archives of documents. Each entry is a job of its own; what comes out clean goes into a new archive, in the same order, with
 * its date, under a name that is safe on every system. Packages that are ZIP inside (Office, OpenDocument, Java) are not archives here.
 */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H

#include "format/format.h"
#include "format/zip/zip.h"

void archive_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid);
enum sk_status archive_read(struct format_read *job);
enum sk_status archive_write(struct format_write *job);

/* ---- names ---- */

#define ARCHIVE_NAME_MAX 1024     /* bytes of a path */
#define ARCHIVE_COMPONENT_MAX 200 /* bytes of one name in it: file systems take 255, and room for " (2)" and an extension is left */

/* The name of an entry as UTF-8, from whatever set of characters it is in (UTF-8 flag, Unicode path extra field, UTF-8 or Windows-31J by
 * its bytes, else IBM 437), borrowed from arena. Empty when there is none. */
sk_bytes archive_name_decode(const struct zip_entry *entry, struct sk_arena *arena);
/* The decoded name made safe: relative, `/` between parts, no `..`, no control, direction or zero-width characters, no reserved names,
 * kana composed; a folder's ends in `/`. Empty when nothing is left. *changed is set when it is another name. */
sk_bytes archive_name_clean(sk_bytes name, struct sk_arena *arena, bool *changed);
/* True when archive_name_clean would leave it as it is: what the writer demands. */
bool archive_name_allowed(sk_bytes name, struct sk_arena *arena);

/* Names that were given out; two that a file system could take for one (case, width of ASCII) are the same. */
struct archive_names {
	struct archive_name_slot { sk_bytes folded; } *slots;
	size_t slot_count, count;
	struct sk_arena *arena;
};
/* Room for max names. SK_LIMIT at the arena's budget. */
enum sk_status SK_MUST_USE archive_names_init(struct archive_names *names, size_t max, struct sk_arena *arena);
/* Adds a name; false when one like it is there. */
bool archive_names_add(struct archive_names *names, sk_bytes name);

#endif
