/*
 * Office packages: every part is inflated and parsed by expat; names, content types, relationships, formulas, field instructions and
 * actions are looked at, against lists of what must never be there (ECMA-376 and the active content that is known).
 */
#include "fuzz/harmless.h"

#include <expat.h>
#include <stdlib.h>

#include "neutral/grammar.h"

#define TEXT_MAX 65536

/* Never in a content type or in the last segment of a relationship type, in any case. */
static const char *const never_types[] = {
	"macro", "vba", "activex", "oleobject", "addin", "control", "attachedtemplate", "externallink", "frame", "subdocument", "afchunk",
	"customui", "ui/extensib", "webextension", "connections", "querytable", "mailmerge", "recipient", "printersettings", "wsdr", "video",
	"audio", "media", "font", "keymap", "attachedtoolbars", "transform", "customxml", "python", "volatile", "dialogsheet", "xlm",
};

/* Elements that name a program, a source of data outside, or code. */
static const char *const never_elements[] = {
	"ddeLink", "oleLink", "oleObject", "OLEObject", "control", "externalReference", "externalBook", "attachedTemplate", "mailMerge", "altChunk",
	"subDoc", "frameset", "FmlaMacro", "entryMacro", "exitMacro", "macro", "docVars", "saveThroughXslt", "webPublishObject", "webPr", "dbPr",
	"externalData", "videoFile", "audioFile", "wavAudioFile", "quickTimeFile", "snd", "contentPart", "webVideoPr", "connection", "cmd",
};

struct part {
	const struct zip *zip;
	sk_bytes name;
	bool relations, types;
	char text[TEXT_MAX];
	size_t len;
	unsigned depth;
};

