/*
 * The objects of a PDF file, by qpdf.
 *
 * What the attacker controls here: every byte that qpdf parses. qpdf's exceptions end inside its C API; its messages are thrown away.
 */
#include "codec/pdf.h"

#include <stdlib.h>

#include <qpdf/qpdf-c.h>
#include <qpdf/qpdflogger-c.h>

/*
 * What qpdf calls when it wants random bytes: it makes an initial vector for each AES filter, also for one that only decrypts and never
 * uses it. A reader has no call for randomness, and needs none; this stands before the function of libgnutls of that name.
 */
__attribute__((visibility("default"))) int gnutls_rnd(int level, void *bytes, size_t len);
int gnutls_rnd(int level, void *bytes, size_t len)
{
	(void)level;
	memset(bytes, 0, len);
	return 0;
}

struct pdf_file {
	qpdf_data qpdf;
	qpdf_oh trailer;
	bool repaired;
};

static struct pdf_file the_file;

/* Nothing of qpdf's goes to a terminal. */
static void silence(qpdf_data qpdf)
{
	qpdflogger_handle log = qpdflogger_create();

	qpdflogger_set_info(log, qpdf_log_dest_discard, NULL, NULL);
	qpdflogger_set_warn(log, qpdf_log_dest_discard, NULL, NULL);
	qpdflogger_set_error(log, qpdf_log_dest_discard, NULL, NULL);
	qpdf_set_logger(qpdf, log);
	qpdflogger_cleanup(&log);
	qpdf_silence_errors(qpdf);
	qpdf_set_suppress_warnings(qpdf, QPDF_TRUE);
}

/* A document of nothing, opened and closed: what the libraries below make on first use is made before the sandbox closes. */
void pdf_prepare(void)
{
	static const char nothing[] =
		"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\ntrailer <</Size 3/Root 1 0 R>>\n";
	struct pdf_file *file;
	sk_bytes text;

	if (pdf_file_open(SK_BYTES("%PDF-1.4"), "", &file) == SK_OK)
		pdf_file_close(file);
	if (pdf_file_open(sk_bytes_of(nothing, sizeof nothing - 1), "", &file) != SK_OK)
		return;
	if (pdf_file_trailer(file, &text) != SK_OK)
		text.len = 0;
	pdf_file_close(file);
}

enum sk_status pdf_file_open(sk_bytes input, const char *password, struct pdf_file **file)
{
	struct pdf_file *f = &the_file;

	*f = (struct pdf_file){.qpdf = qpdf_init()};
	if (f->qpdf == NULL)
		return SK_FAULT;
	silence(f->qpdf);
	QPDF_ERROR_CODE code = qpdf_read_memory(f->qpdf, "", (const char *)input.at, input.len, password);
	enum sk_status status = SK_OK;
	if ((code & QPDF_ERRORS) != 0)
		status = qpdf_get_error_code(f->qpdf, qpdf_get_error(f->qpdf)) == qpdf_e_password ? SK_ENCRYPTED : SK_MALFORMED;
	f->repaired = (code & QPDF_WARNINGS) != 0;
	if (status != SK_OK) {
		qpdf_cleanup(&f->qpdf);
		return status;
	}
	f->trailer = qpdf_get_trailer(f->qpdf);
	*file = f;
	return SK_OK;
}

void pdf_file_close(struct pdf_file *file)
{
	qpdf_cleanup(&file->qpdf);
}

void pdf_file_facts(struct pdf_file *file, struct pdf_file_facts *facts)
{
	const char *version = qpdf_get_pdf_version(file->qpdf);
	*facts = (struct pdf_file_facts){.repaired = file->repaired, .encrypted = qpdf_is_encrypted(file->qpdf) == QPDF_TRUE};
	if (strlen(version) >= 3 && version[0] >= '1' && version[0] <= '9' && version[2] >= '0' && version[2] <= '9')
		facts->version = (unsigned)(version[0] - '0') * 10 + (unsigned)(version[2] - '0');
}

/* Whether the latest call went wrong; forgets it, and the warnings. */
static bool failed(struct pdf_file *file)
{
	bool bad = qpdf_has_error(file->qpdf) == QPDF_TRUE;

	if (bad)
		(void)qpdf_get_error(file->qpdf);
	return bad;
}

static enum sk_status unparse(struct pdf_file *file, qpdf_oh object, sk_bytes *text)
{
	const char *string = qpdf_oh_unparse_resolved(file->qpdf, object);

	*text = sk_bytes_of(string, qpdf_get_last_string_length(file->qpdf));
	return failed(file) ? SK_MALFORMED : SK_OK;
}

enum sk_status pdf_file_trailer(struct pdf_file *file, sk_bytes *text)
{
	return unparse(file, file->trailer, text);
}

enum sk_status pdf_file_object(struct pdf_file *file, uint32_t number, uint32_t generation, sk_bytes *text, bool *is_stream)
{
	qpdf_oh object = qpdf_get_object_by_id(file->qpdf, (int)number, (int)generation);
	enum sk_status status = failed(file) ? SK_MALFORMED : SK_OK;

	*is_stream = status == SK_OK && qpdf_oh_is_stream(file->qpdf, object) == QPDF_TRUE;
	if (*is_stream) {
		qpdf_oh dictionary = qpdf_oh_get_dict(file->qpdf, object);
		status = unparse(file, dictionary, text);
		qpdf_oh_release(file->qpdf, dictionary);
	} else if (status == SK_OK) {
		status = unparse(file, object, text);
	}
	qpdf_oh_release(file->qpdf, object);
	return status;
}

enum sk_status pdf_file_stream(struct pdf_file *file, uint32_t number, uint32_t generation, struct sk_arena *arena, sk_bytes *bytes)
{
	unsigned char *raw = NULL;
	size_t len = 0;
	qpdf_oh object = qpdf_get_object_by_id(file->qpdf, (int)number, (int)generation);
	QPDF_ERROR_CODE code = qpdf_oh_get_stream_data(file->qpdf, object, qpdf_dl_none, NULL, &raw, &len);
	enum sk_status status = (code & QPDF_ERRORS) != 0 || failed(file) ? SK_MALFORMED : SK_OK;

	qpdf_oh_release(file->qpdf, object);
	if (status == SK_OK) {
		*bytes = sk_arena_copy(arena, sk_bytes_of(raw, len));
		status = len > 0 && bytes->at == NULL ? SK_LIMIT : SK_OK;
	}
	free(raw);
	return status;
}
