/*
 * Inline images of page content (ISO 32000-2, 8.9.7): their keys, and where their data end.
 *
 * What the attacker controls here: keys, values, data, and whether EI comes at all.
 */
#include "neutral/content_parts.h"

/* ---- values ---- */

/* A whole number from 0 to 999,999,999; -1 when the value is another. */
static int64_t read_integer(struct content_reader *r)
{
	uint8_t number[CONTENT_NUMBER_BYTES];
	int64_t value;
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_NUMBER) {
		content_skip_value(r, token);
		return -1;
	}
	size_t len = content_number_put(r->source, &r->i, number);
	return len <= 9 && sk_parse_i64(sk_bytes_of(number, len), &value) && value >= 0 ? value : -1;
}

/* The number with its sign: K of CCITT. */
static int64_t read_signed(struct content_reader *r)
{
	if (content_token(r) == CONTENT_TOKEN_NUMBER && r->source.at[r->i] == '-') {
		r->i++;
		int64_t value = read_integer(r);
		return value > 0 ? -value : 0;
	}
	return read_integer(r);
}

static bool read_flag(struct content_reader *r)
{
	enum content_token token = content_token(r);
	if (token == CONTENT_TOKEN_WORD)
		return sk_bytes_equal(content_read_word(r), SK_BYTES("true"));
	content_skip_value(r, token);
	return false;
}

struct word_of {
	const char *word;
	unsigned value;
};

/* The value of a name among words; other when it is none of them, or no name. */
static unsigned read_word_of(struct content_reader *r, const struct word_of *words, size_t count, unsigned other)
{
	uint8_t name[1 + CONTENT_NAME_MAX];
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_NAME) {
		content_skip_value(r, token);
		return other;
	}
	sk_bytes bare = sk_bytes_slice(sk_bytes_of(name, content_read_name(r, name)), 1, SIZE_MAX);
	for (size_t i = 0; i < count; i++)
		if (sk_bytes_equal(bare, sk_bytes_str(words[i].word)))
			return words[i].value;
	return other;
}

/* ---- filters ---- */

#define FILTER_UNKNOWN 255

static const struct word_of filters[] = {
	{"AHx", CONTENT_FILTER_ASCII_HEX}, {"ASCIIHexDecode", CONTENT_FILTER_ASCII_HEX},
	{"A85", CONTENT_FILTER_ASCII_85},  {"ASCII85Decode", CONTENT_FILTER_ASCII_85},
	{"LZW", CONTENT_FILTER_LZW},       {"LZWDecode", CONTENT_FILTER_LZW},
	{"Fl", CONTENT_FILTER_FLATE},      {"FlateDecode", CONTENT_FILTER_FLATE},
	{"RL", CONTENT_FILTER_RUN_LENGTH}, {"RunLengthDecode", CONTENT_FILTER_RUN_LENGTH},
	{"CCF", CONTENT_FILTER_CCITT},     {"CCITTFaxDecode", CONTENT_FILTER_CCITT},
	{"DCT", CONTENT_FILTER_DCT},       {"DCTDecode", CONTENT_FILTER_DCT},
};

/* False when there is a filter that is none of an inline image's. */
static bool read_filters(struct content_reader *r, struct content_image *image)
{
	bool array = content_token(r) == CONTENT_TOKEN_ARRAY, known = true;
	image->filter_count = 0;
	r->i += array;
	do {
		enum content_token token = content_token(r);
		if (array && (token == CONTENT_TOKEN_ARRAY_END || token == CONTENT_TOKEN_END))
			break;
		unsigned filter = read_word_of(r, filters, SK_COUNT(filters), FILTER_UNKNOWN);
		if (filter == FILTER_UNKNOWN || image->filter_count == CONTENT_FILTERS_MAX)
			known = false;
		else
			image->filters[image->filter_count++].filter = (enum content_filter)filter;
	} while (array);
	r->i += array && r->i < r->source.len;
	return known;
}

enum { PREDICTOR, COLORS, BITS, COLUMNS, EARLY_CHANGE, K, ROWS, END_OF_LINE, BYTE_ALIGN, END_OF_BLOCK, BLACK_IS_1, COLOR_TRANSFORM, UNKNOWN };