/* Upper case does not hide a word. */
static bool has_word(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

static const char *local_of(const char *name)
{
	const char *colon = strrchr(name, '|');
	return colon == NULL ? name : colon + 1;
}

static const char *value_of(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(local_of(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static void check_type(const char *type, bool relation)
{
	const char *end = relation ? strrchr(type, '/') : type;
	if (end == NULL)
		harmless_found("a type without a path", sk_bytes_str(type));
	for (size_t i = 0; i < SK_COUNT(never_types); i++)
		if (has_word(end, never_types[i]) && !has_word(end, "fontTable") && !has_word(end, "controlsList") && !has_word(end, "controlproperties"))
			harmless_found("a type", sk_bytes_str(type));
}

/* A target inside the package (RFC 3986 5.2): each ".." takes a folder that is there, and the whole names an entry. */
static void check_inside(const struct part *part, const char *target)
{
	char path[1024];
	sk_bytes rels = SK_BYTES("_rels/");
	size_t len = sk_bytes_find(part->name, rels, 0);
	if (len == SIZE_MAX || len + strlen(target) >= sizeof path || target[0] == '/')
		harmless_found("a target", sk_bytes_str(target));
	memcpy(path, part->name.at, len);
	while (strncmp(target, "../", 3) == 0) {
		if (len == 0)
			harmless_found("a target that leaves its package", sk_bytes_str(target));
		for (len--; len > 0 && path[len - 1] != '/';)
			len--;
		target += 3;
	}
	memcpy(path + len, target, strlen(target));
	sk_bytes name = sk_bytes_of(path, len + strlen(target));
	const struct zip_entry *entry = zip_find(part->zip, name);
	if (entry == NULL || !sk_bytes_equal(entry->name, name))
		harmless_found("a target that is not there", name);
}

static void check_relation(const struct part *part, const char **attributes)
{
	const char *type = value_of(attributes, "Type"), *target = value_of(attributes, "Target"), *mode = value_of(attributes, "TargetMode");
	if (type == NULL || target == NULL)
		harmless_found("half a relationship", SK_BYTES(""));
	check_type(type, true);
	if (mode == NULL || strcmp(mode, "Internal") == 0) {
		if (target[0] != '#')
			check_inside(part, target);
		return;
	}
	bool scheme = strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0 || strncmp(target, "mailto:", 7) == 0 || target[0] == '#';
	if (strcmp(local_of(strrchr(type, '/') + 1), "hyperlink") != 0 || !scheme || !url_allowed(sk_bytes_str(target)))
		harmless_found("an outside target", sk_bytes_str(target));
}

static bool is_formula(const char *local)
{
	static const char *const names[] = {"f", "nf", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"};
	for (size_t i = 0; i < SK_COUNT(names); i++)
		if (strcmp(local, names[i]) == 0)
			return true;
	return false;
}

static bool is_of(const char *name, const char *what)
{
	return strstr(name, what) != NULL;
}

static void check_attribute(const char *element, const char *name, const char *value)
{
	const char *local = local_of(name);
	bool link = strcmp(local, "href") == 0 || strcmp(local, "src") == 0 || strcmp(local, "althref") == 0 || strcmp(local, "url") == 0;
	if ((strcmp(local, "macro") == 0 && value[0] != '\0') || strcmp(local, "onAction") == 0 || strcmp(local, "codeName") == 0)
		harmless_found("a name of code", sk_bytes_str(value));
	if (strcmp(local, "action") == 0 && is_of(name, "drawingml") && strncmp(value, "ppaction://", 11) == 0 &&
	    (has_word(value, "macro") || has_word(value, "program") || has_word(value, "ole") || has_word(value, "file")))
		harmless_found("an action", sk_bytes_str(value));
	if (link && value[0] != '\0' && !url_allowed(sk_bytes_str(value)))
		harmless_found("a link", sk_bytes_str(value));
	if (strcmp(local, "instr") == 0 && !field_allowed(sk_bytes_str(value)))
		harmless_found("a field instruction", sk_bytes_str(value));
	if (strcmp(local, "link") == 0 && is_of(name, "officeDocument"))
		harmless_found("a linked picture", sk_bytes_str(element));
}

static void XMLCALL on_open(void *user, const char *name, const char **attributes)
{
	struct part *part = user;
	const char *local = local_of(name);
	part->len = 0;
	part->depth++;
	if (part->relations && strcmp(local, "Relationship") == 0)
		check_relation(part, attributes);
	if (part->types && part->depth > 1)
		check_type(value_of(attributes, "ContentType"), false);
	if (part->relations || part->types)
		return;
	for (size_t i = 0; i < SK_COUNT(never_elements); i++)
		if (strcmp(local, never_elements[i]) == 0 && !(is_of(name, "math") || is_of(name, "drawingml/2006/chart") || is_of(name, "powerpoint")))
			harmless_found("an element", sk_bytes_str(name));
	for (; attributes[0] != NULL; attributes += 2)
		check_attribute(name, attributes[0], attributes[1]);
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
	struct part *part = user;
	size_t more = sk_min((size_t)len, TEXT_MAX - 1 - part->len);
	memcpy(part->text + part->len, text, more);
	part->len += more;
}

/* Without the blanks around it, which belong to the file and not to the instruction. */
static sk_bytes trimmed(sk_bytes b)
{
	while (b.len > 0 && b.at[b.len - 1] == ' ')
		b.len--;
	while (b.len > 0 && b.at[0] == ' ')
		b = sk_bytes_slice(b, 1, b.len);
	return b;
}

static void XMLCALL on_close(void *user, const char *name)
{
	struct part *part = user;
	const char *local = local_of(name);
	sk_bytes text = sk_bytes_of(part->text, part->len);
	bool whole = part->len < TEXT_MAX - 1;
	part->depth--;
	if (strcmp(local, "instrText") == 0 && !field_allowed(trimmed(text)))
		harmless_found("a field instruction", text);
	if (is_formula(local) && (is_of(name, "spreadsheetml") || is_of(name, "/main|f") || is_of(name, "chart")) && text.len > 0 && whole &&
	    !formula_allowed(text))
		harmless_found("a formula", text);
	part->len = 0;
}

static void check_xml(struct part *part, sk_bytes xml)
{
	XML_Parser parser = XML_ParserCreateNS(NULL, '|');
	if (parser == NULL)
		abort();
	XML_SetUserData(parser, part);
	XML_SetElementHandler(parser, on_open, on_close);
	XML_SetCharacterDataHandler(parser, on_text);
	if (sk_bytes_find(xml, SK_BYTES("<!"), 0) != SIZE_MAX)
		harmless_found("a declaration in XML", part->name);
	if (XML_Parse(parser, (const char *)xml.at, (int)xml.len, XML_TRUE) != XML_STATUS_OK)
		harmless_found(XML_ErrorString(XML_GetErrorCode(parser)), xml);
	XML_ParserFree(parser);
}

static void check_part(const struct zip *zip, const struct zip_entry *entry, sk_bytes bytes)
{
	static struct part part;
	static const char *const blobs[] = {".png", ".jpg", ".gif"};
	static const char *const documents[] = {".docx", ".xlsx", ".pptx", ".dotx", ".xltx", ".potx", ".ppsx"};
	sk_bytes name = entry->name;
	part = (struct part){.zip = zip, .name = name};
	part.relations = sk_bytes_ends(name, SK_BYTES(".rels"));
	part.types = sk_bytes_equal(name, SK_BYTES("[Content_Types].xml"));
	for (size_t i = 0; i < name.len; i++)
		if (!part.types && (name.at[i] <= ' ' || name.at[i] >= 0x7F || memchr("\\:*?\"<>|%", name.at[i], 9) != NULL))
			harmless_found("a part's name", name);
	if (name.at[0] == '/' || sk_bytes_find(name, SK_BYTES(".."), 0) != SIZE_MAX || sk_bytes_find(name, SK_BYTES("//"), 0) != SIZE_MAX)
		harmless_found("a part's name", name);
	if (part.relations || part.types || sk_bytes_ends(name, SK_BYTES(".xml")) || sk_bytes_ends(name, SK_BYTES(".vml"))) {
		check_xml(&part, bytes);
		return;
	}
	for (size_t i = 0; i < SK_COUNT(blobs); i++)
		if (sk_bytes_ends(name, sk_bytes_str(blobs[i]))) {
			harmless_picture(bytes);
			return;
		}
	for (size_t i = 0; i < SK_COUNT(documents); i++)
		if (sk_bytes_ends(name, sk_bytes_str(documents[i])) && sk_bytes_starts(bytes, SK_BYTES("PK\x03\x04")))
			return; /* an inner job's result: that job was looked at for itself */
	harmless_found("a part of another kind", name);
}

void harmless_package(sk_bytes package)
{
	harmless_entries(package, check_part);
}
