/*
 * A profile rewritten: header, tags in the order of one table, equal ones once.
 *
 * What the attacker controls here: all bytes of the profile.
 */
#include "format/icc/icc_parts.h"

#define HEADER_BYTES 128
#define TAG_BYTES 12
#define TAGS_MAX 100
#define AT_VERSION 8
#define AT_CLASS 12
#define AT_SPACE 16
#define AT_PCS 20
#define AT_SIGNATURE 36
#define AT_INTENT 64
#define INTENTS 4

struct space_row {
	const char *signature;
	unsigned channels;
};
static const struct space_row space_rows[ICC_SPACES] = {
	[ICC_GRAY] = {"GRAY", 1}, [ICC_RGB] = {"RGB ", 3}, [ICC_CMYK] = {"CMYK", 4}, [ICC_LAB] = {"Lab ", 3}, [ICC_XYZ] = {"XYZ ", 3}};

enum form { DESCRIPTION, COPYRIGHT, WHITE, POINT, ADAPTATION, CURVE, TO_PCS, FROM_PCS, GAMUT, CODE_POINTS };
enum group { ALONE, PRIMARIES };
#define OF(space) (1u << (space))
#define OF_ALL (OF(ICC_SPACES) - 1)

/* What is kept, in the order in which it is written. Rows of the group PRIMARIES stand only together. */
static const struct row {
	const char *name;
	enum form form;
	enum group group;
	unsigned spaces;
} rows[] = {
	{"desc", DESCRIPTION, ALONE, OF_ALL},        {"cprt", COPYRIGHT, ALONE, OF_ALL},
	{"wtpt", WHITE, ALONE, OF_ALL},              {"bkpt", POINT, ALONE, OF_ALL},
	{"chad", ADAPTATION, ALONE, OF_ALL},         {"rXYZ", POINT, PRIMARIES, OF(ICC_RGB)},
	{"gXYZ", POINT, PRIMARIES, OF(ICC_RGB)},     {"bXYZ", POINT, PRIMARIES, OF(ICC_RGB)},
	{"rTRC", CURVE, PRIMARIES, OF(ICC_RGB)},     {"gTRC", CURVE, PRIMARIES, OF(ICC_RGB)},
	{"bTRC", CURVE, PRIMARIES, OF(ICC_RGB)},     {"kTRC", CURVE, ALONE, OF(ICC_GRAY)},
	{"A2B0", TO_PCS, ALONE, OF_ALL},             {"A2B1", TO_PCS, ALONE, OF_ALL},
	{"A2B2", TO_PCS, ALONE, OF_ALL},             {"B2A0", FROM_PCS, ALONE, OF_ALL},
	{"B2A1", FROM_PCS, ALONE, OF_ALL},           {"B2A2", FROM_PCS, ALONE, OF_ALL},
	{"gamt", GAMUT, ALONE, OF_ALL},              {"cicp", CODE_POINTS, ALONE, OF(ICC_RGB)},
};
#define ROWS SK_COUNT(rows)
#define ROW_FIRST_PRIMARY 5
#define ROW_LAST_PRIMARY 10
#define ROW_GRAY 11
#define ROW_A2B0 12

struct placed {
	bool there;
	size_t at, len; /* in the bodies */
};

struct rebuilding {
	sk_bytes profile;
	enum icc_space space;
	sk_bytes class_;
	bool version_4, pcs_lab;
	uint8_t intent;
	struct sk_buf bodies;
	struct placed placed[ROWS];
	unsigned found; /* tags of the profile that a row took */
};

static bool one_of(sk_bytes name, const char *const *names, size_t count, size_t *which)
{
	for (*which = 0; *which < count; (*which)++)
		if (sk_bytes_equal(name, sk_bytes_str(names[*which])))
			return true;
	return false;
}

/* Clause 7.2; what decides nothing about colours is not looked at. */
static enum sk_status header_read(struct rebuilding *r)
{
	static const char *const classes[] = {"mntr", "prtr", "scnr", "spac"};
	size_t which;
	if (r->profile.len < HEADER_BYTES + 4 || !sk_bytes_equal(sk_bytes_slice(r->profile, AT_SIGNATURE, 4), SK_BYTES("acsp")))
		return SK_MALFORMED;
	uint8_t version = r->profile.at[AT_VERSION];
	sk_bytes pcs = sk_bytes_slice(r->profile, AT_PCS, 4), space = sk_bytes_slice(r->profile, AT_SPACE, 4);
	r->class_ = sk_bytes_slice(r->profile, AT_CLASS, 4);
	r->version_4 = version == 4;
	r->pcs_lab = sk_bytes_equal(pcs, SK_BYTES("Lab "));
	if ((version != 2 && version != 4) || !one_of(r->class_, classes, SK_COUNT(classes), &which) ||
	    (!r->pcs_lab && !sk_bytes_equal(pcs, SK_BYTES("XYZ "))))
		return SK_UNSUPPORTED;
	for (unsigned i = 0; i < ICC_SPACES; i++)
		if (sk_bytes_equal(space, sk_bytes_str(space_rows[i].signature))) {
			r->space = (enum icc_space)i;
			struct sk_cursor c = sk_cursor_of(sk_bytes_slice(r->profile, AT_INTENT, 4));
			uint32_t intent = sk_cursor_u32be(&c);
			r->intent = intent < INTENTS ? (uint8_t)intent : 0;
			return SK_OK;
		}
	return SK_UNSUPPORTED;
}

