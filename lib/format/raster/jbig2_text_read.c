/*
 * Segments of text regions (T.88 7.4.3): what is said of the region before its instances.
 *
 * What the attacker controls here: flags, tables, the lengths of the codes for symbols.
 */
#include "format/raster/jbig2.h"

#define RUN_CODES 35

/* 7.4.3.1.7: the codes of the symbols, their lengths coded by run codes. */
static enum sk_status id_table_read(struct jbig2 *j, struct jbig2_coder *c, uint32_t symbols)
{
	struct jbig2_line runs[RUN_CODES] = {{0}}, *lines = jbig2_array(j, symbols, sizeof *lines);
	struct jbig2_table run_table, *table = jbig2_array(j, 1, sizeof *table);
	int64_t run;
	uint32_t count = 0;
	if (lines == NULL || table == NULL)
		return SK_LIMIT;
	for (unsigned i = 0; i < RUN_CODES; i++)
		runs[i] = (struct jbig2_line){.prefix_len = (uint8_t)jbig2_take(&c->bits, 4), .low = (int32_t)i};
	SK_TRY(jbig2_table_make(j, runs, RUN_CODES, &run_table));
	while (count < symbols) {
		if (jbig2_table_decode(&run_table, &c->bits, &run) != JBIG2_VALUE)
			return SK_MALFORMED;
		if (c->bits.over || (run == 32 && count == 0))
			return SK_TRUNCATED;
		uint8_t len = run < 32 ? (uint8_t)run : run == 32 ? lines[count - 1].prefix_len : 0;
		uint32_t times = run < 32 ? 1 : run == 32 ? 3 + jbig2_take(&c->bits, 2) : run == 33 ? 3 + jbig2_take(&c->bits, 3) : 11 + jbig2_take(&c->bits, 7);
		for (; times > 0 && count < symbols; times--, count++)
			lines[count] = (struct jbig2_line){.prefix_len = len, .low = (int32_t)count};
	}
	jbig2_align(&c->bits);
	c->id_table = table;
	return jbig2_table_make(j, lines, symbols, table);
}

/* 7.4.3.1.2: which tables the integers have. */
static enum sk_status tables_read(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, unsigned flags,
				  struct jbig2_coder *c)
{
	static const struct {
		enum jbig2_integer which;
		uint8_t shift, mask;
		uint8_t standard[4]; /* 0: a table of the author, 16: none */
	} fields[] = {
		{JBIG2_IAFS, 0, 3, {6, 7, 16, 0}},    {JBIG2_IADS, 2, 3, {8, 9, 10, 0}},    {JBIG2_IADT, 4, 3, {11, 12, 13, 0}},
		{JBIG2_IARDW, 6, 3, {14, 15, 16, 0}}, {JBIG2_IARDH, 8, 3, {14, 15, 16, 0}}, {JBIG2_IARDX, 10, 3, {14, 15, 16, 0}},
		{JBIG2_IARDY, 12, 3, {14, 15, 16, 0}}, {JBIG2_RSIZE, 14, 1, {1, 0, 16, 16}},
	};
	uint32_t next = 0;
	for (size_t i = 0; i < SK_COUNT(fields); i++)
		SK_TRY(jbig2_table_select(j, all, s, fields[i].standard[flags >> fields[i].shift & fields[i].mask], &next,
					  &c->tables[fields[i].which]));
	return SK_OK;
}

static void flags_read(struct jbig2_text *t, unsigned flags)
{
	t->refined = flags >> 1 & 1;
	t->strip_log = flags >> 2 & 3;
	t->corner = flags >> 4 & 3;
	t->transposed = flags >> 6 & 1;
	t->operator = (enum jbig2_operator)(flags >> 7 & 3);
	t->offset = (int32_t)(flags >> 10 & 31);
	t->offset -= t->offset > 15 ? 32 : 0;
	t->refinement_kind = flags >> 15 & 1;
}

enum sk_status jbig2_text_read(struct jbig2 *j, const struct jbig2_segments *all, const struct jbig2_segment *s, struct sk_cursor *c,
			       struct raster_bits *bits)
{
	struct jbig2_text t = {.instances = 0};
	unsigned flags = sk_cursor_u16be(c);
	struct jbig2_coder coder = {.huffman = flags & 1};
	flags_read(&t, flags);
	unsigned tables = coder.huffman ? sk_cursor_u16be(c) : 0;
	if (t.refined && t.refinement_kind == 0)
		jbig2_at_read(c, t.refinement_at, 2);
	t.instances = sk_cursor_u32be(c);
	SK_TRY(c->status);
	if ((flags >> 9 & 1) != 0)
		raster_bits_invert(bits); /* SBDEFPIXEL; the region is white so far */
	SK_TRY(jbig2_symbols_gather(j, all, s, 0, &t.symbols));
	coder.id_bits = jbig2_log2(t.symbols.count);
	SK_TRY(jbig2_coder_make(j, &coder));
	coder.bits = (struct jbig2_bits){.in = sk_bytes_of(c->at, c->left)};
	if (coder.huffman) {
		SK_TRY(tables_read(j, all, s, tables, &coder));
		SK_TRY(id_table_read(j, &coder, t.symbols.count));
	} else {
		jbig2_arith_init(&coder.arith, sk_bytes_of(c->at, c->left));
	}
	return jbig2_text_decode(j, &t, &coder, bits);
}
