/*
 * Records to text: paragraphs as lines, cells as tab-separated columns, slides and sheets parted by an empty line.
 *
 * Text is what people would read: deleted revisions, formulas and numbering do not count. Shared strings come first in
 * the stream; cells name them by number (ECMA-376 part 1, 18.4.9).
 */
#include "format/ooxml/write.h"

#include "conf/conf.h"

#define STRINGS_BYTES_MAX ((size_t)limit(LIMIT_zip_entry_bytes))
#define COLUMNS_MAX 16384 /* of a sheet (Excel's own limit): tabs that a cell's reference may ask for */

struct text_writer {
	struct format_write *job;
	struct sk_buf line;      /* what is not put yet */
	struct sk_buf strings;   /* shared strings, one after another */
	size_t *starts;          /* where each starts; count + 1 of them */
	uint32_t count, room;
	enum part_kind kind;
	uint32_t column;         /* of the row: cells that were written */
	uint32_t cell_column;
	bool cell_is_shared;
	bool in_phonetic;        /* x:rPh: the reading, not the text */
	bool wrote;              /* anything at all, for the empty line between parts */
};

static enum sk_status flush(struct text_writer *w)
{
	if (w->line.status != SK_OK)
		return w->line.status;
	if (w->line.len == 0)
		return SK_OK;
	enum sk_status status = w->job->put(w->job->context, sk_buf_bytes(&w->line));
	w->line.len = 0;
	w->wrote = true;
	return status;
}

static enum sk_status put(struct text_writer *w, sk_bytes bytes)
{
	if (bytes.len > w->line.max - w->line.len)
		SK_TRY(flush(w));
	sk_buf_put(&w->line, bytes);
	return w->line.status;
}

/* ---- shared strings ---- */

static enum sk_status add_start(struct text_writer *w)
{
	if (w->count + 1 >= w->room) {
		uint32_t more = w->room == 0 ? 1024 : w->room * 2;
		size_t *grown = sk_arena_grow(w->job->arena, w->starts, w->room * sizeof *grown, more * sizeof *grown);
		if (grown == NULL)
			return SK_LIMIT;
		w->starts = grown;
		w->room = more;
	}
	w->starts[w->count] = w->strings.len;
	return SK_OK;
}

static enum sk_status put_shared(struct text_writer *w, sk_bytes number)
{
	uint64_t index;
	if (!sk_parse_u64(number, &index) || index >= w->count)
		return SK_OK;
	size_t start = w->starts[index];
	return put(w, sk_bytes_slice(sk_buf_bytes(&w->strings), start, w->starts[index + 1] - start));
}

/* ---- cells ---- */

/* The column of a reference such as "AB12", from 0; COLUMNS_MAX when it has none. */
static uint32_t column_of(sk_bytes reference)
{
	uint32_t column = 0;
	size_t i = 0;
	while (i < reference.len && i < 3 && reference.at[i] >= 'A' && reference.at[i] <= 'Z')
		column = column * 26 + (uint32_t)(reference.at[i++] - 'A' + 1);
	return i == 0 || column > COLUMNS_MAX ? COLUMNS_MAX : column - 1;
}

static enum sk_status begin_cell(struct text_writer *w)
{
	uint32_t column = w->cell_column < COLUMNS_MAX ? w->cell_column : w->column;
	while (w->column < column) {
		SK_TRY(put(w, SK_BYTES("\t")));
		w->column++;
	}
	return SK_OK;
}

/* ---- records ---- */

static enum sk_status take_text(struct text_writer *w, const struct neutral_record *record)
{
	uint16_t name = ooxml_vocabulary.nodes[record->node].name;
	if (record->kind != NEUTRAL_TEXT && record->kind != NEUTRAL_CHARS)
		return SK_OK;
	if (name == OOXML_NAME_w_t || name == OOXML_NAME_a_t || name == OOXML_NAME_m_t)
		return put(w, record->bytes);
	if (name == OOXML_NAME_x_t && w->in_phonetic)
		return SK_OK;
	if (name == OOXML_NAME_x_t && w->kind == PART_sharedStrings) {
		sk_buf_put(&w->strings, record->bytes);
		return w->strings.status;
	}
	if (name == OOXML_NAME_x_t)
		return put(w, record->bytes);
	if (name == OOXML_NAME_x_v && w->kind == PART_sheet)
		return w->cell_is_shared ? put_shared(w, record->bytes) : put(w, record->bytes);
	return SK_OK;
}

