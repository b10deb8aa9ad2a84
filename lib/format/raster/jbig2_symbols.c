/*
 * Symbol dictionaries of JBIG2 (T.88 6.5, 7.4.2).
 *
 * What the attacker controls here: how many symbols there are, their sizes, what they are made from, which of them leave. A symbol can
 * only be made from those before it; counts are held against jbig2_symbols, bitmaps against the picture's budget.
 */
#include "format/raster/jbig2.h"

#include "conf/conf.h"
#include "format/raster/ccitt.h"

struct dictionary {
	struct jbig2 *j;
	bool huffman, aggregate;       /* SDHUFF, SDREFAGG */
	struct jbig2_generic generic;
	unsigned refinement_kind;
	struct jbig2_at refinement_at[2];
	uint32_t exported, made;       /* SDNUMEXSYMS, SDNUMNEWSYMS */
	uint32_t inputs;               /* SDNUMINSYMS */
	struct jbig2_symbols symbols;  /* the inputs and those made so far */
	struct raster_bits *bitmaps;   /* of those made here */
	uint32_t *widths;              /* of a height class coded as one bitmap */
	struct jbig2_coder coder;
};

/* ---- one symbol ---- */

/* 6.5.8.2.2: one instance, refined. */
static enum sk_status refine_one(struct dictionary *d, struct raster_bits *bits)
{
	uint32_t id;
	int64_t x, y, bytes = 0;
	SK_TRY(jbig2_identifier(&d->coder, &id));
	SK_TRY(jbig2_integer_only(&d->coder, JBIG2_IARDX, &x));
	SK_TRY(jbig2_integer_only(&d->coder, JBIG2_IARDY, &y));
	if (d->huffman)
		SK_TRY(jbig2_integer_only(&d->coder, JBIG2_RSIZE, &bytes));
	if (id >= d->symbols.count || x > INT32_MAX || x < INT32_MIN || y > INT32_MAX || y < INT32_MIN)
		return SK_MALFORMED;
	struct jbig2_refinement r = {.kind = d->refinement_kind, .at = {d->refinement_at[0], d->refinement_at[1]},
				     .reference = d->symbols.at[id], .x = x, .y = y};
	return jbig2_symbol_refine(d->j, &d->coder, &r, bytes, bits);
}

/* 6.5.8.2: made from symbols before it. */
static enum sk_status aggregate(struct dictionary *d, struct raster_bits *bits)
{
	int64_t instances;
	SK_TRY(jbig2_integer_only(&d->coder, JBIG2_IAAI, &instances));
	if (instances == 1)
		return refine_one(d, bits);
	if (instances < 0 || instances > UINT32_MAX)
		return SK_MALFORMED;
	struct jbig2_text t = {.instances = (uint32_t)instances, .refined = true, .corner = 1, .operator = JBIG2_OR, /* table 17 */
			       .refinement_kind = d->refinement_kind, .refinement_at = {d->refinement_at[0], d->refinement_at[1]},
			       .symbols = d->symbols};
	return jbig2_text_decode(d->j, &t, &d->coder, bits);
}

static enum sk_status symbol_decode(struct dictionary *d, int64_t width, int64_t height)
{
	struct raster_bits *bits = &d->bitmaps[d->symbols.count - d->inputs];
	SK_TRY(jbig2_bitmap(d->j, (uint64_t)width, (uint64_t)height, bits));
	SK_TRY(d->aggregate ? aggregate(d, bits) : jbig2_generic_decode(d->j, &d->generic, &d->coder.arith, d->coder.generic, bits));
	d->symbols.at[d->symbols.count++] = bits;
	return SK_OK;
}

/* ---- height classes (6.5.5 step 4) ---- */

/* 6.5.9: all symbols of a class side by side. */
static enum sk_status collective_decode(struct dictionary *d, uint64_t width, uint64_t height, struct raster_bits *all)
{
	struct jbig2_bits *b = &d->coder.bits;
	int64_t size;
	SK_TRY(jbig2_integer_only(&d->coder, JBIG2_BMSIZE, &size));
	jbig2_align(b);
	sk_bytes rest = jbig2_rest(b);
	SK_TRY(jbig2_bitmap(d->j, width, height, all));
	size_t plain = all->stride * all->height, used;
	SK_TRY(jbig2_work(d->j, plain + width));
	if (size < 0 || (uint64_t)size > rest.len || (size == 0 && plain > rest.len))
		return SK_TRUNCATED;
	if (size > 0) {
		SK_TRY(ccitt_decode_mmr(sk_bytes_slice(rest, 0, (size_t)size), d->j->arena, all, &used));
		jbig2_skip_bytes(b, (size_t)size);
		d->j->damaged |= all->damaged;
	} else {
		for (size_t i = 0; i < plain; i++)
			all->at[i] = rest.at[i];
		jbig2_skip_bytes(b, plain);
	}
	return SK_OK;
}

