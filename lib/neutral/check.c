/*
 * The checker: every record against the vocabulary, the nesting and the type of its value, before the writer sees it.
 *
 * What the attacker controls here: the whole stream, when the reader was taken over. The code is generic over all
 * formats, total, and small on purpose: this is the page to review. Bytes are copied into the writer's private stage
 * before they are looked at, so that what was checked can't change.
 */
#include "neutral/neutral.h"

enum { STAGE_ATTRIBUTES, STAGE_CONTENT, STAGE_CHILDREN, STAGE_TEXT }; /* CONTENT: no attribute may come, anything else may */
enum { LEARN_NOTHING, LEARN_OPEN, LEARN_ATTRIBUTES, LEARN_END };      /* what may come next of a phrase that is learnt */

void neutral_in_init(struct neutral_in *in, const struct vocabulary *vocabulary, uint8_t *stage,
		     enum sk_status (*receive)(void *, uint8_t *, size_t, size_t *), void *context)
{
	memset(in, 0, sizeof *in);
	in->vocabulary = vocabulary;
	in->from = in->stage = stage;
	in->receive = receive;
	in->context = context;
}

static enum sk_status fail(struct neutral_in *in, enum sk_status status)
{
	in->status = status;
	return status;
}

/* Makes need bytes available at in->at; need is at most NEUTRAL_VALUE_MAX + 8. */
static enum sk_status refill(struct neutral_in *in, size_t need)
{
	size_t kept = in->end - in->at;
	if (in->replaying)
		return SK_FAULT; /* a phrase has whole records */
	if (in->at > 0) {
		memmove(in->stage, in->stage + in->at, kept);
		in->at = 0;
		in->end = kept;
	}
	while (in->end < need) {
		size_t got = 0;
		SK_TRY(in->receive(in->context, in->stage + in->end, NEUTRAL_IN_FRESH - in->end, &got));
		if (got == 0)
			return SK_TRUNCATED;
		if (got > NEUTRAL_IN_FRESH - in->end)
			return SK_FAULT;
		in->end += got;
	}
	return SK_OK;
}

static inline uint8_t *phrase_bytes(const struct neutral_in *in, uint16_t phrase)
{
	return in->stage + NEUTRAL_IN_FRESH + (size_t)phrase * NEUTRAL_PHRASE_BYTES;
}

/* Keeps what the phrase at hand is made of. */
static enum sk_status keep(struct neutral_in *in, const uint8_t *at, size_t len)
{
	struct neutral_phrase *phrase = &in->phrases[in->learnt];
	if (len > NEUTRAL_PHRASE_BYTES - (size_t)phrase->len)
		return SK_MALFORMED;
	memcpy(phrase_bytes(in, in->learnt) + phrase->len, at, len);
	phrase->len = (uint16_t)(phrase->len + len);
	return SK_OK;
}

static inline enum sk_status take(struct neutral_in *in, size_t len, const uint8_t **at)
{
	if (SK_UNLIKELY(in->end - in->at < len))
		SK_TRY(refill(in, len));
	*at = in->from + in->at;
	in->at += len;
	return SK_LIKELY(in->learning == LEARN_NOTHING) ? SK_OK : keep(in, *at, len);
}

enum sk_status neutral_begin(struct neutral_in *in, uint32_t *digest, uint16_t *level)
{
	const uint8_t *at;
	uint32_t head;
	sk_bytes build = neutral_build_id();
	if (in->status != SK_OK || in->started)
		return fail(in, SK_MALFORMED);
	enum sk_status status = take(in, sizeof head + sizeof *digest + build.len, &at);
	if (status != SK_OK)
		return fail(in, status);
	memcpy(&head, at, sizeof head);
	if ((head & 0xFFFF) != NEUTRAL_START || memcmp(at + sizeof head + sizeof *digest, build.at, build.len) != 0)
		return fail(in, SK_MALFORMED);
	memcpy(digest, at + sizeof head, sizeof *digest);
	*level = in->level = (uint16_t)(head >> 16);
	in->started = true;
	return SK_OK;
}

