/*
 * An operator of page content with its operands: whether they are its own, what it names, what it opens and closes.
 *
 * What the attacker controls here: which operators come, in which order, with which operands. As poppler does: operands too many lose the
 * first ones, too few or others drop the operator.
 */
#include "neutral/content_work.h"

void content_clear(struct content_work *w)
{
	w->out.len = w->line;
	w->count = w->others = 0;
}

static void drop(struct content_work *w, uint32_t *counter)
{
	(*counter)++;
	content_clear(w);
}

static void say(struct content_work *w, const struct content_operator *row)
{
	uint8_t *to = w->out.at + w->out.len;
	if (SK_UNLIKELY(w->out.room - w->out.len < 6 && (to = sk_buf_room(&w->out, 6)) == NULL))
		return;
	if (w->count > 0)
		*to++ = ' ';
	to[0] = (uint8_t)row->key;
	to[1] = (uint8_t)(row->key >> 8);
	to[2] = (uint8_t)(row->key >> 16);
	to += row->len;
	*to++ = '\n';
	w->out.len = (size_t)(to - w->out.at);
	w->line = w->out.len;
	w->count = w->others = 0;
	w->begun = true;
}

/* A line of its own, without operands. */
static void say_word(struct content_work *w, const char *word)
{
	content_clear(w);
	sk_buf_str(&w->out, word);
	w->line = w->out.len;
	w->begun = true;
}

/* Leaves the last count operands of the line. */
static void keep_last(struct content_work *w, size_t count)
{
	size_t first = w->count - count;
	size_t start = count > 0 ? w->starts[first] : w->out.len, shift = start - w->line;
	if (first == 0)
		return;
	w->result->repaired++;
	if (count > 0)
		memmove(w->out.at + w->line, w->out.at + start, w->out.len - start);
	w->out.len -= shift;
	w->others = 0;
	for (size_t i = 0; i < count; i++) {
		w->starts[i] = w->starts[first + i] - shift;
		w->kinds[i] = w->kinds[first + i];
		w->others += w->kinds[i] != CONTENT_KIND_NUMBER;
	}
	w->count = count;
}

static sk_bytes operand(const struct content_work *w, size_t index)
{
	size_t end = index + 1 < w->count ? w->starts[index + 1] - 1 : w->out.len;
	return sk_bytes_of(w->out.at + w->starts[index], end - w->starts[index]);
}

/* ---- operands ---- */

static bool kinds_fit(struct content_work *w, const struct content_operator *row)
{
	uint32_t kinds = 0;
	if (SK_UNLIKELY(w->count < row->count))
		return false;
	if (SK_UNLIKELY(w->count > row->count))
		keep_last(w, row->count);
	if (w->others == 0)
		return row->operands == (0x111111u & ((1u << (4 * row->count)) - 1));
	for (size_t i = 0; i < w->count; i++)
		kinds = kinds << 4 | w->kinds[i];
	return kinds == row->operands || (row->form == CONTENT_FORM_LIST && kinds == 0x22);
}

/* sc and scn: as many numbers as the space has, and a pattern for scn (8.6.8, table 73). */
static bool color_fits(struct content_work *w, bool named)
{
	bool name = named && w->count > 0 && w->kinds[w->count - 1] == CONTENT_KIND_NAME;
	return w->count > 0 && w->others == name && w->count - name <= CONTENT_COMPONENTS_MAX;
}

/* A number of one digit, at most that. */
static bool digit_fits(sk_bytes number, uint8_t most)
{
	return number.len == 1 && number.at[0] >= '0' && number.at[0] <= most;
}

static bool fits(struct content_work *w, const struct content_operator *row)
{
	if (row->form == CONTENT_FORM_COLOR || row->form == CONTENT_FORM_COLOR_NAME)
		return color_fits(w, row->form == CONTENT_FORM_COLOR_NAME);
	if (!kinds_fit(w, row))
		return false;
	if (row->form == CONTENT_FORM_CAP || row->form == CONTENT_FORM_TEXT_MODE)
		return digit_fits(operand(w, 0), row->form == CONTENT_FORM_CAP ? '2' : '7');
	if (row->form == CONTENT_FORM_DASH)
		return !w->array_strings && !w->array_negative;
	if (row->form == CONTENT_FORM_INTENT)
		return content_intent(sk_bytes_slice(operand(w, 0), 1, SIZE_MAX));
	return w->out.len - w->line <= CONTENT_LINE_MAX - 8 || row->form == CONTENT_FORM_SHOW_ARRAY;
}

/* ---- resources ---- */

