/*
 * LZW as GIF has it (GIF89a appendix F): codes of 3 to 12 bits, lowest bit first.
 *
 * What the attacker controls here: all codes when decoding; every code is compared with the next free one before it is followed.
 */
#include "format/image/gif.h"

#define WIDTH_MAX 12
#define NONE UINT32_MAX

struct decoder {
	uint16_t prefix[GIF_CODES], length[GIF_CODES];
	uint8_t suffix[GIF_CODES], first[GIF_CODES];
};

struct bits {
	sk_bytes from;
	size_t at;
	uint32_t held;
	unsigned count;
};

static uint32_t take(struct bits *b, unsigned width)
{
	while (b->count < width) {
		if (b->at >= b->from.len)
			return NONE;
		b->held |= (uint32_t)b->from.at[b->at++] << b->count;
		b->count += 8;
	}
	uint32_t code = b->held & ((1u << width) - 1);
	b->held >>= width;
	b->count -= width;
	return code;
}

/* Writes the string of a code to its place, as far as there is room; returns its length. */
static size_t spell(const struct decoder *d, uint32_t code, uint8_t *to, size_t room)
{
	size_t len = d->length[code];
	for (size_t i = len; i-- > 0; code = d->prefix[code])
		if (i < room)
			to[i] = d->suffix[code];
	return len;
}

size_t gif_lzw_decode(sk_bytes codes, unsigned code_size, uint8_t *indices, size_t len, bool *over, size_t *left)
{
	static struct decoder decoder; /* one thread, one picture at a time; nothing of it lives on */
	struct decoder *d = &decoder;
	struct bits bits = {.from = codes};
	uint32_t clear = 1u << code_size, next = clear + 2, previous = NONE, code;
	unsigned width = code_size + 1;
	size_t used = 0;
	for (uint32_t i = 0; i < clear; i++) {
		d->prefix[i] = 0;
		d->length[i] = 1;
		d->suffix[i] = d->first[i] = (uint8_t)i;
	}
	*over = false;
	while ((code = take(&bits, width)) != NONE && code != clear + 1) {
		if (code == clear) {
			next = clear + 2;
			width = code_size + 1;
			previous = NONE;
			continue;
		}
		if (code > next || (code == next && (previous == NONE || next >= GIF_CODES)) || (code > clear && previous == NONE))
			break;
		if (used >= len) {
			*over = true;
			break;
		}
		if (previous != NONE && next < GIF_CODES) {
			d->prefix[next] = (uint16_t)previous;
			d->length[next] = (uint16_t)(d->length[previous] + 1);
			d->first[next] = d->first[previous];
			d->suffix[next] = code == next ? d->first[previous] : d->first[code];
			next++;
			if (next == 1u << width && width < WIDTH_MAX)
				width++;
		}
		size_t made = spell(d, code, indices + used, len - used);
		*over |= made > len - used;
		used += sk_min(made, len - used);
		previous = code;
	}
	*left = code == clear + 1 ? codes.len - bits.at : 0;
	return used;
}

/* ---- encoding ---- */

#define SLOTS 16384u /* four times the codes */
#define EMPTY UINT32_MAX
#define BLOCK_MAX 255u
#define STAGE 16384u

struct encoder {
	uint32_t slots[SLOTS]; /* prefix << 20 | index << 12 | code; the key is its upper 20 bits */
	uint8_t stage[STAGE];  /* whole sub-blocks and the open one */
	size_t used, block;    /* block: where the open sub-block's length stands */
	uint32_t held, next, clear;
	unsigned count, width, code_size;
	const struct gif_put *put;
	enum sk_status status;
};

static void put_byte(struct encoder *e, uint8_t byte)
{
	e->stage[e->used++] = byte;
	if (e->used - e->block <= BLOCK_MAX)
		return;
	e->stage[e->block] = BLOCK_MAX;
	if (STAGE - e->used < BLOCK_MAX + 2) {
		if (e->status == SK_OK)
			e->status = e->put->put(e->put->context, sk_bytes_of(e->stage, e->used));
		e->used = 0;
	}
	e->block = e->used++;
}

static void put_code(struct encoder *e, uint32_t code)
{
	e->held |= code << e->count;
	e->count += e->width;
	while (e->count >= 8) {
		put_byte(e, (uint8_t)e->held);
		e->held >>= 8;
		e->count -= 8;
	}
}

static void begin(struct encoder *e)
{
	memset(e->slots, 0xFF, sizeof e->slots);
	e->next = e->clear + 2;
	put_code(e, e->clear);
	e->width = e->code_size + 1;
}

/* The slot of a key, or the empty one where it belongs. */
static uint32_t *slot_of(struct encoder *e, uint32_t key)
{
	uint32_t at = (key * 2654435761u) >> 18;
	while (e->slots[at] != EMPTY && e->slots[at] >> WIDTH_MAX != key)
		at = (at + 1) % SLOTS;
	return &e->slots[at];
}

static void widen(struct encoder *e)
{
	if (e->next == 1u << e->width && e->width < WIDTH_MAX)
		e->width++;
}

static enum sk_status finish(struct encoder *e, uint32_t prefix)
{
	put_code(e, prefix);
	widen(e);
	put_code(e, e->clear + 1);
	if (e->count > 0)
		put_byte(e, (uint8_t)e->held);
	e->stage[e->block] = (uint8_t)(e->used - e->block - 1);
	if (e->stage[e->block] != 0)
		e->stage[e->used++] = 0; /* the end is an empty sub-block */
	return e->status == SK_OK ? e->put->put(e->put->context, sk_bytes_of(e->stage, e->used)) : e->status;
}

enum sk_status gif_lzw_encode(sk_bytes indices, unsigned code_size, const struct gif_put *put)
{
	static struct encoder encoder; /* one thread, one picture at a time; nothing of it lives on */
	struct encoder *e = &encoder;
	e->used = 1;
	e->block = 0;
	e->held = e->count = 0;
	e->code_size = code_size;
	e->clear = 1u << code_size;
	e->width = code_size + 1;
	e->put = put;
	e->status = SK_OK;
	begin(e);
	uint32_t prefix = indices.at[0];
	for (size_t i = 1; i < indices.len && e->status == SK_OK; i++) {
		uint32_t key = prefix << 8 | indices.at[i];
		uint32_t *slot = slot_of(e, key);
		if (*slot != EMPTY) {
			prefix = *slot & (GIF_CODES - 1);
			continue;
		}
		put_code(e, prefix);
		prefix = indices.at[i];
		if (e->next < GIF_CODES) {
			*slot = key << WIDTH_MAX | e->next;
			widen(e);
			e->next++;
		} else {
			begin(e);
		}
	}
	return finish(e, prefix);
}
