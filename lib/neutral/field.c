/* Refuses everything until its grammar stands. */
#include "neutral/grammar.h"

bool field_allowed(sk_bytes instruction)
{
	(void)instruction;
	return false;
}
