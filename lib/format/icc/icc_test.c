/* Profiles rewritten: colours come out the same by another library (lcms2), rewriting again changes nothing, and hostile bytes
 * are told apart from profiles. With file names as arguments: the same for these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/icc/icc.h"

#include <cmocka.h>
#include <lcms2.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define PROFILE_BYTES ((size_t)12 << 20)
#define GRID 9

static uint8_t memory[ARENA_BYTES], profile_room[PROFILE_BYTES];
static struct sk_arena arena;

/* ---- colours ---- */

static cmsUInt32Number format_of(cmsHPROFILE profile, unsigned *channels)
{
	cmsColorSpaceSignature space = cmsGetColorSpace(profile);
	*channels = cmsChannelsOf(space);
	return COLORSPACE_SH((cmsUInt32Number)_cmsLCMScolorSpace(space)) | CHANNELS_SH(*channels) | BYTES_SH(2);
}

/* Every corner of a coarse grid, through the profile and back into its colours: a digest of both. */
static uint64_t colors_of(sk_bytes bytes, cmsUInt32Number intent, bool to_profile)
{
	unsigned channels;
	uint64_t sum = 1469598103934665603u;
	cmsHPROFILE profile = cmsOpenProfileFromMem(bytes.at, (cmsUInt32Number)bytes.len), lab = cmsCreateLab4Profile(NULL);
	assert_non_null(profile);
	cmsUInt32Number format = format_of(profile, &channels);
	cmsHTRANSFORM transform = to_profile ? cmsCreateTransform(lab, TYPE_Lab_16, profile, format, intent, cmsFLAGS_NOOPTIMIZE)
					     : cmsCreateTransform(profile, format, lab, TYPE_Lab_16, intent, cmsFLAGS_NOOPTIMIZE);
	unsigned in = to_profile ? 3 : channels, steps = 1;
	for (unsigned i = 0; i < in; i++)
		steps *= GRID;
	for (unsigned step = 0; step < steps && transform != NULL; step++) {
		uint16_t from[4], to[4] = {0};
		unsigned left = step;
		for (unsigned i = 0; i < in; i++, left /= GRID)
			from[i] = (uint16_t)(left % GRID * 65535 / (GRID - 1));
		cmsDoTransform(transform, from, to, 1);
		for (unsigned i = 0; i < 4; i++)
			sum = (sum ^ to[i]) * 1099511628211u;
	}
	if (transform != NULL)
		cmsDeleteTransform(transform);
	cmsCloseProfile(lab);
	cmsCloseProfile(profile);
	return transform == NULL ? 0 : sum;
}

static void assert_same_colors(sk_bytes before, sk_bytes after)
{
	for (cmsUInt32Number intent = 0; intent < 4; intent++) {
		assert_int_equal(colors_of(before, intent, false), colors_of(after, intent, false));
		assert_int_equal(colors_of(before, intent, true), colors_of(after, intent, true));
	}
}

static sk_bytes rebuild(sk_bytes profile, enum icc_space space)
{
	struct icc_profile made, again;
	sk_arena_reset(&arena);
	assert_int_equal(icc_rebuild(profile, &arena, &made), SK_OK);
	assert_int_equal(made.space, space);
	assert_int_equal(icc_rebuild(made.bytes, &arena, &again), SK_OK);
	assert_true(sk_bytes_equal(made.bytes, again.bytes));
	assert_int_equal(again.tags_dropped, 0);
	assert_true(icc_allowed(made.bytes, &arena, NULL));
	return made.bytes;
}

static sk_bytes saved(cmsHPROFILE profile)
{
	cmsUInt32Number len = 0;
	assert_true(cmsSaveProfileToMem(profile, NULL, &len));
	assert_true(len <= sizeof profile_room && cmsSaveProfileToMem(profile, profile_room, &len));
	cmsCloseProfile(profile);
	return sk_bytes_of(profile_room, len);
}

static void assert_kept(cmsHPROFILE profile, enum icc_space space)
{
	sk_bytes before = saved(profile), after = rebuild(before, space);
	assert_same_colors(before, after);
}

/* ---- profiles of numbers ---- */

static cmsHPROFILE rgb(double version, cmsToneCurve *curve)
{
	static const cmsCIExyY white = {0.3127, 0.3290, 1};
	static const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
	cmsToneCurve *curves[3] = {curve, curve, curve};
	cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
	cmsSetProfileVersion(profile, version);
	cmsFreeToneCurve(curve);
	return profile;
}

