/* What the files of this room share: signatures and sizes of APPNOTE 4.3, spans of entries, repair, index. */
#ifndef FORMAT_ZIP_ZIP_PARTS_H
#define FORMAT_ZIP_ZIP_PARTS_H

#include "format/zip/zip.h"

#define ZIP_LOCAL 0x04034b50u
#define ZIP_CENTRAL 0x02014b50u
#define ZIP_DESCRIPTOR 0x08074b50u
#define ZIP_END 0x06054b50u
#define ZIP64_END 0x06064b50u
#define ZIP64_LOCATOR 0x07064b50u

#define ZIP_LOCAL_BYTES 30
#define ZIP_CENTRAL_BYTES 46
#define ZIP_END_BYTES 22
#define ZIP64_LOCATOR_BYTES 20
#define ZIP_DESCRIPTOR_BYTES_MAX 24

#define ZIP_FLAG_ENCRYPTED 0x0001u
#define ZIP_FLAG_DESCRIPTOR 0x0008u
#define ZIP_FLAG_UTF8 0x0800u

/* The bytes of one entry, local header and data. */
struct zip_span {
	size_t begin, end; /* equal when the entry is broken */
	uint64_t packed;
	uint16_t flags;
};

/* The four bytes at offset as a little-endian number; 0 beyond the end. */
uint32_t zip_signature_at(sk_bytes input, size_t offset);
/* Sorts by begin, then end; no recursion, no memory, at most n log n steps whatever the order is. */
void zip_spans_sort(struct zip_span *spans, size_t count);
/* Reads the local headers one after another when the directory is lost; sets repaired. */
enum sk_status SK_MUST_USE zip_repair(struct zip *zip, sk_bytes input, struct sk_arena *arena);
/* Builds the hash index of the folded names. */
enum sk_status SK_MUST_USE zip_index(struct zip *zip, struct sk_arena *arena);
void zip_report(const struct zip *zip, enum finding_code code, sk_bytes detail, uint32_t count);

#endif
