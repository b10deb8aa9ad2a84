/*
 * name: what a clean file is called. Its extension must be one of its kind, so that the program which opens it is the one that was
 * thought of: a picture called letter.docm or list.exe does not stay so.
 */
#ifndef FORMAT_NAME_H
#define FORMAT_NAME_H

#include "base/base.h"

/* True when the name (UTF-8, no folder) has an extension that files of this kind have. */
bool format_name_fits(sk_bytes name, unsigned kind);
/* Appends the name with a fitting extension: as it is when it fits; its extension changed when it is that of another kind that we write
 * (docm to docx); otherwise one appended. True when it is not as it was. */
bool format_name_fit(sk_bytes name, unsigned kind, struct sk_buf *out);

#endif
