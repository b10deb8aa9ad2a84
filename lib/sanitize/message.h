/* Findings as sentences for people; what others control in them (names, details) is shown, never acted on by a terminal. */
#ifndef SANITIZE_MESSAGE_H
#define SANITIZE_MESSAGE_H

#include "base/base.h"
#include "neutral/finding.h"

#define SANITIZE_MESSAGE_MAX 2048 /* bytes of the longest sentence, with its end */

/* Appends a text as a terminal may show it: what is no UTF-8, controls and direction marks become \xNN. */
void sanitize_show(sk_bytes text, struct sk_buf *out);
/* The sentence of a finding with {count} and {detail} filled in, without its place; an empty detail takes its brackets along. */
void sanitize_message(const struct finding *finding, bool japanese, char to[SANITIZE_MESSAGE_MAX]);
/* "macro-removed": the code as scripts see it. */
void sanitize_code(unsigned code, char to[64]);
/* "note", "removed", "changed", "blocked"; "file", "part", "sheet" and so on. */
const char *sanitize_severity_name(unsigned code);
const char *sanitize_place_name(unsigned place);

#endif
