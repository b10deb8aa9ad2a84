/* The predefined character maps (ISO 32000-2, 9.7.5.2 and table 116), and names of collections. */
#include "neutral/cmap_parts.h"

/* Each with -H and -V. The second group is not in the table, but every Japanese viewer has them (Adobe's cmap-resources). */
static const char *const both_ways[] = {
	"Identity",
	"GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K", "UniGB-UCS2", "UniGB-UTF16",
	"B5pc", "HKscs-B5", "ETen-B5", "ETenms-B5", "CNS-EUC", "UniCNS-UCS2", "UniCNS-UTF16",
	"83pv-RKSJ", "90ms-RKSJ", "90msp-RKSJ", "90pv-RKSJ", "Add-RKSJ", "EUC", "Ext-RKSJ", "UniJIS-UCS2", "UniJIS-UCS2-HW", "UniJIS-UTF16",
	"KSC-EUC", "KSCms-UHC", "KSCms-UHC-HW", "KSCpc-EUC", "UniKS-UCS2", "UniKS-UTF16",

	"78", "78-EUC", "78-RKSJ", "78ms-RKSJ", "Add", "Ext", "NWP", "RKSJ", "UniJIS-UTF8", "UniJIS-UTF32", "UniJIS2004-UTF8", "UniJIS2004-UTF16",
	"UniJIS2004-UTF32", "UniJISX0213-UTF32", "UniJISX02132004-UTF32", "UniGB-UTF8", "UniGB-UTF32", "UniCNS-UTF8", "UniCNS-UTF32", "UniKS-UTF8",
	"UniKS-UTF32",
};

static const char *const as_they_are[] = {
	"H", "V", "Hankaku", "Hiragana", "Katakana", "Roman", "WP-Symbol", "UniJISPro-UCS2-V", "UniJISPro-UCS2-HW-V", "UniJISPro-UTF8-V",
	"Adobe-GB1-UCS2", "Adobe-CNS1-UCS2", "Adobe-Japan1-UCS2", "Adobe-Korea1-UCS2", "Adobe-KR-UCS2",
};

bool cmap_predefined(sk_bytes name)
{
	for (size_t i = 0; i < SK_COUNT(as_they_are); i++)
		if (sk_bytes_equal(name, sk_bytes_str(as_they_are[i])))
			return true;
	if (!sk_bytes_ends(name, SK_BYTES("-H")) && !sk_bytes_ends(name, SK_BYTES("-V")))
		return false;
	for (size_t i = 0; i < SK_COUNT(both_ways); i++)
		if (sk_bytes_equal(sk_bytes_slice(name, 0, name.len - 2), sk_bytes_str(both_ways[i])))
			return true;
	return false;
}

bool cmap_collection_name(sk_bytes name)
{
	if (name.len == 0 || name.len > CMAP_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.' && c != '+')
			return false;
	}
	return true;
}
