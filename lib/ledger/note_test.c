/* Notes and checkpoints: one that another implementation signed, our own round, and every byte of a note changed. */
#include "ledger/note.h"

#include "ledger/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* From the documentation of Go's golang.org/x/mod/sumdb/note. */
#define GO_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_TEXT "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
#define GO_LINE "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define OTHER_LINE "\u2014 other.example AAAAAAA=\n"

static struct note note;
static struct note_key key;
static uint8_t room[4096];

static enum sk_status opened(sk_bytes bytes)
{
	SK_TRY(note_read(bytes, &note));
	return note_check(&note, &key);
}

static int go_key(void **state)
{
	(void)state;
	return note_key_read(SK_BYTES(GO_KEY), &key) == SK_OK ? 0 : -1;
}

static void a_note_of_go(void **state)
{
	struct sk_buf out;

	(void)state;
	assert_int_equal(opened(SK_BYTES(GO_TEXT "\n" GO_LINE)), SK_OK);
	assert_int_equal(note.text.len, sizeof(GO_TEXT) - 1);
	assert_int_equal(opened(SK_BYTES(GO_TEXT "\n" OTHER_LINE GO_LINE)), SK_OK);
	assert_int_equal(opened(SK_BYTES(GO_TEXT "\n" OTHER_LINE)), SK_UNSUPPORTED);
	assert_int_equal(opened(SK_BYTES("a" GO_TEXT "\n" GO_LINE)), SK_MALFORMED);
	sk_buf_fixed(&out, room, sizeof room);
	note_key_write(&key, &out);
	assert_true(sk_bytes_equal(sk_buf_bytes(&out), SK_BYTES(GO_KEY)));
}

static void keys_that_are_none(void **state)
{
	static const char *const written[] = {"", "PeterNeumann", "PeterNeumann+c74f20a3", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q="};
	struct note_key other;

	(void)state;
	for (size_t i = 0; i < SK_COUNT(written); i++)
		assert_int_equal(note_key_read(sk_bytes_str(written[i]), &other), SK_MALFORMED);
	assert_int_equal(note_key_read(SK_BYTES("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &other), SK_UNSUPPORTED);
}

static void notes_that_are_none(void **state)
{
	static const char *const notes[] = {"", "\n", "\n\n", "text\n", "text\n\n", GO_LINE, GO_TEXT GO_LINE, GO_TEXT "\n" GO_LINE "x",
		GO_TEXT "\n" GO_LINE "x\n", GO_TEXT "\n\u2014 name\n", GO_TEXT "\n\u2014  AAAAAAA=\n", GO_TEXT "\n\u2014 a+b AAAAAAA=\n",
		GO_TEXT "\n\u2014 a\u3000b AAAAAAA=\n", GO_TEXT "\n\u2014 name AAAAAA==\n", GO_TEXT "\n\u2014 name AAAAAAB=\n", GO_TEXT "\n\u2014 name AAAAAAA=AAAA\n",
		GO_TEXT "\n- name AAAAAAA=\n", "tab\there\n\n" GO_LINE, "\xff\n\n" GO_LINE};

	(void)state;
	for (size_t i = 0; i < SK_COUNT(notes); i++)
		if (note_read(sk_bytes_str(notes[i]), &note) != SK_MALFORMED)
			fail_msg("%zu: %s", i, notes[i]);
	assert_int_equal(note_read(SK_BYTES("nul\0\n\n" GO_LINE), &note), SK_MALFORMED);
	/* the text ends at the last empty line, and may have others */
	assert_int_equal(note_read(SK_BYTES("text\n\n\n" GO_LINE), &note), SK_OK);
	assert_int_equal(note.text.len, 6);
}

static void our_round_and_every_byte(void **state)
{
	static const uint8_t seed[SIGN_SEED_BYTES] = {1, 2, 3};
	const struct checkpoint written = {SK_TEXT("ledger.example/水道"), UINT64_C(1234567890123), {{9, 8, 7}}};
	struct checkpoint found;
	struct sign_pair pair;
	struct sk_buf text, out;
	uint8_t text_room[512];
	sk_text checked;

	(void)state;
	assert_true(sign_pair_make(seed, &pair));
	assert_int_equal(note_key_make(written.origin, pair.public_key, &key), SK_OK);
	sk_buf_fixed(&text, text_room, sizeof text_room);
	checkpoint_write(&written, &text);
	assert_int_equal(sk_text_check(sk_buf_bytes(&text), &checked), SK_OK);
	sk_buf_fixed(&out, room, sizeof room);
	assert_int_equal(note_sign(checked, &key, &pair, &out), SK_OK);
	assert_int_equal(opened(sk_buf_bytes(&out)), SK_OK);
	assert_int_equal(checkpoint_read(note.text, &found), SK_OK);
	assert_true(found.size == written.size && sk_bytes_equal(sk_text_bytes(found.origin), sk_text_bytes(written.origin)));
	assert_memory_equal(&found.root, &written.root, sizeof found.root);
	for (size_t i = 0; i < out.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			room[i] ^= (uint8_t)(1U << bit);
			assert_int_not_equal(opened(sk_buf_bytes(&out)), SK_OK);
			room[i] ^= (uint8_t)(1U << bit);
		}
		assert_int_not_equal(opened(sk_bytes_of(room, i)), SK_OK);
	}
	assert_int_equal(note_sign(SK_TEXT("no newline"), &key, &pair, &out), SK_MALFORMED);
	sign_pair_forget(&pair);
	for (size_t i = 0; i < sizeof pair.secret_key; i++)
		assert_int_equal(pair.secret_key[i], 0);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void checkpoints_that_are_none(void **state)
{
	static const char *const texts[] = {"", "\n", "a\n", "a\n1\n", "a\n1\n\n", "\n1\n" ROOT, "a\n01\n" ROOT, "a\n+1\n" ROOT, "a\n-1\n" ROOT, "a\n\n" ROOT,
		"a\n18446744073709551616\n" ROOT, "a\n9223372036854775808\n" ROOT, "a\n1\nAAAA\n", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"};
	struct checkpoint found;

	(void)state;
	assert_int_equal(checkpoint_read(SK_TEXT("a\n0\n" ROOT), &found), SK_OK);
	assert_int_equal(checkpoint_read(SK_TEXT("a\n1\n" ROOT "more\n"), &found), SK_UNSUPPORTED);
	for (size_t i = 0; i < SK_COUNT(texts); i++)
		if (checkpoint_read((sk_text){texts[i], strlen(texts[i])}, &found) != SK_MALFORMED)
			fail_msg("%zu: %s", i, texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_note_of_go, go_key),
		cmocka_unit_test(keys_that_are_none),
		cmocka_unit_test(notes_that_are_none),
		cmocka_unit_test(our_round_and_every_byte),
		cmocka_unit_test(checkpoints_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
