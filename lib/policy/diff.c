/* Comparing two policies: what passes now that did not before, what no longer does, and what passes under other conditions; in words. */
#include "policy/diff.h"

struct printer {
	struct words w;
	const struct universe *u;
};

static void indent(const struct printer *p, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		sk_buf_str(p->w.out, "    ");
}

static void end_line(const struct printer *p)
{
	sk_buf_u8(p->w.out, '\n');
}

static void say_label(const struct printer *p, unsigned depth, const char *ja, const char *en)
{
	indent(p, depth);
	say_words(&p->w, ja, en);
	sk_buf_str(p->w.out, ": ");
}

/* ---- where ---- */

static void say_names(const struct printer *p, const struct names *names, const uint64_t *set)
{
	bool first = true;

	for (unsigned i = 0; i < names->count; i++)
		if (set[i / 64] >> i % 64 & 1) {
			say_between(&p->w, &first);
			say_text(&p->w, names->name[i]);
		}
}

/* A scale is named when it matters: when not every class of it belongs to the region. */
static void say_scale(const struct printer *p, enum policy_scale scale, uint32_t classes)
{
	const struct names *names = &p->u->classes[scale];
	uint64_t set[1] = {classes};

	if (classes == (uint32_t)(((uint64_t)1 << names->count) - 1))
		return;
	say_label(p, 2, policy_scale_name(scale, true), policy_scale_name(scale, false));
	say_names(p, names, set);
	end_line(p);
}

static void say_days(const struct printer *p, const struct region *r)
{
	if (r->day_min == p->u->first_day && r->day_max == POLICY_FOREVER)
		return;
	say_label(p, 2, "期間", "days");
	policy_date_print(r->day_min, p->w.out);
	if (r->day_max == POLICY_FOREVER) {
		say_words(&p->w, " から", " on");
	} else {
		say_words(&p->w, " から ", " to ");
		policy_date_print(r->day_max, p->w.out);
		say_words(&p->w, " まで", "");
	}
	end_line(p);
}

static void say_region(const struct printer *p, const struct region *r)
{
	indent(p, 1);
	say_text(&p->w, p->u->zones.name[r->from]);
	sk_buf_str(p->w.out, " → ");
	say_text(&p->w, p->u->zones.name[r->to]);
	end_line(p);
	say_label(p, 2, "経路", "channel");
	say_channels(&p->w, r->channels);
	end_line(p);
	say_label(p, 2, "依頼者", "requester");
	say_names(p, &p->u->roles, r->roles);
	end_line(p);
	if (r->channels != 1u << POLICY_CHANNEL_SCREEN) {
		say_label(p, 2, "形式", "kinds");
		say_kinds(&p->w, r->kinds);
		end_line(p);
		say_label(p, 2, "大きさ", "size");
		say_sizes(&p->w, r->size_min, r->size_max);
		end_line(p);
	}
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++)
		say_scale(p, scale, r->classes[scale]);
	say_days(p, r);
}

/* ---- what ---- */

static void say_condition(const struct printer *p, unsigned side, const struct policy_rule *rule, unsigned which)
{
	switch (which) {
	case 0:
		say_levels(&p->w, rule);
		return;
	case 1:
		say_approvals(&p->w, p->u->policy[side], rule);
		return;
	case 2:
		say_scanners(&p->w, p->u->policy[side], rule->scanners);
		return;
	default:
		say_originals(&p->w, rule->original_days);
	}
}

static bool is_changed(const struct printer *p, const struct policy_rule *before, const struct policy_rule *after, unsigned which)
{
	switch (which) {
	case 0:
		return !levels_same(before, after);
	case 1:
		return approvals_change(p->u, before, after) != CHANGE_NONE;
	case 2:
		return scanners_change(p->u, before, after) != CHANGE_NONE;
	default:
		return before->original_days != after->original_days;
	}
}

