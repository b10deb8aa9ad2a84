/*
 * Streams: the payload is judged again, by the same functions that the reader asked, and packed.
 *
 * What the attacker controls here, when the reader was taken over: the payload, and a dictionary that the vocabulary allows.
 */
#include "codec/deflate.h"
#include "conf/conf.h"
#include "format/font/font.h"
#include "format/icc/icc.h"
#include "format/pdf/writer.h"
#include "format/raster/raster.h"
#include "neutral/calculator.h"
#include "neutral/cmap.h"
#include "neutral/content.h"

#define COMPONENTS_MAX 32

static uint32_t count_numbers(sk_bytes list, uint64_t *product)
{
	uint32_t count = 0;

	*product = 1;
	for (size_t i = 0; i < list.len;) {
		int64_t number;
		size_t len = 0;
		while (i + len < list.len && list.at[i + len] != ' ')
			len++;
		if (!sk_parse_i64(sk_bytes_slice(list, i, len), &number) || number <= 0 || number > INT32_MAX || *product > INT32_MAX)
			number = 0;
		*product *= (uint64_t)number;
		count++;
		i += len + 1;
	}
	return count;
}

void stream_note(struct stream_facts *facts, const struct pdf_key *key, const struct neutral_record *record)
{
	static const struct {
		const char *name;
		size_t offset;
	} rows[] = {
		{"Width", offsetof(struct stream_facts, width)},
		{"Height", offsetof(struct stream_facts, height)},
		{"BitsPerComponent", offsetof(struct stream_facts, bits)},
		{"BitsPerSample", offsetof(struct stream_facts, bits_per_sample)},
	};
	uint64_t product;

	if (key->form == PDF_FORM_INTEGER)
		for (size_t i = 0; i < SK_COUNT(rows); i++)
			if (strcmp(key->name, rows[i].name) == 0)
				memcpy((uint8_t *)facts + rows[i].offset, &record->number, sizeof record->number);
	if (key->form == PDF_FORM_BOOLEAN && strcmp(key->name, "ImageMask") == 0)
		facts->mask = record->number != 0;
	if (key->form != PDF_FORM_NUMBERS)
		return;
	uint32_t count = count_numbers(record->bytes, &product);
	if (strcmp(key->name, "Domain") == 0)
		facts->domain = count / 2;
	if (strcmp(key->name, "Range") == 0)
		facts->range = count / 2;
	if (strcmp(key->name, "Size") == 0) {
		facts->sizes = count;
		facts->size_product = product;
	}
}

/* As many samples as some number of components makes; 0: they are not. */
static uint32_t components_of(const struct stream_facts *facts, sk_bytes payload)
{
	uint64_t bits = facts->mask ? 1 : (uint64_t)facts->bits;

	if (facts->width <= 0 || facts->height <= 0 || (uint64_t)facts->width > limit(LIMIT_picture_side) ||
	    (uint64_t)facts->height > limit(LIMIT_picture_side) || (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16))
		return 0;
	for (uint32_t components = 1; components <= COMPONENTS_MAX; components++)
		if (((uint64_t)facts->width * components * bits + 7) / 8 * (uint64_t)facts->height == payload.len)
			return components;
	return 0;
}

static bool samples_allowed(const struct stream_facts *facts, sk_bytes payload)
{
	uint64_t bits = facts->size_product * facts->range;
	return facts->sizes > 0 && facts->range > 0 && facts->range <= COMPONENTS_MAX && facts->bits_per_sample > 0 && facts->bits_per_sample <= 32 &&
	       (bits * (uint64_t)facts->bits_per_sample + 7) / 8 == payload.len;
}

