/*
 * harmless: looks into an output with eyes of its own (expat, plain walks over chunks and segments) for what must never stand in one,
 * whoever said the records. What it finds is printed, and the process aborts: a fuzzer's crash.
 */
#ifndef FUZZ_HARMLESS_H
#define FUZZ_HARMLESS_H

#include "format/format.h"
#include "format/zip/zip.h"

/* An output of the family of that name: "archive", "image", "text", "ooxml", "pdf", "pages"; "table" for a text that is one. */
void harmless_check(const char *family, sk_bytes output);

/* ---- for siblings ---- */

_Noreturn void harmless_found(const char *what, sk_bytes where);
/* A picture by its own signature: JPEG, PNG or GIF; another one is found. */
void harmless_picture(sk_bytes picture);
void harmless_package(sk_bytes package);
void harmless_pdf(sk_bytes file);
/* Checks each entry of a container that must be sound: no repair, no name twice, nothing but names and bytes. */
void harmless_entries(sk_bytes container, void (*check)(const struct zip *zip, const struct zip_entry *entry, sk_bytes bytes));

#endif