static uint32_t tag_count(sk_bytes profile)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(profile, HEADER_BYTES, 4));
	uint32_t count = sk_cursor_u32be(&c);
	return count < TAGS_MAX ? count : TAGS_MAX;
}

/* The first tag of that name; empty when there is none inside the profile. */
static sk_bytes tag_find(sk_bytes profile, const char *name)
{
	struct sk_cursor c = sk_cursor_of(sk_bytes_slice(profile, HEADER_BYTES + 4, profile.len));
	for (uint32_t left = tag_count(profile); left > 0 && c.status == SK_OK; left--) {
		sk_bytes signature = sk_cursor_take(&c, ICC_SIGNATURE_BYTES);
		uint32_t offset = sk_cursor_u32be(&c), size = sk_cursor_u32be(&c);
		if (c.status == SK_OK && sk_bytes_equal(signature, sk_bytes_str(name)) && offset <= profile.len && size <= profile.len - offset)
			return sk_bytes_slice(profile, offset, size);
	}
	return sk_bytes_of(NULL, 0);
}

/* A text of one letter in the form of either version: who made it does not matter to anyone who looks at the picture. */
static void text_put(const struct rebuilding *r, enum form form, struct sk_buf *to)
{
	static const uint8_t localized[] = {'m', 'l', 'u', 'c', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12, 'e', 'n', 'U', 'S', 0, 0, 0, 2, 0, 0, 0, 28, 0, 'S'};
	static const uint8_t description[12 + 2 + 8 + 3 + 67] = {'d', 'e', 's', 'c', 0, 0, 0, 0, 0, 0, 0, 2, 'S'};
	static const uint8_t copyright[] = {'t', 'e', 'x', 't', 0, 0, 0, 0, 'S', 0};
	if (r->version_4)
		sk_buf_put(to, sk_bytes_of(localized, sizeof localized));
	else
		sk_buf_put(to, form == DESCRIPTION ? sk_bytes_of(description, sizeof description) : sk_bytes_of(copyright, sizeof copyright));
}

/* D50 (7.2.16): of the header, and the white of a profile that tells none. */
static void white_put(struct sk_buf *to)
{
	sk_buf_u32be(to, 0xF6D6);
	sk_buf_u32be(to, 0x10000);
	sk_buf_u32be(to, 0xD32D);
}

static bool white_or_default(sk_bytes tag, struct sk_buf *to)
{
	size_t start = to->len;
	if (icc_white(tag, to))
		return true;
	to->len = start;
	icc_type_put(to, "XYZ ");
	white_put(to);
	return true;
}

static bool body_put(struct rebuilding *r, const struct row *row, sk_bytes tag)
{
	struct sk_buf *to = &r->bodies;
	unsigned channels = space_rows[r->space].channels;
	struct icc_shape shape = {.inputs = 3, .outputs = channels, .version_4 = r->version_4};
	switch (row->form) {
	case DESCRIPTION:
	case COPYRIGHT:
		text_put(r, row->form, to);
		return true;
	case WHITE:
		return white_or_default(tag, to);
	case POINT:
		return icc_point(tag, to);
	case ADAPTATION:
		return icc_adaptation(tag, to);
	case CURVE:
		return icc_curve(tag, to);
	case TO_PCS:
		shape = (struct icc_shape){.inputs = channels, .outputs = 3, .to_pcs = true, .version_4 = r->version_4};
		return icc_table(tag, &shape, to);
	case GAMUT:
		shape.outputs = 1;
		return icc_table(tag, &shape, to);
	case FROM_PCS:
		return icc_table(tag, &shape, to);
	case CODE_POINTS:
		return r->version_4 && icc_code_points(tag, to);
	}
	return false;
}

/* An equal body that is there already stands for this one. */
static void share(struct rebuilding *r, size_t index)
{
	struct placed *mine = &r->placed[index];
	sk_bytes body = sk_bytes_slice(sk_buf_bytes(&r->bodies), mine->at, mine->len);
	for (size_t i = 0; i < index; i++) {
		const struct placed *other = &r->placed[i];
		if (other->there && sk_bytes_equal(sk_bytes_slice(sk_buf_bytes(&r->bodies), other->at, other->len), body)) {
			r->bodies.len = mine->at;
			mine->at = other->at;
			return;
		}
	}
	icc_pad(&r->bodies, mine->at);
}

static bool place(struct rebuilding *r, size_t index)
{
	const struct row *row = &rows[index];
	size_t start = r->bodies.len;
	sk_bytes tag = tag_find(r->profile, row->name);
	if (tag.len == 0 && row->form > WHITE)
		return false;
	if (!body_put(r, row, tag) || r->bodies.status != SK_OK) {
		r->bodies.len = start;
		return false;
	}
	r->placed[index] = (struct placed){true, start, r->bodies.len - start};
	share(r, index);
	r->found += tag.len > 0;
	return true;
}

