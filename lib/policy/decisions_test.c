/* decisions_test SAMPLE TABLE: what the sample policy answers, beside a table that was written by hand. A test for each line. */
#include "sample_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COLUMNS 10
#define ROWS_MAX 1000

enum column { PAIR, CHANNEL, ROLE, KIND, SIZE, CLASS, DAY, ANSWER, BY, CLAUSE };

struct row {
	char *column[COLUMNS];
	char name[200];
};

static struct row rows[ROWS_MAX];
static struct CMUnitTest tests[ROWS_MAX];
static size_t row_count;
static const struct policy *sample;

static unsigned zone_of(char letter)
{
	static const struct {
		char letter;
		const char *name;
	} zones[] = {{'M', "マイナンバー利用事務系"}, {'L', "LGWAN接続系"}, {'I', "インターネット接続系"}, {'O', "監視制御系"}};

	for (size_t i = 0; i < SK_COUNT(zones); i++)
		if (zones[i].letter == letter)
			return policy_zone_find(sample, test_text(zones[i].name));
	return UINT32_MAX;
}

/* 2, or 2/1/1. */
static void set_classes(struct policy_request *r, const char *text)
{
	for (unsigned scale = 0; scale < POLICY_SCALE_COUNT; scale++) {
		size_t len = strcspn(text, "/");
		r->classes[scale] = len > 0 ? policy_class_find(sample, scale, (sk_text){text, len}) : 0;
		text += len + (text[len] == '/');
	}
}

static struct policy_request request_of(const struct row *row)
{
	char *const *c = row->column;
	struct policy_request r = {.from = zone_of(c[PAIR][0]), .to = zone_of(c[PAIR][2]), .role = policy_role_find(sample, test_text(c[ROLE]))};
	const char *day = strcmp(c[DAY], ".") == 0 ? "2026-06-01" : c[DAY];

	r.channel = policy_channel_find(test_text(c[CHANNEL]));
	r.kind = policy_kind_find(test_text(c[KIND]));
	assert_true(strcmp(c[KIND], ".") == 0 || r.kind != UINT32_MAX);
	assert_true(strcmp(c[SIZE], ".") == 0 || policy_size_read(test_text(c[SIZE]), &r.size));
	assert_true(policy_date_read(test_text(day), &r.day));
	set_classes(&r, c[CLASS]);
	return r;
}

static unsigned people_of(const struct policy_rule *rule)
{
	unsigned people = 0;

	for (unsigned i = 0; i < rule->approval_count; i++)
		people += rule->approvals[i].people;
	return people;
}

static void answer_of(const struct policy_decision *d, char *text, size_t size)
{
	if (d->permitted)
		snprintf(text, size, "+ %.*s|%u", (int)d->rule->name.len, d->rule->name.at, people_of(d->rule));
	else if (d->reason == POLICY_REASON_refused)
		snprintf(text, size, "- %.*s", (int)d->rule->name.len, d->rule->name.at);
	else
		snprintf(text, size, "- %s", policy_reason_name(d->reason));
}

/* The explanation says the same: yes or no first, and the line of the rule that decided. */
static void check_explanation(const struct policy_request *request, const struct policy_decision *d)
{
	static uint8_t room[1 << 14];
	char place[64];
	struct sk_buf out;

	for (unsigned japanese = 0; japanese < 2; japanese++) {
		sk_buf_fixed(&out, room, sizeof room - 1);
		policy_explain(sample, request, d, japanese, &out);
		assert_int_equal(out.status, SK_OK);
		assert_true(sk_bytes_starts(sk_buf_bytes(&out), sk_bytes_str(japanese ? d->permitted ? "通せます: " : "通せません: " : d->permitted ? "permitted: " : "refused: ")));
		if (d->rule == NULL)
			continue;
		snprintf(place, sizeof place, "test.policy:%u%s", (unsigned)d->rule->place.line, japanese ? "）" : ")");
		assert_true(sk_bytes_find(sk_buf_bytes(&out), sk_bytes_str(place), 0) != SIZE_MAX);
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct policy_request request = request_of(row);
	struct policy_decision decision;
	char wanted[300], got[300];

	policy_decide(sample, &request, &decision);
	snprintf(wanted, sizeof wanted, "%s %s", row->column[ANSWER], row->column[BY]);
	answer_of(&decision, got, sizeof got);
	assert_string_equal(got, wanted);
	assert_ptr_equal(decision.version, policy_version(sample));
	check_explanation(&request, &decision);
}

static void take_row(char *line)
{
	struct row *row = &rows[row_count];

	if (line[0] == '#' || line[0] == '\0')
		return;
	snprintf(row->name, sizeof row->name, "%s", line);
	for (char *c = row->name; *c != '\0'; c++)
		*c = *c == '\t' || *c == '#' ? ' ' : *c;
	for (unsigned i = 0; i < COLUMNS; i++) {
		row->column[i] = line;
		line += strcspn(line, "\t");
		if (*line == '\t')
			*line++ = '\0';
	}
	tests[row_count] = (struct CMUnitTest){row->name, test_row, NULL, NULL, row};
	row_count++;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	sample = test_policy(test_file(argv[1]));
	sk_bytes table = test_file(argv[2]);
	char *text = strndup((const char *)table.at, table.len);
	if (sample == NULL || text == NULL)
		return 1;
	for (char *line = text, *next; line != NULL && row_count < ROWS_MAX; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		take_row(line);
	}
	/* cmocka's macro counts an array; these are as many as the table has */
	return _cmocka_run_group_tests("decisions", tests, row_count, NULL, NULL);
}
