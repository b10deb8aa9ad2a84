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
bool pdf_font_fits(enum pdf_type type, const struct font_result *program)
{
	switch (program->kind) {
	case FONT_TRUETYPE:
		return type == PDF_TYPE_FontFile2 || type == PDF_TYPE_FontFile3OpenType;
	case FONT_OPENTYPE:
		return type == PDF_TYPE_FontFile3OpenType;
	case FONT_CFF:
		return type == PDF_TYPE_FontFile3Type1 || type == PDF_TYPE_FontFile3CIDType0;
	case FONT_TYPE1:
		return type == PDF_TYPE_FontFile || type == PDF_TYPE_FontFileType1;
	case FONT_ANY:
	case FONT_KINDS:
		break;
	}
	return false;
}
