/* Internal to cmap*.c: the fixed text of a canonical CMap, which one side writes and the other asks for. */
#ifndef NEUTRAL_CMAP_PARTS_H
#define NEUTRAL_CMAP_PARTS_H

#include "conf/conf.h"
#include "neutral/cmap.h"

#define CMAP_HEAD "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
#define CMAP_INFO "/CIDSystemInfo 3 dict dup begin\n/Registry ("
#define CMAP_ORDERING ") def\n/Ordering ("
#define CMAP_SUPPLEMENT ") def\n/Supplement "
#define CMAP_NAME " def\nend def\n/CMapName /Sekisho def\n/CMapType "
#define CMAP_TYPE_UNICODE "2 def\n"
#define CMAP_TYPE_CID "1 def\n/WMode "
#define CMAP_MODE_END " def\n"
#define CMAP_SPACES " begincodespacerange\n"
#define CMAP_SPACES_END "endcodespacerange\n"
#define CMAP_FOOT "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

#define CMAP_SECTION 100 /* entries of one section at most (5014) */

static inline const char *cmap_range_begin(enum cmap_kind kind)
{
	return kind == CMAP_UNICODE ? " beginbfrange\n" : " begincidrange\n";
}

static inline const char *cmap_range_end(enum cmap_kind kind)
{
	return kind == CMAP_UNICODE ? "endbfrange\n" : "endcidrange\n";
}

/* A code of one to four bytes. */
struct cmap_code {
	uint32_t value;
	uint8_t len;
};

/* True when each byte of low is at most that of high: a range of a code space is a box (9.7.6.2). */
static inline bool cmap_box(uint32_t low, uint32_t high)
{
	for (unsigned shift = 0; shift < 32; shift += 8)
		if ((low >> shift & 0xFF) > (high >> shift & 0xFF))
			return false;
	return true;
}

/* True for a name of a registry or ordering: letters, digits, a few signs; 1 to CMAP_NAME_MAX bytes. */
bool cmap_collection_name(sk_bytes name);

#endif
