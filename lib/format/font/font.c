/*
 * Fonts: which kind a program is, and the two questions: what is it in canonical form, is it already.
 *
 * What the attacker controls: everything, also what the document says that the program is.
 */
#include "format/font/font.h"

#include "format/font/parts.h"

enum { SFNT_1 = 0x00010000, SFNT_TRUE = 0x74727565, SFNT_OTTO = 0x4F54544F, SFNT_COLLECTION = 0x74746366 };

/* The kind by the first bytes; FONT_ANY when they are of no font. */
static enum font_kind kind_of(sk_bytes program)
{
	uint32_t first;

	if (program.len < 4)
		return FONT_ANY;
	first = font_u32(program.at);
	if (first == SFNT_OTTO)
		return FONT_OPENTYPE;
	if (first == SFNT_1 || first == SFNT_TRUE || first == SFNT_COLLECTION)
		return FONT_TRUETYPE;
	if (sk_bytes_starts(program, SK_BYTES("%!")) || (program.at[0] == 0x80 && program.at[1] == 1))
		return FONT_TYPE1;
	if (program.at[0] == 1 && program.at[2] >= 4 && program.at[3] >= 1 && program.at[3] <= 4)
		return FONT_CFF;
	return FONT_ANY;
}

enum sk_status font_canonical(enum font_kind kind_hint, sk_bytes program, struct sk_arena *arena, struct font_result *result)
{
	struct font_job job = {.arena = arena, .result = result};
	struct sk_buf out;
	enum font_kind kind = kind_of(program);

	*result = (struct font_result){.kind = kind};
	if (program.len > limit(LIMIT_font_bytes))
		return limit_reached(LIMIT_font_bytes);
	if (kind == FONT_ANY && kind_hint == FONT_TYPE1)
		kind = FONT_TYPE1; /* comments before the first line */
	result->kind = kind;
	/* twice: short offsets become long ones */
	sk_buf_init(&out, arena, 2 * limit(LIMIT_font_bytes));
	switch (kind) {
	case FONT_TRUETYPE:
	case FONT_OPENTYPE:
		SK_TRY(sfnt_rewrite(&job, program, &out));
		break;
	case FONT_CFF:
		SK_TRY(cff_rewrite(&job, program, &out));
		break;
	case FONT_TYPE1:
		SK_TRY(type1_rewrite(&job, program, &out));
		break;
	case FONT_ANY:
	case FONT_KINDS:
		return SK_MALFORMED;
	}
	SK_TRY(out.status);
	/* what could not be read back for its size is not written */
	if (out.len > limit(LIMIT_font_bytes))
		return limit_reached(LIMIT_font_bytes);
	result->bytes = sk_buf_bytes(&out);
	return SK_OK;
}

bool font_check(sk_bytes program, struct sk_arena *arena, struct font_result *result)
{
	size_t mark = sk_arena_mark(arena);
	bool same = font_canonical(FONT_ANY, program, arena, result) == SK_OK && sk_bytes_equal(program, result->bytes);

	sk_arena_release(arena, mark);
	result->bytes = program;
	return same;
}

bool font_allowed(enum font_kind kind, sk_bytes program, struct sk_arena *arena)
{
	struct font_result result;

	return font_check(program, arena, &result) && (kind == FONT_ANY || kind == result.kind);
}

bool font_name_allowed(sk_bytes name)
{
	if (name.len == 0 || name.len > 127)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (c <= ' ' || c > '~' || memchr("()<>[]{}/%", c, 10) != NULL)
			return false;
	}
	return true;
}

unsigned font_standard_sid(unsigned code)
{
	static const struct {
		uint8_t first, last, sid;
	} runs[] = {{32, 126, 1},    {161, 175, 96},  {177, 180, 111}, {182, 189, 115}, {191, 191, 123}, {193, 200, 124}, {202, 203, 132},
		    {205, 208, 134}, {225, 225, 138}, {227, 227, 139}, {232, 235, 140}, {241, 241, 144}, {245, 245, 145}, {248, 251, 146}};

	for (size_t i = 0; i < SK_COUNT(runs); i++)
		if (code >= runs[i].first && code <= runs[i].last)
			return runs[i].sid + code - runs[i].first;
	return 0;
}
