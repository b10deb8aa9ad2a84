/*
 * VML as Excel writes it: a line break in the words of a control or a comment is the <br> of HTML, which no end tag follows, so that the
 * part is no XML. Other programs that read such parts repair them in the same way.
 *
 * What the attacker controls here: every byte. Only a whole "<br>" becomes "<br/>"; what that makes of the part is read as strictly as any.
 */
#include "format/ooxml/read_part.h"

static const sk_bytes open_break = {(const uint8_t *)"<br>", 4};

static size_t next_break(sk_bytes xml, size_t from)
{
	return sk_bytes_find(xml, open_break, from);
}

static size_t count_breaks(sk_bytes xml)
{
	size_t count = 0;
	for (size_t at = next_break(xml, 0); at != SIZE_MAX; at = next_break(xml, at + open_break.len))
		count++;
	return count;
}

enum sk_status vml_close_breaks(struct sk_arena *arena, sk_bytes *xml)
{
	size_t count = count_breaks(*xml);
	if (count == 0 || sk_bytes_find(*xml, SK_BYTES("</br>"), 0) != SIZE_MAX)
		return SK_OK; /* most parts, and those of programs that close what they open */
	struct sk_buf closed;
	sk_buf_init(&closed, arena, xml->len + count);
	size_t from = 0;
	for (size_t at = next_break(*xml, 0); at != SIZE_MAX; at = next_break(*xml, from)) {
		sk_buf_put(&closed, sk_bytes_slice(*xml, from, at - from));
		sk_buf_str(&closed, "<br/>");
		from = at + open_break.len;
	}
	sk_buf_put(&closed, sk_bytes_slice(*xml, from, xml->len - from));
	*xml = sk_buf_bytes(&closed);
	return closed.status;
}
