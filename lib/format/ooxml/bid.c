/*
 * Is this an Office package, and which? A zip with [Content_Types].xml that names a main part (ECMA-376 part 2, 7.2).
 *
 * What the attacker controls here: everything; a wrong bid only leads to another refusal.
 */
#include "format/ooxml/ooxml.h"

/* Packages of the same container that are known and not taken. */
static const struct {
	const char *content_type;
	uint16_t kind;
} foreign_rows[] = {
	{"application/vnd.ms-excel.sheet.binary.macroEnabled.main", KIND_xlsb},
	{"application/vnd.openxmlformats-officedocument.themeManager+xml", KIND_thmx},
};

static const uint8_t kind_of_main[] = {
	[OOXML_WORD_PackageMain_docx] = KIND_docx, [OOXML_WORD_PackageMain_dotx] = KIND_dotx,
	[OOXML_WORD_PackageMain_xlsx] = KIND_xlsx, [OOXML_WORD_PackageMain_xltx] = KIND_xltx,
	[OOXML_WORD_PackageMain_pptx] = KIND_pptx, [OOXML_WORD_PackageMain_potx] = KIND_potx,
	[OOXML_WORD_PackageMain_ppsx] = KIND_ppsx,
};

static void ignore(void *context, const struct finding *finding)
{
	(void)context;
	(void)finding;
}

static sk_bytes content_type_of(const struct xml_token *token)
{
	for (size_t i = 0; i < token->attribute_count; i++)
		if (sk_bytes_equal(token->attributes[i].qname, SK_BYTES("ContentType")))
			return token->attributes[i].value;
	return (sk_bytes){NULL, 0};
}

static void judge(sk_bytes type, struct format_bid *bid)
{
	const struct main_row *row = main_find(type);
	if (row != NULL && !bid->taken) {
		bid->kind = kind_of_main[row->main];
		bid->taken = true;
	}
	for (size_t i = 0; i < SK_COUNT(foreign_rows) && !bid->taken; i++)
		if (sk_bytes_equal_nocase(type, sk_bytes_str(foreign_rows[i].content_type)))
			bid->kind = foreign_rows[i].kind;
}

void ooxml_bid(sk_bytes input, struct sk_arena *arena, struct format_bid *bid)
{
	static const struct finding_sink nowhere = {ignore, NULL};
	struct zip zip;
	struct xml_token token;
	sk_bytes xml;
	*bid = (struct format_bid){.kind = KIND_unknown};
	if (sk_bytes_find(sk_bytes_slice(input, 0, 4096), SK_BYTES("PK\x03\x04"), 0) == SIZE_MAX ||
	    zip_open(&zip, input, arena, &nowhere) != SK_OK)
		return;
	const struct zip_entry *entry = zip_find(&zip, SK_BYTES("[Content_Types].xml"));
	struct xml_reader *reader = sk_arena_make(arena, sizeof *reader);
	if (entry == NULL || reader == NULL)
		return;
	bid->bits = FORMAT_BID_STRONG + 32;
	if (zip_read(&zip, entry, arena, &xml) != SK_OK || xml_open(reader, &ooxml_vocabulary, xml, arena) != SK_OK)
		return;
	while (xml_next(reader, &token) == SK_OK && token.kind != XML_END)
		if (token.kind == XML_OPEN)
			judge(content_type_of(&token), bid);
}