static void read_parameter(struct content_reader *r, struct content_filter_step *step)
{
	static const struct word_of keys[] = {
		{"Predictor", PREDICTOR}, {"Colors", COLORS}, {"BitsPerComponent", BITS}, {"Columns", COLUMNS}, {"EarlyChange", EARLY_CHANGE},
		{"K", K}, {"Rows", ROWS}, {"EndOfLine", END_OF_LINE}, {"EncodedByteAlign", BYTE_ALIGN}, {"EndOfBlock", END_OF_BLOCK},
		{"BlackIs1", BLACK_IS_1}, {"ColorTransform", COLOR_TRANSFORM},
	};
	int64_t *const numbers[] = {&step->predictor, &step->colors, &step->bits, &step->columns, &step->early_change, &step->k, &step->rows};
	bool *const flags[] = {&step->end_of_line, &step->byte_align, &step->end_of_block, &step->black_is_1};
	unsigned key = read_word_of(r, keys, SK_COUNT(keys), UNKNOWN);
	enum content_token token = content_token(r);
	if (token == CONTENT_TOKEN_LIST_END)
		return;
	if (key == UNKNOWN)
		content_skip_value(r, token);
	else if (key == COLOR_TRANSFORM)
		step->color_transform = read_integer(r);
	else if (key >= END_OF_LINE)
		*flags[key - END_OF_LINE] = read_flag(r);
	else
		*numbers[key] = read_signed(r);
}

static void read_parameters(struct content_reader *r, struct content_filter_step *step)
{
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_LIST) {
		content_skip_value(r, token);
		return;
	}
	r->i += 2;
	while ((token = content_token(r)) != CONTENT_TOKEN_LIST_END && token != CONTENT_TOKEN_END)
		read_parameter(r, step);
	r->i = sk_min(r->i + 2, r->source.len);
}

static void read_all_parameters(struct content_reader *r, struct content_image *image)
{
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_ARRAY) {
		read_parameters(r, &image->filters[0]);
		return;
	}
	r->i++;
	for (size_t step = 0; (token = content_token(r)) != CONTENT_TOKEN_ARRAY_END && token != CONTENT_TOKEN_END; step++) {
		if (step < CONTENT_FILTERS_MAX)
			read_parameters(r, &image->filters[step]);
		else
			content_skip_value(r, token);
	}
	r->i += r->i < r->source.len;
}

/* ---- colour spaces ---- */

static const struct word_of spaces[] = {
	{"G", CONTENT_SPACE_GRAY},    {"DeviceGray", CONTENT_SPACE_GRAY}, {"RGB", CONTENT_SPACE_RGB},   {"DeviceRGB", CONTENT_SPACE_RGB},
	{"CMYK", CONTENT_SPACE_CMYK}, {"DeviceCMYK", CONTENT_SPACE_CMYK}, {"I", CONTENT_SPACE_INDEXED}, {"Indexed", CONTENT_SPACE_INDEXED},
};

/* A space by name: a device's, or one of the resources, whose name is kept. */
static enum content_space read_space_name(struct content_reader *r, struct sk_arena *arena, struct content_image *image)
{
	uint8_t name[1 + CONTENT_NAME_MAX];
	enum content_token token = content_token(r);
	size_t start = r->i;
	if (token != CONTENT_TOKEN_NAME) {
		content_skip_value(r, token);
		return CONTENT_SPACE_NONE;
	}
	unsigned space = read_word_of(r, spaces, SK_COUNT(spaces), CONTENT_SPACE_NAMED);
	if (space != CONTENT_SPACE_NAMED)
		return (enum content_space)space;
	r->i = start;
	size_t len = content_read_name(r, name);
	image->name = len > 0 ? sk_arena_copy(arena, sk_bytes_of(name + 1, len - 1)) : (sk_bytes){0};
	return image->name.len > 0 && image->name.at != NULL ? CONTENT_SPACE_NAMED : CONTENT_SPACE_NONE;
}

static size_t components(enum content_space space)
{
	return space == CONTENT_SPACE_CMYK ? 4 : space == CONTENT_SPACE_RGB ? 3 : space == CONTENT_SPACE_GRAY || space == CONTENT_SPACE_INDEXED ? 1 : 0;
}

/* The lookup table with exactly the bytes that it has to have; shorter ones are filled up with 0. */
static void read_lookup(struct content_reader *r, struct sk_arena *arena, struct content_image *image)
{
	sk_bytes value = {0};
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_STRING)
		content_skip_value(r, token);
	else if (!content_read_string(r, &value))
		r->repaired++;
	size_t len = image->base == CONTENT_SPACE_NAMED ? value.len : (image->high + 1) * components(image->base);
	uint8_t *lookup = sk_arena_make(arena, len);
	if (lookup == NULL)
		return;
	if (value.len > 0)
		memcpy(lookup, value.at, sk_min(value.len, len));
	image->lookup = sk_bytes_of(lookup, len);
}