static void place_primaries(struct rebuilding *r)
{
	size_t start = r->bodies.len;
	unsigned found = r->found;
	bool all = !r->pcs_lab;
	for (size_t i = ROW_FIRST_PRIMARY; i <= ROW_LAST_PRIMARY && all; i++)
		all = place(r, i);
	if (all)
		return;
	memset(&r->placed[ROW_FIRST_PRIMARY], 0, sizeof r->placed[0] * (ROW_LAST_PRIMARY - ROW_FIRST_PRIMARY + 1));
	r->bodies.len = start;
	r->found = found;
}

static void place_all(struct rebuilding *r)
{
	for (size_t i = 0; i < ROWS; i++) {
		if ((rows[i].spaces & OF(r->space)) == 0)
			continue;
		if (rows[i].group == ALONE)
			place(r, i);
		else if (i == ROW_FIRST_PRIMARY)
			place_primaries(r);
	}
}

/* Clauses 8.3 to 8.5: what a program needs to say anything about the colours. */
static bool enough(const struct rebuilding *r)
{
	return r->placed[ROW_A2B0].there || r->placed[ROW_FIRST_PRIMARY].there || r->placed[ROW_GRAY].there;
}

static void zeros_put(struct sk_buf *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sk_buf_u8(to, 0);
}

static void header_put(const struct rebuilding *r, struct sk_buf *to, size_t size)
{
	sk_buf_u32be(to, (uint32_t)size);
	sk_buf_u32be(to, 0);
	sk_buf_u32be(to, r->version_4 ? 0x04400000 : 0x02400000);
	sk_buf_put(to, r->class_);
	sk_buf_str(to, space_rows[r->space].signature);
	sk_buf_str(to, r->pcs_lab ? "Lab " : "XYZ ");
	static const uint16_t made[6] = {2000, 1, 1, 0, 0, 0};
	for (unsigned i = 0; i < SK_COUNT(made); i++)
		sk_buf_u16be(to, made[i]);
	sk_buf_str(to, "acsp");
	zeros_put(to, AT_INTENT - AT_SIGNATURE - 4);
	sk_buf_u32be(to, r->intent);
	white_put(to);
	zeros_put(to, HEADER_BYTES - to->len);
}

static enum sk_status put_together(struct rebuilding *r, struct sk_arena *arena, struct icc_profile *made)
{
	uint32_t count = 0;
	for (size_t i = 0; i < ROWS; i++)
		count += r->placed[i].there;
	size_t first = HEADER_BYTES + 4 + (size_t)TAG_BYTES * count, size = first + r->bodies.len;
	struct sk_buf whole;
	if (size > limit(LIMIT_profile_bytes))
		return limit_reached(LIMIT_profile_bytes);
	sk_buf_init(&whole, arena, size);
	if (sk_buf_room(&whole, size) == NULL)
		return limit_reached(LIMIT_arena_bytes);
	header_put(r, &whole, size);
	sk_buf_u32be(&whole, count);
	for (size_t i = 0; i < ROWS; i++)
		if (r->placed[i].there) {
			sk_buf_str(&whole, rows[i].name);
			sk_buf_u32be(&whole, (uint32_t)(first + r->placed[i].at));
			sk_buf_u32be(&whole, (uint32_t)r->placed[i].len);
		}
	sk_buf_put(&whole, sk_buf_bytes(&r->bodies));
	made->bytes = sk_buf_bytes(&whole);
	return whole.status;
}

enum sk_status icc_rebuild(sk_bytes profile, struct sk_arena *arena, struct icc_profile *made)
{
	struct rebuilding r = {.profile = profile};
	*made = (struct icc_profile){.bytes = {NULL, 0}};
	if (profile.len > limit(LIMIT_profile_bytes))
		return limit_reached(LIMIT_profile_bytes);
	SK_TRY(header_read(&r));
	sk_buf_init(&r.bodies, arena, limit(LIMIT_profile_bytes));
	place_all(&r);
	if (r.bodies.status != SK_OK)
		return limit_reached(arena->exhausted ? LIMIT_arena_bytes : LIMIT_profile_bytes);
	if (!enough(&r))
		return SK_UNSUPPORTED;
	uint32_t told = tag_count(profile);
	made->space = r.space;
	made->channels = space_rows[r.space].channels;
	made->tags_dropped = told > r.found ? told - r.found : 0;
	return put_together(&r, arena, made);
}

bool icc_allowed(sk_bytes profile, struct sk_arena *arena, enum icc_space *space)
{
	struct icc_profile made;
	size_t mark = sk_arena_mark(arena);
	bool same = icc_rebuild(profile, arena, &made) == SK_OK && sk_bytes_equal(made.bytes, profile);
	if (same && space != NULL)
		*space = made.space;
	sk_arena_release(arena, mark);
	return same;
}
