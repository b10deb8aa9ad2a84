/*
 * Documents of PDF through the line in one process: what comes out is taken again and stays the same. Input that is no whole document is
 * the entries of a catalogue, of a page and of its resources, cut at the byte 0, so that small inputs reach all types.
 */
#include "fuzz/inline.h"

#define PIECES 4

static void put_object(struct sk_buf *out, const char *head, sk_bytes piece)
{
	sk_buf_str(out, head);
	sk_buf_put(out, piece);
	sk_buf_str(out, ">>endobj\n");
}

/* A document without a table around the pieces: catalogue, page, resources, one more object. */
static void wrap(struct sk_buf *out, sk_bytes data)
{
	sk_bytes pieces[PIECES];
	for (size_t i = 0; i < PIECES; i++) {
		size_t end = i + 1 < PIECES ? sk_bytes_find(data, SK_BYTES("\0"), 0) : data.len;
		end = sk_min(end, data.len);
		pieces[i] = sk_bytes_slice(data, 0, end);
		data = sk_bytes_slice(data, end + 1, data.len);
	}
	sk_buf_str(out, "%PDF-1.7\n");
	put_object(out, "1 0 obj<</Type/Catalog/Pages 2 0 R", pieces[0]);
	put_object(out, "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1", sk_bytes_of(NULL, 0));
	put_object(out, "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources 4 0 R", pieces[1]);
	put_object(out, "4 0 obj<<", pieces[2]);
	put_object(out, "5 0 obj<<", pieces[3]);
	sk_buf_str(out, "trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static uint8_t memory[1 << 17];
	struct sk_buf whole;
	sk_bytes input = sk_bytes_of(at, len);

	if (len > (4 << 20))
		return 0;
	if (!sk_bytes_starts(input, SK_BYTES("%PDF-")) && len < (1 << 16)) {
		sk_buf_fixed(&whole, memory, sizeof memory);
		wrap(&whole, input);
		input = sk_buf_bytes(&whole);
	}
	inline_twice(input);
	return 0;
}
