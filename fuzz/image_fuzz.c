/*
 * Pictures: JPEG, PNG and GIF through reader, checker and writer, in one process. What comes out is nothing but a picture, and passes
 * again unchanged and with nothing to report. The first byte's lowest bit says that the CRCs of a PNG are made right first, which no
 * fuzzer guesses.
 */
#include "format/image/image_test.h"

#include "codec/deflate.h"
#include "fuzz/harmless.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static uint32_t length_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void repair_sums(uint8_t *png, size_t len)
{
	for (size_t at = 8; at + 12 <= len;) {
		size_t body = length_at(png + at);
		if (body > len - at - 12)
			return;
		uint32_t sum = deflate_crc32(0, sk_bytes_of(png + at + 4, body + 4));
		for (unsigned i = 0; i < 4; i++)
			png[at + 8 + body + i] = (uint8_t)(sum >> (24 - 8 * i));
		at += 12 + body;
	}
}

static void check_again(sk_bytes output)
{
	struct sanitized *again = image_sanitize(output);
	if (again->written != SK_OK)
		harmless_found("a picture that is refused", output);
	if (!sk_bytes_equal(again->output, output))
		harmless_found("a picture that changes again", output);
	for (size_t i = 0; i < FINDING_COUNT; i++)
		if (again->findings[i] > 0)
			harmless_found("a picture with a finding", sk_bytes_str(finding_name((unsigned)i)));
	sanitized_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct format_bid bid = {0};
	struct sk_arena arena;
	static uint8_t memory[1 << 16];
	if (len < 9)
		return 0;
	uint8_t *copy = malloc(len - 1);
	if (copy == NULL)
		abort();
	memcpy(copy, at + 1, len - 1);
	if ((at[0] & 1) != 0)
		repair_sums(copy, len - 1);
	sk_bytes input = sk_bytes_of(copy, len - 1);
	sk_arena_init(&arena, memory, sizeof memory);
	image_bid(input, &arena, &bid);
	sk_arena_reset(&arena);
	if (bid.taken) {
		struct sanitized *s = image_sanitize(input);
		if (s->written == SK_OK) {
			harmless_picture(s->output);
			check_again(s->output);
		} else if (s->read == SK_OK && s->written != SK_LIMIT) {
			harmless_found("nothing: what was read could not be written", input);
		}
		sanitized_free(s);
	}
	free(copy);
	return 0;
}