static void test_numbers(void **state)
{
	static const uint16_t table[5] = {0, 4000, 20000, 50000, 65535};
	static const double powers[5][7] = {{1.8}, {2, 1.1, -0.1}, {2, 1, -0.1, 0.05}, {2.4, 0.9478672986, 0.0521327014, 0.0773993808, 0.04045},
					    {2.2, 0.9, 0.01, 0.08, 0.03, 0.02, 0.01}};
	(void)state;
	for (int kind = 1; kind <= 5; kind++)
		assert_kept(rgb(4.3, cmsBuildParametricToneCurve(NULL, kind, powers[kind - 1])), ICC_RGB);
	assert_kept(rgb(2.1, cmsBuildTabulatedToneCurve16(NULL, SK_COUNT(table), table)), ICC_RGB);
	assert_kept(rgb(2.1, cmsBuildGamma(NULL, 2.2)), ICC_RGB);
	assert_kept(rgb(4.2, cmsBuildTabulatedToneCurve16(NULL, SK_COUNT(table), table)), ICC_RGB);
	assert_kept(cmsCreate_sRGBProfile(), ICC_RGB);
	cmsToneCurve *gray = cmsBuildGamma(NULL, 1.8);
	assert_kept(cmsCreateGrayProfile(cmsD50_xyY(), gray), ICC_GRAY);
	cmsFreeToneCurve(gray);
}

/* ---- profiles of tables ---- */

static cmsInt32Number to_lab(const cmsUInt16Number in[], cmsUInt16Number out[], void *cargo)
{
	unsigned channels = *(unsigned *)cargo, dark = 0;
	for (unsigned i = 0; i < channels; i++)
		dark += in[i] / channels;
	out[0] = (uint16_t)(65535 - dark);
	out[1] = (uint16_t)(32768 + in[0] / 5 - in[channels - 1] / 7);
	out[2] = (uint16_t)(32768 + in[channels / 2] / 6 - in[0] / 9);
	return TRUE;
}

static cmsInt32Number from_lab(const cmsUInt16Number in[], cmsUInt16Number out[], void *cargo)
{
	unsigned channels = *(unsigned *)cargo;
	for (unsigned i = 0; i < channels; i++)
		out[i] = (uint16_t)(65535 - in[i % 3] / (i + 1));
	return TRUE;
}

/* Straight ones for tables of 8 bits, which lcms2 writes no others of. It counts the entries of a straight one wrongly among others: none is. */
static cmsStage *curves_of(unsigned count, double gamma)
{
	cmsToneCurve *curves[4] = {NULL};
	for (unsigned i = 0; i < count; i++)
		curves[i] = cmsBuildGamma(NULL, gamma == 1 ? 1 : gamma + 0.1 * i);
	cmsStage *stage = cmsStageAllocToneCurves(NULL, count, curves);
	for (unsigned i = 0; i < count; i++)
		cmsFreeToneCurve(curves[i]);
	return stage;
}

static cmsPipeline *table_of(unsigned in, unsigned out, cmsSAMPLER16 sampler, unsigned points, bool narrow)
{
	unsigned channels = in == 3 ? out : in;
	cmsPipeline *lut = cmsPipelineAlloc(NULL, in, out);
	cmsStage *grid = cmsStageAllocCLut16bit(NULL, points, in, out, NULL);
	assert_true(cmsStageSampleCLut16bit(grid, sampler, &channels, 0));
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(in, narrow ? 1 : 1.7));
	cmsPipelineInsertStage(lut, cmsAT_END, grid);
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(out, narrow ? 1 : 0.75));
	cmsPipelineSetSaveAs8bitsFlag(lut, narrow);
	return lut;
}

static void tag_put(cmsHPROFILE profile, cmsTagSignature tag, cmsPipeline *lut)
{
	assert_true(cmsWriteTag(profile, tag, lut));
	cmsPipelineFree(lut);
}

