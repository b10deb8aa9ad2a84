/* Type 1: what was read, in a skeleton that is the same for every font (Adobe Type 1 Font Format, chapter 2). */
#include "format/font/type1_parts.h"

#define RANDOM_BYTES 4 /* before each charstring, and before what eexec encrypts: zeros here */
#define PRIVATE_MAX ((size_t)64 << 20)

sk_bytes font_standard_name(unsigned code)
{
	static const char names[] =
		"space exclam quotedbl numbersign dollar percent ampersand quoteright parenleft parenright asterisk plus comma hyphen "
		"period slash zero one two three four five six seven eight nine colon semicolon less equal greater question at A B C D "
		"E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore quoteleft a b c "
		"d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde exclamdown cent sterling fraction "
		"yen florin section currency quotesingle quotedblleft guillemotleft guilsinglleft guilsinglright fi fl endash dagger "
		"daggerdbl periodcentered paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis "
		"perthousand questiondown grave acute circumflex tilde macron breve dotaccent dieresis ring cedilla hungarumlaut "
		"ogonek caron emdash AE ordfeminine Lslash Oslash OE ordmasculine ae dotlessi lslash oslash oe germandbls ";
	unsigned sid = font_standard_sid(code);
	const char *at = names, *end = NULL;

	for (unsigned i = 1; i < sid; i++)
		at = strchr(at, ' ') + 1;
	end = strchr(at, ' ');
	return sid == 0 ? (sk_bytes){NULL, 0} : sk_bytes_of(at, (size_t)(end - at));
}

static void put_numbers(struct sk_buf *out, const struct cff_entry *entry, const char *open, const char *close)
{
	sk_buf_str(out, open);
	for (unsigned i = 0; i < entry->count; i++) {
		sk_buf_str(out, i > 0 ? " " : "");
		font_number_put(out, entry->numbers[i]);
	}
	sk_buf_str(out, close);
}

static void put_clear(const struct type1_font *f, struct sk_buf *out)
{
	static const struct cff_entry thousandth = {.count = 6, .numbers = {{1, -3}, {0, 0}, {0, 0}, {1, -3}, {0, 0}, {0, 0}}};
	static const struct cff_entry nothing = {.count = 4};
	sk_bytes name = f->name.len > 0 ? f->name : SK_BYTES("Font");

	sk_buf_str(out, "%!PS-AdobeFont-1.0: ");
	sk_buf_put(out, name);
	sk_buf_str(out, "\n8 dict begin\n/FontType 1 def\n/FontName /");
	sk_buf_put(out, name);
	sk_buf_str(out, " def\n/PaintType 0 def\n");
	put_numbers(out, f->matrix.count > 0 ? &f->matrix : &thousandth, "/FontMatrix [", "] readonly def\n");
	put_numbers(out, f->box.count > 0 ? &f->box : &nothing, "/FontBBox {", "} readonly def\n");
	if (f->standard) {
		sk_buf_str(out, "/Encoding StandardEncoding def\n");
	} else {
		sk_buf_str(out, "/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n");
		for (unsigned code = 0; code < 256; code++) {
			if (f->encoding[code].len == 0)
				continue;
			sk_buf_str(out, "dup ");
			sk_buf_decimal(out, code);
			sk_buf_str(out, " /");
			sk_buf_put(out, f->encoding[code]);
			sk_buf_str(out, " put\n");
		}
		sk_buf_str(out, "readonly def\n");
	}
	sk_buf_str(out, "currentdict end\ncurrentfile eexec\n");
}

