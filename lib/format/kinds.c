/* The table of kinds: what a file can be, as reports name it. */
#include "format/format.h"

static const struct format_kind_row rows[KIND_COUNT] = {
#define KIND(kind, extension, media_type, ja, en, advice_ja, advice_en)                                                \
	{#kind, extension, media_type, ja, en, advice_ja, advice_en},
#include "format/kinds.def"
#undef KIND
};

const struct format_kind_row *format_kind_row(unsigned kind)
{
	return kind < KIND_COUNT ? &rows[kind] : NULL;
}