static enum sk_status class_split(struct dictionary *d, const struct raster_bits *all, uint32_t count)
{
	int64_t x = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct raster_bits *bits = &d->bitmaps[d->symbols.count - d->inputs];
		uint32_t width = d->widths[i];
		SK_TRY(jbig2_bitmap(d->j, width, all->height, bits));
		SK_TRY(jbig2_compose(d->j, bits, all, -x, 0, JBIG2_REPLACE));
		d->symbols.at[d->symbols.count++] = bits;
		x += width;
	}
	return SK_OK;
}

static enum sk_status class_decode(struct dictionary *d, int64_t height)
{
	bool together = d->huffman && !d->aggregate, last;
	uint32_t all = d->inputs + d->made, count = 0;
	int64_t width = 0, step;
	uint64_t total = 0;
	for (;;) {
		SK_TRY(jbig2_integer(&d->coder, JBIG2_IADW, &step, &last));
		if (last)
			break;
		width += step;
		if (d->symbols.count + count >= all || width < 0 || width > (int64_t)limit(LIMIT_picture_side))
			return SK_MALFORMED;
		total += (uint64_t)width;
		if (together)
			d->widths[count++] = (uint32_t)width;
		else
			SK_TRY(symbol_decode(d, width, height));
		SK_TRY(jbig2_work(d->j, JBIG2_INTEGER_WORK * 2));
	}
	if (!together || count == 0)
		return SK_OK;
	struct raster_bits bits;
	SK_TRY(collective_decode(d, total, (uint64_t)height, &bits));
	return class_split(d, &bits, count);
}

static enum sk_status symbols_decode(struct dictionary *d)
{
	int64_t height = 0, step;
	while (d->symbols.count < d->inputs + d->made) {
		SK_TRY(jbig2_integer_only(&d->coder, JBIG2_IADH, &step));
		height += step;
		if (height < 0 || height > (int64_t)limit(LIMIT_picture_side))
			return SK_MALFORMED;
		SK_TRY(jbig2_work(d->j, JBIG2_INTEGER_WORK * 2));
		SK_TRY(class_decode(d, height));
	}
	return SK_OK;
}

/* 6.5.10: runs of symbols that stay and that leave, in turn. */
static enum sk_status export_decode(struct dictionary *d, struct jbig2_symbols *out)
{
	uint32_t at = 0, empty = 0;
	bool leaves = false;
	out->at = jbig2_pointers(d->j, d->symbols.count);
	out->count = 0;
	if (out->at == NULL)
		return SK_LIMIT;
	while (at < d->symbols.count) {
		int64_t run;
		SK_TRY(jbig2_work(d->j, JBIG2_INTEGER_WORK));
		SK_TRY(jbig2_integer_only(&d->coder, JBIG2_IAEX, &run));
		empty = run == 0 ? empty + 1 : 0;
		if (run < 0 || run > d->symbols.count - at || empty > 4)
			return SK_MALFORMED;
		for (; run > 0; run--, at++)
			if (leaves)
				out->at[out->count++] = d->symbols.at[at];
		leaves = !leaves;
	}
	return SK_OK;
}

/* ---- the segment (7.4.2) ---- */

static enum sk_status tables_read(struct dictionary *d, const struct jbig2_segments *all, const struct jbig2_segment *s, unsigned flags)
{
	static const uint8_t heights[4] = {4, 5, 16, 0}, widths[4] = {2, 3, 16, 0}, sizes[2] = {1, 0};
	const struct jbig2_table **tables = d->coder.tables;
	uint32_t next = 0;
	SK_TRY(jbig2_table_select(d->j, all, s, heights[flags >> 2 & 3], &next, &tables[JBIG2_IADH]));
	SK_TRY(jbig2_table_select(d->j, all, s, widths[flags >> 4 & 3], &next, &tables[JBIG2_IADW]));
	SK_TRY(jbig2_table_select(d->j, all, s, sizes[flags >> 6 & 1], &next, &tables[JBIG2_BMSIZE]));
	SK_TRY(jbig2_table_select(d->j, all, s, sizes[flags >> 7 & 1], &next, &tables[JBIG2_IAAI]));
	/* what table 17, 6.5.8.2.2 and 6.5.10 fix */
	static const struct {
		enum jbig2_integer which;
		unsigned table;
	} fixed[] = {{JBIG2_IAEX, 1}, {JBIG2_RSIZE, 1}, {JBIG2_IAFS, 6}, {JBIG2_IADS, 8}, {JBIG2_IADT, 11}, {JBIG2_IARDW, 15}, {JBIG2_IARDH, 15},
		     {JBIG2_IARDX, 15}, {JBIG2_IARDY, 15}};
	for (size_t i = 0; i < SK_COUNT(fixed); i++)
		SK_TRY(jbig2_table_standard(d->j, fixed[i].table, &tables[fixed[i].which]));
	return SK_OK;
}

