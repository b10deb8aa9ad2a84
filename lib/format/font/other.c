/* Programs of kinds that are not rewritten yet: they go, and the viewer takes another font. */
#include "format/font/font_parts.h"

enum sk_status font_opentype(sk_bytes program, struct sk_arena *arena, struct font_program *made)
{
	(void)program, (void)arena, (void)made;
	return SK_UNSUPPORTED;
}

enum sk_status font_cff(sk_bytes program, struct sk_arena *arena, struct font_program *made)
{
	(void)program, (void)arena, (void)made;
	return SK_UNSUPPORTED;
}

enum sk_status font_type1(sk_bytes program, struct sk_arena *arena, struct font_program *made)
{
	(void)program, (void)arena, (void)made;
	return SK_UNSUPPORTED;
}