static const char *const labels[][2] = {{"無害化", "sanitize"}, {"承認", "approval"}, {"検査", "scan"}, {"原本", "originals"}};

static void say_changes(const struct printer *p, const struct policy_rule *before, const struct policy_rule *after)
{
	for (unsigned which = 0; which < SK_COUNT(labels); which++) {
		if (!is_changed(p, before, after, which))
			continue;
		say_label(p, 3, labels[which][0], labels[which][1]);
		say_condition(p, 0, before, which);
		sk_buf_str(p->w.out, " → ");
		say_condition(p, 1, after, which);
		end_line(p);
	}
}

static void say_all(const struct printer *p, unsigned side, const struct policy_rule *rule)
{
	for (unsigned which = 0; which < SK_COUNT(labels); which++) {
		say_label(p, 3, labels[which][0], labels[which][1]);
		say_condition(p, side, rule, which);
		end_line(p);
	}
}

static void say_outcome(const struct printer *p, const struct region *r, unsigned side)
{
	say_label(p, 2, side == 0 ? "前" : "後", side == 0 ? "before" : "after");
	if (r->rule[side] == NULL)
		say_words(&p->w, "通らない", "refused");
	else
		say_rule(&p->w, r->rule[side]);
	end_line(p);
}

static void say_outcomes(const struct printer *p, const struct region *r)
{
	say_outcome(p, r, 0);
	if (r->rule[0] != NULL && r->rule[1] == NULL)
		say_all(p, 0, r->rule[0]);
	say_outcome(p, r, 1);
	if (r->rule[0] == NULL && r->rule[1] != NULL)
		say_all(p, 1, r->rule[1]);
	if (r->rule[0] != NULL && r->rule[1] != NULL)
		say_changes(p, r->rule[0], r->rule[1]);
}

/* ---- all ---- */

static unsigned say_part(const struct printer *p, const struct region *regions, enum change change, const char *ja, const char *en)
{
	unsigned count = 0;

	for (const struct region *r = regions; r != NULL; r = r->next) {
		if (change_of(p->u, r->rule[0], r->rule[1]) != change)
			continue;
		if (count++ == 0) {
			say_words(&p->w, ja, en);
			end_line(p);
		}
		say_region(p, r);
		say_outcomes(p, r);
	}
	return count;
}

/* The list was built from its end. */
static struct region *turned(struct region *list)
{
	struct region *result = NULL;

	while (list != NULL) {
		struct region *next = list->next;
		list->next = result;
		result = list;
		list = next;
	}
	return result;
}

static void print(const struct universe *u, const struct region *regions, bool japanese, struct policy_difference *d, struct sk_buf *out)
{
	struct printer p = {{out, japanese}, u};

	d->looser = say_part(&p, regions, CHANGE_LOOSER, "新たに通るもの、条件がゆるくなるもの:", "What passes now and did not, or passes under less:");
	d->tighter = say_part(&p, regions, CHANGE_TIGHTER, "通らなくなるもの、条件がきびしくなるもの:", "What no longer passes, or needs more:");
	d->other = say_part(&p, regions, CHANGE_OTHER, "条件が変わるもの:", "What passes under other conditions:");
	if (regions == NULL)
		say_words(&p.w, "違いはありません。どの依頼にも同じ答えをします。\n", "No difference: every request gets the same answer.\n");
}

enum sk_status policy_diff(const struct policy *before, const struct policy *after, int32_t first_day, bool japanese, struct sk_arena *arena,
			   struct policy_difference *difference, struct sk_buf *out)
{
	struct universe *u = sk_arena_make(arena, sizeof *u);
	struct region *regions = NULL;

	memset(difference, 0, sizeof *difference);
	if (u == NULL)
		return SK_LIMIT;
	universe_init(u, before, after, first_day);
	if (!universe_match(u, arena))
		return SK_LIMIT;
	SK_TRY(diff_regions(u, arena, &regions));
	print(u, turned(regions), japanese, difference, out);
	return out->status;
}