/* The value that follows, of a type; on success *record holds it. */
static enum sk_status take_value(struct neutral_in *in, uint16_t type, struct neutral_record *record)
{
	const struct vocabulary_type *t = &in->vocabulary->types[type];
	const uint8_t *at;
	record->type = type;
	record->kind = t->kind;
	switch ((enum neutral_kind)t->kind) {
	case NEUTRAL_BOOL:
	case NEUTRAL_ENUM: {
		uint16_t value;
		SK_TRY(take(in, sizeof value, &at));
		memcpy(&value, at, sizeof value);
		record->number = value;
		return value < (t->kind == NEUTRAL_BOOL ? 2 : t->count) ? SK_OK : SK_MALFORMED;
	}
	case NEUTRAL_INT:
	case NEUTRAL_REF:
		SK_TRY(take(in, sizeof record->number, &at));
		memcpy(&record->number, at, sizeof record->number);
		return record->number >= t->min && record->number <= t->max ? SK_OK : SK_MALFORMED;
	case NEUTRAL_CHARS:
	case NEUTRAL_TEXT:
	case NEUTRAL_FORMULA:
	case NEUTRAL_FIELD:
	case NEUTRAL_URL:
	case NEUTRAL_SPACES:
	case NEUTRAL_DATA: {
		uint32_t len;
		SK_TRY(take(in, sizeof len, &at));
		memcpy(&len, at, sizeof len);
		if (len > NEUTRAL_VALUE_MAX)
			return SK_MALFORMED;
		SK_TRY(take(in, len, &at));
		record->bytes = sk_bytes_of(at, len);
		return vocabulary_value_allowed(in->vocabulary, type, record->bytes) ? SK_OK : SK_MALFORMED;
	}
	case NEUTRAL_NONE:
	case NEUTRAL_KINDS:
		break;
	}
	return SK_MALFORMED;
}

/* Whether the node may stand in the scope. Only pairs that the tables have are remembered. */
static inline bool child_allowed(struct neutral_in *in, uint16_t scope, uint16_t id)
{
	uint32_t key = ~((uint32_t)scope << 16 | id); /* never 0: no id is VOCABULARY_NONE */
	uint32_t *known = &in->known[(((uint32_t)scope * 31 + id) * 0x9E3779B1u) >> 22];
	if (SK_LIKELY(*known == key))
		return true;
	if (vocabulary_child_find(in->vocabulary, scope, in->vocabulary->nodes[id].name) != id)
		return false;
	*known = key;
	return true;
}

/* Text has come and nothing else may, unless the node takes both. */
static inline bool is_text_only(const struct neutral_in *in, const struct neutral_level *level)
{
	return level->stage == STAGE_TEXT && (in->vocabulary->nodes[level->node].flags & VOCABULARY_MIXED) == 0;
}

static enum sk_status next_open(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	const struct vocabulary *v = in->vocabulary;
	if (id >= v->node_count || in->depth >= NEUTRAL_DEPTH_MAX)
		return SK_MALFORMED;
	const struct vocabulary_node *node = &v->nodes[id];
	uint16_t context = id;
	uint16_t scope = id;
	if (in->depth == 0) {
		if ((node->flags & VOCABULARY_ROOT) == 0)
			return SK_MALFORMED;
	} else {
		struct neutral_level *parent = &in->levels[in->depth - 1];
		if (is_text_only(in, parent) || !child_allowed(in, parent->scope, id))
			return SK_MALFORMED;
		parent->stage = STAGE_CHILDREN;
		if (node->flags & VOCABULARY_TRANSPARENT) {
			context = parent->context;
			scope = node->children > 0 ? id : context;
		}
	}
	in->levels[in->depth++] =
		(struct neutral_level){.node = id, .context = context, .scope = scope, .stage = STAGE_ATTRIBUTES};
	memset(in->seen, 0, sizeof in->seen);
	in->seen_global = 0;
	record->op = NEUTRAL_OPEN;
	record->node = id;
	return SK_OK;
}

