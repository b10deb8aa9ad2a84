/* The writer: checked records to clean bytes. */
#ifndef WRITER_WRITER_H
#define WRITER_WRITER_H

#include "sys/sandbox.h"

struct sandbox_profile writer_profile(void);

#endif
