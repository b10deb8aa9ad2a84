/* Base64 (RFC 4648, 4), padded; of two forms that mean the same, only the one that an encoder makes is read. */
#ifndef LEDGER_BASE64_H
#define LEDGER_BASE64_H

#include "base/base.h"

void base64_write(sk_bytes bytes, struct sk_buf *out);
/* Reads into room (NULL: only tells whether it could); *len is what it came to. SK_MALFORMED when it is no base64 or does not fit. */
enum sk_status SK_MUST_USE base64_read(sk_bytes text, uint8_t *room, size_t room_len, size_t *len);

#endif
