/* What the files of signed notes share. */
#ifndef LEDGER_NOTE_PARTS_H
#define LEDGER_NOTE_PARTS_H

#include "ledger/note.h"

/* A key's name: UTF-8 without control characters, spaces of Unicode, and plus; not empty, not too long. */
bool note_name_valid(sk_bytes name);

#endif
