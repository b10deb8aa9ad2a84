/* The reader: hostile bytes to records. */
#ifndef READER_READER_H
#define READER_READER_H

#include "sys/sandbox.h"

struct sandbox_profile reader_profile(void);

#endif