/* True once per attribute of the open node: marks it, false when it is not the node's or was there already. */
static bool first_of_node(struct neutral_in *in, uint16_t node, uint16_t attr)
{
	const struct vocabulary *v = in->vocabulary;
	const struct vocabulary_class *own = &v->classes[v->nodes[node].class_];
	uint16_t index = (uint16_t)(attr - own->attr_first);
	uint64_t *seen;
	if (attr >= own->attr_first && index < own->attr_count) {
		seen = &in->seen[index >> 6 & 3];
	} else {
		if (v->global_class == VOCABULARY_NONE)
			return false;
		const struct vocabulary_class *global = &v->classes[v->global_class];
		index = (uint16_t)(attr - global->attr_first);
		if (attr < global->attr_first || index >= global->attr_count)
			return false;
		seen = &in->seen_global;
	}
	uint64_t bit = (uint64_t)1 << (index & 63);
	bool first = (*seen & bit) == 0;
	*seen |= bit;
	return first;
}

static enum sk_status next_attr(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	if (id >= in->vocabulary->attr_count || in->depth == 0)
		return SK_MALFORMED;
	struct neutral_level *level = &in->levels[in->depth - 1];
	if (level->stage != STAGE_ATTRIBUTES || !first_of_node(in, level->node, id))
		return SK_MALFORMED;
	record->op = NEUTRAL_ATTR;
	record->node = level->node;
	record->attr = id;
	return take_value(in, in->vocabulary->attrs[id].type, record);
}

static enum sk_status next_text(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	if (id != 0 || in->depth == 0)
		return SK_MALFORMED;
	struct neutral_level *level = &in->levels[in->depth - 1];
	const struct vocabulary_node *node = &in->vocabulary->nodes[level->node];
	bool again = level->stage == STAGE_TEXT && (node->flags & VOCABULARY_MANY_TEXTS) != 0;
	bool between = level->stage == STAGE_CHILDREN && (node->flags & VOCABULARY_MIXED) != 0;
	if (level->stage > STAGE_CONTENT && !again && !between)
		return SK_MALFORMED;
	level->stage = STAGE_TEXT;
	record->op = NEUTRAL_TEXT_OF;
	record->node = level->node;
	return take_value(in, node->type, record);
}

static enum sk_status next_close(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	if (id != 0 || in->depth == 0)
		return SK_MALFORMED;
	record->op = NEUTRAL_CLOSE;
	record->node = in->levels[--in->depth].node;
	if (in->depth > 0) /* no attribute after a child */
		sk_assert(in->levels[in->depth - 1].stage == STAGE_CHILDREN);
	return SK_OK;
}

static enum sk_status next_end(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	if (id != 0 || in->depth != 0)
		return SK_MALFORMED;
	in->ended = true;
	record->op = NEUTRAL_END;
	return SK_OK;
}

/* ---- phrases ---- */

/* Whether the record may stand in the phrase at hand, and what may follow it. A reference means something else in another part, a
 * set of namespaces acts on what follows: neither can be said again. */
static enum sk_status learn(struct neutral_in *in, const struct neutral_record *record)
{
	struct neutral_phrase *phrase = &in->phrases[in->learnt];
	if (record->op == NEUTRAL_OPEN && in->learning == LEARN_OPEN) {
		phrase->node = record->node;
		in->learning = LEARN_ATTRIBUTES;
		return SK_OK;
	}
	if (in->learning != LEARN_ATTRIBUTES)
		return SK_MALFORMED;
	if (record->op == NEUTRAL_CLOSE) {
		phrase->closes = true;
		in->learning = LEARN_END;
		return SK_OK;
	}
	if (record->op != NEUTRAL_ATTR || record->kind == NEUTRAL_REF || record->kind == NEUTRAL_SPACES)
		return SK_MALFORMED;
	if (phrase->first == VOCABULARY_NONE) {
		phrase->first = record->attr;
		phrase->first_from = 2 * sizeof(uint32_t); /* behind the heads of OPEN and ATTR */
		phrase->first_to = phrase->len;
	}
	return SK_OK;
}