static enum sk_status take_attr(struct text_writer *w, const struct neutral_record *record)
{
	const struct vocabulary *v = &ooxml_vocabulary;
	if (v->nodes[record->node].name != OOXML_NAME_x_c)
		return SK_OK;
	if (v->attrs[record->attr].name == OOXML_NAME_r)
		w->cell_column = column_of(record->bytes);
	if (v->attrs[record->attr].name == OOXML_NAME_t && record->kind == NEUTRAL_ENUM)
		w->cell_is_shared = sk_bytes_equal(vocabulary_word(v, record->type, (uint16_t)record->number), SK_BYTES("s"));
	return SK_OK;
}

static enum sk_status take_open(struct text_writer *w, uint16_t name)
{
	if (name == OOXML_NAME_w_tab || name == OOXML_NAME_w_ptab)
		return put(w, SK_BYTES("\t"));
	if (name == OOXML_NAME_w_br || name == OOXML_NAME_w_cr || name == OOXML_NAME_a_br)
		return put(w, SK_BYTES("\n"));
	if (name == OOXML_NAME_x_c) {
		w->cell_column = COLUMNS_MAX;
		w->cell_is_shared = false;
	}
	if (name == OOXML_NAME_x_v || name == OOXML_NAME_x_is)
		return w->kind == PART_sheet ? begin_cell(w) : SK_OK;
	if (name == OOXML_NAME_x_si)
		return add_start(w);
	if (name == OOXML_NAME_x_rPh)
		w->in_phonetic = true;
	return SK_OK;
}

static enum sk_status take_close(struct text_writer *w, uint16_t name)
{
	if (name == OOXML_NAME_w_p || name == OOXML_NAME_a_p)
		return put(w, SK_BYTES("\n"));
	if (name == OOXML_NAME_x_row) {
		w->column = 0;
		return put(w, SK_BYTES("\n"));
	}
	if (name == OOXML_NAME_x_rPh)
		w->in_phonetic = false;
	if (name == OOXML_NAME_x_si) {
		w->count++;
		return add_start(w);
	}
	return SK_OK;
}

/* Parts whose text people read, in the order of the stream. */
static bool has_text(enum part_kind kind)
{
	static const uint8_t kinds[] = {
		PART_word, PART_wordHeader, PART_wordFooter, PART_wordFootnotes, PART_wordEndnotes, PART_wordComments,
		PART_sheet, PART_sharedStrings, PART_sheetComments, PART_slide, PART_notesSlide, PART_diagramData, PART_chart, PART_sheetDrawing,
	};
	for (size_t i = 0; i < SK_COUNT(kinds); i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

static enum sk_status write_content(struct text_writer *w, struct out_package *package)
{
	struct neutral_in *in = w->job->in;
	struct neutral_record record;
	unsigned depth = in->depth;
	SK_TRY(neutral_next(in, &record));
	if (record.op != NEUTRAL_ATTR || record.number < 1 || record.number >= package->part_count)
		return SK_MALFORMED;
	w->kind = package->parts[record.number].kind;
	if (!has_text(w->kind))
		return neutral_skip(in, depth);
	if (w->wrote && w->kind != PART_sharedStrings)
		SK_TRY(put(w, SK_BYTES("\n")));
	while (in->depth >= depth) {
		SK_TRY(neutral_next(in, &record));
		uint16_t name = ooxml_vocabulary.nodes[record.node].name;
		if (record.op == NEUTRAL_OPEN)
			SK_TRY(take_open(w, name));
		else if (record.op == NEUTRAL_ATTR)
			SK_TRY(take_attr(w, &record));
		else if (record.op == NEUTRAL_TEXT_OF)
			SK_TRY(take_text(w, &record));
		else if (record.op == NEUTRAL_CLOSE)
			SK_TRY(take_close(w, name));
	}
	return flush(w);
}

enum sk_status ooxml_write_text(struct format_write *job)
{
	struct out_package *package = sk_arena_make(job->arena, sizeof *package);
	struct text_writer *w = sk_arena_make(job->arena, sizeof *w);
	uint8_t *line = sk_arena_raw(job->arena, 2 * NEUTRAL_VALUE_MAX);
	struct neutral_record record;
	if (package == NULL || w == NULL || line == NULL)
		return SK_LIMIT;
	package->job = job;
	w->job = job;
	sk_buf_fixed(&w->line, line, 2 * NEUTRAL_VALUE_MAX);
	sk_buf_init(&w->strings, job->arena, STRINGS_BYTES_MAX);
	SK_TRY(neutral_next(job->in, &record));
	if (record.op != NEUTRAL_OPEN || record.node != OOXML_NODE_package_package)
		return SK_MALFORMED;
	SK_TRY(manifest_read(package, &record));
	while (record.op == NEUTRAL_OPEN && record.node == OOXML_NODE_content_content) {
		SK_TRY(write_content(w, package));
		SK_TRY(neutral_next(job->in, &record));
	}
	return flush(w);
}
