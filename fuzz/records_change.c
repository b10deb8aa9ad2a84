/* Records are told apart as the checker does it (neutral.h has their encoding), and moved, dropped, repeated or given other values. */
#include "fuzz/records_change.h"

#include <stdlib.h>

#define RECORDS_MAX 32768
#define DEPTH_MAX 300
#define SCRATCH_MAX 65536
#define CHANGES_MAX 8
#define WISHES_TRIED 8

struct span {
	const uint8_t *at;
	size_t len;
	uint16_t node; /* OPEN: the node; ATTR, TEXT_OF: the open one */
	uint16_t attr; /* ATTR, VARIED: what the value is of */
	int nests;     /* 1: a node is open from here; -1: one ends */
};

/* A phrase that the stream taught: AGAIN and VARIED say it. */
struct phrase {
	uint16_t node, first;
	bool closes;
};

struct stream {
	const struct vocabulary *v;
	struct span spans[RECORDS_MAX];
	size_t count;
	uint8_t scratch[SCRATCH_MAX];
	size_t scratch_used;
	struct phrase phrases[NEUTRAL_PHRASES + 1];
	uint16_t learning; /* the phrase at hand; 0: none */
};

static const char *const wishes[] = {
	"javascript:alert(1)", "file:///c:/x.exe", "\\\\evil\\share", "https://example.org/", "mailto:a@example.org", "#Sheet1!A1",
	"DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe", "INCLUDEPICTURE \"http://evil/x\"", "PAGE", "TOC \\o \"1-3\" \\h",
	"cmd|'/c calc'!A1", "[1]Sheet1!A1", "SUM(A1:B2)", "CALL(\"k\",\"e\",\"J\")", "WEBSERVICE(\"http://evil\")", "A1", "rId1", "1",
	"0", "<script>", "\"/><Relationship TargetMode=\"External\"", "]]>", "&lt;", "vbaProject.bin", "text", "FFFFFF", "50%", "auto",
	"=HYPERLINK(\"http://evil\")", "=cmd|'/c calc'!A1", "\n=1+1", ",@SUM(1)", "../evil.txt", "/evil.txt", "c:evil.txt", "con.txt", "a.exe",
	"a.docm", "A.TXT", "a/b/c.png", "\xE2\x80\xAEtxt.exe", "HYPERLINK \"file:///x\"", "HYPERLINK \"https://example.org/\"", "\t", " ",
	"q\n1 0 0 1 0 0 cm\nQ\n", "BT\nET\n", "/F1 12 Tf\n", "/X Do\n", "0 0 10 10 re\nf\n", "1 0 0 rg\n", "(a) Tj\n", "{ dup mul }", "{ 2 copy exch pop }", "{ run }",
	"Identity-H", "DeviceRGB", "JavaScript", "Launch", "URI", "JS", "AA", "EmbeddedFiles", "D:20240101000000Z", "0.5", "-1 0 0 1 0 0",
};

sk_bytes records_wish(struct chooser *c)
{
	if (choose(c, 4) == 0) {
		size_t wanted = choose(c, 64); /* moves c, so before c->left is looked at */
		size_t len = sk_min(wanted, c->left);
		sk_bytes raw = sk_bytes_of(c->at, len);
		c->at += len;
		c->left -= len;
		return raw;
	}
	return sk_bytes_str(wishes[choose(c, SK_COUNT(wishes))]);
}

static bool is_short(unsigned kind)
{
	return kind == NEUTRAL_BOOL || kind == NEUTRAL_ENUM;
}

static bool is_long(unsigned kind)
{
	return kind == NEUTRAL_INT || kind == NEUTRAL_REF;
}

