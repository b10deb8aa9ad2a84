/* fonts: those of the host, for characters that a document shows without bringing their font. */
#ifndef RENDER_FONTS_H
#define RENDER_FONTS_H

#include <mupdf/fitz.h>

/* Maps the font files of the host that are known here; those that are not there are done without (the library has a Mincho of its own). */
void fonts_map(void);
/* Has the library ask for them. */
void fonts_install(fz_context *ctx);

#endif