static bool payload_allowed(struct pdf_writer *w, enum pdf_type type, const struct stream_facts *facts, sk_bytes payload)
{
	switch ((enum pdf_payload)pdf_types[type].payload) {
	case PDF_PAYLOAD_CONTENT:
		return content_allowed(payload, false);
	case PDF_PAYLOAD_GLYPH:
		return content_allowed(payload, true);
	case PDF_PAYLOAD_IMAGE:
		return components_of(facts, payload) > 0;
	case PDF_PAYLOAD_SAMPLES:
		return samples_allowed(facts, payload);
	case PDF_PAYLOAD_CALCULATOR:
		return calculator_allowed(payload) && calculator_fits(payload, facts->domain, facts->range);
	case PDF_PAYLOAD_MESH: /* numbers of fixed widths, whatever they are */
		return true;
	case PDF_PAYLOAD_CMAP:
		return cmap_allowed(payload, CMAP_CID);
	case PDF_PAYLOAD_UNICODE:
		return cmap_allowed(payload, CMAP_UNICODE);
	case PDF_PAYLOAD_ICC:
		return icc_allowed(payload, w->job->arena, NULL);
	case PDF_PAYLOAD_FONT:
		break; /* font_lengths */
	case PDF_PAYLOAD_NONE:
		break;
	}
	return false;
}

static enum sk_status write_jpeg(struct pdf_writer *w, enum pdf_type type, const struct stream_facts *facts, sk_bytes text)
{
	sk_bytes bytes;
	unsigned kind;

	if (pdf_types[type].payload != PDF_PAYLOAD_IMAGE)
		return SK_MALFORMED;
	SK_TRY(w->job->inner(w->job->context, facts->number, &bytes, &kind));
	if (kind != KIND_jpeg)
		return SK_MALFORMED;
	return file_stream(w, type, text, SK_BYTES("/Filter/DCTDecode"), bytes);
}

/* Judges a font program, and puts the lengths into its dictionary that it needs (ISO 32000-2, table 125). */
static enum sk_status font_lengths(struct pdf_writer *w, enum pdf_type type, sk_bytes payload, sk_bytes *text)
{
	struct font_result program;
	struct sk_buf out;

	if (!font_check(payload, w->job->arena, &program) || !pdf_font_fits(type, &program))
		return SK_MALFORMED;
	const uint32_t lengths[] = {program.kind == FONT_TYPE1 ? program.length1 : (uint32_t)payload.len, program.length2, program.length3};
	unsigned count = program.kind == FONT_TYPE1 ? 3 : type == PDF_TYPE_FontFile2;
	sk_buf_init(&out, w->job->arena, text->len + 96);
	sk_buf_put(&out, *text);
	for (unsigned i = 0; i < count; i++) {
		sk_buf_str(&out, "/Length");
		sk_buf_decimal(&out, i + 1);
		sk_buf_u8(&out, ' ');
		sk_buf_decimal(&out, lengths[i]);
	}
	*text = sk_buf_bytes(&out);
	return out.status;
}

enum sk_status stream_write(struct pdf_writer *w, enum pdf_type type, const struct stream_facts *facts, sk_bytes text, sk_bytes payload)
{
	if (facts->inner)
		return write_jpeg(w, type, facts, text);
	if (pdf_types[type].payload == PDF_PAYLOAD_FONT)
		SK_TRY(font_lengths(w, type, payload, &text));
	else if (!payload_allowed(w, type, facts, payload))
		return SK_MALFORMED;
	if (pdf_types[type].payload == PDF_PAYLOAD_IMAGE) {
		struct packed_picture picture = {
			.width = (uint32_t)facts->width,
			.height = (uint32_t)facts->height,
			.bits = facts->mask ? 1 : (uint32_t)facts->bits,
			.components = components_of(facts, payload),
			.samples = payload,
		};
		SK_TRY(picture_pack(&picture, w->job->arena));
		return file_stream(w, type, text, picture.filter, picture.packed);
	}
	size_t bound = deflate_bound(DEFLATE_ZLIB, payload.len);
	uint8_t *packed = sk_arena_raw(w->job->arena, bound);
	if (packed == NULL)
		return SK_LIMIT;
	size_t len = deflate_pages(payload, packed, bound);
	if (len == 0 || len >= payload.len)
		return file_stream(w, type, text, SK_BYTES(""), payload);
	return file_stream(w, type, text, SK_BYTES("/Filter/FlateDecode"), sk_bytes_of(packed, len));
}
