/*
 * VML as Excel writes it, which is not always XML: a line break in words is the <br> of HTML, which no end tag follows; a fill with a
 * picture says o:relid="rId1" three times over. Other programs repair such parts in the same way before they read them.
 *
 * What the attacker controls here: every byte. Only two things are changed: a whole "<br>" becomes "<br/>", and an attribute that repeats
 * an earlier one of its tag byte for byte goes. What that makes of the part is read as strictly as any; where a tag is not understood it
 * stays as it is.
 */
#include "format/ooxml/read_part.h"

#define ATTRIBUTES_MAX 64 /* of a tag that are compared; real tags have some twenty */

struct repair {
	sk_bytes xml;
	size_t kept;         /* up to here the source stands in out */
	struct sk_buf out;
	bool breaks_end;     /* "</br>" is in the part: its program closes what it opens */
};

/* What stands in the source from here to there becomes text. */
static void replace(struct repair *repair, size_t from, size_t to, sk_bytes text)
{
	sk_buf_put(&repair->out, sk_bytes_slice(repair->xml, repair->kept, from - repair->kept));
	sk_buf_put(&repair->out, text);
	repair->kept = to;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(sk_bytes xml, size_t at)
{
	while (at < xml.len && is_blank(xml.at[at]))
		at++;
	return at;
}

/* The end of the attribute that begins at a name; SIZE_MAX when that is none. */
static size_t attribute_end(sk_bytes xml, size_t at)
{
	while (at < xml.len && xml.at[at] != '=' && xml.at[at] != '>' && xml.at[at] != '<' && !is_blank(xml.at[at]))
		at++;
	if (xml.len - at < 2 || xml.at[at] != '=' || (xml.at[at + 1] != '"' && xml.at[at + 1] != '\''))
		return SIZE_MAX;
	size_t end = sk_bytes_find(xml, sk_bytes_slice(xml, at + 1, 1), at + 2);
	return end == SIZE_MAX ? SIZE_MAX : end + 1;
}

static bool is_among(sk_bytes one, const sk_bytes *others, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sk_bytes_equal(others[i], one))
			return true;
	return false;
}

/* The attributes of the tag whose name ends at at; returns where the tag is left. */
static size_t drop_repeated(struct repair *repair, size_t at)
{
	sk_bytes seen[ATTRIBUTES_MAX];
	size_t count = 0;
	for (;;) {
		size_t name = skip_blanks(repair->xml, at);
		size_t end = name > at ? attribute_end(repair->xml, name) : SIZE_MAX;
		if (end == SIZE_MAX)
			return name;
		sk_bytes attribute = sk_bytes_slice(repair->xml, name, end - name);
		if (is_among(attribute, seen, count))
			replace(repair, at, end, (sk_bytes){NULL, 0});
		else if (count < ATTRIBUTES_MAX)
			seen[count++] = attribute;
		at = end;
	}
}

/* The tag that begins at at; returns where the search for the next one begins. */
static size_t repair_tag(struct repair *repair, size_t at)
{
	static const sk_bytes open_break = {(const uint8_t *)"<br>", 4};
	if (sk_bytes_equal(sk_bytes_slice(repair->xml, at, open_break.len), open_break)) {
		if (!repair->breaks_end)
			replace(repair, at, at + open_break.len, SK_BYTES("<br/>"));
		return at + open_break.len;
	}
	size_t end = at + 1;
	while (end < repair->xml.len && repair->xml.at[end] != '>' && repair->xml.at[end] != '<' && !is_blank(repair->xml.at[end]))
		end++;
	return drop_repeated(repair, end);
}

enum sk_status vml_repair(struct sk_arena *arena, sk_bytes *xml)
{
	struct repair repair = {.xml = *xml, .breaks_end = sk_bytes_find(*xml, SK_BYTES("</br>"), 0) != SIZE_MAX};
	sk_buf_init(&repair.out, arena, xml->len + xml->len / 4); /* "<br>" is four bytes and becomes five */
	for (size_t at = 0; (at = sk_bytes_find(*xml, SK_BYTES("<"), at)) != SIZE_MAX;)
		at = repair_tag(&repair, at);
	if (repair.kept == 0)
		return SK_OK; /* most parts */
	replace(&repair, xml->len, xml->len, (sk_bytes){NULL, 0});
	*xml = sk_buf_bytes(&repair.out);
	return repair.out.status;
}