static uint32_t hash(enum content_category category, const uint8_t *at, size_t len)
{
	uint32_t h = 2166136261u ^ (uint32_t)category;
	for (size_t i = 0; i < len; i++)
		h = (h ^ at[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool uses_grow(struct content_work *w)
{
	struct content_uses *u = &w->uses;
	size_t room = sk_max(64, u->room * 2);
	u->rows = sk_arena_grow(w->arena, u->rows, u->room * sizeof *u->rows, room * sizeof *u->rows);
	u->places = sk_arena_grow(w->arena, u->places, u->room * sizeof *u->places, room * sizeof *u->places);
	u->slots = sk_arena_array(w->arena, room * 2, sizeof *u->slots);
	if (u->rows == NULL || u->places == NULL || u->slots == NULL)
		return false;
	u->room = room;
	u->slot_count = room * 2;
	for (size_t i = 0; i < u->count; i++) {
		uint32_t slot = hash(u->rows[i].category, w->out.at + u->places[i], u->rows[i].name.len);
		while (u->slots[slot & (u->slot_count - 1)] != 0)
			slot++;
		u->slots[slot & (u->slot_count - 1)] = (uint32_t)i + 1;
	}
	return true;
}

void content_use_add(struct content_work *w, enum content_category category, size_t place, size_t len)
{
	struct content_uses *u = &w->uses;
	if (w->out.status != SK_OK)
		return;
	if (u->count == u->room && !uses_grow(w)) {
		w->status = limit_reached(LIMIT_arena_bytes);
		return;
	}
	const uint8_t *at = w->out.at + place;
	uint32_t slot = hash(category, at, len);
	for (uint32_t row; (row = u->slots[slot & (u->slot_count - 1)]) != 0; slot++)
		if (u->rows[row - 1].category == category && u->rows[row - 1].name.len == len &&
		    memcmp(w->out.at + u->places[row - 1], at, len) == 0)
			return;
	if (u->count == limit(LIMIT_content_uses)) {
		w->status = limit_reached(LIMIT_content_uses);
		return;
	}
	u->slots[slot & (u->slot_count - 1)] = (uint32_t)u->count + 1;
	u->places[u->count] = place;
	u->rows[u->count++] = (struct content_use){.name = {.len = len}, .category = category};
}

static void use(struct content_work *w, enum content_category category, size_t index)
{
	sk_bytes name = operand(w, index);
	sk_bytes bare = sk_bytes_slice(name, 1, SIZE_MAX);
	if (category == CONTENT_COLOR_SPACE && content_space_builtin(bare))
		return;
	content_use_add(w, category, w->starts[index] + 1, bare.len);
}

static void note_uses(struct content_work *w, const struct content_operator *row)
{
	switch ((enum content_form)row->form) {
	case CONTENT_FORM_FONT:
		use(w, CONTENT_FONT, 0);
		break;
	case CONTENT_FORM_GSTATE:
		use(w, CONTENT_EXT_GSTATE, 0);
		break;
	case CONTENT_FORM_SPACE:
		use(w, CONTENT_COLOR_SPACE, 0);
		break;
	case CONTENT_FORM_SHADING:
		use(w, CONTENT_SHADING, 0);
		break;
	case CONTENT_FORM_XOBJECT:
		use(w, CONTENT_XOBJECT, 0);
		break;
	case CONTENT_FORM_COLOR_NAME:
		if (w->others > 0)
			use(w, CONTENT_PATTERN, w->count - 1);
		break;
	case CONTENT_FORM_LIST:
		if (w->kinds[1] == CONTENT_KIND_NAME)
			use(w, CONTENT_PROPERTIES, 1);
		break;
	case CONTENT_FORM_PLAIN:
	case CONTENT_FORM_CAP:
	case CONTENT_FORM_DASH:
	case CONTENT_FORM_INTENT:
	case CONTENT_FORM_TEXT_MODE:
	case CONTENT_FORM_COLOR:
	case CONTENT_FORM_SHOW_ARRAY:
	case CONTENT_FORM_SAVE:
	case CONTENT_FORM_RESTORE:
	case CONTENT_FORM_TEXT:
	case CONTENT_FORM_TEXT_END:
	case CONTENT_FORM_MARK:
	case CONTENT_FORM_MARK_END:
	case CONTENT_FORM_GLYPH:
	case CONTENT_FORM_IMAGE:
	case CONTENT_FORM_FILL_OLD:
	case CONTENT_FORM_NOTHING:
		break;
	}
}

/* ---- arrays longer than a line ---- */

/* Says the array operand as several TJ, each at most a line: what is shown is the same (9.4.3). */
static void say_array(struct content_work *w, const struct content_operator *row)
{
	if (SK_LIKELY(w->out.len - w->line <= CONTENT_LINE_MAX - 4)) {
		say(w, row);
		return;
	}
	sk_bytes array = sk_arena_copy(w->arena, sk_bytes_slice(sk_buf_bytes(&w->out), w->line + 1, SIZE_MAX));
	if (array.at == NULL) {
		w->status = limit_reached(LIMIT_arena_bytes);
		return;
	}
	const uint8_t *at = array.at, *end = array.at + array.len;
	content_clear(w);
	sk_buf_u8(&w->out, '[');
	while (at < end && *at != ']' && w->out.status == SK_OK) {
		size_t len = *at == ' ' ? 1 + content_number_len(at + 1, end) : content_number_len(at, end);
		len = len > 0 ? len : content_string_len(at, end);
		sk_assert(len > 0); /* we wrote it */
		if (w->out.len - w->line + len > CONTENT_LINE_MAX - 5) {
			sk_buf_put(&w->out, SK_BYTES("] TJ\n"));
			w->line = w->out.len;
			sk_buf_u8(&w->out, '[');
			at += *at == ' ';
			len -= at[-1] == ' ';
		}
		sk_buf_put(&w->out, sk_bytes_of(at, len));
		at += len;
	}
	sk_buf_put(&w->out, SK_BYTES("] TJ\n"));
	w->line = w->out.len;
	w->begun = true;
}

/* ---- what nests ---- */

/* One more of what may be open; false when it is too deep, and its end will be dropped as well. */
static bool enter(struct content_work *w, size_t *depth, size_t *dropped)
{
	if (*depth == CONTENT_DEPTH_MAX) {
		(*dropped)++;
		drop(w, &w->result->dropped);
		return false;
	}
	(*depth)++;
	return true;
}

static bool leave(struct content_work *w, size_t *depth, size_t *dropped)
{
	if (*dropped > 0 || *depth == 0) {
		if (*dropped > 0)
			(*dropped)--;
		drop(w, &w->result->unbalanced);
		return false;
	}
	(*depth)--;
	return true;
}

static bool begin_text(struct content_work *w)
{
	if (w->text) { /* viewers begin anew */
		w->result->unbalanced++;
		say_word(w, "ET\n");
	}
	w->text = true;
	return true;
}

static bool end_text(struct content_work *w)
{
	if (!w->text)
		drop(w, &w->result->unbalanced);
	bool was = w->text;
	w->text = false;
	return was;
}

/* BMC or BDC without its operands: marked all the same, so that its EMC does not end another one. */
static void mark_plainly(struct content_work *w)
{
	w->result->dropped++;
	content_clear(w);
	if (enter(w, &w->marked, &w->marked_dropped))
		say_word(w, "/Span BMC\n");
}

/* False when the operator was dropped for what it opens or closes. */
static bool nests(struct content_work *w, const struct content_operator *row)
{
	switch ((enum content_form)row->form) {
	case CONTENT_FORM_SAVE:
		return enter(w, &w->saved, &w->saved_dropped);
	case CONTENT_FORM_RESTORE:
		return leave(w, &w->saved, &w->saved_dropped);
	case CONTENT_FORM_TEXT:
		return begin_text(w);
	case CONTENT_FORM_TEXT_END:
		return end_text(w);
	case CONTENT_FORM_MARK:
		return enter(w, &w->marked, &w->marked_dropped);
	case CONTENT_FORM_LIST:
		return row->id == CONTENT_OP_point_list || enter(w, &w->marked, &w->marked_dropped);
	case CONTENT_FORM_MARK_END:
		return leave(w, &w->marked, &w->marked_dropped);
	case CONTENT_FORM_GLYPH:
		if (w->options->glyph && !w->begun)
			return true;
		drop(w, &w->result->dropped);
		return false;
	case CONTENT_FORM_NOTHING:
		content_clear(w);
		return false;
	case CONTENT_FORM_PLAIN:
	case CONTENT_FORM_CAP:
	case CONTENT_FORM_DASH:
	case CONTENT_FORM_INTENT:
	case CONTENT_FORM_TEXT_MODE:
	case CONTENT_FORM_COLOR:
	case CONTENT_FORM_COLOR_NAME:
	case CONTENT_FORM_SPACE:
	case CONTENT_FORM_GSTATE:
	case CONTENT_FORM_FONT:
	case CONTENT_FORM_SHADING:
	case CONTENT_FORM_XOBJECT:
	case CONTENT_FORM_SHOW_ARRAY:
	case CONTENT_FORM_IMAGE:
	case CONTENT_FORM_FILL_OLD:
		break;
	}
	return true;
}

void content_operate(struct content_work *w, const struct content_operator *row)
{
	if (SK_UNLIKELY(!fits(w, row))) {
		if (row->id == CONTENT_OP_mark || row->id == CONTENT_OP_mark_list)
			mark_plainly(w);
		else
			drop(w, &w->result->dropped);
		return;
	}
	if (row->form == CONTENT_FORM_PLAIN) {
		say(w, row);
		return;
	}
	if (!nests(w, row))
		return;
	note_uses(w, row);
	if (row->form == CONTENT_FORM_SHOW_ARRAY)
		say_array(w, row);
	else if (row->form == CONTENT_FORM_FILL_OLD)
		say_word(w, "f\n");
	else
		say(w, row);
}

void content_close(struct content_work *w)
{
	size_t open_ones = w->saved + w->marked + w->text;
	w->result->unbalanced += (uint32_t)open_ones;
	if (w->text)
		say_word(w, "ET\n");
	for (; w->marked > 0; w->marked--)
		say_word(w, "EMC\n");
	for (; w->saved > 0; w->saved--)
		say_word(w, "Q\n");
}