static enum sk_status next_learn(struct neutral_in *in, uint16_t id)
{
	if (in->learning != LEARN_NOTHING || in->replaying || id == 0 || id >= NEUTRAL_PHRASES)
		return SK_MALFORMED;
	in->phrases[id] = (struct neutral_phrase){.first = VOCABULARY_NONE};
	in->learnt = id;
	in->learning = LEARN_OPEN;
	return SK_OK;
}

static enum sk_status next_learnt(struct neutral_in *in, uint16_t id, struct neutral_record *record)
{
	if (in->learning < LEARN_ATTRIBUTES || id != in->learnt)
		return SK_MALFORMED;
	struct neutral_phrase *phrase = &in->phrases[id];
	phrase->len = (uint16_t)(phrase->len - sizeof(uint32_t)); /* without this record's head */
	phrase->known = true;
	in->learning = LEARN_NOTHING;
	record->op = NEUTRAL_LEARNT;
	record->node = phrase->node;
	record->phrase = id;
	record->closes = phrase->closes;
	return SK_OK;
}

/* The phrase with the record's value in place of that of its first attribute; its length. */
static size_t vary(struct neutral_in *in, uint16_t id, const struct neutral_record *record)
{
	const struct neutral_phrase *phrase = &in->phrases[id];
	const uint8_t *from = phrase_bytes(in, id);
	uint8_t *to = phrase_bytes(in, NEUTRAL_PHRASES);
	size_t len = phrase->first_from;
	uint32_t value_len = (uint32_t)record->bytes.len;
	uint16_t small = (uint16_t)record->number;
	memcpy(to, from, len);
	if (record->kind == NEUTRAL_BOOL || record->kind == NEUTRAL_ENUM) {
		memcpy(to + len, &small, sizeof small);
		len += sizeof small;
	} else if (neutral_kind_is_number(record->kind)) {
		memcpy(to + len, &record->number, sizeof record->number);
		len += sizeof record->number;
	} else {
		memcpy(to + len, &value_len, sizeof value_len);
		if (value_len > 0)
			memcpy(to + len + sizeof value_len, record->bytes.at, value_len);
		len += sizeof value_len + value_len;
	}
	memcpy(to + len, from + phrase->first_to, (size_t)phrase->len - phrase->first_to);
	return len + phrase->len - phrase->first_to;
}

/* Goes on with the records of a phrase, varied when the record has a value; they are checked like any others. */
static void replay(struct neutral_in *in, uint16_t id, const struct neutral_record *record)
{
	size_t len = record->kind == NEUTRAL_NONE ? in->phrases[id].len : vary(in, id, record);
	in->stage_at = in->at;
	in->stage_end = in->end;
	in->from = phrase_bytes(in, record->kind == NEUTRAL_NONE ? id : NEUTRAL_PHRASES);
	in->at = 0;
	in->end = len;
	in->replaying = true;
}

static inline void end_replay(struct neutral_in *in)
{
	in->from = in->stage;
	in->at = in->stage_at;
	in->end = in->stage_end;
	in->replaying = false;
}

