/*
 * Checkpoints (c2sp.org/tlog-checkpoint): the text of a note that states a tree's size and root.
 *
 * The attacker controls the text, unless a known key signed its note.
 */
#include "ledger/note.h"

#include "ledger/base64.h"

/* The next line without its newline; false when there is none or it is empty. */
static bool line_take(sk_bytes *rest, sk_bytes *line)
{
	size_t end = sk_bytes_find(*rest, SK_BYTES("\n"), 0);

	if (end == SIZE_MAX || end == 0)
		return false;
	*line = sk_bytes_slice(*rest, 0, end);
	*rest = sk_bytes_slice(*rest, end + 1, SIZE_MAX);
	return true;
}

/* Decimal digits alone, no zero in front. */
static bool size_read(sk_bytes line, uint64_t *size)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] < '0' || line.at[i] > '9')
			return false;
	return (line.len == 1 || line.at[0] != '0') && sk_parse_u64(line, size) && *size < UINT64_C(1) << TREE_LEVELS;
}

enum sk_status checkpoint_read(sk_text text, struct checkpoint *checkpoint)
{
	sk_bytes rest = sk_text_bytes(text), origin, size, root;
	size_t len;

	if (!line_take(&rest, &origin) || !line_take(&rest, &size) || !line_take(&rest, &root) || !size_read(size, &checkpoint->size))
		return SK_MALFORMED;
	SK_TRY(sk_text_check(origin, &checkpoint->origin));
	SK_TRY(base64_read(root, checkpoint->root.at, TREE_HASH_BYTES, &len));
	if (len != TREE_HASH_BYTES)
		return SK_MALFORMED;
	return rest.len == 0 ? SK_OK : SK_UNSUPPORTED;
}

void checkpoint_write(const struct checkpoint *checkpoint, struct sk_buf *out)
{
	sk_buf_put(out, sk_text_bytes(checkpoint->origin));
	sk_buf_u8(out, '\n');
	sk_buf_decimal(out, (int64_t)checkpoint->size);
	sk_buf_u8(out, '\n');
	base64_write(sk_bytes_of(checkpoint->root.at, TREE_HASH_BYTES), out);
	sk_buf_u8(out, '\n');
}