/* " length RD bytes": as far as the program was walked, encrypted, with the operator that ends it. */
static void put_code(struct sk_buf *out, const struct type1_program *p, sk_bytes fallback, uint8_t ends)
{
	uint32_t walked = p->dead ? 0 : p->reach & ~CFF_REACH_OPEN;
	bool open = !p->dead && p->reach >= CFF_REACH_OPEN, none = p->dead || p->reach == 0;
	sk_bytes code = none ? fallback : sk_bytes_slice(p->code, 0, walked);
	size_t len = RANDOM_BYTES + code.len + open;

	sk_buf_u8(out, ' ');
	sk_buf_decimal(out, (int64_t)len);
	sk_buf_str(out, " RD ");
	uint8_t *to = sk_buf_room(out, len);
	if (to == NULL)
		return;
	memset(to, 0, RANDOM_BYTES);
	if (code.len > 0)
		memcpy(to + RANDOM_BYTES, code.at, code.len);
	if (open)
		to[len - 1] = ends;
	type1_encrypt(to, to, len, TYPE1_CODE_KEY);
	sk_buf_added(out, len);
}

static void put_rows(const struct type1_font *f, struct sk_buf *out)
{
	/* all but lenIV, which is 4 */
	for (size_t i = 0; i < TYPE1_PRIVATE_ROWS - 1; i++) {
		if (f->rows[i].count == 0)
			continue;
		sk_buf_str(out, type1_rows[i].key);
		put_numbers(out, &f->rows[i], type1_rows[i].array ? " [" : " ", type1_rows[i].array ? "] def\n" : " def\n");
	}
	if (f->bold)
		sk_buf_str(out, "/ForceBold true def\n");
}

static void put_private(const struct type1_font *f, struct sk_buf *out)
{
	sk_buf_str(out, "dup /Private 20 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
			"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/MinFeature {16 16} def\n/password 5839 def\n");
	put_rows(f, out);
	if (f->subrs_count > 0) {
		/* flex without its curve's height, hints not replaced: viewers and printers of today do both by themselves */
		sk_buf_str(out, "/OtherSubrs [{3 -1 roll pop} {} {} {pop 3}] def\n/Subrs ");
		sk_buf_decimal(out, f->subrs_count);
		sk_buf_str(out, " array\n");
	}
	for (uint32_t i = 0; i < f->subrs_count; i++) {
		sk_buf_str(out, "dup ");
		sk_buf_decimal(out, i);
		put_code(out, &f->subrs[i], SK_BYTES("\x0B"), 11); /* return */
		sk_buf_str(out, " NP\n");
	}
	sk_buf_str(out, f->subrs_count > 0 ? "ND\n2 index /CharStrings " : "2 index /CharStrings ");
	sk_buf_decimal(out, f->glyphs_count);
	sk_buf_str(out, " dict dup begin\n");
	for (uint32_t i = 0; i < f->glyphs_count; i++) {
		sk_buf_u8(out, '/');
		sk_buf_put(out, f->glyphs[i].name);
		put_code(out, &f->glyphs[i], SK_BYTES("\x8B\x8B\x0D\x0E"), 14); /* 0 0 hsbw endchar */
		sk_buf_str(out, " ND\n");
	}
	sk_buf_str(out, "end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n");
}

void type1_write(struct type1_font *f, struct sk_buf *out)
{
	struct sk_buf private;
	struct font_result *result = f->job->result;

	put_clear(f, out);
	result->length1 = (uint32_t)out->len;
	sk_buf_init(&private, f->job->arena, PRIVATE_MAX);
	sk_buf_put(&private, SK_BYTES("\0\0\0\0"));
	put_private(f, &private);
	if (private.status != SK_OK) {
		out->status = private.status;
		return;
	}
	/* zeros encrypt to D9 first: neither white space nor a digit, as eexec asks (7.2) */
	type1_encrypt(private.at, private.at, private.len, TYPE1_EEXEC_KEY);
	sk_buf_put(out, sk_buf_bytes(&private));
	result->length2 = (uint32_t)out->len - result->length1;
	for (int i = 0; i < 8; i++)
		sk_buf_str(out, "0000000000000000000000000000000000000000000000000000000000000000\n");
	sk_buf_str(out, "cleartomark\n");
	result->length3 = (uint32_t)out->len - result->length1 - result->length2;
}