static void read_space(struct content_reader *r, struct sk_arena *arena, struct content_image *image)
{
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_ARRAY) {
		image->space = read_space_name(r, arena, image);
		if (image->space == CONTENT_SPACE_INDEXED)
			image->space = CONTENT_SPACE_NONE;
		return;
	}
	r->i++;
	image->space = read_space_name(r, arena, image);
	if (image->space == CONTENT_SPACE_INDEXED) {
		image->base = read_space_name(r, arena, image);
		int64_t high = read_integer(r);
		image->high = high < 0 || high > 255 ? 255 : (unsigned)high;
		read_lookup(r, arena, image);
		if (image->base == CONTENT_SPACE_INDEXED || image->base == CONTENT_SPACE_NONE || image->lookup.at == NULL)
			image->space = CONTENT_SPACE_NONE;
	}
	while ((token = content_token(r)) != CONTENT_TOKEN_ARRAY_END && token != CONTENT_TOKEN_END)
		content_skip_value(r, token);
	r->i += r->i < r->source.len;
}

/* ---- the image ---- */

/* Canonical numbers with a blank between them, at most eight: more are no decode array of these spaces. */
static void read_decode(struct content_reader *r, struct sk_arena *arena, struct content_image *image)
{
	uint8_t text[8 * (CONTENT_NUMBER_BYTES + 1)];
	size_t len = 0, count = 0;
	enum content_token token = content_token(r);
	if (token != CONTENT_TOKEN_ARRAY) {
		content_skip_value(r, token);
		return;
	}
	r->i++;
	while ((token = content_token(r)) == CONTENT_TOKEN_NUMBER && count < 8) {
		if (count++ > 0)
			text[len++] = ' ';
		len += content_number_put(r->source, &r->i, text + len);
	}
	for (; token != CONTENT_TOKEN_ARRAY_END && token != CONTENT_TOKEN_END; token = content_token(r))
		content_skip_value(r, token);
	r->i += r->i < r->source.len;
	image->decode = sk_arena_copy(arena, sk_bytes_of(text, len));
}

enum { WIDTH, HEIGHT, DEPTH, SPACE, DECODE, PARMS, FILTER, MASK, INTERPOLATE };

static void read_key(struct content_reader *r, struct sk_arena *arena, struct content_image *image, unsigned key, int64_t sizes[3], bool *known)
{
	switch (key) {
	case WIDTH:
	case HEIGHT:
	case DEPTH:
		sizes[key] = read_integer(r);
		break;
	case SPACE:
		read_space(r, arena, image);
		break;
	case DECODE:
		read_decode(r, arena, image);
		break;
	case PARMS:
		read_all_parameters(r, image);
		break;
	case FILTER:
		*known = read_filters(r, image) && *known;
		break;
	case MASK:
		image->mask = read_flag(r);
		break;
	case INTERPOLATE:
		image->interpolate = read_flag(r);
		break;
	default:
		content_skip_value(r, content_token(r));
		break;
	}
}

/* Whether the decode array has a pair for each component. */
static bool decode_fits(const struct content_image *image)
{
	size_t numbers = image->decode.len > 0;
	for (size_t i = 0; i < image->decode.len; i++)
		numbers += image->decode.at[i] == ' ';
	return numbers == 2 * (image->mask ? 1 : components(image->space)) || image->space == CONTENT_SPACE_NAMED;
}

/* What the keys say together; width 0 when no image can be made of it. */
static void settle(struct content_image *image, int64_t sizes[3], bool known)
{
	enum content_filter last = image->filter_count > 0 ? image->filters[image->filter_count - 1].filter : CONTENT_FILTER_FLATE;
	int64_t side = (int64_t)limit(LIMIT_picture_side), bits = sizes[DEPTH];
	if (image->mask)
		image->space = CONTENT_SPACE_NONE;
	else if (image->space == CONTENT_SPACE_NONE)
		known = false;
	if (image->mask || last == CONTENT_FILTER_CCITT)
		bits = 1;
	else if (bits < 0 || last == CONTENT_FILTER_DCT)
		bits = 8;
	if (!known || sizes[WIDTH] < 1 || sizes[WIDTH] > side || sizes[HEIGHT] < 1 || sizes[HEIGHT] > side ||
	    (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16))
		return;
	image->width = (uint32_t)sizes[WIDTH];
	image->height = (uint32_t)sizes[HEIGHT];
	image->bits = (uint8_t)bits;
	size_t samples = image->width * (image->mask ? 1 : components(image->space));
	image->bytes = (samples * image->bits + 7) / 8 * image->height;
	if (!decode_fits(image))
		image->decode = (sk_bytes){0};
}

