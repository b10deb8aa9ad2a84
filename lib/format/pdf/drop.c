/* What did not cross, told with the page from which it was met. */
#include "format/pdf/reader.h"

void reader_find(struct pdf_reader *r, enum finding_code code, const char *detail)
{
	uint8_t room[12];
	struct sk_buf page;

	sk_buf_fixed(&page, room, sizeof room);
	if (r->page > 0)
		sk_buf_decimal(&page, r->page);
	finding_report(r->job->findings, code, r->page > 0 ? FINDING_PAGE : FINDING_WHOLE, sk_buf_bytes(&page), sk_bytes_str(detail), 1);
}

/* Keys whose loss says more than their name, wherever they stand; a code of FINDING_COUNT is no loss at all. */
static const struct {
	const char *key;
	uint16_t code;
} key_rows[] = {
	{"A", FINDING_action_removed},
	{"AA", FINDING_action_removed},
	{"AF", FINDING_object_removed},
	{"Alternates", FINDING_part_removed},
	{"B", FINDING_COUNT},
	{"CO", FINDING_action_removed},
	{"CIDSet", FINDING_COUNT},
	{"Collection", FINDING_object_removed},
	{"DSS", FINDING_signature_void},
	{"Legal", FINDING_signature_void},
	{"OPI", FINDING_external_removed},
	{"PS", FINDING_macro_removed},
	{"DecodeParms", FINDING_COUNT},
	{"DL", FINDING_COUNT},
	{"EmbeddedFiles", FINDING_object_removed},
	{"F", FINDING_external_removed},
	{"FDecodeParms", FINDING_external_removed},
	{"FFilter", FINDING_external_removed},
	{"Filter", FINDING_COUNT},
	{"FontFile", FINDING_font_removed},
	{"FontFile2", FINDING_font_removed},
	{"FontFile3", FINDING_font_removed},
	{"HT", FINDING_COUNT},
	{"JavaScript", FINDING_macro_removed},
	{"JS", FINDING_macro_removed},
	{"LastModified", FINDING_COUNT},
	{"Length", FINDING_COUNT},
	{"Length1", FINDING_COUNT},
	{"Length2", FINDING_COUNT},
	{"Length3", FINDING_COUNT},
	{"Metadata", FINDING_document_metadata},
	{"Name", FINDING_COUNT},
	{"Next", FINDING_action_removed},
	{"OpenAction", FINDING_action_removed},
	{"PA", FINDING_action_removed},
	{"Pages", FINDING_COUNT},
	{"Parent", FINDING_COUNT},
	{"Perms", FINDING_signature_void},
	{"PieceInfo", FINDING_document_metadata},
	{"PresSteps", FINDING_action_removed},
	{"ProcSet", FINDING_COUNT},
	{"Ref", FINDING_external_removed},
	{"Requirements", FINDING_action_removed},
	{"Rendition", FINDING_media_removed},
	{"S", FINDING_action_removed},
	{"SigFlags", FINDING_COUNT},
	{"SpiderInfo", FINDING_external_removed},
	{"Templates", FINDING_part_removed},
	{"Threads", FINDING_part_removed},
	{"Thumb", FINDING_thumbnail_removed},
	{"URI", FINDING_link_removed},
	{"Version", FINDING_COUNT},
	{"XFA", FINDING_macro_removed},
};

/* Kinds of annotations and actions, by their own name. */
static const struct {
	const char *name;
	uint16_t code;
} kind_rows[] = {
	{"3D", FINDING_media_removed},         {"FileAttachment", FINDING_object_removed}, {"GoToE", FINDING_action_removed},
	{"GoToR", FINDING_action_removed},     {"ImportData", FINDING_action_removed},     {"JavaScript", FINDING_macro_removed},
	{"Launch", FINDING_action_removed},    {"Movie", FINDING_media_removed},           {"Named", FINDING_action_removed},
	{"Rendition", FINDING_media_removed},  {"RichMedia", FINDING_media_removed},       {"Screen", FINDING_media_removed},
	{"Sound", FINDING_media_removed},      {"SubmitForm", FINDING_action_removed},     {"URI", FINDING_link_removed},
	{"PS", FINDING_macro_removed},         {"Sig", FINDING_signature_void},
};

static sk_bytes kind_of(struct pdf_reader *r, const struct pdf_value *value)
{
	static const char *const keys[] = {"S", "Subtype", "Type"};
	for (size_t i = 0; i < SK_COUNT(keys); i++) {
		const struct pdf_value *name = source_key(&r->source, value, sk_bytes_str(keys[i]));
		if (name->kind == VALUE_NAME)
			return name->bytes;
	}
	return sk_bytes_of(NULL, 0);
}

void reader_drop(struct pdf_reader *r, enum pdf_type type, sk_bytes name, const struct pdf_value *value, bool known)
{
	char room[FINDING_TEXT_MAX + 1];
	struct sk_buf detail;
	bool object = value->kind == VALUE_DICTIONARY || value->kind == VALUE_STREAM;
	unsigned code = !known ? FINDING_unknown_attribute : object ? FINDING_part_removed : FINDING_bad_value;
	sk_bytes kind = kind_of(r, value);

	if (value->kind == VALUE_NULL)
		return;
	for (size_t i = 0; i < SK_COUNT(key_rows); i++)
		if (sk_bytes_equal(name, sk_bytes_str(key_rows[i].key)))
			code = key_rows[i].code;
	if (code == FINDING_COUNT && !known)
		return;
	for (size_t i = 0; i < SK_COUNT(kind_rows); i++)
		if (sk_bytes_equal(kind, sk_bytes_str(kind_rows[i].name)))
			code = kind_rows[i].code;
	if (code == FINDING_COUNT)
		code = FINDING_bad_value;
	sk_buf_fixed(&detail, room, FINDING_TEXT_MAX);
	if (kind.len > 0 && kind.len < 40) {
		pdf_name_put(&detail, kind);
	} else {
		sk_buf_str(&detail, pdf_types[type].name);
		if (name.len > 0 && name.len < 40) {
			sk_buf_u8(&detail, '/');
			pdf_name_put(&detail, name);
		}
	}
	if (code == FINDING_signature_void) {
		sk_bytes signer = signer_of(r, value);
		if (signer.len > 0)
			sk_buf_reset(&detail);
		sk_buf_put(&detail, sk_bytes_slice(signer, 0, FINDING_TEXT_MAX - detail.len));
	}
	room[detail.len] = 0;
	reader_find(r, (enum finding_code)code, room);
}
