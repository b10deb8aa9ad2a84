/*
 * Kinds by fixed bytes at a fixed place, and the few that have theirs elsewhere: PDF, programs of DOS and Windows, tar.
 *
 * What the attacker controls here: every byte; a wrong answer names another kind that is not taken either.
 */
#include "format/foreign/foreign.h"

struct signature {
	unsigned kind;
	size_t offset;
	const char *bytes;
	size_t len;
	const char *mask;
	size_t mask_len;
};

static const struct signature signatures[] = {
#define SIGNATURE(kind, offset, bytes, mask) {KIND_##kind, offset, bytes, sizeof(bytes) - 1, mask, sizeof(mask) - 1},
#include "format/foreign/signatures.def"
#undef SIGNATURE
};

static void offer(struct format_bid *bid, unsigned bits, unsigned kind)
{
	if (bits > bid->bits) {
		bid->bits = bits;
		bid->kind = kind;
	}
}

/* How many bits agree: all that count, or none. */
static unsigned bits_of(sk_bytes input, const struct signature *s)
{
	sk_bytes there = sk_bytes_slice(input, s->offset, s->len);
	unsigned bits = 0;
	if (there.len < s->len)
		return 0;
	for (size_t i = 0; i < s->len; i++) {
		uint8_t mask = i < s->mask_len ? (uint8_t)s->mask[i] : s->mask_len == 0 ? 0xFF : 0;
		if (((there.at[i] ^ (uint8_t)s->bytes[i]) & mask) != 0)
			return 0;
		bits += (unsigned)__builtin_popcount(mask);
	}
	return bits;
}

/* Form data of PDF (ISO 32000-2 12.7.8): it acts on a document elsewhere. Behind other bytes it counts only with an object or an end. */
static void bid_form_data(sk_bytes input, struct format_bid *bid)
{
	size_t at = sk_bytes_find(sk_bytes_slice(input, 0, 1024 + 8), SK_BYTES("%FDF-"), 0);
	if (at == SIZE_MAX || at > 1024)
		return;
	sk_bytes tail = input.len > 2048 ? sk_bytes_slice(input, input.len - 2048, 2048) : input;
	bool has_object = sk_bytes_find(sk_bytes_slice(input, at, 65536), SK_BYTES(" obj"), 0) != SIZE_MAX;
	bool has_end = sk_bytes_find(tail, SK_BYTES("%%EOF"), 0) != SIZE_MAX;
	if (at == 0 || has_object || has_end)
		offer(bid, 40, KIND_pdf);
}

/* MZ, with a new header or at least the sizes of a program (PE/COFF specification, 2). */
static void bid_program(sk_bytes input, struct format_bid *bid)
{
	if (input.len < 4 || (!sk_bytes_starts(input, SK_BYTES("MZ")) && !sk_bytes_starts(input, SK_BYTES("ZM"))))
		return;
	struct sk_cursor at = sk_cursor_of(sk_bytes_slice(input, 0x3C, 4));
	uint32_t header = sk_cursor_u32le(&at);
	sk_bytes two = sk_bytes_slice(input, header, 2);
	bool known = sk_bytes_equal(two, SK_BYTES("PE")) || sk_bytes_equal(two, SK_BYTES("NE")) || sk_bytes_equal(two, SK_BYTES("LE")) ||
		     sk_bytes_equal(two, SK_BYTES("LX"));
	bool is_binary = false;
	for (size_t i = 2; i < sk_min(28, input.len); i++)
		is_binary |= input.at[i] == 0;
	if (known || is_binary)
		offer(bid, known ? 48 : 20, KIND_executable);
}

/* A tar of before POSIX: the first header's checksum is right (POSIX ustar, "chksum"). */
static void bid_old_tar(sk_bytes input, struct format_bid *bid)
{
	uint32_t sum = 0, said = 0;
	if (input.len < 512 || input.at[0] == 0)
		return;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : input.at[i];
	size_t at = 148;
	while (at < 156 && input.at[at] == ' ')
		at++;
	for (; at < 156 && input.at[at] >= '0' && input.at[at] <= '7'; at++)
		said = said << 3 | (uint32_t)(input.at[at] - '0');
	if (said == sum && said > 256)
		offer(bid, 32, KIND_tar);
}

/* Fixed-size disks of Virtual PC have their cookie in a footer; boot sectors of FAT and NTFS images. */
static void bid_disk(sk_bytes input, struct format_bid *bid)
{
	if (input.len >= 1024 && sk_bytes_starts(sk_bytes_slice(input, input.len - 512, 512), SK_BYTES("conectix")))
		offer(bid, 64, KIND_disk_image);
	sk_bytes sector = sk_bytes_slice(input, 0, 512);
	if (sector.len == 512 && sector.at[510] == 0x55 && sector.at[511] == 0xAA && (sector.at[0] == 0xEB || sector.at[0] == 0xE9))
		offer(bid, 24, KIND_disk_image);
	if (input.len > 0x8006 && sk_bytes_equal(sk_bytes_slice(input, 0x8001, 5), SK_BYTES("BEA01")))
		offer(bid, 40, KIND_disk_image);
}

void foreign_bid_signature(sk_bytes input, struct format_bid *bid)
{
	*bid = (struct format_bid){.kind = KIND_unknown};
	for (size_t i = 0; i < SK_COUNT(signatures); i++)
		offer(bid, bits_of(input, &signatures[i]), signatures[i].kind);
	bid_form_data(input, bid);
	bid_program(input, bid);
	bid_old_tar(input, bid);
	bid_disk(input, bid);
}
