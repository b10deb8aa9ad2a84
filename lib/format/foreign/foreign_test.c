/* Kinds that are recognised and not taken: one sample of each way, and what must not be taken for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/foreign/foreign.h"

extern const struct format format_foreign;

static struct format_bid bid_of(sk_bytes input)
{
	static uint8_t memory[1 << 16];
	struct sk_arena arena;
	struct format_bid bid;
	sk_arena_init(&arena, memory, sizeof memory);
	format_foreign.bid(input, &arena, &bid);
	assert_false(bid.taken);
	sk_arena_reset(&arena);
	return bid;
}

static void expect(sk_bytes input, unsigned kind)
{
	struct format_bid bid = bid_of(input);
	if (bid.bits == 0)
		bid.kind = KIND_unknown;
	if (bid.kind != kind)
		fail_msg("kind %u, wanted %u: %.60s", bid.kind, kind, (const char *)input.at);
}

/* Every row is found when nothing else is in the file but its bytes. */
static void test_signatures(void **state)
{
	const struct {
		unsigned kind;
		size_t offset;
		sk_bytes bytes;
	} rows[] = {
#define SIGNATURE(kind, offset, bytes, mask) {KIND_##kind, offset, SK_BYTES(bytes)},
#include "format/foreign/signatures.def"
#undef SIGNATURE
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		uint8_t *file = calloc(1, rows[i].offset + 64);
		memcpy(file + rows[i].offset, rows[i].bytes.at, rows[i].bytes.len);
		expect(sk_bytes_of(file, rows[i].offset + 64), rows[i].kind);
		file[rows[i].offset] ^= 0x40; /* one bit of the first byte: none of this kind any more, unless the byte does not count */
		struct format_bid bid = bid_of(sk_bytes_of(file, rows[i].offset + rows[i].bytes.len - 1));
		assert_true(bid.kind != rows[i].kind || bid.bits < 8 * rows[i].bytes.len);
		free(file);
	}
}

