/*
 * pdf: a thin face over qpdf, which finds the objects of a file: cross-reference tables and streams, object streams, damage, encryption.
 *
 * What it gives is text of qpdf's own making, one object at a time, and the bytes of a stream as they stand in the file, decrypted. What they
 * mean is asked elsewhere (lib/format/pdf). One file is open at a time; nothing is written, no file of the system is opened.
 */
#ifndef CODEC_PDF_H
#define CODEC_PDF_H

#include "base/base.h"

struct pdf_file;

/* Makes what later calls need before the sandbox closes; may be called again. */
void pdf_prepare(void);

/* SK_ENCRYPTED when the password (bytes as the file wants them, an empty one for most files) does not open it, SK_MALFORMED when nothing can be
 * found in it. input must live until the close. */
enum sk_status SK_MUST_USE pdf_file_open(sk_bytes input, const char *password, struct pdf_file **file);
void pdf_file_close(struct pdf_file *file);

/* What is worth telling about the file as a whole. */
struct pdf_file_facts {
	bool repaired;       /* the cross-reference was wrong: objects were searched for */
	bool encrypted;
	unsigned version;    /* 14 for 1.4 */
};
void pdf_file_facts(struct pdf_file *file, struct pdf_file_facts *facts);

/* The trailer's dictionary as text, valid until the next call. */
enum sk_status SK_MUST_USE pdf_file_trailer(struct pdf_file *file, sk_bytes *text);
/* An object, or a stream's dictionary, as text, valid until the next call; "null" when there is no such object. */
enum sk_status SK_MUST_USE pdf_file_object(struct pdf_file *file, uint32_t number, uint32_t generation, sk_bytes *text, bool *is_stream);
/* The stream's bytes, filters still on, copied into the arena. */
enum sk_status SK_MUST_USE pdf_file_stream(struct pdf_file *file, uint32_t number, uint32_t generation, struct sk_arena *arena, sk_bytes *bytes);

#endif
