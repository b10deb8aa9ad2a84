/* The table of families and of the kinds of files. */
#include "format/format.h"

#ifdef FORMATS_APART
#define FORMAT_APART(family) FORMAT(family)
#else
#define FORMAT_APART(family) FORMAT(family##_apart)
#endif

#define FORMAT(family) extern const struct format format_##family;
#include "format/formats.def"
#undef FORMAT

const struct format *const formats[] = {
#define FORMAT(family) &format_##family,
#include "format/formats.def"
#undef FORMAT
};
const size_t format_count = SK_COUNT(formats);

const struct format *format_by_digest(uint32_t digest)
{
	for (size_t i = 0; i < format_count; i++)
		if (formats[i]->vocabulary != NULL && formats[i]->vocabulary->digest == digest)
			return formats[i];
	return NULL;
}