void content_image_read(struct content_reader *r, struct sk_arena *arena, struct content_image *image)
{
	static const struct word_of keys[] = {
		{"W", WIDTH},   {"Width", WIDTH},       {"H", HEIGHT},       {"Height", HEIGHT},         {"BPC", DEPTH}, {"BitsPerComponent", DEPTH},
		{"CS", SPACE},  {"ColorSpace", SPACE},  {"D", DECODE},       {"Decode", DECODE},         {"DP", PARMS},  {"DecodeParms", PARMS},
		{"F", FILTER},  {"Filter", FILTER},     {"IM", MASK},        {"ImageMask", MASK},        {"I", INTERPOLATE},
		{"Interpolate", INTERPOLATE},
	};
	int64_t sizes[3] = {-1, -1, -1};
	bool known = true;
	*image = (struct content_image){.width = 0};
	for (size_t i = 0; i < CONTENT_FILTERS_MAX; i++)
		image->filters[i] = (struct content_filter_step){.predictor = 1, .colors = 1, .bits = 8, .columns = -1, .early_change = 1,
								 .end_of_block = true, .color_transform = -1};
	for (enum content_token token; (token = content_token(r)) != CONTENT_TOKEN_END;) {
		if (token == CONTENT_TOKEN_NAME) {
			read_key(r, arena, image, read_word_of(r, keys, SK_COUNT(keys), UINT8_MAX), sizes, &known);
		} else if (token == CONTENT_TOKEN_WORD) {
			sk_bytes word = content_read_word(r);
			if (sk_bytes_equal(word, SK_BYTES("ID")))
				break;
		} else {
			content_skip_value(r, token);
		}
	}
	for (size_t i = 0; i < CONTENT_FILTERS_MAX; i++)
		if (image->filters[i].columns < 0)
			image->filters[i].columns = image->filters[i].filter == CONTENT_FILTER_CCITT ? 1728 : 1;
	bool crlf = r->source.len - r->i >= 2 && r->source.at[r->i] == '\r' && r->source.at[r->i + 1] == '\n';
	if (r->i < r->source.len && content_is(r->source.at[r->i], CONTENT_WHITE))
		r->i += crlf ? 2 : 1; /* one byte of white space, and CR LF is one line end */
	image->rest = sk_bytes_slice(r->source, r->i, SIZE_MAX);
	settle(image, sizes, known);
}

/* ---- the end ---- */

#define SEARCH_BYTES 4096 /* behind data whose length is known; then the length was wrong */

/* EI at i, with white space or the end behind it. */
static bool ends_at(sk_bytes rest, size_t i)
{
	return rest.len - i >= 2 && rest.at[i] == 'E' && rest.at[i + 1] == 'I' && (rest.len - i == 2 || !content_regular(rest.at[i + 2]));
}

/* What stands behind an EI by chance is seldom text (pdf.js asks the same). */
static bool text_follows(sk_bytes rest, size_t i)
{
	for (size_t end = sk_min(rest.len, i + 16); i < end; i++)
		if ((rest.at[i] < ' ' || rest.at[i] > '~') && (rest.at[i] == 0 || !content_is(rest.at[i], CONTENT_WHITE)))
			return false;
	return true;
}

/* Offset behind the EI that is met first from an offset on, with text behind it or anything; SIZE_MAX without. */
static size_t search_end(sk_bytes rest, size_t from, bool text)
{
	for (size_t i = from; (i = sk_bytes_find(rest, SK_BYTES("EI"), i)) != SIZE_MAX; i++)
		if ((i == 0 || content_is(rest.at[i - 1], CONTENT_WHITE)) && ends_at(rest, i) && (!text || text_follows(rest, i + 2)))
			return i + 2;
	return SIZE_MAX;
}

size_t content_image_end(sk_bytes rest, size_t used, bool *hopeless)
{
	size_t i = sk_min(used, rest.len), end = SIZE_MAX;
	while (i < rest.len && content_is(rest.at[i], CONTENT_WHITE))
		i++;
	if (ends_at(rest, i))
		return i + 2;
	if (used > 0)
		end = search_end(sk_bytes_slice(rest, 0, i + SEARCH_BYTES), sk_min(used, rest.len), true);
	if (end == SIZE_MAX && !*hopeless)
		end = search_end(rest, 0, true);
	*hopeless |= end == SIZE_MAX;
	if (end == SIZE_MAX)
		end = search_end(rest, 0, false);
	return end != SIZE_MAX ? end : rest.len;
}