static enum sk_status next_again(struct neutral_in *in, uint16_t id, bool varied, struct neutral_record *record)
{
	if (in->learning != LEARN_NOTHING || in->replaying || id == 0 || id >= NEUTRAL_PHRASES || !in->phrases[id].known)
		return SK_MALFORMED;
	const struct neutral_phrase *phrase = &in->phrases[id];
	if (varied) {
		if (phrase->first == VOCABULARY_NONE)
			return SK_MALFORMED;
		record->attr = phrase->first;
		SK_TRY(take_value(in, in->vocabulary->attrs[phrase->first].type, record));
		if (record->bytes.len > NEUTRAL_VARIED_BYTES)
			return SK_MALFORMED;
	}
	if (!in->wholes) {
		replay(in, id, record);
		return SK_OK;
	}
	SK_TRY(next_open(in, phrase->node, record));
	in->levels[in->depth - 1].stage = STAGE_CONTENT;
	if (phrase->closes)
		in->depth--;
	record->op = NEUTRAL_AGAIN;
	record->phrase = id;
	record->closes = phrase->closes;
	return SK_OK;
}

void neutral_replay(struct neutral_in *in, const struct neutral_record *again)
{
	sk_assert(in->wholes && !in->replaying && again->op == NEUTRAL_AGAIN);
	if (!again->closes)
		in->depth--; /* it had just been opened */
	replay(in, again->phrase, again);
}

/* ---- one record after another ---- */

static enum sk_status next_record(struct neutral_in *in, struct neutral_record *record)
{
	const uint8_t *at;
	uint32_t head;
	SK_TRY(take(in, sizeof head, &at));
	memcpy(&head, at, sizeof head);
	uint16_t id = (uint16_t)(head >> 16);
	switch (head & 0xFFFF) { /* the byte after the op is 0 */
	case NEUTRAL_OPEN:
		return next_open(in, id, record);
	case NEUTRAL_ATTR:
		return next_attr(in, id, record);
	case NEUTRAL_TEXT_OF:
		return next_text(in, id, record);
	case NEUTRAL_CLOSE:
		return next_close(in, id, record);
	case NEUTRAL_END:
		return next_end(in, id, record);
	case NEUTRAL_LEARN:
		return next_learn(in, id);
	case NEUTRAL_LEARNT:
		return next_learnt(in, id, record);
	case NEUTRAL_AGAIN:
	case NEUTRAL_VARIED:
		return next_again(in, id, (head & 0xFFFF) == NEUTRAL_VARIED, record);
	default:
		return SK_MALFORMED;
	}
}

/* The next record that is told; LEARN, and without wholes LEARNT and AGAIN, only change what comes. */
static enum sk_status next_told(struct neutral_in *in, struct neutral_record *record)
{
	for (;;) {
		uint8_t learning = in->learning;
		if (SK_UNLIKELY(in->replaying) && in->at == in->end)
			end_replay(in);
		SK_TRY(next_record(in, record));
		if (SK_LIKELY(learning == LEARN_NOTHING && record->op != 0))
			return SK_OK;
		if (learning != LEARN_NOTHING && record->op != NEUTRAL_LEARNT) {
			record->phrase = in->learnt;
			return learn(in, record);
		}
		if (in->wholes && record->op == NEUTRAL_LEARNT)
			return SK_OK;
		memset(record, 0, sizeof *record);
	}
}

enum sk_status neutral_next(struct neutral_in *in, struct neutral_record *record)
{
	memset(record, 0, sizeof *record);
	if (SK_UNLIKELY(in->status != SK_OK || in->ended))
		return fail(in, in->status != SK_OK ? in->status : SK_MALFORMED);
	if (SK_UNLIKELY(!in->started)) {
		uint32_t digest;
		uint16_t level;
		SK_TRY(neutral_begin(in, &digest, &level));
		if (in->vocabulary == NULL || digest != in->vocabulary->digest)
			return fail(in, SK_MALFORMED);
	}
	enum sk_status status = next_told(in, record);
	if (SK_UNLIKELY(status != SK_OK)) {
		memset(record, 0, sizeof *record);
		return fail(in, status);
	}
	in->records++;
	return SK_OK;
}

enum sk_status neutral_skip(struct neutral_in *in, unsigned depth)
{
	struct neutral_record record;
	while (in->depth >= depth)
		SK_TRY(neutral_next(in, &record));
	return SK_OK;
}
