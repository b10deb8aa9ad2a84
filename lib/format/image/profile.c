/*
 * Colour profiles of pictures: the reader rewrites them in canonical form, the writer takes nothing else, and only one that fits the
 * picture's colours.
 *
 * What the attacker controls here: all bytes of the profile, when writing too.
 */
#include "format/image/image.h"

bool image_profile_say(const struct format_read *job, sk_bytes profile, enum icc_space space)
{
	struct icc_profile made;
	size_t mark = sk_arena_mark(job->arena);
	bool good = icc_rebuild(profile, job->arena, &made) == SK_OK && made.space == space;
	if (good) {
		neutral_open(job->out, IMAGE_NODE_profile_profile);
		neutral_attr_number(job->out, IMAGE_ATTR_profile_bytes, (int64_t)made.bytes.len);
		neutral_bytes(job->out, IMAGE_NODE_profile_profile, made.bytes);
		neutral_close(job->out);
	}
	sk_arena_release(job->arena, mark);
	if (!good)
		image_find(job, FINDING_profile_removed, "", 1);
	else if (made.tags_dropped > 0)
		image_find(job, FINDING_picture_metadata, "ICC", made.tags_dropped);
	return good;
}

enum sk_status image_profile_take(struct neutral_in *in, struct sk_arena *arena, enum icc_space space, sk_bytes *profile)
{
	struct neutral_record record;
	struct image_attrs a;
	enum icc_space told;
	SK_TRY(image_attrs_take(in, IMAGE_NODE_profile_profile, &a, &record));
	size_t len = (size_t)image_get(&a, IMAGE_ATTR_profile_bytes);
	if (len > limit(LIMIT_profile_bytes))
		return limit_reached(LIMIT_profile_bytes);
	uint8_t *bytes = sk_arena_raw(arena, len);
	if (bytes == NULL)
		return SK_LIMIT;
	SK_TRY(image_data_take(in, bytes, len, &record));
	*profile = sk_bytes_of(bytes, len);
	return icc_allowed(*profile, arena, &told) && told == space ? SK_OK : SK_MALFORMED;
}
