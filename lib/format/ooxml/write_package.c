/* What a package says of its own parts: content types and relationships (ECMA-376 part 2, sections 7.2 and 6.5). */
#include "format/ooxml/write.h"

#define CONTENT_TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define RELATIONSHIPS "http://schemas.openxmlformats.org/package/2006/relationships"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TEXT_BYTES_MAX ((size_t)64 * 1024 * 1024)

static sk_bytes extension_of(sk_bytes name)
{
	size_t dot = name.len;
	while (dot > 0 && name.at[dot - 1] != '.')
		dot--;
	return sk_bytes_slice(name, dot, name.len);
}

static void put_default(struct sk_buf *text, const char *extension, const char *type)
{
	sk_buf_str(text, "<Default Extension=\"");
	sk_buf_str(text, extension);
	sk_buf_str(text, "\" ContentType=\"");
	sk_buf_str(text, type);
	sk_buf_str(text, "\"/>");
}

/* Extensions whose type is said once, when a part has them: pictures, embedded documents, VML. */
static const struct {
	const char *extension, *type;
} defaults[] = {
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template"},
	{"gif", "image/gif"},
	{"jpg", "image/jpeg"},
	{"png", "image/png"},
	{"potx", "application/vnd.openxmlformats-officedocument.presentationml.template"},
	{"ppsx", "application/vnd.openxmlformats-officedocument.presentationml.slideshow"},
	{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"vml", "application/vnd.openxmlformats-officedocument.vmlDrawing"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"xltx", "application/vnd.openxmlformats-officedocument.spreadsheetml.template"},
};

static bool has_extension(const struct out_package *package, const char *extension)
{
	for (uint32_t i = 1; i < package->part_count; i++)
		if (sk_bytes_equal(extension_of(package->parts[i].name), sk_bytes_str(extension)))
			return true;
	return false;
}

static bool has_default(sk_bytes name)
{
	for (size_t i = 0; i < SK_COUNT(defaults); i++)
		if (sk_bytes_equal(extension_of(name), sk_bytes_str(defaults[i].extension)))
			return true;
	return false;
}

enum sk_status content_types_write(struct out_package *package)
{
	struct sk_buf text;
	size_t mark = sk_arena_mark(package->job->arena);
	sk_buf_init(&text, package->job->arena, TEXT_BYTES_MAX);
	sk_buf_str(&text, DECLARATION "<Types xmlns=\"" CONTENT_TYPES "\">");
	put_default(&text, "rels", "application/vnd.openxmlformats-package.relationships+xml");
	put_default(&text, "xml", "application/xml");
	for (size_t i = 0; i < SK_COUNT(defaults); i++)
		if (has_extension(package, defaults[i].extension))
			put_default(&text, defaults[i].extension, defaults[i].type);
	for (uint32_t i = 1; i < package->part_count; i++) {
		const struct out_part *part = &package->parts[i];
		if (has_default(part->name))
			continue;
		sk_buf_str(&text, "<Override PartName=\"/");
		sk_buf_put(&text, part->name);
		sk_buf_str(&text, "\" ContentType=\"");
		const char *type = part_rows[part->kind].content_type;
		sk_buf_str(&text, type[0] != '\0' ? type : main_content_type(package->main));
		sk_buf_str(&text, "\"/>");
	}
	sk_buf_str(&text, "</Types>");
	enum sk_status status = text.status;
	if (status == SK_OK)
		status = zip_write(&package->zip, SK_BYTES("[Content_Types].xml"), sk_buf_bytes(&text), true);
	sk_arena_release(package->job->arena, mark);
	return status;
}

/* The target as seen from the source's folder: "../media/image1.png". */
static void put_target(struct sk_buf *text, sk_bytes source, sk_bytes target)
{
	size_t common = 0;
	for (size_t i = 0; i < source.len && i < target.len && source.at[i] == target.at[i]; i++)
		if (source.at[i] == '/')
			common = i + 1;
	for (size_t i = common; i < source.len; i++)
		if (source.at[i] == '/')
			sk_buf_str(text, "../");
	sk_buf_put(text, sk_bytes_slice(target, common, target.len));
}

static void put_relation(struct sk_buf *text, const struct out_package *package, const struct out_part *part, uint32_t index)
{
	const struct out_relation *relation = &part->relations[index];
	sk_buf_str(text, "<Relationship Id=\"rId");
	sk_buf_decimal(text, (int64_t)index + 1);
	sk_buf_str(text, "\" Type=\"");
	sk_buf_put(text, relation_rows[relation->row].uri);
	sk_buf_str(text, "\" Target=\"");
	if (!relation->is_link) {
		put_target(text, part->name, package->parts[relation->target].name);
		sk_buf_str(text, "\"/>");
		return;
	}
	xml_attribute_escape(text, relation->url);
	/* A bare fragment points into the document itself, as Excel writes it. */
	sk_buf_str(text, sk_bytes_starts(relation->url, SK_BYTES("#")) ? "\"/>" : "\" TargetMode=\"External\"/>");
}

enum sk_status relations_write(struct out_package *package, uint32_t number)
{
	const struct out_part *part = &package->parts[number];
	struct sk_arena *arena = package->job->arena;
	if (part->relation_count == 0)
		return SK_OK;
	size_t mark = sk_arena_mark(arena);
	size_t folder = part->name.len;
	while (folder > 0 && part->name.at[folder - 1] != '/')
		folder--;
	struct sk_buf name;
	sk_buf_init(&name, arena, 512);
	sk_buf_put(&name, sk_bytes_slice(part->name, 0, folder));
	sk_buf_str(&name, "_rels/");
	sk_buf_put(&name, sk_bytes_slice(part->name, folder, part->name.len));
	sk_buf_str(&name, ".rels");
	struct sk_buf text;
	sk_buf_init(&text, arena, TEXT_BYTES_MAX);
	sk_buf_str(&text, DECLARATION "<Relationships xmlns=\"" RELATIONSHIPS "\">");
	for (uint32_t i = 0; i < part->relation_count; i++)
		put_relation(&text, package, part, i);
	sk_buf_str(&text, "</Relationships>");
	enum sk_status status = text.status != SK_OK ? text.status : name.status;
	if (status == SK_OK)
		status = zip_write(&package->zip, sk_buf_bytes(&name), sk_buf_bytes(&text), true);
	sk_arena_release(arena, mark);
	return status;
}