static cmsHPROFILE tables(cmsColorSpaceSignature space, double version, bool narrow)
{
	unsigned channels = cmsChannelsOf(space);
	cmsHPROFILE profile = cmsCreateProfilePlaceholder(NULL);
	cmsSetProfileVersion(profile, version);
	cmsSetDeviceClass(profile, cmsSigOutputClass);
	cmsSetColorSpace(profile, space);
	cmsSetPCS(profile, cmsSigLabData);
	cmsSetHeaderRenderingIntent(profile, INTENT_RELATIVE_COLORIMETRIC);
	assert_true(cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ()));
	tag_put(profile, cmsSigAToB0Tag, table_of(channels, 3, to_lab, 5, narrow));
	tag_put(profile, cmsSigAToB1Tag, table_of(channels, 3, to_lab, 7, narrow));
	assert_true(cmsLinkTag(profile, cmsSigAToB2Tag, cmsSigAToB0Tag));
	tag_put(profile, cmsSigBToA0Tag, table_of(3, channels, from_lab, 9, narrow));
	tag_put(profile, cmsSigBToA1Tag, table_of(3, channels, from_lab, 6, narrow));
	tag_put(profile, cmsSigGamutTag, table_of(3, 1, from_lab, 4, narrow));
	return profile;
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned narrow = 0; narrow < 2; narrow++) {
		for (unsigned version = 0; version < 2; version++) {
			double number = version == 0 ? 2.4 : 4.3;
			assert_kept(tables(cmsSigCmykData, number, narrow != 0), ICC_CMYK);
			assert_kept(tables(cmsSigRgbData, number, narrow != 0), ICC_RGB);
			assert_kept(tables(cmsSigGrayData, number, narrow != 0), ICC_GRAY);
			assert_kept(tables(cmsSigLabData, number, narrow != 0), ICC_LAB);
		}
	}
}

/* A matrix in the chain (lutAToBType with all five elements, lutBToAType with two). */
static void test_matrix_in_chain(void **state)
{
	static const double matrix[9] = {0.5, 0.2, 0.1, 0.1, 0.7, 0.1, 0, 0.1, 0.8}, offset[3] = {0.01, 0, 0.02};
	unsigned channels = 3;
	(void)state;
	cmsHPROFILE profile = tables(cmsSigRgbData, 4.3, false);
	cmsPipeline *lut = cmsPipelineAlloc(NULL, 3, 3);
	cmsStage *grid = cmsStageAllocCLut16bit(NULL, 5, 3, 3, NULL);
	cmsStageSampleCLut16bit(grid, to_lab, &channels, 0);
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(3, 1.2));
	cmsPipelineInsertStage(lut, cmsAT_END, grid);
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(3, 1.1));
	cmsPipelineInsertStage(lut, cmsAT_END, cmsStageAllocMatrix(NULL, 3, 3, matrix, offset));
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(3, 0.65));
	tag_put(profile, cmsSigAToB1Tag, lut);
	lut = cmsPipelineAlloc(NULL, 3, 3);
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(3, 1.3));
	cmsPipelineInsertStage(lut, cmsAT_END, cmsStageAllocMatrix(NULL, 3, 3, matrix, offset));
	cmsPipelineInsertStage(lut, cmsAT_END, curves_of(3, 0.75));
	tag_put(profile, cmsSigBToA1Tag, lut);
	assert_kept(profile, ICC_RGB);
}

/* ---- what does not cross ---- */

static void test_private(void **state)
{
	struct icc_profile made;
	(void)state;
	cmsHPROFILE profile = tables(cmsSigCmykData, 2.4, false);
	cmsMLU *text = cmsMLUalloc(NULL, 1);
	cmsMLUsetASCII(text, "en", "US", "SENDER");
	assert_true(cmsWriteTag(profile, cmsSigProfileDescriptionTag, text));
	assert_true(cmsWriteTag(profile, cmsSigCopyrightTag, text));
	assert_true(cmsWriteTag(profile, cmsSigDeviceMfgDescTag, text));
	cmsMLUfree(text);
	assert_true(cmsWriteRawTag(profile, (cmsTagSignature)0x53454B49, "SENDERS", 7));
	sk_bytes before = saved(profile);
	assert_true(sk_bytes_find(before, SK_BYTES("SENDER"), 0) != SIZE_MAX);
	sk_bytes after = rebuild(before, ICC_CMYK);
	assert_true(sk_bytes_find(after, SK_BYTES("SENDER"), 0) == SIZE_MAX);
	assert_same_colors(before, after);
	assert_int_equal(icc_rebuild(before, &arena, &made), SK_OK);
	assert_int_equal(made.tags_dropped, 2); /* the device's maker, and the private one */
	assert_false(icc_allowed(before, &arena, NULL));
}

static void assert_refused(sk_bytes profile)
{
	struct icc_profile made;
	sk_arena_reset(&arena);
	assert_int_not_equal(icc_rebuild(profile, &arena, &made), SK_OK);
	assert_false(icc_allowed(profile, &arena, NULL));
}

