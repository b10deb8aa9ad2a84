/* ZIP containers: opened, every entry read; what was read is written anew and must read back the same. */
#include "format/zip/zip.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define EXPANDED_MAX ((uint64_t)4 << 20)

static enum sk_status put(void *context, sk_bytes bytes)
{
	sk_buf_put(context, bytes);
	return ((struct sk_buf *)context)->status;
}

static void write_and_compare(struct zip *zip, struct sk_arena *arena)
{
	struct sk_buf out;
	struct zip_writer writer;
	struct zip again;
	sk_bytes bytes, back;
	size_t said = 0;

	sk_buf_init(&out, arena, (size_t)64 << 20);
	zip_writer_init(&writer, put, &out, arena);
	(void)sk_buf_room(&out, (size_t)32 << 20); /* the writer marks and releases; the output must not grow between */
	for (size_t i = 0; i < zip->entry_count && i < 64; i++)
		if (zip->entries[i].size <= EXPANDED_MAX / 16 && zip_read(zip, &zip->entries[i], arena, &bytes) == SK_OK &&
		    zip_write(&writer, zip->entries[i].name, bytes, true) == SK_OK)
			said++;
	if (zip_finish(&writer) != SK_OK || zip_open(&again, sk_buf_bytes(&out), arena, NULL) != SK_OK || again.entry_count != said)
		abort();
	for (size_t i = 0; i < said; i++)
		if (zip_read(&again, &again.entries[i], arena, &back) != SK_OK)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static void *memory;
	struct sk_arena arena;
	struct zip zip;

	if (memory == NULL)
		memory = malloc(ARENA_BYTES);
	sk_arena_init(&arena, memory, ARENA_BYTES);
	if (len < (1 << 20) && zip_open(&zip, sk_bytes_of(at, len), &arena, NULL) == SK_OK)
		write_and_compare(&zip, &arena);
	sk_arena_reset(&arena);
	return 0;
}
