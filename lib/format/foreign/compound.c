/*
 * Which OLE2 compound file (MS-CFB) is this? By the streams and the class of its root storage.
 *
 * What the attacker controls here: every byte, so every sector number. The directory is read by its chain, at most SECTORS
 * long; siblings are a tree in which each entry is visited at most once by counting.
 */
#include "format/foreign/foreign.h"

#define SECTORS 1024u       /* of the directory: 4096 entries at least */
#define ENTRY 128u
#define NO_ENTRY 0xFFFFFFFFu
#define LAST_SECTOR 0xFFFFFFFAu /* this and above are no sector numbers */
#define NAME_MAX 32u
#define PENDING 64u         /* siblings whose own siblings are still to be seen */

struct compound {
	sk_bytes input;
	size_t sector_len;
	uint32_t sectors[SECTORS]; /* of the directory, in order */
	size_t count;
};

static const struct {
	const char *name;
	unsigned kind;
	bool encrypted;
} streams[] = {
	{"EncryptedPackage", KIND_ooxml_encrypted, true},
	{"EncryptionInfo", KIND_ooxml_encrypted, true},
	{"\006DataSpaces", KIND_ooxml_encrypted, true},
	{"WordDocument", KIND_doc, false},
	{"PowerPoint Document", KIND_ppt, false},
	{"PP97_DUALSTORAGE", KIND_ppt, false},
	{"Workbook", KIND_xls, false},
	{"Book", KIND_xls, false},
	{"__properties_version1.0", KIND_msg, false},
	{"__nameid_version1.0", KIND_msg, false},
	{"JSCompDocument", KIND_jtd, false},
	{"DocumentText", KIND_jtd, false},
	{"JSRV_SegmentInformation", KIND_jtd, false},
	{"DocumentViewStyles", KIND_jtd, false},
};

static uint32_t u32_at(sk_bytes b, size_t offset)
{
	struct sk_cursor at = sk_cursor_of(sk_bytes_slice(b, offset, 4));
	return sk_cursor_u32le(&at);
}

static sk_bytes sector(const struct compound *c, uint32_t number)
{
	size_t offset;
	if (number >= LAST_SECTOR || !sk_mul((size_t)number + 1, c->sector_len, &offset))
		return (sk_bytes){NULL, 0};
	return sk_bytes_slice(c->input, offset, c->sector_len);
}

/* The sector after number, by the FAT; only the 109 FAT sectors of the header are followed: 7 MB of 512-byte sectors, and the
 * directory of larger files mostly begins there. */
static uint32_t next_of(const struct compound *c, uint32_t number)
{
	size_t each = c->sector_len / 4, index = number / each;
	if (index >= 109)
		return NO_ENTRY;
	sk_bytes fat = sector(c, u32_at(c->input, 76 + 4 * index));
	return fat.len < c->sector_len ? NO_ENTRY : u32_at(fat, number % each * 4);
}

static bool open_directory(struct compound *c, sk_bytes input)
{
	struct sk_cursor header = sk_cursor_of(sk_bytes_slice(input, 30, 2));
	uint16_t shift = sk_cursor_u16le(&header);
	*c = (struct compound){.input = input};
	if (input.len < 1024 || (shift != 9 && shift != 12))
		return false;
	c->sector_len = (size_t)1 << shift;
	for (uint32_t at = u32_at(input, 48); at < LAST_SECTOR && c->count < SECTORS; at = next_of(c, at))
		c->sectors[c->count++] = at;
	return c->count > 0;
}

/* 128 bytes of an entry, or fewer when it is not there. */
static sk_bytes entry(const struct compound *c, uint32_t id)
{
	size_t each = c->sector_len / ENTRY;
	if (id / each >= c->count)
		return (sk_bytes){NULL, 0};
	return sk_bytes_slice(sector(c, c->sectors[id / each]), id % each * ENTRY, ENTRY);
}

/* The name in ASCII; other characters are left out. */
static size_t name_of(sk_bytes e, char name[NAME_MAX + 1])
{
	size_t len = 0;
	for (size_t i = 0; i < NAME_MAX; i++) {
		if (e.at[2 * i] == 0 && e.at[2 * i + 1] == 0)
			break;
		if (e.at[2 * i + 1] == 0 && e.at[2 * i] < 0x80)
			name[len++] = (char)e.at[2 * i];
	}
	name[len] = 0;
	return len;
}

static void judge(sk_bytes e, struct format_bid *bid, size_t *best)
{
	char name[NAME_MAX + 1];
	size_t len = name_of(e, name);
	for (size_t i = 0; i < *best; i++)
		if (sk_bytes_equal_nocase(sk_bytes_of(name, len), sk_bytes_str(streams[i].name))) {
			*best = i;
			bid->kind = streams[i].kind;
			bid->status = streams[i].encrypted ? SK_ENCRYPTED : SK_OK;
		}
}

/* Class ids of Windows Installer: packages, patches, transforms. */
static bool is_installer(sk_bytes root)
{
	sk_bytes class = sk_bytes_slice(root, 80, 16);
	return sk_bytes_equal(sk_bytes_slice(class, 4, 12), SK_BYTES("\0\0\0\0\xC0\0\0\0\0\0\0\x46")) && class.at[1] == 0x10 &&
	       class.at[2] == 0x0C && class.at[3] == 0 && (class.at[0] == 0x82 || class.at[0] == 0x84 || class.at[0] == 0x86);
}

void foreign_bid_compound(sk_bytes input, struct format_bid *bid)
{
	struct compound c;
	uint32_t pending[PENDING];
	size_t waiting = 0, visits = 0, best = SK_COUNT(streams);
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (!sk_bytes_starts(input, SK_BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")))
		return;
	*bid = (struct format_bid){.bits = 64, .kind = KIND_ole2};
	if (!open_directory(&c, input))
		return;
	sk_bytes root = entry(&c, 0);
	if (root.len < ENTRY)
		return;
	pending[waiting++] = u32_at(root, 76);
	while (waiting > 0 && visits++ < c.count * (c.sector_len / ENTRY)) {
		sk_bytes e = entry(&c, pending[--waiting]);
		if (e.len < ENTRY)
			continue;
		judge(e, bid, &best);
		for (size_t side = 68; side <= 72; side += 4)
			if (u32_at(e, side) != NO_ENTRY && waiting < PENDING)
				pending[waiting++] = u32_at(e, side);
	}
	if (is_installer(root) && bid->kind == KIND_ole2)
		bid->kind = KIND_executable;
}