/* The contexts that an earlier dictionary kept (7.4.2.2 step 3). */
static enum sk_status contexts_reuse(struct dictionary *d, const struct jbig2_segments *all, const struct jbig2_segment *s)
{
	for (uint32_t i = s->reference_count; i-- > 0;) {
		const struct jbig2_segment *other = jbig2_reference(d->j, all, s, i);
		if (other == NULL || other->result != JBIG2_SYMBOLS)
			continue;
		if (other->generic == NULL || other->generic_kind != d->generic.kind || other->refinement_kind != d->refinement_kind)
			return SK_MALFORMED;
		memcpy(d->coder.generic, other->generic, JBIG2_GENERIC_CONTEXTS);
		memcpy(d->coder.refinement, other->refinement, JBIG2_REFINEMENT_CONTEXTS);
		return SK_OK;
	}
	return SK_MALFORMED;
}

static enum sk_status head_read(struct dictionary *d, struct sk_cursor *c, unsigned *flags)
{
	*flags = sk_cursor_u16be(c);
	d->huffman = *flags & 1;
	d->aggregate = *flags >> 1 & 1;
	d->generic.kind = *flags >> 10 & 3;
	d->refinement_kind = *flags >> 12 & 1;
	jbig2_generic_nominal(&d->generic);
	if (!d->huffman)
		jbig2_at_read(c, d->generic.at, d->generic.kind == 0 ? 4 : 1);
	if (d->aggregate && d->refinement_kind == 0)
		jbig2_at_read(c, d->refinement_at, 2);
	d->exported = sk_cursor_u32be(c);
	d->made = sk_cursor_u32be(c);
	return c->status;
}

static enum sk_status rooms_make(struct dictionary *d)
{
	d->inputs = d->symbols.count;
	d->bitmaps = jbig2_array(d->j, d->made, sizeof *d->bitmaps);
	d->widths = d->huffman ? jbig2_array(d->j, d->made, sizeof *d->widths) : NULL;
	d->coder.huffman = d->huffman;
	d->coder.id_bits = jbig2_log2((uint64_t)d->inputs + d->made);
	if (d->huffman && d->coder.id_bits == 0)
		d->coder.id_bits = 1; /* 6.5.8.2.3 */
	if (d->bitmaps == NULL || (d->huffman && d->widths == NULL))
		return SK_LIMIT;
	return jbig2_coder_make(d->j, &d->coder);
}

enum sk_status jbig2_symbols_read(struct jbig2 *j, const struct jbig2_segments *all, struct jbig2_segment *s)
{
	struct dictionary d = {.j = j};
	struct sk_cursor c = sk_cursor_of(s->content);
	unsigned flags;
	SK_TRY(head_read(&d, &c, &flags));
	/* a symbol takes at least a bit, or a share of one when its decisions are sure: what the bytes can't hold is not made room for */
	if (d.made / 4096 > s->content.len)
		return SK_MALFORMED;
	SK_TRY(jbig2_symbols_gather(j, all, s, d.made, &d.symbols));
	SK_TRY(rooms_make(&d));
	if (d.huffman)
		SK_TRY(tables_read(&d, all, s, flags));
	if ((flags & 0x100) != 0)
		SK_TRY(contexts_reuse(&d, all, s));
	d.coder.bits = (struct jbig2_bits){.in = sk_bytes_of(c.at, c.left)};
	jbig2_arith_init(&d.coder.arith, sk_bytes_of(c.at, c.left));
	enum sk_status status = symbols_decode(&d);
	if (status == SK_OK)
		status = export_decode(&d, &s->symbols);
	if (status == SK_LIMIT)
		return status;
	if (status != SK_OK) { /* those that were made: better a text with holes than none */
		j->damaged = true;
		s->symbols = (struct jbig2_symbols){d.symbols.at + d.inputs, d.symbols.count - d.inputs};
	}
	j->damaged |= s->symbols.count != d.exported;
	s->result = JBIG2_SYMBOLS;
	if ((flags & 0x200) != 0) {
		s->generic = d.coder.generic;
		s->refinement = d.coder.refinement;
		s->generic_kind = d.generic.kind;
		s->refinement_kind = d.refinement_kind;
	}
	return SK_OK;
}
