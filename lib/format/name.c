/* Names of clean files. What the attacker controls: the name. */
#include "format/name.h"

#include "format/format.h"

/* Extensions beside the one that kinds.def gives. */
static const struct {
	const char *extension;
	uint16_t kind;
} more[] = {
	{".jpeg", KIND_jpeg}, {".jpe", KIND_jpeg}, {".jfif", KIND_jpeg}, {".text", KIND_text}, {".log", KIND_text},
	{".md", KIND_text},   {".tab", KIND_tsv},
};

/* Extensions of documents that come out as another kind: they are changed, not kept in front of a second one. */
static const char *const changed[] = {".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm", ".ppsm", ".ppam"};

static sk_bytes extension_of(sk_bytes name)
{
	for (size_t i = name.len; i-- > 1;)
		if (name.at[i] == '.')
			return sk_bytes_slice(name, i, name.len);
	return sk_bytes_slice(name, name.len, 0);
}

static bool is(sk_bytes extension, const char *other)
{
	return other[0] != '\0' && sk_bytes_equal_nocase(extension, sk_bytes_str(other));
}

bool format_name_fits(sk_bytes name, unsigned kind)
{
	const struct format_kind_row *row = format_kind_row(kind);
	sk_bytes extension = extension_of(name);

	if (row == NULL)
		return false;
	for (size_t i = 0; i < SK_COUNT(more); i++)
		if (more[i].kind == kind && is(extension, more[i].extension))
			return true;
	return is(extension, row->extension);
}

/* The extension of any kind that we write. */
static bool is_known(sk_bytes extension)
{
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (is(extension, format_kind_row(kind)->extension))
			return true;
	for (size_t i = 0; i < SK_COUNT(more); i++)
		if (is(extension, more[i].extension))
			return true;
	for (size_t i = 0; i < SK_COUNT(changed); i++)
		if (is(extension, changed[i]))
			return true;
	return false;
}

bool format_name_fit(sk_bytes name, unsigned kind, struct sk_buf *out)
{
	const struct format_kind_row *row = format_kind_row(kind);
	sk_bytes extension = extension_of(name);

	if (row == NULL || format_name_fits(name, kind)) {
		sk_buf_put(out, name);
		return false;
	}
	sk_buf_put(out, is_known(extension) ? sk_bytes_slice(name, 0, name.len - extension.len) : name);
	sk_buf_str(out, row->extension);
	return true;
}
