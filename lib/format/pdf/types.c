/* The table of types and keys (types.def). */
#include "format/font/font.h"
#include "format/pdf/pdf.h"

#define PDF_TYPE(name, shape, payload, node, first, count)
#define PDF_KEY(key, form, id, target, flags) {key, PDF_FORM_##form, flags, id, target},
const struct pdf_key pdf_keys[] = {
#include "format/pdf/types.def"
	{"", PDF_FORM_NULL, 0, PDF_NONE, PDF_NO_TYPE}, /* ends the last list of types */
};
#undef PDF_TYPE
#undef PDF_KEY

#define PDF_KEY(key, form, id, target, flags)
#define PDF_TYPE(name, shape, payload, node, first, count)                                                             \
	[PDF_TYPE_##name] = {#name, PDF_##shape, PDF_PAYLOAD_##payload, node, first, count},
const struct pdf_type_row pdf_types[PDF_TYPE_COUNT] = {
#include "format/pdf/types.def"
};

/* ISO 32000-2, table 124. */
unsigned pdf_font_kind(enum pdf_type type, sk_bytes program)
{
	bool with_cff = sk_bytes_starts(program, SK_BYTES("OTTO"));

	if (type == PDF_TYPE_FontFile2 || type == PDF_TYPE_FontFile3OpenType)
		return with_cff ? FONT_OPENTYPE : FONT_TRUETYPE;
	return type == PDF_TYPE_FontFile || type == PDF_TYPE_FontFileType1 ? FONT_TYPE1 : FONT_CFF;
}
