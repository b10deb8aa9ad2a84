/*
 * zip: ZIP containers (PKWARE APPNOTE 6.3.10), the part of them that documents and ordinary archives use.
 *
 * Reading: the central directory (4.3.12) is the truth; each local header (4.3.7) is held against it and what differs is
 * settled in the directory's favour with a finding. Entries overlap neither each other nor the directory. Stored and deflate
 * only. A file whose directory is lost is read by its local headers, with a finding. Writing: no time, no extra fields, no
 * descriptors, one order: the same entries give the same bytes.
 */
#ifndef FORMAT_ZIP_ZIP_H
#define FORMAT_ZIP_ZIP_H

#include "base/base.h"
#include "neutral/finding.h"

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

struct zip_entry {
	sk_bytes name;       /* as it stands in the directory; for packages `\` became `/` in zip_find only */
	sk_bytes packed;     /* its bytes in the container, borrowed */
	sk_bytes extra;      /* the directory's extra field (4.5), borrowed; for names in Unicode */
	uint64_t size;       /* bytes when expanded, as the directory says */
	uint32_t crc;        /* CRC-32 of the expanded bytes */
	uint32_t time;       /* MS-DOS date << 16 | time (4.4.6) */
	uint32_t external;   /* external attributes (4.4.15): Unix mode << 16 when made_by says Unix */
	uint16_t method;     /* enum zip_method, or another one: zip_read says SK_UNSUPPORTED */
	uint16_t made_by;    /* host << 8 | version (4.4.2) */
	bool encrypted;      /* bit 0 of the general purpose flag: zip_read says SK_ENCRYPTED */
	bool broken;         /* its local header or its bytes are not there: zip_read says SK_MALFORMED */
	bool utf8;           /* bit 11: the name is UTF-8 */
};

struct zip {
	struct zip_entry *entries; /* in the order of the directory */
	size_t entry_count;
	bool repaired;             /* no directory: entries are those of the local headers */
	uint64_t expanded;         /* bytes expanded by zip_read so far, against LIMIT_zip_total_bytes */
	uint32_t *slots;           /* hash of the folded name to entry + 1; slot_count is a power of two */
	size_t slot_count;
	const struct finding_sink *findings;
};

/* Opens a container; entries and index live in arena, names and packed bytes are borrowed from input. Findings go to findings
 * (NULL: nowhere). SK_MALFORMED when there is no ZIP or entries overlap, SK_LIMIT at LIMIT_zip_entries or LIMIT_zip_name_bytes,
 * SK_UNSUPPORTED for multi-disk ones. */
enum sk_status SK_MUST_USE zip_open(struct zip *zip, sk_bytes input, struct sk_arena *arena, const struct finding_sink *findings);

/* The entry of that name: the exact one, else the first that is equal when ASCII case is folded (ECMA-376 part 2, 6.2.2.3) and `\`
 * means `/`; NULL when there is none. */
const struct zip_entry *zip_find(const struct zip *zip, sk_bytes name);

/* Expands an entry; *out lives in arena, or in the input when stored. SK_ENCRYPTED, SK_UNSUPPORTED (method), SK_MALFORMED
 * (stream or CRC), SK_LIMIT (LIMIT_zip_entry_bytes, _total_bytes, _ratio, or the arena). */
enum sk_status SK_MUST_USE zip_read(struct zip *zip, const struct zip_entry *entry, struct sk_arena *arena, sk_bytes *out);

struct zip_writer {
	enum sk_status (*put)(void *context, sk_bytes bytes); /* appends to the output, in order */
	void *context;
	struct sk_arena *arena;  /* packed bytes of one entry at a time */
	struct sk_buf directory;
	uint64_t offset;
	uint64_t count;
};

/* A writer to put. Takes ZIP_DIRECTORY_MAX bytes from the arena's far end for the directory, so that callers may mark and release
 * around zip_write; an entry that does not fit there is SK_LIMIT. */
void zip_writer_init(struct zip_writer *writer, enum sk_status (*put)(void *context, sk_bytes bytes), void *context,
		     struct sk_arena *arena);
/* Appends an entry; name is UTF-8 (bit 11 is set when it is not ASCII). compress: deflate when that is smaller. time is MS-DOS
 * date << 16 | time; ZIP_NO_TIME for 1980-01-01. */
enum sk_status SK_MUST_USE zip_write(struct zip_writer *writer, sk_bytes name, sk_bytes bytes, bool compress);
enum sk_status SK_MUST_USE zip_write_dated(struct zip_writer *writer, sk_bytes name, sk_bytes bytes, bool compress, uint32_t time);
/* Writes the directory and the end record (ZIP64 ones when needed, 4.3.14). */
enum sk_status SK_MUST_USE zip_finish(struct zip_writer *writer);

#define ZIP_NO_TIME 0x00210000u
#define ZIP_DIRECTORY_MAX ((size_t)16 << 20)

#endif
