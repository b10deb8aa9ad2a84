/* The table of findings and the cleaning of what is reported with them. What the attacker controls here: where and
 * detail, which are names and values of the document. */
#include "neutral/finding.h"

struct row {
	const char *name, *ja, *en;
	enum finding_severity severity;
};

static const struct row rows[FINDING_COUNT] = {
#define FINDING(code, severity, ja, en) {#code, ja, en, FINDING_##severity},
#include "neutral/finding.def"
#undef FINDING
};

const char *finding_name(unsigned code)
{
	return code < FINDING_COUNT ? rows[code].name : NULL;
}

enum finding_severity finding_severity(unsigned code)
{
	return code < FINDING_COUNT ? rows[code].severity : FINDING_BLOCKED;
}

const char *finding_message(unsigned code, bool japanese)
{
	if (code >= FINDING_COUNT)
		return "";
	return japanese ? rows[code].ja : rows[code].en;
}

/* Characters that would change a report's line or its direction when shown. */
static bool shown(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0))
		return false;
	return !(c >= 0x200B && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) && !(c >= 0x2060 && c <= 0x206F) &&
	       c != 0xFEFF;
}

sk_text finding_text(sk_bytes b, uint8_t to[FINDING_TEXT_MAX])
{
	size_t at = 0;
	size_t len = 0;
	while (at < b.len) {
		uint32_t c = sk_utf8_decode(b, &at);
		uint8_t encoded[4];
		size_t size = sk_utf8_encode(shown(c) ? c : 0xFFFD, encoded);
		if (size > FINDING_TEXT_MAX - len)
			break;
		memcpy(to + len, encoded, size);
		len += size;
	}
	return (sk_text){(const char *)to, len};
}

void finding_report(const struct finding_sink *sink, enum finding_code code, enum finding_place place, sk_bytes where,
		    sk_bytes detail, uint32_t count)
{
	uint8_t where_text[FINDING_TEXT_MAX];
	uint8_t detail_text[FINDING_TEXT_MAX];
	struct finding finding = {
		.code = (uint16_t)code,
		.place = (uint8_t)place,
		.count = count,
		.where = finding_text(where, where_text),
		.detail = finding_text(detail, detail_text),
	};
	sink->add(sink->context, &finding);
}