static void test_words(void **state)
{
	const struct {
		unsigned kind;
		sk_bytes text;
	} rows[] = {
		{KIND_pdf, SK_BYTES("%FDF-1.2\n")},
		{KIND_pdf, SK_BYTES("junk\n%FDF-1.2\n1 0 obj\n")},
		{KIND_html, SK_BYTES(" \n<!DOCTYPE HTML><p>")},
		{KIND_html, SK_BYTES("\xEF\xBB\xBF<!-- x --><HTML lang=ja>")},
		{KIND_html, SK_BYTES("\xFF\xFE<\0h\0t\0m\0l\0>\0")},
		{KIND_html, SK_BYTES("<\0s\0c\0r\0i\0p\0t\0>\0")},
		{KIND_html, SK_BYTES("some words\n<script>alert(1)</script>")},
		{KIND_html, SK_BYTES("\xE2\x80\x8B\x01<ht\xE2\x80\xAEml>")},
		{KIND_script, SK_BYTES("sep=;\n#!/bin/sh\n")},
		{KIND_html, SK_BYTES("\x1B(B<scr\x1B$B\x1B(Jipt>")},
		{KIND_svg, SK_BYTES("<?xml version=\"1.0\"?>\n<!-- c -->\n<svg xmlns=\"http://www.w3.org/2000/svg\">")},
		{KIND_xml, SK_BYTES("<?xml version=\"1.0\"?>\n<root/>")},
		{KIND_rtf, SK_BYTES("  {\\rtf1\\ansi")},
		{KIND_mail, SK_BYTES("Received: from a\r\n by b\r\nSubject: =?x?=\r\n\r\n<html>")},
		{KIND_mail, SK_BYTES("From a@b Mon\nFrom: a\nTo: b\nSubject: c\n\n")},
		{KIND_script, SK_BYTES("#!/bin/sh\nrm -rf /\n")},
		{KIND_script, SK_BYTES("@ECHO OFF\r\ndel *\r\n")},
		{KIND_script, SK_BYTES("Dim x\r\nSet x = CreateObject(\"WScript.Shell\")\r\n")},
		{KIND_script, SK_BYTES("text\n<?php system($_GET[0]); ?>")},
		{KIND_script, SK_BYTES("Windows Registry Editor Version 5.00\r\n")},
		{KIND_shortcut, SK_BYTES("[InternetShortcut]\r\nURL=file://x\r\n")},
		{KIND_slk, SK_BYTES("ID;PWXL;N;E\r\n")},
		{KIND_slk, SK_BYTES("WEB\r\n1\r\nhttp://x\r\n")},
		{KIND_cad, SK_BYTES("  0\r\nSECTION\r\n  2\r\nHEADER\r\n")},
		{KIND_cad, SK_BYTES("ISO-10303-21;\r\nHEADER;\r\n")},
		{KIND_executable, SK_BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0\xB8\0\0\0\0\0\0\0\x40\0\0\0\0\0")},
		/* prose that speaks of such things */
		{KIND_unknown, SK_BYTES("PDF files begin with %PDF-1.7 and so on.\n")},
		{KIND_unknown, SK_BYTES("Dear all, the subject: dimensions of the hall.\n")},
		{KIND_unknown, SK_BYTES("\xE4\xBB\xB6\xE5\x90\x8D: \xE4\xBC\x9A\xE8\xAD\xB0\n1 < 2\n")},
		{KIND_unknown, SK_BYTES("ID,NAME\n1,x\n")},
		{KIND_unknown, SK_BYTES("MZ is a format of programs, they say\n")},
		{KIND_unknown, SK_BYTES("CWS is short for something\n")},
		{KIND_unknown, SK_BYTES("")},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++)
		expect(rows[i].text, rows[i].kind);
}

#define COMPOUND_BYTES (512 * 4)

static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* A compound file of a header, one FAT sector and one directory sector: a root and one stream of that name. */
static void make_compound(uint8_t file[COMPOUND_BYTES], const char *name)
{
	uint8_t *directory = file + 1024, *stream = directory + 128;
	memset(file, 0, COMPOUND_BYTES);
	memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
	file[30] = 9;
	put_u32(file + 44, 1);
	put_u32(file + 48, 1);
	put_u32(file + 512 + 4, 0xFFFFFFFE); /* the directory is one sector */
	put_u32(directory + 76, 1);
	put_u32(directory + 68, 0xFFFFFFFF);
	put_u32(directory + 72, 0xFFFFFFFF);
	for (size_t i = 0; i < strlen(name); i++)
		stream[2 * i] = (uint8_t)name[i];
	put_u32(stream + 68, 0xFFFFFFFF);
	put_u32(stream + 72, 0xFFFFFFFF);
}

static void test_compound(void **state)
{
	static uint8_t file[COMPOUND_BYTES];
	static const struct {
		const char *name;
		unsigned kind;
		enum sk_status status;
	} rows[] = {
		{"WordDocument", KIND_doc, SK_OK}, {"Workbook", KIND_xls, SK_OK}, {"Book", KIND_xls, SK_OK},
		{"PowerPoint Document", KIND_ppt, SK_OK}, {"__properties_version1.0", KIND_msg, SK_OK},
		{"EncryptedPackage", KIND_ooxml_encrypted, SK_ENCRYPTED}, {"JSRV_SegmentInformation", KIND_jtd, SK_OK},
		{"Other", KIND_ole2, SK_OK},
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(rows); i++) {
		make_compound(file, rows[i].name);
		struct format_bid bid = bid_of(sk_bytes_of(file, sizeof file));
		assert_int_equal(bid.kind, rows[i].kind);
		assert_int_equal(bid.status, rows[i].status);
	}
	make_compound(file, "x");
	memcpy(file + 1024 + 80, "\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16);
	expect(sk_bytes_of(file, sizeof file), KIND_executable);
}

/* Loops and numbers beyond the file end. */
static void test_broken_compound(void **state)
{
	static uint8_t file[COMPOUND_BYTES];
	(void)state;
	make_compound(file, "x");
	put_u32(file + 1024 + 128 + 68, 1); /* a stream that is its own sibling */
	put_u32(file + 1024 + 128 + 72, 1);
	expect(sk_bytes_of(file, sizeof file), KIND_ole2);
	put_u32(file + 512 + 4, 1); /* a directory that goes round */
	expect(sk_bytes_of(file, sizeof file), KIND_ole2);
	put_u32(file + 48, 0x00FFFFFF);
	put_u32(file + 76, 0x7FFFFFFF);
	expect(sk_bytes_of(file, sizeof file), KIND_ole2);
	for (size_t len = 0; len < sizeof file; len += 37) {
		uint8_t *exact = malloc(len + 1);
		memcpy(exact, file, len);
		bid_of(sk_bytes_of(exact, len));
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures), cmocka_unit_test(test_words), cmocka_unit_test(test_compound),
		cmocka_unit_test(test_broken_compound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
