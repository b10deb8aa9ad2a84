/* What the files of sekisho-office share. */
#ifndef RENDER_OFFICE_H
#define RENDER_OFFICE_H

/* A file with LibreOffice's system-call filter, as bubblewrap takes it; -1. */
int office_filter(void);

/* What the profile says before LibreOffice starts with it (registrymodifications.xcu): no macro runs, whatever the document says of itself;
 * nothing is fetched or updated. */
extern const char office_settings[];

#endif
