/*
 * OS/2: weights, widths and heights of a font (OpenType 1.9, "OS/2"). Viewers of PDF don't ask for it; programs that install a font do.
 *
 * What the attacker controls here: the version and every number. None of them counts or points to anything.
 */
#include "format/font/font_tables.h"

#define VENDOR 58 /* where four letters tell who made the font */

void font_style(sk_bytes found, struct sk_buf *to)
{
	static const uint8_t lengths[] = {78, 86, 96, 96, 96, 100};
	size_t version = found.len < 2 ? 0 : sk_min(font_u16(found.at), SK_COUNT(lengths) - 1);

	while (version > 0 && found.len < lengths[version])
		version--;
	if (found.len < lengths[version])
		return;
	sk_buf_u16be(to, (uint16_t)version);
	sk_buf_put(to, sk_bytes_slice(found, 2, VENDOR - 2));
	for (size_t i = VENDOR; i < VENDOR + 4; i++)
		sk_buf_u8(to, found.at[i] > ' ' && found.at[i] <= '~' ? found.at[i] : ' ');
	sk_buf_put(to, sk_bytes_slice(found, VENDOR + 4, lengths[version] - (size_t)VENDOR - 4));
}
