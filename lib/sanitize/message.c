/* Sentences. What others control: the texts of findings; they were checked to be UTF-8 when they came. */
#include "sanitize/message.h"

#include "conf/conf.h"
#include "format/format.h"

static bool is_shown(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7F && c < 0xA0) && !(c >= 0x200B && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2060 && c <= 0x206F) && c != 0xFEFF;
}

void sanitize_show(sk_bytes text, struct sk_buf *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len;) {
		size_t before = i;
		uint32_t c = sk_utf8_decode(text, &i);
		bool broken = c == 0xFFFD && i - before == 1;
		if (!broken && is_shown(c)) {
			sk_buf_put(out, sk_bytes_of(text.at + before, i - before));
			continue;
		}
		for (size_t k = before; k < i; k++) {
			const char escape[] = {'\\', 'x', digits[text.at[k] >> 4], digits[text.at[k] & 15]};
			sk_buf_put(out, sk_bytes_of(escape, sizeof escape));
		}
	}
}

/* What {detail} means to people: kinds and limits have names of their own. */
static sk_bytes detail_words(const struct finding *f, bool japanese)
{
	sk_bytes detail = sk_text_bytes(f->detail);

	if (f->code == FINDING_blocked_kind || f->code == FINDING_object_to_picture || f->code == FINDING_picture_replaced)
		for (unsigned kind = 0; kind < KIND_COUNT; kind++)
			if (sk_bytes_equal(sk_bytes_str(format_kind_row(kind)->name), detail))
				return sk_bytes_str(japanese ? format_kind_row(kind)->ja : format_kind_row(kind)->en);
	if (f->code == FINDING_blocked_limit || f->code == FINDING_entry_limit)
		for (size_t i = 0; i < LIMIT_COUNT; i++)
			if (sk_bytes_equal(sk_bytes_str(limit_rows[i].name), detail))
				return sk_bytes_str(japanese ? limit_rows[i].ja : limit_rows[i].en);
	return detail;
}

static bool starts(sk_bytes text, sk_bytes with)
{
	return text.len >= with.len && sk_bytes_equal(sk_bytes_of(text.at, with.len), with);
}

void sanitize_message(const struct finding *f, bool japanese, char to[SANITIZE_MESSAGE_MAX])
{
	const sk_bytes count = SK_BYTES("{count}"), hole = SK_BYTES("{detail}");
	const sk_bytes brackets = japanese ? SK_BYTES("（{detail}）") : SK_BYTES(" ({detail})");
	sk_bytes text = sk_bytes_str(finding_message(f->code, japanese)), detail = detail_words(f, japanese);
	struct sk_buf out;
	size_t used;

	sk_buf_fixed(&out, to, SANITIZE_MESSAGE_MAX - 1);
	for (; text.len > 0; text = sk_bytes_of(text.at + used, text.len - used)) {
		if (detail.len == 0 && starts(text, brackets)) {
			used = brackets.len;
		} else if (starts(text, count)) {
			used = count.len;
			sk_buf_decimal(&out, f->count);
		} else if (starts(text, hole)) {
			used = hole.len;
			sanitize_show(detail, &out);
		} else {
			used = 1;
			sk_buf_u8(&out, text.at[0]);
		}
	}
	to[out.len] = '\0';
}

void sanitize_code(unsigned code, char to[64])
{
	struct sk_buf out;

	sk_buf_fixed(&out, to, 63);
	for (const char *at = finding_name(code); *at != '\0'; at++)
		sk_buf_u8(&out, *at == '_' ? '-' : (uint8_t)*at);
	to[out.len] = '\0';
}

const char *sanitize_severity_name(unsigned code)
{
	static const char *const names[] = {"note", "removed", "changed", "blocked"};

	return names[finding_severity(code)];
}

const char *sanitize_place_name(unsigned place)
{
	static const char *const names[FINDING_PLACES] = {"file", "part", "sheet", "slide", "page", "entry", "line"};

	return names[place];
}
