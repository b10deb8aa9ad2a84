/* Office packages made for tests, part by part, through reader, checker and writer. Each test program that includes this has one job. */
#ifndef OOXML_MADE_TEST_H
#define OOXML_MADE_TEST_H

#include "fuzz/inline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/zip/zip.h"

#define MADE_BYTES ((size_t)64 << 20)
#define MADE_RELATIONS "http://schemas.openxmlformats.org/package/2006/relationships"
#define MADE_TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MICROSOFT "http://schemas.microsoft.com/office/2006/relationships"
#define ML "application/vnd.openxmlformats-officedocument."
#define W "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='" OFFICE "'"
#define X "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='" OFFICE "'"

/* A .rels part of these relationships, and one of them. */
#define RELS(rows) "<Relationships xmlns='" MADE_RELATIONS "'>" rows "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "'/>"
#define OUTSIDE(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "' TargetMode='External'/>"

struct made_part {
	const char *name, *text;
};

static void *made_memory;
static struct inline_job made_job;
static char *made_xml; /* the text that has() looks at */

static enum sk_status made_put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return ((struct sk_buf *)context)->status;
}

/* Runs a package of these parts. Content types and the root's relationships are made for the main part unless they are among them. */
static __attribute__((noinline)) void made_run(const char *main, const char *type, const struct made_part *parts, size_t count)
{
	struct sk_arena arena;
	struct sk_buf out;
	struct zip_writer w;
	char text[2048];
	bool typed = false, related = false;

	inline_free(&made_job);
	memset(&made_job, 0, sizeof made_job);
	sk_arena_init(&arena, made_memory, MADE_BYTES);
	sk_buf_init(&out, &arena, (size_t)1 << 20);
	(void)sk_buf_room(&out, (size_t)1 << 19);
	zip_writer_init(&w, made_put, &out, &arena);
	for (size_t i = 0; i < count; i++) {
		typed |= strcmp(parts[i].name, "[Content_Types].xml") == 0;
		related |= strcmp(parts[i].name, "_rels/.rels") == 0;
	}
	if (!typed) {
		snprintf(text, sizeof text, "<Types xmlns='" MADE_TYPES "'><Default Extension='xml' ContentType='application/xml'/><Override PartName='/%s' ContentType='%s'/></Types>",
			 main, type);
		assert_int_equal(zip_write(&w, SK_BYTES("[Content_Types].xml"), sk_bytes_str(text), true), SK_OK);
	}
	if (!related) {
		snprintf(text, sizeof text, RELS(REL("r", OFFICE "/officeDocument", "%s")), main);
		assert_int_equal(zip_write(&w, SK_BYTES("_rels/.rels"), sk_bytes_str(text), true), SK_OK);
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(zip_write(&w, sk_bytes_str(parts[i].name), sk_bytes_str(parts[i].text), true), SK_OK);
	assert_int_equal(zip_finish(&w), SK_OK);
	inline_run(&made_job, sk_buf_bytes(&out), LEVEL_REBUILD, 0);
	sk_arena_reset(&arena);
}

/* Takes a part of the output as the text that has() and has_not() look at; false when it is not there. */
static __attribute__((noinline)) bool made_look(const char *part)
{
	struct sk_arena arena;
	struct zip zip;
	sk_bytes bytes;

	free(made_xml);
	made_xml = NULL;
	if (!made_job.written)
		return false;
	sk_arena_init(&arena, made_memory, MADE_BYTES);
	assert_int_equal(zip_open(&zip, made_job.output, &arena, NULL), SK_OK);
	const struct zip_entry *entry = zip_find(&zip, sk_bytes_str(part));
	if (entry != NULL && zip_read(&zip, entry, &arena, &bytes) == SK_OK)
		made_xml = strndup((const char *)bytes.at, bytes.len);
	sk_arena_reset(&arena);
	return made_xml != NULL;
}

static void has(const char *text)
{
	assert_non_null(made_xml);
	if (strstr(made_xml, text) == NULL)
		print_error("%s\nis not in\n%s\n", text, made_xml);
	assert_non_null(strstr(made_xml, text));
}

static void has_not(const char *text)
{
	assert_non_null(made_xml);
	if (strstr(made_xml, text) != NULL)
		print_error("%s\nis in\n%s\n", text, made_xml);
	assert_null(strstr(made_xml, text));
}

#define told(code) assert_true(made_job.findings[FINDING_##code] > 0)
#define not_told(code) assert_int_equal(made_job.findings[FINDING_##code], 0)

static int made_tests(const char *name, const struct CMUnitTest *tests, size_t count)
{
	made_memory = malloc(MADE_BYTES);
	int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	inline_free(&made_job);
	free(made_xml);
	free(made_memory);
	return failed;
}

#endif
