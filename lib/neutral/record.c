/* The reader's end of the stream: records are put into a stage and handed on when it is full. */
#include "neutral/neutral.h"

#define HEAD 4

void neutral_out_init(struct neutral_out *out, const struct vocabulary *vocabulary, uint8_t *stage,
		      enum sk_status (*send)(void *, sk_bytes), void *context)
{
	*out = (struct neutral_out){.vocabulary = vocabulary, .stage = stage, .send = send, .context = context};
}

static void flush(struct neutral_out *out)
{
	if (out->status == SK_OK && out->used > 0)
		out->status = out->send(out->context, sk_bytes_of(out->stage, out->used));
	out->used = 0;
}

/* len bytes in the stage; len is at most NEUTRAL_STAGE. After a failed send the stage is written over and dropped. */
static inline uint8_t *room(struct neutral_out *out, size_t len)
{
	if (SK_UNLIKELY(NEUTRAL_STAGE - out->used < len))
		flush(out);
	uint8_t *at = out->stage + out->used;
	out->used += len;
	return at;
}

static inline void put_head(uint8_t *at, enum neutral_op op, uint16_t id)
{
	uint32_t head = (uint32_t)op | (uint32_t)id << 16;
	memcpy(at, &head, HEAD);
}

static void put_bytes(struct neutral_out *out, enum neutral_op op, uint16_t id, sk_bytes value)
{
	sk_assert(value.len <= NEUTRAL_VALUE_MAX);
	uint32_t len = (uint32_t)value.len;
	size_t whole = HEAD + sizeof len + value.len;
	if (SK_LIKELY(whole <= NEUTRAL_STAGE)) {
		uint8_t *at = room(out, whole);
		put_head(at, op, id);
		memcpy(at + HEAD, &len, sizeof len);
		if (len > 0)
			memcpy(at + HEAD + sizeof len, value.at, len);
		return;
	}
	uint8_t *at = room(out, HEAD + sizeof len);
	put_head(at, op, id);
	memcpy(at + HEAD, &len, sizeof len);
	flush(out);
	if (out->status == SK_OK)
		out->status = out->send(out->context, value);
}

static void put_number(struct neutral_out *out, enum neutral_op op, uint16_t id, uint8_t kind, int64_t value)
{
	if (kind == NEUTRAL_BOOL || kind == NEUTRAL_ENUM) {
		uint16_t small = (uint16_t)value;
		uint8_t *at = room(out, HEAD + sizeof small);
		put_head(at, op, id);
		memcpy(at + HEAD, &small, sizeof small);
		return;
	}
	uint8_t *at = room(out, HEAD + sizeof value);
	put_head(at, op, id);
	memcpy(at + HEAD, &value, sizeof value);
}

void neutral_start(struct neutral_out *out, uint16_t level)
{
	sk_bytes build = neutral_build_id();
	uint8_t *at = room(out, HEAD + sizeof out->vocabulary->digest + build.len);
	put_head(at, NEUTRAL_START, level);
	memcpy(at + HEAD, &out->vocabulary->digest, sizeof out->vocabulary->digest);
	memcpy(at + HEAD + sizeof out->vocabulary->digest, build.at, build.len);
}

void neutral_open(struct neutral_out *out, uint16_t node)
{
	put_head(room(out, HEAD), NEUTRAL_OPEN, node);
}

void neutral_close(struct neutral_out *out)
{
	put_head(room(out, HEAD), NEUTRAL_CLOSE, 0);
}

void neutral_learn(struct neutral_out *out, uint16_t phrase)
{
	put_head(room(out, HEAD), NEUTRAL_LEARN, phrase);
}

void neutral_learnt(struct neutral_out *out, uint16_t phrase)
{
	put_head(room(out, HEAD), NEUTRAL_LEARNT, phrase);
}

void neutral_again(struct neutral_out *out, uint16_t phrase)
{
	put_head(room(out, HEAD), NEUTRAL_AGAIN, phrase);
}

void neutral_varied_number(struct neutral_out *out, uint16_t phrase, uint16_t attr, int64_t value)
{
	const struct vocabulary *v = out->vocabulary;
	put_number(out, NEUTRAL_VARIED, phrase, v->types[v->attrs[attr].type].kind, value);
}

void neutral_varied_bytes(struct neutral_out *out, uint16_t phrase, sk_bytes value)
{
	sk_assert(value.len <= NEUTRAL_VARIED_BYTES);
	put_bytes(out, NEUTRAL_VARIED, phrase, value);
}

void neutral_attr_number(struct neutral_out *out, uint16_t attr, int64_t value)
{
	const struct vocabulary *v = out->vocabulary;
	put_number(out, NEUTRAL_ATTR, attr, v->types[v->attrs[attr].type].kind, value);
}

void neutral_attr_bytes(struct neutral_out *out, uint16_t attr, sk_bytes value)
{
	put_bytes(out, NEUTRAL_ATTR, attr, value);
}

void neutral_number(struct neutral_out *out, uint16_t node, int64_t value)
{
	const struct vocabulary *v = out->vocabulary;
	put_number(out, NEUTRAL_TEXT_OF, 0, v->types[v->nodes[node].type].kind, value);
}

/* How much of value to take at once: a text is cut before a character's first byte. */
static size_t piece(sk_bytes value, bool text)
{
	if (value.len <= NEUTRAL_VALUE_MAX)
		return value.len;
	size_t len = NEUTRAL_VALUE_MAX;
	while (text && len > NEUTRAL_VALUE_MAX - 4 && (value.at[len] & 0xC0) == 0x80)
		len--;
	return len;
}

void neutral_bytes(struct neutral_out *out, uint16_t node, sk_bytes value)
{
	const struct vocabulary *v = out->vocabulary;
	bool text = v->types[v->nodes[node].type].kind == NEUTRAL_TEXT;
	do {
		size_t len = piece(value, text);
		put_bytes(out, NEUTRAL_TEXT_OF, 0, sk_bytes_slice(value, 0, len));
		value = sk_bytes_slice(value, len, value.len);
	} while (value.len > 0);
}

enum sk_status neutral_end(struct neutral_out *out)
{
	put_head(room(out, HEAD), NEUTRAL_END, 0);
	flush(out);
	return out->status;
}

sk_bytes neutral_build_id(void)
{
	static const uint8_t id[16] = SEKISHO_BUILD_ID;
	return sk_bytes_of(id, sizeof id);
}
