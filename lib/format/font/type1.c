/* type1: not rewritten yet. */
#include "format/font/parts.h"

enum sk_status type1_rewrite(struct font_job *job, sk_bytes program, struct sk_buf *out)
{
	(void)job, (void)program, (void)out;
	return SK_UNSUPPORTED;
}