static const struct vocabulary_type *type_of(const struct vocabulary *v, const struct span *s)
{
	return &v->types[s->at[0] == NEUTRAL_TEXT_OF ? v->nodes[s->node].type : v->attrs[s->attr].type];
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool has_value(const struct stream *s, const struct span *span)
{
	return span->at[0] == NEUTRAL_TEXT_OF || ((span->at[0] == NEUTRAL_ATTR || span->at[0] == NEUTRAL_VARIED) && span->attr < s->v->attr_count);
}

/* What a record does to the phrase at hand, or takes from one that was learnt. */
static void follow_phrase(struct stream *s, struct span *span)
{
	uint16_t number = (uint16_t)(span->at[2] | span->at[3] << 8);
	struct phrase *learning = &s->phrases[s->learning];
	switch (span->at[0]) {
	case NEUTRAL_LEARN:
		s->learning = number <= NEUTRAL_PHRASES ? number : 0;
		s->phrases[s->learning] = (struct phrase){.first = VOCABULARY_NONE};
		break;
	case NEUTRAL_OPEN:
		learning->node = number;
		break;
	case NEUTRAL_ATTR:
		if (learning->first == VOCABULARY_NONE)
			learning->first = number;
		break;
	case NEUTRAL_CLOSE:
		learning->closes = true;
		break;
	case NEUTRAL_LEARNT:
		s->learning = 0;
		break;
	case NEUTRAL_AGAIN:
	case NEUTRAL_VARIED:
		number = number <= NEUTRAL_PHRASES ? number : 0;
		span->node = s->phrases[number].node;
		span->attr = s->phrases[number].first;
		span->nests = !s->phrases[number].closes;
		break;
	default:
		break;
	}
}

/* The records of a stream that the reader said: well formed. False when there are too many. */
static bool split(struct stream *s, sk_bytes records)
{
	uint16_t stack[DEPTH_MAX] = {0};
	size_t depth = 0;
	s->count = 0;
	for (size_t at = 0; at + 4 <= records.len && s->count < RECORDS_MAX;) {
		struct span *span = &s->spans[s->count++];
		const uint8_t *from = records.at + at;
		uint16_t id = (uint16_t)(from[2] | from[3] << 8);
		*span = (struct span){.at = from, .len = from[0] == NEUTRAL_START ? 24 : 4, .node = depth > 0 ? stack[depth - 1] : 0, .attr = id};
		if (from[0] == NEUTRAL_OPEN)
			span->node = id;
		span->nests = (from[0] == NEUTRAL_OPEN) - (from[0] == NEUTRAL_CLOSE);
		follow_phrase(s, span);
		if (span->nests > 0 && depth == DEPTH_MAX)
			return false;
		if (span->nests > 0)
			stack[depth++] = span->node;
		depth -= span->nests < 0 && depth > 0;
		if (has_value(s, span)) {
			unsigned kind = type_of(s->v, span)->kind;
			span->len += is_short(kind) ? 2 : is_long(kind) ? 8 : 4 + u32_at(from + 4);
		}
		at += span->len;
	}
	return s->count < RECORDS_MAX;
}

/* How many spans a record with all that is in it has. */
static size_t subtree(const struct stream *s, size_t index)
{
	size_t depth = 0, end = index;
	for (; end < s->count; end++) {
		depth += s->spans[end].nests > 0;
		depth -= s->spans[end].nests < 0 && depth > 0;
		if (depth == 0)
			return end + 1 - index;
	}
	return end - index;
}

static void drop(struct stream *s, size_t index, size_t count)
{
	memmove(&s->spans[index], &s->spans[index + count], (s->count - index - count) * sizeof s->spans[0]);
	s->count -= count;
}

static void insert(struct stream *s, size_t index, size_t from, size_t count)
{
	struct span *copy = calloc(count, sizeof *copy);
	if (copy == NULL)
		abort();
	if (s->count + count <= RECORDS_MAX) {
		memcpy(copy, &s->spans[from], count * sizeof *copy);
		memmove(&s->spans[index + count], &s->spans[index], (s->count - index) * sizeof *copy);
		memcpy(&s->spans[index], copy, count * sizeof *copy);
		s->count += count;
	}
	free(copy);
}

static uint8_t *scratch(struct stream *s, size_t len)
{
	if (len > SCRATCH_MAX - s->scratch_used)
		return NULL;
	s->scratch_used += len;
	return s->scratch + s->scratch_used - len;
}

static void change_number(struct chooser *c, struct stream *s, struct span *span, const struct vocabulary_type *t)
{
	uint8_t *made = scratch(s, span->len);
	if (made == NULL)
		return;
	int64_t values[] = {t->min, t->max, (int64_t)choose(c, 16), (int64_t)choose(c, 65536), t->max + (t->max < INT64_MAX), -1,
			    t->count > 0 ? (int64_t)choose(c, t->count) : 0};
	int64_t value = values[choose(c, SK_COUNT(values))];
	bool fits = t->kind == NEUTRAL_BOOL || t->kind == NEUTRAL_ENUM ? value >= 0 && value < t->count : value >= t->min && value <= t->max;
	if (!fits && choose(c, 16) != 0)
		return;
	memcpy(made, span->at, 4);
	for (size_t i = 4; i < span->len; i++)
		made[i] = (uint8_t)((uint64_t)value >> 8 * (i - 4));
	span->at = made;
}

static void change_bytes(struct chooser *c, struct stream *s, struct span *span)
{
	bool other = choose(c, 2) == 0;
	sk_bytes value = sk_bytes_of(span->at + 8, span->len - 8);
	uint16_t type = span->at[0] == NEUTRAL_TEXT_OF ? s->v->nodes[span->node].type : s->v->attrs[span->attr].type;
	for (unsigned tries = 0; tries < WISHES_TRIED && other; tries++) {
		value = records_wish(c);
		if (vocabulary_value_allowed(s->v, type, value))
			break;
	}
	uint8_t *made = scratch(s, 8 + value.len);
	if (made == NULL)
		return;
	memcpy(made, span->at, 4);
	if (value.len > 0)
		memcpy(made + 8, value.at, value.len);
	for (unsigned count = choose(c, 4) + 1; count > 0 && value.len > 0 && !other; count--)
		made[8 + choose(c, (uint32_t)sk_min(value.len, 65535))] = (uint8_t)choose(c, 256);
	if (!other && choose(c, 8) == 0)
		value.len -= sk_min(value.len, choose(c, 8));
	if (!vocabulary_value_allowed(s->v, type, sk_bytes_of(made + 8, value.len)) && choose(c, 16) != 0)
		return; /* mostly the checker lets it pass, so that the writer is reached */
	for (unsigned i = 0; i < 4; i++)
		made[4 + i] = (uint8_t)(value.len >> 8 * i);
	span->at = made;
	span->len = 8 + value.len;
}

static void change_value(struct chooser *c, struct stream *s, size_t index)
{
	while (index < s->count && !has_value(s, &s->spans[index]))
		index++;
	if (index == s->count)
		return;
	const struct vocabulary_type *t = type_of(s->v, &s->spans[index]);
	if (is_short(t->kind) || is_long(t->kind))
		change_number(c, s, &s->spans[index], t);
	else
		change_bytes(c, s, &s->spans[index]);
}

static void change(struct chooser *c, struct stream *s)
{
	if (s->count < 3)
		return;
	uint32_t last = (uint32_t)s->count - 2; /* START stays, and so does END */
	size_t index = 1 + choose(c, last), other = 1 + choose(c, last);
	struct span kept;
	switch (choose(c, 24)) {
	case 0:
		drop(s, index, subtree(s, index) < s->count - index ? subtree(s, index) : 1);
		break;
	case 1:
		insert(s, index, index, subtree(s, index));
		break;
	case 2:
		insert(s, index, other, subtree(s, other));
		break;
	case 3:
		kept = s->spans[index];
		s->spans[index] = s->spans[other];
		s->spans[other] = kept;
		break;
	default:
		change_value(c, s, index);
	}
}

sk_bytes records_change(struct chooser *c, const struct vocabulary *v, sk_bytes records)
{
	struct stream *s = calloc(1, sizeof *s);
	uint8_t *made = NULL;
	size_t len = 0;
	if (s == NULL)
		abort();
	s->v = v;
	if (split(s, records))
		for (unsigned count = choose(c, CHANGES_MAX) + 1; count > 0; count--)
			change(c, s);
	for (size_t i = 0; i < s->count; i++)
		len += s->spans[i].len;
	made = malloc(len + 1);
	if (made == NULL)
		abort();
	len = 0;
	for (size_t i = 0; i < s->count; i++) {
		memcpy(made + len, s->spans[i].at, s->spans[i].len);
		len += s->spans[i].len;
	}
	free(s);
	return sk_bytes_of(made, len);
}

bool records_say(const struct vocabulary *v, sk_bytes records, uint16_t attr, int64_t value)
{
	struct stream *s = calloc(1, sizeof *s);
	bool said = false;
	if (s == NULL)
		abort();
	s->v = v;
	split(s, records);
	for (size_t i = 0; i < s->count; i++) {
		const uint8_t *at = s->spans[i].at;
		said |= (at[0] == NEUTRAL_ATTR || at[0] == NEUTRAL_VARIED) && s->spans[i].attr == attr && (at[4] | at[5] << 8) == value;
	}
	free(s);
	return said;
}
