/* Fonts of the host. Their files are mapped before the sandbox closes; no page of them is read before a document needs it. */
#include "render/fonts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

enum style { SANS, SANS_BOLD, SERIF, SERIF_BOLD, STYLES };

/* Where Debian's packages have them, the best first. The first face of the Noto collections is the Japanese one. */
static const struct {
	enum style style;
	const char *path;
} files[] = {
	{SANS, "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"},
	{SANS, "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"},
	{SANS, "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf"},
	{SANS, "/usr/share/fonts/truetype/takao-gothic/TakaoGothic.ttf"},
	{SANS, "/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf"},
	{SANS_BOLD, "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"},
	{SERIF, "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"},
	{SERIF, "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf"},
	{SERIF, "/usr/share/fonts/opentype/ipafont-mincho/ipam.ttf"},
	{SERIF, "/usr/share/fonts/truetype/takao-mincho/TakaoMincho.ttf"},
	{SERIF_BOLD, "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"},
};

static sk_bytes mapped[STYLES];

static sk_bytes map(const char *path)
{
	struct stat status;
	sk_bytes bytes = {NULL, 0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return bytes;
	if (fstat(fd, &status) == 0 && status.st_size > 0 && status.st_size < INT32_MAX) {
		void *at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (at != MAP_FAILED)
			bytes = sk_bytes_of(at, (size_t)status.st_size);
	}
	close(fd);
	return bytes;
}

void fonts_map(void)
{
	for (size_t i = 0; i < SK_COUNT(files); i++)
		if (mapped[files[i].style].len == 0)
			mapped[files[i].style] = map(files[i].path);
}

static fz_font *make(fz_context *ctx, const char *name, enum style style)
{
	if (mapped[style].len == 0)
		style = style == SANS_BOLD ? SANS : style == SERIF_BOLD ? SERIF : style;
	if (mapped[style].len == 0)
		return NULL;
	fz_buffer *buffer = fz_new_buffer_from_shared_data(ctx, mapped[style].at, mapped[style].len);
	fz_font *font = NULL;
	fz_var(font);
	fz_try(ctx)
		font = fz_new_font_from_buffer(ctx, name, buffer, 0, 0);
	fz_always(ctx)
		fz_drop_buffer(ctx, buffer);
	fz_catch(ctx)
		font = NULL;
	return font;
}

static bool holds(const char *name, const char *part)
{
	return strstr(name, part) != NULL;
}

static fz_font *load_cjk(fz_context *ctx, const char *name, int ordering, int serif)
{
	bool bold = holds(name, "Bold") || holds(name, "bold") || holds(name, "W6") || holds(name, "W7");

	(void)ordering;
	return make(ctx, name, serif ? bold ? SERIF_BOLD : SERIF : bold ? SANS_BOLD : SANS);
}

/* Japanese names of fonts in PDFs that other programs made: MS-Gothic, MSPGothic, Meiryo, YuMincho, HeiseiKakuGo-W5, Ryumin-Light … */
static fz_font *load_named(fz_context *ctx, const char *name, int bold, int italic, int exact)
{
	static const char *const gothic[] = {"MS-Gothic", "MS-PGothic", "MS-UIGothic", "MSGothic", "MSPGothic", "Meiryo", "YuGothic", "Yu Gothic", "HeiseiKakuGo", "GothicBBB", "HiraKaku", "HiraginoSans", "IPAGothic", "IPAPGothic", "BIZ-UDGothic", "BIZUDGothic", "BIZ-UDPGothic"};
	static const char *const mincho[] = {"MS-Mincho", "MS-PMincho", "MSMincho", "MSPMincho", "YuMincho", "Yu Mincho", "HeiseiMin", "Ryumin", "HiraMin", "IPAMincho", "IPAPMincho", "BIZ-UDMincho", "BIZUDMincho", "BIZ-UDPMincho"};

	(void)italic;
	(void)exact;
	for (size_t i = 0; i < SK_COUNT(gothic); i++)
		if (holds(name, gothic[i]))
			return make(ctx, name, bold ? SANS_BOLD : SANS);
	for (size_t i = 0; i < SK_COUNT(mincho); i++)
		if (holds(name, mincho[i]))
			return make(ctx, name, bold ? SERIF_BOLD : SERIF);
	return NULL;
}

void fonts_install(fz_context *ctx)
{
	fz_install_load_system_font_funcs(ctx, load_named, load_cjk, NULL);
}