static void test_other_kinds(void **state)
{
	(void)state;
	cmsToneCurve *curve = cmsBuildGamma(NULL, 2);
	cmsToneCurve *curves[4] = {curve, curve, curve, curve};
	assert_refused(saved(cmsCreateLinearizationDeviceLink(cmsSigCmykData, curves)));
	cmsFreeToneCurve(curve);
	assert_refused(saved(cmsCreateNULLProfile()));
	assert_refused(sk_bytes_of(NULL, 0));
	memset(profile_room, 0, 132);
	assert_refused(sk_bytes_of(profile_room, 132));
}

/* Each byte of a profile in turn is another: nothing is accepted that is not canonical, and what is made is accepted. */
static void test_each_byte(void **state)
{
	static uint8_t bytes[1 << 18];
	struct icc_profile made;
	(void)state;
	sk_bytes whole = saved(tables(cmsSigRgbData, 4.3, true));
	size_t kept = 0;
	assert_true(whole.len <= sizeof bytes);
	memcpy(bytes, whole.at, whole.len);
	for (size_t i = 0; i < whole.len; i += i < 600 ? 1 : 997) {
		bytes[i] ^= 0xFF;
		sk_arena_reset(&arena);
		if (icc_rebuild(sk_bytes_of(bytes, whole.len), &arena, &made) == SK_OK) {
			kept++;
			assert_true(icc_allowed(made.bytes, &arena, NULL));
		}
		bytes[i] ^= 0xFF;
	}
	assert_true(kept > 0);
	for (size_t len = 0; len < whole.len; len += len < 600 ? 1 : 997) {
		sk_arena_reset(&arena);
		if (icc_rebuild(sk_bytes_of(bytes, len), &arena, &made) == SK_OK)
			assert_true(icc_allowed(made.bytes, &arena, NULL));
	}
}

/* Canonical bytes with one thing changed are no longer allowed: padding, reserved bytes, order, length. */
static void test_allowed(void **state)
{
	static uint8_t bytes[1 << 18];
	(void)state;
	sk_bytes made = rebuild(saved(rgb(4.3, cmsBuildGamma(NULL, 2.2))), ICC_RGB);
	enum icc_space space = ICC_SPACES;
	assert_true(icc_allowed(made, &arena, &space));
	assert_int_equal(space, ICC_RGB);
	assert_true(made.len < sizeof bytes);
	memcpy(bytes, made.at, made.len);
	sk_bytes changed = sk_bytes_of(bytes, made.len);
	static const size_t fixed[] = {3, 4, 9, 24, 40, 44, 48, 56, 63, 70, 84, 100, 127, 131, 135};
	for (size_t i = 0; i < SK_COUNT(fixed); i++) {
		bytes[fixed[i]] ^= 0x55;
		assert_false(icc_allowed(changed, &arena, NULL));
		bytes[fixed[i]] ^= 0x55;
	}
	assert_true(icc_allowed(changed, &arena, NULL));
	bytes[made.len] = 0;
	assert_false(icc_allowed(sk_bytes_of(bytes, made.len + 1), &arena, NULL));
	assert_false(icc_allowed(sk_bytes_of(bytes, made.len - 4), &arena, NULL));
}

static int files(int argc, char **argv)
{
	int different = 0;
	for (int i = 1; i < argc; i++) {
		struct icc_profile made;
		FILE *file = fopen(argv[i], "rb");
		if (file == NULL)
			return 2;
		sk_bytes before = sk_bytes_of(profile_room, fread(profile_room, 1, sizeof profile_room, file));
		fclose(file);
		sk_arena_reset(&arena);
		enum sk_status status = icc_rebuild(before, &arena, &made);
		bool same = status == SK_OK;
		for (cmsUInt32Number intent = 0; intent < 4 && same; intent++)
			same = colors_of(before, intent, false) == colors_of(made.bytes, intent, false) &&
			       colors_of(before, intent, true) == colors_of(made.bytes, intent, true);
		printf("%s\t%zu\t%zu\t%s\t%u dropped\t%s\n", argv[i], before.len, made.bytes.len, sk_status_name(status), made.tags_dropped,
		       same ? "same" : "DIFFERENT");
		different += !same;
	}
	return different != 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_tables), cmocka_unit_test(test_matrix_in_chain),
					   cmocka_unit_test(test_private), cmocka_unit_test(test_other_kinds), cmocka_unit_test(test_each_byte),
					   cmocka_unit_test(test_allowed)};
	sk_arena_init(&arena, memory, sizeof memory);
	return argc > 1 ? files(argc, argv) : cmocka_run_group_tests(tests, NULL, NULL);
}
