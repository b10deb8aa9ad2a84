/* The tables of parts: kinds, relationship types, main content types; and what a package says of its own parts in
 * [Content_Types].xml (ECMA-376 part 2, 7.2). */
#include "format/ooxml/ooxml.h"

const struct part_row part_rows[PART_COUNT] = {
#define PART(kind, class, content_type, root, folder, base, numbered, extension)                                       \
	{PART_##class, content_type, root, folder, base, extension, numbered},
#include "format/ooxml/parts.def"
#undef PART
};

const struct relation_row relation_rows[] = {
#define RELATION(uri, kind) {{(const uint8_t *)(uri), sizeof(uri) - 1}, true, PART_##kind, 0},
#define RELATION_DROPPED(uri, finding) {{(const uint8_t *)(uri), sizeof(uri) - 1}, false, 0, FINDING_##finding},
#include "format/ooxml/relations.def"
#undef RELATION
#undef RELATION_DROPPED
};
const uint16_t relation_count = SK_COUNT(relation_rows);

/* False for a kind that belongs to another family than the main part's: Word, Excel or PowerPoint. */
static bool of_family(const char *folder, const char *family)
{
	static const char *const families[] = {"word", "xl", "ppt"};
	for (size_t i = 0; i < SK_COUNT(families); i++) {
		size_t len = strlen(families[i]);
		if (strncmp(folder, families[i], len) == 0 && (folder[len] == '/' || folder[len] == '\0'))
			return strcmp(families[i], family) == 0;
	}
	return true;
}

const char *main_folder(unsigned main)
{
	static const char *const folders[] = {
		[OOXML_WORD_PackageMain_docx] = "word", [OOXML_WORD_PackageMain_dotx] = "word",
		[OOXML_WORD_PackageMain_xlsx] = "xl",   [OOXML_WORD_PackageMain_xltx] = "xl",
		[OOXML_WORD_PackageMain_pptx] = "ppt",  [OOXML_WORD_PackageMain_potx] = "ppt",
		[OOXML_WORD_PackageMain_ppsx] = "ppt",
	};
	sk_assert(main < SK_COUNT(folders));
	return folders[main];
}

uint16_t relation_find(sk_bytes uri, unsigned main)
{
	for (size_t i = 0; i < SK_COUNT(relation_rows); i++)
		if (sk_bytes_equal(relation_rows[i].uri, uri) &&
		    (!relation_rows[i].kept || of_family(part_rows[relation_rows[i].kind].folder, main_folder(main))))
			return (uint16_t)i;
	return VOCABULARY_NONE;
}

uint16_t relation_canonical(uint16_t row)
{
	for (uint16_t i = 0; i < row; i++)
		if (relation_rows[i].kept && relation_rows[i].kind == relation_rows[row].kind)
			return i;
	return row;
}

sk_bytes relation_segment(sk_bytes uri)
{
	size_t slash = uri.len;
	while (slash > 0 && uri.at[slash - 1] != '/')
		slash--;
	return sk_bytes_slice(uri, slash, uri.len);
}

bool node_may_link(uint16_t node)
{
	static const uint16_t names[] = {
		OOXML_NAME_w_hyperlink, OOXML_NAME_x_hyperlink, OOXML_NAME_a_hlinkClick, OOXML_NAME_a_hlinkHover, OOXML_NAME_a_hlinkMouseOver,
	};
	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (ooxml_vocabulary.nodes[node].name == names[i])
			return true;
	return false;
}

static const struct main_row main_rows[] = {
#define MAIN(content_type, kind, main, plain) {content_type, PART_##kind, OOXML_WORD_PackageMain_##main, plain},
#include "format/ooxml/mains.def"
#undef MAIN
};

const char *main_content_type(unsigned main)
{
	for (size_t i = 0; i < SK_COUNT(main_rows); i++)
		if (main_rows[i].main == main)
			return main_rows[i].content_type;
	return "";
}

const struct main_row *main_find(sk_bytes content_type)
{
	for (size_t i = 0; i < SK_COUNT(main_rows); i++)
		if (sk_bytes_equal_nocase(sk_bytes_str(main_rows[i].content_type), content_type))
			return &main_rows[i];
	return NULL;
}

static sk_bytes value_of(const struct xml_token *token, sk_bytes qname)
{
	for (size_t i = 0; i < token->attribute_count; i++)
		if (sk_bytes_equal(token->attributes[i].qname, qname))
			return token->attributes[i].value;
	return (sk_bytes){NULL, 0};
}

/* True when the element is the Override of that part. */
static bool overrides(const struct xml_token *token, sk_bytes name)
{
	sk_bytes part = value_of(token, SK_BYTES("PartName"));
	return sk_bytes_equal(xml_local(token->qname), SK_BYTES("Override")) && part.len > 0 && part.at[0] == '/' &&
	       sk_bytes_equal_nocase(sk_bytes_slice(part, 1, part.len), name);
}

/* True when the element is the Default of that part's extension. */
static bool is_default(const struct xml_token *token, sk_bytes name)
{
	sk_bytes extension = value_of(token, SK_BYTES("Extension"));
	if (!sk_bytes_equal(xml_local(token->qname), SK_BYTES("Default")) || extension.len == 0 || extension.len >= name.len)
		return false;
	size_t at = name.len - extension.len;
	return name.at[at - 1] == '.' && sk_bytes_equal_nocase(sk_bytes_slice(name, at, extension.len), extension);
}

enum sk_status content_type_read(struct package *package, sk_bytes name, sk_bytes *type)
{
	struct sk_arena *arena = package->job->arena;
	const struct zip_entry *entry = package_entry(package, SK_BYTES("[Content_Types].xml"));
	sk_bytes xml;
	struct xml_token token;
	*type = (sk_bytes){NULL, 0};
	if (entry == NULL)
		return SK_MALFORMED;
	SK_TRY(zip_read(&package->zip, entry, arena, &xml));
	SK_TRY(xml_open(package->reader, &ooxml_vocabulary, xml, arena));
	for (;;) {
		SK_TRY(xml_next(package->reader, &token));
		if (token.kind == XML_END)
			return SK_OK;
		if (token.kind != XML_OPEN)
			continue;
		bool override = overrides(&token, name);
		if (override || (type->len == 0 && is_default(&token, name)))
			*type = sk_arena_copy(arena, value_of(&token, SK_BYTES("ContentType")));
		if (override)
			return SK_OK;
	}
}
