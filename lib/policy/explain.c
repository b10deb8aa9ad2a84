/* A decision in words: yes or no, the line that says so, what is needed or what does not fit. */
#include "policy/say.h"

static const struct {
	const char *name, *ja, *en;
} reasons[POLICY_REASON_COUNT] = {
#define REASON(reason, ja, en) {#reason, ja, en},
#include "policy/reasons.def"
#undef REASON
};

const char *policy_reason_name(enum policy_reason reason)
{
	return reasons[reason].name;
}

const char *policy_reason_words(enum policy_reason reason, bool japanese)
{
	return japanese ? reasons[reason].ja : reasons[reason].en;
}

static void begin_line(const struct words *w, unsigned depth, const char *ja, const char *en)
{
	for (unsigned i = 0; i < depth; i++)
		sk_buf_str(w->out, "    ");
	say_words(w, ja, en);
	sk_buf_str(w->out, ": ");
}

static void end_line(const struct words *w)
{
	sk_buf_u8(w->out, '\n');
}

static void say_reason(const struct words *w, const struct policy_rule *rule)
{
	begin_line(w, 1, "理由", "reason");
	say_text(w, rule->reason);
	end_line(w);
}

static void say_conditions(const struct words *w, const struct policy *policy, const struct policy_rule *rule)
{
	begin_line(w, 1, "無害化", "sanitize");
	say_levels(w, rule);
	end_line(w);
	begin_line(w, 1, "承認", "approval");
	say_approvals(w, policy, rule);
	end_line(w);
	begin_line(w, 1, "検査", "scan");
	say_scanners(w, policy, rule->scanners);
	end_line(w);
	begin_line(w, 1, "原本", "originals");
	say_originals(w, rule->original_days);
	end_line(w);
	begin_line(w, 1, "期限", "until");
	policy_date_print(rule->match.until, w->out);
	end_line(w);
	say_reason(w, rule);
}

/* ---- what does not fit ---- */

/* What was asked for, as to one condition. */
static void say_asked(const struct words *w, const struct policy *policy, const struct policy_request *r, enum policy_reason reason)
{
	switch ((unsigned)reason) {
	case POLICY_REASON_channel:
		sk_buf_str(w->out, policy_channel_name(r->channel, w->japanese));
		return;
	case POLICY_REASON_requester:
		say_text(w, policy->roles[r->role].name);
		return;
	case POLICY_REASON_kind:
		sk_buf_str(w->out, format_kind_row(r->kind)->name);
		return;
	case POLICY_REASON_size:
		policy_size_print(r->size, w->out);
		return;
	case POLICY_REASON_until:
		policy_date_print(r->day, w->out);
		return;
	default:
		say_text(w, policy->classes[reason - POLICY_REASON_confidentiality][r->classes[reason - POLICY_REASON_confidentiality]]);
	}
}

static void say_allowed(const struct words *w, const struct policy *policy, const struct policy_match *m, enum policy_reason reason)
{
	switch ((unsigned)reason) {
	case POLICY_REASON_channel:
		say_channels(w, m->channels);
		return;
	case POLICY_REASON_requester:
		say_roles(w, policy, m->requesters);
		return;
	case POLICY_REASON_kind:
		say_kinds(w, m->kinds);
		return;
	case POLICY_REASON_size:
		say_sizes(w, m->size_min, m->size_max);
		return;
	case POLICY_REASON_until:
		policy_date_print(m->until, w->out);
		return;
	default:
		say_ceiling(w, policy, (enum policy_scale)(reason - POLICY_REASON_confidentiality), m->classes[reason - POLICY_REASON_confidentiality]);
	}
}

static void say_closest(const struct words *w, const struct policy *policy, const struct policy_request *r, const struct policy_decision *d)
{
	begin_line(w, 1, "最も近いもの", "the closest");
	say_rule(w, d->rule);
	say_words(w, "。合わないのは次の点です。", "; what does not fit:");
	end_line(w);
	for (unsigned reason = 0; reason <= POLICY_REASON_until; reason++) {
		bool meant = r->channel != POLICY_CHANNEL_SCREEN || (reason != POLICY_REASON_kind && reason != POLICY_REASON_size); /* a screen has neither */
		if (!meant || !(d->failed >> reason & 1))
			continue;
		begin_line(w, 2, reasons[reason].ja, reasons[reason].en);
		say_asked(w, policy, r, reason);
		say_words(w, "（許可は ", " (permitted: ");
		say_allowed(w, policy, &d->rule->match, reason);
		say_words(w, "）", ")");
		end_line(w);
	}
}

static void say_refusal(const struct words *w, const struct policy *policy, const struct policy_request *r, const struct policy_decision *d)
{
	say_words(w, "通せません: ", "refused: ");
	if (d->reason == POLICY_REASON_refused) {
		say_rule(w, d->rule);
		end_line(w);
		say_reason(w, d->rule);
		if (d->permit != NULL) {
			begin_line(w, 1, "この禁止がなければ当てはまるもの", "without it");
			say_rule(w, d->permit);
			end_line(w);
		}
		return;
	}
	say_words(w, reasons[d->reason].ja, reasons[d->reason].en);
	end_line(w);
	if (d->reason == POLICY_REASON_no_permit && d->rule != NULL)
		say_closest(w, policy, r, d);
}

void policy_explain(const struct policy *policy, const struct policy_request *request, const struct policy_decision *decision, bool japanese, struct sk_buf *out)
{
	struct words w = {out, japanese};

	if (decision->permitted) {
		say_words(&w, "通せます: ", "permitted: ");
		say_rule(&w, decision->rule);
		end_line(&w);
		say_conditions(&w, policy, decision->rule);
	} else {
		say_refusal(&w, policy, request, decision);
	}
	if (decision->version == NULL)
		return;
	begin_line(&w, 1, "方針の版", "version");
	sk_buf_hex(out, sk_bytes_of(decision->version, POLICY_VERSION_BYTES));
	end_line(&w);
}
