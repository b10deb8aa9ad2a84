/* Is it an archive of documents? A ZIP whose entries do not make it a package of a kind of its own. */
#include "format/archive/archive.h"

/* Packages by the media type in their first entry (OpenDocument 1.3 part 2, 3.3; EPUB OCF 3.3, 4.2.2). */
static const struct {
	const char *type;
	unsigned kind;
} packages[] = {
	{"application/vnd.oasis.opendocument.text", KIND_odt},
	{"application/vnd.oasis.opendocument.spreadsheet", KIND_ods},
	{"application/vnd.oasis.opendocument.presentation", KIND_odp},
	{"application/vnd.oasis.opendocument.", KIND_odf},
	{"application/epub+zip", KIND_epub},
};

static unsigned package_kind(struct zip *zip, struct sk_arena *arena)
{
	sk_bytes type = {NULL, 0};
	const struct zip_entry *entry = zip_find(zip, SK_BYTES("mimetype"));

	if (entry != NULL && entry->size < 256 && zip_read(zip, entry, arena, &type) == SK_OK)
		for (size_t i = 0; i < SK_COUNT(packages); i++)
			if (sk_bytes_starts(type, sk_bytes_str(packages[i].type)))
				return packages[i].kind;
	if (zip_find(zip, SK_BYTES("AndroidManifest.xml")) != NULL)
		return KIND_apk;
	if (zip_find(zip, SK_BYTES("META-INF/MANIFEST.MF")) != NULL)
		return KIND_jar;
	return KIND_zip;
}

void archive_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	struct zip zip;
	bool at_start = sk_bytes_starts(input, SK_BYTES("PK\x03\x04")) || sk_bytes_starts(input, SK_BYTES("PK\x05\x06"));

	if (!at_start && sk_bytes_find(sk_bytes_slice(input, 0, 4096), SK_BYTES("PK\x03\x04"), 0) == SIZE_MAX)
		return;
	enum sk_status status = zip_open(&zip, input, arena, NULL);
	if (status != SK_OK && !(at_start && status == SK_LIMIT)) {
		if (at_start) /* it says that it is one, and is damaged: reading says how */
			*bid = (struct format_bid){.bits = FORMAT_BID_STRONG, .kind = KIND_zip, .taken = true};
		return;
	}
	if (status == SK_OK && zip_find(&zip, SK_BYTES("[Content_Types].xml")) != NULL)
		return; /* an Office package: that family bids */
	*bid = (struct format_bid){.bits = at_start ? FORMAT_BID_STRONG + 16 : FORMAT_BID_STRONG, .kind = KIND_zip, .taken = true};
	if (status != SK_OK)
		return;
	bid->kind = package_kind(&zip, arena);
	bid->taken = bid->kind == KIND_zip;
}
